"""What people chose after the bridge stays, and what the bridge itself wrote follows what people correct."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import client_type, customer, district, priority, queue_routing
from tests.builders import a_client
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace

IVANOV = a_client("Ф-15236", login="иванов", district="Центральный")
RULES = (
    ActiveRule(rule=customer.RULE, mode=Mode.ENFORCE, options=customer.Options()),
    ActiveRule(
        rule=queue_routing.RULE, mode=Mode.ENFORCE, options=queue_routing.Options(queues={"internet": "Internet"})
    ),
    ActiveRule(rule=client_type.RULE, mode=Mode.ENFORCE, options=client_type.Options()),
    ActiveRule(rule=district.RULE, mode=Mode.ENFORCE, options=district.Options()),
    ActiveRule(rule=priority.RULE, mode=Mode.ENFORCE, options=priority.Options()),
)


class GrowingDirectory(MemoryDirectory):
    """A directory to which clients are added."""

    def add(self, client: Client) -> None:
        """A client more."""
        super().__init__((*self._clients, client))


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A bridge with one ticket, which says that it is Ivanov's; time passes before each sweep."""

    place: Workplace
    directory: GrowingDirectory
    ticket_id: int

    def sweep(self) -> dict[str, Outcome]:
        """What became of each field."""
        self.place.clock.move(minutes=1)
        report = self.place.sweep.run(TheseTickets(ids=(self.ticket_id,)), apply=True)
        return {line.field: line.outcome for line in report.lines}

    @property
    def queue(self) -> str:
        """The ticket's queue."""
        return self.place.sandbox.queue_of(self.ticket_id)

    @property
    def customer(self) -> str:
        """Its customer user."""
        return self.place.sandbox.ticket(self.ticket_id).customer_user or ""

    @property
    def filled(self) -> tuple[str, str, str]:
        """Client type, district and priority."""
        fields = self.place.sandbox.ticket(self.ticket_id).values
        kind, where = (", ".join(fields.get(name, [])) for name in ("ClientType", "District"))
        return kind, where, self.place.sandbox.priority_of(self.ticket_id)

    @property
    def notes(self) -> int:
        """How many notes the bridge has written."""
        articles = self.place.sandbox.ticket(self.ticket_id).articles
        return sum("otrs-bridge" in article.subject for article in articles)


class MakeDesk:
    """Makes desks, each with a directory of its own."""

    def __init__(self, workplace: MakeWorkplace, sandbox: Sandbox) -> None:
        self._workplace = workplace
        self._sandbox = sandbox

    def __call__(self, *clients: Client, customer_user: str = "test@mtel.ru", body: str = "Договор Ф-15236") -> Desk:
        ticket = self._sandbox.add_ticket(
            "Не работает интернет", queue="Raw", customer_user=customer_user, customer_id="", body=body
        )
        directory = GrowingDirectory(clients)
        place = self._workplace(rules=RULES, directory=directory)
        return Desk(place=place, directory=directory, ticket_id=ticket.ticket_id)


@pytest.fixture
def desk(workplace: MakeWorkplace, sandbox: Sandbox) -> MakeDesk:
    """A ticket in Raw, swept by all rules that fill in what the directory or the text knows."""
    return MakeDesk(workplace, sandbox)


# --- the queue ----------------------------------------------------------------------------------------------------------


