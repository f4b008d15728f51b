"""What a helpdesk must offer to the one gateway: tickets changed and made. An import contract keeps everybody else out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from otrs_bridge.domain.ticket import NewTicket, Value
from otrs_bridge.ports.helpdesk import Helpdesk, Note


class WritableHelpdesk(Helpdesk, Protocol):
    """A helpdesk that can also be written to."""

    def update(self, ticket_id: int, fields: Mapping[str, Value], note: Note | None) -> None:
        """ONE update call. Raises OutcomeUnknown when nobody can say whether it was done; OtrsRejected: nothing was done."""

    def create_ticket(self, new: NewTicket) -> int:
        """ONE create call on a fresh connection; the new ticket's id.

        OutcomeUnknown: it, or half of it, may exist or come into being in the seconds to come. Any other error:
        nothing was created.
        """
