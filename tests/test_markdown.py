"""Markdown to trusted HTML: the markup itself (fixtures), what may never get through, and what may never get lost."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file
from text_markup import inspect

from sitegen.text import CodeText, Mark, RenderedText, render_markdown, render_plain

FIXTURES = Path(__file__).parent / "data" / "markdown"
LOCAL = {"sandbox:/mnt/data/report.csv": "../files/report.csv", "sandbox:/mnt/data/cat.png": "../files/cat.png"}


def render(text: str, **options: object) -> RenderedText:
    return render_markdown(text, prefix="m1", **options)  # type: ignore[arg-type]


def html(text: str, **options: object) -> str:
    return str(render(text, **options).html)


CASES = [(path.stem, *case) for path in sorted(FIXTURES.glob("*.md")) for case in read_fixture_file(path)]


@pytest.mark.parametrize(
    ("source", "expected"), [pytest.param(*case[3:], id=f"{case[0]}:{case[1]} {case[2]}") for case in CASES]
)
def test_fixture(source: str, expected: str) -> None:
    assert html(source, resolve=LOCAL.get) == expected


# --- what may reach a page --------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</p></div></article><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><animate onbegin=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<style>*{background:url(http://evil.test)}</style>",
    "<link rel=stylesheet href=http://evil.test/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.test'>",
    "<base href=http://evil.test/>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=http://evil.test><input name=x autofocus onfocus=alert(1)></form>",
    "<picture><source srcset=http://evil.test/x></picture>",
    "<a id=location name=cookie href=javascript:alert(1)>x</a>",
    "<!-- open comment",
    "<![CDATA[ x ]]> <?php x ?> <!DOCTYPE x>",
    "</title></textarea></style></noscript><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert%281%29)",
    "[x](javascript&colon;alert&lpar;1&rpar;)",
    "[x](&#106;avascript:alert(1)) [y](java&#9;script:x) [z](&#10;javascript:x)",
    "[x](<java\tscript:alert(1)>)",
    "[x](\u0001javascript:alert(1)) [y](java\u200bscript:x) [z](\u202ejavascript:x)",
    "<javascript:alert(1)> <vbscript:x> <data:text/html,x>",
    "[x][r]\n\n[r]: javascript:alert(1) 'title'",
    '[r]: javascript:alert(1) "><img src=x>"',
    "[x](data:text/html;base64,PHNjcmlwdD4=) ![x](data:image/svg+xml,<svg>)",
    "[x](vbscript:x) [x](file:///etc/passwd) [x](blob:x) [x](filesystem:x) [x](intent://x) [x](ms-msdt:/id)",
    "[x](//evil.test/x) [x](\\\\\\\\evil.test\\\\x) [x](/etc/passwd) [x](..\\\\..\\\\x) [x](../../../x)",
    "[x](https:\\\\\\\\evil.test) [x](https:evil.test) [x](https:///evil.test) [x](https://)",
    "[x](https://good.test\\\\@evil.test/)",
    "[x](http://a\"onmouseover=alert(1)) [x](<http://a' onclick='x>)",
    '[x](http://a.test/ \'"><script>alert(1)</script>\') [y](http://a.test/ (" onclick="x))',
    "[x](view-source:file:///) [x](about:blank) [x](tel:1) [x](vscode://x) [x](chrome://x)",
    'http://evil.test/"onmouseover=alert(1)// https://evil.test/<script>',
    "https://evil.test/'onclick='x' www.evil.test/\"><script>",
    '![x](http://evil.test/x.png) ![" onerror=alert(1) x="](http://evil.test/y.png)',
    '![x](//evil.test/x.png) ![x](file:///x.png) ![x](x.png) ![]("onerror=alert(1))',
    '![x][r]\n\n[r]: http://evil.test/x.png "a\\" onerror=\\"x"',
    '![<script>alert(1)</script>](sandbox:/mnt/data/cat.png "<b>")',
    '```"><img src=x onerror=alert(1)>\nx\n```',
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "```javascript\n</code></pre><script>alert(1)</script>\n```",
    "```python\n'</span><script>'\n```",
    '~~~ <b> class="x" id=y\n</pre>\n~~~',
    "    </code></pre><script>alert(1)</script>",
    "`<script>alert(1)</script>` ``</code><b>``",
    "| <b> | onclick= |\n|:--:|---|\n| <script>alert(1)</script> | [x](javascript:x) |",
    "# <script>alert(1)</script> {#id onclick=x}",
    "# x {: #location onclick=alert(1) }",
    "[^<b>]\n\n[^<b>]: <script>alert(1)</script>",
    '[^"onclick=x]\n\n[^"onclick=x]: x',
    "- [x] <script>alert(1)</script>\n- [ ] [x](javascript:x)",
    "1e9. x\n\n999999999. y\n\n0. z",
    "$\\href{javascript:alert(1)}{x}$ \\(\\href{javascript:x}{y}\\)",
    "\\[\\style{position:fixed}{x} \\class{evil}{y} \\cssId{z}{w}\\]",
    "$\\text{<script>alert(1)</script>}$ $\\mathrm{<img src=x onerror=y>}$ $</math><script>$",
    "$\\unicode{x3c}script\\unicode{x3e}$ $&lt;script&gt;$ $\\text{&#x3c;script&#x3e;}$",
    '$\\color{red;background:url(x)}{x}$ $\\textcolor{"onclick=x}{y}$ $\\colorbox{url(x)}{z}$',
    '$\\rule{999em}{999em}$ $\\hspace{-999em}x$ $\\raise 9999em x$ $\\begin{array}{c"onload=x} a \\end{array}$',
    "$\\includegraphics{http://evil.test/x}$ $\\begin{script}alert(1)\\end{script}$ $\\operatorname{<b>}$",
    "$$</annotation></semantics></math><script>alert(1)</script>$$",
    "$\\def\\a{\\a\\a}\\a$ $\\newcommand{\\b}{<b>}\\b$",
    "\u202e\u2066txt.exe \u200b \u0000 \u001b[31m \ud800 \ufeff \u2028 \u0085",
    "{{7*7}} {% include '/etc/passwd' %} ${7*7} #{7*7} <%= 7 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62; &#x3c;b&#x3e;",
    "\U000f0000\U000ffffd\U00100000 private \ue000 use",
    "]]> --> */ '; \"; `; \\",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text__gives_allowed_markup_only(source: str) -> None:
    marks = [
        Mark(position, number, f"#s{number}", '"><script>', f"c{number}") for number, position in enumerate((0, 7, 99))
    ]
    for breaks in (True, False):
        for options in ({}, {"marks": marks}):
            assert inspect(html(source, resolve=LOCAL.get, breaks=breaks, **options)).faults == []
    assert inspect(str(render_plain(source, marks=marks).html)).faults == []


@pytest.mark.parametrize(
    "answer", ["javascript:x", "//evil.test/x", "/etc/x", "\\\\host\\x", "https://evil.test/x.png", "a b"]
)
def test_resolve__may_not_lead_out_of_the_site(answer: str) -> None:
    result = html("![x](sandbox:/x.png) [y](sandbox:/y)", resolve=lambda _: answer)
    assert "<img" not in result and "<a" not in result


def test_hostile_text__all_together() -> None:
    assert inspect(html("\n\n".join(HOSTILE))).faults == []


PIECES = [
    *(
        "*",
        "**",
        "_",
        "~~",
        "~",
        "`",
        "``",
        "```",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
    ),
    *("<b>", "&", "&amp;", "#", "- ", "+ ", "1. ", "> ", "|", "|-", "|---|", "---", "===", "[ ] ", "[x] ", "%", "{x}"),
    *(" ", "\n", "\n\n", "\t", "    ", "\r", "\0", "\u202e", "word", "ä", "中", "https://a.test/", "www.a.b", "://"),
    *("[^1]", "[^1]: ", "[a]: "),
]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.integers(-1, 200), max_size=4),
)
def test_any_text__is_safe_and_keeps_its_words_and_marks(source: str, positions: list[int]) -> None:
    marks = [Mark(position, number, f"#s{number}", "Title", f"c{number}") for number, position in enumerate(positions)]
    result = html(source, marks=marks)
    inspector = inspect(result)
    assert inspector.faults == []
    assert sorted(re.findall(r' id="(c\d+)"', result)) == sorted(mark.id for mark in marks)
    assert result.count("ä") >= source.count("ä")


# --- nothing gets lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "".join("  " * depth + f"- item{depth}z\n" for depth in range(60)),
        ">" * 150 + " deepest\n",
        "".join("> " * depth + f"level{depth}\n\n" for depth in range(120)),
    ],
)
def test_nesting__beyond_the_parser_is_shown_as_it_stands(source: str) -> None:
    result = render(source)
    words = set(re.findall(r"\w{2,}", source))
    assert words <= set(re.findall(r"\w{2,}", str(result.html)))
    assert words <= set(re.findall(r"\w{2,}", result.prose))
    assert '<pre class="plain" dir="auto">' in result.html


def test_wide_table__gives_way_to_plain_text() -> None:
    source = "|" + "a|" * 600 + "\n|" + ":-:|" * 600 + "\n" + "aa\n" * 105
    result = render(source)
    assert result.html.startswith("<pre")
    assert result.html.count("aa") == 105
    assert len(result.html) <= 20 * len(source) + 1_000_000


def test_long_paragraph__is_marked_for_the_style_sheet() -> None:
    text = "a " * 100_001
    assert html(text).startswith('<p class="long-text" dir="auto">')
    assert html(text[2:]).startswith('<p dir="auto">')
    assert render_plain(text).html.startswith('<p class="plain long-text" dir="auto">')
    assert html("[" * 200_001).startswith('<pre class="plain long-text" dir="auto">')


def test_definitions_and_notes_that_nothing_uses__are_shown() -> None:
    result = render("[Note]: https://a.example/path 'Words of it'\n[Note]: https://b.example\n\n[^n]: Lonely.\n")
    for words in ("Note", "https://a.example/path", "Words of it", "https://b.example", "Lonely."):
        assert words in result.html


def test_pictures__address_inside_a_description_is_not_lost() -> None:
    assert "hidden" in html("![see [docs](https://a.test/hidden)](b.png)")
    assert html("![see *docs*](b.png)").count("<pre") == 0


def test_controls_and_surrogates__become_visible() -> None:
    assert html("a\x1b[1m \x00 \ud800") == '<p dir="auto">a␛[1m ␀ \ufffd</p>\n'
    html("\ud83d").encode()
    assert html("a\x85b\x93c\ufffe \U0001ffff") == '<p dir="auto">a b\ufffdc\ufffd \ufffd</p>\n'


@pytest.mark.parametrize(
    "source",
    [
        "[" * 20_000,
        "![" * 5_000,
        "**x" * 10_000,
        ">" * 5_000 + "a",
        "a " * 100_000,
        "\n" * 100_000,
        "\\(" * 20_000,
        "\\[\n" * 10_000,
        "$a" * 20_000,
        "$$\n" * 9_999,
        "https://a.test/(" * 3_000,
        "www.a.b" * 5_000,
        "`" * 20_000,
        "".join("`" * length + " " for length in range(300)),
        "[a](" * 5_000,
        "<https://" * 5_000,
        "&amp;" * 20_000,
        "[^a]: " * 3_000,
        "[a]: b\n" * 5_000,
        "$" + "\\frac{" * 900 + "$",
        "a" * 200_000 + " &lt;",
    ],
    ids=lambda source: repr(source[:12]),
)
def test_bound__output_stays_in_proportion_and_keeps_its_words(source: str) -> None:
    result = html(source)
    assert len(result) <= 20 * len(source) + 1_001_000
    assert inspect(result).faults == []
    assert len(re.findall(r"[^\W_]{2,}", result)) >= len(re.findall(r"(?<![&\w])[^\W_]{2,}(?![;\w])", source)) / 2


@pytest.mark.parametrize(
    ("source", "is_plain"),
    [
        ("[" * 1_000, False),
        ("[" * 1_001, True),
        ("![" * 1_001, True),
        ("]" * 5_000 + "[" * 1_001, True),
        ("[" * 1_001 + "]" * 1_001, True),
        ("[" * 1_001 + "](a)" * 1_001, True),
        ("[a] " * 2_000, False),
    ],
)
def test_bound__of_brackets_that_are_open_at_once(source: str, is_plain: bool) -> None:
    assert str(html(source)).startswith('<pre class="plain"') is is_plain


# --- words ------------------------------------------------------------------------------------------------------


def test_prose__has_a_line_for_each_block_and_no_glued_words() -> None:
    source = (
        "# Title\n\nOne *two*\nthree  \nfour `code` $x^2$.\n\n| a | b |\n|---|---|\n| c | d |\n\n- x\n- y\n  - z\n\n"
        "```py\nhidden = 1\n```\n\n> said ![cat](c.png) [link](https://a.test)\n"
    )
    result = render(source)
    assert result.prose.split("\n") == [
        "Title",
        "One two three four code x^2.",
        "a b",
        "c d",
        "x",
        "y",
        "z",
        "said cat c.png link",
    ]
    assert result.code == (CodeText("hidden = 1\n", "python"),)


def test_breaks__keep_single_line_breaks() -> None:
    assert html("a\nb", breaks=True) == '<p dir="auto">a<br>\nb</p>\n'
    assert html("a\nb") == '<p dir="auto">a\nb</p>\n'


def test_plain__keeps_white_space_and_links_addresses() -> None:
    result = render_plain("a  <b>\n  *c* https://a.test/x.\n")
    assert result.html == (
        '<p class="plain" dir="auto">a  &lt;b&gt;\n  *c* <a href="https://a.test/x"'
        ' rel="noopener noreferrer nofollow">https://a.test/x</a>.\n</p>\n'
    )
    assert result.prose == "a  <b>\n*c* https://a.test/x."


def test_plain__line_breaks_at_the_start_are_as_many_as_were_written() -> None:
    assert render_plain("\n\na").html == '<p class="plain" dir="auto">\n\na</p>\n'
    # HTML drops the first one of a <pre>.
    assert html("\n" + "[" * 2_000).startswith('<pre class="plain" dir="auto">\n\n[')


def test_rendering__depends_on_its_arguments_only() -> None:
    source = "# A\n\n[x][y] [^1]\n\n[y]: https://a.test\n\n[^1]: n\n"
    first = render(source)
    render("# Other\n\n[y]\n\n[^1]: q\n")
    assert render(source) == first


def test_empty_text() -> None:
    assert render("") == render(" \n\n")
    assert render("").html == "" and render("").prose == ""


# --- citation marks ---------------------------------------------------------------------------------------------


def mark(position: int, number: int = 1) -> Mark:
    return Mark(position, number, f"#s{number}", f"Source {number}", f"c{number}")


def sup(*numbers: int) -> str:
    links = ", ".join(f'<a href="#s{n}" id="c{n}" title="Source {n}">{n}</a>' for n in numbers)
    return f'<sup class="citation">{links}</sup>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One.| Two.", f'<p dir="auto">One.{sup(1)} Two.</p>\n'),
        ("One|.", f'<p dir="auto">One{sup(1)}.</p>\n'),
        ("**One.**| Two", f'<p dir="auto"><strong>One.{sup(1)}</strong> Two</p>\n'),
        ("One |**two**", f'<p dir="auto">One{sup(1)} <strong>two</strong></p>\n'),
        ("`co|de` x", f'<p dir="auto"><code translate="no">code</code>{sup(1)} x</p>\n'),
        ("`code`| x", f'<p dir="auto"><code translate="no">code</code>{sup(1)} x</p>\n'),
        ("[la|bel](../x)", f'<p dir="auto">label <span class="address">(../x)</span>{sup(1)}</p>\n'),
        ("$x|$ y", None),
        ("One.\n\n|# Two\n", f'<p dir="auto">One.{sup(1)}</p>\n<h3 id="m1-h1" dir="auto">Two</h3>\n'),
        ("One.\n\n#| Two\n", f'<p dir="auto">One.{sup(1)}</p>\n<h3 id="m1-h1" dir="auto">Two</h3>\n'),
        ("|# Two\n", f'<h3 id="m1-h1" dir="auto">Two{sup(1)}</h3>\n'),
        ("- a\n- |b\n", f'<ul>\n<li dir="auto">a{sup(1)}\n</li>\n<li dir="auto">b\n</li>\n</ul>\n'),
        ("text\n|", f'<p dir="auto">text{sup(1)}</p>\n'),
    ],
)
def test_mark__at_a_place(source: str, expected: str | None) -> None:
    result = html(source.replace("|", "", 1), marks=[mark(source.index("|"))])
    assert result.count("<sup") == 1
    if expected is not None:
        assert result == expected


@pytest.mark.parametrize(
    "source",
    [
        "para\n\n```py\ncode = 1\n```\n\nnext",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nnext",
        "[label](https://a.test/x 'title') https://b.test/y <https://c.test>",
        "\\[\na + b\n\\] and \\(c\\) and $d$",
        "1. one\n2. two\n   - three\n\n> quote\n\n***\n\nend",
        "![alt](sandbox:/mnt/data/cat.png) text \\*escaped\\* &amp; more\n\n[a]: https://a.test 't'",
        "Title\n=====\n\n~~~\nfence\n~~~\n\n    indented\n\nA[^1]\n\n[^1]: note",
    ],
)
def test_marks__anywhere_all_appear_and_break_nothing(source: str) -> None:
    def shape(markup: str) -> list[str]:
        without = re.sub(r'<sup class="citation">.*?</sup>', "", markup).replace('<p class="citations"></p>', "")
        return re.findall(r"</?(?!a\b|span)\w+", without)

    expected = shape(html(source, resolve=LOCAL.get))
    for position in range(len(source) + 1):
        result = html(source, marks=[mark(position, 1), mark(position, 2)], resolve=LOCAL.get)
        assert re.findall(r' id="c(\d)"', result) == ["1", "2"], position
        assert inspect(result).faults == []
        # A mark may stand inside an address, where no provider puts one, but not part what makes up a block.
        assert shape(result) == expected, (source[:position], source[position:])


def test_marks__inside_the_address_of_a_definition_leave_it_whole() -> None:
    source = "[d]: https://a.test/x\n\nSee [one][d] and [two][d].\n"
    for position in range(source.index("https") + 1, source.index("\n") + 1):
        result = html(source, marks=[mark(position)])
        assert result.count('<a href="https://a.test/x"') == 2, source[:position]
        assert result.count(sup(1)) == 1


def test_marks__in_order_and_joined() -> None:
    result = html("One. Two.", marks=[mark(9, 3), mark(4, 1), mark(4, 2)])
    assert result == f'<p dir="auto">One.{sup(1, 2)} Two.{sup(3)}</p>\n'


def test_marks__without_a_place_go_to_the_end() -> None:
    assert html("", marks=[mark(0)]) == f'<p class="citations">{sup(1)}</p>\n'
    assert html("***\n", marks=[mark(2)]) == f'<hr>\n<p class="citations">{sup(1)}</p>\n'


def test_marks__where_there_is_no_word_near_take_no_time() -> None:
    began = time.process_time()
    marks = [Mark(4_000 + place, 1, "#a", "x", f"m-{place}") for place in range(300)]
    assert html("|" * 10_000, marks=marks).count("<a ") == 300
    assert time.process_time() - began < 5  # half a second; once it was a minute


def test_marks__and_private_use_characters_of_the_text() -> None:
    assert "\U000f0000" in html("a\U000f0000b", marks=[mark(1)])
    both = html("a\U000f0000\U00100000b", marks=[mark(1)])
    assert "\U000f0000\U00100000" in both and sup(1) in both


def test_marks__after_code_blocks() -> None:
    result = html("```\nx\n```\n\nend", marks=[mark(9)])
    assert f'</figure>\n<p class="citations">{sup(1)}</p>\n<p dir="auto">end' in result


def test_plain__marks_stand_at_their_place_and_after_addresses() -> None:
    result = str(render_plain("See https://a.test/x now", marks=[mark(3, 1), mark(10, 2)]).html)
    assert f"See{sup(1)} <a" in result and f"</a>{sup(2)} now" in result
