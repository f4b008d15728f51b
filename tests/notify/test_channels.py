"""notify/channels.py: real letters to a real server, and no secret in any complaint."""

from __future__ import annotations

import threading

import apprise
import pytest

from otrs_bridge.errors import ConfigMistake, MessageNotSent
from otrs_bridge.notify import channels
from otrs_bridge.notify.channels import channels_of
from otrs_bridge.ports.notices import Attachment, Message
from tests.servers.mail import Mailbox, files_of, text_of


def test_a_letter_arrives_with_its_title_text_and_files(mailbox: Mailbox) -> None:
    (channel,) = channels_of([mailbox.url])
    plan = Attachment(name="plan-7.csv", content="contract,roubles\r\nФ-1,500.00\r\n".encode("utf-8-sig"))
    channel.send(Message(title="нужен человек", body="• план ждёт\n• и ещё", attachments=(plan,)))
    (letter,) = mailbox.letters
    assert letter["Subject"] == "нужен человек"
    assert "план ждёт" in text_of(letter)
    assert files_of(letter) == {"plan-7.csv": "contract,roubles\r\nФ-1,500.00\r\n"}


def test_what_others_wrote_adds_no_header_and_hides_nothing(mailbox: Mailbox) -> None:
    (channel,) = channels_of([mailbox.url])
    channel.send(Message(title="план\r\nBcc: all@isp.example", body="<b>x</b> \x1b[2J \u202eобратно {cmd} :smile:"))
    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    text = text_of(letter)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "⟨U+202E⟩" in text
    assert "<b>x</b>" in text


def test_a_server_that_refuses_or_is_away_is_told_without_the_address(mailbox: Mailbox) -> None:
    mailbox.refusing = True
    for url in (mailbox.url, "mailto://user:s3cret-word@127.0.0.1:1?from=a@b.example&to=c@d.example"):
        (channel,) = channels_of([url])
        with pytest.raises(MessageNotSent) as refused:
            channel.send(Message(title="t", body="b"))
        assert "mailto (1)" in refused.value.words.ru
        assert "127.0.0.1" not in str(refused.value)
        assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense-s3cret", "nosuch://s3cret", "tgram://"])
def test_an_address_that_nobody_understands_is_named_by_its_number(mailbox: Mailbox, url: str) -> None:
    _, channel = channels_of([mailbox.url, url])
    with pytest.raises(ConfigMistake, match=r"address 2 is not understood") as refused:
        channel.check()
    assert "s3cret" not in str(refused.value)


def test_channels_differ_by_their_addresses_and_tell_nothing_of_them() -> None:
    one, other, again = channels_of(["mailto://a:pw@h.example", "mailto://b:pw@h.example", "mailto://a:pw@h.example"])
    assert one.id == again.id != other.id
    assert "pw" not in f"{one.name}{one.id}{one!r}"


def test_a_service_that_takes_a_message_without_end_is_not_waited_for(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (channel,) = channels_of([mailbox.url])
    begun: list[str] = []
    answer = threading.Event()

    def hang(_self: object, *, body: str, **_: object) -> bool:
        begun.append(body)
        return answer.wait(60)

    with monkeypatch.context() as hanging:
        hanging.setattr(apprise.Apprise, "notify", hang)
        hanging.setattr(channels, "PATIENCE", 0.01)
        for body in ("first", "second"):
            with pytest.raises(MessageNotSent, match="mailto"):
                channel.send(Message(title="t", body=body))
        assert begun == ["first"], "nothing piles up behind what hangs"
        answer.set()
        channel.wait()
    channel.send(Message(title="t", body="third"))
    assert [text_of(letter).strip() for letter in mailbox.letters] == ["third"]
