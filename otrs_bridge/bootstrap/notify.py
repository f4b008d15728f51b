"""Messages to people, put together."""

from __future__ import annotations

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.bootstrap.connections import open_channels
from otrs_bridge.service.concerns import Concerns
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.jobs.driver import JobDriver
from otrs_bridge.service.summary import Summary
from otrs_bridge.service.telling import Manners, Teller


def teller_of(bridge: Bridge, daemon: Daemon, driver: JobDriver) -> Teller | None:
    """What tells people, None where nobody wants to be told. Raises ConfigMistake."""
    config = bridge.config
    if not config.notify.urls:
        return None
    journal, clock = bridge.outside.journal, bridge.outside.clock
    return Teller(
        channels=open_channels(config),
        notices=bridge.notices,
        journal=journal,
        jobs=driver.runner.jobs,
        clock=clock,
        concerns=Concerns.of(daemon, driver, personal=config.notify.personal).now,
        summary=Summary(journal=journal, figures=bridge.figures, clock=clock, zone=config.timezone).text,
        turn=lambda: daemon.turns.name,
        manners=Manners(
            language=config.language,
            zone=config.timezone,
            quiet=config.notify.quiet_hours,
            digest=config.notify.digest,
            digest_at=config.notify.digest_at,
        ),
    )
