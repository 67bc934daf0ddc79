#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unwedge triage looks at what already runs."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path
from typing import Any

import harness
from harness import NOBODY, PROGRAMS, UNWEDGE, WEDGED, actor_pids, culprits, vanished_pid

AS_NOBODY: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
SLEEPER = "import signal; print(flush=True); signal.pause()"
GIANT = """
import ctypes, os, resource, signal, sys
if len(sys.argv) == 1:
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 26, 1 << 26))  # a quarter of it may be arguments
    os.execv(sys.executable, [*sys.orig_argv, *["x" * 100_000] * 41])
ctypes.CDLL(None).prctl(15, b") R 1 1\\n\\x1b[2J")  # PR_SET_NAME
print(flush=True)
signal.pause()
"""


class Triage(harness.EndToEndTest):
    def triage(self, *arguments: object, **how: Any) -> harness.Outcome:
        outcome: harness.Outcome = self.run_bare(UNWEDGE, "triage", *map(str, arguments), **how)
        return outcome

    def diagnosis(self, *arguments: object, **how: Any) -> dict[str, Any]:
        outcome = self.triage("--json", "-", *arguments, **how)
        document: dict[str, Any] = harness.parse_diagnosis(outcome.stdout)
        self.assertEqual(outcome.status, WEDGED if document["wedged"] else 0)
        return document

    def start_sleeper(self, *more: str, **how: Any) -> harness.Session:
        session: harness.Session = self.start_bare("/usr/bin/python3", "-ISc", SLEEPER, *more, **how)
        session.await_stdout(b"\n")
        return session

    # Whom it names.

    def test_names_the_culprit_of_a_tree_in_words(self) -> None:
        _, case = self.start_case("disarmed_tcp")
        outcome = self.triage(case["actors"]["parent"])
        self.assertEqual((WEDGED, b""), (outcome.status, outcome.stderr))
        first_line = outcome.stdout.splitlines()[0]
        self.assertTrue(first_line.startswith(b"unwedge: wedged: "), first_line)
        self.assertIn(f"(pid {case['actors']['child']}) stopped consuming".encode(), outcome.stdout)
        self.assertIn(b" by bpf (level sample) for ", outcome.stdout)

    def test_names_it_in_json(self) -> None:
        _, case = self.start_case("disarmed_unix")
        for tier, level, options in (("bpf", "sample", []), ("procfs", None, ["--no-bpf"])):
            with self.subTest(tier):
                document = self.diagnosis(*options, case["actors"]["parent"])
                self.assertEqual((tier, level), (document["tier"], document["level"]))
                self.assertIsNone(document["command"])
                self.assertEqual([], document["hidden"])
                self.assertEqual([case["truth"]["culprit"]], culprits(document))
                self.assertEqual(set(case["actors"].values()), actor_pids(document))

    def test_knows_how_long_it_has_been_so_though_it_came_later(self) -> None:
        _, case = self.start_case("disarmed_unix")
        self.diagnosis(case["actors"]["parent"])  # takes its time
        for options in ([], ["--no-bpf"]):
            with self.subTest(options):
                document = self.diagnosis(*options, case["actors"]["parent"])
                [verdict] = [one for one in document["verdicts"] if one["role"] == "culprit"]
                self.assertGreater(verdict["since_s"], document["watched_s"] + 1)

    def test_finds_trees_by_what_their_command_lines_match(self) -> None:
        mark = f"mark-{uuid.uuid4()}"
        sleepers = [self.start_sleeper(mark) for _ in range(2)]
        document = self.diagnosis("--match", mark)
        self.assertEqual({one.pid for one in sleepers}, actor_pids(document), "and not unwedge itself")
        self.assertFalse(document["wedged"])

    def test_looks_at_all_and_names_whoever_is_wedged(self) -> None:
        _, case = self.start_case("never_read_unix")
        sleeper = self.start_sleeper()
        document = self.diagnosis("--all")
        self.assertIn(case["truth"]["culprit"], culprits(document))
        self.assertLessEqual({sleeper.pid, os.getpid()}, actor_pids(document))

    def test_tells_of_all_in_trees_the_wedged_ones_first(self) -> None:
        _, case = self.start_case("never_read_unix", through=("/usr/bin/setsid", "--wait"))
        sleeper = self.start_sleeper()
        self.assertIsNone(self.diagnosis(sleeper.pid)["trees"])
        document = self.diagnosis("--all")
        trees = document["trees"]
        self.assertEqual(sorted((one["wedged"] for one in trees), reverse=True), [one["wedged"] for one in trees])
        self.assertEqual(len(document["actors"]), sum(one["actors"] for one in trees))
        wedged = {one["root"]: one for one in trees if one["wedged"]}
        self.assertEqual(len(case["actors"]), wedged[case["actors"]["parent"]]["actors"])

        outcome = self.triage("--all")
        self.assertEqual((WEDGED, b""), (outcome.status, outcome.stderr))
        text = outcome.stdout.decode()
        self.assertRegex(text.splitlines()[0], r"^unwedge: [1-9][0-9]* of [0-9]+ trees (is|are) wedged")
        self.assertLess(text.index(f"(pid {case['truth']['culprit']})"), text.index("not wedged: "))

    def test_tells_the_stacks_of_the_accused_if_asked(self) -> None:
        _, case = self.start_case("lock_unix")
        root = case["actors"]["parent"]
        self.assertIsNone(self.diagnosis(root)["stacks"])
        stacks = self.diagnosis(root, "--stacks")["stacks"]
        self.assertEqual({case["truth"]["culprit"]}, {one["pid"] for one in stacks})
        self.assertTrue(all(one["user"] or one["error"] for one in stacks), stacks)
        self.assertTrue(any(one["kernel"] for one in stacks), stacks)
        self.assertIn(b"innermost call first", self.triage(root, "--stacks").stdout)

    def test_a_kernel_thread_is_no_process(self) -> None:
        threads = subprocess.run(["/usr/bin/pgrep", "-x", "kthreadd"], capture_output=True, text=True).stdout.split()
        if not threads:
            self.skipTest("no kernel thread is seen here")
        for options in ([], ["--no-bpf"]):
            with self.subTest(options):
                outcome = self.triage(*options, threads[0])
                self.assertEqual((1, b""), (outcome.status, outcome.stdout))
                self.assertIn(f"there is no process {threads[0]}".encode(), outcome.stderr)

    # Who may look.

    def test_needs_no_privilege_for_ones_own_processes(self) -> None:
        _, case = self.start_case("disarmed_tcp", **AS_NOBODY)
        document = self.diagnosis(case["actors"]["parent"], **AS_NOBODY)
        self.assertEqual([case["truth"]["culprit"]], culprits(document))
        self.assertEqual([], document["hidden"])

    def test_says_what_it_may_not_see_and_accuses_nobody(self) -> None:
        _, case = self.start_case("disarmed_tcp")
        document = self.diagnosis(case["actors"]["parent"], **AS_NOBODY)
        self.assertFalse(document["wedged"])
        self.assertRegex("\n".join(document["hidden"]), "the descriptors of 2 of 2 processes: run unwedge as root")

    # Namespaces.

    def test_sees_sockets_of_another_network_namespace(self) -> None:
        loopback_up = "ip link set lo up && exec \"$0\""
        _, case = self.start_case("disarmed_tcp", through=("/usr/bin/unshare", "--net", "/bin/sh", "-c", loopback_up))
        document = self.diagnosis(case["actors"]["parent"])
        self.assertEqual([case["truth"]["culprit"]], culprits(document))

    def test_says_that_it_may_not_enter_another_network_namespace(self) -> None:
        loopback_up = "ip link set lo up && exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\""
        _, case = self.start_case("disarmed_tcp", through=("/usr/bin/unshare", "--net", "/bin/sh", "-c", loopback_up))
        document = self.diagnosis(case["actors"]["parent"], **AS_NOBODY)
        self.assertFalse(document["wedged"])
        self.assertRegex("\n".join(document["hidden"]), "the sockets of network namespace [0-9]+: ")

    # Hostile names.

    def test_nothing_unprintable_reaches_the_terminal(self) -> None:
        evil = "\x1b]0;owned\x07\x1b[2J\n\r\x9b31m" + "x" * 100_000
        sleeper = self.start_sleeper(evil)
        outcome = self.triage(sleeper.pid)
        self.assertEqual(0, outcome.status)
        text = outcome.stdout.decode()
        self.assertIn(str(sleeper.pid), text)
        self.assertFalse({c for c in text if ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160})

    def test_a_command_line_of_4_mb_and_a_name_like_a_stat_line_do_no_harm(self) -> None:
        sleeper = self.start_bare("/usr/bin/python3", "-ISc", GIANT)
        sleeper.await_stdout(b"\n")
        self.assertGreater(len(Path(f"/proc/{sleeper.pid}/cmdline").read_bytes()), 4_000_000)
        for options in ([], ["--no-bpf"]):
            with self.subTest(options):
                document = self.diagnosis(*options, sleeper.pid)
                self.assertEqual({sleeper.pid}, actor_pids(document))
                self.assertLess(sum(map(len, document["actors"][0]["argv"])), 20_000)
                outcome = self.triage(*options, sleeper.pid)
                self.assertEqual((0, b""), (outcome.status, outcome.stderr))
                self.assertNotIn(b"\x1b", outcome.stdout)
                self.assertLess(len(outcome.stdout), 10_000)

    def test_a_tree_that_forks_and_dies_all_the_time_is_no_error(self) -> None:
        breeder = self.start_bare(PROGRAMS / "breeder.py", "200")
        outcome = self.triage(breeder.pid)
        self.assertIn(outcome.status, (0, 1))
        self.assertFalse(outcome.status and b"there is no process" not in outcome.stderr)

    # Usage.

    def test_fails_if_there_is_nobody_to_look_at(self) -> None:
        gone = vanished_pid()
        outcome = self.triage(gone)
        self.assertEqual(1, outcome.status)
        self.assertIn(f"there is no process {gone}".encode(), outcome.stderr)
        outcome = self.triage("--match", f"no such {uuid.uuid4()}$")
        self.assertEqual(1, outcome.status)
        self.assertIn(b"no process matches", outcome.stderr)

    def test_wants_to_know_whom(self) -> None:
        for words in ((), ("--all", "1"), ("--match", "("), ("--window", "1ms", "1"), ("0",)):
            with self.subTest(words=words):
                outcome = self.triage(*words)
                self.assertEqual((2, b""), (outcome.status, outcome.stdout))
                self.assertEqual(1, outcome.stderr.count(b"\n"))


if __name__ == "__main__":
    harness.main()
