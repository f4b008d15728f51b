"""From tickets to decisions: gather the facts, ask every rule, remember what people decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import structlog

from otrs_bridge.domain.address.gazetteer import NO_STREETS
from otrs_bridge.domain.authorship import asks_who_wrote, with_authors
from otrs_bridge.domain.billing.keys import is_list_of_reminders
from otrs_bridge.domain.clues import clues_of
from otrs_bridge.domain.decision import Decision, RuleAnswer, TicketMemory, decide
from otrs_bridge.domain.dialect import AS_THE_PROCEDURE_HAS_IT, Dialect
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.field_events import FieldEvent
from otrs_bridge.domain.pause import Pause, pause_of
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.domain.ticket import Ticket, dynamic, shown
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.journal import Journal
from otrs_bridge.service.identify import identify
from otrs_bridge.service.refusals import without_refused

log = structlog.get_logger(__name__)

NOTHING = TicketMemory()  # what is remembered of a ticket that the bridge never wrote to


class Judge:
    """Holds the rules as this operator runs them and everything they may know. Reads only.

    `dialect` is called only when a ticket is judged: to know the lengths of its columns it may have to ask OTRS.
    `histories` shows who set which field of a ticket; it is asked where the bridge's own word would be replaced.
    A rule that is paused asks for nothing, unless pauses are not heeded: `heeding_pauses`.
    """

    def __init__(
        self,
        *,
        rules: Sequence[ActiveRule[Any]],
        directory: Directory | None,
        journal: Journal,
        clock: Clock,
        dialect: Callable[[], Dialect] = lambda: AS_THE_PROCEDURE_HAS_IT,
        histories: Callable[[Sequence[int]], Mapping[int, Sequence[FieldEvent]]] = lambda _ids: {},
        heeding_pauses: bool = True,
    ) -> None:
        self.rules = tuple(rules)
        self.dialect = dialect
        self._directory = directory
        self._journal = journal
        self._clock = clock
        self._histories = histories
        self._heeding_pauses = heeding_pauses

    @property
    def pauses(self) -> Sequence[Pause]:
        """The pauses that are heeded now."""
        return self._journal.pauses.in_force(self._clock.now()) if self._heeding_pauses else ()

    def facts(self, ticket: Ticket) -> Facts:
        """What is known about the ticket now: what it says of its client, and who that is."""
        facts = self._facts(ticket, self._directory)
        if not asks_who_wrote(facts):
            return facts
        return self._authored([facts], self._journal.memory_of([ticket.id]))[0]

    def answers(self, facts: Facts) -> tuple[RuleAnswer, ...]:
        """What each rule that is not off says; a rule that breaks costs its own answer and nothing else."""
        return self._answers(facts, self.pauses)

    def _answers(self, facts: Facts, pauses: Sequence[Pause]) -> tuple[RuleAnswer, ...]:
        at_work = (active for active in self.rules if active.mode is not Mode.OFF)
        return tuple(self._answer(one, facts) for one in at_work if pause_of(one.rule.name, pauses) is None)

    def decide(self, tickets: Sequence[Ticket]) -> list[Decision]:
        """One decision per ticket, in the order given; technical tickets (merged, removed) are not judged at all."""
        with self._directory.reading() if self._directory is not None else nullcontext() as directory:
            known = [self._facts(ticket, directory) for ticket in tickets if not ticket.is_technical]
        memory: Mapping[int, TicketMemory] | None = None
        if any(asks_who_wrote(facts) for facts in known):
            memory = self._journal.memory_of(facts.ticket.id for facts in known)
            known = self._authored(known, memory)
        pauses = self.pauses
        asked = without_refused([(one, self._answers(one, pauses)) for one in known], self._journal)
        if memory is None:
            spoken = [one.ticket.id for one, answers in asked if any(answer.findings for answer in answers)]
            memory = self._journal.memory_of(spoken) if spoken else {}
        fit = self.dialect().lengths
        return [decide(one.ticket, answers, memory.get(one.ticket.id, NOTHING), lengths=fit) for one, answers in asked]

    def _authored(self, known: Sequence[Facts], memory: Mapping[int, TicketMemory]) -> list[Facts]:
        """With what is the bridge's own word. Where OTRS cannot show its history now, everything is taken for people's."""
        ids = [one.ticket.id for one in known if with_authors(one, memory.get(one.ticket.id, NOTHING)).ours]
        try:
            events = self._histories(ids) if ids else {}
        except BridgeError as error:
            log.warning("history not read", tickets=len(ids), error=str(error))
            return list(known)
        of = {one.ticket.id: (memory.get(one.ticket.id, NOTHING), events.get(one.ticket.id, ())) for one in known}
        return [with_authors(one, *of[one.ticket.id]) for one in known]

    def _facts(self, ticket: Ticket, directory: Directory | None) -> Facts:
        dialect = self.dialect()
        facts = Facts(ticket=ticket, now=self._clock.now(), dialect=dialect)
        by_client = ticket.article is not None and ticket.article.sender_type == "customer"
        title = "" if by_client else ticket.title  # anybody can write a subject like that
        if is_list_of_reminders(key=shown(ticket.value_of(dynamic(dialect.fields.bridge_key))), title=title):
            return replace(facts, about_one_client=False)
        streets = directory.streets() if directory is not None else NO_STREETS
        clues = clues_of(ticket, dialect, streets)
        who = identify(ticket.customer, clues, directory, dialect.contacts.placeholder)
        return replace(facts, clues=clues, client=who.client, customer_known=who.known, streets=streets)

    def _answer(self, active: ActiveRule[Any], facts: Facts) -> RuleAnswer:
        name = active.rule.name
        try:
            return RuleAnswer(rule=name, mode=active.mode, findings=active.findings(facts), yields=active.rule.yields)
        except Exception as broken:  # a rule is anybody's code: it costs its own answer on this ticket and no other
            log.exception("rule broke", rule=name, ticket=facts.ticket.number)
            return RuleAnswer(rule=name, mode=active.mode, error=f"{type(broken).__name__}: {broken}")
