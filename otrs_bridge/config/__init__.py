"""The operator's configuration. Not an empty `__init__.py`: the package is one room with one door."""

from otrs_bridge.config.billing import (
    BillingSettings,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    SqlLedgerSettings,
)
from otrs_bridge.config.directory import CsvDirectory, DirectorySettings, OtrsDirectory, SqlDirectory
from otrs_bridge.config.example import example, schema
from otrs_bridge.config.language import language_of
from otrs_bridge.config.loading import CONFIG_VARIABLE, ENVIRONMENT_PREFIX, config_path, load
from otrs_bridge.config.schema import Config
from otrs_bridge.config.sections import DaemonSettings, LogSettings, OtrsSettings

__all__ = [
    "CONFIG_VARIABLE",
    "ENVIRONMENT_PREFIX",
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
    "config_path",
    "example",
    "language_of",
    "load",
    "schema",
]
