"""The composition root: the one place that knows every room. Not an empty `__init__.py`: one room with one door."""

from otrs_bridge.bootstrap.bridge import Bridge, open_bridge
from otrs_bridge.bootstrap.checkup import examine_bridge, expected_of
from otrs_bridge.bootstrap.clients import client_source, open_directory, watched_directory
from otrs_bridge.bootstrap.connections import connection_of, open_journal, opened_database
from otrs_bridge.bootstrap.ledgers import (
    billing_calendar,
    billing_settings,
    named_map,
    open_billing,
    open_billing_desk,
)

__all__ = [
    "Bridge",
    "billing_calendar",
    "billing_settings",
    "client_source",
    "connection_of",
    "examine_bridge",
    "expected_of",
    "named_map",
    "open_billing",
    "open_billing_desk",
    "open_bridge",
    "open_directory",
    "open_journal",
    "opened_database",
    "watched_directory",
]
