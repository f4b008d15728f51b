"""What the checks share: the client, what the configuration expects of OTRS, and a few tickets to try things on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from otrs_bridge.domain.otrs_limits import Platform
from otrs_bridge.otrs import wire_reading
from otrs_bridge.otrs.checkup.probe import Probe
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.platform import Page, console_of, platform_of
from otrs_bridge.ports.clock import Clock

_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What the configuration says of OTRS; names as OTRS spells them.

    `fields` are the dynamic fields, `single` those of them that hold one value; `values` the keys that rules write into
    them; `open_states` and `closed_states` those of the states that have to be of such a type; `customers` the
    placeholders; `job_queues` the queues in which jobs open tickets.
    """

    zone: ZoneInfo
    fields: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    states: tuple[str, ...] = ()
    open_states: tuple[str, ...] = ()
    closed_states: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    job_queues: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketSample:
    """A visible ticket as OTRS sent it, with its dynamic fields and first article."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> int:
        """OTRS's internal id."""
        return wire_reading.whole(self.raw.get("TicketID"))

    def text(self, key: str) -> str:
        """An attribute, "" when it is absent."""
        return wire_reading.text(self.raw.get(key))

    def moment(self, key: str) -> datetime | None:
        """`Created` or `Changed`: naive, in OTRS's time zone."""
        return moment(self.raw.get(key))

    @property
    def age(self) -> int | None:
        """Seconds since its creation, by OTRS's own clock, at the moment of the answer."""
        return wire_reading.whole(self.raw["Age"]) if self.raw.get("Age") is not None else None

    @property
    def is_ahead(self) -> bool:
        """Whether it was changed in OTRS's own future, by a clock that was ahead then."""
        created, changed, age = self.moment("Created"), self.moment("Changed"), self.age
        return bool(created and changed and age is not None and changed > created + timedelta(seconds=age))

    @property
    def article(self) -> Mapping[str, Any]:
        """The first article, {} when there is none."""
        found = self.raw.get("Article")
        first = found[0] if isinstance(found, list) and found else found
        return first if isinstance(first, Mapping) else {}

    @property
    def fields(self) -> Mapping[str, Any]:
        """The dynamic fields with their values."""
        found = self.raw.get("DynamicField")
        listed = found if isinstance(found, list) else [found]
        return {str(one["Name"]): one.get("Value") for one in listed if isinstance(one, Mapping) and one.get("Name")}


@dataclass(kw_only=True, slots=True)
class Checkup:
    """One examination. `samples` are the newest visible tickets; `missing_routes` the operations without a route.

    `page` is what the login page told.
    """

    connection: OtrsConnection
    clock: Clock
    probe: Probe
    expected: Expected
    write_tickets: tuple[str, ...] = ()
    samples: Sequence[TicketSample] = ()
    sampled_at: datetime | None = None
    missing_routes: set[str] = field(default_factory=set)
    page: Page = field(default_factory=Page)

    @property
    def platform(self) -> Platform | None:
        """The product, None where nobody knows it."""
        return platform_of(self.connection, self.page)

    @property
    def console(self) -> str:
        """What its console is called."""
        return console_of(self.platform, self.page.flavour)

    def hits(self, where: Mapping[str, Any], limit: int) -> list[int]:
        """Ids that a search returns."""
        return wire_reading.ticket_ids(self.probe.reads("TicketSearch", {**where, "Limit": limit}))

    def tickets(self, ids: Sequence[int], **options: Any) -> list[TicketSample]:
        """These tickets, as OTRS sends them."""
        answer = self.probe.reads("TicketGetList", {"TicketID": list(ids), **options})
        found = answer.get("Ticket")
        listed = found if isinstance(found, list) else [found]
        return [TicketSample(raw=one) for one in listed if isinstance(one, Mapping)]


def moment(value: object) -> datetime | None:
    """A naive time as OTRS writes it; None when it is none."""
    try:
        return datetime.strptime(str(value)[:19], _TIME_FORMAT)  # noqa: DTZ007 - OTRS's times have no zone
    except ValueError:
        return None


def written(when: datetime) -> str:
    """A naive time as OTRS reads it."""
    return when.strftime(_TIME_FORMAT)
