# SPDX-License-Identifier: GPL-2.0-only
"""An edge-triggered loop that reads one message per event; two came in one piece.

The unix variant of edge_undrained_tcp.cpp, which tells the story. Seen from outside: parked without
a timeout, its end registered with EPOLLET and armed, unread > 0.
"""

import observe
import zoo


def parent() -> None:
    careless = zoo.spawn("child", zoo.VARIANT)
    zoo.converse(careless.channel)
    careless.channel.send(zoo.REQUEST, zoo.REQUEST)
    careless.channel.receive()
    zoo.await_state("the child parks with the second unread", lambda: has_missed(careless))
    zoo.announce_wedge(
        "missed_edge",
        culprit=careless.pid,
        actors={"child": careless.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(careless.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop(edge=True)
    loop.arm(channel)
    while True:
        loop.park()
        channel.answer()


def has_missed(actor: zoo.Actor) -> bool:
    return observe.wait_of(actor.pid) == observe.Wait("epoll_wait") and actor.has_unread()
