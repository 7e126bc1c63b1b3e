"""A browser as a reader drives it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
SHOTS = Path("artifacts/screenshots")


def wait(browser: Browser, condition: Callable[[webdriver.Chrome], object]) -> None:
    """Until the condition holds; an element that a page change took away counts as not yet."""
    WebDriverWait(browser.driver, 60, ignored_exceptions=(StaleElementReferenceException,)).until(
        condition
    )


class Browser:
    """What a reader does, and what can be seen."""

    def __init__(self, driver: webdriver.Chrome, base: str, width: int) -> None:
        self.driver = driver
        self.base = base
        self.width = width
        self.size(width)

    @classmethod
    def fresh(cls, driver: webdriver.Chrome, base: str, width: int) -> Browser:
        """As for somebody who comes for the first time: scripts, light colours, no cookies."""
        found = cls(driver, base, width)
        found.scripts(True)
        found.scheme("light")
        driver.delete_all_cookies()
        return found

    def size(self, width: int, height: int = 900) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def scheme(self, name: str) -> None:
        """Light or dark, as the system would ask for it.

        With motion reduced: a line that is half faded in has neither its colours nor its
        contrast yet, and the checks must not depend on when they look.
        """
        features = {"prefers-color-scheme": name, "prefers-reduced-motion": "reduce"}
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": key, "value": value} for key, value in features.items()]},
        )

    def scripts(self, on: bool) -> None:
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})

    def open(self, path: str) -> None:
        self.driver.get(self.base + path)

    def leave(self, act: Callable[[], object]) -> None:
        """Do what leads to another page, and wait until that page has loaded.

        The address changes before the page is there, and texts may be on both pages; that
        the old root element is gone is the only sure sign. While pages change the driver may
        answer with errors of its own (“Node … does not belong to the document”): not yet.
        """
        old = self.one("html")
        act()
        patient = WebDriverWait(self.driver, 60, ignored_exceptions=(WebDriverException,))
        patient.until(staleness_of(old))
        patient.until(
            lambda driver: driver.execute_script("return document.readyState") == "complete"
        )

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def text(self) -> str:
        return str(self.one("body").text)

    def violations(self) -> list[str]:
        """What axe finds that is serious or critical, by rule and element."""
        self.driver.execute_script(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
            " 'wcag22aa', 'best-practice']}).then(done);"
        )
        return [
            f"{item['id']}: {node['html'][:160]} — {node['failureSummary'][:200]}"
            for item in found["violations"]
            if item["impact"] in {"serious", "critical"}
            for node in item["nodes"]
        ]

    def overflow(self) -> int:
        """How far the page is wider than the window."""
        return int(self.run("return document.documentElement.scrollWidth - window.innerWidth;"))

    def complaints(self) -> list[str]:
        """What the console says: blocked content, script errors, missing files."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(SHOTS / f"{name}-{self.width}.png"))
