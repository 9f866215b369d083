# SPDX-License-Identifier: BSD-2-Clause
"""The control socket: what --status says, who may ask, and that clients who hang hold up neither mail nor each other."""
import hashlib
import json
import os
import socket
import stat
import subprocess
import time

import pytest

from conftest import example
from lib.daemon import Daemon, program
from lib.postfix import free_port


def status(daemon: Daemon, *options: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*before, program("ses-policy-milter"), "--settings", str(daemon.file), "--status", *options],
                          capture_output=True, text=True, timeout=120, check=False)


def ask(daemon: Daemon) -> dict:
    said = status(daemon, "--json")
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def connect(daemon: Daemon) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    # Without a time limit it waits for room in the queue.
    one.connect(str(daemon.run / "control.sock"))
    one.settimeout(600)
    return one


def test_what_it_says(start, client):
    daemon = start(good=example("sender"))
    said = ask(daemon)
    file = daemon.policies / "good.json"
    assert said["pid"] == daemon.process.pid and said["socket_trouble"] is None and said["reload"] is None
    assert said["settings"] == str(daemon.file) and said["socket"] == daemon.socket
    assert said["generation"]["files"] == [{"file": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}]
    assert (said["generation"]["number"], said["generation"]["mode"]) == (1, "enforce")
    one = client(daemon)
    assert one.mail("<other@example.net>").code == 550
    said = ask(daemon)
    assert (said["connections"], said["decisions"], said["refused"]) == (1, 1, 1)


def test_reloads(start):
    daemon = start(good=example("sender"))
    daemon.reload()
    said = ask(daemon)
    assert said["generation"]["number"] == 2 and said["reload"]["result"] == "in force" and said["reload"]["text"].startswith("1 file, 1 policy")
    daemon.write_policy("good", "{")
    mark = daemon.mark()
    daemon.signal(1)
    daemon.wait_line("reload: refused", mark)
    end = time.monotonic() + 60
    while ask(daemon)["reload"]["result"] != "refused":
        assert time.monotonic() < end
    said = ask(daemon)
    assert said["generation"]["number"] == 2 and f"{daemon.policies}/good.json:1:1: not JSON" in said["reload"]["text"]
    text = status(daemon).stdout
    assert "              1 policy, 1 statement, of these files (SHA-256):\n" in text
    assert f"refused: {said['reload']['text']}" in text and "in force:     generation 2 since " in text


def test_quotas(start, client, folder):
    """Each limit with what is used of it, the fullest first for people."""
    daemon = start(good=example("network"))
    assert ask(daemon)["quotas"] is None and "\nquotas:       none\n" in status(daemon).stdout
    store = f"{folder}/run/quota.db"
    daemon.settings["quotas"] = {"store": store, "account": {"per_day": 100, "per_second": 2.5, "burst": 40}, "senders": [
        {"sender": "no-reply@example.net", "per_day": 4, "mode": "monitor"}, {"sender": "*", "per_day": 9}]}
    daemon.write_settings()
    daemon.reload()
    one = client(daemon)
    for size in (3, 2):
        assert one.message("no-reply@example.net", [f"u{i}@example.org" for i in range(size)], (("From", "no-reply@example.net"),)).stage == ""
    assert one.message("news@example.net", ["u@example.org"] * 10, (("From", "news@example.net"),)).answer.code in (454, 550)
    said = ask(daemon)["quotas"]
    assert (said["store"], said["store_up"], said["store_errors"], said["counts_lost"]) == (store, True, 0, 0)
    assert (said["keys"], said["refused"], said["unmetered"]) == (2, 1, 0)
    assert said["limits"] == [
        {"scope": "account", "name": "", "pattern": False, "used": 5, "per_day": 100, "per_second": 2.5, "burst": 40, "monitor": False},
        {"scope": "sender", "name": "no-reply@example.net", "pattern": False, "used": 5, "per_day": 4, "per_second": None, "burst": None, "monitor": True},
        {"scope": "sender", "name": "*", "pattern": True, "used": None, "per_day": 9, "per_second": None, "burst": None, "monitor": False}]
    text = status(daemon).stdout
    assert f"""
quotas:       counted in {store}
              2 keys have counts, 1 message met a limit, 0 passed without being counted
              sender no-reply@example.net: 5 of 4 recipients in 24 hours, only watched
              account: 5 of 100 recipients in 24 hours, 2.5 a second (burst 40)
              sender *: 9 recipients in 24 hours, each
""" in text


def test_a_store_that_is_away(start):
    """Redis is asked once, not for each of a hundred limits."""
    daemon = start({"quotas": {"store": f"redis://127.0.0.1:{free_port()}", "store_timeout_ms": 300, "unavailable": "accept", "senders": [
        {"sender": f"u{i}@example.net", "per_day": i + 1} for i in range(100)]}}, good=example("sender"))
    begin = time.monotonic()
    said = ask(daemon)["quotas"]
    assert time.monotonic() - begin < 10 and said["store_up"] is False
    assert [limit["used"] for limit in said["limits"]] == [None] * 100
    text = status(daemon).stdout
    assert "which is in trouble: the log says why\n" in text and "and 80 more limits; --json has all of them\n" in text


