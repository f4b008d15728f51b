"""Reading tickets: shapes, types, and the one bad number that spoils the list."""

import base64

import pytest

from tests.contract.otrs.server import Json, Server, article, error_code, ticket_request

TICKET_KEYS = set(
    "Age ArchiveFlag ChangeBy Changed CreateBy Created CustomerID CustomerUserID EscalationResponseTime"  # noqa: SIM905 - a list to be read
    " EscalationSolutionTime EscalationTime EscalationUpdateTime GroupID Lock LockID Owner OwnerID Priority"
    " PriorityID Queue QueueID RealTillTimeNotUsed Responsible ResponsibleID SLAID ServiceID State StateID"
    " StateType TicketID TicketNumber TimeUnit Title Type TypeID UnlockTimeout UntilTime".split()
)
ARTICLE_KEYS = set(
    "ArticleID ArticleNumber Bcc Body Cc ChangeBy ChangeTime Charset CommunicationChannelID ContentCharset"  # noqa: SIM905 - a list to be read
    " ContentType CreateBy CreateTime From InReplyTo IncomingTime IsVisibleForCustomer MessageID MimeType"
    " References ReplyTo SenderType SenderTypeID Subject TicketID TimeUnit To".split()
)


@pytest.fixture(scope="module")
def ticket(server: Server) -> int:
    """A ticket with three articles: an agent's, a customer's, an agent's."""
    made = server.create("Три статьи", note={"Subject": "первая"}, fields={"Category": ["tv"], "District": "Юг"})
    server.update(made, Article=article(Subject="вторая", SenderType="customer"))
    server.update(made, Article=article(Subject="третья", IsVisibleForCustomer=0))
    return made


def subjects(found: Json) -> list[str]:
    return [one["Subject"] for one in found.get("Article", [])]


def test_a_ticket_has_exactly_these_keys(server: Server, ticket: int) -> None:
    assert set(server.get(ticket, DynamicFields=0, AllArticles=0)[0]) == TICKET_KEYS


def test_an_article_has_exactly_these_keys(server: Server, ticket: int) -> None:
    assert [set(one) for one in server.one(ticket)["Article"]] == [ARTICLE_KEYS] * 3


def test_numbers_are_integers_in_a_ticket_and_texts_in_create_update_and_search(server: Server) -> None:
    created = server.ask("POST", "/Ticket", ticket_request("t")).json()
    number = int(created["TicketID"])
    updated = server.update(number, Ticket={"Title": "u"}).json()
    assert created == {
        "TicketID": str(number),
        "TicketNumber": created["TicketNumber"],
        "ArticleID": created["ArticleID"],
    }
    assert updated == {"TicketID": str(number), "TicketNumber": created["TicketNumber"]}
    found = server.one(number)
    assert [found[key] for key in ("TicketID", "QueueID", "StateID", "PriorityID", "OwnerID")] == [number, 4, 4, 3, 2]
    assert found["TicketNumber"] == created["TicketNumber"]


def test_a_ticket_number_is_the_date_the_system_a_counter_and_a_check_digit(server: Server, ticket: int) -> None:
    found = server.one(ticket)
    number = found["TicketNumber"]
    assert number.startswith(found["Created"][:10].replace("-", "") + "10")
    weighed = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(number[:-1]))
    assert (len(number), int(number[-1])) == (16, 10 - weighed % 10 if weighed % 10 else 1)


@pytest.mark.parametrize(("sender", "kind"), [("agent", int), ("customer", str)])
def test_an_articles_number_is_a_text_after_a_customers_article(
    server: Server, ticket: int, sender: str, kind: type
) -> None:
    other = server.create()
    answer = server.update(other, Article=article(SenderType=sender)).json()
    assert type(answer["ArticleID"]) is kind


@pytest.mark.parametrize("wanted", ["{0},{1}", " {0} , {1} ", "list", "texts"])
def test_several_numbers_come_as_list_or_text_with_commas(server: Server, ticket: int, wanted: str) -> None:
    numbers: dict[str, object] = {"list": [ticket, 1], "texts": [str(ticket), "1"]}
    answer = server.ask("POST", "/TicketList", {"TicketID": numbers.get(wanted, wanted.format(ticket, 1))})
    assert [found["TicketID"] for found in answer.json()["Ticket"]] == [ticket, 1]


def test_a_number_asked_twice_is_answered_twice(server: Server, ticket: int) -> None:
    assert [found["TicketID"] for found in server.get(ticket, ticket)] == [ticket, ticket]


