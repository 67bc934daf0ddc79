# SPDX-License-Identifier: GPL-2.0-only
"""A server that no longer accepts: the client is connected, has asked, and waits.

Story: a server that stopped listening for new clients under load and never began again (tcp), a
service whose thread waits for a signal and never comes back to its loop (unix). Seen from outside: a
connection lies in the accept queue; the server is parked without a timeout, its listener in no epoll
set (tcp), or it sits in pause and nobody waits for the set with the listener (unix). The client's
connection is established, and it is armed to read: nothing is wrong with it but that nobody took it.
"""

import signal
import socket

import observe
import zoo

TCP = zoo.VARIANT == "tcp"


def parent() -> None:
    deaf = zoo.spawn("server", zoo.VARIANT)
    address = deaf.channel.receive()
    for _ in range(zoo.TURNS):
        served = dial(address)
        served.send(zoo.REQUEST)
        served.receive()
        served.sock.close()
    in_vain = dial(address)
    in_vain.send(zoo.REQUEST)
    zoo.await_state("the server waits for something else", lambda: has_a_queue(deaf.pid))
    zoo.announce_wedge(
        "not_accepting",
        culprit=deaf.pid,
        actors={"server": deaf.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(in_vain)


def server(channel: zoo.Channel) -> None:
    listener = socket.create_server(("127.0.0.1", 0)) if TCP else unix_server()
    channel.send(str(listener.getsockname()[1]).encode() if TCP else listener.getsockname())
    loop = zoo.Loop()
    loop.arm(listener)
    for _ in range(zoo.TURNS):
        loop.park()
        client, _ = listener.accept()
        with client:
            zoo.Channel(client).answer()
    if TCP:
        loop.drop(listener)
        loop.park()
    else:
        signal.pause()


def unix_server() -> socket.socket:
    """At an abstract address that the kernel chooses."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("")
    listener.listen()
    return listener


def dial(address: bytes) -> zoo.Channel:
    if TCP:
        return zoo.connect("tcp", address.decode())
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(address)
    return zoo.Channel(sock)


def has_a_queue(pid: int) -> bool:
    """Waits, with a connection that it has not accepted."""
    return observe.wait_of(pid).call in ("epoll_wait", "pause") and any(
        end.state == "listening" and end.unread > 0 for end in observe.ends_of(pid)
    )
