"""The first line, one verdict; and whatever waits for a person, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.pause import THE_BRIDGE, Pause
from otrs_bridge.domain.ticket import shown
from otrs_bridge.domain.ticket_number import both
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.insight import IncompleteTicket, Insight
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.journal import Journal, JournalEntry, Run
from otrs_bridge.ports.plans import HeldPlan, HeldPlans
from otrs_bridge.service.daemon import WATERMARK
from otrs_bridge.service.pulse import Pulse
from otrs_bridge.service.push.worker import WATERMARK as PUSH
from otrs_bridge.words import Words

State = Literal["well", "waits", "silent"]
Kind = Literal["held plan", "refused run", "contested", "failed", "unknown", "conflicts", "incomplete"]

FEW = 50  # of one kind: whoever has more looks into the history
LOOK_BACK = timedelta(days=7)  # a failure that nobody minded for so long is history
UNSETTLED = timedelta(minutes=15)  # recovery needs ten; what is younger is under way
_LEAST_SILENCE = timedelta(minutes=5)
_POLLS = 10  # that may fail in a row before it is called silence


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Something that waits for a person: what happened, why, and what can be done.

    `run`, `ticket_id` and `rule` say where more stands (0 and "": nowhere).
    """

    kind: Kind
    since: datetime
    what: Words
    why: Words
    can_do: Words
    run: int = 0
    ticket_id: int = 0
    rule: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How things are. `polled` is the last look at OTRS that ended well, `pushed` when OTRS last told of a ticket; `pauses`
    are in force; `more`: not everything that waits is listed. `pulse`: of the daemon beside the page, if there is one.
    """

    state: State
    polled: datetime | None
    pushed: datetime | None
    pulse: Pulse | None
    pauses: Sequence[Pause]
    waiting: Sequence[Waiting]
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Overviews:
    """Asks the bridge's own memory only: the page answers also while OTRS does not."""

    journal: Journal
    insight: Insight
    plans: HeldPlans
    clock: Clock
    poll_seconds: float
    pulse: Callable[[], Pulse | None] = lambda: None

    def now(self) -> Overview:
        """The verdict and what waits."""
        pauses = self.journal.pauses.in_force(self.clock.now())
        contested = (_of_contested(pause) for pause in pauses if pause.who == THE_BRIDGE)
        others = (self._plans(), self._runs(), self._writes(), self._conflicts(), self._tickets())
        kinds = [list(found) for found in (contested, *others)]
        waiting = sorted((one for found in kinds for one in found), key=lambda one: one.since)
        polled = self.journal.watermark(WATERMARK)
        state: State = "waits" if waiting else "well"
        if polled is None or self.clock.now() - polled > self._longest_silence:
            state = "silent"
        more = any(len(found) >= FEW for found in kinds)
        return Overview(
            state=state,
            polled=polled,
            pushed=self.journal.watermark(PUSH),
            pulse=self.pulse(),
            pauses=pauses,
            waiting=waiting,
            more=more,
        )

    @property
    def _longest_silence(self) -> timedelta:
        return max(_LEAST_SILENCE, timedelta(seconds=self.poll_seconds * _POLLS))

    def _plans(self) -> Iterator[Waiting]:
        return (_of_plan(plan) for plan in self.plans.waiting())

    def _runs(self) -> Iterator[Waiting]:
        return (_of_run(run) for run in self.insight.refused_runs())

    def _writes(self) -> Iterator[Waiting]:
        now = self.clock.now()
        for entry in self.insight.failures(since=now - LOOK_BACK, limit=FEW):
            yield _of_entry("failed", entry, _TRIED_AGAIN if entry.state == "failed" else _REFUSED)
        for entry in self.journal.unsettled(limit=FEW):
            if now - entry.intended_at > UNSETTLED:
                yield _of_entry("unknown", entry, _UNKNOWN)

    def _conflicts(self) -> Iterator[Waiting]:
        """Of each kind of run the last that ended: what an earlier one disputed it has looked at again."""
        seen: set[str] = set()
        for run in self.insight.runs(before=None, kind=None, limit=FEW):
            name = run.selection.rpartition(" ")[0] if run.kind == "job" else run.kind
            if run.finished_at is not None and name not in seen:
                seen.add(name)
                if count := run.summary.get("conflict", 0):
                    yield _of_conflicts(run, count, run.finished_at)

    def _tickets(self) -> Iterator[Waiting]:
        latest = self.clock.now() - UNSETTLED
        return (_of_ticket(one) for one in self.insight.incomplete(limit=FEW) if one.tried_at < latest)


