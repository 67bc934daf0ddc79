# SPDX-License-Identifier: GPL-2.0-only
"""Two subscribers of redis to whom nothing is published for long.

Story: a bus for cache invalidations. Seen from outside: both blocked in recv, nothing unread,
redis parked and armed with its own timer. The publisher has said a few things and is silent; at
the end it speaks once more, and both hear it.
"""

import observe
import zoo
import zoo_runtime as runtime

TOPIC = "news"


def parent() -> None:
    server, port = runtime.start_redis(runtime.folder())
    listeners = [zoo.spawn("subscriber", "unix") for _ in range(2)]
    for listener in listeners:
        listener.channel.send(str(port).encode())
        listener.channel.receive()
    publisher = runtime.Redis(port)
    for _ in range(zoo.TURNS):
        publish(publisher, listeners)
    zoo.await_state(
        "both wait", lambda: all(observe.wait_of(one.pid).call == "recv" for one in listeners)
    )
    roles = {f"subscriber {number}": one.pid for number, one in enumerate(listeners, 1)}
    closing = zoo.announce_healthy(actors={"redis": server.pid, **roles}, channel="tcp")
    loop = zoo.Loop()
    for listener in listeners:
        loop.arm(listener.channel)
    for _ in loop.ready_until(closing):
        zoo.fail("a subscriber heard what nobody said")
    publish(publisher, listeners)
    runtime.close(*(one.pid for one in listeners), server.pid)


def publish(publisher: runtime.Redis, listeners: list[zoo.Actor]) -> None:
    """Something that all must hear."""
    publisher.ask("PUBLISH", TOPIC, "something")
    for listener in listeners:
        listener.channel.receive()


def subscriber(channel: zoo.Channel) -> None:
    redis = runtime.Redis(int(channel.receive()))
    redis.ask("SUBSCRIBE", TOPIC)
    while True:
        channel.send(zoo.REPLY)
        redis.hear()
