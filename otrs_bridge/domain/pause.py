"""A pause: for a while a rule asks for nothing, or a job does not run, because somebody says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otrs_bridge.words import Words

EVERYTHING = "all"
"""The name of a pause that covers every rule and every job."""

THE_BRIDGE = "otrs-bridge"
"""Who pauses a rule that people contest."""

LONGEST = timedelta(days=366)
"""What lasts longer is no pause: switch the rule or the job off."""

LAST_CHANGES = 50  # so many of a rule's newest changes tell whether people contest it
LEAST_TAKEN_BACK = 5  # below this, whatever the share, it is chance


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """`name` is that of a rule, of a job, or EVERYTHING. `ended_at`: lifted before its time. Moments are timezone-aware."""

    name: str
    who: str
    because: str
    since: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def end(self) -> datetime:
        """When it ended, or will."""
        return self.until if self.ended_at is None else min(self.ended_at, self.until)

    def covers(self, name: str) -> bool:
        """Whether this rule or job is meant."""
        return self.name in {name, EVERYTHING}


def pause_of(name: str, pauses: Iterable[Pause]) -> Pause | None:
    """The pause that covers this rule or job longest; None when there is none."""
    return max((pause for pause in pauses if pause.covers(name)), key=lambda pause: pause.until, default=None)


def told(pause: Pause, moment: str) -> Words:
    """What is said of a pause; `moment` is its end as the operator reads it."""
    name = Words(ru="всё", en="everything") if pause.name == EVERYTHING else Words.alike(pause.name)
    return Words(
        ru=f"пауза: {name.ru} до {moment}, {pause.who}: {pause.because}",
        en=f"paused: {name.en} until {moment}, {pause.who}: {pause.because}",
    )


def contested(*, changes: int, taken_back: int, share: float) -> bool:
    """Whether people take back so many of a rule's newest changes that it should not go on by itself."""
    return taken_back >= LEAST_TAKEN_BACK and taken_back > changes * share


_SPAN = re.compile(r"(?P<count>\d{1,4})(?P<unit>[mhdw])", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LAST_SECOND = time(23, 59, 59)


def read_until(text: str, now: datetime, zone: ZoneInfo) -> datetime | Words:
    """The end of a pause as a person writes it: `2h`, `18:00`, a day (the whole of it), a day and a time. Else why not."""
    until = _moment(text.strip(), now.astimezone(zone), zone)
    if until is None:
        return Words(
            ru=f"{text!r} — не время: нужно 30m, 2h, 3d, 18:00, 2026-12-01 или 2026-12-01T18:00+03:00",
            en=f"{text!r} is no time: write 30m, 2h, 3d, 18:00, 2026-12-01 or 2026-12-01T18:00+03:00",
        )
    if until <= now:
        return Words(ru=f"{text} уже прошло", en=f"{text} has passed")
    if until - now > LONGEST:
        return Words(
            ru=f"{text}: дольше года — уже не пауза; выключите правило или задание (off)",
            en=f"{text}: more than a year is no pause; switch the rule or the job off",
        )
    return until


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    if span := _SPAN.fullmatch(text):
        return now.astimezone(UTC) + int(span["count"]) * _UNITS[span["unit"].lower()]  # a day has 23 hours at times
    try:
        if ":" in text and "-" not in text:
            at = time.fromisoformat(text)
            if at.tzinfo is not None:  # of which day, there or here?
                return None
            today, tomorrow = (datetime.combine(now.date() + timedelta(days=days), at, zone) for days in (0, 1))
            return today if today > now else tomorrow
        if ":" not in text:
            return datetime.combine(date.fromisoformat(text), _LAST_SECOND, zone)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
