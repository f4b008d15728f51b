"""The composition root of the scheduled jobs: a bridge, with what its jobs need besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from jobs import JOBS
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.bootstrap.bridge import Bridge, open_bridge
from otrs_bridge.bootstrap.connections import opened_database
from otrs_bridge.bootstrap.ledgers import billing_calendar, open_billing
from otrs_bridge.bootstrap.notify import teller_of
from otrs_bridge.config import Config
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.outage import parse_outage
from otrs_bridge.domain.job import Almanac
from otrs_bridge.domain.rule import Mode
from otrs_bridge.journal.database import Fence, open_database
from otrs_bridge.journal.insight_store import SqlInsight
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.plan_store import SqlHeldPlans
from otrs_bridge.notify.pings import HttpPings
from otrs_bridge.otrs.pace import Pace
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.insight import Insight
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.ports.plans import HeldPlans
from otrs_bridge.service.background import Background
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.debts.parts import DebtSettings, make_debt_work
from otrs_bridge.service.debts.work import DebtWork
from otrs_bridge.service.jobs.deciding import PlanDesk
from otrs_bridge.service.jobs.driver import JobDriver
from otrs_bridge.service.jobs.occurrences import ActiveJob
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.service.leading import Leadership
from otrs_bridge.service.monitor import Monitor
from otrs_bridge.service.push.inbox import PushInbox

DAEMON = "daemon"
A_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class JobBridge:
    """A bridge that can run jobs."""

    bridge: Bridge
    journal: JobJournal
    plans: HeldPlans
    insight: Insight
    runner: JobRunner

    @property
    def desk(self) -> PlanDesk:
        """Where people look at plans that wait, and decide about them."""
        clock = self.bridge.outside.clock
        return PlanDesk(plans=self.plans, runner=self.runner, clock=clock, background=Background(clock=clock))

    @property
    def driver(self) -> JobDriver:
        """Drives the jobs of a daemon."""
        silent = replace(self.runner, tell=lambda _lines: None)  # nobody reads the nightly sweep's lines
        return JobDriver(runner=silent, plans=self.plans, stopping=self.bridge.stopping)

    @property
    def daemon(self) -> Daemon:
        """The daemon, which drives the jobs besides the poll."""
        driver = self.driver
        return self.daemon_beside(driver, driver.turn)

    def daemon_beside(self, driver: JobDriver, drive: Callable[[], None]) -> Daemon:
        """The daemon, which has `drive` called for the jobs; `driver` is who drives them in the end."""
        found = self.bridge.daemon
        found.drive_jobs = drive
        found.alive = _once_a_minute(lambda: self.runner.ping(DAEMON, "success"), self.bridge.outside.clock)
        if teller := teller_of(self.bridge, found, driver):
            found.tell = teller.look
        zone = str(self.runner.almanac.rules.zone)
        found.times_of_day = [(one.at, zone) for one in self.runner.active if one.mode is not Mode.OFF]
        return found

    def monitor(self, daemon: Daemon, inbox: PushInbox | None = None, leadership: Leadership | None = None) -> Monitor:
        """What watches this daemon, and the pushes that it gets; with others on its database, also which of them leads."""
        figures = self.bridge.figures
        return Monitor(
            daemon=daemon,
            runner=self.runner,
            plans=self.plans,
            figures=figures,
            meters=self.bridge.meters,
            newest_entry=figures.newest_entry(),
            inbox=inbox,
            leadership=leadership,
        )


@contextmanager
def open_job_journal(config: Config) -> Iterator[JobJournal]:
    """What the jobs remember, for the commands that need no OTRS."""
    database = open_database(config.database)
    try:
        yield SqlJobJournal(database)
    finally:
        database.close()


@contextmanager
def open_job_bridge(
    config: Config,
    *,
    clock: Clock | None = None,
    stopping: Callable[[], bool] = lambda: False,
    beside: Bridge | None = None,
    fence: Fence | None = None,
    pace: Pace | None = None,
) -> Iterator[JobBridge]:
    """Put a bridge and its jobs together, `beside` another one, at the `pace` of another one, or alone, behind the `fence`
    of a daemon that leads. Raises BridgeError where the outside cannot be used.
    """
    opening = open_bridge(config, clock=clock, stopping=stopping, beside=beside, fence=fence, pace=pace)
    with opening as bridge, opened_database(config, fence) as database:
        journal = SqlJobJournal(database)
        almanac = almanac_of(config)
        runner = JobRunner(
            outside=bridge.outside,
            jobs=journal,
            active=active_jobs(config),
            almanac=almanac,
            sweep=bridge.sweep,
            debts=_debts(bridge, journal, almanac) if config.billing is not None else None,
        )
        bridge.gateway.stopping = lambda: bridge.stopping() or runner.held_back
        with closing(HttpPings(_ping_urls(config))) as runner.ping:
            yield JobBridge(
                bridge=bridge,
                journal=journal,
                plans=SqlHeldPlans(database),
                insight=SqlInsight(database),
                runner=runner,
            )


def _ping_urls(config: Config) -> dict[str, str]:
    """Where to ping for the daemon, and for each job."""
    settings = {DAEMON: config.daemon, **{job.name: getattr(config.jobs, job.name) for job in JOBS}}
    return {name: one.ping_url.get_secret_value() for name, one in settings.items() if one.ping_url is not None}


def _once_a_minute(ping: Callable[[], None], clock: Clock) -> Callable[[], None]:
    last: float | None = None

    def due() -> None:
        nonlocal last
        now = clock.monotonic()
        if last is None or now - last >= A_MINUTE:
            last = now
            ping()

    return due


def active_jobs(config: Config) -> tuple[ActiveJob, ...]:
    """Every job, as this operator runs it."""
    found = ((job, getattr(config.jobs, job.name)) for job in JOBS)
    return tuple(ActiveJob(job=job, mode=settings.mode, at=settings.at) for job, settings in found)


def almanac_of(config: Config) -> Almanac:
    """When things are due, for this operator."""
    if config.billing is None:
        return Almanac(rules=BillingRules(zone=config.timezone), make_calendar=production_calendar)
    return Almanac(rules=config.billing.rules(config.timezone), make_calendar=partial(billing_calendar, config))


def _debts(bridge: Bridge, journal: JobJournal, almanac: Almanac) -> DebtWork:
    config = bridge.config
    assert config.billing is not None  # noqa: S101 - the caller asked
    settings = DebtSettings(
        queues={"internet": config.billing.queues.internet, "telephony": config.billing.queues.telephony},
        caps=config.billing.caps,
        limits=config.billing.feed_limits,
        outages=tuple(outage for text in config.jobs.outages if (outage := parse_outage(text))),
        do_no_harm=config.jobs.do_no_harm,
        reminder_queue=config.jobs.reminders.ticket_queue,
    )
    return make_debt_work(
        outside=bridge.outside,
        jobs=journal,
        judge=bridge.judge,
        gateway=bridge.gateway,
        directory=bridge.directory,
        billing=open_billing(config),
        almanac=almanac,
        dialect=bridge.dialect,
        settings=settings,
        language=config.language,
    )
