"""The doctor, asked from the page: its last result, and examining everything again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.checkup import CheckResult
from otrs_bridge.service.background import Answer, Background

_NAME = "doctor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkups:
    """Nothing is written. The last result is known until the process ends."""

    examine: Callable[[], Iterable[CheckResult]]
    background: Background

    def begin(self) -> None:
        """Examine everything, behind the page."""
        self.background.again(_NAME, lambda: tuple(self.examine()))

    def known(self) -> Answer[Sequence[CheckResult]]:
        """What was found."""
        return self.background.known(_NAME)
