# SPDX-License-Identifier: BSD-2-Clause
"""The show of contrib/quickstart: start everything, send a dozen messages, print what became of each."""
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from lib import fake_ses  # noqa: E402
from lib.daemon import Daemon  # noqa: E402
from lib.postfix import Postfix  # noqa: E402
from lib.smtp import Sent, Smtp  # noqa: E402

STATE = pathlib.Path("/run/ses-policy-quickstart.json")
EXAMPLES = ROOT / "contrib" / "examples"
INSIDE, OUTSIDE, IPV6 = "172.31.5.6", "203.0.113.9", "2001:db8::9"
GOOD, BAD = "no-reply@example.net", "other@example.net"
ANN, BOB, EVE = "ann@example.org", "bob@example.org", "eve@evil.test"


@dataclasses.dataclass
class Row:
    """One message, and what must become of it."""
    what: str
    client: str
    sender: str
    recipients: list[str]
    stage: str                 # where it is refused; "" if it is taken, "full" if a limit is used up
    relayed: list[str]         # what must arrive at SES
    sid: str = ""              # the statement that must have decided
    same_session: bool = False  # in the session of the row before
    header: str = ""           # the From header, if it is not the sender


ROWS = [
    Row("all as it should be", INSIDE, GOOD, [ANN], "", [ANN]),
    Row("two good recipients", INSIDE, GOOD, [ANN, BOB], "", [ANN, BOB]),
    Row("wrong sender", INSIDE, BAD, [ANN], "MAIL", [], "stmt1721805312724"),
    Row("wrong sender, quoted", INSIDE, '"other"@example.net', [ANN], "MAIL", [], "stmt1721805312724"),
    Row("forged From header", INSIDE, GOOD, [ANN], "EOM", [], "stmt1721805312724", header=f"Boss <{BAD}>"),
    Row("wrong network", OUTSIDE, GOOD, [ANN], "MAIL", [], "stmt1721803415601"),
    Row("wrong network, IPv6", IPV6, GOOD, [ANN], "MAIL", [], "stmt1721803415601"),
    Row("wrong network and sender", OUTSIDE, BAD, [EVE], "MAIL", []),
    Row("all recipients outside", INSIDE, GOOD, [EVE], "DATA", [], "stmt1721805435092"),
    Row("one inside, one outside", INSIDE, GOOD, [ANN, EVE], "", [ANN, EVE]),
    Row("first of two in a session", INSIDE, GOOD, [BOB], "", [BOB]),
    Row("second, forbidden", INSIDE, BAD, [BOB], "MAIL", [], "stmt1721805312724", same_session=True),
    Row("third, good again", INSIDE, GOOD, [ANN], "", [ANN], same_session=True),
]
EDITED = [
    Row("one inside, one outside", INSIDE, GOOD, [ANN, EVE], "RCPT", [ANN], "EveryRecipientInside"),
    Row("all recipients outside", INSIDE, GOOD, [EVE], "RCPT", [], "EveryRecipientInside"),
    Row("all recipients inside", INSIDE, GOOD, [ANN, BOB], "", [ANN, BOB]),
]


# A burst of messages from one sender that may have four recipients in 24 hours; "*@" gives each sender a counter of its own.
QUOTAS = {"senders": [{"sender": "*@example.net", "per_day": 4}]}
BURST = [
    Row("two recipients", INSIDE, GOOD, [ANN, BOB], "", [ANN, BOB]),
    Row("two more", INSIDE, GOOD, [ANN, BOB], "", [ANN, BOB]),
    Row("and one more", INSIDE, GOOD, [ANN], "full", []),
]


