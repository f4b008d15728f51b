"""Ten thousand lines in a plan: searched, ordered and paged by key, without a gap and without a line twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.held_plan import PlanLine, PlannedTicket, fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import parse_period
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.plan_store import SqlHeldPlans
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import JobRun, StoredPlan
from otrs_bridge.ports.plans import LineQuery, LineSort
from tests.web.conftest import Office

COUNT = 10_000
JOB, PERIOD = "internet_suspension", "2013-05"
MOMENT = datetime(2013, 5, 1, 2, 30, tzinfo=UTC)


def hold_many(database: Database) -> int:
    """Lay down a plan of ten thousand lines that waits; the run that left it."""
    period = parse_period(PERIOD)
    assert period is not None
    keys = [EpisodeKey(service="internet", contract=f"Ф-{number:05}", period=period) for number in range(COUNT)]
    tickets = tuple(PlannedTicket(key=key, amount=Decimal(index % 7)) for index, key in enumerate(keys))
    lines = [
        PlanLine(ticket=one, client=f"Клиент <b>{index}</b>", address="ул. Лётная", district=f"район {index % 3}")
        for index, one in enumerate(tickets)
    ]
    jobs, run = SqlJobJournal(database), SqlJournal(database).start_run("job", at=MOMENT, selection=f"{JOB} {PERIOD}")
    jobs.claim_run(JOB, PERIOD, due_on=MOMENT.date(), at=MOMENT, lease=timedelta(minutes=1))
    plan = StoredPlan(
        run=run, job=JOB, period=PERIOD, fingerprint=fingerprint(tickets), tickets=tickets, made_at=MOMENT
    )
    jobs.store_plan(plan, lines)
    jobs.close_run(JobRun(job=JOB, period=PERIOD, due_on=MOMENT.date(), state="held", started_at=MOMENT, run=run))
    return run


@pytest.fixture(scope="module")
def plans() -> Iterator[SqlHeldPlans]:
    """The plan alone; nothing here changes it."""
    database = open_database("sqlite://")
    hold_many(database)
    yield SqlHeldPlans(database)
    database.close()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["key", "amount", "district", "since"])
def test_every_order_shows_each_line_once(plans: SqlHeldPlans, sort: LineSort, descending: bool) -> None:
    seen, after = [], ""
    while True:
        page = plans.page(1, LineQuery(sort=sort, descending=descending, after=after, limit=999))
        seen += [line.ticket.key for line in page.lines]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == COUNT


@pytest.mark.parametrize(
    ("search", "hits"), [("летная", COUNT), ("ЛЁТНАЯ ф-00017", 1), ("%", 0), ("_", 0), ("\\", 0), ("'", 0), ("\0", 0)]
)
def test_a_search_takes_every_word_as_it_is_written(plans: SqlHeldPlans, search: str, hits: int) -> None:
    assert len(plans.page(1, LineQuery(search=search, limit=COUNT)).lines) == hits


@pytest.mark.parametrize(
    "after", ["x", "[1,2]", '["a"]', '[99999999999999999999,"a"]', '["\\u0000","\\u0000"]', "null"]
)
@pytest.mark.parametrize("sort", ["key", "amount"])
def test_a_mark_that_was_typed_by_hand_breaks_nothing(plans: SqlHeldPlans, after: str, sort: LineSort) -> None:
    assert len(plans.page(1, LineQuery(after=after, sort=sort)).lines) in {0, 50}


def test_the_groups_come_to_the_whole(plans: SqlHeldPlans) -> None:
    groups = plans.groups(1)
    assert sum(group.count for group in groups) == COUNT
    assert sum(group.amount for group in groups) == sum(Decimal(index % 7) for index in range(COUNT))


def test_the_page_shows_a_part_and_the_file_all_of_it(office: Office) -> None:
    database = open_database(office.config.database)
    run = hold_many(database)
    database.close()
    browser = office.browser("reader")
    page = browser.get(f"/plans/{run}").text
    assert page.count("<tr id=") == 50
    assert "10\u00a0000" in page
    assert "<b>0</b>" not in page
    assert "&lt;b&gt;0&lt;/b&gt;" in page
    assert len(browser.get(f"/plans/{run}/lines.csv").text.splitlines()) == COUNT + 1
