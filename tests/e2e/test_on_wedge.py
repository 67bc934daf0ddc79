#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""--on-wedge: what is done about a wedge that stands, by unwedge and by a program of the user's."""

import json
import os
import signal
import subprocess
from pathlib import Path

import harness
from harness import PROGRAMS, Argument, Session

WEDGE = PROGRAMS / "wedge.py"
SOON = ["--stall-after", "0.5"]
KILL = ["--on-wedge", "kill"]
LONG = ["--grace", "60"]
ENDING = b"ending the tree with SIGTERM"


class OnWedgeTest(harness.EndToEndTest):
    def start_wedge(self, *options: Argument) -> tuple[Session, dict[str, int]]:
        session: Session = self.start(
            WEDGE, options=[*SOON, *options], stdin=subprocess.PIPE, environment={"TMPDIR": str(self.folder)}
        )
        pids = session.await_json_line()
        return session, self.hold(pids)

    def recover(self, pidfds: dict[str, int]) -> None:
        signal.pidfd_send_signal(pidfds["child"], signal.SIGUSR1)

    def end_command(self, session: Session) -> None:
        """Once its parent has its reply."""
        assert session.process.stdin is not None
        session.process.stdin.close()

    def hook(self, script: str) -> list[Argument]:
        """The option that has it run in our folder."""
        path = self.folder / "hook"
        path.write_text(f"#!/bin/sh\ncd {self.folder}\n{script}\n")
        path.chmod(0o755)
        return ["--on-wedge", f"exec:{path}"]


class Kill(OnWedgeTest):
    def test_ends_the_tree_once_the_grace_is_over(self) -> None:
        session, pidfds = self.start_wedge(*KILL, "--grace", "1")
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assert_gone(pidfds)
        said = [outcome.stderr.index(words) for words in (b"unwedge: wedged: ", b"still wedged after 1.0 s", ENDING)]
        self.assertEqual(sorted(said), said)

    def test_the_diagnosis_is_of_before(self) -> None:
        session, _ = self.start_wedge(*KILL, "--grace", "0")
        outcome = session.wait()
        self.assertTrue(outcome.diagnosis["wedged"])
        self.assertFalse(outcome.diagnosis["command"]["timed_out"])
        self.assertNotIn("dead", [actor["health"] for actor in outcome.diagnosis["actors"]])

    def test_ends_with_sigkill_who_does_not_want_to(self) -> None:
        session: Session = self.start(
            "sh", "-c", f"trap '' TERM; {WEDGE}; exec sleep 60",
            options=[*SOON, *KILL, "--grace", "1", "--kill-after", "1"],
        )  # fmt: skip
        pidfds = self.hold(session.await_json_line())
        self.assertEqual(124, session.wait().status)
        self.assert_gone(pidfds)
        self.assertEqual([], harness.children())

    def test_is_called_off_when_the_wedge_recovers(self) -> None:
        session, pidfds = self.start_wedge(*KILL, *LONG)
        session.await_stderr(b"is ended if it is still wedged in 1 min")
        self.recover(pidfds)
        session.await_stderr(b"called off")
        self.end_command(session)
        outcome = session.wait()
        self.assertEqual(7, outcome.status)
        self.assertNotIn(ENDING, outcome.stderr)

    def test_is_called_off_when_the_culprit_dies(self) -> None:
        session, pidfds = self.start_wedge(*KILL, *LONG)
        session.await_stderr(b"is ended if")
        signal.pidfd_send_signal(pidfds["child"], signal.SIGKILL)
        session.await_stderr(b"called off")
        self.end_command(session)
        self.assertEqual(7, session.wait().status)

    def test_a_healthy_command_is_let_alone(self) -> None:
        outcome = self.run_unwedge(
            harness.ZOO_CASES / "busy_tree", options=[*SOON, *KILL], environment={"ZOO_SECONDS": "2"}
        )
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))


