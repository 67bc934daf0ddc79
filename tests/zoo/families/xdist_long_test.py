# SPDX-License-Identifier: GPL-2.0-only
"""pytest with two workers of xdist: one in a test that sleeps, the other has none left.

Story: the last test of a suite, which takes long. Seen from outside: the controller in its queue,
for 2 s at a time; the busy worker in nanosleep, the idle one in a wait for the controller, and a
thread of each in read of a pipe; nothing unread. The parent waits for the controller's end, which
comes with the test's.
"""

import sys
from pathlib import Path

import observe
import zoo
import zoo_runtime as runtime

TESTS = """
import time
import pytest

@pytest.mark.parametrize("number", range({turns}))
def test_short(number):
    pass

def test_long():
    open("begun", "w").close()
    time.sleep({seconds})
"""


def parent() -> None:
    home = runtime.folder()
    (home / "test_zoo.py").write_text(TESTS.format(turns=4 * zoo.TURNS, seconds=zoo.SECONDS))
    options = ("-p", "no:cacheprovider", "-n", "2", "--rootdir", home, "test_zoo.py")
    controller = runtime.launch(home, "python3", "-m", "pytest", *options)
    runtime.await_state(
        "the long test has begun",
        lambda: Path(home, "begun").exists() and one_sleeps(controller.pid),
    )
    workers = observe.children_of(controller.pid)
    workers.sort(key=lambda pid: observe.wait_of(pid).call != "sleep")
    roles = dict(zip(("busy", "idle"), workers))
    zoo.announce_healthy(
        actors={"controller": controller.pid, **roles}, channel="pipe", timer_due=True
    )
    sys.exit(controller.wait())


def one_sleeps(controller: int) -> bool:
    return any(observe.wait_of(pid).call == "sleep" for pid in observe.children_of(controller))
