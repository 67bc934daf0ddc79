# SPDX-License-Identifier: GPL-2.0-only
"""A reader that waits for the end of a pipe which a sibling keeps open without knowing it.

Story: a program started in between inherited the writing side, for it was not close-on-exec. Seen
from outside: the reader in read of its stdin, nothing unread; the sibling, in read of its own
stdin, has the writing side as a descriptor above 2; the parent in wait4 for the reader.
"""

import os
import subprocess

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    sibling = zoo.start("sibling", stdin=subprocess.PIPE, close_fds=False)
    reader = zoo.start("reader", stdin=reading)
    os.close(reading)
    os.write(writing, zoo.REQUEST)
    os.close(writing)
    waits = {os.getpid(): "wait4", reader.pid: "read", sibling.pid: "read"}
    zoo.announce_wedge(
        "eof_withheld",
        culprit=sibling.pid,
        actors={"reader": reader.pid, "sibling": sibling.pid},
        victims=[os.getpid(), reader.pid],
        channel="pipe",
        stands=lambda: all(observe.wait_of(pid).call == call for pid, call in waits.items()),
    )
    reader.wait()


def reader() -> None:
    while os.read(0, 4096):
        pass


def sibling() -> None:
    os.read(0, 1)
