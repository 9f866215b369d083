# SPDX-License-Identifier: BSD-2-Clause
"""The file of records: a line of JSON a decision; rotation; what a full or stuck file costs, and what not."""
import json
import os
import pathlib
import re
import time
from collections.abc import Iterator

import pytest

from conftest import example
from lib.daemon import HANGS, Daemon

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
KEYS = ["time", "id", "queue_id", "stage", "decision", "mode", "would", "generation", "client", "login", "tls", "principal",
        "sender", "header_from", "header_from_raw", "recipients", "completed", "return_path", "configuration_set", "source_arn", "from_arn", "return_path_arn",
        "tenant", "full_name", "ses_header", "resources", "egress", "policy", "sid", "statement", "layer", "level", "reason", "quota", "reply"]


def wait_records(path: pathlib.Path, count: int) -> list[dict]:
    """The lines, once there are so many; each must be whole."""
    end = time.monotonic() + HANGS
    while True:
        lines = path.read_text(encoding="utf-8").split("\n")
        if len(lines) > count:
            assert lines.pop() == "" and len(lines) == count, lines
            return [json.loads(line) for line in lines]
        assert time.monotonic() < end, lines
        time.sleep(0.01)


def test_each_decision_is_a_line(start, client):
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"), recipients=example("recipients-safe"))
    path = daemon.run / "decisions.jsonl"
    one = client(daemon)
    refusal = one.mail(f"<{BAD}>", macros={"{auth_authen}": "svc", "{tls_version}": "TLSv1.3"})
    one.message(GOOD, [INSIDE, OUTSIDE], (("From", f" Ann <{GOOD}>"), ("X-SES-CONFIGURATION-SET", " set-1")))
    mail, rcpt, end = wait_records(path, 3)
    for record in (mail, rcpt, end):
        assert list(record) == KEYS
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"])
        assert record["client"] == "172.31.5.6" and record["mode"] == "enforce" and record["would"] is None and record["generation"] == 1
        assert record["principal"] == "arn:aws:iam::123456789012:user/smtp-relay"
    # The client's error leads to the record.
    assert refusal.text.endswith(f"id={mail['id']}") and mail["reply"] == refusal.text
    assert (mail["stage"], mail["decision"], mail["reason"], mail["sender"]) == ("MAIL", "explicitDeny", "policy", BAD)
    assert (mail["policy"], mail["sid"], mail["statement"]) == ("sender", "stmt1721805312724", 0)
    assert mail["login"] == "svc" and mail["tls"] is True and rcpt["login"] is None and rcpt["tls"] is False
    assert (rcpt["stage"], rcpt["decision"], rcpt["recipients"]) == ("RCPT", "explicitDeny", [OUTSIDE])
    assert (end["stage"], end["decision"], end["reply"], end["policy"]) == ("EOM", "allowed", None, None)
    assert end["recipients"] == [INSIDE] and end["queue_id"] == "QUEUEID" and end["id"] == rcpt["id"]
    assert end["header_from"] == [{"address": GOOD, "name": None}] and end["header_from_raw"] == [f"Ann <{GOOD}>"] and end["configuration_set"] == "set-1"
    assert end["resources"] == ["arn:aws:ses:us-west-2:123456789012:identity/example.net"]
    assert oct(path.stat().st_mode & 0o777) == "0o640"


def test_a_message_that_passes_has_an_id_of_its_own(start, client):
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"))
    one = client(daemon)
    for _ in range(2):
        assert not one.message(GOOD, [INSIDE]).refused
    first, second = (record["id"] for record in wait_records(daemon.run / "decisions.jsonl", 2))
    assert re.fullmatch(r"[0-9a-z]{12,20}", first) and re.fullmatch(r"[0-9a-z]{12,20}", second) and first != second


def test_the_page_shows_each_key():
    text = (pathlib.Path(__file__).resolve().parents[2] / "contrib/operating.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r'^    (\{"time":.*?\})\n\n', text, re.M | re.S)
    assert list(json.loads(shown.replace("\n    ", ""))) == KEYS


def test_what_the_mta_completes(start, client):
    """Both forms, as they were judged; of a recipient who was refused, the one that was."""
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, recipients=example("recipients-safe"))
    one = client(daemon)
    assert not one.mail("<CEO@mail>", macros={"{mail_addr}": "ceo@mail.example.net"}).refused
    assert one.rcpt("<ann@org>", macros={"{rcpt_addr}": "ann@org.test"}).code == 550
    assert not one.rcpt("<Bob@example.org>", macros={"{rcpt_addr}": "bob@example.org"}).refused
    assert not one.rcpt("<Cy@EXAMPLE.org.>", macros={"{rcpt_addr}": "\"cy\"@example.org"}).refused
    assert not one.data().refused and not one.eom().refused
    rcpt, end = wait_records(daemon.run / "decisions.jsonl", 2)
    assert (rcpt["stage"], rcpt["recipients"], rcpt["completed"]) == (
        "RCPT", ["ann@org.test"], [{"address": "CEO@mail", "as": "ceo@mail.example.net"}])
    assert (end["stage"], end["sender"], end["recipients"]) == ("EOM", "CEO@mail", ["Bob@example.org", "Cy@example.org"])
    assert end["completed"] == [{"address": "CEO@mail", "as": "ceo@mail.example.net"},
                                {"address": "Cy@example.org", "as": '"cy"@example.org'}]


