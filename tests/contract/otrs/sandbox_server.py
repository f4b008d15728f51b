"""The sandbox as the contract tests see it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from otrs_bridge.sandbox.clock import MovableClock
from otrs_bridge.sandbox.records import Right
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.sandbox.sql import MARIADB
from tests.contract.otrs.server import Server


class SandboxServer(Server):
    def __init__(self, sandbox: Sandbox, clock: MovableClock) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.clock = clock
        self.base_url = sandbox.base_url
        self.on_mariadb = sandbox.database.sql is MARIADB

    def let_a_second_pass(self) -> None:
        self.clock.advance(1)

    def bare_ticket(self, title: str, *, queue: str = "Misc") -> int:
        return self.sandbox.add_ticket(title, queue=queue, body=None).ticket_id

    def delete_ticket(self, ticket: int) -> None:
        self.sandbox.delete_ticket(ticket)

    def receive_mail(self, sender: str, subject: str, body: str) -> int:
        return self.sandbox.receive_mail(sender, subject, body).ticket_id

    def recipients_of_mail(self) -> list[str]:
        return [mail.recipient for mail in self.sandbox.mails()]

    def set_agent_valid(self, login: str, *, valid: bool) -> None:
        self.sandbox.set_agent_valid(login, valid=valid)

    def set_rights_in_secret(self, login: str, rights: Iterable[str]) -> None:
        self.sandbox.set_rights(login, "Secret", cast("Iterable[Right]", rights))

    def age_session(self, session: str, seconds: int) -> None:
        rows = self.sandbox.database.sessions
        rows[session] = replace(rows[session], created=rows[session].created - timedelta(seconds=seconds))

    def move_session(self, session: str, address: str) -> None:
        rows = self.sandbox.database.sessions
        rows[session] = replace(rows[session], remote_address=address)

    def set_maintenance(self, *, active: bool) -> None:
        self.sandbox.database.maintenance = active

    def poison_field(self, ticket: int, field: str) -> None:
        self.sandbox.poison_field(ticket, field)


def sandbox_clock() -> MovableClock:
    """A clock at some working hour."""
    return MovableClock(datetime(2024, 3, 5, 11, 30, tzinfo=UTC))
