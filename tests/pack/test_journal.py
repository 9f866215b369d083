# SPDX-License-Identifier: BSD-2-Clause
"""The journal itself, as journalctl shows it: a systemd-journald in a mount namespace of its own, and the daemon beside it."""
import json
import pathlib
import subprocess
import time
from collections.abc import Iterator

import pytest
from lib.daemon import Daemon
from lib.milter_client import MilterClient
from machine import LIMIT, call

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN = """
mount -t tmpfs none /run && mkdir -p /run/systemd/journal /run/log/journal && exec /lib/systemd/systemd-journald
"""
BAD = "other@example.net"


class Journald:
    """Its folder is in memory, and gone with it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", BEGIN], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Its root, too: the tests may run in a chroot, and a mount namespace alone is entered at its own root.
        self.inside = ("nsenter", f"--mount=/proc/{self.process.pid}/ns/mnt", f"--root=/proc/{self.process.pid}/root", "--")
        end = time.monotonic() + LIMIT
        while call(*self.inside, "test", "-S", "/run/systemd/journal/socket", "-a", "-d", "/run/log/journal", check=False).returncode:
            assert self.process.poll() is None and time.monotonic() < end
            time.sleep(0.05)

    def show(self, *asked: str, count: int = 1) -> list[dict]:
        """What journalctl finds, once there is so much."""
        end = time.monotonic() + LIMIT
        while True:
            said = call(*self.inside, "journalctl", "--directory=/run/log/journal", "--output=json", *asked, check=False).stdout
            found = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
            if len(found) >= count:
                return found
            assert time.monotonic() < end, said
            time.sleep(0.05)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(LIMIT)


@pytest.fixture
def journald() -> Iterator[Journald]:
    one = Journald()
    yield one
    one.close()


def test_fields(journald: Journald, workshop: pathlib.Path):
    """A refusal is found by the id of the reply, by its sender and by its reason; errors by their priority."""
    daemon = Daemon(workshop / "journal")
    daemon.logging = ["--log", "journal"]
    daemon.write_policy("sender", (ROOT / "contrib/examples/sender.json").read_text())
    daemon.start(*journald.inside)
    try:
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            answer = one.mail(f"<{BAD}>", macros={"{auth_authen}": "x\nSES_POLICY_ID=forged"})
        identity = answer.text.rpartition("id=")[2]
        (found,) = journald.show(f"SES_POLICY_ID={identity}")
        assert (found["SES_POLICY_SENDER"], found["SES_POLICY_REASON"], found["SES_POLICY_STATEMENT"]) == (BAD, "policy", "0")
        assert found["SES_POLICY_LOGIN"] == r"x\x0aSES_POLICY_ID=forged" and found["MESSAGE"].startswith(f"id={identity} ")
        assert (found["PRIORITY"], found["SYSLOG_FACILITY"], found["_TRANSPORT"]) == ("5", "2", "journal")
        assert found["_PID"] == str(daemon.process.pid)
        assert journald.show("--identifier=ses-policy-milter", f"SES_POLICY_SENDER={BAD}", "SES_POLICY_REASON=policy") == [found]
        daemon.write_policy("sender", "{")
        daemon.signal(1)
        (refused,) = journald.show("--priority=err")
        assert refused["MESSAGE"].startswith("reload: refused, generation 1 stays in force: ")
    finally:
        assert daemon.stop() == 0
