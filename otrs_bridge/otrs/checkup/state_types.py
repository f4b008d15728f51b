"""Whether the states that rules take for open and for closed are so in OTRS: by the type it tells of a ticket in each.

OTRS has no operation that lists states, so one that no visible ticket is in stays unchecked.
"""

from __future__ import annotations

from collections.abc import Iterator

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.words import Words

_FINISHED = ("closed", "merged", "removed")


def state_types(checkup: Checkup) -> Iterator[CheckResult]:
    """Swapped, they would close every open ticket, and open every closed one."""
    expected, types = checkup.expected, {}
    for state in dict.fromkeys((*expected.open_states, *expected.closed_states)):
        types[state] = _type_of(checkup, state)
    told = {state: kind for state, kind in types.items() if kind}
    wrong = [
        *(state for state in expected.open_states if told.get(state) in _FINISHED),
        *(state for state in expected.closed_states if told.get(state, "closed") != "closed"),
    ]
    unseen = ", ".join(state for state, kind in types.items() if not kind)
    if wrong:
        yield failed("state_types", _wrong([f"{state} ({told[state]})" for state in wrong]), _REMEDY)
    elif unseen:
        yield not_checked(
            "state_types", Words(ru=f"нет видимой заявки в состоянии: {unseen}", en=f"no visible ticket is {unseen}")
        )
    else:
        listed = ", ".join(f"{state} ({kind})" for state, kind in told.items())
        yield passed("state_types", ru=f"типы верны: {listed or '—'}", en=f"of the right type: {listed or '—'}")


def _type_of(checkup: Checkup, state: str) -> str:
    """The type that a ticket in this state has; "" when none is seen in it, or OTRS answered with another."""
    found = checkup.hits({"States": [state]}, 1)
    tickets = checkup.tickets(found) if found else []
    return next((one.text("StateType") for one in tickets if one.text("State") == state), "")


def _wrong(listed: list[str]) -> Words:
    told = ", ".join(listed)
    return Words(
        ru=f"тип состояния в OTRS не тот: {told}. Открытые заявки закрывались бы, закрытые — открывались",
        en=f"OTRS has another type for: {told}. Open tickets would be closed, and closed ones opened",
    )


_REMEDY = Words(
    ru="config.yaml, rules.state: open — состояние типа open, closed — типа closed "
    "(Администрирование → Состояния, столбец «Тип»)",
    en="config.yaml, rules.state: open is a state of type open, closed one of type closed "
    "(Admin → States, the column Type)",
)
