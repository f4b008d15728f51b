"""The operator's configuration. Not an empty `__init__.py`: the package is one room with one door."""

from otrs_bridge.config.billing import (
    BillingSettings,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    SqlLedgerSettings,
)
from otrs_bridge.config.directory import CsvDirectory, DirectorySettings, OtrsDirectory, SqlDirectory
from otrs_bridge.config.example import example, schema
from otrs_bridge.config.loading import load
from otrs_bridge.config.schema import Config
from otrs_bridge.config.sections import DaemonSettings, LogSettings, OtrsSettings

__all__ = [
    "BillingSettings",
    "Config",
    "CsvDirectory",
    "CsvLedgerSettings",
    "DaemonSettings",
    "DirectorySettings",
    "EmbeddedLedgerSettings",
    "LogSettings",
    "OtrsDirectory",
    "OtrsSettings",
    "SqlDirectory",
    "SqlLedgerSettings",
    "example",
    "load",
    "schema",
]
