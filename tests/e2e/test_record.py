#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Recordings: one file that tells what the run told, and is there whatever becomes of unwedge, its disk or its host."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import stat
import subprocess
import time
import unittest
from pathlib import Path

import harness
from harness import PROGRAMS, UNWEDGE, ZOO_CASES, culprits

ENDED_SOON = ["--stall-after", "0.5", "--on-wedge", "kill", "--grace", "0.1", "--kill-after", "0.5"]
KILLS = int(os.environ.get("UNWEDGE_KILLS", "12"))
"""How often unwedge is killed; 200 for label soak."""
FORKS = "while :; do /bin/true; done"
MOST_LOST_S = 1.0


class RecordTest(harness.EndToEndTest):
    def setUp(self) -> None:
        super().setUp()
        self.file = self.folder / "one.unwedge"

    def report(self, *arguments: str, file: Path | None = None) -> harness.Outcome:
        return self.run_bare(UNWEDGE, "report", file or self.file, *arguments)

    def shown(self, *arguments: str, file: Path | None = None) -> bytes:
        outcome = self.report(*arguments, file=file)
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        return outcome.stdout

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()


class AWedge(RecordTest):
    def setUp(self) -> None:
        super().setUp()
        self.ran = self.run_unwedge(PROGRAMS / "wedge.py", options=[*ENDED_SOON, "--record", self.file])
        self.assertEqual(124, self.ran.status)

    def test_is_told_as_it_was_while_it_stood(self) -> None:
        self.assertIn(b"unwedge: recorded: unwedge report ", self.ran.stderr)
        told = json.loads(self.shown("--format", "json"))
        for document in (told, self.ran.diagnosis):
            document.pop("command")  # has ended by now
        self.assertEqual(self.ran.diagnosis, told)
        self.assertIn(b"stopped consuming", self.shown())

    def test_is_told_as_it_stood_though_it_took_time_to_end_it(self) -> None:
        ignores = f"trap '' TERM; exec {PROGRAMS / 'wedge.py'}"
        ran = self.run_unwedge("sh", "-c", ignores, options=[*ENDED_SOON[:-1], "2", "--record", self.file])
        self.assertEqual(culprits(ran.diagnosis), culprits(json.loads(self.shown("--format", "json"))))
        [(ended,)] = self.rows("SELECT max(at_ns) FROM looks")
        [(last,)] = self.rows("SELECT max(at_ns) FROM events")
        self.assertGreater(last - ended, 1.5e9)

    def test_can_be_diagnosed_anew(self) -> None:
        outcome = self.report("--rediagnose", "--format", "json")
        self.assertEqual(0, outcome.status, outcome.stderr)
        self.assertRegex(outcome.stderr, rb"of \d+ looks, diagnosed anew, all have the recorded outcome")
        self.assertEqual(culprits(self.ran.diagnosis), culprits(json.loads(outcome.stdout)))

    def test_is_one_file_for_its_owner_alone(self) -> None:
        self.assertEqual([self.file], [one for one in self.folder.iterdir() if ".unwedge" in one.name])
        self.assertEqual(0o600, stat.S_IMODE(self.file.stat().st_mode))

    def test_has_what_the_actors_did_last(self) -> None:
        told = {kind for _, kind in self.rows("SELECT pid, kind FROM records")}
        self.assertIn("send", told)
        self.assertGreater(len(self.rows("SELECT * FROM looks")), 1)

    def test_can_be_shown_in_each_format(self) -> None:
        lines = [json.loads(line) for line in self.shown("--format", "jsonl").splitlines()]
        self.assertIn("verdicts", {line["table"] for line in lines})
        self.assertIn(b"<html", self.shown("--format", "html"))
        self.assertIn(b"<failure", self.shown("--format", "junit"))
        self.assertTrue(self.shown("--format", "github").startswith(b"::error "))
        self.assertIn(b"stopped consuming", self.shown("--format", "github-summary"))
        self.assertGreater(len(self.shown("--format", "perfetto")), 500)
        page = self.folder / "page.html"
        self.shown("--format", "html", "--output", str(page))
        self.assertEqual(self.shown("--format", "html"), page.read_bytes())

    def test_is_not_changed_by_being_shown(self) -> None:
        before = self.file.read_bytes()
        self.shown()
        self.assertEqual(before, self.file.read_bytes())


