"""Message text as Markdown that other programs read as the site does: Obsidian, Hugo, plain CommonMark.

The words stay; what another program would take for something else is escaped. Raw HTML (but for line breaks in tables),
tags, wiki links, comments and shortcodes are text here, pictures from elsewhere are links that nobody loads unasked,
formulas stand in dollars, and nothing that a message leaves open reaches beyond its end. What code holds is never
touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sitegen.text import links
from sitegen.text.citations import Mark, marked
from sitegen.text.markdown import too_many_open
from sitegen.text.portable_message import PortableMessage, joined, references
from sitegen.text.render_state import Resolve
from sitegen.text.rendered import FAILURES, showable

#: Longer texts are no Markdown that anybody wrote; they are kept as they stand, in a fence.
_LONGEST = 1_000_000

_LANGUAGE = re.compile(r"[\w+#.\-]{1,40}")
_TICKS = re.compile("`{3,}")
#: What begins some markup, in CommonMark or in Obsidian and Hugo, wherever it stands.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#|\w+;)|(?<!\S)[#^]|%(?=%)|=(?==)|\{(?=\{)")
_LINE_START = re.compile(r"^([ \t]*)(?:([-+]|-+(?=[ \t]*$)|=(?=[ \t]*$))|(\d{1,9})([.)]))(?=\s|$)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def fenced(text: str, language: str = "") -> str:
    """Code in a fence that is longer than any inside it. Only a plain word is kept as its language."""
    text = _lines(text)
    ticks = "`" * max(3, 1 + max((len(run[0]) for run in _TICKS.finditer(text)), default=0))
    info = language if _LANGUAGE.fullmatch(language) else ""
    return f"{ticks}{info}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{ticks}"


def one_line_text(text: str) -> str:
    """A text on one line, without markup: for titles, captions and labels of links."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(showable(text).split()))


def plain_text(text: str) -> str:
    """A text that is no Markdown, so that every character shows as itself; lines and indentation stay."""
    text = _lines(text).strip("\n")
    pieces, position = [], 0
    for start, end in links.bare_addresses(text):
        if "](" in text[start:end]:
            continue  # other programs would find a link or a picture in it
        pieces += [_MARKUP.sub(r"\\\g<0>", text[position:start]), text[start:end]]
        position = end
    pieces.append(_MARKUP.sub(r"\\\g<0>", text[position:]))
    escaped = _LINE_START.sub(_escaped_start, "".join(pieces))
    escaped = _INDENT.sub(lambda match: "\u00a0" * len(match[0].expandtabs(4)), escaped)
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", escaped)


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}\\{match[2]}" if match[2] else f"{match[1]}{match[3]}\\{match[4]}"


def link(label: str, address: str) -> str:
    """A link with a text that is no markup; only the text when the address is not one of the allowed kinds."""
    safe = links.safe_address(address)
    return f"[{one_line_text(label)}](<{safe}>)" if safe else one_line_text(label)


def portable_markdown(
    text: str,
    label: str,
    *,
    part: int = 1,
    marks: Sequence[Mark] = (),
    resolve: Resolve = lambda _: None,
    breaks: bool = False,
) -> str:
    """A message's Markdown for other programs. Never raises for any text.

    `label` and `part` keep the footnotes and link definitions of different texts in one file apart; a mark with the
    number 2 becomes the footnote `label-2`. `resolve` says where a file that the text names is, as a relative
    address, or None. With `breaks` a single line break is kept, as in what people type.
    """
    text = _lines(text)
    place = marked(text, marks)
    if len(text) <= _LONGEST and not too_many_open(text):
        try:
            return PortableMessage(place, label, part, resolve, breaks).written()
        except FAILURES:
            pass  # the parser or its rules gave up: the text is kept as it stands, below
    return joined([fenced(text), references(label, marks)])


def _lines(text: str) -> str:
    return showable(text).replace("\r\n", "\n").replace("\r", "\n")
