"""domain/grace.py: whom the daemon lets type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from otrs_bridge.domain.grace import Grace
from otrs_bridge.domain.ticket import Article, Ticket

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = Grace(new=timedelta(seconds=60), user="bridge")
LOCKS = Grace(while_locked=True, user="bridge")
CALL = Article(id=1, channel="Phone", sender_type="customer")
MAIL = Article(id=1, channel="Email", sender_type="customer")
AGENTS_MAIL = Article(id=1, channel="Email", sender_type="agent")


def ends(grace: Grace, *, age: float, met: float = 0, article: Article = CALL, lock: str = "unlock") -> float | None:
    """After how many seconds the grace of a ticket ends that is so old, and has been known so long."""
    ticket = Ticket(id=1, number="1", created=NOW - timedelta(seconds=age), article=article, lock=lock, owner="agent")
    found = grace.ends_at(ticket, met_at=NOW - timedelta(seconds=met), now=NOW)
    return None if found is None else (found - NOW).total_seconds()


@pytest.mark.parametrize(
    ("age", "article"),
    [(60, CALL), (3600, CALL), (1, MAIL), (61, AGENTS_MAIL)],
    ids=["its minute is over", "an old ticket", "a client's mail", "an agent's mail whose minute is over"],
)
def test_nobody_is_waited_for(age: float, article: Article) -> None:
    assert ends(MINUTE, age=age, met=age, article=article) is None


@pytest.mark.parametrize("article", [CALL, AGENTS_MAIL])
def test_a_ticket_that_an_agent_has_just_made_waits_for_the_rest_of_its_minute(article: Article) -> None:
    assert ends(MINUTE, age=20, met=5, article=article) == 40


def test_without_a_grace_there_is_none() -> None:
    assert ends(Grace(), age=0) is None


@pytest.mark.parametrize(("met", "left"), [(0, 60.0), (50, 10.0), (60, None)])
def test_a_clock_of_otrs_that_is_ahead_makes_it_no_longer_than_a_minute_from_the_first_look(
    met: float, left: float | None
) -> None:
    assert ends(MINUTE, age=-7200, met=met) == left


def test_a_ticket_that_an_agent_has_locked_is_looked_at_again_a_minute_later() -> None:
    assert ends(LOCKS, age=86400, lock="lock") == 60
    assert ends(LOCKS, age=86400, lock="lock", article=MAIL) == 60


def test_a_lock_counts_only_where_it_is_asked_for_and_the_bridges_own_never() -> None:
    assert ends(MINUTE, age=86400, lock="lock") is None
    assert ends(LOCKS, age=86400, lock="unlock") is None
    ours = Ticket(id=1, number="1", lock="lock", owner="bridge", article=CALL)
    assert LOCKS.ends_at(ours, met_at=NOW, now=NOW) is None
