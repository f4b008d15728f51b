"""The whole file as one pydantic schema. A new section is one class in sections.py and one line here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, create_model

from otrs_bridge.config.billing import BillingSettings
from otrs_bridge.config.directory import DirectorySettings
from otrs_bridge.config.jobs import OF_DEBTS, JobsSettings
from otrs_bridge.config.notify import NotifySettings, secrets_of_urls
from otrs_bridge.config.rule_options import RulesSettings, rules_model
from otrs_bridge.config.sections import (
    DaemonSettings,
    FieldsSettings,
    LimitsSettings,
    LogSettings,
    OtrsSettings,
)
from otrs_bridge.config.values import DatabaseUrl, Section, url_password
from otrs_bridge.config.web import WebSettings
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.dialect import Contacts, Dialect, FieldNames
from otrs_bridge.domain.grace import Grace
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule
from otrs_bridge.words import DEFAULT_LANGUAGE, Language, Words

# The defaults below are given as a file would give them, and validated alike.
# mypy: disable-error-code="assignment"


class Config(Section):
    """The configuration of one bridge, checked: paths are absolute, secrets are read from their files."""

    otrs: OtrsSettings = Field(description="how to reach OTRS and whom to log in as")
    timezone: ZoneInfo = Field(default="Europe/Moscow", description="the operator's time zone")
    language: Language = Field(
        default=DEFAULT_LANGUAGE, description="language of notes, reports, errors and help: ru or en"
    )
    database: DatabaseUrl = Field(
        default="otrs-bridge.db",
        repr=False,
        description="the bridge's own memory: a path (SQLite) or a URL (postgresql://user:password@host/database)",
    )
    fields: FieldsSettings = Field(
        default={}, description='how your OTRS calls the dynamic fields; "" where there is no such field'
    )
    directory: DirectorySettings | None = Field(
        default=None, description="who the clients are; without it clients are known from the ticket alone"
    )
    billing: BillingSettings | None = Field(
        default=None, description="who owes what; without it nothing is done about debts"
    )
    rules: RulesSettings = Field(
        default={},
        description="the field rules, each with its options and its mode: off (not run), "
        "observe (only reported) or enforce (carried out)",
    )
    limits: LimitsSettings = Field(default={}, description="how much may change before a person has to look")
    jobs: JobsSettings = Field(default={}, description="the scheduled jobs, each with its mode and its time of day")
    daemon: DaemonSettings = Field(default={}, description="otrs-bridge run")
    web: WebSettings = Field(default={}, description="the operator's page, served by otrs-bridge run; off by default")
    notify: NotifySettings = Field(
        default={}, description="whom otrs-bridge run tells what waits for a person; without urls nobody"
    )
    log: LogSettings = Field(default={}, description="what the bridge says about its own work, on standard error")

    _path: Path = PrivateAttr(default=Path("config.yaml"))
    _warnings: tuple[Words, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path:
        """The file that this was read from."""
        return self._path

    @property
    def warnings(self) -> tuple[Words, ...]:
        """What is not wrong but should be mended, one sentence each."""
        return self._warnings

    @property
    def active_rules(self) -> tuple[ActiveRule[Any], ...]:
        """The rules that are not off, in the order of the rules' list, each with its mode and options."""
        return self.rules.active()

    @property
    def dialect(self) -> Dialect:
        """How this operator's OTRS speaks, as far as the file says: its product, and so its lengths, OTRS tells."""
        area_code = self.directory.area_code if self.directory is not None else ""
        names = FieldNames(**self.fields.model_dump())
        return self.rules.dialect(Dialect(fields=names, contacts=Contacts(area_code=area_code), zone=self.timezone))

    @property
    def jobs_without_billing(self) -> tuple[str, ...]:
        """The jobs about debts that somebody has set and not switched off, where no billing tells of debts."""
        wanted = [] if self.billing else [name for name in OF_DEBTS if name in self.jobs.model_fields_set]
        return tuple(name for name in wanted if getattr(self.jobs, name).mode is not Mode.OFF)

    @property
    def hopeless_after(self) -> timedelta:
        """How old the ticket of a debt is that counts as hopeless."""
        return timedelta(days=(self.billing or BillingSettings()).hopeless_days)

    @property
    def caps(self) -> Caps:
        """`limits` as the gateway sees it."""
        return Caps(**self.limits.model_dump())

    @property
    def grace(self) -> Grace:
        """How long the daemon leaves a ticket to whoever is typing it."""
        span = timedelta(seconds=self.daemon.grace_seconds)
        return Grace(new=span, while_locked=self.daemon.grace_while_locked, user=self.otrs.user)

    @property
    def verdicts(self) -> str:
        """A fingerprint of everything in here that verdicts on tickets depend on: OTRS, the rules, the program's version."""
        sections = (self.rules, self.fields, self.directory)
        said = [section.model_dump() if section is not None else None for section in sections]
        where = [str(self.otrs.url), self.otrs.user, str(self.timezone), version("otrs-bridge")]
        text = json.dumps([where, said], sort_keys=True, default=_in_order)
        for secret in self.secrets:
            text = text.replace(secret, "")
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret in here, for the log to hide."""
        return tuple(sorted(set(_secrets_in(self)) - {""}))

    def read_from(self, path: Path, warnings: Sequence[Words]) -> Self:
        """Remember where this was read from and what was noticed on the way."""
        self._path, self._warnings = path, tuple(warnings)
        return self


def _in_order(value: object) -> object:
    """What JSON does not know; a set has another order in every process."""
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def _secrets_in(section: BaseModel) -> Iterator[str]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from _secrets_in(value)
        elif name == "urls":
            yield from secrets_of_urls(value)
        elif name in {"database", "url"} and "://" in value:
            yield url_password(value)


def config_model(rules: Sequence[Rule[Any]]) -> type[Config]:
    """The schema with the options of these rules."""
    return _model_of(tuple(rules))


@cache
def _model_of(rules: tuple[Rule[Any], ...]) -> type[Config]:
    about = Config.model_fields["rules"].description
    section: Any = (rules_model(rules), Field(default={}, description=about))
    return create_model("Config", __base__=Config, __doc__=Config.__doc__, rules=section)
