# SPDX-License-Identifier: BSD-2-Clause
"""Extensions of SMTP that change the order of things, or the letters: PIPELINING, CHUNKING (BDAT), SMTPUTF8."""
import json

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
CONTENT = f"From: {GOOD}\r\nSubject: test\r\n\r\n"


def ask(session: Smtp, *lines: str) -> list[int]:
    """Send all at once; the codes of the replies."""
    session.socket.sendall("".join(line + "\r\n" for line in lines).encode())
    return [session.hear().code for _ in lines]


def test_pipelined_messages(start, relay, endpoint):
    """A refusal of one command does not move the replies of the others, nor the messages that follow."""
    postfix = relay(start(sender=example("sender"), recipients=example("recipients-safe")))
    with Smtp(postfix.port) as session:
        for number in range(3):
            assert ask(session, f"MAIL FROM:<{BAD}>", f"RCPT TO:<{INSIDE}>", "DATA") == [550, 503, 503]
            assert ask(session, f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{OUTSIDE}>", "DATA") == [250, 550, 554]
            assert ask(session, "RSET", f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{OUTSIDE}>", f"RCPT TO:<{INSIDE}>", "RCPT TO:<mallory@evil.test>",
                       "RCPT TO:<bob@example.org>", "DATA") == [250, 250, 550, 250, 550, 250, 354]
            assert ask(session, f"{CONTENT}{number}\r\n.", f"MAIL FROM:<{BAD}>", "NOOP") == [250, 550, 250]
    assert [sorted(message["rcpt_to"]) for message in endpoint.wait(3)] == [[INSIDE, "bob@example.org"]] * 3


def chunk(content: str, last: bool = False) -> str:
    """A BDAT command with its content, without the line end that `ask` and `say` add: a chunk ends with one of its own."""
    assert content.endswith("\r\n")
    return f"BDAT {len(content)}{' LAST' if last else ''}\r\n{content[:-2]}"


def test_chunks(start, relay, endpoint):
    """Decided at the first chunk; chunks of a message that was refused are content still, not commands."""
    postfix = relay(start(recipients=example("recipients")))
    inner = f"MAIL FROM:<{GOOD}>\r\nRCPT TO:<smuggled@example.org>\r\n.\r\n"
    with Smtp(postfix.port) as session:
        assert any("CHUNKING" in line for line in session.hello.lines)
        assert ask(session, f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{OUTSIDE}>") == [250, 250]
        reply = session.say(chunk(CONTENT))
        assert reply.code == 550 and "policy recipients" in reply.text
        assert session.say(chunk(inner, last=True)).code >= 500
        assert session.say("RSET").ok
        for chunks in ([CONTENT + inner], [CONTENT, inner]):
            assert ask(session, f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>", f"RCPT TO:<{OUTSIDE}>",
                       *(chunk(one, last=one is chunks[-1]) for one in chunks)) == [250, 250, 250] + [250] * len(chunks)
        assert ask(session, f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{OUTSIDE}>", chunk(CONTENT + inner, last=True), "NOOP") == [250, 250, 550, 250]
    messages = endpoint.wait(2)
    assert [sorted(message["rcpt_to"]) for message in messages] == [[INSIDE, OUTSIDE]] * 2
    assert all(message["data"].endswith("\r\n\r\n" + inner) for message in messages)


# sender, recipients in the order told, stage of the refusal
UTF8 = [
    ("jörg@example.net", ["änne@example.org"], ""),
    ("jorg@example.net", ["änne@example.org"], "MAIL"),
    ("jo\u0308rg@example.net", ["änne@example.org"], "MAIL"),  # the same letter in two characters is another address
    ("JÖRG@example.net", ["änne@example.org"], "MAIL"),  # local parts have case
    ("jörg@example.net", ["änne@exämple.org", "ева@почта.test"], "DATA"),
    ("jörg@example.net", ["ева@почта.test", "änne@example.org"], ""),
    ("jörg@exämple.net", ["ева@почта.test"], ""),  # of no identity that a policy names
]


def test_letters(start, relay):
    """Addresses beyond ASCII are compared as they are; what is said of them in a refusal is ASCII."""
    jörg = example("sender").replace('"no-reply@example.net"', json.dumps("jörg@example.net", ensure_ascii=False))
    postfix = relay(start(settings={"from_address": "envelope", "form": "ignore"}, sender=jörg, recipients=example("recipients")))
    for row in UTF8:
        sender, recipients, stage = row
        with Smtp(postfix.port) as session:
            assert any("SMTPUTF8" in line for line in session.hello.lines)
            sent = session.message(sender, recipients, parameters=" SMTPUTF8")
        assert sent.stage == stage and not sent.refused, (row, sent)
        if stage:
            assert sent.reply.text.startswith("550 5.7.1 Access denied") and len(sent.reply.lines) == 1, (row, sent)
            assert sent.reply.text.isascii(), (row, sent)


def test_one_recipient_beyond_ascii(start, relay):
    postfix = relay(start(settings={"form": "ignore"}, recipients=example("recipients-safe")))
    with Smtp(postfix.port) as session:
        sent = session.message(GOOD, ["ева@почта.test", "änne@example.org"], parameters=" SMTPUTF8")
    assert sent.stage == "" and sent.taken == ["änne@example.org"], sent
    (reply,) = sent.refused.values()
    assert reply.code == 550 and reply.text.isascii()
