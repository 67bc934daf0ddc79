# SPDX-License-Identifier: GPL-2.0-only
"""What can be seen of a process from outside: where it sleeps, its epoll sets, its sockets' queues.

Only /proc and sock_diag, which the owner of the processes may read: the states of the zoo are
proven without the tool that is tested on them.
"""

from __future__ import annotations

import os
import re
import select
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_CALLS = {
    "x86_64": {
        34: "pause", 35: "sleep", 45: "recv", 202: "futex", 230: "sleep", 232: "epoll_wait",
        281: "epoll_wait",
    },
    "aarch64": {
        22: "epoll_wait", 73: "pause", 98: "futex", 101: "sleep", 115: "sleep", 207: "recv",
    },
}[os.uname().machine]  # fmt: skip


class Wait(NamedTuple):
    """The system call a thread sleeps in; "running" if it does not, "?" if it is none of ours."""

    call: str
    timeout_ms: int | None = None


def wait_of(pid: int, tid: int | None = None) -> Wait:
    """Where a thread of `pid` (the first, unless told) sleeps; an epoll_wait's timeout with it."""
    fields = Path(f"/proc/{pid}/task/{tid or pid}/syscall").read_text().split()
    if fields[0] == "running":
        return Wait("running")
    call = _CALLS.get(int(fields[0]), "?")
    if call != "epoll_wait":
        return Wait(call)
    timeout = int(fields[4], 16) & 0xFFFFFFFF
    return Wait(call, None if timeout == 0xFFFFFFFF else timeout)


def state_of(pid: int) -> str:
    """The letter of ps(1): R, S, D, T, Z…"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def sleeps_of(pid: int) -> int:
    """How often the first thread went to sleep since it began: it moves when a thread gets on."""
    status = Path(f"/proc/{pid}/task/{pid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def interest(pid: int, inode: int) -> str:
    """How the epoll sets of `pid` ask for a socket: armed, edge, disarmed; none: they don't."""
    for mask in _epoll_masks(pid, inode):
        if not mask & select.EPOLLIN:
            return "disarmed"
        return "edge" if mask & select.EPOLLET else "armed"
    return "none"


def _epoll_masks(pid: int, inode: int) -> Iterator[int]:
    entry = re.compile(rf"^tfd:\s+\d+ events:\s+([0-9a-f]+) .*\bino:{inode:x}\b", re.MULTILINE)
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        for mask in entry.findall(info.read_text()):
            yield int(mask, 16)


@dataclass(frozen=True)
class End:
    """One end of a connected stream socket; the other end is the one whose inode is `peer`."""

    kind: str
    inode: int
    peer: int
    unread: int


def peer_end(sock: socket.socket) -> End:
    """The other end of one of the caller's own sockets, whoever holds it."""
    inode = os.fstat(sock.fileno()).st_ino
    if sock.family == socket.AF_UNIX:
        return _unix_end(_unix_end(inode).peer)
    return next(end for end in _tcp_ends() if end.peer == inode)


def ends_of(pid: int) -> list[End]:
    """All connected stream sockets that `pid` holds."""
    links = (os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir())
    inodes = {int(link[len("socket:[") : -1]) for link in links if link.startswith("socket:[")}
    tcp = [end for end in _tcp_ends() if end.inode in inodes]
    unix = (_unix_end(inode) for inode in inodes - {end.inode for end in tcp})
    return tcp + [end for end in unix if end.peer]


def _tcp_ends() -> list[End]:
    """The established connections whose both ends are on this host."""
    established = "01"
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, _, _, _, _, inode, *_ = line.split()
        if state == established:
            found[local, remote] = int(inode), int(queues.partition(":")[2], 16)
    return [
        End("tcp", inode, found[remote, local][0], unread)
        for (local, remote), (inode, unread) in found.items()
        if (remote, local) in found
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

    Peer 0: it has none, or is no UNIX socket.
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
        return End("unix", inode, 0, 0)
    attributes = dict(_attributes(reply[_NLMSG.size + _UNIX_DIAG_MSG.size : length]))
    (peer,) = struct.unpack("=I", attributes.get(_UNIX_DIAG_PEER, bytes(4)))
    unread, _ = struct.unpack("=II", attributes[_UNIX_DIAG_RQLEN])
    return End("unix", inode, peer, unread)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        length, kind = _ATTRIBUTE.unpack_from(data)
        yield kind, data[_ATTRIBUTE.size : length]
        data = data[(length + 3) & ~3 :]
