# SPDX-License-Identifier: BSD-2-Clause
"""An operator's afternoon on a booted machine: install, a wrong edit, a crash, an upgrade, and away with it.

All that is typed and seen is kept in BUILD_DIR/afternoon.md; `sh tests/pack/afternoon` puts it into contrib.
"""
import pathlib
import re
import textwrap
import time

import pytest
from lib.daemon import BUILD
from machine import LIMIT

ROOT = pathlib.Path(__file__).resolve().parents[2]
POLICY = "/etc/ses-policy-milter/policies.d/sender.json"
SERVICE = "ses-policy-milter"

# Says the lines given to the SMTP server of the machine, and shows the dialogue.
TALK = """\
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60) as one, one.makefile("rw", newline="\\r\\n") as file:
    for line in (None, "EHLO app.example", *sys.argv[2:], "QUIT"):
        if line:
            print("> " + line.replace("\\n", "\\n> "))
            file.write(line.replace("\\n", "\\r\\n") + "\\r\\n")
            file.flush()
        while True:
            reply = file.readline().rstrip()
            if line != "EHLO app.example" or reply[3:4] != "-":
                print(reply)
            if reply[3:4] != "-":
                break
"""


class Operator:
    """Types, looks, and keeps what he saw."""

    def __init__(self, machine):
        self.machine = machine
        self.pages = []
        self.mails = 0
        machine.path("/usr/bin/say").write_text("#!/usr/bin/python3\n" + TALK)
        machine.path("/usr/bin/say").chmod(0o755)

    def tell(self, text):
        self.pages.append(textwrap.dedent(text).strip() + "\n")

    def show(self, command, output):
        lines = [f"# {command}", *output.rstrip("\n").splitlines()]
        self.pages.append("\n".join(f"    {line}".rstrip() for line in lines) + "\n")

    def type(self, command, status=0):
        done = self.machine.shell(command, check=False)
        self.show(command, done.stdout)
        assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}\n{self.journal()}"
        return done.stdout

    def quietly(self, command, **options):
        return self.machine.shell(command, **options).stdout

    def journal(self, unit=SERVICE):
        return self.quietly(f"journalctl --no-pager -o cat -u {unit}")

    def say(self, *lines, port=25, shown=True):
        arguments = " ".join("'%s'" % line for line in lines)
        output = self.machine.run("say", str(port), *lines).stdout
        if shown:
            self.show(f"say {port} {arguments}".replace("\n", "\\n"), output)
        return output

    def mail(self, sender, shown=True):
        """A whole message to the mailbox of this machine; it must arrive there."""
        output = self.say(f"MAIL FROM:<{sender}>", "RCPT TO:<ann@relay.test>", "DATA", f"Subject: {self.mails + 1}\n\nHello.\n.", shown=shown)
        assert re.search(r"^250 2\.0\.0 Ok: queued as", output, re.M), output
        self.mails += 1
        self.until(lambda: self.quietly("cat /var/mail/ann 2>/dev/null || :").count("\nSubject: ") == self.mails, "the mail in the mailbox")

    def refused(self, sender, shown=True):
        """The id of a refusal at MAIL."""
        output = self.say(f"MAIL FROM:<{sender}>", shown=shown)
        (found,) = re.findall(rf"^550 5\.7\.1 Access denied for {re.escape(sender)}: .* id=(\w+)$", output, re.M)
        return found

    def until(self, condition, what, seconds=LIMIT):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what}: not within {seconds} seconds\n{self.journal()}"
            time.sleep(0.05)

    def property(self, name):
        return self.quietly(f"systemctl show --value -p {name} {SERVICE}").strip()

    def until_serving(self):
        self.until(lambda: self.property("ActiveState") == "active" and
                   "listening at" in self.journal_of_run(), "the service")

    def journal_of_run(self):
        return self.quietly(f"journalctl --no-pager -o cat _SYSTEMD_INVOCATION_ID={self.property('InvocationID')}")


