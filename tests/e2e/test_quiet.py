#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Services that idle, for whatever reason nobody moves: none of them is a wedge, though none can run again by itself."""

from __future__ import annotations

import os
import sys

import harness

HURRY = ["--stall-after", "1", "--busy-after", "2", "--timeout", "6", "--kill-after", "1"]

ASYNCIO = "import asyncio\nasync def main(): await asyncio.Event().wait()\nasyncio.run(main())"
EVENT = """
import signal, threading
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())
told.wait()
"""
POOL = """
import multiprocessing, signal, threading
multiprocessing.set_start_method("fork")
told = threading.Event()
pool = multiprocessing.Pool(2)
pool.map(abs, range(4))
signal.signal(signal.SIGTERM, lambda *_: told.set())
told.wait()
"""
SERVER = """
import asyncio
async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line)
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(5):
        writer.write(b"ping\\n")
        await reader.readline()
    await asyncio.Event().wait()
asyncio.run(main())
"""
ALARM = "import signal, threading\nsignal.alarm(60)\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"
TIMEOUT = """
import socket, struct
ours, theirs = socket.socketpair()
ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 60, 0))
ours.recv(1)
"""


LOCKED = "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"

SERVICES: dict[str, list[str]] = {
    "a loop that waits for a signal": [sys.executable, "-c", ASYNCIO],
    "a thread that waits for a handler's event": [sys.executable, "-c", EVENT],
    "a pool without work": [sys.executable, "-c", POOL],
    "a server whose only client is its own": [sys.executable, "-c", SERVER],
    "a lock whose wait an alarm will end": [sys.executable, "-c", ALARM],
    "a socket whose wait times out": [sys.executable, "-c", TIMEOUT],
    "a service below a shell": ["sh", "-c", '"$0" -c "$1" & wait', sys.executable, ASYNCIO],
    "a service whose output is read": ["sh", "-c", '"$0" -c "$1" | cat', sys.executable, SERVER],
    "who sleeps for ever": ["sleep", "infinity"],
}


class Quiet(harness.EndToEndTest):
    def test_services_that_idle(self) -> None:
        sessions = {what: self.start(*command, options=HURRY) for what, command in SERVICES.items()}
        for what, session in sessions.items():
            with self.subTest(what):
                outcome = session.wait()
                self.assertEqual(124, outcome.status, "its time was up")
                self.assertEqual([], outcome.diagnosis["verdicts"])

    def test_the_same_without_a_way_to_be_woken(self) -> None:
        """So that the above does not pass for want of looks."""
        outcome = self.run_unwedge(sys.executable, "-c", LOCKED, options=HURRY)
        self.assertEqual(["closed_wait"], [one["kind"] for one in outcome.diagnosis["verdicts"]])

    def test_a_pipe_that_somebody_outside_has_too(self) -> None:
        reading, writing = os.pipe()
        code = f"import os; os.read({reading}, 1)"
        try:
            outcome = self.run_unwedge(
                sys.executable, "-c", code, options=HURRY, pass_fds=(reading, writing)
            )
        finally:
            os.close(reading)
            os.close(writing)
        self.assertEqual([], outcome.diagnosis["verdicts"])


if __name__ == "__main__":
    harness.main()
