"""Categories and keywords of the operator's own, from config.yaml to what is written in OTRS."""

from __future__ import annotations

from typing import Any

import pytest

from otrs_bridge.errors import ConfigMistake, ExitCode
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge, json_lines

OFF: dict[str, Any] = {rule.name: {"mode": "off"} for rule in RULES}
OWN: dict[str, Any] = {"keywords": {"domofon": ["домофон* молчит"]}, "values": {"domofon": "tv"}}
ROUTING = {"mode": "enforce", "intake": ["Raw"], "queues": {"domofon": "TV"}}


@pytest.fixture
def made(desk: Sandbox) -> TicketRow:
    return desk.add_ticket("Домофон молчит", queue="Raw", body="Второй день")


def rules(**options: Any) -> dict[str, Any]:
    return OFF | {"category": {"mode": "enforce", **OWN}} | options


def test_a_category_of_ones_own_is_written_and_asked_for_by_nobody(bridge: Bridge, made: TicketRow) -> None:
    asking = {"mode": "enforce", "fields": ["category"]}
    lines, _summary = json_lines(
        bridge("sweep", "--ticket", made.number, "--apply", "--format", "json", rules=rules(required_fields=asking))
    )
    assert [(line["field"], line["new"]) for line in lines] == [("DynamicField_Category", "tv")]
    assert made.values["Category"] == ["tv"]


def test_every_rule_reads_the_words_also_when_rule_category_is_off(bridge: Bridge, made: TicketRow) -> None:
    sections = rules(category={"mode": "off", **OWN}, queue_routing=ROUTING)
    lines, _summary = json_lines(bridge("sweep", "--ticket", made.number, "--format", "json", rules=sections))
    assert [(line["field"], line["new"]) for line in lines] == [("queue", "TV")]


def test_a_backtest_reads_them_too(bridge: Bridge, made: TicketRow) -> None:
    lines, _summary = json_lines(bridge("backtest", "--format", "json", rules=rules(queue_routing=ROUTING)))
    assert {line["rule"] for line in lines} == {"category", "queue_routing"}


def test_doctor_names_a_category_that_the_field_does_not_take(bridge: Bridge, made: TicketRow) -> None:
    section = {"mode": "observe", "keywords": OWN["keywords"]}
    done = bridge("doctor", rules=rules(category=section))
    assert done.exit_code == ExitCode.NEEDS_A_PERSON
    (at,) = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    assert at.startswith("✗ field_values")
    assert "Category: domofon" in at


def test_mistakes_come_all_at_once_with_line_key_and_what_is_allowed(bridge: Bridge) -> None:
    section = {"mode": "observe", "built_in": ["radio"], "keywords": {"tv": ["рябь", "канал.*"], "domofon": []}}
    wrong = bridge("config", "check", rules={"category": section}).exception
    assert isinstance(wrong, ConfigMistake)
    told = [mistake.en for mistake in wrong.mistakes]
    places = [mistake.partition(" must be ") for mistake in told]
    assert [(place.partition(": ")[2], said.partition(" ")[0]) for place, _, said in places] == [
        ("rules.category.keywords.domofon", "a"),
        ("rules.category.keywords.tv[1]", "one"),
        ("rules.category.built_in[0]", "one"),
    ]
    assert all(mistake.startswith("config.yaml:") for mistake in told)
    assert len({mistake.split(":")[1] for mistake in told}) == 3
    assert told[1].endswith("домофон* не открывает; not 'канал.*'")
    assert wrong.mistakes[1].ru.endswith("домофон* не открывает (указано 'канал.*')")
