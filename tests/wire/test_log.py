# SPDX-License-Identifier: BSD-2-Clause
"""Where log lines go, with and without /dev/log and a journal, and what a log that takes no lines holds up: nothing."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from conftest import example
from lib.daemon import HANGS, ROOT, Daemon, is_sanitized, program, stop_seconds
from lib.milter_client import MilterClient
from lib.postfix import free_port
from test_metrics import scrape, values

BAD = "other@example.net"
# A program in front of the daemon, which so sees the folder `dev` as /dev.
OWN_DEV = 'mount --bind /dev/null "$0/null" && mount --rbind "$0" /dev && exec "$@"'
# And a folder as the one of systemd's journal. The machine's own is out of its sight.
OWN_JOURNAL = 'mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind "$0" /run/systemd/journal && exec "$@"'


class SystemLog:
    """Stands in for syslogd."""

    def __init__(self, path: pathlib.Path, kind: socket.SocketKind = socket.SOCK_DGRAM) -> None:
        self.path, self.kind, self.text = path, kind, ""
        self.socket = socket.socket(socket.AF_UNIX, kind)
        self.socket.bind(str(path))
        path.chmod(0o666)
        self.stream: socket.socket | None = None
        if kind == socket.SOCK_STREAM:
            self.socket.listen()

    def read(self, seconds: float) -> None:
        """What has come, waiting so long for the first of it."""
        if self.kind == socket.SOCK_STREAM and not self.stream:
            self.socket.settimeout(seconds)
            self.stream, _ = self.socket.accept()
        source = self.stream or self.socket
        source.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            # A datagram is a line; in a stream a NUL ends it.
            self.text += source.recv(65536).decode().replace("\0", "\n") + ("" if self.stream else "\n")

    def wait(self, pattern: str, seconds: float = 600) -> str:
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text, re.M)):
            assert time.monotonic() < end, f"no {pattern!r} in {self.text}"
            self.read(1)
        return found.group(0)

    def fill(self) -> None:
        """Send lines until there is no room for more."""
        with socket.socket(socket.AF_UNIX, self.kind) as one:
            one.connect(str(self.path))
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    one.send(b"<21>filler")

    def close(self) -> None:
        for one in (self.stream, self.socket):
            if one:
                one.close()
        self.path.unlink(missing_ok=True)


class Journal:
    """Stands in for systemd-journald: entries of its native protocol."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.entries: list[dict[str, str]] = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        path.chmod(0o666)

    @staticmethod
    def parse(entry: bytes) -> dict[str, str]:
        """NAME, a line break, 64 bits of length, the value, a line break; or NAME=VALUE. A name that comes twice is an error."""
        fields: dict[str, str] = {}
        while entry:
            head, _, rest = entry.partition(b"\n")
            name, equals, value = head.partition(b"=")
            if not equals:
                (length,) = struct.unpack("<Q", rest[:8])
                value, rest = rest[8:8 + length], rest[8 + length:]
                assert rest[:1] == b"\n"
                rest = rest[1:]
            assert re.fullmatch(rb"[A-Z][A-Z0-9_]{0,63}", name) and name.decode() not in fields, head
            fields[name.decode()] = value.decode("utf-8")
            entry = rest
        return fields

    def read(self, seconds: float) -> None:
        self.socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            entry = self.socket.recv(65536)
            if entry != b"filler":
                self.entries.append(self.parse(entry))

    def wait(self, pattern: str, seconds: float = 600) -> dict[str, str]:
        end = time.monotonic() + seconds
        while True:
            for entry in self.entries:
                if re.search(pattern, entry["MESSAGE"]):
                    return entry
            assert time.monotonic() < end, f"no {pattern!r} in {self.entries}"
            self.read(1)

    @property
    def text(self) -> str:
        return "".join(entry["MESSAGE"] + "\n" for entry in self.entries)

    def fill(self) -> None:
        """Send until there is no room for more."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(str(self.path))
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    one.send(b"filler")

    def close(self) -> None:
        self.socket.close()
        self.path.unlink(missing_ok=True)


class OwnDev:
    """A daemon that does not log to standard error, on a machine with a /dev of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder / "dev"
        self.folder.mkdir()
        (self.folder / "null").touch()
        self.before = ("unshare", "--mount", "sh", "-c", OWN_DEV, str(self.folder))
        self.logs: list[SystemLog | Journal] = []
        self.daemon = Daemon(folder)
        self.daemon.logging = []
        self.daemon.write_policy("sender", example("sender"))

    def log(self, kind: socket.SocketKind = socket.SOCK_DGRAM) -> SystemLog:
        self.logs.append(SystemLog(self.folder / "log", kind))
        return self.logs[-1]

    def own_journal(self) -> pathlib.Path:
        """The place of a journal; so far nobody is there."""
        place = self.folder.parent / "journal"
        place.mkdir()
        self.before = (*self.before, "sh", "-c", OWN_JOURNAL, str(place))
        return place / "socket"

    def journal(self) -> Journal:
        self.logs.append(Journal(self.own_journal()))
        return self.logs[-1]

    def under_systemd(self) -> None:
        """Standard error leads to the journal."""
        self.daemon.log_file.touch()
        there = self.daemon.log_file.stat()
        self.before = (*self.before, "env", f"JOURNAL_STREAM={there.st_dev}:{there.st_ino}")


