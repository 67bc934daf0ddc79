#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The HTML report by axe-core: no violation, in light and dark, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pages
from chromium import Page

INSTALLED = Path(os.environ.get("UNWEDGE_NODE", pages.REPO / "build/release/tests/browser/node")).absolute()
AXE = INSTALLED / "node_modules/axe-core/axe.min.js"


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.run(
        "axe.run({resultTypes: ['violations']}).then(result => result.violations.map(one =>"
        " ({rule: one.id, help: one.help, nodes: one.nodes.map(node => node.html.slice(0, 200) + ' ' + (node.any[0]?.message ?? ''))})))"
    )
    return [f"{one['rule']}: {one['help']}: {one['nodes'][:4]}" for one in found]


class Accessibility(pages.PageTest):
    def check(self, name: str, prepare: str = "") -> None:
        for width in (pages.DESK, pages.PHONE):
            for dark in (False, True):
                with self.subTest(name, width=width, dark=dark):
                    page = self.open(name, width, dark)
                    if prepare:
                        page.run(prepare)
                        page.settle()
                    page.run(AXE.read_text() + ";0")
                    self.assertEqual([], violations(page))

    def test_wedge(self) -> None:
        self.check("wedge")

    def test_crowd(self) -> None:
        self.check("crowd")

    def test_what_went_well(self) -> None:
        self.check("healthy")

    def test_doubt(self) -> None:
        self.check("inconclusive")

    def test_recovered(self) -> None:
        self.check("recovered")

    def test_hostile(self) -> None:
        self.check("hostile")

    def test_empty(self) -> None:
        self.check("empty")

    def test_details_and_records(self) -> None:
        self.check("wedge", "document.querySelector('#tab-3').click(); document.querySelector('.node.culprit').dispatchEvent(new MouseEvent('click'))")


if __name__ == "__main__":
    if not AXE.exists():
        pages.skip(f"no axe-core in {INSTALLED}: tests/browser/install DIR gets it, and UNWEDGE_NODE names the folder")
    pages.main()
