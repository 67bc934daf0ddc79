#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""`echo.py SECONDS`: asks its child and waits for the answer, again and again. Prints both pids as one JSON line; exits with status 7.

SIGTERM makes it print "bye" and exit with status 8.
"""

import json
import os
import signal
import socket
import sys
import time
from typing import NoReturn


def end(*_: object) -> NoReturn:
    print("bye", flush=True)
    os._exit(8)


ours, theirs = socket.socketpair()
if (child := os.fork()) == 0:
    ours.close()
    while message := theirs.recv(100):
        theirs.send(message)
    os._exit(0)
theirs.close()
signal.signal(signal.SIGTERM, end)
print(json.dumps({"parent": os.getpid(), "child": child}), flush=True)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    ours.send(b"message")
    if ours.recv(100) != b"message":
        sys.exit("another answer than was asked for")
ours.close()
os.waitpid(child, 0)
sys.exit(7)
