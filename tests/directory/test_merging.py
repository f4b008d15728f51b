"""A client list with a row for each service: one client, as far as nothing speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from otrs_bridge.directory import workers
from otrs_bridge.directory.duplicates import DuplicateContracts
from otrs_bridge.directory.merging import merged
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import BadRow
from otrs_bridge.directory.sync import SyncReport, sync
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.journal.database import Database
from otrs_bridge.words import Words
from tests.directory.samples import MOMENT, ListSource, client

PORTION = 10
HOME = "ул. Летная, д. 5, кв. 132"


def ivanov(services: str = "", address: str = HOME, phones: str = "", **more: str) -> Client:
    texts = {"name": "Иванов Иван", "login": "ivanov", "services": services, **more}
    return client("Ф-15236", address, phones, **texts)


def strangers(count: int, start: int = 20_000) -> list[Client]:
    return [client(f"Ф-{number}", f"Мира, {number}", name="Чужой") for number in range(start, start + count)]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PORTION", PORTION)  # rows of one client meet across portions, in a list of a few rows
    monkeypatch.setattr(workers, "MOST_WORKERS", 2)  # and across processes, on a machine with one core as well


def synced(store: Database, rows: Sequence[Client | BadRow], **options: Any) -> tuple[SyncReport, tuple[Client, ...]]:
    """The report, and who is found by Ф-15236."""
    report = sync(ListSource(rows), store, at=MOMENT, **options)
    return report, tuple(MirrorDirectory(store).by_contract(ContractNumber(prefix="Ф", number="15236")))


def test_rows_of_one_client_are_one_client_with_all_services_and_phones(store: Database) -> None:
    rows = [
        ivanov("internet", phones="8 495 123-45-67"),
        client("Ф-15237", HOME, name="Петров"),
        ivanov("tv;internet", phones="8 495 123-45-67; 8 916 123-45-67", notes="не отключать"),
        ivanov("telephony", email="ivanov@example.org"),
    ]
    report, (found,) = synced(store, rows)
    assert (report.clients, report.merged, report.duplicates) == (2, 2, DuplicateContracts())
    assert found.services == ("internet", "tv", "telephony")
    assert [phone.e164 for phone in found.phones] == ["+74951234567", "+79161234567"]
    assert (found.notes, found.email, found.login) == ("не отключать", "ivanov@example.org", "ivanov")
    directory = MirrorDirectory(store)
    for hits in (directory.by_login("ivanov@example.org"), directory.by_phone(found.phones[1])):
        assert hits == (found,)


@pytest.mark.parametrize(
    "other",
    [
        ivanov("tv", address="Мира, 1"),
        ivanov("tv", login="ivanov2"),
        ivanov("tv", name="Иванова Анна"),
        ivanov("tv", district="Южный", email="x@y.ru"),
        ivanov("tv", address="", login=""),
    ],
    ids=["another address", "another login", "another name", "another e-mail", "neither address nor login"],
)
def test_rows_that_may_be_two_clients_stay_two_and_their_contract_is_told(other: Client, store: Database) -> None:
    rows = [ivanov("internet", email="ivanov@example.org"), other]
    report, found = synced(store, rows)
    assert len(found) == 2
    assert (report.merged, report.duplicates) == (0, DuplicateContracts(contracts=1, first="Ф-15236"))


def test_rows_are_merged_over_the_end_of_a_portion_and_in_any_process(store: Database) -> None:
    for cores in (1, 2):
        for apart in range(PORTION):
            rows = [*strangers(9), ivanov("internet"), *strangers(apart, 30_000), ivanov("tv"), *strangers(30, 40_000)]
            report, (found,) = synced(store, rows, cores=cores, accept_shrink=True)
            assert (report.merged, found.services) == (1, ("internet", "tv"))


def test_the_last_row_of_all_is_merged_too(store: Database) -> None:
    report, (found,) = synced(store, [*strangers(9), ivanov("internet"), ivanov("tv")])
    assert (report.clients, report.merged, found.services) == (10, 1, ("internet", "tv"))


def test_rows_that_stand_far_apart_in_a_long_list_are_told(store: Database) -> None:
    report, found = synced(store, [ivanov("internet"), *strangers(50), ivanov("tv")])
    assert (len(found), report.merged, report.duplicates) == (2, 0, DuplicateContracts(contracts=1, first="Ф-15236"))


def test_one_number_under_two_letters_is_no_contract_on_two_rows(store: Database) -> None:
    rows = [client("Ф-15236; Ф-115236", HOME), client("Ю-15236; Ф-115237", "Мира, 1"), client("15236", "Мира, 2")]
    report, _ = synced(store, rows)
    assert report.duplicates == DuplicateContracts()


def test_every_contract_of_several_on_a_row_is_counted(store: Database) -> None:
    rows = [client("Ф-1000; Ю-2000", HOME), client("Ф-1000; Ю-2000", "Мира, 1"), client("Ф-1000", "Мира, 2")]
    report, _ = synced(store, rows)
    assert report.duplicates == DuplicateContracts(contracts=2, first="Ф-1000")


def test_all_rows_are_told_as_progress_and_bad_ones_unite_nothing(store: Database) -> None:
    told: list[int] = []
    bad = BadRow(line=2, reason=Words.alike("плохая"))
    report, _ = synced(store, [ivanov("internet"), bad, ivanov("tv"), ivanov("tv")], progress=told.append)
    assert (report.clients, report.bad_rows, report.merged, told[-1]) == (1, 1, 2, 4)


def test_what_one_row_leaves_empty_the_other_tells() -> None:
    one = {"contract": "Ф-1", "login": "a", "address": "", "services": "tv", "notes": "раз"}
    other = {"contract": "Ф-1", "login": "a", "address": HOME, "services": "tv", "notes": "два"}
    assert merged(one, other) == {**other, "notes": "раз\nдва"}
