"""Behind the scenes of the two servers that the contract is held against."""

from __future__ import annotations

from contextlib import suppress

from otrs_bridge.domain.otrs_limits import WIDEST, Lengths
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.live.server.control import LiveServer, ServerError

PATH = "/otrs/nph-genericinterface.pl/"


class SandboxBackstage:
    """The sandbox's own desk."""

    def __init__(self, sandbox: Sandbox, *, url: str = "", path: str = PATH) -> None:
        self._sandbox = sandbox
        self.url = url or sandbox.base_url
        self.webservice_path = f"{path}Webservice/"
        product = sandbox.database.product
        self.lengths = Lengths(title=product.longest_title, customer_user=product.longest_customer_user)

    def mails(self) -> int:
        return len(self._sandbox.mails())

    def history_length(self, ticket_id: int) -> int:
        return len(self._sandbox.history(ticket_id))

    def customer_can_see(self, article_id: int) -> bool:
        articles = (article for ticket in self._sandbox.tickets() for article in ticket.articles)
        return next(article.is_visible_for_customer for article in articles if article.article_id == article_id)

    def ticket_without_article(self, title: str) -> int:
        return self._sandbox.add_ticket(title, body=None).ticket_id

    def poison(self, ticket_id: int, field: str, value: str) -> None:
        self._sandbox.edit(ticket_id, fields={field: value})
        self._sandbox.poison_field(ticket_id, field)

    def agent_without_rights(self) -> tuple[str, str]:
        for queue in self._sandbox.database.queues:
            self._sandbox.set_rights("root@localhost", queue.name, ())
        return "root@localhost", "root"


class LiveBackstage:
    """The real server's console, database and Perl."""

    lengths = WIDEST

    def __init__(self, server: LiveServer) -> None:
        self._server = server

    @property
    def webservice_path(self) -> str:
        return f"{PATH}Webservice/"

    @property
    def url(self) -> str:
        return self._server.base_url

    def mails(self) -> int:
        return self._number("select count(*) from mail_queue")

    def history_length(self, ticket_id: int) -> int:
        return self._number(f"select count(*) from ticket_history where ticket_id = {ticket_id:d}")

    def customer_can_see(self, article_id: int) -> bool:
        return bool(self._number(f"select is_visible_for_customer from article where id = {article_id:d}"))

    def ticket_without_article(self, title: str) -> int:
        made = self._server.perl(
            "print $Kernel::OM->Get('Kernel::System::Ticket')->TicketCreate("
            f" Title => '{title}', Queue => 'Support', Lock => 'unlock', Priority => '3 normal', State => 'new',"
            " OwnerID => 1, UserID => 1 );"
        )
        return int(made)

    def poison(self, ticket_id: int, field: str, value: str) -> None:
        self._server.perl(
            "$Kernel::OM->Get('Kernel::System::DB')->Do( SQL => 'INSERT INTO dynamic_field_value"
            " (field_id, object_id, value_text) SELECT id, ?, ? FROM dynamic_field WHERE name = ?',"
            f" Bind => [ \\'{ticket_id:d}', \\'{value}', \\'{field}' ] );"
        )

    def agent_without_rights(self) -> tuple[str, str]:
        with suppress(ServerError):  # it may exist from an earlier run
            self._server.console(
                "Admin::User::Add", "--user-name", "blind", "--password", "blind-secret",
                "--first-name", "Blind", "--last-name", "Test", "--email-address", "blind@mtel.ru",
            )  # fmt: skip
        return "blind", "blind-secret"

    def _number(self, query: str) -> int:
        return int(self._server.sql(query)[-1][0])
