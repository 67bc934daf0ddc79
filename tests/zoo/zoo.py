# SPDX-License-Identifier: GPL-2.0-only
"""What the cases share: actors, channels, loops, and how a state is awaited and announced.

An actor is a real process that re-executes the case's own file with its role, so that its command
line says who it is. A family module holds one function per role: `parent()` builds the tree, the
others get their end of the channel to the actor that spawned them.
"""

from __future__ import annotations

import atexit
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
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import observe
from pace import SLOW, TOO_SLOW

CASE = Path(sys.argv[0]).name
VARIANT = CASE.rpartition("_")[2]

LIFETIME_S = 120 * SLOW
"""A wedge that nobody ends ends itself."""

SECONDS = float(os.environ.get("ZOO_SECONDS", "12"))
"""How long a decoy goes on after it announced itself."""

TURNS = 3
"""Requests answered before a wedge begins: a channel with a history, not one that never worked."""

TICK_S = 0.3
"""How long a loop sleeps that wakes again and again, and then finds nothing to do."""

REQUEST = b"request"
REPLY = b"reply"

PATIENCE_S = 20.0 * SLOW
LOOK_EVERY_S = 0.002
_WAITS = ("epoll_wait", "recv", "read", "send")
_PARENT_PID = "ZOO_PARENT_PID"


# Life and death


