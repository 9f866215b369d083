# SPDX-License-Identifier: BSD-2-Clause
"""
What an MTA that is broken, or a program that is none, may send to the filter's socket: sessions in which packets are spoilt, dropped,
doubled, exchanged or made up, and now and then the frames around them, too.

Only what ends libmilter itself is left out: macros whose last name has no value (see SECURITY.md).
"""
import random
import socket
import struct

from lib.milter_client import ALL_ACTIONS, ALL_STEPS, COMMAND, NO_REPLY, VERSION

EVERY_REPLY = ALL_STEPS & ~sum(NO_REPLY.values())
GOOD, BAD = b"<no-reply@example.net>\0", b"<other@example.net>\0"
INSIDE, OUTSIDE = b"<ann@example.org>\0", b"<eve@evil.test>\0"
CLIENT = b"client.example\x004" + struct.pack("!H", 4000) + b"172.31.5.6\0"


def macros(command: bytes, *pairs: bytes) -> tuple[bytes, bytes]:
    return b"D", command + b"".join(one + b"\0" for one in pairs)


SESSION = [(b"O", struct.pack("!III", VERSION, ALL_ACTIONS, EVERY_REPLY)), macros(b"C", b"j", b"relay.test", b"v", b"Postfix 3.7"), (b"C", CLIENT),
           macros(b"M", b"{mail_addr}", b"no-reply@example.net", b"{auth_authen}", b"ann"), (b"M", GOOD),
           macros(b"R", b"{rcpt_addr}", b"ann@example.org"), (b"R", INSIDE), macros(b"R", b"{rcpt_addr}", b"eve@evil.test"), (b"R", OUTSIDE),
           (b"T", b""), (b"L", b"From\0no-reply@example.net\0"), (b"N", b""), (b"B", b"text\r\n"), (b"E", b""), (b"M", BAD), (b"A", b""), (b"K", b""),
           (b"C", CLIENT), (b"M", BAD), (b"Q", b"")]


def spoil(dice: random.Random, data: bytearray) -> None:
    """Change, drop or double some bytes."""
    at = dice.randrange(len(data) + 1)
    match dice.randrange(3):
        case 0:
            data[at:at + 1] = bytes([dice.randrange(256)])
        case 1:
            del data[at:at + dice.randint(1, 8)]
        case 2:
            data[at:at] = data[at:at + dice.randint(1, 40)]


def made_up(dice: random.Random) -> tuple[bytes, bytearray]:
    """A packet of any command, or of none, with what another one holds, or with anything."""
    command = bytes([dice.choice([*b"".join(COMMAND.values()), *b"D", dice.randrange(256)])])
    data = dice.choice(SESSION)[1] if dice.randrange(2) else dice.randbytes(dice.choice([0, 1, 4, 12, 60, 600]))
    return command, bytearray(data)


def harmless(stream: bytes) -> bytes:
    """Macros that would end libmilter become those of no name, wherever its reading finds a packet of them."""
    done, at = bytearray(stream), 0
    while at + 5 <= len(done):
        (length,) = struct.unpack_from("!I", done, at)
        data = bytes(done[at + 6:at + 4 + length])
        if done[at + 4:at + 5] == b"D" and (not data.endswith(b"\0") or data.count(b"\0") % 2 or at + 4 + length > len(done)):
            done[at + 4:at + 5] = b"d"
        at += 4 + max(length, 1)
    return bytes(done)


def session(dice: random.Random) -> bytes:
    packets = [(command, bytearray(data)) for command, data in SESSION]
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(1, len(packets))
        match dice.randrange(6):
            case 0:
                packets.insert(at, packets[dice.randrange(len(packets))])
            case 1:
                del packets[at]
            case 2:
                packets.insert(at, made_up(dice))
            case 3:
                other = dice.randrange(1, len(packets))
                packets[at], packets[other] = packets[other], packets[at]
            case _:
                spoil(dice, packets[at][1])
    stream = bytearray(b"".join(struct.pack("!I", len(data) + 1) + command + data for command, data in packets))
    if dice.randrange(4) == 0:
        spoil(dice, stream)
    return harmless(bytes(stream[:dice.randrange(len(stream))] if dice.randrange(8) == 0 else stream))


def heard(address: tuple[int, object], sent: bytes) -> bytes:
    """All that the filter says to these bytes and the end of the stream behind them."""
    got = b""
    with socket.socket(address[0]) as bare:
        bare.settimeout(60)
        bare.connect(address[1])
        try:
            bare.sendall(sent)
            bare.shutdown(socket.SHUT_WR)
            while more := bare.recv(65536):
                got += more
        except ConnectionError:
            pass
    return got


def packets_of(got: bytes) -> list[bytes]:
    """The command of each packet; what is cut off is one, too."""
    commands = []
    while got:
        commands.append(got[4:5])
        got = got[4 + max(int.from_bytes(got[:4], "big"), 1):]
    return commands
