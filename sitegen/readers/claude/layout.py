"""What stands where in a Claude export, judged by the shape of the first records.

Two forms are known: until August 2026 one zip (`conversations.json`, `projects.json`, `users.json`,
`memories.json` side by side), since then a manifest of links to a zip for each category. Any of those zips, a
folder with some of them unpacked, or one JSON file alone is an export. Records are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from sitegen.errors import ExportError
from sitegen.model import content_id
from sitegen.readers.base import Recognition
from sitegen.readers.claude.conversations import UUID
from sitegen.readers.export import Export
from sitegen.readers.fields import Json, Object, list_of, load_json, object_of, objects_of, parse_time, text_of

#: The parts that hold records, in the order in which they are read.
PARTS = ("conversation", "project", "memory", "frame", "design_chat")

_NAMES = {
    "conversation": "conversations",
    "project": "projects",
    "memory": "memories",
    "frame": "frames",
    "design_chat": "design chats",
}
#: The file beside a frame's artifact.json that holds what readers said of it.
COMMENTS = "artifact_comments.json"

#: Account details that only the category zips hold.
_LOGINS = "login_history.json"
_HEAD = 5
_PART_NUMBER = re.compile(r"-(\d{3,4})(?: ?\(\d+\))?(?:\.zip)?$")
_BATCH_DAY = re.compile(r"data-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-batch-\d+")
_BATCH_EPOCH = re.compile(r"data-[0-9a-f-]{36}-(\d{9,13})-")
#: What browsers add to the name of a file that is downloaded again: `conversations-000 (1).zip`.
_COPY = re.compile(r" ?\(\d+\)(?=\.zip$)")
_ZIP_NAME = re.compile(r"[\w. ()-]+\.zip")


class Layout(NamedTuple):
    """The members of an export by what they hold.

    `parts` are (part, member) pairs in the order of reading; `frame_members` the files of each frame's folder by
    the name of its artifact.json; `accounts` are known by name only, `manifests` with their content; `unknown` are
    JSON files without a record that is known, empty ones among them; `account` is `content_id` of the account's
    id, "" if nothing tells it.
    """

    parts: tuple[tuple[str, str], ...]
    frame_members: dict[str, list[str]]
    accounts: tuple[str, ...]
    manifests: tuple[tuple[str, Object], ...]
    unknown: tuple[str, ...]
    account: str


def part_of(value: Json) -> str:
    """What a record is, by its fields: one of PARTS, "account", "manifest", or "" for nothing of Claude's."""
    given = object_of(value)
    if "uuid" in given and "chat_messages" in given:
        return "conversation"
    if "uuid" in given and _has(given, "prompt_template", "docs", "is_starter_project"):
        return "project"
    if "conversations_memory" in given or ("account_uuid" in given and _has(given, "memory_files", "project_memories")):
        return "memory"
    if _has(given, "active_version", "owner_account", "visibility") and isinstance(given.get("versions"), list):
        return "frame"
    if any("category" in file and "filename" in file for file in objects_of(given.get("data_files"))):
        return "manifest"
    if "uuid" in given and "email_address" in given:
        return "account"
    if "uuid" in given and "title" in given and "messages" in given and isinstance(given.get("project"), dict):
        return "design_chat"
    return ""


def _has(given: Object, *keys: str) -> bool:
    return any(key in given for key in keys)


def survey(export: Export) -> Layout:
    """Looks at the first records of every JSON file. Files that can't be read count as unknown ones."""
    names = set(export.candidates(r"(?i).*\.json"))
    frames = {name: values for name in export.named(r"artifact\.json") if (values := _first(export, name))}
    frames = {name: values for name, values in frames.items() if part_of(values[0]) == "frame"}
    folders = {str(PurePosixPath(name).parent): name for name in frames}
    members: dict[str, list[str]] = {name: [] for name in frames}
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    accounts, manifests, unknown, ids = list[str](), list[tuple[str, Object]](), list[str](), dict[str, str]()
    for name in sorted(export.members):
        if owner := _frame_of(PurePosixPath(name), folders):
            members[owner].append(name)
    inside = {name for group in members.values() for name in group}
    for name in (name for name in export.named(r".*") if name in names and name not in inside):
        values = frames.get(name) or _first(export, name)
        part = next(filter(None, map(part_of, values)), "")
        if part == "account" or (not part and PurePosixPath(name).name == _LOGINS):
            accounts.append(name)
        elif part == "manifest":
            manifests.append((name, object_of(values[0])))
        elif part:
            found[part].append(name)
        else:
            unknown.append(name)
        if part not in ids and (account := next(filter(None, map(_account, values)), "")):
            ids[part] = account
    account = next((ids[part] for part in ("conversation", "memory", "account") if part in ids), "")
    parts = tuple((part, name) for part in PARTS for name in found[part])
    return Layout(
        parts,
        members,
        tuple(accounts),
        tuple(manifests),
        tuple(unknown),
        content_id(account) if account else "",
    )


def _frame_of(member: PurePosixPath, folders: dict[str, str]) -> str:
    """The artifact.json of the frame that a file is a version of or a comment on; "" for any other file."""
    if member.name == COMMENTS:
        return folders.get(str(member.parent), "")
    above = (folder.parent for folder in member.parents if folder.name == "versions")
    return next((folders[str(folder)] for folder in above if str(folder) in folders), "")


