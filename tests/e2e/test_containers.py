#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""In a container as a runtime makes it, and around containers: each sees its own, by its own numbers."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, WEDGED, Argument, Session, actor_pids, culprits, descendants, numbers

CONTAINER = PROGRAMS / "container.py"
TWINS = PROGRAMS / "twins.py"
WEDGE = PROGRAMS / "wedge.py"
SOON = ["--stall-after", "1"]
TIERS = {"bpf": [], "procfs": ["--no-bpf"]}


class InContainers(harness.EndToEndTest):
    def contained(self, kind: str) -> list[Argument]:
        """What comes before a command, to run it in a container."""
        return [CONTAINER, kind, self.folder]

    def outer(self, session: Session, said: dict[str, int]) -> dict[str, int]:
        """By our numbers, of those below `session`."""
        by_inner = {numbers(pid)[-1]: pid for pid in descendants(session.pid) if len(numbers(pid)) > 1}
        return {role: by_inner[pid] for role, pid in said.items()}

    def start_contained(self, *command: Argument) -> dict[str, int]:
        session = self.start_bare(*self.contained("default"), *command)
        said: dict[str, int] = session.await_json_line()
        return self.outer(session, said)

    def read(self, name: str) -> dict[str, Any]:
        return harness.parse_diagnosis((self.folder / name).read_bytes())


class Inside(InContainers):
    def assert_named(self, kind: str, tier: str) -> bytes:
        session = self.start(WEDGE, options=[*SOON, "--timeout", "4"], through=self.contained(kind))
        pids = session.await_json_line()
        outcome = session.wait()
        self.assertEqual((124, tier), (outcome.status, outcome.diagnosis["tier"]), outcome.stderr)
        self.assertEqual("container", outcome.diagnosis["host"])
        self.assertLess(max(pids.values()), 100, "these are numbers of a new namespace")
        self.assertEqual([pids["child"]], culprits(outcome.diagnosis))
        self.assertEqual([pids["parent"]], [one["pid"] for one in outcome.verdicts("victim")])
        self.assertEqual(set(pids.values()), actor_pids(outcome.diagnosis))
        return outcome.stderr

    def test_with_what_a_runtime_leaves_it_it_watches_without_bpf(self) -> None:
        stderr = self.assert_named("default", "procfs")
        self.assertRegex(stderr.splitlines()[0], rb"unwedge: without BPF, .*missing .*CAP_BPF")

    def test_in_a_privileged_one_with_bpf(self) -> None:
        self.assert_named("privileged", "bpf")

    def test_a_look_at_all_of_it(self) -> None:
        """And at nobody else."""
        outside, _ = self.start_case("disarmed_unix")
        script = '"$1" & sleep 2; "$2" triage --all --window 2 --json "$3"; echo "$?"; kill $!; wait'
        session = self.start_bare(
            *self.contained("default"), "sh", "-c", script, "-", WEDGE, UNWEDGE, self.folder / "json"
        )
        pids = session.await_json_line()
        session.await_stdout(f"\n{WEDGED}\n".encode())
        document = self.read("json")
        self.assertEqual([pids["child"]], culprits(document))
        self.assertLess(max(actor_pids(document)), 100)
        outside.signal(signal.SIGTERM)


class Around(InContainers):
    def test_the_tree_of_a_run_enters_one(self) -> None:
        for tier, means in TIERS.items():
            for command in ([WEDGE], [TWINS, "wedged"]):
                with self.subTest(tier, command=command[0].name):
                    session = self.start(
                        *self.contained("default"), *command,
                        options=[*SOON, *means, "--on-wedge", "kill", "--grace", "1", "--kill-after", "1"],
                    )
                    pids = self.outer(session, session.await_json_line())
                    pidfds = self.hold(pids)
                    outcome = session.wait()
                    self.assertEqual((124, tier), (outcome.status, outcome.diagnosis["tier"]))
                    self.assert_gone(pidfds)
                    self.assertEqual([pids["child"]], culprits(outcome.diagnosis))
                    self.assertIn(pids["parent"], [one["pid"] for one in outcome.verdicts("victim")])

    def attach(self, pid: int, *means: str) -> dict[str, Any]:
        session = self.start_bare(UNWEDGE, "attach", *SOON, *means, "--json", self.folder / "json", str(pid))
        session.await_stderr(b"unwedge: wedged: ")
        session.signal(signal.SIGINT)
        self.assertEqual(WEDGED, session.wait().status)
        return self.read("json")

    def test_attached_from_outside(self) -> None:
        pids = self.start_contained(TWINS, "wedged")
        for tier, means in TIERS.items():
            with self.subTest(tier):
                document = self.attach(pids["parent"], *means)
                self.assertEqual(tier, document["tier"])
                self.assertEqual([pids["child"]], culprits(document))
                self.assertEqual(set(pids.values()), actor_pids(document))
                [channel] = document["channels"]
                self.assertEqual(
                    {pids["parent"]: "127.0.0.1:7001", pids["child"]: "127.0.0.1:7002"},
                    {end["holders"][0]["pid"]: end["address"] for end in channel["ends"]},
                )

    def test_the_same_addresses_in_several_are_not_confused(self) -> None:
        healthy = [self.start_contained(TWINS, "healthy") for _ in range(2)]
        wedged = self.start_contained(TWINS, "wedged")
        everybody = {pid for pids in (*healthy, wedged) for pid in pids.values()}
        for tier, means in TIERS.items():
            with self.subTest(tier):
                look = self.start_bare(UNWEDGE, "triage", "--all", *means, "--json", self.folder / "json")
                self.assertEqual(WEDGED, look.wait().status)
                document = self.read("json")
                self.assertEqual(tier, document["tier"])
                self.assertEqual({wedged["child"]}, set(culprits(document)) & everybody)
                self.assertLessEqual(everybody, actor_pids(document))
                connected = [
                    {holder["pid"] for end in channel["ends"] for holder in end["holders"]}
                    for channel in document["channels"]
                    if channel["kind"] == "tcp"
                ]
                for pids in (*healthy, wedged):
                    pair = set(pids.values())
                    self.assertEqual([pair], [holders for holders in connected if holders & pair])


if __name__ == "__main__":
    harness.main(*harness.missing_namespaces())
