#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What is said of a wedge: on stderr while it stands, and in the diagnosis at the end."""

import signal
import subprocess
from typing import Any

import harness
from harness import PROGRAMS, Outcome, Session, TerminalSession

SOON = ["--stall-after", "0.5"]
ENDED_SOON = [*SOON, "--timeout", "2", "--kill-after", "1"]
WEDGE = PROGRAMS / "wedge.py"
FIRST_WORDS = b"unwedge: wedged: "
ESCAPE = b"\x1b"


class OnStderr(harness.EndToEndTest):
    def end_of_wedge(self, session: type[Session] = Session, **how: Any) -> Outcome:
        """Once it has been reported it is ended by a signal."""
        running = self.start(WEDGE, options=SOON, session=session, **how)
        await_report = running.await_stdout if session is TerminalSession else running.await_stderr
        await_report(b"command still runs")
        running.signal(signal.SIGTERM)
        outcome: Outcome = running.wait()
        self.assertEqual(128 + signal.SIGTERM, outcome.status)
        return outcome

    def test_the_report_comes_while_the_wedge_stands(self) -> None:
        session = self.start(WEDGE, options=SOON)
        pids = session.await_json_line()
        session.await_stderr(FIRST_WORDS)
        session.await_stderr(b"command still runs")
        self.assertIsNone(session.process.poll())
        [first, *_] = bytes(session.stderr).splitlines()
        self.assertTrue(first.startswith(FIRST_WORDS))
        self.assertIn(f"(pid {pids['child']}) stopped consuming".encode(), first)

    def test_no_colour_without_a_terminal(self) -> None:
        self.assertNotIn(ESCAPE, self.end_of_wedge().stderr)

    def test_colour_on_a_terminal(self) -> None:
        self.assertIn(ESCAPE + b"[", self.end_of_wedge(TerminalSession).stdout)
        self.assertIn(ESCAPE + b"[", self.end_of_wedge(TerminalSession, environment={"NO_COLOR": ""}).stdout)

    def test_no_colour_where_it_is_not_wanted(self) -> None:
        outcome = self.end_of_wedge(TerminalSession, environment={"NO_COLOR": "1"})
        self.assertIn(FIRST_WORDS, outcome.stdout)
        self.assertNotIn(ESCAPE, outcome.stdout)

    def test_fits_the_width_it_is_told(self) -> None:
        report = self.end_of_wedge(environment={"COLUMNS": "60"}).stderr.decode()
        commands = ("  $ ", "            $ ")
        too_long = [line for line in report.splitlines() if len(line) > 60 and not line.startswith(commands)]
        self.assertEqual([], too_long)

    def test_quiet_says_nothing_but_in_the_diagnosis(self) -> None:
        outcome = self.run_unwedge(WEDGE, options=[*ENDED_SOON, "--quiet"])
        self.assertEqual((124, b""), (outcome.status, outcome.stderr))
        self.assertTrue(outcome.diagnosis["wedged"])

    def test_a_healthy_run_prints_nothing(self) -> None:
        for case in ("idle_tree", "busy_tree"):
            with self.subTest(case):
                outcome = self.run_unwedge(
                    harness.ZOO_CASES / case, options=SOON, environment={"ZOO_SECONDS": "2"}
                )
                self.assertEqual((0, b""), (outcome.status, outcome.stderr))
                self.assertEqual([], outcome.verdicts("culprit"))
                self.assertFalse(outcome.diagnosis["wedged"])


class OfWhatDidNotLast(harness.EndToEndTest):
    def start_wedge(self) -> tuple[Session, dict[str, int]]:
        """Until it has been reported."""
        session: Session = self.start(WEDGE, options=SOON, stdin=subprocess.PIPE)
        pids = session.await_json_line()
        session.await_stderr(FIRST_WORDS)
        return session, self.hold(pids)

    def assert_one_culprit(self, outcome: Outcome, state: str) -> None:
        self.assertEqual([state], [verdict["state"] for verdict in outcome.verdicts("culprit")])
        self.assertFalse(outcome.diagnosis["wedged"])

    def test_a_wedge_that_recovers_is_said_to_have_recovered(self) -> None:
        session, pidfds = self.start_wedge()
        signal.pidfd_send_signal(pidfds["child"], signal.SIGUSR1)
        session.await_stderr(b"recovered after")
        assert session.process.stdin is not None
        session.process.stdin.close()
        outcome = session.wait()
        self.assertEqual(7, outcome.status)
        self.assert_one_culprit(outcome, "recovered")

    def test_a_wedge_whose_command_is_killed_has_ended(self) -> None:
        session, pidfds = self.start_wedge()
        signal.pidfd_send_signal(pidfds["parent"], signal.SIGKILL)
        outcome = session.wait()
        self.assertEqual(128 + signal.SIGKILL, outcome.status)
        self.assert_one_culprit(outcome, "ended")

    def test_a_wedge_whose_culprit_is_killed_has_ended(self) -> None:
        session, pidfds = self.start_wedge()
        signal.pidfd_send_signal(pidfds["child"], signal.SIGKILL)
        session.await_stderr(b"ended after")
        assert session.process.stdin is not None
        session.process.stdin.close()
        outcome = session.wait()
        self.assertEqual(7, outcome.status)
        self.assert_one_culprit(outcome, "ended")


