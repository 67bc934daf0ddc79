#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""--provoke makes what is rare less rare: the same way with the same seed, with no false alarm, and nothing of it outlives unwedge."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import harness
from harness import NOBODY, PROGRAMS, UNWEDGE, ZOO_CASES, Outcome, Session, culprits

ECHO = PROGRAMS / "echo.py"
RARE = PROGRAMS / "rare.py"
STEP = re.compile(rb"provoke (\S+) \(pid (\d+)\) at ([\d.]+) s: ([^(\n]+)(?: \((.*)\))?$", re.M)


def name_of(pid: int) -> str:
    return harness.proc_status(pid)["Name"]


def is_stopped(pid: int) -> bool:
    return harness.proc_status(pid)["State"].startswith("T")


def schedules(stderr: bytes) -> dict[bytes, list[tuple[bytes, bytes]]]:
    """Of each actor, by its lineage: when, and what."""
    steps = defaultdict(list)
    for lineage, _, at, what, _ in STEP.findall(stderr):
        steps[lineage].append((at, what.strip()))
    return dict(steps)


class Provoke(harness.EndToEndTest):
    def provoke(self, spec: str, *more: str) -> list[str]:
        return ["--provoke", spec, *more]

    def helper_of(self, session: Session) -> int:
        """And the helper's load, once it has begun."""
        harness.await_that(lambda: "provoker" in map(name_of, harness.descendants(session.pid)), "the helper")
        [helper] = [pid for pid in harness.descendants(session.pid) if name_of(pid) == "provoker"]
        return helper

    def load_of(self, session: Session, count: int) -> dict[str, int]:
        """A pidfd of each process that makes load."""
        helper = self.helper_of(session)

        def busy() -> list[int]:
            return [pid for pid in harness.descendants(helper) if name_of(pid) == "busy"]

        harness.await_that(lambda: len(busy()) == count, f"{count} processes that make load")
        return self.hold({f"busy {pid}": pid for pid in busy()})

    def stand_still_when(self, helper: int, holds: Callable[[], bool]) -> None:
        """Stops the helper in the middle of a stop of its own."""

        def is_caught() -> bool:
            os.kill(helper, signal.SIGCONT)
            harness.await_that(holds, "a stop")
            os.kill(helper, signal.SIGSTOP)
            harness.await_that(lambda: is_stopped(helper), "the helper to stand")
            return holds()

        harness.await_that(is_caught, "it to be caught in the middle of a stop")


class Repeats(Provoke):
    def steps(self, seed: int) -> dict[bytes, list[tuple[bytes, bytes]]]:
        options = self.provoke("nice,affinity,stop", "--seed", str(seed), "-v")
        outcome = self.run_unwedge(ECHO, "1.5", options=options)
        self.assertEqual(7, outcome.status, outcome.stderr)
        return schedules(outcome.stderr)

    def test_the_same_seed_does_the_same(self) -> None:
        one, other = self.steps(5), self.steps(5)
        self.assertEqual({b"1", b"1.1"}, set(one) & set(other))
        for lineage in one:
            least = min(len(one[lineage]), len(other[lineage]))  # they did not run equally long
            self.assertGreater(least, 4)
            self.assertEqual(one[lineage][:least], other[lineage][:least])
        self.assertNotEqual(one[b"1"][:4], one[b"1.1"][:4])
        self.assertNotEqual(one[b"1"][:4], self.steps(6)[b"1"][:4])

    def test_the_seed_is_told(self) -> None:
        outcome = self.run_unwedge("true", options=self.provoke("nice"))
        found = re.fullmatch(rb"unwedge: provoking with nice; --seed (\d+) repeats it\n", outcome.stderr)
        self.assertTrue(found, outcome.stderr)
        self.assertEqual({"spec": "nice", "seed": int(found[1])}, outcome.diagnosis["provoked"])
        self.assertIsNone(self.run_unwedge("true").diagnosis["provoked"])

    def test_a_recording_tells_it_too(self) -> None:
        file = self.folder / "one.unwedge"
        self.run_unwedge("true", options=self.provoke("nice", "--seed", "9", "--record", str(file)))
        shown = self.run_bare(UNWEDGE, "report", file, "--format", "json")
        self.assertEqual({"spec": "nice", "seed": 9}, harness.parse_diagnosis(shown.stdout)["provoked"])

    def test_only_who_is_named_is_stopped(self) -> None:
        script = f"sh -c 'while :; do :; done' & {ECHO} 1 >/dev/null; kill $!"
        outcome = self.run_unwedge("sh", "-c", script, options=self.provoke("stop=echo*:10ms", "-v"))
        stopped = {lineage for lineage, _, _, _, why_not in STEP.findall(outcome.stderr) if not why_not}
        others = {lineage for lineage, _, _, _, why_not in STEP.findall(outcome.stderr) if why_not == b"it has another name"}
        self.assertIn(b"1.1", others, "the loop")
        self.assertTrue({b"1.2", b"1.2.1"} <= stopped, outcome.stderr)
        self.assertFalse({b"1", b"1.1"} & stopped, outcome.stderr)