def test_one_missing_forbidden_deleted_or_senseless_number_refuses_the_whole_list(server: Server, ticket: int) -> None:
    secret = server.create(Queue="Secret", login="agent")
    doomed = server.create()
    server.delete_ticket(doomed)
    for bad in (999_999, secret, doomed, "x", ""):
        refused = server.ask("POST", "/TicketList", {"TicketID": [ticket, bad]})
        assert refused.json() == {
            "Error": {
                "ErrorCode": "TicketGet.AccessDenied",
                "ErrorMessage": "TicketGet: User does not have access to the ticket!",
            }
        }


@pytest.mark.parametrize(
    ("wanted", "code"),
    [([], "TicketGet.WrongStructure"), ("", "TicketGet.MissingParameter"), (None, "TicketGet.MissingParameter"),
     (0, "TicketGet.MissingParameter")],
)  # fmt: skip
def test_no_number_at_all_is_an_error(server: Server, wanted: object, code: str) -> None:
    assert error_code(server.ask("POST", "/TicketList", {"TicketID": wanted})) == code


def test_fields_and_articles_come_only_when_asked_for(server: Server, ticket: int) -> None:
    bare = server.ask("POST", "/TicketList", {"TicketID": ticket}).json()["Ticket"][0]
    assert {"DynamicField", "Article"}.isdisjoint(bare)


def test_every_dynamic_field_is_shown_in_order_of_name_null_when_empty(server: Server, ticket: int) -> None:
    shown = server.one(ticket)
    names = [field["Name"] for field in shown["DynamicField"]]
    assert names == sorted(names)
    assert (shown["Fields"]["District"], shown["Fields"]["BridgeKey"]) == ("Юг", None)


def test_a_multiselect_is_a_list_even_of_one(server: Server, ticket: int) -> None:
    assert server.one(ticket)["Fields"]["Category"] == ["tv"]


def test_articles_come_oldest_first(server: Server, ticket: int) -> None:
    assert subjects(server.one(ticket)) == ["первая", "вторая", "третья"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"ArticleOrder": "DESC"}, ["первая", "вторая", "третья"]), ({"ArticleLimit": 1}, ["первая"]),
     ({"ArticleLimit": 1, "ArticleOrder": "ASC"}, ["первая"]),
     ({"ArticleLimit": 2, "ArticleOrder": "DESC"}, ["третья", "вторая"])],
)  # fmt: skip
def test_an_order_of_articles_counts_only_with_a_limit(
    server: Server, ticket: int, options: Json, expected: list[str]
) -> None:
    assert subjects(server.one(ticket, **options)) == expected


def test_articles_can_be_those_of_one_sender(server: Server, ticket: int) -> None:
    assert subjects(server.one(ticket, ArticleSenderType="customer")) == ["вторая"]
    assert "Article" not in server.one(ticket, ArticleSenderType="system")


def test_a_customer_never_set_is_null_and_one_emptied_is_a_text(server: Server) -> None:
    bare = server.bare_ticket("bare")
    assert [server.one(bare)[key] for key in ("CustomerUserID", "CustomerID")] == [None, None]
    server.update(bare, Ticket={"CustomerUser": "who@mtel.ru"})
    assert [server.one(bare)[key] for key in ("CustomerUserID", "CustomerID")] == ["who@mtel.ru", ""]


def test_a_ticket_still_being_created_has_no_article_key(server: Server) -> None:
    bare = server.bare_ticket("bare")
    assert "Article" not in server.one(bare)
    assert server.one(bare)["Owner"] == "root@localhost"


def test_texts_of_any_script_come_back_as_they_were_but_on_mariadb_for_what_takes_four_bytes(server: Server) -> None:
    text = "Ёжик 😀 “€” \u4f60 <b>&amp;</b>"
    ticket = server.create(text, note={"Subject": text, "Body": text}, fields={"District": text})
    found = server.one(ticket)
    first = found["Article"][0]
    kept = text.replace("😀", "\ufffd") if server.on_mariadb else text
    assert {found["Title"], first["Subject"], first["Body"], found["Fields"]["District"]} == {kept}


def test_line_ends_of_a_body_become_newlines(server: Server) -> None:
    ticket = server.create(note={"Body": "один\r\nдва\nтри"})
    assert server.one(ticket)["Article"][0]["Body"] == "один\nдва\nтри"


