# SPDX-License-Identifier: BSD-2-Clause
"""The MTA's side of the milter protocol, version 6, packet by packet.

A packet is a length of four bytes, a command byte and its data (libmilter's
mfdef.h names the numbers). The client offers what Postfix 3.7 offers, leaves
out the events that the filter asks it to leave out, and waits for no reply
where the filter has announced none.
"""
import dataclasses
import ipaddress
import socket
import struct

VERSION = 6
ALL_ACTIONS, ALL_STEPS = 0x1FF, 0x1FFFFF
# Events that a filter can have left out (SMFIP_NO*), and replies that it can announce not to give (SMFIP_NR_*).
NO = {"connect": 0x01, "helo": 0x02, "mail": 0x04, "rcpt": 0x08, "body": 0x10, "header": 0x20, "eoh": 0x40,
      "unknown": 0x100, "data": 0x200}
NO_REPLY = {"header": 0x80, "connect": 0x1000, "helo": 0x2000, "mail": 0x4000, "rcpt": 0x8000, "data": 0x10000,
            "unknown": 0x20000, "eoh": 0x40000, "body": 0x80000}
COMMAND = {"connect": b"C", "helo": b"H", "mail": b"M", "rcpt": b"R", "data": b"T", "header": b"L", "eoh": b"N",
           "body": b"B", "eom": b"E", "abort": b"A", "quit": b"Q", "quit_nc": b"K", "unknown": b"U", "negotiate": b"O"}
KINDS = {b"c": "continue", b"r": "reject", b"t": "tempfail", b"a": "accept", b"d": "discard", b"y": "reply"}


@dataclasses.dataclass
class Answer:
    """What the filter said: continue, reject, tempfail, accept, discard, reply (with code and text), none (not asked)."""
    kind: str
    text: str = ""

    @property
    def code(self) -> int:
        return int(self.text[:3]) if self.kind == "reply" else 0

    @property
    def refused(self) -> bool:
        return self.kind in ("reject", "tempfail", "reply")


NONE = Answer("none")


