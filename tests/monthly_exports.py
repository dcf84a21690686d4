"""One person's chats over three months, and the exports of them in each provider's own form.

The story is told once (`MONTHS`); each form writes of it what that provider's exports hold, dated as they are dated.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PICTURE = "kitchen.png"


def uuid_of(*words: str) -> str:
    """An id as providers give them, the same whenever it is asked for."""
    return str(uuid5(NAMESPACE_URL, "/".join(words)))


ACCOUNT = uuid_of("account")

# --- the story -------------------------------------------------------------------------------------------------


class Turn(NamedTuple):
    """Something said. `key` names it within its conversation, `above` what it answers; it was said at `at`."""

    key: str
    above: str
    role: str
    text: str
    at: datetime
    picture: bool = False


class Talk(NamedTuple):
    """A conversation as it stood in one month. `name` is what its id is made from. `project` is "" for none."""

    name: str
    title: str
    began: datetime
    turns: tuple[Turn, ...]
    project: str = ""


class Month(NamedTuple):
    """The account on the day of an export. `holds_picture`: so do the exports that hold pictures at all."""

    made: datetime
    talks: tuple[Talk, ...]
    holds_picture: bool = False

    @property
    def newest(self) -> datetime:
        """When the last message was written."""
        return max(turn.at for talk in self.talks for turn in talk.turns)


def talk(name: str, title: str, month: int, day: int, *texts: str, project: str = "") -> Talk:
    """A conversation of questions and answers in turn, a minute apart."""
    began = datetime(2026, month, day, 9, 30, tzinfo=UTC)
    turns = tuple(
        Turn(
            str(place + 1),
            str(place) if place else "",
            ("user", "assistant")[place % 2],
            text,
            began + timedelta(minutes=place),
        )
        for place, text in enumerate(texts)
    )
    return Talk(name, title, began, turns, project)


KEPT = talk("kept", "Tides", 1, 5, "Why are there two tides a day?", "One on each side of the earth.")
BREAD = talk("renamed", "Bread", 1, 6, "How wet may a dough be?", "Wetter than one thinks.")
RYE_BREAD = BREAD._replace(title="Rye bread")
FIRST_WORDS = talk("edited", "Resting", 1, 7, "How long must dough rest?", "Until it has doubled.")
OTHER_WORDS = talk("edited", "Resting", 1, 7, "How long must rye dough rest overnight?", "Until it has doubled.")
ONE_ANSWER = talk("branched", "Names", 1, 8, "A name for a boat?", "Seagull, I would say.")
SECOND_ANSWER = Turn("3", "1", "assistant", "Rather Marram Grass.", ONE_ANSWER.began + timedelta(days=30))
TWO_ANSWERS = ONE_ANSWER._replace(turns=(*ONE_ANSWER.turns, SECOND_ANSWER))
BEGUN = talk("continued", "Chess", 1, 9, "What answers the Scandinavian?", "Take the pawn.")
LATER = talk("continued", "Chess", 3, 10, "", "", "And if the queen comes out?", "Knight to c3.").turns[2:]
CONTINUED = BEGUN._replace(turns=(*BEGUN.turns, *LATER))
LEFT = talk("left", "Passwords", 1, 10, "How do I remember a passphrase?", "Make it a sentence.")
BACK = talk("back", "Moss", 1, 11, "What grows in deep shade?", "Moss and ferns.")
LOOSE = talk("moved", "Outline", 1, 12, "How many chapters?", "Five are enough.")
FULL = talk("emptied", "Knots", 1, 13, "Which knot holds a rope?", "The bowline.", "And two ropes?", "The sheet bend.")
PICTURED = talk("pictured", "Tiles", 1, 14, "Which tiles fit this kitchen?", "Small white ones.")
PICTURED = PICTURED._replace(turns=(PICTURED.turns[0]._replace(picture=True), *PICTURED.turns[1:]))
OF_FEBRUARY = talk("february", "Carnival", 2, 17, "Where does the mask come from?", "From Venice, people say.")
OF_MARCH = talk("march", "Swifts", 3, 21, "When do swifts come back?", "At the end of April.")

JANUARY = Month(
    datetime(2026, 1, 31, 8, tzinfo=UTC),
    (KEPT, BREAD, FIRST_WORDS, ONE_ANSWER, BEGUN, LEFT, BACK, LOOSE, FULL, PICTURED),
)
FEBRUARY = Month(
    datetime(2026, 2, 28, 8, tzinfo=UTC),
    (
        KEPT,
        RYE_BREAD,
        OTHER_WORDS,
        TWO_ANSWERS,
        BEGUN,
        LOOSE._replace(project="Thesis"),
        FULL._replace(turns=()),
        PICTURED,
        OF_FEBRUARY,
    ),
    holds_picture=True,
)
MARCH = Month(
    datetime(2026, 3, 31, 8, tzinfo=UTC),
    (
        KEPT,
        RYE_BREAD,
        OTHER_WORDS,
        TWO_ANSWERS,
        CONTINUED,
        BACK,
        LOOSE._replace(project="Cooking"),
        FULL._replace(turns=FULL.turns[:2]),
        PICTURED,
        OF_MARCH,
    ),
)
MONTHS = (JANUARY, FEBRUARY, MARCH)
PROJECTS = ("Thesis", "Cooking")


# --- writing ---------------------------------------------------------------------------------------------------


def _zip(path: Path, members: Mapping[str, bytes | Any]) -> Path:
    """A zip of these members; what is not bytes becomes JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content if isinstance(content, bytes) else _json(content))
    return path


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _updated(talk: Talk) -> datetime:
    return max((turn.at for turn in talk.turns), default=talk.began)


