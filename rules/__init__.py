"""The field rules, one file each, in the order in which people read them."""

from __future__ import annotations

from typing import Any, Final

from otrs_bridge.domain.rule import Rule
from rules import client_type, customer, priority, state

RULES: Final[tuple[Rule[Any], ...]] = (
    state.RULE,
    priority.RULE,
    customer.RULE,
    client_type.RULE,
)
