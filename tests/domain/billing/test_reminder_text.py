"""What the ticket with a list of reminders says, however long the list is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account
from otrs_bridge.domain.billing.reminder_text import reminder_text
from otrs_bridge.domain.billing.reminders import Reminder, ReminderList
from otrs_bridge.domain.billing.ticket_text import Subscriber
from otrs_bridge.domain.otrs_limits import BODY, fitted_body

DAY, PAY_BY = date(2013, 5, 20), date(2013, 5, 25)
ADDRESS = "ул. Летная, д. 5, кв. 132"


def listed(count: int) -> ReminderList:
    accounts = (Account(id=f"{n}", contract=f"Ф-{10000 + n}", service="internet") for n in range(count))
    return ReminderList(
        service="internet",
        reminders=tuple(Reminder(account=one, amount=Decimal("617.50"), pay_by=PAY_BY) for one in accounts),
    )


def who(account: Account) -> Subscriber:
    return Subscriber(contract=account.contract, name="Константинопольский Иван Иванович", address=ADDRESS)


def test_it_says_how_many_how_much_until_when_and_who_in_lines_of_their_own() -> None:
    text = reminder_text(listed(2), who, day=DAY, language="ru").replace("\u00a0", " ")
    assert text.splitlines() == [
        "Услуга: интернет",
        "Оплатить до: 25.05.2013 включительно",
        "Ещё не оплатили: 2, всего 1 235,00 ₽",
        "Список составлен: 20.05.2013",
        "",
        "Что сделать: напомнить об оплате (перед звонком проверить, не поступила ли она) и закрыть заявку.",
        "",
        f"Ф-10000: 617,50 ₽, Константинопольский Иван Иванович, {ADDRESS}",
        f"Ф-10001: 617,50 ₽, Константинопольский Иван Иванович, {ADDRESS}",
    ]
    english = reminder_text(listed(2), who, day=DAY, language="en").replace("\u00a0", " ")
    assert "Not paid yet: 2, 1,235.00 ₽ in all" in english
    assert "To be paid by: 2013-05-25 inclusive" in english


def test_what_nobody_knows_of_a_client_is_left_out() -> None:
    text = reminder_text(listed(1), lambda one: Subscriber(contract=one.contract), day=DAY, language="en")
    assert text.splitlines()[-1] == "Ф-10000: 617.50\u00a0₽"


def test_of_two_thousand_those_who_fit_are_listed_and_the_others_counted() -> None:
    asked: list[str] = []

    def asking(account: Account) -> Subscriber:
        asked.append(account.contract)
        return who(account)

    for language in ("ru", "en"):
        asked.clear()
        text = reminder_text(listed(2000), asking, day=DAY, language=language)
        assert text == fitted_body(text)
        assert len(text) > BODY * 0.9
        told = [line for line in text.splitlines() if line.startswith("Ф-")]
        *_, blank, last = text.splitlines()
        assert not blank
        assert f" {2000 - len(told)}" in last
        assert last.endswith("otrs-bridge jobs plan reminders --date 2013-05-20")
        assert len(asked) == len(told) + 1, "nobody is looked up who does not fit"
        assert "2000" in text.splitlines()[2]


def test_a_list_that_just_fits_is_not_cut() -> None:
    text = reminder_text(listed(500), who, day=DAY, language="ru")
    assert text.count("\nФ-") == 500
    assert "ещё 0" not in text
