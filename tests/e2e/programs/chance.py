#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Hangs and fails (status 1) with the probabilities that the file ./chance names, "HANG FAIL SEED"; else passes.

What it does in run UNWEDGE_RUN is drawn from SEED and that number, so an experiment comes out the same each time.
The hang is a real one: a parent waits for the reply of a child whose loop is parked and does not watch their channel.
"""

import os
import random
import select
import socket
import sys
from pathlib import Path

hang, fail, seed = map(float, Path("chance").read_text().split())
run = int(os.environ["UNWEDGE_RUN"])
drawn = random.Random(f"{seed:g}:{run}").random()
ours, theirs = socket.socketpair()
if os.fork() == 0:
    ours.close()
    loop = select.epoll()
    loop.register(os.eventfd(0) if drawn < hang else theirs, select.EPOLLIN)
    loop.poll()
    theirs.send(theirs.recv(100))
else:
    theirs.close()
    ours.send(b"request")
    print("asked in run", run, flush=True)
    ours.recv(100)
    sys.exit(hang <= drawn < hang + fail)