@pytest.fixture
def own(folder: pathlib.Path) -> Iterator[OwnDev]:
    one = OwnDev(folder)
    try:
        yield one
    finally:
        one.daemon.stop()
        for log in one.logs:
            log.close()


def break_policy(daemon: Daemon) -> None:
    daemon.write_policy("sender", "{")


def bad_negotiation(daemon: Daemon) -> None:
    """libmilter logs it and closes the connection."""
    with MilterClient(daemon.address(), negotiate=False) as one:
        one.send(b"O", struct.pack("!I", 6))
        assert one.socket.recv(1) == b""


def answers(daemon: Daemon) -> bool:
    """Is mail checked?"""
    try:
        with MilterClient(daemon.address(), timeout=1) as one:
            one.connect("172.31.5.6")
            return one.mail(f"<{BAD}>").code == 550
    except OSError:
        return False


def test_without_dev_log(own):
    """Start, refused reload and stop are told on standard error; once also why there."""
    daemon = own.daemon.start(*own.before)
    daemon.wait_line(r"ses-policy-milter\[\d+\]: generation 1 in force")
    # Its own thread says it, at a time of its own.
    daemon.wait_line(r"ses-policy-milter\[\d+\]: read_ahead: on")
    break_policy(daemon)
    assert "reload: refused, generation 1 stays in force" in daemon.reload()
    bad_negotiation(daemon)
    daemon.wait_line(r"ses-policy-milter\[\d+\]: .*len too short")
    assert daemon.stop() == 0
    lines = daemon.log().splitlines()
    assert re.fullmatch(r"ses-policy-milter\[\d+\]: log: /dev/log: No such file or directory; lines go to standard error", lines[0])
    assert lines[-1].endswith("]: stopped") and daemon.log().count("/dev/log") == 1


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_with_dev_log(own, kind):
    """As syslog(3) sends it, facility mail; also what libmilter has to say."""
    log = own.log(kind)
    daemon = own.daemon.start(*own.before)
    head = rf"[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d ses-policy-milter\[{daemon.process.pid}\]: "
    log.wait(rf"^<22>{head}version ")
    log.wait(rf"^<21>{head}generation 1 in force: 1 file")
    break_policy(daemon)
    daemon.signal(signal.SIGHUP)
    log.wait(rf"^<19>{head}reload: refused, generation 1 stays in force: ")
    bad_negotiation(daemon)
    log.wait(rf"^<19>{head}.*len too short")
    assert daemon.stop() == 0
    log.wait(rf"^<21>{head}stopped$")
    assert daemon.log() == ""


