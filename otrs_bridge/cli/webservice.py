"""otrs-bridge webservice: the web service definitions that OTRS has to import."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Annotated

import typer

from otrs_bridge.cli.screen import say
from otrs_bridge.cli.state import state_of
from otrs_bridge.errors import UsageMistake
from otrs_bridge.words import Words

if TYPE_CHECKING:
    from otrs_bridge.config import Config

_ONLY_WITH_PUSH = Words(
    ru="--agent-id, --url и --synchronous имеют смысл только вместе с --push",
    en="--agent-id, --url and --synchronous are of use with --push only",
)
_NO_PUSH = Words(
    ru="в config.yaml нет раздела daemon.push: задайте в нём password_file, а в web.listen адрес",
    en="config.yaml has no section daemon.push: give password_file there, and an address in web.listen",
)
_NO_AGENT = Words(
    ru="--push нужен номер агента моста, чтобы о его собственных изменениях не сообщалось: --agent-id N; "
    "он стоит в адресе страницы агента: Администрирование → Агенты, UserID=N",
    en="--push needs the number of the bridge's agent, so that its own changes are not told of: --agent-id N; "
    "it stands in the address of the agent's page: Admin → Agents, UserID=N",
)
_NO_ADDRESS = Words(
    ru="укажите, по какому адресу OTRS находит мост: --url https://bridge.example.org:8080",
    en="say at which address OTRS finds the bridge: --url https://bridge.example.org:8080",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("webservice")(webservice)


def webservice(
    context: typer.Context,
    push: Annotated[
        bool,
        typer.Option("--push", help="print the one by which OTRS tells of tickets; it holds the secret of daemon.push"),
    ] = False,
    agent_id: Annotated[
        int | None,
        typer.Option(min=1, help="with --push: number of the bridge's agent in OTRS; its changes are not told of"),
    ] = None,
    url: Annotated[str, typer.Option(help="with --push: where OTRS reaches the bridge (default: web.listen)")] = "",
    synchronous: Annotated[
        bool,
        typer.Option(
            "--synchronous", help="with --push: told before the agent's page comes back, not by OTRS's daemon"
        ),
    ] = False,
) -> None:
    """Print the web service for OTRS; import it under Admin → Web Services as `OtrsBridge`."""
    if not push:
        if agent_id is not None or url or synchronous:
            raise UsageMistake(_ONLY_WITH_PUSH)
        say(resources.files("otrs_bridge.otrs").joinpath("OtrsBridge.yml").read_text(encoding="utf-8"))
        return
    if agent_id is None:
        raise UsageMistake(_NO_AGENT)
    say(_push_service(state_of(context).config(needs_otrs=False), agent_id, url, synchronous=synchronous))


def _push_service(config: Config, agent_id: int, url: str, *, synchronous: bool) -> str:
    from otrs_bridge.push.definition import PushService
    from otrs_bridge.service.push.inbox import PATH

    settings = config.daemon.push
    if settings is None:
        raise UsageMistake(_NO_PUSH)
    return PushService(
        address=_address(config, url),
        path=PATH,
        user=settings.user,
        password=settings.password.get_secret_value(),
        agent_id=agent_id,
        fields=[name for name in dict.fromkeys(config.fields.model_dump().values()) if name],
        synchronous=synchronous,
        on_unlock=config.daemon.grace_while_locked,
    ).text


def _address(config: Config, url: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from otrs_bridge.config.values import WebAddress

    if not url:
        if config.web.behind_proxy or config.web.host in {"0.0.0.0", "::"}:  # noqa: S104 - nobody listens here
            raise UsageMistake(_NO_ADDRESS)
        url = f"{'https' if config.web.is_secure else 'http'}://{config.web.listen}"
    try:
        return TypeAdapter(WebAddress).validate_python(url)
    except ValidationError:
        raise UsageMistake(_NO_ADDRESS) from None  # not `from`: it quotes what may hold a password
