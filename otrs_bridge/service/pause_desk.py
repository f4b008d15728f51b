"""Pausing and resuming for people, at the command line and on the page alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from otrs_bridge.domain.pause import EVERYTHING, Pause, pause_of, read_until
from otrs_bridge.domain.texts.visible import without_hidden
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.pauses import Pauses
from otrs_bridge.words import Words

LONGEST_REASON = 500
LOOK_BACK = timedelta(days=30)
SHOWN = 50  # pauses that are over


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseDesk:
    """`names` are those of the rules and the jobs. Who paused and who resumed stands in the pause itself."""

    pauses: Pauses
    clock: Clock
    zone: ZoneInfo
    names: Sequence[str]

    @property
    def known(self) -> Sequence[str]:
        """Everything that can be paused."""
        return [EVERYTHING, *self.names]

    def in_force(self) -> Sequence[Pause]:
        """What is paused now, oldest first."""
        return self.pauses.in_force(self.clock.now())

    def by_name(self) -> Mapping[str, Pause]:
        """Of each rule and job that is paused the pause that covers it longest."""
        found = self.in_force()
        return {name: pause for name in self.names if (pause := pause_of(name, found))}

    def over(self) -> Sequence[Pause]:
        """The pauses that ended lately, the last one first."""
        now = self.clock.now()
        found = self.pauses.ended(after=now - LOOK_BACK, at=now)
        return sorted(found, key=lambda pause: pause.end, reverse=True)[:SHOWN]

    def begin(self, name: str, *, until: str, because: str, by: str) -> Pause:
        """From now on. Raises UsageMistake for what is no rule and no job, without an end, and without a reason."""
        self._demand_known(name)
        because, now = without_hidden(because), self.clock.now()
        if not until.strip():
            raise UsageMistake(NO_END)
        if not 0 < len(because) <= LONGEST_REASON:
            raise UsageMistake(NO_REASON)
        end = read_until(until, now, self.zone)
        if isinstance(end, Words):
            raise UsageMistake(end)
        pause = Pause(name=name, who=by, because=because, since=now, until=end)
        self.pauses.begin(pause)
        return pause

    def lift(self, name: str, *, by: str) -> bool:
        """End it before its time; False where there was nothing to end. Raises UsageMistake for a name that nothing has."""
        self._demand_known(name)
        return self.pauses.lift(name, by=by, at=self.clock.now()) > 0

    def _demand_known(self, name: str) -> None:
        if name not in self.known:
            names = ", ".join(self.known)
            raise UsageMistake(
                Words(
                    ru=f"«{name}» — не правило и не задание; есть: {names}.",
                    en=f"{name!r} is no rule and no job; there are: {names}.",
                )
            )


NO_END = Words(
    ru="нужен срок: 2h, 18:00 или 2026-12-01; паузы без конца не бывает",
    en="say how long: 2h, 18:00 or 2026-12-01; there is no pause without an end",
)
NO_REASON = Words(ru=f"скажите почему: до {LONGEST_REASON} знаков", en=f"say why, in up to {LONGEST_REASON} characters")
