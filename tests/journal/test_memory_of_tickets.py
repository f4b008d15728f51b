"""What the journal promises about pins, last writes, told remarks and the daemon, on every database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.decision import LastWrite, TicketMemory
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.ports.journal import Journal
from tests.journal.samples import NOON, intent, later, pin, sighting, start, write


def last_writes(journal: Journal, ticket_id: int = 1) -> dict[str, LastWrite]:
    return dict(journal.memory_of([ticket_id]).get(ticket_id, TicketMemory()).last_writes)


# --- what is remembered ---------------------------------------------------------------------------


def test_a_ticket_without_memory_is_absent(journal: Journal) -> None:
    write(journal, intent(1))
    assert list(journal.memory_of([1, 2, 3])) == [1]
    assert journal.memory_of([]) == {}


def test_the_last_write_of_each_field_counts(journal: Journal) -> None:
    write(journal, intent(1, "state", "a", "b"), intent(1, "priority", "3", "4", rule="priority"))
    write(journal, intent(1, "state", "c", "d", rule="other"))
    assert last_writes(journal) == {
        "state": LastWrite(rule="other", old="c", new="d", replaced=("a", "c")),
        "priority": LastWrite(rule="priority", old="3", new="4", replaced=("3",)),
    }


def test_what_the_bridge_itself_had_written_is_no_value_of_others_that_it_replaced(journal: Journal) -> None:
    write(journal, intent(1, "customer", "x@y.ru", Customer(user="Ф-1", company="")))
    write(journal, intent(1, "customer", Customer(user="Ф-1", company="7"), Customer(user="ivanov", company="7")))
    write(journal, intent(1, "customer", Customer(user="petrov", company="8"), Customer(user="ivanov", company="7")))
    assert last_writes(journal)["customer"].replaced == ("x@y.ru", Customer(user="petrov", company="8"))
    journal.release(1, "customer", at=NOON)
    write(journal, intent(1, "customer", "zzz", "ivanov"))
    assert last_writes(journal)["customer"].replaced == ("zzz",), "what was given back begins anew"


@pytest.mark.parametrize("state", ["failed", "unchanged", "superseded", "intended"])
def test_what_was_not_applied_is_no_last_write(journal: Journal, state: str) -> None:
    write(journal, intent(1, "state", "a", "b"))
    write(journal, intent(1, "state", "c", "d"), state=state)  # type: ignore[arg-type]  # the four words above
    assert last_writes(journal)["state"].new == "b"


def test_an_undo_is_a_last_write_that_is_marked(journal: Journal) -> None:
    (done,) = write(journal, intent(1, "state", "a", "b"))
    write(journal, intent(1, "state", "b", "a", undoes=done))
    assert last_writes(journal) == {"state": LastWrite(rule="state", old="b", new="a", undone=True, replaced=("a",))}


def test_tickets_do_not_mix(journal: Journal) -> None:
    write(journal, *(intent(n, "state", "", f"for {n}") for n in range(1, 1201)))
    found = journal.memory_of(range(1, 1201))
    assert len(found) == 1200
    assert all(standing.last_writes["state"].new == f"for {ticket}" for ticket, standing in found.items())


def test_told_remarks_are_remembered_by_rule_and_the_newest_counts(journal: Journal) -> None:
    run = start(journal)
    journal.remember_told(1, {"state": "aaaa", "customer": "bbbb"}, run=run, at=NOON)
    journal.remember_told(1, {"state": "cccc"}, run=run, at=later(1))
    journal.remember_told(2, {}, run=run, at=NOON)
    assert journal.memory_of([1, 2]) == {1: TicketMemory(told={"state": "cccc", "customer": "bbbb"})}


# --- pins -----------------------------------------------------------------------------------------


def test_a_pin_is_remembered(journal: Journal) -> None:
    kept = pin(1, "customer", value=Customer(user="a", company="b"))
    journal.pin([kept])
    assert journal.pins() == [kept]
    assert journal.memory_of([1])[1].pinned == {"customer"}


def test_of_a_pin_that_exists_only_the_value_is_another(journal: Journal) -> None:
    journal.pin([pin(1, value="first")])
    journal.pin([pin(2), pin(1, value="second", reason="again")])
    found = [(one.ticket_id, one.value, one.reason) for one in journal.pins()]
    assert found == [(1, "second", "put back"), (2, "new", "put back")]
    journal.pin([])


def test_a_release_lifts_one_field_or_all_and_says_how_many(journal: Journal) -> None:
    journal.pin([pin(1, "state"), pin(1, "priority"), pin(1, "queue"), pin(2, "state")])
    assert journal.release(1, "queue", at=later(1)) == 1
    assert journal.release(1, None, at=later(2)) == 2
    assert journal.release(1, None, at=later(3)) == 0
    assert [(found.ticket_id, found.field) for found in journal.pins()] == [(2, "state")]


def test_a_released_field_counts_as_never_written(journal: Journal) -> None:
    """Otherwise the value that the person put back, which it still holds, would pin it at once again."""
    write(journal, intent(1, "state", "a", "b"), intent(1, "priority", "3", "4"), intent(2, "state", "a", "b"))
    journal.pin([pin(1, "state")])
    journal.release(1, "state", at=later(1))
    assert set(last_writes(journal, 1)) == {"priority"}
    assert set(last_writes(journal, 2)) == {"state"}


def test_a_release_without_a_pin_forgets_the_writes_too(journal: Journal) -> None:
    """A dry run shows a field as pinned before anybody has written the pin down."""
    write(journal, intent(1, "state"), intent(1, "priority"))
    assert journal.release(1, None, at=later(1)) == 0
    assert journal.memory_of([1]) == {}


def test_after_a_release_the_bridge_s_next_write_counts_again(journal: Journal) -> None:
    write(journal, intent(1, "state", "a", "b"))
    journal.pin([pin(1, "state")])
    journal.release(1, "state", at=NOON)
    write(journal, intent(1, "state", "c", "d"))  # in the same moment: no clock decides this
    assert last_writes(journal)["state"].new == "d"


def test_a_write_under_way_at_the_release_counts_no_more(journal: Journal) -> None:
    (number,) = journal.intend(start(journal), [intent(1, "state")], at=NOON)
    journal.release(1, "state", at=later(1))
    journal.settle({number: ("applied", "")}, at=later(2))
    assert last_writes(journal) == {}


def test_a_released_field_can_be_pinned_and_released_again(journal: Journal) -> None:
    for value in ("first", "second"):
        journal.pin([pin(1, value=value)])
        assert [found.value for found in journal.pins()] == [value]
        assert journal.release(1, "state", at=NOON) == 1
    assert journal.memory_of([1]) == {}


def test_a_release_leaves_the_history_as_it_is(journal: Journal) -> None:
    write(journal, intent(1))
    before = journal.entries()
    journal.release(1, None, at=later(1))
    assert journal.entries() == before
    assert journal.tickets_changed_since(NOON) == 1


# --- how much was done ----------------------------------------------------------------------------


def test_changed_tickets_are_counted_once_each(journal: Journal) -> None:
    write(journal, intent(1), intent(1, "priority"), intent(2), minutes=10)
    write(journal, intent(1), intent(3), minutes=20)
    write(journal, intent(4), state="failed", minutes=20)
    journal.remember_told(3, {"state": "a"}, run=start(journal), at=later(20))
    journal.remember_told(5, {"state": "a", "queue": "b"}, run=start(journal), at=later(30))
    assert journal.tickets_changed_since(NOON) == 4
    assert journal.tickets_changed_since(later(20)) == 3
    assert journal.tickets_changed_since(later(20) + timedelta(microseconds=1)) == 1
    assert journal.tickets_changed_since(later(31)) == 0


# --- the daemon's memory --------------------------------------------------------------------------


def test_a_watermark_moves_both_ways_and_by_name(journal: Journal) -> None:
    assert journal.watermark("poll") is None
    journal.set_watermark("poll", later(5))
    journal.set_watermark("other", later(9))
    assert journal.watermark("poll") == later(5)
    journal.set_watermark("poll", NOON)
    assert journal.watermark("poll") == NOON
    assert journal.watermark("other") == later(9)


def test_a_newer_version_of_a_ticket_replaces_the_older(journal: Journal) -> None:
    journal.see([sighting(1, settled=True), sighting(2)])
    newer = sighting(1, "2026-03-02 15:00:07")
    journal.see([sighting(1, "2026-03-02 15:00:05"), newer])
    assert journal.sightings() == [newer, sighting(2)]
    journal.see([])


def test_sightings_are_asked_by_ticket_or_all_that_are_open(journal: Journal) -> None:
    journal.see([sighting(n, settled=n % 2 == 0) for n in range(1, 7)])
    assert [found.ticket_id for found in journal.sightings()] == [1, 3, 5]
    assert [found.ticket_id for found in journal.sightings([6, 5, 99, 5])] == [5, 6]
    assert journal.sightings([]) == []


def test_only_settled_old_sightings_are_forgotten(journal: Journal) -> None:
    journal.see([sighting(1, settled=True), sighting(2)])
    journal.forget_sightings(before=NOON)
    assert len(journal.sightings([1, 2])) == 2
    journal.forget_sightings(before=later(1))
    assert journal.sightings([1, 2]) == [sighting(2)]
