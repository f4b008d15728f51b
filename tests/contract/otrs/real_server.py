"""The real Znuny as the contract tests see it; odd states are made by Perl inside it."""

import time
from collections.abc import Iterable
from email.header import Header
from email.message import EmailMessage

from tests.contract.otrs.server import Server
from tests.live.server.control import DATABASE, LiveServer

ALL_RIGHTS = ("ro", "move_into", "create", "note", "owner", "priority", "rw")


class RealServer(Server):
    def __init__(self, live: LiveServer) -> None:
        super().__init__()
        self.live = live
        self.base_url = live.base_url
        self.on_mariadb = DATABASE == "mariadb"

    def let_a_second_pass(self) -> None:
        time.sleep(1.05)  # noqa: TID251 - the real server writes whole seconds of its own clock

    def bare_ticket(self, title: str, *, queue: str = "Misc") -> int:
        return int(
            self.live.perl(
                f"""print $Kernel::OM->Get('Kernel::System::Ticket')->TicketCreate(Title => '{title}',
                Queue => '{queue}', Lock => 'unlock', Priority => '3 normal', State => 'open', OwnerID => 1,
                UserID => 1);"""
            )
        )

    def delete_ticket(self, ticket: int) -> None:
        self.live.perl(
            "$Kernel::OM->Get('Kernel::System::Ticket')"
            f"->TicketDelete(TicketID => {ticket}, UserID => 1) or die 'not deleted';"
        )

    def receive_mail(self, sender: str, subject: str, body: str) -> int:
        message = EmailMessage()
        message["From"] = sender
        message["To"] = "support@mtel.ru"
        message["Subject"] = Header(subject, "utf-8").encode()
        message.set_content(body, charset="utf-8")
        return self.live.mail(message.as_bytes())

    def recipients_of_mail(self) -> list[str]:
        return [row[0] for row in self.live.sql("select recipient from mail_queue order by id")]

    def set_agent_valid(self, login: str, *, valid: bool) -> None:
        self.live.perl(
            f"""my $Users = $Kernel::OM->Get('Kernel::System::User');
            my %User = $Users->GetUserData(User => '{login}');
            delete $User{{UserPw}};
            $Users->UserUpdate(%User, ValidID => {1 if valid else 2}, ChangeUserID => 1) or die 'not updated';"""
        )

    def set_rights_in_secret(self, login: str, rights: Iterable[str]) -> None:
        wanted = set(rights)
        flags = ", ".join(f"{right} => {int(right in wanted)}" for right in ALL_RIGHTS)
        self.live.perl(
            f"""my $Groups = $Kernel::OM->Get('Kernel::System::Group');
            my $UserID = $Kernel::OM->Get('Kernel::System::User')->UserLookup(UserLogin => '{login}');
            my $GroupID = $Groups->GroupLookup(Group => 'secret');
            $Groups->PermissionGroupUserAdd(GID => $GroupID, UID => $UserID, Permission => {{ {flags} }},
                UserID => 1) or die 'not granted';"""
        )

    def age_session(self, session: str, seconds: int) -> None:
        self.live.perl(
            f"""my $Sessions = $Kernel::OM->Get('Kernel::System::AuthSession');
            my %Data = $Sessions->GetSessionIDData(SessionID => '{session}');
            for my $Key (qw(UserSessionStart UserLastRequest)) {{
                $Sessions->UpdateSessionID(SessionID => '{session}', Key => $Key, Value => $Data{{$Key}} - {seconds})
                    or die "$Key not changed";
            }}"""
        )

    def move_session(self, session: str, address: str) -> None:
        self.live.perl(
            f"""$Kernel::OM->Get('Kernel::System::AuthSession')->UpdateSessionID(SessionID => '{session}',
            Key => 'UserRemoteAddr', Value => '{address}') or die 'not moved';"""
        )

    def set_maintenance(self, *, active: bool) -> None:
        begin = """my $Now = time;
            $Maintenance->SystemMaintenanceAdd(StartDate => $Now - 60, StopDate => $Now + 3600,
                Comment => 'contract test', LoginMessage => '', ShowLoginMessage => 0, NotifyMessage => '',
                ValidID => 1, UserID => 1) or die 'not begun';"""
        end = """$Maintenance->SystemMaintenanceDelete(ID => $_->{ID}, UserID => 1)
                for @{ $Maintenance->SystemMaintenanceListGet(UserID => 1) };"""
        self.live.perl(
            "my $Maintenance = $Kernel::OM->Get('Kernel::System::SystemMaintenance');" + (begin if active else end)
        )

    def poison_field(self, ticket: int, field: str) -> None:
        self.live.perl(
            f"""my $Field = $Kernel::OM->Get('Kernel::System::DynamicField')->DynamicFieldGet(Name => '{field}');
            $Kernel::OM->Get('Kernel::System::Cache')->Set(Type => 'DynamicFieldValue',
                Key => 'ValueGet::ObjectID::{ticket}', Value => {{ $Field->{{ID}} => [] }}, TTL => 3600);"""
        )
