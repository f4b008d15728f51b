"""120 mails of our own making, as a helpdesk's address gets them: written here, byte by byte where it matters.

Charsets and transfer encodings, web forms, bounces, mailing lists, calendars, automatic replies, bare HTML, broken headers.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from itertools import product

TO = "support@mtel.ru"
CLIENT = "Ф-15236"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One mail; `by_machine` says that nobody wrote it, `client` whose it is by what it says, `""` where it does not say."""

    name: str
    raw: bytes
    by_machine: bool = False
    client: str = ""


def letters() -> list[Letter]:
    """All of them, each with a name of its own."""
    kinds = (_charsets(), _forms(), _html(), _bounces(), _lists(), _calendars(), _replies(), _absences(), _broken())
    return [letter for kind in kinds for letter in kind]


_TEXTS = (
    f"Здравствуйте. Второй день нет интернета, договор {CLIENT}.",
    f"Не показывает телевизор, рябь. Дог. {CLIENT}",
)
_CHARSETS = ("utf-8", "koi8-r", "windows-1251", "iso-8859-5", "cp866", "utf-16")
_ENCODINGS = ("8bit", "base64", "quoted-printable")


def _raw(
    headers: dict[str, str],
    body: str | bytes,
    *,
    charset: str = "utf-8",
    encoding: str = "8bit",
    kind: str = "text/plain",
) -> bytes:
    content = body if isinstance(body, bytes) else body.encode(charset)
    if encoding == "base64":
        content = base64.encodebytes(content)
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    typed = {
        "MIME-Version": "1.0",
        "Content-Type": kind if "boundary" in kind else f"{kind}; charset={charset}",
        "Content-Transfer-Encoding": encoding,
    }
    lines = [f"{name}: {value}" for name, value in {"To": TO, **headers, **typed}.items() if value]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def _encoded(text: str, charset: str = "utf-8") -> str:
    return Header(text, charset if charset != "utf-16" else "utf-8", maxlinelen=900).encode()


def _charsets() -> Iterator[Letter]:
    """33: each charset in each encoding (no 8bit UTF-16: it has bytes of zero), with its subject in the same charset."""
    for number, (charset, encoding, text) in enumerate(product(_CHARSETS, _ENCODINGS, _TEXTS)):
        if charset == "utf-16" and encoding != "base64":
            continue
        headers = {
            "From": f"{_encoded('Андрей Ветров', charset)} <vetrov{number}@mail.example>",
            "Subject": _encoded(f"Заявка {number}", charset),
        }
        raw = _raw(headers, text, charset=charset, encoding=encoding)
        yield Letter(name=f"{charset} {encoding} {number}", raw=raw, client=CLIENT)
    yield Letter(
        name="unknown charset",
        raw=_raw({"From": "u@mail.example", "Subject": "x"}, "no internet", charset="us-ascii").replace(
            b"us-ascii", b"x-unknown"
        ),
    )


def _forms() -> Iterator[Letter]:
    """16 of a site's form, with lines filled in and left empty."""
    for number in range(16):
        flat = f"{number + 1}" if number % 3 else ""
        contract = CLIENT if number % 5 == 0 else ""
        body = (
            f"Новая заявка с сайта\n\nФИО: Жданов Роман Эдуардович\nТелефон: 8 (977) 615-09-{number:02}\nУлица: Спирина\n"
            f"Дом: {number + 1}\nКорпус:\nКвартира: {flat}\nДоговор: {contract}\nКомментарий: медленный интернет\n"
        )
        headers = {"From": "webform@site.example", "Subject": _encoded(f"Заявка с сайта {number}")}
        yield Letter(name=f"form {number}", raw=_raw(headers, body), client=contract)


def _html() -> Iterator[Letter]:
    """10 without a plain part; every other one says it with entities."""
    for number in range(10):
        said = f"Договор {CLIENT}" if number % 2 else f"Договор&nbsp;&#8470;&nbsp;{CLIENT.replace('-', '&#45;')}"
        style = "<style>p {color: #a15236}</style>"
        body = f"<html><head>{style}</head><body><p>Нет&nbsp;связи.</p><br><div>{said}</div></body></html>"
        headers = {"From": f"h{number}@mail.example", "Subject": _encoded(f"Письмо {number}")}
        yield Letter(name=f"html {number}", raw=_raw(headers, body, kind="text/html"), client=CLIENT)


def _bounces() -> Iterator[Letter]:
    """12 reports of mail that could not be delivered, with the mail that came back."""
    for number in range(12):
        sender = (
            "MAILER-DAEMON@mx.example",
            "postmaster@corp.example",
            "Mail Delivery System <MAILER-DAEMON@relay.example>",
        )[number % 3]
        report = (
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour message could not be delivered.\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822;"
            f" nobody{number}@x.example\r\nAction: failed\r\n"
            f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nКвитанция по договору {CLIENT}, к оплате 450"
            f" руб.\r\n--b--\r\n"
        )
        headers = {
            "From": sender,
            "Subject": f"Undelivered Mail Returned to Sender {number}",
            "Auto-Submitted": "auto-replied",
        }
        raw = _raw(headers, report, kind='multipart/report; report-type=delivery-status; boundary="b"')
        yield Letter(name=f"bounce {number}", raw=raw, by_machine=True)


