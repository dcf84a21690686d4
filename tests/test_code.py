"""Highlighted code: its shape, its words, its limits, its colours."""

import re
from html import unescape
from pathlib import Path

import pytest

import sitegen
from sitegen.text import language_label, palettes_css, render_code, render_markdown
from sitegen.text.highlighting import _lexer, longest
from sitegen.text.languages import _LANGUAGES, language_of
from sitegen.theme import load_theme

LANGUAGES = [line.split(" ", 1)[0] for line in _LANGUAGES.strip().splitlines()]


def words(markup: str) -> str:
    code = re.search(r"<pre><code[^>]*>(.*)</code></pre>", markup, re.DOTALL)
    assert code
    return unescape(re.sub(r"<[^>]+>", "", code[1]))


def test_code__has_caption_and_classes() -> None:
    assert render_code("def f():\n    return '<b>'  # no\n", "py") == (
        '<figure class="code" data-language="python"><figcaption>Python</figcaption>'
        '<pre><code dir="ltr" translate="no"><span class="k">def</span> <span class="nf">f</span>():\n'
        '    <span class="k">return</span> <span class="s">\'&lt;b&gt;\'</span>  <span class="c"># no</span>'
        "\n</code></pre></figure>\n"
    )


def test_code__without_a_language_is_plain() -> None:
    expected = '<figure class="code"><pre><code dir="ltr" translate="no">a &lt; b</code></pre></figure>\n'
    assert render_code("a < b", "") == expected
    assert render_code("a < b", "plaintext") == expected


@pytest.mark.parametrize(
    ("info", "caption"),
    [
        ("python", "Python"),
        ("{.python}", "Python"),
        ("python:src/a.py", "Python src/a.py"),
        ('ts title="a  b"', "TypeScript title=&quot;a b&quot;"),
        ("{.python onclick=x}", "Python onclick=x"),
        ("text title=x", "title=x"),
        ("mermaid", "mermaid"),
        ("makefile", "makefile"),
        ('x" onclick="y', "x&quot; onclick=&quot;y"),
        ('"><img src=x>', "&quot;&gt;&lt;img src=x&gt;"),
        ("a" * 50, "a" * 50),
    ],
)
def test_caption__keeps_what_stands_behind_the_fence(info: str, caption: str) -> None:
    result = str(render_code("a < b", info))
    assert re.findall("<figcaption>(.*?)</figcaption>", result.replace('"', "&quot;")) == [caption]


def test_code__is_the_same_in_markdown() -> None:
    assert render_markdown("```C++\nint a;\n```\n", prefix="m").html == render_code("int a;", "cpp")
    assert "<figcaption>C++ title=x</figcaption>" in render_markdown("```C++ title=x\nint a;\n```\n", prefix="m").html


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("py", "Python"),
        ("C#", "C#"),
        ("c++", "C++"),
        ("TSX", "TSX"),
        ("{.python}", "Python"),
        ("python:src/a.py", "Python"),
        ("js title=a", "JavaScript"),
        ("dockerfile", "Dockerfile"),
        ("make", ""),
        ("rst", ""),
        ("mermaid", ""),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_language_label(name: str, label: str) -> None:
    assert language_label(name) == label


@pytest.mark.parametrize("language", ["python", "", "bash"])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\n\tb\n", "a\n\tb\n"),
        ("a\n\n", "a\n\n"),
        ("a  \r\nb\r\n", "a  &#13;\nb&#13;\n"),
        ("10 %\r20 %\r\nnext\n", "10 %&#13;<br>20 %&#13;\nnext\n"),
    ],
)
def test_code__keeps_tabs_and_the_ends_of_lines(text: str, kept: str, language: str) -> None:
    html = str(render_code(text, language))
    assert words(html.replace("<br>", "")) == text
    assert kept == re.sub(r"</?span[^>]*>", "", html.partition('translate="no">')[2].partition("</code>")[0])


@pytest.mark.parametrize(("text", "lines"), [("a\n" * 41, 41), ("a\n" * 40 + "b", 41), ("a\r\n" * 133, 133)])
def test_long_code__can_be_folded_and_stays_whole(text: str, lines: int) -> None:
    html = str(render_code(text, "python"))
    assert html.startswith('<figure class="code code-long"')
    assert f"Show all {lines} lines" in html
    assert words(html) == text


@pytest.mark.parametrize("text", ["", "a\n" * 40, "a\n" * 39 + "b", "a" * 10_000])
def test_code_up_to_forty_lines__is_not_folded(text: str) -> None:
    assert "<details" not in render_code(text, "python")