class WhatIsKept(RecordTest):
    def recordings(self) -> list[Path]:
        return [one for one in self.folder.iterdir() if ".unwedge" in one.name]

    def test_of_a_healthy_run(self) -> None:
        for when, kept in (("always", 1), ("wedge", 0), ("never", 0)):
            with self.subTest(when):
                outcome = self.run_unwedge("true", options=["--record", self.file, "--record-when", when])
                self.assertEqual((0, b"", kept), (outcome.status, outcome.stderr, len(self.recordings())))
        self.run_unwedge("sh", "-c", "exit 3", options=["--record", self.file])
        self.assertEqual([("3",)], self.rows("SELECT value FROM meta WHERE key = 'command.exit'"))
        self.assertIn(b"nothing is wedged", self.shown())

    def test_without_a_target_what_a_wedge_was_kept_for(self) -> None:
        self.run_bare(UNWEDGE, "run", "--", "true")
        self.assertEqual([], self.recordings())
        outcome = self.run_bare(UNWEDGE, "run", *ENDED_SOON, "--", PROGRAMS / "wedge.py")
        [self.file] = self.recordings()
        self.assertIn(f"unwedge: recorded: unwedge report {self.file.name}\n".encode(), outcome.stderr)
        self.assertIn(b"stopped consuming", self.shown())

    def test_without_a_target_what_was_suspected_in_vain_is_not(self) -> None:
        recovers = "import socket, time; a, b = socket.socketpair(); a.send(b'x'); time.sleep(0.7); b.recv(1); print('read', flush=True); time.sleep(0.5)"
        session = self.start_bare(UNWEDGE, "run", "--stall-after", "0.5", "--", "/usr/bin/python3", "-c", recovers)
        self.assertEqual(0, session.wait().status)
        self.assertEqual([], self.recordings())

    def test_without_a_target_where_nothing_can_be_written(self) -> None:
        outcome = self.run_bare(UNWEDGE, "run", *ENDED_SOON, "--", PROGRAMS / "wedge.py", cwd="/proc")
        self.assertEqual(124, outcome.status)
        self.assertEqual(1, outcome.stderr.count(b"this is not recorded, the command goes on: cannot write"))

    def test_in_a_folder(self) -> None:
        outcome = self.run_unwedge("true", options=["--record", self.folder])
        self.assertEqual(0, outcome.status)
        [made] = self.recordings()
        self.assertRegex(made.name, r"^unwedge-\d{8}T\d{6}Z-\d+\.unwedge$")

    def test_a_recording_is_replaced_and_nothing_else(self) -> None:
        for _ in range(2):
            self.assertEqual(0, self.run_unwedge("true", options=["--record", self.file]).status)
        other = self.folder / "mine.unwedge"
        other.write_text("precious")
        outcome = self.run_bare(UNWEDGE, "run", "--record", other, "--", "true")
        self.assertEqual((125, "precious"), (outcome.status, other.read_text()))
        self.assert_one_line(outcome.stderr, "is no recording")

    def test_where_it_cannot_be(self) -> None:
        for target in (self.folder / "missing" / "one.unwedge", self.folder / "missing", "/proc/one.unwedge"):
            with self.subTest(str(target)):
                outcome = self.run_bare(UNWEDGE, "run", "--record", target, "--", "true")
                self.assertEqual(125, outcome.status)
                self.assert_one_line(outcome.stderr, "--record: cannot write")

    def test_command_lines_without_secrets(self) -> None:
        secret = "hunter2hunter2"
        for options, told in (([], 0), (["--no-redact"], 1)):
            with self.subTest(options):
                self.run_unwedge("sh", "-c", "true", "sh", f"--password={secret}", options=["--record", self.file, *options])
                self.assertEqual(told, secret.encode() in self.file.read_bytes())

    def test_of_a_tree_that_was_joined(self) -> None:
        case, _ = self.start_case("disarmed_unix")
        outcome = self.run_bare(UNWEDGE, "attach", *ENDED_SOON, "--record", self.file, str(case.pid))
        self.assertEqual(124, outcome.status)
        self.assertIn(b"stopped consuming", self.shown())


