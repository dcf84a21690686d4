"""Artifacts that were published on their own (Claude's "frames"): each with its versions and the comments on it.

`assemble` gathers the several files of one frame into a record; `read_frame`, which is pure, reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from sitegen.errors import ExportError
from sitegen.model import Conversation, DocumentBlock, Message, NoticeBlock, content_id
from sitegen.readers.claude.documents import form_of
from sitegen.readers.claude.layout import COMMENTS
from sitegen.readers.claude.projects import in_line
from sitegen.readers.claude.results import unknown
from sitegen.readers.export import Export
from sitegen.readers.fields import Json, Object, list_of, object_of, objects_of, one_line, parse_time, text_of


def assemble(export: Export, name: str, members: list[str]) -> bytes:
    """One JSON object of a frame's `artifact.json` (`name`), the texts of its versions and its comments.

    `members` are the files in the frame's folder. Raises ExportError or ValueError if one can't be read.
    """
    folder = PurePosixPath(name).parent
    texts: list[Object] = []
    comments: Json = None
    for member in members:
        path = PurePosixPath(member).relative_to(folder)
        if path.name == COMMENTS:
            comments = export.json(member)
        elif path.parts[0] == "versions":
            texts.append({"path": str(path.relative_to("versions")), "text": _text(export, member)})
    frame = {"artifact": export.json(name), "versions": texts, "comments": comments}
    return json.dumps(frame, ensure_ascii=False).encode()


def _text(export: Export, member: str) -> str | None:
    try:
        return export.read(member).decode()
    except UnicodeDecodeError:
        return None
    except ExportError as error:
        raise ExportError(f"{member}: {error}") from error


def read_frame(item: Object) -> Conversation:
    """A published artifact: a message for each version, then one for each comment."""
    artifact = object_of(item.get("artifact"))
    versions = list(objects_of(artifact.get("versions")))
    identity = text_of(artifact.get("id")) or content_id(unknown(item).json)
    active = text_of(artifact.get("active_version"))
    shown = next((v for v in versions if text_of(v.get("id")) == active), versions[-1] if versions else {})
    messages = in_line([*_versions(identity, versions, item, active), *_comments(object_of(item.get("comments")))])
    times = [message.created for message in messages if message.created]
    return Conversation(
        source="claude",
        id=identity,
        title=one_line(shown.get("title")) or one_line(artifact.get("title")),
        kind="document",
        created=min(times, default=None),
        updated=parse_time(artifact.get("updated_at")) or max(times, default=None),
        messages=messages,
        active_leaf=messages[-1].id if messages else None,
        summary=text_of(shown.get("description")).strip(),
    )


def _versions(identity: str, versions: list[Object], item: Object, active: str) -> Iterator[Message]:
    """The versions that artifact.json lists, in its order, then texts of versions that it doesn't list."""
    texts = _texts_by_version(item)
    listed = {text_of(version.get("id")) for version in versions}
    unlisted = [{"id": name} for name in texts if name not in listed]
    newest = (versions or unlisted or [None])[-1]
    number = 0
    for version in [*versions, *unlisted]:
        name = text_of(version.get("id"))
        notes = [one_line(version.get("description"))]
        if name and name == active and version is not newest:
            notes.append("the version that is published")
        for path, text in texts.get(name, [("", None)]):
            number += 1
            media_type, language = form_of(path or "index.html")
            missing = ["its text is not in the export"] if text is None else []
            block = DocumentBlock(
                identity,
                text or "",
                one_line(version.get("title")) or PurePosixPath(path).name,
                media_type,
                language,
                number,
                "; ".join(filter(None, [*notes, *missing])),
            )
            yield Message(
                name or f"version-{number}",
                "assistant",
                (block,),
                created=parse_time(version.get("created_at")),
            )


def _texts_by_version(item: Object) -> dict[str, list[tuple[str, str | None]]]:
    """`versions/<id>.html` and `versions/<id>/index.md` by their id, as (path, text)."""
    texts: dict[str, list[tuple[str, str | None]]] = {}
    for given in objects_of(item.get("versions")):
        path = PurePosixPath(text_of(given.get("path")) or "unnamed")
        name = path.parts[0] if len(path.parts) > 1 else path.stem
        text = given.get("text")
        texts.setdefault(name, []).append((str(path), text if isinstance(text, str) else None))
    return texts


def _comments(given: Object) -> Iterator[Message]:
    """Comments in their threads' order. Their authors are known by number only, and stay so."""
    for number, thread in enumerate(objects_of(given.get("threads")), 1):
        state = ", resolved" if thread.get("resolved") is True else ""
        for place, comment in enumerate(list_of(thread.get("comments")), 1):
            told = object_of(comment)
            text = text_of(told.get("text"))
            block = NoticeBlock(f"Comment {number}.{place} by {_author(told)}{state}: {text}")
            created = parse_time(told.get("created_at")) or parse_time(thread.get("created_at"))
            shown = (block,) if text else (unknown(comment, "comment"),)
            yield Message(f"comment-{number}-{place}", "system", shown, created=created)


def _author(comment: Object) -> str:
    if comment.get("author_is_artifact_owner") is True:
        return "the owner"
    role, index = one_line(comment.get("author_role")), one_line(comment.get("author_index"))
    return " ".join(filter(None, [role or "reader", index]))