def _lists() -> Iterator[Letter]:
    """10 of mailing lists and shops."""
    for number in range(10):
        sender = f"news-bounces@list{number}.example" if number % 2 else f"noreply@shop{number}.example"
        body = (
            f"Скидки на роутеры! Звоните 8 800 555-12-3{number}.\n\nЧтобы отписаться, перейдите по ссылке.\n"
            f"Unsubscribe: https://list.example/{number}"
        )
        headers = {
            "From": sender,
            "Subject": _encoded(f"Новости, выпуск {number}"),
            "List-Id": f"<news.list{number}.example>",
            "Precedence": "bulk",
        }
        yield Letter(name=f"list {number}", raw=_raw(headers, body, encoding="base64"), by_machine=True)


def _calendars() -> Iterator[Letter]:
    """8 invitations and answers to them."""
    for number, word in enumerate(
        ("Приглашение", "Принято", "Отклонено", "Отменено", "Invitation", "Accepted", "Declined", "Canceled")
    ):
        event = (
            f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:7700416-{number}\r\nLOCATION:ул. Летная\\, д."
        )
        " 5\\, кв. 132\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        headers = {"From": f"boss{number}@corp.example", "Subject": _encoded(f"{word}: планёрка в 15:00")}
        yield Letter(name=f"calendar {number}", raw=_raw(headers, event, kind="text/calendar"), by_machine=True)


def _replies() -> Iterator[Letter]:
    """9 answers with what was answered below, in the manner of several programmes."""
    quoted = "> Наш телефон 8 (495) 123-45-67, договор Ф-12077"
    headings = (
        "вт, 24 нояб. 2026 г. в 11:03, Поддержка <support@mtel.ru>:",
        "On 27.11.2026 19:44, MTel support wrote:",
        "24.11.2026 15:20, МТел пишет:",
        "-----Original Message-----\nFrom: support@mtel.ru\nSubject: x",
        "________________________________\nFrom: support@mtel.ru\nSent: Friday\nTo: x",
        '25.11.2026, 09:00, "МТел" <info@mtel.ru>:',
        'Пользователь "МТел" <sales@mtel.ru> написал(а) 25.11.2026 12:01:',
        "Начало переадресованного сообщения:\nОт: support@mtel.ru\nТема: x",
        "24 листопада 2026 р. о 11:03 Підтримка <support@mtel.ru> пише:",
    )
    for number, heading in enumerate(headings):
        body = f"Всё ещё нет интернета, {CLIENT}.\n\n{heading}\n{quoted}\n"
        headers = {
            "From": f"r{number}@mail.example",
            "Subject": _encoded(f"Re: Fwd: СРОЧНО!!! Ответ {number}"),
            "In-Reply-To": f"<{number}@mtel.ru>",
        }
        yield Letter(name=f"reply {number}", raw=_raw(headers, body, encoding="quoted-printable"), client=CLIENT)


def _absences() -> Iterator[Letter]:
    """5 of people who are away, with somebody else's phone."""
    for number, subject in enumerate(
        ("Автоматический ответ: x", "Автоответ", "Out of Office: x", "Automatic reply: x", "Я в отпуске")
    ):
        body = "Здравствуйте! Я в отпуске до 13.12. По срочным вопросам обращайтесь к коллеге, тел. 8 916 555-01-01."
        headers = {
            "From": f"away{number}@corp.example",
            "Subject": _encoded(subject),
            "X-Auto-Response-Suppress": "All",
        }
        yield Letter(name=f"away {number}", raw=_raw(headers, body))


def _broken() -> Iterator[Letter]:
    """17 whose headers no standard allows, or hardly."""
    said = f"Нет связи, договор {CLIENT}"
    headers: dict[str, dict[str, str]] = {
        "no subject": {"From": "a@mail.example"},
        "empty subject": {"From": "b@mail.example", "Subject": " "},
        "raw letters": {"From": "Ольга Котова <kotova@mail.example>", "Subject": "Нет связи"},
        "half a word": {"From": "c@mail.example", "Subject": "=?utf-8?B?0J3QtdG?="},
        "unknown word": {"From": "d@mail.example", "Subject": "=?x-nothing?Q?=D0=9D?= нет"},
        "long subject": {"From": "e@mail.example", "Subject": _encoded("Пропал интернет " * 30)},
        "two authors": {"From": "f@mail.example, g@mail.example", "Subject": "two"},
        "apostrophe": {"From": "o'brien@mail.example", "Subject": "x"},
        "equals": {"From": "x=petrov@mail.example", "Subject": "x"},
        "punycode": {"From": "ivan@xn--80aswg.xn--p1ai", "Subject": "x"},
        "quotes": {"From": '"Вектор, ООО \\"Плюс\\"" <vektor@mail.example>', "Subject": "x"},
        "brackets": {"From": "(((comment))) z@mail.example", "Subject": "x"},
        "no domain": {"From": "root@localhost", "Subject": "x"},
        "escape": {"From": "esc@mail.example", "Subject": _encoded("\x1b[31mкрасное\u202e")},
        "bad date": {"From": "date@mail.example", "Subject": "x", "Date": "вчера вечером"},
        "underscore": {"From": "u@my_host.example", "Subject": "x"},
        "reply to": {"From": "site@mail.example", "Reply-To": "client@mail.example", "Subject": "x"},
    }
    for name, given in headers.items():
        yield Letter(name=name, raw=_raw(given, said), client=CLIENT)
