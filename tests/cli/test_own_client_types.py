"""Keys of the operator's own in the client type field, from config.yaml to what is written in OTRS."""

from __future__ import annotations

from typing import Any

import pytest

from otrs_bridge.errors import ConfigMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge, json_lines

OFF: dict[str, Any] = {rule.name: {"mode": "off"} for rule in RULES}
KEYS = {"legal": "JUR", "individual": "FIZ"}


@pytest.mark.parametrize("mode", ["off", "enforce"])
def test_a_key_of_ones_own_that_an_agent_chose_is_believed_by_every_rule(
    bridge: Bridge, desk: Sandbox, mode: str
) -> None:
    chosen = desk.add_ticket(
        "Нет связи",
        customer_user="test@mtel.ru",
        priority="3 normal",
        body="договор Ф-88001",
        fields={"ClientType": "JUR"},
    )
    rules = OFF | {"client_type": {"mode": mode, "values": KEYS}, "priority": {"mode": "enforce"}}
    lines, _summary = json_lines(bridge("sweep", "--ticket", chosen.number, "--format", "json", rules=rules))
    assert [(line["field"], line["new"]) for line in lines] == [("priority", "4 high")]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"legal": "X", "individual": "x"}, "must differ from the other type's key"),
        ({"legal": "individual"}, "must differ from the other type's key"),
        ({"legal": " "}, "must not be empty"),
        ({"company": "JUR"}, "is no type; allowed: legal, individual"),
    ],
)
def test_keys_that_nobody_could_tell_apart_are_refused(bridge: Bridge, keys: dict[str, str], told: str) -> None:
    wrong = bridge("config", "check", rules={"client_type": {"mode": "enforce", "values": keys}}).exception
    assert isinstance(wrong, ConfigMistake)
    assert f"rules.client_type.values.{next(iter(keys))}" in str(wrong)
    assert told in str(wrong)
