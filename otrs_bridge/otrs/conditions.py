"""The conditions of a search that OTRS really applies. It ignores others silently, and returns every ticket.

That is the trap behind each refusal here: an unknown parameter, an empty value, a lone `*`, a scalar where an
object is wanted. So parameters are spelled in this file and nowhere else.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.words import Words

Conditions = Mapping[str, Any]

_FIELD_NAME = re.compile(r"[A-Za-z0-9]+")
_WILDCARDS = re.compile(r"[*%]")
# OTRS reads & | ! ( ) " + \ in text conditions as operators, * and % as wildcards.
_SAFE_IN_TITLE = re.compile(r"[\w:#\[\]-]+")
# A whole title, compared as a whole: blanks and full stops mean nothing there.
_SAFE_WHOLE_TITLE = re.compile(r"[\w:#\[\]./ -]+")
_UNSAFE_IN_WHOLE_TITLE = re.compile(r"[^\w:#\[\]./ -]+")
_DIGITS = re.compile(r"[0-9]+")
_OPERATORS = re.compile(r"[&|!()\"+\\*%\s]+")
_TEXTS = ("TicketNumber", "Title", "CustomerUserLogin", "CustomerID", "Fulltext", DYNAMIC_FIELD_PREFIX)
_OPEN_TYPES = ("new", "open", "pending reminder", "pending auto")


def changed_within(minutes: int) -> Conditions:
    """Changed in the last `minutes` by OTRS's own clock, at least one: 0 and negative would find nothing."""
    return {"TicketLastChangeTimeNewerMinutes": max(1, int(minutes))}


def changed_before(minutes: int) -> Conditions:
    """Not changed in the last `minutes`, by OTRS's own clock."""
    return {"TicketLastChangeTimeOlderMinutes": max(1, int(minutes))}


def among(ids: Sequence[int]) -> Conditions:
    """Only these tickets. A list: a text with commas would find nothing."""
    if not ids:
        raise _every_ticket("среди пустого списка заявок", "among no tickets at all")
    return {"TicketID": list(ids)}


def field_equals(name: str, value: str) -> Conditions:
    """A dynamic field holds `value`, in any letter case."""
    wanted = value.strip()
    if not wanted:
        raise _every_ticket(f"пустого {name}", f"for an empty {name}")
    if _WILDCARDS.search(wanted):
        raise SearchNotTrusted(
            Words(
                ru=f"По {name} нельзя искать «{value}»: с * и % находится или ничего, или всё.",
                en=f"{name} cannot be searched for {value!r}: * and % find nothing, or everything.",
            )
        )
    return {_field(name): {"Equals": wanted}}


def field_is_one_of(name: str, values: Sequence[str]) -> Conditions:
    """A dynamic field holds one of `values`, in any letter case."""
    one_by_one = [field_equals(name, value)[_field(name)]["Equals"] for value in values]
    if not one_by_one:
        raise _every_ticket(f"без единого значения {name}", f"for no {name} at all")
    return {_field(name): {"Equals": one_by_one}}


def field_is_empty(name: str, *, empty: bool) -> Conditions:
    """A dynamic field holds nothing, or holds something."""
    return {_field(name): {"Empty": 1 if empty else 0}}


def number_is(number: str) -> Conditions:
    """The ticket with this full number."""
    return {"TicketNumber": _digits(number)}


def number_ends_with(digits: str) -> Conditions:
    """Tickets whose number ends so."""
    return {"TicketNumber": f"*{_digits(digits)}"}


def title_contains(token: str) -> Conditions:
    """Tickets with `token` in the title, in any letter case."""
    if not _SAFE_IN_TITLE.fullmatch(token):
        raise SearchNotTrusted(
            Words(
                ru=f"«{token}» нельзя искать в заголовках: OTRS прочтёт это как выражение.",
                en=f"{token!r} cannot be searched for in titles: OTRS would read it as an expression.",
            )
        )
    return {"Title": f"*{token}*"}


def title_is_one_of(titles: Sequence[str]) -> Conditions:
    """The whole title is one of `titles`, in any letter case. What OTRS reads as an operator stands for anything, so whoever
    finds a ticket looks at its title.
    """
    if not titles:
        raise _every_ticket("без единого заголовка", "for no title at all")
    return {"Title": [_whole(title) for title in titles]}


def is_safe_title(title: str) -> bool:
    """Whether OTRS takes every character of a whole title literally."""
    return bool(_SAFE_WHOLE_TITLE.fullmatch(title)) and title == " ".join(title.split())


