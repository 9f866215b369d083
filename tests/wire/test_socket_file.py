# SPDX-License-Identifier: BSD-2-Clause
"""The socket's file is removed or replaced while the daemon serves: it notices, says so, and makes it again where nobody else is."""
import os
import pathlib
import shutil
import socket
import threading
import time

import pytest

from conftest import example
from lib.daemon import HANGS, Daemon
from lib.milter_client import MilterClient

BAD = "other@example.net"
AGAIN = "socket: {place} was gone; it has been made again"
CLOSED = "no new connection reaches the filter: socket: "


def place_of(daemon: Daemon) -> pathlib.Path:
    return daemon.run / "milter.sock"


def look(place: pathlib.Path) -> tuple[int, int, int]:
    status = place.stat()
    return status.st_mode, status.st_uid, status.st_gid


@pytest.mark.parametrize("mode", ["0600", "0660", "0666"])
def test_gone(start, client, folder, mode):
    """Again and again: mode, owner and group are those of the start, and a session that was there goes on."""
    # As the unit has it: the group comes from the folder, and the daemon need not be in it.
    (folder / "run").mkdir()
    shutil.chown(folder / "run", "nobody", "daemon")
    (folder / "run").chmod(0o2755)
    daemon = start(settings={"socket_mode": mode, "socket_group": "daemon"}, sender=example("sender"))
    place = place_of(daemon)
    before, descriptors = look(place), []
    assert before[0] & 0o777 == int(mode, 8)
    one = client(daemon)
    for look_by_itself in (True, False, False):
        mark = daemon.mark()
        place.unlink()
        if not look_by_itself:
            daemon.reload()
        daemon.wait_line(AGAIN.format(place=place), mark)
        assert look(place) == before
        with MilterClient(daemon.address()) as two:
            two.connect("172.31.5.6")
            assert two.mail(f"<{BAD}>").code == 550
        assert one.mail(f"<{BAD}>").code == 550
        descriptors.append(daemon.descriptors())
    # A connection that is just being closed may be among them.
    end = time.monotonic() + HANGS
    while abs(daemon.descriptors() - descriptors[0]) > 1:
        assert time.monotonic() < end, descriptors
        time.sleep(0.05)
    assert daemon.stop() == 0
    assert not list(daemon.run.iterdir())


def test_group_that_only_root_can_give(start):
    """Then only a new start can make it again; no socket of another group is left behind."""
    daemon = start(settings={"socket_group": "daemon"}, sender=example("sender"))
    place_of(daemon).unlink()
    assert f"{CLOSED}{place_of(daemon)} cannot be made again: Operation not permitted; restart the daemon" in daemon.reload()
    assert sorted(entry.name for entry in daemon.run.iterdir()) == ["control.sock", "milter.sock.lock"]


def test_a_reload_looks_at_once(start, client):
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    mark = daemon.mark()
    place.unlink()
    assert daemon.reload().endswith(" ms")
    assert daemon.log(mark).index("it has been made again") < daemon.log(mark).index("reload: generation 2")
    assert client(daemon).mail(f"<{BAD}>").code == 550


def test_a_dead_socket_in_its_place(start, client):
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(f"{place}.stale")
    pathlib.Path(f"{place}.stale").chmod(0o666)
    pathlib.Path(f"{place}.stale").rename(place)
    assert daemon.reload().endswith(" ms")
    assert client(daemon).mail(f"<{BAD}>").code == 550


def test_moved_away_and_back(start, client):
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    place.rename(daemon.run / "elsewhere")
    daemon.reload()
    (daemon.run / "elsewhere").rename(place)
    daemon.reload()
    assert client(daemon).mail(f"<{BAD}>").code == 550
    # A link that leads there is no trouble.
    inode = place.stat().st_ino
    place.rename(daemon.run / "elsewhere")
    place.symlink_to("elsewhere")
    mark = daemon.mark()
    assert daemon.reload().endswith(" ms")
    assert place.is_symlink() and place.stat().st_ino == inode and "socket: " not in daemon.log(mark)