# Whatever a client sends: what looks like other keys, lines, fields, commands of a terminal.
HOSTILE = 'x\x1b[2J id=forged\nSES_POLICY_ID=forged\n"} \u202e\\'


def pairs(line: str) -> dict[str, str]:
    """Of a record's line."""
    return {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|(\S*))', line)}


def test_with_the_journal(own, client):
    """Under systemd, without a word: each line with its priority, and each refusal with its fields."""
    journal, log = own.journal(), own.log()
    own.under_systemd()
    daemon = own.daemon.start(*own.before)
    said = journal.wait("^generation 1 in force: 1 file")
    assert said == {"MESSAGE": said["MESSAGE"], "PRIORITY": "5", "SYSLOG_FACILITY": "2", "SYSLOG_IDENTIFIER": "ses-policy-milter"}
    assert journal.wait("^version ")["PRIORITY"] == "6"
    answer = client(daemon).mail(f"<{BAD}>", macros={"{auth_authen}": HOSTILE})
    said = journal.wait("^id=")
    fields = {name: value for name, value in said.items() if name.startswith("SES_POLICY_")}
    assert fields == {f"SES_POLICY_{key.upper()}": value for key, value in pairs(said["MESSAGE"]).items()}
    assert answer.text == fields["SES_POLICY_REPLY"] and answer.text.endswith(f"id={fields['SES_POLICY_ID']}")
    wanted = {"STAGE": "MAIL", "DECISION": "explicitDeny", "REASON": "policy", "CLIENT": "172.31.5.6", "SENDER": BAD, "POLICY": "sender",
              "SID": "stmt1721805312724", "STATEMENT": "0", "GENERATION": "1",
              "LOGIN": r"x\x1b[2J\x20id=forged\x0aSES_POLICY_ID=forged\x0a\x22}\x20\xe2\x80\xae\x5c"}
    assert {name: fields[f"SES_POLICY_{name}"] for name in wanted} == wanted
    assert said["PRIORITY"] == "5" and len(said) == len(fields) + 4
    bad_negotiation(daemon)
    assert journal.wait("len too short")["PRIORITY"] == "3"
    assert daemon.stop() == 0
    journal.wait("^stopped$")
    log.read(0.01)
    assert daemon.log() == "" and log.text == ""


def test_journal_that_goes(own):
    """Lines go on to /dev/log, and back to another journal at the same place."""
    journal, log = own.journal(), own.log()
    own.under_systemd()
    daemon = own.daemon.start(*own.before)
    journal.wait("^for main.cf: ")
    journal.close()
    daemon.signal(signal.SIGHUP)
    log.wait("reload: generation 2 in force")
    own.logs.append(Journal(journal.path))
    daemon.signal(signal.SIGHUP)
    own.logs[-1].wait("reload: generation 3 in force")
    assert "generation 3" not in log.text and daemon.log() == ""


def test_the_journal_is_asked_for(own):
    """Where systemd has not connected standard error to it; while it is not there, standard error takes the lines."""
    own.daemon.logging = ["--log", "journal"]
    place = own.own_journal()
    daemon = own.daemon.start(*own.before)
    daemon.wait_line(r"ses-policy-milter\[\d+\]: log: /run/systemd/journal/socket: No such file or directory; lines go to standard error")
    daemon.wait_line("generation 1 in force")
    own.logs.append(Journal(place))
    daemon.signal(signal.SIGHUP)
    own.logs[-1].wait("reload: generation 2 in force")


def test_syslog_is_asked_for(own):
    log, journal = own.log(), own.journal()
    own.under_systemd()
    own.daemon.logging = ["--log", "syslog"]
    own.daemon.start(*own.before)
    log.wait("^<21>.* generation 1 in force: 1 file")
    journal.read(0.01)
    assert journal.entries == []


