"""What operators read about a customer who changed, in both languages."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.client import Doubtful, NotFound, Resolution, Several
from otrs_bridge.domain.customer import LISTED, candidates, why_client, why_placeholder
from otrs_bridge.domain.texts.contract import ContractNumber
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
        why_placeholder("", NotFound(), bare=True).ru,
        why_placeholder("a@b", NotFound(), bare=True).ru,
        why_placeholder("x", NotFound(), bare=False).ru,
    }
    assert said == {
        "клиент не указан и не найден",
        "клиента нет в базе: записано, что о нём известно",
        "клиента «x» нет в базе",
    }


TWO = Several(candidates=(a_client(), a_client("Ф-2")), by="address", clue="Летная 5")
DOUBTFUL = Doubtful(candidates=(a_client(),), contract=ContractNumber(prefix="Ф", number="99123"))


@pytest.mark.parametrize("client", [TWO, DOUBTFUL], ids=["several", "doubtful"])
@pytest.mark.parametrize(("user", "bare"), [("", True), ("test@mtel.ru", True), ("x@mail.ru", False)])
def test_whoever_has_candidates_is_not_called_missing_from_the_base(client: Resolution, user: str, bare: bool) -> None:
    why = why_placeholder(user, client, bare=bare)
    assert why.ru == "кто клиент, не решено: записано, что о нём сказано в заявке"
    assert why.en == "who the client is, is not decided: what the ticket says of him is written down"


def test_a_client_of_the_directory_without_a_login_is_not_called_missing_from_the_base() -> None:
    why = why_placeholder("test@mtel.ru", found(a_client(login=""), "contract", "Ф-15236"), bare=True)
    assert why.ru == "у клиента Ф-15236 нет логина в OTRS: записано, что о нём известно"
    assert why.en == "client Ф-15236 has no login in OTRS: what is known of him is written down"


def test_a_contract_that_nobody_has_is_named_with_whoever_fits_otherwise() -> None:
    words = candidates(DOUBTFUL)
    assert words.ru.startswith("Договора Ф-99123 в справочнике нет, по остальному подходит: Ф-15236, Иванов ")
    assert words.en.startswith("Contract Ф-99123 is not in the directory; by the rest fits: Ф-15236, Иванов ")


def test_candidates_with_one_contract_are_told_apart_by_their_logins() -> None:
    director, office = a_client("Ю-204", login="romashka-dir"), a_client("Ю-204", login="romashka")
    words = candidates(Several(candidates=(director, office, a_client("Ф-7", login="x")), by="contract", clue="Ю-204"))
    assert "логин romashka-dir; Ю-204" in words.ru
    assert "login romashka; Ф-7" in words.en
    assert "login x" not in words.en


def test_candidates_are_listed_with_what_tells_them_apart_and_not_without_end() -> None:
    many = tuple(a_client(f"Ф-{2000 + number}", name="", address="") for number in range(LISTED + 5))
    words = candidates(Several(candidates=(a_client(), *many), by="address", clue="Летная 5"))
    assert "(Летная 5): Ф-15236, Иванов Иван Иванович, ул. Летная, д. 5, кв. 132; Ф-2000; " in words.ru
    assert words.en.count(";") == LISTED - 1
