#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What is concluded from measurements, on measurements that are made up."""

import sys
import tempfile
import unittest
from pathlib import Path

import bars
import figures

sys.path.append(str(Path(__file__).resolve().parents[1] / "docs"))
import marks  # noqa: E402


class Figures(unittest.TestCase):
    def test_of_nothing_nothing_is_said(self) -> None:
        self.assertIsNone(figures.summarize([]))

    def test_one_measurement_has_no_interval(self) -> None:
        self.assertEqual(figures.Figures(2.0, (2.0, 2.0), None, 1), figures.summarize([2.0]))

    def test_the_interval_holds_the_median(self) -> None:
        summary = figures.summarize([1.0, 1.1, 1.2, 1.3, 9.0])
        assert summary and summary.interval
        self.assertEqual(1.2, summary.median)
        self.assertLessEqual(summary.interval[0], summary.median)
        self.assertLess(summary.median, summary.interval[1])

    def test_the_same_series_has_the_same_interval(self) -> None:
        series = [1.0, 1.5, 1.2, 0.9, 1.1]
        self.assertEqual(figures.interval(series), figures.interval(series))


class Verdict(unittest.TestCase):
    def verdict(self, low: float, high: float) -> str:
        return bars.verdict(figures.Figures((low + high) / 2, (low, high), (low, high), 9), limit=1.05)

    def test_the_whole_interval_decides(self) -> None:
        self.assertEqual(bars.PASS, self.verdict(0.99, 1.05))
        self.assertEqual(bars.UNDECIDABLE, self.verdict(1.00, 1.06))
        self.assertEqual(bars.MISS, self.verdict(1.06, 1.10))

    def test_what_was_not_measured_is_neither(self) -> None:
        self.assertEqual(bars.NOT_MEASURED, bars.verdict(None, 1.05))


class Series(unittest.TestCase):
    SAMPLES = {"echo": {"nothing": [100.0, 200.0, None], "trace": [110.0, None, 120.0], "other": [140.0, 1.0, 1.0]}}

    def test_only_rounds_in_which_both_ran_count(self) -> None:
        self.assertEqual([1.1], bars.ratio("echo", "trace")(self.SAMPLES, {}))

    def test_added_time_is_compared_with_added_time(self) -> None:
        self.assertEqual([0.25], bars.added("echo", "trace", "other")(self.SAMPLES, {}))

    def test_an_attacher_that_is_absent_has_none(self) -> None:
        self.assertEqual([], bars.ratio("echo", "full")(self.SAMPLES, {}))


class Page(unittest.TestCase):
    def test_what_people_wrote_stays(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "page.md")
            page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
            marks.write_between_marks(page, "bench", "new\n")
            self.assertEqual("before\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nafter\n", page.read_text())

    def test_a_page_without_marks_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "page.md")
            page.write_text("no marks\n")
            self.assertRaises(ValueError, marks.write_between_marks, page, "bench", "new\n")


if __name__ == "__main__":
    unittest.main()
