"""Priority follows the client's type and nothing else.

A legal entity always has `4 high`. An individual has at most `3 normal`: 4 and 5 come down to 3; 1, 2 and 3 stay. A
client of unknown type is capped like an individual, so that nobody gets priority by shouting: the ticket's text never
matters. Who the client is: the directory first, then the ticket's client type field, the contract's prefix (`Ф`, `Ю`),
a legal form in the name (ООО, АО, ИП, …). An agent's `From`, and one with an address of yours (`rules.customer.own`), is no
client's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.client_type import TypeVerdict, client_type_of
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary, WrongOption, WrongOptions
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """The priorities by OTRS's names, and the two that the procedure speaks of."""

    legal: str = field(default="4 high", metadata={"description": "the priority of every legal entity"})
    individual_at_most: str = field(
        default="3 normal", metadata={"description": "the highest priority of an individual or an unknown client"}
    )
    order: tuple[str, ...] = field(
        default=("1 very low", "2 low", "3 normal", "4 high", "5 very high"),
        metadata={"description": "all priorities of this OTRS, lowest first"},
    )

    def __post_init__(self) -> None:
        """What is not in the order would be compared with nothing, and each priority has one place there."""
        wrong: list[WrongOption] = [
            (("order", index), _TWICE) for index, one in enumerate(self.order) if one in self.order[:index]
        ]
        for name, given in (("legal", self.legal), ("individual_at_most", self.individual_at_most)):
            if given not in self.order:
                wrong.append(((name,), _not_listed(self.order)))
        if wrong:
            raise WrongOptions(wrong)


_TWICE = Words(ru="этот приоритет в списке уже есть", en="stands in the list twice")


def _not_listed(order: tuple[str, ...]) -> Words:
    listed = ", ".join(order)
    return Words(ru=f"нет в order этого правила: {listed}", en=f"is not in this rule's order: {listed}")


def check(facts: Facts, options: Options) -> Iterator[Change]:
    """Ask for the priority of the client's type (docs/field-rules.md#priority)."""
    ticket = facts.ticket
    if ticket.is_technical:
        return
    verdict = client_type_of(facts)
    if verdict and verdict.type is ClientType.LEGAL:
        wanted = options.legal
    elif _above(ticket.priority, options.individual_at_most, options.order):
        wanted = options.individual_at_most
    else:
        return
    if ticket.priority != wanted:
        yield Change(rule=RULE.name, field="priority", old=ticket.priority, new=wanted, why=_why(verdict, wanted))


def _above(priority: str, limit: str, order: tuple[str, ...]) -> bool:
    """Whether `priority` stands over `limit`; a priority nobody listed is left to people."""
    return priority in order and limit in order and order.index(priority) > order.index(limit)


def _why(verdict: TypeVerdict | None, wanted: str) -> Words:
    if verdict is None:
        return Words(
            ru=f"тип клиента неизвестен: не выше «{wanted}»",
            en=f"the client's type is unknown: at most “{wanted}”",
        )
    if verdict.type is ClientType.LEGAL:
        return Words(ru=f"{verdict.words.ru}: всегда «{wanted}»", en=f"{verdict.words.en}: always “{wanted}”")
    return Words(ru=f"{verdict.words.ru}: не выше «{wanted}»", en=f"{verdict.words.en}: at most “{wanted}”")


def uses(options: Options) -> Vocabulary:
    """Every priority that the options name."""
    return {"priority": (options.legal, options.individual_at_most, *options.order)}


RULE = Rule(name="priority", options=Options, writes=("priority",), check=check, uses=uses)
