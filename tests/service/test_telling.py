"""service/telling.py: at once and once, outside quiet hours, and whatever the channels do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from otrs_bridge.domain.concern import A_WHILE, Concern
from otrs_bridge.domain.hours import Hours
from otrs_bridge.errors import JournalUnusable, MessageNotSent
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.notice_memory import SqlNotices
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.notices import Message
from otrs_bridge.service.concerns import WhatWaits
from otrs_bridge.service.telling import Manners, Teller
from otrs_bridge.words import Words
from tests.service.conftest import MovableClock

MOSCOW = ZoneInfo("Europe/Moscow")  # the clock of the tests begins at 12:00 there, on a Sunday
PLAN = Concern(key="plan 7", words=Words(ru="план ждёт", en="a plan waits"))
AWAY = Concern(key="otrs is away", words=Words(ru="OTRS молчит", en="OTRS is silent"), patience=A_WHILE)


@dataclass(kw_only=True)
class Inbox:
    """A channel that keeps what it is given, or takes nothing."""

    id: str = "inbox"
    name: str = "inbox (1)"
    got: list[Message] = field(default_factory=list)
    broken: bool = False

    def send(self, message: Message) -> None:
        if self.broken:
            raise MessageNotSent(Words(ru="никто не взял", en="nobody took it"))
        self.got.append(message)


@dataclass(kw_only=True)
class Post:
    """A teller with its channels, what it is to tell of, and the clock."""

    teller: Teller
    inboxes: list[Inbox]
    clock: MovableClock
    found: list[Concern] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)

    def turn(self, **span: float) -> None:
        """Time passes, and the teller looks."""
        self.clock.move(**span)
        self.teller.look()

    @property
    def told(self) -> list[str]:
        return [message.body for message in self.inboxes[0].got]


@pytest.fixture
def database() -> Iterator[Database]:
    opened = open_database("sqlite://")
    yield opened
    opened.close()


@pytest.fixture
def post(database: Database, clock: MovableClock) -> Post:
    return make(database, clock)


def make(database: Database, clock: MovableClock, count: int = 1, **manners: object) -> Post:
    inboxes = [Inbox(id=f"inbox{number}") for number in range(count)]
    found: list[Concern] = []
    unclear: set[str] = set()

    def summary(since: datetime, found: WhatWaits) -> Words:
        return Words.alike(f"since {since:%d %H:%M}, {len(found.concerns)}")

    teller = Teller(
        channels=inboxes,
        notices=SqlNotices(database),
        journal=SqlJournal(database),
        jobs=SqlJobJournal(database),
        clock=clock,
        concerns=lambda: WhatWaits(concerns=tuple(found), unclear=frozenset(unclear)),
        summary=summary,
        manners=replace(Manners(language="ru", zone=MOSCOW), **manners),  # type: ignore[arg-type] # as the tests give them
    )
    return Post(teller=teller, inboxes=inboxes, clock=clock, found=found, unclear=unclear)


def test_what_waits_is_told_at_once_and_once_until_it_is_settled(post: Post, database: Database) -> None:
    post.found.append(PLAN)
    for _ in range(5):
        post.turn(hours=24)
    assert post.told == ["• План ждёт."]
    again = make(database, post.clock)
    again.found.append(PLAN)
    again.turn()
    assert again.told == [], "another process knows"
    post.found.clear()
    post.turn()
    post.found.append(PLAN)
    post.turn()
    assert len(post.told) == 2


def test_what_may_pass_by_itself_is_told_when_it_has_lasted(post: Post) -> None:
    post.found.append(AWAY)
    post.turn()
    post.turn(minutes=19)
    assert post.told == []
    post.turn(minutes=1)
    assert len(post.told) == 1
    post.found.clear()
    post.turn()
    post.found.append(AWAY)
    post.turn(minutes=5)
    post.found.clear()
    post.turn(minutes=30)
    assert len(post.told) == 1, "it was over before"


def test_what_is_tried_again_just_now_is_neither_settled_nor_told_anew(post: Post) -> None:
    post.found.append(PLAN)
    post.turn()
    post.found.clear()
    post.unclear.add(PLAN.key)
    post.turn()
    post.unclear.clear()
    post.found.append(PLAN)
    post.turn()
    assert len(post.told) == 1


def test_a_message_names_the_turn_in_which_it_was_sent(post: Post) -> None:
    post.teller.turn = lambda: "1130093015-7"
    post.found.append(PLAN)
    post.turn()
    assert post.told == ["• План ждёт.\nХод службы: 1130093015-7"]


def test_several_things_come_in_one_message(post: Post) -> None:
    post.found += [PLAN, replace(PLAN, key="plan 8")]
    post.turn()
    (message,) = post.inboxes[0].got
    assert message.title == "otrs-bridge: нужен человек (2)"
    assert message.body.count("•") == 2


def test_what_comes_in_quiet_hours_is_told_at_their_end(database: Database, clock: MovableClock) -> None:
    post = make(database, clock, quiet=Hours(since=time(11), until=time(14)))
    post.found.append(PLAN)
    post.turn()
    post.turn(minutes=119)
    assert post.told == []
    post.turn(minutes=1)
    assert len(post.told) == 1


def test_a_channel_that_fails_is_tried_ever_more_seldom_and_the_others_are_told(
    database: Database, clock: MovableClock
) -> None:
    post = make(database, clock, count=2)
    post.inboxes[0].broken = True
    post.found.append(PLAN)
    with capture_logs() as logged:
        for _ in range(60):
            post.turn(minutes=1)
    assert 4 <= sum(line["event"] == "not told" for line in logged) <= 7
    assert len(post.inboxes[1].got) == 1
    post.inboxes[0].broken = False
    post.turn(hours=1)
    assert [len(inbox.got) for inbox in post.inboxes] == [1, 1]


def test_a_digest_comes_every_day_at_its_time_and_not_for_the_time_before_the_first(
    database: Database, clock: MovableClock
) -> None:
    post = make(database, clock, digest="day", digest_at=time(8))
    post.turn()
    assert post.told == []
    post.turn(hours=19)
    assert post.told == []
    post.turn(hours=1)
    post.turn(hours=1)
    assert post.told == ["since 22 09:00, 0"]
    post.turn(days=3)
    assert len(post.told) == 2, "what was missed comes as one"


def test_a_journal_that_stays_lost_is_told_once_without_it(post: Post, database: Database) -> None:
    def lost() -> WhatWaits:
        raise JournalUnusable(Words(ru="журнал потерян", en="the journal is lost"))

    works, post.teller.concerns = post.teller.concerns, lost
    for minutes in (0, 10, 10, 10, 60):
        post.clock.move(minutes=minutes)
        with pytest.raises(JournalUnusable):
            post.teller.look()
    assert post.told == ["• Журнал потерян."]
    post.teller.concerns = works
    post.turn()