def test_a_failed_start_under_systemd(own):
    """By the stream, of which the journal knows the unit even when the process is gone, and as an error."""
    own.journal(), own.log()
    own.under_systemd()
    break_policy(own.daemon)
    own.daemon.launch(*own.before)
    assert own.daemon.process.wait(600) == 78
    for one in own.logs:
        one.read(0.01)
        assert one.text == ""
    assert re.fullmatch(rf"<3>ses-policy-milter: {own.daemon.policies}/sender\.json:1:1: [^\n]*\n", own.daemon.log())


def objects(daemon: Daemon) -> list[dict]:
    """Each line of standard error is one."""
    lines = [json.loads(line) for line in daemon.log().splitlines()]
    for line in lines:
        assert list(line)[:4] == ["time", "severity", "process", "message"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) and line["process"] == daemon.process.pid
    return lines


@pytest.fixture
def json_daemon(folder) -> Iterator[Daemon]:
    daemon = Daemon(folder)
    daemon.logging = ["--foreground", "--log", "json"]
    yield daemon
    daemon.stop()


def test_json(json_daemon, client):
    """Each line an object; a refusal has its pairs as members, numbers as numbers."""
    daemon = json_daemon
    daemon.write_policy("recipients", example("recipients"))
    daemon.start()
    one = client(daemon)
    assert one.message("a@example.net", ["x@evil.test", "y@evil.test"], macros={"{auth_authen}": "12"}).answer.code == 550
    assert one.message("a@example.net", ["x@evil.test"], macros={"{auth_authen}": HOSTILE}).answer.code == 550
    bad_negotiation(daemon)
    daemon.wait_line("len too short")
    pid = daemon.process.pid
    lines = objects(daemon)
    (start,) = [line for line in lines if line["message"].startswith("generation 1 in force: ")]
    assert start["severity"] == "notice" and len(start) == 4
    refusals = [line for line in lines if "decision" in line]
    for line in refusals:
        said = {key: str(value) for key, value in line.items() if key not in ("time", "severity", "process", "message")}
        assert said == pairs(line["message"]) and line["severity"] == "notice" and line["process"] == pid
    first, second = refusals
    assert (first["login"], first["nrcpt"], first["statement"], first["generation"], first["reason"]) == ("12", 2, 0, 1, "policy")
    assert second["login"].startswith(r"x\x1b[2J\x20id=forged\x0a") and second["id"] != "forged"
    assert [line["severity"] for line in lines if "len too short" in line["message"]] == ["error"]
    assert daemon.stop() == 0


def test_keys():
    """Those of the sources: the manual lists them all, and JSON knows which are numbers."""
    record, pair = ((ROOT / f"milter/{name}.c").read_text() for name in ("record", "record_pair"))
    put = {key: how for how, key in re.findall(r'put_(value|number|thousandths|key)\(&?line, "(\w+)"', record)}
    (listed,) = re.findall(r"^\.Ss Log\n.*?(^\.Bl .*?^\.El\n)", (ROOT / "milter/ses-policy-milter.8").read_text(), re.M | re.S)
    assert {name for line in re.findall(r"^\.It Cm (.*)$", listed, re.M) for name in line.split(" , ")} == set(put)
    assert set(re.findall(r'TEXT\("(\w+)"\)', pair)) == {key for key, how in put.items() if how in ("number", "thousandths")}


def test_json_of_a_failed_start(folder):
    daemon = Daemon(folder)
    daemon.logging = ["--log", "json"]
    break_policy(daemon)
    daemon.write_policy("second", "[")
    daemon.launch()
    assert daemon.process.wait(600) == 78
    lines = objects(daemon)
    assert [line["severity"] for line in lines] == ["error"] * len(lines) and len(lines) >= 2
    assert lines[0]["message"].startswith(f"{daemon.policies}/s")


