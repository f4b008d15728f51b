"""Searching by attributes, in an order and up to a limit."""

from dataclasses import dataclass

import pytest

from tests.contract.otrs.server import Server

WELCOME = 1


@dataclass(frozen=True)
class Known:
    """Four tickets in four seconds, oldest first."""

    support: int
    billing: int
    closed: int
    pending: int

    @property
    def everything(self) -> list[int]:
        return [WELCOME, self.support, self.billing, self.closed, self.pending]


@pytest.fixture(scope="module")
def known(server: Server) -> Known:
    support = server.create("первый", Priority="2 low")
    server.let_a_second_pass()
    billing = server.create("второй", Queue="Billing", State="new", Priority="4 high")
    server.let_a_second_pass()
    closed = server.create("третий", State="closed successful")
    server.let_a_second_pass()
    pending = server.create("четвёртый", State="ждём клиента", PendingTime={"Diff": 60}, Lock="lock")
    server.let_a_second_pass()
    server.update(support, Ticket={"Title": "первый, изменён последним"})
    return Known(support=support, billing=billing, closed=closed, pending=pending)


def in_order(server: Server, **conditions: object) -> list[int]:
    answer = server.ask("POST", "/TicketSearch", conditions).json()
    return [int(number) for number in answer.get("TicketID", [])]


def test_numbers_are_texts_in_a_search(server: Server, known: Known) -> None:
    answer = server.ask("POST", "/TicketSearch", {"Queues": "Billing"}).json()
    assert answer == {"TicketID": [str(known.billing)]}


def test_nothing_found_is_an_empty_object(server: Server) -> None:
    response = server.ask("POST", "/TicketSearch", {"Title": "no such ticket"})
    assert (response.status_code, response.json()) == (200, {})


@pytest.mark.parametrize(
    ("key", "value"),
    [("Queues", "Billing"), ("Queues", ["Billing"]), ("QueueIDs", 9), ("QueueIDs", ["9"]),
     ("States", ["new", "merged"]),
     ("Priorities", "4 high"), ("PriorityIDs", [4]), ("StateIDs", "1"), ("StateType", ["new"]), ("StateTypeIDs", 1)],
)  # fmt: skip
def test_an_attribute_filters_by_name_or_number_alone_or_in_a_list(
    server: Server, known: Known, key: str, value: object
) -> None:
    found = server.search({key: value})
    assert known.billing in found
    assert known.closed not in found


@pytest.mark.parametrize("key", ["Queues", "States", "Priorities", "Locks"])
def test_one_unknown_name_among_several_makes_the_search_find_nothing(server: Server, known: Known, key: str) -> None:
    real = {"Queues": "Misc", "States": "open", "Priorities": "3 normal", "Locks": "unlock"}[key]
    assert server.search({key: real})
    assert server.search({key: [real, "renamed"]}) == []


@pytest.mark.parametrize("key", ["QueueIDs", "StateIDs", "PriorityIDs", "StateTypeIDs", "TicketID"])
def test_an_unknown_number_just_matches_nothing(server: Server, known: Known, key: str) -> None:
    assert server.search({key: [9999]}) == []
    assert server.search({key: [1, 9999]}) == server.search({key: 1})


def test_an_unknown_state_type_among_known_ones_is_ignored(server: Server, known: Known) -> None:
    assert server.search(StateType=["closed", "renamed"]) == [known.closed]
    assert server.search(StateType="renamed") == []


@pytest.mark.parametrize("special", ["Open", "Closed", "OPEN"])
def test_the_documented_special_state_types_find_nothing_or_on_mariadb_the_type_of_that_name(
    server: Server, known: Known, special: str
) -> None:
    assert server.search(StateType=special) == (server.search(StateType=special.lower()) if server.on_mariadb else [])


@pytest.mark.parametrize(
    "key", ["State", "Queue", "Priority", "TicketLastChangedTimeNewerDate", "TicketIDs", "Foo", "Subject", "From"]
)
def test_an_unknown_parameter_is_ignored_so_that_all_tickets_are_found(server: Server, known: Known, key: str) -> None:
    assert server.search({key: "no such thing"}) == known.everything


