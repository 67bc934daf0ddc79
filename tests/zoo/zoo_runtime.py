# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on real runtimes share: servers that die with their case, a folder, raw clients.

Clients speak the servers' protocols over a plain socket, so that they wait as the case says and not
as a library has it.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import observe
import zoo
from pace import SLOW
from runtimes import program

LOCALHOST = "127.0.0.1"
NOBODY = 65534
SLOW_START_S = 40.0 * SLOW
GOODBYE_S = 5.0 * SLOW
_LOOK_EVERY_S = 0.02


# Life and death


def folder() -> Path:
    """A new one that goes with the case; by a name that tells where it comes from."""
    kept = tempfile.TemporaryDirectory(prefix=f"zoo-{zoo.CASE}-", ignore_cleanup_errors=True)
    zoo.at_end(kept.cleanup)
    return Path(kept.name)


def launch(
    home: Path, name: str, *arguments: str | Path, **options: Any
) -> subprocess.Popen[bytes]:
    """Starts a runtime's program, which says what it has to say to a file; dies with the case."""
    zoo.at_end(end_tree)
    with (home / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [program(name), *arguments],
            **{"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "cwd": home, **options},
            preexec_fn=partial(zoo.die_with_parent, os.getpid()),
        )


def launch_shell(command: str) -> subprocess.Popen[bytes]:
    """Starts bash, which reads and writes lines by two pipes."""
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
    return launch(folder(), "bash", "-c", command, **streams)


def end_tree() -> None:
    """Kills whoever descends from this process: a runtime's own children have no other warden.

    All are stopped first: nginx's master would replace a worker that dies before it does.
    """
    stopped: list[int] = []
    while new := [pid for pid in observe.descendants_of(os.getpid()) if pid not in stopped]:
        _send(signal.SIGSTOP, new)
        stopped += new
    _send(signal.SIGKILL, stopped)


def _send(number: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def everybody(**named: int) -> dict[str, int]:
    """The actors of a case: those of a name, and all others that its runtimes have made."""
    others = sorted(set(observe.descendants_of(os.getpid())) - set(named.values()))
    return named | {f"other {number}": pid for number, pid in enumerate(others, 1)}


def close(*pids: int, by: signal.Signals = signal.SIGTERM) -> NoReturn:
    """Ends a decoy's tree as its operator would, in this order; what outlives that is killed."""
    wards = list(_pidfds(observe.descendants_of(os.getpid())))
    for pid in pids:
        os.kill(pid, by)
        with suppress(TimeoutError):
            await_state(f"{pid} has ended", partial(_has_ended, pid), GOODBYE_S)
    for ward in wards:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(ward, signal.SIGKILL)
    raise SystemExit


def _pidfds(pids: Iterable[int]) -> Iterator[int]:
    """Of those who still live."""
    for pid in pids:
        with suppress(ProcessLookupError):
            yield os.pidfd_open(pid)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:  # a thread of the runtime's library has waited for it
        return True


def await_state(what: str, stands: Callable[[], bool], patience_s: float = SLOW_START_S) -> None:
    """zoo.await_state for what takes longer, with fewer looks. TimeoutError if it does not come."""
    deadline = time.monotonic() + patience_s
    while not stands():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {patience_s:g} s still not: {what}")
        time.sleep(_LOOK_EVERY_S)


def seconds_until(moment: float) -> float:
    return moment - time.monotonic()


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    zoo.await_state(f"{pid} is stopped", lambda: observe.state_of(pid) == "T")


# Clients


def free_port() -> int:
    """Of loopback; nobody else is likely to take it before the runtime does."""
    with socket.create_server((LOCALHOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def connect(port: int) -> socket.socket:
    """As soon as the runtime listens."""
    connected: list[socket.socket] = []

    def tries() -> bool:
        with suppress(ConnectionRefusedError):
            connected.append(socket.create_connection((LOCALHOST, port)))
        return bool(connected)

    await_state(f"something listens on port {port}", tries)
    return connected[0]


def holder_of(ours: socket.socket, pids: Iterable[int]) -> int:
    """Which of these processes holds the other end."""
    inode = observe.peer_end(ours).inode
    return next(pid for pid in pids if inode in {end.inode for end in observe.ends_of(pid)})


def has_unread(ours: socket.socket) -> bool:
    """Whether the other end has something that was not read."""
    return observe.peer_end(ours).unread > 0


class Redis:
    """A client of redis."""

    def __init__(self, port: int) -> None:
        self.sock = connect(port)
        self._file = self.sock.makefile("rb")

    def say(self, *words: str) -> None:
        parts = [f"*{len(words)}\r\n", *(f"${len(word)}\r\n{word}\r\n" for word in words)]
        self.sock.sendall("".join(parts).encode())

    def hear(self) -> list[bytes]:
        """All words of an answer, in a row."""
        line = self._file.readline()
        if not line:
            raise EOFError("redis closed the connection")
        sort, rest = line[:1], line[1:].strip()
        if sort == b"*":
            return [word for _ in range(int(rest)) for word in self.hear()]
        if sort == b"$" and int(rest) >= 0:
            return [self._file.read(int(rest) + 2)[:-2]]
        return [rest]

    def ask(self, *words: str) -> list[bytes]:
        self.say(*words)
        return self.hear()

    def converse(self) -> None:
        for _ in range(zoo.TURNS):
            self.ask("PING")


def start_redis(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server that keeps nothing, and its port."""
    port = free_port()
    server = launch(
        home,
        "redis-server",
        *("--bind", LOCALHOST, "--port", str(port), "--save", "", "--appendonly", "no"),
    )
    return server, port


class Web:
    """A client of an HTTP server, on one connection that is kept."""

    def __init__(self, port: int) -> None:
        self.sock = connect(port)
        self._file = self.sock.makefile("rb")

    def say(self) -> None:
        self.sock.sendall(f"GET / HTTP/1.1\r\nHost: {LOCALHOST}\r\n\r\n".encode())

    def hear(self) -> bytes:
        length = 0
        while line := self._file.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return self._file.read(length)

    def ask(self) -> bytes:
        self.say()
        return self.hear()


class Postgres:
    """A session with PostgreSQL, by version 3 of its protocol; the server must trust everybody."""

    USER = "zoo"
    _KEY = b"K"
    _READY = b"Z"
    _ERROR = b"E"

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file = sock.makefile("rb")
        self.backend = 0
        """The pid of the process that serves it."""
        words = b"user\0%b\0database\0postgres\0\0" % self.USER.encode()
        self.sock.sendall(struct.pack("!II", len(words) + 8, 3 << 16) + words)
        self.hear()

    def say(self, query: str) -> None:
        words = query.encode() + b"\0"
        self.sock.sendall(b"Q" + struct.pack("!I", len(words) + 4) + words)

    def hear(self) -> None:
        """Until the server is ready for the next query."""
        sort = b""
        while sort != self._READY:
            head = self._file.read(5)
            if len(head) < 5:
                raise EOFError("the server closed the session")
            sort, length = head[:1], struct.unpack("!I", head[1:])[0]
            body = self._file.read(length - 4)
            if sort == self._KEY:
                (self.backend,) = struct.unpack_from("!I", body)
            if sort == self._ERROR:
                raise ConnectionError(body.decode(errors="replace"))

    def ask(self, query: str) -> None:
        self.say(query)
        self.hear()

    def converse(self) -> None:
        for _ in range(zoo.TURNS):
            self.ask("SELECT 1")

    def leave(self) -> None:
        """The server waits for all sessions before it ends."""
        self.sock.shutdown(socket.SHUT_RDWR)


def start_postgres(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A new cluster that keeps nothing, by a user without privilege, and its port."""
    data = home / "data"
    data.mkdir(mode=0o700)
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for place in (home, data):
            os.chown(place, NOBODY, NOBODY)
    made = launch(
        home,
        "initdb",
        *("--pgdata", data, "--username", Postgres.USER, "--auth", "trust", "--no-sync"),
        *("--locale", "C", "--encoding", "UTF8", "--no-instructions"),
        **identity,
    )
    if made.wait() != 0:
        zoo.fail(f"initdb: {(home / 'initdb.log').read_text()}")
    port = free_port()
    settings = {
        "listen_addresses": LOCALHOST,
        "unix_socket_directories": "",
        "fsync": "off",
        "shared_buffers": "1MB",
        "max_connections": "10",
    }
    words = [f"--{name}={value}" for name, value in settings.items()]
    server = launch(home, "postgres", "-D", data, "-p", str(port), *words, **identity)
    return server, port


def start_session(port: int) -> Postgres:
    """As soon as the server lets anybody in."""
    sessions: list[Postgres] = []

    def tries() -> bool:
        with suppress(ConnectionError, EOFError):  # it is starting up
            sessions.append(Postgres(connect(port)))
        return bool(sessions)

    await_state("the server lets us in", tries)
    return sessions[0]


def start_nginx(
    home: Path, *, workers: int, upstream: int | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    """A server in the foreground, and its port; it answers by a word, or has an upstream do it."""
    port = free_port()
    answer = 'return 200 "reply"'
    if upstream is not None:
        answer = f"proxy_pass http://{LOCALHOST}:{upstream}"
    (home / "nginx.conf").write_text(
        f"""
        daemon off; master_process on; worker_processes {workers}; pid {home}/pid;
        error_log {home}/error.log;
        events {{ worker_connections 64; }}
        http {{
            access_log off; keepalive_timeout 1h;
            {"".join(f"{what}_temp_path {home}/{what};" for what in _NGINX_FOLDERS)}
            server {{ listen {LOCALHOST}:{port}; location / {{ {answer}; }} }}
        }}
        """
    )
    server = launch(home, "nginx", "-p", home, "-c", home / "nginx.conf", "-e", home / "error.log")
    return server, port


_NGINX_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
