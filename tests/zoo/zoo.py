# SPDX-License-Identifier: GPL-2.0-only
"""What the cases share: actors, channels, loops, and how a state is awaited and announced.

An actor is a real process that re-executes the case's own file with its role, so that its command
line says who it is. A family module holds one function per role: `parent()` builds the tree, the
others get their end of the channel to the actor that spawned them.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import observe

CASE = Path(sys.argv[0]).name
VARIANT = CASE.rpartition("_")[2]

LIFETIME_S = 120
"""A wedge that nobody ends ends itself."""

SECONDS = float(os.environ.get("ZOO_SECONDS", "12"))
"""How long a decoy goes on after it announced itself."""

TURNS = 3
"""Requests answered before a wedge begins: a channel with a history, not one that never worked."""

REQUEST = b"request"
REPLY = b"reply"

_PATIENCE_S = 20.0
_LOOK_EVERY_S = 0.002
_WAITS = ("epoll_wait", "recv")
_PARENT_PID = "ZOO_PARENT_PID"


# Life and death


def limit_lifetime(seconds: float) -> None:
    """Ends a case that outlives its harness, with status 1. By alarm: that shows in no wait."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(1))
    signal.setitimer(signal.ITIMER_REAL, seconds)


def die_with_parent() -> None:
    """Has the kernel kill this actor when the one that spawned it dies, however that happens."""
    pr_set_pdeathsig = 1
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != int(os.environ[_PARENT_PID]):
        sys.exit("the parent died before it could be watched")


# Channels


