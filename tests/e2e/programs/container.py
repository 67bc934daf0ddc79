#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""container.py default|privileged FOLDER COMMAND…: runs COMMAND as a container runtime does.

It is the first process of new pid, mount, network, host name, IPC and cgroup namespaces, with a writable copy of the
host's root file system below it (an overlay, entered by pivot_root), a /proc, a /sys and a small /dev of its own;
FOLDER and the folder of this project are the host's. `default` leaves it the capabilities, and refuses it the system
calls, that Docker does.
"""

import ctypes
import errno
import os
import struct
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
NAMESPACES = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork", "--kill-child"]
CAPABILITIES = (
    "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service", "net_raw",
    "sys_chroot", "mknod", "audit_write", "setfcap",
)
REFUSED = {  # x86-64
    "mount": 165, "umount2": 166, "pivot_root": 155, "unshare": 272, "perf_event_open": 298, "open_by_handle_at": 304,
    "setns": 308, "kcmp": 312, "bpf": 321, "move_mount": 429, "fsopen": 430, "fsmount": 432, "pidfd_getfd": 438,
}
DEVICES = ("null", "zero", "full", "random", "urandom")


def run(*argv: object) -> None:
    subprocess.run([str(word) for word in argv], check=True)


def enter_root() -> None:
    base = Path("/mnt")
    run("mount", "-t", "tmpfs", "container", base)
    upper, work, root = (base / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir()
    run("mount", "-t", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", "container", root)
    for shared in (REPO, Path(sys.argv[2])):
        inside = root / shared.relative_to("/")
        inside.mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", shared, inside)
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "-t", "sysfs", "-o", "ro", "sysfs", root / "sys")
    run("mount", "-t", "tmpfs", "dev", root / "dev")
    for device in DEVICES:
        run("cp", "-a", f"/dev/{device}", root / "dev")
    (root / "dev/shm").mkdir(mode=0o1777)
    os.chdir(root)
    run("pivot_root", ".", ".")
    run("umount", "-l", ".")
    os.chdir("/")


def refuse_calls() -> None:
    """A filter of system calls, as <linux/filter.h> has it: load the number; of those listed return EPERM."""
    load, jump_if_equal, give_back = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM
    lines = [(load, 0, 0, 0)]
    for left, number in zip(range(len(REFUSED), 0, -1), REFUSED.values()):
        lines.append((jump_if_equal, left, 0, number))
    lines += [(give_back, 0, 0, allow), (give_back, 0, 0, refuse)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(lines), ctypes.addressof(code)))
    pr_set_seccomp, filter_mode = 22, 2
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_seccomp, filter_mode, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")


def inside() -> None:
    run("ip", "link", "set", "lo", "up")
    Path("/proc/sys/kernel/hostname").write_text("container")
    enter_root()
    command = sys.argv[3:]
    if sys.argv[1] == "default":
        refuse_calls()
        kept = ",".join(f"+{name}" for name in CAPABILITIES)
        command = ["setpriv", f"--bounding-set=-all,{kept}", "--inh-caps=-all", *command]
    os.execvp(command[0], command)


if os.getpid() == 1:
    inside()
else:
    os.execvp("unshare", ["unshare", *NAMESPACES, __file__, *sys.argv[1:]])