def test_json_of_the_longest_line(folder):
    """Bytes that each become six: the line is cut, the object is whole."""
    daemon = Daemon(folder, {"account": "\u0001" * 3000})
    daemon.logging = ["--log", "json"]
    daemon.write_policy("sender", example("sender"))
    daemon.launch()
    assert daemon.process.wait(600) == 78
    assert objects(daemon)


def test_log_that_comes_and_goes(own):
    """A line goes where there is somebody to take it."""
    daemon = own.daemon.start(*own.before)
    daemon.wait_line("for main.cf: ")
    first = own.log()
    mark = daemon.mark()
    daemon.signal(signal.SIGHUP)
    first.wait("reload: generation 2 in force")
    first.close()
    daemon.signal(signal.SIGHUP)
    daemon.wait_line("reload: generation 3 in force", mark)
    second = own.log()
    daemon.signal(signal.SIGHUP)
    second.wait("reload: generation 4 in force")
    # It is another one at the same place that the next lines go to.
    second.close()
    third = own.log()
    daemon.signal(signal.SIGHUP)
    third.wait("reload: generation 5 in force")
    assert "generation 2" not in daemon.log() and "generation 4" not in daemon.log() and "generation 5" not in daemon.log()


@pytest.mark.parametrize("stderr", ["nowhere", "the journal"])
def test_a_failed_start_is_in_the_log(own, stderr):
    """Where standard error leads nowhere; where it is the journal, the line is there already."""
    log = own.log()
    daemon = own.daemon
    break_policy(daemon)
    daemon.write_settings()
    before = list(own.before)
    with open("/dev/null" if stderr == "nowhere" else daemon.log_file, "ab") as out:
        status = os.fstat(out.fileno())
        if stderr == "the journal":
            before += ["env", f"JOURNAL_STREAM={status.st_dev}:{status.st_ino}"]
        done = subprocess.run([*before, program("ses-policy-milter"), "--settings", str(daemon.file)], stderr=out, timeout=60, check=False)
    assert done.returncode == 78
    log.read(0.01)
    if stderr == "nowhere":
        assert re.search(rf"^<19>.*\]: {daemon.policies}/sender\.json:1:1: ", log.text)
    else:
        assert log.text == "" and daemon.log().count("sender.json:1:1: ") == 1


def test_no_threads_to_be_had(own):
    """However far the start gets, its end is told."""
    daemon = own.daemon
    del daemon.settings["user"]
    os.chown(daemon.run, 54321, 54321)
    words = {71: "a thread cannot be started: Resource temporarily unavailable", 70: "libmilter stopped with an error"}
    seen = set()
    for limit in range(1, 30):
        mark = daemon.mark()
        # LeakSanitizer looks from a process of its own.
        daemon.launch(*own.before, "env", "ASAN_OPTIONS=detect_leaks=0", "prlimit", f"--nproc={limit}", "setpriv", "--reuid=54321", "--regid=54321",
                      "--clear-groups")
        end = time.monotonic() + 60
        while (status := daemon.process.poll()) is None and not answers(daemon):
            assert time.monotonic() < end
            time.sleep(0.01)
        if status is None:
            break
        assert words[status] in daemon.log(mark), f"status {status}: {daemon.log(mark)}"
        seen.add(status)
    assert seen == {70, 71}


class Stuck:
    """A daemon whose log takes no lines."""

    def __init__(self, daemon: Daemon, unstick: Callable[[], str]) -> None:
        self.daemon, self.unstick = daemon, unstick