def test_languages__are_never_guessed() -> None:
    package = Path(sitegen.__file__).parent
    assert [path for path in package.rglob("*.py") if "guess_lexer" in path.read_text("utf-8")] == []


SAMPLE = (
    '\n\n  first\t# \'quote "x" <tag a="b">&amp; /* c */ // d\n<?php $a = [1, 0x2F, 3.5e1]; ?>\n'
    "class A extends B { public static int f(x: string, y) { return `t${x}`; } }\n  - key: value \\\nend\n\n"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language__keeps_every_character(language: str) -> None:
    assert language_of(language) == language
    assert words(render_code(SAMPLE, language)) == SAMPLE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("x = 1\n" * 4_000, "python"),
        ("x = '" + "a" * 3_000 + "'", "python"),
        ("if x:\n" + " \n" * 300 + "    pass", "python"),
        ("#if\n" + "(" * 400, "c"),
    ],
)
def test_text_that_could_take_long__stays_plain(text: str, language: str) -> None:
    result = render_code(text, language)
    assert "<span" not in result.partition("</pre>")[0]
    assert words(result) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_bound__no_lexer_sees_more_than_its_share(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    class Watching:
        def get_tokens_unprocessed(self, text: str) -> list[tuple[int, object, str]]:
            seen.append(len(text))
            return []

    monkeypatch.setattr("sitegen.text.highlighting._lexer", lambda *_: Watching())
    line = "a = 1;\n"
    for text in (
        line * (longest(language) // len(line)),
        line * (longest(language) // len(line) + 2),
        "a " * 1_001,
        "a" * 300,
        "a" + "(" * 300,
        "a" + " " * 200,
        "\n" * 201,
    ):
        assert words(render_code(text, language)) == text
    assert len(seen) == 1 and seen[0] <= longest(language) <= 20_000


@pytest.mark.parametrize("language", ["java", "csharp", "groovy"])
def test_bound__lexers_for_methods_take_few_words_before_the_name(language: str) -> None:
    patterns = [
        rule[0]
        for lexer in type(_lexer(language)).__mro__[:1]
        for rules in vars(lexer)["tokens"].values()
        for rule in (rules.values() if isinstance(rules, dict) else [rules])
        for rule in (rule if isinstance(rule, list) else [rule])
        if type(rule) is tuple and isinstance(rule[0], str)
    ]
    assert patterns and not [pattern for pattern in patterns if r"\s+)+?)" in pattern]


def test_php__is_coloured_without_its_tag() -> None:
    assert 'class="k"' in render_code("if ($x) { return 1; }", "php")


def test_controls__become_visible() -> None:
    assert "␛[31m" in render_code("\x1b[31m", "bash")


# --- colours ----------------------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rules(css: str) -> tuple[list[str], list[str], list[str]]:
    """The rules for light, for dark by choice, for dark by the system."""
    light, chosen, system = css.split("@media screen")
    assert chosen.startswith(" {") and system.startswith(" and (prefers-color-scheme: dark) {")
    return (
        [line for line in light.splitlines() if line.startswith(".code")],
        [line for line in chosen.splitlines() if line.startswith('  :root[data-theme="dark"] .code')],
        [line for line in system.splitlines() if line.startswith('  :root:not([data-theme="light"]) .code')],
    )


def grounds() -> list[tuple[str, str]]:
    """Every ground that code can stand on in the default theme, as its light and its dark colour."""
    css = (load_theme("default").folders[-1] / "static/css/colours.css").read_text("utf-8")
    found = re.findall(r"--(?:ground|ground-soft|accent-soft): light-dark\((#\w{6}), (#\w{6})\)", css)
    assert len(found) == 6
    return found


def test_palettes__have_enough_contrast_in_light_and_dark_and_on_paper() -> None:
    light, dark, system = rules(palettes_css())
    assert len(light) == len(dark) == len(system) > 15
    for light_ground, dark_ground in (*grounds(), ("#ffffff", "#2a2a26")):
        for ground, lines in ((light_ground, light), (dark_ground, dark), (dark_ground, system)):
            for line in lines:
                color = re.search(r"color: (#[0-9a-f]{6})", line)
                assert color and contrast(color[1], ground) >= 4.5, (line, ground)


def test_palettes__cover_all_classes_in_use() -> None:
    used = set(re.findall(r'<span class="(\w+)">', "".join(render_code(SAMPLE, language) for language in LANGUAGES)))
    assert used <= set(re.findall(r"^\.code \.(\w+) ", palettes_css(), re.MULTILINE))
    assert len(used) > 8