def limit_lifetime(seconds: float) -> None:
    """Ends a case that outlives its harness, with status 1. By alarm: that shows in no wait."""
    signal.signal(signal.SIGALRM, lambda *_: _leave_badly())
    signal.setitimer(signal.ITIMER_REAL, seconds)


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this actor when the one that spawned it dies, however that happens."""
    pr_set_pdeathsig = 1
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit(1)  # without a word: a case ends by its parent's end, also while an actor begins


_last_acts: list[Callable[[], None]] = []


def at_end(act: Callable[[], None]) -> None:
    """Has this process, but no copy of it, do something before it ends, unless by SIGKILL."""
    ours = os.getpid()
    if not _last_acts:
        atexit.register(_act_last)
        signal.signal(signal.SIGTERM, lambda *_: _leave_by(signal.SIGTERM))
    _last_acts.append(lambda: act() if os.getpid() == ours else None)


def _act_last() -> None:
    while _last_acts:
        _last_acts.pop()()


def _leave_by(number: signal.Signals) -> None:
    """Ends as if the signal had not been caught."""
    _act_last()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def _leave_badly(status: int = 1) -> NoReturn:
    _act_last()
    os._exit(status)


# Channels


class Channel:
    """One end of a stream that carries messages: four bytes of length, then the message."""

    _LENGTH = struct.Struct("!I")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def fileno(self) -> int:
        return self.sock.fileno()

    def send(self, *messages: bytes) -> None:
        """Several go out in one piece: the reader is woken once for all of them."""
        self._put(b"".join(self._LENGTH.pack(len(message)) + message for message in messages))

    def receive(self) -> bytes:
        """Blocks until a whole message is there."""
        (length,) = self._LENGTH.unpack(self._exactly(self._LENGTH.size))
        return self._exactly(length)

    def answer(self, work: Callable[[], object] = lambda: None) -> None:
        """Takes a request, does the work, and replies."""
        self.receive()
        work()
        self.send(REPLY)

    def _exactly(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            part = self._take(size - len(taken))
            if not part:
                raise EOFError("the peer closed the channel")
            taken += part
        return taken

    def _put(self, data: bytes) -> None:
        self.sock.sendall(data)

    def _take(self, size: int) -> bytes:
        return self.sock.recv(size)


class Pipes(Channel):
    """Two pipes that make a channel: what a plain subprocess has for stdin and stdout."""

    def __init__(self, source: int, sink: int) -> None:
        self._source = source
        self._sink = sink

    def fileno(self) -> int:
        return self._source

    def _put(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._sink, data) :]

    def _take(self, size: int) -> bytes:
        return os.read(self._source, size)


def connect(kind: str, address: str) -> Channel:
    """A spawned actor's end: a connection back to the parent's port, an inherited fd, or stdio."""
    if kind == "tcp":
        return Channel(socket.create_connection(("127.0.0.1", int(address))))
    if kind == "pipe":
        return Pipes(sys.stdin.fileno(), sys.stdout.fileno())
    return inherit(address)


def inherit(fd: str) -> Channel:
    return Channel(socket.socket(fileno=int(fd)))


def pair(kind: str, *, buffer: int | None = None) -> tuple[Channel, Channel]:
    """Both ends of a channel of `kind`, "tcp" or "unix", for two actors yet to be spawned.

    `buffer`: the size of the queues, where the host's default would be too large to fill.
    """
    if kind == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            one = socket.create_connection(listener.getsockname())
            other, _ = listener.accept()
    else:
        one, other = socket.socketpair()
    for end in (one, other):
        if buffer is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    return Channel(one), Channel(other)


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

    def leaves_unread(self) -> bool:
        """The same of all ends that it holds."""
        return observe.leaves_unread(self.pid)

    def is_parked(self) -> bool:
        return observe.wait_of(self.pid).call == "epoll_wait"


def spawn(role: str, kind: str, *given: Channel) -> Actor:
    """Starts an actor that plays `role`, on a channel of `kind`: "tcp", "unix" or "pipe".

    Further channels that it is `given` become its own: the spawner's descriptors are closed.
    """
    fds = [channel.fileno() for channel in given]
    if kind == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE_S)
            process = _execute(role, kind, listener.getsockname()[1], *fds, pass_fds=fds)
            ours = Channel(listener.accept()[0])
    elif kind == "unix":
        end, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            process = _execute(role, kind, fd, *fds, pass_fds=[fd, *fds])
        ours = Channel(end)
    else:
        pipe = subprocess.PIPE
        process = _execute(role, kind, 0, *fds, pass_fds=fds, stdin=pipe, stdout=pipe)
        assert process.stdin is not None and process.stdout is not None
        ours = Pipes(process.stdout.fileno(), process.stdin.fileno())
    for channel in given:
        channel.sock.close()
    return Actor(process, kind, ours)


def start(role: str, **streams: Any) -> subprocess.Popen[bytes]:
    """Starts an actor without a channel; `streams` are those of subprocess: stdin, stdout."""
    return _execute(role, **streams)


def _execute(role: str, *arguments: str | int, **options: Any) -> subprocess.Popen[bytes]:
    command = [os.path.abspath(sys.argv[0]), role, *map(str, arguments)]
    environment = {**os.environ, _PARENT_PID: str(os.getpid())}
    return subprocess.Popen(command, env=environment, bufsize=0, **options)


def fork(role: Callable[..., NoReturn], *arguments: Any) -> int:
    """Starts an actor that is a mere copy of this one and shares its channels; returns its pid."""
    parent = os.getpid()
    if (pid := os.fork()) != 0:
        return pid
    die_with_parent(parent)
    try:
        role(*arguments)
    except (EOFError, ConnectionError):
        pass  # a dying parent closes its channels before the kernel kills for it
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(1)


def spawner() -> int:
    """The actor that spawned this one."""
    return int(os.environ[_PARENT_PID])


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

    A one-shot loop is told of a channel once and must ask again (trio); an edge-triggered one is
    told when something arrives and must read all of it (nginx, tokio); the other kind is told as
    long as something is unread (asyncio, tornado, redis).
    """

    def __init__(self, *, one_shot: bool = False, edge: bool = False) -> None:
        self._mask = select.EPOLLIN
        self._mask |= select.EPOLLONESHOT if one_shot else 0
        self._mask |= select.EPOLLET if edge else 0
        self._epoll = select.epoll()
        self._known: set[int] = set()
        self._epoll.register(os.eventfd(0), select.EPOLLIN)

    def arm(self, channel: Channel | socket.socket) -> None:
        """Asks to be told when `channel`, or a listener, can be read."""
        fd = channel.fileno()
        if fd in self._known:
            self._epoll.modify(fd, self._mask)
        else:
            self._epoll.register(fd, self._mask)
            self._known.add(fd)

    def drop(self, channel: Channel | socket.socket) -> None:
        """Has the loop forget `channel`: libuv's way not to read."""
        self._epoll.unregister(channel.fileno())
        self._known.remove(channel.fileno())

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


