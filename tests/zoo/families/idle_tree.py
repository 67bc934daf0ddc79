# SPDX-License-Identifier: GPL-2.0-only
"""A tree at rest: nothing unread, nothing owed, everybody armed.

Story: a service at night. Seen from outside: all parked in epoll_wait with everything armed, for as
long as one looks; only the parent has a timer.
"""

import zoo

worker = zoo.answer_for_ever


def parent() -> None:
    workers = [zoo.spawn("worker", kind) for kind in ("tcp", "unix", "tcp")]
    for idle in workers:
        zoo.converse(idle.channel)
    zoo.await_state("everybody is parked", lambda: all(w.is_parked() for w in workers))
    closing = zoo.announce_healthy(actors={f"worker {n}": w.pid for n, w in enumerate(workers, 1)})
    zoo.idle_until(closing, *workers)