def test_stray_logins(start, client):
    user = "arn:aws:iam::123456789012:user/"
    daemon = start({"principals": [{"login": "billing", "arn": f"{user}billing"}, {"login": "*", "arn": f"{user}all"}]}, good=example("sender"))
    one = client(daemon)
    for login in ("billing", "x\x1b[2Jy", "x\x1b[2Jy", "eve"):
        one.mail("<no-reply@example.net>", macros={"{auth_authen}": login})
        one.abort()
    daemon.wait_line("eve")
    assert ask(daemon)["stray_logins"] == ["x\\x1b[2Jy", "eve"]
    assert "\x1b" not in status(daemon).stdout


def test_who_may_ask(start):
    daemon = start(good=example("sender"))
    there = (daemon.run / "control.sock").stat()
    assert stat.S_IMODE(there.st_mode) == 0o600
    said = status(daemon, before=("setpriv", "--reuid=1", "--regid=1", "--clear-groups"))
    assert (said.returncode, said.stdout) == (69, "") and "Permission denied; ask as root" in said.stderr


def test_it_goes_with_the_daemon_and_a_stale_one_is_replaced(start, folder):
    daemon = start(good=example("sender"))
    daemon.process.kill()
    daemon.process.wait()
    said = status(daemon)
    assert said.returncode == 69 and "Connection refused; is it running" in said.stderr
    daemon.start()
    assert ask(daemon)["pid"] == daemon.process.pid
    assert daemon.stop() == 0
    assert not (folder / "run" / "control.sock").exists()
    daemon.start()


def test_none(start):
    daemon = start({"control": "none"}, good=example("sender"))
    assert not (daemon.run / "control.sock").exists()
    said = status(daemon)
    assert said.returncode == 78 and "there is no control socket" in said.stderr


def test_another_place(start, folder):
    daemon = start({"control": f"{folder}/run/here"}, good=example("sender"))
    assert (folder / "run" / "here").is_socket() and ask(daemon)["pid"] == daemon.process.pid


@pytest.mark.parametrize("value, fault", [("here", "control: not a path"), ("/" + "x" * 200, "control: longer than the path of a socket can be")])
def test_bad_places(folder, value, fault):
    daemon = Daemon(folder, {"control": value})
    daemon.write_policy("good", example("sender"))
    said = daemon.check()
    assert said.returncode == 78 and fault in said.stderr


def test_a_place_that_was_asked_for_must_be_had(folder):
    daemon = Daemon(folder, {"control": f"{folder}/nowhere/control.sock"})
    daemon.write_policy("good", example("sender"))
    daemon.write_settings()
    run = subprocess.run([program("ses-policy-milter"), "--settings", str(daemon.file), "--foreground"], capture_output=True, text=True,
                         timeout=120, check=False)
    assert run.returncode == 78 and 'control.sock: No such file or directory; ' in run.stderr


def test_one_that_was_not_asked_for_holds_up_no_mail(start, client, folder):
    """Something else has its name: the filter serves, and a note says so."""
    (folder / "run" / "control.sock").mkdir(parents=True)
    daemon = start(good=example("sender"))
    daemon.wait_line("control: .*control.sock: Address already in use; .*until then --status does not work")
    assert client(daemon).mail("<no-reply@example.net>").kind == "continue"


@pytest.mark.parametrize("bytes_sent", [b"", b"sta", b"x" * 4096, b"x" * 100_000, b"\0\n", b"nonsense\n", b"status x y\n", b"\n"],
                         ids=["nothing", "half", "full", "too much", "NUL", "unknown", "words behind", "empty"])
def test_whatever_is_sent(start, bytes_sent):
    daemon = start(good=example("sender"))
    with connect(daemon) as one:
        try:
            one.sendall(bytes_sent)
            answer = one.makefile("rb").read()
        except ConnectionError:
            answer = b""
        assert answer == b"" or isinstance(json.loads(answer), dict)
        assert (b"error" in answer) == (bytes_sent in (b"\0\n", b"nonsense\n", b"\n"))
    assert ask(daemon)["generation"]["number"] == 1


def test_clients_who_hang(start, client):
    """More of them than are served at a time: each is put out after its time, and mail goes on meanwhile."""
    daemon = start(good=example("sender"))
    hanging = [connect(daemon) for _ in range(12)]
    assert client(daemon).mail("<other@example.net>").code == 550
    assert ask(daemon)["refused"] == 1
    for one in hanging:
        assert one.recv(1) == b""
        one.close()


def test_descriptors_stay_flat(start):
    daemon = start(good=example("sender"))

    def count() -> int:
        return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))

    ask(daemon)
    before = count()
    for i in range(50):
        with connect(daemon) as one:
            one.sendall((b"status\n", b"sta", b"")[i % 3])
    ask(daemon)
    end = time.monotonic() + 60
    while count() > before:
        assert time.monotonic() < end
        time.sleep(0.01)
