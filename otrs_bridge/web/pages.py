"""How a page is drawn: templates in both languages, everything that others wrote escaped and made visible."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.texts.visible import visible_lines
from otrs_bridge.domain.ticket import shown
from otrs_bridge.domain.ticket_number import both
from otrs_bridge.ports.journal import JournalEntry
from otrs_bridge.web.services import Services
from otrs_bridge.web.visitors import Visitor, services_of
from otrs_bridge.words import LANGUAGES, Language, Words

LANGUAGE_COOKIE = "language"
SECTIONS = (
    ("/", Words(ru="Обзор", en="Overview")),
    ("/history", Words(ru="История", en="History")),
    ("/clients", Words(ru="Клиенты", en="Clients")),
    ("/debts", Words(ru="Долги", en="Debts")),
    ("/jobs", Words(ru="Задания", en="Jobs")),
    ("/rules", Words(ru="Правила", en="Rules")),
    ("/pauses", Words(ru="Паузы", en="Pauses")),
    ("/doctor", Words(ru="Проверка", en="Doctor")),
)


def language_of(request: Request) -> Language:
    """What this visitor has chosen to read, or what the configuration says."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return next((one for one in LANGUAGES if one == chosen), services_of(request).language)


def draw(request: Request, template: str, visitor: Visitor, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    services, language = services_of(request), language_of(request)
    common = {
        "visitor": visitor,
        "language": language,
        "other": next(one for one in LANGUAGES if one != language),
        "path": request.url.path,
        "sections": SECTIONS,
        "zone": str(services.zone),
        "banner": services.banner,
        "here": f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
    }
    names = _Saying(language=language, services=services).names
    if taken := values.keys() & (common.keys() | names.keys()):
        raise AssertionError(f"{template} would lose {', '.join(sorted(taken))}")
    text = _templates().get_template(template).render({**common, **names, **values})
    return HTMLResponse(text, status_code=status)


@cache
def _templates() -> Environment:
    """Autoescaping, and no name that is not there passes for nothing."""
    return Environment(
        loader=PackageLoader("otrs_bridge.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: Any) -> Any:
    """What `{{ }}` prints: hidden characters become marks. Our own markup has none."""
    if isinstance(value, Markup):
        return value
    return visible_lines(value) if isinstance(value, str) else value


class _Saying:
    """What templates call to say something in the visitor's language and the operator's time."""

    def __init__(self, *, language: Language, services: Services) -> None:
        self._language = language
        self._zone: ZoneInfo = services.zone
        self._now = services.clock.now()

    @property
    def names(self) -> dict[str, Any]:
        """By the names that templates use."""
        return {
            "t": self.text,
            "say": self.say,
            "money": self.money,
            "moment": self.moment,
            "age": self.age,
            "count_": self.count,
            "label": lambda field: field_label(field, self._language),
            "told": self.told,
            "shown": shown,
            "both": both,
            "query": partial(urlencode, doseq=True),
        }

    def text(self, ru: str, en: str) -> str:
        """A text of the template itself, which has it in both languages."""
        return Words(ru=ru, en=en).text(self._language)

    def say(self, words: Words | None) -> str:
        """A sentence of the program."""
        return words.text(self._language) if words is not None else ""

    def told(self, entry: JournalEntry) -> str:
        """Why a change was made; of a remark, what it says."""
        return shown(entry.new) if entry.field == NOTE and self._language == "ru" else entry.why

    def money(self, amount: Decimal) -> str:
        """Roubles."""
        return format_money(amount, self._language)

    def count(self, number: int) -> str:
        """A whole number, its thousands apart."""
        return f"{number:,}".replace(",", "\u00a0")

    def moment(self, moment: datetime | None) -> str:
        """A moment, short; the zone is told once, at the foot of the page."""
        return "—" if moment is None else f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def age(self, moment: datetime) -> str:
        """How long ago, in the greatest unit."""
        passed = max(self._now - moment, timedelta())
        minutes = int(passed.total_seconds() // 60)
        if minutes < 60:  # noqa: PLR2004 - minutes of an hour
            return self.text(f"{minutes} мин", f"{minutes} min")
        if minutes < 48 * 60:
            return self.text(f"{minutes // 60} ч", f"{minutes // 60} h")
        return self.text(f"{minutes // 1440} дн", f"{minutes // 1440} d")
