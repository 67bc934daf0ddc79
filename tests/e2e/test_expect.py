#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""`run --expect`: each word holds of a program that does as it says, and fails of one that does not."""

import os
import socket
import sys

import harness
from expecting import ExpectTest, python

OUTSIDE_IP = "192.0.2.1"
"""TEST-NET-1, of no host; in a network of its own it leads nowhere."""

IN_A_NETWORK_OF_ITS_OWN = [
    "unshare", "--net", "--", "sh", "-c",
    f'ip link set lo up; ip route add local {OUTSIDE_IP} dev lo; exec "$@"', "sh",
]  # fmt: skip

CONNECT = "import socket, sys; socket.socket().connect_ex((sys.argv[1], int(sys.argv[2])))"
LISTEN = """
import socket, sys
listener = socket.create_server((sys.argv[1], 0))
"""
UNIX_LISTEN = """
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
"""
UNIX_CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect_ex(sys.argv[1])"
UDP_CONNECT = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('127.0.0.1', 53))"


class Actors(ExpectTest):
    SCRIPT = ["sh", "-c", "sleep 0.01; true"]

    def test_an_actor(self) -> None:
        self.assert_held("actor=sleep", self.SCRIPT)
        self.assert_held("actor=sl*p 0.01,within=10s", self.SCRIPT)
        self.assert_failed("actor=redis-server", self.SCRIPT, "'sleep 0.01' (pid ")
        self.assert_failed("actor=true,within=40ms", ["sh", "-c", "sleep 0.05; /bin/true; :"], "'true' (pid ")

    def test_an_actor_is_known_by_its_script(self) -> None:
        script = self.folder / "worker.py"
        script.write_text("pass\n")
        self.assert_held("actor=worker.py", ["sh", "-c", f"{sys.executable} {script} fast; true"])

    def test_no_actor(self) -> None:
        self.assert_held("no-actor=redis-*", self.SCRIPT)
        self.assert_failed("no-actor=sleep", self.SCRIPT, "'sleep 0.01' (pid ", "was there after")

    def test_no_spawn(self) -> None:
        self.assert_held("no-spawn", ["sh", "-c", "exec true"])
        self.assert_failed("no-spawn", self.SCRIPT, "'sleep 0.01' (pid ", "was started by 'sh'")


class Connections(ExpectTest):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.port = str(self.server.getsockname()[1])
        closed = socket.create_server(("127.0.0.1", 0))
        self.closed_port = str(closed.getsockname()[1])
        closed.close()

    def test_a_connection(self) -> None:
        command = python(CONNECT, "127.0.0.1", self.port)
        self.assert_held(f"connect=:{self.port}", command)
        self.assert_held(f"connect=localhost:{self.port},within=20s", command)
        self.assert_failed(f"connect=127.0.0.2:{self.port}", command, f"to 127.0.0.1:{self.port}")
        self.assert_failed(f"connect=:{self.port}", ["true"], "there was none")

    def test_a_connection_that_is_refused_is_none(self) -> None:
        command = python(CONNECT, "127.0.0.1", self.closed_port)
        self.assert_failed(
            f"connect=:{self.closed_port}", command, f"began to connect to 127.0.0.1:{self.closed_port}"
        )

    def test_no_connection(self) -> None:
        self.assert_held(f"no-connect=:{self.closed_port}", python(CONNECT, "127.0.0.1", self.port))
        for port in (self.port, self.closed_port):  # be it refused or not
            self.assert_failed(
                f"no-connect=:{port}", python(CONNECT, "127.0.0.1", port), f"connect to 127.0.0.1:{port} after"
            )

    def test_outside(self) -> None:
        self.assert_held("no-connect=outside", python(CONNECT, "127.0.0.1", self.port))
        self.assert_failed(
            "no-connect=outside", [*IN_A_NETWORK_OF_ITS_OWN, *python(CONNECT, OUTSIDE_IP, "9")], f"{OUTSIDE_IP}:9"
        )

    def test_unix_sockets(self) -> None:
        path = str(self.folder / "x.sock")
        listener = self.enterContext(socket.socket(socket.AF_UNIX))
        listener.bind(path)
        listener.listen()
        command = python(UNIX_CONNECT, path)
        self.assert_held(f"connect={path}", command)
        self.assert_held(f"no-connect={path}.other", command)
        self.assert_failed(f"no-connect={path}", command, f"connected to {path}")
        missing = python(UNIX_CONNECT, f"{path}.missing")
        self.assert_failed(f"connect={path}.missing", missing, "No such file or directory")
        self.assert_failed(f"no-connect={self.folder}/*", missing, f"tried to connect to {path}.missing")

    def test_udp(self) -> None:
        self.assert_held("connect=udp:127.0.0.1:53", python(UDP_CONNECT))
        self.assert_held("no-connect=udp:outside", python(UDP_CONNECT))
        self.assert_failed("no-connect=udp::53", python(UDP_CONNECT), "connected to UDP 127.0.0.1:53")


