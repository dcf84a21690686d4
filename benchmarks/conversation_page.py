"""What a very long conversation costs in Chromium, opened from disk.

    python benchmarks/conversation_page.py --messages 3000 --times 5

One conversation in turns of a prompt and an answer with code, tables, lists and formulas is rendered by the default
theme into a folder that is thrown away. Each time it is opened in a browser of its own. Counted are the first paint
with content; when the page was ready: loaded, and its last task of over 50 ms ended; the time between frames while the
whole page is scrolled through in steps of `--step` pixels; what JavaScript holds after a collection, and the private
memory of the page's process (`RssAnon`). Shown are medians of the runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Playwright, sync_playwright
from search_page import CHROMIUM, memory

from sitegen.config import Config
from sitegen.model import Conversation, Message, TextBlock
from sitegen.pages import SiteView
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.text import palettes_css
from sitegen.theme import load_theme

WORDS = ("page", "reader", "holds", "what", "was", "said", "when", "each", "answer", "came", "order", "find", "again")

WATCH = """
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => [e.startTime, e.duration])))
    .observe({ type: "longtask", buffered: true });
"""
OPENED = """
  async () => {
    await new Promise((done) => setTimeout(done, 1500));
    const [page] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    const before = window.tasks.filter(([start]) => start < page.loadEventEnd + 1500);
    return [paint, Math.max(page.loadEventEnd, ...before.map(([start, took]) => start + took))];
  }
"""
SCROLL = """
  async (step) => {
    const frames = [];
    const frame = () => new Promise(requestAnimationFrame);
    let last = await frame();
    for (let still = 0; still < 3;) {
      const before = window.scrollY;
      window.scrollBy({ top: step, behavior: "instant" });
      const now = await frame();
      frames.push(now - last);
      last = now;
      still = window.scrollY === before ? still + 1 : 0;
    }
    return frames;
  }
"""


class Opened(NamedTuple):
    """One opening: milliseconds, and megabytes."""

    paint: float
    ready: float
    p50: float
    p95: float
    longest: float
    heap: float
    private: float


def answer(numbers: random.Random) -> str:
    """An answer in Markdown, of about 1,500 characters."""

    def said(count: int) -> str:
        return " ".join(numbers.choices(WORDS, k=count)).capitalize() + "."

    code = "\n".join(
        f"    total_{n} = add(total, {n})  # {numbers.choice(WORDS)}" for n in range(numbers.randint(3, 60))
    )
    rows = "\n".join(f"| {numbers.choice(WORDS)} | {n} | {numbers.random():.3f} |" for n in range(5))
    parts = [
        said(60),
        f"```python\ndef run(total):\n{code}\n    return total\n```",
        f"| name | place | share |\n|---|---:|---:|\n{rows}",
        "\n".join(f"{n}. {said(12)}" for n in range(1, 5)),
        "The sum is $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$, and $$\\int_0^1 x^2\\,dx = \\frac{1}{3}.$$",
        said(80),
    ]
    return "\n\n".join([parts[0], *numbers.sample(parts[1:], k=3)])


def conversation(count: int, seed: int) -> Conversation:
    """So many messages in one branch; the same for the same seed."""
    numbers = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    messages: list[Message] = []
    for place in range(count):
        by_person = place % 2 == 0
        text = " ".join(numbers.choices(WORDS, k=20)) if by_person else answer(numbers)
        above = str(place - 1) if place else None
        messages.append(
            Message(
                id=str(place),
                role="user" if by_person else "assistant",
                parent=above,
                blocks=(TextBlock(text),),
                created=start + timedelta(minutes=place),
            )
        )
    return Conversation(
        source="chatgpt",
        id="long",
        title="A long conversation",
        messages=tuple(messages),
        created=start,
        updated=start,
        active_leaf=str(count - 1),
    )


def write_page(folder: Path, count: int, seed: int) -> Path:
    """The conversation's page with the theme's files beside it."""
    theme = load_theme("default")
    for path, content in (*theme.static_files(), ("css/code.css", palettes_css().encode())):
        file = folder / "assets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    settings = Settings(Config(), "UTC", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})
    page = render_conversation(conversation(count, seed), {}, settings).page
    file = folder / "page.html"
    file.write_text(theme.render("conversation.html", SiteView("Chats", "", (), "", "sitegen"), page), "utf-8")
    return file


def opened(playwright: Playwright, address: str, step: int) -> Opened:
    """The page opened once, in a browser of its own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    try:
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        paint, ready = page.evaluate(OPENED)
        frames = sorted(page.evaluate(SCROLL, step))
        heap, private = memory(browser, page)
    finally:
        browser.close()
    return Opened(paint, ready, median(frames), frames[int(len(frames) * 0.95)], frames[-1], heap, private)


def main() -> None:
    """Prints the medians."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--messages", type=int, default=3000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--times", type=int, default=5, help="how often the page is opened")
    options.add_argument("--step", type=int, default=600, help="pixels that each frame scrolls")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = write_page(Path(folder), chosen.messages, chosen.seed)
        size = file.stat().st_size
        print(
            f"{chosen.messages:,} messages: {size / 1e6:.1f} MB, {size / chosen.messages:,.0f} bytes each", flush=True
        )
        runs = [opened(playwright, file.as_uri(), chosen.step) for _ in range(chosen.times)]
    values = Opened(*map(median, zip(*runs, strict=True)))
    print(f"first paint {values.paint:,.0f} ms, ready {values.ready:,.0f} ms")
    print(f"frames of a full scroll: p50 {values.p50:.0f}, p95 {values.p95:.0f}, longest {values.longest:.0f} ms")
    print(f"memory: {values.heap:.1f} MB of JavaScript, {values.private:.0f} MB private")


if __name__ == "__main__":
    main()