def _message_id(talk: Talk, key: str) -> str:
    return uuid_of(talk.name, key)


def _answers(talk: Talk, key: str) -> list[Turn]:
    return [turn for turn in talk.turns if turn.above == key]


# --- ChatGPT ---------------------------------------------------------------------------------------------------

#: All that ChatGPT's exports say of projects.
PROJECT_IDS = {name: f"g-p-{uuid_of(name).replace('-', '')}" for name in PROJECTS}


def _chatgpt_conversation(talk: Talk, picture: str) -> dict[str, Any]:
    """`picture` points to the picture as exports of that time do. An emptied conversation is one of nulls."""
    identity = uuid_of(talk.name)
    mapping = {
        "client-created-root": {
            "id": "client-created-root",
            "message": None,
            "parent": None,
            "children": [_message_id(talk, turn.key) for turn in _answers(talk, "")],
        }
    }
    for turn in talk.turns:
        node = _message_id(talk, turn.key)
        mapping[node] = {
            "id": node,
            "message": _chatgpt_message(node, turn, picture),
            "parent": _message_id(talk, turn.above) if turn.above else "client-created-root",
            "children": [_message_id(talk, answer.key) for answer in _answers(talk, turn.key)],
        }
    return {
        "title": talk.title if talk.turns else None,
        "create_time": talk.began.timestamp(),
        "update_time": _updated(talk).timestamp(),
        "mapping": mapping if talk.turns else None,
        "moderation_results": [],
        "current_node": _message_id(talk, talk.turns[-1].key) if talk.turns else None,
        "conversation_template_id": PROJECT_IDS.get(talk.project),
        "gizmo_id": PROJECT_IDS.get(talk.project),
        "gizmo_type": "snorlax" if talk.project else None,
        "is_archived": False,
        "default_model_slug": "gpt-5",
        "conversation_id": identity,
        "id": identity,
    }


def _chatgpt_message(node: str, turn: Turn, picture: str) -> dict[str, Any]:
    content: dict[str, Any] = {"content_type": "text", "parts": [turn.text]}
    metadata: dict[str, Any] = {} if turn.role == "user" else {"model_slug": "gpt-5"}
    if turn.picture:
        pointer = {"content_type": "image_asset_pointer", "asset_pointer": picture, "size_bytes": len(PNG)}
        content = {"content_type": "multimodal_text", "parts": [pointer, turn.text]}
        attachment = {"id": picture.rpartition("//")[2], "name": PICTURE, "mime_type": "image/png", "size": len(PNG)}
        metadata["attachments"] = [attachment]
    return {
        "id": node,
        "author": {"role": turn.role, "name": None, "metadata": {}},
        "create_time": turn.at.timestamp(),
        "update_time": None,
        "content": content,
        "status": "finished_successfully",
        "end_turn": True,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
    }


def _chatgpt_name(month: Month) -> str:
    return f"{'3f' * 32}-{month.made:%Y-%m-%d-%H-%M-%S}-{'a7' * 16}"


def chatgpt(folder: Path, month: Month) -> Path:
    """One file, the account's id in `user.json`, the date in the name."""
    stored = "file-Kq7RzW3mXb2NfTdJp5YvL8sA"
    conversations = [_chatgpt_conversation(talk, f"file-service://{stored}") for talk in month.talks]
    members: dict[str, Any] = {
        "conversations.json": conversations,
        "chat.html": b"<html><title>ChatGPT Data Export</title></html>",
        "user.json": {"id": f"user-{ACCOUNT}", "email": "robin@example.org"},
        "shared_conversations.json": [],
    }
    if month.holds_picture:
        members[f"{stored}-{PICTURE}"] = PNG
    return _zip(folder / f"{_chatgpt_name(month)}.zip", members)


