#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""man_options.py UNWEDGE MAN: every command and long option of --help stands in the man page, and no other."""

import re
import subprocess
import sys
from pathlib import Path


def help_of(unwedge: str, *words: str) -> str:
    return subprocess.run([unwedge, *words, "--help"], capture_output=True, text=True, check=True).stdout


def commands_of(unwedge: str) -> set[str]:
    return set(re.findall(r"^  ([a-z]+)  ", help_of(unwedge).split("Subcommands:")[1], re.MULTILINE))


def options_of(unwedge: str, command: str) -> set[str]:
    return set(re.findall(r"^ .*?--([a-z-]+)", help_of(unwedge, command), re.MULTILINE))


def main(unwedge: str, man: str) -> int:
    page = Path(man).read_text()
    commands = commands_of(unwedge)
    options = set().union(*(options_of(unwedge, command) for command in commands))
    described_commands = set(re.findall(r"^\.Ss unwedge ([a-z]+)$", page, re.MULTILINE))
    described_options = set(re.findall(r"^\.It Fl .*?-([a-z][a-z-]+)", page, re.MULTILINE))
    assert commands and options, "--help lists nothing"
    problems = [f"{what} {name}: {where}"
                for what, said, described in (("command", commands, described_commands),
                                              ("option", options, described_options))
                for where, names in (("in --help only", said - described), ("in the man page only", described - said))
                for name in sorted(names)]
    print("\n".join(problems) or f"{len(commands)} commands and {len(options)} options are described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
