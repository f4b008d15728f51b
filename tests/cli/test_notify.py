"""otrs-bridge notify test, and the daemon that tells what waits: real letters on a real server."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from otrs_bridge import logs
from otrs_bridge.bootstrap.jobs import JobBridge, open_job_bridge
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import load
from otrs_bridge.errors import ConfigMistake, ExitCode
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge
from tests.cli.test_jobs import DEBTORS, jobs, today
from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind
from tests.servers.mail import Mailbox, files_of, mail_server, text_of

__all__ = ["jobs"]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server."""
    with mail_server() as box:
        yield box


class LateClock(SystemClock):
    """The moment stands still unless a test moves it; the monotonic clock, by which all wait, is ahead by what it says."""

    ahead = timedelta(0)

    def __init__(self) -> None:
        super().__init__()
        self.moment = super().now()

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


def test_a_test_message_goes_to_every_address_and_says_which_took_it(bridge: Bridge, mailbox: Mailbox) -> None:
    dead = "mailto://127.0.0.1:1?from=a@isp.example&to=b@isp.example"
    done = bridge("notify", "test", notify={"urls": [mailbox.url, dead]})
    assert done.exit_code == ExitCode.NEEDS_A_PERSON
    assert "✓ sent: mailto (1)" in done.stdout
    assert "✗ the message through mailto (2) was not delivered" in done.stdout
    assert "127.0.0.1" not in done.stdout
    assert [letter["Subject"] for letter in mailbox.letters] == ["otrs-bridge: a test"]


def test_the_doctor_knows_an_address_that_nobody_understands(bridge: Bridge, mailbox: Mailbox) -> None:
    right = bridge("doctor", "--format", "json", notify={"urls": [mailbox.url]})
    wrong = bridge("doctor", "--format", "json", notify={"urls": [mailbox.url, "nosuch://s3cret-word"]})
    found = [
        next(line for line in map(json.loads, done.stdout.splitlines()) if line["check"] == "notify")
        for done in (right, wrong)
    ]
    assert [line["verdict"] for line in found] == ["ok", "failed"]
    assert "address 2" in found[1]["said"]
    assert "s3cret" not in wrong.output


def test_without_addresses_there_is_nobody_to_tell(bridge: Bridge) -> None:
    assert isinstance(bridge("notify", "test").exception, ConfigMistake)


@contextmanager
def daemon_of(tmp_path: Path, clock: SystemClock, **sections: Any) -> Iterator[JobBridge]:
    """The bridge that `otrs-bridge run` would start with this configuration."""
    path = tmp_path / "config.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**written, **sections}, allow_unicode=True), encoding="utf-8")
    logs.configure(level="warning", format="json", stream=sys.stderr)  # a command before has left its own
    with open_job_bridge(load(path, RULES, {}), clock=clock) as here:
        yield here


def test_a_held_plan_comes_as_one_letter_with_the_plan_and_never_again(
    jobs: Any, desk: Sandbox, tmp_path: Path, mailbox: Mailbox
) -> None:
    jobs("jobs", "list")  # writes the configuration
    clock = LateClock()
    settings = {"internet_suspension": {"mode": "enforce", "at": "00:00"}}
    with daemon_of(tmp_path, clock, notify={"urls": [mailbox.url]}, jobs=settings) as here:
        daemon = here.daemon
        mailbox.refusing = True
        daemon._guarded_turn()
        assert mailbox.letters == []
        mailbox.refusing = False
        for _ in range(3):
            clock.ahead += timedelta(minutes=3)
            daemon._guarded_turn()
        (letter,) = mailbox.letters
        assert letter["Subject"] == "otrs-bridge: a person is needed"
        assert "3 tickets, 1500.00 roubles" in text_of(letter)
        ((name, table),) = files_of(letter).items()
        assert name.startswith("plan-")
        rows = list(csv.DictReader(table.splitlines()))
        period = f"{today():%Y-%m}"
        assert {(row["contract"], row["period"], row["roubles"]) for row in rows} == {
            (c, period, "500.00") for c in DEBTORS
        }
        assert set(rows[0]) == {"contract", "service", "period", "purpose", "roubles"}
    with daemon_of(tmp_path, clock) as again:
        again.daemon._guarded_turn()
    assert len(mailbox.letters) == 1, "another process knows of it"
    assert not [ticket for ticket in desk.tickets() if ticket.title.startswith("Откл.")]


def test_a_login_that_is_refused_is_told_at_once_and_a_wrong_feed_without_its_rows(
    jobs: Any, desk: Sandbox, tmp_path: Path, mailbox: Mailbox
) -> None:
    (tmp_path / "accounts.csv").write_text(
        "account,contract,service,fee\nФ-1,Ф-1,internet,Сидорова Анна\n", encoding="utf-8"
    )
    (tmp_path / "entries.csv").write_text("account,kind,dated,amount\n", encoding="utf-8")
    jobs("jobs", "list")
    clock = LateClock()
    ledger = {"source": "csv", "accounts": "accounts.csv", "entries": "entries.csv"}
    billing = {"ledger": ledger, "queues": {"internet": "Internet"}}
    settings = {"internet_suspension": {"mode": "enforce", "at": "00:00"}}
    with daemon_of(tmp_path, clock, notify={"urls": [mailbox.url]}, jobs=settings, billing=billing) as here:
        daemon = here.daemon
        for _ in range(3):
            daemon._guarded_turn()
            clock.ahead += timedelta(minutes=11)
        (letter,) = mailbox.letters
        assert "internet_suspension" in text_of(letter)
        assert "Сидорова" not in text_of(letter)
    desk_password = {"url": desk.base_url, "user": desk.user, "password": "s3cret-word"}
    with daemon_of(tmp_path, clock, otrs=desk_password) as here:
        here.daemon._guarded_turn()
    assert "OTRS refuses the bridge" in text_of(mailbox.letters[-1])
    assert "s3cret" not in text_of(mailbox.letters[-1])


def test_a_session_that_otrs_forgets_bothers_nobody_until_it_lasts(
    jobs: Any, desk: Sandbox, tmp_path: Path, mailbox: Mailbox
) -> None:
    jobs("jobs", "list")
    clock = LateClock()
    with FaultProxy(desk.base_url) as proxy:
        proxy.order(ProxyFault(kind=ProxyFaultKind.SESSION_GONE, times=None))
        through = {"url": proxy.base_url, "user": desk.user, "password": desk.password}
        with daemon_of(tmp_path, clock, otrs=through, notify={"urls": [mailbox.url]}) as here:
            here.daemon._guarded_turn()
            assert mailbox.letters == []
            for _ in range(2):
                clock.ahead += timedelta(minutes=21)
                clock.moment += timedelta(minutes=21)
                here.daemon._guarded_turn()
    (letter,) = mailbox.letters
    assert "refused it at once" in text_of(letter)
    assert ".." not in text_of(letter)


def test_a_check_of_the_configuration_refuses_an_address_that_nobody_knows(bridge: Bridge) -> None:
    refused = bridge("config", "check", notify={"urls": ["nonsense://s3cr3tpw@example.org"]})
    assert isinstance(refused.exception, ConfigMistake)
    assert "notify.urls: address 1 is not understood" in refused.exception.words.en
    assert "s3cr3tpw" not in refused.exception.words.ru + refused.exception.words.en
