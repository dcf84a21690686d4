"""The parser's tokens inside a line as markup and words: emphasis, code, formulas, links, pictures, footnote marks.

Every element, class and attribute made here is a constant; every text and address is escaped; identifiers come
from the caller's prefix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sitegen.text import links
from sitegen.text.math import formula
from sitegen.text.render_state import OpenLink, RenderState
from sitegen.text.rendered import escaped, quoted

if TYPE_CHECKING:
    from markdown_it.token import Token

_InlineRule = Callable[[RenderState, "Token"], None]
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|bmp)$", re.IGNORECASE)


def render_inline(state: RenderState, tokens: Sequence[Token]) -> None:
    """Renders the content of a block. Raises KeyError for a token that no rule knows."""
    for token in tokens:
        if token.type == "text":
            state.text(token.content)
        else:
            _RULES[token.type](state, token)


def _softbreak(state: RenderState, _: Token) -> None:
    state.out.append(state.softbreak)
    state.line.append(" ")


def _hardbreak(state: RenderState, token: Token) -> None:
    state.out.append("<br>\n")
    state.line.append(" ")
    state.shown.append(token.markup)


def _code_inline(state: RenderState, token: Token) -> None:
    content = state.take(token.content)
    state.out.append(f'<code translate="no">{escaped(content)}</code>')
    state.line.append(content)
    state.release()


def _formula(state: RenderState, token: Token) -> None:
    tex = state.take(token.content)
    words = " ".join(tex.split())
    math = formula(tex, token.block) or f'<code class="tex" translate="no">{escaped(tex.strip())}</code>'
    state.out.append(f'<span class="formula">{math}</span>' if token.block else math)
    state.line.append(f" {words} " if token.block else words)
    state.release()


def _footnote_ref(state: RenderState, token: Token) -> None:
    label = state.take(token.meta["label"])
    anchor = f"{quoted(state.prefix)}-fn{token.meta['id'] + 1}"
    state.out.append(f'<sup class="footnote"><a href="#{anchor}">{escaped(label)}</a></sup>')
    state.shown.append(label)
    state.release()


# --- links ---------------------------------------------------------------------------------------------------------


def _link_open(state: RenderState, token: Token) -> None:
    attributes = token.attrs
    address = state.take(str(attributes.get("href", "")))
    title = state.take(str(attributes.get("title", "")))
    state.link = OpenLink(address, title, len(state.out), len(state.line))
    state.out.append("")


def _link_close(state: RenderState, token: Token) -> None:
    link, state.link = state.link, None
    assert link is not None
    label = "".join(state.line[link.line :])
    has_label = len(state.out) > link.out + 1 and bool("".join(state.out[link.out + 1 :]).strip())
    if token.info != "auto":  # where the address is the label, the text holds it once
        state.shown.append(link.address)
    if link.title:
        state.shown.append(link.title)
    local = _local(state, link.address)
    address = links.safe_address(link.address)
    if local or address:
        state.out[link.out] = links.local_link(local, link.title) if local else links.outside_link(address, link.title)
        if not has_label:
            state.out.append(escaped(links.host_of(address) or links.visible(link.address)))
            state.line.append(links.host_of(address) or links.visible(link.address))
        state.out.append("</a>")
        state.out.append("" if local else links.host_note(links.hidden_host(label, address)))
    else:
        _refused(state, label, link)
    state.release()


def _refused(state: RenderState, label: str, link: OpenLink) -> None:
    shown = links.visible(link.address)
    if link.title:
        state.out.append(f" {escaped(link.title)}")
    if shown and shown != label:
        state.out.append(f' <span class="address">({escaped(shown)})</span>')
        state.line.append(f" ({shown})")


def _local(state: RenderState, address: str) -> str:
    """Where on the site the file is that an address names, or ""."""
    for candidate in dict.fromkeys((address, links.decoded(address))):
        if url := links.local_address(state.resolve(candidate)):
            return url
    return ""


# --- pictures ------------------------------------------------------------------------------------------------------


def _image(state: RenderState, token: Token) -> None:
    address = state.take(str(token.attrs.get("src", "")))
    alt = " ".join(state.take(_words(token.children or ())).split())
    title = state.take(str(token.attrs.get("title", "")))
    # Not its source: the address of a link inside a description is shown nowhere.
    state.shown += [address, alt, title]
    local = _local(state, address)
    if local and _PICTURE.search(local):
        title_attribute = f' title="{quoted(title)}"' if title else ""
        state.out.append(
            f'<img class="image" src="{quoted(local)}" alt="{quoted(alt)}"{title_attribute}'
            ' loading="lazy" decoding="async">'
        )
        state.line.append(f" {alt} ")
    elif local and state.link is None:
        state.out.append(f"{links.local_link(local, title)}{escaped(alt or links.visible(address))}</a>")
        state.line.append(alt)
    else:
        _absent_image(state, address, alt, title)
    state.release()


def _absent_image(state: RenderState, address: str, alt: str, title: str) -> None:
    """A picture that isn't in the archive: its description and its address, never the picture."""
    shown = links.visible(address)
    safe = links.safe_address(address)
    text = escaped(shown)
    if safe and state.link is None:
        text = f"{links.outside_link(safe)}{text}</a>"
    words = " ".join(filter(None, (alt, title)))
    state.out.append(f'<span class="remote-image">{escaped(words)} <span class="address">{text}</span></span>')
    state.line.append(f" {words} {shown} ")


def _words(tokens: Sequence[Token]) -> str:
    """The words of a picture's description."""
    return "".join(
        " " if token.type in ("softbreak", "hardbreak") else token.content or _words(token.children or ())
        for token in tokens
    )


def _constant(html: str) -> _InlineRule:
    return lambda state, token: state.out.append(html)


_RULES: dict[str, _InlineRule] = {
    "softbreak": _softbreak,
    "hardbreak": _hardbreak,
    "code_inline": _code_inline,
    "formula": _formula,
    "footnote_ref": _footnote_ref,
    "link_open": _link_open,
    "link_close": _link_close,
    "image": _image,
    "strong_open": _constant("<strong>"),
    "strong_close": _constant("</strong>"),
    "em_open": _constant("<em>"),
    "em_close": _constant("</em>"),
    "s_open": _constant("<s>"),
    "s_close": _constant("</s>"),
}
