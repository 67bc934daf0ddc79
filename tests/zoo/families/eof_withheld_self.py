# SPDX-License-Identifier: GPL-2.0-only
"""A process that reads a pipe to its end, and has the only writing side itself.

Story: the parent of a child that is gone forgot to close its own copy of the writing side. Seen
from outside: in read of a pipe without a writer but itself; nothing unread.
"""

import os

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, zoo.REPLY)
        os._exit(0)
    os.waitpid(child, 0)
    zoo.announce_wedge(
        "eof_withheld",
        culprit=os.getpid(),
        actors={},
        victims=[],
        channel="pipe",
        stands=lambda: observe.wait_of(os.getpid()) == observe.Wait("read"),
    )
    while os.read(reading, 4096):
        pass
