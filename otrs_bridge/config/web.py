"""The section `web`: the operator's page."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from otrs_bridge.config.values import ConfigPath, Section, refusal
from otrs_bridge.domain.role import Role

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535

# Defaults are given as a file would give them and are validated alike.


class WebSettings(Section):
    """The operator's page."""

    listen: str = Field(
        default="",
        description='where the page is served, such as 127.0.0.1:8080; "": it is not. Elsewhere than on this machine it '
        "needs users (otrs-bridge user add), and HTTPS: certificate and certificate_key, or behind_proxy",
        examples=["127.0.0.1:8080"],
    )
    behind_proxy: bool = Field(
        default=False,
        description="a proxy in front speaks HTTPS, and tells who asks in X-Forwarded-For; needs users, too",
    )
    certificate: ConfigPath | None = Field(
        default=None, description="certificate of the page, for HTTPS", examples=["/etc/otrs-bridge/page.pem"]
    )
    certificate_key: ConfigPath | None = Field(
        default=None, description="its private key", examples=["/etc/otrs-bridge/page.key"]
    )
    banner: str = Field(
        default="",
        max_length=300,
        description='a sentence on top of every page, such as "Test system"; "": none',
    )
    login: Literal["own", "otrs"] = Field(
        default="own",
        description="who may log in: users of the bridge's own alone, or agents of OTRS, too, by their names and passwords "
        "there",
    )
    otrs_roles: dict[str, Role] = Field(
        default_factory=dict,
        description="with `login: otrs` what an agent may do, by login, letter by letter: reader, approver or admin. "
        "Every other agent is a reader",
    )
    session_hours: int = Field(default=12, ge=1, le=24 * 31, description="hours after which one has to log in again")

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        address = value.strip()
        found = _ADDRESS.fullmatch(address)
        if address and (found is None or not 0 < int(found["port"]) <= _LAST_PORT):
            raise refusal(ru="нужны адрес и порт: 127.0.0.1:8080", en="must be an address and a port: 127.0.0.1:8080")
        return address

    @model_validator(mode="after")
    def _roles_of_somebody(self) -> Self:
        if self.otrs_roles and self.login != "otrs":
            raise refusal(
                ru="otrs_roles: роли агентов действуют только с login: otrs",
                en="otrs_roles: agents have roles only with login: otrs",
            )
        return self

    @model_validator(mode="after")
    def _not_in_the_clear(self) -> Self:
        if (self.certificate is None) is not (self.certificate_key is None):
            raise refusal(
                ru="certificate и certificate_key нужны оба",
                en="needs both certificate and certificate_key, or neither",
            )
        if self.listen and not (self.is_loopback or self.is_secure):
            raise refusal(
                ru="listen: за пределами этой машины пароли шли бы открытым текстом; задайте certificate и "
                "certificate_key, или behind_proxy, или слушайте 127.0.0.1",
                en="listen: beyond this machine passwords would travel in the clear; give certificate and "
                "certificate_key, or behind_proxy, or listen on 127.0.0.1",
            )
        return self

    @property
    def host(self) -> str:
        """The address to listen at."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen at."""
        return int(self.listen.rpartition(":")[2])

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine gets there."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by HTTPS."""
        return self.behind_proxy or self.certificate is not None

    @property
    def needs_users(self) -> bool:
        """Whether others than who sits at this machine may get there."""
        return self.behind_proxy or not self.is_loopback

    @property
    def opens_to_agents(self) -> bool:
        """Whether agents of OTRS log in."""
        return self.login == "otrs"
