"""What is paused, was paused, and whether people contest a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.pause import Pause
from otrs_bridge.ports.journal import Journal
from tests.journal.samples import NOON, intent, later, pin, write

STATE = Pause(name="state", who="анна", because="спорят \x00", since=NOON, until=later(60))
REASONS = ("put back",)


def test_a_pause_is_in_force_until_its_end_and_ends_by_itself(journal: Journal) -> None:
    journal.pauses.begin(STATE)
    assert [one.name for one in journal.pauses.in_force(later(59))] == ["state"]
    assert list(journal.pauses.in_force(later(60))) == []
    assert [(one.name, one.end) for one in journal.pauses.ended(after=None, at=later(60))] == [("state", later(60))]
    assert list(journal.pauses.ended(after=later(60), at=later(99))) == []


def test_a_pause_says_who_until_when_and_why(journal: Journal) -> None:
    journal.pauses.begin(replace(STATE, because="спорят"))
    assert list(journal.pauses.in_force(NOON)) == [replace(STATE, because="спорят")]


def test_a_pause_is_lifted_once_and_others_stay(journal: Journal) -> None:
    journal.pauses.begin(STATE)
    journal.pauses.begin(replace(STATE, name="all"))
    assert journal.pauses.lift("state", by="пётр", at=later(10)) == 1
    assert journal.pauses.lift("state", by="пётр", at=later(10)) == 0
    assert [one.name for one in journal.pauses.in_force(later(10))] == ["all"]
    (ended,) = journal.pauses.ended(after=None, at=later(10))
    assert (ended.name, ended.end, ended.ended_by) == ("state", later(10), "пётр")


def test_a_second_pause_takes_the_place_of_the_first(journal: Journal) -> None:
    journal.pauses.begin(STATE)
    journal.pauses.begin(replace(STATE, since=later(5), until=later(20), who="пётр"))
    assert [one.who for one in journal.pauses.in_force(later(10))] == ["пётр"]
    assert list(journal.pauses.in_force(later(30))) == []


@pytest.mark.parametrize(("last", "expected"), [(50, (4, 2)), (2, (2, 1))])
def test_of_a_rules_newest_changes_those_that_people_have_pinned_are_counted(
    journal: Journal, last: int, expected: tuple[int, int]
) -> None:
    write(journal, *(intent(number) for number in (1, 2, 3, 4)), intent(5, field="priority", rule="priority"))
    journal.pin([pin(1), pin(4), pin(9), pin(2, reason="undone")])
    assert journal.pauses.taken_back("state", reasons=REASONS, last=last, at=later(90)) == expected


def test_what_was_changed_before_the_rules_last_pause_counts_no_more(journal: Journal) -> None:
    write(journal, intent(1), intent(2))
    journal.pin([pin(1), pin(2)])
    journal.pauses.begin(replace(STATE, since=later(10)))
    journal.pauses.lift("state", by="анна", at=later(20))
    assert journal.pauses.taken_back("state", reasons=REASONS, last=50, at=later(90)) == (0, 0)


def test_what_was_given_back_to_the_bridge_counts_no_more(journal: Journal) -> None:
    write(journal, intent(1), intent(2))
    journal.pin([pin(1), pin(2)])
    journal.release(1, None, at=later(5))
    assert journal.pauses.taken_back("state", reasons=REASONS, last=50, at=later(90)) == (1, 1)
