# SPDX-License-Identifier: BSD-2-Clause
"""What all tests share: a folder that Postfix and the daemon can reach, and things that are ended whatever happens."""
import contextlib
import pathlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lib import fake_ses  # noqa: E402
from lib.daemon import Daemon  # noqa: E402
from lib.fault_counts import pytest_runtest_logreport, pytest_runtest_teardown, pytest_terminal_summary  # noqa: E402,F401
from lib.faults import Faults  # noqa: E402
from lib.milter_client import MilterClient  # noqa: E402
from lib.postfix import Postfix  # noqa: E402
from lib.sendmail import Sendmail  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """A run that is stopped ends what it has started: SIGTERM is as Ctrl-C."""
    def stop(*_: object) -> None:
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, stop)


def example(name: str) -> str:
    return (ROOT / "contrib" / "examples" / f"{name}.json").read_text()


@pytest.fixture
def folder() -> Iterator[pathlib.Path]:
    path = pathlib.Path(tempfile.mkdtemp(prefix="ses-policy-test."))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def faults(folder: pathlib.Path) -> Faults:
    """What lets calls of a program fail that is started by it: before=faults.before."""
    return Faults(folder)


@pytest.fixture
def start(folder: pathlib.Path) -> Iterator[Callable[..., Daemon]]:
    """start(NAME=POLICY..., settings={...}): a running daemon with these policies; it must end well."""
    with contextlib.ExitStack() as stack:
        def begin(settings: dict | None = None, socket_spec: str | None = None, before: tuple[str, ...] = (),
                  **policies: dict | str) -> Daemon:
            daemon = Daemon(folder, settings, socket_spec)
            for name, document in policies.items():
                daemon.write_policy(name.replace("_", "-"), document)

            def end() -> None:
                assert daemon.stop() == 0, daemon.log()

            stack.callback(end)
            return daemon.start(*before)
        yield begin


@pytest.fixture
def client() -> Iterator[Callable[..., MilterClient]]:
    """client(DAEMON, address=...): a milter connection, past CONNECT and HELO."""
    with contextlib.ExitStack() as stack:
        def begin(daemon: Daemon, address: str | None = "172.31.5.6", **options: object) -> MilterClient:
            one = stack.enter_context(MilterClient(daemon.address(), **options))
            one.connect(address)
            one.helo()
            return one
        yield begin


@pytest.fixture
def endpoint(folder: pathlib.Path) -> Iterator[fake_ses.FakeSes]:
    one = fake_ses.FakeSes(folder / "ses").start()
    yield one
    one.stop()


@pytest.fixture
def relay(folder: pathlib.Path, endpoint: fake_ses.FakeSes) -> Iterator[Callable[..., Postfix]]:
    """relay(DAEMON, ...): a Postfix that asks the daemon and hands mail to the endpoint. Each call starts one more."""
    begun: list[Postfix] = []
    with contextlib.ExitStack() as stack:
        def begin(daemon: Daemon | None, milter_options: str = "", **options: object) -> Postfix:
            postfix = Postfix(folder / f"postfix{len(begun) or ''}")
            begun.append(postfix)
            stack.callback(postfix.stop)
            milter = "{ %s, default_action=tempfail%s }" % (daemon.postfix_name(), milter_options) if daemon else ""
            return postfix.start(milter=milter, relay=(endpoint.port, fake_ses.USER, fake_ses.PASSWORD), **options)
        yield begin


@pytest.fixture
def sendmail(folder: pathlib.Path, endpoint: fake_ses.FakeSes) -> Iterator[Callable[..., Sendmail]]:
    """sendmail(DAEMON, ...): a Sendmail that asks the daemon and hands mail to the endpoint."""
    with contextlib.ExitStack() as stack:
        def begin(daemon: Daemon, **options: object) -> Sendmail:
            one = Sendmail(folder)
            stack.callback(one.stop)
            return one.start(milter_socket=daemon.socket, relay=(endpoint.port, fake_ses.USER, fake_ses.PASSWORD), **options)
        yield begin
