"""The page as configured: its services put together, and served beside the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from fastapi import APIRouter

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.bootstrap.checkup import examine_bridge
from otrs_bridge.bootstrap.connections import opened_database
from otrs_bridge.bootstrap.jobs import JobBridge, open_job_bridge
from otrs_bridge.bootstrap.ledgers import open_billing_desk
from otrs_bridge.bootstrap.people import demand_users, open_access
from otrs_bridge.config import Config
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.background import Background, Start, in_a_thread
from otrs_bridge.service.monitor import Monitor
from otrs_bridge.service.pause_desk import PauseDesk
from otrs_bridge.service.people.access import Access
from otrs_bridge.service.pulse import pulse_of
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.cards import Cards
from otrs_bridge.service.queries.charts import Charts
from otrs_bridge.service.queries.checkups import Checkups
from otrs_bridge.service.queries.debt_board import DebtBoard
from otrs_bridge.service.queries.histories import Histories
from otrs_bridge.service.queries.job_board import JobBoard
from otrs_bridge.service.queries.job_history import past_runs
from otrs_bridge.service.queries.overview import Overviews
from otrs_bridge.service.queries.rule_board import RuleBoard
from otrs_bridge.service.queries.trials import Rehearsals, Trial
from otrs_bridge.service.undo_desk import UndoDesk
from otrs_bridge.web.app import create_app
from otrs_bridge.web.health import health_router
from otrs_bridge.web.server import serve
from otrs_bridge.web.services import Services


@contextmanager
def served_page(config: Config, clock: Clock, daemon: Bridge, monitor: Monitor, *more: APIRouter) -> Iterator[None]:
    """Serve beside the daemon while the block lasts, and `more` with it. Raises BridgeError where it must not, or cannot."""
    with open_services(config, clock, daemon.stopping, daemon=daemon) as opened:
        demand_users(config, opened.access)
        overviews = replace(opened.overviews, pulse=lambda: pulse_of(monitor.meters, monitor.leadership))
        services = replace(opened, overviews=overviews)
        with serve(create_app(services, health_router(monitor, config.language), *more), config.web):
            yield


@contextmanager
def open_services(
    config: Config,
    clock: Clock,
    stopping: Callable[[], bool] = lambda: False,
    start: Start = in_a_thread,
    daemon: Bridge | None = None,
) -> Iterator[Services]:
    """Everything that the pages ask, on a bridge of its own: a page waits for nothing that the daemon has in hand, but OTRS
    is asked at the pace of both, where the `daemon` is here. `start` begins what is worked on behind the pages.
    """
    with (
        open_job_bridge(config, clock=clock, stopping=stopping, pace=daemon.pace if daemon else None) as here,
        open_access(config, clock, here.bridge.pace) as access,
        opened_database(config) as database,
        lanes(clock, start) as lane,
    ):
        billing = open_billing_desk(config, clock, database=database) if config.billing is not None else None
        undo = UndoDesk(
            undo=here.bridge.undo,
            outside=here.bridge.outside,
            insight=here.insight,
            people=access.people,
            caps=config.caps,
            background=lane("otrs"),
        )
        try:
            yield _services(config, access, here, undo, billing, lane)
        finally:
            undo.wait()


@contextmanager
def lanes(clock: Clock, start: Start) -> Iterator[Callable[[str], Background]]:
    """A lane for each source that is slow: what waits for OTRS keeps nobody from billing."""
    made = {name: Background(clock=clock, start=start) for name in ("billing", "otrs", "journal")}
    try:
        yield made.__getitem__
    finally:
        for one in made.values():
            one.close()


def _services(
    config: Config,
    access: Access,
    here: JobBridge,
    undo: UndoDesk,
    billing: BillingDesk | None,
    lane: Callable[[str], Background],
) -> Services:
    bridge, clock, poll = here.bridge, undo.outside.clock, config.daemon.poll_seconds
    journal = undo.outside.journal
    modes = {name: getattr(config.rules, name).mode.value for name in type(config.rules).model_fields}
    return Services(
        access=access,
        overviews=Overviews(journal=journal, insight=here.insight, plans=here.plans, clock=clock, poll_seconds=poll),
        plans=here.plans,
        desk=replace(here.desk, background=lane("billing")),
        insight=here.insight,
        histories=Histories(insight=here.insight, finder=bridge.finder, clock=clock, zone=config.timezone),
        undo=undo,
        board=JobBoard(runner=here.runner, insight=here.insight),
        past_runs=lambda limit: list(past_runs(journal, here.journal, limit=limit)),
        rule_modes=modes,
        billing=billing,
        cards=_cards(config, bridge, billing),
        debts=DebtBoard(billing=billing, background=lane("billing")),
        pauses=_pauses(config, here, modes),
        rehearsals=Rehearsals(runner=here.runner, background=lane("billing")),
        trial=Trial(backtest=bridge.backtest, background=lane("otrs")),
        checkups=Checkups(examine=lambda: examine_bridge(config, clock=clock), background=lane("otrs")),
        charts=Charts(insight=here.insight, background=lane("journal"), zone=config.timezone),
        figures=RuleBoard(insight=here.insight, background=lane("journal")),
        clock=clock,
        language=config.language,
        zone=config.timezone,
        banner=config.web.banner,
        heeds_faults=config.jobs.do_no_harm,
        secure=config.web.is_secure,
        open_at_home=not (config.web.needs_users or config.web.opens_to_agents),
        opens_to_agents=config.web.opens_to_agents,
    )


def _pauses(config: Config, here: JobBridge, rules: Iterable[str]) -> PauseDesk:
    outside, jobs = here.bridge.outside, (one.job.name for one in here.runner.active)
    pauses = outside.journal.pauses
    return PauseDesk(pauses=pauses, clock=outside.clock, zone=config.timezone, names=[*rules, *jobs])


def _cards(config: Config, bridge: Bridge, billing: BillingDesk | None) -> Cards:
    area_code = config.directory.area_code if config.directory is not None else ""
    return Cards(directory=bridge.directory, finder=bridge.finder, billing=billing, area_code=area_code)
