# SPDX-License-Identifier: GPL-2.0-only
"""A worker thread that waits for a lock for ever, beside a loop that is well.

Story: a thread pool's idle thread, a helper that leaked. Seen from outside: one thread in futex
without a timeout for good; the other, parked and armed, answers each request at once.
"""

import threading

import observe
import zoo

TICK_S = 0.5


def parent() -> None:
    half_blocked = zoo.spawn("worker", "tcp")
    zoo.converse(half_blocked.channel)
    zoo.await_state("a thread of the worker blocks", lambda: has_blocked_thread(half_blocked.pid))
    closing = zoo.announce_healthy(
        actors={"worker": half_blocked.pid}, channel=half_blocked.kind, timer_due=True
    )
    zoo.ask_regularly(half_blocked, closing, TICK_S)


def worker(channel: zoo.Channel) -> None:
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=lock.acquire, daemon=True).start()
    zoo.answer_for_ever(channel)


def has_blocked_thread(pid: int) -> bool:
    return any(
        observe.wait_of(pid, thread) == observe.Wait("futex")
        for thread in observe.threads_of(pid)
        if thread != pid
    )