class MilterClient:
    """One connection to the filter. `spec` is the daemon's socket setting."""

    def __init__(self, address: tuple[int, object], steps: int = ALL_STEPS, actions: int = ALL_ACTIONS, timeout: float = 600,
                 negotiate: bool = True) -> None:
        family, where = address
        self.socket = socket.socket(family)
        self.socket.settimeout(timeout)
        self.socket.connect(where)
        self.steps = 0
        self.macros: dict[int, str] = {}
        self.seen: list[str] = []  # events that really went out
        self.accepted: Answer | None = None  # the filter let the message through early: nothing more is sent about it
        if negotiate:
            self.negotiate(steps, actions)

    def __enter__(self) -> "MilterClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, command: bytes, data: bytes = b"") -> None:
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self.socket.recv(count - len(got))
            if not more:
                raise ConnectionError("the filter closed the connection")
            got += more
        return got

    def receive(self) -> tuple[bytes, bytes]:
        (length,) = struct.unpack("!I", self.exactly(4))
        if not 1 <= length <= 1 << 20:
            raise ConnectionError(f"packet of {length} bytes")
        packet = self.exactly(length)
        return packet[:1], packet[1:]

    def negotiate(self, steps: int = ALL_STEPS, actions: int = ALL_ACTIONS) -> None:
        self.send(b"O", struct.pack("!III", VERSION, actions, steps))
        command, data = self.receive()
        if command != b"O":
            raise ConnectionError(f"answer {command!r} to the negotiation")
        self.version, self.actions, self.steps = struct.unpack("!III", data[:12])
        rest = data[12:]
        while rest:
            (stage,) = struct.unpack("!I", rest[:4])
            names, _, rest = rest[4:].partition(b"\0")
            self.macros[stage] = names.decode()

    def wants(self, event: str) -> bool:
        return not self.steps & NO.get(event, 0)

    def replies(self, event: str) -> bool:
        return not self.steps & NO_REPLY.get(event, 0)

    def event(self, name: str, data: bytes = b"", macros: dict[str, str] | None = None) -> Answer:
        """Send one event and hear its answer. Of a message that was let through early no more is sent: the answer is that one."""
        if name in ("mail", "connect", "helo"):
            self.accepted = None
        if self.accepted:
            return self.accepted
        if not self.wants(name):
            return NONE
        if macros:
            pairs = b"".join(f"{key}\0{value}\0".encode("utf-8", "surrogateescape") for key, value in macros.items())
            self.send(b"D", COMMAND[name] + pairs)
        self.seen.append(name)
        self.send(COMMAND[name], data)
        answer = self.answer() if self.replies(name) else NONE
        if answer.kind == "accept" and name != "connect":
            self.accepted = answer
        return answer

    def answer(self) -> Answer:
        while True:
            command, data = self.receive()
            if command == b"p":  # "still working"
                continue
            return Answer(KINDS.get(command, f"?{command!r}"), data.rstrip(b"\0").decode("ascii", "backslashreplace"))

    def connect(self, address: str | None = "127.0.0.1", name: str = "client.example", macros: dict[str, str] | None = None,
                port: int = 40000) -> Answer:
        """`address`: IPv4, IPv6, a path (unix) or None (unknown)."""
        if address is None:
            tail = b"U"
        elif "/" in address:
            tail = b"L" + struct.pack("!H", 0) + address.encode() + b"\0"
        else:
            family = b"4" if ipaddress.ip_address(address).version == 4 else b"6"
            tail = family + struct.pack("!H", port) + address.encode() + b"\0"
        return self.event("connect", name.encode() + b"\0" + tail, {"j": "relay.test"} | (macros or {}))

    def helo(self, name: str = "client.example", macros: dict[str, str] | None = None) -> Answer:
        return self.event("helo", name.encode() + b"\0", macros)

    def envelope(self, event: str, address: str | bytes, arguments: tuple[str, ...], macros: dict[str, str] | None) -> Answer:
        raw = address if isinstance(address, bytes) else address.encode("utf-8", "surrogateescape")
        return self.event(event, raw + b"\0" + b"".join(word.encode() + b"\0" for word in arguments), macros)

    def mail(self, address: str | bytes, *arguments: str, macros: dict[str, str] | None = None) -> Answer:
        return self.envelope("mail", address, arguments, {"{mail_mailer}": "smtp"} | (macros or {}))

    def rcpt(self, address: str | bytes, *arguments: str, macros: dict[str, str] | None = None) -> Answer:
        return self.envelope("rcpt", address, arguments, {"{rcpt_mailer}": "smtp"} | (macros or {}))

    def data(self, macros: dict[str, str] | None = None) -> Answer:
        return self.event("data", b"", {"i": "QUEUEID"} | (macros or {}))

    def header(self, name: str, value: str | bytes) -> Answer:
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
        return self.event("header", name.encode() + b"\0" + raw + b"\0")

    def eoh(self) -> Answer:
        return self.event("eoh", b"", {"i": "QUEUEID"})

    def body(self, data: bytes = b"hello\r\n") -> Answer:
        return self.event("body", data)

    def eom(self) -> Answer:
        """The end; before it the end of the headers, which no MTA leaves out."""
        if self.accepted:
            return self.accepted
        if "eoh" not in self.seen[::-1][:self.seen[::-1].index("mail")]:
            answer = self.eoh()
            if answer.refused:
                return answer
        return self.event("eom", b"", {"i": "QUEUEID"})

    def abort(self) -> None:
        self.accepted = None
        self.seen.append("abort")
        self.send(b"A")

    def quit(self) -> None:
        self.send(b"Q")

    def quit_nc(self) -> None:
        self.seen.clear()
        self.send(b"K")

    def message(self, sender: str, recipients: list[str], headers: tuple[tuple[str, str], ...] = (),
                macros: dict[str, str] | None = None) -> "Outcome":
        """One whole message as an MTA drives it. It ends at the first refusal that leaves no recipient."""
        answer = self.mail(f"<{sender}>", macros=macros)
        if answer.refused:
            return Outcome("MAIL", answer, [], {})
        taken, refused = [], {}
        for recipient in recipients:
            answer = self.rcpt(f"<{recipient}>")
            if answer.refused:
                refused[recipient] = answer
            else:
                taken.append(recipient)
        if not taken:
            self.abort()
            return Outcome("RCPT", answer, [], refused)
        for stage, step in (("DATA", self.data), ("HEADER", None), ("EOH", self.eoh), ("BODY", self.body), ("EOM", self.eom)):
            answers = [self.header(*pair) for pair in headers] if step is None else [step()]
            for answer in answers:
                if answer.refused:
                    if stage != "EOM":
                        self.abort()
                    return Outcome(stage, answer, [], refused)
        return Outcome("", answer, taken, refused)


@dataclasses.dataclass
class Outcome:
    """Where a message was refused ("" if it was taken), the deciding answer, recipients taken and refused."""
    stage: str
    answer: Answer
    taken: list[str]
    refused: dict[str, Answer]
