#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""A parent waits for the reply of a child whose loop is parked and does not watch their channel.

It sends what is in REQUEST, if that is set. Prints both pids as one JSON line. SIGUSR1 to the child
makes it reply and live on. The parent, when it has the reply or the child is dead, waits for the end
of its stdin, and exits with status 7.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
from typing import NoReturn


class Woken(Exception):
    pass


def wake(*_: object) -> NoReturn:
    raise Woken


def child(channel: socket.socket) -> None:
    loop = select.epoll()
    loop.register(os.eventfd(0), select.EPOLLIN)
    try:
        signal.signal(signal.SIGUSR1, wake)
        loop.poll()
    except Woken:
        channel.recv(100)
        channel.send(b"reply")
        signal.pause()


def parent(channel: socket.socket, pid: int) -> None:
    channel.send(os.environb.get(b"REQUEST", b"request"))
    print(json.dumps({"parent": os.getpid(), "child": pid}), flush=True)
    with contextlib.suppress(ConnectionResetError):
        channel.recv(100)
    sys.stdin.read()
    os.kill(pid, signal.SIGKILL)
    sys.exit(7)


ours, theirs = socket.socketpair()
if (forked := os.fork()) == 0:
    ours.close()
    child(theirs)
else:
    theirs.close()
    parent(ours, forked)
