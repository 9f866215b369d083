# SPDX-License-Identifier: BSD-2-Clause
"""Ways in and ways out: real client addresses, TCP to the daemon, local submission, and content that arrives as it was sent."""
import json
import re
import time

import pytest

from conftest import example
from lib.postfix import free_port
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
CLIENT = "172.31.5.6"


def test_real_addresses(start, relay):
    """The address that Postfix itself sees, not one told by XCLIENT."""
    daemon = start(network=example("network").replace('"172.31.0.0/16"', json.dumps(["127.0.5.0/24", "::1"])))
    postfix = relay(daemon)
    for host, bind, refused in (("127.0.0.1", "127.0.5.7", False), ("127.0.0.1", "127.0.6.7", True), ("::1", "::1", False)):
        with Smtp(postfix.port, host=host, bind=bind) as session:
            assert session.say(f"MAIL FROM:<{GOOD}>").code == (550 if refused else 250), bind


def test_over_tcp(start, relay, endpoint):
    postfix = relay(start(socket_spec=f"inet:{free_port()}@127.0.0.1", sender=example("sender")))
    with Smtp(postfix.port, address=CLIENT) as session:
        assert session.message(BAD, [INSIDE]).stage == "MAIL"
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(1)) == 1


BODIES = [
    b".\r\n..\r\n.hidden\r\n", b"\xff\xfe\x00 not text\r\n".replace(b"\x00", b""), b"x" * 990 + b"\r\n", b"",
    b"From: somebody@else.test\r\n\r\nDATA\r\nRSET\r\n", b"hello, world\r\n" * 100_000,
]


@pytest.mark.parametrize("with_filter", [True, False])
def test_content_arrives_as_sent(start, relay, endpoint, with_filter):
    """With the filter as without it; dots are doubled on the way and undone again."""
    postfix = relay(start(sender=example("sender"), network=example("network")) if with_filter else None)
    with Smtp(postfix.port, address=CLIENT) as session:
        for body in BODIES:
            session.say(f"MAIL FROM:<{GOOD}>")
            session.say(f"RCPT TO:<{INSIDE}>")
            session.say("DATA")
            stuffed = re.sub(rb"^\.", b"..", body, flags=re.M)
            session.socket.sendall(f"From: {GOOD}\r\nX-Folded: one\r\n\ttwo\r\n\r\n".encode() + stuffed)
            assert session.say(".").ok
    received = sorted(message["data"].encode("utf-8", "surrogateescape").partition(b"\r\n\r\n") for message in endpoint.wait(len(BODIES)))
    assert [body for _, _, body in sorted(received, key=lambda parts: parts[2])] == sorted(BODIES)
    for head, _, _ in received:
        assert f"From: {GOOD}\r\nX-Folded: one\r\n\ttwo".encode() in head


# sender, recipients, whether it is relayed; what is not is bounced at once, for there is no client to tell
SUBMISSIONS = [(GOOD, [INSIDE], True), (BAD, [INSIDE], False), (GOOD, [OUTSIDE], False), (GOOD, [OUTSIDE, INSIDE], False)]


def test_local_submission(start, relay, endpoint):
    daemon = start(sender=example("sender"), recipients=example("recipients-safe"))
    postfix = relay(daemon, local_milter=daemon.postfix_name())
    for number, (sender, recipients, _) in enumerate(SUBMISSIONS):
        postfix.sendmail(sender, recipients, f"From: {sender}\nSubject: submission {number}\n\nhello\n")
    maildrop = postfix.folder / "spool" / "maildrop"
    end = time.monotonic() + 600
    # One bounce a recipient. pickup empties maildrop only behind that.
    while len(re.findall(r"status=bounced \(Access denied", postfix.log_text())) < 4 or list(maildrop.iterdir()):
        assert time.monotonic() < end, postfix.log_text()
        time.sleep(0.05)
    endpoint.wait(1)
    subjects = [number for number in range(len(SUBMISSIONS))
                if any(f"Subject: submission {number}\r\n" in message["data"].partition("\r\n\r\n")[0] for message in endpoint.accepted)]
    assert subjects == [number for number, row in enumerate(SUBMISSIONS) if row[2]]
    # Postfix cannot take a refusal of one recipient here: it would try again for ever.
    while (refused := daemon.log().count(" decision=explicitDeny ")) < 3:
        assert time.monotonic() < end, daemon.log()
        time.sleep(0.05)
    assert refused == 3 and "stage=RCPT" not in daemon.log()
    assert "configuration error" not in postfix.log_text()
