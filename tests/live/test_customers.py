"""Customers on the real OTRS: whom it knows keeps his ticket, whatever the list lacks; whom it lacks is asked for once."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.live.conftest import CLIENTS, Cli, make_cli
from tests.live.making import Wish, mail, make_tickets
from tests.live.server.control import LiveServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

DIRECTOR = """
use utf8;
$Kernel::OM->Get("Kernel::System::CustomerUser")->CustomerUserAdd(
    Source => "CustomerUser", UserFirstname => "Ольга", UserLastname => "Директор", UserCustomerID => "Ю-204",
    UserLogin => "romashka-dir", UserEmail => "dir\\@romashka.ru", ValidID => 1, UserID => 1,
) or die;
"""
NEWCOMER = 'Ф-77001,individual,Новый Клиент Клиентович,"ул. Летная, д. 9, кв. 1",Северный,,new@client.ru,newclient\n'


@pytest.fixture(autouse=True)
def _nothing_left(fresh: LiveServer) -> None:
    """Tickets and customers of the test before are gone."""
    fresh.reset()


def customers(server: LiveServer, ids: Sequence[int]) -> list[tuple[str, ...]]:
    """Customer user and CustomerID of each ticket in the order asked, as the database has them."""
    listed = ", ".join(map(str, ids))
    rows = server.sql(
        f"SELECT id, coalesce(customer_user_id, ''), coalesce(customer_id, '') FROM ticket WHERE id IN ({listed})"
    )
    found = {int(number): tuple(rest) for number, *rest in rows}
    return [found[number] for number in ids]


def without_logins(cli: Cli) -> None:
    """Make the operator's client list one that knows contracts only."""
    rows = list(csv.reader(CLIENTS.read_text(encoding="utf-8").splitlines()))
    kept = [place for place, name in enumerate(rows[0]) if name not in {"login", "email"}]
    with (cli.folder / "clients.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row[place] for place in kept] for row in rows)


@pytest.mark.parametrize("logins", [True, False], ids=["a list with logins", "a list without"])
def test_no_customer_user_of_otrs_loses_a_ticket(fresh: LiveServer, tmp_path: Path, logins: bool) -> None:
    fresh.perl(DIRECTOR)
    wishes = [
        Wish(title="Нет интернета", customer="иванов", state="open"),
        Wish(title="Нет интернета Ф-15236", customer="Ф-15236", state="open", body="Кольцевая 14-15"),
        Wish(title="Нет интернета", customer="romashka-dir", state="open"),
        Wish(title="Верните остаток", customer="smirnov", state="closed successful", body="договор Ф-10482"),
    ]
    ids = [*make_tickets(fresh, wishes), *fresh.mails([mail("Ольга <dir@romashka.ru>", "Нет интернета", "пропал")])]
    before = customers(fresh, ids)
    assert before[2] == before[4] == ("romashka-dir", "Ю-204")
    cli = make_cli(tmp_path, fresh.base_url, ("customer", "priority"))
    if not logins:
        without_logins(cli)
    cli.lines("sweep", "--all", "--apply")
    assert customers(fresh, ids) == before
    raised = fresh.sql(
        f"SELECT p.name FROM ticket t JOIN ticket_priority p ON p.id = t.ticket_priority_id WHERE t.id = {ids[2]}"
    )
    assert raised == [("4 high",)], "her company is known by the CustomerID"


def test_a_mail_of_somebody_whom_otrs_does_not_know_gets_the_placeholder(fresh: LiveServer, cli: Cli) -> None:
    ids = fresh.mails([mail("y@nowhere.ru", "Вопрос", "Договор Ф-99001, Летная 5-132")])
    assert customers(fresh, ids) == [("y@nowhere.ru", "y@nowhere.ru")]
    cli.lines("sweep", "--all", "--apply")
    assert customers(fresh, ids) == [('"ул. Летная, д. 5, кв. 132, Ф-99001" <y@nowhere.ru>', "")]
    assert cli.lines("sweep", "--all", "--apply")[0] == []


def test_a_client_whom_otrs_does_not_have_is_refused_once(fresh: LiveServer, cli: Cli) -> None:
    with (cli.folder / "clients.csv").open("a", encoding="utf-8") as file:
        file.write(NEWCOMER)
    ids = make_tickets(fresh, [Wish(title="Нет интернета", customer="test@mtel.ru", state="open", body="Ф-77001")])
    written_down = '"ул. Летная, д. 9, кв. 1, Новый Клиент Клиентович, Ф-77001" <test@mtel.ru>'
    first, _ = cli.lines("sweep", "--all", "--apply")
    ours = [line for line in first if line["ticket_id"] == ids[0]]  # the shipped welcome ticket has its line, too
    assert [(line["new"], line["outcome"]) for line in ours if line["field"] == "customer"] == [
        (written_down, "applied")
    ]
    assert customers(fresh, ids) == [(written_down, "")]
    assert cli.lines("sweep", "--all", "--apply")[0] == []