def title_holds(pieces: Sequence[str]) -> Conditions:
    """Tickets whose title holds these pieces in this order, in any letter case."""
    return {"Title": _in_order(pieces)}


def articles_hold(pieces: Sequence[str]) -> Conditions:
    """Tickets of which an article holds these pieces in this order: sender, recipient, subject or body.

    OTRS asks its index, which keeps each word of a subject or body once, in lower case, from three letters on. Without
    `FullTextIndex`, which would have OTRS answer from a cache that is minutes old.
    """
    return {"Fulltext": _in_order(pieces).lower()}


def customer_user_is(login: str) -> Conditions:
    """Tickets of this customer user, in any letter case; what OTRS reads as an operator stands for anything."""
    return {"CustomerUserLogin": _loosely(login)}


def customer_holds(part: str) -> Conditions:
    """Tickets whose customer user, a login or a placeholder, holds `part`."""
    return {"CustomerUserLogin": _in_order([part])}


def company_holds(part: str) -> Conditions:
    """Tickets whose CustomerID holds `part`."""
    return {"CustomerID": _in_order([part])}


def field_holds(name: str, part: str) -> Conditions:
    """Tickets whose dynamic field holds `part` somewhere."""
    return {_field(name): {"Like": _in_order([part])}}


def nonsense(where: Conditions) -> Conditions:
    """The same question, with what no ticket has in the place of what is wanted: its digits are neither key nor number."""
    nobody = str(10**40 + secrets.randbelow(10**40))
    return {key: _put_in(value, nobody) if key.startswith(_TEXTS) else value for key, value in where.items()}


def not_finished() -> Conditions:
    """Tickets that somebody has to work on. By type: the values Open and Closed do not work over the interface."""
    return {"StateType": list(_OPEN_TYPES)}


def sorted_by(column: str, *, newest_first: bool = False) -> Conditions:
    """Stable order: two lists of equal length, or OTRS finds nothing."""
    direction = "Down" if newest_first else "Up"
    return {"SortBy": [column, "TicketNumber"], "OrderBy": [direction, direction]}


def _put_in(value: Any, nobody: str) -> Any:
    return dict.fromkeys(value, nobody) if isinstance(value, Mapping) else f"*{nobody}*"


def _every_ticket(ru: str, en: str) -> SearchNotTrusted:
    return SearchNotTrusted(
        Words(ru=f"Поиск {ru} вернул бы все заявки.", en=f"A search {en} would return every ticket.")
    )


def _field(name: str) -> str:
    if not _FIELD_NAME.fullmatch(name):
        raise SearchNotTrusted(
            Words(
                ru=f"«{name}» не может быть именем динамического поля: OTRS такое условие пропустит.",
                en=f"{name!r} is not the name of a dynamic field: OTRS would ignore the condition.",
            )
        )
    return f"{DYNAMIC_FIELD_PREFIX}{name}"


def _digits(number: str) -> str:
    if not _DIGITS.fullmatch(number):
        raise SearchNotTrusted(Words(ru=f"«{number}» — не номер заявки.", en=f"{number!r} is not a ticket number."))
    return number


def _in_order(pieces: Sequence[str]) -> str:
    """The pieces with anything before, between and after. With one blank or operator it would be an expression."""
    wanted = [piece for piece in pieces if piece]
    if not wanted or any(_OPERATORS.search(piece) for piece in wanted):
        raise SearchNotTrusted(
            Words(
                ru=f"{list(pieces)} нельзя искать: OTRS прочтёт это как выражение.",
                en=f"{list(pieces)} cannot be searched for: OTRS would read it as an expression.",
            )
        )
    return f"*{'*'.join(wanted)}*"


def _whole(title: str) -> str:
    pattern = _UNSAFE_IN_WHOLE_TITLE.sub("*", title)
    if not pattern.strip("* ") or pattern != " ".join(pattern.split()):
        raise SearchNotTrusted(
            Words(
                ru=f"«{title}» нельзя искать как заголовок: OTRS прочтёт это как выражение.",
                en=f"{title!r} cannot be searched for as a title: OTRS would read it as an expression.",
            )
        )
    return pattern


def _loosely(text: str) -> str:
    pattern = _OPERATORS.sub("*", text.strip())
    if not pattern.strip("*"):
        raise _every_ticket(f"клиента «{text}»", f"for the customer {text!r}")
    return pattern
