"""What keeps hostile text from becoming more than text on a page, each with the way to switch it off.

Those that only a browser sees the want of stand in `IN_BROWSER`, with what it must look for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import jinja2
import pytest
from hostile_cases import Protection

from sitegen import folders, theme
from sitegen.archive import attachments
from sitegen.plan import feed
from sitegen.render import conversation, documents, files
from sitegen.search import shards
from sitegen.text import block_rules, code, highlighting, inline_rules, links, markdown, math, render_state, syntax
from sitegen.theme import Theme
from sitegen.theme.compiled import CompiledTemplates
from sitegen.theme.faults import TemplateFolder

Off = Callable[[pytest.MonkeyPatch], None]
NEVER = re.compile(r"(?!)")


def _instead(*places: tuple[object, str, object]) -> Off:
    """Puts something else in the place of names of modules or classes."""

    def switch_off(patch: pytest.MonkeyPatch) -> None:
        for owner, name, value in places:
            patch.setattr(owner, name, value)

    return switch_off


def _in_templates(before: str, after: str) -> Off:
    """Changes the text of every template."""

    def switch_off(patch: pytest.MonkeyPatch) -> None:
        original = TemplateFolder.get_source

        def changed(self: TemplateFolder, environment: jinja2.Environment, name: str) -> tuple[str, str, object]:
            source, *more = original(self, environment, name)
            return source.replace(before, after), *more  # type: ignore[return-value]

        patch.setattr(TemplateFolder, "get_source", changed)

    return switch_off


def _in_assets(name: str, before: str, after: str) -> Off:
    """Changes what pages load: whatever `before` (a regular expression) fits in files whose path ends with `name`."""

    def switch_off(patch: pytest.MonkeyPatch) -> None:
        original = Theme.static_files

        def changed(self: Theme) -> Any:
            found = 0
            for path, content in original(self):
                if not path.endswith(name):
                    yield path, content
                    continue
                text, number = re.subn(before, after, content.decode("utf-8"))
                found += number
                yield path, text.encode("utf-8")
            assert found, f"nothing in {name} is like {before}"

        patch.setattr(Theme, "static_files", changed)

    return switch_off


# --- ways to do without ----------------------------------------------------------------------------------------------


def _raw_html(patch: pytest.MonkeyPatch) -> None:
    def parser() -> Any:
        made = syntax_parser()
        made.options["html"] = True
        return made.enable(["html_block", "html_inline"])

    def as_it_is(state: render_state.RenderState, token: Any) -> None:
        state.out.append(token.content)
        state.shown.append(token.content)

    syntax_parser = syntax.parser.__wrapped__
    patch.setattr(syntax, "parser", parser)
    patch.setitem(block_rules._RULES, "html_block", lambda state, tokens, at: as_it_is(state, tokens[at]))
    patch.setitem(inline_rules._RULES, "html_inline", as_it_is)


def _raw_text(self: render_state.RenderState, content: str) -> None:
    self.line.append(content)
    self.out.append(content)


def _any_scheme(address: str) -> str:
    return re.sub(r"[^!-~]|[\"<>]", "", address) if ":" in address else ""


def _as_given(address: str) -> str:
    """As `links.safe_address` without its change of backslashes."""
    return links._encoded(address) if links._WEB.fullmatch(address) else ""


def _percent_encoded(address: str) -> str:
    return quote(address, safe=":/?#[]@!$&'()*+,;=%")


def _loaded_image(state: render_state.RenderState, address: str, alt: str, title: str) -> None:
    state.out.append(f'<img class="image" src="{links.quoted(address)}" alt="{links.quoted(alt)}">')
    state.shown += [alt, title]


def _aligned_by_style(state: render_state.RenderState, tokens: Any, index: int) -> None:
    style = tokens[index].attrs.get("style", "")
    state.out.append(f'<{tokens[index].tag} style="{style}">')


def _closed(state: render_state.RenderState, tokens: Any, index: int) -> None:
    state.out.append(f"</{tokens[index].tag}>")
    state.line.append(" ")


def _id_of_words(state: render_state.RenderState, tokens: Any, index: int) -> None:
    state.above.append(1)
    state.out.append(f'<{block_rules._heading(state)} id="{links.quoted(tokens[index + 1].content)}">')


def _every_lexer(info: str) -> str:
    words = info.split()
    return words[0].lower() if words and words[0].isalnum() else ""


def _without_escaping(patch: pytest.MonkeyPatch) -> None:
    original = jinja2.Environment

    def environment(**settings: Any) -> jinja2.Environment:
        return original(**{**settings, "autoescape": False})

    patch.setattr(jinja2, "Environment", environment)
    # What was compiled with escaping is not to be used here, nor what is compiled here later on.
    patch.setattr(theme, "compiled_templates", lambda *_: CompiledTemplates())


def _any_attribute(element: Any) -> str:
    return "".join(f' {name}="{value}"' for name, value in element.attrib.items())


def _unchanged(text: str) -> str:
    return text


def _showable_nowhere(patch: pytest.MonkeyPatch) -> None:
    for module in ("text.markdown", "text.plain", "text.code", "making"):
        patch.setattr(f"sitegen.{module}.showable", _unchanged)


def _resolver_of_all(attached: Any, stored: Any, root: str) -> Any:
    return lambda address: next((root + files.site_path(file) for file in stored.values()), None)


#: These are looked for in the search's data and in the feed.
INDEX, FEED = "data in scripts has no markup", "a feed is made of what XML can hold"
GROWTH = "a message grows only so far"
#: What is lost is looked for on a page that says it once.
LOSS = "words that don't arrive are missed"
_FORMULA = (inline_rules, "formula", math.formula.__wrapped__)

IN_MARKUP = (
    Protection("raw HTML is off in Markdown", _raw_html, ("html-script", "html-form", "html-names-of-objects")),
    Protection("text is escaped", _instead((render_state.RenderState, "text", _raw_text)), ("html-img-onerror",)),
    Protection(
        "attributes are quoted", _instead((links, "quoted", links.escaped), (inline_rules, "quoted", links.escaped)),
        ("link-quotes",),
    ),
    Protection("code and its caption are escaped",
               _instead((code, "escaped", _unchanged), (highlighting, "escaped", _unchanged)),
               ("fence-info", "fence-html")),
    Protection("only http, https and mailto become links", _instead((links, "safe_address", _any_scheme)),
               ("link-javascript", "link-javascript-entities", "link-other-schemes", "link-programs")),
    Protection("invisible characters leave an address", _instead((links, "_INVISIBLE", NEVER)),
               ("link-invisible-host",)),
    Protection("backslashes are read as browsers read them", _instead((links, "safe_address", _as_given)),
               ("link-backslash-host",)),
    Protection("what a link hides is told beside it", _instead((links, "hidden_host", lambda label, address: "")),
               ("link-other-host", "direction-of-host")),
    Protection("hosts are written in ASCII", _instead((links, "_encoded", _percent_encoded)),
               ("link-international-host",)),
    Protection("pages that a link leads to don't learn where it is", _instead((links, "REL", "nofollow")),
               ("link-other-host", "bare-address-marks", "picture-remote")),
    Protection("what has no scheme leads only to files of the conversation",
               _instead((inline_rules, "_local", lambda state, address: "" if ":" in address else address)),
               ("link-outside-path", "link-to-other-page", "picture-of-disk")),
    Protection("remote pictures are never loaded", _instead((inline_rules, "_absent_image", _loaded_image)),
               ("picture-remote", "picture-data")),
    Protection("the word behind a fence is one of a list",
               _instead((code, "language_of", lambda info: info.split(" ")[0])), ("fence-info", "fence-attributes")),
    Protection("cells are aligned by classes", lambda patch: [
        patch.setitem(block_rules._RULES, name, rule) for name, rule in (
            ("th_open", _aligned_by_style), ("td_open", _aligned_by_style), ("th_close", _closed), ("td_close", _closed)
        )] and None, ("table-alignment",)),
    Protection("ids are made of hashes and numbers",
               lambda patch: patch.setitem(block_rules._RULES, "heading_open", _id_of_words), ("heading-id",)),
    Protection("nesting has a limit",
               _instead((syntax, "NESTING", 10_000), (syntax, "parser", syntax.parser.__wrapped__)), ("deep-quotes",)),
    Protection(LOSS, _instead((markdown, "_survives", lambda source, shown: True)),
               ("deep-quotes", "deep-lists")),
    Protection(GROWTH, _instead((markdown, "_ALLOWANCE", 10**9)), ("grows-table",)),
    Protection("so many brackets are open at most", _instead((markdown, "_OPEN_BRACKETS", 10**9)),
               ("slow-pictures-some",)),
    Protection("lexers are those of a list", _instead((code, "language_of", _every_lexer)),
               ("fence-rare-language", "code-of-rare-language")),
    Protection("long code has no colours", _instead((highlighting, "_LONGEST", 10**9)), ("code-too-long",)),
    Protection("code in languages that are slow has no colours sooner", _instead((highlighting, "_LIMITS", {})),
               ("code-too-long-for-language",)),
    Protection("code of long lines has no colours", _instead((highlighting, "_LONGEST_LINE", 10**9)),
               ("fence-of-one-line",)),
    Protection("code of escaped quotes has no colours", _instead((highlighting, "_MOST_ESCAPED_QUOTES", 10**9)),
               ("code-of-escaped-quotes",)),
    Protection("code with runs of blanks has no colours", _instead((highlighting, "_RUN", NEVER)),
               ("fence-of-blanks",)),
    Protection("a formula's elements are those of a list",
               _instead((math, "_attributes", _any_attribute), _FORMULA), ("math-addresses",)),
    Protection("a formula's lengths have bounds",
               _instead((math, "_ATTRIBUTES", dict.fromkeys(math._ATTRIBUTES, re.compile(".*"))), _FORMULA),
               ("math-characters",)),
    Protection("texts are made of what a page can hold", _showable_nowhere, ("controls", "code-with-controls")),
    Protection("templates escape", _without_escaping, ("title-script", "model-with-element", "title-in-index")),
    Protection(INDEX, _instead((shards, "_UNSAFE", ())), ("snippet-html", "title-in-index")),
    Protection(FEED, _instead((feed, "showable", _unchanged)), ("controls",)),
    Protection("files get endings that run nothing",
               _instead((files, "_ENDINGS", {**files._ENDINGS, "text/plain": "html"})),
               ("html", "hta", "xhtml", "url-shortcut")),
    Protection("files are what their bytes say", _instead((attachments, "media_type_of", lambda head: "image/png")),
               ("html-named-png", "program")),
    Protection("drawings are never linked",
               _in_templates('file.media_type != "image/svg+xml"', "true"), ("svg-with-script",)),
    Protection("texts never link to drawings", _instead((conversation, "resolver", _resolver_of_all)),
               ("svg-with-script", "svg-behind-comment")),
    Protection("what is not seen is no name",
               _instead((conversation, "is_seen", bool), (files, "is_seen", bool), (folders, "is_seen", bool)),
               ("title-of-nothing",)),
    Protection("marks of direction in names are spelled out", _instead((files, "_DIRECTION", NEVER)), ("name-turned",)),
)  # fmt: skip

_APPENDED = """for (const child of children) {
      if (typeof child === "string") made.insertAdjacentHTML("beforeend", child);
      else made.append(child);
    }"""

IN_BROWSER = (
    Protection("results of the search are set as text",
               _in_assets("js/results.js", r"made\.append\(\.\.\.children\);", _APPENDED), ("snippet-html",)),
    Protection("notes of the search are set as text",
               _in_assets("js/search_page.js", r"line\.textContent = sentence", "line.innerHTML = sentence"),
               ("query-fault-html",)),
    Protection("a place is looked up as an id",
               _in_assets("js/folding.js", r"getElementById\(decodeURIComponent\(hash\.slice\(1\)\)\)",
                          "querySelector(decodeURIComponent(hash))"), ("hash-html", "hash-selector")),
    Protection("what runs is in a sandbox", _in_templates(' sandbox="allow-scripts"', ""), ("artifact-reaches-page",)),
    Protection("what runs can't leave its frame",
               _instead((documents, "VIEWER_POLICY", "script-src 'unsafe-inline'")), ("artifact-leaves-plainly",)),
    Protection("what is said of an address is shut in",
               _in_assets(".css", r"unicode-bidi: (?:isolate|plaintext);", ""), ("direction-of-host",)),
    Protection("marks that pile up are clipped",
               _in_assets("css/layout.css", r"clip-path: inset\(-4px -2rem\);", ""), ("stacked-marks",)),
)  # fmt: skip

PROTECTIONS = (*IN_MARKUP, *IN_BROWSER)

#: The last wall: with the templates' escaping gone, nothing but this keeps a script from running.
WITHOUT_ESCAPING: Off = _without_escaping
