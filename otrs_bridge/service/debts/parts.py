"""The parts of the work on debts, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.feed_gate import FeedLimits
from otrs_bridge.domain.billing.outage import Outage
from otrs_bridge.domain.dialect import Dialect
from otrs_bridge.domain.job import Almanac
from otrs_bridge.ports.billing import Billing
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.service.debts.by_balance import ByBalance, known_debts
from otrs_bridge.service.debts.copies import CopyCloser
from otrs_bridge.service.debts.do_no_harm import DoNoHarm
from otrs_bridge.service.debts.keeping import Keeper
from otrs_bridge.service.debts.memory import EpisodeMemory
from otrs_bridge.service.debts.reading import FeedReader
from otrs_bridge.service.debts.tickets import BillingTickets, TicketForm
from otrs_bridge.service.debts.when_covered import WithUncharged
from otrs_bridge.service.debts.work import DebtWork
from otrs_bridge.service.gateway.completing import Completer
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.opening import Opener
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.outside import Outside
from otrs_bridge.words import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtSettings:
    """What the operator has set about the tickets of billing. `reminder_queue` "": reminders are a report only."""

    queues: Mapping[Service, str]
    caps: BillingCaps = field(default_factory=BillingCaps)
    limits: FeedLimits = field(default_factory=FeedLimits)
    outages: Sequence[Outage] = ()
    do_no_harm: bool = True
    reminder_queue: str = ""


def make_debt_work(
    *,
    outside: Outside,
    jobs: JobJournal,
    judge: Judge,
    gateway: Gateway,
    directory: Directory | None,
    billing: Billing,
    almanac: Almanac,
    dialect: Dialect,
    settings: DebtSettings,
    language: Language,
) -> DebtWork:
    """One way of working on debts; everything shares one journal, one gateway and one clock."""
    clock, key_field = outside.clock, dialect.fields.bridge_key
    balances, charged = _as_billed(billing, almanac, jobs, clock)
    tickets = BillingTickets(
        billing=charged,
        almanac=almanac,
        directory=directory,
        judge=judge,
        dialect=dialect,
        form=TicketForm(queues=settings.queues, reminder_queue=settings.reminder_queue),
        clock=clock,
        language=language,
    )
    memory = EpisodeMemory(helpdesk=outside.helpdesk, jobs=jobs, clock=clock, key_field=key_field)
    completer = Completer(gateway=gateway, key_field=key_field, closed=tickets.form.closed)
    return DebtWork(
        reader=_reader(jobs, charged, almanac, settings),
        balances=balances,
        memory=memory,
        jobs=jobs,
        tickets=tickets,
        opener=Opener(jobs=jobs, completer=completer),
        keeper=Keeper(memory=memory, jobs=jobs, gateway=gateway, tickets=tickets, clock=clock, language=language),
        harm=_harm(outside, directory, dialect, settings),
        copies=CopyCloser(completer=completer, jobs=jobs, clock=clock),
        caps=settings.caps,
        clock=clock,
    )


def _as_billed(billing: Billing, almanac: Almanac, jobs: JobJournal, clock: Clock) -> tuple[ByBalance, Billing]:
    """Billing's balances, and all of billing with the fees that it charges only to those who can pay."""
    balances = ByBalance(
        billing=billing, rules=almanac.rules, known=lambda contract: known_debts(jobs, contract), now=clock.now
    )
    if almanac.rules.charges == "when covered":
        return balances, WithUncharged(billing=balances, rules=almanac.rules, now=clock.now)
    return balances, balances


def _reader(jobs: JobJournal, billing: Billing, almanac: Almanac, settings: DebtSettings) -> FeedReader:
    return FeedReader(
        billing=billing,
        almanac=almanac,
        limits=settings.limits,
        last_good_rows=jobs.last_good_rows,
    )


def _harm(outside: Outside, directory: Directory | None, dialect: Dialect, settings: DebtSettings) -> DoNoHarm:
    return DoNoHarm(
        helpdesk=outside.helpdesk,
        directory=directory,
        dialect=dialect,
        outages=settings.outages,
        on=settings.do_no_harm,
    )