def test_somebody_answers_there(start, client):
    """The place is left alone; log and reload say it; when the other is gone, even without its socket, ours is made again."""
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    one = client(daemon)
    mark = daemon.mark()
    place.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(place))
        place.chmod(0o666)
        other.listen()
        inode = place.stat().st_ino
        line = daemon.wait_line(CLOSED, mark)
        assert line.endswith(f"{CLOSED}another program answers at {place}; stop that daemon first, or choose another path")
        for number in (2, 3):
            line = daemon.reload()
            assert f"reload: generation {number} in force: " in line and f" ms; {CLOSED}another program answers at {place}; " in line
        assert place.stat().st_ino == inode
        assert one.mail(f"<{BAD}>").code == 550
    daemon.reload()
    daemon.wait_line("new connections reach the filter again", mark)
    assert client(daemon).mail(f"<{BAD}>").code == 550
    # Once by itself, and with each reload.
    assert daemon.log(mark).count(CLOSED) == 3


def test_something_else_is_there(start, client):
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    place.unlink()
    place.write_text("precious")
    assert f"{CLOSED}{place} is there and is not a socket; remove it" in daemon.reload()
    assert place.read_text() == "precious"
    place.unlink()
    assert daemon.reload().endswith(" ms")
    assert client(daemon).mail(f"<{BAD}>").code == 550


@pytest.mark.parametrize("what", ["root's", "gone"])
def test_folder(start, client, what):
    """The socket cannot be made again; the log says so, once, and a reload too; when the folder is in order it is made."""
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    mark = daemon.mark()
    if what == "gone":
        shutil.rmtree(daemon.run)
    else:
        place.unlink()
        os.chown(daemon.run, 0, -1)
    wanted = {"gone": f"no folder for {place}; create it", "root's": f"{place} cannot be made again: Permission denied; "}[what]
    assert f" ms; {CLOSED}{wanted}" in daemon.reload()
    assert f" ms; {CLOSED}{wanted}" in daemon.reload()
    daemon.run.mkdir(exist_ok=True)
    shutil.chown(daemon.run, "nobody")
    daemon.wait_line(AGAIN.format(place=place), mark)
    daemon.wait_line("new connections reach the filter again", mark)
    assert client(daemon).mail(f"<{BAD}>").code == 550
    assert daemon.log(mark).count(CLOSED) == 3


def test_another_instance_was_quicker(start, client, folder):
    """Socket and lock are gone, and somebody starts a second daemon: it keeps the place."""
    first = start(sender=example("sender"))
    one = client(first)
    for name in ("milter.sock", "milter.sock.lock"):
        (first.run / name).unlink()
    second = Daemon(folder)
    second.log_file = folder / "second.log"
    second.launch()
    try:
        second.wait_line("for main.cf: ")
        assert f"{CLOSED}another ses-policy-milter (process {second.process.pid}) listens at " in first.reload()
        assert one.mail(f"<{BAD}>").code == 550
        assert client(second).mail(f"<{BAD}>").code == 550
        first.stop()
        assert place_of(second).exists()
        assert client(second).mail(f"<{BAD}>").code == 550
    finally:
        second.stop()


def test_connections_on_their_way(start):
    """While the socket goes and comes, whoever gets a connection gets an answer."""
    daemon = start(sender=example("sender"))
    place = place_of(daemon)
    done, wrong, served = threading.Event(), [], [0] * 4

    def connect(number: int) -> None:
        while not done.is_set():
            try:
                one = MilterClient(daemon.address(), negotiate=False)
            except OSError:
                # Gone, or not yet open.
                time.sleep(0.001)
                continue
            with one:
                try:
                    one.negotiate()
                    one.connect("172.31.5.6")
                    if one.mail(f"<{BAD}>").code != 550:
                        wrong.append("answer")
                    served[number] += 1
                except (OSError, ConnectionError) as error:
                    wrong.append(repr(error))
    threads = [threading.Thread(target=connect, args=(number,)) for number in range(len(served))]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30):
            before = sum(served)
            place.unlink()
            assert daemon.reload().endswith(" ms")
            end = time.monotonic() + 60
            while sum(served) < before + 20:
                assert time.monotonic() < end, daemon.log()
                time.sleep(0.001)
    finally:
        done.set()
        for thread in threads:
            thread.join(600)
    assert not wrong
