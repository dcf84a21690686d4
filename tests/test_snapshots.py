"""Whole pages of the example site, as they were when somebody last looked at them.

After a change that is meant: `pytest tests/test_snapshots.py --update-snapshots`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen import __version__

SNAPSHOTS = Path(__file__).parent / "data" / "site"

#: One page of each kind, and of each provider a conversation that shows much of what it can hold.
PAGES = {
    "home": "index.html",
    "month": "dates/2026/03.html",
    "year": "dates/2026/index.html",
    "folder": "folders/home-*.html",
    "source": "sources/grok.html",
    "search": "search.html",
    "chatgpt": "chats/chatgpt/2026/01-13-*.html",
    "claude": "chats/claude/2026/09-05-*.html",
    "grok": "chats/grok/2025/03-08-*.html",
    "grok_on_x": "chats/grok_on_x/2026/05-09-*.html",
    "deepseek": "chats/deepseek/2026/02-12-*.html",
}


@pytest.mark.parametrize("name", PAGES)
def test_snapshot__page_is_as_it_was_looked_at(name, example_site, update_snapshots):
    page = sorted(example_site.glob(PAGES[name]))[0]
    html = page.read_text("utf-8").replace(f"sitegen {__version__}", "sitegen VERSION")
    expected = SNAPSHOTS / f"{name}.html"
    if update_snapshots:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(html, "utf-8", newline="\n")
    assert html == expected.read_text("utf-8")
