"""The operator's page in a real browser, on the demo's 1st of May: every page, in both languages, on desk and phone."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers.throwaway import free_port

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

PAGES = (
    *("/", "/plans/2", "/plans/2?receipt=Ф-12077", "/history", "/runs", "/runs/1?undo=show", "/tickets/1"),
    *("/clients?q=Ф-13001", "/call?phone=84955551301", "/debts", "/jobs", "/rules"),
)
DESK, PHONE = 1280, 390


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[str, str]]:
    """Where the demo's page is, and anna's password."""
    listen = f"127.0.0.1:{free_port()}"
    program = Path(sys.executable).with_name("otrs-bridge")
    arguments = [str(program), "demo", "--serve", "--language", "en", "--listen", listen]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if found := re.search(r"password (\S+)", line):
                threading.Thread(target=demo.stdout.read, daemon=True).start()
                until_it_answers(listen)
                yield f"http://{listen}", found[1]
                break
        demo.terminate()
        assert "password" in said, said


def until_it_answers(listen: str) -> None:
    host, _, port = listen.partition(":")
    for _ in range(600):
        try:
            socket.create_connection((host, int(port))).close()
        except OSError:
            threading.Event().wait(0.1)
        else:
            return
    pytest.fail("the page is not served")


def open_browser(driver: str, width: int) -> webdriver.Chrome:
    """A browser of this width, that keeps what it has complained of and asked for."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    return opened


@pytest.fixture(params=[DESK, PHONE])
def browser(request: pytest.FixtureRequest, driver: str) -> Iterator[webdriver.Chrome]:
    """A browser on a desk, and one on a phone."""
    opened = open_browser(driver, request.param)
    yield opened
    opened.quit()


def log_in(browser: webdriver.Chrome, address: str, password: str, language: str) -> None:
    browser.get(f"{address}/language/{language}")
    browser.get(f"{address}/login")
    browser.find_element(By.NAME, "name").send_keys("anna")
    browser.find_element(By.NAME, "password").send_keys(password)
    browser.find_element(By.CSS_SELECTOR, "button.main").click()
    WebDriverWait(browser, 60, ignored_exceptions=[StaleElementReferenceException]).until(
        lambda shown: "anna" in shown.find_element(By.CLASS_NAME, "who").text
    )


def logged(browser: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call] # Selenium says no types here
    return found


def complaints(browser: webdriver.Chrome) -> list[dict[str, Any]]:
    return [one for one in logged(browser, "browser") if one["level"] in {"SEVERE", "WARNING"}]


def asked_elsewhere(browser: webdriver.Chrome, address: str) -> list[str]:
    found = re.findall(r'"url":"(https?://[^"]+)"', " ".join(one["message"] for one in logged(browser, "performance")))
    return [one for one in found if not one.startswith(address)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_whole(browser: webdriver.Chrome, page: tuple[str, str], language: str) -> None:
    address, password = page
    log_in(browser, address, password, language)
    for path in PAGES:
        browser.get(f"{address}{path}")
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
        assert browser.find_elements(By.TAG_NAME, "h1"), path
        wide, room = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= room, f"{path} is {wide} wide, there is room for {room}"
    assert complaints(browser) == []
    assert asked_elsewhere(browser, address) == []


@pytest.mark.parametrize("browser", [DESK], indirect=True)
def test_the_first_of_may_is_approved_from_the_page_alone(browser: webdriver.Chrome, page: tuple[str, str]) -> None:
    """After the walks above: from then on nothing waits."""
    address, password = page
    log_in(browser, address, password, "en")
    browser.find_element(By.LINK_TEXT, "Open the plan").click()
    browser.find_element(By.XPATH, "//button[starts-with(., 'Approve')]").click()
    WebDriverWait(browser, 60, ignored_exceptions=[StaleElementReferenceException]).until(
        lambda shown: "Approved by anna" in shown.find_element(By.TAG_NAME, "main").text
    )
    for _ in range(600):  # the daemon polls every two seconds; each load takes its time
        browser.get(browser.current_url)
        if "Carried out by run" in browser.find_element(By.TAG_NAME, "main").text:
            break
    else:
        pytest.fail("the daemon has not carried the plan out")
    browser.get(f"{address}/")
    assert "All is well" in browser.find_element(By.TAG_NAME, "h1").text