class Listeners(ExpectTest):
    def test_a_listener(self) -> None:
        self.assert_held("listen=127.0.0.1:*,within=20s", python(LISTEN, "127.0.0.1"))
        self.assert_held("listen=127.0.0.1:*", python(LISTEN, "0.0.0.0"))
        self.assert_failed("listen=127.0.0.2:*", python(LISTEN, "127.0.0.1"), "listened at 127.0.0.1:")
        self.assert_failed("listen=localhost:*,within=0", python(LISTEN, "127.0.0.1"), "listened at 127.0.0.1:")

    def test_no_listener(self) -> None:
        self.assert_held("no-listen=outside", python(LISTEN, "127.0.0.1"))
        self.assert_failed("no-listen=outside", python(LISTEN, "0.0.0.0"), "listened at 0.0.0.0:")

    def test_unix_sockets(self) -> None:
        path = str(self.folder / "x.sock")
        self.assert_held(f"listen={path}", python(UNIX_LISTEN, path))
        os.unlink(path)
        self.assert_failed(f"no-listen={self.folder}/*.sock", python(UNIX_LISTEN, path), f"listened at {path}")


class Sockets(ExpectTest):
    def test_no_socket(self) -> None:
        self.assert_held("no-socket", ["true"])
        self.assert_held("no-socket=inet", python("import socket; socket.socketpair()"))
        self.assert_failed("no-socket", python("import socket; socket.socketpair()"), "a pair of sockets (UNIX)")
        self.assert_failed("no-socket=inet", python("import socket; socket.socket()"), "made a socket (IPv4)")
        self.assert_failed("no-socket=unix", python("import socket; socket.socketpair()"), "(UNIX)")


class Ends(ExpectTest):
    def test_the_exit_status(self) -> None:
        self.assert_held("exit=3", ["sh", "-c", "exit 3"])
        self.assert_held("exit=143", ["sh", "-c", "kill $$"])
        self.assert_failed("exit=3", ["true"], "with status 0")
        self.assert_failed("exit=0", ["sh", "-c", "kill -9 $$"], "with status 137 (SIGKILL)")

    def test_without_an_expected_status_the_commands_own_counts(self) -> None:
        self.assert_held("no-orphans", ["sh", "-c", "exit 3"], status=3)

    def test_an_end(self) -> None:
        self.assert_held("ends,within=10s", ["true"])
        self.assert_failed("ends,within=100ms", ["sleep", "0.3"], "it ended after")

    def test_a_command_that_unwedge_ends_has_not_ended_by_itself(self) -> None:
        outcome = self.run_expecting("ends", ["sleep", "60"], "--timeout", "0.3")
        self.assertEqual(124, outcome.status)
        self.assertEqual("failed", outcome.diagnosis["expectations"][0]["result"])
        self.assertIn(b"unwedge ended it", outcome.stderr)


class Leftovers(ExpectTest):
    LEAVES = """
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
near = socket.create_connection(listener.getsockname())
far, _ = listener.accept()
far.close()
near.recv(1)
for left in sys.argv[1:]:
    {"listener": listener, "near": near}[left].set_inheritable(True)
if os.fork() == 0:
    os.execvp("sleep", ["sleep", "60"])
"""

    def test_no_orphans(self) -> None:
        self.assert_held("no-orphans", ["sh", "-c", "sleep 0.3 & true"])
        self.assert_failed("no-orphans", ["sh", "-c", "sleep 60 & true"], "still there: 'sleep 60' (pid ")

    def test_no_listeners(self) -> None:
        self.assert_held("no-listeners", python(self.LEAVES, "near"))
        self.assert_failed(
            "no-listeners", python(self.LEAVES, "listener"), "listening: 'sleep 60' (pid ", "at 127.0.0.1:"
        )

    def test_no_close_wait(self) -> None:
        self.assert_held("no-close-wait", python(self.LEAVES, "listener"))
        self.assert_failed(
            "no-close-wait", python(self.LEAVES, "near"), "'sleep 60' (pid ", "from 127.0.0.1:"
        )


