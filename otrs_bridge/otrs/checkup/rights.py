"""What the agent may do, queue by queue, as far as it shows without writing; the rest only by the write test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import OtrsRejected
from otrs_bridge.otrs import conditions
from otrs_bridge.otrs.checkup.checkup import Checkup, TicketSample
from otrs_bridge.otrs.checkup.searching import exists
from otrs_bridge.otrs.request import TicketRefused
from otrs_bridge.words import Words

_LOOKED_AT = 200
_BATCH = 50
_MOST_QUEUES = 40
_NO_SUCH_QUEUE = "otrs-bridge doctor: no such name"
_UNKNOWN_QUEUE = "Ticket->Queue"
_TEST_FIELD_TYPES = (str, type(None))


def queues(checkup: Checkup) -> Iterator[CheckResult]:
    """The queues whose tickets the agent sees, and in which of them it may open tickets."""
    seen = _seen(checkup)
    create = {name: _may_create(checkup, sample) for name, sample in list(seen.items())[:_MOST_QUEUES]}
    may = [name for name, answer in create.items() if answer]
    may_not = [name for name, answer in create.items() if answer is False]
    ru = f"видны заявки очередей: {', '.join(sorted(seen))}"
    en = f"tickets seen in the queues: {', '.join(sorted(seen))}"
    if may:
        ru, en = f"{ru}; создавать можно в: {', '.join(sorted(may))}", f"{en}; may create in: {', '.join(sorted(may))}"
    if may_not:
        ru, en = f"{ru}; нельзя в: {', '.join(sorted(may_not))}", f"{en}; may not in: {', '.join(sorted(may_not))}"
    yield passed("queues", ru=ru, en=en)


def _seen(checkup: Checkup) -> dict[str, TicketSample]:
    """The newest ticket of each queue among the newest tickets; a queue without tickets or rights stays unseen."""
    ids = checkup.hits(conditions.sorted_by("Age", newest_first=True), _LOOKED_AT)
    seen: dict[str, TicketSample] = {}
    for some in batched(ids, _BATCH):
        for sample in checkup.tickets(some):
            seen.setdefault(sample.text("Queue"), sample)
    return seen


def _may_create(checkup: Checkup, sample: TicketSample) -> bool | None:
    """OTRS looks at the right after the ticket's attributes and before the article, which is half a one."""
    like = {key: sample.text(key) for key in ("Queue", "State", "Priority", "Type") if sample.text(key)}
    words = checkup.probe.complaint_of_create({"Title": "otrs-bridge doctor", "CustomerUser": "<>", **like})
    if "AccessDenied" in words:
        return False
    return True if "Article->" in words else None


def job_queues(checkup: Checkup) -> Iterator[CheckResult]:
    """Every queue in which a job opens tickets is there, and the agent may create in it."""
    wanted = checkup.expected.job_queues
    if not wanted:
        yield passed("job_queues", ru="ни одно задание не создаёт заявок", en="no job opens tickets")
        return
    like = checkup.samples[0]
    answers = {name: _complaint_of_queue(checkup, like, name) for name in (*wanted, _NO_SUCH_QUEUE)}
    if _UNKNOWN_QUEUE not in answers.pop(_NO_SUCH_QUEUE):
        yield not_checked(
            "job_queues",
            Words(
                ru="эта версия OTRS не говорит, какая очередь неверна",
                en="this version of OTRS does not say which queue is wrong",
            ),
        )
        return
    unknown = [name for name, words in answers.items() if _UNKNOWN_QUEUE in words]
    forbidden = [name for name, words in answers.items() if "AccessDenied" in words]
    if not unknown and not forbidden:
        listed = ", ".join(wanted)
        yield passed("job_queues", ru=f"создавать можно в: {listed}", en=f"may create in: {listed}")
    if unknown:
        yield _no_such_queues(unknown)
    if forbidden:
        yield _may_not_create(forbidden, checkup.connection.user)


def _complaint_of_queue(checkup: Checkup, like: TicketSample, queue: str) -> str:
    attributes = {key: like.text(key) for key in ("State", "Priority", "Type") if like.text(key)}
    return checkup.probe.complaint_of_create(
        {"Title": "otrs-bridge doctor", "CustomerUser": "<>", "Queue": queue, **attributes}
    )


def _no_such_queues(names: Sequence[str]) -> CheckResult:
    listed = ", ".join(f"«{name}»" for name in names)
    return failed(
        "job_queues",
        Words(
            ru=f"OTRS не знает очередей: {listed} (регистр важен)",
            en=f"OTRS has no queue {listed} (letter case counts)",
        ),
        Words(
            ru="Администрирование → Очереди: создайте, или впишите в billing.queues и jobs.reminders.ticket_queue имена, "
            "которые там есть",
            en="Admin → Queues: create it, or give billing.queues and jobs.reminders.ticket_queue the names that are there",
        ),
    )


