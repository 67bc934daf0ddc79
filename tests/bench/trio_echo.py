#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""trio_echo.py COUNT: two trio processes, lock-step over TCP, as a workload."""

import json
import os
import sys
import time

import trio

MESSAGE = bytes(64)


def pin() -> None:
    if cpu := os.environ.get("BENCH_CPU"):
        os.sched_setaffinity(0, {int(cpu)})


async def serve(port: int) -> None:
    stream = await trio.open_tcp_stream("127.0.0.1", port)
    async for message in stream:
        await stream.send_all(message)


async def receive(stream: trio.SocketStream) -> None:
    left = len(MESSAGE)
    while left:
        left -= len(await stream.receive_some(left))


async def ask(stream: trio.SocketStream, count: int) -> None:
    for _ in range(count):
        await stream.send_all(MESSAGE)
        await receive(stream)


async def measure(count: int) -> int:
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listener.socket.getsockname()[1]
    server = await trio.lowlevel.open_process([sys.executable, __file__, "serve", str(port)])
    async with listener, await listener.accept() as stream:
        await ask(stream, count // 20 + 10)
        begin = time.monotonic_ns()
        await ask(stream, count)
        took = time.monotonic_ns() - begin
    await server.wait()
    return took


def main() -> None:
    pin()
    if sys.argv[1] == "serve":
        trio.run(serve, int(sys.argv[2]))
        return
    count = int(sys.argv[1])
    print(json.dumps({"ops": count, "ns": trio.run(measure, count)}))


if __name__ == "__main__":
    main()
