"""Reads the export of grok.com: one `prod-grok-backend.json` beside a folder of assets.

    {"conversations": [{"conversation": {…}, "responses": [{"response": {…}}]}],
     "projects": […], "tasks": […], "media_posts": […]}

The file is known by its shape, since people rename it. The files beside it that hold the account, its sessions
and its billing are never opened. Here an export is recognised and cut into records; what a record says is read
by `grok_conversation` and `grok_beside`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec

from sitegen.errors import ExportError
from sitegen.model import Conversation, Problem, Record, content_id
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.export import Export
from sitegen.readers.fields import Object, load_json, object_of, objects_of, one_line, text_of
from sitegen.readers.grok.beside import mentioned, read_assets, read_media, read_project, read_task
from sitegen.readers.grok.conversation import read_conversation
from sitegen.readers.grok.markup import UUID

_ACCOUNT_FILES = r"prod-mc-(auth-mgmt-api|billing)\.json|profile-picture"
_BESIDE = {
    "projects": read_project,
    "tasks": read_task,
    "media_posts": read_media,
    "media_generations": read_media,
}
_PARTS = {"conversations", *_BESIDE}
#: What the first items of a part have; any one of these parts tells the file.
_SHAPES = {
    "conversations": {"conversation", "responses"},
    "media_posts": {"original_prompt", "media_type"},
    "projects": {"workspace_id", "custom_personality"},
}


class GrokReader:
    """Grok's own export. A record is a conversation with its responses, a project, a media post or a task."""

    source = "grok"
    label = "Grok"
    assistant = "Grok"
    how_to_export = "Settings → Privacy → Export data"
    version = 1

    def recognise(self, export: Export) -> Recognition | None:
        names = _backends(export)
        if not names:
            return None
        if len(names) > 1:
            raise ExportError(
                f"{export.name} holds more than one Grok export ({' and '.join(names)}); import them one by one"
            )
        return Recognition(
            generation="one backend file",
            account=_account(export, names[0]),
            complete=True,
            ignored=tuple(PurePosixPath(name).name for name in export.named(_ACCOUNT_FILES)),
        )

    def records(self, export: Export) -> Iterator[Record | Problem]:
        """Projects, conversations, tasks and media; then the files of the export that none of them shows."""
        lone = set(_assets(export))
        for entry in self._listed(export):
            if lone and isinstance(entry, Record):
                lone.difference_update(mentioned(entry.raw))
            yield entry
        if lone:
            yield Record(msgspec.json.encode({"assets": sorted(lone)}), "files beside the chats", {"part": "assets"})

    def _listed(self, export: Export) -> Iterator[Record | Problem]:
        for name in _backends(export):
            file = PurePosixPath(name).name
            projects: dict[str, str] = {}
            for item in export.items(name, key="projects"):
                if isinstance(item, Problem):
                    yield item
                    continue
                project = _shallow(item.raw)
                projects[text_of(project.get("workspace_id"))] = one_line(project.get("name"))
                yield Record(item.raw, f"{file}, project {item.number + 1}", {"part": "projects"})
            for item in export.items(name, key="conversations"):
                if isinstance(item, Problem):
                    yield item
                    continue
                project_name = projects.get(_workspace(item.raw)) if projects else None
                context = {"project": project_name} if project_name else {}
                yield Record(item.raw, f"{file}, item {item.number + 1}", context)
            for part in ("tasks", "media_posts", "media_generations"):
                for item in export.items(name, key=part):
                    if isinstance(item, Problem):
                        yield item
                    else:
                        yield Record(item.raw, f"{file}, {part} {item.number + 1}", {"part": part})
            yield from _unknown_parts(export, name)

    def read(self, record: Record) -> Conversation | None:
        value = load_json(record.raw)
        if not isinstance(value, dict):
            raise TypeError("not a JSON object")
        part = text_of(record.context.get("part"))
        if part == "assets":
            return read_assets(self.source, value)
        if part in _BESIDE:
            return _BESIDE[part](self.source, value)
        return read_conversation(self.source, value, record.context)

    def locator(self, export: Export) -> Locator:
        found = _assets(export)
        return lambda identity, _name: found.get(identity.lower())


# --- the export -------------------------------------------------------------------------------------------


def _backends(export: Export) -> list[str]:
    """The members that are Grok's by their shape, even without a single conversation."""
    candidates = export.candidates(r"(?i).*\.json")
    account = set(export.named(_ACCOUNT_FILES))
    return [name for name in candidates if name not in account and _is_backend(export, name)]


def _is_backend(export: Export, name: str) -> bool:
    return any(shape <= item.keys() for key, shape in _SHAPES.items() for item in _first(export, name, key, 3))


def _unknown_parts(export: Export, name: str) -> Iterator[Problem]:
    """Lists that this reader doesn't know. They are told but not read, since they may be about the account."""
    for key in export.keys(name):
        if key not in _PARTS and export.first_items(name, 1, key):
            reason = f"its list '{one_line(key)[:100]}' is of a kind not yet known, and nothing of it was read"
            yield Problem(PurePosixPath(name).name, reason)


def _first(export: Export, name: str, key: str, count: int) -> Iterator[Object]:
    return (_shallow(item.raw) for item in export.first_items(name, count, key))


def _assets(export: Export) -> dict[str, str]:
    """The members that are assets, by their ids."""
    found: dict[str, str] = {}
    for name in export.members:
        folder, file = PurePosixPath(name).parent.name, PurePosixPath(name).stem
        if file == "content" and UUID.fullmatch(folder):
            found.setdefault(folder.lower(), name)
    return found


def _shallow(raw: bytes) -> Object:
    """A record as an object, {} if it is none or can't be decoded."""
    try:
        return object_of(load_json(raw))
    except (ValueError, RecursionError):
        return {}


def _account(export: Export, name: str) -> str:
    """The account's hash, from its id in a conversation or in a response."""
    for item in _first(export, name, "conversations", 20):
        responses = [object_of(entry.get("response")) for entry in objects_of(item.get("responses"))]
        ids = (object_of(item.get("conversation")).get("user_id"), *(entry.get("xai_user_id") for entry in responses))
        if user := next(filter(None, map(text_of, ids)), ""):
            return content_id(user)
    return ""


class _Head(msgspec.Struct):
    """The part of a conversation that says where it belongs; decoding no more of it keeps importing fast."""

    conversation: dict[str, Any]


def _workspace(raw: bytes) -> str:
    try:
        return text_of(msgspec.json.decode(raw, type=_Head).conversation.get("workspace_id"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return text_of(object_of(_shallow(raw).get("conversation")).get("workspace_id"))
