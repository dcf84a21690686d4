"""Rendered Markdown in Chromium, in the default theme: what only the browser and the style sheets make of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page

from sitegen.text import render_markdown
from sitegen.theme import load_theme

BOXES = """selector => [...document.querySelectorAll(selector)].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left, box.right, box.top, box.bottom];
})"""


def boxes(page: Page, source: str, selector: str) -> list[list[float]]:
    """Left, right, top and bottom of each element that a text's rendering has for the selector."""
    sheets = dict(load_theme("default").static_files())
    styles = "".join(sheets[f"css/{name}.css"].decode() for name in ("colours", "layout", "conversation", "blocks"))
    content = render_markdown(source, prefix="m1").html
    blocks = f'<main class="page-conversation"><div class="blocks">{content}</div></main>'
    page.set_content(f"<style>{styles}</style>{blocks}")
    found: list[list[float]] = page.evaluate(BOXES, selector)
    return found


@pytest.mark.parametrize(
    "tex", [r"a \\ b", r"\begin{gather} a \\ b \end{gather}", r"\begin{multline} a \\[2pt] b \\ \end{multline}"]
)
def test_formula__lines_stand_below_each_other(page: Page, tex: str) -> None:
    (_, _, _, bottom), (_, _, top, _) = boxes(page, f"$${tex}$$", "mi")
    assert top >= bottom


def test_formula__aligned_sides_are_as_near_as_in_a_line(page: Page) -> None:
    gaps = []
    for tex in ("a = b", r"\begin{aligned} a &= b \\ c &= d \end{aligned}"):
        (_, end, *_), (start, *_) = boxes(page, f"$${tex}$$", "mi:not(:empty)")[:2]
        gaps.append(start - end)
    assert gaps[1] == pytest.approx(gaps[0], abs=1)


@pytest.mark.parametrize("source", ["8. [ ] one\n9. [x] two", "8. [ ] one\n\n9. [x] two"])
def test_task__in_a_numbered_list_keeps_its_number(page: Page, source: str) -> None:
    for (start, *_), (box, *_) in zip(boxes(page, source, "li"), boxes(page, source, "input"), strict=True):
        assert box >= start
    kinds = page.evaluate("[...document.querySelectorAll('li')].map((item) => getComputedStyle(item).listStyleType)")
    assert kinds == ["decimal", "decimal"]


def test_table__of_a_script_from_the_right_runs_from_the_right_with_even_gaps(page: Page) -> None:
    source = "| الاسم | السعر الكامل | Name |\n|---|---|---|\n| تفاح | 500 | apple |"
    cells = boxes(page, source, "th, td")
    (table,) = boxes(page, source, "table")
    (paper,) = boxes(page, source, "main")
    assert [first[0] > second[0] for first, second in pairwise(cells)] == [1, 1, 0, 1, 1]
    assert abs(table[1] - paper[1]) < abs(table[0] - paper[0])
    gaps = page.evaluate("""() => [...document.querySelectorAll("tr")].map((row) => {
        const words = [...row.cells].map((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect();
        });
        return Math.min(words[0].left - words[1].right, words[1].left - words[2].right);
    })""")
    assert min(gaps) >= 10