def test_an_html_body_is_shown_as_text_and_its_original_as_attachment(server: Server) -> None:
    html = "<html><body><p>Один &amp; <b>два</b><br>три</p><div>x</div></body></html>"
    ticket = server.create(note={"ContentType": "text/html; charset=utf-8", "Body": html})
    first = server.one(ticket)["Article"][0]
    assert (first["Body"], first["ContentType"]) == ("\nОдин & два\nтри\n\nx\n", "text/plain; charset=utf-8")
    assert "Attachment" not in server.one(ticket, Attachments=1)["Article"][0]
    (original,) = server.one(ticket, Attachments=1, HTMLBodyAsAttachment=1)["Article"][0]["Attachment"]
    assert (original["Filename"], base64.b64decode(original["Content"]).decode()) == ("file-2", html)


def test_attachments_come_in_base64_or_as_a_mere_index(server: Server, ticket: int) -> None:
    content = base64.b64encode("привет".encode()).decode()
    attachment = {"Content": content, "ContentType": "text/plain", "Filename": "a.txt"}
    server.update(ticket_with_note := server.create(), Article=article(), Attachment=attachment)
    assert "Attachment" not in server.one(ticket_with_note)["Article"][1]
    (whole,) = server.one(ticket_with_note, Attachments=1)["Article"][1]["Attachment"]
    (index,) = server.one(ticket_with_note, Attachments=1, GetAttachmentContents=0)["Article"][1]["Attachment"]
    assert (whole["Content"], index["Content"], index["Filename"]) == (content, "", "a.txt")


def test_history_lists_every_change_with_its_author(server: Server) -> None:
    made = server.create(fields={"District": "Юг"})
    server.update(made, Ticket={"Priority": "1 very low"}, Article=article())
    assert server.history(made) == [
        "NewTicket",
        "CustomerUpdate",
        "TicketDynamicFieldUpdate",
        "NewTicket",
        "OwnerUpdate",
        "PriorityUpdate",
        "AddNote",
    ]
    (history,) = server.ask("POST", f"/TicketHistory/{made}").json()["TicketHistory"]
    last = history["History"][-1]
    assert (history["TicketID"], last["TicketID"], last["CreateBy"]) == (str(made), str(made), 2)
    named = {line["HistoryType"]: line["Name"] for line in history["History"]}
    assert named["PriorityUpdate"] == "%%3 normal%%3%%1 very low%%1"
    assert named["TicketDynamicFieldUpdate"] == "%%FieldName%%District%%Value%%Юг%%OldValue%%"
    assert named["CustomerUpdate"] == "%%CustomerID=Ф-10482;CustomerUser=иванов;"


def test_history_of_a_ticket_that_may_not_be_read_is_refused(server: Server) -> None:
    assert error_code(server.ask("POST", "/TicketHistory/999999")) == "TicketHistoryGet.AccessDenied"


def test_mail_of_a_stranger_makes_a_new_ticket_with_the_address_as_customer(server: Server) -> None:
    ticket = server.receive_mail("Вася <vasya@nowhere.ru>", "Не работает", "Совсем.")
    found = server.one(ticket)
    keys = ("CustomerUserID", "CustomerID", "State", "Queue", "Priority", "Owner", "Lock", "Title")
    assert [found[key] for key in keys] == [
        "vasya@nowhere.ru", "vasya@nowhere.ru", "new", "Raw", "3 normal", "root@localhost", "unlock", "Не работает",
    ]  # fmt: skip
    (mail,) = found["Article"]
    assert (mail["SenderType"], mail["CommunicationChannelID"], mail["IsVisibleForCustomer"]) == ("customer", 1, 1)
    assert "vasya@nowhere.ru" in mail["From"]


def test_mail_of_a_known_customer_carries_the_login(server: Server) -> None:
    ticket = server.receive_mail("Иван <IVANOV@mtel.ru>", "Не работает", "Совсем.")
    assert [server.one(ticket)[key] for key in ("CustomerUserID", "CustomerID")] == ["иванов", "Ф-10482"]


def test_a_follow_up_opens_a_closed_ticket_again(server: Server) -> None:
    ticket = server.receive_mail("ivanov@mtel.ru", "Вопрос", "Когда?")
    server.update(ticket, Ticket={"State": "closed successful"})
    number = server.one(ticket)["TicketNumber"]
    assert server.receive_mail("ivanov@mtel.ru", f"Re: [Ticket#{number}] Вопрос", "Ну?") == ticket
    found = server.one(ticket)
    assert (found["State"], len(found["Article"])) == ("open", 2)
