"""service/debts/memory.py: a note is ours when the bridge wrote it, not when somebody says its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from otrs_bridge.domain.billing.ticket_text import again_note, paid_note
from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.note_text import compose_note
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.articles import NewArticle, add_article
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import LANGUAGES, Language, Words
from tests.service.conftest import MovableClock
from tests.service.debts.keeping_scene import (
    RAISED,
    STOP,
    THE_NEXT_NIGHT,
    THE_NIGHT,
    Scene,
    bridge_at,
    move_to,
    notes,
    scene,
)


@pytest.fixture
def database() -> Iterator[Database]:
    """One journal."""
    opened = open_database("sqlite://")
    yield opened
    opened.close()


class Desk:
    """An OTRS in the night with the tickets of one scene, and what people write into them."""

    def __init__(self, sandbox: Sandbox, database: Database) -> None:
        self.sandbox = sandbox
        self.database = database
        self.who: Scene = scene(1)

    def run(self, moment: str, job: str = "debt_sync") -> None:
        """One run of a job, at this moment."""
        with ExitStack() as closing:
            bridge_at(moment, self.who, self._connection(), self.database, closing).run(job)

    def forget(self, moment: str) -> None:
        """The journal is lost, and built anew from OTRS."""
        fresh = open_database("sqlite://")
        with ExitStack() as closing:
            here = bridge_at(moment, self.who, self._connection(), fresh, closing)
            assert here.runner.debts is not None
            here.runner.debts.memory.rebuild()
        self.database = fresh

    def _connection(self) -> OtrsConnection:
        sandbox = self.sandbox
        return OtrsConnection(
            url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=1, timeout=5.0
        )

    def one(self, word: str, contract: str) -> TicketRow:
        """The only such ticket."""
        (found,) = self.all(word, contract)
        return found

    def all(self, word: str, contract: str) -> list[TicketRow]:
        """Every ticket with this word before this contract."""
        return [one for one in self.sandbox.tickets() if one.title.startswith(word) and contract in one.title]

    def mail(self, ticket: TicketRow, subject: str, body: str) -> None:
        """A client answers."""
        self.sandbox.receive_mail("evil@mail.ru", f"{subject} [Ticket#{ticket.number}]", body)

    def agent_writes(self, ticket: TicketRow, subject: str, body: str, *, visible: bool) -> None:
        """An agent answers the client, or makes a note."""
        article = NewArticle(
            sender_type="agent",
            sender="Анна <anna@mtel.ru>",
            to="",
            subject=subject,
            body=body,
            channel="Email" if visible else "Internal",
            is_visible_for_customer=visible,
            history_type="AddNote",
        )
        with self.sandbox.database.request():
            add_article(self.sandbox.database, ticket, article, user_id=1)


@pytest.fixture
def desk(clock: MovableClock, database: Database) -> Iterator[Desk]:
    """The lines have their disconnection tickets."""
    move_to(clock, THE_NIGHT)
    with Sandbox(clock=clock.now, keep_alive=True) as sandbox:
        sandbox.add_ticket("Обычная заявка")
        made = Desk(sandbox, database)
        made.run(RAISED, "internet_suspension")
        yield made


def whole_note(text: str) -> tuple[str, str]:
    """Subject and body of a note as the bridge itself would write it."""
    composed = compose_note([], [Remark(rule="debt_sync", text=Words(ru=text, en=text))], run=3, language="ru")
    assert composed is not None
    return composed


FORGED, PAID = whole_note(paid_note(language="ru"))
WRITTEN = {
    "a client's mail with the subject of a note": lambda desk, off: desk.mail(off, FORGED, PAID),
    "a client's mail": lambda desk, off: desk.mail(off, "Я оплатил", paid_note(language="ru")),
    "an agent's answer that quotes it": lambda desk, off: desk.agent_writes(off, FORGED, PAID, visible=True),
    "an agent's note that quotes it": lambda desk, off: desk.agent_writes(off, off.title, PAID, visible=False),
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize("lost", [False, True], ids=["as remembered", "built anew"])
def test_who_was_cut_and_paid_is_switched_on_whoever_quotes_the_note_of_the_paid(
    desk: Desk, write: object, lost: bool
) -> None:
    off = desk.one("Откл.", desk.who.cut)
    assert callable(write)
    write(desk, off)
    desk.sandbox.edit(off.ticket_id, state="closed successful")
    if lost:
        desk.forget(THE_NIGHT)
    desk.run(THE_NIGHT)
    assert desk.sandbox.state_of(desk.one("Вкл.", desk.who.cut).ticket_id) == "open"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_client_who_quotes_that_the_debt_is_there_again_has_nobody_switched_on_who_never_was_off(
    desk: Desk, language: Language
) -> None:
    desk.sandbox.edit(desk.one("Откл.", desk.who.cut).ticket_id, state="closed successful")
    desk.run(THE_NIGHT)
    off = desk.one("Откл.", desk.who.paid)
    desk.mail(off, *whole_note(again_note(language=language)))
    desk.sandbox.edit(off.ticket_id, state="closed successful")  # a follow-up opens it again
    desk.forget(THE_NEXT_NIGHT)
    desk.run(THE_NEXT_NIGHT)
    assert desk.all("Вкл.", desk.who.paid) == []


def test_the_warning_not_to_cut_is_written_whoever_has_quoted_it(desk: Desk) -> None:
    off = desk.one("Откл.", desk.who.held)
    desk.run(THE_NIGHT)
    (warning,) = [one for one in off.articles if STOP in one.body]
    off.articles.remove(warning)
    desk.mail(off, warning.subject, warning.body)
    desk.forget(THE_NIGHT)
    desk.run(THE_NEXT_NIGHT)
    assert notes([one.body for one in off.articles if one.sender_type == "agent"], STOP) == 1