class InTheDiagnosis(harness.EndToEndTest):
    """Of the zoo's wedges, each of which says itself who is who."""

    def diagnose(self, case: str, *options: str) -> tuple[dict[str, Any], Outcome]:
        session = self.start(harness.ZOO_CASES / case, options=[*ENDED_SOON, *options])
        truth: dict[str, Any] = session.await_json_line()["truth"]
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        return truth, outcome

    def test_names_culprit_and_victims(self) -> None:
        for case in ("disarmed_unix", "never_read_tcp", "chain3_tcp"):
            with self.subTest(case):
                truth, outcome = self.diagnose(case)
                [culprit] = outcome.verdicts("culprit")
                self.assertEqual((truth["kind"], truth["culprit"]), (culprit["kind"], culprit["pid"]))
                self.assertEqual(("certain", "confirmed"), (culprit["confidence"], culprit["state"]))
                victims = outcome.verdicts("victim")
                self.assertEqual(set(truth["victims"]), {victim["pid"] for victim in victims})
                self.assertEqual({truth["culprit"]}, {victim["final_blocker"] for victim in victims})
                self.assertIn(f"(pid {truth['culprit']})", outcome.diagnosis["summary"])

    def test_a_channel_has_both_holders_and_the_unread_bytes(self) -> None:
        truth, outcome = self.diagnose("disarmed_tcp")
        [culprit] = outcome.verdicts("culprit")
        [channel] = [one for one in outcome.diagnosis["channels"] if one["id"] == culprit["channel"]]
        held_by = {end["holders"][0]["pid"]: end for end in channel["ends"]}
        self.assertEqual("tcp", channel["kind"])
        self.assertEqual({truth["culprit"], *truth["victims"]}, held_by.keys())
        self.assertGreater(held_by[truth["culprit"]]["unread"], 0)
        self.assertEqual("disarmed", held_by[truth["culprit"]]["interest"])
        self.assertEqual(0, held_by[truth["victims"][0]]["unread"])
        self.assertEqual("armed", held_by[truth["victims"][0]]["interest"])

    def test_an_edge_leads_from_each_victim_towards_the_culprit(self) -> None:
        truth, outcome = self.diagnose("chain3_tcp")
        waits_on = {edge["from"]: edge["to"] for edge in outcome.diagnosis["waits"]}
        for victim in truth["victims"]:
            hops = [victim]
            while hops[-1] in waits_on and len(hops) < 10:
                hops.append(waits_on[hops[-1]])
            self.assertEqual(truth["culprit"], hops[-1])

    def test_every_reference_leads_somewhere(self) -> None:
        """Also in one that tells of a wedge whose channel is gone."""
        session = self.start(WEDGE, options=SOON)
        session.await_stderr(FIRST_WORDS)
        session.signal(signal.SIGTERM)
        for diagnosis in (session.wait().diagnosis, self.diagnose("siblings")[1].diagnosis):
            pids = {actor["pid"] for actor in diagnosis["actors"]}
            channels = {channel["id"] for channel in diagnosis["channels"]} | {None}
            for verdict in diagnosis["verdicts"]:
                self.assertLessEqual({verdict["pid"]}, pids)
                self.assertLessEqual({verdict["waits_on"], verdict["final_blocker"]}, pids | {None})
                self.assertLessEqual({verdict["channel"]}, channels)
            for edge in diagnosis["waits"]:
                self.assertLessEqual({edge["from"], edge["to"]}, pids)
                self.assertLessEqual({edge["channel"]}, channels)

    def test_tells_command_level_and_hooks(self) -> None:
        for level, receive in (("trace", "tp_btf"), ("sample", "off"), ("full", "tp_btf")):
            with self.subTest(level):
                outcome = self.run_unwedge("sh", "-c", "exit 4", options=["--level", level])
                self.assertEqual(
                    {"argv": ["sh", "-c", "exit 4"], "exit": 4, "signal": None, "timed_out": False},
                    outcome.diagnosis["command"],
                )
                self.assertEqual(("bpf", level), (outcome.diagnosis["tier"], outcome.diagnosis["level"]))
                self.assertEqual(receive, outcome.diagnosis["hooks"]["receive"])
                self.assertEqual("tp_btf", outcome.diagnosis["hooks"]["lifecycle"])

    def test_tells_when_actors_were_started(self) -> None:
        """Of those that have ended, too."""
        outcome = self.run_unwedge("sh", "-c", "sh -c 'exit 1'; sh -c 'exit 2'; :")
        for actor in outcome.diagnosis["actors"]:
            with self.subTest(actor["argv"]):
                self.assertLess(actor["age_s"], harness.PATIENCE_S)
                self.assertGreater(actor["start_s"], 0)


if __name__ == "__main__":
    harness.main()
