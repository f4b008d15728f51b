"""Keeping disconnection tickets true: notes of growth and of holds, closing what is paid, reconnecting what was cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from otrs_bridge.domain.billing.debt import Decision as AccountDecision
from otrs_bridge.domain.billing.episodes import ClosePaid, EpisodeTicket, Grow, Kept, Reconnect, Revive, Warn
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.receipt import receipt_title
from otrs_bridge.domain.billing.ticket_text import again_note, paid_note, stop_note
from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, Proposal, TicketRemark
from otrs_bridge.domain.report import ReportLine, planned_lines
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, MadeTicket
from otrs_bridge.service.debts.memory import EpisodeMemory, Memory, settled_made
from otrs_bridge.service.debts.tickets import BillingTickets
from otrs_bridge.service.gateway.attempt import Opening
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writing import Order
from otrs_bridge.words import Language, Words

PAID_NOTE = Words(ru=paid_note(language="ru"), en=paid_note(language="en"))
AGAIN_NOTE = Words(ru=again_note(language="ru"), en=again_note(language="en"))
SAID_ALREADY = Words(ru="это в заявке уже сказано", en="the ticket says so already")


@dataclass(frozen=True, kw_only=True, slots=True)
class _TicketUpdate:
    """What is to be written into one ticket, and what is remembered of it then.

    An article with the text `mark` says that it was written before, by a run that was killed before it could remember.
    """

    decision: Decision
    mark: Words
    after: MadeTicket


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """Carries out what concerns tickets that exist."""

    memory: EpisodeMemory
    jobs: JobJournal
    gateway: Gateway
    tickets: BillingTickets
    clock: Clock
    language: Language

    def keep(self, run: int, rule: str, actions: Sequence[Kept], known: Memory) -> Iterator[ReportLine]:
        """Write what is not written yet, and remember it."""
        wishes: dict[int, _TicketUpdate] = {}
        for action in actions:
            ticket = known.tickets.get(action.ticket.ticket_id)
            if ticket is None or ticket.is_technical:  # out of people's sight: nobody would read it
                continue
            wish = self._wish(rule, action, ticket, known.made[action.ticket.key])
            if wish is None:
                continue
            # What may be said a second time of one ticket is not looked for: it may stand there from the first.
            if isinstance(action, ClosePaid | Revive) or not self._says(wish):
                wishes[ticket.id] = wish
            else:
                yield from planned_lines(wish.decision, Outcome.UNCHANGED, SAID_ALREADY)
                self._remember([wish.after])
        done: set[int] = set()
        order = Order(run=run, judge_again=False)
        for line in self.gateway.carry_out(order, [wish.decision for wish in wishes.values()]):
            # A closing is ours when we changed the state, with or without its note. Where a person did, meanwhile, the
            # line may have been cut: that stays to be settled.
            closing = bool(wishes[line.ticket_id].decision.proposals)
            if line.outcome is Outcome.APPLIED and (line.field == "state" or not closing):
                done.add(line.ticket_id)
            yield line
        self._remember([wish.after for ticket_id, wish in wishes.items() if ticket_id in done])

    def planned(self, rule: str, actions: Sequence[Kept], known: Memory, outcome: Outcome) -> Iterator[ReportLine]:
        """What `keep` would write."""
        for action in actions:
            ticket = known.tickets.get(action.ticket.ticket_id)
            if ticket is not None and not ticket.is_technical:
                yield from planned_lines(_decision(rule, ticket, _brief(action), action), outcome)

    def settle_what_nobody_cut(self, actions: Sequence[Reconnect], known: Memory) -> list[Reconnect]:
        """Without the tickets that the bridge closed itself and was killed before it could remember it."""
        real = []
        for action in actions:
            ours = [one for one in action.settles if self._closed_by_us(one, known)]
            self._remember([settled_made(known.made[one.key], action.left) for one in ours])
            left = tuple(one for one in action.settles if one not in ours)
            if not action.settles:
                real.append(action)
            elif left:
                real.append(replace(action, key=left[-1].key.reconnection, settles=left))
        return real

    def reconnection(self, action: Reconnect, decision: AccountDecision) -> Opening:
        """The ticket that takes the cuts of a line back."""
        last = action.settles[-1] if action.settles else None
        return Opening(
            made=MadeTicket(key=action.key, ticket_id=0),
            compose=lambda: self.tickets.reconnection(decision.account, action.key, last, action.settled),
        )

    def reconnected(self, action: Reconnect, known: Memory) -> None:
        """The reconnection ticket exists: the cuts that it takes back are settled."""
        self._remember([settled_made(known.made[one.key], action.left) for one in action.settles])

    def _closed_by_us(self, one: EpisodeTicket, known: Memory) -> bool:
        ticket = known.tickets.get(one.ticket_id)
        return ticket is not None and ticket.is_closed and self.memory.closed_as_paid(ticket.id)

    def _wish(self, rule: str, action: Kept, ticket: Ticket, made: MadeTicket) -> _TicketUpdate | None:
        match action:
            case Grow(debt=debt):
                text = self.tickets.growth(debt)
                if text is None:
                    return None
                # The sum may have changed since: who pays in parts gets one note a month all the same.
                mark = receipt_title(debt.account.contract, debt.period)
                after = replace(made, noted_debt=debt.amount, noted_in=debt.period)
            case Warn(stop=stop):
                text = mark = Words(ru=stop_note(stop, language="ru"), en=stop_note(stop, language="en"))
                after = replace(made, noted_stop=stop.mark)
            case Revive(debt=debt):
                text = mark = AGAIN_NOTE
                after = replace(made, settled=False, noted_debt=debt.amount, noted_in=debt.period, noted_stop="")
            case ClosePaid(left=left):
                text = mark = self.tickets.paid_note(action.ticket.key)
                after = settled_made(made, left)
        decision = _decision(rule, ticket, text, action, closed=self.tickets.form.closed)
        return _TicketUpdate(decision=decision, mark=mark, after=after)

    def _says(self, wish: _TicketUpdate) -> bool:
        return self.memory.says(wish.decision.ticket.id, wish.mark.text(self.language))

    def _remember(self, made: Sequence[MadeTicket]) -> None:
        if made:
            self.jobs.remember_made(made, at=self.clock.now())


def _decision(rule: str, ticket: Ticket, text: Words, action: Kept, closed: str = "closed successful") -> Decision:
    remark = TicketRemark(remark=Remark(rule=rule, text=text), mode=Mode.ENFORCE, outcome=Outcome.PLANNED)
    if not isinstance(action, ClosePaid):
        return Decision(ticket=ticket, remarks=(remark,))
    why = Words(ru="долга больше нет", en="the debt is gone")
    change = Change(rule=rule, field="state", old=ticket.state_value, new=closed, why=why, told=False)
    return Decision(
        ticket=ticket,
        proposals=(Proposal(change=change, mode=Mode.ENFORCE, outcome=Outcome.PLANNED),),
        remarks=(remark,),
    )


def _brief(action: Kept) -> Words:
    match action:
        case Grow(debt=debt):
            ru, en = (format_money(debt.amount, language) for language in ("ru", "en"))
            return Words(ru=f"долг вырос: {ru}", en=f"the debt has grown: {en}")
        case Warn(stop=stop):
            return stop.words
        case Revive():
            return AGAIN_NOTE
        case ClosePaid():
            return PAID_NOTE
