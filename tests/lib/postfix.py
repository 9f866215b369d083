#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix on loopback: own configuration, queue, data and log below one folder.

The system's mail set-up is neither read nor written; names are never looked
up. It relays to an SES-like endpoint with TLS and AUTH, or throws mail away.
Needs root, as Postfix does. Use as a class (Postfix) or as a command:

    postfix.py start DIR --milter SPEC --relay-port PORT     prints the SMTP port
    postfix.py stop DIR
"""
import argparse
import contextlib
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import time

MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
local unix - n n - - local
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


def free_ports(count: int) -> list[int]:
    """Below those that the system gives to clients: until a server listens on it, no connection of a test beside this one takes it."""
    given = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else 32768  # a folder with a system in it may have no /proc
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(10240, first) if first > 11264 else 0
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            port = probe.getsockname()[1]
            ports += [port] if port not in ports else []
    return ports


def free_port() -> int:
    return free_ports(1)[0]


def door(port: int, settings: dict[str, str]) -> str:
    return f"127.0.0.1:{port} inet n - n - - smtpd\n" + "".join(f"  -o {{ {name} = {value} }}\n" for name, value in settings.items())


class Postfix:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder.resolve()
        self.etc = self.folder / "etc"
        self.log = self.folder / "mail.log"
        self.certificate = self.folder / "cert.pem"  # for relay.test and 127.0.0.1; signs itself
        self.port = 0
        self.doors: list[int] = []

    def settings(self, milter: str, relay: tuple[int, str, str] | None, local_milter: str, sasl: bool,
                 extra: dict[str, str]) -> dict[str, str]:
        networks = "0.0.0.0/0 [::]/0"  # clients of every address: only loopback can connect
        main = {
            "compatibility_level": "3.6",
            "config_directory": str(self.etc), "queue_directory": str(self.folder / "spool"),
            "data_directory": str(self.folder / "lib"),
            "maillog_file": str(self.log), "maillog_file_prefixes": str(self.folder),
            "myhostname": "relay.test", "mydomain": "test", "myorigin": "relay.test", "mydestination": "",
            "local_recipient_maps": "", "local_transport": "error:no local delivery",
            "alias_maps": "", "alias_database": "", "biff": "no",
            "inet_interfaces": "loopback-only", "inet_protocols": "all" if has_ipv6() else "ipv4",
            "mynetworks": networks, "smtpd_authorized_xclient_hosts": networks,
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
            "smtpd_peername_lookup": "no", "smtp_dns_support_level": "disabled", "smtp_host_lookup": "native",
            "smtpd_client_connection_count_limit": "0", "smtpd_client_connection_rate_limit": "0",
            "smtpd_error_sleep_time": "0", "smtpd_soft_error_limit": "10000", "smtpd_hard_error_limit": "10000",
            "smtpd_junk_command_limit": "10000", "smtpd_recipient_limit": "5000",
            "smtpd_recipient_overshoot_limit": "5000", "smtputf8_enable": "yes",
            "smtpd_tls_security_level": "may", "smtpd_tls_cert_file": str(self.certificate),
            "smtpd_tls_key_file": str(self.folder / "key.pem"),
            "minimal_backoff_time": "3600s", "queue_run_delay": "3600s",
            "smtpd_milters": milter, "non_smtpd_milters": local_milter,
        }
        if relay:
            port, user, password = relay
            (self.etc / "sasl_passwd").write_text(f"[127.0.0.1]:{port} {user}:{password}\n")
            (self.etc / "sasl_passwd").chmod(0o600)
            main |= {"relayhost": f"[127.0.0.1]:{port}", "smtp_sasl_auth_enable": "yes",
                     "smtp_sasl_security_options": "noanonymous",
                     "smtp_sasl_password_maps": f"texthash:{self.etc}/sasl_passwd",
                     "smtp_tls_security_level": "encrypt", "smtp_tls_note_starttls_offer": "yes"}
        else:
            main |= {"default_transport": "discard:", "relay_transport": "discard:"}
        if sasl:
            main |= {"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "cyrus", "smtpd_sasl_path": "smtpd",
                     "smtpd_sasl_local_domain": "relay.test", "cyrus_sasl_config_path": str(self.etc / "sasl")}
        return main | extra

    def start(self, milter: str = "", relay: tuple[int, str, str] | None = None, local_milter: str = "",
              sasl_users: dict[str, str] | None = None, extra: dict[str, str] | None = None,
              doors: tuple[dict[str, str], ...] = ()) -> "Postfix":
        """
        `milter`: the value of smtpd_milters; `relay`: port, user and password of the endpoint. `sasl_users`: names and
        passwords of clients that may log in by PLAIN or LOGIN, with TLS or without; the login is NAME@relay.test.
        `doors`: settings of further smtpd services, each on a port of its own.
        """
        self.port, *self.doors = free_ports(1 + len(doors))
        for name in ("etc/sasl", "spool", "lib"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # Postfix's own user must be able to reach its queue.
        for part in (self.folder, *self.folder.parents):
            if part.stat().st_mode & 0o001 == 0:
                raise PermissionError(f"{part} is not searchable by others, so Postfix cannot work below it")
        shutil.chown(self.folder / "lib", "postfix")
        for name in ("dynamicmaps.cf", "dynamicmaps.cf.d"):
            source = pathlib.Path("/etc/postfix") / name
            if source.is_dir():
                shutil.copytree(source, self.etc / name, dirs_exist_ok=True)
            elif source.exists():
                shutil.copy(source, self.etc / name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-keyout", str(self.folder / "key.pem"),
                        "-out", str(self.certificate), "-subj", "/CN=relay.test",
                        "-addext", "subjectAltName=DNS:relay.test,IP:127.0.0.1"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        main = self.settings(milter, relay, local_milter, bool(sasl_users), extra or {})
        (self.etc / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in main.items()))
        (self.etc / "master.cf").write_text(MASTER.format(port=f"127.0.0.1:{self.port}") +
                                            (f"[::1]:{self.port} inet n - n - - smtpd\n" if has_ipv6() else "") +
                                            "".join(map(door, self.doors, doors)))
        if sasl_users:
            self.make_users(sasl_users)
        for file in self.etc.glob("*"):
            # Postfix reads a file again and again while it is a second or two young, for somebody might still be writing it.
            os.utime(file, (0, 0))
        self.command("start")
        self.wait()
        return self

    def make_users(self, users: dict[str, str]) -> None:
        database = self.etc / "sasl" / "sasldb2"
        # Debian's Postfix looks for smtpd.conf below its configuration directory.
        (self.etc / "sasl" / "smtpd.conf").write_text(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
            f"sasldb_path: {database}\n")
        for user, password in users.items():
            subprocess.run(["saslpasswd2", "-p", "-c", "-f", str(database), "-u", "relay.test", user],
                           input=password.encode(), check=True)
        shutil.chown(database, group="postfix")
        database.chmod(0o640)

    def wait(self) -> None:
        """Until smtpd answers: the port is Postfix's sign of being ready."""
        end = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as probe:
                    if probe.recv(3) in (b"220", b"421", b"554"):
                        return
            except OSError:
                pass
            if time.monotonic() > end:
                raise TimeoutError("smtpd does not answer:\n" + self.log_text())
            time.sleep(0.05)

    def command(self, verb: str) -> None:
        run = subprocess.run(["postfix", "-c", str(self.etc), verb], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(f"postfix {verb}: {run.stdout}{run.stderr}{self.log_text()}")

    def log_text(self) -> str:
        return self.log.read_text(errors="backslashreplace") if self.log.exists() else ""

    def sendmail(self, sender: str, recipients: list[str], message: str) -> None:
        """Local submission, by this instance's sendmail(1)."""
        subprocess.run(["sendmail", "-C", str(self.etc), "-f", sender, "--", *recipients], input=message.encode(), check=True)

    def queue(self) -> str:
        return subprocess.run(["postqueue", "-c", str(self.etc), "-j"], capture_output=True, text=True, check=True).stdout

    def stop(self) -> None:
        subprocess.run(["postfix", "-c", str(self.etc), "stop"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)


def has_ipv6() -> bool:
    return os.path.exists("/proc/net/if_inet6") and "00000000000000000000000000000001" in pathlib.Path("/proc/net/if_inet6").read_text()


def main() -> int:
    parser = argparse.ArgumentParser(description="a private Postfix on loopback")
    parser.add_argument("command", choices=("start", "stop"))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--milter", default="")
    parser.add_argument("--relay-port", type=int)
    parser.add_argument("--relay-user", default="")
    parser.add_argument("--relay-password", default="")
    options = parser.parse_args()
    instance = Postfix(options.folder)
    if options.command == "stop":
        instance.stop()
        return 0
    relay = (options.relay_port, options.relay_user, options.relay_password) if options.relay_port else None
    print(instance.start(milter=options.milter, relay=relay).port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
