"""A server to hold the contract against, with what a test must do or see behind the adapter's back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.otrs_limits import Lengths
from otrs_bridge.domain.ticket import Customer, NewTicket, Value
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk

CLIENT = Customer(user="иванов", company="Ф-10482")
PLACEHOLDER = Customer(user='"ул. Летная, д. 5, кв. 132, Иванов И. П., Ф-10482" <test@mtel.ru>')


class Backstage(Protocol):
    """The server as its administrator sees it."""

    @property
    def url(self) -> str:
        """Scheme, host and port."""

    @property
    def webservice_path(self) -> str:
        """The path up to the web service's name."""

    @property
    def lengths(self) -> Lengths:
        """What its columns hold."""

    def mails(self) -> int:
        """How many e-mails it has queued so far."""

    def history_length(self, ticket_id: int) -> int:
        """How many history entries a ticket has."""

    def customer_can_see(self, article_id: int) -> bool:
        """Whether the customer's own pages show an article."""

    def ticket_without_article(self, title: str) -> int:
        """A ticket that is still being created: its article is not there yet."""

    def poison(self, ticket_id: int, field: str, value: str) -> None:
        """Put a value into the database behind the cache, which goes on saying null."""

    def agent_without_rights(self) -> tuple[str, str]:
        """Login and password of an agent who may log in and see nothing."""


class Scene:
    """One server and two agents: the bridge, and a colleague who also sees the queue Secret."""

    def __init__(self, backstage: Backstage) -> None:
        self.backstage = backstage
        self.clock = SystemClock()
        self._open: list[OtrsHelpdesk] = []
        self.bridge = self.helpdesk()
        self.colleague = self.helpdesk(user="agent", password="agent-secret")

    def helpdesk(self, **options: Any) -> OtrsHelpdesk:
        connection = OtrsConnection(
            url=self.backstage.url, path=self.backstage.webservice_path, user="bridge", password="bridge-secret"
        )
        found = OtrsHelpdesk(replace(connection, **options), self.clock)
        self._open.append(found)
        return found

    def close(self) -> None:
        for helpdesk in self._open:
            helpdesk.close()

    def new_ticket(
        self,
        title: str = "Нет связи",
        *,
        queue: str = "Support",
        customer: Customer = CLIENT,
        fields: Mapping[str, Value] | None = None,
        by: OtrsHelpdesk | None = None,
    ) -> int:
        new = NewTicket(
            title=title,
            queue=queue,
            state="new",
            priority="3 normal",
            customer=customer,
            subject="Не работает интернет 😀",
            body="С утра не работает.\nПозвоните.",
            dynamic_fields=fields or {},
        )
        return (by or self.bridge).create_ticket(new)


def token() -> str:
    """Something that no other test and no other run has used."""
    return f"t-{uuid.uuid4().hex[:12]}"
