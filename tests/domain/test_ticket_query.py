"""domain/ticket_query.py: what a person may mean who looks for a ticket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.ticket_query import ByContract, ByNumber, ByText, TicketQuery, pieces_of, read_ticket_query

FULL, SHORT = ByNumber(number="2013041610000135"), ByNumber(number="10000135")
CONTRACT = ByContract(contract=ContractNumber(prefix="Ф", number="15236"))
BARE = ByContract(contract=ContractNumber(prefix="", number="15236"))


def text(*pieces: str) -> ByText:
    return ByText(pieces=pieces)


MEANINGS: list[tuple[str, list[TicketQuery]]] = [
    ("2013041610000135", [FULL, text("2013041610000135")]),
    (" #2013041610000135 ", [FULL, text("#2013041610000135")]),
    ("[Ticket#2013041610000135]", [FULL, text("ticket#2013041610000135")]),
    ("Ф-15236", [CONTRACT]),
    ("f 15236", [CONTRACT]),
    ("договор № Ф-15236", [CONTRACT]),
    ("(Ф-15236)", [CONTRACT]),
    ("(ф-15236) & прочее", [text("ф-15236", "прочее")]),
    ("15236", [ByNumber(number="15236"), BARE, text("15236")]),
    ("%15236%", [text("15236")]),
    ("нет*интернет", [text("нет", "интернет")]),
    ("Нет интернета", [text("нет", "интернета")]),
    ("Иванов", [text("иванов")]),
    ("нет связи у Ф-15236 со вчера", [text("нет", "связи", "у", "ф-15236", "со", "вчера")]),
    ('ООО "Ромашка" (офис)', [text("ооо", "ромашка", "офис")]),
    ("!(a || b) && роутер", [text("a", "b", "роутер")]),
]


@pytest.mark.parametrize(("query", "meanings"), MEANINGS, ids=[query for query, _ in MEANINGS])
def test_what_a_query_may_mean_in_the_order_of_trying(query: str, meanings: list[TicketQuery]) -> None:
    assert list(read_ticket_query(query)) == meanings


def test_a_short_number_is_tried_as_a_ticket_first() -> None:
    assert read_ticket_query("10000135")[0] == SHORT


@pytest.mark.parametrize("query", ["", "  ", "%", "%%%", "*", "да", "% а % б %", "!!! ()", "№"])
def test_too_little_means_nothing_at_all(query: str) -> None:
    """Such a search would return every ticket."""
    assert read_ticket_query(query) == ()


@given(st.text())
def test_no_piece_holds_an_operator_or_a_wildcard(query: str) -> None:
    assert not any(set(piece) & set('&|!()"+\\*% \t\n') for piece in pieces_of(query))
    read_ticket_query(query)
