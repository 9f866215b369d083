# SPDX-License-Identifier: BSD-2-Clause
"""The tool with something failing: the whole of the right output, or status 2 and a sentence. Never half of it with another status, nor a signal."""
import contextlib
import dataclasses
import errno
import gzip
import json
import pathlib
import re
import shutil
from collections.abc import Callable, Iterator

import pytest

from faults.site import write
from lib.daemon import ROOT, Daemon, program
from lib.faults import ALL, CHANGE, COUNT, FILES, LIST, MAP, MEMORY, ON, ONCE, OPEN, OUT, READ, RENAME, STAT, SYNC, THREADS, WRITE, Faults, Runs
from lib.records import line, record
from lib.tool import run

USER = "arn:aws:iam::123456789012:user/"
EXAMPLES = "contrib/examples"
# Something of each severity, and what --fix corrects.
BAD = {"Version": "2012-10-17", "Statement": [
    {"Sid": "one", "Effect": "Deny", "Principal": "*", "Action": "ses:SendEmail", "Resource": "*",
     "Condition": {"ForAllValues:StringNotLike": {"ses:Recipients": "*@example.org"}, "StringEquals": {"ses:FromAdress": "a@example.net"}}},
    {"Sid": "two", "Effect": "Allow", "Principal": "*", "Action": "ses:*", "Resource": "*"},
    {"Sid": "three", "Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail", "Resource": "*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": ["172.31.0.1/16", "10.0.0.0/33"]}, "StringLike": {"ses:FromAddress": "NOBODY@example.net"}}}]}
MESSAGE = "From: Ann <public@example.net>\r\nTo: x@example.org\r\nX-SES-CONFIGURATION-SET: closed\r\nSubject: =?utf-8?q?n=C3=B6?=\r\n\r\ntext\r\n"
IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.net"
REQUESTS = "".join(json.dumps({
    "policies": [{"type": "resource", "document": {"Version": "2012-10-17", "Statement": [
        {"Sid": "s", "Effect": effect, "Principal": {"AWS": "*"}, "Action": "ses:*", "Resource": "*",
         "Condition": {"StringLike": {"ses:FromAddress": ["billing@*", "no-reply@*"]}}} for effect in ("Allow", "Deny")[:count]]}}],
    "request": {"principal": f"{USER}{name}", "action": "ses:SendRawEmail", "resource": IDENTITY,
                "context": {"ses:FromAddress": f"{name}@example.net"}}}) + "\n"
    for name, count in (("billing", 1), ("no-reply", 2), ("x" * 300, 2), ("billing", 2)))


def make(folder: pathlib.Path) -> Daemon:
    """What the commands below are asked of."""
    daemon = Daemon(folder)
    daemon.settings["quotas"] = {"store": f"{daemon.run}/quota.db", "account": {"per_day": 100, "per_second": 14},
                                 "senders": [{"sender": "*@example.net", "per_day": 50}]}
    write(daemon, "a")
    (folder / "bad.json").write_text(json.dumps(BAD, indent=1))
    (folder / "message.eml").write_text(MESSAGE, newline="")
    records = "".join(line(record(n, sender=f"{name}@example.net", recipients=(f"r{n}@example.org",)))
                      for n, name in enumerate(("no-reply", "billing-a", "boss", "zone")))
    (folder / "records.jsonl").write_text(records)
    with gzip.open(folder / "records.gz", "wt") as file:
        file.write(records)
    (folder / "page.html").write_text("yesterday's page")
    (folder / "tested").mkdir()
    for name in ("sender.json", "recipients.json"):
        shutil.copy(ROOT / EXAMPLES / name, folder / "tested")
    (folder / "tested" / "tested.test.json").write_text(json.dumps({"policies": ["sender.json"], "tests": [
        {"name": "one", "sender": "no-reply@example.net", "recipients": ["ann@example.org"], "expect": {"decision": "allowed"}}]}))
    return daemon