class Show:
    """Everything that runs, below one folder."""

    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ses-policy-quickstart."))
        self.folder.chmod(0o755)
        self.ses = self.folder / "ses"
        self.relayed = 0
        self.endpoint: subprocess.Popen[bytes] | None = None
        self.daemon = Daemon(self.folder)
        self.postfix = Postfix(self.folder / "postfix")

    def start(self) -> None:
        for name in ("sender", "recipients", "network"):
            self.daemon.write_policy(name, (EXAMPLES / f"{name}.json").read_text())
        self.endpoint = subprocess.Popen([sys.executable, str(ROOT / "tests" / "lib" / "fake_ses.py"), "--dir", str(self.ses)],
                                         stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda: (self.ses / "port").exists(), "the endpoint")
        port = int((self.ses / "port").read_text())
        self.daemon.start()
        self.postfix.start(milter="{ %s, default_action=tempfail }" % self.daemon.socket,
                           relay=(port, fake_ses.USER, fake_ses.PASSWORD))

    def stop(self) -> None:
        """Each is ended, whatever becomes of the others: the last one named here first."""
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            if self.endpoint:
                stack.callback(self.endpoint.wait)
                stack.callback(self.endpoint.terminate)
            if self.daemon.process:
                stack.callback(self.daemon.stop)
            if self.postfix.port:
                stack.callback(self.postfix.stop)

    def arrived(self, expected: int) -> list[str]:
        """The recipients that SES has been given since the last call."""
        path = self.ses / "accepted.jsonl"

        def lines() -> list[str]:
            return path.read_text().splitlines() if path.exists() else []

        if expected:
            wait_for(lambda: len(lines()) > self.relayed, "the message at the endpoint")
        new = [json.loads(line) for line in lines()[self.relayed:]]
        self.relayed += len(new)
        return [recipient for message in new for recipient in message["rcpt_to"]]

    def rows(self, rows: list[Row]) -> bool:
        good, session = True, None
        print(f"  {'message':<27}{'client':<14}{'from':<22}{'to':<18}{'refused at':<11}{'SES got':<9}decided by")
        for row in rows:
            if not row.same_session:
                if session:
                    session.close()
                session = Smtp(self.postfix.port, address=row.client)
            sent = session.message(row.sender, row.recipients, row.header or None)
            good &= self.judge(row, sent)
        session.close()
        return good

    def judge(self, row: Row, sent: Sent) -> bool:
        refusals = list(sent.refused.values()) + ([sent.reply] if sent.stage in ("MAIL", "DATA", "EOM") else [])
        stage = where = sent.stage or ("RCPT" if sent.refused else "")
        # By a limit that is used up: told as early as something is told anyway.
        if where and all(reply.code == 454 for reply in refusals):
            stage = "full"
        relayed = self.arrived(len(row.relayed))
        rules = {match.groups() for reply in refusals if (match := re.search(r"policy (\S+), statement (\w+)", reply.text))}
        right = (stage == row.stage and sorted(relayed) == sorted(row.relayed)
                 and all(reply.code == (454 if stage == "full" else 550) for reply in refusals) and (not row.sid or {sid for _, sid in rules} == {row.sid}))
        print(f"{'  ' if right else '! '}{row.what:<27}{row.client:<14}{row.sender:<22}"
              f"{' '.join(address.split('@')[0] for address in row.recipients):<18}{where or '-':<11}"
              f"{' '.join(address.split('@')[0] for address in relayed) or '-':<9}{', '.join(' '.join(rule) for rule in rules) or ('quota' if stage == 'full' else '-')}")
        if not right:
            print(f"    expected: refused at {row.stage or '-'}, SES gets {row.relayed}, {row.sid}; got: {sent}")
        elif row in (ROWS[2], BURST[-1]):
            self.example = sent.reply.text
        return right


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited 30 s for {what}")
        time.sleep(0.02)


def keep(show: Show) -> None:
    STATE.write_text(json.dumps({"folder": str(show.folder), "daemon": show.daemon.process.pid, "endpoint": show.endpoint.pid}))
    print(f"""
Left running. Talk to it:
    swaks --server 127.0.0.1:{show.postfix.port} --xclient-addr {INSIDE} --from {BAD} --to {ANN}
Policies: {show.daemon.policies}; after an edit: kill -HUP {show.daemon.process.pid}
Logs: {show.daemon.log_file}, {show.postfix.log}; what SES got: {show.ses}/accepted.jsonl
End it: sudo sh contrib/quickstart --stop""")


def end_process(number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGTERM)


def stop_kept() -> int:
    if not STATE.exists():
        print("quickstart: nothing was left running", file=sys.stderr)
        return 2
    state = json.loads(STATE.read_text())
    with contextlib.ExitStack() as stack:
        stack.callback(STATE.unlink)
        stack.callback(shutil.rmtree, state["folder"], ignore_errors=True)
        for name in ("endpoint", "daemon"):
            stack.callback(end_process, state[name])
        stack.callback(Postfix(pathlib.Path(state["folder"]) / "postfix").stop)
    print("Stopped.")
    return 0


def run(show: Show) -> bool:
    show.start()
    print("\nThree policies (contrib/examples): sender.json, recipients.json, network.json\n")
    good = show.rows(ROWS)
    print(f"\n  What a refused client reads:\n    {show.example if good else ''}")
    print("\nrecipients.json lets outsiders in beside one insider. Edit it (recipients-safe.json), send SIGHUP:")
    show.daemon.write_policy("recipients", (EXAMPLES / "recipients-safe.json").read_text())
    print("    " + show.daemon.reload() + "\n")
    good &= show.rows(EDITED)
    print("\nAn application runs wild. Each sender gets four recipients in 24 hours (\"quotas\" in milter.json), send SIGHUP:")
    show.daemon.settings["quotas"] = QUOTAS | {"store": str(show.daemon.run / "quota.db")}
    show.daemon.write_settings()
    print("    " + show.daemon.reload() + "\n")
    good &= show.rows(BURST)
    print(f"\n  What the client reads:\n    {show.example if good else ''}")
    return good


def main() -> int:
    if "--stop" in sys.argv:
        return stop_kept()
    if STATE.exists():
        print("quickstart: one is running already; end it: sudo sh contrib/quickstart --stop", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    show = Show()
    kept = False
    try:
        good = run(show)
        kept = good and "--keep" in sys.argv
    finally:
        if not kept:
            show.stop()
    if kept:
        keep(show)
    print("\nAll as it must be." if good else "\nSomething is not as it must be: see the rows marked !")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
