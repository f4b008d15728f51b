"""Whole job runners on a sandbox, put together as the composition root does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import time
from typing import Any

from jobs import JOBS
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.feed_gate import FeedLimits
from otrs_bridge.domain.billing.outage import Outage
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.job import Almanac
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.rule import Mode
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports.billing import Billing
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.service.debts.parts import DebtSettings, make_debt_work
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.jobs.occurrences import ActiveJob, owed
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.sweep import Sweep
from tests.service.conftest import ENFORCED, active
from tests.service.jobs.memory_billing import MOSCOW

DIALECT = Dialect(
    fields=FieldNames(client_type="ClientType", district="District", category="Category", bridge_key="BridgeKey")
)


@dataclass(frozen=True, kw_only=True)
class JobBridge:
    """One bridge, as far as its jobs go."""

    runner: JobRunner
    jobs: JobJournal
    clock: Clock
    gateway: Gateway

    def run(self, name: str) -> Report:
        """Run the newest occurrence of a job."""
        return self.runner.run(self.runner.occurrence(self.runner.named(name), None))

    def tick(self) -> list[str]:
        """Run whatever is due, as the daemon does; what was run."""
        return list(self.reports())

    def reports(self) -> dict[str, Report]:
        """The same, with what each run reported."""
        now = self.clock.now().astimezone(MOSCOW)
        due = list(owed(self.runner.active, now, self.runner.almanac, self.jobs))
        return {f"{one.active.job.name} {one.period}": self.runner.run(one) for one in due}


def make_bridge(
    database: Database,
    connection: OtrsConnection,
    clock: Clock,
    billing: Billing | None,
    closing: ExitStack,
    *,
    directory: Directory | None = None,
    modes: Mapping[str, Mode] | None = None,
    caps: BillingCaps | None = None,
    outages: Sequence[Outage] = (),
    rules: BillingRules | None = None,
    limits: FeedLimits | None = None,
    reminder_queue: str = "",
    rules_of_tickets: Mapping[str, Mode] = ENFORCED,
    wrap: Callable[[Any], Any] = lambda inner: inner,
    dialect: Dialect = DIALECT,
) -> JobBridge:
    """A bridge on this database, this OTRS and this billing system; every job is enforced unless `modes` says else.

    `wrap` may put something between the bridge and its helpdesk, its journal and its job journal.
    """
    connected = OtrsHelpdesk(connection, clock)
    closing.callback(connected.close)
    helpdesk, journal, jobs = wrap(connected), wrap(SqlJournal(database)), wrap(SqlJobJournal(database))
    outside = WritableOutside(helpdesk=helpdesk, journal=journal, clock=clock)
    judge = Judge(
        rules=active(rules_of_tickets), dialect=lambda: dialect, directory=directory, journal=journal, clock=clock
    )
    gateway = Gateway(outside, judge, language="ru")
    almanac = Almanac(rules=rules or BillingRules(zone=MOSCOW), make_calendar=production_calendar)
    settings = DebtSettings(
        queues={"internet": "Internet", "telephony": "Telephony"},
        caps=caps or BillingCaps(max_share=1),  # type: ignore[arg-type] # a whole number is a fraction
        limits=limits or FeedLimits(),
        outages=outages,
        reminder_queue=reminder_queue,
    )
    work = None
    if billing is not None:
        work = make_debt_work(
            outside=outside,
            jobs=jobs,
            judge=judge,
            gateway=gateway,
            directory=directory,
            billing=billing,
            almanac=almanac,
            dialect=dialect,
            settings=settings,
            language="ru",
        )
    runner = JobRunner(
        outside=outside,
        jobs=jobs,
        active=[ActiveJob(job=job, mode=(modes or {}).get(job.name, Mode.ENFORCE), at=time(6)) for job in JOBS],
        almanac=almanac,
        sweep=Sweep(outside, judge, gateway, Caps(max_share=1.0)),
        debts=work,
    )
    return JobBridge(runner=runner, jobs=jobs, clock=clock, gateway=gateway)
