#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""twins.py healthy|wedged: a parent and a child that talk from port 7001 to port 7002; one pair in a network namespace.

The child reads the parent's request, or (wedged) sits in its loop and does not watch their channel. Prints both pids as
one JSON line.
"""

import json
import os
import select
import socket
import sys

CLIENT, SERVER = ("127.0.0.1", 7001), ("127.0.0.1", 7002)
READS = sys.argv[1] == "healthy"


def child(channel: socket.socket) -> None:
    loop = select.epoll()
    loop.register(os.eventfd(0), select.EPOLLIN)
    if READS:
        loop.register(channel, select.EPOLLIN)
    while loop.poll():
        channel.recv(100)


def parent(channel: socket.socket, pid: int) -> None:
    channel.send(b"request")
    print(json.dumps({"parent": os.getpid(), "child": pid}), flush=True)
    channel.recv(100)


listener = socket.create_server(SERVER)
ours = socket.create_connection(SERVER, source_address=CLIENT)
theirs, _ = listener.accept()
listener.close()
if (forked := os.fork()) == 0:
    ours.close()
    child(theirs)
else:
    theirs.close()
    parent(ours, forked)
