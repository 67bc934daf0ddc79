#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The HTML report in a browser: what people do with it, by mouse and by keyboard."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from typing import Any

import pages
from chromium import CTRL, SHIFT, Page
from pages import DESK, PAGES, PHONE

ALL = sorted(file.stem for file in PAGES.glob("*.html"))
OPENS_WITHIN_MS = 2000

LANES = ".lanes"
FIRST_NODE = "#graph .node"
ROWS = "#table-panel tbody tr:not(.gap)"


def text(page: Page, selector: str) -> str:
    return str(page.run(f"document.querySelector({json.dumps(selector)}).textContent"))


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.run(
        f"[...document.querySelectorAll({json.dumps(selector)})].map(one => one.textContent)"
    )
    return found


def shown(page: Page, selector: str) -> bool:
    return bool(page.run(f"document.querySelector({json.dumps(selector)})?.checkVisibility() ?? false"))


class Opening(pages.PageTest):
    def test_nothing_is_asked_for_and_nothing_goes_wrong(self) -> None:
        for name in ALL:
            with self.subTest(name):
                page = self.open(name)
                page.run("scrollTo(0, document.body.scrollHeight)")
                self.browser.collect_events(0.2)

    def test_a_crowd_opens_soon(self) -> None:
        """The best of three: the page is measured, not what else the machine does."""
        times = [int(self.open("crowd").run("document.documentElement.dataset.ready")) for _ in range(3)]
        print(f"crowd: ready after {times} ms")
        self.assertLess(min(times), OPENS_WITHIN_MS)

    def test_nothing_is_wider_than_the_window(self) -> None:
        for name in ALL:
            for width in (DESK, PHONE):
                with self.subTest(name, width=width):
                    page = self.open(name, width)
                    self.assertEqual(width, page.run("document.documentElement.scrollWidth"))
                    page.close()

    def test_the_verdict_comes_first(self) -> None:
        page = self.open("wedge")
        self.assertEqual("wedged", text(page, ".state"))
        self.assertTrue(text(page, "h1").startswith("worker-3 (pid 105) is blocked in clock_nanosleep"))
        self.assertIn("py-spy dump --pid 105", text(page, "#next"))

    def test_a_recording_of_nothing(self) -> None:
        page = self.open("empty")
        self.assertIn("cut off", text(page, ".warning"))
        self.assertIn("No actor was recorded", text(page, "#lanes"))

    def test_a_server_is_asked_for_the_page_alone(self) -> None:
        asked: list[str] = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_request(self, code: Any = "-", size: Any = "-") -> None:
                asked.append(self.path)

        handler = functools.partial(Handler, directory=str(PAGES))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page = self.browser.open(f"http://127.0.0.1:{server.server_port}/wedge.html")
            self.browser.collect_events(0.5)
            page.close()
            server.shutdown()
        self.assertEqual(["/wedge.html"], asked)

    def test_without_scripts_the_report_is_there(self) -> None:
        page = self.browser.open("about:blank#ready", ready="true")
        self.addCleanup(page.close)
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.call("Page.navigate", url=(PAGES / "wedge.html").as_uri())
        page.wait_for("document.readyState === 'complete' && document.querySelector('h1')")
        self.assertTrue(shown(page, "noscript p"))
        self.assertIn("culprit (likely): worker-3", text(page, "#text pre"))
        self.assertFalse(shown(page, "#waits"))


class Policy(pages.PageTest):
    """Whatever got into the page could still do nothing. Such an attempt is told on the console."""

    def attempt(self, script: str) -> Any:
        page = self.browser.open((PAGES / "hostile.html").as_uri())
        self.addCleanup(page.close)
        value = page.run(script)
        self.assertRegex("\n".join(page.complaints()), "Content Security Policy")
        return value

    def test_no_other_script_runs(self) -> None:
        add = "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s);"
        self.assertFalse(self.attempt(f"(() => {{ {add} return Boolean(window.owned); }})()"))

    def test_nothing_is_sent(self) -> None:
        self.assertEqual("refused", self.attempt("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"))

    def test_hostile_names_are_text(self) -> None:
        page = self.open("hostile")
        self.assertEqual(2, page.run("document.scripts.length"))
        self.assertIn("\\x1b[2J", text(page, "h1"))
        self.assertFalse(page.run(r"/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(document.body.textContent)"))


