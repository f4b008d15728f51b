"""Who may come in, for the command line and the page alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from otrs_bridge.bootstrap.connections import connection_of, opened_database
from otrs_bridge.config import Config
from otrs_bridge.domain.checkup import CheckResult, passed, warned
from otrs_bridge.domain.role import may
from otrs_bridge.errors import BridgeError, ConfigMistake
from otrs_bridge.journal.people_store import SqlPeople
from otrs_bridge.otrs.agents import OtrsAgents
from otrs_bridge.otrs.pace import Pace
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.people.access import Access, Agents
from otrs_bridge.words import Words


@contextmanager
def open_access(config: Config, clock: Clock, pace: Pace | None = None) -> Iterator[Access]:
    """The users of the page; with a pace to ask OTRS at also its agents, where they log in. Raises JournalUnusable."""
    agents = None
    if pace is not None and config.web.opens_to_agents:
        agents = Agents(logins=OtrsAgents(connection_of(config), clock, pace), roles=config.web.otrs_roles)
    with opened_database(config) as database:
        lasting = timedelta(hours=config.web.session_hours)
        yield Access(people=SqlPeople(database), clock=clock, agents=agents, lasting=lasting)


def demand_users(config: Config, access: Access) -> None:
    """Raise ConfigMistake where anybody could read the page, because nobody has to log in."""
    if config.web.needs_users and not config.web.opens_to_agents and not access.people.users():
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


def people_of_the_page(config: Config) -> Iterator[CheckResult]:
    """For the doctor: who decides where agents of OTRS log in. A journal that cannot be read has been told of already."""
    try:
        with opened_database(config) as database:
            own = {user.name: user.role for user in SqlPeople(database).users()}
    except BridgeError:
        return
    roles = ", ".join(f"{name} ({role})" for name, role in sorted(config.web.otrs_roles.items()))
    if not any(may(role, "approver") for role in (*own.values(), *config.web.otrs_roles.values())):
        yield warned(
            "web",
            Words(
                ru="на страницу входят агенты OTRS, но решать никто не вправе: все они reader",
                en="agents of OTRS log in to the page, but nobody may decide: each of them is a reader",
            ),
            Words(
                ru="config.yaml: web.otrs_roles: {логин: approver}; или otrs-bridge user add",
                en="config.yaml: web.otrs_roles: {login: approver}; or otrs-bridge user add",
            ),
        )
        return
    yield passed(
        "web",
        ru=f"на страницу входят агенты OTRS: {roles or 'все агенты — reader'}; своих пользователей: {len(own)}",
        en=f"agents of OTRS log in to the page: {roles or 'every agent is a reader'}; users of its own: {len(own)}",
    )
