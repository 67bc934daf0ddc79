#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The judge is the one who must not err: every way of being wrong is seen, being right passes."""

from __future__ import annotations

import unittest
from collections import Counter
from dataclasses import replace
from typing import Any

from harness import Truth
from judge import (
    ENDED_FOR_A_HANG,
    HEALTHY,
    NO_ANSWER,
    NONE,
    NOT_ANNOUNCED,
    VERDICT_SLACK_S,
    WEDGED,
    Judgement,
    Outcome,
    Run,
    confusion_table,
    is_late,
    judge,
    judge_look,
    recall_by_kind,
    rounds_table,
    score,
)
from pace import TOO_SLOW

PARENT, CHILD, BYSTANDER, TWIN = 10, 11, 12, 13
STALL_AFTER_S = 3.0
CHANNEL = {"id": 1, "kind": "tcp"}
WEDGE = Truth(True, "blocked_loop", CHILD, [PARENT], "tcp", "lock", timer_due=False)
DECOY = Truth(False, None, None, [], "tcp", None, timer_due=False)


def verdict(**other: Any) -> dict[str, Any]:
    right = {
        "kind": "blocked_loop",
        "role": "culprit",
        "pid": CHILD,
        "channel": CHANNEL["id"],
        "blocked_on": "lock",
        "confidence": "certain",
        "state": "confirmed",
    }
    return right | other


VICTIM = verdict(kind="waiting", role="victim", pid=PARENT, blocked_on=None)


def wedge_outcome(*verdicts: dict[str, Any], wedged: bool = True) -> Outcome:
    diagnosis = {"wedged": wedged, "channels": [CHANNEL], "verdicts": list(verdicts)}
    return Outcome(WEDGE, ENDED_FOR_A_HANG, 3.5, diagnosis)


def decoy_outcome(*verdicts: dict[str, Any]) -> Outcome:
    diagnosis = {"wedged": False, "channels": [CHANNEL], "verdicts": list(verdicts)}
    return Outcome(DECOY, 0, None, diagnosis)


RIGHT = wedge_outcome(verdict(), VICTIM)
QUIET = decoy_outcome()


