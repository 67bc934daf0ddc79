# SPDX-License-Identifier: GPL-2.0-only
"""A subscriber that waits for ever for a publication that never comes.

Story: SUBSCRIBE, BLPOP without a timeout, a long poll. Seen from outside: the subscriber's last word
was a request, which the broker took and did not answer; both are parked without a timer, armed, and
nothing is unread. Only the parent, who talks to neither, has a timer.
"""

import zoo


def parent() -> None:
    theirs, ours = zoo.pair("tcp")
    hub = zoo.spawn("broker", "unix", theirs)
    listening = zoo.spawn("subscriber", "unix", ours)
    listening.channel.receive()
    zoo.await_state(
        "the broker has taken the subscription, and both are parked",
        lambda: hub.is_parked() and listening.is_parked() and not hub.leaves_unread(),
    )
    closing = zoo.announce_healthy(
        actors={"broker": hub.pid, "subscriber": listening.pid}, channel="tcp"
    )
    zoo.idle_until(closing, hub, listening)


def broker(channel: zoo.Channel, client: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    zoo.answer_turns(loop, client)
    while True:
        loop.park()
        client.receive()


def subscriber(channel: zoo.Channel, hub: zoo.Channel) -> None:
    zoo.converse(hub)
    hub.send(b"subscribe")
    channel.send(b"subscribed")
    loop = zoo.Loop()
    loop.arm(channel)
    loop.arm(hub)
    loop.park()
