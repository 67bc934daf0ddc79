# SPDX-License-Identifier: GPL-2.0-only
"""What is known by kernel: of a series, whose updates are to be alike."""

SUFFIXES = {"x86_64": "", "aarch64": "-arm64"}


def series(release, machine):
    """"6.1.0-50-amd64" on "x86_64" → "6.1"; "6.1.0-50-arm64" on "aarch64" → "6.1-arm64"."""
    return ".".join(release.split(".")[:2]) + SUFFIXES[machine]


def oldest_first(all_series):
    """Of each architecture."""
    def place(one):
        version, _, arch = one.partition("-")
        return arch, [int(part) for part in version.split(".")]

    return sorted(all_series, key=place)
