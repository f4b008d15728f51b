"""After a create: what is missing in a ticket is completed, and of several tickets for one key one stays.

Nothing is believed to be there that was not read back: what stays missing is told, and the ticket is not called made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, Proposal, TicketRemark
from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, Ticket, Value, dynamic, same_value
from otrs_bridge.errors import BridgeError, JournalUnusable, OtrsRejected, OutcomeUnknown
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.service.gateway.gateway import Gateway, Order, Outside
from otrs_bridge.words import LANGUAGES, Words

log = structlog.get_logger(__name__)

WAIT = 6.0  # seconds: an incomplete ticket may be one that OTRS is still creating
TRIES = 3

_CUSTOMER = "CustomerUser"  # how OTRS names what it refuses
_ARTICLE = "article"
_ARTICLES = Words(ru="текст", en="text")

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
    """By key the tickets as read back last, and what is still missing in the one that stays."""

    tickets: Mapping[str, tuple[Ticket, ...]] = field(default_factory=dict)
    missing: dict[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Completer:
    """Mends what a create left. `closed` is the state in which a superfluous ticket ends, `rule` who says so."""

    outside: Outside
    gateway: Gateway
    key_field: str
    closed: str
    rule: str = "jobs"

    def completed(self, wanted: Mapping[str, Wanted]) -> Completed:
        """The tickets of each key, the one that stays complete where OTRS lets it be. Raises as the helpdesk does."""
        done = Completed()
        said: dict[str, Words] = {}
        for tries in range(TRIES + 1):
            found = self.outside.helpdesk.find_made(self.key_field, {key: one.title for key, one in wanted.items()})
            done.tickets = {key: ours(those, self.key_field) for key, those in found.items()}
            broken = {key: kept for key, those in done.tickets.items() if (kept := self._broken(those, wanted[key]))}
            going = {key: kept for key, kept in broken.items() if key not in said}
            if not going or tries == TRIES:
                break
            self.outside.clock.sleep(WAIT)
            fresh = {t.id: t for t in self.outside.helpdesk.read([t.id for t in going.values()]).tickets}
            said |= {
                key: words
                for key, ticket in going.items()
                if (words := self._complete(key, fresh.get(ticket.id, ticket), wanted[key])) is not None
            }
        done.missing = {key: self._missing_words(kept, wanted[key], said.get(key)) for key, kept in broken.items()}
        return done

    def _broken(self, tickets: Sequence[Ticket], wanted: Wanted) -> Ticket | None:
        """The ticket that stays, when something of it is missing."""
        kept = standing_first(tickets) if tickets else None
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
        return any(one.body.strip() for one in self.outside.helpdesk.last_articles(ticket.id, TRIES))

    def _missing_words(self, ticket: Ticket, wanted: Wanted, said: Words | None) -> Words:
        missing = self._missing(ticket, wanted)
        ru, en = (
            ", ".join(_ARTICLES.text(one) if name == _ARTICLE else field_label(name, one) for name in missing)
            for one in LANGUAGES
        )
        because = said or Words(ru="", en="")
        if _strangers(ticket, wanted.sent):
            because = _anothers(ticket.customer.user, because)
        return Words(
            ru=f"заявка {ticket.number} создана не полностью, нет: {ru}" + (f" ({because.ru})" if because.ru else ""),
            en=f"ticket {ticket.number} is incomplete, missing: {en}" + (f" ({because.en})" if because.en else ""),
        )

    def _complete(self, key: str, ticket: Ticket, wanted: Wanted) -> Words | None:
        """Send what is missing, once. None: the next look says what came of it; else why trying again is of no use."""
        missing = self._missing(ticket, wanted)
        if not missing:
            return None
        if wanted.coming:
            return STILL_COMING
        try:
            new = wanted.compose()
        except JournalUnusable:
            raise
        except BridgeError as error:
            return error.words
        fields, note = self._what_is_to_be_sent(key, ticket, missing, new)
        if not fields and note is None:
            return new if isinstance(new, Words) else NOT_KNOWN_HOW
        log.warning("orphan completed", ticket=ticket.number, key=key, fields=sorted(fields), article=note is not None)
        try:
            self._update(ticket, fields, note, new)
        except OutcomeUnknown as lost:  # the next look says what was done
            log.warning("write outcome unknown", ticket=ticket.number, error=str(lost))
            self.outside.clock.sleep(WAIT)
            return None
        except BridgeError as error:
            return error.words
        return new if isinstance(new, Words) else KEPT_OUT

    def _what_is_to_be_sent(
        self, key: str, ticket: Ticket, missing: Sequence[str], new: NewTicket | Words
    ) -> tuple[dict[str, Value], Note | None]:
        fields: dict[str, Value] = {dynamic(self.key_field): key} if dynamic(self.key_field) in missing else {}
        note = None
        if isinstance(new, NewTicket):
            fields |= {"customer": _customer_for(ticket, new)} if "customer" in missing else {}
            absent = {dynamic(name): value for name, value in new.dynamic_fields.items() if value}
            fields |= {name: value for name, value in absent.items() if not ticket.value_of(name)}
            note = Note(subject=new.subject, body=new.body) if _ARTICLE in missing else None
        elif _ARTICLE in missing:
            note = Note(subject=ticket.title, body=new.text(self.gateway.language))
        return fields, note

    def _update(self, ticket: Ticket, fields: Mapping[str, Value], note: Note | None, new: NewTicket | Words) -> None:
        """As in the create, a placeholder stands in for a customer user whom OTRS does not know."""
        try:
            self.outside.helpdesk.update(ticket.id, fields, note)
        except OtrsRejected as refused:  # nothing was done
            stand_in = new.stand_in if isinstance(new, NewTicket) else None
            if stand_in is None or "customer" not in fields or _CUSTOMER not in refused.text:
                raise
            self.outside.helpdesk.update(ticket.id, {**fields, "customer": stand_in}, note)

    def close_duplicates(self, run: int, kept: Ticket, tickets: Sequence[Ticket]) -> tuple[Outcome, Words] | None:
        """Close every other ticket of the same key that is still open; what came of it, None when there is none."""
        others = [one for one in tickets if one.id != kept.id and not one.is_technical and one.state_type != "closed"]
        if not others:
            return None
        order = Order(run=run, judge_again=False)
        lines = list(self.gateway.carry_out(order, [self._closing(one, kept) for one in others]))
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
