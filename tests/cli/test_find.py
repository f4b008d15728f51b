"""`otrs-bridge find` and `client` as an operator meets them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import UsageMistake
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge, json_lines


@pytest.fixture(scope="module")
def made(desk: Sandbox) -> TicketRow:
    return desk.add_ticket("Нет ИНТЕРНЕТА", customer_user="sidorova", customer_id="Ф-15236")


def here(ticket: TicketRow) -> datetime:
    """When it was changed, in the operator's zone; OTRS tells its own (UTC)."""
    return ticket.changed.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Moscow"))


def test_a_ticket_is_shown_with_both_numbers_and_all_an_operator_asks_for(bridge: Bridge, made: TicketRow) -> None:
    done = bridge("find", short_number(made.number))
    assert done.exit_code == 0
    first, head, line = done.stdout.splitlines()
    assert first == f"Looked for: ticket number {short_number(made.number)}: 1 found"
    assert head == f"{made.number} ({short_number(made.number)})  Нет ИНТЕРНЕТА"
    assert line.strip() == f"open · Support · sidorova · {here(made):%Y-%m-%d %H:%M:%S} MSK"


def test_json_is_one_object_a_ticket_and_a_summary(bridge: Bridge, made: TicketRow) -> None:
    (line,), summary = json_lines(bridge("find", "ф-15236", "--format", "json"))
    assert line == {
        "ticket": made.number,
        "ticket_id": made.ticket_id,
        "short": short_number(made.number),
        "title": "Нет ИНТЕРНЕТА",
        "state": "open",
        "queue": "Support",
        "customer": "sidorova",
        "changed": here(made).isoformat(),
    }
    assert summary == {"understood": ["contract Ф-15236: 1 found"], "found": 1, "cut_off": False}


def test_text_needs_no_quotes(bridge: Bridge, made: TicketRow) -> None:
    (line,), summary = json_lines(bridge("find", "нет", "интернета", "--format", "json", language="ru"))
    assert line["ticket"] == made.number
    assert summary["understood"] == ["текст «% нет % интернета %»: найдено 1"]


def test_nothing_found_is_said_and_no_failure(bridge: Bridge, made: TicketRow) -> None:
    done = bridge("find", "Ф-999999")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing was found.")


def test_too_little_to_look_for_is_a_mistake_of_usage(bridge: Bridge) -> None:
    assert isinstance(bridge("find", "%").exception, UsageMistake)


def test_a_card_shows_the_client_and_his_open_tickets(bridge: Bridge, made: TicketRow) -> None:
    done = bridge("client", "Кольцевая 14-15")
    assert done.exit_code == 0
    for said in (
        "Contract          Ф-15236",
        "Type              individual",
        "Name              Сидорова Анна",
        "Address           ул. Кольцевая, д. 14, кв. 15",
        "District          Центр",
        "Phones            +7 495 586-12-12",
        "Services          internet, tv",
        "Notes             не отключать",
        "Debt              billing is not configured",
        "Open tickets: 1",
        f"{made.number} ({short_number(made.number)})  Нет ИНТЕРНЕТА",
    ):
        assert said in done.stdout


def test_several_clients_are_listed(bridge: Bridge, made: TicketRow) -> None:
    done = bridge("client", "8 495 586-12-12")
    assert "Ф-15236" in done.stdout
    assert "Ф-15240" in done.stdout
    assert "2 clients fit." in done.stdout
    lines, summary = json_lines(bridge("client", "%Кольц%14%", "--format", "json"))
    assert sorted(line["contracts"] for line in lines) == [["Ф-15236"], ["Ф-15240"], ["Ю-204"]]
    assert summary["found"] == 3


def test_json_has_the_card_of_the_only_one(bridge: Bridge, made: TicketRow) -> None:
    (line,), _ = json_lines(bridge("client", "Ф-15236", "--format", "json"))
    assert [ticket["ticket"] for ticket in line["open_tickets"]] == [made.number]
    assert line["debts"] is None
    assert line["services"] == ["internet", "tv"]


def test_a_name_is_refused_with_the_reason(bridge: Bridge) -> None:
    done = bridge("client", "Сидорова", "Анна")
    assert isinstance(done.exception, UsageMistake)
    assert "never looked for by name" in str(done.exception)


def test_without_a_directory_there_is_nobody_to_find(bridge: Bridge) -> None:
    assert isinstance(bridge("client", "Ф-15236", directory=None).exception, UsageMistake)
