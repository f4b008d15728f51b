"""What people were told, channel by channel."""

from __future__ import annotations

import pytest

from otrs_bridge.journal.database import Database
from otrs_bridge.journal.notice_memory import SqlNotices
from otrs_bridge.ports.notices import Notices
from tests.journal.samples import NOON, later


@pytest.fixture
def notices(database: Database) -> Notices:
    return SqlNotices(database)


def test_what_was_met_keeps_its_first_moment_until_it_is_settled(notices: Notices) -> None:
    notices.meet("mail", ["plan 1", "plan 2"], at=NOON)
    notices.meet("mail", ["plan 1"], at=later(5))
    assert notices.known("mail") == {"plan 1": (NOON, None), "plan 2": (NOON, None)}
    notices.settle("mail", ["plan 1"])
    notices.meet("mail", ["plan 1"], at=later(9))
    assert notices.known("mail")["plan 1"] == (later(9), None)


def test_what_was_told_is_known_by_its_channel_alone(notices: Notices) -> None:
    for channel in ("mail", "chat"):
        notices.meet(channel, ["plan 1"], at=NOON)
    notices.tell("mail", ["plan 1"], at=later(1))
    assert notices.known("mail") == {"plan 1": (NOON, later(1))}
    assert notices.known("chat") == {"plan 1": (NOON, None)}


def test_nothing_met_and_nothing_settled_changes_nothing(notices: Notices) -> None:
    notices.meet("mail", [], at=NOON)
    notices.settle("mail", [])
    assert notices.known("mail") == {}