class JudgeTest(unittest.TestCase):
    def assert_wrong(self, outcome: Outcome, word: str) -> Judgement:
        """Exactly one thing is wrong, and it is about `word`."""
        judgement = judge(outcome, STALL_AFTER_S)
        self.assertEqual(len(judgement.problems), 1, judgement.problems)
        self.assertIn(word, judgement.problems[0])
        return judgement

    def test_right_verdict_passes(self) -> None:
        expected = Judgement("blocked_loop", "blocked_loop", [], hit=True, judged_seconds=3.5)
        self.assertEqual(judge(RIGHT, STALL_AFTER_S), expected)

    def test_quiet_decoy_passes(self) -> None:
        self.assertEqual(judge(QUIET, STALL_AFTER_S), Judgement(HEALTHY, NONE))

    def test_missed_wedge(self) -> None:
        judgement = self.assert_wrong(wedge_outcome(VICTIM), "culprit: expected blocked_loop of 11")
        self.assertEqual((judgement.said, judgement.hit), (NONE, False))

    def test_doubtful_or_past_verdict_is_a_miss(self) -> None:
        for weak in ({"confidence": "inconclusive"}, {"state": "recovered"}, {"state": "ended"}):
            with self.subTest(**weak):
                self.assert_wrong(wedge_outcome(verdict(**weak), VICTIM), "culprit: expected")

    def test_wrong_actor_is_no_hit(self) -> None:
        outcome = wedge_outcome(verdict(pid=BYSTANDER), VICTIM)
        judgement = self.assert_wrong(outcome, "saw blocked_loop of 12")
        self.assertEqual(judgement.said, "blocked_loop (other actor)")
        self.assertEqual((judgement.hit, judgement.false_alarms), (False, 1))

    def test_wrong_kind_is_no_hit(self) -> None:
        outcome = wedge_outcome(verdict(kind="stopped"), VICTIM)
        judgement = self.assert_wrong(outcome, "saw stopped of 11")
        self.assertEqual((judgement.said, judgement.hit), ("stopped", False))

    def test_second_culprit_is_a_false_alarm(self) -> None:
        outcome = wedge_outcome(verdict(), verdict(pid=BYSTANDER), VICTIM)
        judgement = self.assert_wrong(outcome, "blocked_loop of 12")
        self.assertEqual((judgement.hit, judgement.false_alarms), (True, 1))

    def test_second_culprit_may_not_even_be_doubtful(self) -> None:
        doubtful = verdict(pid=BYSTANDER, confidence="inconclusive")
        self.assert_wrong(wedge_outcome(verdict(), doubtful, VICTIM), "expected no other")

    def test_any_of_those_at_fault_will_do(self) -> None:
        truth = replace(WEDGE, culprits_any=[CHILD, TWIN])
        for named in ([CHILD], [TWIN], [CHILD, TWIN]):
            with self.subTest(named=named):
                outcome = wedge_outcome(*(verdict(pid=pid) for pid in named), VICTIM)
                judgement = judge(replace(outcome, truth=truth), STALL_AFTER_S)
                self.assertEqual((judgement.problems, judgement.hit), ([], True))
                self.assertEqual(judgement.false_alarms, 0)

    def test_no_other_than_those_at_fault(self) -> None:
        truth = replace(WEDGE, culprits_any=[CHILD, TWIN])
        outcome = replace(wedge_outcome(verdict(pid=BYSTANDER), VICTIM), truth=truth)
        self.assert_wrong(outcome, "expected blocked_loop of 11 or 13, saw blocked_loop of 12")

    def test_right_actor_of_those_at_fault_with_the_wrong_kind(self) -> None:
        truth = replace(WEDGE, culprits_any=[CHILD, TWIN])
        outcome = replace(wedge_outcome(verdict(pid=TWIN, kind="stopped"), VICTIM), truth=truth)
        judgement = self.assert_wrong(outcome, "saw stopped of 13")
        self.assertEqual((judgement.said, judgement.hit), ("stopped", False))

    def test_late_is_who_was_right_but_slow_or_missed(self) -> None:
        slow = replace(RIGHT, seconds_to_verdict=STALL_AFTER_S + VERDICT_SLACK_S + 1)
        for outcome in (slow, wedge_outcome(VICTIM)):
            self.assertTrue(is_late(judge(outcome, STALL_AFTER_S)))
        wrong = wedge_outcome(verdict(kind="stopped"), VICTIM)
        for outcome in (RIGHT, QUIET, wrong, decoy_outcome(verdict()), replace(QUIET, exit_status=1)):
            self.assertFalse(is_late(judge(outcome, STALL_AFTER_S)))

    def test_late_is_a_case_that_had_too_little_time(self) -> None:
        for status in (TOO_SLOW, ENDED_FOR_A_HANG):
            for truth in (DECOY, None):
                with self.subTest(status=status, truth=truth):
                    quiet = replace(QUIET, truth=truth, exit_status=status)
                    self.assertTrue(is_late(judge(quiet, STALL_AFTER_S)))
                    disturbed = replace(quiet, trouble=["left behind: child"])
                    self.assertFalse(is_late(judge(disturbed, STALL_AFTER_S)))
        self.assertFalse(is_late(judge(replace(QUIET, truth=None, exit_status=1), STALL_AFTER_S)))

    def test_no_false_alarm_is_late(self) -> None:
        for alarm in (replace(QUIET, seconds_to_verdict=4.0), decoy_outcome(verdict())):
            for truth in (DECOY, None):
                with self.subTest(alarm=alarm, truth=truth):
                    outcome = replace(alarm, truth=truth, exit_status=ENDED_FOR_A_HANG)
                    judgement = judge(outcome, STALL_AFTER_S)
                    self.assertEqual(judgement.false_alarms, 1)
                    self.assertFalse(is_late(judgement))

    def test_missing_victim(self) -> None:
        self.assert_wrong(wedge_outcome(verdict()), "victims: expected [10]")

    def test_wrong_blocked_on(self) -> None:
        self.assert_wrong(wedge_outcome(verdict(blocked_on=None), VICTIM), "blocked_on")

    def test_wrong_channel(self) -> None:
        self.assert_wrong(wedge_outcome(verdict(channel=2), VICTIM), "channel: expected tcp")

    def test_pipe_is_a_channel_of_its_own(self) -> None:
        truth = replace(WEDGE, channel="pipe")
        self.assert_wrong(replace(RIGHT, truth=truth), "channel: expected pipe, saw tcp")

    def test_not_said_to_be_wedged(self) -> None:
        self.assert_wrong(wedge_outcome(verdict(), VICTIM, wedged=False), "wedged: expected true")

    def test_exit_status_of_a_wedge(self) -> None:
        self.assert_wrong(replace(RIGHT, exit_status=0), "exit status: expected 124")

    def test_time_to_verdict(self) -> None:
        too_late = STALL_AFTER_S + VERDICT_SLACK_S + 0.1
        for seconds in (None, -0.1, too_late):
            with self.subTest(seconds=seconds):
                self.assert_wrong(replace(RIGHT, seconds_to_verdict=seconds), "time to verdict")

    def test_time_that_a_case_needs_beyond_the_stall(self) -> None:
        late = replace(RIGHT, seconds_to_verdict=STALL_AFTER_S + VERDICT_SLACK_S + 0.5)
        self.assertEqual(judge(late, STALL_AFTER_S + 1.0).problems, [])

    def test_time_is_free_while_a_timer_is_due(self) -> None:
        for seconds in (None, 9.0):
            outcome = replace(
                RIGHT, truth=replace(WEDGE, timer_due=True), seconds_to_verdict=seconds
            )
            judgement = judge(outcome, STALL_AFTER_S)
            self.assertEqual((judgement.problems, judgement.judged_seconds), ([], None))

    def test_alarming_decoy(self) -> None:
        judgement = self.assert_wrong(decoy_outcome(verdict()), "culprit: expected none")
        self.assertEqual((judgement.said, judgement.false_alarms), ("blocked_loop", 1))

    def test_decoy_may_have_notes_and_recoveries(self) -> None:
        for weak in ({"confidence": "inconclusive"}, {"state": "recovered"}):
            with self.subTest(**weak):
                judgement = judge(decoy_outcome(verdict(**weak)), STALL_AFTER_S)
                self.assertEqual(judgement.problems, [])

    def test_alarm_that_was_taken_back_is_false_all_the_same(self) -> None:
        judgement = self.assert_wrong(replace(QUIET, seconds_to_verdict=4.0), "no wedge announced")
        self.assertEqual(judgement.false_alarms, 1)

    def test_decoy_that_was_disturbed(self) -> None:
        self.assert_wrong(replace(QUIET, exit_status=1), "exit status: expected the case's own 0")

    def test_no_diagnosis(self) -> None:
        judgement = self.assert_wrong(replace(RIGHT, diagnosis=None), "there is no diagnosis")
        self.assertEqual((judgement.truth, judgement.said), ("blocked_loop", NO_ANSWER))
        self.assertEqual(judgement.false_alarms, 0)

    def test_alarm_of_a_decoy_without_diagnosis(self) -> None:
        alarm = replace(QUIET, diagnosis=None, seconds_to_verdict=4.0)
        self.assertEqual(self.assert_wrong(alarm, "there is no diagnosis").false_alarms, 1)

    def test_no_truth(self) -> None:
        self.assert_wrong(replace(RIGHT, truth=None), "never announced")

    def test_trouble_of_the_run_is_kept(self) -> None:
        self.assert_wrong(replace(RIGHT, trouble=["left behind: child"]), "left behind: child")