def test_only_refusals(start, client):
    daemon = start(settings={"records": "RUN/decisions.jsonl", "records_allowed": False}, sender=example("sender"))
    one = client(daemon)
    assert one.message(GOOD, [INSIDE]).stage == ""
    one.mail(f"<{BAD}>")
    (record,) = wait_records(daemon.run / "decisions.jsonl", 1)
    assert record["sender"] == BAD


def test_bytes_from_outside(start, client):
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"))
    one = client(daemon)
    one.mail(b'<"a\\"b\x1b[2J"@x\xff\n{>', macros={"{auth_authen}": 'l"\\\x07'})
    (record,) = wait_records(daemon.run / "decisions.jsonl", 1)
    assert record["login"] == 'l"\\\x07' and "\ufffd" in record["sender"] and "\x1b[2J" in record["sender"]


def test_rotation(start, client):
    """SIGHUP opens the file anew; what is recorded until then goes to the old one."""
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"))
    path = daemon.run / "decisions.jsonl"
    one = client(daemon)
    one.mail("<first@example.net>")
    wait_records(path, 1)
    path.rename(daemon.run / "decisions.jsonl.1")
    one.mail("<second@example.net>")
    wait_records(daemon.run / "decisions.jsonl.1", 2)
    daemon.reload()
    one.mail("<third@example.net>")
    (record,) = wait_records(path, 1)
    assert record["sender"] == "third@example.net" and oct(path.stat().st_mode & 0o777) == "0o640"
    # Another file is taken in place, too; and one that cannot be opened refuses the reload.
    daemon.settings["records"] = str(daemon.run / "other.jsonl")
    daemon.write_settings()
    daemon.reload()
    one.mail("<fourth@example.net>")
    wait_records(daemon.run / "other.jsonl", 1)
    daemon.settings["records"] = str(daemon.folder / "nowhere" / "x.jsonl")
    daemon.write_settings()
    assert "records: " in (line := daemon.reload()) and "refused, generation 3 stays in force" in line
    one.mail("<fifth@example.net>")
    wait_records(daemon.run / "other.jsonl", 2)


@pytest.mark.parametrize("path, fault", [
    ("/nonexistent/x.jsonl", r"records: /nonexistent/x\.jsonl: No such file or directory; make the folder"),
    ("/etc/x.jsonl", r"records: /etc/x\.jsonl: Permission denied; let the user of the daemon"),
    ("/tmp", r"records: /tmp: Is a directory; name a file in it"),
])
def test_file_that_cannot_be_opened(folder, path, fault):
    daemon = Daemon(folder, {"records": path})
    daemon.write_policy("sender", example("sender"))
    check = daemon.check()
    assert check.returncode == 78 and re.search(fault.split(";")[0], check.stderr), check
    daemon.launch()
    assert daemon.process.wait(HANGS) == 78
    assert re.search(fault, daemon.log())
    assert not os.path.exists("/etc/x.jsonl")


def test_check_creates_nothing(folder):
    daemon = Daemon(folder, {"records": "RUN/decisions.jsonl"})
    daemon.write_policy("sender", example("sender"))
    assert daemon.check().returncode == 0
    assert not (daemon.run / "decisions.jsonl").exists()


def test_full_disk_costs_records(start, client):
    """Mail goes on; the log says so once, and once when it is over."""
    daemon = start(settings={"records": "/dev/full"}, sender=example("sender"))
    one = client(daemon)
    for _ in range(5):
        assert one.mail(f"<{BAD}>").code == 550
        assert one.message(GOOD, [INSIDE]).stage == ""
    daemon.wait_line("records: not written: No space left on device")
    daemon.settings["records"] = str(daemon.run / "decisions.jsonl")
    daemon.write_settings()
    daemon.reload()
    one.mail(f"<{BAD}>")
    line = daemon.wait_line(r"records: written again; \d+ were not")
    lost = int(re.search(r"again; (\d+) were", line).group(1))
    assert 1 <= lost <= 10
    assert daemon.log().count("records: not written") == 1
    # What waited still when the other file came is in it.
    wait_records(daemon.run / "decisions.jsonl", 11 - lost)


