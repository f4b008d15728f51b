"""The morning of the 1st of May on the page: a plan waits, and time goes by."""

from __future__ import annotations

import yaml

from otrs_bridge.demo.month import FIRST
from otrs_bridge.demo.serving import open_morning


def test_it_is_the_first_of_may_and_people_have_to_decide() -> None:
    with open_morning("en", "127.0.0.1:8080") as morning:
        passed = (morning.clock.now() - FIRST).total_seconds()
        assert 0 <= passed < 3600
        config = yaml.safe_load(morning.config.read_text(encoding="utf-8"))
        assert config["web"].keys() == {"listen", "banner"}
        assert config["web"]["listen"] == "127.0.0.1:8080"
        assert "max_share" not in config["billing"]
        assert len(morning.sandbox.tickets()) > 20
        folder = morning.config.parent
    assert not folder.exists()
