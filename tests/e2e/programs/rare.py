#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0-only
"""Hangs now and then: who waits for an edge takes one message of it, and does not look for more.

A worker watches its channel edge-triggered and reads once for each event, as if an event were a message. Its client thinks for
GAP_MS, sends an order and, GAP_MS later, a remark to it, and awaits both answers. As long as the worker gets to the order within that
time all goes well; else both lie there when it looks, it takes the first, and waits for an event that has come already.

`rare.py [ROUNDS [GAP_MS]]`; exits with status 0 after the last round.
"""

import os
import select
import socket
import sys
import time


def work(channel: socket.socket) -> None:
    loop = select.epoll()
    loop.register(channel, select.EPOLLIN | select.EPOLLET)
    while loop.poll():
        if not (message := channel.recv(100)):
            return
        channel.send(message)


def ask(channel: socket.socket, rounds: int, gap_s: float) -> None:
    for _ in range(rounds):
        time.sleep(gap_s)
        channel.send(b"order")
        time.sleep(gap_s)
        channel.send(b"remark")
        for _ in range(2):
            channel.recv(100)


rounds, gap_ms = (int(word) for word in (*sys.argv[1:], *("30", "30")[len(sys.argv) - 1 :]))
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
if (worker := os.fork()) == 0:
    ours.close()
    work(theirs)
    os._exit(0)
theirs.close()
ask(ours, rounds, gap_ms / 1e3)
ours.close()
os.waitpid(worker, 0)
