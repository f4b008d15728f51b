"""What the demo's month claims, checked in the stand-in's own data. What has to be there is laid down by hand."""

from __future__ import annotations

from otrs_bridge.demo.month import Month
from otrs_bridge.demo.stage import Promise, ended_with, facts
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.words import Words

PAYER = "debt:internet:Ф-11203:2013-05"  # pays on the 4th
CUT = "debt:internet:Ф-12077:2013-05"  # cut off on the 2nd, pays on the 12th
IN_PARTS = "debt:internet:Ф-13001:2013-05"  # pays 100 of 450
BY_PHONE = "debt:telephony:Ф-10517:2013-04"  # has paid for the internet, and not for the calls of March
SWITCH_ON = "reconnect:internet:Ф-12077:2013-05"

OPEN, CLOSED = "open", "closed successful"
ON_THE_FIRST = {PAYER: OPEN, CUT: OPEN, IN_PARTS: OPEN}
IN_THE_END = {PAYER: CLOSED, CUT: CLOSED, IN_PARTS: OPEN, BY_PHONE: OPEN, SWITCH_ON: OPEN}
NEVER = ("Ф-13340", "Ю-204", "Ф-204", "Ю-402")  # has promised to pay, or has paid

_NO_TICKET = Words(ru="заявки нет", en="no ticket")
_NONE = Words(ru="ни одной", en="none")

History = dict[int, int]


def histories(month: Month) -> History:
    """How many lines the history of each ticket has."""
    return {row.ticket_id: len(row.history) for row in month.sandbox.tickets()}


def after_the_first(month: Month) -> tuple[Promise, ...]:
    """Those in debt for the internet have a ticket."""
    wanted = [key for key in ON_THE_FIRST if len(month.made().get(key, [])) != 1]
    return (
        Promise(
            claim=Words(
                ru=f"1 мая: на каждый долг за интернет ({len(ON_THE_FIRST)}) ровно одна заявка, других нет",
                en=f"on 1 May every internet debt ({len(ON_THE_FIRST)}) has exactly one ticket, and there is no other",
            ),
            against=facts((*wanted, *sorted(month.made().keys() - ON_THE_FIRST.keys()))),
        ),
    )


def in_the_end(month: Month) -> tuple[Promise, ...]:
    """Every debt has its one ticket, in the right state, and nobody else has any."""
    return (_one_each(month), _payer_closed(month), _switched_on_once(month), _nobody_else(month), _no_mail(month))


def nothing_moved(before: History, month: Month, statuses: tuple[int, ...]) -> Promise:
    """Jobs that ran again raised and wrote nothing."""
    now = histories(month)
    moved = [str(number) for number in sorted(now.keys() | before.keys()) if now.get(number) != before.get(number)]
    return Promise(
        claim=Words(
            ru="повторный запуск всех заданий ничего не создал и не записал",
            en="running all the jobs again raised nothing and wrote nothing",
        ),
        against=(*facts(moved), *(told for status in statuses for told in ended_with(status))),
    )


def _one_each(month: Month) -> Promise:
    made = month.made()
    found = {key: [month.sandbox.state_of(row.ticket_id) for row in made.get(key, [])] for key in IN_THE_END}
    wrong = [
        Words(ru=f"{key}: {found[key]}, а нужна одна {state!r}", en=f"{key}: {found[key]}, wanted one {state!r}")
        for key, state in IN_THE_END.items()
        if found[key] != [state]
    ]
    debts = sum(key.startswith("debt:") for key in IN_THE_END)
    return Promise(
        claim=Words(
            ru=f"май: на каждый долг ({debts}) ровно одна заявка, и в том состоянии, в каком ей положено быть",
            en=f"May: every debt ({debts}) has exactly one ticket, in the state in which it belongs",
        ),
        against=tuple(wrong),
    )


def _payer_closed(month: Month) -> Promise:
    row = month.ticket(PAYER)
    state = Words.alike(month.sandbox.state_of(row.ticket_id)) if row else _NO_TICKET
    notes = row.articles[1:] if row else []
    return Promise(
        claim=Words(
            ru="кто оплатил до отключения, у того заявка закрыта одной внутренней заметкой",
            en="who paid before the line was cut has a closed ticket, with one internal note",
        ),
        against=(
            *((state,) if state.en != CLOSED else ()),
            *((Words(ru=f"заметок: {len(notes)}", en=f"{len(notes)} notes"),) if len(notes) != 1 else ()),
            *facts(note.subject for note in notes if note.is_visible_for_customer),
        ),
    )


def _switched_on_once(month: Month) -> Promise:
    found = [key for key in month.made() for _row in month.made()[key] if key.startswith("reconnect:")]
    return Promise(
        claim=Words(
            ru="заявка на включение ровно одна: тому, кого отключили и кто потом оплатил",
            en="there is exactly one reconnection ticket: for him who was cut off and then paid",
        ),
        against=() if found == [SWITCH_ON] else facts(found) or (_NONE,),
    )


def _nobody_else(month: Month) -> Promise:
    strangers = [
        f"{short_number(row.number)} {row.title}"
        for key, rows in month.made().items()
        for row in rows
        if key not in IN_THE_END or any(contract in key.split(":") for contract in NEVER)
    ]
    return Promise(
        claim=Words(
            ru=f"у тех, кто платил вовремя или обещал оплатить ({len(NEVER)}), нет ни одной заявки",
            en=f"those who paid in time or have promised to ({len(NEVER)}) have no ticket at all",
        ),
        against=facts(strangers),
    )


def _no_mail(month: Month) -> Promise:
    return Promise(
        claim=Words(ru="за весь май клиентам не ушло ни одного письма", en="in all of May no client got a mail"),
        against=facts(f"{mail.recipient}: {mail.subject}" for mail in month.sandbox.mails()),
    )
