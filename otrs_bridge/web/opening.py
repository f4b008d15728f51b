"""The page as configured: its services put together, and served beside the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from otrs_bridge.bootstrap.jobs import open_job_bridge
from otrs_bridge.bootstrap.ledgers import open_billing_desk
from otrs_bridge.bootstrap.people import demand_users, open_access
from otrs_bridge.config import Config
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.monitor import Monitor
from otrs_bridge.service.queries.cards import Cards
from otrs_bridge.service.queries.histories import Histories
from otrs_bridge.service.queries.job_board import JobBoard
from otrs_bridge.service.queries.job_history import past_runs
from otrs_bridge.service.queries.overview import Overviews
from otrs_bridge.service.undo_desk import UndoDesk
from otrs_bridge.web.app import create_app
from otrs_bridge.web.health import health_router
from otrs_bridge.web.server import serve
from otrs_bridge.web.services import Services


@contextmanager
def served_page(config: Config, clock: Clock, stopping: Callable[[], bool], monitor: Monitor) -> Iterator[None]:
    """Serve while the block lasts. Raises BridgeError where it must not, or cannot."""
    with open_services(config, clock, stopping) as services:
        demand_users(config, services.access)
        with serve(create_app(services, health_router(monitor, config.language)), config.web):
            yield


@contextmanager
def open_services(config: Config, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> Iterator[Services]:
    """Everything that the pages ask, on a bridge of its own: a page waits for nothing that the daemon has in hand."""
    with open_access(config, clock) as access, open_job_bridge(config, clock=clock, stopping=stopping) as here:
        outside, poll = here.bridge.outside, config.daemon.poll_seconds
        billing = open_billing_desk(config, clock) if config.billing is not None else None
        undo = UndoDesk(undo=here.bridge.undo, outside=outside, people=access.people, caps=config.caps)
        services = Services(
            access=access,
            overviews=Overviews(
                journal=outside.journal, insight=here.insight, plans=here.plans, clock=clock, poll_seconds=poll
            ),
            plans=here.plans,
            desk=here.desk,
            insight=here.insight,
            histories=Histories(insight=here.insight, finder=here.bridge.finder, clock=clock, zone=config.timezone),
            undo=undo,
            board=JobBoard(runner=here.runner, insight=here.insight),
            past_runs=lambda limit: list(past_runs(outside.journal, here.journal, limit=limit)),
            rule_modes={name: getattr(config.rules, name).mode.value for name in type(config.rules).model_fields},
            billing=billing,
            cards=Cards(
                directory=here.bridge.directory,
                finder=here.bridge.finder,
                billing=billing,
                clock=clock,
                area_code=config.directory.area_code if config.directory is not None else "",
            ),
            clock=clock,
            language=config.language,
            zone=config.timezone,
            secure=config.web.is_secure,
            open_at_home=not config.web.needs_users,
        )
        try:
            yield services
        finally:
            undo.wait()