@dataclasses.dataclass
class Row:
    name: str
    words: str  # FOLDER and SETTINGS stand for the test's own
    stdin: str = ""
    short: bool = False  # tried in the short form, too
    changes: str = ""  # the file that it writes


EVAL = "eval SETTINGS --login someone --client 172.31.1.1 --tls --recipient ann@example.org"
ROWS = [
    Row("eval", f"{EVAL} --sender good@example.net"),
    Row("eval --explain", f"{EVAL} --sender news@shop.example --recipient eve@blocked.test --explain", short=True),
    Row("eval --json", f"{EVAL} --sender good@example.net --json"),
    Row("eval --json --explain", f"{EVAL} --sender news@example.net --json --explain --header X-SES-CONFIGURATION-SET:closed"),
    Row("eval --message", f"{EVAL} --sender public@example.net --message FOLDER/message.eml --explain"),
    Row("eval requests", "eval --json", stdin=REQUESTS, short=True),
    Row("lint", "lint FOLDER/bad.json", short=True),
    Row("lint --json", "lint --json FOLDER/bad.json"),
    Row("lint --sarif", "lint --sarif FOLDER/bad.json"),
    Row("lint -", "lint --type resource -", stdin=json.dumps(BAD)),
    Row("lint of a folder", "lint FOLDER/policies.d"),
    Row("lint of a site", "lint SETTINGS"),
    Row("lint of a site, JSON", "lint SETTINGS --json"),
    Row("lint --list", "lint --list"),
    Row("lint --list --json", "lint --list --json"),
    Row("lint --list --mdoc", "lint --list --mdoc"),
    Row("lint --fix", "lint --fix FOLDER/bad.json", changes="bad.json", short=True),
    Row("lint --fix --json", "lint --fix --json FOLDER/bad.json", changes="bad.json"),
    Row("lint --fix --sarif", "lint --fix --sarif FOLDER/bad.json", changes="bad.json"),
    Row("test", "test tests/tool/data/good.test.json tests/tool/data/failing.test.json", short=True),
    Row("test --junit", "test --junit tests/tool/data/good.test.json tests/tool/data/failing.test.json"),
    Row("test --coverage", "test --coverage tests/tool/data/good.test.json"),
    Row("test of what does not load", "test tests/tool/data/broken.test.json"),
    Row("replay", f"replay --policy {EXAMPLES}/sender.json FOLDER/records.jsonl", short=True),
    Row("replay --json", f"replay --policy {EXAMPLES}/sender.json --json FOLDER/records.gz"),
    Row("replay --old", f"replay --old {EXAMPLES}/sender.json --policy {EXAMPLES}/recipients.json -",
        stdin="".join(line(record(n, sender="boss@example.net")) for n in range(3))),
    Row("replay of a site", "replay SETTINGS FOLDER/records.jsonl"),
    Row("keys", "keys SETTINGS"),
    Row("keys --json", "keys SETTINGS --json"),
    Row("diff", f"diff {EXAMPLES}/sender.json {EXAMPLES}/recipients-safe.json"),
    Row("diff --json", f"diff --json {EXAMPLES}/recipients.json {EXAMPLES}/recipients-safe.json"),
    Row("quota show", "quota SETTINGS show", changes="run/quota.db"),
    Row("quota show --json", "quota SETTINGS --json show", changes="run/quota.db"),
    Row("quota set", "quota SETTINGS set 7 sender good@example.net", changes="run/quota.db", short=True),
    Row("quota reset", "quota SETTINGS reset sender old@example.net", changes="run/quota.db"),
    *(Row(f"eval --explain, {name}", f"{EVAL} --sender good@example.net --explain {words}") for name, words in (
        ("of a user", "--user-policy FOLDER/billing.json"), ("within a boundary", "--boundary FOLDER/rest.json"),
        ("in an organization", "--organization FOLDER/billing.json --organization FOLDER/rest.json"),
        ("with another state of the account", "--account-state FOLDER/account"))),
    Row("eval --json --explain, of a user", f"{EVAL} --sender public@example.net --json --explain --user-policy FOLDER/rest.json --boundary FOLDER/billing.json"),
    Row("report", "report SETTINGS -o FOLDER/page.html", changes="page.html", short=True),
    Row("report --records", "report SETTINGS --records FOLDER/records.jsonl --records FOLDER/records.gz -o FOLDER/page.html", changes="page.html"),
    Row("report to standard output", "report SETTINGS --records FOLDER/records.gz -o -"),
    Row("report --json", "report SETTINGS --records FOLDER/records.jsonl --json", short=True),
    Row("report --json into a file", "report SETTINGS --json -o FOLDER/page.html", changes="page.html"),
    Row("report of policies", "report --policy FOLDER/tested -o FOLDER/page.html", changes="page.html", short=True),
    Row("--help", "--help"), Row("--version", "--version"), Row("--completion", "--completion bash"),
    *(Row(f"{name} --help", f"{name} --help") for name in ("eval", "lint", "test", "replay", "keys", "diff", "quota", "report")),
    Row("--completion zsh", "--completion zsh"),
]
NAMES = {row.name: row for row in ROWS}
FAILING = [(mask, error) for mask, errors in (
    (OPEN, (errno.EMFILE, errno.EIO)), (READ, (errno.EIO, errno.ESTALE)), (LIST, (errno.EIO,)), (STAT, (errno.EIO, errno.ESTALE)),
    (WRITE, (errno.ENOSPC, errno.EIO)), (SYNC, (errno.EIO,)), (RENAME, (errno.EIO,)), (CHANGE, (errno.EIO,)), (MAP, (errno.ENOMEM,)),
    (OUT, (errno.ENOSPC,))) for error in errors]
