"""A mail server of the tests' own: it takes whatever comes, or refuses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.throwaway import free_port


@dataclass(kw_only=True)
class Mailbox:
    """What has arrived. `refusing`: nothing is taken for now."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refusing: bool = False

    @property
    def url(self) -> str:
        """Its address, as Apprise writes it."""
        return f"mailto://127.0.0.1:{self.port}?from=bridge@isp.example&to=admin@isp.example&name=otrs-bridge"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter."""
        if self.refusing:
            return "451 come later"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server on a free port of this machine."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the server's own; it outlives the streams of a command
    port = free_port()
    box = Mailbox(port=port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    """What a letter says."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files_of(letter: EmailMessage) -> dict[str, str]:
    """Its attachments: {name: what is in it}."""
    return {
        str(part.get_filename()): (part.get_payload(decode=True) or b"").decode("utf-8-sig")  # type: ignore[union-attr] # bytes, decoded
        for part in letter.iter_attachments()
    }
