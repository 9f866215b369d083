# SPDX-License-Identifier: BSD-2-Clause
"""Counters over HTTP: what happened is counted, in a text that Prometheus's own checker takes."""
import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time

import pytest

from conftest import example
from lib.daemon import HANGS, Daemon
from lib.postfix import free_port
from lib.tables import rows

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"


def request(place: str, method: str = "GET", path: str = "/metrics") -> http.client.HTTPResponse:
    host, _, port = place.rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port) if host != "unix" else 80, timeout=60)
    if host == "unix":
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(port)
    connection.request(method, path)
    return connection.getresponse()


def scrape(place: str) -> str:
    response = request(place)
    assert response.status == 200 and response.getheader("Content-Type").startswith("text/plain; version=0.0.4")
    text = response.read().decode("utf-8")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", ""), checked
    return text


def values(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {f"{name.removeprefix('ses_policy_milter_')}": float(value) for name, _, value in lines}


@pytest.fixture
def place() -> str:
    return f"127.0.0.1:{free_port()}"


def test_what_happens_is_counted(start, client, place):
    before = time.time()
    daemon = start(settings={"metrics": place}, sender=example("sender"), recipients=example("recipients-safe"))
    fresh = values(scrape(place))
    assert fresh['statement_decisions_total{policy="sender",statement="stmt1721805312724",decision="explicitDeny"}'] == 0
    assert fresh["generation"] == 1 and before - 2 < fresh["policy_loaded_timestamp_seconds"] < time.time() + 2
    assert fresh["connections_total"] == 0 and not any(fresh[name] for name in fresh if name.startswith("decisions_total"))
    one = client(daemon)
    for _ in range(3):
        assert one.mail(f"<{BAD}>").code == 550
    assert one.message(GOOD, [OUTSIDE, INSIDE]).stage == ""
    now = values(scrape(place))
    assert now['decisions_total{decision="explicitDeny",stage="MAIL"}'] == 3
    assert now['decisions_total{decision="explicitDeny",stage="RCPT"}'] == 1
    assert now['decisions_total{decision="allowed",stage="EOM"}'] == 1
    assert now['statement_decisions_total{policy="sender",statement="stmt1721805312724",decision="explicitDeny"}'] == 3
    assert now['statement_decisions_total{policy="recipients",statement="EveryRecipientInside",decision="explicitDeny"}'] == 1
    assert sum(value for name, value in now.items() if name.startswith("decisions_total")) == 5
    # Messages, whatever number of stages.
    assert now["evaluation_seconds_count"] == now['evaluation_seconds_bucket{le="+Inf"}'] == 4
    assert 0 < now["evaluation_seconds_sum"] < 1 and now['evaluation_seconds_bucket{le="1"}'] == 4
    assert now["connections"] == 1 and now["connections_total"] == 1
    one.close()
    end = time.monotonic() + HANGS
    while values(scrape(place))["connections"] and time.monotonic() < end:
        time.sleep(0.02)
    last = values(scrape(place))
    assert last["connections"] == 0 and last["connections_total"] == 1
    errors = {name: last[name] for name in last if name.startswith("errors_total")}
    assert last["records_lost_total"] == 0 and not any(errors.values())
    assert set(errors) == {f'errors_total{{reason="{word}"}}' for _, word, kind, *_ in rows("policy/ses/reason_list.h", "REASON") if kind == "TROUBLE"}


def test_messages_that_never_end(start, client, place):
    """What had nothing against it when it was sent is counted if its end never comes; the log tells of many, once."""
    daemon = start(settings={"metrics": place}, sender=example("sender"), recipients=example("recipients"))
    one = client(daemon)

    def begin(recipient: str = INSIDE, data: bool = True) -> None:
        one.mail(f"<{GOOD}>")
        one.rcpt(f"<{recipient}>")
        if data:
            one.data()

    def unended() -> float:
        return values(scrape(place))["unended_messages_total"]

    # Taken back, come to its end, refused.
    begin(data=False)
    one.abort()
    assert one.message(GOOD, [INSIDE]).stage == ""
    begin(OUTSIDE)
    one.abort()
    one.mail(f"<{BAD}>")
    one.abort()
    begin(data=False)
    begin(data=False)
    assert unended() == 0
    # Broken off; another message without a word; hung up.
    begin()
    one.abort()
    begin()
    one.mail(f"<{GOOD}>")
    one.abort()
    with client(daemon) as other:
        other.mail(f"<{GOOD}>")
        other.rcpt(f"<{INSIDE}>")
        other.data()
    end = time.monotonic() + 60
    while unended() < 3 and time.monotonic() < end:
        time.sleep(0.02)
    assert unended() == 3 and "never to their end" not in daemon.log()
    for _ in range(50):
        begin()
        one.abort()
    assert one.message(GOOD, [INSIDE]).stage == ""
    daemon.wait_line("10 messages in an hour came to DATA and never to their end here")
    assert unended() == 53
    assert daemon.stop() == 0
    assert daemon.log().count("never to their end") == 1


def test_reloads(start, client, place):
    """A statement keeps its count over a reload; one that is gone loses it."""
    daemon = start(settings={"metrics": place}, sender=example("sender"), recipients=example("recipients-safe"))
    assert client(daemon).mail(f"<{BAD}>").code == 550
    daemon.write_policy("recipients", example("recipients"))
    daemon.reload()
    assert values(scrape(place))["last_reload_refused"] == 0
    daemon.write_policy("broken", "{")
    daemon.reload()
    now = values(scrape(place))
    assert now["last_reload_refused"] == 1
    assert now['reloads_total{result="ok"}'] == 1 and now['reloads_total{result="refused"}'] == 1 and now["generation"] == 2
    assert now['statement_decisions_total{policy="sender",statement="stmt1721805312724",decision="explicitDeny"}'] == 1
    assert not any("EveryRecipientInside" in name for name in now)
    daemon.write_policy("broken", example("sender").replace("stmt", "other"))
    daemon.reload()
    assert values(scrape(place))["last_reload_refused"] == 0


def test_monitor_mode_and_shadow(start, client, place, folder):
    (folder / "shadow").mkdir()
    (folder / "shadow" / "safe.json").write_text(example("recipients-safe"))
    daemon = start(settings={"metrics": place, "mode": "monitor", "shadow": [str(folder / "shadow")]}, sender=example("sender"))
    one = client(daemon)
    one.message(BAD, [INSIDE])
    one.message(GOOD, [OUTSIDE, INSIDE])
    now = values(scrape(place))
    assert now['decisions_total{decision="would-reject",stage="MAIL"}'] == 1
    assert now['decisions_total{decision="would-reject",stage="RCPT"}'] == 1
    assert now['decisions_total{decision="allowed",stage="EOM"}'] == 1
    assert now['decisions_total{decision="explicitDeny",stage="MAIL"}'] == 0
    assert now['statement_decisions_total{policy="sender",statement="stmt1721805312724",decision="would-reject"}'] == 1
    assert now['statement_decisions_total{policy="safe",statement="EveryRecipientInside",decision="would-reject"}'] == 1


def test_lost_records_and_errors(start, client, place):
    daemon = start(settings={"metrics": place, "records": "/dev/full", "records_required": True}, sender=example("sender"))
    assert client(daemon).mail(f"<{BAD}>").code == 451
    now = values(scrape(place))
    assert now["records_lost_total"] == 1 and now['errors_total{reason="record"}'] == 1
    assert now['decisions_total{decision="error",stage="MAIL"}'] == 1 and now['decisions_total{decision="explicitDeny",stage="MAIL"}'] == 0


def test_names_from_outside(start, place):
    """Names of policies and statements are the administrator's words, of any kind."""
    document = json.loads(example("sender"))
    document["Statement"][0].pop("Sid")
    daemon = start(settings={"metrics": place}, **{'a"b\\c\u00e9': document})
    assert daemon.answers()
    text = scrape(place)
    assert 'policy="a\\"b\\\\c\u00e9",statement="0",decision="explicitDeny"} 0' in text


def test_unix_socket(start, folder):
    daemon = start(settings={"metrics": "unix:" + str(folder / "run" / "metrics.sock")}, sender=example("sender"))
    path = daemon.run / "metrics.sock"
    assert "ses_policy_milter_generation 1" in scrape(f"unix:{path}")
    assert oct(path.stat().st_mode & 0o777) == "0o660"
    # A crash leaves the socket; the next start replaces it; an orderly end removes it.
    daemon.process.kill()
    daemon.process.wait()
    daemon.start()
    assert "ses_policy_milter_generation 1" in scrape(f"unix:{path}")
    assert daemon.stop() == 0 and not path.exists()


def test_other_requests(start, place):
    start(settings={"metrics": place}, sender=example("sender"))
    assert request(place, path="/").status == 404
    assert request(place, "POST").status == 405
    head = request(place, "HEAD")
    assert head.status == 200 and head.read() == b""


def test_idle_browsers_hold_up_nobody(start, client, place):
    """As many idle connections as it takes, and more: mail goes on."""
    daemon = start(settings={"metrics": place}, sender=example("sender"))
    host, _, port = place.partition(":")
    idle = [socket.create_connection((host, int(port)), timeout=5) for _ in range(30)]
    assert client(daemon).mail(f"<{BAD}>").code == 550
    for one in idle:
        one.close()
    assert "ses_policy_milter_generation 1" in scrape(place)


class Tricklers:
    """Clients that send a request at a byte a second, and come again when they are sent away, until the end of a `with`."""

    def __init__(self, place: str, count: int, source: str = "127.0.0.1") -> None:
        host, _, port = place.partition(":")
        self.address, self.source, self.count = (host, int(port)), source, count
        self.over = threading.Event()
        self.sockets: list[socket.socket] = []

    def connect(self) -> socket.socket:
        one = socket.create_connection(self.address, timeout=30, source_address=(self.source, 0))
        one.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: ")
        one.settimeout(0)
        return one

    def trickle(self) -> None:
        while not self.over.wait(1):
            for number, one in enumerate(self.sockets):
                try:
                    one.send(b"x")
                except OSError:
                    one.close()
                    self.sockets[number] = self.connect()

    def __enter__(self) -> "Tricklers":
        self.sockets = [self.connect() for _ in range(self.count)]
        self.thread = threading.Thread(target=self.trickle)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        for one in self.sockets:
            one.close()


@pytest.mark.parametrize("count", [40, 200])
def test_slow_clients_keep_no_scrape_out(start, client, place, count):
    """Not one, and not the next, from the same address; and mail is not held up."""
    daemon = start(settings={"metrics": place}, sender=example("sender"))
    with Tricklers(place, count):
        for _ in range(5):
            assert "ses_policy_milter_generation 1" in request(place).read().decode()
        assert client(daemon).mail(f"<{BAD}>").code == 550
    assert "ses_policy_milter_generation 1" in scrape(place)


def test_slow_clients_send_away_their_own(start, place):
    """One that is older than all of them, and slow too, but of another address, gets its answer."""
    start(settings={"metrics": place}, sender=example("sender"))
    with Tricklers(place, 1) as other, Tricklers(place, 100, "127.0.0.2"):
        one = other.sockets[0]
        one.settimeout(30)
        one.sendall(b"\r\n\r\n")
        assert one.recv(12) == b"HTTP/1.1 200"


def test_a_request_has_its_time(start, place):
    """Whatever trickles in: ten seconds after it began it is over."""
    start(settings={"metrics": place}, sender=example("sender"))
    before = time.monotonic()
    with Tricklers(place, 1) as slow:
        one = slow.sockets[0]
        one.settimeout(600)
        assert one.recv(1) == b""
    assert time.monotonic() - before > 9


def test_a_connection_is_for_one_request(start, place):
    """Idle connections would be as many as there are browsers."""
    start(settings={"metrics": place}, sender=example("sender"))
    response = request(place)
    assert response.getheader("Connection") == "close" and b"generation 1" in response.read()


def test_without_descriptors_nothing_spins(start, client, place):
    """Who cannot be let in waits, and costs no time. When there is room again he is let in."""
    daemon = start(before=("prlimit", "--nofile=64"), settings={"metrics": place}, sender=example("sender"))
    held = []
    while len(os.listdir(f"/proc/{daemon.process.pid}/fd")) < 64:
        held.append(client(daemon))
    host, _, port = place.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as one:
        one.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        spent = cpu_seconds(daemon.process.pid)
        time.sleep(1)
        assert cpu_seconds(daemon.process.pid) - spent < 0.5
        for connection in held:
            connection.close()
        assert one.recv(12) == b"HTTP/1.1 200"


def cpu_seconds(process: int) -> float:
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("value, fault", [
    ("0.0.0.0:9816", r"metrics: other hosts can reach 0\.0\.0\.0:9816, .*; write 127\.0\.0\.1:9816, .*public:0\.0\.0\.0:9816 to allow that"),
    (":9816", r"metrics: not a place to serve metrics; write 127\.0\.0\.1:9816"),
])
def test_refused_places(folder, value, fault):
    daemon = Daemon(folder, {"metrics": value})
    daemon.write_policy("sender", example("sender"))
    check = daemon.check()
    assert check.returncode == 78 and re.search(fault, check.stderr), check


def test_place_is_taken(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        daemon = Daemon(folder, {"metrics": "127.0.0.1:%d" % other.getsockname()[1]})
        daemon.write_policy("sender", example("sender"))
        daemon.launch()
        assert daemon.process.wait(HANGS) == 75
        assert re.search(r"metrics: .*: Address already in use; stop the program that listens there", daemon.log())
        assert not (daemon.run / "milter.sock").exists()


def test_another_place_takes_a_restart(start, place):
    daemon = start(settings={"metrics": place}, sender=example("sender"))
    daemon.settings["metrics"] = f"127.0.0.1:{free_port()}"
    daemon.write_settings()
    mark = daemon.mark()
    daemon.reload()
    daemon.wait_line('the setting "metrics" has changed; that takes a restart', mark)
    assert "ses_policy_milter_generation 2" in scrape(place)


def test_probes(start, place):
    daemon = start(settings={"metrics": place}, sender=example("sender"))

    def ask(path: str) -> tuple[int, str]:
        response = request(place, path=path)
        return response.status, response.read().decode()

    assert ask("/healthz") == (200, "ok\n") and ask("/readyz") == (200, "ready\n")
    socket_file = daemon.run / "milter.sock"
    socket_file.unlink()
    socket_file.mkdir()
    daemon.reload()
    status, text = ask("/readyz")
    assert status == 503 and str(socket_file) in text
    assert ask("/healthz")[0] == 200
    socket_file.rmdir()
    daemon.reload()
    assert ask("/readyz") == (200, "ready\n")


def test_build(start, place):
    start(settings={"metrics": place}, sender=example("sender"))
    assert re.search(r'^ses_policy_milter_build_info\{version="\d+\.\d+\.\d+"\} 1$', scrape(place), re.M)
