"""The acts of the demo's month: suspension, payment and closing, reconnection."""

from __future__ import annotations

from otrs_bridge.demo import month_promises as promises
from otrs_bridge.demo.month import FIRST, Month
from otrs_bridge.demo.scene import Scene
from otrs_bridge.demo.stage import Promise, Stage
from otrs_bridge.domain.ticket_number import both
from otrs_bridge.words import Words

JOBS = ("internet_suspension", "telephony_disconnection", "debt_sync")


def suspension(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    """The 1st: who has not paid for the month that begins."""
    month = scene.month
    desk = stage.at(month.config, month.clock)
    desk.say(_FIRST)
    desk.command("billing", "init")
    _import(month, desk)
    desk.command("jobs", "plan", "internet_suspension")
    desk.say(_REAL)
    desk.command("jobs", "run", "internet_suspension", "--apply")
    desk.say(_AS_SEEN)
    _show(month, desk, promises.PAYER)
    desk.say(_HELD)
    desk.command("billing", "show", "Ф-13340")
    return promises.after_the_first(month)


def payment(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    """The 2nd to the 6th: a line is cut, a payment comes in, its ticket is closed, a phone is due."""
    month = scene.month
    desk = stage.at(month.config, month.clock)
    month.clock.move_to(2, 15, 10)
    if cut := month.ticket(promises.CUT):
        month.sandbox.edit(cut.ticket_id, state=promises.CLOSED)
    month.clock.move_to(6, 6, 30)
    desk.say(_SIXTH)
    _import(month, desk)
    desk.command("jobs", "run", "debt_sync", "--apply")
    desk.say(_CLOSED)
    _show(month, desk, promises.PAYER, newest=True)
    desk.say(_WORKING_DAY)
    desk.command("jobs", "run", "telephony_disconnection", "--apply")
    return ()


def reconnection(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    """The 13th: who was cut off has paid; and everything once more."""
    month = scene.month
    desk = stage.at(month.config, month.clock)
    month.clock.move_to(13, 6, 30)
    desk.say(_THIRTEENTH)
    _import(month, desk)
    desk.command("jobs", "run", "debt_sync", "--apply")
    _show(month, desk, promises.SWITCH_ON)
    desk.say(_AGAIN)
    before = promises.histories(month)
    first = desk.command("jobs", "run", "internet_suspension", "--date", f"{FIRST:%Y-%m-%d}", "--apply")
    statuses = (first, *(desk.command("jobs", "run", job, "--apply") for job in JOBS))
    return (*promises.in_the_end(month), promises.nothing_moved(before, month, statuses))


def _import(month: Month, desk: Stage) -> None:
    accounts, entries = month.export()
    desk.command("billing", "import", accounts, entries, "--as-of", f"{month.today:%Y-%m-%dT%H:%M}")


def _show(month: Month, desk: Stage, key: str, *, newest: bool = False) -> None:
    """A ticket as it stands in OTRS: its line in the queue and an article."""
    row = month.ticket(key)
    if row is None:
        return
    place, state = month.sandbox.queue_of(row.ticket_id), month.sandbox.state_of(row.ticket_id)
    article = row.articles[-1 if newest else 0]
    priority = month.sandbox.priority_of(row.ticket_id)
    desk.quote(
        [
            f"{both(row.number)}  {row.title}",
            f"{place} · {state} · {priority} · {row.customer_user or '—'}",
            "",
            *([article.subject, ""] if newest else []),
            *article.body.splitlines(),
        ]
    )


_FIRST = Words(
    ru="Теперь о долгах. Рядом запущен второй учебный OTRS, и часы в нём и у моста одни: утро 1 мая 2013 года. "
    "Биллинг выгрузил лицевые счета и записи (9 счетов: интернет оплачивают вперёд, до 25-го; телефон — за прошлый "
    "месяц). Мост кладёт их в свою книгу и показывает, кого пора отключать, но ещё ничего не пишет:",
    en="Now for debts. A second practice OTRS has been started, and it and the bridge share one clock: it is the "
    "morning of 1 May 2013. Billing has exported its accounts and entries (9 accounts: internet is paid in advance, by "
    "the 25th, the phone for the month before). The bridge puts them into its ledger and shows whom to cut off, "
    "writing nothing yet:",
)
_REAL = Words(
    ru="Всё верно — выполняем. Перед каждой заявкой мост ещё раз читает счёт и ищет в OTRS заявку с тем же ключом.",
    en="That is right, so it is done. Before each ticket the bridge reads the account once more and looks in OTRS for "
    "a ticket with the same key.",
)
_AS_SEEN = Words(
    ru="Такой заявку увидит оператор, с квитанцией в тексте:",
    en="This is the ticket as an operator sees it, with the receipt in its text:",
)
_HELD = Words(
    ru="А Быкова обещала заплатить до 10-го, и её не трогают. Почему — говорит команда billing show:",
    en="Bykova has promised to pay by the 10th and is left alone. The command billing show says why:",
)
_SIXTH = Words(
    ru="Прошло пять дней. 2-го монтёр отключил Тарасова и закрыл заявку; 4-го Гусев заплатил всё, 5-го Аксёнов — только "
    "часть. Утром 6-го приходит новая выгрузка, и ночное задание debt_sync приводит заявки в порядок:",
    en="Five days have gone by. On the 2nd a technician cut Tarasov off and closed the ticket; on the 4th Gusev paid "
    "everything, on the 5th Aksyonov a part of it. On the morning of the 6th a new export comes in, and the nightly "
    "job debt_sync sets the tickets right:",
)
_CLOSED = Words(
    ru="Заявка Гусева закрыта, отключать его не надо. Часть долга ничего не закрывает: заявка Аксёнова ждёт.",
    en="Gusev's ticket is closed, he need not be cut off. A part of a debt closes nothing: Aksyonov's ticket waits.",
)
_WORKING_DAY = Words(
    ru="6 мая 2013-го — первый рабочий день месяца (1-е — праздник, 2-е и 3-е — перенесённые выходные): отключают "
    "телефоны. За мартовские звонки Мельникова не заплатила, хотя интернет у неё оплачен:",
    en="6 May 2013 is the first working day of the month (the 1st is a holiday, the 2nd and 3rd are days off by "
    "decree): phones are cut off. Melnikova has not paid for the calls of March, though her internet is paid:",
)
_THIRTEENTH = Words(
    ru="13 мая. Накануне Тарасов заплатил, но он уже отключён: нужна заявка на включение. Быкова сдержала слово.",
    en="13 May. Tarasov paid yesterday, but he is cut off already, so he is to be connected again. Bykova has kept her "
    "word.",
)
_AGAIN = Words(
    ru="И всё ещё раз: сколько ни запускай, второй заявки на тот же долг не будет.",
    en="And everything once more: however often the jobs run, there is no second ticket for the same debt.",
)