class Exec(OnWedgeTest):
    def test_is_told_who_and_given_the_diagnosis(self) -> None:
        hook = self.hook('env >environment; cp "$UNWEDGE_JSON" copy.json; echo $$ done')
        session, pidfds = self.start_wedge(*hook)
        session.await_stderr(b" done\n")
        pids = session.await_json_line()
        told = dict(line.split("=", 1) for line in (self.folder / "environment").read_text().splitlines())
        self.assertEqual(str(pids["child"]), told["UNWEDGE_CULPRIT_PID"])
        self.assertEqual("stopped_consuming", told["UNWEDGE_CULPRIT_KIND"])
        self.assertEqual([str(pids["parent"])] * 2, [told["UNWEDGE_VICTIM_PIDS"], told["UNWEDGE_ROOT_PID"]])
        diagnosis = json.loads((self.folder / "copy.json").read_text())
        harness.SCHEMAS["diagnosis"].validate(diagnosis)
        self.assertTrue(diagnosis["wedged"])
        self.assertNotIn(self.number_before(b" done\n", session), [one["pid"] for one in diagnosis["actors"]])
        folder = Path(told["UNWEDGE_JSON"]).parent
        self.assertEqual(self.folder, folder.parent)
        harness.await_that(lambda: not folder.exists(), "the diagnosis is gone with the program")
        self.assert_goes_on_to_its_end(session, pidfds)

    @staticmethod
    def number_before(words: bytes, session: Session) -> int:
        return int(bytes(session.stderr).partition(words)[0].split()[-1])

    def assert_goes_on_to_its_end(self, session: Session, pidfds: dict[str, int]) -> None:
        self.recover(pidfds)
        session.await_stderr(b"recovered after")
        self.end_command(session)
        outcome = session.wait()
        self.assertEqual(7, outcome.status)
        known = [actor["argv"] for actor in outcome.diagnosis["actors"]]
        self.assertEqual([], [argv for argv in known if "hook" in " ".join(argv)])

    def test_a_failure_is_told_and_changes_nothing(self) -> None:
        session, pidfds = self.start_wedge(*self.hook("exit 3"))
        session.await_stderr(b"ended with status 3\n")
        self.assert_goes_on_to_its_end(session, pidfds)

    def test_one_that_hangs_is_ended_and_changes_nothing(self) -> None:
        hook = self.hook("sleep 60 & echo $! is its job; wait")
        session, pidfds = self.start_wedge(*hook, "--grace", "1")
        session.await_stderr(b" is its job\n")
        left = self.hold({"sleep": self.number_before(b" is its job\n", session)})
        session.await_stderr(b"still ran after 1.0 s: killed\n")
        harness.await_that(lambda: harness.has_ended(left["sleep"]), "its background job is gone")
        self.assert_goes_on_to_its_end(session, pidfds)

    def test_is_run_once(self) -> None:
        session, pidfds = self.start_wedge(*self.hook("echo run >>runs"))
        session.await_stderr(b"runs (pid ")
        self.assert_goes_on_to_its_end(session, pidfds)
        self.assertEqual("run\n", (self.folder / "runs").read_text())

    def test_is_not_run_for_a_healthy_command(self) -> None:
        outcome = self.run_unwedge("true", options=[*SOON, *self.hook("echo run >>runs")])
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertFalse((self.folder / "runs").exists())

    def test_may_outlive_the_command_within_its_grace(self) -> None:
        os.mkfifo(self.folder / "fifo")
        session, pidfds = self.start_wedge(*self.hook("echo waits; cat fifo"), *LONG)
        session.await_stderr(b"waits\n")
        self.recover(pidfds)
        self.end_command(session)
        harness.await_that(lambda: harness.has_ended(pidfds["parent"]), "the command has ended")
        (self.folder / "fifo").write_text("last words\n")
        outcome = session.wait()
        self.assertEqual(7, outcome.status)
        self.assertIn(b"last words\n", outcome.stderr)

    def test_is_not_waited_for_by_who_sends_a_signal_then(self) -> None:
        session, pidfds = self.start_wedge(*self.hook("echo waits; exec sleep 60"), *LONG)
        session.await_stderr(b"waits\n")
        signal.pidfd_send_signal(pidfds["parent"], signal.SIGKILL)
        session.await_stderr(b"ended after")
        session.signal(signal.SIGTERM)
        self.assertEqual(128 + signal.SIGKILL, session.wait().status)


