"""Opening tickets exactly once, whatever the network, OTRS or a kill does: one ticket for each key, never two.

Per key: claim it (one writer) → search by key and by title, the canary with them → ask at the last second whether and
how → journal that a create is being sent → ONE create on a fresh connection → journal the ticket → search and read back.
A create whose fate is unknown is never repeated before two searches, some time apart, have shown that it was not done.
What is left of a create that broke off is completed and adopted; of several tickets for one key the oldest stays. A ticket
counts as made once it was read back whole; until then the journal knows its id, and the next run looks at it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import BridgeError, JournalUnusable, OtrsRejected, OutcomeUnknown, SearchNotTrusted
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.service.breaker import Breaker
from otrs_bridge.service.debts.completing import Completed, Completer, Wanted, ours, standing_first
from otrs_bridge.service.debts.errand import (
    ADOPTED,
    NOT_KNOWN,
    Errand,
    Opened,
    Opening,
    end_what_needs_nothing,
    not_found_again,
    unverified,
)
from otrs_bridge.service.gateway import Outside
from otrs_bridge.service.sharing import shared_out
from otrs_bridge.service.writing import NOT_TRIED, STOPPED

log = structlog.get_logger(__name__)

CHUNK = 16  # keys claimed and searched for in one call; a worker's share before it looks up again
LEASE = timedelta(minutes=20)  # longer than a chunk can take with every call at its timeout
WAITS = (2.0, 6.0)  # seconds before each look for a create whose answer was lost: OTRS finishes what it began
_CUSTOMER = "CustomerUser"  # how OTRS names what it refuses
TRIES = 3  # creates for one key in one run


@dataclass(kw_only=True, slots=True)
class Opener:
    """Opens tickets. `key_field` is OTRS's name of the dynamic field that holds the key."""

    outside: Outside
    jobs: JobJournal
    completer: Completer
    key_field: str
    stopping: Callable[[], bool] = lambda: False
    _breaker: Breaker = field(default_factory=Breaker, init=False)

    def open_all(self, run: int, openings: Sequence[Opening]) -> Iterator[Opened]:
        """Open each of them once and yield what came of it, in the order given."""
        self._breaker = Breaker()
        workers = self.outside.helpdesk.workers
        chunks = shared_out(openings, workers=workers, at_most=CHUNK)
        with ThreadPoolExecutor(workers, thread_name_prefix="opening") as pool:
            for results in pool.map(lambda chunk: self._chunk(run, chunk), chunks):
                yield from results

    def _chunk(self, run: int, openings: Sequence[Opening]) -> list[Opened]:
        if self._held():
            return [self._not_tried(opening) for opening in openings]
        claims = self.jobs.claim_keys([one.key for one in openings], at=self.outside.clock.now(), lease=LEASE)
        errands = [Errand(opening=one, claim=claims[one.key], ticket_id=claims[one.key].ticket_id) for one in openings]
        for errand in errands:
            end_what_needs_nothing(errand)
        try:
            self._work(run, [errand for errand in errands if errand.result is None])
        finally:
            held = [one.opening.key for one in errands if one.claim.state != "in hand"]
            self.jobs.give_back(held)
        return [one.result or self._not_tried(one.opening) for one in errands]

    def _work(self, run: int, errands: Sequence[Errand]) -> None:
        try:
            self._look_first(errands)
        except JournalUnusable:
            raise
        except SearchNotTrusted as error:  # nothing was sent
            if len(errands) > 1:  # whose key the odd ticket holds shows when each is looked for alone
                for errand in errands:
                    self._work(run, [errand])
            else:
                errands[0].end(Outcome.FAILED, error.words)
            return
        except BridgeError as error:
            self._breaker.note(error)
            for errand in errands:
                errand.end(Outcome.FAILED, error.words)
            return
        while waiting := [one for one in errands if one.result is None and not one.ticket_id]:
            # Journaled for all of them at once: what is not sent in the end is taken back, and where the process dies
            # before that, the next run looks for all of them.
            self.jobs.trying([one.opening.key for one in waiting], run=run, at=self.outside.clock.now())
            for errand in waiting:
                self._create(errand)
            self.jobs.not_made([one.opening.key for one in waiting if one.result is not None])
            self._find_out([one for one in errands if one.unknown and one.result is None])
        self._read_back(run, [one for one in errands if one.result is None])

    # --- before the create ------------------------------------------------------------------------------------------

    def _look_first(self, errands: Sequence[Errand]) -> None:
        """What is there already is adopted; a key that was tried before is looked for twice."""
        tried = [one for one in errands if one.claim.state == "unknown"]
        if tried:
            self._let_otrs_finish(tried)
        self._adopt(errands, self._search(errands))
        again = [one for one in tried if not one.ticket_id]  # OTRS has named no ticket for them
        if again:
            self.outside.clock.sleep(WAITS[1])
            self._adopt(again, self._search(again))
            self.jobs.not_made([one.opening.key for one in again if not one.ticket_id])

    def _let_otrs_finish(self, errands: Sequence[Errand]) -> None:
        """Wait until the last create that was sent has had its time."""
        last = max((one.claim.tried_at for one in errands if one.claim.tried_at), default=None)
        if last is not None and self.outside.clock.now() - last < LEASE:
            self.outside.clock.sleep(WAITS[0])

    def _search(self, errands: Sequence[Errand]) -> Mapping[str, tuple[Ticket, ...]]:
        wanted = {one.opening.key: one.opening.title for one in errands}
        return self.outside.helpdesk.find_made(self.key_field, wanted)

    def _adopt(self, errands: Sequence[Errand], found: Mapping[str, tuple[Ticket, ...]]) -> None:
        for errand in errands:
            tickets = ours(found[errand.opening.key], self.key_field)
            if tickets:
                errand.ticket_id = standing_first(tickets).id
                errand.unknown = False

    # --- the create -------------------------------------------------------------------------------------------------

    def _create(self, errand: Errand) -> None:
        if self._held():
            errand.result = self._not_tried(errand.opening)
            return
        new = errand.compose()
        if new is None:
            return
        errand.tries += 1
        errand.sent = new
        try:
            errand.ticket_id = self._open(new)
        except OutcomeUnknown as lost:
            log.warning("create outcome unknown", key=errand.opening.key, error=str(lost))
            errand.unknown = True
            self._breaker.note(lost)
        except BridgeError as error:
            self._breaker.note(error)
            errand.end(Outcome.FAILED, error.words)
        else:
            self._breaker.note(None)
            errand.created, errand.unknown = True, False

    def _open(self, new: NewTicket) -> int:
        """Where OTRS has no such customer user (the client list may know more logins than OTRS), a placeholder stands in."""
        try:
            return self.outside.helpdesk.create_ticket(new)
        except OtrsRejected as refused:  # nothing was created
            if new.stand_in is None or _CUSTOMER not in refused.text:
                raise
            log.warning("customer unknown to OTRS", title=new.title, customer=new.customer.user)
            return self.outside.helpdesk.create_ticket(replace(new, customer=new.stand_in, stand_in=None))

    def _find_out(self, errands: Sequence[Errand]) -> None:
        """Answers were lost: wait and look, twice. What is found then is ours; what is not may be sent again."""
        missing = list(errands)
        for seconds in WAITS:
            if not missing:
                return
            self.outside.clock.sleep(seconds)
            try:
                self._adopt(missing, self._search(missing))
            except JournalUnusable:
                raise
            except BridgeError as error:  # still unknown; the journal says so to the next run
                for errand in missing:
                    errand.end(Outcome.FAILED, error.words)
                return
            for errand in missing:
                errand.created = bool(errand.ticket_id)
            missing = [one for one in missing if not one.ticket_id]
        for errand in missing:
            if errand.tries >= TRIES:
                errand.end(Outcome.FAILED, NOT_KNOWN)

    # --- after the create -------------------------------------------------------------------------------------------

    def _read_back(self, run: int, errands: Sequence[Errand]) -> None:
        """Look at each ticket, complete what is missing, and leave one where there are several."""
        if not errands:
            return
        self.jobs.found({one.opening.key: one.ticket_id for one in errands})
        try:
            done = self.completer.completed({one.opening.key: _wanted(one) for one in errands})
        except JournalUnusable:
            raise
        except BridgeError as error:
            self._breaker.note(error)
            for errand in errands:
                errand.end(Outcome.FAILED, unverified(error), _named(errand))
            return
        self._remember([(one, kept) for one in errands if (kept := self._judge(run, one, done)) is not None])

    def _judge(self, run: int, errand: Errand, done: Completed) -> Ticket | None:
        """End the errand by what OTRS holds; the ticket that is there, whole, from now on."""
        tickets = done.tickets[errand.opening.key]
        if not tickets:
            errand.end(Outcome.FAILED, not_found_again(errand.ticket_id), _named(errand))
            # Not found at two runs: somebody deleted it. It stays deleted.
            return _named(errand) if errand.claim.ticket_id else None
        kept = standing_first(tickets)
        errand.ticket_id = kept.id
        if missing := done.missing.get(errand.opening.key):
            errand.end(Outcome.FAILED, missing, kept)
            return None
        by_us = errand.created or errand.claim.state == "unknown"
        outcome, detail = Outcome.APPLIED if by_us else Outcome.UNCHANGED, None if errand.created else ADOPTED
        if closed := self.completer.close_duplicates(run, kept, tickets):
            outcome, detail = (Outcome.FAILED if closed[0] is Outcome.FAILED else outcome), closed[1]
        errand.end(outcome, detail, kept)
        return kept

    def _remember(self, errands: Sequence[tuple[Errand, Ticket]]) -> None:
        """In one transaction: these tickets exist."""
        made = [replace(one.opening.made, ticket_id=ticket.id, ticket_number=ticket.number) for one, ticket in errands]
        if made:
            self.jobs.remember_made(made, at=self.outside.clock.now())

    # --- giving up --------------------------------------------------------------------------------------------------

    def _held(self) -> bool:
        return self.stopping() or self._breaker.is_open

    def _not_tried(self, opening: Opening) -> Opened:
        if self.stopping():
            return Opened(opening=opening, outcome=Outcome.SKIPPED, detail=STOPPED)
        return Opened(opening=opening, outcome=Outcome.FAILED, detail=NOT_TRIED)


def _wanted(errand: Errand) -> Wanted:
    return Wanted(title=errand.opening.title, compose=errand.opening.compose, sent=errand.sent)


def _named(errand: Errand) -> Ticket:
    """The ticket as far as it is known without having been read."""
    return Ticket(id=errand.ticket_id, number="", title=errand.opening.title)
