# SPDX-License-Identifier: BSD-2-Clause
"""Quotas in a real Redis: exact for many relays, quick when it is away, and loud when it forgets."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lib.daemon import is_sanitized
from lib.postfix import free_port
from lib.redis import Ask, Redis, hammer, hammered, programs, wait_until

SITE = "sesq:{123456789012/us-west-2}:"
ACCOUNT, USER, SENDER = "0||{}|-1|1|0|0", "2|arn:aws:iam::123456789012:user/a|{}|-1|1|0|0", "3|no-reply@example.net|{}|-1|1|0|0"
# As contrib/redis writes it: what counting needs, what the check of the server needs, what the tool needs.
LEAST = "+eval +evalsha +script|load +hmget +hset +hdel +hincrby +expire +time +ping +hello"
PAGE = (pathlib.Path(__file__).resolve().parents[2] / "contrib" / "redis" / "README.md").read_text()


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as things:
        yield things


@pytest.fixture
def start_redis(folder, stack) -> Callable[..., Redis]:
    def begin(name: str = "redis", **options: str) -> Redis:
        redis = Redis(folder / name, **options)
        stack.callback(redis.kill)
        return redis.start()
    return begin


@pytest.fixture
def redis(start_redis) -> Redis:
    return start_redis()


@pytest.fixture
def ask(stack) -> Callable[..., Ask]:
    def begin(store: str, *words: str) -> Ask:
        asked = Ask(store, *words)
        stack.callback(asked.end)
        return asked
    return begin


# ---- counting ----

# Relays are not all brought up to date at the same moment.
BESIDE = {"alone": [], "beside an older one": [pathlib.Path(__file__).resolve().parents[1] / "redis" / "older.lua"]}


@pytest.mark.parametrize("older", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("seed", range(1, 5))
def test_random_decisions_are_those_of_the_memory_and_of_an_exact_log(redis, seed, older):
    decisions = os.environ.get("QUOTA_DECISIONS", "4000")
    run = subprocess.run([programs() / "property", redis.store, str(seed), decisions, *older], stdin=subprocess.DEVNULL, capture_output=True,
                         text=True, timeout=3600, check=False)
    assert (run.returncode, run.stdout) == (0, "held\n"), run


def test_eight_relays_with_eight_sessions_admit_exactly_the_limit(redis, ask):
    runs = [hammered(process) for process in [hammer(redis.store, 8, 80, 5000) for _ in range(8)]]
    assert sum(run["admitted"] for run in runs) == 5000
    assert sum(run["full"] for run in runs) > 1000 and sum(run["unavailable"] for run in runs) == 0
    asked = ask(redis.store)
    used = [asked.used(key) for key in ("0|", "3|no-reply@example.net", "2|arn:aws:iam::123456789012:user/a", "2|arn:aws:iam::123456789012:user/b")]
    assert used[0] == used[1] == used[2] + used[3] == 5000


def test_a_refusal_changes_no_key_and_makes_none(redis, ask):
    asked = ask(redis.store)
    assert asked.result(3, ACCOUNT.format(10), USER.format(5)) == "taken"
    before = redis.everything()
    assert set(before) == {SITE + name for name in ("account", "born", "principal arn:aws:iam::123456789012:user/a")}
    for keys, want in (((ACCOUNT.format(10), USER.format(5)), "day-full"), ((ACCOUNT.format(10), SENDER.format(2)), "too-large"),
                       ((ACCOUNT.format(10), SENDER.format(0)), "too-large"), ((USER.format(4), SENDER.format(5)), "day-full")):
        assert asked.result(3, *keys) == want
        assert redis.everything() == before
    assert asked.result(1, "2|arn:fast|-1|1|1|0|0") == "taken"
    before = redis.everything()
    assert asked.result(1, ACCOUNT.format(10), "2|arn:fast|-1|1|1|0|0") == "too-fast"
    assert redis.everything() == before


def test_the_answer_names_the_first_that_refuses(redis, ask):
    asked = ask(redis.store)
    assert asked.result(8, ACCOUNT.format(10), USER.format(9)) == "taken"
    # Its scope decides, not its place.
    full = asked.take(3, USER.format(9), ACCOUNT.format(10))
    assert (full["result"], full["key"], full["used"], full["limit"]) == ("day-full", "1", "8", "10")
    assert 86100 <= int(full["retry"]) <= 86700 and full["full"] == "0"
    only = asked.take(2, USER.format(9), ACCOUNT.format(10))
    assert (only["result"], only["key"]) == ("day-full", "0")
    assert asked("full " + USER.format(8)) == "full=0"
    assert asked.result(1, USER.format(8)) == "day-full"
    assert 86100 <= int(asked("full " + USER.format(8))[5:]) <= 86700
    assert asked("full " + USER.format(9)) == "full=0"


def test_monitor_and_force_count_and_never_refuse(redis, ask):
    asked = ask(redis.store)
    watched = "3|w@example.net|2|-1|1|1|0"
    first, second = asked.take(2, watched), asked.take(2, watched, ACCOUNT.format(100))
    assert (first["result"], first["would"], first["reached_100"]) == ("taken", "taken", "1")
    assert (second["result"], second["would"], second["used"]) == ("taken", "day-full", "2")
    forced = asked.take(150, ACCOUNT.format(100), how=1)
    assert (forced["result"], forced["would"]) == ("taken", "too-large")
    assert (asked.used("3|w@example.net"), asked.used("0|")) == (4, 152)


def test_given_back_into_its_own_bucket(redis, ask):
    asked = ask(redis.store, "clock")
    asked("clock 1700000100000000")
    taken = asked.take(5, ACCOUNT.format(10))
    asked("clock 1700000500000000")
    assert asked.result(4, ACCOUNT.format(10)) == "taken"
    assert asked(f"back 5 {taken['bucket']} {ACCOUNT.format(10)}") == "done"
    # What is left was counted later.
    assert asked("show 0|") == "found [account] used=4 next=86600 released=4 damaged=0"
    assert asked(f"back 5 {taken['bucket']} {ACCOUNT.format(10)}") == "done"
    assert asked.used("0|") == 4


def test_another_site_counts_for_itself_and_has_forgotten_nothing(redis, ask):
    asked, other = ask(redis.store), ask(redis.store, "site=9/eu-west-1")
    assert other.result(4, ACCOUNT.format(10)) == "taken" and asked.result(7, ACCOUNT.format(10)) == "taken"
    assert asked("reload 9/eu-west-1") == "done"
    assert asked.used("0|") == 4 and asked.result(6, ACCOUNT.format(10)) == "taken" and asked.result(1, ACCOUNT.format(10)) == "day-full"
    assert asked("reload 123456789012/us-west-2") == "done"
    assert asked.used("0|") == 7 and asked.result(3, ACCOUNT.format(10)) == "taken"
    # One that nobody has counted for yet.
    assert asked("reload 8/eu-west-1") == "done" and asked("show 0|") == "absent" and asked.result(1, ACCOUNT.format(10)) == "taken"
    assert asked.status()["lost"] == 0 and not asked.said("counts were lost")


def test_the_seed_counts_once_for_all_relays(redis, ask):
    relays = [ask(redis.store) for _ in range(3)]
    for relay in relays:
        assert relay.result(1, "0||100|-1|1|0|90") == "taken"
    assert relays[0].used("0|") == 93
    assert relays[0].result(8, "0||100|-1|1|0|90") == "day-full"


def test_80_and_100_percent_are_told_once(redis, ask):
    first, second = ask(redis.store), ask(redis.store)
    seen = [relay.take(n, ACCOUNT.format(10)) for n, relay in ((7, first), (1, second), (1, first), (1, second))]
    assert [(answer["reached_80"], answer["reached_100"]) for answer in seen] == [("0", "0"), ("1", "0"), ("0", "0"), ("0", "1")]


# Recipients in each five minutes, and the most bytes of the key: 2.2 KB up to 9.4 million recipients a day.
SIZES = [(1, 2253), (4000, 2253), (32767, 2253), (1_000_000, 3300)]


@pytest.mark.parametrize("recipients, most", SIZES, ids=lambda value: str(value))
def test_a_key_lives_a_day_and_ten_minutes_and_is_small(redis, ask, recipients, most):
    asked = ask(redis.store, "clock")
    # Neither limit is held here: it counts all the same, and that it was reached and its debts are kept, too.
    key = f"1|mail.example.net|{200 * recipients}|1000|1|0|0"
    for bucket in range(300):
        asked(f"clock {1700000000000000 + bucket * 300000000}")
        assert asked.result(recipients, key, how=1) == "taken"
    name = f"{SITE}identity mail.example.net"
    assert int(redis.cli("TTL", name)) > 86990
    assert redis.cli("TTL", SITE + "born") == "-1"
    assert asked.used("1|mail.example.net") == 289 * recipients
    assert int(redis.cli("MEMORY", "USAGE", name)) <= most
    assert "listpack" in redis.cli("OBJECT", "ENCODING", name) and int(redis.cli("HLEN", name)) == 289 + 5


def test_a_key_without_debts_lives_a_day_and_ten_minutes(redis, ask):
    assert ask(redis.store).result(7, ACCOUNT.format(100000)) == "taken"
    assert 86990 < int(redis.cli("TTL", SITE + "account")) <= 87000


# ---- Redis away ----

def test_stopped_it_holds_no_call_longer_than_the_time_out(redis, ask):
    asked = ask(redis.store, "timeout=500")
    assert asked.result(1, ACCOUNT.format(1000)) == "taken"
    slow = 10 if is_sanitized(str(programs() / "ask")) else 1
    redis.signal(signal.SIGSTOP)
    began = time.monotonic()
    waits = []
    while time.monotonic() < began + 5:
        answer = asked.take(1, ACCOUNT.format(1000))
        assert answer["result"] == "unavailable"
        waits.append(int(answer["us"]))
    assert max(waits) < 2 * 500000 * slow
    # Three that waited, a probe after 1 and after 2 seconds more, and that of the store's own thread; all others were told at once.
    assert 3 <= asked.status()["timeout"] <= 3 + 3 and asked.status()["up"] == 0
    assert len(waits) > 100 and sorted(waits)[len(waits) // 2] < 50000
    assert len(asked.said("left alone")) == 1
    accepted = asked.take(1, ACCOUNT.format(1000), how=2)
    assert (accepted["result"], accepted["unmetered"]) == ("taken", "1")
    redis.signal(signal.SIGCONT)
    wait_until(lambda: asked.result(1, ACCOUNT.format(1000)) == "taken", "it does not come back")
    assert len(asked.heard("answers again")) == 1 and asked.status()["up"] == 1
    # A question that got no answer in time may have been done all the same: one message each at most, and never less than was let through.
    assert 2 <= asked.used("0|") <= 2 + asked.status()["timeout"]


def test_while_it_is_open_other_threads_are_not_held(redis):
    redis.signal(signal.SIGSTOP)
    process = subprocess.Popen([programs() / "hammer", redis.store, "8", "20000", "5000", "timeout=500"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True)
    run = hammered(process)
    assert run["unavailable"] == 8 * 20000 and run["admitted"] == 0
    assert run["longest"] < 2 * 500000 * (10 if is_sanitized(str(programs() / "hammer")) else 1)


def test_killed_and_empty_again_it_is_told_once(redis, ask):
    relays = [ask(redis.store), ask(redis.store)]
    for relay in relays:
        assert relay.result(5, ACCOUNT.format(10)) == "taken"
    redis.kill()
    redis.start()
    for relay in relays:
        for _ in range(3):
            wait_until(lambda one=relay: one.result(1, ACCOUNT.format(10)) == "taken", "it does not come back")
        assert len(relay.said("counts were lost")) == 1
        assert relay.status()["lost"] == 1


def test_a_born_that_is_gone_is_made_again_and_told(redis, ask):
    asked = ask(redis.store)
    for _ in range(2):
        assert asked.result(1, ACCOUNT.format(10)) == "taken"
    redis.cli("DEL", SITE + "born")
    for _ in range(2):
        assert asked.result(1, ACCOUNT.format(10)) == "taken"
    assert asked.status()["lost"] == 1 and redis.cli("EXISTS", SITE + "born") == "1" and asked.used("0|") == 4


def test_killed_with_an_append_only_file_it_has_lost_nothing(folder, start_redis, ask):
    redis = start_redis(appendonly="yes", appendfsync="everysec")
    asked = ask(redis.store, "timeout=10000")  # on a busy machine an answer may be late, and its count is taken again
    assert not asked.said("appendonly")
    for _ in range(50):
        assert asked.result(1, ACCOUNT.format(100)) == "taken"
    redis.kill()
    redis.start()
    wait_until(lambda: asked.result(51, ACCOUNT.format(100)) == "day-full", "it does not come back")
    assert asked.used("0|") == 50 and asked.status()["lost"] == 0


def test_scripts_that_are_flushed_under_load(redis, ask):
    processes = [hammer(redis.store, 4, 300, 1000000) for _ in range(2)]
    while any(process.poll() is None for process in processes):
        redis.cli("SCRIPT", "FLUSH")
    runs = [hammered(process) for process in processes]
    assert sum(run["taken"] for run in runs) == 2 * 4 * 300
    assert ask(redis.store).used("0|") == sum(run["admitted"] for run in runs)


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_a_connection_that_the_server_closed_is_not_used(redis, ask, way):
    asked = ask(redis.store if way == "unix" else f"redis://127.0.0.1:{redis.port}")
    for _ in range(5):
        assert asked.result(1, ACCOUNT.format(100)) == "taken"
        redis.cli("CLIENT", "KILL", "TYPE", "normal")
    assert asked.used("0|") == 5 and asked.status()["connect"] == 0
    # Nor is one of a server that was killed, though another runs in its place.
    for _ in range(3):
        redis.kill()
        redis.start()
        assert asked.result(1, ACCOUNT.format(100)) == "taken"


# ---- who may ask ----

def secret(folder: pathlib.Path, text: str, mode: int = 0o600, of: str = "password") -> str:
    file = folder / f"{of}.secret"
    file.write_text(text)
    file.chmod(mode)
    return f"{of}={file}"


def test_passwords(folder, start_redis, ask):
    redis = start_redis(requirepass="correct horse".replace(" ", "-"))
    assert ask(redis.store, secret(folder, "correct-horse\n")).result(1, ACCOUNT.format(10)) == "taken"
    asked = ask(redis.store, secret(folder, "wrong\n"))
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert asked.heard("logging in: it said `WRONGPASS") and asked.status()["refused"] >= 1
    # The thread of the store reads the file again at a reload.
    secret(folder, "correct-horse\n")
    asked("reload")
    wait_until(lambda: asked.result(1, ACCOUNT.format(10)) == "taken", "the new password is not used", 20)


@pytest.mark.parametrize("line, tool", [(LEAST, False), (re.search(r"~sesq:\* -@all (\S.*)$", PAGE, re.M)[1], True)], ids=["least", "page"])
def test_rights_that_suffice(folder, redis, ask, line, tool):
    redis.cli("ACL", "SETUSER", "sesq", "on", ">secret", "~sesq:*", "-@all", *line.split(" "))
    asked = ask(redis.store, "user=sesq", secret(folder, "secret"))
    taken = asked.take(2, ACCOUNT.format(10), USER.format(10))
    assert taken["result"] == "taken"
    assert asked(f"back 1 {taken['bucket']} {ACCOUNT.format(10)}") == "done"
    assert asked.used("0|") == 1
    assert asked("set 3|a@example.net 7") == "set" and asked("reset 3|a@example.net") == "found"
    listed = asked("list")
    assert listed.endswith("listed") == tool and ("NOPERM" in listed) != tool
    assert asked.said(r"allow `\+info`") == [] if tool else asked.heard(r"allow `\+info`")
    assert asked.status() | {"times": 0} == {"up": 1, "lost": 0, "keys": -1, "times": 0, "connect": 0, "timeout": 0, "refused": 0,
                                            "answer": 0, "write": 0, "damaged": 0, "memory": 0}


@pytest.mark.parametrize("words, want", [
    (("redis://user:password@localhost",), "write them as `store_user` and `store_password_file`"),
    (("redis:localhost",), "`//` is missing"),
    (("redis://localhost:0",), "no port from 1 to 65535"),
    (("redis://localhost/x",), "no number of a database"),
    (("redis://::1",), "no name of a host"),
    (("redis://a/b/c",), "no number of a database"),
    (("unix:redis.sock",), "must begin with `/`"),
    (("sentinel://a,b,c",), "what the Sentinels call the master"),
    (("sentinel://a,,c/main",), "no name of a host"),
    (("redis://localhost", "user=sesq"), "a user needs a password"),
    (("redis://localhost", "password=/nonexistent"), "quotas.store_password_file: /nonexistent: No such file or directory"),
    (("redis://localhost", "ca=/nonexistent"), "quotas.store_ca_file: Redis is reached without TLS"),
    (("sentinel://localhost/main", "ca=/nonexistent"), "quotas.store_ca_file: Redis is reached without TLS"),
    (("redis://localhost", "sentinel_password=/nonexistent"), "quotas.store_sentinel_password_file: no Sentinel is asked"),
    (("unix:/nonexistent", "sentinel_user=sesq"), "quotas.store_sentinel_user: no Sentinel is asked"),
    (("sentinel://localhost/main", "sentinel_user=sesq"), "name its file as `store_sentinel_password_file`"),
    (("sentinel://localhost/main", "sentinel_password=/nonexistent"), "quotas.store_sentinel_password_file: /nonexistent: No such file"),
    (("/nonexistent/quota.db", "user=sesq"), "quotas.store_user: counts are kept in a file"),
    (("/nonexistent/quota.db", "ca=/nonexistent"), "quotas.store_ca_file: counts are kept in a file"),
])
def test_settings_that_are_refused(words, want):
    run = subprocess.run([programs() / "ask", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1 and want in run.stdout and run.stdout.count("fault") == 1, run.stdout


def test_a_password_that_others_may_read_is_refused(folder):
    for mode, text, want in ((0o644, "x", "everybody may read"), (0o600, "", "is no password"), (0o600, "\nx", "is no password"), (0o640, "x" * 2000, "is no password")):
        run = subprocess.run([programs() / "ask", "redis://localhost", secret(folder, text, mode)], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 1 and want in run.stdout, run.stdout


def certificate(folder: pathlib.Path, name: str, names: str) -> dict[str, str]:
    """Options of a server that shows it; of an authority of the test's own, folder/ca.pem."""
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
    if not (folder / "ca.pem").exists():
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test", "-days", "2")
    (folder / "names").write_text(f"subjectAltName={names}\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.pem", "-days", "2",
            "-extfile", "names")
    return {"tls_port": str(free_port()), "tls_cert_file": f"{folder}/{name}.pem", "tls_key_file": f"{folder}/{name}.key",
            "tls_ca_cert_file": f"{folder}/ca.pem", "tls_auth_clients": "no"}


