"""otrs-bridge run under systemd: ready, fed, reading a changed configuration anew, and refusing a wrong one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from otrs_bridge.bootstrap.reloading import Reloader
from otrs_bridge.cli.service_manager import ServiceManager
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config, load
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import write_config

PROGRAM = "from otrs_bridge.cli.main import run; run()"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd would listen at."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(120)
        yield listening


def told(manager: socket.socket, word: str) -> str:
    """The next message that begins so; the watchdog's are passed over."""
    while not (said := manager.recv(4096).decode()).startswith(word):
        assert word == "WATCHDOG=1" or said.startswith("WATCHDOG=1"), said
    return said


def config_of(desk: Sandbox, folder: Path, **sections: object) -> Path:
    otrs = {"url": desk.base_url, "user": desk.user, "password": desk.password}
    write_config(folder / "config.yaml", {"otrs": otrs, "language": "en", "log": {"format": "json"}, **sections})
    return folder / "config.yaml"


def test_the_daemon_tells_systemd_and_takes_a_new_configuration_but_no_wrong_one(
    desk: Sandbox, tmp_path: Path, manager: socket.socket
) -> None:
    desk.add_ticket("Заявка")
    path = config_of(desk, tmp_path, daemon={"poll_seconds": 5})
    environ = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "40000000"}
    environ.pop("WATCHDOG_PID", None)
    command = [sys.executable, "-c", PROGRAM, "--config", str(path), "run"]
    daemon = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        assert told(manager, "READY=1")
        assert told(manager, "WATCHDOG=1")
        config_of(desk, tmp_path, rules={"state": "enforced"})
        daemon.send_signal(signal.SIGHUP)
        assert daemon.stderr is not None
        said = next(line for line in daemon.stderr if "configuration refused" in line)
        assert "rules.state" in said
        config_of(desk, tmp_path, daemon={"poll_seconds": 7})  # noticed without a signal
        assert told(manager, "RELOADING=1")
        assert told(manager, "READY=1")
        daemon.send_signal(signal.SIGTERM)
        assert told(manager, "STOPPING=1")
        _, rest = daemon.communicate(timeout=120)
        assert '"poll_seconds": 7' in rest
        assert daemon.returncode == 0
    finally:
        daemon.kill()
        daemon.wait()


@pytest.fixture
def loaded(desk: Sandbox, tmp_path: Path) -> Config:
    (tmp_path / "password").write_text(desk.password, encoding="utf-8")
    write_config(
        tmp_path / "config.yaml", {"otrs": {"url": desk.base_url, "user": desk.user, "password_file": "password"}}
    )
    return load(tmp_path / "config.yaml", RULES, {})


def test_what_is_still_being_written_is_waited_for_and_a_changed_secret_counts(loaded: Config, tmp_path: Path) -> None:
    reloader = Reloader(loaded, lambda: load(loaded.path, RULES, {}))
    assert not any(reloader.look() for _ in range(3))
    for text in ("new", "new-and-longer"):
        (tmp_path / "password").write_text(text, encoding="utf-8")
        assert not reloader.look()
    assert reloader.look()
    taken = reloader.take()
    assert taken is not None
    assert taken.otrs.password is not None
    assert taken.otrs.password.get_secret_value() == "new-and-longer"
    assert reloader.take() is None
    assert not any(reloader.look() for _ in range(3))


def test_a_wrong_configuration_is_told_once_and_forgotten_when_it_is_right_again(
    loaded: Config, tmp_path: Path
) -> None:
    right = loaded.path.read_text(encoding="utf-8")
    reloader = Reloader(loaded, lambda: load(loaded.path, RULES, {}))
    loaded.path.write_text("otrs: {}\n", encoding="utf-8")
    with capture_logs() as logged:
        assert not any(reloader.look() for _ in range(5))
    assert [line["event"] for line in logged] == ["configuration refused, the old one stays"]
    assert reloader.refused is not None
    loaded.path.write_text(right + "language: en\n", encoding="utf-8")
    assert [reloader.look() for _ in range(3)][-1]
    assert reloader.refused is None


def test_a_daemon_that_stands_still_does_not_feed_the_watchdog(tmp_path: Path, manager: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
    still = ServiceManager(environ, SystemClock())
    still.idle = lambda: 100.0
    manager.settimeout(1)
    with suppress(TimeoutError):
        while manager.recv(100):  # what was sent before it stood still
            pass
    with pytest.raises(TimeoutError):
        manager.recv(100)
    manager.settimeout(60)
    still.idle = lambda: 0.0
    assert manager.recv(100) == b"WATCHDOG=1"
    still.stopping()


def test_without_systemd_nothing_is_told() -> None:
    quiet = ServiceManager({}, SystemClock())
    quiet.ready()
    quiet.reloading()
    quiet.stopping()
    assert quiet.idle() == 0.0
