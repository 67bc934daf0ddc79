#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Recordings of several hosts, or of several runs, as one: who waits on whom across them."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import unittest
from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, Outcome

TWO_SIDES = PROGRAMS / "two_sides.py"
RECORDED = ["--stall-after", "1", "--kill-after", "0.5"]
# The client's time is up first: nothing of it is suspected, so that nobody looks at it before that.
SERVER_TIMEOUT_S = 7
CLIENT_TIMEOUT_S = 3
PIDS_OF_A_HOST = 1 << 22


def missing_veth() -> str:
    probe = "ip link add left type veth peer name right"
    tried = subprocess.run(["unshare", "-n", "sh", "-c", probe], capture_output=True, text=True)
    return f"needs network namespaces with veth ({tried.stderr.strip()})" if tried.returncode else ""


class MergeTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.server_file, self.client_file, self.merged_file = (
            self.folder / f"{name}.unwedge" for name in ("server", "client", "merged"))

    def record_both(self, address: str, at_server: list[str], at_client: list[str]) -> dict[str, int]:
        """Both until their time is up. The pids."""
        server = self.start(TWO_SIDES, "server", address, "0", through=at_server,
                            options=[*RECORDED, "--timeout", str(SERVER_TIMEOUT_S), "--record", self.server_file])
        said = server.await_json_line()
        client = self.start(TWO_SIDES, "client", address, str(said["port"]), through=at_client,
                            options=[*RECORDED, "--timeout", str(CLIENT_TIMEOUT_S), "--record", self.client_file])
        said |= client.await_json_line()
        for session in (client, server):
            outcome = session.wait()
            self.assertEqual(124, outcome.status, outcome.stderr)
            self.assertFalse(outcome.diagnosis["wedged"], "neither sees by itself who waits for whom")
        return said

    def merge(self, *files: Path, output: Path | None = None) -> Outcome:
        return self.run_bare(UNWEDGE, "merge", *files, "-o", output or self.merged_file)

    def merged(self, *files: Path) -> bytes:
        """What was said about it."""
        outcome = self.merge(*files)
        self.assertEqual((0, b""), (outcome.status, outcome.stdout), outcome.stderr)
        return outcome.stderr

    def shown(self, *options: str) -> bytes:
        outcome = self.run_bare(UNWEDGE, "report", self.merged_file, *options)
        self.assertEqual(0, outcome.status, outcome.stderr)
        return outcome.stdout

    def diagnosis(self) -> dict[str, Any]:
        return harness.parse_diagnosis(self.shown("--format", "json"))

    def assert_crosses(self, pids: dict[str, int], host_of_server: str, host_of_client: str) -> None:
        told = self.diagnosis()
        self.assertTrue(told["wedged"], told["summary"])
        names = {actor["pid"]: actor["name"] for actor in told["actors"]}
        [culprit] = [one for one in told["verdicts"] if one["role"] == "culprit"]
        self.assertEqual((pids["server"], "stopped_consuming", "certain", "confirmed"),
                         (culprit["pid"] % PIDS_OF_A_HOST, *(culprit[key] for key in ("kind", "confidence", "state"))))
        self.assertTrue(names[culprit["pid"]].startswith(f"{host_of_server}two_sides.py server"), names)
        victims = {one["pid"] % PIDS_OF_A_HOST: one for one in told["verdicts"] if one["role"] == "victim"}
        self.assertEqual({pids["caller"], pids["client"]}, set(victims))
        self.assertEqual(culprit["pid"], victims[pids["client"]]["waits_on"])
        self.assertEqual({culprit["pid"]}, {one["final_blocker"] for one in victims.values()})
        for victim in victims.values():
            self.assertTrue(names[victim["pid"]].startswith(f"{host_of_client}two_sides.py client"), names)
        [channel] = [one for one in told["channels"] if one["id"] == culprit["channel"]]
        self.assertEqual({pids["server"], pids["client"]},
                         {holder["pid"] % PIDS_OF_A_HOST for end in channel["ends"] for holder in end["holders"]})
        self.assertEqual(host_of_server != host_of_client, channel["leaves_host"])

    def assert_is_a_recording(self) -> None:
        self.assertEqual(0o600, stat.S_IMODE(self.merged_file.stat().st_mode))
        anew = self.run_bare(UNWEDGE, "report", self.merged_file, "--rediagnose")
        self.assertEqual(0, anew.status, anew.stderr)
        self.assertIn(b"all have the recorded outcome", anew.stderr)
        self.assertIn(b"stopped consuming", self.shown())
        self.assertIn(b"<html", self.shown("--format", "html"))
        self.assertIn(b"<failure", self.shown("--format", "junit"))
        self.assertTrue(self.shown("--format", "github").startswith(b"::error "))
        self.assertIn(b"stopped consuming", self.shown("--format", "github-summary"))
        self.assertGreater(len(self.shown("--format", "perfetto")), 500)
        tables = {json.loads(line)["table"] for line in self.shown("--format", "jsonl").splitlines()}
        self.assertLessEqual({"meta", "events", "looks", "records", "verdicts"}, tables)


