"""The help of every command in Russian. The code has it in English, where the commands are; here is what it says there.

A test holds both together: no help text without its Russian, and no Russian whose English is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from otrs_bridge.words import Language

RUSSIAN: Mapping[str, str] = {
    "Keeps an ISP's OTRS tickets in line with its procedure. Dry by default: nothing is written without --apply.": "Держит заявки OTRS провайдера в порядке по его регламенту. Без --apply ничего не записывает, только показывает.",
    "the configuration (default config.yaml, or OTRS_BRIDGE_CONFIG)": "файл настроек (по умолчанию config.yaml или OTRS_BRIDGE_CONFIG)",
    "Look at tickets and show what the rules would change; with --apply, change it.": "Смотрит заявки и показывает, что изменили бы правила; с --apply изменяет.",
    "tickets changed in this time: 30m, 2h, 3d, 1w (default 24h)": "заявки, изменённые за это время: 30m, 2h, 3d, 1w (по умолчанию 24h)",
    "every ticket the agent may see": "все заявки, которые видит агент",
    "this ticket, by full or short number; may be repeated": "эта заявка, полный или короткий номер; можно повторять",
    "further tickets after --ticket": "ещё заявки после --ticket",
    "write; without it nothing is changed": "записать; без этого ничего не меняется",
    "read every row, and compare with what billing.prefilter leaves out": "прочитать все строки и сравнить с тем, что опускает billing.prefilter",
    "read every ticket, also after a sweep that was interrupted": "прочитать все заявки, даже если прошлый проход прервался",
    "table for people, json for programs": "table для людей, json для программ",
    "Which rules looked at this ticket, what they saw, what they decided. Reads only.": "Какие правила смотрели эту заявку, что увидели и что решили. Только чтение.",
    "the ticket, by full or short number": "заявка, полный или короткий номер",
    "Find tickets by full or short number, by contract, or by text with %. Reads only.": "Ищет заявки по полному или короткому номеру, по договору или по тексту с %. Только чтение.",
    "a ticket number, full or short; a contract; or text with % for anything": "номер заявки, полный или короткий; договор; или текст, где % значит что угодно",
    "at most so many tickets, the newest": "не больше стольких заявок, самые новые",
    "A client's card with the open tickets, found by contract, address or phone; several clients are listed.": "Карточка клиента с открытыми заявками: по договору, адресу или телефону; если клиентов несколько, их список.",
    "a contract, an address (with % for anything), a phone": "договор, адрес (% значит что угодно), телефон",
    "What the rules would have done to the tickets of the last days, as if all were enforced. Reads only.": "Что правила сделали бы с заявками последних дней, будь все включены. Только чтение.",
    "tickets changed in this time: 12h, 3d, 4w": "заявки, изменённые за это время: 12h, 3d, 4w",
    "another configuration: how its rules and field names would have decided otherwise": "другой файл настроек: что иначе решили бы его правила и имена полей",
    "The runs, or every change of one run or one ticket, with old and new value, rule, reason and outcome.": "Запуски или все изменения одного запуска или одной заявки: было, стало, правило, причина, итог.",
    "changes of this ticket, by full or short number": "изменения этой заявки, полный или короткий номер",
    "changes of this run": "изменения этого запуска",
    "Put the old values of a run back, only where the field still holds what the bridge wrote.": "Возвращает прежние значения запуска там, где в поле всё ещё стоит записанное мостом.",
    "the run's number, as history and the notes in tickets show it": "номер запуска, как в history и в заметках в заявках",
    "The fields that the bridge leaves to people because somebody decided about them.": "Поля, которые мост оставил людям, потому что о них решил человек.",
    "let the bridge touch this ticket's fields again": "снова разрешить мосту поля этой заявки",
    "with --release: only this field": "вместе с --release: только это поле",
    "Let a rule or a job rest until a moment, and say why; `all` for everything.": "Даёт правилу или заданию отдых до срока, с указанием причины; `all` — всему.",
    "a rule, a job, or all": "правило, задание или all",
    "30m, 2h, 3d, 18:00, 2026-12-01 or 2026-12-01T18:00+03:00": "30m, 2h, 3d, 18:00, 2026-12-01 или 2026-12-01T18:00+03:00",
    "why, for those who come after": "почему, для тех, кто увидит паузу",
    "who says so (default: whoever is logged in)": "кто так решил (по умолчанию тот, кто вошёл в систему)",
    "End a pause before its time; what changed meanwhile is looked at.": "Снимает паузу раньше срока; изменившееся за это время просматривается.",
    "What is paused now: by whom, until when, and why.": "Что сейчас на паузе: кто поставил, до какого времени и почему.",
    "Check OTRS, its web service, rights and names, and say what to do. Writes nothing without --write-test.": "Проверяет OTRS, его веб-сервис, права и имена и говорит, что делать. Без --write-test ничего не записывает.",
    "prove the right to write, on the tickets named with --ticket": "проверить право записи на заявках из --ticket",
    "a ticket for --write-test, by full or short number; may be repeated": "заявка для --write-test, полный или короткий номер; можно повторять",
    "Print the web service for OTRS; import it under Admin → Web Services as `OtrsBridge`.": "Печатает веб-сервис для OTRS; импортируйте его: Админ → Веб-сервисы, под именем `OtrsBridge`.",
    "print the one by which OTRS tells of tickets; it holds the secret of daemon.push": "напечатать тот, которым OTRS сообщает о заявках; в нём секрет из daemon.push",
    "with --push: number of the bridge's agent in OTRS; its changes are not told of": "вместе с --push: номер агента моста в OTRS; о его изменениях не сообщается",
    "with --push: where OTRS reaches the bridge (default: web.listen)": "вместе с --push: по какому адресу OTRS находит мост (по умолчанию web.listen)",
    "with --push: told before the agent's page comes back, not by OTRS's daemon": "вместе с --push: сообщать до возврата страницы агенту, а не через демон OTRS",
    "Bring new and changed tickets into line, and run the jobs that are due, until SIGTERM or Ctrl-C.": "Приводит новые и изменённые заявки в порядок и запускает задания в срок, пока не придёт SIGTERM или Ctrl-C.",
    "Show the bridge at work on a practice OTRS on this machine: nothing to set up, nothing leaves it.": "Показывает мост в работе на учебном OTRS на этой машине: настраивать нечего, наружу ничего не уходит.",
    "The bridge's own memory: copying it to another database.": "Память самого моста: копирование в другую базу.",
    "Copy a SQLite journal into an empty PostgreSQL, and compare both. Begun again, it goes on where it was.": "Копирует журнал из SQLite в пустой PostgreSQL и сверяет обе базы. Запущенное снова, продолжает с того же места.",
    "an empty database: postgresql://bridge@db.example.org/otrs_bridge": "пустая база: postgresql://bridge@db.example.org/otrs_bridge",
    "Install completion for the current shell.": "Включить дополнение команд по Tab в этой оболочке.",
    "Show completion for the current shell, to copy it or customize the installation.": "Показать сценарий дополнения для этой оболочки, чтобы установить его самому.",
    "language of explanations and notes; default: the terminal's": "язык пояснений и заметок; по умолчанию язык терминала",
    "only the page: it is 1 May 2013, and a plan waits for you; until Ctrl-C": "только страница: на ней 1 мая 2013 года, и план ждёт вас; до Ctrl-C",
    "with --serve: where the page is": "вместе с --serve: где страница",
    "show every line of the long reports": "показывать все строки длинных отчётов",
    "Print docs/field-rules.md: what the procedure asks of a ticket, and every rule with its options.": "Печатает docs/field-rules.md: чего регламент требует от заявки и все правила с их параметрами.",
    "Check the configuration, or print an example or the schema.": "Проверяет настройки, печатает пример или схему.",
    "Read the configuration and say every mistake in it, with line, key and what is allowed.": "Читает настройки и называет каждую ошибку в них: строка, ключ, что допустимо.",
    "Print a commented config.yaml with every key and its default.": "Печатает config.yaml с пояснениями: все ключи и значения по умолчанию.",
    "Print the JSON schema of config.yaml, for editors.": "Печатает JSON-схему config.yaml для редакторов.",
    "The client directory: mirror it from its source, look a client up.": "Справочник клиентов: скопировать из источника, найти клиента.",
    "Mirror the clients into the bridge's database: all of them at once, or none of them.": "Копирует клиентов в базу моста: либо всех сразу, либо никого.",
    "take a source that is 10 % smaller than last time": "принять источник, который на 10 % меньше прежнего",
    "Look a client up: what was understood, how it was searched, what was found. Never by name.": "Ищет клиента: как понят запрос, как искали, кто найден. По имени не ищет никогда.",
    "Debts: the ledger they are read from, and what it says.": "Долги: база лицевых счетов, по которой они считаются, и что в ней.",
    "Make an empty ledger file; `billing import` fills it.": "Создаёт пустой файл лицевых счетов; наполняет его `billing import`.",
    "the ledger file (default: billing.ledger.path of the config)": "файл лицевых счетов (по умолчанию billing.ledger.path из настроек)",
    "Replace what is in the ledger by these exports; one wrong row, and everything stays as it was.": "Заменяет содержимое файла этими выгрузками; одна неверная строка, и всё остаётся как было.",
    "CSV: account,contract,service,… (docs/billing.md)": "CSV: account,contract,service,… (docs/billing.md)",
    "CSV: account,kind,dated,amount,… (left out: each balance is the debt)": "CSV: account,kind,dated,amount,… (нет — долгом считается баланс)",
    "add the debts up: by district, age, sum or days since the cut-off": "сложить долги: по району (district), возрасту (age), сумме (sum) или дням после отключения (cut)",
    "Print the queries of a billing system's map, for a ledger and a directory of source `sql`.": "Печатает запросы карты биллинга, для ledger и directory с источником `sql`.",
    "Look at a billing system's database through its map: what is seen, and what is still to be decided. Reads only.": "Смотрит на базу биллинга через его карту: что видно и что ещё решить. Только читает.",
    "the billing system: abills, bgbilling, lanbilling, mikbill, ubilling, utm5": "биллинг: abills, bgbilling, lanbilling, mikbill, ubilling, utm5",
    "its database: mysql://reader@billing.example.org/billing": "его база: mysql://reader@billing.example.org/billing",
    "file with its password": "файл с её паролем",
    "the ledger file (default: that of the config)": "файл лицевых счетов (по умолчанию из настроек)",
    "the moment of the data, 2013-05-01T03:00 (default: when the older file was written)": "на какой момент данные, 2013-05-01T03:00 (по умолчанию время записи более старого файла)",
    "One contract: the receipt, the debt, since when, what happens next and when, and which hold stops it.": "Один договор: квитанция, долг, с какого времени, что и когда будет дальше и что удерживает.",
    "contract number, written in any way": "номер договора в любой записи",
    "look at this day (2013-05-01) instead of today": "на этот день (2013-05-01), а не на сегодня",
    "table: for people; json: for programs": "table: для людей; json: для программ",
    "Who is in debt, since when, how much, what happens next and what holds it. Needs billing alone, no OTRS.": "Кто должен, с какого времени, сколько, что будет дальше и что удерживает. Нужен только биллинг, без OTRS.",
    "table: for people; json: for programs, one object a line; csv: for a spreadsheet": "table: для людей; json: для программ, по объекту в строке; csv: для электронной таблицы",
    "May this feed be acted on? Reads all of it; exit status 1 when not.": "Можно ли действовать по этой выгрузке? Читает её целиком; статус 1, если нельзя.",
    "Messages to people about what waits for them.": "Сообщения людям о том, что их ждёт.",
    "Send a message to every address, and say which took it.": "Отправляет сообщение по каждому адресу и говорит, где его приняли.",
    "The scheduled jobs. Dry by default: nothing is written without --apply.": "Задания по расписанию. Без --apply ничего не записывает, только показывает.",
    "Every job, its mode, and when it is due next.": "Все задания, их режим и ближайший срок.",
    "What a run would do, on any day; nothing is written.": "Что сделал бы запуск в любой день; ничего не записывается.",
    "the job, as `jobs list` calls it": "задание, имя как в `jobs list`",
    "as on this day (2013-05-01); default today": "как в этот день (2013-05-01); по умолчанию сегодня",
    "Run a job for the newest day on which it was due; what was done before is not done again.": "Выполняет задание за последний день его срока; сделанное прежде не повторяется.",
    "Let exactly the plan of a held run go, minus what has drifted since; says what has.": "Отпускает ровно задержанный план запуска без того, что с тех пор изменилось; говорит, что изменилось.",
    "the held run, as `jobs history` shows it": "задержанный запуск, номер как в `jobs history`",
    "let it go; without it nothing is changed": "отпустить; без этого ничего не меняется",
    "Learn every ticket of the jobs anew from the keys in OTRS, after the bridge's database was lost.": "Заново узнаёт все заявки заданий по ключам в OTRS, если база моста потеряна.",
    "The newest runs of jobs, what came of each, and which wait for an approval.": "Последние запуски заданий, чем кончился каждый и какие ждут одобрения.",
    "Who may log in to the page, and what each of them may do there.": "Кто может входить на страницу и что каждый может там делать.",
    "Add a user. The password is asked for, or read from a file; on the command line others could see it.": "Добавляет пользователя. Пароль спрашивается или читается из файла: в командной строке его увидели бы другие.",
    "the name that is typed to log in": "имя, которое вводится при входе",
    "reader: sees; approver: decides; admin: everything": "reader: видит; approver: решает; admin: всё",
    "file with the password; without it the password is asked for": "файл с паролем; без него пароль спрашивается",
    "Everybody who may log in, with the role.": "Все, кто может войти, и их роли.",
    "Remove a user; whoever is logged in by that name is out at once.": "Удаляет пользователя; кто вошёл под этим именем, сразу выходит.",
}


def say_help_in(language: Language, command: Any) -> None:
    """Put the help of a command, its options and everything below it into `language`; what is unknown stays English."""
    if language == "ru":
        for holder in holders_of_help(command):
            holder.help = RUSSIAN.get(plain(holder.help), holder.help)


def holders_of_help(command: Any) -> Iterator[Any]:
    """Everything below a command that has a help text: typer shows no public type for it."""
    for holder in (command, *command.params, *getattr(command, "commands", {}).values()):
        if holder is command or not hasattr(holder, "params"):
            if getattr(holder, "help", None):
                yield holder
        else:
            yield from holders_of_help(holder)


def plain(text: str) -> str:
    """A help text on one line, as the catalogue has it."""
    return " ".join(text.split())
