"""A mailbox for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.mail import Mailbox, mail_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server."""
    with mail_server() as box:
        yield box
