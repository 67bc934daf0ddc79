# SPDX-License-Identifier: GPL-2.0-only
"""As eof_withheld; who could end the sibling that withholds it is a loop which ticks all the time.

Story: the sibling takes orders from a scheduler, which looks at its clock three times a second and
has none. Seen from outside: the reader in read of its stdin, nothing unread; the sibling, in read
of a pipe that the ticker writes to, has the reader's writing side as a descriptor above 2; the
ticker parked with a timeout of 0.3 s; the parent in wait4 for the reader.
"""

import os

import families.eof_withheld as plain
import observe
import zoo

HAS_NO_ALARM = True

reader = plain.reader
sibling = plain.sibling


def parent() -> None:
    reading, writing = os.pipe()
    taking, giving = os.pipe()
    ticking = zoo.start("ticker", pass_fds=[giving])
    os.close(giving)
    os.set_inheritable(writing, True)
    withholding = zoo.start("sibling", stdin=taking, close_fds=False)
    waiting = zoo.start("reader", stdin=reading)
    os.close(reading)
    os.close(taking)
    os.write(writing, zoo.REQUEST)
    os.close(writing)
    waits = {
        os.getpid(): "wait4",
        waiting.pid: "read",
        withholding.pid: "read",
        ticking.pid: "epoll_wait",
    }
    zoo.announce_wedge(
        "eof_withheld",
        culprit=withholding.pid,
        actors={"reader": waiting.pid, "sibling": withholding.pid, "ticker": ticking.pid},
        victims=[os.getpid(), waiting.pid],
        timer_due=True,
        channel="pipe",
        stands=lambda: all(observe.wait_of(pid).call == call for pid, call in waits.items()),
    )
    waiting.wait()


def ticker() -> None:
    loop = zoo.Loop()
    while True:
        loop.park(zoo.TICK_S)
