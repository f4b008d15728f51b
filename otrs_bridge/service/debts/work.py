"""What a job does about debts: decide from feed and memory, guard, plan, and carry out the plan through the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.debt import Debt, Decision
from otrs_bridge.domain.billing.episodes import (
    OVER,
    Action,
    ClosePaid,
    Grow,
    Kept,
    LeaveAlone,
    Raise,
    Reconnect,
    Revive,
    Warn,
)
from otrs_bridge.domain.billing.feed_gate import FeedRefused
from otrs_bridge.domain.billing.held_plan import PlannedTicket
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import NOTHING, format_money
from otrs_bridge.domain.billing.presumed import Presumed
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob, LineFacts
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.ports.billing import FeedSize
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, MadeTicket
from otrs_bridge.service.debts.by_balance import ByBalance
from otrs_bridge.service.debts.copies import CopyCloser
from otrs_bridge.service.debts.do_no_harm import DoNoHarm
from otrs_bridge.service.debts.keeping import Keeper
from otrs_bridge.service.debts.memory import EpisodeMemory, Memory
from otrs_bridge.service.debts.reading import FeedReader, FeedReading
from otrs_bridge.service.debts.report_lines import opened_line, ticket_line
from otrs_bridge.service.debts.tickets import BillingTickets
from otrs_bridge.service.gateway.attempt import Opening
from otrs_bridge.service.gateway.opening import Opener
from otrs_bridge.service.gateway.writing import IN_HAND, STOPPED
from otrs_bridge.words import Words


@dataclass(kw_only=True, slots=True)
class DebtPlan:
    """What is to be done. `refused`: the feed must not be acted on; `objection`: a person has to approve it.

    `presumed`: fees that nobody has charged yet count in it, for it is of a day to come: never to be carried out.
    """

    raises: list[Raise] = field(default_factory=list)
    keeps: list[Kept] = field(default_factory=list)
    reconnects: list[tuple[Reconnect, Decision]] = field(default_factory=list)
    puzzles: list[LeaveAlone] = field(default_factory=list)
    learnt: list[MadeTicket] = field(default_factory=list)
    postponed: dict[EpisodeKey, Words] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    size: FeedSize | None = None
    examined: int = 0
    refused: Words | None = None
    objection: Words | None = None
    presumed: Presumed | None = None

    @property
    def tickets(self) -> tuple[PlannedTicket, ...]:
        """What an approver sees: the disconnections, or what is taken for paid."""
        raises = [PlannedTicket(key=one.key, amount=one.debt.amount) for one in self.raises]
        return tuple(sorted([*raises, *(PlannedTicket(key=key, amount=NOTHING) for key in self.paid)]))

    @property
    def paid(self) -> list[EpisodeKey]:
        """What is taken for paid: keys of tickets to be closed, and of reconnections."""
        closings = [action.ticket.key for action in self.keeps if isinstance(action, ClosePaid)]
        return [*closings, *(action.key for action, _ in self.reconnects)]


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtWork:
    """Everything that the jobs about debts need."""

    reader: FeedReader
    balances: ByBalance
    memory: EpisodeMemory
    jobs: JobJournal
    tickets: BillingTickets
    opener: Opener
    keeper: Keeper
    harm: DoNoHarm
    copies: CopyCloser
    caps: BillingCaps
    clock: Clock

    def plan(self, job: DebtJob, moment: datetime) -> DebtPlan:
        """Decide, as things are at `moment`. Nothing is written."""
        known = self.memory.recall(ask_otrs=job.keeps)
        lines = {line: tickets for line, tickets in known.lines.items() if line[0] in job.services}
        reading = self.reader.debts(lines, moment=moment, now=self.clock.now(), reconnecting=job.keeps)
        plan = DebtPlan(memory=known, size=reading.size, examined=sum(reading.subscribers.values()))
        plan.refused = self._refusal(reading)
        if plan.refused is not None:
            return plan
        plan.presumed = reading.presumed if "internet" in job.services else None
        learnt = {made.key: made for made in known.found if made.key.service in job.services}
        for facts in reading.facts:
            if facts.decision is None or facts.decision.account.service in job.services:
                for action in job.decide(facts):
                    _sort(plan, action, facts.decision)
                learnt.update((made.key, made) for made in _learnt(facts, known))
        plan.learnt = list(learnt.values())
        plan.raises = list({one.key: one for one in plan.raises}.values())
        plan.postponed |= self.harm.postponed(plan.raises)
        plan.raises = [one for one in plan.raises if one.key not in plan.postponed]
        subscribers = sum(reading.subscribers[service] for service in job.services)
        if plan.raises:
            plan.objection = self.caps.objection(raised=len(plan.raises), subscribers=subscribers)
        else:
            standing = sum(one.status not in OVER for tickets in lines.values() for one in tickets)
            # Lines that billing itself cut have no tickets among those that stand: they are new tickets, and count as such.
            off_by_billing = sum(not action.settles for action, _ in plan.reconnects)
            plan.objection = self.caps.too_many_paid(
                paid=len(plan.paid) - off_by_billing, standing=standing
            ) or self.caps.objection(raised=off_by_billing, subscribers=subscribers)
        return plan

    def _refusal(self, reading: FeedReading) -> Words | None:
        """Why nothing may be done. Of balances alone the journal, or a ticket's key, says since when a debt is: with neither
        it would be a new debt, and its line would get a second ticket.
        """
        if isinstance(reading.verdict, FeedRefused):
            return reading.verdict.words
        return FORGOTTEN if self.balances.come and self.memory.was_lost() else None

    def shown(self, job: DebtJob, plan: DebtPlan, outcome: Outcome) -> Iterator[ReportLine]:
        """The plan as a report."""
        yield from (ticket_line(job, one.key.title, _why(one), outcome) for one in plan.raises)
        yield from self.notices(job, plan)
        yield from self.keeper.planned(job.name, plan.keeps, plan.memory, outcome)
        for action, _ in plan.reconnects:
            yield ticket_line(job, action.key.title, RECONNECT, outcome)
        yield from self.copies.planned(job, plan.memory, outcome)

    def notices(self, job: DebtJob, plan: DebtPlan) -> Iterator[ReportLine]:
        """What a run says besides what it does: who is spared, and what a person has to look at."""
        for key, why in plan.postponed.items():
            yield ticket_line(job, key.title, why, Outcome.SKIPPED)
        for puzzle in plan.puzzles:
            if puzzle.key is not None:
                yield ticket_line(job, puzzle.key.title, puzzle.why, Outcome.CONFLICT)

    def carry_out(
        self, job: DebtJob, run: int, plan: DebtPlan, *, alive: Callable[[], None] = lambda: None
    ) -> Iterator[ReportLine]:
        """Do it. `alive` is called while the work goes on."""
        if plan.presumed is not None:
            raise AssertionError("a plan of a day to come is no plan to carry out")
        yield from self.notices(job, plan)
        for title, outcome, words, ticket in self.copies.look_again(run):
            yield ticket_line(job, title, words, outcome, ticket=ticket)
        if job.keeps and plan.learnt:
            self.jobs.remember_made(plan.learnt, at=self.clock.now())
        raises = {str(one.key): one for one in plan.raises}
        for opened in self.opener.open_all(run, [self._opening(one) for one in plan.raises]):
            alive()
            yield opened_line(job, opened, _why(raises[opened.opening.key]))
        yield from self.keeper.keep(run, job.name, plan.keeps, plan.memory)
        yield from self.copies.close(job, run, plan.memory)
        alive()
        yield from self._reconnect(job, run, plan)

    def unfinished(self, lines: Iterable[ReportLine]) -> bool:
        """Whether something failed or is not known yet, or was left by a stop or a pause: the run goes on."""
        left = {Outcome.FAILED, Outcome.UNKNOWN} | ({Outcome.SKIPPED} if self.opener.gateway.stopping() else set())
        return any(line.outcome in left or line.detail in (IN_HAND, STOPPED) for line in lines)

    def _reconnect(self, job: DebtJob, run: int, plan: DebtPlan) -> Iterator[ReportLine]:
        lines = {(action.key.service, action.key.contract): decision for action, decision in plan.reconnects}
        real = self.keeper.settle_what_nobody_cut([action for action, _ in plan.reconnects], plan.memory)
        by_key = {str(action.key): action for action in real}
        openings = [self.keeper.reconnection(one, lines[one.key.service, one.key.contract]) for one in real]
        for opened in self.opener.open_all(run, openings):
            if opened.outcome in {Outcome.APPLIED, Outcome.UNCHANGED}:
                self.keeper.reconnected(by_key[opened.opening.key], plan.memory)
            yield opened_line(job, opened, RECONNECT)

    def _opening(self, one: Raise) -> Opening:
        made = MadeTicket(key=one.key, ticket_id=0, noted_debt=one.debt.amount, noted_in=one.debt.period)
        return Opening(made=made, compose=lambda: self.tickets.disconnection(one.debt))


FORGOTTEN = Words(
    ru="база моста не помнит ни одной заявки, а в OTRS они есть; биллинг знает только балансы, и каждый долг показался бы "
    "новым: сначала otrs-bridge jobs rebuild",
    en="the bridge's database remembers no ticket, and OTRS has some; billing tells balances alone, so every debt would "
    "seem to be a new one: first otrs-bridge jobs rebuild",
)
RECONNECT = Words(
    ru="долга больше нет, линия отключена: включить", en="no debt is left, and the line is off: switch it on"
)


def _sort(plan: DebtPlan, action: Action, decision: Decision | None) -> None:
    match action:
        case Raise():
            plan.raises.append(action)
        case Grow() | Warn() | Revive() | ClosePaid():
            plan.keeps.append(action)
        case Reconnect():
            if decision is not None and not (action.settles == () and _asked_for_before(action, plan.memory)):
                plan.reconnects.append((action, decision))
        case LeaveAlone(key=key, needs_a_person=False):  # spared, which is to be told
            plan.postponed |= {} if key is None else {key: action.why}
        case LeaveAlone():
            plan.puzzles.append(action)


def _asked_for_before(action: Reconnect, known: Memory) -> bool:
    """Whether a ticket asked for this reconnection, or a later one: somebody has to do it in billing, or has not yet."""
    wanted = action.key
    return any(
        key.purpose == "reconnect"
        and (key.service, key.contract) == (wanted.service, wanted.contract)
        and key.period >= wanted.period
        for key in known.made
    )


def _learnt(facts: LineFacts, known: Memory) -> Iterator[MadeTicket]:
    """After a rebuild nobody knows what a ticket says: its debt of today counts as said."""
    if isinstance(facts.decision, Debt):
        for ticket in facts.tickets:
            if ticket.status not in OVER and known.made[ticket.key].noted_debt is None:
                made = known.made[ticket.key]
                yield replace(made, noted_debt=facts.decision.amount, noted_in=facts.decision.period)


def _why(one: Raise) -> Words:
    ru, en = (format_money(one.debt.amount, language) for language in ("ru", "en"))
    return Words(ru=f"долг {ru} с {one.debt.arose}", en=f"debt {en} since {one.debt.arose}")