def chatgpt_sharded(folder: Path, month: Month) -> Path:
    """Shards with a placeholder among them, files without endings, nothing that the reader knows the account by."""
    stored = "file_00000000d5e06246a7c1f39b8e2d4f60"
    conversations: list[Any] = [_chatgpt_conversation(talk, f"sediment://{stored}") for talk in month.talks]
    shards = {"conversations-000.json": [*conversations[:5], {}], "conversations-001.json": conversations[5:]}
    members: dict[str, Any] = {**shards, "user_settings.json": {"settings": {"voice_name": "cove"}}}
    if month.holds_picture:
        members[f"{stored}.dat"] = PNG
        members["conversation_asset_file_names.json"] = {f"{stored}.dat": PICTURE}
    members["export_manifest.json"] = {
        "version": 1,
        "logical_files": {"conversations.json": {"files": list(shards), "sharded": True, "shard_count": len(shards)}},
        "export_files": [{"path": name} for name in members],
    }
    return _zip(folder / f"{_chatgpt_name(month)}.zip", members)


# --- Claude ----------------------------------------------------------------------------------------------------


def _claude_conversation(talk: Talk) -> dict[str, Any]:
    return {
        "uuid": uuid_of(talk.name),
        "name": talk.title,
        "summary": "",
        "created_at": _iso(talk.began),
        "updated_at": _iso(_updated(talk)),
        "account": {"uuid": ACCOUNT},
        "project_uuid": uuid_of(talk.project) if talk.project else None,
        "chat_messages": [_claude_message(talk, turn) for turn in talk.turns],
    }


def _claude_message(talk: Talk, turn: Turn) -> dict[str, Any]:
    top = "00000000-0000-4000-8000-000000000000"
    file = {"file_uuid": uuid_of(PICTURE), "file_name": PICTURE}
    return {
        "uuid": _message_id(talk, turn.key),
        "text": turn.text,
        "content": [{"type": "text", "text": turn.text, "citations": []}],
        "sender": "human" if turn.role == "user" else "assistant",
        "created_at": _iso(turn.at),
        "updated_at": _iso(turn.at),
        "attachments": [],
        "files": [file] if turn.picture else [],
        "parent_message_uuid": _message_id(talk, turn.above) if turn.above else top,
    }


def _claude_project(name: str) -> dict[str, Any]:
    return {
        "uuid": uuid_of(name),
        "name": name,
        "description": "",
        "is_private": True,
        "is_starter_project": False,
        "prompt_template": f"Be brief about {name.lower()}.",
        "created_at": _iso(datetime(2026, 1, 2, tzinfo=UTC)),
        "updated_at": _iso(datetime(2026, 1, 2, tzinfo=UTC)),
        "creator": {"uuid": ACCOUNT, "full_name": "Robin Example"},
        "docs": [],
    }


_CLAUDE_ACCOUNT = [{"uuid": ACCOUNT, "full_name": "Robin Example", "email_address": "robin@example.org"}]


def claude(folder: Path, month: Month) -> Path:
    """One zip, as until August 2026: all chats of the account, the date in the name."""
    return _zip(
        folder / f"data-{month.made:%Y-%m-%d-%H-%M-%S}-batch-0000.zip",
        {
            "conversations.json": [_claude_conversation(talk) for talk in month.talks],
            "projects.json": [_claude_project(name) for name in PROJECTS],
            "users.json": _CLAUDE_ACCOUNT,
        },
    )


def claude_by_category(folder: Path, month: Month) -> Path:
    """A zip for each category, as since August 2026, beside the list of them; in the zips, no date and no name of a
    project where its chats are."""
    target = folder / f"claude-{month.made:%Y-%m-%d}"
    target.mkdir()
    categories: dict[str, dict[str, Any]] = {
        "light_metadata": {"users.json": _CLAUDE_ACCOUNT},
        "conversations": {"conversations.json": [_claude_conversation(talk) for talk in month.talks]},
        "projects": {f"projects/{uuid_of(name)}.json": _claude_project(name) for name in PROJECTS},
    }
    links = [
        {"batch_index": 0, "category": category, "part": 0, "filename": f"{category}-000.zip", "export_url": "secret"}
        for category in categories
    ]
    manifest = {"version": "1.0", "created_at": month.made.isoformat(), "total_files": len(links), "data_files": links}
    (target / f"manifest-{ACCOUNT}.json").write_bytes(_json(manifest))
    for category, members in categories.items():
        _zip(target / f"{category}-000.zip", members)
    return target


