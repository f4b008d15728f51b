"""Announced outages: nobody is cut off for a debt in the days in which the line does not work anyhow.

Source: docs/field-rules.md#holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from otrs_bridge.domain.billing.accounts import SERVICES, Service
from otrs_bridge.words import Words

_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)\s+(\S+)\s+(\S.*)")
EVERYTHING = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """From `since` to `until`, both inclusive. `service` None: of all; `place` "": everywhere, else a district or a
    part of an address.
    """

    since: date
    until: date
    service: Service | None = None
    place: str = ""

    def covers(self, service: Service, day: date, *, district: str, address: str) -> bool:
        """Whether a line there is affected on this day."""
        if not self.since <= day <= self.until or self.service not in {None, service}:
            return False
        place = self.place.casefold()
        return place in {"", district.strip().casefold()} or place in address.casefold()

    @property
    def words(self) -> Words:
        """Why a disconnection waits."""
        return Words(
            ru=f"объявлена авария до {self.until:%d.%m.%Y} включительно",
            en=f"an outage is announced until {self.until} inclusive",
        )


def parse_outage(text: str) -> Outage | None:
    """Read `2026-12-01..2026-12-03 internet Северный`, with `*` for every service or every place; None otherwise."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    try:
        since, until = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        return None
    service = next((known for known in SERVICES if known == found[3]), None)
    if until < since or (service is None and found[3] != EVERYTHING):
        return None
    return Outage(since=since, until=until, service=service, place="" if found[4] == EVERYTHING else found[4].strip())
