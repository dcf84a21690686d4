"""Branches as a person reads along them: arrows, Back, permalinks, the outline and the map, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from makers import conversation, message
from playwright.sync_api import Page, expect

from sitegen.config import Config
from sitegen.pages import SiteView
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels, message_anchor
from sitegen.text import palettes_css
from sitegen.theme import load_theme
from sitegen.tree import ordered

SETTINGS = Settings(Config(), "UTC", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})

# Id, role, what it continues. a2 – p4 is the active branch; b1 forks again within the branch of a1.
ROWS = [
    ("q0", "user", None),
    ("a0", "assistant", "q0"),
    ("q1", "user", "a0"),
    ("a1", "assistant", "q1"),
    ("q2", "user", "a1"),
    ("b1", "assistant", "q2"),
    ("q3", "user", "b1"),
    ("b2", "assistant", "q2"),
    ("q4", "user", "b2"),
    ("a2", "assistant", "q1"),
    ("p3", "user", "a2"),
    ("a3", "assistant", "p3"),
    ("p4", "user", "a2"),
]
TEXT = "\n\n".join(f"A paragraph of {'some words ' * 30}" for _ in range(4))


def write_site(folder: Path, rows: list[tuple[str, str, str | None]], active: str) -> Path:
    theme = load_theme("default")
    for path, content in (*theme.static_files(), ("css/code.css", palettes_css().encode())):
        (folder / "assets" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "assets" / path).write_bytes(content)
    code = "\n\n```python\n" + "print(1)\n" * 50 + "```\n"
    tree = ordered(message(own, role, f"{own} {TEXT}{code if own == 'a0' else ''}", above) for own, role, above in rows)
    page = render_conversation(conversation("t", *tree, active_leaf=active), {}, SETTINGS).page
    file = folder / "page.html"
    file.write_text(theme.render("conversation.html", SiteView("Chats", "", (), "", "sitegen"), page), "utf-8")
    return file


@pytest.fixture
def forked(tmp_path: Path) -> Path:
    return write_site(tmp_path, ROWS, "p4")


def shown(page: Page) -> list[str]:
    """The first word of each message that can be seen, from top to bottom."""
    words: list[str] = page.evaluate(
        "[...document.querySelectorAll('.message')].filter((m) => m.checkVisibility({contentVisibilityAuto: false})"
        " && m.querySelector('.blocks').checkVisibility({contentVisibilityAuto: false}))"
        ".map((m) => m.querySelector('.blocks').textContent.trim().split(' ')[0])"
    )
    return words


def arrow(page: Page, own: str, name: str) -> None:
    page.locator(f"#{message_anchor(own)} .fork").get_by_role("link", name=name).click()


BEFORE, AFTER = "Version before this one", "Version after this one"
ACTIVE = ["q0", "a0", "q1", "a2", "p4"]
LEFT = ["q0", "a0", "q1", "a1", "q2", "b2", "q4"]
INNER = ["q0", "a0", "q1", "a1", "q2", "b1", "q3"]


def test_arrows__show_the_other_branch_from_the_fork_on_and_back_comes_again(page: Page, forked: Path) -> None:
    page.goto(forked.as_uri())
    assert shown(page) == ACTIVE
    arrow(page, "a2", BEFORE)
    assert shown(page) == LEFT
    arrow(page, "b2", BEFORE)
    assert shown(page) == INNER
    assert page.url.endswith(f"#{message_anchor('b1')}")
    page.go_back()
    expect(page.locator(f"#{message_anchor('b2')}")).to_be_visible()
    assert shown(page) == LEFT
    page.go_back()
    expect(page.locator(f"#{message_anchor('a2')}")).to_be_visible()
    assert shown(page) == ACTIVE
    page.go_forward()
    expect(page.locator(f"#{message_anchor('b2')}")).to_be_visible()
    assert shown(page) == LEFT
    arrow(page, "a1", AFTER)
    assert shown(page) == ACTIVE


def test_arrows__leave_what_stands_above_where_it_is(page: Page, forked: Path) -> None:
    page.goto(forked.as_uri())
    page.locator(f"#{message_anchor('a2')} .fork").evaluate("fork => fork.scrollIntoView({ block: 'center' })")
    above = f"document.getElementById('{message_anchor('q1')}').getBoundingClientRect().top"
    before = page.evaluate(above)
    arrow(page, "a2", BEFORE)
    assert abs(page.evaluate(above) - before) < 1
    focused = page.evaluate("document.activeElement.closest('.message').id")
    assert focused == message_anchor("a1")
    page.keyboard.press("Enter")
    assert shown(page) == ACTIVE
    assert abs(page.evaluate(above) - before) < 1


@pytest.mark.parametrize(("own", "expected"), [("b1", INNER), ("q4", LEFT), ("a2", ACTIVE), ("q0", ACTIVE)])
def test_permalink__opens_the_branch_of_its_message(page: Page, forked: Path, own: str, expected: list[str]) -> None:
    page.goto(f"{forked.as_uri()}#{message_anchor(own)}")
    expect(page.locator(f"#{message_anchor(own)}")).to_be_in_viewport()
    assert shown(page) == expected
    page.reload()
    assert shown(page) == expected


def test_search_result_in_a_branch__is_shown_along_it(page: Page, forked: Path) -> None:
    page.goto(f"{forked.as_uri()}?mark=b1#{message_anchor('b1')}")
    expect(page.get_by_role("toolbar", name="Words found")).to_be_visible()
    assert shown(page) == INNER
    expect(page.locator(f"#{message_anchor('b1')} mark").first).to_be_in_viewport()


def test_what_is_put_away__can_be_found_by_the_browser(page: Page, forked: Path) -> None:
    page.goto(f"{forked.as_uri()}#{message_anchor('b1')}")
    assert shown(page) == INNER
    away = page.locator("[hidden=until-found]")
    assert away.count() > 3
    # Find in the page does this before it shows what it has found.
    page.locator(f"#{message_anchor('p4')}").dispatch_event("beforematch", {"bubbles": True})
    assert shown(page) == ACTIVE
    assert away.count() == 3  # the branches


def test_outline__lists_the_prompts_of_the_branch_that_is_read(page: Page, forked: Path) -> None:
    page.set_viewport_size({"width": 1400, "height": 800})
    page.goto(forked.as_uri())
    prompts = page.locator("[data-outline] li")
    expect(prompts).to_have_count(3)
    arrow(page, "a2", BEFORE)
    expect(prompts).to_have_count(4)
    expect(page.locator("[data-outline] summary")).to_have_text("4 prompts")
    prompts.last.get_by_role("link").click()
    expect(page.locator("[data-outline] [aria-current]")).to_contain_text("q4")
    page.go_back()
    page.go_back()
    expect(prompts).to_have_count(3)


def test_map__leads_to_each_version_and_marks_the_way(page: Page, forked: Path) -> None:
    page.goto(forked.as_uri())
    page.get_by_text("Map of 3 forks").click()
    current = page.locator("[data-branch-map] [aria-current]")
    expect(current).to_have_count(2)
    page.get_by_role("link", name="Version 1 of 2: b1").click()
    assert shown(page) == INNER
    expect(page.locator(f"#{message_anchor('b1')}")).to_be_in_viewport()
    hrefs = current.evaluate_all("links => links.map(link => link.hash)")
    assert hrefs == [f"#{message_anchor(own)}" for own in ("a1", "b1")]


def test_without_script__every_branch_is_there_and_links_open_it(browser, forked: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(forked.as_uri())
    inner = page.locator(f"#{message_anchor('b1')}")
    expect(inner).not_to_be_visible()
    page.get_by_text("Map of 3 forks").click()
    page.get_by_role("link", name="Version 1 of 2: b1").click()
    expect(inner).to_be_in_viewport()
    page.goto(forked.as_uri())
    arrow(page, "a2", BEFORE)
    expect(page.locator(f"#{message_anchor('a1')}")).to_be_in_viewport()
    context.close()


def test_print__shows_the_branch_that_is_read(page: Page, forked: Path) -> None:
    page.goto(forked.as_uri())
    arrow(page, "a2", BEFORE)
    page.emulate_media(media="print")
    assert shown(page) == LEFT


def test_fold_and_unfold__are_a_pair(page: Page, forked: Path) -> None:
    page.goto(forked.as_uri())
    code = page.locator(".code-fold[open]")
    page.get_by_role("button", name="Unfold all").click()
    assert code.count() == 1
    assert shown(page) == ACTIVE
    page.get_by_role("button", name="Fold all", exact=True).click()
    assert code.count() == 0


def test_position__tells_which_message_of_how_many(page: Page, tmp_path: Path) -> None:
    rows = [(f"m{n}", "assistant" if n % 2 else "user", f"m{n - 1}" if n else None) for n in range(120)]
    page.goto(write_site(tmp_path, rows, "m119").as_uri())
    line = page.locator("[data-position]")
    expect(line).to_be_hidden()
    page.mouse.wheel(0, 3000)
    expect(line).to_be_visible()
    line.get_by_role("link", name="Last").click()
    expect(line).to_contain_text("Message 120 of 120")
    expect(page.locator(f"#{message_anchor('m119')}")).to_be_in_viewport()
    line.get_by_role("link", name="First").click()
    expect(page.locator(f"#{message_anchor('m0')}")).to_be_in_viewport()
