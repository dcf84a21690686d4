"""Artifacts and files that Claude writes: each edit becomes a whole version of its document.

Pure. Claude exports edits, not results, so the text is followed along the message's own path in the tree: a
retried answer sees the versions before it and none of its siblings'. What a document looks like on a page is not
decided here, and neither are artifacts that were published on their own (`frames`).
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from sitegen.model import DocumentBlock
from sitegen.readers.fields import Json, Object, object_of, one_line, text_of

#: Versions are kept whole, so a long document with thousands of small edits multiplies; further edits stay calls.
MOST_TEXT = 32 << 20

_MARKDOWN = "text/markdown"
_CODE = "application/vnd.ant.code"
_REACT = "application/vnd.ant.react"
_MERMAID = "application/vnd.ant.mermaid"

_LANGUAGE_OF_TYPE = {"text/html": "html", "image/svg+xml": "xml", _REACT: "tsx", _MERMAID: "mermaid"}

_TYPE_OF_SUFFIX = {
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": "text/html",
    ".htm": "text/html",
    ".svg": "image/svg+xml",
    ".jsx": _REACT,
    ".tsx": _REACT,
    ".mermaid": _MERMAID,
    ".mmd": _MERMAID,
    ".txt": "text/plain",
    ".csv": "text/csv",
}

_LANGUAGE_OF_SUFFIX = {
    ".bash": "bash",
    ".c": "c",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".css": "css",
    ".go": "go",
    ".h": "c",
    ".htm": "html",
    ".html": "html",
    ".java": "java",
    ".js": "javascript",
    ".json": "json",
    ".jsx": "jsx",
    ".kt": "kotlin",
    ".mermaid": "mermaid",
    ".mmd": "mermaid",
    ".php": "php",
    ".py": "python",
    ".r": "r",
    ".rb": "ruby",
    ".rs": "rust",
    ".scss": "scss",
    ".sh": "bash",
    ".sql": "sql",
    ".svg": "xml",
    ".swift": "swift",
    ".tex": "latex",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".vue": "vue",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}


class Edit(NamedTuple):
    """What a call does to the document `id`: writes it whole (`text`), or replaces `old` by `new` once."""

    id: str
    text: str | None = None
    old: str = ""
    new: str = ""
    title: str = ""
    media_type: str = ""
    language: str = ""
    note: str = ""


class _Version(NamedTuple):
    text: str
    title: str
    media_type: str
    language: str
    number: int
    missed: int


def form_of(name: str) -> tuple[str, str]:
    """The media type and the language that a file's name tells; the type is that of code for unknown suffixes."""
    suffix = PurePosixPath(name).suffix.lower()
    return _TYPE_OF_SUFFIX.get(suffix, _CODE), _LANGUAGE_OF_SUFFIX.get(suffix, "")


def edit_of(tool: str, arguments: Json) -> Edit | None:
    """What a call of `tool` does to a document; None for a call that changes none."""
    given = object_of(arguments)
    if tool == "artifacts":
        return _artifact_edit(given)
    path = text_of(given.get("path"))
    if tool not in ("create_file", "str_replace") or not path:
        return None
    media_type, language = form_of(path)
    title, note = PurePosixPath(path).name, one_line(given.get("description"))
    if tool == "str_replace":
        return _replacement(Edit(path, title=title, media_type=media_type, language=language, note=note), given)
    content = given.get("file_text")
    if not isinstance(content, str):
        return None
    return Edit(path, content, title=title, media_type=media_type, language=language, note=note)


def _artifact_edit(given: Object) -> Edit | None:
    command = text_of(given.get("command")) or "create"
    media_type = text_of(given.get("type"))
    edit = Edit(
        text_of(given.get("id")) or "artifact",
        title=one_line(given.get("title")),
        media_type=media_type,
        language=one_line(given.get("language")) or _LANGUAGE_OF_TYPE.get(media_type, ""),
    )
    content = given.get("content")
    if command == "update" and not content:
        return _replacement(edit, given)
    if command in ("create", "rewrite", "update") and isinstance(content, str):
        return edit._replace(text=content)
    return None


def _replacement(edit: Edit, given: Object) -> Edit | None:
    old, new = text_of(given.get("old_str")), text_of(given.get("new_str"))
    return edit._replace(old=old, new=new) if old or new else None


def inline_edit(attributes: dict[str, str], text: str, note: str = "") -> Edit:
    """What an `<antArtifact …>` tag in an answer's text does: it writes its document whole."""
    media_type = attributes.get("type", "")
    return Edit(
        attributes.get("identifier") or "artifact",
        text,
        title=one_line(attributes.get("title")),
        media_type=media_type,
        language=attributes.get("language") or _LANGUAGE_OF_TYPE.get(media_type, ""),
        note=note,
    )


class Documents:
    """The documents of a conversation as they stand before the message that was entered last."""

    def __init__(self) -> None:
        self._latest: dict[str, _Version] = {}
        self._path: list[tuple[str, list[tuple[str, _Version | None]]]] = []
        self._left = MOST_TEXT

    def enter(self, message: str, parent: str | None) -> None:
        """Goes on to `message`, which must come depth first after its parent: other branches' edits are undone."""
        while self._path and self._path[-1][0] != parent:
            _, changes = self._path.pop()
            for document, before in reversed(changes):
                if before is None:
                    del self._latest[document]
                else:
                    self._latest[document] = before
        self._path.append((message, []))

    def apply(self, edit: Edit) -> DocumentBlock | str:
        """The document's new version, or in words why there is none. A failed edit is noted on later versions."""
        before = self._latest.get(edit.id)
        if edit.text is not None:
            text = edit.text
        elif before is None:
            return "The version before this change is not in the export."
        elif (edit.old and edit.old in before.text) or not (edit.old or before.text):
            text = before.text.replace(edit.old, edit.new, 1)
        else:
            self._set(edit.id, before._replace(missed=before.missed + 1))
            return f"This change could not be applied: its passage is not in version {before.number}."
        if len(text) > self._left:
            if before is not None:
                self._set(edit.id, before._replace(missed=before.missed + 1))
            return "The versions of this conversation's documents are too long together to show this one whole."
        self._left -= len(text)
        version = _next_version(edit, text, before)
        self._set(edit.id, version)
        return DocumentBlock(
            id=edit.id,
            text=text,
            title=version.title,
            media_type=version.media_type,
            language=version.language,
            version=version.number,
            note=_note(edit.note, version.missed),
        )

    def _set(self, document: str, version: _Version) -> None:
        if self._path:
            self._path[-1][1].append((document, self._latest.get(document)))
        self._latest[document] = version


def _next_version(edit: Edit, text: str, before: _Version | None) -> _Version:
    if before is None:
        media_type = edit.media_type or (_CODE if edit.language else _MARKDOWN)
        return _Version(text, edit.title, media_type, edit.language, 1, 0)
    return _Version(
        text,
        edit.title or before.title,
        edit.media_type or before.media_type,
        edit.language or ("" if edit.media_type else before.language),
        before.number + 1,
        0 if edit.text is not None else before.missed,
    )


def _note(note: str, missed: int) -> str:
    if not missed:
        return note
    warning = f"{missed} earlier {'change' if missed == 1 else 'changes'} could not be applied"
    return f"{note} ({warning})" if note else warning
