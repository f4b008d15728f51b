"""What a mail says itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.mail import Sender, find_emails, parse_sender, split_mail
from tests.patterns.linear import is_linear

SENDERS = {
    "name and address": ("Иван Петров <Ivan@Example.org>", Sender(name="Иван Петров", email="ivan@example.org")),
    "quoted name": ('"Петров, Иван" <i@example.org>', Sender(name="Петров, Иван", email="i@example.org")),
    "bare address": ("i@example.org", Sender(email="i@example.org")),
    "address in brackets": ("<i@example.org>", Sender(email="i@example.org")),
    "encoded words": (
        "=?UTF-8?B?0JjQstCw0L3QvtCyINCf0LXRgtGA?= <i@example.org>",
        Sender(name="Иванов Петр", email="i@example.org"),
    ),
    "koi8": ("=?koi8-r?B?6dfBzs/X?= <i@example.org>", Sender(name="Иванов", email="i@example.org")),
    "name only": ("Иванов Иван", Sender(name="Иванов Иван")),
    "unknown charset": ("=?x-none?B?6dfB?= <i@example.org>", Sender(name="=?x-none?B?6dfB?=", email="i@example.org")),
    "nothing": ("", Sender()),
    "a quote in the address": ("o'brien@firm.example", Sender(email="o'brien@firm.example")),
    "an equals sign": ("x=petrov@mtel.ru", Sender(email="x=petrov@mtel.ru")),
    "a dash in front": ("-ivan@example.org", Sender(email="-ivan@example.org")),
    "a plus and a number sign": ("#5+home@example.org", Sender(email="#5+home@example.org")),
    "a domain in punycode": ("ivan@xn--80a1acny.xn--p1ai", Sender(email="ivan@xn--80a1acny.xn--p1ai")),
    "a Russian domain": ("Иван <иван@почта.рф>", Sender(name="Иван", email="иван@почта.рф")),
    "a comment": ("i@example.org (Иван)", Sender(name="Иван", email="i@example.org")),
    "a comment with an address": ("Иван <i@example.org> (<x@evil.org>)", Sender(name="Иван", email="i@example.org")),
    "an address for a name": ('"x@mtel.ru" <i@example.org>', Sender(name="x@mtel.ru", email="i@example.org")),
    "the address for a name": ("i@example.org <i@example.org>", Sender(name="i@example.org", email="i@example.org")),
    "two authors": ("Иван <i@example.org>, Пётр <p@example.org>", Sender(name="Иван", email="i@example.org")),
    "a name whose quotes OTRS took": (
        "Петров, Иван <i@example.org>",
        Sender(name="Петров, Иван", email="i@example.org"),
    ),
    "a phone in the name": ("Тел. 8 (916) 588-31-07 <i@a.ru>", Sender(name="Тел. 8 (916) 588-31-07", email="i@a.ru")),
    "a company": ('ООО "Вектор Плюс" <a@b.ru>', Sender(name='ООО "Вектор Плюс"', email="a@b.ru")),
    "an encoded comma": ("=?UTF-8?B?0J/QtdGC0YDQvtCyLCDQmC4=?= <i@a.ru>", Sender(name="Петров, И.", email="i@a.ru")),
    "a line that was folded": (
        '"Петров,\r\n Иван" <i@example.org>',
        Sender(name="Петров, Иван", email="i@example.org"),
    ),
}
# Whoever answers half an address answers somebody else.
WITHOUT_ADDRESS = [
    "a@b@example.org",
    "petrov@mtel.ru <x@evil.org>",
    "Иван <i@example.org> <x@evil.org>",
    "a b@example.org",
    "i@example.org;x@evil.org",
    "i@example.org\r\nBcc: x@evil.org",
    ".i@example.org",
    "i..x@example.org",
    "i@example..org",
    "root@localhost",
    '"i x"@example.org',
    "undisclosed-recipients:;",
    "=?UTF-8?B?aUBleGFtcGxlLm9yZw==?=",
]


@pytest.mark.parametrize(("header", "expected"), SENDERS.values(), ids=SENDERS.keys())
def test_senders(header: str, expected: Sender) -> None:
    assert parse_sender(header) == expected


@pytest.mark.parametrize("header", WITHOUT_ADDRESS)
def test_a_line_that_names_no_one_address_has_none(header: str) -> None:
    assert parse_sender(header).email == ""


KEPT = {
    "a phone note": "нет линка\nФ-15236",
    "a sentence with a colon": "Кому: мне\nДоговор",
    "he writes": "Компьютер пишет:\nошибка 651",
    "an appointment with an address to write to": "22.11.2026, 14:05 жду ответа: ivanov@example.org\nФ-15236",
    "a list of what happened when": "22.11.2026, 14:05:\nпропал интернет",
    "a moment at a line's end": "пропал 22.11.2026, 14:05\nпочта ivanov@example.org:",
    "a moment, and what a machine writes": "22.11.2026, 14:05 пропал интернет,\nкомпьютер пишет:\nошибка 651",
    "a moment, and an address to write to": "22.11.2026, 14:05 был мастер.\nПочта ivanov@example.org:\nжду",
    "nothing": "",
}
YANDEX = '22.11.2026, 14:05, "Служба поддержки" <support@mtel.ru>:'
HEADINGS = {
    "Yandex": YANDEX,
    "Yandex on a phone": "14:05, 22 ноября 2026 г., Служба поддержки <support@mtel.ru>:",
    "Mail.ru": "Суббота, 21 ноября 2026, 10:00 +03:00 от Служба поддержки <support@mtel.ru>:",
    "Mail.ru without an address": "Суббота, 21 ноября 2026, 10:00 +03:00 от Служба поддержки:",
    "Gmail in Russian": "сб, 21 нояб. 2026 г. в 10:00, Служба поддержки <support@mtel.ru>:",
    "an older Gmail": "21 ноября 2026 г., 10:00 пользователь Служба <support@mtel.ru> написал:",
    "Gmail, broken at the address": "сб, 21 нояб. 2026 г. в 10:00, Служба поддержки абонентов МТел <\nsupport@mtel.ru>:",
    "Gmail in English, broken": "On Sat, Nov 21, 2026 at 10:00 AM Support of MTel <support@mtel.ru>\nwrote:",
    "Apple Mail": "21 нояб. 2026 г., в 10:00, Служба <support@mtel.ru> написал(а):",
    "The Bat!": "Вы писали 21 ноября 2026 г., 10:00:00:",
    "Thunderbird": "-------- Перенаправленное сообщение --------",
    "Mail.ru's block": "От кого: Служба <support@mtel.ru>\nКому: Иванов <ivanov@mail.ru>",
}
CUT = {
    "quoted lines": ("не работает\n> старое\n> еще", "не работает"),
    "a Russian heading": ("да\n\n10.02.2024 15:20, Служба <s@mtel.ru> пишет:\nстарое", "да"),
    "an English heading": ("yes\nOn Mon, 4 Mar 2024, Support <s@mtel.ru> wrote:\nold", "yes"),
    "an original message": ("да\n-----Original Message-----\nFrom: s\nold", "да"),
    "a block of headers": ("да\nОт: Служба\nОтправлено: вчера\nКому: мне\n\nстарое", "да"),
    "a forwarded mail": ("-------- Пересылаемое сообщение --------\nОт: а\nТема: б\n\nсуть", "суть"),
    "a footer": ("суть\n\nОтправлено с iPhone", "суть"),
    "Windows line ends": ("суть\r\n> старое\r\n", "суть"),
}


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_leaves_alone(body: str) -> None:
    assert split_mail(body).text == body


@pytest.mark.parametrize(("body", "text"), CUT.values(), ids=CUT.keys())
def test_cuts(body: str, text: str) -> None:
    assert split_mail(body).text == text


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS.keys())
def test_cuts_where_a_mail_programme_begins_to_quote(heading: str, gap: str) -> None:
    assert split_mail(f"Нет интернета\n\n{heading}{gap}Ваш договор Ф-15236").text == "Нет интернета"
    assert split_mail(f"{heading}{gap}> Ваш договор Ф-15236\n\nНет интернета").text == "Нет интернета", (
        "an answer below"
    )


@pytest.mark.parametrize("mark", ["-- ", "--", "С уважением,", "Best regards"])
def test_the_signature_is_kept_apart(mark: str) -> None:
    mail = split_mail(f"суть\n{mark}\nИванов\n8 916 123-45-67")
    assert mail.text == "суть"
    assert mail.signature.endswith("Иванов\n8 916 123-45-67")


def test_addresses_of_mail() -> None:
    assert find_emails("пишите на A@Example.org, b.c+d@sub.example.ru или a@example.org; a@b") == (
        "a@example.org",
        "b.c+d@sub.example.ru",
    )
    assert find_emails("'a@example.org', o'brien@firm.example, x=petrov@mtel.ru, <b@xn--80a.xn--p1ai>") == (
        "a@example.org",
        "o'brien@firm.example",
        "x=petrov@mtel.ru",
        "b@xn--80a.xn--p1ai",
    )


@given(st.text())
def test_noise_never_raises(text: str) -> None:
    split_mail(text)
    parse_sender(text)
    find_emails(text)


@pytest.mark.parametrize(
    "piece",
    [
        ">",
        "> \n",
        "От: \n",
        YANDEX[:-1],
        f"{YANDEX[:-1]}\n",
        "1.1.11 1:11 @aaa" * 18 + "\n",
        "a@",
        "a@a.",
        "\n",
        "пишет: ",
        "-- \n",
        "=?UTF-8?B?",
    ],
)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    for work in (split_mail, parse_sender, find_emails):
        work(piece * (500_000 // len(piece)))
        assert is_linear(work, piece)


def test_a_ukrainian_heading_begins_what_is_quoted() -> None:
    body = (
        "Так і немає.\n\n12 листопада 2026 р. о 10:15 Support <help@isp.example> пише:\nФ-41009, тел. 8 495 100-00-00"
    )
    assert split_mail(body).text == "Так і немає."
