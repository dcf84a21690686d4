"""The parser's tokens as markup and words.

Every element, class and attribute made here is a constant; every text and address is escaped; identifiers come
from the caller's prefix. A token that no rule below knows raises KeyError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sitegen.language import Language
from sitegen.text import links
from sitegen.text.citations import Mark, MarkedText, closing, markup
from sitegen.text.code import block
from sitegen.text.math import formula
from sitegen.text.rendered import LONG, CodeText, RenderedText, escaped, quoted

if TYPE_CHECKING:
    from markdown_it.token import Token

Resolve = Callable[[str], str | None]


class Renderer:
    """Renders one message. `out` collects markup, `line` the words of the current block, `prose` finished lines,
    `shown` everything that reached the page, `held` marks that wait for the end of the element they are in."""

    def __init__(self, prefix: str, place: MarkedText, resolve: Resolve, breaks: bool, spoken: Language) -> None:
        self.prefix = prefix
        self.spoken = spoken
        self.place = place
        self.resolve = resolve
        self.softbreak = "<br>\n" if breaks else "\n"
        self.out: list[str] = []
        self.line: list[str] = []
        self.prose: list[str] = []
        self.shown: list[str] = []
        self.code: list[CodeText] = []
        self.held: list[Mark] = []
        self.waiting = dict(place.groups)
        self.headings = 0
        self.above: list[int] = []  # the levels of the headings that the last one stands under, and its own
        self.link: _OpenLink | None = None
        self.used_labels: set[str] = set()
        self.footnotes: dict[str, int] = {}

    def render(self, wide_rows: bool) -> RenderedText:
        from sitegen.text.syntax import parser

        env: dict[str, Any] = {}
        tokens = parser(wide_rows).parse(self.place.text, env)
        if "references" in env:
            self.used_labels = used_labels_of(tokens)
        if "footnotes" in env:
            self.footnotes = dict(env["footnotes"]["refs"])
        self.blocks(tokens)
        rest = [mark for group in self.waiting.values() for mark in group]
        self.out.append(closing([*self.held, *rest, *self.place.rest]))
        return RenderedText(Markup("".join(self.out)), "\n".join(self.prose), tuple(self.code))

    def blocks(self, tokens: Sequence[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.type == "inline":
                self.inline(token.children or ())
            else:
                _BLOCKS[token.type](self, tokens, index)

    def inline(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "text":
                self.text(token.content)
            else:
                _INLINES[token.type](self, token)

    # marks

    def take(self, text: str) -> str:
        """The text without sentinels; their marks are held until `release`."""
        if not self.waiting or not self.place.pattern.search(text):
            return text
        for sentinel in self.place.pattern.findall(text):
            self.held.extend(self.waiting.pop(sentinel, ()))
        return self.place.pattern.sub("", text)

    def release(self, as_block: bool = False) -> None:
        if self.held and self.link is None:
            self.out.append(closing(self.held) if as_block else markup(self.held))
            self.held = []

    # words

    def say(self, text: str) -> None:
        self.line.append(text)

    def end_line(self) -> None:
        if self.line:
            self.shown.extend(self.line)
            if words := "".join(self.line).split():
                self.prose.append(" ".join(words))
            self.line = []

    # inline

    def text(self, content: str) -> None:
        if not content:
            return
        if self.waiting and self.place.pattern.search(content):
            if self.link is not None:
                content = self.take(content)
            else:
                self.text_with_marks(content)
                return
        self.line.append(content)
        if "www." in content and self.link is None:
            self.out.append(links.linked(content))
        else:
            self.out.append(content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def text_with_marks(self, content: str) -> None:
        position = 0
        words: list[str] = []
        for match in self.place.pattern.finditer(content):
            words.append(content[position : match.start()])
            self.out.append(escaped(words[-1]))
            self.held.extend(self.waiting.pop(match[0], ()))
            self.release()
            position = match.end()
        words.append(content[position:])
        self.out.append(escaped(words[-1]))
        self.line.append("".join(words))

    def softbreak_(self, _: Token) -> None:
        self.out.append(self.softbreak)
        self.line.append(" ")

    def hardbreak(self, _: Token) -> None:
        self.out.append("<br>\n")
        self.line.append(" ")

    def code_inline(self, token: Token) -> None:
        content = self.take(token.content)
        self.out.append(f'<code translate="no">{escaped(content)}</code>')
        self.line.append(content)
        self.release()

    def formula(self, token: Token) -> None:
        tex = self.take(token.content)
        words = " ".join(tex.split())
        math = formula(tex, token.block) or f'<code class="tex" translate="no">{escaped(tex.strip())}</code>'
        self.out.append(f'<span class="formula">{math}</span>' if token.block else math)
        self.line.append(f" {words} " if token.block else words)
        self.release()

    def footnote_ref(self, token: Token) -> None:
        label = self.take(token.meta["label"])
        number = self.footnotes.get(":" + token.meta["label"], 0) + 1
        self.out.append(f'<sup class="footnote"><a href="#{quoted(self.prefix)}-fn{number}">{escaped(label)}</a></sup>')
        self.shown.append(label)
        self.release()

    # links

    def link_open(self, token: Token) -> None:
        attributes = token.attrs
        address = self.take(str(attributes.get("href", "")))
        title = self.take(str(attributes.get("title", "")))
        self.link = _OpenLink(address, title, len(self.out), len(self.line))
        self.out.append("")

    def link_close(self, _: Token) -> None:
        link, self.link = self.link, None
        assert link is not None
        label = "".join(self.line[link.line :])
        has_label = len(self.out) > link.out + 1 and bool("".join(self.out[link.out + 1 :]).strip())
        if link.address != label:
            self.shown.append(link.address)
        if link.title:
            self.shown.append(link.title)
        local = self.local(link.address)
        address = links.safe_address(link.address)
        if local or address:
            self.out[link.out] = (
                links.local_link(local, link.title) if local else links.outside_link(address, link.title)
            )
            if not has_label:
                self.out.append(escaped(links.host_of(address) or links.visible(link.address)))
                self.line.append(links.host_of(address) or links.visible(link.address))
            self.out.append("</a>")
            self.out.append("" if local else links.host_note(links.hidden_host(label, address)))
        else:
            self.refused(label, link)
        self.release()

    def refused(self, label: str, link: _OpenLink) -> None:
        shown = links.visible(link.address)
        if link.title:
            self.out.append(f" {escaped(link.title)}")
        if shown and shown != label:
            self.out.append(f' <span class="address">({escaped(shown)})</span>')
            self.line.append(f" ({shown})")

    def local(self, address: str) -> str:
        """Where on the site the file is that an address names, or ""."""
        for candidate in dict.fromkeys((address, links.decoded(address))):
            if url := links.local_address(self.resolve(candidate)):
                return url
        return ""

    def image(self, token: Token) -> None:
        address = self.take(str(token.attrs.get("src", "")))
        alt = " ".join(self.take(_words(token.children or ())).split())
        title = self.take(str(token.attrs.get("title", "")))
        self.shown += [address, self.place.pattern.sub("", token.content), title]
        local = self.local(address)
        if local and _PICTURE.search(local):
            title_attribute = f' title="{quoted(title)}"' if title else ""
            self.out.append(
                f'<img class="image" src="{quoted(local)}" alt="{quoted(alt)}"{title_attribute}'
                ' loading="lazy" decoding="async">'
            )
            self.line.append(f" {alt} ")
        elif local and self.link is None:
            self.out.append(f"{links.local_link(local, title)}{escaped(alt or links.visible(address))}</a>")
            self.line.append(alt)
        else:
            self.absent_image(address, alt, title)
        self.release()

    def absent_image(self, address: str, alt: str, title: str) -> None:
        """A picture that isn't in the archive: its description and its address, never the picture."""
        shown = links.visible(address)
        safe = links.safe_address(address)
        text = escaped(shown)
        if safe and self.link is None:
            text = f"{links.outside_link(safe)}{text}</a>"
        words = " ".join(filter(None, (alt, title)))
        self.out.append(f'<span class="remote-image">{escaped(words)} <span class="address">{text}</span></span>')
        self.line.append(f" {words} {shown} ")

    # blocks

    def paragraph_open(self, tokens: Sequence[Token], index: int) -> None:
        if not tokens[index].hidden:
            # The first paragraph of an item or quotation leaves the direction to it, so that its marker follows.
            inside = index and tokens[index - 1].type in ("list_item_open", "blockquote_open")
            long = ' class="long-text"' if len(tokens[index + 1].content) > LONG else ""
            self.out.append(f"<p{long}>" if inside else f'<p{long} dir="auto">')

    def paragraph_close(self, tokens: Sequence[Token], index: int) -> None:
        self.out.append("\n" if tokens[index].hidden else "</p>\n")
        self.end_line()

    def heading_open(self, tokens: Sequence[Token], index: int) -> None:
        self.headings += 1
        level = int(tokens[index].tag[1:])
        while self.above and self.above[-1] >= level:
            self.above.pop()
        self.above.append(level)
        self.out.append(f'<{self.heading} id="{quoted(self.prefix)}-h{self.headings}" dir="auto">')

    def heading_close(self, tokens: Sequence[Token], index: int) -> None:
        self.out.append(f"</{self.heading}>\n")
        self.end_line()

    @property
    def heading(self) -> str:
        """The element of the last heading: below the message's own h2, and never more than one level below the heading
        that it stands under, whatever levels the text leaves out."""
        return f"h{min(_HIGHEST + len(self.above) - 1, 6)}"

    def ordered_list_open(self, tokens: Sequence[Token], index: int) -> None:
        start = tokens[index].attrs.get("start")
        self.out.append(f'<ol start="{int(start)}">\n' if start is not None else "<ol>\n")

    def list_item_open(self, tokens: Sequence[Token], index: int) -> None:
        self.shown.append(tokens[index].info)
        task = _task(tokens, index)
        if task is None:
            self.out.append('<li dir="auto">')
            return
        words = quoted(self.spoken.say("Done") if task else self.spoken.say("To do"))
        state = f' checked aria-label="{words}"' if task else f' aria-label="{words}"'
        self.out.append(f'<li class="task" dir="auto"><input type="checkbox" disabled{state}> ')

    def list_item_close(self, tokens: Sequence[Token], index: int) -> None:
        self.end_line()
        self.out.append("</li>\n")

    def table_open(self, tokens: Sequence[Token], index: int) -> None:
        label = quoted(self.spoken.say("Table"))
        self.out.append(f'<div class="table" tabindex="0" role="region" aria-label="{label}"><table>\n')

    def cell_open(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        tag = _cell_tag(token, tokens[index + 1])
        side = str(token.attrs.get("style", "")).removeprefix("text-align:")
        aligned = f' class="align-{side}"' if side in ("left", "center", "right") else ""
        self.out.append(f'<{tag}{aligned} dir="auto">')

    def cell_close(self, tokens: Sequence[Token], index: int) -> None:
        self.out.append(f"</{_cell_tag(tokens[index], tokens[index - 1])}>")
        self.line.append(" ")

    def row_close(self, tokens: Sequence[Token], index: int) -> None:
        self.out.append("</tr>\n")
        self.end_line()

    def code_block(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        content, info = self.take(token.content), self.take(token.info)
        html, language = block(content, info, self.spoken)
        self.out.append(html)
        self.code.append(CodeText(content, language))
        self.shown += [content, info]
        self.release(as_block=True)

    def definition(self, tokens: Sequence[Token], index: int) -> None:
        """A link definition is spent on the links that use it; one that none uses is shown."""
        meta = tokens[index].meta
        label, address, title = (self.take(meta[key]) for key in ("label", "url", "title"))
        self.shown += [label, address, title]
        if meta["id"] in self.used_labels:
            return
        self.out.append(f'<p class="definition" dir="auto">[{escaped(label)}]: {links.linked(links.visible(address))}')
        self.out.append(f" {escaped(title)}</p>\n" if title else "</p>\n")
        self.prose.append(" ".join(f"[{label}]: {links.visible(address)} {title}".split()))
        self.release(as_block=True)

    def footnote_open(self, tokens: Sequence[Token], index: int) -> None:
        label = tokens[index].meta["label"]
        number = self.footnotes.pop(":" + label, -1) + 1
        anchor = f' id="{quoted(self.prefix)}-fn{number}"' if number else ""
        label = self.take(label)
        self.out.append(f'<div class="footnote"{anchor}><span class="label">{escaped(label)}</span>\n')
        self.shown.append(label)
        self.release()


class _OpenLink:
    """A link whose label is being rendered, and where in `out` and `line` it began."""

    __slots__ = ("address", "line", "out", "title")

    def __init__(self, address: str, title: str, out: int, line: int) -> None:
        self.address = address
        self.title = title
        self.out = out
        self.line = line


_HIGHEST = 3
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|bmp)$", re.IGNORECASE)


def _cell_tag(cell: Token, content: Token) -> str:
    """The element of a cell. One without words is the heading of nothing."""
    return cell.tag if content.content.strip() else "td"


def _words(tokens: Sequence[Token]) -> str:
    """The words of a picture's description."""
    return "".join(
        " " if token.type in ("softbreak", "hardbreak") else token.content or _words(token.children or ())
        for token in tokens
    )


def _task(tokens: Sequence[Token], index: int) -> bool | None:
    """Whether a list item is a task and done; the box is taken out of its text."""
    if index + 2 >= len(tokens) or tokens[index + 2].type != "inline" or tokens[index + 1].type != "paragraph_open":
        return None
    children = tokens[index + 2].children
    box = children[0].content[:4] if children and children[0].type == "text" else ""
    if len(box) != 4 or box[:3] not in ("[ ]", "[x]", "[X]") or not box[3].isspace():
        return None
    assert children
    children[0].content = children[0].content[4:]
    return box[1] != " "


def used_labels_of(tokens: Sequence[Token]) -> set[str]:
    """The normalised labels of all link definitions that a link or picture uses."""
    from markdown_it.common.utils import normalizeReference

    used: set[str] = set()
    stack = [child for token in tokens if token.children for child in token.children]
    while stack:
        token = stack.pop()
        stack.extend(token.children or ())
        if "label" in token.meta and token.type in ("link_open", "image"):
            used.add(normalizeReference(token.meta["label"]))
    return used


_BlockRule = Callable[[Renderer, Sequence["Token"], int], None]
_InlineRule = Callable[[Renderer, "Token"], None]


def _constant(html: str) -> _BlockRule:
    return lambda self, tokens, index: self.out.append(html)


def _constant_inline(html: str) -> _InlineRule:
    return lambda self, token: self.out.append(html)


_BLOCKS: dict[str, _BlockRule] = {
    "paragraph_open": Renderer.paragraph_open,
    "paragraph_close": Renderer.paragraph_close,
    "heading_open": Renderer.heading_open,
    "heading_close": Renderer.heading_close,
    "bullet_list_open": _constant("<ul>\n"),
    "bullet_list_close": _constant("</ul>\n"),
    "ordered_list_open": Renderer.ordered_list_open,
    "ordered_list_close": _constant("</ol>\n"),
    "list_item_open": Renderer.list_item_open,
    "list_item_close": Renderer.list_item_close,
    "blockquote_open": _constant('<blockquote dir="auto">\n'),
    "blockquote_close": _constant("</blockquote>\n"),
    "hr": _constant("<hr>\n"),
    "table_open": Renderer.table_open,
    "table_close": _constant("</table></div>\n"),
    "thead_open": _constant("<thead>\n"),
    "thead_close": _constant("</thead>\n"),
    "tbody_open": _constant("<tbody>\n"),
    "tbody_close": _constant("</tbody>\n"),
    "tr_open": _constant("<tr>"),
    "tr_close": Renderer.row_close,
    "th_open": Renderer.cell_open,
    "th_close": Renderer.cell_close,
    "td_open": Renderer.cell_open,
    "td_close": Renderer.cell_close,
    "fence": Renderer.code_block,
    "code_block": Renderer.code_block,
    "definition": Renderer.definition,
    "footnote_reference_open": Renderer.footnote_open,
    "footnote_reference_close": _constant("</div>\n"),
}
_INLINES: dict[str, _InlineRule] = {
    "softbreak": Renderer.softbreak_,
    "hardbreak": Renderer.hardbreak,
    "code_inline": Renderer.code_inline,
    "formula": Renderer.formula,
    "footnote_ref": Renderer.footnote_ref,
    "link_open": Renderer.link_open,
    "link_close": Renderer.link_close,
    "image": Renderer.image,
    "strong_open": _constant_inline("<strong>"),
    "strong_close": _constant_inline("</strong>"),
    "em_open": _constant_inline("<em>"),
    "em_close": _constant_inline("</em>"),
    "s_open": _constant_inline("<s>"),
    "s_close": _constant_inline("</s>"),
}
