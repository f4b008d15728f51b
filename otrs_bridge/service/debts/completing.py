"""After a create: what is missing in a ticket is completed, and of several tickets for one key one stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, Proposal, TicketRemark
from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket, Value, dynamic
from otrs_bridge.errors import OutcomeUnknown
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.service.gateway import Gateway, Order, Outside
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

WAIT = 6.0  # seconds: an incomplete ticket may be one that OTRS is still creating
TRIES = 3

Wanted = Mapping[str, tuple[str, Callable[[], NewTicket | Words]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Completer:
    """Mends what a create left. `closed` is the state in which a superfluous ticket ends, `rule` who says so."""

    outside: Outside
    gateway: Gateway
    key_field: str
    closed: str
    rule: str = "jobs"

    def completed(self, wanted: Wanted) -> Mapping[str, tuple[Ticket, ...]]:
        """The tickets of each key ({key: (title, compose)}), the one that stays complete. Raises as the helpdesk does."""
        titles = {key: title for key, (title, _) in wanted.items()}
        for tries in range(TRIES + 1):
            found = self.outside.helpdesk.find_made(self.key_field, titles)
            tickets = {key: ours(those, self.key_field) for key, those in found.items()}
            broken = {key: first for key, those in tickets.items() if (first := _incomplete(those, self.key_field))}
            if not broken or tries == TRIES:
                break
            self.outside.clock.sleep(WAIT)
            fresh = {t.id: t for t in self.outside.helpdesk.read([t.id for t in broken.values()]).tickets}
            for key, ticket in broken.items():
                self._complete(key, fresh.get(ticket.id, ticket), wanted[key][1])
        return tickets

    def _complete(self, key: str, ticket: Ticket, compose: Callable[[], NewTicket | Words]) -> None:
        new = compose()
        fields: dict[str, Value] = {}
        note = None
        if not ticket.value_of(dynamic(self.key_field)):
            fields[dynamic(self.key_field)] = key
        if isinstance(new, NewTicket):
            if not ticket.customer.user:
                fields["customer"] = new.customer
            if ticket.article is None:
                note = Note(subject=new.subject, body=new.body)
                absent = {name: value for name, value in new.dynamic_fields.items() if value}
                fields |= {dynamic(n): v for n, v in absent.items() if not ticket.value_of(dynamic(n))}
        elif ticket.article is None:
            note = Note(subject=ticket.title, body=new.ru)
        if not fields and note is None:
            return
        log.warning("orphan completed", ticket=ticket.number, key=key, fields=sorted(fields), article=note is not None)
        try:
            self.outside.helpdesk.update(ticket.id, fields, note)
        except OutcomeUnknown as lost:  # the next look says what was done
            log.warning("write outcome unknown", ticket=ticket.number, error=str(lost))
            self.outside.clock.sleep(WAIT)

    def close_duplicates(self, run: int, kept: Ticket, tickets: Sequence[Ticket]) -> Words | None:
        """Close every other ticket of the same key that is still open; what to tell about it, None when there is none."""
        others = [one for one in tickets if one.id != kept.id and not one.is_technical and one.state_type != "closed"]
        if not others:
            return None
        numbers = ", ".join(one.number for one in others)
        list(self.gateway.carry_out(Order(run=run, judge_again=False), [self._closing(one, kept) for one in others]))
        log.error("duplicate tickets closed", kept=kept.number, closed=numbers)
        return Words(
            ru=f"было несколько заявок, осталась эта; закрыты: {numbers}",
            en=f"there were several tickets, this one stays; closed: {numbers}",
        )

    def _closing(self, ticket: Ticket, kept: Ticket) -> Decision:
        why = Words(ru=f"повтор заявки {kept.number}", en=f"a duplicate of ticket {kept.number}")
        change = Change(rule=self.rule, field="state", old=ticket.state_value, new=self.closed, why=why)
        remark = Remark(rule=self.rule, text=why)
        return Decision(
            ticket=ticket,
            proposals=(Proposal(change=change, mode=Mode.ENFORCE, outcome=Outcome.PLANNED),),
            remarks=(TicketRemark(remark=remark, mode=Mode.ENFORCE, outcome=Outcome.PLANNED),),
        )


def ours(tickets: Sequence[Ticket], key_field: str) -> tuple[Ticket, ...]:
    """Without the tickets that merely have the same title: somebody's e-mail about ours has an article of theirs."""
    return tuple(
        ticket
        for ticket in tickets
        if ticket.value_of(dynamic(key_field)) or ticket.article is None or ticket.article.sender_type == "agent"
    )


def standing_first(tickets: Sequence[Ticket]) -> Ticket:
    """The one that stays: the oldest that is neither merged nor removed, else the oldest."""
    return min(tickets, key=lambda ticket: (ticket.is_technical, ticket.id))


def _incomplete(tickets: Sequence[Ticket], key_field: str) -> Ticket | None:
    """The ticket that stays, when something of it is missing."""
    if not tickets:
        return None
    kept = standing_first(tickets)
    whole = kept.article is not None and kept.customer.user and kept.value_of(dynamic(key_field))
    return None if whole or kept.is_technical else kept
