#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""without_bpf.py HOW CMD…: runs CMD under a seccomp filter for bpf(2), as a container's or a service's may be.

HOW is the errno that bpf(2) then returns, by name, or "kill": who calls it is killed.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def install(action: int) -> None:
    steps = ((LOAD_WORD, 0, 0, 0), (JUMP_EQUAL, 0, 1, BPF), (RETURN, 0, 0, action), (RETURN, 0, 0, ALLOW))
    instructions = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = Program(len(instructions) // 8, instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    # Root needs no no_new_privs for this, and CMD is not to have it.
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")


how, *command = sys.argv[1:]
install(KILL_PROCESS if how == "kill" else ERRNO | getattr(errno, how))
os.execvp(command[0], command)