class Several(ExpectTest):
    def test_one_that_fails_suffices(self) -> None:
        outcome = self.run_expecting(["exit=0", "no-spawn", "no-orphans"], ["sh", "-c", "sleep 0; true"])
        self.assertEqual(1, outcome.status)
        self.assertEqual(
            ["held", "failed", "held"], [one["result"] for one in outcome.diagnosis["expectations"]]
        )
        self.assertEqual(1, outcome.stderr.count(b"expected"))

    def test_a_guard_that_fails_as_it_should(self) -> None:
        outcome = self.run_expecting(["exit=2", "no-spawn", "no-socket"], ["sh", "-c", "exit 2"])
        self.assertEqual((0, b"unwedge: all 3 expectations held\n"), (outcome.status, outcome.stderr))

    def test_without_any_nothing_is_said(self) -> None:
        outcome = self.run_unwedge("true")
        self.assertEqual((0, b""), (outcome.status, outcome.stderr))
        self.assertIsNone(outcome.diagnosis["expectations"])

    def test_quiet(self) -> None:
        outcome = self.run_expecting("exit=3", ["true"], "--quiet")
        self.assertEqual((1, b""), (outcome.status, outcome.stderr))

    def test_a_file(self) -> None:
        file = self.folder / "expect.toml"
        file.write_text('expect = [\n  "exit=0",\n  "no-spawn",\n]\n')
        outcome = self.run_unwedge("true", options=["--expect-file", file])
        self.assertEqual((0, b"unwedge: all 2 expectations held\n"), (outcome.status, outcome.stderr))
        file.write_text('expect = ["exit=0",\n "no-spam"]\n')
        outcome = self.run_unwedge("true", options=["--expect-file", file])
        self.assertEqual(125, outcome.status)
        self.assert_one_line(outcome.stderr, f"--expect-file: {file}:2: expect: 'no-spam'")

    def test_a_mistake(self) -> None:
        outcome = self.run_unwedge("true", options=["--expect", "no-spam"])
        self.assertEqual(125, outcome.status)
        self.assertIn(b"'no-spam': there is no such word", outcome.stderr)


class WithoutBpf(ExpectTest):
    def test_what_proc_tells_is_judged(self) -> None:
        specs = ["exit=0", "ends", "no-orphans", "no-listeners", "no-close-wait", "actor=sleep"]
        outcome = self.run_expecting(specs, ["sh", "-c", "sleep 1.2; true"], "--no-bpf")
        results = [one["result"] for one in outcome.diagnosis["expectations"]]
        self.assertEqual((0, ["held"] * len(specs)), (outcome.status, results), outcome)
        outcome = self.run_expecting("no-orphans", ["sh", "-c", "sleep 60 & true"], "--no-bpf")
        self.assertEqual((1, "failed"), (outcome.status, outcome.diagnosis["expectations"][0]["result"]))

    def test_what_may_have_been_missed_is_not_known(self) -> None:
        outcome = self.run_expecting("actor=redis", ["true"], "--no-bpf")
        self.assertEqual((1, "unknown"), (outcome.status, outcome.diagnosis["expectations"][0]["result"]))
        self.assertIn(b"not known, without BPF", outcome.stderr)

    def test_what_needs_bpf_is_refused_without(self) -> None:
        specs = (
            "no-actor=x", "no-listen=:80", "connect=:80", "no-connect=outside", "no-spawn", "no-socket", "log-once"
        )  # fmt: skip
        for spec in specs:
            with self.subTest(spec):
                outcome = self.run_expecting(spec, ["true"], "--no-bpf")
                self.assertEqual(125, outcome.status)
                self.assert_one_line(outcome.stderr, f"--expect {spec} needs BPF")

    def test_where_it_is_refused_the_command_does_not_start(self) -> None:
        witness = self.folder / "started"
        outcome = self.run_expecting(
            "no-spawn", ["touch", witness], through=["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        )
        self.assertEqual(125, outcome.status)
        self.assert_one_line(outcome.stderr, "--expect no-spawn needs BPF: ")
        self.assertFalse(witness.exists())


class Losses(ExpectTest):
    def test_a_loss_leaves_it_unknown(self) -> None:
        """A ring of a page has no room for what a shell starts while unwedge is stopped."""
        outcome = self.run_expecting(
            "no-actor=redis",
            ["sh", "-c", "kill -STOP $PPID; for _ in 1 2 3 4 5 6 7 8; do /bin/true; done; kill -CONT $PPID"],
            "--ring-size", "1",
        )  # fmt: skip
        self.assertEqual(1, outcome.status, outcome)
        (judged,) = outcome.diagnosis["expectations"]
        self.assertEqual("unknown", judged["result"])
        self.assertIn("events lost", judged["text"])


if __name__ == "__main__":
    harness.main()
