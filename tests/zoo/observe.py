# SPDX-License-Identifier: GPL-2.0-only
"""What can be seen of a process from outside: where it sleeps, its epoll sets, its sockets' queues.

Only /proc and sock_diag, which the owner of the processes may read: the states of the zoo are
proven without the tool that is tested on them.
"""

from __future__ import annotations

import array
import fcntl
import os
import re
import select
import socket
import stat
import struct
import termios
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_CALLS = {
    "x86_64": {
        0: "read", 1: "write", 7: "poll", 34: "pause", 35: "sleep", 44: "send", 45: "recv", 61: "wait4",
        202: "futex", 230: "sleep", 232: "epoll_wait", 270: "select", 281: "epoll_wait", 426: "io_uring",
    },
    "aarch64": {
        22: "epoll_wait", 63: "read", 64: "write", 72: "select", 73: "pause", 98: "futex", 101: "sleep",
        115: "sleep", 206: "send", 207: "recv", 260: "wait4", 426: "io_uring",
    },
}[os.uname().machine]  # fmt: skip


_DAY_MS = 86_400_000
AGES_MS = 0x7FFFFFFF
"""Stands for all timeouts of more than a day: Node's cluster has one that nobody waits for."""

_TIMEOUT_FIELDS = {"futex": 4, "select": 5}


class Wait(NamedTuple):
    """The system call a thread sleeps in; "running" if it does not, "?" if it is none of ours."""

    call: str
    timeout_ms: int | None = None


def wait_of(pid: int, tid: int | None = None) -> Wait:
    """Where a thread of `pid` (the first, unless told) sleeps; a wait for readiness with its timeout.

    A futex with a timeout, whose length can't be seen, is a "timed futex"; so is a select.
    """
    fields = Path(f"/proc/{pid}/task/{tid or pid}/syscall").read_text().split()
    if fields[0] == "running":
        return Wait("running")
    call = _CALLS.get(int(fields[0]), "?")
    if call in _TIMEOUT_FIELDS and int(fields[_TIMEOUT_FIELDS[call]], 16) != 0:
        return Wait(f"timed {call}")
    if call not in ("epoll_wait", "poll"):
        return Wait(call)
    timeout = int(fields[4 if call == "epoll_wait" else 3], 16) & 0xFFFFFFFF
    if timeout == 0xFFFFFFFF:
        return Wait(call)
    return Wait(call, AGES_MS if timeout > _DAY_MS else timeout)


def threads_of(pid: int) -> list[int]:
    return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]


