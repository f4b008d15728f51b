"""service/queries/backtest.py: what rules would have done, and how two configs differ. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule
from otrs_bridge.domain.selection import ChangedWithin, Everything, Selection
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.queries.backtest import SAMPLES, Backtest, BacktestReport
from otrs_bridge.words import Words
from rules import priority
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace, active

WORDS = Words(ru="почему", en="why")
ENFORCED = dict.fromkeys(("state", "priority"), Mode.ENFORCE)


@dataclass(frozen=True, kw_only=True)
class NoOptions:
    """A rule for the tests has none."""


def rule(name: str, check: Any) -> ActiveRule[Any]:
    """A rule of the tests' own."""
    made = Rule(name=name, options=NoOptions, writes=("title",), check=check)
    return ActiveRule(rule=made, mode=Mode.ENFORCE, options=NoOptions())


def titled(title: str, name: str = "titles") -> ActiveRule[Any]:
    def check(facts: Facts, _options: NoOptions) -> Iterator[Change]:
        yield Change(rule=name, field="title", old=facts.ticket.title, new=title, why=WORDS)

    return rule(name, check)


@pytest.fixture
def place(workplace: MakeWorkplace) -> Workplace:
    return workplace(rules=active(ENFORCED))


def judge(place: Workplace, rules: Sequence[ActiveRule[Any]]) -> Judge:
    outside = place.outside
    return Judge(rules=rules, directory=None, journal=outside.journal, clock=outside.clock)


def rehearsed(
    place: Workplace,
    here: Sequence[ActiveRule[Any]],
    there: Sequence[ActiveRule[Any]] | None = None,
    selection: Selection | None = None,
) -> BacktestReport:
    other = None if there is None else judge(place, there)
    return Backtest(place.outside.helpdesk, here=judge(place, here), there=other).run(selection or Everything())


def broken_tickets(desk: Sandbox, count: int) -> list[int]:
    """Tickets that need a state and a priority."""
    return [desk.add_ticket(f"Заявка {n}", state="new", priority="5 very high").ticket_id for n in range(count)]


def test_counts_by_rule_and_field_with_a_few_samples(place: Workplace, sandbox: Sandbox) -> None:
    broken_tickets(sandbox, 120)
    sandbox.add_ticket("В порядке")
    report = rehearsed(place, active(ENFORCED))
    assert (report.examined, report.tickets) == (121, 120)
    assert {key: count.tickets for key, count in report.counts.items()} == {
        ("state", "state"): 120,
        ("priority", "priority"): 120,
    }
    assert all(len(count.samples) == SAMPLES for count in report.counts.values())
    sample = report.counts["priority", "priority"].samples[0]
    assert sample.here is not None
    assert (sample.title, sample.here.old, sample.here.new) == ("Заявка 0", "5 very high", "3 normal")
    assert report.differences == {}


def test_nothing_is_written_not_even_to_the_journal(place: Workplace, sandbox: Sandbox) -> None:
    ids = broken_tickets(sandbox, 3)
    before = [sandbox.history(ticket_id) for ticket_id in ids]
    rehearsed(place, active(ENFORCED), [])
    assert [sandbox.history(ticket_id) for ticket_id in ids] == before
    assert list(place.outside.journal.runs()) == []


def test_what_people_took_back_and_what_was_told_counts_like_any_other(
    place: Workplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.sweep.run(Everything(), apply=True)
    clock.move(minutes=1)
    sandbox.edit(ticket_id, priority="5 very high")
    assert not place.sweep.run(Everything()).counts["planned"], "it is pinned"
    assert rehearsed(place, active(ENFORCED)).counts["priority", "priority"].tickets == 1


def test_only_tickets_of_the_given_time_and_no_technical_ones(
    place: Workplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    broken_tickets(sandbox, 2)
    clock.move(days=31)
    sandbox.merge(broken_tickets(sandbox, 2)[0])
    sandbox.add_ticket("Половина", state="new", body=None)
    report = rehearsed(place, active(ENFORCED), selection=ChangedWithin(minutes=30 * 24 * 60))
    assert (report.examined, report.technical, report.incomplete, report.tickets) == (1, 1, 1, 1)


def test_the_difference_is_told_per_rule_and_field(place: Workplace, sandbox: Sandbox) -> None:
    broken_tickets(sandbox, 4)
    company = sandbox.add_ticket("Фирма", priority="2 low", customer_user='"ООО «Ромашка»" <a@mtel.ru>').ticket_id
    options = replace(priority.Options(), individual_at_most="2 low")
    strict = ActiveRule(rule=priority.RULE, mode=Mode.ENFORCE, options=options)
    report = rehearsed(place, active(ENFORCED), [strict, titled("Т")])
    parted = {key: (one.only_here, one.only_there, one.different) for key, one in report.differences.items()}
    assert parted == {
        ("state", "state"): (4, 0, 0),
        ("priority", "priority"): (0, 0, 4),
        ("titles", "title"): (0, 5, 0),
    }
    assert report.differing == 5
    sample = report.differences["priority", "priority"].samples[0]
    assert (sample.here and sample.here.new, sample.there and sample.there.new) == ("3 normal", "2 low")
    assert company not in {one.ticket_id for one in report.differences["priority", "priority"].samples}


def test_the_same_rules_differ_in_nothing(place: Workplace, sandbox: Sandbox) -> None:
    broken_tickets(sandbox, 3)
    report = rehearsed(place, active(ENFORCED), active(ENFORCED))
    assert (report.differing, report.differences) == (0, {})


def test_rules_at_odds_are_counted_as_disputed(place: Workplace, sandbox: Sandbox) -> None:
    broken_tickets(sandbox, 2)
    report = rehearsed(place, [titled("А", "first"), titled("Б", "second")], [titled("А", "first")])
    assert report.counts["first", "title"].disputed == 2
    assert report.differences["first", "title"].different == 2, "there it would be written"


def test_remarks_and_rules_that_break_have_lines_of_their_own(place: Workplace, sandbox: Sandbox) -> None:
    def remark(_facts: Facts, _options: NoOptions) -> Iterator[Remark]:
        yield Remark(rule="talks", text=WORDS)

    def breaks(facts: Facts, _options: NoOptions) -> Iterator[Change]:
        raise ZeroDivisionError(facts.ticket.number)

    broken_tickets(sandbox, 2)
    report = rehearsed(place, [rule("talks", remark), rule("breaks", breaks)])
    assert {key: count.tickets for key, count in report.counts.items()} == {("talks", NOTE): 2, ("breaks", ""): 2}
