# SPDX-License-Identifier: BSD-2-Clause
"""A Postfix of our own for measuring: a door for each candidate, its queue, and the CPU time of all its processes."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from filters import Trouble, children, stat # noqa: E402
from lib.postfix import Postfix             # noqa: E402

MEMORY = "/dev/shm"
ROOM = 512 << 20        # the queue is emptied after each run, and so is the log
TICKS = os.sysconf("SC_CLK_TCK")
DRAIN_LIMIT = 120       # seconds
LOG_TAIL = 10           # lines

SETTINGS = {
    # What has nothing to do with filters would only make them look cheaper.
    "smtpd_tls_security_level": "none",
    # Postfix holds a message up for a second whenever deliveries are behind. Here they may be: a run waits for them.
    "in_flow_delay": "0s",
    # The processes behind a door are still there when its turn comes again.
    "max_idle": "3600s",
}
# A door for clients of every address: the first line names it (dialogue.h).
DOOR = {"smtpd_upstream_proxy_protocol": "haproxy"}


def milter_door(target):
    return {"smtpd_milters": f"{{ {target.of_postfix}, default_action=tempfail }}"}


def maps_door(folder):
    """What the example policies check, by access maps, as early as they can; and the kinds of map that it took."""
    for name, lines in (
            ("senders", "no-reply@example.net DUNNO\nexample.net 550 5.7.1 Access denied\n"),
            ("recipients", "example.org OK\n"),
            ("networks", "172.31.0.0/16 DUNNO\n0.0.0.0/0 550 5.7.1 Access denied\n::/0 550 5.7.1 Access denied\n"),
            ("main.cf", "compatibility_level = 3.6\n")):
        (folder / name).write_text(lines)
    kinds = subprocess.run(["postconf", "-c", str(folder), "-m"], capture_output=True, text=True, check=True).stdout.split()
    kind = "hash" if "hash" in kinds else "texthash"
    if kind == "hash":
        for name in ("senders", "recipients"):
            subprocess.run(["postmap", "-c", str(folder), f"hash:{folder}/{name}"], check=True)
    return {
        "smtpd_delay_reject": "no", "reject_code": "550",
        "smtpd_sender_restrictions": f"check_client_access cidr:{folder}/networks, check_sender_access {kind}:{folder}/senders",
        "smtpd_recipient_restrictions": f"check_recipient_access {kind}:{folder}/recipients, reject",
    }, ("cidr", kind)


class Mta:
    def __init__(self, stack):
        where = MEMORY if self.has_room() else None
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="milter-bench-", dir=where)))
        self.folder.chmod(0o755)
        self.where = f"in memory ({MEMORY})" if where else f"on disk ({self.folder.parent})"
        self.maps = self.folder / "maps"
        self.maps.mkdir()
        self.postfix = Postfix(self.folder / "postfix")
        self.queues = [self.postfix.folder / "spool" / name for name in ("incoming", "active", "deferred")]
        stack.callback(self.postfix.stop)

    @staticmethod
    def has_room():
        try:
            with open("/proc/mounts", encoding="utf-8") as mounts:
                if not any(line.split()[1:3] == [MEMORY, "tmpfs"] for line in mounts):
                    return False
            room = os.statvfs(MEMORY)
            return os.access(MEMORY, os.W_OK) and room.f_bavail * room.f_frsize >= ROOM
        except OSError:
            return False

    def start(self, doors):
        self.postfix.start(extra=SETTINGS, doors=tuple(door | DOOR for door in doors))
        self.master = int((self.postfix.folder / "spool/pid/master.pid").read_text())
        return self.postfix.doors

    def cpu(self):
        """Seconds of user and system that master and all that it ever started have used."""
        while True:
            ended = self.ended()
            living = sum(map(cpu_of, [self.master, *children(self.master)]))
            # One that master buried meanwhile would count twice or not at all.
            if self.ended() == ended:
                return ended + living

    def ended(self):
        """Those that master has buried; smtpd ends after a hundred sessions."""
        return sum(map(int, stat(self.master)[13:15])) / TICKS

    def wait_drained(self):
        limit = time.monotonic() + DRAIN_LIMIT
        while any(map(os.listdir, self.queues)):
            if time.monotonic() > limit:
                raise Trouble(f"the queue does not empty: {self.log_tail()}", 2)
            time.sleep(0.02)

    def forget_log(self):
        os.truncate(self.postfix.log, 0)

    def log_tail(self):
        return "\n".join(self.postfix.log_text().splitlines()[-LOG_TAIL:])


def cpu_of(pid):
    """Of a living process, from its clock (clock_getcpuclockid(3)); 0 if it has gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0
