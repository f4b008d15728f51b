"""What the journal promises about runs and entries, on every database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from otrs_bridge.domain.ticket import Customer, Pending, Value
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.ports.journal import Journal, JournalEntry, Run
from tests.journal.samples import NOON, intent, later, start, write

AWKWARD: tuple[Value, ...] = (
    "",
    " с пробелами ",
    'кавычки " и \\ и \n',
    "emoji 🛰 and ё",
    "nul \0 inside",
    "half a pair \ud83d",
    (),
    ("GPON", "ADSL"),
    Customer(),
    Customer(user="иванов", company="ЮЛ-17"),
    Pending(state="pending reminder", until=1_772_000_000),
    "x" * 100_000,
)


def test_a_run_is_remembered_with_its_summary(journal: Journal) -> None:
    number = journal.start_run("undo", at=NOON, selection="run 7")
    journal.finish_run(number, at=later(1), summary={"applied": 3, "failed": 0})
    (found,) = journal.runs()
    assert found == Run(
        id=number,
        kind="undo",
        started_at=NOON,
        finished_at=later(1),
        selection="run 7",
        summary={"applied": 3, "failed": 0},
    )


def test_a_run_under_way_has_no_end_and_no_counts(journal: Journal) -> None:
    start(journal)
    (found,) = journal.runs()
    assert found.finished_at is None
    assert found.summary == {}


def test_runs_come_newest_first_and_only_as_many_as_asked_for(journal: Journal) -> None:
    numbers = [start(journal) for _ in range(5)]
    assert [run.id for run in journal.runs(limit=3)] == numbers[:-4:-1]
    assert all(earlier < newer for earlier, newer in pairwise(numbers))


def test_an_entry_comes_back_as_it_was_intended(journal: Journal) -> None:
    run = start(journal)
    planned = intent(42, "customer", Customer(user="a"), Customer(user="b", company="c"), rule="customer")
    (number,) = journal.intend(run, [planned], at=NOON)
    assert journal.entries() == [
        JournalEntry(
            id=number,
            run=run,
            ticket_id=42,
            ticket_number=planned.ticket_number,
            rule="customer",
            field="customer",
            old=planned.old,
            new=planned.new,
            why=planned.why,
            mode="enforce",
            state="intended",
            error="",
            intended_at=NOON,
            settled_at=None,
            undoes=None,
        )
    ]


@pytest.mark.parametrize("value", AWKWARD, ids=lambda value: repr(value)[:25])
def test_every_value_comes_back_exactly(journal: Journal, value: Value) -> None:
    journal.intend(start(journal), [intent(old=value, new=value)], at=NOON)
    (entry,) = journal.entries()
    assert (entry.old, entry.new) == (value, value)


def test_words_that_no_database_takes_do_not_stop_the_journal(journal: Journal) -> None:
    (number,) = journal.intend(start(journal), [intent()], at=NOON)
    journal.settle({number: ("failed", "OTRS said \0 and \ud800")}, at=NOON)
    (entry,) = journal.entries()
    assert entry.error.startswith("OTRS said \ufffd and \ufffd")


def test_moments_come_back_aware_and_equal_whatever_their_zone_was(journal: Journal) -> None:
    vladivostok = datetime(2026, 3, 2, 22, 0, 0, 1, tzinfo=timezone(timedelta(hours=10)))
    journal.intend(start(journal), [intent()], at=vladivostok)
    (entry,) = journal.entries()
    assert entry.intended_at == vladivostok
    assert entry.intended_at.utcoffset() == timedelta(0)


def test_ids_come_in_the_order_of_the_intents(journal: Journal) -> None:
    intents = [intent(ticket, f"DynamicField_{ticket}") for ticket in range(200, 0, -1)]
    numbers = journal.intend(start(journal), intents, at=NOON)
    found = {entry.id: entry.ticket_id for entry in journal.entries()}
    assert [found[number] for number in numbers] == list(range(200, 0, -1))
    assert list(numbers) == sorted(numbers)


def test_nothing_to_intend_is_nothing_written(journal: Journal) -> None:
    assert journal.intend(start(journal), [], at=NOON) == ()
    journal.settle({}, at=NOON)
    assert journal.entries() == []


def test_settled_entries_keep_otrs_s_words(journal: Journal) -> None:
    first, second = journal.intend(start(journal), [intent(1), intent(2)], at=NOON)
    journal.settle({second: ("failed", "TicketUpdate.AccessDenied: нет прав"), first: ("applied", "")}, at=later(1))
    assert [(entry.state, entry.error, entry.settled_at) for entry in journal.entries()] == [
        ("applied", "", later(1)),
        ("failed", "TicketUpdate.AccessDenied: нет прав", later(1)),
    ]


def test_unsettled_are_the_ones_nobody_settled(journal: Journal) -> None:
    first, second, third = journal.intend(start(journal), [intent(n) for n in (1, 2, 3)], at=NOON)
    journal.settle({second: ("unchanged", "")}, at=NOON)
    assert [entry.id for entry in journal.unsettled()] == [first, third]


def test_an_entry_of_unknown_fate_stays_unsettled_with_its_words(journal: Journal) -> None:
    (number,) = journal.intend(start(journal), [intent()], at=NOON)
    journal.settle({number: ("intended", "the connection broke after sending")}, at=later(1))
    (entry,) = journal.unsettled()
    assert (entry.error, entry.settled_at) == ("the connection broke after sending", None)


def test_the_history_is_narrowed_by_run_and_ticket(journal: Journal) -> None:
    write(journal, intent(1), intent(2))
    write(journal, intent(2), intent(3))
    first, second = (run.id for run in reversed(journal.runs()))
    assert [(entry.run, entry.ticket_id) for entry in journal.entries(ticket_id=2)] == [
        (first, 2),
        (second, 2),
    ]
    assert [entry.ticket_id for entry in journal.entries(run=second)] == [2, 3]
    assert [entry.ticket_id for entry in journal.entries(run=first, ticket_id=1)] == [1]
    assert journal.entries(run=first, ticket_id=3) == []


def test_a_limited_history_is_the_newest_part_oldest_first(journal: Journal) -> None:
    numbers = write(journal, *(intent(n) for n in range(1, 11)))
    assert [entry.id for entry in journal.entries(limit=3)] == list(numbers[-3:])
    assert [entry.id for entry in journal.entries(limit=0)] == []


def test_refusals_are_those_of_the_tickets_that_were_asked_for(journal: Journal) -> None:
    write(journal, intent(1), intent(2), intent(3), state="refused")
    write(journal, intent(1))
    write(journal, intent(2, "customer"), state="refused", minutes=1)
    assert [(one.ticket_id, one.field) for one in journal.refusals([2, 1])] == [
        (1, "state"),
        (2, "state"),
        (2, "customer"),
    ]
    assert journal.refusals([4]) == []


def test_an_undo_names_the_entry_it_takes_back(journal: Journal) -> None:
    (done,) = write(journal, intent())
    (taken_back,) = write(journal, intent(old="open", new="new", undoes=done))
    assert [entry.undoes for entry in journal.entries()] == [None, done]
    assert taken_back > done


def test_settling_what_does_not_exist_is_refused_and_settles_nothing(journal: Journal) -> None:
    (number,) = journal.intend(start(journal), [intent()], at=NOON)
    with pytest.raises(JournalUnusable, match=r"entry 999999 is not in the journal"):
        journal.settle({number: ("applied", ""), 999_999: ("applied", "")}, at=NOON)
    assert [entry.state for entry in journal.entries()] == ["intended"]


def test_a_run_that_does_not_exist_cannot_be_finished_or_written_to(journal: Journal) -> None:
    with pytest.raises(JournalUnusable, match="run 77 is not in the journal"):
        journal.finish_run(77, at=NOON, summary={})
    with pytest.raises(JournalUnusable):
        journal.intend(77, [intent()], at=NOON)
    assert journal.entries() == []
