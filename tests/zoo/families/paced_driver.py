# SPDX-License-Identifier: GPL-2.0-only
"""A driver that works through twenty items at its own pace, while its parent waits for the last.

Story: a stepper motor, a paced upload, a crawler that is polite. Seen from outside: the parent in
recv, the driver parked with a timeout of 0.5 s; every half second it asks a device by eight bytes,
and gets eight at once: of one size, at one pace, yet no heartbeats.
"""

import math
import time

import zoo

HAS_NO_ALARM = True

ITEMS = 20
EVERY_S = 0.5
ITEM = b"position"


def parent() -> None:
    ours, theirs = zoo.pair("unix")
    driver = zoo.spawn("driver", "unix", ours)
    device = zoo.spawn("device", "unix", theirs)
    for _ in range(zoo.TURNS):
        drive(driver.channel, 0)
    closing = zoo.announce_healthy(
        actors={"driver": driver.pid, "device": device.pid}, channel="unix", timer_due=True
    )
    turns = 0
    while (left := closing - time.monotonic()) > 0:
        drive(driver.channel, min(ITEMS, math.ceil(left / EVERY_S)))
        turns += 1
    zoo.close(driver, device, turns=turns)


def drive(channel: zoo.Channel, items: int) -> None:
    channel.send(b"%2d" % items)
    channel.receive()


def driver(channel: zoo.Channel, device: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(channel)
    while True:
        loop.park()
        for _ in range(int(channel.receive())):
            device.sock.sendall(ITEM)
            device.sock.recv(len(ITEM))
            loop.park(EVERY_S)
        channel.send(zoo.REPLY)


def device(_channel: zoo.Channel, driver: zoo.Channel) -> None:
    loop = zoo.Loop()
    loop.arm(driver)
    while loop.park():
        driver.sock.sendall(driver.sock.recv(len(ITEM)))
