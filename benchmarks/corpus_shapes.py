"""The corpus in the form of every provider's export: the same texts, told as each of them tells it. Pure.

`corpus` makes conversations as ChatGPT writes them; here they are read back as what was said, and said again in other
shapes. What a form cannot hold is lost as it is in real exports: Grok on X has neither titles nor branches, so that an
answer that was asked for twice is a question that was put twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

_ACCOUNT = str(uuid5(NAMESPACE_URL, "https://example.org/account"))
_CLAUDE_ROOT = "00000000-0000-4000-8000-000000000000"
_CHINA = timezone(timedelta(hours=8))


class Turn(NamedTuple):
    """Something said, at `time` in seconds since 1970. `parent` is the id of what it answers, "" for the first."""

    id: str
    parent: str
    role: str
    text: str
    time: float


class Talk(NamedTuple):
    """A conversation: its turns in order, each after its parent, and the last one of the branch that is shown."""

    id: str
    title: str
    created: float
    updated: float
    model: str
    leaf: str
    turns: tuple[Turn, ...]

    def shown(self) -> tuple[Turn, ...]:
        """The branch that a person sees: from the first turn down to the leaf."""
        by_id = {turn.id: turn for turn in self.turns}
        path, identity = list[Turn](), self.leaf
        while identity in by_id:
            path.append(by_id[identity])
            identity = by_id[identity].parent
        return tuple(reversed(path))


def talk_of(conversation: dict[str, Any]) -> Talk:
    """What is said in a conversation of the corpus; hidden messages are left out."""
    turns, known = list[Turn](), set[str]()
    for identity, node in conversation["mapping"].items():
        message = node["message"]
        if message is None or message["author"]["role"] == "system":
            continue
        parent = node["parent"] if node["parent"] in known else ""
        known.add(identity)
        role, text = message["author"]["role"], message["content"]["parts"][0]
        turns.append(Turn(identity, parent, role, text, message["create_time"]))
    return Talk(
        conversation["conversation_id"],
        conversation["title"],
        conversation["create_time"],
        conversation["update_time"],
        conversation["default_model_slug"],
        conversation["current_node"],
        tuple(turns),
    )


class Form(NamedTuple):
    """How a provider writes an export: the file in the zip, what stands around the items, and the items of a
    conversation. `source` is the provider's name in the archive."""

    source: str
    member: str
    before: bytes
    after: bytes
    items: Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def _chatgpt(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield conversation


def _claude(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As in the category zip of 2026, whose messages name their parents and hold their text twice."""
    talk = talk_of(conversation)
    yield {
        "uuid": talk.id,
        "name": talk.title,
        "summary": "",
        "created_at": _iso(talk.created),
        "updated_at": _iso(talk.updated),
        "account": {"uuid": _ACCOUNT},
        "chat_messages": [_claude_message(turn) for turn in talk.turns],
    }


def _claude_message(turn: Turn) -> dict[str, Any]:
    time = _iso(turn.time)
    block = {"start_timestamp": time, "stop_timestamp": time, "flags": None, "type": "text", "text": turn.text}
    return {
        "uuid": turn.id,
        "text": turn.text,
        "content": [{**block, "citations": []}],
        "sender": "human" if turn.role == "user" else "assistant",
        "created_at": time,
        "updated_at": time,
        "attachments": [],
        "files": [],
        "parent_message_uuid": turn.parent or _CLAUDE_ROOT,
    }


def _grok(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As in the backend file of grok.com, whose times are those of a database."""
    talk = talk_of(conversation)
    yield {
        "conversation": {
            "id": talk.id,
            "user_id": _ACCOUNT,
            "create_time": _iso(talk.created),
            "modify_time": _iso(talk.updated),
            "title": talk.title,
            "summary": "",
            "starred": False,
            "temporary": False,
            "system_prompt_name": "",
            "asset_ids": [],
            "leaf_response_id": talk.leaf,
        },
        "responses": [{"response": _grok_response(talk, turn), "share_link": None} for turn in talk.turns],
    }


def _grok_response(talk: Talk, turn: Turn) -> dict[str, Any]:
    asked = turn.role == "user"
    response = {
        "_id": turn.id,
        "conversation_id": talk.id,
        "message": turn.text,
        "sender": "human" if asked else "assistant",
        "create_time": {"$date": {"$numberLong": str(round(turn.time * 1000))}},
        "metadata": {},
        "model": "" if asked else "grok-3",
    }
    return {**response, "parent_response_id": turn.parent} if turn.parent else response


def _grok_on_x(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As in an archive of X: single messages without ids, question and answer dated alike."""
    talk = talk_of(conversation)
    questions = {turn.id: turn for turn in talk.turns if turn.role == "user"}
    chat = str(10**17 + UUID(talk.id).int % (9 * 10**17))
    answered = set[str]()
    for turn in talk.turns:
        if turn.role == "user":
            continue
        question = questions[turn.parent]
        time = turn.time if question.id in answered else question.time
        answered.add(question.id)
        yield _x_item(chat, "User", question.text, time)
        yield _x_item(chat, "Agent", turn.text, time)


def _x_item(chat: str, sender: str, text: str, time: float) -> dict[str, Any]:
    number = {"User": "1", "Agent": "2"}[sender]
    return {
        "grokChatItem": {
            "accountId": "1234567",
            "chatId": chat,
            "createdAt": datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "grokMode": {"value": "1", "name": "Normal", "originalName": "NORMAL", "annotations": {}},
            "sender": {"value": number, "name": sender, "originalName": sender.upper(), "annotations": {}},
            "message": text,
        }
    }


def _deepseek(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As in DeepSeek's exports: nodes that are numbered, messages that are fragments, the clock of China."""
    talk = talk_of(conversation)
    numbers = {turn.id: str(number) for number, turn in enumerate(talk.turns, 1)}
    mapping: dict[str, Any] = {"root": {"id": "root", "parent": None, "children": [], "message": None}}
    for turn in talk.turns:
        identity, parent = numbers[turn.id], numbers.get(turn.parent, "root")
        message = {
            "files": [],
            "model": "deepseek-chat",
            "inserted_at": _china(turn.time),
            "fragments": [{"type": "REQUEST" if turn.role == "user" else "RESPONSE", "content": turn.text}],
        }
        mapping[identity] = {"id": identity, "parent": parent, "children": [], "message": message}
        mapping[parent]["children"].append(identity)
    times = {"inserted_at": _china(talk.created), "updated_at": _china(talk.updated)}
    yield {"id": talk.id, "title": talk.title, **times, "mapping": mapping}


def _iso(time: float) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _china(time: float) -> str:
    return datetime.fromtimestamp(time, _CHINA).isoformat(timespec="microseconds")


_GROK_FILE = f"ttl/30d/export_data/{_ACCOUNT}/prod-grok-backend.json"
_GROK_REST = b', "projects": [], "tasks": [], "media_posts": []}'

#: By the word that `corpus.py --provider` takes.
FORMS = {
    "chatgpt": Form("chatgpt", "conversations.json", b"", b"", _chatgpt),
    "claude": Form("claude", "conversations.json", b"", b"", _claude),
    "deepseek": Form("deepseek", "conversations.json", b"", b"", _deepseek),
    "grok": Form("grok", _GROK_FILE, b'{"conversations": ', _GROK_REST, _grok),
    "grok-on-x": Form("grok_on_x", "data/grok-chat-item.js", b"window.YTD.grok_chat_item.part0 = ", b"", _grok_on_x),
}
