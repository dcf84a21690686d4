"""Hostile text in every place that text can stand in, from the model and from each provider's export to the page.

Each case becomes a conversation that says it everywhere: title, prompt, answer, code, tools, sources, files, names.
The example exports are imported too, with every text that they hold exchanged for a case in turn. What the pages
are made of is then looked at with `html.parser`, and they are opened in a browser without their security policy,
so that nothing but the way they are written protects them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT
from makers import START, message
from page_markup import Built
from playwright.sync_api import Page

from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import load_config
from sitegen.model import (
    Attachment,
    AudioBlock,
    Citation,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    Project,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.readers import find_exports
from sitegen.render.settings import conversation_path

OWNED = "window.OWNED=1"
CASES = (
    # markup
    f"<script>{OWNED}</script>",
    f"</script><!--<script>{OWNED}//--></script>",
    f"</title></style></textarea><script>{OWNED}</script>",
    "</p></div></details></article></main></body></html>",
    f"<img src=nowhere onerror={OWNED}>",
    f"\"><svg/onload={OWNED}><animate onbegin={OWNED}>",
    f"' autofocus onfocus={OWNED} x='",
    f"<details open ontoggle={OWNED}><summary>open</summary>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={OWNED}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={OWNED}>'>",
    "<base href='https://outside.example/'><meta http-equiv=refresh content='0;url=https://outside.example/'>",
    "<link rel=stylesheet href=https://outside.example/a.css><style>@import 'https://outside.example/b.css'</style>",
    "<picture><source srcset='https://outside.example/s 1x'><img></picture><video poster=https://outside.example/v>",
    f"<iframe srcdoc='<script>parent.OWNED=1</script>'></iframe><object data='data:text/html,{OWNED}'></object>",
    "<form action=https://outside.example/ id=main><input name=sitegen><a id=location></a></form>",
    "<plaintext><xmp><!-- <![CDATA[ <?php <!DOCTYPE x>",
    "&lt;script&gt; &#60;script&#62; &amp;lt; &#x202e; &#0; &#xD800;",
    # Markdown
    f"[one](javascript:{OWNED}) [two](JaVaScRiPt:{OWNED}) <javascript:{OWNED}>",
    f"[one](java&#9;script:{OWNED}) [two](&#10;javascript:{OWNED}) [three](javascript&colon;{OWNED})",
    f"[one][two]\n\n[two]: javascript:{OWNED} 'its title'",
    f"[one](https://a.example/\"onmouseover=\"{OWNED}) [two](https://a.example 'x\" onclick=\"{OWNED}')",
    "[one](//outside.example/x) [two](\\\\outside.example\\x) [three](../../../../etc/passwd) [four](file:///etc/hosts)",
    f"[one](data:text/html,<script>{OWNED}</script>) [two](vbscript:x) [three](blob:null/x) [four](about:blank)",
    "[https://bank.example](https://outside.example/) [x](https://bank.example@outside.example/)",
    "![one](https://outside.example/p.png?words=secret) ![two][three]\n\n[three]: https://outside.example/q.png",
    f"![\" onerror={OWNED} x=\"](y.png) ![one](data:image/svg+xml;base64,PHN2Zz4=)",
    f"https://a.example/\"onclick=\"{OWNED} www.a.example/'onclick='{OWNED} <https://a.example/\"x>",
    f"```\"><img src=x onerror={OWNED}>\ncode of it\n```",
    f"~~~{{.python onclick={OWNED}}}\n</code></pre><script>{OWNED}</script>\n~~~",
    "```html\n<!-- <script>\n</script> -->\n```\n\n    <b>indented</b>\n\n`<i>inline</i>`",
    f"|a|b|\n|:-:|-:|\n|<img src=x onerror={OWNED}>|c|left over|\n\n- [x] <b>done</b>\n- [ ] \"open",
    f"$</math><script>{OWNED}</script>$ \\(\\href{{javascript:{OWNED}}}{{x}}\\) \\[\\style{{position:fixed}}{{y}}\\]",
    "$\\text{</mtext><img src=x>}$ $\\unicode{x3c}b\\unicode{x3e}$ $\\class{a\" onclick=\"b}{z}$",
    f"note[^1] and [^\"><b>\n\n[^1]: <script>{OWNED}</script>\n\n# <h1 id=main> {{#main .x onclick=y}}",
    "> " * 150 + "deep down",
    "".join("  " * depth + f"- level{depth}\n" for depth in range(60)),
    # characters
    "one\0two\x07three\x1b]8;;https://outside.example\x1b\\four\x7f\x85\u2028five\u2029six\ufffe",
    "half \ud800 of \udfff a pair",
    "invoice \u202egnp.exe\u2066 and \u200bzero\u2060width\ufeff",
    "e" + "\u0301" * 300 + " " + "\U0001f468\u200d" * 50,
    "\U000f0000 private \U00100000 planes \ue200cite\ue202turn0search0\ue201 \u30100\u2020source\u3011",
    "a" * 5_000,
    "   ",
    "",
    # names and words that programs take for more than words
    "__proto__",
    "constructor toString hasOwnProperty valueOf then length",
    "../../../../outside/file",
    "C:\\outside\\CON.txt:stream. ",
    "a/b?c#d%2e%2e%2fe&f=g",
    "$(touch outside) `id` ; --help %s %(x)d",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %>",
    "title:^~ +one -two three* \"four",
    "image/svg+xml",
    "text/html; charset=utf-7",
    "drawing.svg",
    "page.html.png",
    "sediment://\"><b>",
    # what providers hide in text
    "<grok:render card_id='x'><argument name='citation_id'>\"><b></argument></grok:render>",
    f"<xai:tool_usage_card><xai:tool_args><![CDATA[{{\"q\":\"<script>{OWNED}</script>\"}}]]></xai:tool_args>",
    f"<antArtifact identifier='x' type='text/html' title='</script>'><script>{OWNED}</script></antArtifact>",
    "[citation:1][citation:99999999999999999999]",
    '{"content": "<b>", "queries": [{"q": "<i>"}], "__proto__": null}',
    # what could be taken for a number or a date
    "-1e999",
    "99999999999999999999999999999999",
    "9999-12-31T23:59:59+14:00",
)  # fmt: skip


# --- the site --------------------------------------------------------------------------------------------------------


def everywhere(text: str, number: int) -> Conversation:
    """A conversation that says `text` in every place that the model has."""
    source = Source(text, text, text, text)
    file = Attachment(f"{number}{text}", text, text, 5, 7, 9, text)
    cited = TextBlock(text, tuple(Citation(place, (source,)) for place in (0, len(text) // 2, len(text))))
    document = DocumentBlock(text, text, text, text, text, 1, text)
    pieces = (
        cited,
        TextBlock(text, cited.citations, plain=True),
        CodeBlock(text, text, text),
        CodeBlock(text, "html", text),
        ReasoningBlock(text, text, 1.5),
        ToolCallBlock(text, text, "json", "", text),
        ToolResultBlock(text, (TextBlock(text), SourceListBlock((source,), text), ImageBlock(file, text)), text, True),
        ToolCallBlock("web search", json.dumps({"query": text}), "json"),
        ToolCallBlock(text, text, text, text),
        ImageBlock(file, text, text),
        AudioBlock(file, text),
        FileBlock(file),
        FileBlock(file, text),
        document,
        DocumentBlock(text, text, text, "text/html"),
        QuoteBlock(text, source),
        SourceListBlock((source, source), text),
        NoticeBlock(text, "warning"),
        UnknownBlock(text, json.dumps({text: text})),
    )
    messages: tuple[Message, ...] = (
        message("system", "system", text, hidden=True, author=text),
        message(f"ask {text}", "user", f"{text}\n\nneedle{number}", "system", 1, author=text, model=text),
        message("answer", "assistant", parent=f"ask {text}", minutes=2, blocks=pieces, model=text, status=text),
        message("other", "assistant", text, f"ask {text}", 3, author=text, model=text, status="stopped"),
        message("tool", "tool", text, "answer", 4, author=text),
    )
    return Conversation(
        source="chatgpt",
        id=f"{number}{text}",
        title=text,
        created=START,
        updated=START,
        messages=messages,
        active_leaf="tool",
        model=text,
        project=Project(text, text),
        flags=(text,),
        summary=text,
        url=text,
    )


def said_everywhere(number: int) -> Conversation:
    """The conversation of a case. Readers let no lone surrogates through, and neither does this."""
    return everywhere(CASES[number].encode("utf-8", "replace").decode(), number)


#: Keys whose values tell a reader what it reads; everything else that is text is exchanged.
KEPT = re.compile(
    r"(?:^|_)(?:id|ids|type|role|uuid|parent|children|time|at|date|node|status)$|Id$|At$|^(?:sender|value|name)$"
    r"|originalName|tag_order|numberLong|asset_pointer|parent_message_uuid|parent_response_id"
)


def hostile(value: Any, next_case: Callable[[], str], key: str = "") -> Any:
    """A provider's JSON with its texts exchanged; one in two longer texts keeps its words, with the case after."""
    if isinstance(value, dict):
        return {name: hostile(member, next_case, name) for name, member in value.items()}
    if isinstance(value, list):
        return [hostile(member, next_case, key) for member in value]
    if not isinstance(value, str) or (KEPT.search(key) and " " not in value):
        return value
    case = next_case()
    return f"{value}\n\n{case}" if len(value) > 40 and len(case) % 2 else case


