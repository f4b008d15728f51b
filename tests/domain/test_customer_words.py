"""What operators read about a customer who changed, in both languages."""

from __future__ import annotations

from otrs_bridge.domain.client import Several
from otrs_bridge.domain.customer_words import LISTED, candidates, why_client, why_placeholder
from tests.builders import a_client, found


def test_the_step_that_found_the_client_is_named() -> None:
    words = why_client(found(a_client(), "contract", "Ф-15236"), "test@mtel.ru")
    assert (words.ru, words.en) == (
        "клиент найден по договору Ф-15236",
        "the client was found by contract Ф-15236",
    )


def test_a_login_in_place_of_an_address_says_whose_it_was() -> None:
    assert why_client(found(a_client()), "ivan@mail.ru").ru == "ivan@mail.ru — это клиент Ф-15236"
    assert why_client(found(a_client("")), "ivan@mail.ru").en == "ivan@mail.ru is client ivanov"


def test_a_placeholder_says_what_was_there_before() -> None:
    said = {
        why_placeholder("", bare=True).ru,
        why_placeholder("a@b", bare=True).ru,
        why_placeholder("x", bare=False).ru,
    }
    assert said == {
        "клиент не указан и не найден",
        "клиента нет в базе: записано, что о нём известно",
        "клиента «x» нет в базе",
    }


def test_candidates_are_listed_with_what_tells_them_apart_and_not_without_end() -> None:
    many = tuple(a_client(f"Ф-{2000 + number}", name="", address="") for number in range(LISTED + 5))
    words = candidates(Several(candidates=(a_client(), *many), by="address", clue="Летная 5"))
    assert "(Летная 5): Ф-15236, Иванов Иван Иванович, ул. Летная, д. 5, кв. 132; Ф-2000; " in words.ru
    assert words.en.count(";") == LISTED - 1
