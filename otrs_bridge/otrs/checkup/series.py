"""The whole examination, in the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.checkup import CheckResult, Verdict, failed, not_checked
from otrs_bridge.errors import BridgeError, ExitCode, OtrsUnavailable
from otrs_bridge.otrs.checkup import clocks, front_door, names, network, product, rights, routes, searching, state_types
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.words import Words

CheckFunction = Callable[[Checkup], Iterator[CheckResult]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: the routes that it asks by, and whether it is tried on a ticket."""

    name: str
    run: CheckFunction
    routes: tuple[str, ...] = ()
    on_a_ticket: bool = False


GATES: tuple[Check, ...] = (
    Check(name="network", run=network.network),
    Check(name="otrs", run=front_door.otrs),
    Check(name="login", run=front_door.login),
)

_SEARCH = ("TicketSearch",)
_READ = ("TicketSearch", "TicketGetList")
_UPDATE = ("TicketUpdate",)
_CREATE = ("TicketCreate",)

CHECKS: tuple[Check, ...] = (
    Check(name="routes", run=routes.routes),
    Check(name="keep_alive", run=routes.keep_alive, routes=_SEARCH),
    Check(name="session", run=routes.session, routes=_SEARCH),
    Check(name="tickets", run=searching.tickets, routes=_READ),
    Check(name="queues", run=rights.queues, routes=(*_READ, *_CREATE), on_a_ticket=True),
    Check(name="job_queues", run=rights.job_queues, routes=_CREATE, on_a_ticket=True),
    Check(name="search_by_field", run=searching.search_by_field, routes=_READ, on_a_ticket=True),
    Check(name="search_by_time", run=searching.search_by_time, routes=_READ, on_a_ticket=True),
    Check(name="search_limit", run=searching.search_limit, routes=_SEARCH, on_a_ticket=True),
    Check(name="states", run=names.states, routes=_UPDATE, on_a_ticket=True),
    Check(name="state_types", run=state_types.state_types, routes=_READ, on_a_ticket=True),
    Check(name="priorities", run=names.priorities, routes=_UPDATE, on_a_ticket=True),
    Check(name="dynamic_fields", run=names.dynamic_fields, routes=_READ, on_a_ticket=True),
    Check(name="field_values", run=names.field_values, routes=_UPDATE, on_a_ticket=True),
    Check(name="multi_value", run=names.multi_value, routes=_READ, on_a_ticket=True),
    Check(name="lengths", run=product.lengths),
    Check(name="placeholder", run=names.placeholder, routes=_CREATE),
    Check(name="mail_exchanger", run=names.mail_exchanger, routes=_CREATE),
    Check(name="time_zone", run=clocks.time_zone, routes=_READ, on_a_ticket=True),
    Check(name="clock", run=clocks.clock),
    Check(name="write_rights", run=rights.write_rights, routes=_UPDATE, on_a_ticket=True),
)

_CLOSED = Words(ru="не проверено: см. выше", en="not checked: see above")


def examine(checkup: Checkup) -> Iterator[CheckResult]:
    """Every check, one after another; behind a gate that is shut the rest is only named."""
    for position, gate in enumerate(GATES):
        shut = False
        for result in _carried_out(gate, checkup):
            shut = shut or result.verdict is Verdict.FAILED
            yield result
        if shut:
            yield from _skipped((*GATES[position + 1 :], *CHECKS), _CLOSED)
            return
    for position, check in enumerate(CHECKS):
        reason = _impossible(check, checkup)
        if reason:
            yield not_checked(check.name, reason)
            continue
        for result in _carried_out(check, checkup):
            yield result
            if result.exit_code is ExitCode.OTRS_UNAVAILABLE:
                yield from _skipped(CHECKS[position + 1 :], _CLOSED)
                return


def _impossible(check: Check, checkup: Checkup) -> Words | None:
    missing = [route for route in check.routes if route in checkup.missing_routes]
    if missing:
        return Words(ru=f"нужен маршрут {', '.join(missing)}", en=f"needs the route {', '.join(missing)}")
    if check.on_a_ticket and not checkup.samples:
        return Words(ru="нужна хотя бы одна видимая заявка", en="needs at least one visible ticket")
    return None


def _carried_out(check: Check, checkup: Checkup) -> Iterator[CheckResult]:
    """What the check says; an error of the adapter becomes its failure."""
    try:
        yield from check.run(checkup)
    except BridgeError as error:
        gone = isinstance(error, OtrsUnavailable)
        yield failed(
            check.name,
            Words(ru=f"проверка сорвалась: {error.words.ru}", en=f"the check broke off: {error.words.en}"),
            Words(
                ru="повторите; если не пройдёт — системный журнал OTRS и журнал ошибок его веб-сервера",
                en="try again; if it stays so, see OTRS's system log and its web server's error log",
            ),
            ExitCode.OTRS_UNAVAILABLE if gone else ExitCode.NEEDS_A_PERSON,
        )


def _skipped(checks: Sequence[Check], why: Words) -> Iterator[CheckResult]:
    for check in checks:
        yield not_checked(check.name, why)
