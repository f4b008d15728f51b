"""`otrs-bridge backtest` as an operator meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import ConfigMistake, UsageMistake
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge, json_lines, write_config

ONE_RULE: dict[str, Any] = {rule.name: {"mode": "off"} for rule in RULES} | {"priority": {"mode": "observe"}}


@pytest.fixture(scope="module")
def made(desk: Sandbox) -> TicketRow:
    desk.add_ticket("В порядке")
    return desk.add_ticket("Кричит", priority="5 very high")


@pytest.fixture
def other(desk: Sandbox, bridge: Bridge) -> Path:
    """Another configuration, with another opinion about priorities."""
    path = Path("other.yaml")
    login = {"url": "http://nowhere.invalid", "user": "x", "password": "y"}
    options = {"mode": "enforce", "individual_at_most": "4 high"}
    write_config(path, {"otrs": login, "rules": {**ONE_RULE, "priority": options, "state": {"mode": "off"}}})
    return path


def test_counts_and_samples_for_people(bridge: Bridge, made: TicketRow) -> None:
    done = bridge("backtest", rules=ONE_RULE)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "priority · Priority: 1 tickets",
        f"  {made.number} ({short_number(made.number)})  Кричит",
        "    5 very high → 3 normal. the client's type is unknown: at most “3 normal”",
        "Tickets examined: 2, the rules would touch: 1. Nothing was written.",
    ]


def test_json_is_one_object_a_rule_and_field(bridge: Bridge, made: TicketRow) -> None:
    (line,), summary = json_lines(bridge("backtest", "--since", "1d", "--format", "json", rules=ONE_RULE))
    (sample,) = line.pop("samples")
    assert line == {"rule": "priority", "field": "priority", "tickets": 1, "disputed": 0}
    assert (sample["ticket"], sample["here"]["new"], sample["there"]) == (made.number, "3 normal", None)
    assert summary == {"examined": 2, "tickets": 1, "technical": 0, "incomplete": 0, "unreadable": 0}


def test_against_another_file_only_its_rules_count(bridge: Bridge, made: TicketRow, other: Path) -> None:
    done = bridge("backtest", "--against", str(other), rules=ONE_RULE)
    assert done.exit_code == 0
    assert "priority · Priority: only here 0, only there 0, otherwise 1" in done.stdout
    assert "    here: 5 very high → 3 normal." in done.stdout
    assert "    there: 5 very high → 4 high." in done.stdout
    (_, line), summary = json_lines(bridge("backtest", "--against", str(other), "--format", "json", rules=ONE_RULE))
    assert (line["only_here"], line["only_there"], line["different"]) == (0, 0, 1)
    assert summary["differing"] == 1


def test_mistakes_are_told_before_anything_is_read(bridge: Bridge, tmp_path: Path) -> None:
    assert isinstance(bridge("backtest", "--since", "ever").exception, UsageMistake)
    assert isinstance(bridge("backtest", "--against", "missing.yaml").exception, ConfigMistake)
