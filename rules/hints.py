"""Short hints from the handbook, where the text clearly calls for one.

The red cross on the network icon; "my Wi-Fi", which means a router; tone and pulse dialling; settings that are not
assigned by themselves; RJ-45 and RJ-11. At most one line of the internal note, and none on closed tickets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.hint import HINTS, hints_for
from otrs_bridge.domain.rule import Rule, WrongOptions, unknown_names
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Which hints are given."""

    give: tuple[str, ...] = field(
        default=tuple(HINTS), metadata={"description": "the hints that are given, in the order of the note"}
    )

    def __post_init__(self) -> None:
        """Only hints that exist."""
        if unknown := unknown_names("give", self.give, HINTS):
            raise WrongOptions(unknown)


def check(facts: Facts, options: Options) -> Iterator[Remark]:
    """Give the hints that the text calls for (docs/field-rules.md#hints)."""
    if facts.ticket.is_technical or facts.ticket.is_closed or not facts.about_one_client:
        return
    called = hints_for(facts.ticket)
    given = [HINTS[name].text for name in options.give if name in called]
    if given:
        text = Words(ru=" ".join(words.ru for words in given), en=" ".join(words.en for words in given))
        yield Remark(rule=RULE.name, text=Words(ru=f"Подсказка: {text.ru}", en=f"Hint: {text.en}"))


RULE = Rule(name="hints", options=Options, writes=(), check=check)
