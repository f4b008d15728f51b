"""What a rule asks for."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.domain.ticket import Value
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field of one ticket should hold `new` instead of `old`, and `why`.

    `field` is title, queue, state, priority, customer or `DynamicField_<Name>`. `told` says whether agents are told in
    the ticket's internal note; what OTRS's own history says well enough (`new` became `open`) is not. `if_refused` is what
    to ask for instead, in the same run, where OTRS refuses `new` by name, see `service/refusals.py`; None: nothing.
    `fills_in`: `old` is a stopgap such as a placeholder, so whoever wrote it has not chosen anybody yet.
    """

    rule: str
    field: str
    old: Value
    new: Value
    why: Words
    told: bool = True
    if_refused: Change | None = None
    fills_in: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something agents should read in the ticket's internal note, without a field changing for it.

    `items` are what it lists, where fewer of them than were told before are no news.
    """

    rule: str
    text: Words
    items: frozenset[str] = frozenset()


Finding = Change | Remark
