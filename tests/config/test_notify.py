"""The section notify: addresses from the file, from a file of their own or from the environment, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.errors import ConfigMistake
from otrs_bridge.logs import Redaction
from tests.config.made_up import LEAST, RULES, written

MAIL = "mailtos://bridge:s3cret-word@smtp.isp.example?to=admin@isp.example"
CHAT = "tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/-1001"


def test_addresses_come_from_the_file_from_one_of_their_own_or_from_the_environment(tmp_path: Path) -> None:
    here = written(tmp_path, LEAST + f"notify: {{urls: ['{MAIL}', '{CHAT}']}}\n")
    assert load(here, RULES, {}).notify.addresses == (MAIL, CHAT)
    (tmp_path / "urls").write_text(f"# who is on duty\n{MAIL}\n\n{CHAT}\n", encoding="utf-8")
    here = written(tmp_path, LEAST + "notify: {urls_file: urls}\n")
    assert load(here, RULES, {}).notify.addresses == (MAIL, CHAT)
    here = written(tmp_path, LEAST)
    assert load(here, RULES, {"OTRS_BRIDGE__NOTIFY__URLS": MAIL}).notify.addresses == (MAIL,)
    assert load(here, RULES, {"OTRS_BRIDGE__NOTIFY__URLS": f"['{MAIL}', '{CHAT}']"}).notify.addresses == (MAIL, CHAT)
    assert load(here, RULES, {}).notify.addresses == ()


def test_no_part_of_an_address_that_opens_a_door_is_shown(tmp_path: Path) -> None:
    config = load(written(tmp_path, LEAST + f"notify: {{urls: ['{MAIL}', '{CHAT}']}}\n"), RULES, {})
    assert "s3cret" not in repr(config)
    hide = Redaction(config.secrets).text
    assert "s3cret" not in hide(f"cannot log in with s3cret-word at {MAIL}")
    assert "AAHdq" not in hide("https://api.telegram.org/botAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x")
    assert hide("smtp.isp.example is away") == "smtp.isp.example is away"


def test_addresses_that_everybody_can_read_are_warned_of(tmp_path: Path) -> None:
    here = written(tmp_path, LEAST + f"notify: {{urls: ['{MAIL}']}}\n")
    here.chmod(0o644)
    assert any("chmod 600" in warning.en for warning in load(here, RULES, {}).warnings)


WRONG = {
    "hours": ("notify: {quiet: night}", "22:00-07:00"),
    "no such hour": ("notify: {quiet: '25:00-07:00'}", "22:00-07:00"),
    "digest": ("notify: {digest: monthly}", "day"),
    "both": (f"notify: {{urls: ['{MAIL}'], urls_file: urls}}", "notify.urls"),
    "no file": ("notify: {urls_file: nowhere}", "no such file"),
}


@pytest.mark.parametrize(("section", "said"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_told_without_the_secret(tmp_path: Path, section: str, said: str) -> None:
    with pytest.raises(ConfigMistake) as refused:
        load(written(tmp_path, LEAST + section + "\n"), RULES, {})
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_hours_and_times_are_taken_as_yaml_reads_them(tmp_path: Path) -> None:
    section = "notify: {quiet: 22:00-07:00, digest: off, digest_at: 18:30}"
    notify = load(written(tmp_path, LEAST + section + "\n"), RULES, {}).notify
    assert notify.quiet_hours is not None
    assert (notify.quiet_hours.since.hour, notify.digest, f"{notify.digest_at:%H:%M}") == (22, "off", "18:30")


def test_an_address_to_ping_is_a_web_address_and_secret(tmp_path: Path) -> None:
    url = "https://hc.isp.example/ping/11111111-s3cret"
    config = load(written(tmp_path, LEAST + f"jobs: {{debt_sync: {{ping_url: '{url}'}}}}\n"), RULES, {})
    assert config.jobs.debt_sync.ping_url is not None
    assert config.jobs.debt_sync.ping_url.get_secret_value() == url
    assert "s3cret" not in repr(config)
    assert url in config.secrets
    with pytest.raises(ConfigMistake, match="must be an address") as refused:
        load(written(tmp_path, LEAST + "daemon: {ping_url: 's3cret'}\n"), RULES, {})
    assert "s3cret" not in str(refused.value)
