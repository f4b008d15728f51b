"""Pauses as they are remembered, and what tells whether people contest a rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from otrs_bridge.domain.pause import Pause


class Pauses(Protocol):
    """The memory of pauses. Every method is one transaction; nothing is deleted."""

    def begin(self, pause: Pause) -> None:
        """From now on; a pause of the same name that is in force ends, and this one takes its place."""

    def lift(self, name: str, *, by: str, at: datetime) -> int:
        """End the pauses in force of exactly this name; returns how many there were."""

    def in_force(self, at: datetime) -> Sequence[Pause]:
        """What is paused at this moment, oldest first."""

    def ended(self, *, after: datetime | None, at: datetime) -> Sequence[Pause]:
        """The pauses that ended later than `after` (None: ever) and are over at this moment, oldest first."""

    def taken_back(self, rule: str, *, reasons: Collection[str], last: int, at: datetime) -> tuple[int, int]:
        """How many fields the rule has changed lately, and how many of them people have pinned for one of these reasons.

        At most the newest `last`, and only what was changed after the rule's last pause. What was released counts no more.
        """
