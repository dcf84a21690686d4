"""A message's own Markdown on its way to other programs: what they would read otherwise is escaped, token by token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any

from sitegen.text import links
from sitegen.text.citations import Mark, MarkedText
from sitegen.text.inline_scan import code_spans, formula_at
from sitegen.text.render_state import Resolve
from sitegen.text.renderer import used_labels_of
from sitegen.text.syntax import CELL_BREAK, parser

#: How far from the line's start a link definition may stand, in quotes and lists.
_PREFIX = 12
_TICK_RUN = re.compile("`+")
_SPECIAL = re.compile(r"[`\\$<!\[\]%#=^{]|https?://|www\.", re.IGNORECASE)
#: What a program that knows no formulas would take for HTML or a picture; a blank changes no formula.
_MISREAD_TEX = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]*|[^<>\s@:]+@[^<>\s@]+)>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!?]")
_DESTINATION = re.compile(r"\]\(\s{0,9}(<[^<>\n]*>|(?:[^\s()<\\]|\\.|\([^\s()]*\))*)")
_PICTURE = re.compile(r"!\[((?:[^\[\]\\\n]|\\.){0,2000})(?=\]\()")
_NOTE = re.compile(r"\[\^([^\]\s]{1,100})\]")
_DEFINITION = re.compile(
    r"\[((?:[^\[\]\\]|\\.){1,999})\]:[ \t]*(<[^<>\n]*>|[^\s<>]*)(?=[ \t]*(?:$|[\"'(]))", re.MULTILINE
)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]")
_NUMBERED = re.compile(r"\[\[([^\[\]\n]{0,200})\]\](?=\()")
_BAR = re.compile(r"(?<!\\)\|")
_ANCHOR = re.compile(r"\^[\w-]+[ \t]*(?:\n|$)")


class PortableMessage:
    """One text on its way. `loose` are marks inside code or formulas: they go to its end."""

    def __init__(self, place: MarkedText, label: str, part: int, resolve: Resolve, breaks: bool) -> None:
        self.place, self.label, self.resolve = place, label, resolve
        self.own = f"{label}.{part}"
        env: dict[str, Any] = {}
        tokens = parser().parse(place.text, env)
        #: Link definitions that a link uses: others would not be shown.
        self.definitions = used_labels_of(tokens) if "references" in env else set()
        #: Footnotes that the text defines, and whether anything refers to them: what nothing does would not be shown.
        self.notes = {
            key.removeprefix(":"): place >= 0 for key, place in env.get("footnotes", {}).get("refs", {}).items()
        }
        self.loose: list[str] = []
        self.lines = place.text.split("\n")
        self.code = {}
        self.broken: set[int] = set()
        self.unclosed = ""
        #: Lines with which a block begins or is over, and lines of tables, whose cells are each for itself.
        self.edges: set[int] = set()
        self.rows: set[int] = set()
        for number, token in enumerate(tokens):
            if token.type == "inline" and token.map:
                self.edges.update(token.map)
            elif token.type == "table_open" and token.map:
                self.rows.update(range(*token.map))
            if token.type in ("fence", "code_block") and token.map:
                self.code[token.map[0]] = token.map[1]
                last = self.lines[min(token.map[1], len(self.lines)) - 1]
                if token.type == "fence" and token.level == 0 and not _closes(last, token.markup, token.map):
                    self.unclosed = token.markup
            elif breaks and token.type == "inline" and token.map and tokens[number - 1].type == "paragraph_open":
                self.broken.update(range(token.map[0], token.map[1] - 1))

    def written(self) -> str:
        parts: list[str] = []
        line = start = 0
        while line < len(self.lines):
            end = self.code.get(line)
            if end is None:
                line += 1
                continue
            parts += self._prose(start, line)
            parts += [self._without_marks(text) for text in self.lines[line:end]]
            start = line = max(end, line + 1)
        parts += self._prose(start, len(self.lines))
        text = "\n".join(parts).strip("\n")
        if self.unclosed:
            text += "\n" + self.unclosed
        rest = "".join(references(self.label, self.place.groups[mark]) for mark in self.loose)
        return joined([self.place.pattern.sub(self._noted, text), rest + references(self.label, self.place.rest)])

    def _noted(self, sentinel: re.Match[str]) -> str:
        return references(self.label, self.place.groups.get(sentinel[0], ()))

    def _without_marks(self, text: str) -> str:
        self.loose += self.place.pattern.findall(text)
        return self.place.pattern.sub("", text)

    def _prose(self, start: int, end: int) -> list[str]:
        if start == end:
            return []
        lines = [
            f"{line.rstrip(' ')}  " if number in self.broken and not line.endswith("\\") else line
            for number, line in enumerate(self.lines[start:end], start)
        ]
        text = "\n".join(lines)
        return [self._scanned(text, code_spans(text, self._walls(lines, start)) | self._cell_breaks(lines, start))]

    def _walls(self, lines: Sequence[str], first: int) -> Iterator[int]:
        """Where no code span goes on, in the text of these lines."""
        at = 0
        for number, line in enumerate(lines, first):
            if number in self.edges or _begins_html(line):
                yield at
            if number in self.rows:
                yield from (at + bar.start() for bar in _BAR.finditer(line))
            at += len(line) + 1

    def _cell_breaks(self, lines: Sequence[str], first: int) -> dict[int, int]:
        """Start and end of each `<br>` in a table, in the text of these lines."""
        found: dict[int, int] = {}
        at = 0
        for number, line in enumerate(lines, first):
            if number in self.rows:
                found.update((at + tag.start(), at + tag.end()) for tag in CELL_BREAK.finditer(line))
            at += len(line) + 1
        return found

    # --- the scan ---------------------------------------------------------------------------------------------

    def _scanned(self, text: str, kept: dict[int, int]) -> str:
        """The text with all that is special guarded, but what stands as it is: `kept` has the ends by the starts."""
        out: list[str] = []
        position = 0
        while special := _SPECIAL.search(text, position):
            out.append(text[position : special.start()])
            piece, position = self._special(text, special.start(), kept)
            out.append(piece)
        out.append(text[position:])
        return "".join(out)

    def _special(self, text: str, at: int, kept: dict[int, int]) -> tuple[str, int]:
        """What stands for the special place at `at`, and where the text goes on."""
        if at in kept:
            return self._whole(text[at : kept[at]]), kept[at]
        match text[at]:
            case "`":
                end = _after_run(text, at)
                return text[at:end], end
            case "\\" | "$":
                return self._formula(text, at)
            case "<":
                return self._angle(text, at)
            case "!":
                return self._picture(text, at)
            case "[":
                return self._bracket(text, at)
            case "]":
                return self._destination(text, at)
            case "h" | "H" | "w" | "W":
                end = max(links.address_end(text, at), at + 1)
                picture = text.find("![", at, end)
                end = picture if picture > 0 else end
                return self._whole(text[at:end]), end
        return _guarded(text, at)

    def _whole(self, text: str) -> str:
        """A piece that must not be parted: its marks stand after it."""
        marks = self.place.pattern.findall(text)
        return self.place.pattern.sub("", text) + "".join(marks) if marks else text

    def _formula(self, text: str, at: int) -> tuple[str, int]:
        found = formula_at(text, at)
        if found is not None:
            tex, display, end = found
            tex = _MISREAD_TEX.sub(r"\g<0> ", tex)
            dollars = "$$" if display else "$"
            return self._whole(f"{dollars}{tex if display else tex.strip()}{dollars}"), end
        return ("\\$", at + 1) if text[at] == "$" else (text[at : at + 2], at + 2)

    def _angle(self, text: str, at: int) -> tuple[str, int]:
        address = _AUTOLINK.match(text, at)
        if address and links.safe_address(address[1] if ":" in address[1] else f"mailto:{address[1]}"):
            return self._whole(address[0]), address.end()
        return ("\\<" if _TAG.match(text, at) else "<"), at + 1

    def _picture(self, text: str, at: int) -> tuple[str, int]:
        """Only pictures of the conversation itself stay pictures: one from elsewhere would be loaded unasked."""
        picture = _PICTURE.match(text, at)
        if picture:
            destination = _DESTINATION.match(text, picture.end())
            if destination and (local := self.resolve(_address(destination[1]))):
                return f"![{picture[1]}]({local}", destination.end()
        return ("\\!" if text.startswith("![", at) else "!"), at + 1

    def _destination(self, text: str, at: int) -> tuple[str, int]:
        destination = _DESTINATION.match(text, at)
        if destination is None:
            return "]", at + 1
        address = _address(destination[1])
        if local := self.resolve(address):
            return f"]({local}", destination.end()
        if "![" not in destination[0] and links.safe_address(address):
            return self._whole(destination[0]), destination.end()
        return "]\\(", at + 2

    def _bracket(self, text: str, at: int) -> tuple[str, int]:
        note = _NOTE.match(text, at)
        if note and note[1] in self.notes:
            return f"[^{self.own}-{note[1]}]" if self.notes[note[1]] else f"\\{note[0]}", note.end()
        definition = _DEFINITION.match(text, at) if _begins_line(text, at) else None
        if definition:
            address = definition[2].strip("<>")
            target = self.resolve(address) or (definition[2] if links.safe_address(address) else "")
            if target and _normalised(definition[1]) in self.definitions:
                return f"[{self.own}-{definition[1]}]: {target}", definition.end()
            return "\\[", at + 1
        if text.startswith("[[", at):
            numbered = _NUMBERED.match(text, at)
            return (f"[\\[{numbered[1]}\\]]", numbered.end()) if numbered else ("\\[\\[", at + 2)
        label = _LABEL.match(text, at)
        if (
            label
            and _normalised(label[1]) in self.definitions
            and text[label.end() : label.end() + 1] not in ("(", ":")
        ):
            return self._reference(text, at, label)
        return "[", at + 1

    def _reference(self, text: str, at: int, label: re.Match[str]) -> tuple[str, int]:
        name = f"[{self.own}-{label[1]}]"
        if text[at - 1 : at] == "]":
            return name, label.end()
        if text.startswith("[]", label.end()):
            return label[0] + name, label.end() + 2
        following = _LABEL.match(text, label.end())
        if following and _normalised(following[1]) in self.definitions:
            return label[0], label.end()  # the label of a link whose definition follows
        return label[0] + name, label.end()


def _guarded(text: str, at: int) -> tuple[str, int]:
    """What Obsidian or Hugo would take for a comment, a tag, a highlight, an anchor or a shortcode."""
    before, here = text[at - 1 : at] if at else "", text[at : at + 3]
    apart = not before.strip()
    if here.startswith("%%"):
        return "\\%\\%", at + 2
    if here[0] == "#" and apart and here[1:2].strip() and here[1:2] != "#":
        return "\\#", at + 1
    if here.startswith("==") and before != "=" and here[2:3].strip() and here[2:3] != "=":
        return "=\\=", at + 2
    if here[0] == "^" and apart and _ANCHOR.match(text, at):
        return "\\^", at + 1
    if here in ("{{<", "{{%"):
        return "{\\{", at + 2
    return here[0], at + 1


def _begins_html(line: str) -> bool:
    """Whether other programs take this line for HTML even inside a paragraph, and in a code span begun before."""
    from markdown_it.rules_block.html_block import HTML_SEQUENCES

    start = line.lstrip(" \t>")
    if not start.startswith("<"):
        return False
    return any(opening.search(start) for opening, _, interrupts in HTML_SEQUENCES if interrupts)


def _after_run(text: str, at: int) -> int:
    run = _TICK_RUN.match(text, at)
    return run.end() if run else at + 1


def _begins_line(text: str, at: int) -> bool:
    before = text[max(0, at - _PREFIX) : at]
    return ("\n" in before or at <= _PREFIX) and not before.rpartition("\n")[2].strip(" >")


def _closes(line: str, markup: str, lines: Sequence[int]) -> bool:
    bare = line.strip()
    return lines[1] - lines[0] > 1 and bare.startswith(markup) and not bare.strip(markup[0])


def _address(destination: str) -> str:
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", destination.strip("<>")))


def _normalised(label: str) -> str:
    from markdown_it.common.utils import normalizeReference

    return normalizeReference(label)


def references(label: str, marks: Iterable[Mark]) -> str:
    """The footnotes of marks, each once."""
    return "".join(f"[^{label}-{number}]" for number in dict.fromkeys(mark.number for mark in marks))


def joined(parts: Iterable[str]) -> str:
    """Blocks of Markdown, those that are empty left out."""
    return "\n\n".join(part for part in parts if part)