class ReadOut(RecordTest):
    """By SIGUSR1, which a command that is not recorded gets itself (test_signals.py)."""

    WAITS = ("sh", "-c", "echo begun; exec cat")

    def assert_read_out(self, session: harness.Session, copy: Path) -> None:
        session.signal(signal.SIGUSR1)
        session.await_stderr(f"recorded so far: unwedge report {copy}\n".encode())
        with sqlite3.connect(f"file:{copy}?mode=ro", uri=True) as database:
            self.assertEqual([("ok",)], database.execute("PRAGMA integrity_check").fetchall())
            self.assertTrue(database.execute("SELECT 1 FROM looks").fetchall())
        self.shown(file=self.folder / copy)
        self.assertEqual(0o600, stat.S_IMODE((self.folder / copy).stat().st_mode))

    def test_while_the_command_runs(self) -> None:
        session = self.start(*self.WAITS, stdin=subprocess.PIPE, options=["--record", self.file])
        session.await_stdout(b"begun")
        for number in (1, 2):
            self.assert_read_out(session, self.folder / f"one-{number}.unwedge")
        session.process.stdin.close()
        self.assertEqual(0, session.wait().status)
        self.shown()

    def test_without_a_target(self) -> None:
        session = self.start_bare(UNWEDGE, "run", "--", *self.WAITS, stdin=subprocess.PIPE)
        session.await_stdout(b"begun")
        session.signal(signal.SIGUSR1)
        session.await_stderr(b"recorded so far: unwedge report unwedge-")
        session.process.stdin.close()
        self.assertEqual(0, session.wait().status)
        self.assertEqual(2, len(list(self.folder.glob("*.unwedge"))), "the copy, and the whole of it")

    def test_of_a_tree_that_was_joined(self) -> None:
        case, _ = self.start_case("disarmed_unix")
        session = self.start_bare(UNWEDGE, "attach", "--record", self.file, str(case.pid))
        session.await_stderr(b"wedged")
        self.assert_read_out(session, self.folder / "one-1.unwedge")
        session.signal(signal.SIGINT)
        self.assertEqual(harness.WEDGED, session.wait().status)


class FlightRecorder(RecordTest):
    TALKERS = """if True:
        import os, socket
        a, b = socket.socketpair()
        for child in range(6):
            if os.fork() == 0:
                for _ in range(20):
                    a.send(b"x"); b.recv(1)
                os._exit(0)
            os.wait()
    """

    def talk(self, *options: str) -> None:
        outcome = self.run_unwedge("/usr/bin/python3", "-c", self.TALKERS, options=["--record", self.file, *options])
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))

    def test_keeps_as_many_as_are_wanted(self) -> None:
        self.talk("--history", "6")
        self.assertEqual({8}, {count for (count,) in self.rows("SELECT count(*) FROM records GROUP BY pid")})
        self.assertEqual([], self.rows("SELECT value FROM meta WHERE key = 'histories_evicted'"))

    def test_in_no_more_memory_than_it_may_have(self) -> None:
        self.talk("--history", "8", "--history-memory", "512")
        self.assertEqual(3, len(self.rows("SELECT pid FROM flights")))
        [(evicted,)] = self.rows("SELECT value FROM meta WHERE key = 'histories_evicted'")
        self.assertEqual("3", evicted)

    def test_needs_some(self) -> None:
        outcome = self.run_bare(UNWEDGE, "run", "--history-memory", "1K", "--", "true")
        self.assertEqual(125, outcome.status)
        self.assert_one_line(outcome.stderr, "--history-memory", "4120 bytes")


