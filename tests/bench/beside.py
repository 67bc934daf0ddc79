#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""beside.py WORD TRACER… -- CMD…: runs CMD beside a tracer that starts no commands itself.

CMD starts when the tracer has said WORD; when CMD has ended, the tracer is interrupted.
"""

import signal
import subprocess
import sys
import threading


def main() -> int:
    word, *rest = sys.argv[1:]
    end = rest.index("--")
    said: list[str] = []
    with subprocess.Popen(
        rest[:end], text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as tracer:
        assert tracer.stdout
        for line in tracer.stdout:
            said.append(line)
            if word in line:
                break
        else:
            sys.stderr.write("".join(said))
            return 125
        threading.Thread(target=tracer.stdout.read, daemon=True).start()
        status = subprocess.run(rest[end + 1 :]).returncode
        tracer.send_signal(signal.SIGINT)
    return status


if __name__ == "__main__":
    sys.exit(main())
