"""What every directory promises: the one in memory, the mirror on SQLite, the mirror on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.sync import sync
from otrs_bridge.domain.address.address import parse_address
from otrs_bridge.domain.address.pattern import parse_address_pattern
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.phone import parse_phone
from otrs_bridge.journal.database import open_database
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory
from tests.directory.samples import CLIENTS, MOMENT, ListSource, client
from tests.servers.postgres import Postgres

Holding = Callable[[Sequence[Client]], Directory]


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def holding(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Holding]:
    """Makes a directory that holds these clients; what the same one held before is gone."""
    if request.param == "memory":
        yield MemoryDirectory
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('mirror')}/bridge.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.url(server.database())
    store = open_database(url)

    def mirrored(clients: Sequence[Client]) -> Directory:
        sync(ListSource(clients), store, at=MOMENT, accept_shrink=True)
        return MirrorDirectory(store)

    yield mirrored
    store.close()


@pytest.fixture(scope="module")
def directory(holding: Holding) -> Directory:
    """Holds `CLIENTS`; the tests that need others come last."""
    return holding(CLIENTS)


def test_a_client_comes_back_as_it_was_given(directory: Directory) -> None:
    for one in CLIENTS:
        found = directory.by_contract(one.contracts[0])
        assert one in found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ф-15236", ["Ф-15236"]),
        ("f 15236", ["Ф-15236"]),
        ("15236", ["Ф-15236", "Ю-15236"]),
        ("Ю-200", ["Ю-15236"]),
        ("Ф-300", ["300"]),
        ("Ф-1523", []),
        ("Ю-301", []),
    ],
)
def test_by_contract(directory: Directory, text: str, found: list[str]) -> None:
    contract = parse_contract(text)
    assert contract is not None
    assert [one.contract for one in directory.by_contract(contract)] == found


@pytest.mark.parametrize(
    ("login", "found"),
    [
        ("ИВАНОВ", ["Ф-15236"]),
        (" ivanov@example.org ", ["Ф-15236", "300"]),
        ("X@Y.RU", ["Ф-401"]),
        ("Иван", []),
        ("", []),
        ("%", []),
    ],
)
def test_by_login_or_email_in_any_case(directory: Directory, login: str, found: list[str]) -> None:
    assert [one.contract for one in directory.by_login(login)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("8 (495) 123-45-67", ["Ф-15236", "Ю-15236"]), ("+79161234567", ["Ф-15236"]), ("+74950000001", [])],
)
def test_by_phone(directory: Directory, text: str, found: list[str]) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert [one.contract for one in directory.by_phone(phone)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Летная 5-132", ["Ф-15236"]),
        ("улица Лётная, дом 5", ["Ф-15236", "Ю-15236"]),
        ("Летная 6", []),
        ("ул. Кольцевая, 14, кв. 15", ["300", "Ф-301"]),
        ("г. Мытищи, ул. Кольцевая 14 кв 15", ["300"]),
        ("г. Пушкино, Кольцевая, 14", ["Ф-301", "Ф-306"]),
        ("ул. Кольцевая, 14, оф. 15", ["Ф-306"]),
        ("Кольцевая 14 корпус 2", ["Ф-304"]),
        ("Кольцевой проезд, 14", ["Ф-302"]),
    ],
)
def test_by_address_what_is_left_out_is_not_asked_for(directory: Directory, text: str, found: list[str]) -> None:
    address = parse_address(text)
    assert address is not None
    assert [one.contract for one in directory.by_address(address)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%Кольц%14%кв.15", ["300", "Ф-301", "Ф-302", "Ф-304"]),
        ("%ольцев%14А%", ["Ф-303"]),
        ("%цев%114%", ["Ф-305"]),
        ("%Кольц%14%корп.2%", ["Ф-304"]),
        ("%Летн%", ["Ф-15236", "Ю-15236"]),
        ("%лётн%132", []),
        ("%лётн%5%132", ["Ф-15236"]),
        ("%Мира%", []),
        ("%ни%1", ["Ф-401"]),
        ("%т%я%5%132", ["Ф-15236"]),
        ("%ст%", []),
        ("д. 114", ["Ф-305"]),
    ],
)
def test_by_pattern(directory: Directory, text: str, found: list[str]) -> None:
    pattern = parse_address_pattern(text)
    assert pattern is not None
    assert sorted(one.contract for one in directory.by_address(pattern)) == sorted(found)


def test_a_reading_for_many_look_ups_answers_as_the_directory_itself(directory: Directory) -> None:
    with directory.reading() as reading:
        assert reading.has_logins()
        for one in CLIENTS:
            assert reading.by_contract(one.contracts[0]) == directory.by_contract(one.contracts[0]) != ()
            assert reading.by_login(one.login) == directory.by_login(one.login)
            assert [reading.by_phone(phone) for phone in one.phones] == [directory.by_phone(it) for it in one.phones]
            if one.address is not None:
                assert reading.by_address(one.address) == directory.by_address(one.address)


def test_an_answer_has_a_limit(holding: Holding) -> None:
    flats = [client(f"Ф-{number}", f"Мира 1, кв. {number}", "+79161234567") for number in range(1, 2 * LOOKUP_LIMIT)]
    directory = holding(flats)
    phone, address, pattern = flats[0].phones[0], parse_address("Мира 1"), parse_address_pattern("%Мир%")
    assert address is not None
    assert pattern is not None
    for answer in (directory.by_phone(phone), directory.by_address(address), directory.by_address(pattern)):
        assert len(answer) == LOOKUP_LIMIT


def test_a_directory_without_logins_says_so(holding: Holding) -> None:
    assert not holding(()).has_logins()
    assert not holding([client("Ф-1", email="x@y.ru"), client("Ф-2")]).has_logins()
    assert holding(CLIENTS).has_logins()


def test_the_streets_are_those_of_the_clients(holding: Holding) -> None:
    assert holding(()).streets() == frozenset()
    here = holding(
        [client("Ф-1", address="ул. Чехова, д. 14, кв. 22"), client("Ф-2", address="Олимпийский пр-т, д. 5")]
    )
    with here.reading() as reading:
        assert reading.streets() == {"чехова", "олимпийский"}
    assert here.streets() == {"чехова", "олимпийский"}
