"""Kinds of complaints that labelled tickets have shown, each in a text of its own, invented for this test."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.dialect import Categories
from tests.builders import a_ticket


def read(body: str, title: str = "Заявка", sender: str = "") -> set[str]:
    return set(categories_of(a_ticket(title=title, body=body, sender=sender), Categories()))


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ("инет вкл-выкл каждые пять минут", "internet"),
        ("интернет совсем никак", "internet"),
        ("интернет по старому договору, Ф-1234, не работает с обеда", "internet"),
        ("ни один сайт не открывается", "internet"),
        ("скорость 0,7 мбит", "speed"),
        ("весь этаж жалуется на скорость", "speed"),
        ("после смены тарифа скорость не выросла", "speed"),
        ("скорость у нас 5 из 200", "speed"),
        ("падает до одного мегабита", "speed"),
        ("не выдаёте заявленную скорость", "speed"),
        ("скорость заметно снизилась", "speed"),
        ("почините интернет", "internet"),
        ("постоянные разрывы, интернет висит", "internet"),
        ("на втором канале рябь", "tv"),
        ("трубку снимаешь - тишина", "telephony-incoming"),
        ("на домашний номер не дозвониться", "telephony-incoming"),
        ("закрыт выход на международную связь", "telephony-international"),
        ("с чердака украли кабель", "cable"),
        ("помогите подключить роутер", "setup"),
        ("расшифруйте начисления", "billing"),
        ("каналы сыпятся, все", "tv"),
        ("приставка чёрный экран", "tv"),
        ("весь подъезд без тв с утра", "tv"),
        ("звонят мне, а там занято", "telephony-incoming"),
        ("не дозвониться до бабушки, телефон 555-01-02", "telephony-incoming"),
        ("с городского на сотовые не звонит", "telephony-outgoing"),
        ("при звонке на сотовые короткие гудки", "telephony-outgoing"),
        ("в Баку не соединяет", "telephony-international"),
        ("не могу позвонить с домашнего в Баку", "telephony-international"),
        ("экскаватор рвёт кабель у забора", "cable"),
        ("провод оплавлен", "cable"),
        ("сбросил роутер, теперь надо настраивать заново", "setup"),
        ("подарили ноутбук, подключите и настройте", "setup"),
        ("сняли 2 раза по 500 рублей", "billing"),
        ("отключили, хотя всё оплачено вчера", "billing"),
        ("Оплатил 400 рублей через кассу, но вчера отключили", "billing"),
        ("по ошибке заплатил за другой договор", "billing"),
        ("объединить оплату двух договоров", "billing"),
        ("просит сверку с июля", "billing"),
        ("это не наш счёт", "billing"),
        ("вернуть излишне уплаченные 900 руб.", "billing"),
        ("квитанции перестали приходить", "billing"),
        ("заплатила не за тот договор", "billing"),
        ("оплатил, а баланс не пополнился", "billing"),
        ("почему задолженность, если всё оплачено", "billing"),
        ("восстановите доступ в интернет", "internet"),
        ("вечером интернет не тянет", "speed"),
    ],
)
def test_what_is_wrong_is_read_in_other_words_too(body: str, category: str) -> None:
    assert read(body) - ({"internet"} if category == "billing" else set()) == {category}


@pytest.mark.parametrize(
    ("body", "categories"),
    [
        ("тв и телефон работают, инета нет", {"internet"}),
        ("интернет тормозит, видео не грузит", {"speed"}),
        ("звонки на мобильные не проходят", {"telephony-outgoing"}),
        ("к интернету вопросов нет", set()),
        ("бывают ли перебои с интернетом?", set()),
        ("нужен только интернет без телевидения", set()),
        ("вопрос по квитанции", set()),
        ("можно подключить второй роутер?", set()),
    ],
)
def test_each_fault_is_that_of_what_stands_beside_it(body: str, categories: set[str]) -> None:
    assert read(body) == categories


@pytest.mark.parametrize(
    ("body", "categories"),
    [
        ("звонит за соседку: у соседки нет инета, у самого всё ок", {"internet"}),
        ("инет пропал, у соседей всё есть", {"internet"}),
        ("Авария устранена? НЕ УСТРАНЕНА. Интернета нет", {"internet"}),
        ("у соседей не работает интернет, у меня всё хорошо", set()),
    ],
)
def test_that_all_is_well_elsewhere_is_no_word_about_the_complaint(body: str, categories: set[str]) -> None:
    assert read(body) == categories


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ("опять нет 🌐 интернета!!! 📞", "internet"),
        ("уменянетинтернетаадресЛесная15", "internet"),
        ("нету интирнета", "internet"),
        ("TV pябит на вcex каналах", "tv"),
        ("\x1b[31mКабель\x1b[0m перегрызла собака", "cable"),
        ("Proshu pereraschet za noyabr", "billing"),
        ("<ul><li>перебит<u> кабель</u></li></ul>", "cable"),
    ],
)
def test_odd_letters_hide_nothing(body: str, category: str) -> None:
    assert read(body) == {category}


def test_what_is_forwarded_with_a_word_or_two_is_read_and_a_reply_s_quote_is_not() -> None:
    forwarded = "-------- Пересылаемое сообщение --------\nОт: Анна\nТема: связь\n\nВесь день нет интернета."
    assert read(f"Пересылаю, посмотрите.\n\n{forwarded}") == {"internet"}
    assert read(f"Рябит телевизор.\n\n{forwarded}".replace("Пересылаемое", "Исходное")) == {"tv"}


def test_what_a_machine_writes_is_about_nothing() -> None:
    assert read("Тема: нет интернета", title="Undelivered", sender="MAILER-DAEMON@mx.example") == set()
    form = "Имя:\nТелефон:\nДоговор:\nСообщение: нет интернета"
    assert read(form, title="Форма", sender="noreply@isp.example") == {"internet"}, "a web form's caller is a person"


@pytest.mark.parametrize(
    ("title", "body", "categories"),
    [
        ("инет", "лесная 5-12 не работает с обеда, перезвонить", {"internet"}),
        ("тв", "лесная 5-12 не показывает", {"tv"}),
        ("инет", "лесная 5-12 телефон не работает, писать на почту", set()),
        ("инет", "просит договор", set()),
        ("лесная 5", "не работает с обеда", set()),
    ],
)
def test_what_the_subject_names_may_be_wrong_in_the_text(title: str, body: str, categories: set[str]) -> None:
    assert read(body, title=title) == categories


@pytest.mark.parametrize(
    ("body", "categories"),
    [
        ("оплатил 700 чек есть а инет не включили", {"billing"}),
        ("заплатил 650 вчера, интернет до сих пор не включили", {"billing"}),
        ("заплатил вчера, интернет до сих пор не включили", set()),
        ("Оплатила через банк, чек во вложении. Снимите, пожалуйста, блокировку.", {"billing"}),
        ("оплатила за ноябрь, разблокируйте пожалуйста", {"billing"}),
        ("почему в счёте за октябрь 2 310 руб., а не 1 980 руб., как в контракте?", {"billing"}),
        ("Направляем платёжное поручение № 418 от 18.11.2026", {"billing"}),
        ("просит выписку оплат за год", {"billing"}),
        ("выписка из ЕГРН нужна для договора", set()),
        ("оплатил роутер а настроить телефон не может", set()),
        ("снимите блокировку с номера телефона", set()),
    ],
)
def test_what_is_asked_for_after_paying_is_about_money(body: str, categories: set[str]) -> None:
    assert read(body) == categories
