"""The client directory, as configured."""

from __future__ import annotations

from otrs_bridge.config import Config, CsvDirectory, MappedDirectory, OtrsDirectory, SqlDirectory
from otrs_bridge.directory.current import CurrentMirror
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import ClientSource
from otrs_bridge.errors import ConfigMistake, DirectoryUnusable
from otrs_bridge.journal.database import Database
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words


def open_directory(config: Config, database: Database, clock: Clock) -> MirrorDirectory | None:
    """The client directory, a changed client file read anew; None when none is configured.

    Raises DirectoryUnusable when there is no file, or nothing was ever mirrored.
    """
    if config.directory is None:
        return None
    mirror = MirrorDirectory(database)
    if watched := watched_directory(config, database, clock):
        watched.refresh()
    elif mirror.synced() is None:
        raise DirectoryUnusable(
            Words(
                ru="Справочник клиентов пуст: сначала выполните `otrs-bridge directory sync`.",
                en="The client directory is empty: run `otrs-bridge directory sync` first.",
            )
        )
    return mirror


def watched_directory(config: Config, database: Database, clock: Clock) -> CurrentMirror | None:
    """What keeps the mirror at a client file; None for databases, which only `directory sync` asks."""
    if not isinstance(config.directory, CsvDirectory):
        return None
    return CurrentMirror(client_source(config), database, clock.now)


def client_source(config: Config) -> ClientSource:
    """Where the clients come from; only that source is imported. Raises ConfigMistake when no directory is configured."""
    match config.directory:
        case CsvDirectory() as file:
            from otrs_bridge.directory.clients_csv import ClientsCsv
            from otrs_bridge.directory.current import VersionedCsv

            csv = ClientsCsv(
                file.path,
                columns=file.columns,
                delimiter=file.delimiter,
                encoding=file.encoding,
                area_code=file.area_code,
            )
            return VersionedCsv(path=file.path, csv=csv)
        case SqlDirectory() as sql:
            from otrs_bridge.directory.sql_source import SqlSource

            return SqlSource(sql.full_url, sql.query, columns=sql.columns, area_code=sql.area_code)
        case MappedDirectory() as mapped:
            from otrs_bridge.billing.maps import MAPS
            from otrs_bridge.directory.sql_source import SqlSource

            return SqlSource(mapped.full_url, MAPS[mapped.source]().clients, area_code=mapped.area_code)
        case OtrsDirectory() as otrs:
            from otrs_bridge.directory.sql_source import OtrsCustomers

            return OtrsCustomers(otrs.full_url, area_code=otrs.area_code)
        case None:
            raise ConfigMistake(
                [
                    Words(
                        ru=f"{config.path}: раздела directory нет, клиентов брать неоткуда: добавьте его "
                        "(образец — `otrs-bridge config example`)",
                        en=f"{config.path}: there is no section directory, so there are no clients to read: add it "
                        "(`otrs-bridge config example` shows how)",
                    )
                ]
            )
