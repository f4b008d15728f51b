"""Pauses, as the work heeds them: what is paused now, what a decision keeps, what a pause's end brings back.

A rule that people contest pauses itself here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from otrs_bridge.domain.decision import Decision, Outcome, PersonsWord
from otrs_bridge.domain.pause import LAST_CHANGES, THE_BRIDGE, Pause, contested, pause_of
from otrs_bridge.domain.report import ReportLine, planned_lines
from otrs_bridge.service.outside import Outside
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

PAUSED = Words(ru="на паузе (otrs-bridge pauses)", en="paused (otrs-bridge pauses)")
CONTESTED_FOR = timedelta(days=7)  # a pause has an end; until then somebody has read why
TAKEN_BACK = (PersonsWord.PUT_BACK.value, PersonsWord.CHOSEN.value)
WATERMARK = "pauses"


def without_paused(
    decisions: Sequence[Decision], pauses: Collection[Pause]
) -> tuple[Sequence[Decision], list[ReportLine]]:
    """The decisions without what has been paused since they were made, and the lines that say so."""
    if not pauses:
        return decisions, []
    parted = [_parted(decision, pauses) for decision in decisions]
    lines = [line for _, dropped in parted for line in planned_lines(dropped, Outcome.SKIPPED, PAUSED)]
    return [kept for kept, _ in parted if kept.wants_write], lines


def _parted(decision: Decision, pauses: Collection[Pause]) -> tuple[Decision, Decision]:
    proposals = [(one, pause_of(one.change.rule, pauses) is not None) for one in decision.proposals]
    remarks = [(one, pause_of(one.remark.rule, pauses) is not None) for one in decision.remarks]
    kept, dropped = (
        replace(
            decision,
            proposals=tuple(one for one, paused in proposals if paused is wanted),
            remarks=tuple(one for one, paused in remarks if paused is wanted),
        )
        for wanted in (False, True)
    )
    return kept, dropped


def pause_the_contested(where: Outside, rules: Iterable[str], *, share: float, language: Language) -> None:
    """Pause those of the rules whose newest changes people take back too often, and say so."""
    journal, now = where.journal, where.clock.now()
    in_force = journal.pauses.in_force(now)
    for rule in sorted(set(rules)):
        if pause_of(rule, in_force):
            continue
        changes, back = journal.pauses.taken_back(rule, reasons=TAKEN_BACK, last=LAST_CHANGES, at=now)
        if contested(changes=changes, taken_back=back, share=share):
            why = Words(
                ru=f"люди вернули {back} из последних {changes} изменений (limits.contested_share — {share:.0%})",
                en=f"people took {back} of its last {changes} changes back (limits.contested_share is {share:.0%})",
            )
            journal.pauses.begin(
                Pause(name=rule, who=THE_BRIDGE, because=why.text(language), since=now, until=now + CONTESTED_FOR)
            )
            log.warning(
                "rule contested", rule=rule, changes=changes, taken_back=back, until=(now + CONTESTED_FOR).isoformat()
            )


@dataclass(kw_only=True, slots=True)
class PauseWatch:
    """Looks once a turn: tells what was paused and what is over, and takes up what changed meanwhile.

    What was looked at while a rule was paused counted as done. So the end of a pause sets the mark of the poll, `polled`,
    back to its beginning, and every ticket of that time is met anew.
    """

    where: Outside
    polled: str
    _known: dict[tuple[str, str], Pause] = field(default_factory=dict)

    def look(self) -> None:
        """Raises JournalUnusable."""
        journal, now = self.where.journal, self.where.clock.now()
        self._tell(journal.pauses.in_force(now))
        over = journal.pauses.ended(after=journal.watermark(WATERMARK), at=now)
        if not over:
            return
        mark, began = journal.watermark(self.polled), min(pause.since for pause in over)
        journal.forget_sightings(before=now)
        if mark is not None and began < mark:
            journal.set_watermark(self.polled, began)
        journal.set_watermark(WATERMARK, now)
        log.info("taking up what changed during a pause", since=began.isoformat())

    def _tell(self, in_force: Collection[Pause]) -> None:
        now = {(pause.name, pause.since.isoformat()): pause for pause in in_force}
        for key, pause in now.items():
            if key not in self._known:
                log.warning(
                    "paused", name=pause.name, until=pause.until.isoformat(), who=pause.who, because=pause.because
                )
        for key, pause in self._known.items():
            if key not in now:
                log.warning("pause over", name=pause.name)
        self._known = now
