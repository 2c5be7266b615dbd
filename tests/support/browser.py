"""A real browser without a window: Chromium and its driver as Debian packages them, told what to do by selenium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
IS_THERE = CHROMIUM is not None and DRIVER is not None

# Root, as in a container, needs the first; little shared memory, likewise, the second.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--headless=new", "--disable-gpu", "--no-first-run")


class Browser:
    """One window; `open` begins anew each time."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(
        self,
        page: Path,
        *,
        scripts: bool = True,
        dark: bool = False,
        paper: bool = False,
        width: int = 1100,
        fragment: str = "",
    ) -> None:
        """Shows the page; what it asks for and what it complains of is kept from here on."""
        self.driver.get("about:blank")
        self.log("browser")
        self.log("performance")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=[scheme])
        self.tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.driver.get(page.as_uri() + fragment)

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What came since it was last asked for."""
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def tell(self, command: str, **words: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, words)

    def ask(self, expression: str) -> Any:
        """What the expression is within the page; also where the page's own scripts may not run."""
        self.tell("Emulation.setScriptExecutionDisabled", value=False)
        return self.driver.execute_script(f"return {expression}")

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.log("browser")]

    def requests(self) -> list[str]:
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def type(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def click(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()


@contextmanager
def browser() -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
