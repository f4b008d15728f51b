"""Which tickets a sweep looks at."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.words import Words

NAMED = 20  # so many tickets are named when a selection is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedWithin:
    """Tickets changed in the last `minutes` by OTRS's own clock, whatever ours says."""

    minutes: int

    @property
    def words(self) -> Words:
        """What is looked at, for the history of runs."""
        return Words(ru=f"изменённые за {self.minutes} мин.", en=f"changed within {self.minutes} min")


@dataclass(frozen=True, kw_only=True, slots=True)
class Everything:
    """Every ticket the bridge's agent may see; with `since` those created then, by OTRS's clock, or later."""

    since: str = ""

    @property
    def words(self) -> Words:
        """What is looked at, for the history of runs."""
        return Words(ru="все заявки", en="all tickets")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTickets:
    """Every ticket that somebody still has to work on: neither closed nor merged nor removed. `since` as above."""

    since: str = ""

    @property
    def words(self) -> Words:
        """What is looked at, for the history of runs."""
        return Words(ru="открытые заявки", en="open tickets")


@dataclass(frozen=True, kw_only=True, slots=True)
class TheseTickets:
    """The named tickets, by OTRS's internal id."""

    ids: tuple[int, ...]

    @property
    def words(self) -> Words:
        """What is looked at, for the history of runs."""
        named = f"{', '.join(map(str, self.ids[:NAMED]))}{' …' if len(self.ids) > NAMED else ''}"
        return Words(ru=f"заявки с id {named}", en=f"tickets {named}")


Selection = ChangedWithin | Everything | OpenTickets | TheseTickets
