#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""two_sides.py server|client ADDRESS PORT: two programs that talk over TCP, until the server stops reading.

The server answers one request; then its loop is parked and does not watch the connection. It prints its pid and the
port, which may be given as 0. The client asks twice, for a caller of its own that waits for the answers. It prints
the pids of both.
"""

import json
import os
import select
import socket
import sys


def serve(address: str, port: int) -> None:
    listener = socket.create_server((address, port))
    print(json.dumps({"server": os.getpid(), "port": listener.getsockname()[1]}), flush=True)
    connection, _ = listener.accept()
    connection.send(connection.recv(100))
    loop = select.epoll()
    loop.register(os.eventfd(0), select.EPOLLIN)
    loop.poll()


def ask(channel: socket.socket) -> None:
    for request in (b"first", b"second"):
        channel.send(request)
        channel.recv(100)


def relay(channel: socket.socket, server: socket.socket) -> None:
    while request := channel.recv(100):
        server.send(request)
        channel.send(server.recv(100))


def be_client(address: str, port: int) -> None:
    ours, theirs = socket.socketpair()
    if (client := os.fork()) == 0:
        ours.close()
        relay(theirs, socket.create_connection((address, port)))
    else:
        theirs.close()
        print(json.dumps({"caller": os.getpid(), "client": client}), flush=True)
        ask(ours)


side, where, number = sys.argv[1:]
(serve if side == "server" else be_client)(where, int(number))
