"""Telling people: the channels that deliver a message, and what is remembered of what was told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content: bytes
    media_type: str = "text/csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A title on one line, a text, and files."""

    title: str
    body: str
    attachments: tuple[Attachment, ...] = ()


class Channel(Protocol):
    """One way to people. `id` tells it from others, without a secret; `name` is for complaints."""

    @property
    def id(self) -> str:
        """The same as long as the address is."""

    @property
    def name(self) -> str:
        """As a person would call it."""

    def send(self, message: Message) -> None:
        """Deliver it. Raises MessageNotSent."""


class Notices(Protocol):
    """What people were told, channel by channel. Every method is one transaction."""

    def known(self, channel: str) -> Mapping[str, tuple[datetime, datetime | None]]:
        """What is not settled: {key: (when it was met first, when it was told; None: it was not)}."""

    def meet(self, channel: str, keys: Collection[str], *, at: datetime) -> None:
        """These are there from now on."""

    def tell(self, channel: str, keys: Sequence[str], *, at: datetime) -> None:
        """These were told."""

    def settle(self, channel: str, keys: Collection[str]) -> None:
        """These are over: met again, they are told again."""
