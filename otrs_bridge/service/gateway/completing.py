"""After a create: what is missing in a ticket is completed, and of several tickets for one key one stays.

Nothing is believed to be there that was not read back: what stays missing is told, and the ticket is not called made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, Proposal, TicketRemark
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, NewTicket, Ticket, Value, dynamic, same_value
from otrs_bridge.errors import BridgeError, JournalUnusable
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.ports.journal import REPAIR
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writing import Order
from otrs_bridge.words import LANGUAGES, Words

log = structlog.get_logger(__name__)

WAIT = 6.0  # seconds: an incomplete ticket may be one that OTRS is still creating
TRIES = 3

_ARTICLE = "article"
_TEXT = Words(ru="текст", en="text")
_INCOMPLETE = Words(ru="заявка создана не полностью", en="the ticket was not created whole")

KEPT_OUT = Words(
    ru="OTRS принял дополнение, но не записал его", en="OTRS accepted what was missing but did not keep it"
)
STILL_COMING = Words(
    ru="возможно, OTRS ещё создаёт её; через несколько минут мост проверит снова",
    en="OTRS may still be making it; the bridge looks again in some minutes",
)
NOT_KNOWN_HOW = Words(ru="чем дополнить, неизвестно", en="what belongs there is not known")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The ticket of one key: its title, how to compose it, and what was sent of it in this run (None: nothing was).

    `coming`: OTRS may still be making it, so it is not completed: its text would stand there twice.
    """

    title: str
    compose: Callable[[], NewTicket | Words]
    sent: NewTicket | None = None
    coming: bool = False


