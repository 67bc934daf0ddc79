# SPDX-License-Identifier: GPL-2.0-only
"""Pages of which a part is made by a program."""

from pathlib import Path


def write_between_marks(file: Path, name: str, text: str) -> None:
    """What is around the marks stays as people wrote it."""
    first, last = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, begin, rest = file.read_text().partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{file} has no {first} … {last}")
    file.write_text(f"{before}{first}\n\n{text}\n{last}{after}")
