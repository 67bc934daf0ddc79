# SPDX-License-Identifier: GPL-2.0-only
"""One wedged child among six healthy ones that look nearly like it.

Story: a supervisor with a pool of workers of which one forgot its channel. Seen from outside: seven
children parked in epoll_wait; six with their end armed and nothing unread, one disarmed with
unread > 0. The healthy six wait for the parent in their own right: bystanders, never culprits.
"""

import zoo
from families.disarmed import forget, has_forgotten

HEALTHY = 6

worker = zoo.answer_for_ever


def parent() -> None:
    workers = [zoo.spawn("worker", "unix") for _ in range(HEALTHY)]
    for healthy in workers:
        zoo.converse(healthy.channel)
    forgetful = zoo.spawn("child", "unix")
    zoo.ask_in_vain(
        forgetful,
        "the child parks disarmed, the workers idle",
        lambda: has_forgotten(forgetful.pid) and all(w.is_parked() for w in workers),
    )
    zoo.announce_wedge(
        "stopped_consuming",
        culprit=forgetful.pid,
        actors={"child": forgetful.pid}
        | {f"worker {n}": healthy.pid for n, healthy in enumerate(workers, 1)},
        channel="unix",
        bystanders=[healthy.pid for healthy in workers],
    )
    zoo.wait_for_reply(forgetful.channel, *(healthy.channel for healthy in workers))


def child(channel: zoo.Channel) -> None:
    forget(channel).park()
