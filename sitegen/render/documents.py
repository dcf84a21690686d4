"""Documents as pages show them: what their source is written in, what changed between versions, and the pages that run
them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sitegen.dates import count_label
from sitegen.headers import VIEWER_FOLDER, VIEWER_POLICY
from sitegen.model import DocumentBlock, Message
from sitegen.pages import ChangesView, SourceView, ViewerPage
from sitegen.render.settings import root_of
from sitegen.text import language_label, render_changes

#: Media types of documents, as words for their title bar and as languages for their source.
DOCUMENT_TYPES = {
    "text/markdown": ("", "markdown"),
    "text/html": ("HTML page", "html"),
    "image/svg+xml": ("SVG picture", "xml"),
    "application/vnd.ant.react": ("React component", "tsx"),
    "application/vnd.ant.mermaid": ("Mermaid diagram", "mermaid"),
}
_RUNNABLE = {"text/html": "HTML page", "image/svg+xml": "SVG picture"}

#: Stands before what runs. Peer connections are the one way out that no policy closes; a frame's document with this
#: head is read by the rules of the standard whatever follows, as every `srcdoc` is.
_GUARD = (
    "<!doctype html><script>"
    'for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection"]) delete self[name];'
    "</script>"
)


def language_and_kind(document: DocumentBlock) -> tuple[str, str]:
    """The language that a document is written in ("" for prose), and what it is, in words."""
    words, language = DOCUMENT_TYPES.get(document.media_type, ("", ""))
    language = document.language or language
    return "" if language in ("markdown", "text") else language, words or language_label(language)


def documents_before(messages: Iterable[Message]) -> dict[str, Mapping[str, DocumentBlock]]:
    """By message id, the last version of each document on the way to that message. Parents come before their
    children."""
    after: dict[str | None, Mapping[str, DocumentBlock]] = {None: {}}
    before: dict[str, Mapping[str, DocumentBlock]] = {}
    for message in messages:
        known = before[message.id] = after.get(message.parent, {})
        made = {block.id: block for block in message.blocks if isinstance(block, DocumentBlock)}
        after[message.id] = {**known, **made} if made else known
    return before


def changes_view(before: DocumentBlock | None, document: DocumentBlock) -> ChangesView | None:
    """What changed since the version `before`; None if there is none, or nothing changed."""
    if before is None or before.version == document.version or before.text == document.text:
        return None
    changes = render_changes(before.text, document.text)
    versions = f"from version {before.version} to {document.version}"
    if changes.is_too_long:
        return ChangesView(
            f"What changed {versions} is not shown: the texts are too long to be compared.", changes.html
        )
    counts = (
        (count_label(changes.added, "line") + " added") if changes.added else "",
        (count_label(changes.removed, "line") + " removed") if changes.removed else "",
    )
    told = ", ".join(filter(None, counts))
    if not changes.html:
        return ChangesView(f"Written anew {versions}: no line stayed ({told}).", changes.html)
    return ChangesView(f"What changed {versions}: {told}", changes.html)


class Viewers:
    """The pages that run documents of one conversation, whose page is at `path`."""

    def __init__(self, key: str, path: str, source: SourceView) -> None:
        self._folder, self._path, self._source = f"{VIEWER_FOLDER}{key}/", path, source
        self._pages: list[tuple[str, ViewerPage]] = []

    def add(self, document: DocumentBlock, title: str, note: str, anchor: str) -> str:
        """Makes the page of a document that stands at `anchor`, if it is of a kind that runs. Returns its address from
        the conversation's page, "" for none."""
        what = _RUNNABLE.get(document.media_type) or _RUNNABLE.get(f"text/{document.language}", "")
        if not what or not document.text.strip():
            return ""
        path = f"{self._folder}{anchor}.html"
        back = f"{root_of(path)}{self._path}#{anchor}"
        page = ViewerPage(title, what, note, "", self._source, back, _GUARD + document.text, VIEWER_POLICY)
        self._pages.append((path, page))
        return root_of(self._path) + path

    def pages(self, conversation: str) -> list[tuple[str, ViewerPage]]:
        """Every page with its path from the site's top, under the conversation's title."""
        return [(path, replace(page, conversation=conversation)) for path, page in self._pages]