class Keyboard(pages.PageTest):
    def focused(self, page: Page) -> str:
        return str(page.run("document.activeElement.textContent"))

    def test_the_first_stop_skips_to_the_verdict(self) -> None:
        page = self.open("wedge")
        page.key("Tab")
        self.assertEqual("Skip to the verdict", self.focused(page))
        page.key("Enter")
        self.assertEqual("main", page.run("document.activeElement.id"))

    def test_all_that_acts_is_a_stop(self) -> None:
        page = self.open("wedge")
        stops = set()
        for _ in range(120):
            page.key("Tab")
            stops.add(page.run("document.activeElement.className.baseVal ?? document.activeElement.className ?? ''"))
            stops.add(page.run("document.activeElement.id"))
        for stop in ("lanes", "filter", "tab-0", "rows", "node culprit"):
            self.assertTrue(any(stop in one for one in stops), f"{stop}: {stops}")

    def test_focus_can_be_seen(self) -> None:
        page = self.open("wedge")
        for _ in range(12):
            page.key("Tab")
            self.assertTrue(
                page.run("document.activeElement.matches('.node') || getComputedStyle(document.activeElement).outlineStyle !== 'none'")
            )


class Graph(pages.PageTest):
    def test_leads_to_the_culprit(self) -> None:
        page = self.open("wedge")
        right = page.run(
            "[...document.querySelectorAll('#graph .node')].map(node => [node.getBoundingClientRect().x, node.dataset.pid]).sort((a, b) => a[0] - b[0]).map(one => one[1])"
        )
        self.assertEqual(["100", "101", "102", "105"], right)
        self.assertEqual(1, page.run("document.querySelectorAll('#graph .node.culprit').length"))
        self.assertIn("+ 5 others", text(page, "#graph"))

    def test_leads_downward_on_a_phone(self) -> None:
        page = self.open("wedge", PHONE)
        y = page.run("[...document.querySelectorAll('#graph .node')].map(node => node.getBoundingClientRect().y)")
        self.assertEqual(sorted(y), y)

    def test_a_crowd_stays_readable(self) -> None:
        page = self.open("crowd")
        self.assertEqual(7, page.run("document.querySelectorAll('#graph .node').length"))
        self.assertIn("+ 193 others", text(page, "#graph"))

    def test_many_that_wait_alike_are_one_until_asked_for(self) -> None:
        page = self.open("crowd", PHONE)
        self.assertEqual(["6 actors", "worker-42"], texts(page, "#graph .node .name"))
        page.click("#graph .node.many")
        self.assertEqual(7, page.run("document.querySelectorAll('#graph .node').length"))

    def test_a_cycle_is_marked_and_told(self) -> None:
        page = self.open("cycle")
        self.assertEqual(3, page.run("document.querySelectorAll('#graph .edge.cycle').length"))
        self.assertIn("worker-3 (pid 105), worker-4 (pid 106), worker-5 (pid 107) wait on each other", text(page, "#graph"))

    def test_a_click_tells_more(self) -> None:
        page = self.open("wedge")
        page.click("#graph .node.culprit")
        self.assertTrue(shown(page, "#inspector"))
        self.assertIn("python3 worker.py --slot 3", text(page, "#inspector"))

    def test_a_key_tells_more_and_escape_goes_back(self) -> None:
        page = self.open("wedge")
        page.run(f"document.querySelector('{FIRST_NODE}').focus()")
        page.key("Enter")
        self.assertTrue(text(page, "#inspector h2").startswith("pytest"))
        page.key("Escape")
        self.assertFalse(shown(page, "#inspector"))
        self.assertTrue(page.run("document.activeElement.matches('.node')"))

    def test_earlier_looks_can_be_shown(self) -> None:
        page = self.open("wedge")
        page.click("#look-tools button")
        self.assertIn("look 1 of 2", text(page, ".look"))
        self.assertIn("Nobody waits on anybody", text(page, "#graph"))