# --- Grok ------------------------------------------------------------------------------------------------------


def grok(folder: Path, month: Month) -> Path:
    """The backend's file below folders that bear the account's id; no date but those of the records."""
    top = f"ttl/30d/export_data/{ACCOUNT}"
    members: dict[str, Any] = {
        f"{top}/prod-grok-backend.json": {
            "conversations": [_grok_conversation(talk) for talk in month.talks],
            "projects": [
                {"workspace_id": uuid_of(name), "name": name, "custom_personality": f"Be brief about {name.lower()}."}
                for name in PROJECTS
            ],
            "tasks": [],
            "media_posts": [],
        },
        f"{top}/prod-mc-auth-mgmt-api.json": {"user": {"userId": ACCOUNT, "email": "robin@example.org"}},
        f"{top}/prod-mc-billing.json": {"balances": []},
    }
    if month.holds_picture:
        members[f"{top}/prod-mc-asset-server/{uuid_of(PICTURE)}/content"] = PNG
    return _zip(folder / f"{uuid_of('delivery', str(month.made))}.zip", members)


def _grok_conversation(talk: Talk) -> dict[str, Any]:
    return {
        "conversation": {
            "id": uuid_of(talk.name),
            "user_id": ACCOUNT,
            "title": talk.title,
            "create_time": _iso(talk.began),
            "modify_time": _iso(_updated(talk)),
            "system_prompt_name": "",
            "temporary": False,
            "starred": False,
            "leaf_response_id": None,
            "summary": "",
            "workspace_id": uuid_of(talk.project) if talk.project else None,
            "asset_ids": [],
        },
        "responses": [{"response": _grok_response(talk, turn), "share_link": None} for turn in talk.turns],
    }


def _grok_response(talk: Talk, turn: Turn) -> dict[str, Any]:
    return {
        "_id": _message_id(talk, turn.key),
        "conversation_id": uuid_of(talk.name),
        "message": turn.text,
        "sender": "human" if turn.role == "user" else "assistant",
        "create_time": {"$date": {"$numberLong": str(int(turn.at.timestamp() * 1000))}},
        # The first turn names a parent that stands in no export.
        "parent_response_id": _message_id(talk, turn.above or "top"),
        "model": "" if turn.role == "user" else "grok-4",
        "metadata": {},
        "xai_user_id": ACCOUNT,
        "file_attachments": [uuid_of(PICTURE)] if turn.picture else [],
        "steps": [],
    }


# --- Grok on X -------------------------------------------------------------------------------------------------

_X_ACCOUNT = "1500000000000000017"
_X_CHATS = "grok-chat-item.js"


def x_chat_id(name: str) -> str:
    """The number that X gives the chat of this name."""
    return str(2_000_000_000_000_000_000 + int(uuid_of(name).replace("-", "")[:12], 16))


def grok_on_x(
    folder: Path, month: Month, *, partial: bool = False, name: str = "", listed: Sequence[str] = (_X_CHATS,)
) -> Path:
    """Items without ids or titles, of each chat only the branch that was shown last; the newest chat first.

    The manifest says that the archive is `partial`, and which files with chats are `listed`; one is written.
    """
    items = [
        {"grokChatItem": _x_item(talk, turn)} for talk in reversed(month.talks) for turn in _shown_branch(talk.turns)
    ]
    manifest = {
        "userInfo": {"accountId": _X_ACCOUNT, "userName": "robin_example", "displayName": "Robin Example"},
        "archiveInfo": {
            "sizeBytes": "18000",
            "generationDate": month.made.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "isPartialArchive": partial,
            "maxPartSizeBytes": "53687091200",
        },
        "dataTypes": {
            "grokChatItem": {
                "files": [
                    {"fileName": f"data/{file}", "globalName": f"YTD.grok_chat_item.part{number}"}
                    for number, file in enumerate(listed)
                ]
            }
        },
    }
    account = [{"account": {"accountId": _X_ACCOUNT, "email": "robin@example.org"}}]
    return _zip(
        folder / f"{name or f'twitter-{month.made:%Y-%m-%d}-' + 'c5' * 32}.zip",
        {
            "data/manifest.js": b"window.__THAR_CONFIG = " + _json(manifest),
            "data/account.js": b"window.YTD.account.part0 = " + _json(account),
            f"data/{_X_CHATS}": b"window.YTD.grok_chat_item.part0 = " + _json(items),
        },
    )