@pytest.mark.parametrize("nothing", ["", None, []])
def test_an_empty_condition_is_no_condition(server: Server, known: Known, nothing: object) -> None:
    assert server.search(States=nothing, TicketID=nothing, Title=nothing) == known.everything


def test_several_numbers_are_a_list_and_never_a_text_with_commas(server: Server, known: Known) -> None:
    assert server.search(TicketID=[known.support, str(known.closed)]) == [known.support, known.closed]
    assert server.search(TicketID=f"{known.support},{known.closed}") == []


def test_a_queue_without_permission_is_empty_not_forbidden(server: Server) -> None:
    secret = server.create(Queue="Secret", login="agent")
    assert server.search(Queues="Secret") == []
    assert server.search(TicketID=[secret]) == []
    assert server.search(Queues="Secret", login="agent") == [secret]


@pytest.mark.parametrize("limit", [2, "2"])
def test_a_limit_cuts_off_the_old_ones(server: Server, known: Known, limit: object) -> None:
    assert in_order(server, Limit=limit) == [known.pending, known.closed]


@pytest.mark.parametrize("limit", [0, "0", "", None])
def test_a_limit_of_nothing_is_no_limit(server: Server, known: Known, limit: object) -> None:
    assert server.search(Limit=limit) == known.everything


@pytest.mark.parametrize("limit", [-1, "abc"])
def test_a_limit_that_is_no_number_finds_nothing(server: Server, known: Known, limit: object) -> None:
    assert server.search(Limit=limit) == []


def test_the_newest_come_first_unless_asked(server: Server, known: Known) -> None:
    newest_first = list(reversed(known.everything))
    assert in_order(server) == newest_first
    assert in_order(server, OrderBy="Up") == known.everything


@pytest.mark.parametrize("key", ["Age", "Created", "TicketNumber"])
def test_a_key_sorts_up_and_down(server: Server, known: Known, key: str) -> None:
    made = known.everything[1:]
    up = [ticket for ticket in in_order(server, SortBy=key, OrderBy="Up") if ticket != WELCOME]
    down = [ticket for ticket in in_order(server, SortBy=key, OrderBy="Down") if ticket != WELCOME]
    assert (up, down) == (made, made[::-1])


def test_changed_sorts_by_the_last_change(server: Server, known: Known) -> None:
    assert in_order(server, SortBy="Changed", OrderBy="Up")[-1] == known.support


@pytest.mark.parametrize("key", ["Title", "Queue", "State", "Owner", "CustomerID", "PendingTime", "Lock", "Priority"])
def test_many_attributes_can_be_sorted_by(server: Server, known: Known, key: str) -> None:
    assert sorted(in_order(server, SortBy=key, OrderBy="Up")) == known.everything


def test_several_keys_need_as_many_orders(server: Server, known: Known) -> None:
    keys = ["Priority", "TicketNumber"]
    first, *_, last = in_order(server, SortBy=keys, OrderBy=["Down", "Up"])
    assert (first, last) == (known.billing, known.support)
    assert in_order(server, SortBy=keys, OrderBy="Up") == []
    assert in_order(server, SortBy=keys) == []


@pytest.mark.parametrize(
    "order",
    [{"SortBy": "TicketID", "OrderBy": "Up"}, {"SortBy": "Nope"}, {"SortBy": "Age", "OrderBy": "ASC"},
     {"OrderBy": "up"},
     {"SortBy": "DynamicField_Nope", "OrderBy": "Up"}],
)  # fmt: skip
def test_a_wrong_order_finds_nothing(server: Server, known: Known, order: dict[str, str]) -> None:
    assert server.search(order) == []


def test_merged_and_removed_tickets_are_found_like_any_other(server: Server, known: Known) -> None:
    merged, removed = server.create(State="merged"), server.create(State="removed")
    assert {merged, removed} <= set(server.search())
    assert server.search(StateType=["merged", "removed"]) == [merged, removed]


def test_a_ticket_without_customer_or_article_is_found_while_it_is_being_created(server: Server) -> None:
    ticket = server.bare_ticket("just begun")
    assert ticket in server.search()
