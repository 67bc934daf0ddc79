#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints the folder of a Debian 12 of another architecture, unpacked from its packages if the cache has none.

It is what the cross compiler takes for /, and what a VM of that architecture boots into: unwedge's libraries, and what
its tests run. It is kept in ~/.cache/unwedge/roots. Nothing in it was run: no package is configured.
"""

import argparse
import os
import sys
import zlib
from pathlib import Path

from debian_packages import Problem, Suite, cache_dir, locked, run

SUITE = "bookworm"
PACKAGES = ("libc6-dev", "libbpf-dev", "libelf-dev", "libdw-dev", "libmnl-dev", "zlib1g-dev", "libcli11-dev",
            "libspdlog-dev", "libfmt-dev", "nlohmann-json3-dev", "libtomlplusplus-dev", "libsqlitecpp-dev", "libsqlite3-dev",
            "libprotozero-dev", "libboost-dev",
            "bash", "coreutils", "busybox-static", "base-passwd", "iproute2", "procps", "python3", "python3-jsonschema")
UNCONFIGURED = {"usr/share/base-passwd/passwd.master": "etc/passwd", "usr/share/base-passwd/group.master": "etc/group"}
"""What the configuration of a package would have copied."""


def debian_root(arch):
    """Returns the folder; `arch` is Debian's name."""
    # Another list of packages, another root.
    wanted = cache_dir("roots") / f"{SUITE}-{arch}-{zlib.crc32(repr(PACKAGES).encode()):08x}"
    with locked(wanted.parent):
        if not wanted.exists():
            make_root(arch, wanted)
    return wanted


def make_root(arch, wanted):
    with Suite(SUITE, arch) as suite:
        root = suite.work / "root"
        for package_file in suite.download_all(PACKAGES):
            run("dpkg-deb", "-x", package_file, root)
        for source, copy in UNCONFIGURED.items():
            (root / copy).write_bytes((root / source).read_bytes())
        for path in filter(Path.is_symlink, root.rglob("*")):
            keep_inside(root, path)
        root.rename(wanted)


def keep_inside(root, link):
    """Lets a link that leads to /… lead there inside of the root, as it will once that is /."""
    target = os.readlink(link)
    if target.startswith("/"):
        link.unlink()
        link.symlink_to(os.path.relpath(root / target.lstrip("/"), link.parent))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arch", help="as Debian calls it: arm64")
    print(debian_root(parser.parse_args().arch))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Problem, OSError) as error:
        sys.exit(f"debian_root: {error}")