class Channel:
    """One end of a stream that carries messages: four bytes of length, then the message."""

    _LENGTH = struct.Struct("!I")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def fileno(self) -> int:
        return self.sock.fileno()

    def send(self, message: bytes) -> None:
        self.sock.sendall(self._LENGTH.pack(len(message)) + message)

    def receive(self) -> bytes:
        """Blocks until a whole message is there."""
        (length,) = self._LENGTH.unpack(self._exactly(self._LENGTH.size))
        return self._exactly(length)

    def answer(self) -> None:
        """Takes a request and replies to it."""
        self.receive()
        self.send(REPLY)

    def _exactly(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            part = self.sock.recv(size - len(taken))
            if not part:
                raise EOFError("the peer closed the channel")
            taken += part
        return taken


def connect(kind: str, address: str) -> Channel:
    """A spawned actor's end: a connection back to the parent's port, or an inherited fd."""
    if kind == "tcp":
        return Channel(socket.create_connection(("127.0.0.1", int(address))))
    return Channel(socket.socket(fileno=int(address)))


# Actors


@dataclass(frozen=True)
class Actor:
    """A spawned actor, and the spawner's end of the channel to it."""

    process: subprocess.Popen[bytes]
    kind: str
    channel: Channel

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_unread(self) -> bool:
        return observe.peer_end(self.channel.sock).unread > 0

    def is_parked(self) -> bool:
        return observe.wait_of(self.pid).call == "epoll_wait"


def spawn(role: str, kind: str) -> Actor:
    """Starts an actor that plays `role`, on a channel of `kind`: "tcp" or "unix"."""
    if kind == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(_PATIENCE_S)
            process = _execute(role, kind, listener.getsockname()[1])
            ours, _ = listener.accept()
        return Actor(process, kind, Channel(ours))
    ours, theirs = socket.socketpair()
    with theirs:
        process = _execute(role, kind, theirs.fileno(), theirs.fileno())
    return Actor(process, kind, Channel(ours))


def _execute(role: str, kind: str, address: int, *inherited: int) -> subprocess.Popen[bytes]:
    command = [os.path.abspath(sys.argv[0]), role, kind, str(address)]
    environment = {**os.environ, _PARENT_PID: str(os.getpid())}
    return subprocess.Popen(command, pass_fds=inherited, env=environment)


def converse(channel: Channel) -> None:
    """The asking side of a conversation: `TURNS` requests, each answered."""
    for _ in range(TURNS):
        channel.send(REQUEST)
        channel.receive()


def ask_in_vain(actor: Actor, what: str, stands: Callable[[], bool]) -> None:
    """A conversation, then the request that stays unanswered because of the state awaited."""
    converse(actor.channel)
    actor.channel.send(REQUEST)
    await_state(what, stands)


# Loops


class Loop:
    """The skeleton of an event loop: an epoll set with a wake-up descriptor that is always armed.

    A one-shot loop is told of a channel once and must ask again (trio); the other kind is told as
    long as something is unread (asyncio, tornado, redis).
    """

    def __init__(self, *, one_shot: bool = False) -> None:
        self._mask = select.EPOLLIN | (select.EPOLLONESHOT if one_shot else 0)
        self._epoll = select.epoll()
        self._known: set[int] = set()
        self._epoll.register(os.eventfd(0), select.EPOLLIN)

    def arm(self, channel: Channel) -> None:
        """Asks to be told when `channel` can be read."""
        fd = channel.fileno()
        if fd in self._known:
            self._epoll.modify(fd, self._mask)
        else:
            self._epoll.register(fd, self._mask)
            self._known.add(fd)

    def park(self, timeout_s: float | None = None) -> list[int]:
        """Sleeps until something is ready or the time is over; says which descriptors are ready."""
        return [fd for fd, _ in self._epoll.poll(timeout_s)]

    def ready_until(self, moment: float) -> Iterator[int]:
        """Every descriptor that becomes ready before `moment`, parked in between."""
        while (left := moment - time.monotonic()) > 0:
            yield from self.park(left)


def answer_turns(loop: Loop, channel: Channel) -> None:
    """The answering side of converse(); leaves the channel armed."""
    loop.arm(channel)
    for _ in range(TURNS):
        loop.park()
        channel.answer()
        loop.arm(channel)


def answer_for_ever(channel: Channel) -> NoReturn:
    """A healthy actor: answers what it is asked, parked and armed in between."""
    loop = Loop()
    loop.arm(channel)
    while True:
        loop.park()
        channel.answer()


# States


def await_state(what: str, stands: Callable[[], bool]) -> None:
    """Looks until `stands()`. /proc and the socket tables tell no one when they change."""
    deadline = time.monotonic() + _PATIENCE_S
    while not stands():
        if time.monotonic() > deadline:
            _fail(f"after {_PATIENCE_S:g} s still not: {what}")
        time.sleep(_LOOK_EVERY_S)


def _fail(message: str) -> NoReturn:
    """Ends the case, whichever thread notices."""
    print(f"{CASE}: {message}", file=sys.stderr, flush=True)
    os._exit(1)


def announce_wedge(
    kind: str,
    *,
    culprit: int,
    actors: dict[str, int],
    channel: str,
    victims: list[int] | None = None,
    blocked_on: str | None = None,
    timer_due: bool = False,
    bystanders: list[int] | None = None,
) -> None:
    """Says that the wedge stands, as soon as the caller, by default the only victim, waits too.

    The caller can't speak once it waits: a thread does it, and ends.
    """
    truth: dict[str, Any] = {
        "wedged": True,
        "kind": kind,
        "culprit": culprit,
        "victims": [os.getpid()] if victims is None else victims,
        "channel": channel,
        "blocked_on": blocked_on,
        "timer_due": timer_due,
    }
    if bystanders is not None:
        truth["bystanders"] = bystanders

    def announce_once_waiting() -> None:
        await_state("the victim waits", lambda: observe.wait_of(os.getpid()).call in _WAITS)
        _announce(truth, actors)

    threading.Thread(target=announce_once_waiting).start()


def announce_healthy(
    *, actors: dict[str, int], channel: str | None = None, timer_due: bool = False
) -> float:
    """Says that the decoy is at work; returns the moment at which it shall close."""
    limit_lifetime(SECONDS + LIFETIME_S)
    truth: dict[str, Any] = {
        "wedged": False,
        "kind": None,
        "culprit": None,
        "victims": [],
        "channel": channel,
        "blocked_on": None,
        "timer_due": timer_due,
    }
    _announce(truth, actors)
    return time.monotonic() + SECONDS


def _announce(truth: dict[str, Any], actors: dict[str, int]) -> None:
    line = {"case": CASE, "truth": truth, "actors": {"parent": os.getpid(), **actors}}
    print(json.dumps(line), flush=True)


def wait_for_reply(*channels: Channel) -> NoReturn:
    """What a victim does: parks, armed for reading and without a timer, for what never comes."""
    loop = Loop()
    for channel in channels:
        loop.arm(channel)
    loop.park()
    _fail("something came: the wedge did not stand")


def feed(consumer: Actor, *, queued: int) -> NoReturn:
    """Keeps `queued` requests with a decoy's consumer: each reply is followed by the next one."""
    for _ in range(queued):
        consumer.channel.send(REQUEST)
    await_state("a request lies unread", consumer.has_unread)
    closing = announce_healthy(
        actors={"consumer": consumer.pid}, channel=consumer.kind, timer_due=True
    )
    loop = Loop()
    loop.arm(consumer.channel)
    turns = 0
    for _ in loop.ready_until(closing):
        consumer.channel.receive()
        consumer.channel.send(REQUEST)
        turns += 1
    close(consumer, turns=turns)


def close(*actors: Actor, turns: int | None = None) -> NoReturn:
    """Ends a decoy's tree. One that counts its turns must have made some, or it was no decoy."""
    for actor in actors:
        actor.process.terminate()
    for actor in actors:
        actor.process.wait()
    if turns == 0:
        _fail(f"no progress in {SECONDS:g} s")
    sys.exit()
