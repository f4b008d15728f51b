"""The sections of config.yaml, one class each. What stands in `description` is what an operator reads."""

from __future__ import annotations

import re
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from otrs_bridge.config.values import (
    ConfigPath,
    HoursOfDay,
    PingUrl,
    Secret,
    SecretPath,
    Section,
    Share,
    WebAddress,
    refusal,
)
from otrs_bridge.domain.hours import Hours, hours_of
from otrs_bridge.domain.otrs_limits import Platform

# An address, a query, or the page of agents, clients or the public: web services are at none of these.
_NO_PATH = re.compile(r"[\s?#@\\]|//|\b(?:index|customer|public|installer)\.pl\b", re.IGNORECASE)

SHORTEST_PUSH_SECRET = 10  # what may be guessed at a few thousand a second

# Defaults are given as a file would give them ("UTC", a path beside the config) and are validated alike.
# mypy: disable-error-code="assignment"


class OtrsSettings(Section):
    """How to reach OTRS and whom to log in as."""

    url: WebAddress = Field(
        description="address of the OTRS server, without the path", examples=["https://otrs.example.org"]
    )
    webservice: str = Field(
        default="OtrsBridge",
        min_length=1,
        description="name of the web service in OTRS (otrs-bridge webservice)",
    )
    path: str = Field(
        default="/otrs/nph-genericinterface.pl/Webservice/",
        description="path of OTRS's Generic Interface; the name of the web service follows it",
    )
    platform: Literal["auto", "otrs", "znuny", "otobo"] = Field(
        default="auto",
        description="the product; auto: as its login page says. OTOBO holds shorter titles and customers than the others",
    )
    user: str = Field(min_length=1, description="agent that the bridge works as", examples=["bridge"])
    password: Secret | None = Field(
        default=None, description="its password; give this or password_file", examples=["change-me"]
    )
    password_file: SecretPath | None = Field(
        default=None,
        description="file with the password, readable by the bridge alone",
        examples=["otrs-password"],
    )
    ca_bundle: ConfigPath | None = Field(
        default=None,
        description="certificates to trust instead of the system's",
        examples=["/etc/ssl/isp-ca.pem"],
    )
    client_certificate: ConfigPath | None = Field(
        default=None,
        description="certificate to show to the server",
        examples=["/etc/otrs-bridge/client.pem"],
    )
    client_key: ConfigPath | None = Field(
        default=None, description="key of that certificate", examples=["/etc/otrs-bridge/client.key"]
    )
    timeout: float = Field(default=30, gt=0, le=600, description="seconds that one call may take in all")
    max_answer_mb: int = Field(
        default=64, ge=1, le=1024, description="megabytes of one answer, unpacked; a longer one is not read"
    )
    timezone: ZoneInfo = Field(default="UTC", description="time zone in which this OTRS keeps its times (OTRSTimeZone)")
    workers: int = Field(
        default=2,
        ge=1,
        le=8,
        description="requests under way at once, at most; fewer while OTRS answers slower than usual",
    )
    night: HoursOfDay = Field(default="", description='hours in which nobody works with OTRS, such as "22:00-07:00"')
    night_workers: int = Field(default=4, ge=1, le=16, description="requests under way at once in these hours, at most")
    session_file: ConfigPath = Field(
        default="otrs-session.json",
        description="where the login session is kept between runs (mode 0600)",
    )

    @property
    def night_hours(self) -> Hours | None:
        """`night`, understood."""
        return hours_of(self.night)

    @property
    def known_platform(self) -> Platform | None:
        """The product, None when the server is to say."""
        return None if self.platform == "auto" else Platform(self.platform)

    @field_validator("path")
    @classmethod
    def _path_of_web_services(cls, path: str) -> str:
        if _NO_PATH.search(path):
            raise refusal(
                ru="нужен путь вида /otrs/nph-genericinterface.pl/Webservice/ (Znuny 7: /znuny/…, OTOBO: /otobo/…)",
                en="must be a path such as /otrs/nph-genericinterface.pl/Webservice/ (Znuny 7: /znuny/…, OTOBO: /otobo/…)",
            )
        return f"/{path.strip('/')}/"

    @field_validator("password_file")
    @classmethod
    def _some_password(cls, file: object, info: ValidationInfo) -> object:
        if file is None and "password" in info.data and not _text(info.data["password"]):
            raise refusal(
                ru="нужен пароль: укажите otrs.password или otrs.password_file",
                en="needs a password: give otrs.password or otrs.password_file",
            )
        return file

    @field_validator("client_key")
    @classmethod
    def _key_has_certificate(cls, key: object, info: ValidationInfo) -> object:
        if key is not None and "client_certificate" in info.data and info.data["client_certificate"] is None:
            raise refusal(
                ru="без otrs.client_certificate не имеет смысла", en="is of no use without otrs.client_certificate"
            )
        return key


