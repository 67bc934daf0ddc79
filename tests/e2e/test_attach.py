#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge attach joins a tree that runs."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import harness
from harness import UNWEDGE, WEDGED, actor_pids, culprits, vanished_pid

SOON = ("--stall-after", "0.5")


class Attach(harness.EndToEndTest):
    def attach(self, *arguments: object, **how: Any) -> harness.Session:
        session: harness.Session = self.start_bare(UNWEDGE, "attach", *map(str, arguments), **how)
        return session

    def read_diagnosis(self, name: str) -> dict[str, Any]:
        diagnosis: dict[str, Any] = harness.parse_diagnosis((self.folder / name).read_bytes())
        return diagnosis

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
                self.assertEqual([said["truth"]["culprit"]], culprits(document))
                self.assertEqual(set(said["actors"].values()), actor_pids(document))
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
        self.assertEqual({shell.pid, int(shell.stdout)}, actor_pids(self.read_diagnosis("json")))

    def test_ends_a_tree_that_stays_wedged_if_asked(self) -> None:
        case, said = self.start_case("disarmed_tcp")
        held = self.hold(said["actors"])
        session = self.attach(*SOON, "--on-wedge", "kill", "--grace", "0.5", said["actors"]["parent"])
        case.wait()
        self.assertEqual(124, session.wait().status)
        self.assert_gone(held)

    def test_fails_where_there_is_no_such_process(self) -> None:
        gone = vanished_pid()
        outcome = self.attach(gone).wait()
        self.assertEqual(1, outcome.status)
        self.assert_one_line(outcome.stderr, f"there is no process {gone}")


if __name__ == "__main__":
    harness.main()
