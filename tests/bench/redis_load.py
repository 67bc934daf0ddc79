#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""redis_load.py COUNT: redis-benchmark's GET against a server of its own, as a workload."""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 20.0
CLIENTS = "20"


def pin() -> None:
    if cpu := os.environ.get("BENCH_CPU"):
        os.sched_setaffinity(0, {int(cpu)})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def await_listener(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def requests_per_second(port: int, count: int) -> float:
    done = subprocess.run(
        ["redis-benchmark", "-p", str(port), "-n", str(count), "-c", CLIENTS, "-t", "get", "--csv"],
        capture_output=True, text=True, check=True,
    )
    return next(float(row[1]) for row in csv.reader(done.stdout.splitlines()) if row[0] == "GET")


def main() -> None:
    count = int(sys.argv[1])
    pin()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-redis.") as folder:
        server = subprocess.Popen(
            [
                *("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder),
                *("--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            await_listener(port)
            rate = requests_per_second(port, count)
        finally:
            server.terminate()
            server.wait()
    print(json.dumps({"ops": count, "ns": round(count / rate * 1e9)}))


if __name__ == "__main__":
    main()
