# SPDX-License-Identifier: BSD-2-Clause
"""Policies from a ConfigMap of Kubernetes: keys come, change and go while reloads run, and none is refused for it."""
import json
import os
import pathlib
import random
import shutil
import signal
import threading
import time

from conftest import example
from lib.daemon import Daemon

UPDATES = 150


class ConfigMap:
    """A volume as kubelet's AtomicWriter keeps it: KEY -> ..data/KEY, and ..data -> the folder of one version."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.version = folder, 0

    def update(self, keys: dict[str, str], pause: float) -> None:
        """`pause` between any two steps, so that a reload may come there."""
        self.version += 1
        now = self.folder / f"..v{self.version}"
        before = os.readlink(self.folder / "..data") if self.version > 1 else None
        now.mkdir()
        for name, text in keys.items():
            (now / name).write_text(text)
        (self.folder / "..data_tmp").symlink_to(now.name)
        (self.folder / "..data_tmp").rename(self.folder / "..data")
        time.sleep(pause)
        for name in keys:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
                time.sleep(pause)
        for link in self.folder.iterdir():
            if link.name not in keys and not link.name.startswith(".."):
                link.unlink()
                time.sleep(pause)
        if before:
            shutil.rmtree(self.folder / before)


def test_updates(folder, start, client):
    policies = Daemon(folder).policies
    config_map, dice, kept = ConfigMap(policies), random.Random(20241126), {"sender.json": example("sender")}
    extra = json.loads(example("recipients"))
    config_map.update(kept, 0)
    daemon = start()
    mark = daemon.mark()
    done = threading.Event()

    def signals() -> None:
        """Again and again, as an inotify sidecar sends them: in the middle of it all."""
        while not done.is_set():
            daemon.signal(signal.SIGHUP)
            time.sleep(0.001)

    sidecar = threading.Thread(target=signals)
    sidecar.start()
    try:
        for number in range(UPDATES):
            keys = kept | {f"extra{i}.json": json.dumps(extra | {"Id": f"{number}"}) for i in range(dice.randrange(4))}
            config_map.update(keys, dice.choice([0, 0.001, 0.004]))
    finally:
        done.set()
        sidecar.join()
    config_map.update(kept | {"recipients-safe.json": example("recipients-safe")}, 0)
    # The line may be that of a reload which began before this update. The next one begins behind it.
    daemon.reload()
    assert "in force: 2 files" in daemon.reload()
    said = daemon.log(mark)
    assert "refused" not in said, next(line for line in said.splitlines() if "refused" in line)
    assert said.count("in force: ") > 10
    assert list(client(daemon).message("no-reply@example.net", ["eve@evil.test", "ann@example.org"]).refused) == ["eve@evil.test"]


def test_a_broken_link_stays_a_fault(start):
    """What is no update under way is said, after a second."""
    daemon = start(sender=example("sender"))
    (daemon.policies / "gone.json").symlink_to("nowhere")
    began = time.monotonic()
    line = daemon.reload()
    assert "reload: refused" in line and "gone.json: No such file or directory; remove or mend this entry" in line
    assert time.monotonic() - began > 0.9