class CommandUnchanged(Provoke):
    def test_status_and_streams(self) -> None:
        for tier in ([], ["--no-bpf"]):
            with self.subTest(tier=tier):
                session = self.start(
                    "sh", "-c", "cat; echo err >&2; exit 9", options=[*self.provoke("all"), *tier], stdin=subprocess.PIPE
                )
                session.process.stdin.write(b"in\n")
                session.process.stdin.close()
                outcome = session.wait()
                self.assertEqual((9, b"in\n"), (outcome.status, outcome.stdout))
                [ours, theirs] = sorted(outcome.stderr.splitlines(), reverse=True)
                self.assertEqual(b"err", theirs)
                self.assertRegex(ours, rb"\Aunwedge: provoking with all; --seed \d+ repeats it\Z")

    def test_the_tree_is_pinned(self) -> None:
        says = "import os; print(sorted(os.sched_getaffinity(0)))"
        allowed = sorted(os.sched_getaffinity(0))
        for spec, cpus in (("pin", allowed[:1]), (f"pin={allowed[-1]}", allowed[-1:]), ("nice", allowed)):
            with self.subTest(spec=spec):
                outcome = self.run_unwedge("/usr/bin/python3", "-c", says, options=self.provoke(spec))
                self.assertEqual(f"{cpus}\n", outcome.stdout.decode())

    def test_priorities_are_those_of_the_users_processes(self) -> None:
        options = self.provoke("nice", "--user", "nobody", "--seed", "1", "-v")
        session = self.start(ECHO, "2", options=options)
        pids = session.await_json_line()
        harness.await_that(lambda: os.getpriority(os.PRIO_PROCESS, pids["child"]) > 0, "another priority")
        self.assertEqual(7, session.wait().status)
        self.assertNotIn(b"left out", session.stderr)

    def test_who_may_not_raise_priorities_is_told_and_the_rest_goes_on(self) -> None:
        through = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        outcome = self.run_bare(
            *through, UNWEDGE, "run", "--no-bpf", "--record-when", "never", "--provoke", "nice,stop:10ms", "-v", "--", ECHO, "1.5"
        )
        self.assertEqual(7, outcome.status, outcome.stderr)
        self.assertEqual(1, outcome.stderr.count(b"nice is left out"), outcome.stderr)
        done = [what for _, _, _, what, why_not in STEP.findall(outcome.stderr) if not why_not]
        self.assertTrue(done and all(what.startswith(b"stop") for what in done), outcome.stderr)

    def test_what_can_not_be_is_a_usage_error(self) -> None:
        for options, words in (
            (["--provoke", "sleep"], ["--provoke", "'sleep' is not"]),
            (["--provoke", ""], ["--provoke", "a part is wanted"]),
            (["--provoke", "cpu=0"], ["from 1 to 256"]),
            (["--provoke", "pin=8191"], ["CPUs 8191"]),
            (["--provoke", "stop:0.8s"], ["too long", "750 ms"]),
            (["--provoke", "stop:51ms", "--stall-after", "0.2"], ["too long", "50 ms"]),
            (["--seed", "1"], ["--seed", "--provoke"]),
            (["--provoke", "nice", "--seed", "-1"], ["--seed"]),
            (["--provoke", "nice", "--seed", "9007199254740992"], ["--seed"]),
        ):
            with self.subTest(options=options):
                outcome = self.run_unwedge("echo", "ran", options=options)
                self.assertEqual((125, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, *words)


class NothingIsLeft(Provoke):
    def stopped_echo(self, spec: str) -> tuple[Session, dict[str, int]]:
        """An echo of which one side is stopped at this moment."""
        session = self.start(ECHO, "60", options=self.provoke(spec))
        pids = session.await_json_line()
        harness.await_that(lambda: any(map(is_stopped, pids.values())), "a stop")
        return session, pids

    def assert_runs(self, pids: dict[str, int]) -> None:
        harness.await_that(lambda: not any(map(is_stopped, pids.values())), "all go on")

    def test_unwedge_is_killed(self) -> None:
        session, pids = self.stopped_echo("cpu=1,stop:750ms")
        helper = self.hold({"helper": self.helper_of(session)})
        load = self.load_of(session, 1)
        tree = self.hold(pids)
        session.signal(signal.SIGKILL)
        self.assertEqual(-signal.SIGKILL, session.wait().status)
        harness.await_that(lambda: all(map(harness.has_ended, helper.values())), "the helper's end")
        self.assert_runs(pids)
        harness.await_that(lambda: all(map(harness.has_ended, load.values())), "the load's end")
        self.assertFalse(any(map(harness.has_ended, tree.values())))

    def test_the_helper_is_killed(self) -> None:
        session, pids = self.stopped_echo("cpu=1,stop:750ms")
        load = self.load_of(session, 1)
        harness.await_that(lambda: any(map(is_stopped, pids.values())), "a stop")
        os.kill(self.helper_of(session), signal.SIGKILL)
        session.await_stderr(b"--provoke: the process that does it has been ended; the command goes on without")
        self.assert_runs(pids)
        harness.await_that(lambda: all(map(harness.has_ended, load.values())), "the load's end")
        os.kill(pids["parent"], signal.SIGTERM)
        self.assertEqual((8, 1), (session.wait().status, session.stdout.count(b"bye")))

    def test_the_helper_stands_still_at_the_end(self) -> None:
        session, pids = self.stopped_echo("cpu=1,stop:750ms")
        load = self.load_of(session, 1)
        helper = self.helper_of(session)
        child = self.hold({"child": pids["child"]})
        self.stand_still_when(helper, lambda: is_stopped(pids["child"]) and not is_stopped(pids["parent"]))
        session.signal(signal.SIGTERM)
        self.assertEqual((8, b"bye"), (session.wait().status, session.stdout.splitlines()[-1]))
        self.assertFalse(Path(f"/proc/{helper}").exists())
        harness.await_that(lambda: all(map(harness.has_ended, child.values())), "it to go on, and to its end")
        harness.await_that(lambda: all(map(harness.has_ended, load.values())), "the load's end")

    def test_signals_to_the_group_and_from_the_terminal_do_not_reach_it(self) -> None:
        session, pids = self.stopped_echo("stop:750ms")
        helper = self.helper_of(session)
        self.assertNotEqual(os.getpgid(session.pid), os.getpgid(helper))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(helper, number)
        session.signal(signal.SIGTERM)
        self.assertEqual((8, b"bye"), (session.wait().status, session.stdout.splitlines()[-1]))

    def test_the_load_ends_with_the_run(self) -> None:
        session = self.start(ECHO, "1.5", options=self.provoke("cpu=2"))
        load = self.load_of(session, 2)
        self.assertEqual(7, session.wait().status)
        self.assert_gone(load)

    def test_it_ends_before_the_tree_is_ended(self) -> None:
        options = self.provoke("cpu=1,stop:750ms", "--timeout", "1.5")
        outcome = self.run_unwedge(ECHO, "60", options=options)
        self.assertEqual((124, b"bye"), (outcome.status, outcome.stdout.splitlines()[-1]))
        self.assertEqual([], culprits(outcome.diagnosis))


class Verdicts(Provoke):
    SOON = ("--stall-after", "1", "--busy-after", "5")

    def test_healthy_trees_are_not_accused(self) -> None:
        cases = [ZOO_CASES / name for name in ("slow_consumer_unix", "slow_consumer_tcp", "idle_pool_lock", "busy_tree")]
        script = f'for one in "$@"; do "$one" & done; {ECHO} 8; status=$?; kill 0; exit $status'
        for tier in ([], ["--no-bpf"]):
            with self.subTest(tier=tier):
                options = [*self.provoke("all,stop:250ms"), *self.SOON, *tier]
                script_of_all = ["setsid", "-w", "sh", "-c", "trap : TERM; " + script, "sh", *cases]
                outcome = self.run_unwedge(*script_of_all, options=options, environment={"ZOO_SECONDS": "8"})
                self.assertEqual(7, outcome.status, outcome.stderr)
                self.assertEqual([], culprits(outcome.diagnosis))
                self.assertNotIn(b"wedged: ", outcome.stderr)

    def test_a_stop_of_ours_that_does_not_end_is_no_stop_of_others(self) -> None:
        """As when the helper gets no CPU."""
        for tier in ([], ["--no-bpf"]):
            with self.subTest(tier=tier):
                session = self.start(ECHO, "30", options=[*self.provoke("stop:250ms"), *self.SOON, *tier])
                pids = session.await_json_line()
                helper = self.helper_of(session)
                self.stand_still_when(helper, lambda: any(map(is_stopped, pids.values())))
                time.sleep(3.5)  # that nothing is said is what is tested
                self.assertTrue(any(map(is_stopped, pids.values())))
                os.kill(helper, signal.SIGCONT)
                harness.await_that(lambda: not any(map(is_stopped, pids.values())), "all go on")
                session.signal(signal.SIGTERM)
                outcome = session.wait()
                self.assertEqual(8, outcome.status, outcome.stderr)
                self.assertEqual([], culprits(outcome.diagnosis))
                self.assertNotIn(b"wedged", outcome.stderr)

    def test_what_hangs_is_told_while_it_is_provoked(self) -> None:
        """Also what shows in no queue: it takes a tree at rest."""
        for case, kind in (("disarmed_unix", "stopped_consuming"), ("deadlock_unix", "deadlock")):
            with self.subTest(case=case):
                options = [*self.provoke("affinity,nice,stop"), *self.SOON, "--on-wedge", "kill", "--grace", "0"]
                outcome: Outcome = self.run_unwedge(ZOO_CASES / case, options=options)
                self.assertEqual(124, outcome.status, outcome.stderr)
                self.assertEqual([kind], [one["kind"] for one in outcome.verdicts("culprit")])
                self.assertIn(b"\nprovoked: unwedge itself", outcome.stderr)

    def test_who_is_stopped_by_others_stays_so_and_is_told(self) -> None:
        for tier in ([], ["--no-bpf"]):
            with self.subTest(tier=tier):
                options = [*self.provoke("stop:20ms"), *self.SOON, *tier, "--on-wedge", "kill", "--grace", "0"]
                outcome = self.run_unwedge(ZOO_CASES / "sigstop_tcp", options=options)
                self.assertEqual(124, outcome.status, outcome.stderr)
                self.assertEqual(["stopped"], [one["kind"] for one in outcome.verdicts("culprit")])

    def test_a_rare_hang_is_less_rare(self) -> None:
        """How much: docs/provoke.md. One of these runs hangs in about every second."""
        for seed in range(1, 13):
            options = [*self.provoke("stop:100ms", "--seed", str(seed)), *self.SOON, "--on-wedge", "kill", "--grace", "0"]
            outcome = self.run_unwedge(RARE, options=options)
            if outcome.status == 124:
                break
            self.assertEqual(0, outcome.status, outcome.stderr)
        self.assertEqual(["missed_edge"], [one["kind"] for one in outcome.verdicts("culprit")])
        self.assertEqual({"spec": "stop:100ms", "seed": seed}, outcome.diagnosis["provoked"])


if __name__ == "__main__":
    harness.main()
