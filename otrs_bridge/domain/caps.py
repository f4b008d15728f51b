"""How much one run may change before a person has to look."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.words import Words

SMALLEST_SHARE_CAP = 20  # a share of few tickets is no sign of anything: below this many it never stops a run


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """`max_changes` tickets, and `max_share` (0..1) of those examined, in one run; `per_hour` tickets by the daemon.

    `contested_share`: a rule of whose newest changes people take more back pauses itself.
    """

    max_changes: int = 200
    max_share: float = 0.2
    per_hour: int = 600
    contested_share: float = 0.1

    def objection(self, *, examined: int, would_change: int) -> Words | None:
        """Why a run that examined so many tickets may not change so many; None when it may."""
        if would_change > self.max_changes:
            return Words(
                ru=f"изменилось бы заявок: {would_change}, предел limits.max_changes — {self.max_changes}",
                en=f"{would_change} tickets would change, limits.max_changes allows {self.max_changes}",
            )
        by_share = max(SMALLEST_SHARE_CAP, int(examined * self.max_share))
        if would_change > by_share:
            share = f"{would_change / examined:.0%}"
            return Words(
                ru=f"изменилось бы {would_change} из {examined} заявок ({share}), "
                f"предел limits.max_share — {self.max_share:.0%}",
                en=f"{would_change} of {examined} tickets would change ({share}), "
                f"limits.max_share allows {self.max_share:.0%}",
            )
        return None
