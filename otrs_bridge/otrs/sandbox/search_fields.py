"""Conditions on dynamic fields: only objects count, and much that looks like a condition is ignored."""

from collections.abc import Callable, Iterator

from otrs_bridge.otrs.sandbox.answers import JsonObject, PerlDied, given, text, texts
from otrs_bridge.otrs.sandbox.database import Database
from otrs_bridge.otrs.sandbox.records import Ticket
from otrs_bridge.otrs.sandbox.search_text import FindsNothing, like

Condition = Callable[[Ticket], bool]
_PREFIX = "DynamicField_"


def field_conditions(database: Database, data: JsonObject) -> Iterator[Condition]:
    """Yield what the request demands of dynamic fields.

    Ignored, so that all tickets match: unknown names, other letter case, scalars, empty and ``*`` values.
    """
    for name, operators in _demands(data):
        if database.dynamic_field(name) is not None:
            for operator, wanted in operators.items():
                yield from _condition(name, operator, wanted)


def _demands(data: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    section = data.get("DynamicField")
    if isinstance(section, dict):
        section = [section]
    if isinstance(section, list):
        for entry in section:
            if not isinstance(entry, dict):
                raise PerlDied
            yield text(entry.get("Name")), {key: value for key, value in entry.items() if key != "Name"}
        return
    for key, value in data.items():
        if key.startswith(_PREFIX) and isinstance(value, dict):
            yield key.removeprefix(_PREFIX), value


def _condition(name: str, operator: str, wanted: object) -> Iterator[Condition]:
    if operator == "Empty":
        is_empty = given(wanted)
        yield lambda ticket: bool(ticket.values.get(name)) != is_empty
        return
    values = [value for value in texts(wanted) if value not in {"", "*"}]
    if not values:
        return
    tests = [_test(operator, value) for value in values]
    yield lambda ticket: any(test(row) for row in ticket.values.get(name, []) for test in tests)


def _test(operator: str, wanted: str) -> Callable[[str], bool]:
    folded = wanted.lower()
    match operator:
        case "Equals":
            return lambda value: value.lower() == folded
        case "Like":
            return like(wanted)
        case "GreaterThan":
            return lambda value: value.lower() > folded
        case "GreaterThanEquals":
            return lambda value: value.lower() >= folded
        case "SmallerThan":
            return lambda value: value.lower() < folded
        case "SmallerThanEquals":
            return lambda value: value.lower() <= folded
        case _:
            raise FindsNothing