def of_postfix_page(pattern):
    """A piece of contrib/postfix/README.md, as it stands there."""
    (piece,) = re.findall(pattern, (ROOT / "contrib/postfix/README.md").read_text(), re.M | re.S)
    return textwrap.dedent(piece) + "\n"


def installation(op, install, deb):
    op.tell("""
        # An afternoon with ses-policy-milter

        This is what an operator types and sees on a Debian 12 with its own Postfix, whose smtpd runs in a chroot. `tests/pack/test_afternoon.py` types all of
        it in every test run, and wrote this page. `say PORT LINE...` speaks SMTP: lines with `>` are from the client, the others from the server.

        ## Install
        """)
    shown = install(deb)
    op.show("apt install ./ses-policy-milter_0.1.0-1_amd64.deb",
            "...\n" + "\n".join(line for line in shown.splitlines() if re.match("Setting up ses|Creating|Created.*ses-policy", line)))
    op.tell("There are no policies yet, so the service does not start. The status says so:")
    said = op.type(f"systemctl status {SERVICE} --no-pager --lines=0", status=3)
    assert "/etc/ses-policy-milter/{*/*,[!m]*}.json was not met" in said and op.property("Result") == "success"


def first_policy(op):
    op.tell("Add a policy. It refuses every sender in example.net except `no-reply`:")
    op.type(f"cp /usr/share/doc/ses-policy-milter/examples/sender.json {POLICY}")
    assert op.type("ses-policy-milter --check").startswith("ok: 1 file, 1 policy, 1 statement")
    op.type(f"systemctl start {SERVICE}")
    op.until_serving()
    op.show(f"journalctl -o cat -u {SERVICE}", op.journal_of_run())
    op.tell("""
        Configure Postfix. The daemon has printed the line. If other milters are set (`postconf smtpd_milters`), add this one to their list
        instead, because `-e` replaces the list. The second setting refuses headers with a NUL byte: a filter sees only the part before it.
        """)
    (line,) = re.findall(r"^for main\.cf: (.+)$", op.journal(), re.M)
    op.type(f"postconf -e '{line}'")
    op.type("postconf -e 'message_reject_characters = \\0'")
    op.type("postfix reload 2>&1")
    assert op.quietly("postconf -Fh smtp/inet/chroot").strip() == "y"
    op.refused("other@example.net")
    op.mail("no-reply@example.net")


def as_documented(op):
    """The lines of contrib/postfix/README.md, for all ports, for one port, and for sendmail(1)."""
    op.machine.path("/root/main.cf").write_text(of_postfix_page(r"^(    smtpd_milters = \{[^}]*\})$"))
    op.quietly("postconf -X smtpd_milters && cat /root/main.cf >>/etc/postfix/main.cf && postfix reload")
    op.refused("other@example.net", shown=False)
    op.mail("no-reply@example.net", shown=False)

    main = op.machine.path("/etc/postfix/main.cf")
    master = op.machine.path("/etc/postfix/master.cf")
    before = main.read_text(), master.read_text()
    op.quietly("postconf -X smtpd_milters")
    master.write_text(before[1] + of_postfix_page(r"^(    submission inet .*?)\n\n"))
    op.quietly("postfix reload")
    op.mail("other@example.net", shown=False)
    refused = op.say("MAIL FROM:<other@example.net>", port=587, shown=False)
    assert "550 5.7.1 Access denied for other@example.net" in refused, refused
    main.write_text(before[0] + of_postfix_page(r"^(    non_smtpd_milters = .*?)\n"))
    master.write_text(before[1])
    op.quietly("postfix reload && printf 'Subject: x\\n\\nx\\n' | sendmail -f other@example.net ann@relay.test")
    op.until(lambda: "milter-reject: MAIL from localhost[127.0.0.1]: 5.7.1 Access denied for other@example.net" in
             op.quietly("journalctl --no-pager -o cat -t postfix/cleanup"), "the refusal of local mail")


