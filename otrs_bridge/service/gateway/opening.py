"""Opening tickets exactly once, whatever the network, OTRS or a kill does: one ticket for each key, never two.

Per key: claim it (one writer) → search by key and by title, the canary with them → ask at the last second whether and
how → journal that a create is being sent → ONE create on a fresh connection → journal the ticket → search and read back.
A create whose answer was lost is not sent again in the same run: OTRS may make the ticket minutes after the line is dead.
It is looked for until the run ends and by the next runs, and sent again once it was not found `PATIENCE` later. What is
left of a create that broke off is completed, when it has been still for as long; of several tickets for one key the oldest
stays. A ticket counts as made once it was read back whole; until then the journal knows its id, if at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import BridgeError, JournalUnusable, OtrsRejected, OutcomeUnknown, SearchNotTrusted
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.service.gateway.completing import Completed, Completer, Wanted, ours, standing_first
from otrs_bridge.service.gateway.errand import (
    ADOPTED,
    NOT_KNOWN,
    PATIENCE,
    Errand,
    Opened,
    Opening,
    end_what_needs_nothing,
    not_found_again,
    unverified,
)
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.sharing import shared_out
from otrs_bridge.service.gateway.writing import NOT_TRIED, STOPPED

log = structlog.get_logger(__name__)

CHUNK = 32  # keys claimed and searched for in one call; a worker's share before it looks up again
LEASE = timedelta(minutes=20)  # longer than a chunk can take with every call at its timeout
WAITS = (2.0, 6.0)  # seconds before each look for a create whose answer was lost: mostly OTRS has finished by then
JOURNALED_FOR = 20.0  # seconds for which a create counts as sent when it was journaled; later it is journaled anew
_CUSTOMER = "CustomerUser"  # how OTRS names what it refuses


@dataclass(kw_only=True, slots=True)
class Opener:
    """Opens tickets."""

    jobs: JobJournal
    completer: Completer
    gateway: Gateway = field(init=False)
    _doubtful: list[Errand] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """One gateway for what is made and for what is completed."""
        self.gateway = self.completer.gateway

    def open_all(self, run: int, openings: Sequence[Opening]) -> Iterator[Opened]:
        """Open each of them once and yield what came of it, in the order given; what was in doubt comes last."""
        self.gateway.breaker.begin(run)
        self._doubtful = []
        workers = self.gateway.outside.helpdesk.workers
        chunks = shared_out(openings, workers=workers, at_most=CHUNK)
        with ThreadPoolExecutor(workers, thread_name_prefix="opening") as pool:
            for results in pool.map(lambda chunk: self._chunk(run, chunk), chunks):
                yield from results
        self._look_once_more(run, self._doubtful)
        yield from (one.result or self._not_tried(one.opening) for one in self._doubtful)

    def _chunk(self, run: int, openings: Sequence[Opening]) -> list[Opened]:
        if self.gateway.is_held:
            return [self._not_tried(opening) for opening in openings]
        errands = self._claimed(openings)
        try:
            self._work(run, [errand for errand in errands if errand.result is None])
        finally:
            self._give_back(errands)
        self._doubtful += [one for one in errands if one.in_doubt]
        return [one.result or self._not_tried(one.opening) for one in errands if not one.in_doubt]

    def _claimed(self, openings: Sequence[Opening]) -> list[Errand]:
        claims = self.jobs.claim_keys([one.key for one in openings], at=self.gateway.outside.clock.now(), lease=LEASE)
        errands = [Errand(opening=one, claim=claims[one.key], ticket_id=claims[one.key].ticket_id) for one in openings]
        for errand in errands:
            end_what_needs_nothing(errand)
        return errands

    def _give_back(self, errands: Sequence[Errand]) -> None:
        self.jobs.watch([one.opening.key for one in errands if one.again and one.ticket_id])
        self.jobs.give_back([one.opening.key for one in errands if one.claim.state != "in hand"])

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
            self.gateway.breaker.note(error)
            for errand in errands:
                errand.end(Outcome.FAILED, error.words)
            return
        if waiting := [one for one in errands if one.result is None and not one.ticket_id]:
            # Journaled for all of them at once: what is not sent in the end is taken back, and where the process dies
            # before that, the next run looks for all of them.
            journaled = self._journal_tries(run, waiting)
            for errand in waiting:
                if self.gateway.outside.clock.monotonic() - journaled > JOURNALED_FOR:
                    journaled = self._journal_tries(run, [one for one in waiting if one.sent is None])
                self._create(errand)
            self.jobs.not_made([one.opening.key for one in waiting if one.result is not None])
            self._find_out(run, [one for one in waiting if one.unknown and one.result is None])
        self._read_back(run, [one for one in errands if one.result is None])

    def _journal_tries(self, run: int, errands: Sequence[Errand]) -> float:
        self.jobs.trying([one.opening.key for one in errands], run=run, at=self.gateway.outside.clock.now())
        return self.gateway.outside.clock.monotonic()

    # --- before the create ------------------------------------------------------------------------------------------

    def _look_first(self, errands: Sequence[Errand]) -> None:
        """What is there already is adopted; a key that was tried before is looked for twice."""
        tried = [one for one in errands if one.claim.state == "unknown"]
        self._adopt(errands, self._search(errands))
        missing = [one for one in tried if not one.ticket_id]  # OTRS has named no ticket for them
        if missing:
            self.gateway.outside.clock.sleep(WAITS[1])
            self._adopt(missing, self._search(missing))
        for errand in missing:
            errand.again = not errand.ticket_id
            if errand.again and self._is_recent(errand):
                errand.end(Outcome.UNKNOWN, NOT_KNOWN)
        self.jobs.not_made([one.opening.key for one in missing if one.again and one.result is None])

    def _is_recent(self, errand: Errand) -> bool:
        """Whether OTRS may still be at the create that the journal knows of."""
        tried_at = errand.claim.tried_at
        return tried_at is None or self.gateway.outside.clock.now() - tried_at < PATIENCE

    def _search(self, errands: Sequence[Errand]) -> Mapping[str, tuple[Ticket, ...]]:
        wanted = {one.opening.key: one.opening.title for one in errands}
        return self.gateway.outside.helpdesk.find_made(self.completer.key_field, wanted)

    def _adopt(self, errands: Sequence[Errand], found: Mapping[str, tuple[Ticket, ...]]) -> None:
        for errand in errands:
            tickets = ours(found[errand.opening.key], self.completer.key_field)
            if tickets:
                errand.ticket_id = standing_first(tickets).id
                # Whoever began it: the ticket may have been made a moment ago, and not be ready.
                errand.coming = errand.coming or (errand.sent is None and self._is_recent(errand))

    # --- the create -------------------------------------------------------------------------------------------------

    def _create(self, errand: Errand) -> None:
        if self.gateway.is_held:
            errand.result = self._not_tried(errand.opening)
            return
        new = errand.compose()
        if new is None:
            return
        errand.sent = new
        try:
            errand.ticket_id = self._open(new)
        except OutcomeUnknown as lost:
            log.warning("create outcome unknown", key=errand.opening.key, error=str(lost))
            errand.unknown, errand.coming = True, not lost.broke_off
        except BridgeError as error:
            errand.end(Outcome.FAILED, error.words)
        else:
            errand.created = True

    def _open(self, new: NewTicket) -> int:
        """Where OTRS has no such customer user (the client list may know more logins than OTRS), a placeholder stands in."""
        try:
            return self.gateway.create(new)
        except OtrsRejected as refused:  # nothing was created
            if new.stand_in is None or _CUSTOMER not in refused.text:
                raise
            log.warning("customer unknown to OTRS", title=new.title, customer=new.customer.user)
            return self.gateway.create(replace(new, customer=new.stand_in, stand_in=None))

    def _find_out(self, run: int, errands: Sequence[Errand]) -> None:
        """Answers were lost: wait and look, twice. What is found then is ours; what is not may still come."""
        if not errands:
            return
        self._journal_tries(run, errands)
        missing, said = list(errands), NOT_KNOWN
        for seconds in WAITS:
            self.gateway.outside.clock.sleep(seconds)
            try:
                self._adopt(missing, self._search(missing))
            except JournalUnusable:
                raise
            except BridgeError as error:
                said = error.words
                break
            for errand in missing:
                errand.created = bool(errand.ticket_id)
            missing = [one for one in missing if not one.ticket_id]
            if not missing:
                return
        for errand in missing:
            errand.end(Outcome.UNKNOWN, said)

    def _look_once_more(self, run: int, doubtful: Sequence[Errand]) -> None:
        """Before the run ends: what has come meanwhile is adopted, and twins are closed. What was said of it stays else."""
        if not doubtful or self.gateway.stopping():
            return
        again = [one for one in self._claimed([one.opening for one in doubtful]) if one.claim.state != "in hand"]
        before = {one.opening.key: one for one in doubtful}
        try:
            self._adopt(again, self._search(again))
            for errand in again:
                known = before[errand.opening.key]
                errand.claim, errand.created, errand.sent = known.claim, bool(known.sent), known.sent
                errand.again, errand.coming = known.again, known.coming
            self._read_back(run, [one for one in again if one.ticket_id])
        except JournalUnusable:
            raise
        except BridgeError as error:
            log.warning("not looked at once more", keys=len(again), error=str(error))
            return
        finally:
            self._give_back(again)
        for errand in again:
            known, said = before[errand.opening.key], errand.result
            told = known.result is not None and known.result.outcome is not Outcome.UNKNOWN
            if errand.ticket_id and said is not None and (said.detail or not told):
                known.result = said

    # --- after the create -------------------------------------------------------------------------------------------

    def _read_back(self, run: int, errands: Sequence[Errand]) -> None:
        """Look at each ticket, complete what is missing, and leave one where there are several."""
        if not errands:
            return
        self.jobs.found({one.opening.key: one.ticket_id for one in errands}, at=self.gateway.outside.clock.now())
        try:
            done = self.completer.completed(run, {one.opening.key: _wanted(one) for one in errands})
        except JournalUnusable:
            raise
        except BridgeError as error:
            self.gateway.breaker.note(error)
            for errand in errands:
                errand.end(Outcome.FAILED, unverified(error), errand.unread)
            return
        self._remember([(one, kept) for one in errands if (kept := self._judge(run, one, done)) is not None])

    def _judge(self, run: int, errand: Errand, done: Completed) -> Ticket | None:
        """End the errand by what OTRS holds; the ticket that is there, whole, from now on."""
        tickets = done.tickets[errand.opening.key]
        if not tickets:
            errand.end(Outcome.FAILED, not_found_again(errand.ticket_id), errand.unread)
            # Not found at two runs: somebody deleted it. It stays deleted.
            return errand.unread if errand.claim.ticket_id else None
        kept = standing_first(tickets)
        errand.ticket_id = kept.id
        if missing := done.missing.get(errand.opening.key):
            errand.end(Outcome.UNKNOWN if errand.opening.key in done.unknown else Outcome.FAILED, missing, kept)
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
            self.jobs.remember_made(made, at=self.gateway.outside.clock.now())

    # --- giving up --------------------------------------------------------------------------------------------------

    def _not_tried(self, opening: Opening) -> Opened:
        if self.gateway.stopping():
            return Opened(opening=opening, outcome=Outcome.SKIPPED, detail=STOPPED)
        return Opened(opening=opening, outcome=Outcome.FAILED, detail=NOT_TRIED)


def _wanted(errand: Errand) -> Wanted:
    opening = errand.opening
    return Wanted(title=opening.title, compose=opening.compose, sent=errand.sent, coming=errand.coming)
