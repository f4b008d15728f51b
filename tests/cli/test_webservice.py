"""otrs-bridge webservice --push: what OTRS imports to tell of tickets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from otrs_bridge.errors import ConfigMistake, UsageMistake
from tests.cli.conftest import Bridge

PUSH: dict[str, Any] = {"daemon": {"push": {"password": "not-to-be-guessed"}}, "web": {"listen": "127.0.0.1:8080"}}


def printed(bridge: Bridge, *arguments: str, **sections: Any) -> dict[str, Any]:
    done = bridge("webservice", "--push", "--agent-id", "4", *arguments, **{**PUSH, **sections})
    assert done.exit_code == 0, (done.output, done.exception)
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


def test_it_needs_nothing_to_be_put_in_by_hand(bridge: Bridge) -> None:
    requester = printed(bridge)["Requester"]
    transport = requester["Transport"]["Config"]
    assert transport["Host"] == "http://127.0.0.1:8080"
    assert transport["Authentication"]["BasicAuthPassword"] == "not-to-be-guessed"
    (name,) = requester["Invoker"]
    assert transport["InvokerControllerMapping"][name]["Controller"] == "/push"
    assert transport["AdditionalHeaders"] == {}, "they do not arrive from OTRS CE 6.0"
    assert requester["ErrorHandling"]["Retry"]["Type"] == "RequestRetry"
    assert requester["Invoker"][name]["Type"] == "Test::TestSimple"


def test_the_bridges_own_changes_are_not_told_of(bridge: Bridge) -> None:
    (invoker,) = printed(bridge)["Requester"]["Invoker"].values()
    for event in invoker["Events"]:
        (fields,) = [one["Fields"] for one in event["Condition"]["Condition"].values()]
        author = "Article_CreateBy" if event["Event"] == "ArticleCreate" else "ChangeBy"
        assert fields == {author: {"Match": "^(?!4$)[0-9]+$", "Type": "Regexp"}}, event


@pytest.mark.parametrize(("arguments", "told"), [((), "1"), (("--synchronous",), "0")])
def test_either_otrs_daemon_tells_or_its_web_server(bridge: Bridge, arguments: tuple[str, ...], told: str) -> None:
    (invoker,) = printed(bridge, *arguments)["Requester"]["Invoker"].values()
    assert {event["Asynchronous"] for event in invoker["Events"]} == {told}


def test_the_fields_of_this_otrs_are_told_of_and_unlocking_where_locks_are_waited_for(bridge: Bridge) -> None:
    daemon = {**PUSH["daemon"], "grace_while_locked": True}
    (invoker,) = printed(bridge, daemon=daemon, fields={"district": "Raion", "category": ""})["Requester"][
        "Invoker"
    ].values()
    events = [event["Event"] for event in invoker["Events"]]
    assert {"TicketCreate", "ArticleCreate", "TicketDynamicFieldUpdate_Raion", "TicketLockUpdate"} <= set(events)
    assert not {"TicketDynamicFieldUpdate_Category", "TicketDynamicFieldUpdate_"} & set(events)
    assert len(events) == len(set(events))


@pytest.mark.parametrize(
    ("web", "url", "host"),
    [
        ({"listen": "127.0.0.1:8080"}, "https://bridge.example.org:8443/", "https://bridge.example.org:8443"),
        ({"listen": "10.0.0.5:8080", "certificate": "a.pem", "certificate_key": "a.key"}, "", "https://10.0.0.5:8080"),
    ],
    ids=["named", "as it listens"],
)
def test_otrs_is_told_where_to_find_the_bridge(bridge: Bridge, web: dict[str, str], url: str, host: str) -> None:
    arguments = ("--url", url) if url else ()
    assert printed(bridge, *arguments, web=web)["Requester"]["Transport"]["Config"]["Host"] == host


MISTAKES: dict[str, tuple[list[str], dict[str, Any], str]] = {
    "no agent": (["--push"], PUSH, "--agent-id"),
    "no section": (["--push", "--agent-id", "4"], {}, "daemon.push"),
    "without push": (["--agent-id", "4"], PUSH, "--push"),
    "everywhere": (
        ["--push", "--agent-id", "4"],
        {**PUSH, "web": {"listen": "0.0.0.0:8080", "behind_proxy": True}},
        "--url",
    ),
    "no address": (["--push", "--agent-id", "4", "--url", "nowhere at all"], PUSH, "--url"),
}


@pytest.mark.parametrize(("arguments", "sections", "word"), MISTAKES.values(), ids=MISTAKES)
def test_what_is_missing_is_told_in_one_sentence(
    bridge: Bridge, arguments: list[str], sections: dict[str, Any], word: str
) -> None:
    done = bridge("webservice", *arguments, **sections)
    assert isinstance(done.exception, UsageMistake), (done.output, done.exception)
    assert word in str(done.exception)


@pytest.mark.parametrize(
    ("push", "web", "word"),
    [
        ({"password": "short"}, {"listen": "127.0.0.1:8080"}, "10 characters"),
        ({"password": "not-to-be-guessed"}, {}, "web.listen"),
        ({}, {"listen": "127.0.0.1:8080"}, "daemon.push.password"),
    ],
    ids=["a short secret", "nowhere to come in", "no secret"],
)
def test_a_push_that_could_not_work_is_a_mistake_of_the_configuration(
    bridge: Bridge, push: dict[str, str], web: dict[str, str], word: str
) -> None:
    done = bridge("config", "check", daemon={"push": push}, web=web)
    assert isinstance(done.exception, ConfigMistake), (done.output, done.exception)
    assert word in str(done.exception)


def test_the_secret_may_stand_in_a_file(bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "push-password").write_text("out-of-a-file\n")
    requester = printed(bridge, daemon={"push": {"password_file": "push-password"}})["Requester"]
    assert requester["Transport"]["Config"]["Authentication"]["BasicAuthPassword"] == "out-of-a-file"