def answer_for_ever(channel: Channel, work: Callable[[], object] = lambda: None) -> NoReturn:
    """A healthy actor: does `work` for what it is asked and answers, parked and armed in between."""
    loop = Loop()
    loop.arm(channel)
    while True:
        loop.park()
        channel.answer(work)


# States


def await_state(what: str, stands: Callable[[], bool]) -> None:
    """Looks until `stands()`. /proc and the socket tables tell no one when they change."""
    deadline = time.monotonic() + PATIENCE_S
    while not stands():
        if time.monotonic() > deadline:
            fail(f"after {PATIENCE_S:g} s still not: {what}", TOO_SLOW)
        time.sleep(LOOK_EVERY_S)


class Settled:
    """Whether a state has stood for a while, that may also come and go before it stands for good."""

    _FOR_S = 0.2

    def __init__(self, stands: Callable[[], bool]) -> None:
        self._stands = stands
        self._since = time.monotonic()

    def __call__(self) -> bool:
        if not self._stands():
            self._since = time.monotonic()
        return time.monotonic() - self._since > self._FOR_S


def fail(message: str, status: int = 1) -> NoReturn:
    """Ends the case, whichever thread notices."""
    print(f"{CASE}: {message}", file=sys.stderr, flush=True)
    _leave_badly(status)


def expect_progress(turns: int) -> None:
    """A decoy that counts its turns must have made some, or it was none."""
    if turns == 0:
        fail(f"no progress in {SECONDS:g} s", TOO_SLOW)


def announce_wedge(
    kind: str,
    *,
    culprit: int,
    actors: dict[str, int],
    channel: str | None,
    victims: list[int] | None = None,
    blocked_on: str | None = None,
    timer_due: bool = False,
    bystanders: list[int] | None = None,
    culprits_any: list[int] | None = None,
    stands: Callable[[], bool] | None = None,
) -> None:
    """Says that the wedge stands, as soon as the caller, by default the only victim, waits too.

    The caller can't speak once it waits: a thread does it, and ends. `stands` is what this thread
    shall await instead.
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
    if culprits_any is not None:
        truth["culprits_any"] = culprits_any

    def announce_once_waiting() -> None:
        await_state("the wedge stands", stands or caller_waits)
        _announce(truth, actors)

    threading.Thread(target=announce_once_waiting).start()


def caller_waits() -> bool:
    """Whether the first thread of this process sits where something must come from another."""
    return observe.wait_of(os.getpid()).call in _WAITS


def announce_healthy(
    *, actors: dict[str, int], channel: str | None = None, timer_due: bool = False
) -> float:
    """Says that the decoy is at work; returns the moment at which it shall close.

    A family that has no alarm gets none here, either: it would tell that something moves yet.
    """
    if signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0):
        signal.setitimer(signal.ITIMER_REAL, SECONDS + LIFETIME_S)
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
    fail("something came: the wedge did not stand")


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


def ask_regularly(
    actor: Actor, closing: float, every_s: float, messages: Sequence[bytes] = (REQUEST,)
) -> NoReturn:
    """A decoy's parent that has each of its requests answered, parked on a timer in between."""
    loop = Loop()
    loop.arm(actor.channel)
    turns = 0
    while (left := closing - time.monotonic()) > 0:
        actor.channel.send(*messages)
        loop.park()
        actor.channel.receive()
        turns += 1
        loop.park(min(every_s, left))
    close(actor, turns=turns)


def idle_until(closing: float, *actors: Actor) -> NoReturn:
    """A decoy's parent that hears nothing, as it should be, until the end."""
    loop = Loop()
    for actor in actors:
        loop.arm(actor.channel)
    for _ in loop.ready_until(closing):
        fail("an idle actor spoke, or died")
    close(*actors)


def close(*actors: Actor, turns: int | None = None) -> NoReturn:
    """Ends a decoy's tree, and checks its turns if it counts them."""
    if turns is not None:
        expect_progress(turns)
    end(*(actor.pid for actor in actors))


def end(*pids: int) -> NoReturn:
    """Ends the children of a decoy's parent, and the parent itself, well."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    for pid in pids:
        os.waitpid(pid, 0)
    sys.exit()