class ExecThenKill(OnWedgeTest):
    LOOK = "kill -0 $UNWEDGE_CULPRIT_PID && echo alive"

    def assert_alive_then_ended(self, session: Session, pidfds: dict[str, int]) -> None:
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assert_gone(pidfds)
        self.assertLess(outcome.stderr.index(b"\nalive\n"), outcome.stderr.index(ENDING))

    def test_the_program_sees_the_tree_alive(self) -> None:
        self.assert_alive_then_ended(*self.start_wedge(*self.hook(self.LOOK), *KILL, "--grace", "1"))

    def test_one_that_hangs_does_not_put_it_off(self) -> None:
        hook = self.hook(f"{self.LOOK}; sleep 60")
        self.assert_alive_then_ended(*self.start_wedge(*hook, *KILL, "--grace", "1"))

    def test_what_it_moves_to_the_background_is_not_waited_for(self) -> None:
        hook = self.hook(f"{self.LOOK}; setsid sleep 60 & exit 0")
        session, pidfds = self.start_wedge(*hook, *KILL, "--grace", "1", "--kill-after", "1h")
        self.assert_alive_then_ended(session, pidfds)

    def test_before_the_timeout_it_is_run_for_what_only_that_shows(self) -> None:
        """Patience with a timer ends there; the program is given its time all the same."""
        session = self.start(
            harness.ZOO_CASES / "heartbeat_wedge",
            options=[*SOON, "--busy-after", "10h", "--timeout", "3", *self.hook(self.LOOK)],
        )
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assertTrue(outcome.diagnosis["wedged"])
        self.assertTrue(outcome.diagnosis["command"]["timed_out"])
        self.assertLess(outcome.stderr.index(b"\nalive\n"), outcome.stderr.index(b"timed out after 3.0 s"))


class KilledItself(OnWedgeTest):
    def test_leaves_the_command_running_and_nothing_in_the_kernel(self) -> None:
        os.mkfifo(self.folder / "fifo")
        session, pidfds = self.start_wedge(*self.hook("echo waits; cat fifo; echo goes on"), *KILL, *LONG)
        session.await_stderr(b"waits\n")
        session.await_stderr(b"is ended if")
        loaded = harness.loaded_objects(session.pid)
        self.assertEqual({"prog", "map", "link"}, {kind for kind, _ in loaded})
        session.signal(signal.SIGKILL)
        self.assertEqual(-signal.SIGKILL, session.wait().status)
        for one in loaded:
            harness.await_that(lambda one=one: not harness.is_loaded(*one), f"{one} is gone")
        self.assertEqual([], [name for name, pidfd in pidfds.items() if harness.has_ended(pidfd)])
        (self.folder / "fifo").write_text("")
        session.await_stderr(b"goes on\n")
        self.recover(pidfds)
        self.end_command(session)
        harness.await_that(lambda: harness.has_ended(pidfds["parent"]), "the command comes to its end")


class RefusedWith125(OnWedgeTest):
    def assert_refused(self, *options: Argument, says: str) -> None:
        with self.subTest(options):
            outcome = self.run_unwedge("touch", self.folder / "ran", options=options)
            self.assertEqual((125, b""), (outcome.status, outcome.stdout))
            self.assert_one_line(outcome.stderr, says)
            self.assertFalse((self.folder / "ran").exists())

    def test_what_it_does_not_know(self) -> None:
        self.assert_refused("--on-wedge", "maybe", says="neither report nor kill nor exec:PROG")
        self.assert_refused("--on-wedge", "exec:", says="needs the name of a program")
        self.assert_refused(*KILL, "--grace", "soon", says="--grace")
        self.assert_refused("--on-wedge", "exec:true", "--on-wedge", "exec:false", says="only one program")
        self.assert_refused("--on-wedge", "exec:true", "--grace", "0", says="--grace")

    def test_a_program_that_cannot_be_run(self) -> None:
        self.assert_refused("--on-wedge", "exec:no-such-program", says="no-such-program")
        self.assert_refused("--on-wedge", f"exec:{self.folder}/none", says="No such file")
        self.assert_refused("--on-wedge", f"exec:{self.folder}", says="Permission denied")
        (self.folder / "data").write_text("no program")
        self.assert_refused("--on-wedge", f"exec:{self.folder}/data", says="Permission denied")


if __name__ == "__main__":
    harness.main()
