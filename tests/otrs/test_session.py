"""One session for all: opened when needed, renewed in time, and never fought for."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from otrs_bridge.errors import LoginRefused, OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.request import LoginDenied
from otrs_bridge.otrs.session import (
    DELAYS_BETWEEN_TRIES,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    RENEW_AFTER,
    SessionKeeper,
)
from otrs_bridge.words import Words
from tests.otrs.moved_clock import MovedClock


class Door:
    """Gives out session ids, or says no."""

    def __init__(self, *, denied: int = 0) -> None:
        self.denied = denied
        self.knocks = 0

    def __call__(self) -> str:
        self.knocks += 1
        if self.denied:
            self.denied -= 1
            raise LoginDenied(Words.alike("SessionCreate: Authorization failing!"))
        return f"session-{self.knocks}"


def connection(file: Path | None = None, user: str = "bridge") -> OtrsConnection:
    return OtrsConnection(url="https://otrs.test/", user=user, password="hunter2", session_file=file)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    old = os.umask(0)
    yield tmp_path / "session.json"
    os.umask(old)


def test_one_session_serves_until_it_is_about_to_end(clock: MovedClock) -> None:
    door = Door()
    keeper = SessionKeeper(connection(), clock)
    assert [keeper.current(door) for _ in range(3)] == ["session-1"] * 3
    clock.move(RENEW_AFTER - 1)
    assert keeper.current(door) == "session-1"
    clock.move(1)
    assert keeper.current(door) == "session-2"


def test_threads_that_notice_together_open_one_session(clock: MovedClock) -> None:
    door = Door()
    keeper = SessionKeeper(connection(), clock)
    gone = keeper.current(door)
    barrier = threading.Barrier(8)
    got: list[str] = []

    def notice() -> None:
        barrier.wait()
        got.append(keeper.renewed(gone, door))

    threads = [threading.Thread(target=notice) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(got) == {"session-2"}
    assert door.knocks == 2


def test_a_hiccup_of_the_login_is_waited_out(clock: MovedClock) -> None:
    door = Door(denied=2)
    assert SessionKeeper(connection(), clock).current(door) == "session-3"
    assert clock.slept == list(DELAYS_BETWEEN_TRIES)


def test_a_wrong_password_is_tried_three_times_and_then_told_with_both_reasons(clock: MovedClock) -> None:
    door = Door(denied=99)
    with pytest.raises(LoginRefused, match=r"password.*maintenance") as caught:
        SessionKeeper(connection(), clock).current(door)
    assert door.knocks == 3
    assert "hunter2" not in str(caught.value)
    assert "обслуживание" in caught.value.words.ru


def test_a_refused_login_is_remembered_with_growing_pauses(clock: MovedClock) -> None:
    door = Door(denied=999)
    keeper = SessionKeeper(connection(), clock)
    pause = FIRST_PAUSE
    for _ in range(7):
        before = door.knocks
        with pytest.raises(LoginRefused):
            keeper.current(door)
        assert door.knocks == before + 3
        clock.move(pause - 1)
        with pytest.raises(LoginRefused, match="next login is tried in 1 s"):
            keeper.current(door)
        assert door.knocks == before + 3
        clock.move(1)
        pause = min(pause * 2, LONGEST_PAUSE)


def test_after_a_success_the_pauses_start_small_again(clock: MovedClock) -> None:
    door = Door(denied=3)
    keeper = SessionKeeper(connection(), clock)
    with pytest.raises(LoginRefused):
        keeper.current(door)
    clock.move(FIRST_PAUSE)
    session = keeper.current(door)
    door.denied = 3
    with pytest.raises(LoginRefused):
        keeper.renewed(session, door)
    clock.move(FIRST_PAUSE)
    assert keeper.renewed(session, door) != session


def test_an_unreachable_otrs_is_not_a_refused_login(clock: MovedClock) -> None:
    def away() -> str:
        raise OtrsUnreachable(Words.alike("away"))

    keeper = SessionKeeper(connection(), clock)
    with pytest.raises(OtrsUnreachable):
        keeper.current(away)
    assert keeper.current(Door()) == "session-1"
    assert clock.slept == []


def test_a_restart_needs_no_new_login(clock: MovedClock, file: Path) -> None:
    SessionKeeper(connection(file), clock).current(Door())
    clock.move(60)
    door = Door()
    assert SessionKeeper(connection(file), clock).current(door) == "session-1"
    assert door.knocks == 0


def test_the_file_is_its_owners_alone_whatever_the_umask_and_holds_no_password(clock: MovedClock, file: Path) -> None:
    SessionKeeper(connection(file), clock).current(Door())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "hunter2" not in file.read_text()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_an_old_draft_or_link_in_the_way_is_replaced_not_followed(clock: MovedClock, file: Path) -> None:
    victim = file.with_name("victim")
    victim.write_text("mine")
    file.with_name(f"{file.name}.{os.getpid()}.new").symlink_to(victim)
    SessionKeeper(connection(file), clock).current(Door())
    assert victim.read_text() == "mine"
    assert json.loads(file.read_text())["session"] == "session-1"


def test_a_file_that_others_can_read_is_ignored(clock: MovedClock, file: Path) -> None:
    SessionKeeper(connection(file), clock).current(Door())
    file.chmod(0o640)
    door = Door()
    SessionKeeper(connection(file), clock).current(door)
    assert door.knocks == 1


def test_a_changed_password_is_tried_and_not_hidden_by_the_old_session(clock: MovedClock, file: Path) -> None:
    first, second = Door(), Door()
    SessionKeeper(connection(file), clock).current(first)
    changed = replace(connection(file), password="another")
    SessionKeeper(changed, clock).current(second)
    assert second.knocks == 1


def test_the_session_of_another_user_or_server_is_ignored(clock: MovedClock, file: Path) -> None:
    SessionKeeper(connection(file), clock).current(Door())
    door = Door()
    SessionKeeper(connection(file, user="other"), clock).current(door)
    assert door.knocks == 1


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"url": 1}', "\x00"])
def test_a_broken_file_is_only_no_help(clock: MovedClock, file: Path, content: str) -> None:
    file.write_text(content)
    file.chmod(0o600)
    assert SessionKeeper(connection(file), clock).current(Door()) == "session-1"


def _pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _link(path: Path) -> None:
    SessionKeeper(connection(path.with_name("real.json")), MovedClock()).current(Door())
    path.symlink_to("real.json")


def _config(path: Path) -> None:
    path.write_text("otrs: {url: https://otrs.example.org}\n")
    path.chmod(0o600)


@pytest.mark.parametrize("put", [_pipe, _link, _config, Path.mkdir], ids=["a pipe", "a link", "a config", "a folder"])
def test_what_is_no_session_file_is_neither_waited_for_nor_followed_nor_replaced(
    clock: MovedClock, file: Path, put: Callable[[Path], None]
) -> None:
    put(file)
    before = file.lstat()
    door = Door()
    assert SessionKeeper(connection(file), clock).current(door) == "session-1"
    assert door.knocks == 1
    assert (file.lstat().st_ino, file.lstat().st_mtime) == (before.st_ino, before.st_mtime)


def test_a_session_of_the_future_or_of_long_ago_is_not_used(clock: MovedClock, file: Path) -> None:
    SessionKeeper(connection(file), clock).current(Door())
    for moved in (-3600.0, RENEW_AFTER + 3600):
        other = MovedClock()
        other.move(moved)
        door = Door()
        SessionKeeper(connection(file), other).current(door)
        assert door.knocks == 1


def test_a_directory_that_does_not_exist_costs_only_the_memory(clock: MovedClock, tmp_path: Path) -> None:
    keeper = SessionKeeper(connection(tmp_path / "nowhere" / "session.json"), clock)
    assert keeper.current(Door()) == "session-1"
