"""Each kind of block as Markdown. What the site folds is a folded callout, which other programs show as a quotation.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from sitegen.language import ENGLISH
from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    CodeBlock,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.render.citations import Citations, reference
from sitegen.render.documents import language_and_kind
from sitegen.render.lines import reasoning_line, sources_line, version_line
from sitegen.render.tools import called, result_of, untold_names, with_outcome
from sitegen.text import language_label
from sitegen.text.links import visible
from sitegen.text.portable import fenced, link, one_line_text, plain_text, portable_markdown

_NOTICES = {"info": "info", "warning": "warning", "error": "danger"}


class NoteFile(NamedTuple):
    """An attachment's file: its address from the note, its size, and whether it is a picture."""

    address: str
    size: int
    is_picture: bool


def joined(parts: Iterable[str]) -> str:
    """Paragraphs with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def callout(kind: str, title: str, body: str, *, opened: bool = False) -> str:
    """A callout, folded unless `opened`. `title` is Markdown on one line."""
    lines = [f"[!{kind}]{'+' if opened else '-'} {title}", *(body.split("\n") if body else ())]
    return "\n".join(f"> {line}" if line else ">" for line in lines)


class BlockWriter:
    """Writes the blocks of one message. `label` tells its footnotes from those of other messages; `breaks` keeps
    single line breaks, as people type them; `newest` is the last version of each document."""

    def __init__(
        self,
        label: str,
        files: Mapping[str, NoteFile],
        resolve: Callable[[str], str | None],
        newest: Mapping[str, int],
        *,
        breaks: bool,
    ) -> None:
        self._label, self._files, self._resolve = label, files, resolve
        self._newest, self._breaks = newest, breaks
        self._citations = Citations(label, ENGLISH)
        self._parts = 0

    def block(self, block: Block, result: ToolResultBlock | None = None) -> str:
        """A block as Markdown, "" for one that shows nothing. `result` is what came of a tool call."""
        match block:
            case TextBlock():
                return self._text(block)
            case CodeBlock():
                return joined((_name(block.name), _code(block)))
            case ReasoningBlock():
                return callout(
                    "note", one_line_text(reasoning_line(block, ENGLISH)), self._markdown(block.text, breaks=True)
                )
            case ToolCallBlock():
                arguments = fenced(block.arguments, block.language) if block.arguments.strip() else ""
                line = called(block, ENGLISH)
                name = _name(untold_names(line, block, result, ENGLISH))
                return self._tool(line, joined((name, arguments)), result)
            case ToolResultBlock():
                return self._tool(result_of(block.name, ENGLISH), "", block)
            case ImageBlock():
                made = f"Made from: {one_line_text(block.prompt)}" if block.prompt else ""
                return joined((self._file(block.attachment, block.caption), one_line_text(block.caption), made))
            case AudioBlock():
                return joined((self._file(block.attachment), self._markdown(block.transcript, breaks=True)))
            case FileBlock():
                return self._attached(block)
            case DocumentBlock():
                return self._document(block)
            case QuoteBlock():
                title = self._source(block.source) if block.source != Source() else "Quotation"
                return callout("quote", title, plain_text(block.text), opened=True)
            case SourceListBlock():
                title = one_line_text(sources_line(block, ENGLISH))
                items = "\n".join(f"{n}. {self._source(source)}" for n, source in enumerate(block.sources, 1))
                return callout("info", title, items)
            case NoticeBlock():
                return callout(_NOTICES[block.level], block.level.capitalize(), plain_text(block.text), opened=True)
            case UnknownBlock():
                title = f"{one_line_text(block.type)}: as the provider wrote it"
                return callout("abstract", title, fenced(block.json, "json"))

    def footnotes(self) -> str:
        """The sources that the blocks written so far cite, as definitions of their footnotes."""
        return "\n".join(
            f"[^{self._label}-{number}]: {self._source(source)}"
            for number, source in enumerate(self._citations.sources, 1)
        )

    def _markdown(self, text: str, block: TextBlock | None = None, *, breaks: bool = False) -> str:
        if not text.strip() and block is None:
            return ""
        self._parts += 1
        return portable_markdown(
            text,
            # Definitions in the text of one block must not answer to another's; citations are the message's.
            self._label,
            part=self._parts,
            marks=self._citations.marks(block) if block else (),
            resolve=self._resolve,
            breaks=breaks,
        )

    def _text(self, block: TextBlock) -> str:
        if not block.text.strip() and not block.citations:
            return ""
        if not block.plain:
            return self._markdown(block.text, block, breaks=self._breaks)
        numbers = dict.fromkeys(mark.number for mark in self._citations.marks(block))
        return plain_text(block.text) + "".join(f"[^{self._label}-{number}]" for number in numbers)

    def _tool(self, title: str, arguments: str, result: ToolResultBlock | None) -> str:
        parts = [arguments]
        if result is not None:
            title = with_outcome(title, result, ENGLISH)
            parts += [self.block(part) for part in result.blocks]
        return callout("example", one_line_text(title), joined(parts))

    def _file(self, attachment: Attachment, caption: str = "") -> str:
        name = one_line_text(attachment.name or attachment.id)
        file = self._files.get(attachment.id)
        if file is None:
            elsewhere = f", but at {one_line_text(visible(attachment.url))}" if attachment.url else ""
            return f"*{name or 'A file'}*: not in the export{elsewhere}"
        if file.is_picture:
            return f"![{one_line_text(caption) or name}]({file.address})"
        return f"[{name}]({file.address}) ({ENGLISH.size(file.size)})"

    def _attached(self, block: FileBlock) -> str:
        name = block.attachment.name
        shown = self._file(block.attachment) if block.attachment.id in self._files or not block.text else ""
        if not block.text:
            return shown
        ending = PurePosixPath(name).suffix.removeprefix(".")
        text = fenced(block.text, ending) if language_label(ending) else plain_text(block.text)
        return joined((shown, callout("abstract", f"Text of {one_line_text(name) or 'the file'}", text)))

    def _document(self, block: DocumentBlock) -> str:
        language, kind = language_and_kind(block, ENGLISH)
        newest = self._newest.get(block.id, block.version)
        note = ENGLISH.listed((kind, version_line(block, newest, ENGLISH), block.note))
        title = one_line_text(f"{block.title or 'Document'} ({note})" if note else block.title or "Document")
        body = fenced(block.text, language) if language else self._markdown(block.text)
        return callout("abstract", title, body, opened=block.version >= newest)

    def _source(self, source: Source) -> str:
        shown = reference(1, "", "", source, ENGLISH)
        label = shown.title if shown.title.startswith(shown.host) else f"{shown.title} ({shown.host})"
        head = ", ".join(part for part in (link(label, source.url), one_line_text(source.date)) if part)
        return f"{head}: {one_line_text(source.snippet)}" if source.snippet.strip() else head


def _code(block: CodeBlock) -> str:
    return fenced(block.text, block.language)


def _name(name: str) -> str:
    """The name of a file or a tool, as code where that can hold it."""
    return f"`{name}`" if name and "`" not in name and name.isprintable() else one_line_text(name)
