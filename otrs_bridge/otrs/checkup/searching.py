"""Searches: do they filter? OTRS ignores a condition that it does not understand, and returns every ticket."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed, warned
from otrs_bridge.otrs import conditions, wire_reading
from otrs_bridge.otrs.checkup.checkup import Checkup, TicketSample, written
from otrs_bridge.words import Words

SAMPLES = 20
_CHANGED = "TicketLastChangeTime"
_FEW = 5  # tickets that people may create or touch between two searches


def tickets(checkup: Checkup) -> Iterator[CheckResult]:
    """The agent sees tickets: most of what follows is tried on them."""
    ids = checkup.hits(conditions.sorted_by("Age", newest_first=True), SAMPLES)
    if not ids:
        yield warned(
            "tickets",
            Words(
                ru=f"агент {checkup.connection.user} не видит ни одной заявки",
                en=f"the agent {checkup.connection.user} sees no ticket at all",
            ),
            Words(
                ru="если заявки есть: Администрирование → Агенты ↔ Группы: дайте агенту права на группы очередей; если их "
                "ещё нет, создайте одну пробную и запустите doctor снова",
                en="if there are tickets: Admin → Agents ↔ Groups: give the agent rights on the queues' groups; if there "
                "are none yet, create one for a try and run doctor again",
            ),
        )
        return
    checkup.samples = checkup.tickets(ids, DynamicFields=1, AllArticles=1, ArticleLimit=1)
    checkup.sampled_at = checkup.clock.now()
    yield passed("tickets", ru="агент видит заявки", en="the agent sees tickets")


def search_by_field(checkup: Checkup) -> Iterator[CheckResult]:
    """A dynamic field as a condition: a value nobody has finds nothing, and what a ticket holds finds that ticket."""
    known = [name for name in checkup.expected.fields if exists(checkup, name)]
    ignored = [name for name in known if not _filters(checkup, name)]
    if ignored:
        names = ", ".join(ignored)
        yield failed(
            "search_by_field",
            Words(
                ru=f"поиск по полю не отбирает заявки: {names}. OTRS не узнаёт условие и возвращает всё или ничего",
                en=f"a search by these fields does not filter: {names}. OTRS ignores the condition, or finds nothing",
            ),
            Words(
                ru="Администрирование → Динамические поля: поля должны быть действительны и относиться "
                "к объекту «Заявка» (Ticket)",
                en="Admin → Dynamic Fields: the fields have to be valid and belong to the object Ticket",
            ),
        )
        return
    names = ", ".join(known) or "—"
    yield passed(
        "search_by_field",
        ru=f"отбирает верно, и чужое, и своё: {names}",
        en=f"filters, both what is there and what is not: {names}",
    )


def exists(checkup: Checkup, name: str) -> bool:
    """Whether OTRS has the dynamic field: shows it on a ticket or, where it shows filled ones only, searches by it.

    Znuny 6.5.15 and later leave empty fields out; a version that shows one empty field shows them all.
    """
    if any(name in sample.fields for sample in checkup.samples):
        return True
    shown = (value for sample in checkup.samples for value in sample.fields.values())
    return all(value not in (None, "", []) for value in shown) and _filters(checkup, name)


def _filters(checkup: Checkup, name: str) -> bool:
    """Both ways, and with a real value where a ticket has one: the canary that an empty answer is believed by."""
    if checkup.hits(conditions.field_equals(name, f"nobody-{secrets.token_hex(8)}"), 1):
        return False
    canary = next((one for one in checkup.samples if _plain(one.fields.get(name))), None)
    if canary is not None:
        found = conditions.field_equals(name, _plain(canary.fields.get(name)))
        return bool(checkup.hits({**found, **conditions.among([canary.id])}, 1))
    only = conditions.among([checkup.samples[0].id])
    empty = checkup.hits({**only, **conditions.field_is_empty(name, empty=True)}, 1)
    filled = checkup.hits({**only, **conditions.field_is_empty(name, empty=False)}, 1)
    return len(empty) + len(filled) == 1


def _plain(value: object) -> str:
    """One value that can be searched for as it is, "" when there is none."""
    one = wire_reading.text(value[0] if isinstance(value, list) and value else value).strip()
    return "" if (isinstance(value, list) and not value) or "*" in one or "%" in one else one


def search_by_time(checkup: Checkup) -> Iterator[CheckResult]:
    """What a poll lives on: changed since a moment, and changed within so many minutes."""
    dated = [one for one in checkup.samples if one.moment("Changed")]
    sample = min((one for one in dated if not one.is_ahead), key=lambda one: one.text("Changed"), default=None)
    if sample is None:
        yield _all_ahead(dated) if dated else _time_is_ignored("Changed")
        return
    changed = sample.moment("Changed")
    assert changed is not None, "chosen for having it"  # noqa: S101 - tells mypy what the line above says
    tries: list[tuple[dict[str, object], bool]] = [
        # Whether a bound includes its own moment is not asked: Znuny 6.5.26 says no, earlier ones say yes.
        ({f"{_CHANGED}NewerDate": written(changed - timedelta(seconds=1))}, True),
        ({f"{_CHANGED}OlderDate": written(changed + timedelta(seconds=1))}, True),
        ({f"{_CHANGED}NewerDate": written(changed + timedelta(seconds=1))}, False),
        ({f"{_CHANGED}OlderDate": written(changed - timedelta(seconds=1))}, False),
        *_minutes(sample, changed),
    ]
    for where, wanted in tries:
        if bool(checkup.hits({**conditions.among([sample.id]), **where}, 1)) is not wanted:
            yield _time_is_ignored(", ".join(f"{key}: {value}" for key, value in where.items()))
            return
    yield passed("search_by_time", ru="отбирает верно, с обеих сторон", en="filters, on both sides of the moment")


def _minutes(sample: TicketSample, changed: datetime) -> Iterator[tuple[dict[str, object], bool]]:
    created, age = sample.moment("Created"), sample.age
    if created is None or age is None:
        return
    minutes = int((created + timedelta(seconds=age) - changed).total_seconds() // 60)
    slack = 65  # an hour that was written twice, and a little
    yield {f"{_CHANGED}NewerMinutes": max(minutes, 0) + slack}, True
    if minutes > slack:
        yield {f"{_CHANGED}NewerMinutes": minutes - slack}, False


def _all_ahead(dated: Sequence[TicketSample]) -> CheckResult:
    """Nothing to try the search on: from a moment in its future on, OTRS finds nothing."""
    numbers = ", ".join(one.text("TicketNumber") for one in dated)
    return not_checked(
        "search_by_time",
        Words(
            ru=f"заявки {numbers} датированы будущим: когда их меняли, часы OTRS спешили",
            en=f"tickets {numbers} are dated in the future: OTRS's clock was ahead when they were changed",
        ),
    )


def _time_is_ignored(what: str) -> CheckResult:
    return failed(
        "search_by_time",
        Words(
            ru=f"поиск по времени изменения не работает ({what})",
            en=f"the search by change time does not work ({what})",
        ),
        Words(
            ru="проверьте время и часовой пояс OTRS (Конфигурация системы → OTRSTimeZone, в OTOBO — OTOBOTimeZone) и "
            "системный журнал OTRS",
            en="check OTRS's time and zone (System Configuration → OTRSTimeZone, OTOBO: OTOBOTimeZone) and its system log",
        ),
    )


def search_limit(checkup: Checkup) -> Iterator[CheckResult]:
    """Whether one search gives as many tickets as we ask for: seen from both ends, a cut shows."""
    asked = checkup.connection.page_size
    oldest = checkup.hits(conditions.sorted_by("Age"), asked)
    newest = checkup.hits(conditions.sorted_by("Age", newest_first=True), asked)
    if len(oldest) < asked and len(set(oldest) ^ set(newest)) > _FEW:
        yield warned(
            "search_limit",
            Words(
                ru=f"запрошено {asked} заявок, OTRS возвращает не больше {len(oldest)}",
                en=f"asked for {asked} tickets, OTRS returns at most {len(oldest)}",
            ),
            Words(
                ru="Конфигурация системы → GenericInterface::Operation::TicketSearch###SearchLimit: увеличьте",
                en="System Configuration → GenericInterface::Operation::TicketSearch###SearchLimit: raise it",
            ),
        )
        return
    if len(checkup.hits({}, 1)) > 1:
        yield failed(
            "search_limit",
            Words(ru="OTRS не соблюдает Limit поиска", en="OTRS ignores the limit of a search"),
            Words(ru="импортируйте веб-сервис заново", en="import the web service again"),
        )
        return
    full = len(oldest) >= asked
    yield passed(
        "search_limit",
        ru=f"один поиск возвращает {'' if full else 'все '}{len(oldest)} заявок (запрошено до {asked})",
        en=f"one search returns {'' if full else 'all '}{len(oldest)} tickets (asked for up to {asked})",
    )
