"""Conditions on dynamic fields: only objects count, and much that looks like a condition is ignored."""

from collections.abc import Callable, Iterator

from otrs_bridge.sandbox.answers import JsonObject, PerlDied, given, text, texts
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.records import DynamicField, TicketRow
from otrs_bridge.sandbox.search_text import FindsNothing, expression
from otrs_bridge.sandbox.sql import Sql

Condition = Callable[[TicketRow], bool]
_PREFIX = "DynamicField_"


def field_conditions(database: SandboxDatabase, data: JsonObject) -> Iterator[Condition]:
    """Yield what the request demands of dynamic fields.

    Ignored, so that all tickets match: unknown names, other letter case, scalars, values of nothing but
    wildcards. Of two demands on one field the last counts.
    """
    for name, operators in dict(_demands(data)).items():
        field = database.dynamic_field(name)
        if field is not None:
            for operator, wanted in operators.items():
                yield from _condition(database.sql, field, operator, wanted)


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


def _condition(sql: Sql, field: DynamicField, operator: str, wanted: object) -> Iterator[Condition]:
    name = field.name
    if operator == "Empty":
        if text(wanted):
            is_empty = given(wanted)
            yield lambda ticket: bool(ticket.values.get(name)) != is_empty
        return
    values = [value for value in texts(wanted) if value.strip("*%")]
    if not values:
        return
    if operator == "Equals":
        yield _equals(sql, field, values)
        return
    tests = [_test(sql, field, operator, value) for value in values]
    yield lambda ticket: any(test(row) for row in ticket.values.get(name, []) for test in tests)


def _equals(sql: Sql, field: DynamicField, values: list[str]) -> Condition:
    # A star means % even here, where it is then compared as a character; selections know letter case.
    fold, name = _fold(sql, field), field.name
    wanted = frozenset(fold(value.replace("*", "%")) for value in values)
    return lambda ticket: any(fold(row) in wanted for row in ticket.values.get(name, []))


def _fold(sql: Sql, field: DynamicField) -> Callable[[str], str]:
    return sql.equal if field.type == "Text" else sql.exact


def _test(sql: Sql, field: DynamicField, operator: str, wanted: str) -> Callable[[str], bool]:
    if operator == "Like":
        return expression(wanted, sql.like)
    fold = _fold(sql, field)
    folded = fold(wanted.replace("*", "%"))
    match operator:
        case "GreaterThan":
            return lambda value: fold(value) > folded
        case "GreaterThanEquals":
            return lambda value: fold(value) >= folded
        case "SmallerThan":
            return lambda value: fold(value) < folded
        case "SmallerThanEquals":
            return lambda value: fold(value) <= folded
        case _:
            raise FindsNothing