def _shown_branch(turns: Sequence[Turn]) -> Iterable[Turn]:
    above = {turn.key: turn.above for turn in turns}
    shown = {turns[-1].key} if turns else set()
    for turn in reversed(turns):
        if turn.key in shown:
            shown.add(above[turn.key])
    return (turn for turn in turns if turn.key in shown)


def _x_item(talk: Talk, turn: Turn) -> dict[str, Any]:
    value, name = ("1", "User") if turn.role == "user" else ("2", "Agent")
    item: dict[str, Any] = {
        "accountId": _X_ACCOUNT,
        "chatId": x_chat_id(talk.name),
        "createdAt": turn.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "grokMode": {"value": "1", "name": "Normal", "originalName": "NORMAL", "annotations": {}},
        "sender": {"value": value, "name": name, "originalName": name.upper(), "annotations": {}},
        "message": turn.text,
    }
    if turn.picture:
        address = "https://ton.x.com/grok-attachment/2054321101122334455"
        item["attachments"] = [
            {"mediaId": "2054321101122334455", "fileName": PICTURE, "mimeType": "image/png", "url": address}
        ]
    return item


# --- DeepSeek --------------------------------------------------------------------------------------------------


def deepseek(folder: Path, month: Month) -> Path:
    """A full snapshot in two files, the day in the name, times as in China, ids that count within a chat."""
    return _zip(
        folder / f"deepseek_data-{month.made:%Y-%m-%d}.zip",
        {
            "conversations.json": [_deepseek_conversation(talk) for talk in month.talks],
            "user.json": {"user_id": ACCOUNT, "email": "robin@example.org", "mobile": {"mobile_number": ""}},
        },
    )


def _deepseek_conversation(talk: Talk) -> dict[str, Any]:
    root = {"id": "root", "parent": None, "children": [turn.key for turn in _answers(talk, "")], "message": None}
    mapping: dict[str, Any] = {"root": root}
    for turn in talk.turns:
        mapping[turn.key] = {
            "id": turn.key,
            "parent": turn.above or "root",
            "children": [answer.key for answer in _answers(talk, turn.key)],
            "message": _deepseek_message(turn),
        }
    return {
        "id": uuid_of(talk.name),
        "title": talk.title,
        "inserted_at": _chinese(talk.began),
        "updated_at": _chinese(_updated(talk)),
        "mapping": mapping,
    }


def _deepseek_message(turn: Turn) -> dict[str, Any]:
    fragments: list[Any] = [{"type": "REQUEST" if turn.role == "user" else "RESPONSE", "content": turn.text}]
    if turn.picture:
        fragments.insert(0, {"type": "FILE", "files": [{"file_id": "f1", "file_name": PICTURE, "file_size": 48}]})
    return {"files": [], "model": "deepseek-chat", "inserted_at": _chinese(turn.at), "fragments": fragments}


def _chinese(time: datetime) -> str:
    return (time + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S.%f+08:00")


# --- the forms -------------------------------------------------------------------------------------------------


class Form(NamedTuple):
    """One form of exports, and what it can tell.

    `message_ids`: an edited message is known as the same, and every branch is there. `titles` and `projects` are
    in the records; `project_names` too, not only ids. `absence`: it tells the account, and holds all chats of it.
    `pictures` are in it with their bytes. `dated` says when an export of a month was made, as far as it tells.
    """

    source: str
    write: Callable[[Path, Month], Path]
    message_ids: bool = True
    titles: bool = True
    projects: bool = True
    project_names: bool = True
    absence: bool = True
    pictures: bool = True
    dated: Callable[[Month], datetime] = lambda month: month.made


def _day(month: Month) -> datetime:
    return month.made.replace(hour=0)


def _newest(month: Month) -> datetime:
    return month.newest


FORMS = {
    "chatgpt": Form("chatgpt", chatgpt, project_names=False),
    "chatgpt_sharded": Form("chatgpt", chatgpt_sharded, project_names=False, absence=False),
    "claude": Form("claude", claude, pictures=False),
    # Each category comes in zips of its own, and none says how many there are.
    "claude_by_category": Form("claude", claude_by_category, pictures=False, absence=False, dated=_newest),
    "grok": Form("grok", grok, dated=_newest),
    "grok_on_x": Form("grok_on_x", grok_on_x, message_ids=False, titles=False, projects=False, pictures=False),
    "deepseek": Form("deepseek", deepseek, projects=False, pictures=False, dated=_day),
}
