"""What a clerk with a bookkeeper's sheet expects to find in OTRS, when agents carry out disconnections now and then.

As naive as the bookkeeper, and as much apart: it imports nothing of the bridge. How it thinks: a disconnection that an
agent has carried out is closed by that agent, and the line is off. When the debt is paid, a line that is off gets one
reconnection ticket, named after the youngest cut; but not while another debt has its own ticket, and never after the
contract is over. A disconnection that nobody has carried out is closed when the debt is paid, and needs nothing more.
When a debt is there again whose ticket was settled already (somebody pays on the 1st, and the fee of the 1st is posted
on the 2nd; a payment is taken out of the ledger), the clerk shows it to a person, every morning, until it is paid. With
every ticket that he settles he writes down what was unpaid that morning, mostly nothing. Of what he knew then he asks for no
more, ever, and goes on with what he learnt of later, and with what was unpaid then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.domain.billing.naive_calendar import month_asked_for
from tests.domain.billing.naive_reference import NaiveBookkeeper, Settled, State

Month = tuple[int, int]


@dataclass
class NaiveClerk:
    """Follows one account; `look` has to be called every morning.

    `ticket` is the present debt's, open or `carried_out`. `off_since` are the cuts that nobody has taken back yet,
    `settled` the tickets that were paid or reconnected, as they were then,
    `reconnected` every reconnection ticket that ever was.
    """

    keeper: NaiveBookkeeper
    ticket: Month | None = None
    carried_out: bool = False
    contradicted: bool = False
    off_since: list[Month] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    reconnected: list[Month] = field(default_factory=list)

    def look(self, today: date) -> None:
        """What the bridge should have done by now."""
        sheet = self.keeper.sheet_of(today)
        unpaid = sheet.asked_for
        if settled := self.settled_since(sheet.began):
            sheet = self.keeper.sheet_without(settled, today)
            while again := [one for one in settled if one.ticket == sheet.began and one.day is not None]:
                for one in again:  # a month has one ticket: what is charged anew when it is settled stays with a person
                    settled[settled.index(one)] = Settled(one.ticket, one.ticket, None)
                sheet = self.keeper.sheet_without(settled, today)
        self.contradicted = max(unpaid, 0) > max(sheet.asked_for, 0)
        ticket = self.keeper.ticket_after(self.ticket, sheet, today)
        if self.ticket is not None and ticket != self.ticket:
            if self.carried_out:
                self.off_since.append(self.ticket)
            else:
                self.settle([self.ticket], sheet, today)
            self.carried_out = False
        self.ticket = ticket
        last_day = self.keeper.account.last_day
        over = last_day is not None and today > last_day
        if self.off_since and self.ticket is None and not over:
            self.reconnected.append(self.off_since[-1])
            self.settle(self.off_since, sheet, today)
            self.off_since = []

    def settle(self, tickets: Sequence[Month], sheet: State, today: date) -> None:
        """These are paid, with everything that was asked for by today, but for what the sheet says."""
        asked_for = month_asked_for(self.keeper.account.service, today)
        for ticket in tickets:
            until = asked_for if sheet.began is None else max(ticket, month_before(sheet.began))
            self.settled.append(Settled(ticket, until, today, max(sheet.asked_for, 0)))

    def settled_since(self, began: Month | None) -> list[Settled]:
        """What was settled and is to be remembered of a debt that began then: what is older than a ticket at work."""
        if began is None:
            return []
        at_work = [one for one in (self.ticket, *self.off_since) if one is not None and one >= began]
        oldest = min(at_work, default=None)
        settled = sorted(self.settled, key=lambda one: one.ticket)
        settled = [one for one in settled if oldest is None or one.ticket < oldest]
        return settled if any(self.keeper.matters(one, settled[:n]) for n, one in enumerate(settled)) else []

    @property
    def name(self) -> str:
        """The account."""
        return self.keeper.account.name

    @property
    def open(self) -> Month | None:
        """The month of the open disconnection ticket."""
        return None if self.carried_out else self.ticket

    def carry_out(self) -> None:
        """An agent has cut the line and closed the ticket."""
        self.carried_out = True


def month_before(month: Month) -> Month:
    year, number = month
    return (year - 1, 12) if number == 1 else (year, number - 1)


def expected_open(clerks: Sequence[NaiveClerk]) -> dict[str, Month]:
    """The month of each account's open disconnection ticket."""
    return {clerk.name: clerk.open for clerk in clerks if clerk.open is not None}


def expected_reconnections(clerks: Sequence[NaiveClerk]) -> list[tuple[str, Month]]:
    """Every reconnection ticket that should ever have been made."""
    return sorted((clerk.name, month) for clerk in clerks for month in clerk.reconnected)


def expected_contradictions(clerks: Sequence[NaiveClerk]) -> set[str]:
    """The accounts that a person has to look at."""
    return {clerk.name for clerk in clerks if clerk.contradicted}
