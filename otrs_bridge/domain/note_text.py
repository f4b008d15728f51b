"""The one internal note that tells agents what the bridge did to a ticket, and why."""

from __future__ import annotations

from collections.abc import Sequence

from otrs_bridge.domain.billing.keys import is_title
from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.texts.visible import visible_lines
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Article, Value, shown
from otrs_bridge.words import LANGUAGES, Language, Words

_LABELS = {
    "title": Words(ru="Тема", en="Subject"),
    "queue": Words(ru="Очередь", en="Queue"),
    "state": Words(ru="Состояние", en="State"),
    "priority": Words(ru="Приоритет", en="Priority"),
    "customer": Words(ru="Клиент", en="Customer"),
}
SIGN = "otrs-bridge: "
"""How the subject of every note begins: by it the bridge knows its own again."""

_SUBJECT = Words(ru=f"{SIGN}заявка приведена к правилам", en=f"{SIGN}ticket brought in line")
_FOOTER = Words(
    ru="Внутренняя заметка otrs-bridge, клиент её не видит. Верните прежнее значение — и мост его больше не тронет. "
    "Проход {run}.",
    en="Internal note of otrs-bridge, the customer does not see it. Put a value back and the bridge will leave it alone. "
    "Run {run}.",
)
_EMPTY = Words(ru="пусто", en="empty")
_BULLET = "• "


def field_label(field: str, language: Language) -> str:
    """What a person calls this field: a word for OTRS's own, the given name for a dynamic field."""
    label = _LABELS.get(field)
    return label.text(language) if label else field.removeprefix(DYNAMIC_FIELD_PREFIX)


def compose_note(
    changes: Sequence[Change], remarks: Sequence[Remark], *, run: int, language: Language
) -> tuple[str, str] | None:
    """(subject, body) of the note, one line per thing with the rule's name; None when agents need not be told anything."""
    lines = [_change_line(change, language) for change in changes if change.told]
    lines += [_remark_line(remark.text.text(language), remark.rule) for remark in remarks]
    if not lines:
        return None
    footer = _FOOTER.text(language).format(run=run)
    return _SUBJECT.text(language), visible_lines("\n".join([*lines, "", footer]))


def is_note(article: Article) -> bool:
    """Whether this is a note of the bridge: its words alone prove nothing, for anybody can quote them in a mail."""
    return article.internal and article.subject.startswith(SIGN)


def note_tells(article: Article, text: str) -> bool:
    """Whether this is a note of the bridge with a remark that begins with `text`; line breaks do not count."""
    return is_note(article) and squeezed(f"{_BULLET}{text}") in squeezed(article.body)


def note_says(article: Article, text: str, *, rule: str, run: int) -> bool:
    """Whether this is the note of that run, in either language, with this remark of the rule; line breaks do not count."""
    return squeezed(_remark_line(text, rule)) in squeezed(article.body) and is_note_of(article, run)


def is_note_of(article: Article, run: int) -> bool:
    """Whether this is a note that this run wrote, in either language; line breaks do not count."""
    footers = (squeezed(_FOOTER.text(language).format(run=run)) for language in LANGUAGES)
    return is_note(article) and any(squeezed(article.body).endswith(footer) for footer in footers)


def squeezed(text: str) -> str:
    """The text without its blanks: OTRS and mail programs break lines where they like."""
    return "".join(text.split())


def _remark_line(text: str, rule: str) -> str:
    return f"{_BULLET}{text} [{rule}]"


def _change_line(change: Change, language: Language) -> str:
    label = field_label(change.field, language)
    old, new = _named(change.old, language), _named(change.new, language)
    return f"{_BULLET}{label}: {old} → {new}. {_sentence(change.why.text(language))} [{change.rule}]"


def _named(value: Value, language: Language) -> str:
    text = shown(value)
    if not text:
        return _EMPTY.text(language)
    return Words(ru=f"«{text}»", en=f"“{text}”").text(language)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def is_ours(*, sender_type: str, subject: str) -> bool:
    """Whether an article with this sender type and subject is a note of the bridge, or the text of a ticket it opened.

    What the bridge wrote is never read as the client's words, wherever it stands: a note can be the first article that there
    is (OTOBO lets one delete the first), and a ticket that a job opened begins with the job's text.
    """
    return sender_type == "agent" and (subject.startswith(SIGN) or is_title(subject))
