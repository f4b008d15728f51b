"""What speaks against a client who was found: neighbouring houses with one fault, a contract beside another's flat."""

from __future__ import annotations

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Doubtful, Found, Resolution
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.service.identify import identify
from tests.builders import a_client, read_clues

AT_5 = a_client("Ф-41001", address="ул. Летная, д. 5", phones=("8 916 555-02-02",), login="five")
AT_7 = a_client("Ф-41002", address="ул. Летная, д. 7", phones=("8 916 555-03-03",), login="seven")
IN_BUILDING = a_client("Ф-41004", address="ул. Мира, д. 22, корп. 2, кв. 73", login="building")
AT_A_CORNER = a_client("Ф-41005", address="ул. Мира, д. 4/1, кв. 2", login="corner")
IN_FLAT = a_client("Ф-41003", address="ул. Мира, д. 3, кв. 8", login="flat")


def who(body: str, title: str = "") -> Resolution:
    clues = read_clues(title=title, body=body)
    return identify(Customer(), clues, MemoryDirectory((AT_5, AT_7, IN_FLAT, IN_BUILDING, AT_A_CORNER))).client


def test_who_calls_of_two_neighbouring_houses_is_not_given_the_fault_of_both() -> None:
    assert isinstance(found := who("ул. Летная, д. 5 и ул. Летная, д. 7 без связи, звонит 8 916 555-02-02"), Doubtful)
    assert set(found.candidates) == {AT_5, AT_7}


def test_a_contract_beside_the_flat_of_another_client_is_doubtful_though_its_own_place_is_told_too() -> None:
    assert isinstance(
        found := who("назвал Ф-41001, а ехать на Мира 3 кв 8", title="ул. Летная, д. 5 или Мира"), Doubtful
    )
    assert set(found.candidates) == {AT_5, IN_FLAT}


def test_a_neighbours_caller_is_a_candidate_though_his_place_and_his_phone_agree() -> None:
    assert isinstance(who("Звоню за соседку, я сам ул. Летная, д. 7, тел. 8 916 555-03-03"), Doubtful)


def test_a_fraction_is_the_building_where_the_client_list_has_it_so() -> None:
    assert isinstance(found := who("Мира 22/2-73"), Found)
    assert found.client == IN_BUILDING
    assert isinstance(corner := who("Мира 4/1-2"), Found)
    assert corner.client == AT_A_CORNER
