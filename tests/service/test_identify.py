"""Who a ticket's client is: logins before e-mail addresses, OTRS's word beside the directory's, and no wrong client."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Client, Doubtful, Found, NotFound, Resolution, Several
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.ports.directory import LOOKUP_LIMIT
from otrs_bridge.service.identify import Identity, identify
from tests.builders import a_client, read_clues

IVANOV = a_client(phones=("8 916 555-01-01",))
OFFICE = a_client("Ю-204", name="ООО «Ромашка»", address="ул. Мира, д. 7", login="romashka")
KOTOVA = a_client("Ф-30001", address="ул. Летная, д. 5, кв. 1", login="kotova@mail.ru", email="kotova@mail.ru")
MOTHER = a_client(
    "Ф-30002", address="ул. Мира, д. 1", login="mama", email="Kotova@mail.ru", phones=("8 916 300-00-02",)
)
CLIENTS = (IVANOV, OFFICE, KOTOVA, MOTHER)
WITHOUT_LOGINS = (a_client(login="", email="ivan@mail.ru"), a_client("Ю-204", login=""))


def who(user: str, company: str = "", *, body: str = "", clients: Sequence[Client] = CLIENTS) -> Identity:
    customer = Customer(user=user, company=company)
    return identify(customer, read_clues(customer=user, company=company, body=body), MemoryDirectory(clients))


def contract_of(client: Resolution) -> str:
    assert isinstance(client, Found), client
    return client.client.contract


@pytest.mark.parametrize(
    ("user", "company"),
    [
        pytest.param("romashka-dir", "Ю-204", id="the second contact person of a company"),
        pytest.param("nemo", "nemo", id="a login that is its own CustomerID"),
        pytest.param("nemo@mail.ru", "Ф-7", id="an address for a login, with a CustomerID of another kind"),
    ],
)
def test_whom_otrs_knows_is_not_nobody_though_the_directory_lacks_him(user: str, company: str) -> None:
    assert who(user, company).known is None


@pytest.mark.parametrize(
    ("user", "company"),
    [
        pytest.param("x@mail.ru", "x@mail.ru", id="a mail of somebody whom OTRS does not know"),
        pytest.param("X@mail.ru", "x@mail.ru", id="in any letter case"),
        pytest.param("x@mail.ru", "", id="an address that came by the API"),
        pytest.param("o'brien@firm.example", "o'brien@firm.example", id="a quote in the address"),
        pytest.param("root@localhost", "root@localhost", id="an address without a dot"),
        pytest.param("petrov77", "", id="a login without the CustomerID that every customer user has"),
        pytest.param('"Пётр" <x@mail.ru>', "Ф-15236", id="a whole address line is no login"),
    ],
)
def test_whom_neither_knows_is_nobody(user: str, company: str) -> None:
    assert who(user, company).known is False


@pytest.mark.parametrize("user", ["x@mail.ru", "petrov77"])
def test_a_directory_without_logins_calls_nobody_unknown(user: str) -> None:
    assert who(user, clients=WITHOUT_LOGINS).known is None
    assert who(user, clients=()).known is None


def test_the_customer_id_is_read_as_a_contract() -> None:
    assert contract_of(who("romashka-dir", "Ю-204").client) == "Ю-204"
    assert contract_of(who("romashka-dir", "ю 204", body="договор Ф-15236").client) == "Ю-204"
    assert contract_of(who("Ф-15236", "Ф-15236", clients=WITHOUT_LOGINS).client) == "Ф-15236"
    assert who("x@mail.ru", "x@mail.ru").client == NotFound()
    assert who("nemo", "204").client == NotFound(), "a bare number may be any company's"


def test_a_login_goes_before_the_same_address_of_another_client() -> None:
    for body in ("пропал", "звоните на 8 916 300-00-02", "договор Ф-30002"):
        found = who("KOTOVA@mail.ru", "kotova@mail.ru", body=body)
        assert (contract_of(found.client), found.known) == ("Ф-30001", True)


def test_an_address_decides_where_it_is_nobodys_login() -> None:
    assert contract_of(who("kotova@mail.ru", clients=(MOTHER, IVANOV)).client) == "Ф-30002"


def test_an_address_that_otrs_knows_as_a_login_is_not_moved_to_a_client_with_that_address() -> None:
    found = who("kotova@mail.ru", "Ф-7", clients=(MOTHER,))
    assert (contract_of(found.client), found.known) == ("Ф-30002", None)


def test_a_login_that_two_rows_have_leads_to_no_third_client() -> None:
    rows = (a_client("Ф-1", login="two"), a_client("Ф-2", login="two", address="ул. Мира, д. 9"), IVANOV)
    assert contract_of(who("two", body="договор Ф-2", clients=rows).client) == "Ф-2"
    third = who("two", body="договор Ф-15236", clients=rows)
    assert isinstance(third.client, Several)
    assert (third.client.by, third.client.candidates, third.known) == ("login", rows[:2], True)


@pytest.mark.parametrize(
    ("user", "body"),
    [
        pytest.param('"Летная 5-132, Фролов Иван Ильич, Ф-99123" <test@mtel.ru>', "", id="the tenant before"),
        pytest.param("test@mtel.ru", "У мамы договор Ф-15236, работает, а у меня, Ф-99236, нет", id="the mother"),
        pytest.param("test@mtel.ru", "договор Ф-99123, тел. 8 916 555-01-01", id="by phone"),
        pytest.param('"Ф-99123" <test@mtel.ru>', "договор Ф-15236", id="a contract in a less trusted place"),
    ],
)
def test_a_contract_of_nobodys_makes_whoever_fits_doubtful(user: str, body: str) -> None:
    found = who(user, body=body).client
    assert isinstance(found, Doubtful)
    assert found.candidates == (IVANOV,)
    assert found.contract is not None
    assert found.contract.canonical.startswith("Ф-99")


def test_no_doubt_where_the_contract_may_be_the_clients() -> None:
    silent = a_client("", phones=("8 916 777-00-00",), login="silent")
    assert who("test@mtel.ru", body="договор Ф-99123, 8 916 777-00-00", clients=(silent,)).client == Found(
        client=silent, by="phone", clue="+7 916 777-00-00"
    )
    assert contract_of(who("test@mtel.ru", body="договор 99123, 8 916 555-01-01").client) == "Ф-15236"
    assert contract_of(who("ivanov", body="договор Ф-99123").client) == "Ф-15236", "the login decides"
    assert contract_of(who("test@mtel.ru", "Ф-15236", body="договор Ф-99123").client) == "Ф-15236"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "звоню за соседку из 77-й: у неё нет света на роутере. мой договор Ф-15236", id="his own contract"
        ),
        pytest.param("звоню за соседа из 133-й, мой телефон 8 916 555-01-01", id="his own phone"),
        pytest.param("у соседей из 77 квартиры нет интернета, я живу Летная 5-132", id="his own address"),
    ],
)
def test_who_calls_for_a_neighbour_is_only_a_candidate(body: str) -> None:
    assert who("test@mtel.ru", body=body).client == Doubtful(candidates=(IVANOV,), for_another=said_in(body))


def said_in(body: str) -> str:
    return read_clues(body=body).for_another


@pytest.mark.parametrize(
    ("user", "company", "body"),
    [
        pytest.param("test@mtel.ru", "", "звоню за соседку, у неё договор Ф-15236", id="her contract"),
        pytest.param("ivanov", "", "звоню за соседку из 77-й, мой договор Ф-30001", id="a login decides"),
        pytest.param("test@mtel.ru", "Ф-15236", "звоню за соседку из 77-й", id="so does what an agent wrote"),
    ],
)
def test_a_neighbours_caller_gives_the_ticket_to_whom_it_is_said_to_be(user: str, company: str, body: str) -> None:
    assert contract_of(who(user, company, body=body).client) == "Ф-15236"


@pytest.mark.parametrize(
    "body", ["ул. Летная, д. 5 (весь дом, котельная)", "Летная 5, подъезд 3, нет света", "дом 5 по ул. Летной"]
)
def test_a_house_is_not_given_to_the_only_flat_in_it(body: str) -> None:
    assert who("test@mtel.ru", body=body, clients=(IVANOV,)).client == NotFound()


FLAT = a_client("Ф-40001", address="ул. Лесная, д. 3, кв. 8", login="flat", email="home@mail.ru")
DACHA = a_client("Ф-40002", address="пос. Дачный, ул. Полевая, д. 1", login="dacha", email="Home@mail.ru")
SHARING = (FLAT, DACHA, IVANOV, OFFICE)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("пропал интернет", id="nothing more is told"),
        pytest.param("звоните на 8 916 555-01-01", id="the phone of a third"),
        pytest.param("у соседа договор Ф-15236", id="the contract of a third"),
        pytest.param("ул. Летная, д. 5, кв. 132", id="the address of a third"),
        pytest.param("договор Ф-99123", id="a contract of nobody's"),
    ],
)
def test_an_address_of_mail_that_two_clients_share_leads_to_no_third(body: str) -> None:
    found = who("home@mail.ru", "home@mail.ru", body=body, clients=SHARING)
    assert found == Identity(client=Several(candidates=(FLAT, DACHA), by="email", clue="home@mail.ru"), known=True)


@pytest.mark.parametrize(
    ("body", "contract"),
    [
        pytest.param("договор Ф-40002", "Ф-40002", id="the contract"),
        pytest.param("Лесная 3-8, мастер звонил с 8 916 555-01-01", "Ф-40001", id="the address"),
        pytest.param("Лесная, дом 3", "Ф-40001", id="the house, of two that may be meant"),
        pytest.param("договоры Ф-15236 и Ф-40002", "Ф-40002", id="the contract, and a third's"),
    ],
)
def test_the_rest_of_a_mail_tells_which_of_those_who_share_its_address(body: str, contract: str) -> None:
    assert contract_of(who("home@mail.ru", "home@mail.ru", body=body, clients=SHARING).client) == contract


def test_of_the_many_who_share_an_address_more_may_be_meant_than_the_directory_lists() -> None:
    many = tuple(
        a_client(
            f"Ф-{50_000 + n}", address=f"ул. Мира, д. {n}, кв. 1", email="uk@dom.ru", phones=(f"8 916 700-{n:04}",)
        )
        for n in range(1, 2 * LOOKUP_LIMIT)
    )
    last = many[-1]
    assert contract_of(who("uk@dom.ru", body=f"договор {last.contract}", clients=many).client) == last.contract
    assert isinstance(who("uk@dom.ru", body="8 916 555-01-01", clients=(*many, IVANOV)).client, Several)


HOUSE = a_client("Ф-11111", address="ул. Гагарина, д. 17, кв. 5", phones=("8 916 400-00-05",))
HOUSE_OFFICE = a_client("Ю-300", address="ул. Гагарина, д. 19, оф. 2")


@pytest.mark.parametrize(
    "body",
    [
        "ул. Гагарина, д. 17 (весь дом, котельная)",
        "Гагарина 17, второй подъезд, нет связи",
        "ул. Гагарина, д. 17, тел. 8 916 555-01-01",
        "ул. Гагарина, д. 17, не работает домофон. Повторяю: Гагарина 17",
        "ул. Гагарина, д. 19",
    ],
)
@pytest.mark.parametrize("user", ["", '"ул. Гагарина, д. 17" <test@mtel.ru>'])
def test_a_house_alone_is_nobody(user: str, body: str) -> None:
    assert who(user, body=body, clients=(HOUSE, HOUSE_OFFICE, IVANOV)).client == NotFound()


@pytest.mark.parametrize(
    ("body", "contract"),
    [
        pytest.param("Гагарина 17, кв. 5", "Ф-11111", id="with its flat"),
        pytest.param("Гагарина 17, тел. 8 916 400-00-05", "Ф-11111", id="with the phone of somebody there"),
        pytest.param("Гагарина 19 офис 2", "Ю-300", id="with its office"),
        pytest.param("ул. Мира, д. 7", "Ю-204", id="a house that has no flats"),
    ],
)
def test_a_house_leads_to_a_client_with_all_that_there_is_to_tell(body: str, contract: str) -> None:
    assert contract_of(who("", body=body, clients=(HOUSE, HOUSE_OFFICE, OFFICE, IVANOV)).client) == contract


def test_of_two_flats_in_a_house_a_person_chooses() -> None:
    neighbour = a_client("Ф-11112", address="ул. Гагарина, д. 17, кв. 6")
    found = who("", body="ул. Гагарина, д. 17, 8 916 555-01-01", clients=(HOUSE, neighbour, IVANOV)).client
    assert isinstance(found, Several)
    assert found.candidates == (HOUSE, neighbour)
