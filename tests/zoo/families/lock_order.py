# SPDX-License-Identifier: GPL-2.0-only
"""Two threads of one process, each of which has the lock that the other one wants.

Story: the textbook's deadlock, in a program without any channel. Seen from outside: all threads in
futex without a timeout.
"""

import os
import threading

import observe
import zoo

HAS_NO_ALARM = True


def parent() -> None:
    first, second = threading.Lock(), threading.Lock()
    both_have_one = threading.Barrier(2)

    def take(mine: threading.Lock, other: threading.Lock) -> None:
        with mine:
            both_have_one.wait()
            other.acquire()

    opponent = threading.Thread(target=take, args=(second, first))
    opponent.start()
    zoo.announce_wedge(
        "closed_wait",
        culprit=os.getpid(),
        actors={},
        victims=[],
        channel=None,
        stands=lambda: all(
            observe.wait_of(os.getpid(), thread or 0) == observe.Wait("futex")
            for thread in (os.getpid(), opponent.native_id)
        ),
    )
    take(first, second)
