"""otrs-bridge webservice: the web service definition that OTRS has to import."""

from __future__ import annotations

from importlib import resources

import typer

from otrs_bridge.cli.screen import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("webservice")(webservice)


def webservice() -> None:
    """Print the web service for OTRS; import it under Admin → Web Services as `OtrsBridge`."""
    say(resources.files("otrs_bridge.otrs").joinpath("OtrsBridge.yml").read_text(encoding="utf-8"))
