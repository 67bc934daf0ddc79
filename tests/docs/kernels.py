# SPDX-License-Identifier: GPL-2.0-only
"""What is known by kernel: of a series, whose updates are to be alike."""


def series(release):
    """"6.1.0-50-amd64" → "6.1"."""
    return ".".join(release.split(".")[:2])


def oldest_first(all_series):
    return sorted(all_series, key=lambda one: [int(part) for part in one.split(".")])
