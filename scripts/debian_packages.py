# SPDX-License-Identifier: GPL-2.0-only
"""Fetches Debian's packages, of any suite and architecture, from the mirror that this machine already uses."""

import contextlib
import fcntl
import os
import platform
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT_CONFIG = """\
#clear APT::Architectures;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "root";
Dir::Etc::sourcelist "{work}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "{work}/state";
Dir::State::status "{work}/status";
Dir::Cache "{work}/cache";
Debug::NoLocking "true";
"""


class Problem(Exception):
    """Something the user can put right; shown as one line."""


def run(*command, **options):
    """Runs a command and returns its standard output."""
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, **options).stdout
    except FileNotFoundError:
        raise Problem(f"{command[0]} is needed and not installed") from None
    except subprocess.CalledProcessError as error:
        raise Problem(f"'{' '.join(map(str, command))}' failed with status {error.returncode}") from None


def cache_dir(*names):
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base, "unwedge", *names)
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(folder):
    """Of several that want to fill the same folder at once, one fetches."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def mirror():
    """Returns the address from which this machine installs its own release's packages."""
    system = platform.freedesktop_os_release()
    wanted = [system.get("VERSION_CODENAME"), "main"] if system["ID"] == "debian" else None
    targets = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
    for line in targets.decode().splitlines():
        address, *rest = line.split()
        if rest == wanted:
            return address
    raise Problem("apt has no Debian mirror configured here")


@contextlib.contextmanager
def open_package(file):
    """The files in a package, as a tar archive to be read from its beginning; leave it when enough was read."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE) as unpacking:
        try:
            with tarfile.open(fileobj=unpacking.stdout, mode="r|") as archive:
                yield archive
        finally:
            unpacking.kill()


class Suite:
    """An apt of its own for a suite and an architecture, as long as it is open; it changes nothing of the system's."""

    def __init__(self, suite, arch):
        self.suite = suite
        self.arch = arch

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(dir=cache_dir())
        self.work = Path(self.folder.name)
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self.work / folder).mkdir(parents=True)
        (self.work / "status").touch()
        (self.work / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {self.suite} main\n")
        self.config = self.work / "apt.conf"
        self.config.write_text(APT_CONFIG.format(arch=self.arch, work=self.work))
        run("apt-get", "-c", self.config, "-q", "update")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def show(self, package):
        return run("apt-cache", "-c", self.config, "show", "--no-all-versions", package).decode()

    def kernel_package(self):
        """Returns name and version of the package that the suite's kernel metapackage stands for."""
        shown = self.show(f"linux-image-{self.arch}")
        match = re.search(r"^Depends:.* (linux-image-\S+) \(= (\S+)\)", shown, re.MULTILINE)
        if not match:
            raise Problem(f"{self.suite} has no linux-image-{self.arch} of the expected form")
        return match[1], match[2]

    def parts(self, package):
        """Those of a kernel's packages that hold it: from 7.0 on Debian splits image and modules."""
        depends = re.search(r"^Depends: (.*)", self.show(package), re.MULTILINE)
        return [package, *re.findall(r"linux-(?:binary|modules)-[^\s,]+", depends[1] if depends else "")]

    def download(self, package):
        """Returns the package's file, which goes when this apt is closed."""
        run("apt-get", "-c", self.config, "-q", "download", package, cwd=self.work)
        return max(self.work.glob(f"{package}_*.deb"))

    def download_all(self, packages):
        """Returns the files of the packages and of all that they depend on, which go when this apt is closed."""
        run("apt-get", "-c", self.config, "-q", "-y", "--no-install-recommends", "--download-only", "install", *packages)
        return sorted((self.work / "cache/archives").glob("*.deb"))

    def keep(self, blob, path):
        """Puts `blob` into the cache; a reader sees all of it or nothing."""
        (self.work / "kept").write_bytes(blob)
        (self.work / "kept").rename(path)
