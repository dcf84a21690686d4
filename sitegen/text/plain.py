"""Text shown as it stands: what people's programs wrote, and Markdown that can't be rendered whole."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sitegen.text import links
from sitegen.text.citations import Mark, markup
from sitegen.text.rendered import LONG, RenderedText, showable


def render_plain(text: str, *, marks: Sequence[Mark] = ()) -> RenderedText:
    """The text escaped, in one paragraph that keeps white space by its class; bare addresses become links."""
    text = showable(text)
    return RenderedText(Markup(f'<p class="{_kind(text)}" dir="auto">{_content(text, marks)}</p>\n'), _prose(text), ())


def preformatted(text: str, marks: Sequence[Mark]) -> RenderedText:
    """What is shown in place of Markdown that lost words or grew out of bounds. `text` is showable."""
    # HTML drops a line break at the very start of a <pre>.
    first = "\n" if text.startswith("\n") else ""
    return RenderedText(
        Markup(f'<pre class="{_kind(text)}" dir="auto">{first}{_content(text, marks)}</pre>\n'), _prose(text), ()
    )


def _kind(text: str) -> str:
    return "plain long-text" if len(text) > LONG else "plain"


def _prose(text: str) -> str:
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line)


def _content(text: str, marks: Sequence[Mark]) -> str:
    """The text as HTML with its marks; one inside an address stands after it."""
    addresses = list(links.bare_addresses(text)) if marks else []
    pieces, position, reached = [], 0, 0
    places: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.position):
        place = min(max(mark.position, 0), len(text))
        while reached < len(addresses) and addresses[reached][1] <= place:
            reached += 1
        if reached < len(addresses) and addresses[reached][0] < place:
            place = addresses[reached][1]
        places.setdefault(place, []).append(mark)
    for place, group in places.items():
        pieces += [links.linked(text[position:place]), markup(group)]
        position = place
    pieces.append(links.linked(text[position:]))
    return "".join(pieces)