class LookTest(unittest.TestCase):
    def look(self, truth: Truth, status: int, wedged: bool, *verdicts: dict[str, Any]) -> Judgement:
        return judge_look(truth, status, {"wedged": wedged, "verdicts": list(verdicts)})

    def test_right_verdict_and_quiet_decoy_pass(self) -> None:
        hit = Judgement("blocked_loop", "blocked_loop", hit=True)
        self.assertEqual(self.look(WEDGE, WEDGED, True, verdict(), VICTIM), hit)
        self.assertEqual(self.look(DECOY, 0, False), Judgement(HEALTHY, NONE))

    def test_a_wedge_may_be_missed(self) -> None:
        missed = Judgement("blocked_loop", NONE)
        self.assertEqual(self.look(WEDGE, 0, False), missed)
        self.assertEqual(self.look(WEDGE, 0, False, verdict(confidence="inconclusive")), missed)

    def test_whoever_else_is_accused_is_a_false_alarm(self) -> None:
        for truth, accused in ((WEDGE, verdict(pid=BYSTANDER)), (DECOY, verdict())):
            with self.subTest(truth):
                judgement = self.look(truth, WEDGED, True, accused)
                self.assertEqual((judgement.hit, judgement.false_alarms), (False, 1))
                self.assertEqual(len(judgement.problems), 1, judgement.problems)
                self.assertIn("culprit", judgement.problems[0])

    def test_the_answer_must_agree_with_itself(self) -> None:
        self.assertIn("wedged", self.look(WEDGE, 0, False, verdict()).problems[0])
        self.assertIn("exit status", self.look(WEDGE, 0, True, verdict()).problems[0])
        self.assertIn("exit status", self.look(DECOY, WEDGED, False).problems[0])


