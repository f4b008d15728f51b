"""What an approval lets go: exactly the plan that was held, minus what has drifted since.

Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from collections.abc import Iterator

from otrs_bridge.domain.billing.episodes import ClosePaid
from otrs_bridge.domain.billing.held_plan import Drift, PlannedTicket, drift, fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.ports.jobs import MadeTicket, StoredPlan
from otrs_bridge.service.debts.report_lines import ticket_line
from otrs_bridge.service.debts.work import DebtPlan
from otrs_bridge.service.gateway.attempt import THERE
from otrs_bridge.words import Words

GONE = Words(ru="больше не подлежит отключению", en="is not to be cut off any more")
GONE_PAID = Words(ru="больше не значится оплаченным", en="does not count as paid any more")
CLOSED = Words(ru="заявка уже закрыта", en="the ticket is closed already")
NOT_APPROVED = Words(
    ru="строки плана — не те, что одобрены; ничего не сделано",
    en="the lines of the plan are not those that were approved",
)
APPEARED = Words(ru="появилась после одобренного плана", en="appeared after the plan that was approved")


def keep_approved(plan: DebtPlan, stored: StoredPlan, job: DebtJob) -> tuple[ReportLine, ...]:
    """Leave in this fresh plan only the disconnections that are left of the stored one. Returns what was taken out of that,
    and what has drifted, line by line.

    Of what is postponed now the plan itself says why.
    """
    out = [one for one in stored.tickets if one.key in stored.taken_out]
    found = drift(stored.left, [one for one in plan.tickets if one.key not in stored.taken_out])
    going = {ticket.key for ticket in found.unchanged}
    plan.raises = [one for one in plan.raises if one.key in going]
    plan.keeps = [one for one in plan.keeps if not isinstance(one, ClosePaid) or one.ticket.key in going]
    plan.reconnects = [(one, decision) for one, decision in plan.reconnects if one.key in going]
    return (*(_line(job, one, _taken_out(stored.taken_out[one.key])) for one in out), *_drifted(job, found, plan))


def is_what_was_approved(stored: StoredPlan) -> bool:
    """Whether what is left of the plan is what somebody approved; while nobody has, there is nothing to compare."""
    return stored.approved_as in {"", fingerprint(stored.left)}


def _taken_out(by: str) -> Words:
    return Words(ru=f"из плана исключил(а) {by}", en=f"taken out of the plan by {by}")


def _drifted(job: DebtJob, found: Drift, plan: DebtPlan) -> Iterator[ReportLine]:
    for ticket in found.gone:
        if ticket.key not in plan.postponed:
            done = _done_already(ticket.key, plan.memory.made.get(ticket.key), job)
            if done is None:
                yield _line(job, ticket, GONE_PAID if job.keeps else GONE)
            else:
                yield _line(job, ticket, done, Outcome.UNCHANGED)
    for ticket in found.appeared:
        yield _line(job, ticket, APPEARED)
    for change in found.changed:
        before, now = change.before.amount, change.now.amount
        words = Words(
            ru=f"сумма изменилась: {format_money(before, 'ru')} → {format_money(now, 'ru')}",
            en=f"the sum has changed: {format_money(before, 'en')} → {format_money(now, 'en')}",
        )
        yield _line(job, change.now, words)


def _done_already(key: EpisodeKey, made: MadeTicket | None, job: DebtJob) -> Words | None:
    """What was approved once before, or done by another run since, is not gone; None when it is."""
    if made is None:
        return None
    if job.keeps and key.purpose == "debt":
        return CLOSED if made.settled else None
    return None if made.settled else THERE


def _line(job: DebtJob, ticket: PlannedTicket, why: Words, outcome: Outcome = Outcome.SKIPPED) -> ReportLine:
    return ticket_line(job, ticket.key.title, why, outcome)
