"""What is remembered of a long sweep: how far it is, whose it is, and the plan that waits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, Outcome, Proposal
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Article, Customer, Ticket
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal import plan_file, sweep_memory
from otrs_bridge.journal.plan_file import PlanFile
from otrs_bridge.ports.journal import Journal
from otrs_bridge.ports.sweeps import Bookmark
from otrs_bridge.words import Words
from tests.journal.samples import NOON, intent, write

DAY = timedelta(days=1)
MANY = [*range(1, 3000), 10**6, 2**40]


def take(
    journal: Journal, *, settings: str = "s", at: datetime = NOON, at_most: timedelta = DAY, name: str = "all"
) -> Bookmark | None:
    return journal.sweeps.take(name, settings, at=at, at_most=at_most)


def begun(journal: Journal, found: Iterable[int] = (7, 8)) -> Bookmark:
    mark = take(journal)
    assert mark is not None
    mark.cursor = "2026-01-02 03:04:05"
    journal.sweeps.advance("all", mark, examined=MANY, found=found, at=NOON)
    return mark


def left(journal: Journal, **more: object) -> Bookmark:
    journal.sweeps.leave("all")
    mark = take(journal, **more)  # type: ignore[arg-type] # as given by the tests below
    assert mark is not None
    return mark


def test_what_was_noted_is_there_for_whoever_goes_on(journal: Journal) -> None:
    begun(journal)
    mark = left(journal)
    assert (list(mark.examined), list(mark.found)) == (MANY, [7, 8])
    assert (mark.cursor, mark.started_at, mark.run, mark.changed) == ("2026-01-02 03:04:05", NOON, 0, 0)


def test_steps_add_up_and_what_was_told_is_gone(journal: Journal) -> None:
    mark = begun(journal, found=MANY)
    journal.sweeps.advance("all", mark, examined=[5000], found=[5000], at=NOON)
    journal.sweeps.told("all", mark, MANY[:-1], at=NOON)
    assert list(mark.found) == [5000, 2**40]
    mark = left(journal)
    assert list(mark.found) == [5000, 2**40]
    assert 5000 in mark.examined


def test_the_tickets_that_it_had_changed_are_counted_on(journal: Journal) -> None:
    mark = begun(journal)
    done = write(journal, intent(1), intent(2), intent(2, field="priority"))
    assert done
    mark.run = journal.runs()[0].id
    journal.sweeps.told("all", mark, [1], at=NOON)
    again = left(journal)
    assert (again.run, again.changed) == (mark.run, 2)
    third = left(journal)
    assert (third.run, third.changed) == (0, 2), "not counted twice"


@pytest.mark.parametrize(
    ("settings", "at", "at_most"),
    [("others", NOON, DAY), ("s", NOON + DAY, DAY), ("s", NOON, timedelta(0)), ("s", NOON - timedelta(hours=1), DAY)],
    ids=["other settings", "too long ago", "afresh", "begun in the future"],
)
def test_otherwise_it_begins_anew(journal: Journal, settings: str, at: datetime, at_most: timedelta) -> None:
    begun(journal)
    mark = left(journal, settings=settings, at=at, at_most=at_most)
    assert (len(mark.examined), len(mark.found), mark.cursor, mark.started_at) == (0, 0, "", at)


def test_an_end_leaves_nothing(journal: Journal) -> None:
    begun(journal)
    journal.sweeps.end("all")
    mark = take(journal)
    assert mark is not None
    assert not mark.examined


def test_one_process_at_a_time_and_each_selection_for_itself(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(journal)
    assert take(journal) is None
    assert take(journal, name="open") is not None
    assert take(journal, at=NOON + timedelta(minutes=61)) is not None, "of another machine's process nothing was heard"
    assert take(journal, at=NOON + timedelta(minutes=62)) is None
    monkeypatch.setattr(sweep_memory, "is_gone", lambda _owner, _epoch: True)
    assert take(journal, at=NOON + timedelta(minutes=62)) is not None, "it is certainly dead"


# --- the plan -------------------------------------------------------------------------------------------------------


def decision(number: int) -> Decision:
    ticket = Ticket(
        id=number,
        number=str(number),
        customer=Customer(user="иванов"),
        dynamic_fields={"Category": ("a", "b")},
        article=Article(id=1, body="ы" * 1000),
    )
    why = Words(ru="потому", en="because")
    change = Change(rule="state", field="state", old="new", new="open", why=why)
    outcome = Outcome.PLANNED if number % 3 else Outcome.OBSERVED
    return Decision(ticket=ticket, proposals=(Proposal(change=change, mode=Mode.ENFORCE, outcome=outcome),))


@pytest.mark.parametrize("in_memory", [1, 1 << 20], ids=["on the disk", "in memory"])
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 1234])
def test_a_plan_comes_back_as_it_was_without_the_articles(
    journal: Journal, count: int, in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_file, "_IN_MEMORY", in_memory)
    made = [decision(number) for number in range(count)]
    with journal.sweeps.plan() as plan:
        for start in range(0, count, 70):
            plan.add(made[start : start + 70])
        back = [one for portion in plan.portions() for one in portion]
        assert plan.writes == sum(one.wants_write for one in made)
    assert back == [replace(one, ticket=replace(one.ticket, article=None)) for one in made]


def test_nobody_else_can_open_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_file, "_IN_MEMORY", 1)
    plan = PlanFile(tmp_path)
    plan.add([decision(number) for number in range(200)])
    assert list(tmp_path.iterdir()) == [], "it has no name"
    found = os.fstat(plan._file.fileno())
    assert (found.st_nlink, found.st_mode & 0o777) == (0, 0o600)
    plan.close()


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_file, "_IN_MEMORY", 1)
    plan = PlanFile(tmp_path)

    class Full:
        def write(self, _data: bytes) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            """Nothing is open."""

    plan.close()
    monkeypatch.setattr(plan, "_file", Full())
    with pytest.raises(JournalUnusable, match=r"does not fit onto the disk .*No space left.*nothing was changed"):
        plan.add([decision(number) for number in range(50)])
