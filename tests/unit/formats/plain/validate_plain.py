#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""validate_plain.py XSD DIR: every DIR/*.xml obeys the schema and counts right, and the schema refuses what it should;
every DIR/*.annotations has only commands that are ours, every DIR/*.md only HTML that is."""

import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

# The sample's result, its type, and the annotations that it makes.
EXPECTED = {
    "healthy": (None, None, []),
    "wedge": ("failure", "wedge", ["error"]),
    "exit_3": ("error", "exit", ["error"]),
    "signal": ("error", "signal", ["error"]),
    "timed_out": ("failure", "timeout", ["error"]),
    "timed_out_wedge": ("failure", "wedge", ["error"]),
    "unfinished": ("error", "unfinished", ["error"]),
    "cut_off": ("error", "cut-off", ["error"]),
    "cut_off_wedge": ("failure", "wedge", ["error", "warning"]),
    "cut_off_early": ("error", "cut-off", ["error"]),
    "attached": (None, None, []),
    "recovered": (None, None, ["notice"]),
    "inconclusive": (None, None, ["warning"]),
    "crowd": ("failure", "wedge", ["error"]),
    "many_culprits": ("failure", "wedge", ["error"] * 10),
    "hostile": ("failure", "wedge", ["error"]),
    "huge": ("failure", "wedge", ["error"] * 10),
    "empty": ("error", "cut-off", ["error"]),
}
MOST_MESSAGE = 4096  # UTF-16 units that the runner keeps
MOST_SUMMARY = 1024 * 1024
TAGS = {"p", "b", "code", "span", "table", "tr", "th", "td", "ul", "li", "details", "summary", "pre"}


def schema_errors(schema, document):
    """What xmllint says against the XML text; "" if it is valid."""
    done = subprocess.run(["xmllint", "--noout", "--schema", schema, "-"], input=document.encode(),
                          capture_output=True, check=False)
    return done.stderr.decode() if done.returncode else ""


def broken(wedge):
    """Documents that must be refused, by what is wrong with them."""
    yield "no testsuites", re.sub(r"</?testsuites[^>]*>", "", wedge)
    yield "a count that is no number", wedge.replace('tests="1"', 'tests="one"')
    yield "a time with a comma", re.sub(r'time="([0-9]+)\.', r'time="\1,', wedge)
    yield "a timestamp with a zone", re.sub(r'(timestamp="[^"]*)"', r'\1Z"', wedge)
    yield "no properties", re.sub(r"<properties>.*</properties>", "", wedge, flags=re.DOTALL)
    yield "a property twice", re.sub(r"(<property [^>]*>)", r"\1\1", wedge)
    yield "an unknown element", wedge.replace("<failure", "<wedge/><failure")
    yield "an unknown attribute", wedge.replace("<failure", '<failure pid="1"')
    yield "two results", re.sub(r"(<failure.*</failure>)", r"\1\1", wedge, flags=re.DOTALL)
    for attribute in ("name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "classname",
                      "type", "message", "value"):
        yield f"no {attribute}", re.sub(f' {attribute}="[^"]*"', "", wedge)


def counts(element):
    return tuple(int(element.get(name)) for name in ("tests", "failures", "errors"))


def junit_failures(name, document):
    result, kind, _ = EXPECTED[name]
    suites = ElementTree.fromstring(document)
    suite, = suites
    case, = suite.findall("testcase")
    expected = (1, int(result == "failure"), int(result == "error"))
    if counts(suites) != expected or counts(suite) != expected:
        yield f"counts {counts(suites)}, {counts(suite)}, not {expected}"
    found = [(child.tag, child.get("type")) for child in case if not child.tag.startswith("system-")]
    if found != ([(result, kind)] if result else []):
        yield f"results {found}"
    if not case.get("name"):
        yield "the testcase has no name"
    fingerprints = [one for one in suite.iter("property") if one.get("name").startswith("unwedge.fingerprint.")]
    if bool(fingerprints) != (kind == "wedge"):
        yield f"{len(fingerprints)} fingerprints"


def unescaped(text, escapes):
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def annotation_failures(name, text):
    """Reads each line as the runner does (ActionCommand.TryParseV2)."""
    levels = []
    for line in re.split("[\r\n]", text.removesuffix("\n")) if text else []:
        command = re.fullmatch(r"::(error|warning|notice) title=([^:,]+)::(.+)", line)
        if not command:
            yield f"no command: {line[:80]!r}"
            continue
        levels.append(command[1])
        message = unescaped(command[3], (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")))
        if len(message.encode("utf-16-le")) / 2 > MOST_MESSAGE:
            yield f"a message of {len(message)} characters"
    if levels != EXPECTED[name][2]:
        yield f"annotations {levels}"


class Tags(html.parser.HTMLParser):
    """Tags that are not ours, or do not match."""
    def __init__(self):
        super().__init__()
        self.open = []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag not in TAGS or attrs:
            self.wrong.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("/" + tag)

    def handle_comment(self, data):
        self.wrong.append("a comment")


def markdown_failures(name, text):
    if len(text.encode()) >= MOST_SUMMARY:
        yield f"{len(text.encode())} bytes"
    tags = Tags()
    tags.feed(text)
    tags.close()
    if tags.wrong or tags.open:
        yield f"tags {tags.wrong}, open {tags.open}"
    # Outside of <pre> a block of HTML ends at a blank line; each must begin with a tag, or it would be Markdown.
    for block in re.sub(r"<pre>.*?</pre>", "<p>", text, flags=re.DOTALL).split("\n\n"):
        if not re.match(r"(##+ [A-Za-z0-9: ]+\n?$|</?(p|table|ul|details)>)", block):
            yield f"a block that is no HTML: {block[:80]!r}"


def main():
    if not shutil.which("xmllint"):
        print("skipped: xmllint (libxml2-utils) is not installed")
        return 77
    schema, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    failures = []
    for name in EXPECTED:
        document = (folder / f"{name}.xml").read_text()
        if invalid := schema_errors(schema, document):
            failures.append(f"{name}.xml: {invalid}")
            continue
        failures += [f"{name}.xml: {what}" for what in junit_failures(name, document)]
        annotations = (folder / f"{name}.annotations").read_bytes().decode()
        failures += [f"{name}.annotations: {what}" for what in annotation_failures(name, annotations)]
        markdown = (folder / f"{name}.md").read_text()
        failures += [f"{name}.md: {what}" for what in markdown_failures(name, markdown)]
    unknown = {path.stem for path in folder.iterdir()} - EXPECTED.keys()
    failures += [f"{name}: not expected" for name in unknown]
    for what, document in broken((folder / "wedge.xml").read_text()):
        if not schema_errors(schema, document):
            failures.append(f"not refused: {what}")
    for failure in failures:
        print(failure)
    print(f"{len(EXPECTED)} samples, {len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
