"""The operator's page in a real browser with a real OTRS behind it: a plan approved, another refused, a run undone, a pause.

What was done is read from OTRS's own database. axe-core looks at every page, on a desk and on a phone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.live.conftest import Cli
from tests.live.making import Wish, make_tickets
from tests.live.server.control import LiveServer
from tests.live.test_daemon import eventually
from tests.live.test_jobs import SUSPEND, operator
from tests.live.test_page import (
    DESK,
    PHONE,
    asked_elsewhere,
    complaints,
    log_in,
    open_browser,
    until_it_answers,
)
from tests.servers.throwaway import free_port

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

PASSWORD = "correct horse battery"
AXE = "axe-playwright-python>=0.1.8"  # it carries axe-core; nothing else of it is used, so it is not installed
PAGES = (
    "/",
    "/history",
    "/runs",
    "/clients?q=Ф-15236",
    "/debts",
    "/jobs",
    "/rules",
    "/pauses",
    "/trial",
    "/rehearsals",
    "/doctor",
)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    folder = tmp_path_factory.mktemp("axe")
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), AXE]
    subprocess.run(fetch, check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return opened.read("axe_playwright_python/axe.min.js").decode()


@pytest.fixture(scope="module")
def page(live: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Cli]]:
    """Where the page of a real daemon is: a sweep is done, and a plan of fifty disconnections waits."""
    live.reset()
    listen = f"127.0.0.1:{free_port()}"
    folder = tmp_path_factory.mktemp("operator")
    make_tickets(live, [Wish(title=f"СРОЧНО <script>alert({n})</script>", priority="5 very high") for n in range(3)])
    cli = operator(folder, live, web={"listen": listen}, daemon={"poll_seconds": 1})
    config = folder / "config.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("max_share: 1\n", "max_tickets: 5\n"), encoding="utf-8"
    )
    done = cli.run("sweep", "--all", "--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "approve" in cli.run(*SUSPEND).stdout
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    (folder / "password").chmod(0o600)
    added = cli.run("user", "add", "anna", "--role", "admin", "--password-file", "password")
    assert added.returncode == 0, added.stderr
    program = Path(sys.executable).with_name("otrs-bridge")
    with (folder / "log").open("w") as log, subprocess.Popen([program, "run"], cwd=folder, stderr=log) as daemon:
        until_it_answers(listen)
        yield f"http://{listen}", cli
        daemon.terminate()


@pytest.fixture
def desk(page: tuple[str, Cli], driver: str) -> Iterator[webdriver.Chrome]:
    """A browser on a desk, logged in."""
    opened = open_browser(driver, DESK)
    log_in(opened, page[0], PASSWORD, "en")
    yield opened
    assert complaints(opened) == []
    assert asked_elsewhere(opened, page[0]) == []
    opened.quit()


def main_of(browser: webdriver.Chrome) -> str:
    """What the page says; asked in one breath, for a page that is just being left has no elements any more."""
    found: str = browser.execute_script("return document.querySelector('main')?.innerText ?? '';")
    return found


def until(browser: webdriver.Chrome, address: str, told: Callable[[str], bool]) -> None:
    """Reload as a person does, until the page says it."""

    def says() -> bool:
        browser.get(address)
        return told(main_of(browser))

    assert eventually(says, within=120), main_of(browser)


def press(browser: webdriver.Chrome, beginning: str) -> None:
    """Press a button, and wait for the page that comes of it."""
    before = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.XPATH, f"//main//button[starts-with(normalize-space(.), '{beginning}')]").click()
    WebDriverWait(browser, 120).until(staleness_of(before))


def raised(server: LiveServer) -> set[str]:
    return {title.split()[2] for (title,) in server.sql("SELECT title FROM ticket WHERE title LIKE 'Откл.%'")}


def faults(browser: webdriver.Chrome, axe: str) -> list[str]:
    browser.set_script_timeout(600)
    browser.execute_script(axe)
    found: dict[str, Any] = json.loads(
        browser.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(found => done(JSON.stringify(found)));"
        )
    )
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_has_a_serious_fault_for_anybody(
    page: tuple[str, Cli],
    driver: str,
    axe: str,
    width: int,
    language: str,
) -> None:
    browser = open_browser(driver, width)
    browser.get(f"{page[0]}/login")
    found = {"/login": faults(browser, axe)}
    log_in(browser, page[0], PASSWORD, language)
    plan = browser.find_element(By.CSS_SELECTOR, "main a.button.main").get_attribute("href") or ""
    for path in (*PAGES, plan.removeprefix(page[0]), "/runs/1", "/runs/1?undo=show", "/tickets/1", "/nowhere"):
        browser.get(f"{page[0]}{path}")
        found[path] = faults(browser, axe)
        wide, room = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= room, path
    browser.quit()
    assert {path: list_ for path, list_ in found.items() if list_} == {}


def test_a_rule_is_paused_tried_and_resumed(desk: webdriver.Chrome, page: tuple[str, Cli]) -> None:
    address = page[0]
    desk.get(f"{address}/pauses?name=priority#new")
    desk.find_element(By.NAME, "until").send_keys("2h")
    desk.find_element(By.NAME, "because").send_keys("agents argue")
    press(desk, "Pause")
    desk.get(address)
    assert "agents argue" in main_of(desk)
    desk.get(f"{address}/trial")
    press(desk, "Look now")
    until(desk, f"{address}/trial", lambda text: "Tickets looked at" in text)
    desk.get(f"{address}/pauses")
    press(desk, "Resume")
    assert "Nothing is paused" in main_of(desk)


def test_the_doctor_finds_the_real_otrs_in_order(desk: webdriver.Chrome, page: tuple[str, Cli]) -> None:
    desk.get(f"{page[0]}/doctor")
    press(desk, "Examine now")
    until(desk, f"{page[0]}/doctor", lambda text: "As of" in text)
    assert "to mend" not in main_of(desk)


def test_a_run_is_looked_at_and_taken_back(desk: webdriver.Chrome, page: tuple[str, Cli], live: LiveServer) -> None:
    address, _ = page
    loud = (
        "SELECT count(*) FROM ticket WHERE ticket_priority_id IN (SELECT id FROM ticket_priority WHERE name LIKE '5%')"
    )
    assert live.sql(loud) == [("0",)]
    until(desk, f"{address}/runs/1?undo=show", lambda text: "Take this run back" in text)
    press(desk, "Take this run back")
    until(desk, f"{address}/runs/1", lambda text: "It was taken back" in text)
    assert live.sql(loud) == [("3",)]


def test_a_plan_is_refused_and_of_the_next_one_a_line_is_taken_out_and_the_others_approved(
    desk: webdriver.Chrome, page: tuple[str, Cli], live: LiveServer
) -> None:
    address, cli = page
    desk.get(address)
    desk.find_element(By.LINK_TEXT, "Open the plan").click()
    desk.find_element(By.NAME, "reason").send_keys("billing is being mended")
    press(desk, "Refuse")
    assert "Refused by anna" in main_of(desk)
    assert raised(live) == set()
    cli.run(*SUSPEND)
    desk.get(address)
    desk.find_element(By.LINK_TEXT, "Open the plan").click()
    plan = desk.current_url
    press(desk, "take out")
    assert "taken out by anna" in main_of(desk)
    press(desk, "Approve: 49")
    until(desk, plan, lambda text: "Carried out by run" in text)
    assert len(raised(live)) == 49