def _of_plan(plan: HeldPlan) -> Waiting:
    return Waiting(
        kind="held plan",
        since=plan.made_at,
        run=plan.run,
        what=Words(ru=f"План ждёт одобрения: {plan.job}, {plan.period}", en=f"A plan waits: {plan.job}, {plan.period}"),
        why=plan.told,
        can_do=Words(
            ru="Посмотрите строки и одобрите ровно этот план или откажите. До тех пор по нему ничего не делается.",
            en="Look at its lines, then approve exactly this plan or refuse it. Until then nothing of it is done.",
        ),
    )


def _of_run(run: JobRun) -> Waiting:
    return Waiting(
        kind="refused run",
        since=run.finished_at or run.started_at,
        run=run.run,
        what=Words(
            ru=f"Задание не выполнено: {run.job}, {run.period}", en=f"A job could not act: {run.job}, {run.period}"
        ),
        why=run.told,
        can_do=Words(
            ru="Устраните причину: данные биллинга проверяет `otrs-bridge billing check`. Служба повторяет сама.",
            en="Mend the cause: `otrs-bridge billing check` examines what billing says. The daemon tries again by itself.",
        ),
    )


def _of_contested(pause: Pause) -> Waiting:
    return Waiting(
        kind="contested",
        since=pause.since,
        rule=pause.name,
        what=Words(ru=f"Правило остановило само себя: {pause.name}", en=f"A rule has paused itself: {pause.name}"),
        why=Words.alike(pause.because),
        can_do=Words(
            ru="Посмотрите, какие изменения люди вернули; исправьте настройки правила или снимите паузу.",
            en="See which changes people took back; correct the rule's options, or end the pause.",
        ),
    )


def _of_entry(kind: Kind, entry: JournalEntry, can_do: Words) -> Waiting:
    field = Words(ru=field_label(entry.field, "ru"), en=field_label(entry.field, "en"))
    number, new = both(entry.ticket_number), shown(entry.new)
    return Waiting(
        kind=kind,
        since=entry.intended_at,
        run=entry.run,
        ticket_id=entry.ticket_id,
        what=Words(
            ru=f"Заявка {number}: {field.ru} → {new} — {'не записано' if kind == 'failed' else 'исход неясен'}",
            en=f"Ticket {number}: {field.en} → {new} — {'not written' if kind == 'failed' else 'outcome unknown'}",
        ),
        why=Words.alike(" — ".join(filter(None, (entry.error, entry.why)))),
        can_do=can_do,
    )


def _of_conflicts(run: Run, count: int, since: datetime) -> Waiting:
    return Waiting(
        kind="conflicts",
        since=since,
        run=run.id,
        what=Words(ru=f"Противоречия: {count} ({run.selection})", en=f"Conflicts: {count} ({run.selection})"),
        why=Words(
            ru="Правила или данные биллинга требуют разного; мост в таких случаях ничего не меняет.",
            en="Rules, or what billing says, ask for different things; the bridge changes nothing then.",
        ),
        can_do=Words(
            ru="Какие это строки, покажет пробный запуск: `otrs-bridge sweep` или `otrs-bridge jobs plan`.",
            en="A dry run lists them: `otrs-bridge sweep`, or `otrs-bridge jobs plan`.",
        ),
    )


def _of_ticket(one: IncompleteTicket) -> Waiting:
    there = one.ticket_id > 0
    return Waiting(
        kind="incomplete",
        since=one.tried_at,
        ticket_id=one.ticket_id,
        what=Words(ru=f"Заявка создана не до конца: {one.key}", en=f"A ticket is not whole: {one.key}"),
        why=Words(
            ru="OTRS её создал, но не целиком" if there else "ответ OTRS на создание потерян",
            en="OTRS has made it, but not all of it" if there else "OTRS's answer to its creation was lost",
        ),
        can_do=Words(
            ru="Следующий запуск задания найдёт или дополнит её; если этого не случилось за день, посмотрите её в OTRS.",
            en="The job's next run finds or completes it; where that has not happened within a day, look at it in OTRS.",
        ),
    )


_TRIED_AGAIN = Words(
    ru="Служба пробует снова, всё реже. Что мешает, говорит OTRS; права и имена проверяет `otrs-bridge doctor`.",
    en="The daemon tries again, ever more seldom. OTRS says what is in the way; rights and names: `otrs-bridge doctor`.",
)
_REFUSED = Words(
    ru="OTRS не принимает это значение. Проверьте имена в config.yaml: `otrs-bridge doctor`.",
    en="OTRS does not take this value. Check the names in config.yaml: `otrs-bridge doctor`.",
)
_UNKNOWN = Words(
    ru="Мост сам сверит заявку с OTRS, как только тот ответит; ничего не отправляется вслепую.",
    en="The bridge compares the ticket with OTRS as soon as that answers; nothing is sent again blindly.",
)
