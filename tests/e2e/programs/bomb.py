#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""bomb.py [deaf]: a fork bomb, to be bounded by a control group. Prints "full" when there can be no more of it.

All of them fork for ever, as fast as they can; deaf ones ignore SIGTERM.
"""

import os
import signal
import sys

if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for anybody

is_first = True
is_told = False
while True:
    try:
        is_first = os.fork() != 0 and is_first
    except BlockingIOError:
        if is_first and not is_told:
            print("full", flush=True)
            is_told = True
