"""The disconnection tickets as they stand: what the journal remembers of them, and what people have done since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.billing.episodes import EpisodeTicket, TicketStatus
from otrs_bridge.domain.billing.keys import EpisodeKey, NotAKey, ReminderKey, parse_ticket_key
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.settlement import Left, parse_left
from otrs_bridge.domain.billing.ticket_text import again_note, paid_notes
from otrs_bridge.domain.note_text import note_tells, squeezed
from otrs_bridge.domain.ticket import Ticket, dynamic, shown
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.helpdesk import Helpdesk
from otrs_bridge.ports.jobs import JobJournal, MadeReminder, MadeTicket
from otrs_bridge.service.debts.reading import Line
from otrs_bridge.words import LANGUAGES, Words

BATCH = 50
ARTICLES = 10  # so many of the newest are searched for a note of ours
LEFT_TO_ITS_JOB = timedelta(hours=1)
_NEVER = Period(year=1, month=1)
NEVER_GREW = Decimal("Infinity")  # what a ticket says is not known, so nothing is more than that


@dataclass(kw_only=True, slots=True)
class Memory:
    """By line its disconnection tickets; by key what is remembered; by id the tickets that OTRS showed.

    `hidden`: tickets that OTRS did not show, and why. `copies`: open tickets that carry the key of another one.
    `found`: open tickets with a key that nobody remembered.
    """

    lines: dict[Line, list[EpisodeTicket]] = field(default_factory=dict)
    made: dict[EpisodeKey, MadeTicket] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    hidden: dict[int, Words] = field(default_factory=dict)
    copies: dict[EpisodeKey, list[Ticket]] = field(default_factory=dict)
    found: list[MadeTicket] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeMemory:
    """Remembers tickets between runs, and can learn them anew from OTRS."""

    helpdesk: Helpdesk
    jobs: JobJournal
    clock: Clock
    key_field: str

    def recall(self, *, ask_otrs: bool) -> Memory:
        """Everything known; with `ask_otrs` what is not settled is looked at, since a person may have closed it.

        So is what else is open with a key of ours: settled tickets that somebody opened again (an undo does), and copies.
        """
        memory = Memory(made={made.key: made for made in self.jobs.made_tickets()})
        if ask_otrs:
            # Reconnections are never settled, and nothing follows from their states: they would only grow in number.
            live = [made.ticket_id for key, made in memory.made.items() if key.purpose == "debt" and not made.settled]
            opened = [number for page in self.helpdesk.with_value(self.key_field, open_only=True) for number in page]
            self._look_at(list(dict.fromkeys([*live, *opened])), memory)
            self._recognise([memory.tickets[number] for number in opened if number in memory.tickets], memory)
            originals = [memory.made[key].ticket_id for key in memory.copies]
            self._look_at([number for number in originals if number not in memory.tickets], memory)
        for made in memory.made.values():
            if made.key.purpose == "debt":
                line = (made.key.service, made.key.contract)
                status = _status(made, memory) if ask_otrs else ("settled" if made.settled else "open")
                memory.lines.setdefault(line, []).append(episode_ticket(made, status))
        return memory

    def _look_at(self, ids: Sequence[int], memory: Memory) -> None:
        for some in batched(ids, BATCH):
            read = self.helpdesk.read(some, with_article=False)
            memory.tickets.update((ticket.id, ticket) for ticket in read.tickets)
            memory.hidden.update(read.unreadable)

    def _recognise(self, opened: Sequence[Ticket], memory: Memory) -> None:
        """Whose keys these open tickets carry. Those that an opener has not seen whole yet are its own for a while."""
        now = self.clock.now()
        under_way = self.jobs.under_way(since=now - LEFT_TO_ITS_JOB, until=now + LEFT_TO_ITS_JOB) if opened else ()
        for ticket in sorted(opened, key=lambda ticket: ticket.id):
            key = parse_ticket_key(shown(ticket.value_of(dynamic(self.key_field))))
            if isinstance(key, NotAKey | ReminderKey) or key.purpose != "debt" or ticket.is_technical:
                continue
            known = memory.made.get(key)
            if known is None and str(key) in under_way:
                continue
            if known is None:
                memory.made[key] = MadeTicket(key=key, ticket_id=ticket.id, ticket_number=ticket.number)
                memory.found.append(memory.made[key])
            elif known.ticket_id != ticket.id:
                memory.copies.setdefault(key, []).append(ticket)

    def says(self, ticket_id: int, text: str) -> bool:
        """Whether one of our own among the ticket's newest articles holds this text: a client may have quoted it."""
        wanted, newest = squeezed(text), self.helpdesk.last_articles(ticket_id, ARTICLES)
        return any(one.ours and one.internal and wanted in squeezed(one.body) for one in newest)

    def closed_as_paid(self, ticket_id: int) -> bool:
        """Whether the bridge itself closed it, and it was not brought back to life since: nobody cut the line."""
        for article in self.helpdesk.last_articles(ticket_id, ARTICLES):
            if any(note_tells(article, again_note(language=language)) for language in LANGUAGES):
                return False
            if any(note_tells(article, note) for note in paid_notes()):
                return True
        return False

    def was_lost(self) -> bool:
        """Whether OTRS has tickets of debts and the journal remembers none of them."""
        if self.jobs.made_tickets():
            return False
        pages = self.helpdesk.with_value(self.key_field)
        reads = (self.helpdesk.read(some, with_article=False) for page in pages for some in batched(page, BATCH))
        written = (shown(one.value_of(dynamic(self.key_field))) for read in reads for one in read.tickets)
        return any(not isinstance(parse_ticket_key(one), NotAKey | ReminderKey) for one in written)

    def rebuild(self) -> tuple[int, int]:
        """Learn every ticket anew from the keys in OTRS; returns how many, and how many keys were none of ours."""
        learnt: dict[EpisodeKey, tuple[MadeTicket, Ticket]] = {}
        lists: dict[ReminderKey, MadeReminder] = {}
        strange = 0
        for page in self.helpdesk.with_value(self.key_field):
            for some in batched(page, BATCH):
                read = self.helpdesk.read(some, with_article=False)
                if read.unreadable:
                    raise SearchNotTrusted(
                        Words(
                            ru=f"OTRS находит заявки, но не показывает их: {read.reasons.ru}; запомнить их нельзя.",
                            en=f"OTRS found tickets that it does not show: {read.reasons.en}; they cannot be learnt.",
                        )
                    )
                for ticket in read.tickets:
                    key = parse_ticket_key(shown(ticket.value_of(dynamic(self.key_field))))
                    if isinstance(key, NotAKey):
                        strange += 1
                    elif isinstance(key, ReminderKey):
                        made = MadeReminder(key=key, ticket_id=ticket.id, ticket_number=ticket.number)
                        lists.setdefault(key, made)
                    elif key not in learnt or learnt[key][1].is_technical:
                        learnt[key] = MadeTicket(key=key, ticket_id=ticket.id, ticket_number=ticket.number), ticket
        self.jobs.remember_made([*self._settled(learnt), *lists.values()], at=self.clock.now())
        return len(learnt) + len(lists), strange

    def _settled(self, learnt: Mapping[EpisodeKey, tuple[MadeTicket, Ticket]]) -> Iterable[MadeTicket]:
        """What is remembered already stays; of what is new, whether its line was reconnected, or nobody had cut it.

        A reconnection carries the period of the youngest cut that it takes back, so it settles the older ones, too.
        """
        known = {made.key: made for made in self.jobs.made_tickets()}
        back: dict[Line, Period] = {}
        for key in sorted(key for key in learnt if key.purpose == "reconnect"):
            back[key.service, key.contract] = key.period
        for key, (made, ticket) in learnt.items():
            before = known.get(key)
            if before is not None and before.ticket_id == made.ticket_id:
                yield before
                continue
            reconnected = key.purpose == "debt" and key.period <= back.get((key.service, key.contract), _NEVER)
            closed = key.purpose == "debt" and ticket.is_closed
            yield replace(made, settled=reconnected or (closed and self.closed_as_paid(ticket.id)))


def _status(made: MadeTicket, memory: Memory) -> TicketStatus:
    ticket = memory.tickets.get(made.ticket_id)
    if made.settled:
        return "settled" if ticket is None or ticket.is_over else "reopened"
    if ticket is None:
        return "hidden"
    # A ticket that was merged away or removed is out of people's sight: its line may have been cut.
    return "carried out" if ticket.is_over else "open"


def episode_ticket(made: MadeTicket, status: TicketStatus) -> EpisodeTicket:
    """What is remembered of a disconnection, as the rules of episodes see it."""
    left = parse_left(made.noted_stop) if made.settled else None
    return EpisodeTicket(
        key=made.key,
        ticket_id=made.ticket_id,
        status=status,
        noted_debt=NEVER_GREW if made.noted_debt is None else made.noted_debt,
        noted_in=made.noted_in or made.key.period,
        noted_stop="" if made.settled else made.noted_stop,
        settled_at=made.settled_at if left else None,  # a memory that was rebuilt has the moment of that
        left=left,
    )


def settled_made(made: MadeTicket, left: Left | None) -> MadeTicket:
    """A ticket that is settled, with what was owed then: it is not to be cut any more, so nothing else stops that."""
    return replace(made, settled=True, noted_stop=left.mark if left else "")
