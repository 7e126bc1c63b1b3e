"""Small pictures of the answer card and the document page for the README.

    python scripts/screenshots.py            # writes docs/images/*.png

Indexes ``corpus/`` into a temporary folder, serves it, and takes the pictures with
Debian's chromium. Needs the development extra.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from waitress.server import create_server

from qa_engine import wiring
from qa_engine.settings import settings
from qa_engine_web import WebOptions, create_app

ROOT = Path(__file__).parents[1]
WIDTH = 1000
QUESTION = "首席质量官培训由哪个部门牵头？"
SET_QUESTION = "区经发局牵头哪些任务？"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--model", default=None, help="as for qa-engine")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings(Path(folder) / "index", model=arguments.model)
        wiring.index(chosen, [ROOT / "corpus"])
        with wiring.open_engine(chosen) as engine:
            app = create_app(engine, WebOptions(state=Path(folder) / "state"))
            server: Any = create_server(app, host="127.0.0.1", port=0)
            threading.Thread(target=server.run, daemon=True).start()
            base = f"http://127.0.0.1:{server.effective_port}"
            driver = browser(Path(folder) / "profile")
            try:
                take(driver, f"{base}/?q={quote(QUESTION)}", arguments.out / "answer.png", 760)
                link = driver.find_element("css selector", ".cites .source a").get_attribute("href")
                take(driver, str(link), arguments.out / "document.png", 620)
                take(driver, f"{base}/?q={quote(SET_QUESTION)}", arguments.out / "set.png", 620)
            finally:
                driver.quit()
                server.close()


def browser(profile: Path) -> webdriver.Chrome:
    """Debian's chromium without a window."""
    options = Options()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options, Service(shutil.which("chromedriver")))


def take(driver: webdriver.Chrome, address: str, path: Path, height: int) -> None:
    """One picture in 64 colours, which is enough for text and small."""
    size = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.get(address)
    picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