def test_full_disk_costs_mail_if_records_are_required(start, client):
    daemon = start(settings={"records": "/dev/full", "records_required": True}, sender=example("sender"),
                   recipients=example("recipients-safe"))
    one = client(daemon)
    assert one.mail(f"<{BAD}>").text.startswith("451 4.3.0 ")
    assert daemon.wait_line("decision=error reason=record")
    outcome = one.message(GOOD, [INSIDE])
    assert outcome.stage == "EOM" and outcome.answer.text.startswith("451 4.3.0 ")
    one.mail(f"<{GOOD}>")
    assert one.rcpt(f"<{OUTSIDE}>").code == 451
    daemon.settings["records"] = str(daemon.run / "decisions.jsonl")
    daemon.write_settings()
    daemon.reload()
    two = client(daemon)
    assert two.mail(f"<{BAD}>").code == 550
    # It is written before the answer: no waiting here.
    assert len((daemon.run / "decisions.jsonl").read_text().splitlines()) == 1
    assert two.message(GOOD, [INSIDE]).stage == ""
    assert len((daemon.run / "decisions.jsonl").read_text().splitlines()) == 2


def test_a_line_is_whole_or_not_there(start, client):
    """The disk is full in the middle of a line: what was written of it is taken back."""
    daemon = start(before=("prlimit", "--fsize=100000"), settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"))
    one = client(daemon)
    assert one.message(GOOD, [INSIDE]).stage == ""
    assert one.message(GOOD, [f"user{i:04}@{'x' * 200}.test" for i in range(1000)]).stage == ""
    daemon.wait_line("records: not written: File too large")
    assert one.message(GOOD, [OUTSIDE]).stage == ""
    daemon.wait_line("records: written again; 1 were not")
    assert [record["recipients"] for record in wait_records(daemon.run / "decisions.jsonl", 2)] == [[INSIDE], [OUTSIDE]]


def test_stuck_log_holds_up_no_mail(folder, client):
    """Standard error is a pipe that nobody reads: every mail is answered, and the log says later what it lacks."""
    daemon = Daemon(folder)
    daemon.write_policy("sender", example("sender"))
    os.mkfifo(folder / "log")
    reader = os.open(folder / "log", os.O_RDONLY | os.O_NONBLOCK)
    daemon.log_file = folder / "log"
    daemon.start()
    daemon.log_file = folder / "none"
    one = client(daemon)
    for _ in range(4000):
        assert one.mail(f"<{BAD}>").code == 550
    got, end = b"", time.monotonic() + HANGS
    while b"were lost here" not in got:
        assert time.monotonic() < end
        try:
            got += os.read(reader, 1 << 20)
        except BlockingIOError:
            one.mail(f"<{BAD}>")
            time.sleep(0.01)
    lost = int(re.search(rb"the log takes lines too slowly: (\d+) were lost here", got).group(1))
    assert 0 < lost < 4000
    assert daemon.stop() == 0
    os.close(reader)


def test_stuck_reader_costs_records(start, client, folder):
    """A pipe whose reader sleeps: mail is as quick as ever; when he wakes, whole lines come, as many as were not lost."""
    (folder / "pipe").parent.mkdir(exist_ok=True)
    os.mkfifo(folder / "pipe")
    os.chmod(folder / "pipe", 0o666)
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    daemon = start(settings={"records": str(folder / "pipe")}, sender=example("sender"))
    one = client(daemon)
    recipients = [f"user{i:04}@{'x' * 200}.test" for i in range(1000)]
    # 250 KB a record, so that some forty are more than what may wait.
    for _ in range(60):
        assert one.message(GOOD, recipients).stage == ""
    daemon.wait_line("records: not written: they come faster than the file takes them")
    got, end, over = b"", time.monotonic() + 60, False
    while True:
        assert time.monotonic() < end
        try:
            got += os.read(reader, 1 << 20)
        except BlockingIOError:
            # Said before the pipe was found empty: nothing more will come.
            if over:
                break
            over = "records: written again" in daemon.log()
            time.sleep(0.01)
    lines = got.split(b"\n")
    lost = int(re.search(r"written again; (\d+) were not", daemon.log()).group(1))
    assert lines.pop() == b"" and 0 < lost < 60 and len(lines) == 60 - lost
    assert all(len(json.loads(line)["recipients"]) == 1000 for line in lines)
    os.close(reader)


class Output:
    """Standard output of a daemon, as a container's engine reads it. `mode` is that of the pipe: may the user who serves open it again?"""

    def __init__(self, daemon: Daemon, mode: int) -> None:
        self.reader, writer = os.pipe()
        self.writer = writer
        os.fchmod(writer, mode)
        os.set_blocking(self.reader, False)
        daemon.output = writer
        self.got = b""

    def records(self, count: int) -> list[dict]:
        end = time.monotonic() + 60
        while self.got.count(b"\n") < count:
            assert time.monotonic() < end, self.got
            try:
                self.got += os.read(self.reader, 1 << 20)
            except BlockingIOError:
                time.sleep(0.01)
        assert self.got.endswith(b"\n") and self.got.count(b"\n") == count
        return [json.loads(line) for line in self.got.splitlines()]

    def close(self) -> None:
        for fd in (self.reader, self.writer):
            if fd >= 0:
                os.close(fd)
        self.reader = self.writer = -1


@pytest.fixture(params=[0o600, 0o666], ids=["root's", "anybody's"])
def to_output(request, folder) -> Iterator[tuple[Daemon, Output]]:
    daemon = Daemon(folder, {"records": "-"})
    daemon.write_policy("sender", example("sender"))
    output = Output(daemon, request.param)
    yield daemon, output
    daemon.stop()
    output.close()


def test_standard_output(to_output, client):
    """Each line whole, also after a reload; the log stays elsewhere, and who shares the pipe finds it as it was."""
    daemon, output = to_output
    assert daemon.check().returncode == 0
    daemon.start()
    one = client(daemon)
    assert one.mail(f"<{BAD}>").code == 550
    assert one.message(GOOD, [INSIDE]).stage == ""
    assert [record["decision"] for record in output.records(2)] == ["explicitDeny", "allowed"]
    daemon.reload()
    daemon.reload()
    assert one.mail(f"<{BAD}>").code == 550
    assert [record["generation"] for record in output.records(3)] == [1, 1, 3]
    # Its own, and the one it was started with.
    open_now = pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir()
    assert [os.readlink(one) for one in open_now].count(os.readlink(f"/proc/self/fd/{output.writer}")) == 2
    assert daemon.stop() == 0
    assert os.get_blocking(output.writer) and "standard output" not in daemon.log()


def test_standard_output_that_nobody_reads(to_output, client):
    """A pipe that is full costs records, not mail; it is never waited for, either by a stop."""
    daemon, output = to_output
    daemon.start()
    one = client(daemon)
    recipients = [f"user{i:04}@{'x' * 200}.test" for i in range(1000)]
    for _ in range(60):
        assert one.message(GOOD, recipients).stage == ""
    daemon.wait_line("records: not written: they come faster than the file takes them")
    assert one.mail(f"<{BAD}>").code == 550
    assert daemon.stop() == 0


def test_standard_output_whose_reader_has_gone(to_output, client):
    daemon, output = to_output
    daemon.settings["records_required"] = True
    daemon.start()
    os.close(output.reader)
    output.reader = -1
    assert client(daemon).mail(f"<{BAD}>").code == 451
    daemon.wait_line("records: not written: Broken pipe")


def test_standard_output_to_a_file(folder, client):
    """As a shell's > has it: what is written after a reload comes behind what was there."""
    daemon = Daemon(folder, {"records": "-"})
    daemon.write_policy("sender", example("sender"))
    with open(folder / "out", "wb") as out:
        out.write(b"before\n")
        out.flush()
        daemon.output = out.fileno()
        daemon.start()
    try:
        one = client(daemon)
        one.mail(f"<{BAD}>")
        daemon.reload()
        one.mail(f"<{BAD}>")
    finally:
        assert daemon.stop() == 0
    lines = (folder / "out").read_text().splitlines()
    assert lines[0] == "before" and [json.loads(line)["generation"] for line in lines[1:]] == [1, 2]


def test_standard_output_that_leads_nowhere(start):
    daemon = start(settings={"records": "-"}, sender=example("sender"))
    daemon.wait_line("note: records: standard output is /dev/null, where nobody reads them")


def test_written_at_the_end(start, client):
    """What has been decided when SIGTERM comes is in the file when the process is gone."""
    daemon = start(settings={"records": "RUN/decisions.jsonl"}, sender=example("sender"))
    one = client(daemon)
    for _ in range(200):
        one.mail(f"<{BAD}>")
    assert daemon.stop() == 0
    assert len((daemon.run / "decisions.jsonl").read_text().splitlines()) == 200