@dataclass(kw_only=True, slots=True)
class Completed:
    """By key the tickets as read back last, and what is still missing in the one that stays; `unknown`: it may come yet."""

    tickets: Mapping[str, tuple[Ticket, ...]] = field(default_factory=dict)
    missing: dict[str, Words] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Repair:
    """What completes one ticket, with the `article` that it lacks. `otherwise`: what is said where OTRS does not keep it."""

    decision: Decision
    article: Note | None
    otherwise: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Completer:
    """Mends what a create left. `closed` is the state in which a superfluous ticket ends, `rule` who says so."""

    gateway: Gateway
    key_field: str
    closed: str
    rule: str = "jobs"

    def completed(self, run: int, wanted: Mapping[str, Wanted]) -> Completed:
        """The tickets of each key, the one that stays complete where OTRS lets it be. Raises as the helpdesk does."""
        done = Completed()
        said: dict[str, Words] = {}
        for tries in range(TRIES + 1):
            found = self.gateway.outside.helpdesk.find_made(
                self.key_field, {key: one.title for key, one in wanted.items()}
            )
            done.tickets = {key: ours(those, self.key_field) for key, those in found.items()}
            broken = {key: kept for key, those in done.tickets.items() if (kept := self._broken(those, wanted[key]))}
            going = {key: kept for key, kept in broken.items() if key not in said}
            if not going or tries == TRIES:
                break
            self.gateway.outside.clock.sleep(WAIT)
            fresh = {t.id: t for t in self.gateway.outside.helpdesk.read([t.id for t in going.values()]).tickets}
            going = {key: fresh.get(one.id, one) for key, one in going.items()}
            for key, (outcome, words) in self._complete(run, going, wanted).items():
                said[key] = words
                done.unknown |= {key} if outcome is Outcome.UNKNOWN else set()
        done.missing = {key: self._missing_words(kept, wanted[key], said.get(key)) for key, kept in broken.items()}
        return done

    def _broken(self, tickets: Sequence[Ticket], wanted: Wanted) -> Ticket | None:
        """The ticket that stays, when something of it is missing."""
        kept = one_that_stays(tickets) if tickets else None
        return kept if kept is not None and self._missing(kept, wanted) else None

    def _missing(self, ticket: Ticket, wanted: Wanted) -> list[str]:
        """What a ticket of ours has to hold and does not: the fields' names, and `article`."""
        if ticket.is_technical:
            return []
        sent = wanted.sent.dynamic_fields if wanted.sent else {}
        names = dict.fromkeys([self.key_field, *(name for name, value in sent.items() if value)])
        lacking = [dynamic(name) for name in names if not ticket.value_of(dynamic(name))]
        lacking += [] if ticket.customer.user and not _strangers(ticket, wanted.sent) else ["customer"]
        return lacking + ([] if self._has_text(ticket) else [_ARTICLE])

    def _has_text(self, ticket: Ticket) -> bool:
        """OTRS shows an article before its text is stored, and for good where storing it failed; a later one has it then."""
        if ticket.article is None or ticket.article.body.strip():
            return ticket.article is not None
        newest = self.gateway.outside.helpdesk.last_articles(ticket.id, TRIES)
        return any(one.internal and one.body.strip() for one in newest)

    def _missing_words(self, ticket: Ticket, wanted: Wanted, said: Words | None) -> Words:
        missing = self._missing(ticket, wanted)
        ru, en = (
            ", ".join(_TEXT.text(one) if name == _ARTICLE else field_label(name, one) for name in missing)
            for one in LANGUAGES
        )
        because = said or Words(ru="", en="")
        if _strangers(ticket, wanted.sent):
            because = _anothers(ticket.customer.user, because)
        return Words(
            ru=f"заявка {ticket.number} создана не полностью, нет: {ru}" + (f" ({because.ru})" if because.ru else ""),
            en=f"ticket {ticket.number} is incomplete, missing: {en}" + (f" ({because.en})" if because.en else ""),
        )

    def _complete(
        self, run: int, going: Mapping[str, Ticket], wanted: Mapping[str, Wanted]
    ) -> Mapping[str, tuple[Outcome, Words]]:
        """Send what is missing, once. By key why it may stay so; what has come by itself is left to the next look."""
        said: dict[str, tuple[Outcome, Words]] = {}
        repairs: dict[str, _Repair] = {}
        for key, ticket in going.items():
            match self._repair(key, ticket, wanted[key]):
                case _Repair() as repair:
                    repairs[key] = repair
                case Words() as why_not:
                    said[key] = Outcome.UNKNOWN if wanted[key].coming else Outcome.FAILED, why_not
        articles = {one.decision.ticket.id: one.article for one in repairs.values() if one.article is not None}
        order = Order(run=run, judge_again=False, mode=REPAIR, articles=articles)
        lines = self.gateway.carry_out_here(order, [one.decision for one in repairs.values()])
        failed = {line.ticket_id: (line.outcome, line.detail) for line in lines if _left_open(line.outcome)}
        for key, repair in repairs.items():
            ticket = repair.decision.ticket
            outcome, detail = failed.get(ticket.id, (Outcome.FAILED, None))
            said[key] = outcome, detail or repair.otherwise
            log.warning("orphan completed", ticket=ticket.number, key=key, whole=ticket.id not in failed)
        return said

    def _repair(self, key: str, ticket: Ticket, wanted: Wanted) -> _Repair | Words | None:
        """What is to be sent; None: nothing is missing any more; otherwise why nothing can be."""
        missing = self._missing(ticket, wanted)
        if not missing or wanted.coming:
            return STILL_COMING if missing else None
        try:
            new = wanted.compose()
        except JournalUnusable:
            raise
        except BridgeError as error:
            return error.words
        changes, article = self._what_is_to_be_sent(key, ticket, missing, new)
        if not changes and article is None:
            return new if isinstance(new, Words) else NOT_KNOWN_HOW
        remarks = [Remark(rule=self.rule, text=_TEXT)] if article else []
        otherwise = new if isinstance(new, Words) else KEPT_OUT
        return _Repair(decision=_decision(ticket, changes, remarks), article=article, otherwise=otherwise)

    def _what_is_to_be_sent(
        self, key: str, ticket: Ticket, missing: Sequence[str], new: NewTicket | Words
    ) -> tuple[list[Change], Note | None]:
        fields: dict[str, Value] = {dynamic(self.key_field): key} if dynamic(self.key_field) in missing else {}
        article, stand_in = None, None
        if isinstance(new, NewTicket):
            fields |= {"customer": _customer_for(ticket, new)} if "customer" in missing else {}
            absent = {dynamic(name): value for name, value in new.dynamic_fields.items() if value}
            fields |= {name: value for name, value in absent.items() if not ticket.value_of(name)}
            article = Note(subject=new.subject, body=new.body) if _ARTICLE in missing else None
            stand_in = new.stand_in
        elif _ARTICLE in missing:
            article = Note(subject=ticket.title, body=new.text(self.gateway.language))
        return [self._change(ticket, name, value, stand_in) for name, value in fields.items()], article

    def _change(self, ticket: Ticket, name: str, new: Value, stand_in: Customer | None) -> Change:
        """As in the create, a placeholder stands in for a customer user whom OTRS does not know."""
        change = Change(rule=self.rule, field=name, old=ticket.value_of(name), new=new, why=_INCOMPLETE, told=False)
        is_login = name == "customer" and stand_in not in {None, new}
        return (
            replace(change, if_refused=self._change(ticket, name, stand_in, None)) if is_login and stand_in else change
        )

    def close_duplicates(self, run: int, kept: Ticket, tickets: Sequence[Ticket]) -> tuple[Outcome, Words] | None:
        """Close every other ticket of the same key that is still open; what came of it, None when there is none."""
        others = [one for one in tickets if one.id != kept.id and not one.is_over]
        if not others:
            return None
        order = Order(run=run, judge_again=False)
        lines = self.gateway.carry_out_here(order, [self._closing(one, kept) for one in others])
        failed = {line.ticket_id: line.detail for line in lines if line.field == "state" and _left_open(line.outcome)}
        closed = ", ".join(one.number for one in others if one.id not in failed)
        log.error("duplicate tickets", kept=kept.number, closed=closed, left_open=len(failed))
        if not failed:
            return Outcome.APPLIED, Words(
                ru=f"было несколько заявок, осталась эта; закрыты: {closed}",
                en=f"there were several tickets, this one stays; closed: {closed}",
            )
        left = ", ".join(one.number for one in others if one.id in failed)
        why = next((words for words in failed.values() if words), Words(ru="", en=""))
        return Outcome.FAILED, Words(
            ru=f"заявок несколько, остаться должна эта; не удалось закрыть: {left}. {why.ru}".strip(),
            en=f"there are several tickets, this one is to stay; could not be closed: {left}. {why.en}".strip(),
        )

    def _closing(self, ticket: Ticket, kept: Ticket) -> Decision:
        why = Words(ru=f"повтор заявки {kept.number}", en=f"a duplicate of ticket {kept.number}")
        change = Change(rule=self.rule, field="state", old=ticket.state_value, new=self.closed, why=why)
        return _decision(ticket, [change], [Remark(rule=self.rule, text=why)])


