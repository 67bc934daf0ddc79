#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""client.py PORT [MESSAGE]: like wedge.py, but the child has a connection to that port of this host, too.

Before the wedge it sends the MESSAGE there, if there is one, and awaits an answer. Its loop watches that connection
alone: what comes later it sends back. The parent waits for the child's reply for ever. Prints both pids as one JSON line.
"""

import json
import os
import select
import socket
import sys
import time

SEVERAL_SWEEPS_S = 0.5


def child(channel: socket.socket, port: int, messages: list[str]) -> None:
    server = socket.create_connection(("127.0.0.1", port))
    for message in messages:
        server.send(message.encode())
        server.recv(100)
    time.sleep(SEVERAL_SWEEPS_S)
    channel.send(b"ready")
    loop = select.epoll()
    loop.register(server, select.EPOLLIN)
    while loop.poll() and (came := server.recv(100)):
        server.send(came)


def parent(channel: socket.socket, pid: int) -> None:
    channel.recv(100)
    channel.send(b"request")
    print(json.dumps({"parent": os.getpid(), "child": pid}), flush=True)
    channel.recv(100)


ours, theirs = socket.socketpair()
if (forked := os.fork()) == 0:
    ours.close()
    child(theirs, int(sys.argv[1]), sys.argv[2:])
else:
    theirs.close()
    parent(ours, forked)
