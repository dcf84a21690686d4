"""Each kind of block as pages show it, and its words for the search. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from markupsafe import Markup

from sitegen.archive.attachments import StoredFile
from sitegen.language import Language
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
from sitegen.pages import BlockView, FileView, Reference
from sitegen.render.citations import Citations, reference
from sitegen.render.documents import Viewers, changes_view, language_and_kind
from sitegen.render.files import file_view
from sitegen.render.lines import reasoning_line, sources_line, version_line
from sitegen.render.tools import called, result_of, untold_names, with_outcome
from sitegen.text import RenderedText, language_label, render_code, render_plain

#: A tool's text longer than this is folded behind its beginning.
_LONG_OUTPUT, _LONG_OUTPUT_LINES = 3_000, 30
_PREVIEW, _PREVIEW_LINES = 900, 10


def _divided(text: str) -> tuple[str, str]:
    """The first lines of a long text, and the rest; "" for the rest of one that is not long."""
    if len(text) <= _LONG_OUTPUT and text.count("\n") < _LONG_OUTPUT_LINES:
        return text, ""
    head = "\n".join(text.split("\n", _PREVIEW_LINES)[:_PREVIEW_LINES])
    if len(head) > _PREVIEW:
        place = max(head.rfind("\n", 0, _PREVIEW), head.rfind(" ", 0, _PREVIEW))
        head = head[: place if place > 0 else _PREVIEW]
    return head, text[len(head) :].removeprefix("\n")


class Words:
    """What the search gets to know of one message, by search field; `text` is the prose of its text alone, without
    names and content of files; `languages` are those of its code, as people call them."""

    def __init__(self) -> None:
        self.text = ""
        self.said: list[str] = []
        self.code: list[str] = []
        self.steps: list[str] = []
        self.languages: set[str] = set()

    def add(self, rendered: RenderedText, to: list[str]) -> None:
        """Keeps a rendered text's prose in `to` and its code apart."""
        to.append(rendered.prose)
        for code in rendered.code:
            self.add_code(code.text, code.language)

    def add_code(self, text: str, language: str) -> None:
        """Keeps program text, in a language by any of its names."""
        self.code.append(text)
        if label := language_label(language):
            self.languages.add(label)


@dataclass(frozen=True)
class Surroundings:
    """What blocks need to know of the conversation that they stand in, and of its page.

    `root` is the way to the site's top; `files` are the attachments whose bytes there are, by id; `markdown` is
    `Texts.markdown` for the conversation; `project_names` are those of projects by the provider's id; `viewers` gets
    the pages that run documents, None for no such pages; `language` is that of the page.
    """

    root: str
    files: Mapping[str, StoredFile]
    markdown: Callable[..., RenderedText]
    project_names: Mapping[str, str]
    viewers: Viewers | None
    language: Language


