# SPDX-License-Identifier: GPL-2.0-only
"""Runs that are held against what is expected of them."""

import sys
from collections.abc import Sequence
from typing import Any

import harness
from harness import Argument, Outcome


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


class ExpectTest(harness.EndToEndTest):
    def run_expecting(
        self, expected: str | Sequence[str], command: Sequence[Argument], *options: Argument, **how: Any
    ) -> Outcome:
        specs = [expected] if isinstance(expected, str) else expected
        asked = [word for spec in specs for word in ("--expect", spec)]
        return self.run_unwedge(*command, options=[*asked, *options], **how)

    def assert_held(self, spec: str, command: Sequence[Argument], status: int = 0) -> None:
        outcome = self.run_expecting(spec, command)
        self.assertEqual(
            (status, b"unwedge: the expectation held\n"), (outcome.status, outcome.stderr), outcome
        )
        (judged,) = outcome.diagnosis["expectations"]
        self.assertEqual((spec, "held"), (judged["expect"], judged["result"]))

    def assert_failed(self, spec: str, command: Sequence[Argument], *seen: str) -> None:
        """With `seen` told instead, on stderr and in the diagnosis."""
        outcome = self.run_expecting(spec, command)
        self.assertEqual(1, outcome.status, outcome)
        (judged,) = outcome.diagnosis["expectations"]
        self.assertEqual((spec, "failed"), (judged["expect"], judged["result"]), outcome)
        told = " ".join(outcome.stderr.decode().split())
        self.assertTrue(told.startswith("unwedge: expected "), told)
        for words in seen:
            self.assertIn(words, told)
            self.assertIn(words, judged["text"])
