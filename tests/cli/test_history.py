"""What the bridge did, and what it leaves to people, as an operator reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrs_bridge.errors import UsageMistake
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import Intent, Pin
from tests.cli.conftest import Bridge
from tests.journal.samples import NOON, later, start

RU, EN = "Не хватает: район.", "Missing: the district."


@pytest.fixture
def journal(tmp_path: Path) -> SqlJournal:
    return SqlJournal(open_database(f"sqlite:///{tmp_path}/otrs-bridge.db"))


def remark(written: str) -> Intent:
    """A remark, in the note of a bridge that wrote in this language."""
    return Intent(
        ticket_id=1, ticket_number="2013041610000135", rule="required_fields", field="note", old="", new=RU, why=written,
        mode="enforce",
    )  # fmt: skip


@pytest.mark.parametrize(("language", "shown", "other"), [("ru", RU, EN), ("en", EN, RU)])
def test_a_remark_is_shown_as_a_note_in_the_operators_language(
    bridge: Bridge, journal: SqlJournal, language: str, shown: str, other: str
) -> None:
    (entry,) = journal.intend(start(journal), [remark(EN)], at=NOON)
    journal.settle({entry: ("applied", "")}, at=later(1))
    told = bridge("history", "--run", "1", language=language).stdout
    assert shown in told
    assert other not in told
    assert "note:" not in told
    assert ("Заметка" if language == "ru" else "Note") in told
    line = json.loads(bridge("history", "--run", "1", "--format", "json", language=language).stdout)
    assert (line["field"], line["new"], line["why"]) == ("note", shown, shown)


def test_a_rule_with_a_long_name_is_parted_from_what_it_said(bridge: Bridge, journal: SqlJournal) -> None:
    change = Intent(
        ticket_id=1, ticket_number="2013041610000135", rule="telephony_disconnection", field="title", old="a", new="b",
        why="because", mode="enforce",
    )  # fmt: skip
    journal.intend(start(journal), [change], at=NOON)
    assert "telephony_disconnection Subject: a → b" in bridge("history", "--run", "1").stdout


def test_a_field_without_its_ticket_is_a_mistake_of_usage(bridge: Bridge) -> None:
    assert isinstance(bridge("pins", "--field", "state").exception, UsageMistake)


def test_the_values_of_pins_stand_below_each_other(bridge: Bridge, journal: SqlJournal) -> None:
    fields = {"priority": "3 normal", "DynamicField_ClientType": "legal", "queue": "", "title": "Нет связи"}
    journal.pin(
        [
            Pin(ticket_id=n, ticket_number=str(10**n), field=field, rule="x", value=value, reason="", since=later(n))
            for n, (field, value) in enumerate(fields.items(), start=7)
        ]
    )
    lines = bridge("pins").stdout.splitlines()
    values = [value or "(empty)" for value in fields.values()]
    assert [line.endswith(f"  {value}") for line, value in zip(lines, values, strict=True)] == [True] * 4
    assert len({line.rindex(value) for line, value in zip(lines, values, strict=True)}) == 1
    assert all(line == line.rstrip() for line in lines)