class BlockRenderer:
    """Renders the blocks of one message.

    `newest` has the last version of each document on its branch, `documents` those that stood before the message.
    `breaks` makes single newlines break the line, as people type them.
    """

    def __init__(
        self,
        anchor: str,
        around: Surroundings,
        newest: Mapping[str, int],
        documents: Mapping[str, DocumentBlock],
        *,
        breaks: bool,
    ) -> None:
        self.citations = Citations(anchor, around.language)
        self.words = Words()
        self._anchor, self._around, self._language = anchor, around, around.language
        self._newest, self._documents, self._breaks = newest, documents, breaks
        #: The last version of each document, as far as the message has been rendered.
        self._seen = dict(documents)
        self._parts = 0
        self._is_within = False

    def beside(self, anchor: str) -> BlockRenderer:
        """A renderer for another state of the same message, with ids of its own under `anchor`."""
        return BlockRenderer(anchor, self._around, self._newest, self._documents, breaks=self._breaks)

    def views(self, block: Block, result: ToolResultBlock | None = None) -> list[BlockView]:
        """How a block shows: mostly as one view. `result` is what came of a tool call."""
        match block:
            case TextBlock():
                return self._text(block)
            case CodeBlock():
                self.words.add_code(block.text, block.language)
                return [self._code(block.text, block.language, block.name)]
            case ReasoningBlock():
                return [self._reasoning(block)]
            case ToolCallBlock():
                return [self._tool(block, result)]
            case ToolResultBlock():
                return [self._tool(None, block)]
            case ImageBlock():
                self.words.said.extend((block.caption, block.prompt))
                return [
                    BlockView("image", file=self._file(block.attachment), caption=block.caption, prompt=block.prompt)
                ]
            case AudioBlock():
                return [self._audio(block)]
            case FileBlock():
                return [self._attached(block)]
            case DocumentBlock():
                return [self._document(block)]
            case QuoteBlock():
                return [self._quote(block)]
            case SourceListBlock():
                return [self._sources(block)]
            case NoticeBlock():
                self.words.said.append(block.text)
                return [BlockView("notice", caption=block.text, level=block.level)]
            case UnknownBlock():
                self.words.steps.append(block.json)
                return [BlockView("unknown", render_code(block.json, "json", self._language), summary=block.type)]

    def _markdown(self, text: str, to: list[str], marks: TextBlock | None = None, *, breaks: bool = False) -> Markup:
        self._parts += 1
        rendered = self._around.markdown(
            text,
            prefix=f"{self._anchor}-{self._parts}",
            marks=self.citations.marks(marks) if marks else (),
            breaks=breaks,
        )
        self.words.add(rendered, to)
        return rendered.html

    def _text(self, block: TextBlock) -> list[BlockView]:
        if not block.text.strip() and not block.citations:
            return []
        if block.plain and not block.citations:
            view = self._plain("text", block.text)
        elif block.plain:
            rendered = render_plain(block.text, marks=self.citations.marks(block))
            self.words.add(rendered, self.words.said)
            view = BlockView("text", rendered.html)
        else:
            view = BlockView("text", self._markdown(block.text, self.words.said, block, breaks=self._breaks))
        if not self._is_within:
            self.words.text = self.words.text or self.words.said[-1]
        return [view]

    def _plain(self, kind: str, text: str) -> BlockView:
        """Text as it stands; of a long one in a tool's result, the beginning, and the rest to be unfolded."""
        head, rest = _divided(text) if self._is_within else (text, "")
        shown, folded = render_plain(head), render_plain(rest)
        self.words.add(shown, self.words.said)
        if not rest:
            return BlockView(kind, shown.html)
        self.words.add(folded, self.words.said)
        summary = self._language.listed(
            (
                self._language.say_count("{count} more line", "{count} more lines", len(rest.splitlines())),
                self._language.say_count("{count} character", "{count} characters", len(rest)),
            )
        )
        return BlockView(kind, shown.html, rest=folded.html, rest_summary=summary)

    def _code(self, text: str, language: str, name: str = "") -> BlockView:
        html = render_code(text, language, self._language)
        return BlockView("code", html, name=name, language=language_label(language))

    def _reasoning(self, block: ReasoningBlock) -> BlockView:
        self.words.steps.append(block.title)
        html = self._markdown(block.text, self.words.steps, breaks=True) if block.text.strip() else Markup()
        return BlockView("reasoning", html, summary=reasoning_line(block, self._language))

    def _tool(self, call: ToolCallBlock | None, result: ToolResultBlock | None) -> BlockView:
        html = Markup()
        if call and call.arguments.strip():
            html = render_code(call.arguments, call.language, self._language)
            self.words.steps.append(call.arguments)
        summary = called(call, self._language) if call else result_of(result.name if result else "", self._language)
        name = untold_names(summary, call, result, self._language)
        self.words.steps.extend((summary, name))
        parts: tuple[BlockView, ...] = ()
        if result is not None:
            summary = with_outcome(summary, result, self._language)
            parts = tuple(view for part in result.blocks for view in self._within(part))
        return BlockView("tool", html, summary=summary, name=name, failed=bool(result and result.failed), blocks=parts)

    def _within(self, block: Block) -> list[BlockView]:
        """A part of a tool result: its words are steps, not something said."""
        kept, self.words.said, self._is_within = self.words.said, self.words.steps, True
        try:
            return self.views(block)
        finally:
            self.words.said, self._is_within = kept, False

    def _file(self, attachment: Attachment) -> FileView:
        return file_view(attachment, self._around.files.get(attachment.id), self._around.root, self._language)

    def _audio(self, block: AudioBlock) -> BlockView:
        html = self._markdown(block.transcript, self.words.said, breaks=True) if block.transcript else Markup()
        return BlockView("audio", html, file=self._file(block.attachment))

    def _attached(self, block: FileBlock) -> BlockView:
        self.words.said.append(block.attachment.name)
        ending = PurePosixPath(block.attachment.name).suffix.removeprefix(".")
        html = Markup()
        if block.text and language_label(ending):
            html = render_code(block.text, ending, self._language)
            self.words.add_code(block.text, ending)
        elif block.text:
            rendered = render_plain(block.text)
            html = rendered.html
            self.words.add(rendered, self.words.said)
        return BlockView("file", html, file=self._file(block.attachment))

    def _document(self, block: DocumentBlock) -> BlockView:
        language, kind = language_and_kind(block, self._language)
        named = self._around.project_names.get(block.project) or block.title
        title = named or self._language.say("Document")
        self.words.said.append(named)
        if not language:
            html = self._markdown(block.text, self.words.said)
        else:
            html = render_code(block.text, language, self._language)
            self.words.add_code(block.text, language)
        newest = self._newest.get(block.id, block.version)
        version = version_line(block, newest, self._language)
        note = self._language.listed((kind, version, block.note))
        before, self._seen[block.id] = self._seen.get(block.id), block
        self._parts += 1
        anchor = f"{self._anchor}-d{self._parts}"
        return BlockView(
            "document",
            html,
            title=title,
            note=note,
            open=block.version >= newest,
            anchor=anchor,
            viewer=self._around.viewers.add(block, title, version, anchor) if self._around.viewers else "",
            changes=changes_view(before, block, self._language),
        )

    def _quote(self, block: QuoteBlock) -> BlockView:
        view = self._plain("quote", block.text)
        self.words.said.append(block.source.title)
        return replace(view, references=self._references((block.source,) if block.source != Source() else ()))

    def _sources(self, block: SourceListBlock) -> BlockView:
        for source in block.sources:
            self.words.steps.extend((source.title, source.url, source.snippet))
        summary = sources_line(block, self._language)
        return BlockView("sources", summary=summary, references=self._references(block.sources))

    def _references(self, sources: tuple[Source, ...]) -> tuple[Reference, ...]:
        self._parts += 1
        prefix = f"{self._anchor}-{self._parts}-r"
        return tuple(
            reference(number, f"{prefix}{number}", "", source, self._language)
            for number, source in enumerate(sources, 1)
        )
