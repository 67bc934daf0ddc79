# SPDX-License-Identifier: GPL-2.0-only
"""A pipeline whose consumer takes a line per 0.4 s while its producer writes all it can.

Story: `generate | upload`. Seen from outside: the producer blocked in write and the consumer in
nanosleep at nearly every look, the pipe always full; but a page of it is taken each time.
"""

import os
import time

import observe
import zoo

LINE_BYTES = 4096
WORK_S = 0.4


def parent() -> None:
    source, sink = os.pipe()
    writing = zoo.start("producer", stdout=sink)
    reading = zoo.start("consumer", stdin=source)
    os.close(source)
    os.close(sink)
    zoo.await_state("the pipe is full", lambda: observe.wait_of(writing.pid).call == "write")
    closing = zoo.announce_healthy(
        actors={"producer": writing.pid, "consumer": reading.pid}, channel="pipe", timer_due=True
    )
    zoo.Loop().park(closing - time.monotonic())
    zoo.end(reading.pid, writing.pid)


def producer() -> None:
    line = bytes(LINE_BYTES)
    while True:
        os.write(1, line)


def consumer() -> None:
    while True:
        os.read(0, LINE_BYTES)
        time.sleep(WORK_S)
