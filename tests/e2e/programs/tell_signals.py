#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Prints "ready", then each signal that it gets, one a line; SIGUSR2 ends it with status 3.

With the argument "group" it first sends SIGUSR1 to its own process group.
"""

import os
import signal
import sys

HEARD = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}

signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
print("ready", flush=True)
if "group" in sys.argv:
    os.kill(0, signal.SIGUSR1)
while (number := signal.sigwait(HEARD)) != signal.SIGUSR2:
    print(signal.Signals(number).name, flush=True)
sys.exit(3)