def _first(export: Export, name: str) -> list[Json]:
    """The first sound records of a member; none of one that can't be read, which is reported when its turn comes."""
    try:
        return [decoded_or_none(item.raw) for item in export.first_items(name, _HEAD)]
    except ExportError:
        return []


def decoded_or_none(raw: bytes) -> Json:
    """A record decoded; None for one that can't be, which is reported when its turn to be read comes."""
    try:
        return load_json(raw)
    except (ValueError, RecursionError):
        return None


def _account(value: Json) -> str:
    given = object_of(value)
    if part_of(given) == "account":
        return text_of(given.get("uuid"))
    return text_of(object_of(given.get("account")).get("uuid")) or text_of(given.get("account_uuid"))


def recognition(export: Export, layout: Layout) -> Recognition | None:
    """What a survey says of an export; None if nothing in it is Claude's.

    Raises ExportError if conversations of several exports lie beside each other.
    """
    if not (layout.parts or layout.accounts or layout.manifests):
        return None
    conversations = [name for part, name in layout.parts if part == "conversation"]
    _refuse_several(export, conversations)
    ignored = (*layout.accounts, *(name for name, _ in layout.manifests))
    return Recognition(
        generation=_generation(layout),
        made=_made(export, layout),
        account=layout.account,
        complete=_is_complete(export, layout, conversations),
        advice="" if layout.parts else _advice(export, layout),
        ignored=tuple(without_ids(name) for name in ignored),
    )


def without_ids(name: str) -> str:
    """A member's name for people: ids in it, which may be the account's, are left out."""
    return UUID.sub("…", name)


def _root(export: Export, name: str) -> tuple[str, str]:
    """Where an export's conversations lie, the number of the part taken off: the same for all parts of one."""
    folder = PurePosixPath(name).parent
    if str(folder) == ".":
        return "", _PART_NUMBER.sub("", PurePosixPath(export.name).stem)
    return str(folder.parent), _PART_NUMBER.sub("", folder.name)


def _refuse_several(export: Export, conversations: list[str]) -> None:
    roots = {_root(export, name) for name in conversations}
    if len(roots) > 1:
        folders = sorted({without_ids(str(PurePosixPath(name).parent)) for name in conversations})
        raise ExportError(f"{export.name} holds several Claude exports ({', '.join(folders)}); give them one by one")


def _is_batch(layout: Layout) -> bool:
    """The one-zip form: the account's file lies beside the conversations instead of in a category of its own.

    So it does where somebody unpacked all categories into one folder; some files are in those alone.
    """
    if layout.manifests or layout.frame_members or any(name.endswith(_LOGINS) for name in layout.accounts):
        return False
    folders = {PurePosixPath(name).parent for part, name in layout.parts if part == "conversation"}
    beside = [name for part, name in layout.parts if PurePosixPath(name).name == "projects.json"]
    return any(PurePosixPath(name).parent in folders for name in (*layout.accounts, *beside))


def _is_complete(export: Export, layout: Layout, conversations: list[str]) -> bool:
    """True for a one-zip export with every batch from 0 on. Later category zips can't be told to be all there are."""
    numbers = set[int]()
    for name in conversations:
        folder = PurePosixPath(name).parent.name or PurePosixPath(export.name).stem
        number = _PART_NUMBER.search(folder)
        numbers.add(int(number[1]) if number and "batch" in folder else 0)
    return bool(numbers) and _is_batch(layout) and numbers == set(range(len(numbers)))


def _generation(layout: Layout) -> str:
    held = [_NAMES[part] for part in PARTS if any(part == other for other, _ in layout.parts)]
    if not held:
        return "manifest, since August 2026" if layout.manifests else "account details only"
    if _is_batch(layout):
        return "one zip, until August 2026: " + ", ".join(held)
    return "by category: " + ", ".join(held)


def _made(export: Export, layout: Layout) -> datetime | None:
    for _, manifest in layout.manifests:
        if made := parse_time(manifest.get("created_at")):
            return made
    folders = (part for _, name in layout.parts for part in PurePosixPath(name).parts[:-1])
    for name in (export.name, *folders):
        if day := _BATCH_DAY.search(name):
            return parse_time(f"{day[1]}T{day[2]}:{day[3]}:{day[4]}Z")
        if epoch := _BATCH_EPOCH.search(name):
            return parse_time(epoch[1])
    return None


def _advice(export: Export, layout: Layout) -> str:
    """The zips to download, by name, apart from those that lie beside the list; "" if there are no others.

    Their links work once and belong to nobody else, so they are never shown.
    """
    names = list(dict.fromkeys(_zip_names(layout)))
    if not names:
        return "This holds account details only, and nothing of it is kept. The chats are in conversations-000.zip."
    there = {_COPY.sub("", PurePosixPath(name).name) for name in export.members}
    if missing := [name for name in names if name not in there]:
        return (
            "This is Claude's list of downloads, without the conversations themselves. Download these files from "
            "the page where the list came from, and import each of them: " + ", ".join(missing)
        )
    return ""


def _zip_names(layout: Layout) -> Iterator[str]:
    for _, manifest in layout.manifests:
        for file in objects_of(list_of(manifest.get("data_files"))):
            name = text_of(file.get("filename"))
            if _ZIP_NAME.fullmatch(name) and text_of(file.get("category")) != "light_metadata":
                yield name