def write_hostile_exports(folder: Path) -> None:
    """The example exports with every text exchanged for one of the cases, in turn."""
    shutil.copytree(ROOT / "example_export", folder, ignore=shutil.ignore_patterns("*.toml"))
    numbers = count()

    def next_case() -> str:
        return CASES[next(numbers) % len(CASES)]

    for path in sorted(folder.rglob("*.js*")):
        if re.search(r"user|account|manifest|settings|auth|billing", path.name):
            continue
        text = path.read_text("utf-8")
        start = re.search(r"(?:^|= )(?=[\[{])", text)
        assert start is not None
        value = hostile(json.loads(text[start.end() :]), next_case)
        path.write_text(text[: start.end()] + json.dumps(value), "utf-8")


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of all cases and of the hostile exports."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile_exports(folder / "exports")
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            for number in range(len(CASES)):
                archive.put(said_everywhere(number))
        for export, recognised in find_exports(folder / "exports"):
            summary = import_export(archive, export, recognised)
            assert summary.problems == []
        build_site(archive, folder / "site", load_config(None), jobs=1)
    return folder / "site"


# --- what the pages are made of --------------------------------------------------------------------------------------


def test_built__sees_what_must_not_be_there(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p onclick=x><b>a</p><a href=javascript:x></a><!-- --><p style=x id=a><p id=a><script>x</script>")
    assert len(Built(page).faults) >= 8
    assert Built(page).ids["a"] == 2


@pytest.fixture(scope="session")
def built(hostile_site: Path) -> dict[Path, Built]:
    """Every page of the site, taken apart."""
    return {path: Built(path) for path in sorted(hostile_site.rglob("*.html")) if "run" not in path.parts}


def test_hostile__pages_hold_only_what_their_templates_and_the_renderer_write(built: dict[Path, Built]) -> None:
    assert {path: page.faults for path, page in built.items() if page.faults} == {}


def test_hostile__every_page_has_its_frame_once_and_its_links(built: dict[Path, Built], hostile_site: Path) -> None:
    for path, page in built.items():
        found = {tag: page.tags[tag] for tag in ("html", "head", "body", "title", "main", "footer")}
        assert set(found.values()) == {1}, (path, found)
        up = "../" * len(path.relative_to(hostile_site).parents[1:])
        places = [unquote(link).removeprefix(up) for link in page.site_links]
        assert len(places) == 5 and set(places) <= {
            *("dates/index.html", "folders/index.html", "sources/index.html", "imports/index.html", "search.html"),
            "#main",
        }, (path, places)


def test_hostile__links_lead_to_files_of_the_site_and_to_ids_that_are_unique(
    built: dict[Path, Built], hostile_site: Path
) -> None:
    for path, page in built.items():
        assert [name for name, number in page.ids.items() if number > 1] == [], path
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert target.is_relative_to(hostile_site.resolve()) and target.is_file(), (path, link)
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in built[hostile_site / target.relative_to(hostile_site.resolve())].ids


def test_hostile__file_names_are_made_of_nothing_that_was_said(hostile_site: Path) -> None:
    names = [path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*") if path.is_file()]
    assert [name for name in names if not re.fullmatch(r"\.?[A-Za-z0-9/_.-]{1,120}", name) or "OWNED" in name] == []
    assert len({name.lower() for name in names}) == len(names)
    assert not list(hostile_site.rglob("*.svg.*")) and {path.suffix for path in (hostile_site / "files").iterdir()} <= {
        *(".png", ".webp", ".wav", ".txt", ".csv", ".bin", ".jpg"),
    }


WORDS = re.compile(r"[^\W_]{2,}")
NOT_WORDS = re.compile(r"data:\S+|\w*(?:&#?\w+;?\w*)+|[\0-\x1f\ud800-\udfff]")


@pytest.mark.parametrize("number", range(len(CASES)))
def test_hostile__no_word_is_lost(number: int, built: dict[Path, Built], hostile_site: Path) -> None:
    case = CASES[number]
    page = built[hostile_site / conversation_path(said_everywhere(number))]
    said = " ".join(page.text)
    found = set(WORDS.findall(said)) | set(WORDS.findall(unquote(said)))
    assert set(WORDS.findall(NOT_WORDS.sub(" ", case))) <= found
    assert page.path.stat().st_size < 200_000 + 200 * len(case)


# --- in a browser ----------------------------------------------------------------------------------------------------

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
LOOK = """() => {
  const count = (selector) => document.querySelectorAll(selector).length;
  return [typeof window.OWNED, count("body > header"), count("body > main"), count("body > footer"),
          count("script:not([src])"), location.href];
}"""


@pytest.fixture(scope="session")
def unprotected_site(hostile_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site with the security policy taken out of every page."""
    folder = tmp_path_factory.mktemp("unprotected") / "site"
    shutil.copytree(hostile_site, folder)
    for path in folder.rglob("*.html"):
        text, number = POLICY.subn("", path.read_text("utf-8"))
        assert number == 1, path
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture
def faults(page: Page, unprotected_site: Path) -> Iterator[list[str]]:
    """What a page did that it must not; checked at the end."""
    inside = unprotected_site.as_uri() + "/"
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if not request.url.startswith(inside) else None)
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda entry: found.append(entry.text) if entry.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.context.on("page", lambda opened: found.append(f"a window opened: {opened.url}"))
    page.context.set_offline(True)
    yield found
    assert found == []


@pytest.mark.browser
def test_look__sees_what_ran_and_what_was_asked_for(page: Page, tmp_path: Path) -> None:
    path, asked = tmp_path / "page.html", []
    page.on("request", lambda request: asked.append(request.url))
    path.write_text("<header></header><main></main><main></main><img src=nowhere onerror=window.OWNED=1>")
    page.goto(path.as_uri())
    assert page.evaluate(LOOK) == ["number", 1, 2, 0, 0, path.as_uri()]
    assert asked == [path.as_uri(), (tmp_path / "nowhere").as_uri()]


@pytest.mark.browser
def test_hostile__nothing_runs_loads_or_leads_away(page: Page, faults: list[str], unprotected_site: Path) -> None:
    cases = {unprotected_site / conversation_path(said_everywhere(number)) for number in range(len(CASES))}
    # Of the others, which were all looked at above, one in six: opening a page takes a sixth of a second.
    others = set(unprotected_site.rglob("*.html")) - set((unprotected_site / "run").rglob("*")) - cases
    for path in sorted(cases) + sorted(others)[::6]:
        page.goto(path.as_uri())
        assert page.evaluate(LOOK) == ["undefined", 1, 1, 1, 0, path.as_uri()], path


@pytest.mark.browser
def test_hostile__a_models_name_stays_inside_the_page(page: Page, faults: list[str], unprotected_site: Path) -> None:
    number = CASES.index("a" * 5_000)
    page.goto((unprotected_site / conversation_path(said_everywhere(number))).as_uri())
    names = page.locator(".fact, .speaker, .message-model, .message-line .flag")
    assert names.count() > 4
    boxes = names.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().right - innerWidth)")
    assert max(boxes) <= 0


@pytest.mark.browser
@pytest.mark.parametrize("query", ["needle0", "script onerror", "__proto__", '"<img src=x onerror=window.OWNED=1>"'])
def test_hostile__search_shows_text_as_text(page: Page, faults: list[str], unprotected_site: Path, query: str) -> None:
    page.goto((unprotected_site / "search.html").as_uri())
    page.get_by_role("searchbox").fill(query)
    page.locator(".result").first.wait_for()
    strange = "[data-search-results] :not(li, ol, h2, a, p, mark, span, bdi, time)"
    assert page.locator(strange).count() == 0
    page.locator(".result a").first.click()
    page.locator("main h1").wait_for()
    assert page.evaluate("typeof window.OWNED") == "undefined"
