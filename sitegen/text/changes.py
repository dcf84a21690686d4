"""What changed between two versions of a text, line by line, as a patch that people read and programs take.

The lines are compared by `difflib`. Its time grows with the pairs of equal lines, so texts in which these are many
are not compared: the decision rests on the texts alone, and every machine makes the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from markupsafe import Markup

from sitegen.text.rendered import escaped, showable

#: Lines and characters of both texts together, and steps of the comparison, beyond which none is made.
_MOST_LINES = 6_000
_MOST_CHARACTERS = 400_000
_MOST_STEPS = 30_000_000
#: From this many lines on, difflib leaves out a line that makes up more than a hundredth of the text.
_MANY_LINES = 200
_CONTEXT = 3


class Changes(NamedTuple):
    """How many lines came and went, and a figure that shows them; without one the texts are too long to compare, have
    nothing in common, or are the same."""

    added: int = 0
    removed: int = 0
    html: Markup = Markup()
    is_too_long: bool = False


def render_changes(before: str, after: str) -> Changes:
    """The changes that lead from one text to another. The figure's text is a unified diff."""
    if before == after:
        return Changes()
    if len(before) + len(after) > _MOST_CHARACTERS:
        return Changes(is_too_long=True)
    old, new = _lines(before), _lines(after)
    if len(old) + len(new) > _MOST_LINES or _steps(old, new) > _MOST_STEPS:
        return Changes(is_too_long=True)
    matcher = SequenceMatcher(None, old, new)
    codes = matcher.get_opcodes()
    removed = sum(end - start for tag, start, end, _, _ in codes if tag != "equal")
    added = sum(end - start for tag, _, _, start, end in codes if tag != "equal")
    if not any(old[place].strip() for tag, start, end, _, _ in codes if tag == "equal" for place in range(start, end)):
        return Changes(added, removed)
    lines = "".join(_shown(matcher, old, new))
    html = f'<figure class="code changes" data-wrapped><pre><code dir="ltr">{lines}</code></pre></figure>'
    return Changes(added, removed, Markup(html))


def _lines(text: str) -> list[str]:
    return showable(text.replace("\r\n", "\n").replace("\r", "\n")).removesuffix("\n").split("\n")


def _steps(old: Sequence[str], new: Sequence[str]) -> int:
    """No fewer than difflib needs: it looks at all pairs of equal lines, at worst once for each line."""
    counts = Counter(new)
    popular = len(new) // 100 + 1 if len(new) >= _MANY_LINES else len(new)
    pairs = sum(count for line in old if (count := counts[line]) <= popular)
    return (pairs + len(old)) * min(len(old), len(new))


def _shown(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f'<span class="hunk">@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n</span>'
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (f"<span> {escaped(line)}\n</span>" for line in old[start:end])
            else:
                yield from (f"<del>-{escaped(line)}\n</del>" for line in old[start:end])
                yield from (f"<ins>+{escaped(line)}\n</ins>" for line in new[new_start:new_end])


def _range(start: int, end: int) -> str:
    """Lines as a unified diff names them: counted from 1, the line before it for an empty range."""
    length = end - start
    return f"{start + 1 if length else start}{'' if length == 1 else f',{length}'}"
