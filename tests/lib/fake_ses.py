#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A stand-in for the SMTP endpoint of Amazon SES, on loopback.

As SES it wants STARTTLS and AUTH (PLAIN or LOGIN) before MAIL and answers 530
otherwise; reply texts are those of the published list ("Amazon SES SMTP
issues", Amazon SES Developer Guide). What it accepts goes, one JSON object a
message, to DIR/accepted.jsonl: mail_from, rcpt_to, data, user, tls.

Use as a class (FakeSes) or as a command:

    fake_ses.py --dir DIR      runs until SIGTERM; DIR/port appears when it listens
"""
import argparse
import base64
import json
import pathlib
import re
import socketserver
import ssl
import subprocess
import threading

USER = "AKIAIOSFODNN7EXAMPLE"
PASSWORD = "secret"
HOST_NAME = "email-smtp.us-west-2.amazonaws.com"


class Closed(Exception):
    """The client went away."""


class Session(socketserver.StreamRequestHandler):
    """One SMTP session; self.server.endpoint is the FakeSes."""

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(line + "\r\n" for line in lines).encode("utf-8", "surrogateescape"))
        self.wfile.flush()

    def hear(self) -> str:
        raw = self.rfile.readline(65536)
        if not raw:
            raise Closed()
        return raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")

    def handle(self) -> None:
        self.tls: str | None = None
        self.user: str | None = None
        self.sender: str | None = None
        self.recipients: list[str] = []
        verbs = {"EHLO": self.ehlo, "HELO": self.ehlo, "STARTTLS": self.starttls, "AUTH": self.auth,
                 "MAIL": self.mail, "RCPT": self.rcpt, "DATA": self.data, "RSET": self.rset,
                 "NOOP": lambda _: self.say("250 Ok")}
        try:
            self.say(f"220 {HOST_NAME} ESMTP SimpleEmailService")
            while True:
                verb, _, argument = self.hear().partition(" ")
                if verb.upper() == "QUIT":
                    self.say("221 Bye")
                    return
                override = self.server.endpoint.replies.get(verb.upper())
                if override:
                    self.say(override)
                else:
                    verbs.get(verb.upper(), lambda _: self.say("502 Unrecognised command"))(argument)
        except (Closed, OSError):
            pass

    def ehlo(self, _argument: str) -> None:
        extensions = ["8BITMIME", "SIZE 41943040", "AUTH PLAIN LOGIN"] + ([] if self.tls else ["STARTTLS"])
        self.say(f"250-{HOST_NAME}", *(f"250-{name}" for name in extensions), "250 Ok")

    def starttls(self, _argument: str) -> None:
        self.say("220 Ready to start TLS")
        self.request = self.connection = self.server.endpoint.context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")
        self.tls = self.request.version()
        self.user = self.sender = None

    def auth(self, argument: str) -> None:
        if not self.tls:
            self.say("530 Must issue a STARTTLS command first")
            return
        words = argument.split()
        mechanism = words[0].upper() if words else ""
        try:
            if mechanism == "PLAIN":
                if len(words) == 1:
                    self.say("334 ")
                    words.append(self.hear())
                _, user, password = base64.b64decode(words[1]).decode().split("\0")
            elif mechanism == "LOGIN":
                if len(words) == 1:
                    self.say("334 VXNlcm5hbWU6")
                    words.append(self.hear())
                user = base64.b64decode(words[1]).decode()
                self.say("334 UGFzc3dvcmQ6")
                password = base64.b64decode(self.hear()).decode()
            else:
                self.say("504 Unrecognized authentication type")
                return
        except ValueError:
            user = password = ""
        if (user, password) != (USER, PASSWORD):
            self.say("535 Authentication Credentials Invalid")
            return
        self.user = user
        self.say("235 Authentication successful.")

    def mail(self, argument: str) -> None:
        match = re.match(r"FROM:\s*<(.+?)>", argument, re.I)
        if not self.tls:
            self.say("530 Must issue a STARTTLS command first")
        elif not self.user:
            self.say("530 Authentication required")
        elif not match:
            self.say("501 Invalid MAIL FROM address provided")
        else:
            self.sender, self.recipients = match.group(1), []
            self.say("250 Ok")

    def rcpt(self, argument: str) -> None:
        match = re.match(r"TO:\s*<(.+?)>", argument, re.I)
        if self.sender is None:
            self.say("503 Error: need MAIL command")
        elif not match:
            self.say("501 Invalid RCPT TO address provided")
        else:
            self.recipients.append(match.group(1))
            self.say("250 Ok")

    def data(self, _argument: str) -> None:
        if not self.recipients:
            self.say("503 Error: need RCPT command")
            return
        self.say("354 End data with <CR><LF>.<CR><LF>")
        lines = []
        while (raw := self.rfile.readline()) != b".\r\n":
            if not raw:
                raise Closed()
            lines.append(raw[1:] if raw.startswith(b".") else raw)
        if "EOM" in self.server.endpoint.replies:
            self.say(self.server.endpoint.replies["EOM"])
            return
        number = self.server.endpoint.accept({
            "mail_from": self.sender, "rcpt_to": self.recipients, "user": self.user, "tls": self.tls,
            "data": b"".join(lines).decode("utf-8", "surrogateescape")})
        self.say(f"250 Ok fake-{number:06d}")
        self.sender = None

    def rset(self, _argument: str) -> None:
        self.sender, self.recipients = None, []
        self.say("250 Ok")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128
    endpoint: "FakeSes"


class FakeSes:
    """The endpoint, serving from start() to stop() in a thread of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.replies: dict[str, str] = {}  # "MAIL": "454 ...", "EOM": "554 ...": said instead
        self.accepted: list[dict] = []
        self.changed = threading.Condition()
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.server = Server(("127.0.0.1", 0), Session)
        self.server.endpoint = self
        self.port: int = self.server.server_address[1]

    def start(self) -> "FakeSes":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def accept(self, message: dict) -> int:
        with self.changed:
            self.accepted.append(message)
            with open(self.folder / "accepted.jsonl", "a", encoding="utf-8") as out:
                out.write(json.dumps(message) + "\n")
            self.changed.notify_all()
            return len(self.accepted)

    def wait(self, count: int, seconds: float = 600) -> list[dict]:
        """The messages accepted so far, once there are at least `count`."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.accepted) >= count, seconds):
                raise TimeoutError(f"{len(self.accepted)} messages at the endpoint, {count} expected")
            return list(self.accepted)


def main() -> None:
    parser = argparse.ArgumentParser(description="a stand-in for the SMTP endpoint of Amazon SES")
    parser.add_argument("--dir", required=True, type=pathlib.Path)
    folder = parser.parse_args().dir
    endpoint = FakeSes(folder)
    ready = folder / "port.new"
    ready.write_text(f"{endpoint.port}\n")
    ready.rename(folder / "port")
    endpoint.server.serve_forever()


if __name__ == "__main__":
    main()
