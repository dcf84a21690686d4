"""Documents as pages show them: what their source is written in, what changed between versions, and the pages that run
them. Pure but for reading a script of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from sitegen.headers import VIEWER_FOLDER, VIEWER_POLICY
from sitegen.language import N_, Language
from sitegen.model import DocumentBlock, Message
from sitegen.pages import ChangesView, SourceView, ViewerPage
from sitegen.render.settings import root_of
from sitegen.text import language_label, render_changes
from sitegen.tree import children_of
from sitegen.wording import every_block

#: Media types of documents, as words for their title bar and as languages for their source.
DOCUMENT_TYPES = {
    "text/markdown": ("", "markdown"),
    "text/html": (N_("HTML page"), "html"),
    "image/svg+xml": (N_("SVG picture"), "xml"),
    "application/vnd.ant.react": (N_("React component"), "tsx"),
    "application/vnd.ant.mermaid": (N_("Mermaid diagram"), "mermaid"),
}
_RUNNABLE = ("text/html", "image/svg+xml")

_DECLARED_SHADOW = re.compile("shadowrootmode", re.IGNORECASE)


@cache
def _guard() -> str:
    """Stands before what runs. A frame's document with this head is read by the rules of the standard whatever follows,
    as every `srcdoc` is."""
    script = files("sitegen.render").joinpath("viewer_guard.js").read_text("utf-8")
    return f"<!doctype html><script>{script}</script>"


def language_and_kind(document: DocumentBlock, spoken: Language) -> tuple[str, str]:
    """The language that a document is written in ("" for prose), and what it is, in words of the language spoken."""
    words, language = DOCUMENT_TYPES.get(document.media_type, ("", ""))
    language = document.language or language
    kind = spoken.say(words) if words else language_label(language)
    return "" if language in ("markdown", "text") else language, kind


def documents_before(messages: Sequence[Message]) -> dict[str, Mapping[str, DocumentBlock]]:
    """By message id, for each document in the message its last version on the way to that message."""
    children = children_of(messages)
    before: dict[str, Mapping[str, DocumentBlock]] = {}
    known: dict[str, DocumentBlock] = {}
    # Behind the messages of a branch lies what is known without it.
    ahead: list[Message | dict[str, DocumentBlock | None]] = list(reversed(children.get(None, ())))
    while ahead:
        message = ahead.pop()
        if isinstance(message, dict):
            for id_, block in message.items():
                if block is None:
                    del known[id_]
                else:
                    known[id_] = block
            continue
        states = (message.blocks, *(revision.blocks for revision in message.revisions))
        shown = {block.id for blocks in states for block in every_block(blocks) if isinstance(block, DocumentBlock)}
        before[message.id] = {id_: known[id_] for id_ in shown if id_ in known}
        made = {block.id: block for block in message.blocks if isinstance(block, DocumentBlock)}
        if made:
            ahead.append({id_: known.get(id_) for id_ in made})
            known.update(made)
        ahead.extend(reversed(children.get(message.id, ())))
    return before


def changes_view(before: DocumentBlock | None, document: DocumentBlock, language: Language) -> ChangesView | None:
    """What changed since the version `before`; None if there is none, or nothing changed."""
    if before is None or before.version == document.version or before.text == document.text:
        return None
    changes = render_changes(before.text, document.text)
    versions = {"before": before.version, "after": document.version}
    if changes.is_too_long:
        summary = language.say(
            "What changed from version {before} to {after} is not shown: the texts are too long to be compared.",
            **versions,
        )
        return ChangesView(summary, changes.html)
    added, removed = changes.added, changes.removed
    told = language.listed(
        (
            language.say_count("{count} line added", "{count} lines added", added) if added else "",
            language.say_count("{count} line removed", "{count} lines removed", removed) if removed else "",
        )
    )
    if changes.html:
        summary = language.say("What changed from version {before} to {after}: {changes}", changes=told, **versions)
    else:
        summary = language.say(
            "Written anew from version {before} to {after}: no line stayed ({changes}).", changes=told, **versions
        )
    return ChangesView(summary, changes.html)


def guarded(text: str) -> str:
    """An HTML or SVG document as it may run: behind the script that takes peer connections and inner frames away, and
    without shadow roots that its markup declares, into which that script can't see."""
    return _guard() + _DECLARED_SHADOW.sub(r"data-\g<0>", text)


class Viewers:
    """The pages that run documents of one conversation, whose page is at `path`."""

    def __init__(self, key: str, path: str, source: SourceView, language: Language) -> None:
        self._folder, self._path, self._source = f"{VIEWER_FOLDER}{key}/", path, source
        self._language = language
        self._pages: list[tuple[str, ViewerPage]] = []

    def add(self, document: DocumentBlock, title: str, note: str, anchor: str) -> str:
        """Makes the page of a document that stands at `anchor`, if it is of a kind that runs. Returns its address from
        the conversation's page, "" for none."""
        kind = next((kind for kind in (document.media_type, f"text/{document.language}") if kind in _RUNNABLE), "")
        if not kind or not document.text.strip():
            return ""
        path = f"{self._folder}{anchor}.html"
        back = f"{root_of(path)}{self._path}#{anchor}"
        what = self._language.say(DOCUMENT_TYPES[kind][0])
        page = ViewerPage(title, what, note, "", self._source, back, guarded(document.text), VIEWER_POLICY)
        self._pages.append((path, page))
        return root_of(self._path) + path

    def pages(self, conversation: str) -> list[tuple[str, ViewerPage]]:
        """Every page with its path from the site's top, under the conversation's title."""
        return [(path, replace(page, conversation=conversation)) for path, page in self._pages]
