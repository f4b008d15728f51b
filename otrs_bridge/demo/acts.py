"""The acts of the demo, in order. A new act is a function here and a line in ACTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from otrs_bridge.demo import month_acts, promises
from otrs_bridge.demo.scene import Placed, Scene
from otrs_bridge.demo.stage import Promise, Stage
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.words import Words

IN_TABLE = 10  # of the tickets as they are
IN_DRY_RUN = 6  # the rest of a report is more of the same
IN_BRIEF = 2
RICHEST = 0  # the ticket with most wrong about it: its note and its history are shown in full
UNDECIDED = 4  # the ticket that fits two clients
DEAD_PHONE = 11  # the ticket about a phone that does not say what a technician needs


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoAct:
    """One act: a heading, and a function that plays it and returns what it promises."""

    title: Words
    play: Callable[[Scene, Stage], tuple[Promise, ...]]


def perform(scene: Scene, stage: Stage) -> bool:
    """Play every act, then go through the promises; returns whether all of them were kept."""
    made: list[Promise] = []
    for number, act in enumerate(ACTS, start=1):
        stage.title(Words(ru=f"{number}. {act.title.ru}", en=f"{number}. {act.title.en}"))
        made += act.play(scene, stage)
    stage.title(Words(ru="Итог", en="The result"))
    stage.promises(made)
    kept = all(promise.kept for promise in made)
    stage.say(_GOOD_BYE if kept else _BROKEN)
    return kept


def _before_and_after(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    total, clients = len(scene.placed), promises.clients_known()
    stage.say(
        Words(
            ru="Это учебный OTRS: он запущен сейчас на этой машине, отвечает так же, как настоящий, и исчезнет "
            f"вместе с демонстрацией. Заявок в нём {total}, за полтора дня; клиентов в справочнике — {clients}. "
            "Наружу ничего не отправляется. Вот какими заявки оставила смена и какими их сделает мост:",
            en="This is a practice OTRS: it was started just now on this machine, answers as a real one does, and is "
            f"gone when the demo ends. It holds {total} tickets of a day and a half and {clients} clients from the "
            "client list. Nothing leaves this machine. This is how the shift left them, and what the bridge makes of them:",
        )
    )
    wanted: dict[str, dict[str, str]] = {}
    for line in stage.ask("sweep", "--all"):
        if line.get("outcome") == "planned" and line["field"]:
            wanted.setdefault(line["ticket"], {})[line["field"]] = line["new"]
    stage.table(_HEADINGS, [_row(placed, wanted.get(placed.number, {})) for placed in scene.placed[:IN_TABLE]])
    stage.say(
        Words(
            ru=f"…и ещё {total - IN_TABLE}. По регламенту: состояний только два; у юрлица приоритет всегда 4, у физлица "
            "не выше 3; в каждой заявке назван клиент, а если его нет в базе — заглушка с адресом, ФИО и договором; тема — "
            "самая суть, без крика; район, категория и очередь заполнены, поле «главная заявка» пусто. Чего мост знать не "
            "может, о том он просит оператора.",
            en=f"…and {total - IN_TABLE} more. The procedure says: only two states; a company always has priority 4, a "
            "person at most 3; every ticket names its client, or, when he is not in the base, a placeholder with his "
            "address, full name and contract; the subject is the essence, without shouting; district, category and "
            "queue are filled in, the master ticket is empty. What the bridge cannot know it asks the operator for.",
        )
    )
    return ()


def _dry_run(_scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    stage.say(
        Words(
            ru="Без --apply мост только показывает: что он изменил бы, каким правилом и почему.",
            en="Without --apply the bridge only shows what it would change, by which rule, and why.",
        )
    )
    stage.command("sweep", "--all", tickets=IN_DRY_RUN)
    return ()


def _applied(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    stage.say(
        Words(
            ru="Та же команда с --apply записывает ровно то, что было показано: на заявку один запрос и не больше "
            "одной внутренней заметки, затем мост перечитывает заявку и сверяет каждое поле.",
            en="The same command with --apply writes exactly what was shown: one request a ticket with at most one "
            "internal note, then the bridge reads the ticket back and compares every field.",
        )
    )
    status = stage.command("sweep", "--all", "--apply", tickets=IN_BRIEF)
    finished = promises.exit_status(
        Words(ru="проход с --apply завершился без единой ошибки", en="the run with --apply ended without an error"),
        status,
    )
    return (finished, *promises.after_the_sweep(scene))


def _once_more(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    stage.say(
        Words(
            ru="Ещё раз. Менять уже нечего, поэтому мост ничего и не пишет.",
            en="Once more. There is nothing left to change, so nothing is written.",
        )
    )
    before = promises.versions(scene)
    status = stage.command("sweep", "--all", "--apply", tickets=IN_BRIEF)
    found = stage.ask("sweep", "--all")
    return (promises.nothing_left(scene, before, status, found),)


def _note(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    placed, phone = scene.placed[RICHEST], scene.placed[DEAD_PHONE]
    stage.say(
        Words(
            ru=f"Что видит оператор в заявке {both(placed.number)}. Заметка внутренняя: клиент её не видит, писем "
            "никому не уходит.",
            en=f"What an operator sees in ticket {both(placed.number)}. The note is internal: the client does not "
            "see it, and nobody gets a mail.",
        )
    )
    stage.quote(_last_article(scene, placed))
    stage.say(
        Words(
            ru=f"А это {both(phone.number)}: не работает телефон, и монтёру не хватает сведений. Просьба одна, в той же "
            "заметке, и больше не повторяется.",
            en=f"And this is {both(phone.number)}: a phone does not work, and a technician would miss something. It is "
            "asked for once, in the same note, and never again.",
        )
    )
    stage.quote(_last_article(scene, phone))
    stage.say(
        Words(
            ru="Всё это есть и в журнале моста:",
            en="All of this stands in the bridge's own journal, too:",
        )
    )
    stage.command("history", "--ticket", short_number(placed.number))
    return ()


def _undecided(scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    stage.say(
        Words(
            ru="Мост не гадает. В этой квартире два договора, и какой из Орловых звонил, заявка не говорит: мост "
            "никого не выбрал, а кандидатов перечислил в заметке. Команда explain показывает, что он увидел:",
            en="The bridge does not guess. This flat has two contracts and the ticket does not say which Orlov called: "
            "nobody was chosen, and the candidates are listed in the note. The command explain shows what it saw:",
        )
    )
    stage.command("explain", short_number(scene.placed[UNDECIDED].number))
    return ()


def _undo(_scene: Scene, stage: Stage) -> tuple[Promise, ...]:
    run = str(stage.ask("history")[-1]["run"])
    stage.say(
        Words(
            ru="Любой проход можно взять назад, и тоже сначала посмотреть. Прежние значения вернутся только там, где "
            "после моста никто ничего не менял. Одного OTRS не умеет — снова сделать клиента пустым; об этом мост "
            "скажет.",
            en="Any run can be taken back, and looked at first, too. Old values return only where nobody changed "
            "anything after the bridge. One thing OTRS cannot do is to empty a customer again; the bridge says so.",
        )
    )
    stage.command("undo", run, tickets=IN_BRIEF)
    return ()


def _last_article(scene: Scene, placed: Placed) -> list[str]:
    note = scene.sandbox.ticket(placed.id).articles[-1]
    return [note.subject, "", *note.body.splitlines()]


def _row(placed: Placed, wanted: Mapping[str, str]) -> tuple[str, ...]:
    before = placed.before

    def change(field: str, value: str) -> str:
        return f"{value or '—'} → {wanted[field]}" if field in wanted else value or "—"

    state, customer = change("state", before.state), change("customer", before.customer)
    priority = f"{before.priority[:1]} → {wanted['priority'][:1]}" if "priority" in wanted else before.priority[:1]
    return short_number(placed.number), state, priority, customer


ACTS = (
    DemoAct(title=Words(ru="Заявки до и после", en="The tickets before and after"), play=_before_and_after),
    DemoAct(title=Words(ru="Пробный проход", en="A dry run"), play=_dry_run),
    DemoAct(title=Words(ru="Настоящий проход", en="The real run"), play=_applied),
    DemoAct(title=Words(ru="И ещё раз", en="Once more"), play=_once_more),
    DemoAct(title=Words(ru="Что увидит оператор", en="What an operator sees"), play=_note),
    DemoAct(title=Words(ru="Когда решать человеку", en="When a person has to decide"), play=_undecided),
    DemoAct(title=Words(ru="Если передумали", en="Having second thoughts"), play=_undo),
    DemoAct(title=Words(ru="Долги: первое число", en="Debts: the first of the month"), play=month_acts.suspension),
    DemoAct(title=Words(ru="Долги: оплата", en="Debts: a payment"), play=month_acts.payment),
    DemoAct(title=Words(ru="Долги: включение", en="Debts: connected again"), play=month_acts.reconnection),
)

_HEADINGS = (
    Words(ru="Заявка", en="Ticket"),
    Words(ru="Состояние", en="State"),
    Words(ru="Пр.", en="Pr."),
    Words(ru="Клиент", en="Customer"),
)
_GOOD_BYE = Words(
    ru="Так же мост работает и с вашим OTRS: docs/connecting.ru.md — десять минут, начиная с наблюдения без записи. "
    "Страница оператора, на которой 1 мая ждёт вашего решения: otrs-bridge demo --serve (из этой папки: "
    ".venv/bin/otrs-bridge demo --serve).",
    en="The bridge does the same for your OTRS: docs/connecting.md takes ten minutes and starts with watching only. "
    "The operator's page, on which the 1st of May waits for your decision: otrs-bridge demo --serve (from this folder: "
    ".venv/bin/otrs-bridge demo --serve).",
)
_BROKEN = Words(
    ru="Обещание не сдержано: это ошибка моста, сообщите о ней вместе с выводом этой команды.",
    en="A promise was broken: this is a bug of the bridge, please report it with the output of this command.",
)
