"""The Markdown that chats are written in: CommonMark, tables, strikethrough, footnotes, formulas, bare addresses,
emphasis beside Chinese, Japanese and Korean.

Raw HTML is off, so it stays text, but for `<br>` in the cells of tables, whose lines nothing else can part. Addresses
pass through the parser untouched: whether one may become a link is decided when it is rendered (`links`). What a token
looks like on the page is `markdown`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, emphasis, strikethrough
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

from sitegen.text.links import address_end
from sitegen.text.math import LONGEST

NESTING = 100


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


@cache
def parser() -> MarkdownIt:
    """The one parser of a process."""
    options = {"html": False, "maxNesting": NESTING, "inline_definitions": True, "store_labels": True}
    parser = _Parser("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "wide_rows", _keep_wide_rows)
    parser.core.ruler.at("inline", _inline)
    parser.disable(["html_block", "html_inline"])
    parser.block.ruler.before(
        "fence", "formula", _formula_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("newline", "bare_address", _bare_address)
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.at("strikethrough", _beside_cjk(strikethrough.tokenize))
    parser.inline.ruler.at("emphasis", _beside_cjk(emphasis.tokenize))
    parser.inline.ruler.at("autolink", _autolink)
    parser.inline.ruler.before("autolink", "cell_break", _cell_break)
    parser.inline.ruler.after("image", "footnote_ref", _footnote_ref)
    return parser


def _keep_wide_rows(state: StateCore) -> None:
    """Puts what a table's row has beyond the columns of its head into its last cell: Markdown drops it."""
    if "|" not in state.src:
        return
    lines = state.src.split("\n")
    cells: list[Token] = []
    for before, token in pairwise(state.tokens):
        if before.type == "td_open":
            cells.append(token)
        elif token.type == "tr_close" and cells:
            assert cells[-1].map
            row = lines[cells[-1].map[0]].lstrip("> \t").removeprefix("|").rstrip()
            if row.removesuffix("|").count("|") >= len(cells):
                extra = filter(None, map(str.strip, escapedSplit(row)[len(cells) :]))
                cells[-1].content = " | ".join([cells[-1].content, *extra])
            cells = []


def _inline(state: StateCore) -> None:
    """The library's rule, but that `_cell_break` is told where it is."""
    for before, token in pairwise([Token("", "", 0), *state.tokens]):
        if token.type == "inline" and token.children is not None:
            state.env["in_cell"] = before.type in ("td_open", "th_open")
            state.md.inline.parse(token.content, state.md, state.env, token.children)


CELL_BREAK = re.compile("<br ?/?>", re.IGNORECASE)


def _cell_break(state: StateInline, silent: bool) -> bool:
    """`<br>` in the cell of a table, unless it is all that the cell holds: a table of HTML's elements."""
    found = CELL_BREAK.match(state.src, state.pos)
    if found is None or not state.env["in_cell"] or found[0] == state.src.strip():
        return False
    if not silent:
        state.push("hardbreak", "br", 0).markup = found[0]
    state.pos = found.end()
    return True


# --- emphasis ---------------------------------------------------------------------------------------------------

_InlineRule = Callable[[StateInline, bool], bool]

# Hangul, the signs and letters of Chinese, Japanese and Yi, and their wide and narrow forms.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffef"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


