"""Kinds of names that labelled tickets have shown, each in a text of its own, invented for this test."""

from __future__ import annotations

import pytest

from tests.builders import read_clues


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("садовая 2 4 гришин ю в инет моргает", "Гришин Ю В"),
        ("кв 7 кузнецов д а нет сигнала", "Кузнецов Д А"),
        ("дом 3 сафина айгуль. перезвонить", "Сафина Айгуль"),
        ("дом 3 цой виктория, не раб", "Цой Виктория"),
        ("дом 3 магомедов рассул обрыв", "Магомедов Рассул"),
        ("дом 3 чжан вэй по-русски плохо", "Чжан Вэй"),
        ("нгуен тхи хоа плохо говорит", "Нгуен Тхи Хоа"),
        ("комендант зотов петр фомич", "Зотов Петр Фомич"),
        ("Зв. Хабирова лиля, сверка", "Хабирова Лиля"),
        ("петров и в доме темно, провод висит", ""),
        ("кузнецов сказал перезвонить", ""),
        ("иванов в отпуске", ""),
    ],
)
def test_names_in_small_letters(body: str, name: str) -> None:
    assert read_clues(body=body).name == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Здравствуйте, меня зовут Чингиз-хан Батов, нет сети", "Чингиз-хан Батов"),
        ("Hello, my name is Inga Schmidt-Weber. No internet", "Inga Schmidt-Weber"),
        ("Фамилия Цой, Виктория. Хочу второй роутер", "Цой Виктория"),
        ("Заявка партнёра. Абонент: Rzayev Orxan Vüqar oğlu. Адрес ниже", "Rzayev Orxan Vüqar oğlu"),
        ("Фамилия: Гасанов\nИмя: Эльдар\nОтчество: Вагиф оглы", "Гасанов Эльдар Вагиф оглы"),
        ("салом, Абдуллаев Фаррух Шавкат ўғли, нет сети", "Абдуллаев Фаррух Шавкат ўғли"),
        ("Чек приложен.\nМ. Алимов", "М. Алимов"),
        ("ne rabotaet, Kuli-zade T.E., perezvonite", "Kuli-zade T.E."),
        ("жена :) Ершова-Плотникова Алёна. Тел. ниже", "Ершова-Плотникова Алёна"),
        ("бабушка Носова Тамара Ивановна не видит каналы", "Носова Тамара Ивановна"),
        ("Белов С. жалуется", "Белов С."),
        ("звонит Петрова Анна, дочь Петровой Марии Ивановны", "Петрова Анна"),
        ("Добрый день, Елена Викторовна! Нет связи", ""),
        ("Ремонт делал Иван Петрович, ваш мастер", ""),
        ("магазин Анна Каренина, нет связи", ""),
        ("Меня зовут обычно по вечерам", ""),
        ("Абонент: не отвечает", ""),
    ],
)
def test_names_that_the_text_itself_says_to_be_one(body: str, name: str) -> None:
    assert read_clues(body=body).name == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("звонит арендатор Гульнара Юсупова, хозяин Егоров С. Л.", "Гульнара Юсупова"),
        ("Прошлый жилец кв 12 Сомов В.А. съехал, новая хозяйка Рябова Ксения", "Рябова Ксения"),
        ("Сомов В.А., прежний жилец Ершов П.П.", "Сомов В.А."),
    ],
)
def test_owners_and_tenants_of_before_are_not_the_caller(body: str, name: str) -> None:
    assert read_clues(body=body).name == name


@pytest.mark.parametrize(
    ("sender", "body", "name"),
    [
        ("Чодураа Оюн <o@mail.example>", "нет сети", "Чодураа Оюн"),
        ("Алдын-оол Ондар <o@mail.example>", "нет сети", "Алдын-оол Ондар"),
        ("João Pereira da Silva <j@mail.example>", "no internet", "João Pereira da Silva"),
        ("Рауф М. <r@mail.example>", "Новый жилец, Лисин Павел, подключится сам.\nРауф Мамедов", "Рауф Мамедов"),
        ("Farid A. <f@mail.example>", "нет сети\nФарид Ахмед-заде", "Фарид Ахмед-заде"),
        ("Отдел продаж <s@firm.example>", "нет сети", ""),
        ("Служба поддержки <s@firm.example>", "нет сети", ""),
        ("Sales Team <s@firm.example>", "no internet", ""),
        ("Farid A. <f@mail.example>", "нет сети", ""),
    ],
)
def test_what_a_from_line_shows_is_a_name_in_any_language(sender: str, body: str, name: str) -> None:
    assert read_clues(sender=sender, body=body).name == name


def test_a_letter_is_signed_at_its_end_and_a_forwarded_one_in_it() -> None:
    assert read_clues(body=f"{'Пишу давно. ' * 400}\nТихонов Аркадий Павлович").name == "Тихонов Аркадий Павлович"
    forwarded = (
        "----- Forwarded message -----\nFrom: p@mail.example\nDate: Fri, 27 Nov 2026\n\nНет сети. Ершов Павел Игоревич"
    )
    assert read_clues(body=f"кто-нибудь ответьте\n\n{forwarded}").name == "Ершов Павел Игоревич"