def wrong_edit(op):
    op.tell("""
        ## A wrong edit

        The name of an operator has a typing mistake. `systemctl reload` fails, the log names the place, and mail is answered as before:
        """)
    op.type(f"sed -i 's/StringNotLike/StringUnlike/' {POLICY}")
    began = time.monotonic()
    op.type(f"systemctl reload {SERVICE} 2>&1", status=1)
    assert time.monotonic() - began < 60
    # The daemon and the check say it, each in its time.
    op.until(lambda: "reload: refused, generation 1 stays in force" in op.journal(), "the refused reload")
    said = op.type(f"journalctl -o cat -u {SERVICE} --no-pager | grep StringUnlike")
    for begin in ("reload: refused, generation 1 stays in force: ", "ses-policy-milter: "):
        assert re.search("^" + begin + re.escape(POLICY) + r":\d+:\d+: .*StringUnlike: no such condition operator", said, re.M)
    assert op.property("ActiveState") == "active"
    assert "generation 2" not in op.journal()
    op.refused("other@example.net")
    op.mail("no-reply@example.net", shown=False)
    op.tell("The status says it, too:")
    said = op.type(f"systemctl show -p StatusText {SERVICE}")
    assert re.search(r"^StatusText=generation 1, .*; last reload \S+Z refused: " + re.escape(POLICY), said)


def right_edit(op):
    op.tell("## Correct the mistake, and allow another sender")
    op.type(f"sed -i 's/StringUnlike/StringNotLike/; s/\"no-reply@example.net\"/[\"no-reply@example.net\", \"other@example.net\"]/' {POLICY}")
    op.type(f"systemctl reload {SERVICE}")
    op.until(lambda: "reload: generation 2 in force" in op.journal(), "the reload")
    op.type(f"journalctl -o cat -u {SERVICE} | grep 'reload: generation'")
    # The unit lets the thread that loads step back behind the others.
    assert op.quietly(f"awk '$19 == 19' /proc/$(systemctl show --value -p MainPID {SERVICE})/task/*/stat | wc -l").strip() == "1"
    op.mail("other@example.net")


def the_record(op):
    op.tell("## Find a refusal in the log\n\nAn application is refused, and logs the reply:")
    found = op.refused("sales@example.net")
    op.tell("Search for the id in the reply:")
    lines = op.type(f"journalctl -o cat --no-pager -t {SERVICE} | grep {found}").splitlines()
    assert len(lines) == 1
    for part in ("stage=MAIL", "decision=explicitDeny", "client=127.0.0.1", "sender=sales@example.net", "policy=sender", "generation=2"):
        assert f" {part} " in lines[0]
    # The unit lets it send fields.
    assert op.quietly(f"journalctl -o cat --no-pager SES_POLICY_ID={found} SES_POLICY_SENDER=sales@example.net").splitlines() == lines