class Timeline(pages.PageTest):
    def window(self, page: Page) -> tuple[float, float]:
        page.settle()
        begin, end = page.run(f"(() => {{ const {{from, to}} = document.querySelector('{LANES}').dataset; return [Number(from), Number(to)]; }})()")
        return begin, end

    def length(self, page: Page) -> float:
        begin, end = self.window(page)
        return end - begin

    def lane(self, page: Page, row: int) -> tuple[float, float]:
        """A point in the lane of a row, in the middle of the time shown."""
        page.middle_of(LANES)
        x, y, width = page.run(
            f"(() => {{ const box = document.querySelector('{LANES}').getBoundingClientRect(); return [box.x, box.y, box.width]; }})()"
        )
        return x + 200 + (width - 200) / 2, y + 26 + 28 * row + 14

    def test_buttons_zoom(self) -> None:
        page = self.open("wedge")
        whole = self.length(page)
        page.click("[data-zoom=in]")
        self.assertAlmostEqual(0.6, self.length(page) / whole)
        page.click("[data-zoom=out]")
        self.assertAlmostEqual(1, self.length(page) / whole)
        page.click("[data-zoom=in]")
        page.click("[data-zoom=fit]")
        self.assertEqual((0, whole), self.window(page))

    def test_the_wheel_zooms_with_ctrl_only(self) -> None:
        page = self.open("wedge")
        whole = self.length(page)
        x, y = self.lane(page, 1)
        page.wheel(x, y, -100)
        self.assertEqual(whole, self.length(page))
        x, y = self.lane(page, 1)
        page.wheel(x, y, -100, CTRL)
        self.assertLess(self.length(page), whole)

    def test_the_wheel_zooms_over_the_ruler(self) -> None:
        page = self.open("wedge")
        whole = self.length(page)
        x, y = self.lane(page, 0)
        page.wheel(x, y - 28, -100)
        self.assertLess(self.length(page), whole)

    def test_keys_zoom_and_move(self) -> None:
        page = self.open("wedge")
        whole = self.length(page)
        page.run(f"document.querySelector('{LANES}').focus()")
        page.key("+")
        page.key("+")
        begin, end = self.window(page)
        self.assertAlmostEqual(0.36, (end - begin) / whole)
        page.key("ArrowRight", SHIFT)
        self.assertGreater(self.window(page)[0], begin)
        page.key("0")
        self.assertEqual((0, whole), self.window(page))

    def test_dragging_moves(self) -> None:
        page = self.open("wedge")
        page.click("[data-zoom=in]")
        begin, _ = self.window(page)
        x, y = self.lane(page, 1)
        page.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
        for step in (20, 60, 120):
            page.mouse("mouseMoved", x - step, y, button="left", buttons=1)
        page.mouse("mouseReleased", x - 120, y, button="left", clickCount=1)
        self.assertGreater(self.window(page)[0], begin)
        self.assertFalse(shown(page, "#inspector"), "it was no click")

    def test_hovering_tells_of_the_record(self) -> None:
        page = self.open("crowd")
        x, y = self.lane(page, 1)
        page.mouse("mouseMoved", x, y)
        self.assertTrue(shown(page, ".tip"))
        self.assertRegex(text(page, ".tip"), r"worker-100 \(pid 1100\)(received|sent) \d+ B on channel 1")

    def test_hovering_tells_of_a_stall(self) -> None:
        page = self.open("wedge")
        x, y = self.lane(page, 0)
        page.mouse("mouseMoved", x + 380, y)
        self.assertIn("12.3 KiB unread", text(page, ".tip"))

    def test_keys_go_through_the_records(self) -> None:
        page = self.open("wedge")
        page.run(f"document.querySelector('{LANES}').focus()")
        page.key("ArrowDown")
        self.assertIn("worker-3 (pid 105), culprit", text(page, ".spoken"))
        page.key("ArrowRight")
        first = text(page, ".spoken")
        self.assertRegex(first, "received 64 B on channel 2")
        page.key("ArrowRight")
        self.assertNotEqual(first, text(page, ".spoken"))
        page.key("Enter")
        self.assertTrue(text(page, "#inspector h2").startswith("worker-3"))
        page.key("Escape")
        self.assertTrue(page.run(f"document.activeElement.matches('{LANES}')"))

    def test_a_click_tells_more(self) -> None:
        page = self.open("wedge")
        x, y = self.lane(page, 2)
        page.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
        page.mouse("mouseReleased", x, y, button="left", clickCount=1)
        self.assertTrue(text(page, "#inspector h2").startswith("parent"))

    def test_all_lanes_can_be_shown(self) -> None:
        page = self.open("crowd")
        page.click("#timeline-tools button:nth-child(2)")
        height = page.run(f"document.querySelector('{LANES}').scrollHeight")
        self.assertEqual(200 * 28 + 26, height)
        page.run(f"document.querySelector('{LANES}').scrollTop = 1e6")
        x, y = self.lane(page, 10)
        page.mouse("mouseMoved", x, y)
        self.assertRegex(text(page, ".tip"), r"worker-\d+ \(pid 1\d\d\d\)")


