"""The reader for Claude's account exports (claude.ai), all forms from 2024 to 2026.

It says what an export holds, takes the records out of it, and hands each to the module that reads its kind:
conversations, projects, memories, published artifacts, design chats. Uploaded files are named in these exports
but never contained. Account details (`users.json`, `login_history.json`, the manifest's links) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from sitegen.errors import ExportError
from sitegen.model import Conversation, Problem, Record
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.claude.conversations import UUID, read_conversation, read_design_chat
from sitegen.readers.claude.frames import assemble, read_frame
from sitegen.readers.claude.layout import Layout, decoded_or_none, part_of, recognition, survey, without_ids
from sitegen.readers.claude.projects import read_memory, read_project
from sitegen.readers.export import Export
from sitegen.readers.fields import Object, load_json, object_of, one_line, text_of

_ID = re.compile(rb'"(' + UUID.pattern.encode() + rb')"')


class ClaudeReader:
    """Reads what claude.ai sends. Each of the category zips of 2026 is an export of its own as well."""

    source: ClassVar[str] = "claude"
    label: ClassVar[str] = "Claude"
    assistant: ClassVar[str] = "Claude"
    how_to_export: ClassVar[str] = "Settings → Privacy → Export data"
    version: ClassVar[int] = 1

    def recognise(self, export: Export) -> Recognition | None:
        """As the protocol says; a manifest or account file alone is recognised too, and holds no records."""
        return recognition(export, survey(export))

    def records(self, export: Export) -> Iterator[Record | Problem]:
        """Conversations first, then projects, memories, published artifacts and design chats."""
        layout = survey(export)
        names = _project_names(export, layout)
        for part, name in layout.parts:
            try:
                if part == "frame":
                    # One under another name than artifact.json has no folder of its own.
                    members = layout.frame_members.get(name, [])
                    yield Record(assemble(export, name, members), name, {"part": part})
                else:
                    yield from _records_of(export, part, name, names, layout.account)
            except (ExportError, ValueError, RecursionError) as error:
                yield Problem(without_ids(name), without_ids(f"this file can't be read: {error}"))
        for name in layout.unknown:
            yield from _left_out(export, name)

    def read(self, record: Record) -> Conversation | None:
        """As the protocol says. Raises ValueError for a record that is none of Claude's."""
        value = load_json(record.raw)
        if value is None or value == {}:
            return None
        if not isinstance(value, dict):
            raise ValueError("the record is no JSON object")
        return _read_part(text_of(record.context.get("part")) or part_of(value), value, record.context)

    def locator(self, export: Export) -> Locator:
        """Finds nothing: these exports hold no bytes of attachments."""
        return lambda identity, name: None


def _read_part(part: str, value: Object, context: Mapping[str, Any]) -> Conversation | None:
    match part:
        case "conversation":
            return read_conversation(value, object_of(context.get("projects")))
        case "project":
            return read_project(value)
        case "memory":
            return read_memory(value, context)
        case "frame":
            return read_frame(value)
        case "design_chat":
            return read_design_chat(value)
        case _:
            raise ValueError("the item has no chat_messages and is nothing else that the reader knows")


def _records_of(
    export: Export, part: str, name: str, names: dict[str, str], account: str
) -> Iterator[Record | Problem]:
    for item in export.items(name):
        if isinstance(item, Problem):
            yield _without_ids(item)
            continue
        context: dict[str, Any] = {"part": part}
        if part in ("conversation", "memory") and (known := _named_in(item.raw, names)):
            context["projects"] = known
        if part == "memory" and account:
            context["account"] = account
        yield Record(item.raw, _where(part, name, item.number), context)


def _left_out(export: Export, name: str) -> Iterator[Problem]:
    """Why nothing of a JSON file was read. An empty list, as of projects where there are none, is no problem."""
    try:
        for item in export.items(name):
            if not isinstance(item, Problem):
                yield Problem(without_ids(name), "this file holds nothing that the reader for Claude knows")
                return
            yield _without_ids(item)
    except ExportError as error:
        yield Problem(without_ids(name), without_ids(str(error)))


def _without_ids(problem: Problem) -> Problem:
    return Problem(without_ids(problem.where), without_ids(problem.reason), problem.raw)


def _named_in(raw: bytes, names: dict[str, str]) -> dict[str, str]:
    """The names of those projects whose ids a record mentions, found without decoding it."""
    if not names:
        return {}
    mentioned = {identity.decode() for identity in _ID.findall(raw)}
    return {identity: names[identity] for identity in sorted(mentioned & names.keys())}


def _where(part: str, name: str, number: int) -> str:
    """A record's place for people. A file of one record is its own place; that of memories bears the account's id."""
    shown = name if part in ("project", "design_chat") else without_ids(name)
    return shown if UUID.search(PurePosixPath(name).stem) else f"{shown}, item {number + 1}"


def _project_names(export: Export, layout: Layout) -> dict[str, str]:
    """Names by id of all projects that the export holds; what can't be read is reported by `records` later."""
    names: dict[str, str] = {}
    for name in (name for part, name in layout.parts if part == "project"):
        try:
            for item in export.items(name):
                project = object_of(None if isinstance(item, Problem) else decoded_or_none(item.raw))
                names[text_of(project.get("uuid"))] = one_line(project.get("name"))
        except (ExportError, ValueError, RecursionError):
            continue
    return {identity: name for identity, name in names.items() if identity and name}
