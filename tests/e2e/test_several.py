#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Several unwedges at once on one host: each tells of its own tree, and two of the same tree tell the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, WEDGED, Argument, Session, actor_pids, culprits

WEDGE = PROGRAMS / "wedge.py"
SOON = ["--stall-after", "1"]
ENDED_SOON = [*SOON, "--on-wedge", "kill", "--grace", "0.5", "--kill-after", "1"]
BPF_FILES = Path("/sys/fs/bpf")


def pinned() -> set[str]:
    return {str(one) for one in BPF_FILES.rglob("*")} if BPF_FILES.is_dir() else set()


class OneEach(harness.EndToEndTest):
    def start_as_nobody(self, *command: Argument, options: list[str]) -> Session:
        """unwedge itself, which then has no BPF."""
        program = shutil.copy(UNWEDGE, self.folder / "unwedge")
        json_file = next(self._json_files)
        nobody = [f"--reuid={harness.NOBODY}", f"--regid={harness.NOBODY}", "--clear-groups"]
        argv = ["setpriv", *nobody, program, "run", "--json", json_file, *options, "--", *command]
        return self._open(Session, argv, json_file)

    def test_eight_name_their_own_only(self) -> None:
        as_nobody = ["--user", "nobody"]
        without = ["--no-bpf"]
        wedged = [self.start(WEDGE, options=[*ENDED_SOON, *how]) for how in ([], as_nobody, without)]
        wedged.append(self.start_as_nobody(WEDGE, options=ENDED_SOON))
        healthy = [
            self.start(harness.ZOO_CASES / "busy_tree", options=[*SOON, *how], environment={"ZOO_SECONDS": "6"})
            for how in ([], as_nobody, without, ["--level", "full"])
        ]
        said = [session.await_json_line() for session in wedged]
        outcomes = [session.wait() for session in wedged]
        for own, outcome in zip(said, outcomes):
            self.assertEqual(124, outcome.status)
            self.assertEqual([own["child"]], culprits(outcome.diagnosis))
            self.assertEqual(set(own.values()), actor_pids(outcome.diagnosis))
        self.assertEqual(["bpf", "bpf", "procfs", "procfs"], [outcome.diagnosis["tier"] for outcome in outcomes])
        own_pids = {pid for own in said for pid in own.values()}
        for session in healthy:
            outcome = session.wait()
            self.assertEqual((0, b"", []), (outcome.status, outcome.stderr, outcome.diagnosis["verdicts"]))
            self.assertTrue(actor_pids(outcome.diagnosis).isdisjoint(own_pids))
            own_pids |= actor_pids(outcome.diagnosis)


class TheSameTree(harness.EndToEndTest):
    def read(self, name: str) -> dict[str, Any]:
        return harness.parse_diagnosis((self.folder / name).read_bytes())

    def test_a_run_in_a_run(self) -> None:
        inner = [UNWEDGE, "run", *ENDED_SOON, "--json", self.folder / "inner", "--"]
        session = self.start(*inner, WEDGE, options=SOON)
        pids = session.await_json_line()
        outcome = session.wait()
        self.assertEqual(124, outcome.status, "the inner one's, passed on")
        self.assertEqual([pids["child"]], culprits(self.read("inner")))
        self.assertEqual(set(pids.values()), actor_pids(self.read("inner")))
        self.assertEqual([pids["child"]], culprits(outcome.diagnosis), "and it ended with its tree")
        self.assertLess(set(pids.values()), actor_pids(outcome.diagnosis))

    def test_an_attach_and_a_look_while_a_run_watches(self) -> None:
        before = pinned()
        session = self.start(WEDGE, options=SOON, stdin=subprocess.PIPE)
        pids = session.await_json_line()
        session.await_stderr(b"unwedge: wedged: ")
        attach = self.start_bare(UNWEDGE, "attach", *SOON, "--json", self.folder / "attach", str(pids["parent"]))
        attach.await_stderr(b"unwedge: wedged: ")
        own, other = (harness.loaded_objects(one.pid) for one in (session, attach))
        self.assertEqual((True, True, set()), (bool(own), bool(other), own & other))
        self.assertEqual(before, pinned())
        look = self.start_bare(UNWEDGE, "triage", "--json", self.folder / "triage", str(pids["parent"]))
        self.assertEqual(WEDGED, look.wait().status)
        attach.signal(signal.SIGINT)
        self.assertEqual(WEDGED, attach.wait().status)
        for name in ("attach", "triage"):
            document = self.read(name)
            self.assertEqual([pids["child"]], culprits(document))
            self.assertEqual(set(pids.values()), actor_pids(document))
            self.assertEqual(1, sum(one["kind"] == "unix" for one in document["channels"]))
        self.assertEqual(own, harness.loaded_objects(session.pid), "the first one's are still there")
        os.kill(pids["child"], signal.SIGUSR1)  # it reads and answers, so the wedge is over
        session.await_stderr(b"recovered after")


if __name__ == "__main__":
    harness.main()
