"""The parser's block tokens as markup and words: paragraphs, headings, lists, tables, code, definitions, footnotes.

Every element, class and attribute made here is a constant; every text and address is escaped; identifiers come
from the caller's prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sitegen.text import links
from sitegen.text.code import block
from sitegen.text.inline_rules import render_inline
from sitegen.text.render_state import RenderState
from sitegen.text.rendered import LONG, CodeText, escaped, quoted

if TYPE_CHECKING:
    from markdown_it.token import Token

_BlockRule = Callable[[RenderState, Sequence["Token"], int], None]
_HIGHEST = 3


def render_blocks(state: RenderState, tokens: Sequence[Token]) -> None:
    """Renders a whole text. Raises KeyError for a token that no rule knows."""
    for index, token in enumerate(tokens):
        if token.type == "inline":
            render_inline(state, token.children or ())
        else:
            _RULES[token.type](state, tokens, index)


def _paragraph_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    if not tokens[index].hidden:
        # The first paragraph of an item or quotation leaves the direction to it, so that its marker follows.
        inside = index and tokens[index - 1].type in ("list_item_open", "blockquote_open")
        long = ' class="long-text"' if len(tokens[index + 1].content) > LONG else ""
        state.out.append(f"<p{long}>" if inside else f'<p{long} dir="auto">')


def _paragraph_close(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.out.append("\n" if tokens[index].hidden else "</p>\n")
    state.end_line()


def _heading_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.headings += 1
    level = int(tokens[index].tag[1:])
    while state.above and state.above[-1] >= level:
        state.above.pop()
    state.above.append(level)
    state.out.append(f'<{_heading(state)} id="{quoted(state.prefix)}-h{state.headings}" dir="auto">')


def _heading_close(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.out.append(f"</{_heading(state)}>\n")
    state.end_line()


def _heading(state: RenderState) -> str:
    """The element of the last heading: below the message's own h2, and never more than one level below the heading
    that it stands under, whatever levels the text leaves out."""
    return f"h{min(_HIGHEST + len(state.above) - 1, 6)}"


def _ordered_list_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    start = tokens[index].attrs.get("start")
    state.out.append(f'<ol start="{int(start)}">\n' if start is not None else "<ol>\n")


def _list_item_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.shown.append(tokens[index].info)
    task = _task(tokens, index)
    if task is None:
        state.out.append('<li dir="auto">')
        return
    words = quoted(state.spoken.say("Done") if task else state.spoken.say("To do"))
    checked = " checked" if task else ""
    state.out.append(f'<li class="task" dir="auto"><input type="checkbox" disabled{checked} aria-label="{words}"> ')


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


def _list_item_close(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.end_line()
    state.out.append("</li>\n")


def _table_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    # Its columns run as its first words do, and its cells have no direction of their own: all keep the same distances.
    label = quoted(state.spoken.say("Table"))
    state.out.append(f'<div class="table" dir="auto" tabindex="0" role="region" aria-label="{label}"><table>\n')


def _cell_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    token = tokens[index]
    tag = _cell_tag(token, tokens[index + 1])
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    aligned = f' class="align-{side}"' if side in ("left", "center", "right") else ""
    state.out.append(f"<{tag}{aligned}>")


def _cell_close(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.out.append(f"</{_cell_tag(tokens[index], tokens[index - 1])}>")
    state.line.append(" ")


def _cell_tag(cell: Token, content: Token) -> str:
    """The element of a cell. One without words is the heading of nothing."""
    return cell.tag if content.content.strip() else "td"


def _row_close(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    state.out.append("</tr>\n")
    state.end_line()


def _code_block(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    token = tokens[index]
    content, info = state.take(token.content), state.take(token.info)
    html, language = block(content, info, state.spoken)
    state.out.append(html)
    state.code.append(CodeText(content, language))
    state.shown += [content, info]
    state.release(as_block=True)


def _definition(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    """A link definition is spent on the links that use it; one that none uses is shown."""
    meta = tokens[index].meta
    label, address, title = (state.take(meta[key]) for key in ("label", "url", "title"))
    state.shown += [label, address, title]
    if meta["id"] in state.used_labels:
        return
    state.out.append(f'<p class="definition" dir="auto">[{escaped(label)}]: {links.linked(links.visible(address))}')
    state.out.append(f" {escaped(title)}</p>\n" if title else "</p>\n")
    state.prose.append(" ".join(f"[{label}]: {links.visible(address)} {title}".split()))
    state.release(as_block=True)


def _footnote_open(state: RenderState, tokens: Sequence[Token], index: int) -> None:
    label = tokens[index].meta["label"]
    number = state.footnotes.pop(":" + label, -1) + 1
    anchor = f' id="{quoted(state.prefix)}-fn{number}"' if number else ""
    label = state.take(label)
    state.out.append(f'<div class="footnote"{anchor}><span class="label">{escaped(label)}</span>\n')
    state.shown.append(label)
    state.release()


def _constant(html: str) -> _BlockRule:
    return lambda state, tokens, index: state.out.append(html)


_RULES: dict[str, _BlockRule] = {
    "paragraph_open": _paragraph_open,
    "paragraph_close": _paragraph_close,
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "bullet_list_open": _constant("<ul>\n"),
    "bullet_list_close": _constant("</ul>\n"),
    "ordered_list_open": _ordered_list_open,
    "ordered_list_close": _constant("</ol>\n"),
    "list_item_open": _list_item_open,
    "list_item_close": _list_item_close,
    "blockquote_open": _constant('<blockquote dir="auto">\n'),
    "blockquote_close": _constant("</blockquote>\n"),
    "hr": _constant("<hr>\n"),
    "table_open": _table_open,
    "table_close": _constant("</table></div>\n"),
    "thead_open": _constant("<thead>\n"),
    "thead_close": _constant("</thead>\n"),
    "tbody_open": _constant("<tbody>\n"),
    "tbody_close": _constant("</tbody>\n"),
    "tr_open": _constant("<tr>"),
    "tr_close": _row_close,
    "th_open": _cell_open,
    "th_close": _cell_close,
    "td_open": _cell_open,
    "td_close": _cell_close,
    "fence": _code_block,
    "code_block": _code_block,
    "definition": _definition,
    "footnote_reference_open": _footnote_open,
    "footnote_reference_close": _constant("</div>\n"),
}
