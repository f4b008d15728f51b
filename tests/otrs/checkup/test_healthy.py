"""A server in order: everything is checked, all of it is well, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import ExitCode
from otrs_bridge.otrs.checkup.series import CHECKS, GATES
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.checkup.conftest import Doctor
from tests.otrs.moved_clock import MovedClock


def test_all_is_well_and_nothing_is_written(doctor: Doctor, written: Callable[[], object]) -> None:
    before = written()
    findings = doctor.examine()
    assert findings.named(Verdict.FAILED) == set()
    assert findings.named(Verdict.WARNING) == set()
    assert findings.named(Verdict.NOT_CHECKED) == {"write_rights"}
    assert findings.exit_code is ExitCode.FINE
    assert written() == before


def test_every_check_has_its_say(doctor: Doctor) -> None:
    said = {result.name.partition(" ")[0].replace("route", "routes") for result in doctor.examine().results}
    assert {check.name for check in (*GATES, *CHECKS)} <= said | {"routes"}


def test_both_languages_are_always_given(doctor: Doctor) -> None:
    for result in doctor.examine().results:
        assert result.said.ru
        assert result.said.en
        assert result.remedy is None or (result.remedy.ru and result.remedy.en)


def test_the_queues_that_the_agent_sees_are_named_and_no_other(doctor: Doctor) -> None:
    said = doctor.examine()["queues"].said.en
    assert "Internet, Raw, Support" in said
    assert "Secret" not in said


def test_a_queue_without_the_right_to_create_is_told_apart(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.set_rights("bridge", "Internet", ("ro", "note"))
    assert "may create in: Raw, Support; may not in: Internet" in doctor.examine()["queues"].said.en


def test_the_session_is_kept_and_used_again(doctor: Doctor, sandbox: Sandbox) -> None:
    doctor.examine()
    kept = doctor.connection["session_file"].read_text()
    doctor.examine()
    assert doctor.connection["session_file"].read_text() == kept


def test_the_zone_is_right_in_summer_and_winter(clock: MovedClock) -> None:
    zone = "Europe/Podgorica"
    with Sandbox(clock=clock.now, zone=zone) as sandbox:
        for _ in range(4):
            sandbox.add_ticket("season")
            clock.move(timedelta(days=91).total_seconds())
        doctor = Doctor(url=sandbox.base_url, clock=clock)
        doctor.expected["zone"] = ZoneInfo(zone)
        findings = doctor.examine()
    assert findings["time_zone"].verdict is Verdict.OK
    assert findings["clock"].verdict is Verdict.OK
    assert findings["search_by_time"].verdict is Verdict.OK


@pytest.mark.parametrize("queue", ["Support", "Internet"])
@pytest.mark.parametrize("named", [str, short_number], ids=["full number", "short number"])
def test_the_write_test_proves_the_right_and_changes_nothing(
    doctor: Doctor, sandbox: Sandbox, written: Callable[[], object], queue: str, named: Callable[[str], str]
) -> None:
    ticket = next(one for one in sandbox.tickets() if sandbox.queue_of(one.ticket_id) == queue)
    doctor.tickets = (named(ticket.number),)
    before = written()
    findings = doctor.examine()
    assert findings[f"write_rights {named(ticket.number)}"].verdict is Verdict.OK
    assert findings.exit_code is ExitCode.FINE
    assert written() == before


def test_without_a_session_file_nothing_is_kept(doctor: Doctor, tmp_path: Path) -> None:
    doctor.connection["session_file"] = None
    assert doctor.examine()["session"].verdict is Verdict.OK
    assert list(tmp_path.iterdir()) == []
