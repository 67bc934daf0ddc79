#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Inside a pid namespace, and around one: pids are those of unwedge's own, for what it says and whom it ends."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import harness
from harness import PROGRAMS, UNWEDGE, Outcome, Session, descendants, numbers

WEDGE = PROGRAMS / "wedge.py"
DISARMED = harness.ZOO_CASES / "disarmed_tcp"
SOON = ["--stall-after", "0.5"]
ENDED_SOON = [*SOON, "--on-wedge", "kill", "--grace", "0", "--kill-after", "1"]
OWN_PROC = ["unshare", "-pf", "--mount-proc"]
FOREIGN_PROC = ["unshare", "-pf"]
WITHOUT_SYS_ADMIN = ["setpriv", "--bounding-set=-sys_admin"]


def sockets_of(pid: int) -> int:
    """How many it holds; netlink's are among them."""
    sockets = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # one that was open for a moment only
            sockets += os.readlink(one).startswith("socket:")
    return sockets


class Inside(harness.EndToEndTest):
    def assert_names(self, outcome: Outcome, culprit: int, victim: int) -> None:
        [verdict] = outcome.verdicts("culprit")
        self.assertEqual((culprit, "certain"), (verdict["pid"], verdict["confidence"]))
        self.assertIn(victim, [one["pid"] for one in outcome.verdicts("victim")])

    def assert_named_and_ended(self, command: Path, through: list[str]) -> Outcome:
        """By the shell that is the first process of the namespace: nobody else of it is left behind."""
        shell = [*through, "sh", "-c", '"$@"; status=$?; kill -0 -1 2>/dev/null && echo left; exit $status', "-"]
        session = self.start(command, options=ENDED_SOON, through=shell)
        said = session.await_json_line()
        pids = said.get("actors", said)
        outcome = session.wait()
        self.assertEqual(124, outcome.status)
        self.assertEqual(1, len(outcome.stdout.splitlines()), outcome)
        self.assertEqual(signal.SIGTERM, outcome.diagnosis["command"]["signal"])
        self.assert_names(outcome, culprit=pids["child"], victim=pids["parent"])
        self.assertLess(max(pids.values()), 20, "these are numbers of a new namespace")
        return outcome

    def test_with_its_own_proc(self) -> None:
        for command in (WEDGE, DISARMED):
            with self.subTest(command.name):
                self.assert_named_and_ended(command, OWN_PROC)

    def test_with_the_proc_of_another(self) -> None:
        """Its numbers are other processes': /proc/3 is not the child."""
        self.assert_named_and_ended(WEDGE, FOREIGN_PROC)

    def test_without_any_proc(self) -> None:
        if b"__asan_init" in UNWEDGE.read_bytes():
            self.skipTest("LeakSanitizer itself needs /proc, even to be told not to look for leaks")
        hidden = ["unshare", "-pfm", "sh", "-c", 'umount -l /proc && exec "$@"', "-"]
        self.assert_named_and_ended(WEDGE, hidden)

    def test_as_its_first_process(self) -> None:
        session = self.start(WEDGE, options=[*SOON, "--timeout", "2"], through=OWN_PROC)
        pids = session.await_json_line()
        outcome = session.wait()
        self.assertEqual((124, 1), (outcome.status, outcome.diagnosis["actors"][0]["ppid"]))
        self.assert_names(outcome, culprit=pids["child"], victim=pids["parent"])

    def test_where_no_proc_can_be_had_it_says_so_and_accuses_nobody(self) -> None:
        outcome = self.run_unwedge(
            WEDGE, options=[*SOON, "--timeout", "2"], through=[*FOREIGN_PROC, *WITHOUT_SYS_ADMIN]
        )
        self.assertEqual(124, outcome.status)
        self.assertIn(b"unwedge: /proc shows another pid namespace", outcome.stderr.splitlines()[0])
        self.assertFalse(outcome.diagnosis["wedged"])
        self.assertEqual({"inconclusive"}, {one["confidence"] for one in outcome.verdicts("culprit")})


class InAUserNamespace(harness.EndToEndTest):
    def test_it_watches_without_bpf(self) -> None:
        outcome = self.run_unwedge(
            WEDGE, options=["--stall-after", "1", "--timeout", "4"], through=["unshare", "-Upf", "--mount-proc"]
        )
        self.assertEqual(124, outcome.status)
        self.assertIn(b"user namespace", outcome.stderr.splitlines()[0])
        self.assertEqual("procfs", outcome.diagnosis["tier"])
        self.assertEqual(1, len(outcome.verdicts("culprit")))

    def test_it_is_refused_where_there_is_no_proc_either(self) -> None:
        outcome = self.run_unwedge("touch", self.folder / "ran", through=["unshare", "-Urpf"])
        self.assertEqual((125, b""), (outcome.status, outcome.stdout))
        self.assert_one_line(outcome.stderr, "missing CAP_BPF", "user namespace", "/proc shows another")
        self.assertFalse((self.folder / "ran").exists())


class AroundOthers(harness.EndToEndTest):
    def start_inside(self, command: Path) -> tuple[Session, dict[str, int]]:
        """And who is who, by our numbers."""
        session: Session = self.start(
            "unshare", "-Upf", "--mount-proc", command, options=[*SOON, "--on-wedge", "kill", "--grace", "1"]
        )
        said: dict[str, Any] = session.await_json_line()
        outer = {numbers(pid)[-1]: pid for pid in descendants(session.pid) if len(numbers(pid)) > 1}
        return session, {role: outer[pid] for role, pid in said.get("actors", said).items()}

    def test_a_tree_that_enters_namespaces_has_our_numbers(self) -> None:
        for command in (WEDGE, DISARMED):
            with self.subTest(command.name):
                session, pids = self.start_inside(command)
                pidfds = self.hold(pids)
                outcome = session.wait()
                self.assertEqual(124, outcome.status)
                self.assert_gone(pidfds)
                [verdict] = outcome.verdicts("culprit")
                self.assertEqual((pids["child"], "certain"), (verdict["pid"], verdict["confidence"]))
                self.assertIn(pids["parent"], [one["pid"] for one in outcome.verdicts("victim")])
                known = {actor["pid"] for actor in outcome.diagnosis["actors"]}
                self.assertLessEqual(set(pids.values()), known)

    def test_network_namespaces_that_come_and_go_are_left(self) -> None:
        """Whoever asks one from within keeps it."""
        spaces = 10
        holder = "import socket; pair = socket.socketpair(); print(flush=True); input()"
        each = '/usr/bin/python3 -ISc "$0" <&3 &'
        script = f"exec 3<&0; for i in $(seq $1); do unshare -n {each} done; wait; exec sleep 1000"
        options = ["--no-bpf", "--kill-after", "1"]
        session = self.start("sh", "-c", script, holder, str(spaces), options=options, stdin=subprocess.PIPE)
        session.await_stdout(b"\n", times=spaces)
        harness.await_that(lambda: sockets_of(session.pid) >= spaces, "a socket in each namespace")
        session.process.stdin.write(b"\n" * spaces)
        session.process.stdin.close()
        harness.await_that(lambda: sockets_of(session.pid) <= 1, "no socket but one in its own namespace")
        session.signal(signal.SIGTERM)
        session.wait()


if __name__ == "__main__":
    harness.main(*harness.missing_namespaces())
