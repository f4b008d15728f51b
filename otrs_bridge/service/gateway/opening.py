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
from otrs_bridge.domain.ticket import NewTicket, Ticket
from otrs_bridge.errors import BridgeError, JournalUnusable, OtrsRejected, OutcomeUnknown, SearchNotTrusted
from otrs_bridge.ports.jobs import JobJournal
from otrs_bridge.service.gateway.attempt import (
    ADOPTED,
    NOT_KNOWN,
    PATIENCE,
    Attempt,
    Opened,
    Opening,
    end_what_needs_nothing,
    not_found_again,
    unverified,
)
from otrs_bridge.service.gateway.completing import Completed, Completer, Wanted, one_that_stays, ours
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.sharing import shared_out
from otrs_bridge.service.gateway.writing import NOT_TRIED, STOPPED

log = structlog.get_logger(__name__)

CHUNK = 32  # keys claimed and searched for in one call; a worker's share before it looks up again
LEASE = timedelta(minutes=20)  # longer than a chunk can take with every call at its timeout
WAITS = (2.0, 6.0)  # seconds before each look for a create whose answer was lost: mostly OTRS has finished by then
JOURNALED_FOR = 20.0  # seconds for which a create counts as sent when it was journaled; later it is journaled anew


@dataclass(kw_only=True, slots=True)
class Opener:
    """Opens tickets."""

    jobs: JobJournal
    completer: Completer
    gateway: Gateway = field(init=False)
    _doubtful: list[Attempt] = field(default_factory=list, init=False)

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
        attempts = self._claimed(openings)
        try:
            self._work(run, [attempt for attempt in attempts if attempt.result is None])
        finally:
            self._give_back(attempts)
        self._doubtful += [one for one in attempts if one.in_doubt]
        return [one.result or self._not_tried(one.opening) for one in attempts if not one.in_doubt]

    def _claimed(self, openings: Sequence[Opening]) -> list[Attempt]:
        claims = self.jobs.claim_keys([one.key for one in openings], at=self.gateway.outside.clock.now(), lease=LEASE)
        attempts = [
            Attempt(opening=one, claim=claims[one.key], ticket_id=claims[one.key].ticket_id) for one in openings
        ]
        for attempt in attempts:
            end_what_needs_nothing(attempt)
        return attempts

    def _give_back(self, attempts: Sequence[Attempt]) -> None:
        self.jobs.watch([one.opening.key for one in attempts if one.again and one.ticket_id])
        self.jobs.give_back([one.opening.key for one in attempts if one.claim.state != "in hand"])

    def _work(self, run: int, attempts: Sequence[Attempt]) -> None:
        try:
            self._look_first(attempts)
        except JournalUnusable:
            raise
        except SearchNotTrusted as error:  # nothing was sent
            if len(attempts) > 1:  # whose key the odd ticket holds shows when each is looked for alone
                for attempt in attempts:
                    self._work(run, [attempt])
            else:
                attempts[0].end(Outcome.FAILED, error.words)
            return
        except BridgeError as error:
            self.gateway.breaker.note(error)
            for attempt in attempts:
                attempt.end(Outcome.FAILED, error.words)
            return
        if waiting := [one for one in attempts if one.result is None and not one.ticket_id]:
            # Journaled for all of them at once: what is not sent in the end is taken back, and where the process dies
            # before that, the next run looks for all of them.
            journaled = self._journal_tries(run, waiting)
            for attempt in waiting:
                if self.gateway.outside.clock.monotonic() - journaled > JOURNALED_FOR:
                    journaled = self._journal_tries(run, [one for one in waiting if one.sent is None])
                self._create(attempt)
            self.jobs.not_made([one.opening.key for one in waiting if one.result is not None])
            self._find_out(run, [one for one in waiting if one.unknown and one.result is None])
        self._read_back(run, [one for one in attempts if one.result is None])

    def _journal_tries(self, run: int, attempts: Sequence[Attempt]) -> float:
        self.jobs.trying([one.opening.key for one in attempts], run=run, at=self.gateway.outside.clock.now())
        return self.gateway.outside.clock.monotonic()

    # --- before the create ------------------------------------------------------------------------------------------

    def _look_first(self, attempts: Sequence[Attempt]) -> None:
        """What is there already is adopted; a key that was tried before is looked for twice."""
        tried = [one for one in attempts if one.claim.state == "unknown"]
        self._adopt(attempts, self._search(attempts))
        missing = [one for one in tried if not one.ticket_id]  # OTRS has named no ticket for them
        if missing:
            self.gateway.outside.clock.sleep(WAITS[1])
            self._adopt(missing, self._search(missing))
        for attempt in missing:
            attempt.again = not attempt.ticket_id
            if attempt.again and self._is_recent(attempt):
                attempt.end(Outcome.UNKNOWN, NOT_KNOWN)
        self.jobs.not_made([one.opening.key for one in missing if one.again and one.result is None])

    def _is_recent(self, attempt: Attempt) -> bool:
        """Whether OTRS may still be at the create that the journal knows of."""
        tried_at = attempt.claim.tried_at
        return tried_at is None or tried_at > self.gateway.patience.ago(PATIENCE)

    def _search(self, attempts: Sequence[Attempt]) -> Mapping[str, tuple[Ticket, ...]]:
        wanted = {one.opening.key: one.opening.title for one in attempts}
        return self.gateway.outside.helpdesk.find_made(self.completer.key_field, wanted)

    def _adopt(self, attempts: Sequence[Attempt], found: Mapping[str, tuple[Ticket, ...]]) -> None:
        for attempt in attempts:
            tickets = ours(found[attempt.opening.key], self.completer.key_field)
            if tickets:
                attempt.ticket_id = one_that_stays(tickets).id
                # Whoever began it: the ticket may have been made a moment ago, and not be ready.
                attempt.coming = attempt.coming or (attempt.sent is None and self._is_recent(attempt))

    # --- the create -------------------------------------------------------------------------------------------------

    def _create(self, attempt: Attempt) -> None:
        if self.gateway.is_held:
            attempt.result = self._not_tried(attempt.opening)
            return
        new = attempt.compose()
        if new is None:
            return
        attempt.sent = new
        try:
            attempt.ticket_id = self._open(new)
        except OutcomeUnknown as lost:
            log.warning("create outcome unknown", key=attempt.opening.key, error=str(lost))
            attempt.unknown, attempt.coming = True, not lost.broke_off
        except BridgeError as error:
            attempt.end(Outcome.FAILED, error.words)
        else:
            attempt.created = True

    def _open(self, new: NewTicket) -> int:
        """Where OTRS has no such customer user (the client list may know more logins than OTRS), a placeholder stands in."""
        try:
            return self.gateway.create(new)
        except OtrsRejected as refused:  # nothing was created
            if new.stand_in is None or "customer" not in refused.fields:
                raise
            log.warning("customer unknown to OTRS", title=new.title, customer=new.customer.user)
            return self.gateway.create(replace(new, customer=new.stand_in, stand_in=None))

    def _find_out(self, run: int, attempts: Sequence[Attempt]) -> None:
        """Answers were lost: wait and look, twice. What is found then is ours; what is not may still come."""
        if not attempts:
            return
        self._journal_tries(run, attempts)
        missing, said = list(attempts), NOT_KNOWN
        for seconds in WAITS:
            self.gateway.outside.clock.sleep(seconds)
            try:
                self._adopt(missing, self._search(missing))
            except JournalUnusable:
                raise
            except BridgeError as error:
                said = error.words
                break
            for attempt in missing:
                attempt.created = bool(attempt.ticket_id)
            missing = [one for one in missing if not one.ticket_id]
            if not missing:
                return
        for attempt in missing:
            attempt.end(Outcome.UNKNOWN, said)

    def _look_once_more(self, run: int, doubtful: Sequence[Attempt]) -> None:
        """Before the run ends: what has come meanwhile is adopted, and twins are closed. What was said of it stays else."""
        if not doubtful or self.gateway.stopping():
            return
        again = [one for one in self._claimed([one.opening for one in doubtful]) if one.claim.state != "in hand"]
        before = {one.opening.key: one for one in doubtful}
        try:
            self._adopt(again, self._search(again))
            for attempt in again:
                known = before[attempt.opening.key]
                attempt.claim, attempt.created, attempt.sent = known.claim, bool(known.sent), known.sent
                attempt.again, attempt.coming = known.again, known.coming
            self._read_back(run, [one for one in again if one.ticket_id])
        except JournalUnusable:
            raise
        except BridgeError as error:
            log.warning("not looked at once more", keys=len(again), error=str(error))
            return
        finally:
            self._give_back(again)
        for attempt in again:
            known, said = before[attempt.opening.key], attempt.result
            told = known.result is not None and known.result.outcome is not Outcome.UNKNOWN
            if attempt.ticket_id and said is not None and (said.detail or not told):
                known.result = said

    # --- after the create -------------------------------------------------------------------------------------------

    def _read_back(self, run: int, attempts: Sequence[Attempt]) -> None:
        """Look at each ticket, complete what is missing, and leave one where there are several."""
        if not attempts:
            return
        self.jobs.found({one.opening.key: one.ticket_id for one in attempts}, at=self.gateway.outside.clock.now())
        try:
            done = self.completer.completed(run, {one.opening.key: _wanted(one) for one in attempts})
        except JournalUnusable:
            raise
        except BridgeError as error:
            self.gateway.breaker.note(error)
            for attempt in attempts:
                attempt.end(Outcome.FAILED, unverified(error), attempt.unread)
            return
        self._remember([(one, kept) for one in attempts if (kept := self._judge(run, one, done)) is not None])

    def _judge(self, run: int, attempt: Attempt, done: Completed) -> Ticket | None:
        """End the attempt by what OTRS holds; the ticket that is there, whole, from now on."""
        tickets = done.tickets[attempt.opening.key]
        if not tickets:
            attempt.end(Outcome.FAILED, not_found_again(attempt.ticket_id), attempt.unread)
            # Not found at two runs: somebody deleted it. It stays deleted.
            return attempt.unread if attempt.claim.ticket_id else None
        kept = one_that_stays(tickets)
        attempt.ticket_id = kept.id
        if missing := done.missing.get(attempt.opening.key):
            attempt.end(Outcome.UNKNOWN if attempt.opening.key in done.unknown else Outcome.FAILED, missing, kept)
            return None
        by_us = attempt.created or attempt.claim.state == "unknown"
        outcome, detail = Outcome.APPLIED if by_us else Outcome.UNCHANGED, None if attempt.created else ADOPTED
        if closed := self.completer.close_duplicates(run, kept, tickets):
            outcome, detail = (Outcome.FAILED if closed[0] is Outcome.FAILED else outcome), closed[1]
        attempt.end(outcome, detail, kept)
        return kept

    def _remember(self, attempts: Sequence[tuple[Attempt, Ticket]]) -> None:
        """In one transaction: these tickets exist."""
        made = [replace(one.opening.made, ticket_id=ticket.id, ticket_number=ticket.number) for one, ticket in attempts]
        if made:
            self.jobs.remember_made(made, at=self.gateway.outside.clock.now())

    # --- giving up --------------------------------------------------------------------------------------------------

    def _not_tried(self, opening: Opening) -> Opened:
        if self.gateway.stopping():
            return Opened(opening=opening, outcome=Outcome.SKIPPED, detail=STOPPED)
        return Opened(opening=opening, outcome=Outcome.FAILED, detail=NOT_TRIED)


def _wanted(attempt: Attempt) -> Wanted:
    opening = attempt.opening
    return Wanted(title=opening.title, compose=opening.compose, sent=attempt.sent, coming=attempt.coming)
