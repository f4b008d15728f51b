"""The field rules, one file each, in the order in which people read them."""

from __future__ import annotations

from typing import Any, Final

from otrs_bridge.domain.rule import Rule
from rules import (
    category,
    client_type,
    customer,
    district,
    hints,
    master_ticket,
    phone_fault,
    priority,
    queue_routing,
    required_fields,
    short_number,
    state,
    subject,
)

RULES: Final[tuple[Rule[Any], ...]] = (
    state.RULE,
    priority.RULE,
    customer.RULE,
    client_type.RULE,
    district.RULE,
    category.RULE,
    subject.RULE,
    master_ticket.RULE,
    short_number.RULE,
    required_fields.RULE,
    phone_fault.RULE,
    hints.RULE,
    queue_routing.RULE,
)
