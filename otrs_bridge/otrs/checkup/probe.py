"""How the doctor asks: without patience, and only for what OTRS cannot carry out.

OTRS checks a request completely before it writes anything: first the ticket's attributes, then the right to create,
the article, the dynamic fields. So a request that is right in front and wrong behind shows by OTRS's complaint how
far it came. Each such request is wrong in at least two places, for the case that a version overlooks one of them.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from typing import Any

import requests

from otrs_bridge.errors import BridgeError, NeedsAPerson, OtrsRejected, OtrsUnreachable, OutcomeUnknown
from otrs_bridge.otrs.client import OtrsClient
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.request import TicketRefused
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

_FAILED = 500
NO_SUCH_TICKET = 999_999_999
UNKNOWN_FIELD = {"Name": "OtrsBridgeDoctorHasNoSuchField", "Value": "x"}
# Without body and content type: no version takes it.
HALF_AN_ARTICLE = {"Subject": "otrs-bridge doctor: this request is incomplete on purpose"}


class CarriedOut(NeedsAPerson):
    """OTRS did what it should have refused."""


class Probe(OtrsClient):
    """A client that remembers the session of its own login, and the headers of the last answer.

    `answered_nothing`: that answer was a failure of the server's without one word.
    """

    def __init__(self, connection: OtrsConnection, clock: Clock) -> None:
        super().__init__(connection, clock)
        self.session = ""
        self.headers: Mapping[str, str] = {}
        self.answered_nothing = False

    def reads(self, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Ask something that changes nothing."""
        return self.ask(operation, self.session, payload)

    def updates(self, ticket_id: int, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Really update a ticket: only for the write test that was asked for."""
        return super().ask("TicketUpdate", self.session, payload, ticket_id=ticket_id)

    def ask(
        self, operation: str, session: str, payload: Mapping[str, Any], *, ticket_id: int | str | None = None
    ) -> dict[str, Any]:
        """As every client does; once more where OTRS closed the connection without a byte, as its workers do at times.

        Nothing of what is asked here can be carried out, so it may be asked twice.
        """
        try:
            return super().ask(operation, session, payload, ticket_id=ticket_id)
        except (OtrsUnreachable, OutcomeUnknown) as error:
            if not self.was_closed_at_once(error):
                raise
        return super().ask(operation, session, payload, ticket_id=ticket_id)

    def log_in(self) -> str:
        """The same for a login."""
        try:
            return super().log_in()
        except OtrsUnreachable as error:
            if not self.was_closed_at_once(error):
                raise
        return super().log_in()

    def was_closed_at_once(self, error: BridgeError) -> bool:
        """Whether the server closed the connection without a byte; where we did, having waited, it looks the same."""
        return self.timed.ended is None and _closed_without_a_byte(error)

    def complaint(self, operation: str, payload: Mapping[str, Any], *, ticket_id: int | None = None) -> str:
        """OTRS's words about a request that it cannot carry out, its code among them. Raises CarriedOut."""
        try:
            self.ask(operation, self.session, payload, ticket_id=ticket_id)
        except (OtrsRejected, TicketRefused) as refusal:
            return str(refusal)
        ru, en = (f" над заявкой с id {ticket_id}", f" on the ticket with id {ticket_id}") if ticket_id else ("", "")
        raise CarriedOut(
            Words(
                ru=f"OTRS выполнил заведомо неполную операцию {operation}{ru}.",
                en=f"OTRS carried out an incomplete {operation}{en}.",
            )
        )

    def complaint_of_update(self, ticket_id: int, payload: Mapping[str, Any]) -> str:
        """As `complaint`, for changes that are followed by an article and a field no OTRS accepts."""
        poison = {"Article": HALF_AN_ARTICLE, "DynamicField": [UNKNOWN_FIELD]}
        return self.complaint("TicketUpdate", {**payload, **poison}, ticket_id=ticket_id)

    def complaint_of_create(self, ticket: Mapping[str, Any]) -> str:
        """As `complaint`, for a new ticket with an article and a field no OTRS accepts."""
        payload = {"Ticket": ticket, "Article": HALF_AN_ARTICLE, "DynamicField": [UNKNOWN_FIELD]}
        return self.complaint("TicketCreate", payload)

    def _send_request(self, payload: Any = None, data_id: Any = None) -> requests.Response:
        # It asks once, and Znuny LTS 6.0 with KeepAlive promises to keep a connection that it then drops.
        self.close()
        self.answered_nothing = False
        response = super()._send_request(payload, data_id)
        self.headers = response.headers
        self.answered_nothing = response.status_code == _FAILED and self._body is not None and not self._body.strip()
        return response


def _closed_without_a_byte(error: BaseException) -> bool:
    """Whether the failure underneath is that of a server that hung up at once."""
    waiting: list[object] = [error.__cause__]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, http.client.RemoteDisconnected):
            return True
        if isinstance(cause, BaseException):
            waiting += [*cause.args, cause.__cause__]
    return False
