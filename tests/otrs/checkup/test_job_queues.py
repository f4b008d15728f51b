"""The queues in which jobs open tickets: whether they are there, and whether the agent may create in them."""

from __future__ import annotations

from collections.abc import Callable

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.checkup.conftest import Doctor


def test_queues_that_are_there_and_open_to_the_agent_are_named_and_nothing_is_written(
    doctor: Doctor, written: Callable[[], object]
) -> None:
    doctor.expected["job_queues"] = ("Internet", "Telephony")
    before = written()
    found = doctor.examine()["job_queues"]
    assert (found.verdict, found.said.en) == (Verdict.OK, "may create in: Internet, Telephony")
    assert written() == before


def test_a_queue_that_does_not_exist_is_named_with_the_keys_that_name_it(doctor: Doctor) -> None:
    doctor.expected["job_queues"] = ("Internet", "Reminders")
    found = doctor.examine()["job_queues"]
    assert found.verdict is Verdict.FAILED
    assert "«Reminders»" in found.said.en
    assert "«Internet»" not in found.said.en
    assert found.remedy is not None
    assert "jobs.reminders.ticket_queue" in found.remedy.en


def test_a_queue_without_the_right_to_create_is_a_failure(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.set_rights("bridge", "Internet", ("ro", "note"))
    doctor.expected["job_queues"] = ("Internet", "Telephony")
    found = doctor.examine()["job_queues"]
    assert (found.verdict, found.said.en) == (Verdict.FAILED, "no right to create tickets in: Internet")


def test_without_jobs_that_open_tickets_there_is_nothing_to_look_for(doctor: Doctor) -> None:
    assert doctor.examine()["job_queues"].verdict is Verdict.OK
