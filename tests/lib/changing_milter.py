# SPDX-License-Identifier: BSD-2-Clause
"""Another filter beside ours: it lets every message go on, and changes it at its end (milter protocol, version 6)."""
import socketserver
import struct
import threading

CHANGES = 0x5D  # SMFIF_ADDHDRS, _ADDRCPT, _DELRCPT, _CHGHDRS, _CHGFROM
SILENT = b"DAK"  # macros, abort, another connection: no reply


class Session(socketserver.BaseRequestHandler):
    def exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self.request.recv(count - len(got))
            if not more:
                raise ConnectionError
            got += more
        return got

    def send(self, command: bytes, data: bytes = b"") -> None:
        self.request.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def handle(self) -> None:
        try:
            while True:
                (length,) = struct.unpack("!I", self.exactly(4))
                command, _ = self.exactly(1), self.exactly(length - 1)
                if command == b"Q":
                    return
                if command == b"O":
                    self.send(b"O", struct.pack("!III", 6, CHANGES, 0))
                elif command == b"E":
                    self.change()
                elif command not in SILENT:
                    self.send(b"c")
        except OSError:
            pass

    def change(self) -> None:
        filter_ = self.server.filter
        if filter_.refuse:
            self.send(b"r")
            return
        if filter_.sender:
            self.send(b"e", b"<" + filter_.sender.encode() + b">\0")
        if filter_.add:
            self.send(b"+", b"<" + filter_.add.encode() + b">\0")
        if filter_.header_from:
            self.send(b"m", struct.pack("!I", 1) + b"From\0" + filter_.header_from.encode() + b"\0")
        self.send(b"c")


class ChangingMilter:
    """`sender`: the envelope's new sender; `add`: a further recipient; `header_from`: the new From; or it refuses at the end."""

    def __init__(self, sender: str = "", add: str = "", header_from: str = "", refuse: bool = False) -> None:
        self.sender, self.add, self.header_from, self.refuse = sender, add, header_from, refuse
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        self.server.filter = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> "ChangingMilter":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
