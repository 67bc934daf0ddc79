# SPDX-License-Identifier: GPL-2.0-only
"""A child that was stopped: by job control, a debugger that went away, an operator's kill -STOP.

Seen from outside: state T. The tcp variant stopped before it took the request, which lies unread;
the silent one took it and was stopped before it replied, so that every queue is empty.
"""

import signal

import observe
import zoo

SILENT = zoo.VARIANT == "silent"
KIND = "unix" if SILENT else zoo.VARIANT


def parent() -> None:
    stopped = zoo.spawn("child", KIND)
    zoo.ask_in_vain(
        stopped,
        "the child is stopped, with its queue as it shall be",
        lambda: observe.state_of(stopped.pid) == "T" and stopped.has_unread() != SILENT,
    )
    zoo.announce_wedge("stopped", culprit=stopped.pid, actors={"child": stopped.pid}, channel=KIND)
    zoo.wait_for_reply(stopped.channel)


def child(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    loop.park()
    if SILENT:
        channel.receive()
    signal.raise_signal(signal.SIGSTOP)
