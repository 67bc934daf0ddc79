# SPDX-License-Identifier: GPL-2.0-only
"""A worker of a queue in redis that waits for a job for ever; redis goes on with others.

Story: BLPOP without a timeout, at night. Seen from outside: the worker blocked in recv; its last
word was a request that redis took and did not answer; redis parked and armed, with its own timer.
Another client is answered now and then. At the end a job comes, and the worker takes it.
"""

import time

import observe
import zoo
import zoo_runtime as runtime

EVERY_S = 0.5
QUEUE = "jobs"


def parent() -> None:
    server, port = runtime.start_redis(runtime.folder())
    idle = zoo.spawn("worker", "unix")
    idle.channel.send(str(port).encode())
    idle.channel.receive()
    zoo.await_state("the worker waits", lambda: observe.wait_of(idle.pid).call == "recv")
    client = runtime.Redis(port)
    closing = zoo.announce_healthy(
        actors={"redis": server.pid, "worker": idle.pid}, channel="tcp"
    )
    while runtime.seconds_until(closing) > 0:
        client.ask("INCR", "count")
        time.sleep(EVERY_S)
    client.ask("RPUSH", QUEUE, "job")
    if idle.channel.receive() != b"job":
        zoo.fail("the worker did not get its job")
    runtime.close(idle.pid, server.pid)


def worker(channel: zoo.Channel) -> None:
    redis = runtime.Redis(int(channel.receive()))
    redis.converse()
    channel.send(zoo.REPLY)
    channel.send(redis.ask("BLPOP", QUEUE, "0")[1])
    channel.receive()
