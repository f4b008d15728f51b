"""Full text: OTRS's index of articles, in which a text is no longer what was written.

Of subject and body the index keeps words of 3 to 30 letters, each once, in lower case and without most marks; sender
and recipients it keeps whole. The title is compared as it is, so capitals in it are never found.
"""

import re
from collections.abc import Iterator

from otrs_bridge.sandbox.answers import JsonObject
from otrs_bridge.sandbox.records import ArticleRow, TicketRow
from otrs_bridge.sandbox.search_fields import Condition
from otrs_bridge.sandbox.sql import Sql

WORD_LENGTHS = range(3, 31)
MOST_WORDS = 1000

_FILTERS = (re.compile(r"""[,&<>?"!*|;\[\]()+$^=]"""), re.compile(r"^[':.]|[':.]$"), re.compile(r"^\W+$"))


def full_text_condition(data: JsonObject, sql: Sql) -> Iterator[Condition]:
    """Yield the condition of parameter ``Fulltext``: a text only (a list is ignored), with ``*`` and ``%`` for anything."""
    wanted = data.get("Fulltext")
    if not isinstance(wanted, str) or not wanted.strip() or re.fullmatch(r"%{1,3}", wanted.strip().replace("*", "%")):
        return
    fold = sql.in_index
    parts = (re.escape(fold(part)) for part in re.split(r"[*%]+", wanted.strip().lower()))
    pattern = re.compile(".*".join(parts), re.DOTALL)
    yield lambda ticket: bool(ticket.articles) and any(pattern.search(fold(text)) for text in _texts(ticket))


def _texts(ticket: TicketRow) -> Iterator[str]:
    yield ticket.title
    for article in ticket.articles:
        if not article.content_lost:
            yield from _indexed(article)


def _indexed(article: ArticleRow) -> Iterator[str]:
    for line in (article.sender, article.to, article.cc):
        if line:
            yield re.sub(r"[\r\n\t]+", " ", line).lower()
    yield index_of(article.subject)
    yield index_of(article.body)


def index_of(text: str) -> str:
    """What the index keeps of a subject or a body; stop words (English and others, not Russian) are not modelled."""
    words: dict[str, None] = {}
    for count, word in enumerate(_words(text)):
        if count >= MOST_WORDS:
            break
        words[word] = None
    return " ".join(words)


def _words(text: str) -> Iterator[str]:
    for raw in text.split():
        word = raw
        for unwanted in _FILTERS:
            word = unwanted.sub("", word)
        if len(word) in WORD_LENGTHS:
            yield word.lower()
