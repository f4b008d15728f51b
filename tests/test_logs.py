"""The log tells the work and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from otrs_bridge import logs
from otrs_bridge.logs import configure

SECRET = 'pä"ss w\\ord'


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**structured)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_object_with_a_utc_time(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    structlog.get_logger("sweep").info("sweep_finished", tickets=3, why="потому")
    (event,) = lines(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "sweep_finished", "tickets": 3, "why": "потому", "level": "info"}


def test_the_console_form_is_one_readable_line(stream: io.StringIO) -> None:
    configure("info", "console", stream)
    structlog.get_logger().warning("turn_failed", reason="нет связи")
    assert "turn_failed" in stream.getvalue()
    assert "нет связи" in stream.getvalue()


def test_the_level_holds_for_every_logger(stream: io.StringIO) -> None:
    configure("warning", "json", stream)
    structlog.get_logger().info("unseen")
    logging.getLogger("urllib3").info("unseen")
    logging.getLogger("urllib3").error("seen %s", 1)
    assert [event["event"] for event in lines(stream)] == ["seen 1"]


@pytest.mark.parametrize("form", ["console", "json"])
def test_what_others_wrote_steers_no_terminal_and_begins_no_line(stream: io.StringIO, form: logs.Format) -> None:
    configure("info", form, stream)
    structlog.get_logger().warning("turn failed", error="a\x1b[2J\x9b\u202e\nturn done", more={"x": ["\u200b"]})
    logging.getLogger("urllib3").error("said %s", "\u202e")
    text = stream.getvalue()
    assert not set(text) & set("\x1b\x9b\u202e\u200b")
    assert "a⟨U+001B⟩[2J⟨U+009B⟩⟨U+202E⟩⟨U+000A⟩turn done" in text
    assert "⟨U+200B⟩" in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    "keys",
    [
        {"password": "abcdef"},
        {"Authorization": "Basic abcdef"},
        {"answer": {"SessionID": "abcdef", "list": [{"token": "abcdef"}]}},
        {"url": "postgresql://bridge:abcdef@host/db"},
        {"text": "POST ...?SessionID=abcdef&x=1"},
        {"text": '{"UserLogin": "bridge", "Password": "abcdef"}'},
        {"text": "Authorization: Bearer abcdef"},
        {"cookie": ["abcdef"]},
    ],
)
def test_what_a_telling_key_holds_is_hidden(stream: io.StringIO, keys: dict[str, Any]) -> None:
    configure("info", "json", stream)
    structlog.get_logger().info("event", **keys)
    assert "abcdef" not in stream.getvalue()
    assert "***" in stream.getvalue()


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_known_secret_is_hidden_wherever_it_stands(stream: io.StringIO, format_: Any) -> None:
    configure("info", format_, stream, [SECRET])
    log = structlog.get_logger()
    log.info("event", text=f"before {SECRET} after", nested={"a": [SECRET]}, other=ValueError(SECRET))
    log.info("said %s", SECRET)
    logging.getLogger("pyotrs").error("failed with %s", SECRET)
    try:
        int(f"login with {SECRET} at https://h/?p=p%C3%A4%22ss%20w%5Cord")
    except ValueError:
        log.exception("crashed")
        logging.getLogger("pyotrs").exception("crashed")
    shown = stream.getvalue()
    assert "ss w" not in shown
    assert "ss%20w" not in shown
    assert "ValueError" in shown


def test_numbers_and_flags_under_telling_keys_are_left(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    structlog.get_logger().info("event", session_renewed=True, tokens=3)
    (event,) = lines(stream)
    assert (event["session_renewed"], event["tokens"]) == (True, 3)
