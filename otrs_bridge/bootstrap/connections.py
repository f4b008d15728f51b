"""What every composition starts from: the bridge's own database, and how to reach OTRS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from otrs_bridge.config import Config
from otrs_bridge.journal.database import Database, Fence, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.notify.channels import AppriseChannel, channels_of
from otrs_bridge.otrs.connection import Night, OtrsConnection
from otrs_bridge.ports.journal import Journal


@contextmanager
def opened_database(config: Config, fence: Fence | None = None) -> Iterator[Database]:
    """The bridge's own database, brought up to date; behind the `fence` of a daemon that leads."""
    database = open_database(config.database, fence=fence)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_journal(config: Config) -> Iterator[Journal]:
    """The bridge's memory alone, for the commands that need no OTRS."""
    with opened_database(config) as database:
        yield SqlJournal(database)


def connection_of(config: Config) -> OtrsConnection:
    """The `otrs` section as the adapter wants it."""
    otrs, hours = config.otrs, config.otrs.night_hours
    return OtrsConnection(
        url=str(otrs.url),
        user=otrs.user,
        password=otrs.password.get_secret_value() if otrs.password else "",
        webservice=otrs.webservice,
        path=otrs.path,
        platform=otrs.known_platform,
        ca_bundle=otrs.ca_bundle,
        client_certificate=otrs.client_certificate,
        client_key=otrs.client_key,
        timeout=otrs.timeout,
        longest_answer=otrs.max_answer_mb << 20,
        timezone=otrs.timezone,
        workers=otrs.workers,
        night=Night(hours=hours, workers=otrs.night_workers, zone=config.timezone) if hours else None,
        session_file=otrs.session_file,
    )


def open_channels(config: Config) -> tuple[AppriseChannel, ...]:
    """The channels of this config; raises ConfigMistake for an address that nobody understands."""
    channels = channels_of(config.notify.addresses)
    for channel in channels:
        channel.check()
    return channels