def shadow(op):
    op.tell("""
        ## Try a new policy before it is in force

        A stricter policy is to be tried on real mail first. Make it a shadow policy, and write records:
        """)
    settings = "/etc/ses-policy-milter/milter.json"
    op.type("mkdir /etc/ses-policy-milter/shadow.d")
    op.type("cp /usr/share/doc/ses-policy-milter/examples/sender.json /etc/ses-policy-milter/shadow.d/strict.json")
    op.type(f"""sed -i 's|"policies"|"shadow": ["/etc/ses-policy-milter/shadow.d"],\\n  "records": "/var/log/{SERVICE}/decisions.jsonl",\\n  &|' {settings}""")
    op.type(f"systemctl reload {SERVICE}")
    op.until(lambda: "reload: generation 3 in force" in op.journal(), "the reload")
    op.tell("The mail is delivered. The journal says what the new policy would have refused. `ses-policy replay` reads the same from the file of records:")
    op.mail("other@example.net", shown=False)
    op.until(lambda: "would=would-reject" in op.journal(), "the record")
    (line,) = op.type(f"journalctl -o cat --no-pager -t {SERVICE} | grep would-reject").splitlines()
    for part in ("stage=MAIL", "sender=other@example.net", "policy=strict", "mode=shadow"):
        assert f" {part} " in line
    records = f"/var/log/{SERVICE}/decisions.jsonl"
    op.until(lambda: op.quietly(f"cat {records}").count("\n") >= 2, "the records")
    said = op.type(f"ses-policy replay --policy /etc/ses-policy-milter/shadow.d {records}", status=1)
    assert "newly refused" in said.lower()
    op.tell("This is what was wanted. Put the new policy in force:")
    op.type("mv /etc/ses-policy-milter/shadow.d/strict.json /etc/ses-policy-milter/policies.d/")
    op.type(f"sed -i '/\"shadow\"/d' {settings}")
    op.type(f"systemctl reload {SERVICE}")
    op.until(lambda: "reload: generation 4 in force" in op.journal(), "the reload")
    op.refused("other@example.net")
    op.tell("For the rest of this page, remove it again:")
    op.type(f"rm /etc/ses-policy-milter/policies.d/strict.json && systemctl reload {SERVICE}")
    op.until(lambda: "reload: generation 5 in force" in op.journal(), "the reload")


def crash(op):
    op.tell("## A crash\n\nsystemd starts the daemon again. Until then Postfix tells clients to try again:")
    before = op.property("MainPID")
    op.type(f"systemctl kill --kill-who=main --signal=KILL {SERVICE}")
    while_away = op.say("MAIL FROM:<no-reply@example.net>", shown=False)
    assert re.search(r"^(451 4\.7\.1|250 2\.1\.0)", while_away, re.M)
    op.until(lambda: op.property("MainPID") not in ("0", before), "the restart")
    op.until_serving()
    op.type(f"systemctl show -p NRestarts -p SubState {SERVICE}")
    assert op.property("NRestarts") == "1"
    op.refused("sales@example.net", shown=False)
    op.mail("no-reply@example.net", shown=False)


def sandbox(op):
    """What the unit promises is in force for the process that serves."""
    pid = op.property("MainPID")
    status = dict(re.findall(r"^(\w+):\s+(.*)$", op.quietly(f"cat /proc/{pid}/status"), re.M))
    assert status["Seccomp"] == "2" and status["NoNewPrivs"] == "1"
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb", "CapInh")} == {"0" * 16}
    assert "0" not in status["Uid"].split() + status["Gid"].split()
    assert op.quietly(f"nsenter -t {pid} -m -r sh -c 'touch /etc/x /var/x /root/x /home/x 2>&1; ls /run/{SERVICE}/'",
                      check=False).count("Read-only file system") >= 3
    seen = op.quietly(f"stat -Lc '%A %U:%G' /run/{SERVICE}/milter.sock /run/{SERVICE} /var/log/{SERVICE}").splitlines()
    assert seen == ["srw-rw---- ses-policy-milter:postfix", "drwxr-s--- ses-policy-milter:postfix",
                    "drwxr-x--- ses-policy-milter:ses-policy-milter"]


def reboot(op):
    """The socket is there before Postfix takes mail."""
    op.machine.stop()
    op.machine.boot()
    op.until_serving()
    def moment(which, unit):
        return int(op.quietly(f"systemctl show --value -p {which}TimestampMonotonic {unit}"))
    # On Debian 12 Postfix runs as an instance, on Debian 13 it has one unit: what has not started says 0.
    postfix = [moment("InactiveExit", unit) for unit in ("postfix", "postfix@-")]
    assert any(postfix) and 0 < moment("ActiveEnter", SERVICE) <= min(when for when in postfix if when)
    op.refused("sales@example.net", shown=False)


