"""What a seed makes happen: tickets and debtors, then operations, each with faults, people and kills in its way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from otrs_bridge.sandbox.records import TicketRow
from tests.faults.campaign.life import Life
from tests.faults.campaign.world import OPERATIONS, World
from tests.faults.fault_proxy import ProxyFault, ProxyFaultKind
from tests.service.jobs.conftest import moscow

STATES = ("new", "open", "open", "pending reminder", "closed unsuccessful", "closed successful", "waiting for part")
PRIORITIES = ("1 very low", "3 normal", "3 normal", "4 high", "5 very high")
CUSTOMERS = ("иванов", "петрова", "", "кто-то", "test@mtel.ru", "чужой@example.org")
UPDATE, CREATE, READ, SEARCH = "PATCH /Ticket/", "POST /Ticket", "POST /TicketList", "POST /TicketSearch"
ROUTES = (UPDATE, UPDATE, CREATE, READ, SEARCH, None)
KINDS = (
    *(ProxyFaultKind.REQUEST_LOST, ProxyFaultKind.ANSWER_LOST, ProxyFaultKind.ANSWER_LOST, ProxyFaultKind.ANSWER_CUT),
    *(ProxyFaultKind.ERROR_PAGE, ProxyFaultKind.ERROR_PAGE_AFTER, ProxyFaultKind.SESSION_GONE),
)
CLOCK_STEPS = (-86400.0, -3600.0, 3600.0, 86400.0)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a person did: `value` of `field` on a ticket, at the moment of that many requests."""

    ticket_id: int
    field: str
    value: str


