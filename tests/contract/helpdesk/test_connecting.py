"""What the way to OTRS promises: one session, and trouble told by the one who has to act."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from otrs_bridge.errors import LoginRefused, OtrsUnintelligible, OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.contract.helpdesk.scene import Scene, token
from tests.otrs.moved_clock import MovedClock


def test_a_session_that_otrs_has_forgotten_is_renewed_unnoticed(scene: Scene, tmp_path: Path) -> None:
    made, file = scene.new_ticket(), tmp_path / "session.json"
    scene.helpdesk(session_file=file).read([made])
    stored = json.loads(file.read_text())
    for act in ("read", "update"):
        file.write_text(json.dumps({**stored, "session": "A" * 32}))
        desk = scene.helpdesk(session_file=file)
        if act == "read":
            assert desk.read([made]).tickets
        else:
            desk.update(made, {"title": token()}, None)
        assert json.loads(file.read_text())["session"] not in {"A" * 32, stored["session"]}


def test_a_stored_session_goes_on_working(scene: Scene, tmp_path: Path) -> None:
    made, file = scene.new_ticket(), tmp_path / "session.json"
    scene.helpdesk(session_file=file).read([made])
    before = file.read_text()
    assert scene.helpdesk(session_file=file).read([made]).tickets
    assert file.read_text() == before


def test_a_wrong_password_is_told_after_few_tries(scene: Scene) -> None:
    clock = MovedClock()
    connection = OtrsConnection(
        url=scene.backstage.url, path=scene.backstage.webservice_path, user="bridge", password="wrong-secret"
    )
    with pytest.raises(LoginRefused) as caught:
        OtrsHelpdesk(connection, clock).read([1])
    assert len(clock.slept) == 2
    assert "wrong-secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["otrsbridge", "NoSuchWebService"])
def test_a_wrong_web_service_name_is_guessed_from_the_silence(scene: Scene, name: str) -> None:
    connection = OtrsConnection(
        url=scene.backstage.url,
        path=scene.backstage.webservice_path,
        user="bridge",
        password="bridge-secret",
        webservice=name,
    )
    with pytest.raises(OtrsUnreachable, match=name):
        OtrsHelpdesk(connection, MovedClock()).read([1])


def test_a_wrong_path_is_not_otrs(scene: Scene) -> None:
    connection = OtrsConnection(url=scene.backstage.url, user="bridge", password="bridge-secret", path="/nothing/here/")
    with pytest.raises(OtrsUnintelligible, match=r"otrs\.path"):
        OtrsHelpdesk(connection, MovedClock()).read([1])
