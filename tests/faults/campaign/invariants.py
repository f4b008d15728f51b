"""What has to be true after any story, read from OTRS's own store and the bridge's own journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

from otrs_bridge.domain.billing.keys import NotAKey, parse_key
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import NOTE, ReportLine
from otrs_bridge.domain.selection import Everything
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.sandbox.records import ArticleRow, TicketRow
from otrs_bridge.service.gateway.gateway import CHUNK
from tests.faults.campaign.life import Life
from tests.faults.campaign.story import Story
from tests.faults.campaign.world import Machine

FIELD_OF = {"StateUpdate": "state", "PriorityUpdate": "priority", "CustomerUpdate": "customer", "TitleUpdate": "title"}
KEY = "BridgeKey"


def violations(story: Story) -> list[str]:
    """Every promise that this story has seen broken, in words; [] when all were kept."""
    with ExitStack() as closing:
        database = open_database(f"sqlite:///{story.world.database_file}")
        closing.callback(database.close)
        journal, jobs = SqlJournal(database), SqlJobJournal(database)
        return [
            *story.world.broken,
            *_unsettled(journal),
            *_unintended(story, journal, jobs),
            *_said_twice(story),
            *_tickets_of_debts(story),
            *_debtors(story),
            *_blind(story),
            *_people(story),
            *_false_reports(story),
            *_still_to_do(story),
        ]


def _unsettled(journal: SqlJournal) -> Iterator[str]:
    for entry in journal.unsettled():
        yield f"the intent {entry.id} on {entry.field} of ticket {entry.ticket_id} was never settled"


def _unintended(story: Story, journal: SqlJournal, jobs: SqlJobJournal) -> Iterator[str]:
    """No change without an intent, no ticket that the bridge does not know of."""
    ours, made = story.world.ours, {one.ticket_id for one in jobs.made_tickets()}
    for ticket in story.world.sandbox.tickets():
        if ticket.created_by == ours:
            if ticket.ticket_id not in made and not _is_closed_copy(story, ticket):
                yield f"ticket {ticket.ticket_id} ({ticket.title}) was made, and the journal does not know it"
            continue
        changes = [e for e in ticket.history if e.created_by == ours and e.type in FIELD_OF]
        done = Counter(FIELD_OF[entry.type] for entry in changes)
        meant = Counter(entry.field for entry in journal.entries(ticket_id=ticket.ticket_id))
        for name, count in done.items():
            if count > meant[name]:
                yield f"{name} of ticket {ticket.ticket_id} was changed {count} times, intended {meant[name]} times"


def _is_closed_copy(story: Story, ticket: TicketRow) -> bool:
    return story.world.sandbox.state_of(ticket.ticket_id).startswith("closed")


def _said_twice(story: Story) -> Iterator[str]:
    """One thing is said once in a ticket, and a ticket of ours has one first article."""
    ours = story.world.ours
    for ticket in story.world.sandbox.tickets():
        lines = Counter(line for article in _notes(ticket, ours) for line in _said(article))
        yield from (f"ticket {ticket.ticket_id} says {n} times: {line}" for line, n in lines.items() if n > 1)


def _notes(ticket: TicketRow, ours: int) -> list[ArticleRow]:
    return [article for article in ticket.articles if article.created_by == ours]


def _said(article: ArticleRow) -> set[str]:
    """What a note says, line by line, without the number of the run; an article without such lines is one thing whole."""
    lines = {line for line in article.body.splitlines() if line.startswith("• ")}
    return lines or {re.sub(r"\d+", "", f"{article.subject}: {article.body}")[:200]}


def _tickets_of_debts(story: Story) -> Iterator[str]:
    """One whole ticket for each debt."""
    sandbox = story.world.sandbox
    for title, tickets in _made(story).items():
        if len(tickets) > 1:
            yield f"{len(tickets)} tickets «{title}»: {[(t.ticket_id, sandbox.state_of(t.ticket_id)) for t in tickets]}"
        for ticket in tickets:
            if KEY not in ticket.values or not ticket.customer_user or not ticket.articles:
                yield f"ticket {ticket.ticket_id} ({title}) is incomplete"


def _debtors(story: Story) -> Iterator[str]:
    """Nobody forgotten, nobody cut off who has paid, nobody cut off without the approval that it takes."""
    world, made = story.world, _made(story)
    for contract, paid in story.debtors.items():
        cuts = [t for title, tickets in made.items() if contract in title and "Откл" in title for t in tickets]
        still = [t.ticket_id for t in cuts if world.sandbox.state_of(t.ticket_id) == "open"]
        if paid and still:
            yield f"{contract} has paid, and his disconnection is still open: {still}"
        if cuts and not world.most_cut and not world.approved:
            yield f"{contract} is cut off, and nobody has approved it"
        if not paid and not cuts and world.most_cut:
            yield f"{contract} owes and has no ticket"


def _made(story: Story) -> dict[str, list[TicketRow]]:
    """The bridge's own tickets by the title that they were given, whatever a person has made of it since."""
    ours, found = story.world.ours, dict[str, list[TicketRow]]()
    for ticket in story.world.sandbox.tickets():
        if ticket.created_by == ours:
            key = parse_key("".join(ticket.values.get(KEY, ())))
            found.setdefault(ticket.title if isinstance(key, NotAKey) else key.title, []).append(ticket)
    return found


def _blind(story: Story) -> Iterator[str]:
    """Without its journal the bridge writes nothing, but for the tickets whose intents were written just before."""
    if story.world.written_blindly > CHUNK:
        yield f"{story.world.written_blindly} writes went out while the journal was away"


def _people(story: Story) -> Iterator[str]:
    """What a person chose, and no rule minds, stays; only the last choice counts."""
    last = {(edit.ticket_id, edit.field): edit for edit in story.edits}
    sandbox = story.world.sandbox
    for edit in last.values():
        ticket = sandbox.ticket(edit.ticket_id)
        now = {
            "state": sandbox.state_of(edit.ticket_id),
            "priority": sandbox.priority_of(edit.ticket_id),
            "title": ticket.title,
        }[edit.field]
        if now != edit.value:
            yield f"an agent set {edit.field} of ticket {edit.ticket_id} to {edit.value}, it is {now}"


def _false_reports(story: Story) -> Iterator[str]:
    """What a report calls applied was done by the bridge."""
    ours = story.world.ours
    for report in story.world.reports:
        for line in report.lines:
            if line.outcome is Outcome.APPLIED and line.ticket_id and not _was_done(story, line, ours):
                yield f"run {report.run} says applied: {line.field} of ticket {line.ticket_id}, {line.old} → {line.new}"


def _was_done(story: Story, line: ReportLine, ours: int) -> bool:
    ticket = next((one for one in story.world.sandbox.tickets() if one.ticket_id == line.ticket_id), None)
    if ticket is None or ticket.created_by == ours:
        return ticket is not None
    if line.field == NOTE:
        return any(line.new in article.body for article in _notes(ticket, ours))
    kinds = {kind for kind, name in FIELD_OF.items() if name == line.field}
    return any(e.created_by == ours and e.type in kinds for e in ticket.history)


def _still_to_do(story: Story) -> Iterator[str]:
    """At the end a dry sweep finds nothing to do."""
    machine = Machine(world=story.world, life=Life())
    with ExitStack() as closing:
        report = machine.made(closing).runner.sweep.run(Everything())
    for line in report.lines:
        if line.outcome in {Outcome.PLANNED, Outcome.FAILED}:
            yield f"still to do: {line.field} of ticket {line.ticket_id}, {line.old} → {line.new} ({line.outcome.value})"
