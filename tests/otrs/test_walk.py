"""Whatever page size and whoever changes what meanwhile: no ticket is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from otrs_bridge.domain.selection import ChangedWithin, Everything, Selection, TheseTickets
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.otrs.walk import walk

START = datetime(2024, 5, 13, 12, 0, 0, tzinfo=UTC)
WINDOW = ChangedWithin(minutes=30)


def moment(second: int) -> str:
    return (START + timedelta(seconds=second)).strftime("%Y-%m-%d %H:%M:%S")


class ToyOtrs:
    """As much of TicketSearch as a walk uses. `cap` cuts silently; `between` happens before each request."""

    def __init__(
        self, seconds: Sequence[int], *, cap: int = 10**6, between: Callable[[ToyOtrs], None] = lambda _: None
    ) -> None:
        self.created = dict(enumerate(seconds, start=1))
        self.changed = dict(self.created)
        self.clock = max(seconds, default=0)
        self.cap = cap
        self.between = between
        self.blind = 0
        self.future: set[int] = set()
        self.unreadable: set[int] = set()
        self.ignores_time = False
        self.bounds_exclude = False
        self.searches = 0

    def touch(self, number: int) -> None:
        self.clock += 1
        self.changed[number] = self.clock

    def hits(self, where: Conditions, limit: int) -> list[int]:
        self.between(self)
        self.searches += 1
        if self.blind:
            self.blind -= 1
            return []
        column = self.changed if where["SortBy"][0] == "Changed" else self.created
        found = [number for number in column if self._fits(number, where)]
        down = where["OrderBy"][0] == "Down"
        found.sort(key=lambda number: (column[number], number), reverse=down)
        return found[: min(limit, self.cap)]

    def _fits(self, number: int, where: Conditions) -> bool:
        if "TicketLastChangeTimeNewerMinutes" in where and not self.ignores_time:
            return self.changed[number] >= self.clock - 60 * int(where["TicketLastChangeTimeNewerMinutes"])
        if number not in where.get("TicketID", [number]):
            return False
        newer_changed = str(where.get("TicketLastChangeTimeNewerDate", ""))
        newer_created = str(where.get("TicketCreateTimeNewerDate", ""))
        changed, created = moment(self.changed[number]), moment(self.created[number])
        if max(newer_changed, newer_created) > moment(self.clock):
            return False
        older = where.get("TicketLastChangeTimeOlderMinutes")
        if older is not None and not self.ignores_time and self.changed[number] > self.clock - 60 * older:
            return False
        if self.bounds_exclude and (changed == newer_changed or created == newer_created):
            return False
        return changed >= newer_changed and created >= newer_created

    def peek(self, ids: Sequence[int]) -> Sequence[Ticket]:
        self.between(self)
        return [
            Ticket(
                id=number,
                number=str(number),
                raw_created=moment(self.created[number]),
                raw_changed=moment(self.changed[number]),
            )
            for number in ids
            if number in self.created and number not in self.unreadable
        ]


def walked(otrs: ToyOtrs, selection: Selection, page_size: int) -> list[int]:
    return [number for page in walk(selection, otrs, page_size) for number in page]


SECONDS = st.lists(st.integers(0, 12), min_size=1, max_size=60)
SIZES = st.integers(1, 12)


@given(SECONDS, SIZES, st.sampled_from([Everything(), WINDOW]))
def test_every_ticket_comes_once_and_in_order(seconds: list[int], size: int, selection: Selection) -> None:
    found = walked(ToyOtrs(seconds), selection, size)
    assert sorted(found) == list(range(1, len(seconds) + 1))
    assert [seconds[number - 1] for number in found] == sorted(seconds)


@given(SECONDS, SIZES, st.sampled_from([Everything(), WINDOW]))
def test_a_server_whose_bounds_exclude_their_moment_is_walked_alike(
    seconds: list[int], size: int, selection: Selection
) -> None:
    """Measured on Znuny 6.5.26; up to 6.5.15 they include it."""
    otrs = ToyOtrs(seconds)
    otrs.bounds_exclude = True
    found = walked(otrs, selection, size)
    assert sorted(found) == list(range(1, len(seconds) + 1))
    assert [seconds[number - 1] for number in found] == sorted(seconds)


@given(SECONDS, SIZES, st.integers(1, 30), st.sampled_from([Everything(), WINDOW]))
def test_a_server_that_cuts_silently_is_walked_or_found_out(
    seconds: list[int], size: int, cap: int, selection: Selection
) -> None:
    otrs = ToyOtrs(seconds, cap=cap)
    try:
        found = walked(otrs, selection, size)
    except SearchNotTrusted:
        assert max(seconds.count(second) for second in seconds) > cap - 5
    else:
        assert sorted(found) == list(range(1, len(seconds) + 1))


@given(SECONDS, SIZES, st.data())
def test_tickets_changed_while_we_walk_are_neither_lost_nor_doubled(
    seconds: list[int], size: int, data: st.DataObject
) -> None:
    changes = iter(data.draw(st.lists(st.integers(1, len(seconds)), max_size=10)))

    def somebody(otrs: ToyOtrs) -> None:
        if (number := next(changes, None)) is not None:
            otrs.touch(number)

    for selection in (Everything(), WINDOW):
        found = walked(ToyOtrs(seconds, between=somebody), selection, max(size, 10))
        assert sorted(found) == list(range(1, len(seconds) + 1))


def test_whoever_works_on_a_page_does_not_move_the_walk() -> None:
    otrs = ToyOtrs(range(40))
    found: list[int] = []
    for page in walk(WINDOW, otrs, 10):
        for number in page:
            otrs.touch(number)
        found += page
    assert sorted(found) == list(range(1, 41))


def test_tickets_that_vanish_do_not_stop_the_walk() -> None:
    otrs = ToyOtrs(range(40))

    def pages() -> Iterator[int]:
        for page in walk(Everything(), otrs, 10):
            yield from page
            for number in page[-6:]:
                del otrs.created[number]

    assert sorted(pages()) == list(range(1, 41))


def test_a_second_with_more_tickets_than_a_page_is_walked_with_a_higher_limit() -> None:
    assert len(walked(ToyOtrs([5] * 300), Everything(), 7)) == 300


def test_more_tickets_in_a_second_than_the_server_returns_are_noticed() -> None:
    with pytest.raises(SearchNotTrusted, match="SearchLimit") as refused:
        walked(ToyOtrs([*range(10), *[20] * 50], cap=25), Everything(), 100)
    assert "поднимите предел" in refused.value.words.ru


def test_a_quiet_time_is_believed_after_a_canary() -> None:
    otrs = ToyOtrs([0, 1])
    otrs.clock = 7200
    assert walked(otrs, WINDOW, 10) == []
    assert otrs.searches == 3


def test_a_search_that_failed_once_is_not_taken_for_a_quiet_time() -> None:
    otrs = ToyOtrs([0, 1])
    otrs.blind = 1
    assert walked(otrs, WINDOW, 10) == [1, 2]


@pytest.mark.parametrize("selection", [Everything(), WINDOW])
def test_a_server_that_shows_nothing_at_all_is_not_believed(selection: Selection) -> None:
    with pytest.raises(SearchNotTrusted, match="no ticket at all"):
        walked(ToyOtrs([]), selection, 10)


@pytest.mark.parametrize("selection", [Everything(), WINDOW])
def test_a_search_that_goes_blind_in_the_middle_is_noticed(selection: Selection) -> None:
    otrs = ToyOtrs(range(30))
    pages = walk(selection, otrs, 10)
    next(pages)
    otrs.blind = 99
    with pytest.raises(SearchNotTrusted):
        list(pages)


def test_a_time_condition_that_is_ignored_is_noticed() -> None:
    otrs = ToyOtrs([0, 5 * 3600, 5 * 3600 + 10])
    otrs.ignores_time = True
    with pytest.raises(SearchNotTrusted, match="ignores"):
        walked(otrs, ChangedWithin(minutes=10), 100)


def test_times_of_an_unknown_form_stop_the_walk_instead_of_silencing_it() -> None:
    class Odd(ToyOtrs):
        def peek(self, ids: Sequence[int]) -> Sequence[Ticket]:
            return [Ticket(id=number, number="1", raw_created="13.05.2024") for number in ids]

    with pytest.raises(SearchNotTrusted):
        walked(Odd([1, 2, 3]), Everything(), 10)


def test_named_tickets_are_taken_as_they_are_each_once() -> None:
    otrs = ToyOtrs([1])
    assert list(walk(TheseTickets(ids=(9, 3, 9, 4)), otrs, 2)) == [[9, 3], [4]]
    assert otrs.searches == 0


FUTURE = st.lists(st.integers(20, 400_000), min_size=1, max_size=8)


@given(SECONDS, FUTURE, SIZES, st.booleans(), st.sampled_from([Everything(), WINDOW]))
def test_tickets_dated_in_the_future_cost_nobody_else_anything(
    seconds: list[int], ahead: list[int], size: int, bounds_exclude: bool, selection: Selection
) -> None:
    otrs = ToyOtrs([*seconds, *ahead])
    otrs.clock, otrs.bounds_exclude = max(seconds), bounds_exclude
    found = walked(otrs, selection, size)
    assert sorted(found) == list(range(1, len(seconds) + len(ahead) + 1))


def test_a_lone_ticket_dated_in_the_future_is_found_and_named_once() -> None:
    otrs = ToyOtrs([0, 90_000])
    otrs.clock = 7200
    with capture_logs() as logged:
        for _ in range(3):
            assert walked(otrs, WINDOW, 10) == [2]
    assert [line["ticket"] for line in logged] == ["2"]


def test_a_condition_that_is_ignored_is_noticed_beside_a_ticket_of_the_future() -> None:
    otrs = ToyOtrs([0, 5 * 3600, 90_000])
    otrs.clock, otrs.ignores_time = 5 * 3600 + 60, True
    with pytest.raises(SearchNotTrusted, match="ignores"):
        walked(otrs, ChangedWithin(minutes=10), 100)


@given(SECONDS, st.sets(st.integers(1, 60)), SIZES, st.booleans(), st.sampled_from([Everything(), WINDOW]))
def test_tickets_that_cannot_be_read_are_walked_over_all_the_same(
    seconds: list[int], unreadable: set[int], size: int, bounds_exclude: bool, selection: Selection
) -> None:
    otrs = ToyOtrs(seconds)
    otrs.unreadable, otrs.bounds_exclude = unreadable, bounds_exclude
    assert sorted(walked(otrs, selection, size)) == list(range(1, len(seconds) + 1))


@given(seconds=SECONDS, since=st.integers(0, 60), page=st.integers(2, 7), bounds_exclude=st.booleans())
def test_a_walk_from_a_time_on_brings_all_that_is_not_older(
    seconds: list[int], since: int, page: int, bounds_exclude: bool
) -> None:
    otrs = ToyOtrs(seconds)
    otrs.bounds_exclude = bounds_exclude
    found = [number for ids in walk(Everything(since=moment(since)), otrs, page) for number in ids]
    assert len(found) == len(set(found))
    assert set(found) >= {number for number, second in otrs.created.items() if second >= since}


def test_from_a_time_in_otrs_future_on_everything_comes() -> None:
    otrs = ToyOtrs([0, 10, 20])
    assert [list(ids) for ids in walk(Everything(since=moment(500)), otrs, 10)] == [[1, 2, 3]]
    assert [list(ids) for ids in walk(Everything(since="no time"), otrs, 10)] == [[1, 2, 3]]