class Faults(RecordTest):
    def test_unwedge_is_killed_at_any_instant(self) -> None:
        rng = random.Random(1)
        for _ in range(KILLS):
            session = self.start("sh", "-c", f"echo begun; {FORKS}", options=["--record", self.file, "--record-when", "always"])
            session.await_stdout(b"begun")
            time.sleep(rng.uniform(0.0, 1.5))  # what is tested is that it may be any time
            session.signal(signal.SIGKILL)
            killed_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            session.wait()
            harness.end_children()
            [(last_ns,)] = self.rows("SELECT max(at_ns) FROM events")
            self.assertLess(killed_ns - last_ns, MOST_LOST_S * 1e9)
            self.assertEqual([("ok",)], self.rows("PRAGMA integrity_check"))
            self.assertIn(b"cut off", self.shown("--format", "junit"))
            for part in self.folder.glob("one.unwedge*"):
                part.unlink()

    def test_a_full_disk_does_not_disturb_the_command(self) -> None:
        script = f"""mount -t tmpfs -o size=256k none {self.folder}
            {UNWEDGE} run --record {self.file} -- sh -c 'i=0; while [ $i -lt 300 ]; do /bin/true {"x" * 900}; i=$((i+1)); done; echo whole; exit 3'
            echo "status $?"; {UNWEDGE} report {self.file} --format json >/dev/null; echo "report $?" """
        outcome = self.run_bare("unshare", "-m", "sh", "-c", script)
        self.assertEqual(b"whole\nstatus 3\nreport 0\n", outcome.stdout, outcome.stderr)
        self.assert_one_line(outcome.stderr, "the recording ends here", "full")


    def test_a_folder_that_cannot_be_written_to_does_not_stop_the_command_from_running(self) -> None:
        full = f"mount -t tmpfs -o size=4k none {self.folder}; echo full >{self.folder}/full"
        read_only = f"mount --bind {self.folder} {self.folder}; mount -o remount,bind,ro {self.folder}"
        for made, why in ((full, "full"), (read_only, "Read-only file system")):
            with self.subTest(why):
                script = f"{made}; cd /; {UNWEDGE} run --record {self.file} -- sh -c 'echo ran; exit 3'; echo \"status $?\"; ls {self.folder}"
                outcome = self.run_bare("unshare", "-m", "sh", "-c", script, cwd="/")
                self.assertEqual(["ran", "status 3"], outcome.stdout.decode().splitlines()[:2])
                self.assertNotIn(b"unwedge", outcome.stdout)
                self.assert_one_line(outcome.stderr, "this is not recorded, the command goes on: --record: cannot write", why)

    @unittest.skipUnless(Path("/dev/loop-control").exists(), "needs a loop device")
    def test_a_file_system_that_becomes_read_only_does_not_either(self) -> None:
        """As ext4 does by itself when it finds an error."""
        command = f"""while [ "$(stat -c %s {self.folder}/mnt/one.unwedge-wal)" -lt 20000 ]; do /bin/true; done
            echo an error >/sys/fs/ext4/$1/trigger_fs_error
            i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done; echo whole; exit 3"""
        script = f"""set -e; cd {self.folder}; mkdir mnt; truncate -s 16M image; mkfs.ext4 -q image
            mount -o loop,errors=remount-ro image mnt; device=$(basename "$(findmnt -no SOURCE mnt)"); set +e
            {UNWEDGE} run --record mnt/one.unwedge -- sh -c '{command}' sh "$device"
            echo "status $?"; {UNWEDGE} report mnt/one.unwedge --format json >/dev/null; echo "report $?"; umount mnt"""
        outcome = self.run_bare("unshare", "-m", "sh", "-c", script)
        self.assertEqual(b"whole\nstatus 3\nreport 0\n", outcome.stdout, outcome.stderr)
        self.assert_one_line(outcome.stderr, "the recording ends here", "mnt/one.unwedge")


class Reading(RecordTest):
    def test_what_is_no_recording(self) -> None:
        self.file.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
        for file in (self.file, self.folder / "missing.unwedge", Path("/etc/passwd"), self.folder):
            with self.subTest(str(file)):
                outcome = self.report(file=file)
                self.assertEqual((1, b""), (outcome.status, outcome.stdout))
                self.assert_one_line(outcome.stderr, "cannot read")

    def test_wrong_usage(self) -> None:
        for arguments in ([], ["--format", "pdf", "x"], ["x", "--format", "jsonl", "--rediagnose"]):
            with self.subTest(arguments):
                outcome = self.run_bare(UNWEDGE, "report", *arguments)
                self.assertEqual(2, outcome.status)
                self.assertTrue(re.match(rb"unwedge: ", outcome.stderr))


if __name__ == "__main__":
    harness.main(*harness.missing_namespaces())
