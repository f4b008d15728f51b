"""Who may come in, for the command line and the page alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from otrs_bridge.bootstrap.connections import opened_database
from otrs_bridge.config import Config
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.journal.people_store import SqlPeople
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.people.access import Access
from otrs_bridge.words import Words


@contextmanager
def open_access(config: Config, clock: Clock) -> Iterator[Access]:
    """The users of the page. Raises JournalUnusable."""
    with opened_database(config) as database:
        yield Access(people=SqlPeople(database), clock=clock, lasting=timedelta(hours=config.web.session_hours))


def demand_users(config: Config, access: Access) -> None:
    """Raise ConfigMistake where anybody could read the page, because nobody has to log in."""
    if config.web.needs_users and not access.people.users():
        raise ConfigMistake(
            [
                Words(
                    ru=f"{config.path}: web: страница видна не только с этой машины, а пользователей нет: добавьте "
                    "(`otrs-bridge user add ИМЯ --role admin`) или слушайте 127.0.0.1 без behind_proxy",
                    en=f"{config.path}: web: others than this machine could see the page, and there are no users: add one "
                    "(`otrs-bridge user add NAME --role admin`), or listen on 127.0.0.1 without behind_proxy",
                )
            ]
        )
