#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge attach joins a tree that runs."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import Any

import harness
from harness import SCHEMA, UNWEDGE, ZOO_CASES

WEDGED = 3
SOON = ("--stall-after", "0.5")


class Attach(harness.EndToEndTest):
    def attach(self, *arguments: object, **how: Any) -> harness.Session:
        session: harness.Session = self.start_bare(UNWEDGE, "attach", *map(str, arguments), **how)
        return session

    def start_case(self, name: str, **how: Any) -> tuple[harness.Session, dict[str, Any]]:
        session = self.start_bare(ZOO_CASES / name, **how)
        announcement: dict[str, Any] = session.await_json_line()
        return session, announcement

    def read_diagnosis(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / name).read_text())
        SCHEMA.validate(document)
        return document

    def culprits(self, document: dict[str, Any]) -> list[int]:
        return [one["pid"] for one in document["verdicts"] if one["role"] == "culprit"]

    def test_names_who_is_wedged_already_until_interrupted(self) -> None:
        for means, tier in (((), "bpf"), (("--no-bpf",), "procfs")):
            with self.subTest(tier=tier):
                case, said = self.start_case("disarmed_unix")
                session = self.attach(*SOON, *means, "--json", self.folder / tier, said["actors"]["parent"])
                session.await_stderr(b"unwedge: wedged: ")
                session.signal(signal.SIGINT)
                self.assertEqual(WEDGED, session.wait().status)
                document = self.read_diagnosis(tier)
                self.assertEqual(tier, document["tier"])
                self.assertEqual([said["truth"]["culprit"]], self.culprits(document))
                self.assertEqual(set(said["actors"].values()), {one["pid"] for one in document["actors"]})
                self.assertLess(document["watched_s"], 60)
                self.assertIsNone(case.process.poll(), "it goes on")
                case.signal(signal.SIGTERM)

    def test_says_nothing_of_a_healthy_tree_and_ends_with_it(self) -> None:
        for name in ("idle_tree", "slow_consumer_tcp"):
            with self.subTest(name):
                _, said = self.start_case(name, environment={"ZOO_SECONDS": "4"})
                outcome = self.attach(*SOON, next(iter(said["actors"].values()))).wait()
                self.assertEqual((0, b"", b""), (outcome.status, outcome.stdout, outcome.stderr))

    def test_follows_what_is_forked_later(self) -> None:
        script = "read line; sleep 1000 & child=$!; echo $child; read line; kill $child"
        shell = self.start_bare("/bin/sh", "-c", script, stdin=subprocess.PIPE)
        session = self.attach("--json", self.folder / "json", "--verbose", shell.pid)
        session.await_stderr(b"attached to 1 processes")
        shell.process.stdin.write(b"\n")
        shell.process.stdin.flush()
        shell.await_stdout(b"\n")
        session.signal(signal.SIGTERM)
        self.assertEqual(0, session.wait().status)
        pids = {one["pid"] for one in self.read_diagnosis("json")["actors"]}
        self.assertEqual({shell.pid, int(shell.stdout)}, pids)

    def test_ends_a_tree_that_stays_wedged_if_asked(self) -> None:
        case, said = self.start_case("disarmed_tcp")
        held = self.hold(said["actors"])
        session = self.attach(*SOON, "--on-wedge", "kill", "--grace", "0.5", said["actors"]["parent"])
        case.wait()
        self.assertEqual(124, session.wait().status)
        self.assert_gone(held)

    def test_fails_where_there_is_no_such_process(self) -> None:
        gone = subprocess.Popen(["/bin/true"])
        gone.wait()
        outcome = self.attach(gone.pid).wait()
        self.assertEqual(1, outcome.status)
        self.assert_one_line(outcome.stderr, f"there is no process {gone.pid}")


if __name__ == "__main__":
    harness.main()
