#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""asker.py: for each line on stdin a parent asks its child over TCP, and says so when it has the answer.

Prints both pids as one JSON line first.
"""

import json
import os
import select
import socket
import sys


def child(channel: socket.socket) -> None:
    loop = select.epoll()
    loop.register(channel, select.EPOLLIN)
    while loop.poll() and (request := channel.recv(100)):
        channel.send(request)


listener = socket.create_server(("127.0.0.1", 0))
ours = socket.create_connection(listener.getsockname())
theirs, _ = listener.accept()
listener.close()
if (forked := os.fork()) == 0:
    ours.close()
    child(theirs)
    os._exit(0)
theirs.close()
print(json.dumps({"parent": os.getpid(), "child": forked}), flush=True)
for _ in sys.stdin:
    ours.send(b"request")
    ours.recv(100)
    print("answered", flush=True)
