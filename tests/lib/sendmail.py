# SPDX-License-Identifier: BSD-2-Clause
"""A private Sendmail on loopback: own configuration, queue and log below one folder.

Its packages conflict with Postfix's, so they are not installed but unpacked
below build/. It lives in namespaces of its own for mounts, host name and
processes: there its folder is at /mnt, since Sendmail trusts nothing below a
folder that all may write in, such as /tmp; its name is sm.test; and names are
never looked up. It relays to an SES-like endpoint with TLS and AUTH.
"""
import fcntl
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from lib.postfix import free_port
from lib.smtp import Smtp

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = ROOT / "build" / "sendmail"
PACKAGES = ("sendmail-bin", "sendmail-cf", "sendmail-base")
PROGRAM = UNPACKED / "usr" / "libexec" / "sendmail" / "sendmail"
CF = UNPACKED / "usr" / "share" / "sendmail" / "cf"
BASE = "/mnt"
HOME = f"{BASE}/sendmail"

NAMESPACES = ("unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc")
# FOLDER COMMAND...: the folder at /mnt, and files of its own that say which names there are.
ENTER = f"""\
mount --bind "$1" {BASE} && shift &&
hostname sm.test &&
for name in hosts nsswitch.conf resolv.conf; do mount --bind {HOME}/$name /etc/$name || exit 1; done &&
exec "$@"
"""

# The load limits are out of reach: on a busy machine Sendmail would queue what it should deliver.
MC = """\
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `sm.test')dnl
define(`confPID_FILE', `{home}/pid')dnl
define(`STATUS_FILE', `{home}/statistics')dnl
define(`QUEUE_DIR', `{home}/queue')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`confCW_FILE', `-o {home}/none')dnl
define(`confSERVICE_SWITCH_FILE', `{home}/service.switch')dnl
define(`confHOSTS_FILE', `{home}/hosts')dnl
define(`confTO_IDENT', `0')dnl
define(`confREFUSE_LA', `100000')dnl
define(`confQUEUE_LA', `100000')dnl
define(`confDELAY_LA', `0')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {relay_port}')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={port}')dnl
FEATURE(`no_default_msa')dnl
{canonify}FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`promiscuous_relay')dnl
{milter}MAILER(`smtp')dnl
LOCAL_RULESETS
Sauthinfo
R$*	$# "U:{user}" "P:{password}" "M:PLAIN"
"""


def unpack() -> None:
    """Get the packages as the system's archive has them, once: tests run beside each other."""
    UNPACKED.parent.mkdir(exist_ok=True)
    with open(UNPACKED.parent / "sendmail.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            download_and_unpack()


def download_and_unpack() -> None:
    with tempfile.TemporaryDirectory(dir=UNPACKED.parent, prefix="sendmail.") as name:
        folder = pathlib.Path(name)
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        download = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *PACKAGES]
        if subprocess.run(download, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True).returncode:
            subprocess.run(["apt-get", "-qq", "update"], **quiet)
            subprocess.run(download, cwd=folder, **quiet)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, folder / "root"], **quiet)
        (folder / "root").chmod(0o755)
        shutil.rmtree(UNPACKED, ignore_errors=True)
        (folder / "root").rename(UNPACKED)


class Submission(Smtp):
    """
    A session by standard input and output (`sendmail -bs`): its client has no address. What is taken is delivered before
    it is answered.
    """

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.file = self.process.stdout
        self.greeting = self.hear()
        self.hello = self.say("EHLO localhost")

    def send(self, line: str | bytes) -> None:
        self.process.stdin.write((line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")) + b"\r\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(600)
        self.process.stdout.close()


class Sendmail:
    """`folder` becomes its /mnt: a milter's unix socket must be in it. Its own files are in FOLDER/sendmail."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder.resolve()
        self.home = self.folder / "sendmail"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *options: str) -> list[str]:
        return [*NAMESPACES, "sh", "-c", ENTER, "sh", str(self.folder), str(PROGRAM), "-C", f"{HOME}/sendmail.cf", *options]

    def configure(self, milter_socket: str, flags: str, relay: tuple[int, str, str], before: int, behind: int,
                  features: str, hosts: str | None) -> None:
        (self.home / "queue").mkdir(parents=True, exist_ok=True)
        (self.home / "queue").chmod(0o700)
        (self.home / "hosts").write_text("127.0.0.1 sm.test localhost\n" + (hosts or ""))
        (self.home / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\nservices: files\n")
        (self.home / "resolv.conf").write_text("")
        (self.home / "service.switch").write_text("hosts files\naliases files\n")
        milter = ""
        if milter_socket:
            milter = f"INPUT_MAIL_FILTER(`ses-policy-milter', `S={milter_socket}, F={flags}')dnl\n"
        if before:
            milter = f"INPUT_MAIL_FILTER(`other', `S=inet:{before}@127.0.0.1, F=T')dnl\n" + milter
        milter = features + milter
        if behind:
            milter += f"INPUT_MAIL_FILTER(`other', `S=inet:{behind}@127.0.0.1, F=T')dnl\n"
        port, user, password = relay
        source = MC.format(home=HOME, port=self.port, relay_port=port, user=user, password=password, milter=milter,
                           canonify="" if hosts else "FEATURE(`nocanonify')dnl\n")
        with open(self.home / "sendmail.cf", "wb") as out:
            subprocess.run(["m4", f"-D_CF_DIR_={CF}/", CF / "m4" / "cf.m4", "-"], input=source.encode(), stdout=out,
                           stderr=subprocess.DEVNULL, check=True)

    def start(self, relay: tuple[int, str, str], milter_socket: str = "", flags: str = "T", before: int = 0,
              behind: int = 0, features: str = "", hosts: str | None = None) -> "Sendmail":
        """
        `relay`: port, user and password of the endpoint. `milter_socket`: the daemon's setting; `flags`: its F=. `before`,
        `behind`: port of another filter, asked before ours or behind it. `features`: further lines of the .mc.
        `hosts`: lines of /etc/hosts by which domains are completed and made canonical (the first name of a line is); None:
        they stay as they are (nocanonify).
        """
        unpack()
        self.port = free_port()
        self.configure(milter_socket.replace(f"unix:{self.folder}/", f"local:{BASE}/"), flags, relay, before, behind, features, hosts)
        with open(self.home / "log", "wb") as log:
            self.process = subprocess.Popen(self.command("-bD", "-X", f"{HOME}/traffic"), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        end = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as probe:
                    if probe.recv(3) == b"220":
                        return self
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("sendmail does not answer:\n" + self.log_text())
            time.sleep(0.02)

    def submission(self) -> "Submission":
        return Submission(self.command("-bs", "-odi", "-X", f"{HOME}/traffic"))

    def log_text(self) -> str:
        return "".join(path.read_text(errors="backslashreplace")
                       for path in (self.home / "log", self.home / "traffic") if path.exists())

    def stop(self) -> None:
        if self.process:
            self.process.kill()  # and with it, by --kill-child, all that it has started
            self.process.wait()
            self.process = None
