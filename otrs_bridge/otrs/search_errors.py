"""Why an answer of OTRS's search is not believed, where several searches meet the same lie."""

from __future__ import annotations

from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.words import Words


def ignored_condition(count: int, where: Conditions) -> SearchNotTrusted:
    """So many tickets came that the condition cannot have been applied."""
    return SearchNotTrusted(
        Words(
            ru=f"OTRS вернул {count} заявок на {dict(where)}: условие поиска не действует.",
            en=f"OTRS returned {count} tickets for {dict(where)}: it ignores the condition.",
        )
    )


def stranger(ticket: Ticket, where: Conditions) -> SearchNotTrusted:
    """One of the tickets is not what was asked for."""
    return SearchNotTrusted(
        Words(
            ru=f"OTRS вернул заявку {ticket.number} на {dict(where)}, хотя она под это условие не подходит.",
            en=f"OTRS returned ticket {ticket.number} for {dict(where)}, which it is not.",
        )
    )


def no_such_field(field: str) -> SearchNotTrusted:
    """A condition on the dynamic field changes nothing."""
    return SearchNotTrusted(
        Words(
            ru=f"OTRS не отбирает по {field}: у заявок нет такого динамического поля.",
            en=f"OTRS does not filter by {field}: there is no such dynamic field for tickets.",
        )
    )


def lost_again(said: str, by: str) -> SearchNotTrusted:
    """What one search found, the next does not; `said`: how the sentence begins."""
    return SearchNotTrusted(
        Words(
            ru=f"OTRS не находит снова то, что только что нашёл (поиск по {by}).",
            en=f"{said} find again what it had just found (search by {by}).",
        )
    )
