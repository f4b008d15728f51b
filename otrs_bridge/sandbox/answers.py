"""What an operation can end with besides its result: the four ways in which OTRS fails.

Drawn by how the failure looks on the wire, because that is all a client can tell it by.
"""

from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
PLAIN_TEXT = "text/plain; charset=UTF-8"


class OperationFailed(Exception):  # noqa: N818 - the word is OTRS's
    """Root of what ends an operation early."""


class Refused(OperationFailed):
    """HTTP 200 with an ``Error`` object: OTRS understood, and says no."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code without the operation's name, e.g. ``AuthFail``, and the sentence."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class BrokeMidway(OperationFailed):
    """HTTP 500 with a ``faultstring``: earlier writes of the same call stay."""


class PerlDied(OperationFailed):
    """An HTML page without an HTTP status line: the server's code raised an exception."""


class ConnectionDropped(OperationFailed):
    """The connection is closed without one byte of an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What goes back over HTTP, ready to be written."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"


def text(value: object) -> str:
    """Return a JSON scalar as Perl sees it: numbers as digits, true as 1, null and false as nothing."""
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def texts(value: object) -> list[str]:
    """Return a scalar or a list as a list of texts."""
    return [text(item) for item in value] if isinstance(value, list) else [text(value)]


def given(value: object) -> bool:
    """Whether Perl takes the value as true: not null, not empty, not "0"; lists and objects always are."""
    return isinstance(value, list | dict) or text(value) not in {"", "0"}
