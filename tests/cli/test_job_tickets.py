"""The tickets of the jobs are written in the operator's own words, as the rules that fill the same fields have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge

MOSCOW = ZoneInfo("Europe/Moscow")
OWN_WORDS: dict[str, dict[str, Any]] = {
    "customer": {"address": "nobody@isp.ru"},
    "category": {"values": {"billing": "cable"}},
    "district": {"values": {"Центр": "center"}},
}


@pytest.mark.parametrize("mode", ["off", "observe"])
def test_a_disconnection_has_the_operators_keys_and_placeholder_whatever_the_rules_mode(
    bridge: Bridge, desk: Sandbox, tmp_path: Path, mode: str
) -> None:
    desk.add_ticket("Обычная заявка")
    first = SystemClock().now().astimezone(MOSCOW).date().replace(day=1)
    names = ("Ф-15236", "Ф-99999")
    accounts = [f"{name},{name},internet,500,Иванов" for name in names]
    entries = [f"{name},charge,{first},500" for name in names]
    (tmp_path / "accounts.csv").write_text(
        "\n".join(["account,contract,service,fee,name", *accounts, ""]), encoding="utf-8"
    )
    (tmp_path / "entries.csv").write_text("\n".join(["account,kind,dated,amount", *entries, ""]), encoding="utf-8")
    sections = {
        "timezone": "Europe/Moscow",
        "rules": {name: {**options, "mode": mode} for name, options in OWN_WORDS.items()},
        "billing": {"queues": {"internet": "Internet"}, "max_share": 1},
        "jobs": {"internet_suspension": "enforce"},
    }
    assert bridge("billing", "import", "accounts.csv", "entries.csv", **sections).exit_code == ExitCode.FINE
    desk.add_customer_user("sidorova", email="anna@mtel.ru", customer_id="Ф-15236")
    done = bridge("jobs", "run", "internet_suspension", "--apply", **sections)
    assert done.exit_code == ExitCode.FINE, (done.output, done.exception)
    known, unknown = (next(one for one in desk.tickets() if name in one.title) for name in names)
    assert known.customer_user == "sidorova"
    assert known.values["District"] == ["center"]
    assert unknown.customer_user == '"Иванов, Ф-99999" <nobody@isp.ru>'
    assert known.values["Category"] == unknown.values["Category"] == ["cable"]
