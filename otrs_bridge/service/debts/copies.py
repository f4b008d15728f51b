"""Tickets that carry the key of another one: a person split or copied it, or two bridges knew nothing of each other.

The older stays, the other is closed with a note and reported: one debt, one ticket (docs/field-rules.md#episodes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from otrs_bridge.domain.billing.keys import EpisodeKey, NotAKey, ReminderKey, TicketKey, parse_ticket_key
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, MadeReminder, MadeTicket
from otrs_bridge.service.debts.memory import Memory
from otrs_bridge.service.debts.report_lines import ticket_line
from otrs_bridge.service.gateway.attempt import PATIENCE
from otrs_bridge.service.gateway.completing import Completer, one_that_stays, ours
from otrs_bridge.words import Words

_NOT_CERTAIN = Words(
    ru="заявок с этим ключом несколько, а первую OTRS не показывает: закройте лишнюю сами",
    en="there are several tickets with this key and OTRS does not show the first one: close the other yourself",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyCloser:
    """Closes copies, and remembers which ticket stays."""

    completer: Completer
    jobs: JobJournal
    clock: Clock

    def planned(self, job: DebtJob, known: Memory, outcome: Outcome) -> Iterator[ReportLine]:
        """What `close` would do."""
        for key, tickets in _several(job, known):
            kept = one_that_stays(tickets) if tickets else None
            if kept is None:
                yield ticket_line(job, key.title, _NOT_CERTAIN, Outcome.CONFLICT)
                continue
            for ticket in tickets:
                if ticket.id != kept.id and not ticket.is_over:
                    why = Words(ru=f"повтор заявки {kept.number}", en=f"a duplicate of ticket {kept.number}")
                    yield ticket_line(job, key.title, why, outcome, ticket=ticket)

    def close(self, job: DebtJob, run: int, known: Memory) -> Iterator[ReportLine]:
        """Do it."""
        for key, tickets in _several(job, known):
            if not tickets:
                yield ticket_line(job, key.title, _NOT_CERTAIN, Outcome.CONFLICT)
                continue
            kept = one_that_stays(tickets)
            said = self.completer.close_duplicates(run, kept, tickets)
            if kept.id != known.made[key].ticket_id:
                made = replace(known.made[key], ticket_id=kept.id, ticket_number=kept.number)
                self.jobs.remember_made([made], at=self.clock.now())
            if said is not None:
                outcome, words = said
                yield ticket_line(job, key.title, words, outcome, ticket=kept)

    @property
    def watched(self) -> Sequence[str]:
        """The keys whose create had to be sent again, long enough ago to look whether the first one has landed."""
        return self.jobs.watched(before=self.completer.gateway.patience.ago(PATIENCE))

    def look_again(self, run: int) -> Iterator[tuple[str, Outcome, Words, Ticket]]:
        """Close what turned up twice of those: (title, what came of it, in words, the one that stays)."""
        watched = self.watched
        keys = {text: key for text in watched if not isinstance(key := parse_ticket_key(text), NotAKey)}
        helpdesk, field = self.completer.gateway.outside.helpdesk, self.completer.key_field
        found = helpdesk.find_made(field, {text: key.title for text, key in keys.items()})
        for text, key in keys.items():
            tickets = ours(found[text], field)
            closed = self.completer.close_duplicates(run, one_that_stays(tickets), tickets) if tickets else None
            if closed is not None:
                self._stays(key, one_that_stays(tickets))
                yield key.title, *closed, one_that_stays(tickets)
        self.jobs.unwatch(watched)

    def _stays(self, key: TicketKey, kept: Ticket) -> None:
        made: MadeTicket | MadeReminder
        if isinstance(key, ReminderKey):
            made = MadeReminder(key=key, ticket_id=kept.id, ticket_number=kept.number)
        else:
            known = {one.key: one for one in self.jobs.made_tickets()}
            made = replace(known[key], ticket_id=kept.id, ticket_number=kept.number)
        self.jobs.remember_made([made], at=self.clock.now())


def _several(job: DebtJob, known: Memory) -> Iterator[tuple[EpisodeKey, tuple[Ticket, ...]]]:
    """The keys with copies, each with all its tickets; () where the one that is remembered is not shown."""
    for key, copies in known.copies.items():
        if job.keeps and key.service in job.services:
            first = known.tickets.get(known.made[key].ticket_id)
            yield key, (first, *copies) if first is not None else ()