class Lists(pages.PageTest):
    def test_stalled_channels_come_first_and_the_others_when_asked_for(self) -> None:
        page = self.open("crowd")
        self.assertEqual(12, page.run("document.querySelectorAll('.channel').length"))
        self.assertEqual(6, page.run("document.querySelectorAll('.channel.bad').length"))
        page.click("#channel-list > .more")
        self.assertEqual(62, page.run("document.querySelectorAll('.channel').length"))

    def test_evidence_names_its_source(self) -> None:
        page = self.open("wedge")
        self.assertEqual(["sweep", "iter/task"], texts(page, ".verdict.culprit .source"))
        self.assertEqual(3, page.run("document.querySelectorAll('.victims > li').length"))

    def test_what_recovered_is_told(self) -> None:
        page = self.open("recovered")
        self.assertEqual("no longer wedged", text(page, ".state"))
        self.assertIn("recovered after 4.1 s", text(page, ".verdict.past"))


class Tables(pages.PageTest):
    def choose(self, page: Page, name: str) -> None:
        number = page.run(f"[...document.querySelectorAll('[role=tab]')].findIndex(tab => tab.textContent === '{name}')")
        page.click(f"#tab-{number}")

    def filter(self, page: Page, words: str, leaves: str) -> None:
        page.click("#filter")
        page.run("document.querySelector('#filter').select()")
        page.type(words)
        page.wait_for(f"document.querySelector('.count').textContent === {json.dumps(leaves)}")

    def test_a_long_table_has_few_elements(self) -> None:
        page = self.open("crowd")
        self.choose(page, "Records")
        self.assertEqual("100,000 rows", text(page, ".count"))
        self.assertLess(page.run(f"document.querySelectorAll('{ROWS}').length"), 60)
        page.run("document.querySelector('.rows').scrollTop = 1e9")
        page.settle()
        self.assertEqual("100001", page.run(f"[...document.querySelectorAll('{ROWS}')].at(-1).getAttribute('aria-rowindex')"))

    def test_the_filter_wants_all_words(self) -> None:
        page = self.open("crowd")
        self.choose(page, "Records")
        self.filter(page, "sent WORKER-42", leaves="250 of 100,000 rows")
        self.assertEqual({"worker-42"}, set(texts(page, f"{ROWS} td:nth-child(3)")))
        self.filter(page, "sent worker-42 nothing-like-this", leaves="0 of 100,000 rows")

    def test_each_table_has_its_rows(self) -> None:
        page = self.open("wedge")
        for name, rows in {"Actors": 9, "Channels": 4, "Events": 19, "Records": 60, "Waits": 3, "Verdicts": 4, "Looks": 2, "Samples": 11}.items():
            with self.subTest(name):
                self.choose(page, name)
                self.assertEqual(f"{rows} rows", text(page, ".count"))

    def test_sorts_by_a_column_and_back(self) -> None:
        page = self.open("wedge")
        page.click("th:nth-child(7) button")
        self.assertEqual("ascending", page.run("document.querySelector('th:nth-child(7)').getAttribute('aria-sort')"))
        page.click("th:nth-child(7) button")
        self.assertEqual("2.0 s", text(page, f"{ROWS} td:nth-child(7)"))

    def test_arrows_go_through_the_tabs(self) -> None:
        page = self.open("wedge")
        page.run("document.querySelector('#tab-0').focus()")
        page.key("ArrowRight")
        self.assertEqual("tab-1", page.run("document.activeElement.id"))
        self.assertEqual("tab-1", page.run("document.querySelector('#table-panel').getAttribute('aria-labelledby')"))

    def test_an_actor_tells_more(self) -> None:
        page = self.open("wedge")
        page.click(f"{ROWS} button.actor")
        self.assertTrue(text(page, "#inspector h2").startswith("pytest"))
        page.click("#inspector header button")
        self.assertFalse(shown(page, "#inspector"))


if __name__ == "__main__":
    pages.main()