def stop_and_start(op):
    op.tell("## Stopped\n\nWhile the filter is stopped, no mail is accepted, because of `default_action=tempfail`:")
    began = time.monotonic()
    op.type(f"systemctl stop {SERVICE}")
    # systemd kills what takes 15 seconds.
    assert time.monotonic() - began < 15
    assert "451 4.7.1 Service unavailable" in op.say("MAIL FROM:<no-reply@example.net>")
    # Neither does it start with a policy that it does not understand.
    op.quietly(f"sed -i 's/StringNotLike/StringUnlike/' {POLICY}")
    assert op.machine.shell(f"systemctl start {SERVICE}", check=False).returncode == 1
    assert "451 4.7.1 Service unavailable" in op.say("MAIL FROM:<no-reply@example.net>", shown=False)
    op.quietly(f"sed -i 's/StringUnlike/StringNotLike/' {POLICY}; systemctl reset-failed {SERVICE}; systemctl start {SERVICE}")
    op.until_serving()


def upgrade(op, install, newer_deb):
    op.tell("## Upgrade\n\nThe settings were edited. The upgrade keeps them, and restarts the daemon:")
    settings = "/etc/ses-policy-milter/milter.json"
    op.type(f"sed -i 's/\"policies\"/\"null_sender\": \"reject\",\\n  &/' {settings}")
    before = op.property("MainPID")
    edited = op.machine.path(settings).read_text()
    name = "ses-policy-milter_0.1.0-1.1_amd64.deb"
    said = install(newer_deb).replace(newer_deb.name, name)
    op.show(f"apt install ./{name}", "...\n" + "\n".join(line for line in said.splitlines() if re.match("Preparing|Unpacking|Setting up", line)))
    assert op.machine.path(settings).read_text() == edited
    op.until_serving()
    assert op.property("MainPID") not in ("0", before)
    op.refused("sales@example.net", shown=False)
    said = op.say("MAIL FROM:<>")
    assert re.search(r"^5\d\d ", said, re.M)
    op.mail("other@example.net", shown=False)


def purge(op):
    op.tell("## Remove it\n\nBefore you purge the package, remove the filter from Postfix. Otherwise Postfix tells all clients to try "
            "again. `-X` removes all milters: if others are set, take only this one out of their list. Purging deletes the settings and **all "
            "records in `/var/log/ses-policy-milter`**. Copy them first if you need them; `apt remove` keeps both. Policies stay, also shadow "
            "policies.")
    op.type("postconf -X smtpd_milters non_smtpd_milters && postfix reload 2>&1")
    op.type(f"apt purge -y {SERVICE} 2>/dev/null | grep {SERVICE}")
    op.type("ls /etc/ses-policy-milter /etc/ses-policy-milter/policies.d")
    assert op.machine.shell(f"systemctl is-active {SERVICE}", check=False).returncode != 0
    assert op.machine.shell("pidof ses-policy-milter", check=False).returncode != 0
    for gone in ("/etc/ses-policy-milter/milter.json", f"/var/log/{SERVICE}", f"/run/{SERVICE}", f"/var/spool/postfix/run/{SERVICE}"):
        assert op.machine.shell(f"ls -d {gone}", check=False).returncode != 0, gone
    op.mail("sales@example.net", shown=False)


@pytest.fixture
def op(machine):
    machine.boot()
    machine.shell("useradd ann && postconf -e 'mydestination=relay.test, localhost' inet_protocols=ipv4 && postfix reload")
    return Operator(machine)


def test_afternoon(op, install, deb, newer_deb):
    installation(op, install, deb)
    first_policy(op)
    as_documented(op)
    wrong_edit(op)
    right_edit(op)
    the_record(op)
    shadow(op)
    crash(op)
    sandbox(op)
    reboot(op)
    stop_and_start(op)
    upgrade(op, install, newer_deb)
    purge(op)
    (BUILD / "afternoon.md").write_text("\n".join(op.pages))
