"""Contacts of the operator's own, from config.yaml to what is written in OTRS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge, json_lines

OFF: dict[str, Any] = {rule.name: {"mode": "off"} for rule in RULES}
HEADER = "contract,type,name,address,district,phones,email,login\n"


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    found = tmp_path / "own-clients.csv"
    hotline = "Ф-15236,individual,Иванов Иван,Летная 5-132,Центр,+7 495 700-00-00,,ivanov\n"
    found.write_text(HEADER + hotline + "Ф-15237,individual,Петров Пётр,Летная 6-1,Центр,+7 495 123-45-67,,petrov\n")
    return found


def test_our_own_phone_in_a_ticket_names_no_client(bridge: Bridge, desk: Sandbox, clients: Path) -> None:
    made = desk.add_ticket("Нет связи", customer_user="test@mtel.ru", body="Звоните нам: 8 (495) 700-00-00")
    directory = {"source": "csv", "path": str(clients)}
    for own, customers in (([], ["ivanov"]), (["700-00-00"], ['"" <test@mtel.ru>'])):
        section = OFF | {"customer": {"mode": "enforce", "own": own}}
        sections = {"directory": directory | {"area_code": "495"}, "rules": section}
        lines, _summary = json_lines(bridge("sweep", "--ticket", made.number, "--format", "json", **sections))
        assert [line["new"].partition(" (")[0] for line in lines if line["field"] == "customer"] == customers


def test_a_letter_from_an_address_of_our_own_makes_no_company_of_anybody(bridge: Bridge, desk: Sandbox) -> None:
    sender = "ООО «МТЕЛ» <support@mtel.ru>"
    made = desk.add_ticket("Уведомление", customer_user="test@mtel.ru", priority="3 normal", sender=sender)
    for own, priorities in (([], ["4 high"]), (["@mtel.ru"], []), (["Support@mtel.ru"], [])):
        section = OFF | {"customer": {"mode": "off", "own": own}, "priority": {"mode": "enforce"}}
        lines, _summary = json_lines(bridge("sweep", "--ticket", made.number, "--format", "json", rules=section))
        assert [line["new"] for line in lines] == priorities


def test_a_local_number_finds_the_client_where_the_area_is_known(bridge: Bridge, desk: Sandbox, clients: Path) -> None:
    made = desk.add_ticket("Нет связи", customer_user="test@mtel.ru", body="Мой телефон 123-45-67")
    section = OFF | {"customer": {"mode": "enforce"}}
    directory = {"source": "csv", "path": str(clients), "area_code": "495"}
    lines, _summary = json_lines(
        bridge("sweep", "--ticket", made.number, "--format", "json", directory=directory, rules=section)
    )
    assert ["petrov" in line["new"] for line in lines if line["field"] == "customer"] == [True]


def test_a_placeholder_with_an_address_of_ones_own_is_known_by_every_rule(bridge: Bridge, desk: Sandbox) -> None:
    section = OFF | {"customer": {"mode": "off", "address": "support@isp.example"}}
    section |= {"required_fields": {"mode": "enforce", "fields": ["client"]}}
    for customer, asked_for in (('"" <support@isp.example>', 1), ("support@isp.example", 1), ("a@b.example", 0)):
        made = desk.add_ticket("Нет связи", customer_user=customer, body="Второй день")
        lines, _summary = json_lines(
            bridge("sweep", "--ticket", made.number, "--format", "json", directory=None, rules=section)
        )
        assert len(lines) == asked_for, customer