# What differs from run to run.
CHANGING = re.compile(rb'(?<=time=")[0-9.]+|id=\w+|"id":"\w+"|"next_release":\d+|(?<=free again in )\d+ \w+(?: \d+ min)?|\.(?:json|html)\.\w{6}\b'
                      rb'|(?<="made": ")[^"]+|<time datetime="[^"]+">[^<]+</time>')


def plain(output: bytes) -> bytes:
    return CHANGING.sub(b"", output)


class Command:
    """One command, run again and again with a call that fails."""

    def __init__(self, row: Row, faults: Faults, folder: pathlib.Path) -> None:
        self.row, self.faults, self.folder = row, faults, folder
        daemon = make(folder)
        daemon.write_settings()
        words = row.words.replace("SETTINGS", f"--settings {daemon.file}").replace("FOLDER", str(folder)).split(" ")
        self.runs = Runs(faults, [program("ses-policy"), *words], row.stdin.encode(), ROOT)
        self.changes = folder / row.changes if row.changes else None
        self.shows: Runs | None = None
        if row.changes.endswith(".db"):
            # The daemon makes the file.
            daemon.start()
            daemon.stop()
            for words in ("set 3 account", "set 5 sender old@example.net"):
                assert run("quota", "--settings", daemon.file, *words.split(" ")).returncode == 0
            self.shows = Runs(faults, [program("ses-policy"), "quota", "--settings", str(daemon.file), "--json", "show"], name="show.")
        self.bytes = self.changes.read_bytes() if self.changes else b""
        self.before = self.content()
        self.status, self.out, self.err = self.run(MEMORY, 1 << 40, ONCE)
        self.after = self.content()
        self.troubled = 0

    def end(self) -> None:
        self.runs.end()
        if self.shows:
            self.shows.end()

    def content(self) -> object:
        """Of what it changes."""
        if not self.changes:
            return None
        if self.shows:
            self.faults.off()
            status, out, err = self.shows.once()
            assert status == 0, err
            # One that is empty may stay in the file until the next start.
            rows = ((row["scope"], row["name"], row["used"]) for row in map(json.loads, out.splitlines()))
            return sorted(row for row in rows if row[2])
        return plain(self.changes.read_bytes())

    def beside(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def run(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> tuple[int, bytes, str]:
        self.faults.fail(group, n, mode, error, mask)
        status, out, err = self.runs.once()
        return status, plain(out), err

    def once(self, group: int, n: int, mode: int, error: int = errno.ENOMEM, mask: int = 0) -> bool:
        """With its n-th call failing. Was there one?"""
        names = self.beside()
        status, out, err = self.run(group, n, mode, error, mask)
        failed = self.faults.failed(group)
        what = f"{self.row.name}: {self.faults.now}, call {n}: status {status}"
        said = f"{out.decode(errors='backslashreplace')[-1500:]}\n{err[-1500:]}\n{self.faults.said()}"
        self.faults.off()
        assert status in (self.status, 2), f"{what}\n{said}"
        if status == 2 != self.status or (status == 2 and failed and (out, err) != (self.out, self.err)):
            told = re.search(r"^ses-policy.*\w", err, re.M) or b'"error":"out of memory"' in out
            assert failed and told, f"{what}, and no sentence\n{said}"
            assert "Success" not in err, f"{what}\n{said}"
            self.troubled += 1
        else:
            assert out == self.out, f"{what}: another output\n{said}"
        if self.changes:
            now = self.content()
            assert now == self.after or (status == 2 and now == self.before), f"{what}: {self.changes} holds {now}\n{said}"
            if mask != CHANGE:  # what cannot be removed stays
                assert self.beside() == names, f"{what}: leaves {self.beside()}"
            if now != self.before:
                self.restore()
        return failed > 0

    def places(self, group: int, wanted: int, error: int = errno.ENOMEM, mask: int = 0) -> list[int]:
        """The calls to try, and whether all is well when none of them fails."""
        self.run(group, 0, COUNT, error, mask)
        tried = self.faults.places(group, wanted)
        self.faults.off()
        if self.changes:
            self.restore()
        assert not self.once(group, 1 << 40, ONCE, error, mask)
        return tried

    def restore(self) -> None:
        for path in self.changes.parent.glob(f"{self.changes.name}-*"):
            path.unlink()
        self.changes.write_bytes(self.bytes)


@pytest.fixture
def command(faults, folder) -> Iterator[Callable[[Row], Command]]:
    with contextlib.ExitStack() as stack:
        def begin(row: Row) -> Command:
            one = Command(row, faults, folder)
            stack.callback(one.end)
            if one.changes:
                one.restore()
            return one
        yield begin


ASKED = [row for row in ROWS if ALL or row.short]


@pytest.mark.parametrize("row", ASKED, ids=[row.name for row in ASKED])
def test_memory(command, row):
    one = command(row)
    tried = one.places(MEMORY, 20)
    for mode in (ONCE, ON):
        for n in tried:
            one.once(MEMORY, n, mode)
    assert one.troubled > (5 if "SETTINGS" in row.words or "FOLDER" in row.words else -1)


@pytest.mark.parametrize("row", ASKED, ids=[row.name for row in ASKED])
def test_files(command, row):
    """Also standard output on a full disk, from the first byte on, and in the middle."""
    one = command(row)
    for mask, error in FAILING:
        tried = one.places(FILES, 2, error, mask)
        if mask == OUT:
            assert one.faults.count(FILES) or not one.out
        for mode in (ONCE, ON):
            for n in tried:
                one.once(FILES, n, mode, error, mask)
    assert one.troubled


@pytest.mark.parametrize("row", [row for row in ROWS if row not in ASKED], ids=[row.name for row in ROWS if row not in ASKED])
def test_output(command, row):
    """In the short form the others, too, on a disk that is full at the first byte, in the middle, and at the last."""
    one = command(row)
    mask = OUT if one.out else WRITE
    one.once(FILES, 1 << 40, ONCE, errno.ENOSPC, mask)
    for n in {1, (one.faults.count(FILES) + 1) // 2, one.faults.count(FILES)}:
        assert one.once(FILES, n, ONCE, errno.ENOSPC, mask)
    assert one.troubled > 1 or one.faults.count(FILES) == 1


def test_threads(command):
    one = command(NAMES["replay"])
    for mode in (ONCE, ON):
        for n in range(1, 9):
            one.once(THREADS, n, mode, errno.EAGAIN)