def test_tls_where_hiredis_has_it_and_a_word_where_not(folder, start_redis, ask, monkeypatch):
    if "HAVE_HIREDIS_SSL 1" not in (programs().parents[1] / "config.h").read_text():
        run = subprocess.run([programs() / "ask", "rediss://127.0.0.1:1"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                             check=False)
        assert run.returncode == 1 and "`rediss:` needs a hiredis with TLS" in run.stdout
        return
    good, other = certificate(folder, "good", "DNS:localhost,IP:127.0.0.1"), certificate(folder, "other", "DNS:other.example")
    start_redis("good", **good)
    start_redis("other", **other)
    untrusted = ask(f"rediss://localhost:{good['tls_port']}")
    assert untrusted.result(1, ACCOUNT.format(10)) == "unavailable" and untrusted.heard("certificate of localhost is not trusted")
    monkeypatch.setenv("SSL_CERT_FILE", f"{folder}/ca.pem")
    asked = ask(f"rediss://localhost:{good['tls_port']}")
    assert [asked.result(4, ACCOUNT.format(10)) for _ in range(3)] == ["taken", "taken", "day-full"]
    assert ask(f"rediss://127.0.0.1:{good['tls_port']}").result(2, ACCOUNT.format(10)) == "taken"
    misnamed = ask(f"rediss://localhost:{other['tls_port']}")
    assert misnamed.result(1, ACCOUNT.format(10)) == "unavailable" and misnamed.heard("mismatch")
    plain = ask(f"redis://localhost:{good['tls_port']}")
    assert plain.result(1, ACCOUNT.format(10)) == "unavailable"
    monkeypatch.delenv("SSL_CERT_FILE")
    trust_a_file(folder, f"rediss://localhost:{good['tls_port']}", ask)


def trust_a_file(folder: pathlib.Path, store: str, ask: Callable[..., Ask]) -> None:
    """Whom `store_ca_file` names is trusted, and nobody else."""
    file = folder / "trusted.pem"
    (folder / "elsewhere").mkdir()
    certificate(folder / "elsewhere", "good", "DNS:localhost")
    authority, another, own = ((folder / name).read_text() for name in ("ca.pem", "elsewhere/ca.pem", "good.pem"))
    for text in (authority, another + "some words\n" + authority, own):
        file.write_text(text)
        assert ask(store, f"ca={file}").result(1, SENDER.format(10)) == "taken"
    file.write_text(another)
    asked = ask(store, f"ca={file}")
    assert asked.result(1, SENDER.format(10)) == "unavailable" and asked.heard("certificate of localhost is not trusted")
    # The thread of the store reads it again, and takes nothing that is no certificate.
    file.write_text("no certificate")
    asked("reload")
    assert asked.heard("the old certificates stay trusted: quotas.store_ca_file: .*holds no certificate")
    file.write_text(authority)
    asked("reload")
    wait_until(lambda: asked.result(1, SENDER.format(10)) == "taken", "the new authority is not trusted", 20)
    for text, mode, want in (("", 0o644, "holds no certificate"), (authority.replace("M", "N", 1), 0o644, "holds a certificate that cannot be read"),
                             (authority, 0o666, r"everybody may change .* make it `chmod 0644`"), (authority[:300], 0o644, "that cannot be read"),
                             ("x" * (1 << 20), 0o644, "larger than a megabyte")):
        file.write_text(text)
        file.chmod(mode)
        run = subprocess.run([programs() / "ask", store, f"ca={file}"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                             check=False)
        assert run.returncode == 1 and re.search(f"quotas.store_ca_file: .*{want}", run.stdout), (want, run.stdout)
        file.chmod(0o644)


# ---- where it is ----

def test_a_name_is_looked_up_by_the_thread_of_the_store(redis, ask):
    assert ask(f"redis://localhost:{redis.port}").result(1, ACCOUNT.format(10)) == "taken"
    assert ask(f"redis://127.0.0.1:{redis.port}/3").result(1, ACCOUNT.format(10)) == "taken"
    assert redis.cli("-n", "3", "EXISTS", SITE + "account") == "1"
    asked = ask("redis://no-such-host.invalid", "timeout=1000")
    answer = asked.take(1, ACCOUNT.format(10))
    assert answer["result"] == "unavailable" and int(answer["us"]) < 500000
    assert asked.heard("no address is known of no-such-host.invalid")


def test_a_replica_refuses(redis, start_redis, ask):
    replica = start_redis("replica", replicaof=f"127.0.0.1 {redis.port}")
    wait_until(lambda: "master_link_status:up" in replica.cli("INFO", "replication"), "the replica does not follow")
    asked = ask(replica.store)
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert asked.heard("READONLY") and asked.status()["refused"] == 1
    assert redis.keys() == [""]


class Fake(socketserver.ThreadingTCPServer):
    """A server that answers each command by what `answer` says; bytes, or a function that gets the connection."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer: bytes | Callable[[socket.socket], None]) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def store(self) -> str:
        return f"redis://127.0.0.1:{self.server_address[1]}"

    def end(self) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class FakeHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        stream = self.request.makefile("rb")
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline():
                words = []
                for _ in range(int(line[1:])):
                    words.append(stream.read(int(stream.readline()[1:])))
                    stream.readline()
                self.server.asked.append(words[0])
                # The store's thread asks how the server does; that is no part of these tests.
                if words[0] == b"INFO":
                    self.request.sendall(b"$0\r\n\r\n")
                elif callable(self.server.answer):
                    self.server.answer(self.request)
                else:
                    self.request.sendall(self.server.answer)


@pytest.fixture
def fake(stack) -> Callable[..., Fake]:
    def begin(answer: bytes | Callable[[socket.socket], None]) -> Fake:
        server = Fake(answer)
        stack.callback(server.end)
        return server
    return begin


def test_one_moved_is_followed(redis, ask, fake):
    node = fake(f"-MOVED 1234 127.0.0.1:{redis.port}\r\n".encode())
    asked = ask(node.store)
    for _ in range(3):
        assert asked.result(2, ACCOUNT.format(10)) == "taken"
    assert asked.used("0|") == 6
    # From then on it is asked no more.
    assert node.asked.count(b"EVALSHA") + node.asked.count(b"EVAL") == 1


def test_moved_in_a_circle_is_no_answer(ask, fake):
    node = fake(b"")
    node.answer = f"-MOVED 1234 127.0.0.1:{node.server_address[1]}\r\n".encode()
    asked = ask(node.store)
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert node.asked.count(b"EVALSHA") == 2


GOOD = {"result": "0", "would": "0", "key": "0", "used": "0", "wait": "0", "full": "0", "moment": "1700000000000000", "doubt": "0", "back": "0",
        "marks": "0", "born": "7"}


def bulk(text: str) -> bytes:
    return f"${len(text)}\r\n{text}\r\n".encode()


def taken(**other: str) -> bytes:
    return bulk(" ".join((GOOD | other).values()))


@pytest.mark.parametrize("other", [{}, {"marks": "-"}, {"born": ""}, {"marks": "2"}, {"used": "9007199254740992"}, {"wait": "-5", "full": "-0"}], ids=str)
def test_the_fake_answer_is_one(ask, fake, other):
    assert ask(fake(taken(**other)).store).result(1, ACCOUNT.format(10)) == "taken"


@pytest.mark.parametrize("answer", [
    b"+OK\r\n", b":1\r\n", b"$-1\r\n", b"*-1\r\n", b"*0\r\n", b"$3\r\nabc\r\n", b"$0\r\n\r\n", b"*1\r\n" + taken(), b"*11\r\n" + b":0\r\n" * 11,
    b"-ERR no\r\n", b"-\r\n", b"-NOSCRIPT x\r\n", b"-MOVED\r\n", b"-MOVED 1\r\n", b"-MOVED 1 nowhere\r\n", b"-MOVED 1 a b:1\r\n",
    b"-MOVED 1 %n:99999\r\n", b"HTTP/1.1 400 Bad\r\n\r\n", b"\0\0\0\0\r\n", b"*2147483647\r\n", b"*1000000\r\n", b"$2147483647\r\n", b"*1\r\n" * 100,
    b"$5\r\nab\r\n\r\n\r\n\r\n", taken(result="9"), taken(result="-1"), taken(result="1"), taken(result=""), taken(would="5"), taken(key="1"),
    taken(key="-1"), taken(key="0x0"), taken(used="-1"), taken(used="9007199254740993"), taken(used="99999999999999999"), taken(wait="1e3"), taken(wait="-"),
    taken(full="+1"), taken(moment="-5"), taken(moment="5 "), taken(doubt="2"), taken(back="-1"), taken(born="a\nb"), taken(born="1" * 30),
    taken(born="7 "), taken(marks=""), taken(marks="00"), taken(marks="3"), taken(marks="--"), bulk(" ".join(list(GOOD.values())[:-1])),
    bulk(" " + " ".join(GOOD.values())), taken(result="1", would="1", marks="2"), taken() + taken(),
], ids=lambda answer: repr(answer[:40]))
def test_answers_that_make_no_sense(ask, fake, answer):
    asked = ask(fake(answer).store, "timeout=1000")
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert asked.end() == 0


def test_a_server_that_answers_byte_by_byte_holds_nobody(ask, fake):
    def drip(connection: socket.socket) -> None:
        for byte in b"*11\r\n" + b":0\r\n" * 10000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    answer = ask(fake(drip).store, "timeout=500").take(1, ACCOUNT.format(10))
    assert answer["result"] == "unavailable"
    assert 400000 < int(answer["us"]) < 1000000 * (10 if is_sanitized(str(programs() / "ask")) else 1)


def test_a_server_that_hangs_up_is_asked_once(ask, fake):
    def hang_up(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_RDWR)
    node = fake(hang_up)
    asked = ask(node.store)
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert node.asked.count(b"EVALSHA") == 1 and asked.status()["connect"] == 1


def test_a_sentinel_that_wants_a_password(folder, ask, fake):
    node = fake(b"-NOAUTH Authentication required.\r\n")
    asked = ask(node.store.replace("redis:", "sentinel:") + "/main", secret(folder, "of-redis"))
    assert asked.result(1, ACCOUNT.format(10)) == "unavailable"
    assert asked.heard("the Sentinel 127.0.0.1 wants a password; name its file as `store_sentinel_password_file`") and asked.status()["refused"] >= 1
    assert b"AUTH" not in node.asked


class Sentinel:
    """One that watches a master as `main`; `lines` are more of its settings."""

    def __init__(self, folder: pathlib.Path, master: Redis, *lines: str) -> None:
        self.port = free_port()
        configuration = folder / f"sentinel.{self.port}.conf"
        settings = [f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", f"logfile {folder}/sentinel.log",
                    f"sentinel monitor main 127.0.0.1 {master.port} 1", "sentinel down-after-milliseconds main 500",
                    "sentinel failover-timeout main 5000", *lines]
        configuration.write_text("".join(line + "\n" for line in settings))
        self.process = subprocess.Popen([shutil.which("redis-sentinel"), str(configuration)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def says(self, *words: str) -> str:
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              check=False).stdout

    @property
    def store(self) -> str:
        return f"sentinel://127.0.0.1:{self.port}/main"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start_sentinel(folder, stack) -> Callable[..., Sentinel]:
    def begin(master: Redis, *lines: str) -> Sentinel:
        sentinel = Sentinel(folder, master, *lines)
        stack.callback(sentinel.kill)
        wait_until(lambda: re.match("(NOAUTH|PONG)", sentinel.says("PING")), "Sentinel does not answer")
        return sentinel
    return begin


# For its default user, and for one that may ask who the master is and nothing else.
LOGINS = [(("requirepass of-sentinel",), ()),
          (("requirepass another", "user sesq on >of-sentinel -@all +sentinel|get-master-addr-by-name"), ("sentinel_user=sesq",))]


@pytest.mark.parametrize("lines, user", LOGINS, ids=["password", "user"])
def test_passwords_of_sentinels(folder, start_redis, start_sentinel, ask, lines, user):
    master = start_redis(requirepass="of-redis")
    sentinel = start_sentinel(master, "sentinel auth-pass main of-redis", *lines)
    both = (sentinel.store, secret(folder, "of-redis"), *user)
    asked = ask(*both, secret(folder, "of-sentinel\n", of="sentinel_password"))
    assert [asked.result(2, ACCOUNT.format(4)) for _ in range(3)] == ["taken", "taken", "day-full"]
    # One for the other is no key.
    asked = ask(*both, secret(folder, "of-redis", of="sentinel_password"))
    assert asked.result(1, SENDER.format(10)) == "unavailable" and asked.status()["refused"] >= 1
    assert asked.heard("logging in at a Sentinel: it said `WRONGPASS")
    secret(folder, "of-sentinel", of="sentinel_password")
    asked("reload")
    wait_until(lambda: asked.result(1, SENDER.format(10)) == "taken", "the new password is not used", 20)
    if not user:
        without = ask(*both)
        assert without.result(1, SENDER.format(10)) == "unavailable" and without.heard("name its file as `store_sentinel_password_file`")


def test_sentinel_leads_to_the_master_also_after_a_failover(start_redis, start_sentinel, ask):
    master = start_redis("one")
    replica = start_redis("two", replicaof=f"127.0.0.1 {master.port}")
    sentinel = start_sentinel(master)
    wait_until(lambda: "num-slaves\n1\n" in sentinel.says("SENTINEL", "master", "main"), "Sentinel does not find the replica")
    # One that is down comes first, and a name that no Sentinel knows is told.
    asked = ask(f"sentinel://127.0.0.1:{free_port()},127.0.0.1:{sentinel.port}/main")
    for _ in range(5):
        assert asked.result(2, ACCOUNT.format(100)) == "taken"
    wait_until(lambda: replica.try_cli("HGET", SITE + "account", "s") == "10", "the replica does not follow")
    master.kill()
    wait_until(lambda: asked.result(1, ACCOUNT.format(100)) == "taken", "nobody becomes the master", 120)
    assert replica.cli("ROLE").startswith("master") and asked.used("0|") == 11
    assert asked.status()["lost"] == 0
    other = ask(sentinel.store.replace("/main", "/other"))
    wait_until(lambda: other.result(1, ACCOUNT.format(100)) == "unavailable" and other.said("knows no master `other`"), "no word of a wrong name")


# ---- what people should know ----

def test_a_server_that_may_throw_counts_away_is_warned_of(start_redis, ask):
    redis = start_redis(maxmemory="100mb", maxmemory_policy="allkeys-lru")
    asked = ask(redis.store)
    asked.result(1, ACCOUNT.format(10))
    assert asked.heard(r"say 4 .*maxmemory-policy allkeys-lru.*noeviction")
    assert asked.heard(r"say 5 .*appendonly no")


@pytest.mark.parametrize("spoil", [("HSET", "s", "many"), ("HSET", "m", "-5"), ("HDEL", "p"), ("HSET", "s", "1e300"), ("SET",)], ids=" ".join)
def test_a_count_that_cannot_be_read_is_no_fresh_day(redis, ask, spoil):
    asked = ask(redis.store)
    assert asked.result(10, ACCOUNT.format(10)) == "taken"
    key = SITE + "account"
    if spoil[0] == "SET":
        redis.cli("SET", key, "x")
    else:
        redis.cli(spoil[0], key, *spoil[1:])
    answer = asked.take(1, USER.format(5), ACCOUNT.format(10))
    assert (answer["result"], answer["key"]) == ("unavailable", "1")
    assert asked.said("the count of `account` cannot be read.*quota reset") and asked.status()["damaged"] == 1
    assert asked.status()["up"] == 1
    assert "damaged=1" in asked("show 0|") and redis.cli("EXISTS", SITE + "principal arn:aws:iam::123456789012:user/a") == "0"
    passed = asked.take(1, USER.format(5), ACCOUNT.format(10), how=2)
    assert (passed["result"], passed["would"], passed["unmetered"]) == ("taken", "unavailable", "1")
    assert asked.used("2|arn:aws:iam::123456789012:user/a") == 1
    assert asked("reset 0|") == "found"
    assert asked.result(1, ACCOUNT.format(10)) == "taken"


def test_show_reset_set_and_list(redis, ask):
    asked, other = ask(redis.store), ask(redis.store, "site=9/eu-west-1")
    assert asked("show 0|") == "absent" and asked("reset 0|") == "absent" and asked("list") == "listed"
    for i in range(300):
        assert asked(f"set 3|s{i}@example.net {i}") == "set"
    assert other("set 0| 5") == "set"
    redis.cli("SET", "foreign", "1")
    rows = dict(re.findall(r"\[sender (\S+)\] used=(\d+) ", asked("list")))
    assert rows == {f"s{i}@example.net": str(i) for i in range(300)}
    assert other("list").startswith("[account] used=5 ")
    assert asked.result(1, "3|s9@example.net|9|-1|1|0|0") == "day-full"
    assert asked("reset 3|s9@example.net") == "found" and asked("show 3|s9@example.net") == "absent"
    assert asked("full 3|s9@example.net|9|-1|1|0|0") == "full=0"
    assert asked.result(1, "3|s9@example.net|9|-1|1|0|0") == "taken"
    redis.kill()
    assert "cannot connect" in asked("show 0|") and asked("list").startswith("failed fault")
