"""What every practice OTRS of the demo starts with: clients who have a login, a config and a client list."""

from __future__ import annotations

from pathlib import Path

from otrs_bridge.demo import material
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import Language


def furnish(sandbox: Sandbox, folder: Path, language: Language) -> Path:
    """Let the stand-in know the clients, and write the bridge's files into `folder`; returns the config's path."""
    _welcome_clients(sandbox)
    config = folder / "config.yaml"
    config.write_text(
        material.config_yaml(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, language=language),
        encoding="utf-8",
    )
    config.chmod(0o600)
    config.with_name("clients.csv").write_text(material.clients_csv(), encoding="utf-8")
    return config


def _welcome_clients(sandbox: Sandbox) -> None:
    """OTRS knows the clients that have a login there, as about nine of ten do."""
    for client in material.clients():
        if client.login:
            sandbox.add_customer_user(
                client.login, email=client.email, customer_id=client.contract, last_name=client.name
            )
