"""Messages out, by Apprise: mail, Telegram, Mattermost, and whatever else it knows by an address.

Apprise takes seconds and tens of megabytes to begin, so it is imported when the first message is to be sent. It waits four
seconds for each piece of an answer, and for as many pieces as come: so it sends in a thread that can be left behind.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Sequence
from typing import Any

from otrs_bridge.domain.texts.visible import visible, visible_lines
from otrs_bridge.errors import ConfigMistake, MessageNotSent
from otrs_bridge.ports.notices import Message
from otrs_bridge.words import Words

LONGEST_TITLE = 200
PATIENCE = 60.0  # seconds for one message, to all whom an address names
_NO_ANSWER = "TimeoutError"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}", re.IGNORECASE)


class AppriseChannel:
    """`ports.notices.Channel` for one address. What the address holds is never told: it may be all secret."""

    def __init__(self, url: str, number: int) -> None:
        scheme = url.partition("://")[0]
        self.id = hashlib.sha256(url.encode()).hexdigest()[:12]
        self.name = f"{scheme if _SCHEME.fullmatch(scheme) else '?'} ({number})"
        self._url = url
        self._number = number
        self._apprise: Any = None
        self._sending: threading.Thread | None = None

    def check(self) -> None:
        """Whether Apprise understands the address. Raises ConfigMistake."""
        self._opened()

    def send(self, message: Message) -> None:
        """Deliver it. Raises MessageNotSent."""
        apprise = self._opened()
        if self._sending is not None and self._sending.is_alive():
            raise self._not_sent(_NO_ANSWER)
        whys: list[str | None] = []
        self._sending = threading.Thread(
            target=lambda: whys.append(_why_not_sent(apprise, message)), name="messages", daemon=True
        )
        self._sending.start()
        self._sending.join(PATIENCE)
        if (why := whys[0] if whys else _NO_ANSWER) is not None:
            raise self._not_sent(why)

    def wait(self) -> None:
        """Until what was left behind is over."""
        if self._sending is not None:
            self._sending.join()

    def _opened(self) -> Any:
        if self._apprise is None:
            import apprise

            logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it tells addresses; what failed, we say ourselves
            made = apprise.Apprise(asset=apprise.AppriseAsset(app_id="otrs-bridge", app_desc="", secure_logging=True))
            if not made.add(self._url):
                raise ConfigMistake([_not_understood(self._number)])
            self._apprise = made
        return self._apprise

    def _not_sent(self, why: str) -> MessageNotSent:
        reason = f" ({why})" if why else ""
        return MessageNotSent(
            Words(
                ru=f"сообщение через {self.name} не доставлено{reason}: проверьте адрес в notify.urls и сеть",
                en=f"the message through {self.name} was not delivered{reason}: check its address in notify.urls, "
                "and the network",
            )
        )


def _why_not_sent(apprise: Any, message: Message) -> str | None:
    """None: it was delivered."""
    from apprise import NotifyFormat  # it is there by now
    from apprise.attachment.memory import AttachMemory

    attach: Any = AttachMemory  # it is not typed
    files = [attach(content=one.content, name=one.name, mimetype=one.media_type) for one in message.attachments]
    try:
        sent = apprise.notify(
            title=visible(message.title)[:LONGEST_TITLE],
            body=visible_lines(message.body),
            body_format=NotifyFormat.TEXT,
            attach=files or None,
        )
    except (OSError, ValueError, TypeError, LookupError) as error:
        return type(error).__name__
    return None if sent else ""


def _not_understood(number: int) -> Words:
    return Words(
        ru=f"notify.urls: адрес {number} непонятен; нужен адрес Apprise, например mailtos://user:password@smtp.example.org",
        en=f"notify.urls: address {number} is not understood; write one of Apprise's, such as "
        "mailtos://user:password@smtp.example.org",
    )


def channels_of(urls: Sequence[str]) -> tuple[AppriseChannel, ...]:
    """A channel for each address; nothing is opened yet."""
    return tuple(AppriseChannel(url, number) for number, url in enumerate(urls, start=1))
