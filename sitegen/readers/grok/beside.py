"""What a Grok export holds beside its conversations: projects, media made with Imagine, tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sitegen.model import (
    Attachment,
    Block,
    Conversation,
    FileBlock,
    ImageBlock,
    Kind,
    Message,
    Project,
    TextBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.fields import Object, json_text, list_of, one_line, parse_time, text_of
from sitegen.readers.grok.blocks import attachment_of, file_block, untold, without_account
from sitegen.readers.grok.markup import UUID

#: A link to a picture's page names it without showing it.
_MENTION = re.compile(rb"(?<!/post/)" + UUID.pattern.encode(), re.IGNORECASE)

_TIMES = {"create_time", "modify_time"}
_PROJECT = {"workspace_id", "id", "name", "custom_personality", "preferred_model", "conversation_starters", *_TIMES}
_MEDIA = {"id", "original_prompt", "prompt", "media_type", "link", *_TIMES}


def _beside(
    source: str, kind: Kind, identity: str, title: str, value: Object, messages: tuple[Message, ...]
) -> Conversation:
    created = parse_time(value.get("create_time"))
    return Conversation(
        source=source,
        id=identity,
        title=title,
        kind=kind,
        created=created,
        updated=parse_time(value.get("modify_time")) or created,
        messages=messages,
        active_leaf=messages[-1].id if messages else None,
    )


def read_project(source: str, value: Object) -> Conversation:
    """A project's instructions and the openings it offers."""
    identity = text_of(value.get("workspace_id")) or text_of(value.get("id"))
    if not identity:
        raise ValueError("a project without an id")
    instructions = text_of(value.get("custom_personality"))
    offered = list_of(value.get("conversation_starters"))
    starters = [text for text in map(one_line, offered) if text]
    said: list[Block] = [TextBlock(instructions)] if instructions.strip() else []
    if starters:
        said.append(TextBlock("Conversation starters:\n\n" + "\n".join(f"- {starter}" for starter in starters)))
    said.extend(UnknownBlock("conversation_starter", json_text(item)) for item in offered if not text_of(item))
    said.extend(untold(value, _PROJECT - ({"custom_personality"} if not instructions else set()), "project"))
    message = Message(
        id="instructions",
        role="system",
        blocks=tuple(said),
        created=parse_time(value.get("create_time")),
        model=one_line(value.get("preferred_model")),
    )
    project = _beside(source, "project", identity, one_line(value.get("name")), value, (message,))
    return msgspec.structs.replace(project, model=message.model, project=Project(identity, one_line(value.get("name"))))


def read_media(source: str, value: Object) -> Conversation:
    """A picture or film made with Imagine: its prompt and, under its own id, the file."""
    identity = text_of(value.get("id"))
    if not identity:
        raise ValueError("a media post without an id")
    link = text_of(value.get("link"))
    prompt = text_of(value.get("original_prompt")) or text_of(value.get("prompt"))
    film = text_of(value.get("media_type")).lower().startswith("video")
    attachment = Attachment(identity, "film" if film else "picture", "video/mp4" if film else "", url=link)
    made: Block = FileBlock(attachment) if film else ImageBlock(attachment, prompt=prompt)
    created = parse_time(value.get("create_time"))
    shown = (made, *untold(value, _MEDIA, "media"))
    messages = (
        Message(id="prompt", role="user", blocks=(TextBlock(prompt),) if prompt else (), created=created),
        Message(id="media", role="assistant", blocks=shown, parent="prompt", created=created),
    )
    return msgspec.structs.replace(_beside(source, "media", identity, "", value, messages), url=link)


def read_task(source: str, value: Object) -> Conversation:
    """A task, whose form nobody has described: kept as it is."""
    identity = next(filter(None, (text_of(value.get(key)) for key in ("id", "task_id", "_id"))), "")
    title = one_line(value.get("name")) or one_line(value.get("title"))
    message = Message(id="task", role="assistant", blocks=(UnknownBlock("task", json_text(without_account(value))),))
    return _beside(source, "document", identity or content_id(json_text(value)), title, value, (message,))


def mentioned(raw: bytes) -> Iterator[str]:
    """The ids of files that a record may show."""
    return (match[0].decode().lower() for match in _MENTION.finditer(raw))


def read_assets(source: str, value: Object) -> Conversation:
    """Files that the export holds and nothing in it shows: most of them, in some. A message each, so that what a
    later export lacks stays."""
    attachments = {
        attachment.id: attachment for attachment in map(attachment_of, list_of(value.get("assets"))) if attachment
    }
    messages: list[Message] = []
    for identity, attachment in attachments.items():
        parent = messages[-1].id if messages else None
        messages.append(Message(id=identity, role="assistant", blocks=(file_block(attachment),), parent=parent))
    return _beside(source, "media", "assets", "Files without a conversation", {}, tuple(messages))