def children_of(pid: int) -> list[int]:
    """By whichever thread they were made."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends
            children += map(int, Path(task, "children").read_text().split())
    return children


def descendants_of(pid: int) -> list[int]:
    """Parents come before their children."""
    found = children_of(pid)
    for one in found:
        with suppress(FileNotFoundError, ProcessLookupError):
            found += children_of(one)
    return found


def state_of(pid: int) -> str:
    """The letter of ps(1): R, S, D, T, Z…"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def sleeps_of(pid: int) -> int:
    """How often the first thread went to sleep since it began: it moves when a thread gets on."""
    status = Path(f"/proc/{pid}/task/{pid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def cpu_of(pid: int) -> float:
    """The seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def interest(pid: int, inode: int) -> str:
    """How the epoll sets of `pid` ask for a socket: armed, edge, disarmed; none: they don't."""
    for mask in _epoll_masks(pid, inode):
        if not mask & select.EPOLLIN:
            return "disarmed"
        return "edge" if mask & select.EPOLLET else "armed"
    return "none"


def _epoll_masks(pid: int, inode: int) -> Iterator[int]:
    entry = re.compile(rf"^tfd:\s+\d+ events:\s+([0-9a-f]+) .*\bino:{inode:x}\b", re.MULTILINE)
    for fd in _fds_of(pid):
        with suppress(FileNotFoundError):
            for mask in entry.findall(Path(f"/proc/{pid}/fdinfo/{fd}").read_text()):
                yield int(mask, 16)


def _fds_of(pid: int) -> list[str]:
    return os.listdir(f"/proc/{pid}/fd")


@dataclass(frozen=True)
class End:
    """One end of a stream; the other end is the one whose inode is `peer`.

    The two ends of a pipe share an inode: here the writing end's is negative.
    """

    kind: str
    inode: int
    peer: int
    """0: there is none, or nobody holds it."""
    unread: int
    """Bytes; of a listener: connections that wait to be accepted."""
    state: str = "connected"
    """connected, abandoned (the peer has closed), listening."""


def peer_end(sock: socket.socket) -> End:
    """The other end of one of the caller's own sockets, whoever holds it."""
    inode = os.fstat(sock.fileno()).st_ino
    if sock.family == socket.AF_UNIX:
        return _unix_end(_unix_end(inode).peer)
    return next(end for end in _tcp_ends() if end.peer == inode)


def ends_of(pid: int) -> list[End]:
    """All stream sockets that `pid` holds, listeners included, and all ends of pipes."""
    sockets, pipes = set(), []
    for fd in _fds_of(pid):
        with suppress(FileNotFoundError):
            kind, _, inode = os.readlink(f"/proc/{pid}/fd/{fd}").rstrip("]").partition(":[")
            if kind == "socket":
                sockets.add(int(inode))
            elif kind == "pipe":
                pipes.append(_pipe_end(pid, fd, int(inode)))
    tcp = [end for end in _tcp_ends() if end.inode in sockets]
    unix = (_unix_end(inode) for inode in sockets - {end.inode for end in tcp})
    return tcp + [end for end in unix if end.state != "none"] + pipes


def leaves_unread(pid: int) -> bool:
    """Whether something lies unread on any end that `pid` holds."""
    return any(end.unread > 0 for end in ends_of(pid))


def _pipe_end(pid: int, fd: str, inode: int) -> End:
    link = f"/proc/{pid}/fd/{fd}"
    if not os.lstat(link).st_mode & stat.S_IRUSR:
        return End("pipe", -inode, inode, 0)
    ours = os.open(link, os.O_RDONLY | os.O_NONBLOCK)
    try:
        unread = array.array("i", [0])
        fcntl.ioctl(ours, termios.FIONREAD, unread)
    finally:
        os.close(ours)
    return End("pipe", inode, -inode, unread[0])


_TCP_STATES = {"01": "connected", "08": "abandoned", "0A": "listening"}


def _tcp_ends() -> list[End]:
    """The sockets that somebody may hold; those of a connection know each other by their addresses."""
    found: dict[tuple[str, str], tuple[str, int, int]] = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, _, _, _, _, inode, *_ = line.split()
        if state in _TCP_STATES:
            unread = int(queues.partition(":")[2], 16)
            if _TCP_STATES[state] == "abandoned" and unread > 0:
                unread -= 1  # the end-of-file counts as a byte until it is read
            found[local, remote] = _TCP_STATES[state], int(inode), unread
    nobody = ("", 0, 0)
    return [
        End("tcp", inode, found.get((remote, local), nobody)[1], unread, state)
        for (local, remote), (state, inode, unread) in found.items()
    ]


# <linux/netlink.h>, <linux/sock_diag.h>, <linux/unix_diag.h>
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 0x1
_NLMSG_ERROR = 2
_UDIAG_SHOW_PEER = 0x4
_UDIAG_SHOW_RQLEN = 0x10
_UNIX_DIAG_PEER = 2
_UNIX_DIAG_RQLEN = 4
_ANY = 0xFFFFFFFF
"""All states; no cookie."""
_NLMSG = struct.Struct("=IHHII")
_UNIX_DIAG_REQ = struct.Struct("=BBHIIIII")
_UNIX_DIAG_MSG = struct.Struct("=BBBBIII")
_ATTRIBUTE = struct.Struct("=HH")


def _unix_end(inode: int) -> End:
    """Asks sock_diag, for /proc/net/unix has neither queues nor peers.

    State "none": it is no stream, or no UNIX socket.
    """
    body = _UNIX_DIAG_REQ.pack(
        socket.AF_UNIX, 0, 0, _ANY, inode, _UDIAG_SHOW_PEER | _UDIAG_SHOW_RQLEN, _ANY, _ANY
    )
    header = _NLMSG.pack(_NLMSG.size + len(body), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as netlink:
        netlink.send(header + body)
        reply = netlink.recv(4096)
    length, message, *_ = _NLMSG.unpack_from(reply)
    if message == _NLMSG_ERROR:
        return End("unix", inode, 0, 0, "none")
    _, sort, state, *_ = _UNIX_DIAG_MSG.unpack_from(reply, _NLMSG.size)
    attributes = dict(_attributes(reply[_NLMSG.size + _UNIX_DIAG_MSG.size : length]))
    (peer,) = struct.unpack("=I", attributes.get(_UNIX_DIAG_PEER, bytes(4)))
    unread, _ = struct.unpack("=II", attributes[_UNIX_DIAG_RQLEN])
    return End("unix", inode, peer, unread, _unix_state(sort, state, peer))


def _unix_state(sort: int, state: int, peer: int) -> str:
    """A UNIX stream whose peer has closed stays established; its peer then has no inode."""
    established, listening = 1, 10
    if sort != socket.SOCK_STREAM or state not in (established, listening):
        return "none"
    if state == listening:
        return "listening"
    return "connected" if peer else "abandoned"


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        length, kind = _ATTRIBUTE.unpack_from(data)
        yield kind, data[_ATTRIBUTE.size : length]
        data = data[(length + 3) & ~3 :]
