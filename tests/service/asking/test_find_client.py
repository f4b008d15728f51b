"""A person looks a client up: contract, address, phone, login; never a name."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.ports.directory import LOOKUP_LIMIT
from otrs_bridge.service.asking.find_client import NOT_BY_NAME, find_client
from tests.directory.samples import CLIENTS, client

DIRECTORY = MemoryDirectory(CLIENTS)


@pytest.mark.parametrize("query", ["Иванов", "Иванов Иван Иванович", "ООО «Ромашка»", "", "   ", "%Иванов% Иван"])
def test_a_name_is_refused_with_the_reason(query: str) -> None:
    found = find_client(query, DIRECTORY)
    assert found.clients == ()
    if "%" not in query:
        assert (found.steps, found.refused) == ((), NOT_BY_NAME)


SEARCHES = [
    ("Ф-15236", [("contract", 1)], ["Ф-15236"]),
    ("договор № 15236", [("contract", 2)], ["Ф-15236", "Ю-15236"]),
    ("Летная 5-132", [("address", 1)], ["Ф-15236"]),
    ("%Кольц%14А%", [("address", 1)], ["Ф-303"]),
    ("8 (495) 123-45-67", [("phone", 2)], ["Ф-15236", "Ю-15236"]),
    ("8 495 1234567, ул. Летная, д. 5, кв. 133", [("address", 1), ("phone", 2)], ["Ю-15236"]),
    ("X@Y.ru", [("login", 1)], ["Ф-401"]),
    ("Ф-999999", [("contract", 0)], []),
]


@pytest.mark.parametrize(("query", "steps", "found"), SEARCHES, ids=[query for query, _, _ in SEARCHES])
def test_what_was_understood_searched_and_found(query: str, steps: list[tuple[str, int]], found: list[str]) -> None:
    answer = find_client(query, DIRECTORY)
    assert [(step.by, step.hits) for step in answer.steps if step.by != "login" or step.hits] == steps
    assert [one.contract for one in answer.clients] == found
    assert answer.refused is None
    assert not answer.cut_off


def test_more_than_can_be_listed_is_said() -> None:
    house = MemoryDirectory([client(f"Ф-{number}", f"Мира 1, кв. {number}") for number in range(1, LOOKUP_LIMIT + 5)])
    answer = find_client("ул. Мира, 1", house)
    assert answer.cut_off
    assert answer.steps[0].words.ru == "адрес ул. Мира, д. 1: найдено 20+"
