#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""External or internal: what is said of a connection that leaves the tree, here to a server that is this test."""

from __future__ import annotations

import socket
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, Session, culprits

CLIENT = PROGRAMS / "client.py"
ENDED_SOON = ["--stall-after", "0.5", "--timeout", "5", "--kill-after", "1"]
TIERS: dict[str, list[str]] = {"bpf": [], "procfs": ["--no-bpf"]}
NOTHING = "no connection leaves the tree: the network is not to blame"


class Server(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.server.settimeout(harness.PATIENCE_S)
        self.port = str(self.server.getsockname()[1])

    def accept(self) -> socket.socket:
        client, _ = self.server.accept()
        self.addCleanup(client.close)
        client.settimeout(harness.PATIENCE_S)
        return client

    def ended(self, session: Session, pids: dict[str, int]) -> tuple[str, dict[str, Any]]:
        """What the report, on one line, and the diagnosis say of outside."""
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assertEqual([pids["child"]], culprits(outcome.diagnosis))
        return " ".join(outcome.stderr.decode().split()), outcome.diagnosis["outside"]

    def said(self, pids: dict[str, int], use: str) -> str:
        return f"(pid {pids['child']}) → 127.0.0.1:{self.port}, {use}"

    def test_a_connection_that_was_never_used(self) -> None:
        for tier, means in TIERS.items():
            with self.subTest(tier):
                session = self.start(CLIENT, self.port, options=[*ENDED_SOON, *means])
                self.accept()
                pids = session.await_json_line()
                text, outside = self.ended(session, pids)
                self.assertIn("1 connection leaves the tree: ", text)
                self.assertIn(self.said(pids, "nothing was sent or received on it before the wedge"), text)
                [one] = outside["connections"]
                self.assertEqual((f"127.0.0.1:{self.port}", "tcp", False), (one["address"], one["kind"], one["leaves_host"]))
                self.assertEqual([pids["child"]], [holder["pid"] for holder in one["holders"]])
                self.assertEqual((False, None), (one["used"], one["first_traffic_s"]))
                self.assertTrue(outside["wedged_before_first_byte"])
                self.assertEqual([], outside["listeners"])

    def test_a_connection_that_was_used_before(self) -> None:
        for tier, means in TIERS.items():
            with self.subTest(tier):
                session = self.start(CLIENT, self.port, "hello", options=[*ENDED_SOON, *means])
                client = self.accept()
                client.send(client.recv(100))
                pids = session.await_json_line()
                text, outside = self.ended(session, pids)
                self.assertIn(self.said(pids, "in use; the wedge began after its first byte"), text)
                self.assertEqual((True, False), (outside["used"], outside["wedged_before_first_byte"]))

    def test_a_connection_that_is_first_used_while_the_wedge_stands(self) -> None:
        session = self.start(CLIENT, self.port, options=ENDED_SOON)
        client = self.accept()
        pids = session.await_json_line()
        session.await_stderr(b"command still runs")
        client.send(b"late")
        self.assertEqual(b"late", client.recv(100), "its loop lives")
        _, outside = self.ended(session, pids)
        self.assertEqual((True, True), (outside["used"], outside["wedged_before_first_byte"]))
        self.assertIn(self.said(pids, "in use; the wedge began before its first byte"), outside["text"])

    def test_none(self) -> None:
        outcome = self.run_unwedge(PROGRAMS / "wedge.py", options=ENDED_SOON)
        self.assertIn(NOTHING, outcome.stderr.decode())
        self.assertEqual((NOTHING, []), (outcome.diagnosis["outside"]["text"], outcome.diagnosis["outside"]["connections"]))

    def test_each_format_tells_it(self) -> None:
        file = self.folder / "one.unwedge"
        session = self.start(CLIENT, self.port, options=[*ENDED_SOON, "--record", file])
        self.accept()
        pids = session.await_json_line()
        session.wait()
        for form in ("json", "html", "junit", "github-summary"):
            with self.subTest(form):
                told = self.run_bare(UNWEDGE, "report", "--format", form, file).stdout.decode()
                self.assertIn(self.said(pids, "nothing was sent or received on it before the wedge"), " ".join(told.split()))


if __name__ == "__main__":
    harness.main()
