#!/usr/bin/python3 -I
# SPDX-License-Identifier: GPL-2.0-only
"""Children of each kind that multiprocessing makes, and one that rewrites its title; says who is who, then waits."""

import ctypes
import json
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path

TITLE = b"_subactor[doggy@1027301b]"


def serve(channel: Connection) -> None:
    channel.send("ready")
    channel.recv()


def start(context: BaseContext) -> tuple[int, Connection]:
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    assert process.pid is not None
    return process.pid, ours


def set_title(title: bytes) -> None:
    """As setproctitle does: over the arguments, where they lie."""
    begin, end = (int(field) for field in Path("/proc/self/stat").read_text().rpartition(")")[2].split()[45:47])
    ctypes.memset(begin, 0, end - begin)
    ctypes.memmove(begin, title, min(len(title), end - begin - 1))


def fork_with_title(title: bytes) -> int:
    ready_end, ready_pipe = os.pipe()
    if (pid := os.fork()) == 0:
        set_title(title)
        os.write(ready_pipe, b"!")
        signal.pause()
    os.read(ready_end, 1)
    return pid


if __name__ == "__main__":
    forked, to_forked = start(multiprocessing.get_context("fork"))
    spawned, to_spawned = start(multiprocessing.get_context("spawn"))
    titled = fork_with_title(TITLE)
    print(json.dumps({"main": os.getpid(), "forked": forked, "spawned": spawned, "titled": titled}), flush=True)
    to_forked.recv()
