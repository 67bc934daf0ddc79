# SPDX-License-Identifier: GPL-2.0-only
"""How slow this machine is: where a CPU is emulated everything but the clock takes many times longer."""

import os

SLOW = float(os.environ.get("ZOO_SLOW", "1"))
"""The factor for all that waits for processes; what is measured in seconds of wall clock stays."""

TOO_SLOW = os.EX_TEMPFAIL
"""Exit status of a case that did not come about in its time, or made no progress in it."""
