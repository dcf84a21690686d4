"""Message text as Markdown for other programs: what is escaped, what is rewritten, what stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from sitegen.text import Mark
from sitegen.text.portable import fenced, link, one_line_text, plain_text, portable_markdown

#: Another program: CommonMark with raw HTML, tables and footnotes.
OTHER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)


def resolve(address: str) -> str | None:
    return "attachments/x.png" if address in ("sandbox:/mnt/data/x.png", "x.png") else None


def portable(text: str, **options: object) -> str:
    return portable_markdown(text, "3", resolve=resolve, **options)  # type: ignore[arg-type]


def inlines(text: str):
    for token in OTHER.parse(text):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A heading\n\n- a *list*", "# A heading\n\n- a *list*"),
        ("a <b>bold</b> claim", "a \\<b>bold\\</b> claim"),
        ("<!-- gone?", "\\<!-- gone?"),
        ("1 < 2 and `a <b>`", "1 < 2 and `a <b>`"),
        ("<https://a.example> <std::string>", "<https://a.example> \\<std::string>"),
        ("![pixel](https://a.example/p.png)", "\\![pixel](https://a.example/p.png)"),
        ("![plot](sandbox:/mnt/data/x.png)", "![plot](attachments/x.png)"),
        ("[data](<x.png>)", "[data](attachments/x.png)"),
        ("[a](javascript:alert(1))", "[a]\\(javascript:alert(1))"),
        ("[up](../../secret.md)", "[up]\\(../../secret.md)"),
        ("[a](https://a.example/b_(c) 'T')", "[a](https://a.example/b_(c) 'T')"),
        ("see [[a note]] and [[1]](https://a.example)", "see \\[\\[a note]] and [\\[1\\]](https://a.example)"),
        ("#tag and # no, C#", "\\#tag and # no, C#"),
        ("%%hidden%% 5 %", "\\%\\%hidden\\%\\% 5 %"),
        ("==a== b == c", "=\\=a== b == c"),
        ("words ^anchor", "words \\^anchor"),
        ("{{< youtube x >}} {{% y %}}", "{\\{< youtube x >}} {\\{% y %}}"),
        ("costs $5 or $6", "costs \\$5 or \\$6"),
        ("so \\(a<b\\) and $x_1$", "so $a< b$ and $x_1$"),
        ("\\[\nx^2\n\\]", "$$\nx^2\n$$"),
        ("`\n> <b>`", "`\n> \\<b>`"),
        ("# `\n<b>`", "# `\n\\<b>`"),
        ("e `\n<script>`", "e `\n\\<script>`"),
        ("!](http://![x](s)", "!]\\(http://\\![x]\\(s)"),
        ("- `\n- <b>`", "- `\n- \\<b>`"),
        ("> `\n<b>`", "> `\n<b>`"),
        ("|a|b|\n|-|-|\n|`|<b>`|\n|`<b>`|c|", "|a|b|\n|-|-|\n|`|\\<b>`|\n|`<b>`|c|"),
        ("|a<br>|\n|-|\n|b<br>`<br>`\\<br><b>|\n\nc<br>", "|a<br>|\n|-|\n|b<br>`<br>`\\<br>\\<b>|\n\nc\\<br>"),
        ("https://a.example/x_y#z?q=$1&r=[[2]]", "https://a.example/x_y#z?q=$1&r=[[2]]"),
        ("already \\$5 \\<b>", "already \\$5 \\<b>"),
        ("````\n```\n<b> #tag $5\n```\n````", "````\n```\n<b> #tag $5\n```\n````"),
        ("    <indented> #code", "    <indented> #code"),
        ("```py\nx = 1", "```py\nx = 1\n```"),
        ("~~~\nx\n", "~~~\nx\n~~~"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_portable__what_others_would_misread(text, expected):
    assert portable(text) == expected


def test_portable__single_line_breaks_of_prompts_are_kept():
    assert portable("one\ntwo\n\n- three\n  four\n\n```\na\nb\n```", breaks=True) == (
        "one  \ntwo\n\n- three  \n  four\n\n```\na\nb\n```"
    )


def test_portable__definitions_and_footnotes_of_two_texts_stay_apart():
    text = "[a][1], [1], [1][] and a note[^n].\n\n[1]: https://a.example\n[^n]: Words"
    one = portable(text)
    other = portable(text.replace("https://a", "https://b"), part=2)
    assert "[3.1-1]: https://a.example" in one
    assert "[^3.1-n]: Words" in one
    html = OTHER.render(f"{one}\n\n{other}")
    assert html.count('href="https://a.example"') == html.count('href="https://b.example"') == 3
    assert html.count('class="footnote-item"') == 2


def test_portable__refused_definition_is_text():
    assert "\\[1]: javascript:x" in portable("[a][1]\n\n[1]: javascript:x")


def mark(position: int, number: int) -> Mark:
    return Mark(position, number, "", "", "")


def test_portable__citations_become_footnotes_outside_of_code():
    text = "Known fact.\n\n```\ncode\n```"
    assert portable(text, marks=[mark(10, 1), mark(10, 2)]) == "Known fact[^3-1][^3-2].\n\n```\ncode\n```"
    inside = portable(text, marks=[mark(text.index("code") + 2, 1)])
    assert "```\ncode\n```" in inside
    assert inside.count("[^3-1]") == 1


def test_plain__shows_every_character():
    text = "# no heading\n- no list\n1. neither\n    <b>x</b>\n===\n---\n|a|\n~~~\n&amp; *a* `b` https://a.example/x_y"
    html = OTHER.render(plain_text(text))
    assert html.count("<p>") == 1
    assert not re.search("<(h1|ul|ol|b|pre|hr|table|em|code)>", html)
    assert "&amp;amp;" in html


@pytest.mark.parametrize("text", ["https://a.example/![x](https://b.example/p.png)", "www.a.example[x](../y)"])
def test_plain__no_picture_or_link_begins_inside_an_address(text):
    tokens = list(inlines(plain_text(text)))
    assert not [token for token in tokens if token.type in ("image", "link_open")]
    assert "".join(token.content for token in tokens if token.type == "text") == text


@given(st.text("ab `~\n", max_size=60), st.sampled_from(["", "python", "c++", "bad info`"]))
def test_fenced__holds_any_code(text, language):
    tokens = OTHER.parse(f"{fenced(text, language)}\n\nafter")
    assert [token.type for token in tokens][:2] == ["fence", "paragraph_open"]
    assert tokens[0].content == (text if text.endswith("\n") else f"{text}\n")


def test_one_line__is_one_line_and_no_markup():
    assert one_line_text("a\n*b* [[c]]") == "a \\*b\\* \\[\\[c\\]\\]"


def test_link__refused_address_is_left_out():
    assert link("A [title]", "https://a.example/(x)") == "[A \\[title\\]](<https://a.example/(x)>)"
    assert link("t", "javascript:x") == "t"


_LETTERS = (
    "a word|<b>|<br>|</details>|<!--|<script>|![p](http://x.example/p)|[l](x.png)|[l](../y)|```|~~~py|`|``|$|$$|\\("
)
_LETTERS += "|\\)|\\[|\\]|[[w]]|%%|==|#t|- |> |1. |\n|\n\n|    |\\|*|**|_|](|[1]|[1]: https://a.example|[^n]|[^n]: q"
_LETTERS += "|{{<|&amp;|\t|https://a.example/b|| --- |"
PIECES = st.lists(st.sampled_from(_LETTERS.split("|")), max_size=25).map("".join)


@given(PIECES)
def test_portable__no_text_makes_html_loads_a_picture_or_reaches_beyond_its_end(text):
    out = portable(text)
    tokens = list(inlines(f"{out}\n\n## After\n\nlast"))
    assert {token.content for token in tokens if token.type in ("html_inline", "html_block")} <= {"<br>"}
    assert {token.attrGet("src") for token in tokens if token.type == "image"} <= {"attachments/x.png"}
    assert "After" in [token.content for token in tokens if token.type == "inline"]


@given(PIECES)
def test_portable__no_word_gets_lost(text):
    # What stands behind a fence's first ticks is its language to every reader, and stays in the file.
    shown = "".join(
        token.info + ("".join(part.content for part in token.children) if token.children else token.content)
        for token in OTHER.parse(portable(text))
    )
    assert shown.count("word") >= text.count("word")


@pytest.mark.parametrize(
    "piece", ["[", "`", "``x`", "$", "\\(", "](", "![", "[[", "<a", "#x ", "[a]: ", "\n> ", "%%", "*"]
)
def test_portable__long_repetition_comes_to_an_end(piece):
    text = piece * (60_000 // len(piece))
    assert portable(text)