@dataclass(kw_only=True)
class Story:
    """One seed, played to its end."""

    seed: int
    world: World
    random: Random = field(init=False)
    edits: list[Edit] = field(default_factory=list)
    debtors: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def play(self) -> None:
        """Everything up to a quiet end in which nothing is broken any more."""
        self._people_call()
        for _ in range(self.random.randint(2, 4)):
            self._act()
            self._calm()
            self.world.clock.sleep(self.random.choice((1, 40, 200, 900)))
        self._end_well()

    # --- before the bridge comes

    def _people_call(self) -> None:
        choice, sandbox = self.random.choice, self.world.sandbox
        for number in range(self.random.randint(3, 7)):
            customer = choice(CUSTOMERS)
            sandbox.add_ticket(
                f"Заявка {number}: не работает интернет",
                state=choice(STATES),
                priority=choice(PRIORITIES),
                customer_user=customer or None,
                customer_id="" if customer else None,
                sender=choice(("", "Иван <ivan@example.org>")) or None,
            )
        for number in range(self.random.randint(1, 3)):
            contract = f"Ф-2000{number}"
            self.world.billing.debtor(contract, charged=moscow("2025-12-01T00:00"))
            self.debtors[contract] = False
        self.world.clock.sleep(120)

    # --- what the bridge does, and what is done to it

    def _act(self) -> None:
        random, world = self.random, self.world
        life = Life()
        for _ in range(random.choice((0, 1, 2, 2, 3, 4))):
            random.choice(INCIDENTS)(self, life)
        world.bridge(life).do(random.choice(tuple(OPERATIONS)))

    def _soon(self) -> int:
        """The number of a request that is still to come, most likely in this operation."""
        return self.world.requests + int(self.random.triangular(1, 45, 8))

    def _at(self, what: str, happening: Callable[[], None]) -> None:
        def told() -> None:
            self.world.say(what)
            happening()

        self.world.at_request.setdefault(self._soon(), []).append(told)

    def kill(self, life: Life) -> None:
        """SIGKILL somewhere."""
        life.kill_at = int(self.random.triangular(1, 110, 25))

    def full_disk(self, life: Life) -> None:
        """From some moment on nothing can be written to the journal."""
        life.full_from = int(self.random.triangular(1, 110, 25))

    def fault(self, life: Life) -> None:
        """The line, or OTRS, fails once or a few times."""
        del life
        random = self.random
        kind, route = random.choice(KINDS), random.choice(ROUTES)
        order = ProxyFault(
            kind=kind, route=route, skip=random.randint(0, 5), every=random.choice((1, 1, 2)),
            times=random.choice((1, 1, 2, 6)), status=random.choice((200, 500, 502)),
        )  # fmt: skip
        self.world.say(f"ordered {kind.name} on {route}, {order.times} times after {order.skip}")
        self.world.proxy.order(order)

    def one_broken_ticket(self, life: Life) -> None:
        """OTRS answers 500 to whatever names one ticket."""
        del life
        ticket = self._some_ticket()
        self.world.say(f"ticket {ticket.ticket_id} answers 500")
        kind = ProxyFaultKind.ERROR_PAGE
        self.world.proxy.order(ProxyFault(kind=kind, status=500, ticket=ticket.ticket_id, times=None))

    def late(self, life: Life) -> None:
        """A write reaches OTRS long after the bridge gave it up."""
        del life
        route, seconds = self.random.choice((UPDATE, CREATE)), self.random.choice((3.0, 15.0, 70.0))
        skip = self.random.randint(0, 3)
        self.world.say(f"ordered LANDS_LATE on {route} after {skip}, by {seconds} s")
        self.world.proxy.order(ProxyFault(kind=ProxyFaultKind.LANDS_LATE, route=route, skip=skip))
        self.world.landing.append(seconds)

    def journal_away(self, life: Life) -> None:
        """Somebody moves the journal's file away in the middle of it, and back afterwards."""
        del life
        world = self.world

        def move() -> None:
            if world.database_file.exists() and not world.away.exists():
                world.database_file.rename(world.away)

        self._at("the journal's file is moved away", move)

    def clock_step(self, life: Life) -> None:
        """Somebody sets the machine's clock."""
        del life
        seconds = self.random.choice(CLOCK_STEPS)

        def step() -> None:
            self.world.clock.skew += seconds

        self._at(f"the bridge's clock jumps by {seconds} s", step)

    def agent(self, life: Life) -> None:
        """A person changes a ticket to something that no rule minds, in the middle of the operation."""
        del life
        ticket = self._some_ticket()
        changes = {"state": "closed successful", "priority": "2 low", "title": f"Исправлено {len(self.edits)}"}
        name = self.random.choice(tuple(changes))
        edit = Edit(ticket_id=ticket.ticket_id, field=name, value=changes[name])

        def change() -> None:
            sandbox = self.world.sandbox
            before = len(sandbox.ticket(edit.ticket_id).history)
            if sandbox.state_of(edit.ticket_id) != "merged":
                sandbox.edit(edit.ticket_id, **{edit.field: edit.value})
                # Of a value that was there already OTRS keeps no trace.
                if len(sandbox.ticket(edit.ticket_id).history) > before:
                    self.edits.append(edit)

        self._at(f"an agent sets {name} of ticket {ticket.ticket_id} to {changes[name]}", change)

    def payment(self, life: Life) -> None:
        """A debtor pays."""
        del life
        contract = self.random.choice(tuple(self.debtors))

        def pay() -> None:
            if not self.debtors[contract]:
                self.debtors[contract] = True
                self.world.billing.pay(f"{contract}/internet", 500)  # what is owed by the true clock

        self._at(f"{contract} pays", pay)

    def second_bridge(self, life: Life) -> None:
        """Another process of the bridge, on the same database, does something of its own in the middle."""
        del life
        operation, world = self.random.choice(tuple(OPERATIONS)), self.world

        def start() -> None:
            if not world.away.exists():  # without its journal it would be a bridge without a past
                world.bridge(Life()).do(operation)

        self._at(f"a second bridge: {operation}", start)

    def _some_ticket(self) -> TicketRow:
        return self.random.choice(self.world.sandbox.tickets())

    # --- afterwards

    def _calm(self) -> None:
        self.world.proxy.clear()
        self.world.at_request.clear()
        if not self.world.proxy.late:  # nothing was caught: a landing that is left would be one of minutes later
            self.world.landing.clear()
        if self.world.away.exists():
            self.world.say("the journal's file is put back")
            self.world.away.rename(self.world.database_file)

    def _end_well(self) -> None:
        """Nothing is broken any more: time passes, the daemon turns, the next days' jobs run, and it is quiet."""
        world = self.world
        world.clock.skew = 0.0
        for pause in (600, 1800, 3600, 86400):
            world.clock.sleep(pause)
            world.bridge(Life()).do("daemon")
        world.bridge(Life()).do("sweep")


INCIDENTS: tuple[Callable[[Story, Life], None], ...] = (
    *(Story.kill, Story.kill, Story.fault, Story.fault, Story.fault, Story.late, Story.agent, Story.agent),
    *(Story.full_disk, Story.one_broken_ticket, Story.clock_step, Story.payment, Story.second_bridge),
    *(Story.second_bridge, Story.journal_away),
)


def played(seed: int, folder: Path, closing: ExitStack, world: type[World] = World) -> Story:
    """The story of this seed, at its end."""
    most_cut = Random(seed).choice((0, 200, 200))  # with 0 every disconnection needs an approval
    story = Story(seed=seed, world=world(folder=folder, closing=closing, most_cut=most_cut))
    story.play()
    return story
