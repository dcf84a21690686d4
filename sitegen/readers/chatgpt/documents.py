"""Documents that ChatGPT keeps beside a conversation: canvas, writing blocks, deep research.

A canvas document is made by a call of `canmore.create_textdoc` and changed by `canmore.update_textdoc`, whose
edits are regular expressions: each version is worked out here from the one before it on the same branch. A
writing block is a `:::writing{…}` directive inside an answer. A report of deep research stands as JSON text in the
metadata of the message that shows it. Which branch a message is on, the caller knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import NamedTuple

import msgspec
import regex

from sitegen.model import Block, Citation, DocumentBlock, SourceListBlock, TextBlock, content_id
from sitegen.readers.chatgpt.citations import Cited, References, cite, unplaced
from sitegen.readers.chatgpt.sources import distinct
from sitegen.readers.chatgpt.unknown import unknown
from sitegen.readers.fields import (
    Json,
    Object,
    list_of,
    load_json,
    object_of,
    objects_of,
    one_line,
    parse_time,
    size_of,
    text_of,
)

#: How long the edits of one conversation may take, in seconds; only patterns that backtrack without end take longer.
_PATIENCE = 5.0
#: How many characters all versions of its documents may have that edits made: each is kept whole.
_MOST_TEXT = 32 << 20
#: How many characters one edit may put in; documents have thousands.
_LARGEST = 1 << 24
_MEDIA_TYPES = {"html": "text/html", "markdown": "text/markdown", "svg": "image/svg+xml"}
_LANGUAGES = {"react": "jsx"}


def arguments_of(text: str) -> Object | None:
    """The object in a call's JSON text; None if it is something else or no JSON."""
    try:
        value = load_json(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


# --- canvas ---------------------------------------------------------------------------------------------------


def created(arguments: Object, canvas: Object, fallback_id: str) -> DocumentBlock | None:
    """The first version of a document, from the call's arguments and the tool's reply (`metadata.canvas`)."""
    if not isinstance(arguments.get("content"), str):
        return None
    kind = text_of(canvas.get("textdoc_type")) or text_of(arguments.get("type")) or "document"
    family, _, language = kind.partition("/")
    if family == "document":
        media_type, language = "text/markdown", ""
    else:
        media_type = _MEDIA_TYPES.get(language, "text/plain")
    return DocumentBlock(
        id=text_of(canvas.get("textdoc_id")) or fallback_id,
        text=arguments["content"],
        title=one_line(canvas.get("title")) or one_line(arguments.get("name")),
        media_type=media_type,
        language=_LANGUAGES.get(language, language),
        version=size_of(canvas.get("version")) or 1,
    )


class Updated(NamedTuple):
    """The next version of a document; `complete` is false if an edit could not be applied."""

    document: DocumentBlock
    complete: bool


class Allowance:
    """What the edits of one conversation may still take: characters of the versions they make, and seconds."""

    def __init__(self) -> None:
        self.characters = _MOST_TEXT
        self.seconds = _PATIENCE


def updated(arguments: Object, canvas: Object, known: DocumentBlock, left: Allowance) -> Updated | None:
    """The version after `known`, with the edits of a call of `canmore.update_textdoc` applied in order.

    Each edit has a Python regular expression, used with DOTALL, and a replacement for `Match.expand`; without
    `multiple` it changes the first match only. None if the version is longer than what is `left` allows.
    """
    text, failed = known.text, []
    edits = list(objects_of(arguments.get("updates")))
    for edit in edits:
        changed = _edited(text, edit, left)
        if changed is None:
            failed.append(one_line(edit.get("pattern")))
        else:
            text = changed
    if len(text) > left.characters:
        return None
    left.characters -= len(text)
    note = "1 edit" if len(edits) == 1 else f"{len(edits)} edits"
    if failed:
        note += ", not applied: " + "; ".join(failed)
    version = size_of(canvas.get("version")) or known.version + 1
    title = one_line(canvas.get("title")) or known.title
    document = msgspec.structs.replace(known, text=text, version=version, title=title, note=note)
    return Updated(document, bool(edits) and not failed)


def _edited(text: str, edit: Object, left: Allowance) -> str | None:
    """The text after one edit; None if its pattern matches nothing, is none, or takes too long or too much memory."""
    pattern, replacement = edit.get("pattern"), edit.get("replacement")
    if not isinstance(pattern, str) or not isinstance(replacement, str) or _compiles_large(pattern):
        return None
    if left.seconds <= 0:
        return None
    # An unlimited `.*` would match once more, emptily, behind the text.
    every = edit.get("multiple") is True and pattern not in (".*", "(?s).*")
    pieces: list[str] = []
    place = size = 0
    begun = monotonic()
    try:
        compiled = regex.compile(pattern, regex.DOTALL | regex.UNICODE)
        for match in compiled.finditer(text, timeout=left.seconds):
            # Without groups there is nothing to expand, and a `\n` in code has to stay one.
            new = match.expand(replacement) if compiled.groups else replacement
            pieces += (text[place : match.start()], new)
            place, size = match.end(), size + len(new)
            if not every or size > _LARGEST:
                break
    except (regex.error, IndexError, TimeoutError, RecursionError, OverflowError):
        return None
    finally:
        left.seconds -= monotonic() - begun
    return "".join([*pieces, text[place:]]) if pieces and size <= _LARGEST else None


#: An escaped character, which is none of the others; how often at least something is repeated; the flag for patterns
#: with blanks and comments in them, which may stand in a number too.
_REPEATED = re.compile(r"\\.|\{(\d+)(?:,\d*)?\}|(\(\?[A-Za-z0-9]*x)", re.DOTALL)
#: How many steps a compiled pattern may have; so many take about 100 MB.
_MOST_STEPS = 1_000_000


def _compiles_large(pattern: str) -> bool:
    """Whether a pattern could be too large to be compiled. `(?:a{500}){500}` is written out as 250,000 steps, and
    the compiler, which knows no limit, ends the whole program when it runs out of memory or of stack."""
    steps = len(pattern)
    for match in _REPEATED.finditer(pattern):
        steps *= max(1, int((match[1] or "1").lstrip("0")[:9] or 1))
        if steps > _MOST_STEPS or match[2]:
            return True
    return steps > _MOST_STEPS


# --- writing blocks -------------------------------------------------------------------------------------------

_OPENING = re.compile(r" {0,3}:::+\s*writing\s*\{(.*)\}\s*")
#: How much of an opening line is read for attributes; a real one has less than 200 characters.
_ATTRIBUTES_LIMIT = 2000
_CLOSING = re.compile(r" {0,3}:::+\s*")
_ATTRIBUTE = re.compile(r"""([a-z_]+)\s*=\s*(?:["“”]([^"“”]*)["“”]|([^\s"“”}]+))""")
_PLAIN_VARIANTS = ("document", "standard")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class _Directive(NamedTuple):
    """Where a writing block stands in a text, from its opening line to behind its closing one, and what is in it."""

    start: int
    end: int
    inner: str
    attributes: Mapping[str, str]


def _directives(text: str) -> Iterator[_Directive]:
    fence, opened, place = "", None, 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        mark = _FENCE.match(bare)
        if fence:
            if mark and mark[1].startswith(fence) and not bare.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif opened is None and (opening := _OPENING.fullmatch(bare)):
            opened = (place, place + len(line), opening[1])
        elif opened is not None and _CLOSING.fullmatch(bare):
            start, inside, attributes = opened
            pairs = {name: quoted or word for name, quoted, word in _ATTRIBUTE.findall(attributes[:_ATTRIBUTES_LIMIT])}
            yield _Directive(start, place + len(line), text[inside:place].strip("\r\n"), pairs)
            opened = None
        place += len(line)


def with_writing(cited: Cited) -> list[Block]:
    """A cited text as blocks: its writing blocks as documents, the text around them as it is.

    Sources cited inside a writing block follow it as a list, since a document has no places to cite at.
    """
    blocks: list[Block] = []
    place = 0
    for directive in _directives(cited.text):
        blocks += _text(cited, place, directive.start)
        attributes = directive.attributes
        title = one_line(attributes.get("title") or attributes.get("subject") or "")
        id_ = attributes.get("id") or content_id("writing", directive.inner)
        variant = attributes.get("variant", "")
        note = "" if variant in _PLAIN_VARIANTS else variant
        blocks.append(DocumentBlock(id=id_, text=directive.inner, title=title, note=note))
        inside = [c.sources for c in cited.citations if directive.start <= c.position < directive.end]
        if inside:
            blocks.append(SourceListBlock(distinct(source for sources in inside for source in sources), "Sources"))
        place = directive.end
    return [*blocks, *_text(cited, place, len(cited.text) + 1), *cited.lists]


def _text(cited: Cited, start: int, end: int) -> list[Block]:
    text = cited.text[start:end]
    citations = tuple(
        Citation(citation.position - start, citation.sources)
        for citation in cited.citations
        if start <= citation.position < end
    )
    return [TextBlock(text, citations)] if text.strip() or citations else []


# --- deep research --------------------------------------------------------------------------------------------


class Report(NamedTuple):
    """What deep research planned and found. `id` is that of its report message, "" before there is one."""

    id: str
    title: str
    plan: str
    seconds: float | None
    blocks: tuple[Block, ...]


def research(metadata: Object) -> Report | None:
    """The state of deep research in a message's metadata; None if there is none.

    That of another widget, or one whose JSON is broken, is kept as it stands.
    """
    found = (metadata.get("widget_state"), object_of(metadata.get("chatgpt_sdk")).get("widget_state"))
    states = [state for state in map(_decoded, found) if state]
    for state in states:
        if isinstance(state, dict) and (state.get("report_message") or state.get("plan")):
            return _report(state)
    return Report("", "", "", None, (unknown("widget_state", states[0]),)) if states else None


def _decoded(state: Json) -> Json:
    """The object in a state that is JSON text; any other state as it is."""
    value = arguments_of(state) if isinstance(state, str) else None
    return state if value is None else value


def _report(state: Object) -> Report:
    message = object_of(state.get("report_message"))
    plan = object_of(state.get("plan"))
    references = References.of(object_of(message.get("metadata")))
    texts = [cite(part, references) for part in _strings(object_of(message.get("content")))]
    blocks = [block for text in texts for block in with_writing(text)]
    rest = unplaced(references, texts)
    started, stopped = parse_time(state.get("research_started_at")), parse_time(state.get("research_stopped_at"))
    seconds = (stopped - started).total_seconds() if started and stopped else None
    return Report(
        id=text_of(message.get("id")),
        title=one_line(plan.get("title")),
        plan="\n".join(_step(step) for step in list_of(plan.get("steps"))),
        seconds=seconds if seconds and seconds > 0 else None,
        blocks=tuple([*blocks, rest] if rest else blocks),
    )


def _strings(content: Object) -> list[str]:
    parts = [part for part in list_of(content.get("parts")) if isinstance(part, str)]
    return parts or [text_of(content.get("text"))]


def _step(step: Json) -> str:
    done = object_of(step).get("status") in ("completed", "complete", "done", "finished")
    return f"- [{'x' if done else ' '}] {one_line(object_of(step).get('text') or step)}"