def _may_not_create(names: Sequence[str], agent: str) -> CheckResult:
    listed = ", ".join(names)
    return failed(
        "job_queues",
        Words(ru=f"нет права создавать заявки в: {listed}", en=f"no right to create tickets in: {listed}"),
        Words(
            ru=f"Администрирование → Очереди: посмотрите группу; Агенты ↔ Группы → {agent}: отметьте create и rw",
            en=f"Admin → Queues: see the group; Agents ↔ Groups → {agent}: tick create and rw",
        ),
    )


def write_rights(checkup: Checkup) -> Iterator[CheckResult]:
    """With tickets named for it: one update each that changes nothing, and needs the right rw for that."""
    if not checkup.write_tickets:
        yield not_checked(
            "write_rights",
            Words(
                ru="право на запись (rw) видно только по записи: OTRS проверяет его последним",
                en="the right to write (rw) shows only by writing: OTRS looks at it last",
            ),
            Words(
                ru="otrs-bridge doctor --write-test --ticket N, по одной заявке из каждой очереди: "
                "запишет в неё то же, что в ней есть",
                en="otrs-bridge doctor --write-test --ticket N, with a ticket of each queue: "
                "writes into it what it already holds",
            ),
        )
        return
    for number in checkup.write_tickets:
        yield _write_test(checkup, number)


def _write_test(checkup: Checkup, number: str) -> CheckResult:
    name = f"write_rights {number}"
    ticket = _named(checkup, number)
    if ticket is None:
        return failed(
            name,
            Words(ru=f"заявки {number} агент не видит", en=f"the agent sees no ticket {number}"),
            Words(ru="укажите номер видимой ему заявки", en="give the number of one that it sees"),
        )
    same = _what_it_holds(checkup, ticket)
    queue = ticket.text("Queue")
    try:
        checkup.probe.updates(ticket.id, same)
    except TicketRefused as refusal:
        return _may_not_write(name, queue, checkup.connection.user, refusal)
    except OtrsRejected as error:
        return failed(
            name,
            Words(
                ru=f"OTRS отверг запись того, что в заявке уже есть: {error.words.ru}",
                en=f"OTRS rejected what is already there: {error.words.en}",
            ),
            Words(ru="посмотрите системный журнал OTRS", en="look into OTRS's system log"),
        )
    after = checkup.tickets([ticket.id])
    if after and after[0].text("Changed") != ticket.text("Changed"):
        return passed(
            name,
            ru=f"право на запись в очереди {queue} есть; заявку в эту секунду изменил кто-то ещё",
            en=f"the right to write in {queue} is there; somebody else changed the ticket in that second",
        )
    return passed(
        name,
        ru=f"право на запись в очереди {queue} есть, заявка не изменилась",
        en=f"may write in {queue}; nothing changed",
    )


def _may_not_write(name: str, queue: str, agent: str, refusal: TicketRefused) -> CheckResult:
    return failed(
        name,
        Words(
            ru=f"нет права на запись в очереди {queue}: {refusal.words.ru}",
            en=f"no right to write in {queue}: {refusal.words.en}",
        ),
        Words(
            ru=f"Администрирование → Очереди → {queue}: посмотрите группу; Агенты ↔ Группы → {agent}: "
            f"отметьте rw (или роль через Агенты ↔ Роли)",
            en=f"Admin → Queues → {queue}: see its group; Agents ↔ Groups → {agent}: tick rw "
            f"(or a role, by Agents ↔ Roles)",
        ),
    )


def _named(checkup: Checkup, number: str) -> TicketSample | None:
    """The one ticket with this full or short number."""
    for where in (conditions.number_is(number), conditions.number_ends_with(number)):
        ids = checkup.hits({**where, **conditions.sorted_by("Age", newest_first=True)}, _BATCH)
        for sample in checkup.tickets(ids, DynamicFields=1) if ids else ():
            if number in {sample.text("TicketNumber"), short_number(sample.text("TicketNumber"))}:
                return sample
    return None


def _what_it_holds(checkup: Checkup, ticket: TicketSample) -> dict[str, Any]:
    """A text field as it is, because a field takes rw, which includes note and priority; without one, the priority."""
    for name in checkup.expected.fields:
        value = ticket.fields.get(name)
        if isinstance(value, _TEST_FIELD_TYPES) and name not in checkup.expected.values and exists(checkup, name):
            return {"DynamicField": {"Name": name, "Value": value or ""}}
    return {"Ticket": {"Priority": ticket.text("Priority")}}
