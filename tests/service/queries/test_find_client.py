"""A person looks a client up: contract, address, phone, login; never a name."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Client
from otrs_bridge.ports.directory import LOOKUP_LIMIT
from otrs_bridge.service.queries.find_client import NO_PATTERN, NOT_BY_NAME, NOTHING_NAMED, ClientSearch, find_client
from otrs_bridge.words import Words
from tests.directory.samples import CLIENTS, client

DIRECTORY = MemoryDirectory(CLIENTS)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("Иванов", NOT_BY_NAME),
        ("Иванов Иван Иванович", NOT_BY_NAME),
        ("ООО «Ромашка»", NOT_BY_NAME),
        ("", NOTHING_NAMED),
        ("   ", NOTHING_NAMED),
        ("%", NOTHING_NAMED),
        ("%кв.15", NO_PATTERN),
    ],
)
def test_a_name_and_what_says_too_little_are_refused_with_the_reason(query: str, reason: Words) -> None:
    assert find_client(query, DIRECTORY) == ClientSearch(refused=reason)


def test_a_name_among_wildcards_is_a_piece_of_a_street_and_finds_nobody() -> None:
    assert find_client("%Иванов% Иван", DIRECTORY).clients == ()


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


OFFICE, DIRECTOR = client("Ю-204", login="Ю-204"), client("Ю-204", login="romashka-dir")
KOTOVA = client("Ф-30001", "Летная 5-1", "8 916 300-00-01")
MOTHER = client("Ф-30002", "Мира 1-1", "8 916 300-00-02", login="Ф-30001")
FAMILY = MemoryDirectory((OFFICE, DIRECTOR, KOTOVA, MOTHER))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("Ф-30001 Ф-30002", [KOTOVA, MOTHER], id="two contracts"),
        pytest.param("Летная 5-1, Мира 1-1", [KOTOVA, MOTHER], id="two addresses"),
        pytest.param("8 916 300-00-01, 8 916 300-00-02", [KOTOVA, MOTHER], id="two phones"),
        pytest.param("Ф-30001, тел. 8 916 300-00-02", [KOTOVA, MOTHER], id="a contract and another's phone"),
        pytest.param("ул. Летная, д. 5, кв. 1, тел. 8 916 300-00-02", [KOTOVA, MOTHER], id="an address and a phone"),
        pytest.param("Ф-30001 Ф-30002 тел. 8 916 300-00-02", [MOTHER], id="one of two contracts has the phone"),
        pytest.param("Ю-204", [OFFICE, DIRECTOR], id="a contract that is also a login of one of two"),
        pytest.param("Ф-30001", [KOTOVA, MOTHER], id="a contract that is another client's login"),
    ],
)
def test_whoever_was_asked_for_is_shown(query: str, found: list[Client]) -> None:
    assert sorted(find_client(query, FAMILY).clients, key=repr) == sorted(found, key=repr)


def test_a_list_that_was_cut_off_contradicts_nobody() -> None:
    flats = [client(f"Ф-{number}", f"Мира 1, кв. {number}") for number in range(1, LOOKUP_LIMIT + 5)]
    last = flats[-1]
    answer = find_client(f"ул. Мира, д. 1, договор {last.contract}", MemoryDirectory(flats))
    assert (answer.clients, answer.cut_off) == ((last,), False)


def test_more_than_can_be_listed_is_said() -> None:
    house = MemoryDirectory([client(f"Ф-{number}", f"Мира 1, кв. {number}") for number in range(1, LOOKUP_LIMIT + 5)])
    answer = find_client("ул. Мира, 1", house)
    assert answer.cut_off
    assert answer.steps[0].words.ru == "адрес ул. Мира, д. 1: найдено 20+"
