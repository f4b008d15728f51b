"""Everything a rule may look at, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.client import NotFound, Resolution
from otrs_bridge.domain.clues import Clues
from otrs_bridge.domain.dialect import AS_THE_PROCEDURE_HAS_IT, Dialect, FieldNames
from otrs_bridge.domain.ticket import Ticket, Value, dynamic


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One ticket and what is known about it at one moment. All rules see the same facts, so their order cannot matter.

    `dialect` is how this operator's OTRS speaks: whatever asks what a ticket is about, or whose, has to read alike.
    `customer_known` answers "is the ticket's customer user somebody?": True for a client of the directory, False for
    nobody that the directory or OTRS knows, None when nobody can tell, see `service/identify.py`. `streets` are the client
    list's, for reading addresses. `about_one_client` False: the bridge's own list of many clients; what it says of them is
    not read, and nothing is asked for of it. `ours`: fields, as a Change calls them, that still hold what the bridge itself
    wrote; known only where it matters, see `domain/authorship.py`.
    """

    ticket: Ticket
    now: datetime
    dialect: Dialect = AS_THE_PROCEDURE_HAS_IT
    clues: Clues = field(default_factory=Clues)
    client: Resolution = field(default_factory=NotFound)
    customer_known: bool | None = None
    streets: Streets = NO_STREETS
    about_one_client: bool = True
    ours: frozenset[str] = frozenset()

    @cached_property
    def fields(self) -> FieldNames:
        """How OTRS calls the dynamic fields that this ticket can hold."""
        return self.dialect.fields.present_on(self.ticket)

    def dynamic_value(self, name: str) -> Value:
        """The value of the dynamic field that OTRS calls `name`; "" when it is empty or `name` is "" (no such field)."""
        return self.ticket.value_of(dynamic(name)) if name else ""
