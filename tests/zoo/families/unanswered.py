# SPDX-License-Identifier: GPL-2.0-only
"""A server that takes a request and never answers, though its loop lives and listens.

Story: a handler awaits an event that nobody sets; others are served. Seen from outside: parked, its
end armed, nothing unread: what an idle server looks like. Only that the request was taken, that all
before it were answered, and that nobody is left who could make it go on tells.
"""

import zoo

HAS_NO_ALARM = True


def parent() -> None:
    silent = zoo.spawn("server", zoo.VARIANT)
    zoo.ask_in_vain(
        silent,
        "the server took the request, and parks",
        zoo.Settled(lambda: silent.is_parked() and not silent.has_unread()),
    )
    zoo.announce_wedge(
        "unanswered",
        culprit=silent.pid,
        actors={"server": silent.pid},
        channel=zoo.VARIANT,
    )
    zoo.wait_for_reply(silent.channel)


def server(channel: zoo.Channel) -> None:
    loop = zoo.Loop()
    zoo.answer_turns(loop, channel)
    while True:
        loop.park()
        channel.receive()
