"""Hours of every day: `22:00-07:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_WRITTEN = re.compile(r"(?P<since>\d{1,2}:\d{2})\s*-\s*(?P<until>\d{1,2}:\d{2})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """From one time of day to another, over midnight where the first is the later one."""

    since: time
    until: time

    def cover(self, at: time) -> bool:
        """Whether this time of day is among them."""
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


def hours_of(text: str) -> Hours | None:
    """The hours that the text names, None when it names none."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    try:
        since, until = (time.fromisoformat(found[name].zfill(5)) for name in ("since", "until"))
    except ValueError:
        return None
    return Hours(since=since, until=until)
