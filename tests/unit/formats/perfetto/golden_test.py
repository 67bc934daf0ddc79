#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""golden_test.py WRITE_TRACES [--update]: traces of samples as protoc reads them by subset.proto; those of golden/ are
as they are there. --update writes golden/ anew, for a person to read the difference.

By a .proto and not --decode_raw: that takes a text that happens to be a message for one."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"


def decoded(trace):
    return subprocess.run(
        ["protoc", f"--proto_path={HERE}", "--decode=perfetto.protos.Trace", "subset.proto"],
        input=trace.read_bytes(), stdout=subprocess.PIPE, check=True).stdout.decode("ascii")


class Traces(unittest.TestCase):
    maxDiff = 4000
    texts = {}

    def test_every_field_is_known_and_of_its_type(self):
        self.assertGreaterEqual(len(self.texts), 6)
        for name, text in self.texts.items():
            with self.subTest(name):
                self.assertNotRegex(text, re.compile(r"^ *\d+[ :]", re.MULTILINE))

    def test_golden(self):
        golden = sorted(GOLDEN.glob("*.txt"))
        self.assertTrue(golden)
        for path in golden:
            with self.subTest(path.name):
                self.assertMultiLineEqual(path.read_text(), self.texts[path.stem],
                                          "if that is meant, see golden_test.py --update")


def main():
    if not shutil.which("protoc"):
        print("skipped: protoc (protobuf-compiler) is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        Traces.texts = {path.stem: decoded(path) for path in sorted(pathlib.Path(folder).glob("*.pftrace"))}
    if sys.argv[2:] == ["--update"]:
        for name in ("dialogue", "wedge"):
            (GOLDEN / f"{name}.txt").write_text(Traces.texts[name])
        return 0
    return 0 if unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result.wasSuccessful() else 1


sys.exit(main())
