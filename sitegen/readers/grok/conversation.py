"""One Grok conversation: its responses as a tree of messages. What a response says is `grok_blocks`' business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from sitegen import tree
from sitegen.model import Block, Conversation, DocumentBlock, Message, Project, UnknownBlock, content_id
from sitegen.readers.fields import Json, Object, json_text, list_of, object_of, one_line, parse_time, text_of
from sitegen.readers.grok.blocks import attachment_ids, attachment_of, file_block, response_blocks, without_account

#: UI modes that stand where a model's name should.
_MODES = frozenset(("auto", "build", "expert", "fast", "heavy"))
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def read_conversation(source: str, value: Object, context: Mapping[str, Any]) -> Conversation | None:
    """A conversation from its record; None if it has neither title nor messages. `context` may name its `project`.

    One that lost its messages is read all the same: its account still has it, and earlier exports may hold them.

    Raises ValueError for one without an id.
    """
    head = object_of(value.get("conversation"))
    responses = list_of(value.get("responses"))
    if not head and not responses:
        return None
    identity = text_of(head.get("id")) or _named_by_responses(responses)
    if not identity:
        raise ValueError("a conversation without an id")
    messages = _numbered_documents(tree.ordered(_messages(responses, one_line(head.get("system_prompt_name")))))
    leaf = tree.resolve_leaf(messages, text_of(head.get("leaf_response_id")) or None)
    messages = _with_assets(messages, [*list_of(head.get("asset_ids")), head.get("root_asset_id")], leaf)
    title = one_line(head.get("title"))
    if not messages and not title:
        return None
    times = [message.created for message in messages if message.created]
    workspace = text_of(head.get("workspace_id"))
    flags = [flag for flag in ("starred", "temporary") if head.get(flag) is True]
    return Conversation(
        source=source,
        id=identity,
        title=title,
        created=parse_time(head.get("create_time")) or min(times, default=None),
        updated=parse_time(head.get("modify_time")) or max(times, default=None),
        messages=messages,
        active_leaf=tree.resolve_leaf(messages, leaf),
        project=Project(workspace, one_line(context.get("project"))) if workspace else None,
        flags=tuple(flags),
        summary=text_of(head.get("summary")),
        url=f"https://grok.com/chat/{identity}",
    )


def _named_by_responses(responses: Sequence[Json]) -> str:
    ids = (text_of(_response_in(entry).get("conversation_id")) for entry in responses)
    return next(filter(None, ids), "")


def _response_in(entry: Json) -> Object:
    """The response in an entry, which may also be the response itself; {} for anything else."""
    item = object_of(entry)
    if isinstance(item.get("response"), dict):
        return object_of(item["response"])
    return item if "sender" in item or "message" in item else {}


def _messages(responses: Sequence[Json], persona: str) -> list[Message]:
    """The messages by time; without ids or any parents they follow each other as in the file.

    A first turn may name a parent although nothing else does: that one stands in no export, and links nothing.
    """
    found = [_response_in(entry) for entry in responses]
    ids = {text_of(response.get("_id")) for response in found} - {""}
    linked = any(text_of(response.get("parent_response_id")) in ids for response in found)
    occurrences: dict[str, int] = {}
    messages: list[tuple[datetime, Message]] = []
    previous: str | None = None
    time = _LONG_AGO
    for entry in responses:
        message = _message(entry, persona)
        if message.parent is None and not (message.id and linked):
            message = msgspec.structs.replace(message, parent=previous)
        if not message.id:
            own = content_id(message.role, text_of(_response_in(entry).get("message")) or json_text(entry))
            occurrences[own] = occurrences.get(own, 0) + 1
            message = msgspec.structs.replace(message, id=content_id(own, str(occurrences[own])))
        previous = message.id
        time = message.created or time
        messages.append((time, message))
    return [message for _, message in sorted(messages, key=lambda pair: pair[0])]


def _message(entry: Json, persona: str) -> Message:
    response = _response_in(entry)
    if not response:
        return Message(id="", role="assistant", blocks=(UnknownBlock("response", json_text(without_account(entry))),))
    sender = text_of(response.get("sender")).lower()
    role: Literal["user", "assistant"] = "user" if sender in ("human", "user") else "assistant"
    return Message(
        id=text_of(response.get("_id")),
        role=role,
        blocks=response_blocks(response, role),
        parent=text_of(response.get("parent_response_id")) or None,
        created=parse_time(response.get("create_time")),
        model=_model(response, sender) if role == "assistant" else "",
        author=persona if role == "assistant" else "",
        status=_status(response),
    )


def _model(response: Object, sender: str) -> str:
    request = object_of(object_of(response.get("metadata")).get("request_metadata"))
    named, resolved = one_line(response.get("model")), one_line(request.get("resolved_model"))
    if named and named.lower() not in _MODES:
        return named
    by_sender = "" if sender in ("", "assistant") else sender
    return resolved or by_sender or named


def _status(response: Object) -> str:
    if response.get("error"):
        return "failed"
    return "stopped" if response.get("partial") is True else ""


def _numbered_documents(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The same with the versions of each artifact counted along its branch."""
    counts: dict[str | None, dict[str, int]] = {None: {}}
    result: list[Message] = []
    for message in messages:
        versions = counts[message.parent]
        if any(isinstance(block, DocumentBlock) for block in message.blocks):
            versions = dict(versions)
            blocks: list[Block] = []
            for block in message.blocks:
                if isinstance(block, DocumentBlock):
                    versions[block.id] = versions.get(block.id, 0) + 1
                    block = msgspec.structs.replace(block, version=versions[block.id])
                blocks.append(block)
            message = msgspec.structs.replace(message, blocks=tuple(blocks))
        counts[message.id] = versions
        result.append(message)
    return tuple(result)


def _with_assets(messages: tuple[Message, ...], assets: Sequence[Json], leaf: str | None) -> tuple[Message, ...]:
    """The same, and one message more for assets of the conversation that no response shows."""
    shown = {identity for message in messages for identity in attachment_ids(message.blocks)}
    attachments = {a.id: a for a in map(attachment_of, assets) if a and a.id not in shown}
    if not attachments:
        return messages
    blocks = tuple(map(file_block, attachments.values()))
    extra = Message(id=content_id("assets", *attachments), role="assistant", blocks=blocks, parent=leaf)
    return tree.ordered((*messages, extra))
