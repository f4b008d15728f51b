"""otrs-bridge pause, resume, pauses, as an operator calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrs_bridge.errors import UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge, json_lines


def test_a_pause_is_told_with_who_until_when_and_why(bridge: Bridge) -> None:
    done = bridge("pause", "state", "--until", "2h", "--because", "agents argue", "--by", "анна")
    assert done.exit_code == 0, done.output
    shown = bridge("pauses").stdout
    assert all(word in shown for word in ("state", "анна", "agents argue", "until 20"))
    (line,) = (json.loads(line) for line in bridge("pauses", "--format", "json").stdout.splitlines())
    assert (line["name"], line["who"], line["because"]) == ("state", "анна", "agents argue")
    assert line["until"].endswith("+00:00")


def test_a_pause_is_ended_by_hand_and_once(bridge: Bridge) -> None:
    bridge("pause", "cleanup", "--until", "1d", "--because", "holidays")
    assert "Resumed: cleanup" in bridge("resume", "cleanup").stdout
    assert "Nothing is paused" in bridge("pauses").stdout
    assert isinstance(bridge("resume", "cleanup").exception, UsageMistake)


REFUSED = {
    "no end": (["pause", "state", "--because", "x"], "--until"),
    "no reason": (["pause", "state", "--until", "2h"], "--because"),
    "an empty reason": (["pause", "state", "--until", "2h", "--because", " "], "--because"),
    "a reason that nobody sees": (["pause", "state", "--until", "2h", "--because", " \u200b"], "--because"),
    "the past": (["pause", "state", "--until", "2020-01-01", "--because", "x"], "passed"),
    "for ever": (["pause", "state", "--until", "9999-12-31", "--because", "x"], "year"),
    "no such rule": (["pause", "stat", "--until", "2h", "--because", "x"], "internet_suspension"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_and_nothing_is_paused(bridge: Bridge, arguments: list[str], said: str) -> None:
    done = bridge(*arguments)
    assert isinstance(done.exception, UsageMistake)
    assert said in done.exception.words.en
    assert done.exception.words.ru != done.exception.words.en
    assert "Nothing is paused" in bridge("pauses").stdout


def test_sweep_explain_and_doctor_tell_of_a_pause(bridge: Bridge, desk: Sandbox, tmp_path: Path) -> None:
    ticket = desk.add_ticket("Заявка", state="new", customer_user="sidorova", customer_id="Ф-15236")
    rules = {"state": "enforce"}
    bridge("pause", "state", "--until", "2h", "--because", "agents argue\x1b[2J", rules=rules)
    swept = bridge("sweep", "--ticket", ticket.number, "--apply", rules=rules).stdout
    assert "paused: state until" in swept
    assert "\x1b" not in swept
    assert "agents argue" in bridge("explain", ticket.number, rules=rules).stdout
    assert "paused: state until" in bridge("doctor", rules=rules).stdout
    lines, summary = json_lines(bridge("sweep", "--ticket", ticket.number, "--format", "json", rules=rules))
    assert summary["paused"] == ["state"]
    assert "state" not in {line["rule"] for line in lines}
    assert desk.state_of(ticket.ticket_id) == "new"