@unittest.skipIf(missing := missing_veth(), missing)
class TwoHosts(MergeTest):
    """As far as the network and the name go: two namespaces of each, joined by a cable."""

    def setUp(self) -> None:
        super().setUp()
        self.spaces = {name: f"unwedge-{name}-{os.getpid()}" for name in ("alpha", "beta")}
        for space in self.spaces.values():
            self.ip("netns", "add", space)
            self.addCleanup(self.ip, "netns", "del", space)
        alpha, beta = self.spaces.values()
        self.ip("-n", alpha, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", beta)
        for number, space in enumerate((alpha, beta), 1):
            self.ip("-n", space, "address", "add", f"10.99.0.{number}/24", "dev", "cable")
            self.ip("-n", space, "link", "set", "cable", "up")
            self.ip("-n", space, "link", "set", "lo", "up")

    def ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, timeout=harness.PATIENCE_S)

    def on(self, host: str) -> list[str]:
        named = f'hostname {host}.example.org && exec "$@"'
        return ["nsenter", f"--net=/run/netns/{self.spaces[host]}", "unshare", "--uts", "sh", "-c", named, "-"]

    def wrong_wall_clock(self, file: Path, fast_s: int) -> None:
        with sqlite3.connect(file) as database:
            database.execute("UPDATE meta SET value = CAST(value + ? AS TEXT) WHERE key = 'begin_unix_ns'",
                             (fast_s * 10**9,))
        database.close()

    def test_the_waits_cross_from_one_to_the_other(self) -> None:
        pids = self.record_both("10.99.0.1", self.on("alpha"), self.on("beta"))
        said = self.merged(self.server_file, self.client_file)
        self.assertTrue(said.startswith(b"unwedge: 2 recordings merged, 1 connection between them: "), said)
        self.assert_crosses(pids, "alpha/", "beta/")
        self.assert_is_a_recording()
        self.assertEqual("alpha.example.org, beta.example.org", self.diagnosis()["host"])

        with self.subTest("in the other order"):
            self.merged(self.client_file, self.server_file)
            self.assert_crosses(pids, "alpha/", "beta/")
        for fast_s in (5, -10):  # the second one undoes the first
            with self.subTest("a wall clock that is wrong", fast_s=fast_s):
                self.wrong_wall_clock(self.client_file, fast_s)
                said = self.merged(self.server_file, self.client_file)
                self.assertIn(b"the clock of beta was 5.0 s " + (b"fast" if fast_s > 0 else b"slow"), said)
                self.assert_crosses(pids, "alpha/", "beta/")
        with self.subTest("without the other side"):
            said = self.merged(self.server_file, self.server_file)
            self.assertIn(b"no connection between them is seen", said)


class OneHost(MergeTest):
    def test_two_runs_that_talk_over_loopback(self) -> None:
        pids = self.record_both("127.0.0.1", [], [])
        self.assertIn(b"1 connection between them", self.merged(self.server_file, self.client_file))
        self.assert_crosses(pids, "", "")
        self.assert_is_a_recording()


class WrongUse(MergeTest):
    def setUp(self) -> None:
        super().setUp()
        for file, options in ((self.server_file, []), (self.client_file, ["--stall-after", "1"])):
            self.assertEqual(0, self.run_unwedge("true", options=["--record", file, *options]).status)

    def test_is_refused(self) -> None:
        one, other = self.server_file, self.client_file
        for arguments in ([], [one, "-o", self.merged_file], [one, one], [one, other, "-o", self.merged_file],
                          [one, one, "-o", one]):
            with self.subTest(arguments):
                outcome = self.run_bare(UNWEDGE, "merge", *arguments)
                self.assertEqual((2, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr)
                self.assertFalse(self.merged_file.exists())

    def test_thresholds_that_differ_are_named(self) -> None:
        self.assert_one_line(self.merge(self.server_file, self.client_file).stderr, "--stall-after 1.0 s", "not --stall-after 3.0 s")

    def test_what_cannot_be_read_or_written(self) -> None:
        noise = self.folder / "noise.unwedge"
        noise.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
        precious = self.folder / "precious.unwedge"
        precious.write_text("precious")
        for files, output, said in (([self.server_file, noise], self.merged_file, "cannot read"),
                                    ([self.folder / "missing.unwedge", noise], self.merged_file, "cannot read"),
                                    ([self.server_file] * 2, self.folder / "no" / "a.unwedge", "cannot write"),
                                    ([self.server_file] * 2, precious, "is no recording")):
            with self.subTest(said):
                outcome = self.merge(*files, output=output)
                self.assertEqual((1, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, said)
        self.assertEqual("precious", precious.read_text())

    def test_into_a_folder(self) -> None:
        into = self.folder / "into"
        into.mkdir()
        outcome = self.merge(self.server_file, self.server_file, output=into)
        self.assertEqual(0, outcome.status, outcome.stderr)
        [made] = into.iterdir()
        self.assertRegex(made.name, r"^unwedge-\d{8}T\d{6}Z-\d+\.unwedge$")


if __name__ == "__main__":
    harness.main()
