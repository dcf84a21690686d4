"""The tags that Claude's answers of 2024 carry in their text: `<antArtifact …>` documents and `<antThinking>`.

Pure: text in, pieces with their place out. Tags that an answer merely quotes, in a code fence or in backticks,
are text.
"""

from __future__ import annotations

import html
from typing import NamedTuple

import regex

from sitegen.readers.claude.documents import Edit, inline_edit

_MARK = regex.compile(
    r"""(?m)^[ \t]*(?P<fence>`{3,}|~{3,})
      | (?<!`)<ant(?P<tag>Artifact|Thinking)\b(?P<attributes>(?:\s+[\w:-]+="[^"]*")*+)\s*+>""",
    regex.VERBOSE,
)
_ATTRIBUTE = regex.compile(r'([\w:-]+)="([^"]*)"')


class Piece(NamedTuple):
    """A part of a text that begins at code point `start`: plain text, a thought, or a document."""

    start: int
    text: str = ""
    thought: str = ""
    edit: Edit | None = None


def pieces(text: str) -> list[Piece]:
    """The text cut at its tags, in order; one plain piece if it has none."""
    if "<ant" not in text:
        return [Piece(0, text)]
    result: list[Piece] = []
    begun = place = 0
    fence, absent = "", set[str]()
    while (mark := _MARK.search(text, place)) is not None:
        place = mark.end()
        if mark["fence"]:
            fence = _fence_after(fence, mark["fence"])
            continue
        closing = f"</ant{mark['tag']}>"
        if fence or closing in absent:
            continue
        end = text.find(closing, place)
        if end < 0 and mark["tag"] == "Thinking":
            absent.add(closing)
            continue
        result.append(Piece(begun, text[begun : mark.start()]))
        result.append(_tagged(mark, text[place : end if end >= 0 else len(text)], cut_off=end < 0))
        begun = place = end + len(closing) if end >= 0 else len(text)
    result.append(Piece(begun, text[begun:]))
    return result


def _fence_after(fence: str, mark: str) -> str:
    """The fence that is open after this mark: a mark closes only its own kind, and when it is as long at least."""
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence


def _tagged(mark: regex.Match[str], content: str, cut_off: bool) -> Piece:
    if mark["tag"] == "Thinking":
        return Piece(mark.start(), thought=content.strip())
    attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(mark["attributes"])}
    note = "the answer breaks off here" if cut_off else ""
    return Piece(mark.start(), edit=inline_edit(attributes, content.strip("\n"), note))