def _decision(ticket: Ticket, changes: Sequence[Change], remarks: Sequence[Remark]) -> Decision:
    return Decision(
        ticket=ticket,
        proposals=tuple(Proposal(change=one, mode=Mode.ENFORCE, outcome=Outcome.PLANNED) for one in changes),
        remarks=tuple(TicketRemark(remark=one, mode=Mode.ENFORCE, outcome=Outcome.PLANNED) for one in remarks),
    )


def ours(tickets: Sequence[Ticket], key_field: str) -> tuple[Ticket, ...]:
    """Without the tickets that merely have the same title: somebody's e-mail about ours has an article of theirs."""
    return tuple(
        ticket
        for ticket in tickets
        if ticket.value_of(dynamic(key_field)) or ticket.article is None or ticket.article.sender_type == "agent"
    )


def one_that_stays(tickets: Sequence[Ticket]) -> Ticket:
    """The one that stays: the oldest that is neither merged nor removed, else the oldest."""
    return min(tickets, key=lambda ticket: (ticket.is_technical, ticket.id))


def _strangers(ticket: Ticket, sent: NewTicket | None) -> bool:
    """Whether OTRS gave a ticket to another customer than was sent. Letters are compared, for its database may take other
    ones for the same (on MariaDB the login `smírnov` is that of `smirnov`); OTRS knows no letter case of a login.
    """
    wanted = [one for one in (sent.customer, sent.stand_in) if one] if sent else []
    user = ticket.customer.user
    return bool(user and wanted) and not any(same_value(user.casefold(), one.user.casefold()) for one in wanted)


def _customer_for(ticket: Ticket, new: NewTicket) -> Customer:
    """Who belongs into a ticket without its customer: the placeholder where OTRS has taken the login for another's."""
    return new.stand_in if ticket.customer.user and new.stand_in is not None else new.customer


def _anothers(user: str, because: Words) -> Words:
    ru, en = (f"; {words}" if words else "" for words in (because.ru, because.en))
    return Words(
        ru=f"OTRS отдал заявку другому клиенту, {user}{ru}", en=f"OTRS gave the ticket to another customer, {user}{en}"
    )


def _left_open(outcome: Outcome) -> bool:
    return outcome not in {Outcome.APPLIED, Outcome.UNCHANGED}
