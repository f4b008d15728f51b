"""What the bridge says about its own work: structlog, one constant event name and keys, never a secret.

Everything passes `Redaction` last, the standard library's loggers (urllib3, SQLAlchemy, Alembic) included, so
that a secret cannot slip out in an exception's text either.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from otrs_bridge.domain.texts.visible import visible, visible_data

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

HIDDEN = "***"
SHORTEST_SECRET = 4  # hiding every "12" would make the log unreadable, and tell the secret, too

_SECRET_KEY = re.compile(r"passw|session_?id|^session$|token|authori[sz]ation|secret|cookie|api_?key", re.IGNORECASE)
# In running text: SessionID=abc, "Password": "abc", Authorization: Basic abc, postgresql://user:abc@host
_IN_TEXT = re.compile(
    r"""(?P<before>
        (?:passw(?:or)?d|session_?id|token|secret|cookie|api_?key)\w{0,40}["']?\s*[=:]\s*["']?
      | authori[sz]ation["']?\s*[=:]\s*["']?(?:\w+\s+)?
      | ://[^/\s:@"']*:(?=[^/\s"']+@)
    )
    (?P<secret>[^\s"'&,;@}]+)""",
    re.IGNORECASE | re.VERBOSE,
)

_OF_SEVERAL_LINES = {"exception", "stack"}


def configure(
    level: Level,
    format: Format,
    stream: TextIO,
    secrets: Iterable[str] = (),
) -> None:
    """Set up structlog and the standard library's logging, to `stream`; `secrets` are never printed."""
    shared = _shared(Redaction(secrets))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(format, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for announcing_itself in ("alembic", "uvicorn"):  # at every start, and at every end
        logging.getLogger(announcing_itself).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a logger made before configure() has to obey it, too
    )


def _shared(redact: Processor) -> list[Processor]:
    """What every event passes, ours or a foreign logger's; behind the redaction characters are marked, nothing added."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.StackInfoRenderer(),
        redact,
        _make_visible,
    ]


def _make_visible(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What others wrote cannot steer the terminal of whoever reads the log, nor pass for a line of it."""
    return {
        key: visible(value) if isinstance(value, str) and key not in _OF_SEVERAL_LINES else visible_data(value)
        for key, value in event.items()
        if not key.startswith("_")
    } | {key: value for key, value in event.items() if key.startswith("_")}


def _renderer(format: Format, stream: TextIO) -> Processor:
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())


class Redaction:
    """A processor that replaces secrets: known ones wherever they stand, and whatever a telling key holds."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        written = known | {form(secret) for secret in known for form in (quote, quote_plus, _in_json, _in_repr)}
        longest_first = sorted(written, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if written else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event without secrets; structlog's own keys (they begin with `_`) are left as they are."""
        return {key: value if key.startswith("_") else self._value(key, value) for key, value in event.items()}

    def text(self, text: str) -> str:
        """A text without secrets."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        return _IN_TEXT.sub(rf"\g<before>{HIDDEN}", text)

    def _value(self, key: str, value: Any) -> Any:
        if _SECRET_KEY.search(key) and value not in (None, "") and not isinstance(value, bool | int | float):
            return HIDDEN
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self._value(str(name), item) for name, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(key, item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.text(str(value))


def _in_json(secret: str) -> str:
    return secret.replace("\\", "\\\\").replace('"', '\\"')


def _in_repr(secret: str) -> str:
    return repr(secret)[1:-1]
