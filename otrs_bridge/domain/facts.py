"""Everything a rule may look at, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.category import AS_BUILT_IN, CategoryReading
from otrs_bridge.domain.client import NotFound, Resolution
from otrs_bridge.domain.client_type_reading import AS_NAMED, ClientTypeReading
from otrs_bridge.domain.clues import AS_THE_PROCEDURE_HAS_IT, Clues, Contacts
from otrs_bridge.domain.otrs_limits import SMALLEST, Lengths
from otrs_bridge.domain.ticket import Ticket, Value, dynamic


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldNames:
    """How this OTRS calls the dynamic fields that the procedure needs; "" means that it has no such field."""

    client_type: str = "ClientType"
    district: str = "District"
    category: str = "Category"
    master_ticket: str = "MasterTicket"
    bridge_key: str = "BridgeKey"
    short_number: str = ""
    contract: str = ""
    address: str = ""
    phone: str = ""

    def present_on(self, ticket: Ticket) -> FieldNames:
        """Without the fields that OTRS does not list on this ticket, where it lists the empty ones too.

        A name that is configured and does not exist must not be written, or OTRS would refuse the whole update. Znuny
        6.5.15 and later list filled fields only, 6.0 and 6.5.1 all; so a ticket that lists no empty field says nothing
        about names, and what is missing there may well be written.
        """
        listed = ticket.dynamic_fields
        absent = {item.name: "" for item in fields(self) if (name := getattr(self, item.name)) and name not in listed}
        return replace(self, **absent) if absent and not all(listed.values()) else self


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One ticket and what is known about it at one moment. All rules see the same facts, so their order cannot matter.

    `client_types` is how this operator's client type field says what a client is.
    `customer_known` answers "is the ticket's customer user somebody?": True for a client of the directory, False for
    nobody that the directory or OTRS knows, None when nobody can tell, see `service/identify.py`. `categories` is how this
    operator reads them in the text, `contacts` and `streets` what contacts and addresses are read with: whatever asks what
    a ticket is about, or whose, has to read alike. `about_one_client` False: the bridge's own list of many clients; what it
    says of them is not read, and nothing is asked for of it. `ours`: fields, as a Change calls them, that still hold what
    the bridge itself wrote; known only where it matters, see `domain/authorship.py`. `lengths`: what OTRS can hold.
    """

    ticket: Ticket
    now: datetime
    fields: FieldNames = field(default_factory=FieldNames)
    clues: Clues = field(default_factory=Clues)
    client: Resolution = field(default_factory=NotFound)
    customer_known: bool | None = None
    categories: CategoryReading = AS_BUILT_IN
    client_types: ClientTypeReading = AS_NAMED
    contacts: Contacts = AS_THE_PROCEDURE_HAS_IT
    streets: Streets = NO_STREETS
    about_one_client: bool = True
    ours: frozenset[str] = frozenset()
    lengths: Lengths = SMALLEST

    @property
    def placeholder(self) -> str:
        """The e-mail address of clients who are not in the base."""
        return self.contacts.placeholder

    def dynamic_value(self, name: str) -> Value:
        """The value of the dynamic field that OTRS calls `name`; "" when it is empty or `name` is "" (no such field)."""
        return self.ticket.value_of(dynamic(name)) if name else ""
