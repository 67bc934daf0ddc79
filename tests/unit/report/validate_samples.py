#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""validate_samples.py SCHEMA DIR: every DIR/*.json obeys the schema, and the schema refuses what it should."""

import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def broken(wedge):
    """Documents that must be refused, by what is wrong with them."""
    def changed(change):
        document = copy.deepcopy(wedge)
        change(document)
        return document

    yield "no culprit although wedged", changed(lambda d: d.update(verdicts=[]))
    yield "a culprit although not wedged", changed(lambda d: d.update(wedged=False))
    yield "complete with losses", changed(lambda d: d["lost"].update(events=1))
    yield "incomplete without losses", changed(lambda d: d.update(complete=False))
    yield "hooks at tier procfs", changed(lambda d: d.update(tier="procfs"))
    yield "a word outside its list", changed(lambda d: d["verdicts"][0].update(kind="hung"))
    yield "a culprit that only waits", changed(lambda d: d["verdicts"][1].update(role="culprit"))
    yield "a channel with one end", changed(lambda d: d["channels"][0]["ends"].pop())
    for field in wedge:
        yield f"without {field}", changed(lambda d: d.pop(field))
    for part in ("actors", "channels", "waits", "verdicts"):
        for field in wedge[part][0]:
            yield f"{part} without {field}", changed(lambda d: d[part][0].pop(field))


def undescribed(schema, path=""):
    """Properties without a description."""
    for name, value in schema.get("properties", {}).items():
        if "description" not in value:
            yield f"{path}.{name}"
        yield from undescribed(value, f"{path}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from undescribed(schema["items"], path + "[]")


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = [f"{name}: no description" for name in undescribed(schema)]
    for name, part in schema["$defs"].items():
        # A rule's part repeats properties only to constrain them.
        if name != "standing_culprit":
            failures += [f"{field}: no description" for field in undescribed(part, name)]
    samples = sorted(folder.glob("*.json"))
    for sample in samples:
        for error in validator.iter_errors(json.loads(sample.read_text())):
            failures.append(f"{sample.name}: {error.json_path}: {error.message}")
    extended = json.loads((folder / "wedge.json").read_text())
    extended["a_later_field"] = extended["verdicts"][0]["a_later_field"] = 1
    if not validator.is_valid(extended):
        failures.append("an added field is refused")
    for what, document in broken(json.loads((folder / "wedge.json").read_text())):
        if validator.is_valid(document):
            failures.append(f"not refused: {what}")
    for failure in failures:
        print(failure)
    print(f"{len(samples)} samples, {len(failures)} failures")
    return 1 if failures or len(samples) < 9 else 0


sys.exit(main())
