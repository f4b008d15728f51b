"""The history as people ask for it: by a ticket's full or short number, a contract, a rule, an outcome, a run, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.insight import EntryPage, EntryQuery, Insight
from otrs_bridge.ports.journal import WriteState
from otrs_bridge.service.queries.find_ticket import TicketFinder
from otrs_bridge.words import Words

PAGE = 50
_YEARS = 10  # back from today, in which a ticket with a short number may have come
_DATED = 8  # digits of a date before it
_MOST_TICKETS = 500  # of a contract


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryQuestion:
    """What is asked for; "" and None ask for nothing in particular. `before` is the entry that the last page ended with."""

    ticket: str = ""
    contract: str = ""
    rule: str = ""
    state: WriteState | None = None
    run: int | None = None
    day: date | None = None
    before: int | None = None


def _whole(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Its first moment, and that of the next; of a day at either end of the calendar, which has no entries, none at all."""
    try:
        first, after = (datetime.combine(day + timedelta(days=more), time(), zone) for more in (0, 1))
        return first.astimezone(UTC), after.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Histories:
    """Answers from the journal; only a contract is first looked for in OTRS, which knows whose tickets are whose."""

    insight: Insight
    finder: TicketFinder
    clock: Clock
    zone: ZoneInfo

    def page(self, asked: HistoryQuestion) -> EntryPage:
        """A page, newest first. Raises UsageMistake for what is no contract, and BridgeError where OTRS is asked in vain."""
        since = until = None
        if asked.day is not None:
            since, until = _whole(asked.day, self.zone)
        return self.insight.entries(
            EntryQuery(
                numbers=self._numbers(asked.ticket.strip()) if asked.ticket.strip() else None,
                tickets=self._tickets(asked.contract) if asked.contract.strip() else None,
                rule=asked.rule,
                state=asked.state,
                run=asked.run,
                since=since,
                until=until,
                before=asked.before,
                limit=PAGE,
            )
        )

    def _numbers(self, ticket: str) -> list[str]:
        """The number, and every full number that it may be the end of: an index finds these, and no end of a text."""
        if not (ticket.isascii() and ticket.isdigit()) or len(ticket) > 2 * _DATED:
            return [ticket]
        today = self.clock.now().astimezone(self.zone).date()
        days = (today - timedelta(days=back) for back in range(_YEARS * 366))
        return [ticket, *(f"{day:%Y%m%d}{ticket}" for day in days)]

    def _tickets(self, contract: str) -> list[int]:
        known = parse_contract(contract)
        if known is None:
            raise UsageMistake(Words(ru=f"Это не номер договора: {contract}", en=f"This is no contract: {contract}"))
        return [ticket.id for ticket in self.finder.find(known.canonical, limit=_MOST_TICKETS).tickets]
