"""One ticket on its way to being opened, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.ticket import NewTicket, Ticket
from otrs_bridge.errors import BridgeError, JournalUnusable
from otrs_bridge.ports.jobs import KeyClaim, MadeReminder, MadeTicket
from otrs_bridge.words import Words

PATIENCE = timedelta(minutes=10)  # what is not found so long after it was sent is not expected to come any more

IN_HAND = Words(ru="ею занят другой мост", en="another bridge has it in hand")
THERE = Words(ru="заявка уже есть", en="the ticket is there already")
ADOPTED = Words(ru="найдена в OTRS: создана прежней попыткой", en="found in OTRS: an earlier try had created it")
NOT_KNOWN = Words(
    ru="ответ OTRS потерян, заявка не найдена, но ещё может появиться; через несколько минут мост проверит снова",
    en="OTRS's answer was lost and no ticket is found, but may still come; the bridge looks again in some minutes",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A ticket to be opened once. `made` is what will be remembered of it, its id still 0.

    `compose` is asked right before the create, and again for an orphan that has to be completed: the ticket, or why
    it is not wanted any more.
    """

    made: MadeTicket | MadeReminder
    compose: Callable[[], NewTicket | Words]

    @property
    def key(self) -> str:
        """The key as it stands in the ticket's dynamic field."""
        return str(self.made.key)

    @property
    def title(self) -> str:
        """The title, made from the key alone."""
        return self.made.key.title


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What came of one opening. `ticket` as read back, or what is known of it; None when there is none."""

    opening: Opening
    outcome: Outcome
    ticket: Ticket | None = None
    detail: Words | None = None


@dataclass(kw_only=True, slots=True)
class Attempt:
    """One opening on its way. `sent`: what was created. `ticket_id` once known, `result` once nothing is left to do.

    `unknown`: the answer to the create was lost; `coming`: so OTRS may still be making the ticket. `again`: an earlier
    create was not found and may land after all.
    """

    opening: Opening
    claim: KeyClaim
    unknown: bool = False
    created: bool = False
    coming: bool = False
    again: bool = False
    sent: NewTicket | None = None
    ticket_id: int = 0
    result: Opened | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether more may turn up in OTRS than was seen."""
        return self.unknown or self.again or self.claim.state == "unknown"

    @property
    def unread(self) -> Ticket:
        """The ticket as far as it is known without having been read."""
        return Ticket(id=self.ticket_id, number="", title=self.opening.title)

    def compose(self) -> NewTicket | None:
        """Ask at the last second; None, and the attempt ends, when the ticket is not wanted any more."""
        try:
            new = self.opening.compose()
        except JournalUnusable:
            raise
        except BridgeError as error:  # the account could not be looked at once more, so nothing is raised
            self.end(Outcome.FAILED, error.words)
            return None
        if isinstance(new, Words):
            self.end(Outcome.SKIPPED, new)
            return None
        return new

    def end(self, outcome: Outcome, detail: Words | None = None, ticket: Ticket | None = None) -> None:
        """Nothing more is to be done."""
        self.result = Opened(opening=self.opening, outcome=outcome, ticket=ticket, detail=detail)


def end_what_needs_nothing(attempt: Attempt) -> None:
    if attempt.claim.state == "in hand":
        attempt.end(Outcome.SKIPPED, IN_HAND)
    elif attempt.claim.state == "made":
        known = Ticket(id=attempt.claim.ticket_id, number="", title=attempt.opening.title)
        attempt.end(Outcome.UNCHANGED, THERE, known)


def unverified(error: BridgeError) -> Words:
    return Words(
        ru=f"создана, но проверить не удалось: {error.words.ru}",
        en=f"created, but it could not be verified: {error.words.en}",
    )


def not_found_again(ticket_id: int) -> Words:
    """OTRS said that it had created a ticket, and does not find it."""
    return Words(
        ru=f"OTRS назвал заявку {ticket_id}, но не находит её",
        en=f"OTRS named ticket {ticket_id} but does not find it",
    )
