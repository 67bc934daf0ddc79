#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Asked to end, it hops away: it forks and exits, its child does the same, 50 times. The last one stays.

Prints "ready" when it may be asked. The argument is how long it stays between two hops, in seconds.
"""

import os
import signal
import sys
import time

HOPS = 50


def hop_away(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _hop in range(HOPS):
        if os.fork() > 0:
            os._exit(0)
        time.sleep(float(sys.argv[1]))


signal.signal(signal.SIGTERM, hop_away)
print("ready", flush=True)
while True:
    signal.pause()
