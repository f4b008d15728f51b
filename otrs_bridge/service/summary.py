"""The text of a digest: what was done since the last one, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from otrs_bridge.domain.pause import told
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.figures import Figures
from otrs_bridge.ports.journal import Journal
from otrs_bridge.service.concerns import WhatWaits
from otrs_bridge.words import Words

_WAITING = Words(ru="Ждёт человека:", en="Waiting for a person:")
_NOTHING = Words(ru="Человека ничто не ждёт.", en="Nothing waits for a person.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """Makes it from the journal."""

    journal: Journal
    figures: Figures
    clock: Clock
    zone: ZoneInfo

    def text(self, since: datetime, found: WhatWaits) -> Words:
        """What happened since then. Raises JournalUnusable."""
        now = self.clock.now()
        lines = [
            *self._done(since),
            *self._left(now),
            *(told(pause, self._moment(pause.until)) for pause in self.journal.pauses.in_force(now)),
            _WAITING if found.concerns else _NOTHING,
            *(concern.words for concern in found.concerns),
        ]
        return Words(ru="\n".join(line.ru for line in lines), en="\n".join(line.en for line in lines))

    def _done(self, since: datetime) -> Iterator[Words]:
        states: Counter[str] = Counter()
        rules: Counter[str] = Counter()
        for (rule, state), count in self.figures.changes(since=since).items():
            states[state] += count
            if state == "applied":
                rules[rule] += count
        applied, failed, refused = states["applied"], states["failed"], states["refused"]
        moment = self._moment(since)
        yield Words(
            ru=f"С {moment}: изменений {applied}, не удалось {failed}, OTRS не принял {refused}.",
            en=f"Since {moment}: {applied} changes, {failed} failed, {refused} refused by OTRS.",
        )
        if rules:
            named = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
            yield Words(ru=f"По правилам и заданиям: {named}.", en=f"By rule and job: {named}.")

    def _left(self, now: datetime) -> Iterator[Words]:
        debts, pins = self.figures.debts(now), self.figures.pins()
        new, month, old = debts.under_7, debts.under_30, debts.under_60 + debts.under_90 + debts.older
        yield Words(
            ru=f"Долгов с заявками: до недели {new}, до месяца {month}, старше {old}, безнадёжных {debts.hopeless}.",
            en=f"Debts with tickets: {new} under a week, {month} under a month, {old} older, {debts.hopeless} hopeless.",
        )
        yield Words(ru=f"Полей, оставленных людям: {pins}.", en=f"Fields left to people: {pins}.")

    def _moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"
