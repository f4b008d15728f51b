"""What needs a section that the configuration does not have says which one to add, and is a mistake of the configuration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otrs_bridge.errors import YourMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge

NEEDS_BILLING = [
    ("jobs", "plan", "internet_suspension"),
    ("jobs", "plan", "reminders"),
    ("jobs", "run", "debt_sync"),
    ("jobs", "run", "debt_sync", "--apply"),
    ("jobs", "rebuild"),
    ("billing", "check"),
    ("billing", "debtors"),
    ("billing", "show", "Ф-10000"),
]
NEEDS_DIRECTORY = [("directory", "sync"), ("directory", "find", "Ф-15236"), ("client", "Ф-15236")]
SET = {"internet_suspension": "enforce", "reminders": "off", "cleanup": "enforce"}


@pytest.mark.parametrize(
    ("command", "section"), [(c, "billing") for c in NEEDS_BILLING] + [(c, "directory") for c in NEEDS_DIRECTORY]
)
def test_the_section_to_add_is_named(bridge: Bridge, command: tuple[str, ...], section: str) -> None:
    done = bridge(*command, directory=None, jobs={"debt_sync": "enforce"})
    assert isinstance(done.exception, YourMistake), (done.output, done.exception)
    assert section in str(done.exception)
    assert section in done.exception.words.ru
    assert "add" in str(done.exception)
    assert "history" not in bridge("jobs", "history").stdout, "nothing was begun"


def test_jobs_that_wait_for_a_billing_in_vain_are_told(bridge: Bridge, desk: Sandbox) -> None:
    told = "config.yaml:"
    checked = bridge("config", "check", jobs=SET)
    assert checked.exit_code == 0
    assert told in checked.stderr
    assert "jobs.internet_suspension: there is no section billing" in checked.stderr
    assert "jobs.reminders" not in checked.stderr
    assert "jobs.cleanup" not in checked.stderr
    lines = [json.loads(line) for line in bridge("doctor", "--format", "json", jobs=SET).stdout.splitlines()]
    (billing,) = [line for line in lines if line["check"] == "billing"]
    assert (billing["verdict"], "jobs.internet_suspension" in billing["said"]) == ("warning", True)


@pytest.mark.parametrize("jobs", [{}, {"internet_suspension": "off"}, {"cleanup": "enforce"}])
def test_jobs_that_miss_nothing_are_not_told(bridge: Bridge, jobs: dict[str, Any]) -> None:
    assert "billing" not in bridge("config", "check", jobs=jobs).stderr
