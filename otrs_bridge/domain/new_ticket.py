"""A ticket that the bridge itself opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.domain.ticket import Customer, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """What is needed to open a ticket. `subject` and `body` are those of its first article, an internal one.

    `dynamic_fields` has OTRS's names without prefix. Opening is not atomic: whoever must not open twice puts
    a token into the title as well as into a dynamic field (the title is written first). `stand_in` is who stands for the
    customer where OTRS does not know him.
    """

    title: str
    queue: str
    state: str
    priority: str
    customer: Customer
    subject: str
    body: str
    stand_in: Customer | None = None
    dynamic_fields: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
