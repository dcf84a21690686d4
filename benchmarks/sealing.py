"""What sealing costs: time and size for the folder, and the wait of whoever opens it.

    python benchmarks/corpus.py --conversations 300 --output corpus/300.zip
    python benchmarks/sealing.py example_export corpus/300.zip

Each export is built into a plain site in a folder that is thrown away, sealed, sealed again without a change, and
unsealed, in processor seconds. Then Chromium opens it from disk, some times anew: counted is from the click on "Open"
to the home page with its scripts run, and from the click on a row to that conversation, both with 1,000,000 iterations.
Medians.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright
from search_page import CHROMIUM

from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.readers import find_exports
from sitegen.sealing import Reader, SealSummary, seal_site, unseal_site
from sitegen.theme import load_theme

PASSPHRASE = "six words that nobody would guess"


def timed(work: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> tuple[float, Any]:
    """Seconds by a clock, and what came of it."""
    started = clock()
    result = work()
    return clock() - started, result


def built(export: Path, folder: Path) -> Path:
    """The plain site of an export."""
    with Archive(folder / "archive", "UTC") as archive:
        for found, recognised in find_exports(export):
            with found:
                import_export(archive, found, recognised)
        build_site(archive, folder / "plain", Config())
    return folder / "plain"


def opened(page: Page, sealed: Path) -> tuple[float, float]:
    """Milliseconds from the passphrase to the home page, and from there to a conversation."""
    page.goto((sealed / "index.html").as_uri())
    page.get_by_label("Passphrase").fill(PASSPHRASE)

    def to_home() -> None:
        page.get_by_role("button", name="Open", exact=True).click()
        page.locator(".page-home").wait_for()
        page.locator(".lock-button").wait_for()

    def to_conversation() -> None:
        page.locator(".row-title").first.click()
        page.locator(".page-conversation").wait_for()
        page.locator(".lock-button").wait_for()

    return timed(to_home, time.perf_counter)[0] * 1000, timed(to_conversation, time.perf_counter)[0] * 1000


def megabytes(size: int) -> str:
    """For a table."""
    return f"{size / 1e6:.2f}"


def report(name: str, times: int, folder: Path) -> str:
    """The row of one export."""
    plain, sealed, theme = built(Path(name), folder), folder / "sealed", load_theme("default")
    readers = [Reader("reader", PASSPHRASE)]
    first_time, first = timed(lambda: seal_site(plain, sealed, readers, theme))
    again_time, again = timed(lambda: seal_site(plain, sealed, readers, theme, previous=sealed))
    assert isinstance(first, SealSummary)
    assert again.written == 0
    unseal_time, _ = timed(lambda: unseal_site(sealed, folder / "back", PASSPHRASE))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        waits = [opened(browser.new_context().new_page(), sealed) for _ in range(times)]
        browser.close()
    home, conversation = (median(wait[place] for wait in waits) for place in (0, 1))
    sizes = f"{megabytes(first.plain_size)} | {megabytes(first.sealed_size)}"
    took = f"{first_time:.2f} | {again_time:.2f} | {unseal_time:.2f}"
    return f"| {Path(name).name} | {first.files} | {sizes} | {took} | {home:.0f} | {conversation:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exports", nargs="+")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    print("| site | files sealed | plain, MB | sealed, MB | seal, s | again, s | unseal, s | unlock, ms | page, ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.exports:
        with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
            print(report(name, arguments.times, Path(folder)))


if __name__ == "__main__":
    main()