def _beside_cjk(tokenize: _InlineRule) -> _InlineRule:
    """The library's rule for emphasis, but that `*` and `~~` beside CJK may open before and close after anything but a
    blank. CommonMark asks for a blank or punctuation on one side of punctuation on the other, and in these scripts
    none stands there: `**重要。**次` would not be strong. (https://github.com/commonmark/commonmark-spec/issues/650)
    """

    def rule(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        if not tokenize(state, silent):
            return False
        before = state.src[start - 1] if start else " "
        after = state.src[state.pos] if state.pos < state.posMax else " "
        if state.src[start] != "_" and (_CJK.match(before) or _CJK.match(after)):
            for delimiter in state.delimiters[known:]:
                delimiter.open, delimiter.close = not after.isspace(), not before.isspace()
        return True

    return rule


# --- formulas ---------------------------------------------------------------------------------------------------

CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
DOLLAR = re.compile(r"\$(?![\s$,.;:!?])((?:[^$`\\]|\\.)*?(?:[^\s$`\\]|\\[^\s`]))\$(?![0-9A-Z_{$])", re.DOTALL)


def _formula(state: StateInline, silent: bool) -> bool:
    """`\\(x\\)`, `\\[x\\]`, `$$x$$`, and `$x$` where Pandoc takes it for one: no blank inside the dollars and no
    digit after them. A capital, `_` or `{` after them makes shell variables more likely, and no formula either.
    """
    source, start = state.src, state.pos
    if source[start] not in "\\$":
        return False
    opening = source[start : start + 2]
    if opening in CLOSING:
        end = source.find(CLOSING[opening], start + 2, min(state.posMax, start + LONGEST))
        if end < 0:
            return False
        tex, after = source[start + 2 : end], end + 2
    elif opening[0] == "$" and not source[start - 1 : start].isalnum():
        match = DOLLAR.match(source, start, min(state.posMax, start + LONGEST))
        if match is None:
            return False
        tex, after = match[1], match.end()
    else:
        return False
    if not tex.strip() or "`" in tex:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = tex
        token.block = opening in ("\\[", "$$")
    state.pos = after
    return True


def _formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Claims the lines of a display formula as one paragraph, so that no line in it is read as list or heading."""
    start, end_of_line = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    opening = state.src[start : start + 2]
    if opening not in ("\\[", "$$") or state.is_code_block(start_line):
        return False
    end = state.src.find(CLOSING[opening], start + 2, start + LONGEST)
    if end < end_of_line or "`" in state.src[start:end]:
        return False
    alone = not state.src[start + 2 : end_of_line].strip()
    line = start_line
    while state.eMarks[line] < end:
        line += 1
        if line >= end_line or (state.isEmpty(line) and not alone):
            return False
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False
    if silent:
        return True
    content = state.getLines(start_line, line + 1, state.blkIndent, False).strip()
    state.line = line + 1
    token = state.push("paragraph_open", "p", 1)
    token.map = [start_line, state.line]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = content, [start_line, state.line], []
    state.push("paragraph_close", "p", -1)
    return True


# --- addresses and notes ----------------------------------------------------------------------------------------

_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?$", re.IGNORECASE)
_ALLOWED_AUTOLINK = re.compile(r"<(?:https?://|mailto:|sandbox:|[^<>\s:]+@)", re.IGNORECASE)


def _bare_address(state: StateInline, silent: bool) -> bool:
    """`https://…` in running text, so that `_` and `*` inside an address are no emphasis."""
    source, colon = state.src, state.pos
    if source[colon] != ":" or not source.startswith("://", colon) or state.linkLevel:
        return False
    scheme = _SCHEME.search(source, max(0, colon - 6), colon)
    if scheme is None or not re.match(r"[\w\[]", source[colon + 3 : colon + 4]):
        return False
    end = min(address_end(source, scheme.start()), state.posMax)
    if end <= colon + 3:
        return False
    if not silent:
        if not state.pending.endswith(scheme[0]):
            return False
        state.pending = state.pending[: -len(scheme[0])]
        address = source[scheme.start() : end].replace("&amp;", "&")  # as anywhere else in Markdown
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1).info = "auto"  # as the library's rule for `<https://…>` says
    state.pos = end
    return True


def _autolink(state: StateInline, silent: bool) -> bool:
    """`<https://…>`, but not `<std::string>`, which CommonMark takes for an address too."""
    return _ALLOWED_AUTOLINK.match(state.src, state.pos) is not None and autolink(state, silent)


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    return state.src.startswith("[^", state.pos) and footnote_ref(state, silent)
