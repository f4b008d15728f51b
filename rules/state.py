"""Only two states are used: `open` and `closed successful`.

Every other state is brought back by its **type**: new, pending and custom states become `open`, every kind of closed
becomes `closed successful`. Merged and removed tickets are left alone: they are technical. `by_name` overrides the
type for single states (`by_name: {"waiting for part": "open"}`); one that stands for itself is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary, WrongOptions
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """The two states, by OTRS's names, and exceptions by the name of a state."""

    open: str = field(default="open", metadata={"description": "the state of a ticket somebody has to work on"})
    closed: str = field(default="closed successful", metadata={"description": "the state of a finished ticket"})
    by_name: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={"description": "states that become another than their type says: {state: state}"},
    )

    def __post_init__(self) -> None:
        """The two have to be two, and what `by_name` leads to a place to stay: one of them, or a state that stands for
        itself.
        """
        if self.open == self.closed:
            raise WrongOptions([(("open",), _SAME)])
        kept = {one for one, to in self.by_name.items() if one == to}
        final = ({self.open, self.closed} - self.by_name.keys()) | kept
        if mistakes := [(("by_name", one), _moves_on(to)) for one, to in self.by_name.items() if to not in final]:
            raise WrongOptions(mistakes)


_SAME = Words(
    ru="это то же состояние, что и closed: открытая заявка не отличалась бы от закрытой",
    en="is the same state as closed: a ticket to work on would not differ from a finished one",
)


def _moves_on(state: str) -> Words:
    return Words(
        ru=f"«{state}» — не конец пути: это состояние мост тут же сменит снова; укажите open или closed этого правила",
        en=f"leads to “{state}”, which the bridge would change again at once; give this rule's open or closed",
    )


def check(facts: Facts, options: Options) -> Iterator[Change]:
    """Ask for the state that the ticket's state stands for (docs/field-rules.md#state)."""
    ticket = facts.ticket
    if ticket.is_technical:
        return
    wanted = options.by_name.get(ticket.state)
    if wanted is None and ticket.state not in {options.open, options.closed}:
        wanted = options.closed if ticket.state_type == "closed" else options.open
    if wanted is not None and wanted != ticket.state:
        yield Change(
            rule=RULE.name,
            field="state",
            old=ticket.state_value,
            new=wanted,
            why=_why(ticket.state, wanted, options),
            told=ticket.state_type != "new",
        )


def _why(state: str, wanted: str, options: Options) -> Words:
    return Words(
        ru=f"используются только состояния «{options.open}» и «{options.closed}»; «{state}» означает «{wanted}»",
        en=f"only the states “{options.open}” and “{options.closed}” are used; “{state}” stands for “{wanted}”",
    )


def uses(options: Options) -> Vocabulary:
    """Every state that the options name, and of which type the two are."""
    named = (options.open, options.closed, *options.by_name.keys(), *options.by_name.values())
    return {"state": named, "open_state": (options.open,), "closed_state": (options.closed,)}


RULE = Rule(name="state", options=Options, writes=("state",), check=check, uses=uses)
