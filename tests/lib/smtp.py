# SPDX-License-Identifier: BSD-2-Clause
"""A small SMTP client that says exactly what it is told and hands back exactly what it hears."""
import base64
import dataclasses
import socket
import ssl


@dataclasses.dataclass
class Reply:
    code: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 400


@dataclasses.dataclass
class Sent:
    """What became of one message: stage of the refusal ("" if none), the replies, the recipients taken."""
    stage: str
    reply: Reply
    taken: list[str]
    refused: dict[str, Reply]


class Smtp:
    """A session. `address` is the client's, told by XCLIENT; `bind` a real source address."""

    def __init__(self, port: int, host: str = "127.0.0.1", address: str | None = None, login: str | None = None,
                 bind: str | None = None, helo: str = "client.example", timeout: float = 600) -> None:
        self.helo = helo
        self.socket: socket.socket = socket.create_connection((host, port), timeout, (bind, 0) if bind else None)
        self.file = self.socket.makefile("rb")
        self.greeting = self.hear()
        self.hello = self.say("EHLO " + helo)
        if address or login:
            self.xclient(address, login)

    def __enter__(self) -> "Smtp":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def hear(self) -> Reply:
        lines = []
        while True:
            raw = self.file.readline()
            if not raw:
                raise ConnectionError("the server closed the session; heard: %r" % lines)
            line = raw.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            lines.append(line)
            if line[3:4] != "-":
                return Reply(int(line[:3]), lines)

    def send(self, line: str | bytes) -> None:
        self.socket.sendall((line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")) + b"\r\n")

    def say(self, line: str | bytes) -> Reply:
        self.send(line)
        return self.hear()

    def xclient(self, address: str | None = None, login: str | None = None) -> Reply:
        """Become another client. Taken: a greeting (220), and EHLO said anew."""
        attributes = ([f"ADDR={address if ':' not in address else 'IPV6:' + address}", "NAME=[UNAVAILABLE]"]
                      if address else []) + ([f"LOGIN={login}"] if login else [])
        reply = self.say("XCLIENT " + " ".join(attributes))
        if reply.code == 220:
            self.hello = self.say("EHLO " + self.helo)
        return reply

    def starttls(self) -> None:
        reply = self.say("STARTTLS")
        if reply.code != 220:
            raise ConnectionError(reply.text)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")
        self.hello = self.say("EHLO " + self.helo)

    def auth(self, user: str, password: str) -> Reply:
        return self.say("AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())

    def message(self, sender: str, recipients: list[str], header_from: str | None = None, parameters: str = "",
                headers: tuple[str, ...] = ()) -> Sent:
        """Send one message as a patient client does: a refused recipient does not stop it."""
        reply = self.say(f"MAIL FROM:<{sender}>{parameters}")
        if not reply.ok:
            return Sent("MAIL", reply, [], {})
        taken, refused = [], {}
        for recipient in recipients:
            reply = self.say(f"RCPT TO:<{recipient}>")
            if reply.ok:
                taken.append(recipient)
            else:
                refused[recipient] = reply
        if not taken:
            self.say("RSET")
            return Sent("RCPT", reply, [], refused)
        reply = self.say("DATA")
        if reply.code != 354:
            self.say("RSET")
            return Sent("DATA", reply, [], refused)
        for line in (f"From: {header_from if header_from is not None else sender}", "Subject: test", *headers, "", "hello"):
            self.send(line)
        reply = self.say(".")
        return Sent("" if reply.ok else "EOM", reply, taken if reply.ok else [], refused)
