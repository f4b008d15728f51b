"""Nobody comes in who should not, guessing gets slow, and whoever was removed is out at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from otrs_bridge.errors import UsageMistake
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.people_store import SqlPeople
from otrs_bridge.service.people.access import Access, Entered, KeptOut
from otrs_bridge.service.people.passwords import Passwords
from otrs_bridge.service.people.throttle import FREE, LONGEST
from tests.service.conftest import MovableClock

RIGHT = "correct horse battery"
HOME, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def clock() -> MovableClock:
    """Only the test moves it."""
    return MovableClock()


@pytest.fixture
def access(clock: MovableClock) -> Iterator[Access]:
    """With one approver, anna; digests as cheap as Argon2 makes them."""
    database = open_database("sqlite://")
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = Access(people=SqlPeople(database), clock=clock, passwords=cheap)
    made.add("Anna", "approver", RIGHT, by="cli:root")
    yield made
    database.close()


def enter(access: Access, name: str = "anna", password: str = RIGHT, address: str = HOME) -> Entered | KeptOut:
    return access.log_in(name, password, address=address)


def token(access: Access) -> str:
    found = enter(access)
    assert isinstance(found, Entered)
    return found.token


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong"), ("nobody", RIGHT), ("", ""), ("an na\0", RIGHT)])
def test_who_does_not_know_the_password_stays_out(access: Access, name: str, password: str) -> None:
    assert enter(access, name, password) == KeptOut()


def test_to_try_nobodys_password_costs_what_it_costs_to_try_somebodys() -> None:
    passwords = Passwords()
    nobodys, somebodys = passwords.nobodys, passwords.digest(RIGHT)
    assert extract_parameters(nobodys) == extract_parameters(somebodys)
    assert len(nobodys) == len(somebodys)
    with pytest.raises(VerifyMismatchError):  # wholly tried, not refused as no digest
        PasswordHasher().verify(nobodys, RIGHT)


@pytest.mark.parametrize("name", ["anna", "ANNA", " Anna "])
def test_a_name_is_the_same_in_any_letter_case(access: Access, name: str) -> None:
    found = enter(access, name)
    assert isinstance(found, Entered)
    assert (found.user.name, found.user.role) == ("anna", "approver")


def test_a_session_is_over_after_its_time(access: Access, clock: MovableClock) -> None:
    his = token(access)
    clock.move(seconds=access.lasting.total_seconds() - 1)
    assert access.visitor(his) is not None
    clock.move(seconds=2)
    assert access.visitor(his) is None


def test_a_session_ends_with_logging_out_and_with_the_user(access: Access) -> None:
    first, second = token(access), token(access)
    access.log_out(first)
    assert access.visitor(first) is None
    assert access.visitor(second) is not None
    access.remove("ANNA", by="cli:root")
    assert access.visitor(second) is None
    assert enter(access) == KeptOut()


def test_only_a_digest_of_token_and_password_is_kept(access: Access) -> None:
    his = token(access)
    people = access.people
    assert people.session(his, at=access.clock.now()) is None, "the token itself opens nothing in the journal"
    assert RIGHT not in (people.password_of("anna") or "")


def test_guessing_gets_slower_with_every_failure(access: Access, clock: MovableClock) -> None:
    tries = 0
    for _second in range(3600):
        found = enter(access, password="guess")
        assert isinstance(found, KeptOut)
        tries += found.wait == 0
        clock.move(seconds=1)
    assert tries <= FREE + 15


def test_the_right_password_is_not_even_tried_while_one_has_to_wait(access: Access, clock: MovableClock) -> None:
    for _ in range(FREE):
        enter(access, password="guess")
    refused = enter(access)
    assert isinstance(refused, KeptOut)
    assert refused.wait > 0
    clock.move(seconds=refused.wait)
    assert isinstance(enter(access), Entered)
    assert enter(access, password="slip") == KeptOut(), "and earlier failures are forgotten then"


def test_neither_another_address_nor_another_name_gets_round_the_wait(access: Access) -> None:
    for _ in range(FREE):
        enter(access, password="guess")
    for name, address in (("anna", ELSEWHERE), ("boris", HOME)):
        refused = enter(access, name, address=address)
        assert isinstance(refused, KeptOut)
        assert refused.wait > 0


def test_a_success_of_ones_own_does_not_pay_for_guesses_at_others(access: Access, clock: MovableClock) -> None:
    access.add("boris", "reader", RIGHT, by="cli:root")
    tries = 0
    for _second in range(3600):
        enter(access, "boris")
        found = enter(access, password="guess")
        tries += isinstance(found, KeptOut) and found.wait == 0
        clock.move(seconds=1)
    assert tries <= FREE + 15


def test_a_success_of_ones_own_pays_for_no_guesses_at_many_others(access: Access, clock: MovableClock) -> None:
    access.add("boris", "reader", RIGHT, by="cli:root")
    clock.move(hours=5)  # the machine has been up for a while
    tries = 0
    for second in range(3600):
        enter(access, "boris")
        found = enter(access, f"nobody{second}", password="guess")
        tries += isinstance(found, KeptOut) and found.wait == 0
        clock.move(seconds=1)
    assert tries <= FREE + 15


@pytest.mark.parametrize(
    "addresses",
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:DB8:1:2:a::", "2001:db8:1:2:b::1"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
    ],
)
def test_whoever_has_many_addresses_of_one_network_is_slowed_down_as_one(
    access: Access, addresses: tuple[str, ...]
) -> None:
    waits = []
    for number in range(FREE + 1):
        found = enter(access, f"nobody{number}", password="guess", address=addresses[number % len(addresses)])
        assert isinstance(found, KeptOut)
        waits.append(found.wait)
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE] > 0


def test_failures_are_forgotten_after_a_quiet_time(access: Access, clock: MovableClock) -> None:
    for _ in range(FREE):
        enter(access, password="guess")
    clock.move(seconds=2 * LONGEST)
    assert [enter(access, password="guess") for _ in range(FREE)] == [KeptOut()] * FREE


def test_what_people_do_is_in_the_journal_with_their_names(access: Access) -> None:
    enter(access, password="wrong")
    access.log_out(token(access))
    access.remove("anna", by="cli:root")
    told = [(act.by, act.act, act.said) for act in access.people.acts()]
    assert told == [
        ("cli:root", "user removed", "anna"),
        ("anna", "logged out", ""),
        ("anna", "logged in", HOME),
        ("anna", "log-in refused", HOME),
        ("cli:root", "user added", "anna (approver)"),
    ]


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_that_will_not_do_is_refused(access: Access, password: str) -> None:
    with pytest.raises(UsageMistake, match="12 to 256"):
        access.add("boris", "reader", password, by="cli:root")


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a\u202eb", "a\nb", "<b>"])
def test_a_name_that_will_not_do_is_refused(access: Access, name: str) -> None:
    with pytest.raises(UsageMistake, match="A name has"):
        access.add(name, "reader", RIGHT, by="cli:root")


def test_a_name_is_given_once_and_taken_back_once(access: Access) -> None:
    with pytest.raises(UsageMistake, match="is there already"):
        access.add("ANNA", "admin", RIGHT, by="cli:root")
    access.remove("anna", by="cli:root")
    with pytest.raises(UsageMistake, match="no user anna"):
        access.remove("anna", by="cli:root")


def test_sessions_that_are_over_are_dropped(access: Access, clock: MovableClock) -> None:
    his = token(access)
    clock.move(days=2)
    token(access)
    assert access.people.session(his, at=clock.now() - timedelta(days=2)) is None
