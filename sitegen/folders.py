"""Which folder a conversation stands in: the first rule that fits, else the provider's project or GPT. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fnmatch import translate
from functools import cache
from zoneinfo import ZoneInfo

from sitegen.config import Config, FolderRule
from sitegen.model import Conversation
from sitegen.wording import said

Folder = tuple[str, ...]


def folder_of(
    conversation: Conversation, title: str, config: Config, zone: ZoneInfo, project_names: Mapping[str, str]
) -> Folder:
    """The folder's path from the top, () for none.

    `title` is the one shown (it may be derived). `project_names` are the names of projects by id, for
    conversations that know only the id.
    """
    for rule in config.folders:
        if fits(rule, conversation, title, zone):
            return path_of(rule.name)
    project = conversation.project
    if project is None:
        return (title,) if conversation.kind == "project" else ()
    if named := config.folder_names.get(project.id):
        return path_of(named)
    name = project.name or project_names.get(project.id, "")
    if project.kind == "gpt":
        return ("GPTs", name or _short(project.id))
    return (name or f"Project {_short(project.id)}",)


def path_of(name: str) -> Folder:
    """A folder's path from its name in the settings: "Work / Data" is ("Work", "Data")."""
    return tuple(part.strip() for part in name.split("/"))


def _short(project_id: str) -> str:
    return project_id if len(project_id) <= 14 else f"{project_id[:13]}…"


def fits(rule: FolderRule, conversation: Conversation, title: str, zone: ZoneInfo) -> bool:
    """Whether every condition of the rule holds; `title` is the one shown."""
    created = conversation.created.astimezone(zone).date() if conversation.created else None
    checks = (
        rule.source is None or rule.source == conversation.source,
        rule.id is None or rule.id in (conversation.id, conversation.key, f"{conversation.source}:{conversation.id}"),
        rule.tag is None or rule.tag in conversation.flags,
        rule.title is None or matches(rule.title, title),
        rule.model is None or any(matches(rule.model, model) for model in _models(conversation)),
        _in_range(rule, created),
    )
    return all(checks) and (
        rule.text is None or any(matches(f"*{rule.text}*", said(message)) for message in conversation.messages)
    )


def _in_range(rule: FolderRule, created: date | None) -> bool:
    if created is None:
        return rule.after is None and rule.before is None
    return (rule.after is None or created >= rule.after) and (rule.before is None or created < rule.before)


def _models(conversation: Conversation) -> set[str]:
    return {conversation.model, *(message.model for message in conversation.messages)} - {""}


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` describes the whole text, without regard to case."""
    return _compiled(pattern).match(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Only * and ? mean something: "[Draft] *" is about brackets, which fnmatch would take for a set of characters.
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE | re.DOTALL)
