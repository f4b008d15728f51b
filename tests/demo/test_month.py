"""The demo's month: its billing data are what they claim to be, and its promises notice a bridge that errs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from otrs_bridge.demo import material, month_promises
from otrs_bridge.demo.month import FIRST, KEY_FIELD, Month, open_month
from otrs_bridge.demo.month_promises import CLOSED, CUT, IN_PARTS, IN_THE_END, OPEN, PAYER, SWITCH_ON
from otrs_bridge.sandbox.provisioning import BRIDGE_LOGIN


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    """The morning of the 1st."""
    with open_month(tmp_path / "month", "ru") as found:
        yield found


def _raise(month: Month, key: str, state: str = OPEN) -> int:
    return month.sandbox.add_ticket(key, state=state, fields={KEY_FIELD: key}).ticket_id


def _all_kept(month: Month) -> list[bool]:
    return [promise.kept for promise in month_promises.in_the_end(month)]


def _as_it_should_be(month: Month) -> None:
    """Lay the month down by hand, with the payer's one note."""
    for key, state in IN_THE_END.items():
        _raise(month, key, state)
    row = month.ticket(PAYER)
    assert row is not None
    row.articles.append(month.sandbox.tickets()[0].articles[0])
    row.articles[-1].is_visible_for_customer = False


def test_nothing_was_raised_before_the_month_begins(month: Month) -> None:
    assert month.today == FIRST
    assert month.made() == {}


def test_billing_exports_only_what_it_knows_by_then(month: Month) -> None:
    entries = Path(month.export()[1])
    assert "p31," not in entries.read_text(encoding="utf-8")
    month.clock.move_to(6, 6, 30)
    month.export()
    assert "p31," in entries.read_text(encoding="utf-8")
    assert "p34," not in entries.read_text(encoding="utf-8")
    month.clock.move_to(13, 6)
    month.export()
    assert entries.read_text(encoding="utf-8") == material.entries_csv()


def test_nobody_waits_in_the_month(month: Month) -> None:
    before = month.clock.monotonic()
    month.clock.sleep(90)
    assert month.clock.monotonic() - before == 90
    assert month.today == FIRST + timedelta(seconds=90)


def test_the_month_as_it_should_be_keeps_every_promise(month: Month) -> None:
    _as_it_should_be(month)
    assert all(_all_kept(month))


@pytest.mark.parametrize(
    ("key", "broken"),
    [(IN_PARTS, 0), (SWITCH_ON, 2), ("debt:internet:Ф-13340:2013-05", 3), ("", 3)],
    ids=["a second one for a debt", "a second reconnection", "one who has promised to pay", "one without a key"],
)
def test_a_ticket_too_many_is_noticed(month: Month, key: str, broken: int) -> None:
    _as_it_should_be(month)
    _raise(month, key)
    assert not _all_kept(month)[broken]


def test_a_payer_whose_ticket_stays_open_is_noticed(month: Month) -> None:
    _as_it_should_be(month)
    row = month.ticket(PAYER)
    assert row is not None
    month.sandbox.edit(row.ticket_id, login=BRIDGE_LOGIN, state=OPEN)
    assert _all_kept(month)[:2] == [False, False]


def test_the_first_wants_one_ticket_for_each_debt_and_no_other(month: Month) -> None:
    _raise(month, PAYER)
    _raise(month, CUT)
    assert not month_promises.after_the_first(month)[0].kept
    _raise(month, IN_PARTS)
    assert month_promises.after_the_first(month)[0].kept
    _raise(month, SWITCH_ON)
    assert not month_promises.after_the_first(month)[0].kept


def test_a_job_that_does_something_again_is_noticed(month: Month) -> None:
    number = _raise(month, PAYER)
    before = month_promises.histories(month)
    assert month_promises.nothing_moved(before, month, (0, 0)).kept
    assert not month_promises.nothing_moved(before, month, (0, 1)).kept
    month.sandbox.edit(number, state=CLOSED)
    assert not month_promises.nothing_moved(before, month, (0,)).kept
    before = month_promises.histories(month)
    _raise(month, PAYER)
    assert not month_promises.nothing_moved(before, month, (0,)).kept
