"""The operator's configuration. Not an empty `__init__.py`: the package is one room with one door."""

from otrs_bridge.config.billing import (
    BillingSettings,
    CsvLedgerSettings,
    EmbeddedLedgerSettings,
    SqlLedgerSettings,
)
from otrs_bridge.config.billing_maps import (
    AbillsLedgerSettings,
    BgbillingLedgerSettings,
    LanbillingLedgerSettings,
    MappedLedgerSettings,
    MikbillLedgerSettings,
    UbillingLedgerSettings,
    Utm5LedgerSettings,
)
from otrs_bridge.config.directory import CsvDirectory, DirectorySettings, MappedDirectory, OtrsDirectory, SqlDirectory
from otrs_bridge.config.example import example, schema
from otrs_bridge.config.loading import load
from otrs_bridge.config.schema import Config
from otrs_bridge.config.sections import DaemonSettings, LogSettings, OtrsSettings

__all__ = [
    "AbillsLedgerSettings",
    "BgbillingLedgerSettings",
    "BillingSettings",
    "Config",
    "CsvDirectory",
    "CsvLedgerSettings",
    "DaemonSettings",
    "DirectorySettings",
    "EmbeddedLedgerSettings",
    "LanbillingLedgerSettings",
    "LogSettings",
    "MappedDirectory",
    "MappedLedgerSettings",
    "MikbillLedgerSettings",
    "OtrsDirectory",
    "OtrsSettings",
    "SqlDirectory",
    "SqlLedgerSettings",
    "UbillingLedgerSettings",
    "Utm5LedgerSettings",
    "example",
    "load",
    "schema",
]
