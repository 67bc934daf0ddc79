# SPDX-License-Identifier: GPL-2.0-only
"""A client of PostgreSQL that waits for a row, which another one has locked and works on with.

Story: two transactions, one of them long. Seen from outside: the waiter blocked in recv, its
backend parked without a timeout, in its wait for the lock: it has read the query and does not
answer; nothing is unread. The client that holds the lock has a query answered now and then. At
the end it commits, and the waiter gets its answer.

The queued variant has sent its next query already (libpq's pipeline mode, JDBC's batches): unread
> 0 on the backend's end, which is in another epoll set than that of the latch it is parked on.
Until it has the lock, that is the state of a loop that has forgotten a channel.
"""

import time

import observe
import zoo
import zoo_runtime as runtime

QUEUED = zoo.VARIANT == "queued"
EVERY_S = 0.5
LOCK = "UPDATE accounts SET balance = balance + 1"


def parent() -> None:
    server, port = runtime.start_postgres(runtime.folder())
    client = runtime.start_session(port)
    client.ask("CREATE TABLE accounts AS SELECT 0 AS balance")
    client.converse()
    client.ask("BEGIN")
    client.ask(LOCK)
    waiting = zoo.spawn("waiter", "unix")
    waiting.channel.send(str(port).encode())
    backend = int(waiting.channel.receive())
    zoo.await_state(
        "the backend waits for the lock",
        lambda: observe.wait_of(waiting.pid).call == "recv"
        and observe.wait_of(backend) == observe.Wait("epoll_wait")
        and not observe.leaves_unread(backend),
    )
    waiting.channel.send(b"go on")
    zoo.await_state(
        "the waiter waits for its backend",
        lambda: observe.wait_of(waiting.pid).call == "recv"
        and observe.leaves_unread(backend) == QUEUED,
    )
    closing = zoo.announce_healthy(
        actors=runtime.everybody(server=server.pid, backend=backend, waiter=waiting.pid),
        channel="tcp",
    )
    while runtime.seconds_until(closing) > 0:
        client.ask("SELECT balance FROM accounts")
        time.sleep(EVERY_S)
    client.ask("COMMIT")
    waiting.channel.receive()
    client.leave()
    runtime.close(waiting.pid, server.pid)


def waiter(channel: zoo.Channel) -> None:
    client = runtime.start_session(int(channel.receive()))
    client.converse()
    client.ask("SET deadlock_timeout = '1h'")
    channel.send(str(client.backend).encode())
    client.say(LOCK)
    channel.receive()
    if QUEUED:
        client.say("SELECT 1")
        client.hear()
    client.hear()
    client.leave()
    channel.send(zoo.REPLY)
    channel.receive()
