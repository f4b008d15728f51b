"""What the demo claims, checked in the stand-in's own data: nothing here asks the bridge whether it did well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from otrs_bridge.demo import material
from otrs_bridge.demo.scene import Placed, Scene
from otrs_bridge.demo.stage import Promise, ended_with, facts
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.sandbox.records import ArticleRow
from otrs_bridge.words import Words

Versions = Mapping[int, tuple[datetime, int]]


def clients_known() -> int:
    """How many clients the demo's client list has."""
    return len(material.clients())


def versions(scene: Scene) -> Versions:
    """When each ticket was last changed, and how many lines its history has."""
    return {row.ticket_id: (row.changed, len(row.history)) for row in scene.sandbox.tickets()}


def exit_status(claim: Words, status: int) -> Promise:
    """A command ended with status 0."""
    return Promise(claim=claim, against=ended_with(status))


def after_the_sweep(scene: Scene) -> tuple[Promise, ...]:
    """Every ticket is as the procedure wants it, and nothing else has happened."""
    return (
        _all_right(scene),
        _numbered(scene),
        _left_alone(scene),
        _undecided_are_told(scene),
        _operators_are_told(scene),
        _nobody_disturbed(scene),
    )


def nothing_left(scene: Scene, before: Versions, status: int, report: Sequence[Mapping[str, Any]]) -> Promise:
    """A further pass found nothing: it said so, and no ticket and no history line moved."""
    moved = [
        f"{number}: {old} → {versions(scene)[number]}"
        for number, old in before.items()
        if versions(scene)[number] != old
    ]
    found = [f"{line['ticket']} {line['field']}" for line in report if "ticket" in line]
    return Promise(
        claim=Words(
            ru="третий проход не нашёл, что менять, и ничего не записал",
            en="the third pass found nothing to change and wrote nothing",
        ),
        against=(*ended_with(status), *facts(found), *facts(moved)),
    )


def _all_right(scene: Scene) -> Promise:
    total = len(scene.placed)
    return Promise(
        claim=Words(
            ru=f"все заявки ({total}) — как требует регламент: прочитано прямо в OTRS, мимо моста",
            en=f"every ticket ({total}) is as the procedure wants it: read in OTRS itself, not by the bridge",
        ),
        against=tuple(line for placed in scene.placed for line in _wrong(scene, placed)),
    )


def _wrong(scene: Scene, placed: Placed) -> list[Words]:
    now = asdict(scene.held(placed.id))
    wanted = {**asdict(placed.before), **placed.ticket.afterwards}
    number = short_number(placed.number)
    return [
        Words(
            ru=f"{number} {name}: {now[name]!r}, а нужно {want!r}",
            en=f"{number} {name}: {now[name]!r}, wanted {want!r}",
        )
        for name, want in wanted.items()
        if now[name] != want
    ]


def _numbered(scene: Scene) -> Promise:
    """Only a merged ticket and a removed one need no number: nobody is told of them any more."""
    open_to_rules = [placed for placed in scene.placed if placed.before.state not in material.TECHNICAL_STATES]
    found = {placed.number: scene.sandbox.ticket(placed.id).values for placed in open_to_rules}
    return Promise(
        claim=Words(
            ru=f"короткий номер, который называют клиенту, стоит в своём поле у {len(found)} заявок",
            en=f"the short number that a client is told stands in its own field of {len(found)} tickets",
        ),
        against=facts(
            f"{number}: {values.get(material.SHORT_NUMBER_FIELD)}"
            for number, values in found.items()
            if values.get(material.SHORT_NUMBER_FIELD) != [number[8:]]
        ),
    )


def _left_alone(scene: Scene) -> Promise:
    alone = [placed for placed in scene.placed if not placed.ticket.afterwards and not placed.ticket.note_names]
    return Promise(
        claim=Words(
            ru=f"заявки, где править нечего (верные, слитая, удалённая: {len(alone)}), не тронуты вовсе",
            en=f"tickets with nothing to mend (right, merged, removed: {len(alone)}) were not touched at all",
        ),
        against=facts(
            short_number(placed.number) for placed in alone if scene.sandbox.ticket(placed.id).changed != placed.changed
        ),
    )


def _undecided_are_told(scene: Scene) -> Promise:
    undecided = [placed for placed in scene.placed if placed.ticket.note_names]
    return Promise(
        claim=Words(
            ru=f"где подходят несколько клиентов ({len(undecided)}), кандидаты перечислены в заметке",
            en=f"where several clients fit ({len(undecided)}), the note lists the candidates",
        ),
        against=facts(
            f"{short_number(placed.number)} {name}"
            for placed in undecided
            for name in placed.ticket.note_names
            if not any(name in note.body for note in _notes(scene, placed))
        ),
    )


def _operators_are_told(scene: Scene) -> Promise:
    told = [placed for placed in scene.placed if placed.ticket.note_says]
    return Promise(
        claim=Words(
            ru=f"чего не хватает, подсказки и прежние значения ({len(told)}) стоят в заметке",
            en=f"what is missing, hints and values taken away ({len(told)}) stand in the note",
        ),
        against=tuple(
            Words(ru=f"{short_number(placed.number)} {words.ru}", en=f"{short_number(placed.number)} {words.en}")
            for placed in told
            for words in placed.ticket.note_says
            if not any(words.text(scene.language) in note.body for note in _notes(scene, placed))
        ),
    )


def _nobody_disturbed(scene: Scene) -> Promise:
    sent = scene.sandbox.mails()[scene.mails :]
    notes = [(placed, _notes(scene, placed)) for placed in scene.placed]
    return Promise(
        claim=Words(
            ru="клиентам и операторам не ушло ни одного письма; заметки внутренние, не больше одной на заявку",
            en="no client and no agent got a mail; notes are internal, at most one a ticket",
        ),
        against=(
            *facts(f"{mail.recipient}: {mail.subject}" for mail in sent),
            *facts(short_number(placed.number) for placed, found in notes if len(found) > 1),
            *facts(short_number(p.number) for p, found in notes if any(note.is_visible_for_customer for note in found)),
        ),
    )


def _notes(scene: Scene, placed: Placed) -> list[ArticleRow]:
    """Everything that came into the ticket after its first article: whoever wrote it, it was the bridge."""
    return scene.sandbox.ticket(placed.id).articles[placed.articles :]
