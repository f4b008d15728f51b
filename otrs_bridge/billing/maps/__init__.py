"""Billing systems, ready made: one file each, of our own queries. `MAPS` lists them; this room has one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from otrs_bridge.billing.maps.abills import AbillsOptions, abills
from otrs_bridge.billing.maps.bgbilling import BgbillingOptions, bgbilling
from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.billing.maps.lanbilling import LanbillingOptions, lanbilling
from otrs_bridge.billing.maps.mikbill import MikbillOptions, mikbill
from otrs_bridge.billing.maps.trying import Example, Months, Tried, try_map
from otrs_bridge.billing.maps.ubilling import UbillingOptions, ubilling
from otrs_bridge.billing.maps.utm5 import Utm5Options, utm5

MAPS: Final[Mapping[str, Callable[[], BillingMap]]] = MappingProxyType(
    {
        "abills": lambda: abills(AbillsOptions()),
        "bgbilling": lambda: bgbilling(BgbillingOptions()),
        "lanbilling": lambda: lanbilling(LanbillingOptions()),
        "mikbill": lambda: mikbill(MikbillOptions()),
        "ubilling": lambda: ubilling(UbillingOptions()),
        "utm5": lambda: utm5(Utm5Options()),
    }
)
"""Each map with the options that nobody has decided about yet."""

__all__ = [
    "MAPS",
    "AbillsOptions",
    "BgbillingOptions",
    "BillingMap",
    "Example",
    "LanbillingOptions",
    "MikbillOptions",
    "Months",
    "Question",
    "Tried",
    "UbillingOptions",
    "Utm5Options",
    "abills",
    "bgbilling",
    "lanbilling",
    "mikbill",
    "try_map",
    "ubilling",
    "utm5",
]