class ScoreTest(unittest.TestCase):
    def test_shares_and_times(self) -> None:
        judgements = [
            Judgement("stopped", "stopped", hit=True, judged_seconds=3.1),
            Judgement("stopped", "stopped", hit=True, judged_seconds=3.5),
            Judgement("stopped", "stopped", hit=True),
            Judgement("stopped", NONE),
            Judgement(HEALTHY, NONE),
            Judgement(HEALTHY, "stopped", false_alarms=1),
        ]
        total = score(judgements)
        self.assertEqual((total.precision, total.recall), (0.75, 0.75))
        self.assertEqual((total.worst_s, total.median_s), (3.5, 3.3))
        self.assertEqual(total.confusion["stopped", NONE], 1)

    def test_recall_by_kind(self) -> None:
        judgements = [
            Judgement("stopped", "stopped", hit=True),
            Judgement("stopped", NONE),
            Judgement("blocked_loop", NO_ANSWER),
            Judgement(HEALTHY, "stopped", false_alarms=1),
        ]
        self.assertEqual(recall_by_kind(judgements), {"blocked_loop": (0, 1), "stopped": (1, 2)})

    def test_nothing_to_share(self) -> None:
        total = score([Judgement(HEALTHY, NONE)])
        self.assertEqual((total.precision, total.recall, total.worst_s), (None, None, None))

    def test_rounds(self) -> None:
        quiet = Judgement(HEALTHY, NONE)
        alarm = Judgement(HEALTHY, "stopped", ["culprit: …"], false_alarms=2)
        unborn = Judgement(NOT_ANNOUNCED, NO_ANSWER, ["the case never announced its state"])
        runs = {
            "trace": [Run("idle_tree", quiet), Run("busy_tree", quiet)] * 2,
            "full": [
                Run("idle_tree", quiet, tries=2),
                Run("busy_tree", alarm),
                Run("idle_tree", unborn, tries=2),
                Run("busy_tree", alarm),
            ],
        }
        self.assertEqual(
            rounds_table(runs)[2:],
            [
                "| trace | 2 | 4 | 0 | 0 | 0 | none |",
                "| full | 2 | 4 | 4 | 2 | 1 | `busy_tree` |",
            ],
        )

    def test_table_has_the_truth_in_rows(self) -> None:
        table = confusion_table(Counter({("stopped", NONE): 2, (HEALTHY, NONE): 10}))
        self.assertEqual(
            table,
            [
                "truth \\ said  none",
                "healthy         10",
                "stopped          2",
            ],
        )


if __name__ == "__main__":
    unittest.main()
