"""What the daemon has met of a ticket, and what it meets now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from otrs_bridge.ports.journal import Sighting
from otrs_bridge.service.sweep import Examination


def sighting_of(ticket_id: int, changed: str, before: Sighting | None, now: datetime) -> Sighting:
    """What was known of this version, or that it is new. A clock that was set back has not met it in the future."""
    if before is not None and before.changed == changed:
        return replace(before, settled=False, first_seen=min(before.first_seen, now))
    return Sighting(ticket_id=ticket_id, changed=changed, first_seen=now, settled=False)


def unread(seen: Examination, due: Mapping[int, Sighting | None]) -> dict[int, str]:
    """The tickets that OTRS broke over, with the version in which they were last seen ("": never)."""
    return {i: known.changed if (known := due.get(i)) else "" for i in sorted(seen.broken)}
