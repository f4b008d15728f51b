"""Searching by time: inclusive seconds of the server's own zone, and many ways to find nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.contract.otrs.server import Server

FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Known:
    """Two tickets made in different seconds; the first changed again in a third one."""

    changed_ticket: int
    other: int
    created: str
    changed: str
    other_created: str


@pytest.fixture(scope="module")
def known(server: Server) -> Known:
    first = server.create()
    server.let_a_second_pass()
    other = server.create()
    server.let_a_second_pass()
    server.update(first, Ticket={"Title": "neu"})
    server.let_a_second_pass()
    one, two = server.one(first), server.one(other)
    return Known(
        changed_ticket=first,
        other=other,
        created=one["Created"],
        changed=one["Changed"],
        other_created=two["Created"],
    )


def later(moment: str, seconds: int) -> str:
    return f"{datetime.strptime(moment, FORMAT) + timedelta(seconds=seconds):{FORMAT}}"  # noqa: DTZ007 - OTRS's naive time


def test_a_lower_bound_includes_its_own_second(server: Server, known: Known) -> None:
    assert server.search(TicketLastChangeTimeNewerDate=known.changed) == [known.changed_ticket]
    assert server.search(TicketLastChangeTimeNewerDate=later(known.changed, 1)) == []


def test_an_upper_bound_includes_its_own_second(server: Server, known: Known) -> None:
    until = {"TicketCreateTimeNewerDate": known.created}
    assert server.search(until, TicketCreateTimeOlderDate=known.created) == [known.changed_ticket]
    assert known.changed_ticket not in server.search(TicketCreateTimeOlderDate=later(known.created, -1))


def test_both_bounds_make_a_window(server: Server, known: Known) -> None:
    window = {"TicketCreateTimeNewerDate": known.created, "TicketCreateTimeOlderDate": known.other_created}
    assert server.search(window) == [known.changed_ticket, known.other]
    reverse = {"TicketCreateTimeNewerDate": known.other_created, "TicketCreateTimeOlderDate": known.created}
    assert server.search(reverse) == []


@pytest.mark.parametrize(
    "moment",
    ["2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-01-01 00:00:00.5", "2020-01-01", "2020-01-01 00:00",
     "2020-02-30 00:00:00", "2020-01-01 24:00:00", "yesterday"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["TicketLastChangeTimeNewerDate", "TicketCreateTimeNewerDate"])
def test_any_other_way_to_write_a_moment_finds_nothing(server: Server, known: Known, key: str, moment: str) -> None:
    assert server.search({key: "2020-01-01 00:00:00"})
    assert server.search({key: moment}) == []


@pytest.mark.parametrize("moment", ["2020-1-1 0:0:0", " 2020-01-01 00:00:00 "])
def test_digits_may_be_missing_and_blanks_be_added(server: Server, known: Known, moment: str) -> None:
    assert known.other in server.search(TicketLastChangeTimeNewerDate=moment)


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_moment_is_no_condition(server: Server, known: Known, nothing: object) -> None:
    assert known.other in server.search(TicketLastChangeTimeNewerDate=nothing, TicketCreateTimeOlderDate=nothing)


@pytest.mark.parametrize("key", ["TicketLastChangeTime", "TicketCreateTime", "TicketChangeTime"])
def test_a_lower_bound_in_the_servers_future_finds_nothing_even_with_hits_before(
    server: Server, known: Known, key: str
) -> None:
    assert server.search({f"{key}NewerDate": later(known.changed, 7200)}) == []
    assert known.other in server.search({f"{key}OlderDate": later(known.changed, 7200)})


def test_minutes_need_no_clock_of_the_clients(server: Server, known: Known) -> None:
    assert {known.changed_ticket, known.other} <= set(server.search(TicketLastChangeTimeNewerMinutes=10))


@pytest.mark.parametrize("minutes", [0, "0", -5, "soon"])
def test_no_minutes_or_fewer_find_nothing(server: Server, known: Known, minutes: object) -> None:
    assert server.search(TicketLastChangeTimeNewerMinutes=minutes) == []


def test_minutes_win_over_a_date_and_join_an_upper_bound(server: Server, known: Known) -> None:
    newest = server.search(TicketLastChangeTimeNewerMinutes=10, TicketLastChangeTimeNewerDate=known.changed)
    assert known.other in newest
    bounded = server.search(TicketLastChangeTimeNewerMinutes=10, TicketLastChangeTimeOlderDate=later(known.changed, -1))
    assert (known.other in bounded, known.changed_ticket in bounded) == (True, False)


def test_change_time_means_any_line_of_history_and_last_change_time_the_last(server: Server, known: Known) -> None:
    between = known.other_created  # a create may end in the second after the one that it began in
    assert known.changed_ticket in server.search(TicketChangeTimeOlderDate=between)
    assert known.changed_ticket not in server.search(TicketLastChangeTimeOlderDate=between)


def test_articles_can_be_searched_by_their_own_time(server: Server, known: Known) -> None:
    since = server.search(ArticleCreateTimeNewerDate=known.other_created)
    assert (known.other in since, known.changed_ticket in since) == (True, False)


def test_changed_moves_with_every_real_change_and_with_nothing_else(server: Server) -> None:
    ticket = server.create(fields={"BridgeKey": "a"})

    def moves(**body: Any) -> bool:
        before = server.one(ticket)["Changed"]
        server.let_a_second_pass()
        assert server.update(ticket, **body).status_code == 200
        return bool(server.one(ticket)["Changed"] != before)

    note = {"Subject": "s", "Body": "b", "ContentType": "text/plain; charset=utf-8"}
    assert moves(Ticket={"Title": "neu"})
    assert moves(Ticket={"State": "new"})
    assert moves(Ticket={"Priority": "1 very low"})
    assert moves(Ticket={"Queue": "TV"})
    assert moves(Ticket={"Lock": "lock"})
    assert moves(Ticket={"Owner": "agent"})
    assert moves(Ticket={"CustomerUser": "smirnov", "CustomerID": "Ф-15240"})
    assert moves(DynamicField=[{"Name": "BridgeKey", "Value": "b"}])
    assert moves(Article=note)
    same = {"Title": "neu", "State": "new", "Priority": "1 very low", "Queue": "TV", "Lock": "lock", "Owner": "agent"}
    assert not moves(
        Ticket={**same, "CustomerUser": "smirnov", "CustomerID": "Ф-15240"},
        DynamicField=[{"Name": "BridgeKey", "Value": "b"}],
    )


def test_a_customers_mail_moves_changed_too(server: Server) -> None:
    ticket = server.receive_mail("Иван <ivanov@mtel.ru>", "Нет связи", "Не работает.")
    found = server.one(ticket)
    server.let_a_second_pass()
    assert server.receive_mail("ivanov@mtel.ru", f"Re: [Ticket#{found['TicketNumber']}] Нет связи", "Всё ещё") == ticket
    assert server.one(ticket)["Changed"] > found["Changed"]
