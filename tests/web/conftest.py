"""The real app over real services on the sandbox; a visitor is a browser that keeps its cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from otrs_bridge.bootstrap.jobs import JobBridge, open_job_bridge
from otrs_bridge.cli.main import app
from otrs_bridge.cli.state import State
from otrs_bridge.config import Config, load
from otrs_bridge.demo import material
from otrs_bridge.demo.month import FIRST
from otrs_bridge.domain.role import Role
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.people.passwords import Passwords
from otrs_bridge.web.app import create_app
from otrs_bridge.web.opening import open_services
from otrs_bridge.web.services import Services
from rules import RULES
from tests.cli.conftest import write_config
from tests.service.conftest import MovableClock

PASSWORD = "correct horse battery"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Browser(TestClient):
    """Asks as a browser does. `send_form` takes the token of a form from the page that holds it."""

    def send_form(self, page: str, action: str, **fields: str) -> httpx2.Response:
        """Open a page and send one of its forms."""
        token = csrf_of(self.get(page))
        return self.post(action, data={"csrf": token, **fields})


def csrf_of(page: httpx2.Response) -> str:
    """The token that the forms of a page bring."""
    found = _CSRF.search(page.text)
    assert found, page.text
    return found[1]


@dataclass(kw_only=True)
class Office:
    """The page, and who looks at it."""

    services: Services
    sandbox: Sandbox
    clock: MovableClock
    config: Config
    folder: Path
    closing: ExitStack
    daemon: JobBridge

    def turn(self) -> None:
        """Let the daemon look for jobs once."""
        self.daemon.daemon.drive_jobs()

    def command(self, *arguments: str) -> Result:
        """Type a command beside the configuration, at the office's time."""
        state = State(config_path=self.folder / "config.yaml", environ={}, clock=self.clock)
        return CliRunner().invoke(app, list(arguments), obj=state)

    def bill(self, entries: str = "") -> None:
        """Let billing's export come in, with what is known by now and these further rows."""
        accounts, known = self.folder / "accounts.csv", self.folder / "entries.csv"
        accounts.write_text(material.accounts_csv(), encoding="utf-8")
        header, *rows = material.entries_csv().splitlines()
        today = self.clock.now().astimezone(FIRST.tzinfo).replace(tzinfo=None).isoformat()
        written = [header, *(row for row in rows if row.split(",")[3] <= today), *entries.splitlines(), ""]
        known.write_text("\n".join(written), encoding="utf-8")
        done = self.command("billing", "import", str(accounts), str(known), "--as-of", today[:16])
        assert done.exit_code == 0, (done.output, done.exception)

    def browser(self, role: Role | None = None, *, name: str = "", **changed: Any) -> Browser:
        """A browser of somebody of this role, logged in; None: of somebody unknown."""
        services = replace(self.services, **changed) if changed else self.services
        browser = Browser(create_app(services), base_url="http://localhost", follow_redirects=False)
        self.closing.callback(browser.close)
        if role is not None:
            name = name or role
            if services.access.people.user(name) is None:
                services.access.add(name, role, PASSWORD, by="test")
            entered = browser.send_form("/login", "/login", name=name, password=PASSWORD)
            assert entered.status_code == 303, entered.text
        return browser


def morning() -> MovableClock:
    """The morning of the demo's 1st of May."""
    made = MovableClock()
    made.set(seconds=(FIRST - made.now()).total_seconds())
    return made


@pytest.fixture
def clock() -> MovableClock:
    """The one clock of page, bridge and sandbox."""
    return morning()


@contextmanager
def stand_in(clock: MovableClock) -> Iterator[Sandbox]:
    """A fresh OTRS stand-in with a ticket."""
    with Sandbox(clock=clock.now) as running:
        running.add_ticket("Обычная заявка")
        yield running


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    """The one of the test."""
    with stand_in(clock) as running:
        yield running


def at_once(work: Callable[[], None]) -> None:
    """What is worked on behind the pages is done before they are drawn."""
    work()


MakeOffice = Callable[..., Office]


@contextmanager
def offices(sandbox: Sandbox, clock: MovableClock, folder: Path) -> Iterator[MakeOffice]:
    """Makes an office; keywords are sections of the configuration."""
    with ExitStack() as closing:

        def make(**sections: Any) -> Office:
            (folder / "clients.csv").write_text(material.clients_csv(), encoding="utf-8")
            written = {
                "otrs": {"url": sandbox.base_url, "user": sandbox.user, "password": sandbox.password},
                "language": "en",
                "directory": {"source": "csv", "path": "clients.csv"},
                "web": {"listen": "127.0.0.1:8080"},
                "log": {"level": "error"},
                **sections,
            }
            write_config(folder / "config.yaml", written)
            config = load(folder / "config.yaml", RULES, {})
            daemon = closing.enter_context(open_job_bridge(config, clock=clock))
            services = closing.enter_context(open_services(config, clock, start=at_once))
            services.access.passwords = CHEAP
            return Office(
                services=services,
                sandbox=sandbox,
                clock=clock,
                config=config,
                folder=folder,
                closing=closing,
                daemon=daemon,
            )

        yield make


@pytest.fixture
def make_office(sandbox: Sandbox, clock: MovableClock, tmp_path: Path) -> Iterator[MakeOffice]:
    """Makes an office in the folder of the test."""
    with offices(sandbox, clock, tmp_path) as make:
        yield make


DEBTS = {
    "billing": {
        "ledger": {"source": "embedded", "path": "ledger.db"},
        "queues": {"internet": "Internet", "telephony": "Telephony"},
    },
    "jobs": {"internet_suspension": "enforce"},
    "timezone": "Europe/Moscow",
}
"""With these, three of nine accounts are to be cut off on the 1st: more than a twentieth, so the plan is held."""


def with_held_plan(make: MakeOffice) -> Office:
    """An office in which the plan of the 1st of May waits."""
    office = make(**DEBTS)
    office.command("billing", "init")
    office.bill()
    office.turn()
    return office


@pytest.fixture
def held(make_office: MakeOffice) -> Office:
    """One with a held plan, of the test's own."""
    return with_held_plan(make_office)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One with a held plan, for all tests of a module that only look at it."""
    clock = morning()
    with stand_in(clock) as sandbox, offices(sandbox, clock, tmp_path_factory.mktemp("office")) as make:
        yield with_held_plan(make)


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    """With nothing but the least configuration."""
    return make_office()