def test_a_ticket_that_a_person_moved_on_into_an_intake_queue_stays_there(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(IVANOV)
    at.sweep()
    assert at.queue == "Internet"
    notes = at.notes
    sandbox.edit(at.ticket_id, queue="Misc")
    assert at.sweep() == at.sweep() == {"queue": Outcome.PINNED}
    sandbox.edit(at.ticket_id, queue="Raw")
    assert at.sweep() == {"queue": Outcome.PINNED}
    assert (at.queue, at.notes) == ("Raw", notes)
    (pin,) = at.place.outside.journal.pins()
    assert (pin.field, pin.value, pin.reason) == ("queue", "Misc", "a person chose another value")


def test_a_queue_that_was_given_back_to_the_bridge_is_moved_again_once(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock
) -> None:
    at = desk(IVANOV)
    at.sweep()
    sandbox.edit(at.ticket_id, queue="Misc")
    at.sweep()
    assert at.place.outside.journal.release(at.ticket_id, "queue", at=clock.now()) == 1
    assert at.sweep() == {"queue": Outcome.APPLIED}
    assert at.queue == "Internet"
    sandbox.edit(at.ticket_id, queue="Misc")
    assert at.sweep() == {"queue": Outcome.PINNED}


# --- the customer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ['"Сосед" <x@y.ru>', "test@mtel.ru", '"" <test@mtel.ru>', "никто"])
def test_whom_a_person_names_instead_of_the_bridges_client_is_not_replaced_again(
    chosen: str, desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(IVANOV)
    at.sweep()
    assert at.customer == "иванов"
    notes = at.notes
    sandbox.edit(at.ticket_id, customer=(chosen, ""))
    assert at.sweep() == at.sweep() == {"customer": Outcome.PINNED}
    assert (at.customer, at.notes) == (chosen, notes)


def test_a_client_who_is_added_to_the_directory_later_replaces_the_bridges_placeholder(desk: MakeDesk) -> None:
    at = desk(a_client("Ф-20001", login="петрова"))
    at.sweep()
    assert at.customer == '"Ф-15236" <test@mtel.ru>'
    at.directory.add(IVANOV)
    assert at.sweep()["customer"] is Outcome.APPLIED
    assert at.customer == "иванов"


def test_the_text_of_a_placeholder_that_a_person_corrected_is_his_until_it_names_a_client(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(a_client("Ф-20001", login="петрова"))
    at.sweep()
    corrected = '"ул. Мира, д. 3, Сидоров Пётр Ильич, Ф-15236" <test@mtel.ru>'
    sandbox.edit(at.ticket_id, customer=(corrected, ""))
    assert "customer" not in at.sweep()
    assert at.customer == corrected
    at.directory.add(IVANOV)
    assert at.sweep()["customer"] is Outcome.APPLIED
    assert at.customer == "иванов"


def test_a_placeholder_instead_of_the_bridges_client_leads_to_another_one_and_never_back(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(IVANOV, a_client("Ф-20001", login="петрова"))
    at.sweep()
    sandbox.edit(at.ticket_id, customer=('"Ф-15236" <test@mtel.ru>', ""))
    assert at.sweep()["customer"] is Outcome.PINNED
    other = desk(IVANOV, a_client("Ф-20001", login="петрова"))
    other.sweep()
    sandbox.edit(other.ticket_id, customer=('"Петрова, Ф-20001" <test@mtel.ru>', ""))
    assert other.sweep()["customer"] is Outcome.APPLIED
    assert other.customer == "петрова"


def test_a_placeholder_that_a_person_typed_himself_is_still_replaced(desk: MakeDesk) -> None:
    at = desk(IVANOV, customer_user='"Ф-15236" <test@mtel.ru>', body="Позвоните")
    at.sweep()
    assert at.customer == "иванов"


# --- the priority, of which the procedure says what it may be ------------------------------------------------------------

LEGAL = a_client("Ф-15236", login="иванов", kind=ClientType.LEGAL)


def test_two_values_by_turns_are_not_overwritten_for_ever(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(LEGAL)
    for chosen in ("5 very high", "1 very low", "5 very high"):
        at.sweep()
        assert at.filled[2] == "4 high"
        sandbox.edit(at.ticket_id, priority=chosen)
    assert at.sweep() == at.sweep() == {"priority": Outcome.PINNED}
    assert at.filled[2] == "5 very high"


def test_who_sets_a_field_anew_whenever_the_bridge_has_is_left_in_peace_the_third_time(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(LEGAL)
    for chosen in ("5 very high", "1 very low", "2 low"):
        at.sweep()
        assert at.filled[2] == "4 high"
        sandbox.edit(at.ticket_id, priority=chosen)
    assert at.sweep() == at.sweep() == {"priority": Outcome.PINNED}
    (pin,) = at.place.outside.journal.pins()
    assert (pin.field, pin.value, pin.reason) == ("priority", "2 low", "a person chose another value")


# --- what the bridge itself filled in -----------------------------------------------------------------------------------

ROMASHKA = a_client("Ю-204", kind=ClientType.LEGAL, name="ООО «Ромашка»", login="Ю-204", district="Северный")


def test_district_type_and_priority_follow_in_one_sweep_when_a_person_corrects_the_client(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    assert at.filled == ("individual", "Центральный", "3 normal")
    sandbox.edit(at.ticket_id, customer=("Ю-204", "Ю-204"))
    assert set(at.sweep().values()) == {Outcome.APPLIED}
    assert at.filled == ("legal", "Северный", "4 high")
    assert at.sweep() == {}


def test_a_type_that_the_bridge_read_off_a_contract_follows_the_contract_that_a_person_corrects(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    """The directory knows neither of the two contracts."""
    at = desk(body="Договор Ю-777")
    at.sweep()
    assert (at.filled[0], at.filled[2]) == ("legal", "4 high")
    sandbox.edit(at.ticket_id, customer=('"Петров Пётр Петрович, Ф-999" <test@mtel.ru>', ""))
    assert at.sweep() == {"DynamicField_ClientType": Outcome.APPLIED, "priority": Outcome.APPLIED}
    assert (at.filled[0], at.filled[2]) == ("individual", "3 normal")
    assert at.sweep() == {}


def test_a_district_that_a_person_wrote_stays_whoever_the_client_is(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    sandbox.edit(at.ticket_id, fields={"District": "Южный"}, customer=("Ю-204", "Ю-204"))
    at.sweep()
    assert at.filled[1] == "Южный"


@pytest.mark.parametrize("between", ["Южный", ""])
def test_a_district_that_a_person_set_once_more_stays_though_it_is_the_bridges(
    between: str, desk: MakeDesk, sandbox: Sandbox
) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    sandbox.edit(at.ticket_id, fields={"District": between})
    sandbox.edit(at.ticket_id, fields={"District": "Центральный"})
    sandbox.edit(at.ticket_id, customer=("Ю-204", "Ю-204"))
    assert "DynamicField_District" not in at.sweep()
    assert at.filled[1] == "Центральный"


def test_a_district_follows_no_client_while_otrs_does_not_say_who_set_it(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    sandbox.edit(at.ticket_id, customer=("Ю-204", "Ю-204"))
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketHistoryGet", times=None))
    at.sweep()
    sandbox.faults.clear()
    assert at.filled[1] == "Центральный"
    at.sweep()
    assert at.filled[1] == "Северный"


def test_a_closed_ticket_keeps_the_district_of_its_time(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    sandbox.edit(at.ticket_id, state="closed successful", customer=("Ю-204", "Ю-204"))
    at.sweep()
    assert at.filled[1] == "Центральный"


def test_a_district_put_back_after_it_followed_stays(desk: MakeDesk, sandbox: Sandbox) -> None:
    at = desk(IVANOV, ROMASHKA)
    at.sweep()
    sandbox.edit(at.ticket_id, customer=("Ю-204", "Ю-204"))
    at.sweep()
    sandbox.edit(at.ticket_id, fields={"District": "Центральный"})
    assert at.sweep() == {}
    assert at.filled[1] == "Центральный"
