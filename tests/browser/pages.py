# SPDX-License-Identifier: GPL-2.0-only
"""The sample pages in a browser, for the tests of both files."""

from __future__ import annotations

import os
import sys
import unittest
from pathlib import Path
from typing import NoReturn

import chromium

REPO = Path(__file__).resolve().parents[2]
PAGES = Path(os.environ.get("UNWEDGE_PAGES", REPO / "build/release/tests/browser/pages")).absolute()

DESK = 1280
PHONE = 390

_SKIPPED = 77


def skip(reason: str) -> NoReturn:
    """All of a file."""
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(_SKIPPED)


class PageTest(unittest.TestCase):
    browser: chromium.Chromium

    @classmethod
    def setUpClass(cls) -> None:
        program = chromium.find()
        assert program, "main() sees to that"
        cls.browser = cls.enterClassContext(chromium.chromium(program))

    def open(self, name: str, width: int = DESK, dark: bool = False) -> chromium.Page:
        """A sample, which closes with the test, and must not have complained or asked for anything by then."""
        file = (PAGES / f"{name}.html").as_uri()
        page = self.browser.open(file, width, dark=dark)
        self.addCleanup(page.close)
        self.addCleanup(lambda: self.assertEqual([file], page.requests()))
        self.addCleanup(lambda: self.assertEqual([], page.complaints()))
        return page


def main() -> None:
    if not chromium.find():
        skip("no Chromium (Debian: apt-get install chromium)")
    if not PAGES.is_dir():
        skip(f"no pages in {PAGES}: `write_pages` writes them, and UNWEDGE_PAGES names the folder")
    unittest.main()
