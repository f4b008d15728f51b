"""The section `notify`: whom the bridge tells what waits for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator

from otrs_bridge.config.values import HoursOfDay, Secret, SecretPath, Section
from otrs_bridge.domain.concern import Every
from otrs_bridge.domain.hours import Hours, hours_of

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

_SHORTEST_TOKEN = 12  # what is shorter, or has a dot, is more likely a name of a server than a token


class NotifySettings(Section):
    """Messages to people."""

    urls: tuple[Secret, ...] = Field(
        default=(),
        description="where messages go, as addresses of Apprise: mail, Telegram, Mattermost, … They are secret; "
        "give these or urls_file, or OTRS_BRIDGE__NOTIFY__URLS",
        examples=[["mailtos://bridge:change-me@smtp.example.org?to=admin@example.org"]],
    )
    urls_file: SecretPath | None = Field(
        default=None, description="file with these addresses, one a line", examples=["notify-urls"]
    )
    digest: Every = Field(default="off", description="a summary every day, or every week (on Monday): off, day or week")
    digest_at: time = Field(default="08:00", description="time of day of the summary")
    quiet: HoursOfDay = Field(
        default="",
        description="hours in which nobody is told anything; it is told at their end",
        examples=["22:00-07:00"],
    )
    personal: bool = Field(
        default=False,
        description="messages may hold more of a client than contract and sum: what a feed says where it is wrong",
    )

    @field_validator("urls", mode="before")
    @classmethod
    def _a_text_has_one_a_line(cls, value: object) -> object:
        if isinstance(value, str):
            return [url for line in value.splitlines() if not line.strip().startswith("#") for url in line.split()]
        return value

    @field_validator("digest", mode="before")
    @classmethod
    def _yaml_off_is_false(cls, value: object) -> object:
        return "off" if value is False else value

    @field_validator("digest_at", mode="before")
    @classmethod
    def _yaml_reads_sixties(cls, value: object) -> object:
        """YAML takes 18:30 without quotes for a number in sixties."""
        return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses in the clear."""
        return tuple(url.get_secret_value() for url in self.urls)

    @property
    def quiet_hours(self) -> Hours | None:
        """`quiet`, understood."""
        return hours_of(self.quiet)


def secrets_of_urls(urls: tuple[Secret, ...]) -> Iterator[str]:
    """What a log must not show of the addresses: all of it, and what may stand alone, a password or a token."""
    for url in urls:
        text = url.get_secret_value()
        yield text
        try:
            parts = urlsplit(text)
            yield unquote(parts.password or "")
        except ValueError:
            continue
        yield from (
            token for token in re.split(r"[/:@?&=]+", text) if len(token) >= _SHORTEST_TOKEN and "." not in token
        )
