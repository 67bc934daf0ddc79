#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""breeder.py MARK [deaf] [orphans]: keeps 200 children that live for some milliseconds each. Prints its pid once they are
there.

deaf       all ignore SIGTERM
orphans    each child forks another one, which outlives it, and so has no parent of this tree
"""

import os
import signal
import sys
import time

CHILDREN = 200

if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def live() -> None:
    if "orphans" in sys.argv and os.fork() == 0:
        time.sleep(0.1)
    time.sleep(0.05)
    os._exit(0)


def breed() -> None:
    if os.fork() == 0:
        live()


for _ in range(CHILDREN):
    breed()
print(os.getpid(), flush=True)
while True:
    os.wait()
    breed()