class FieldsSettings(Section):
    """How your OTRS calls the dynamic fields of the procedure; "" where there is no such field."""

    client_type: str = Field(default="ClientType", description="legal entity or individual")
    district: str = Field(default="District", description="district of the city")
    category: str = Field(default="Category", description="what the ticket is about; several allowed")
    master_ticket: str = Field(default="MasterTicket", description="not used by the procedure, kept empty")
    bridge_key: str = Field(default="BridgeKey", description="the bridge's own mark on tickets that it makes")
    short_number: str = Field(default="", description="the number the client is told", examples=["ShortNumber"])
    contract: str = Field(default="", description="contract number, read to find the client", examples=["Contract"])
    address: str = Field(default="", description="address, read to find the client", examples=["Address"])
    phone: str = Field(default="", description="phone, read to find the client", examples=["Phone"])


class LimitsSettings(Section):
    """How much the bridge may change before a person has to look."""

    max_changes: int = Field(default=200, ge=1, description="tickets that one run may change")
    max_share: Share = Field(
        default=0.2,
        description='share of the examined tickets that one run may change (0.2 or "20%"), never below 20',
    )
    per_hour: int = Field(default=600, ge=1, description="tickets that the daemon may change in an hour")
    contested_share: Share = Field(
        default=0.1,
        description="share of a rule's last 50 changes; when people take more back (and at least 5), the rule pauses itself "
        "for a week",
    )


class PushSettings(Section):
    """OTRS tells of new and changed tickets at once, at the address of web.listen; looking goes on all the same."""

    user: str = Field(default="otrs", pattern="^[^:]+$", description="name by which OTRS comes")
    password: Secret = Field(
        description="secret of its own by which OTRS comes, 10 characters or more; give this or password_file",
        examples=["change-me-to-something-long"],
    )
    password_file: ConfigPath | None = Field(
        default=None, description="file with the secret, readable by the bridge alone", examples=["push-password"]
    )

    @field_validator("password")
    @classmethod
    def _long_enough(cls, value: Secret) -> Secret:
        if len(value.get_secret_value()) < SHORTEST_PUSH_SECRET:
            raise refusal(
                ru=f"нужно не меньше {SHORTEST_PUSH_SECRET} знаков, например из openssl rand -hex 16",
                en=f"needs {SHORTEST_PUSH_SECRET} characters or more, such as those of openssl rand -hex 16",
            )
        return value


class DaemonSettings(Section):
    """otrs-bridge run."""

    poll_seconds: float = Field(default=15, ge=1, le=3600, description="seconds between two looks for changed tickets")
    grace_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="seconds for which a new ticket is left to whoever is typing it; what a client's mail has made has none",
    )
    grace_while_locked: bool = Field(
        default=False,
        description="leave a ticket alone as long as an agent has it locked; otrs-bridge sweep and the job cleanup do not",
    )
    lease_seconds: float = Field(
        default=20,
        ge=1,
        le=300,
        description="with several daemons on one PostgreSQL: so long after the leader was last heard of, another takes over",
    )
    push: PushSettings | None = Field(
        default=None, description="lets OTRS tell of new and changed tickets at once (otrs-bridge webservice --push)"
    )
    ping_url: PingUrl | None = Field(
        default=None,
        description="pinged once a minute while looking works, so that others notice when the machine is dead",
        examples=["https://hc-ping.example.org/UUID"],
    )


class LogSettings(Section):
    """What the bridge says about its own work, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="how much is logged")
    format: Literal["console", "json"] = Field(
        default="console", description="console: for people; json: one object a line, for machines"
    )

    @field_validator("level", "format", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value


def _text(secret: Secret | None) -> str:
    return secret.get_secret_value() if secret else ""