@pytest.fixture(params=["pipe", "/dev/log", "journal"])
def stuck(request, own, folder) -> Iterator[Stuck]:
    daemon = own.daemon
    daemon.settings["metrics"] = f"127.0.0.1:{free_port()}"
    if request.param != "pipe":
        log = own.log() if request.param == "/dev/log" else own.journal()
        if request.param == "journal":
            daemon.logging = ["--log", "journal"]
        daemon.start(*own.before)
        log.wait("metrics at ")
        log.fill()

        def unstick() -> str:
            log.read(0.2)
            return log.text
        yield Stuck(daemon, unstick)
        return
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    text = ""

    def read() -> str:
        nonlocal text
        try:
            text += os.read(reader, 1 << 20).decode()
        except BlockingIOError:
            time.sleep(0.01)
        return text
    daemon.logging = ["--foreground"]
    daemon.start("sh", "-c", f'exec "$@" 2>"{pipe}"', "sh")
    while "metrics at " not in read():
        assert daemon.process.poll() is None
    for size in (4096, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * size)
    yield Stuck(daemon, read)
    with contextlib.suppress(subprocess.TimeoutExpired):
        daemon.stop(10)
    os.close(reader)
    os.close(writer)


def until_answers(daemon: Daemon, code: int) -> None:
    """Policies that answer so are in force."""
    end = time.monotonic() + HANGS
    while True:
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            if one.mail(f"<{BAD}>").code == code:
                return
        assert time.monotonic() < end, "the reload did not come"
        time.sleep(0.01)


def test_stuck_log_holds_up_no_reload(stuck):
    """Each reload comes in force, and is counted; a session of which libmilter logs something ends, and the next is served."""
    daemon = stuck.daemon
    for _ in range(3):
        daemon.write_policy("sender", example("recipients"))
        daemon.signal(signal.SIGHUP)
        until_answers(daemon, 0)
        daemon.write_policy("sender", example("sender"))
        daemon.signal(signal.SIGHUP)
        until_answers(daemon, 550)
    for _ in range(20):
        bad_negotiation(daemon)
    until_answers(daemon, 550)
    end = time.monotonic() + 60
    # It is counted a moment after it has come in force.
    while (reloads := values(scrape(daemon.settings["metrics"]))['reloads_total{result="ok"}']) < 6:
        assert time.monotonic() < end, reloads
    assert reloads == 6
    # Nothing of it is lost.
    while (text := stuck.unstick()).count("len too short") < 20:
        assert time.monotonic() < end, text[-2000:]
    assert re.findall(r"reload: generation (\d)", text) == ["2", "3", "4", "5", "6", "7"] and "were lost" not in text


def test_stuck_log_holds_up_no_stop(stuck):
    daemon = stuck.daemon
    daemon.signal(signal.SIGHUP)
    bad_negotiation(daemon)
    begin = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert daemon.process.wait(600) == 0
    assert time.monotonic() - begin < stop_seconds() or is_sanitized(program("ses-policy-milter"))
    assert not (daemon.run / "milter.sock").exists()


def test_what_is_lost_is_told(stuck, client):
    """When the log moves again it says how many lines it lacks, as many as the metric has."""
    daemon = stuck.daemon
    one = client(daemon)
    sent = 0
    while not values(scrape(daemon.settings["metrics"]))["records_lost_total"]:
        for _ in range(200):
            assert one.mail(f"<{BAD}>").code == 550
        sent += 200
        assert sent < 20_000
    daemon.write_policy("sender", example("recipients"))
    daemon.signal(signal.SIGHUP)
    until_answers(daemon, 0)
    while "were lost here" not in (text := stuck.unstick()):
        pass
    now = values(scrape(daemon.settings["metrics"]))
    lost, refused = now["records_lost_total"], now['decisions_total{decision="explicitDeny",stage="MAIL"}']
    assert [int(n) for n in re.findall(r": (\d+) were lost here", text)] == [lost]
    # The rest of it came, and a line of the reload or its loss. Of what was lost one may be the line about lint.
    daemon.signal(signal.SIGHUP)
    end = time.monotonic() + 60
    while "reload: generation 3 in force" not in (text := stuck.unstick()):
        assert time.monotonic() < end
    assert refused + 1 - lost <= text.count("decision=explicitDeny") + text.count("reload: generation 2") <= refused + 2 - lost
