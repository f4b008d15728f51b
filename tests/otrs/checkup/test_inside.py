"""Faults behind the door: routes, rights, searches, names, times. Each has its own sentence and its remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.checkup import Verdict
from otrs_bridge.errors import ExitCode
from otrs_bridge.sandbox import routes
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.records import Right
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.checkup.conftest import Doctor, Findings
from tests.otrs.moved_clock import MovedClock


def only_failure(found: Findings, name: str, words: str) -> None:
    assert found.named(Verdict.FAILED) == {name}
    assert words in found[name].said.en
    assert found[name].remedy is not None
    assert found.exit_code is ExitCode.NEEDS_A_PERSON


@pytest.mark.parametrize(
    ("operation", "path", "needs_it"),
    [
        ("TicketSearch", "/TicketSearch", "search_by_field"),
        ("TicketGetList", "/TicketList", "tickets"),
        ("TicketHistoryGet", "/TicketHistory/1", "write_rights"),
        ("TicketUpdate", "/Ticket/1", "states"),
        ("TicketCreate", "/Ticket", "placeholder"),
    ],
)
def test_a_missing_route_is_named_and_what_needs_it_is_left_out(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, operation: str, path: str, needs_it: str
) -> None:
    kept = tuple(one for one in routes.ROUTES if not one.pattern.fullmatch(path))
    monkeypatch.setattr(routes, "ROUTES", kept)  # the sandbox has one web service; here it lacks a route
    found = doctor.examine()
    only_failure(found, f"route {operation}", f"no route for {operation}")
    assert found[needs_it].verdict is Verdict.NOT_CHECKED


def test_connections_that_are_kept_get_the_advice(clock: MovedClock) -> None:
    with Sandbox(clock=clock.now, welcome_ticket=True, keep_alive=True) as sandbox:
        found = Doctor(url=sandbox.base_url, clock=clock).examine()["keep_alive"]
    assert found.verdict is Verdict.WARNING
    assert found.remedy
    assert "KeepAlive: ''" in found.remedy.en


def test_a_folder_that_cannot_be_written_costs_a_login_each_time(doctor: Doctor, tmp_path: Path) -> None:
    doctor.connection["session_file"] = tmp_path / "missing" / "session.json"
    found = doctor.examine()["session"]
    assert found.verdict is Verdict.WARNING


def test_no_visible_ticket_is_a_warning_and_says_what_cannot_be_checked(doctor: Doctor, sandbox: Sandbox) -> None:
    for queue in sandbox.database.queues:
        sandbox.set_rights("bridge", queue.name, ())
    found = doctor.examine()
    assert "sees no ticket" in found["tickets"].said.en
    assert {"states", "priorities", "dynamic_fields", "time_zone"} <= found.named(Verdict.NOT_CHECKED)
    assert found["placeholder"].verdict is Verdict.OK
    assert found.exit_code is ExitCode.FINE


def test_a_missing_field_comes_with_the_one_that_was_meant(doctor: Doctor) -> None:
    doctor.expected["fields"] = ("ClientType", "district", "Catgory", "Nonsense")
    doctor.expected["values"] = {}
    found = doctor.examine()
    only_failure(found, "dynamic_fields", "district (there is District); Catgory (there is Category); Nonsense")


def test_a_key_that_is_no_possible_value_is_named(doctor: Doctor) -> None:
    doctor.expected["values"] = {"ClientType": ("legal", "Юридическое лицо"), "Category": ("tv", "radio")}
    only_failure(doctor.examine(), "field_values", "ClientType: Юридическое лицо; Category: radio")


def test_an_unknown_state_is_named(doctor: Doctor, written: Callable[[], object]) -> None:
    before = written()
    doctor.expected["states"] = ("open", "Closed successful")
    only_failure(doctor.examine(), "states", "«Closed successful»")
    assert written() == before


def test_states_that_were_swapped_are_told_with_the_types_they_have(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.add_ticket("opened", queue="Support", state="open")
    sandbox.add_ticket("finished", queue="Support", state="closed successful")
    doctor.expected |= {"open_states": ("closed successful",), "closed_states": ("open",)}
    only_failure(doctor.examine(), "state_types", "another type for: closed successful (closed), open (open)")


def test_a_state_that_no_ticket_is_in_is_not_vouched_for(doctor: Doctor, sandbox: Sandbox) -> None:
    doctor.expected |= {"open_states": ("open",), "closed_states": ("closed successful",)}
    found = doctor.examine()["state_types"]
    assert (found.verdict, found.said.en) == (Verdict.NOT_CHECKED, "no visible ticket is closed successful")
    sandbox.add_ticket("finished", queue="Support", state="closed successful")
    found = doctor.examine()["state_types"]
    assert found.said.en == "of the right type: open (open), closed successful (closed)"
    assert found.said.ru == "типы верны: open (open), closed successful (closed)"


def test_an_unknown_priority_is_named(doctor: Doctor) -> None:
    doctor.expected["priorities"] = ("4 high", "6 urgent")
    only_failure(doctor.examine(), "priorities", "«6 urgent»")


def test_a_placeholder_that_otrs_refuses_is_shown_with_the_settings(doctor: Doctor) -> None:
    doctor.expected["customers"] = ('"ул. Летная, д. 5" <x@example.com>',)
    found = doctor.examine()
    only_failure(found, "placeholder", "x@example.com")
    remedy = found["placeholder"].remedy
    assert remedy
    assert "CheckMXRecord" in remedy.ru


def test_a_server_that_asks_for_mail_exchangers_is_warned_of(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.database.mail_exchangers = frozenset({"mtel.ru"})
    found = doctor.examine()
    assert found["placeholder"].verdict is Verdict.OK
    assert found["mail_exchanger"].verdict is Verdict.WARNING
    sandbox.database.mail_exchangers = frozenset()
    assert doctor.examine()["placeholder"].verdict is Verdict.FAILED


def test_an_empty_answer_does_not_pass_for_a_filter(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.NOTHING_FOUND, operation="TicketSearch", skip=8, times=None))
    found = doctor.examine()
    assert found["search_by_field"].verdict is Verdict.FAILED


def test_another_zone_is_named_with_both_offsets(doctor: Doctor) -> None:
    doctor.expected["zone"] = ZoneInfo("Europe/Moscow")
    only_failure(doctor.examine(), "time_zone", "in UTC+00:00, otrs.timezone (Europe/Moscow) is UTC+03:00")


def test_a_zone_with_other_summers_is_noticed_by_older_tickets(
    doctor: Doctor, sandbox: Sandbox, clock: MovedClock
) -> None:
    doctor.expected["zone"] = ZoneInfo("Europe/London")
    clock.move(timedelta(days=200).total_seconds())
    sandbox.add_ticket("in winter")
    found = doctor.examine()
    assert found["time_zone"].verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("seconds", "verdict", "word"),
    [
        (3, Verdict.OK, "agree"),
        (40, Verdict.WARNING, "ahead"),
        (-40, Verdict.WARNING, "behind"),
        (900, Verdict.FAILED, "ahead"),
    ],
)
def test_a_clock_that_differs_is_told_with_its_direction(
    doctor: Doctor, clock: MovedClock, seconds: int, verdict: Verdict, word: str
) -> None:
    ours = MovedClock(clock.now() + timedelta(seconds=seconds))
    doctor.clock = ours
    found = doctor.examine()["clock"]
    assert found.verdict is verdict
    assert word in found.said.en


def test_a_server_that_cuts_its_answers_is_noticed(doctor: Doctor, sandbox: Sandbox, clock: MovedClock) -> None:
    for number in range(30):
        sandbox.add_ticket(f"more {number}")
        clock.move(1)
    found = doctor.examine()["search_limit"]
    assert found.verdict is Verdict.OK
    assert "all 33" in found.said.en


@pytest.mark.parametrize("rights", [("ro",), ("ro", "note", "priority")])
def test_the_write_test_names_the_missing_right(
    doctor: Doctor, sandbox: Sandbox, written: Callable[[], object], rights: tuple[Right, ...]
) -> None:
    sandbox.set_rights("bridge", "Support", rights)
    ticket = next(one for one in sandbox.tickets() if sandbox.queue_of(one.ticket_id) == "Support")
    doctor.tickets = (ticket.number,)
    before = written()
    only_failure(doctor.examine(), f"write_rights {ticket.number}", "no right to write in Support")
    assert written() == before


def test_the_write_test_needs_a_ticket_that_is_there(doctor: Doctor, sandbox: Sandbox) -> None:
    hidden = next(one for one in sandbox.tickets() if sandbox.queue_of(one.ticket_id) == "Secret")
    doctor.tickets = (hidden.number,)
    only_failure(doctor.examine(), f"write_rights {hidden.number}", "sees no ticket")


@pytest.mark.parametrize("how_many", [1, 99])
def test_tickets_dated_in_the_future_are_no_fault_of_the_search_nor_of_the_clock(
    doctor: Doctor, sandbox: Sandbox, how_many: int
) -> None:
    ahead = sandbox.tickets()[:how_many]
    for ticket in ahead:
        ticket.changed += timedelta(days=1)
    found = doctor.examine()
    assert found["clock"].verdict is Verdict.OK
    assert found["search_by_time"].verdict in {Verdict.OK, Verdict.NOT_CHECKED}
    if found["search_by_time"].verdict is Verdict.NOT_CHECKED:
        assert all(ticket.number in found["search_by_time"].said.en for ticket in ahead)
