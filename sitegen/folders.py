"""Where a conversation stands among a person's things: its folder and its tags. Pure.

The folder is that of the first rule that fits, else the provider's project or GPT. Tags are the provider's flags and
those of every rule that fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fnmatch import translate
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from sitegen.config import Config
from sitegen.model import Conversation
from sitegen.rules import FolderRule
from sitegen.wording import is_seen, said

Folder = tuple[str, ...]


class Placing(msgspec.Struct, frozen=True, array_like=True):
    """Where a conversation stands: its folder's path from the top, () for none, and the tags that rules give it, in the
    order of the rules, without what is a flag of its provider already."""

    folder: Folder = ()
    tags: tuple[str, ...] = ()


class Described(msgspec.Struct, frozen=True):
    """What rules ask of a conversation: `title` is the one shown, `tags` are flags of the provider and of rules, `ids`
    all that a person may call it by, `day` its day of creation in the archive's zone, `said` tells all that was said.
    """

    source: str
    title: str
    tags: tuple[str, ...] = ()
    models: frozenset[str] = frozenset()
    day: date | None = None
    ids: tuple[str, ...] = ()
    said: Callable[[], Iterable[str]] = tuple


def placing_of(
    conversation: Conversation, title: str, config: Config, zone: ZoneInfo, project_names: Mapping[str, str]
) -> Placing:
    """The conversation's folder and tags.

    `title` is the one shown (it may be derived). `project_names` are the names of projects by id, for
    conversations that know only the id.
    """
    described = description_of(conversation, title, zone)
    tags = tuple(dict.fromkeys(rule.name.strip() for rule in config.tags if fits(rule, described)))
    described = msgspec.structs.replace(described, tags=(*conversation.flags, *tags))
    folder = _folder(conversation, described, config, project_names)
    return Placing(folder, tuple(tag for tag in tags if tag not in conversation.flags))


def _folder(
    conversation: Conversation, described: Described, config: Config, project_names: Mapping[str, str]
) -> Folder:
    for rule in config.folders:
        if fits(rule, described):
            return path_of(rule.name)
    project = conversation.project
    if project is None:
        return (described.title,) if conversation.kind == "project" else ()
    if named := config.folder_names.get(project.id):
        return path_of(named)
    name = next(filter(is_seen, (project.name, project_names.get(project.id, ""))), "")
    if project.kind == "gpt":
        return ("GPTs", name or _short(project.id))
    return (name or f"Project {_short(project.id)}",)


def path_of(name: str) -> Folder:
    """A folder's path from its name in the settings: "Work / Data" is ("Work", "Data")."""
    return tuple(part.strip() for part in name.split("/"))


def _short(project_id: str) -> str:
    return project_id if len(project_id) <= 14 else f"{project_id[:13]}…"


def description_of(
    conversation: Conversation, title: str, zone: ZoneInfo, rule_tags: tuple[str, ...] = ()
) -> Described:
    """What rules ask of a conversation; `rule_tags` are the tags that rules gave it, if any."""
    return Described(
        source=conversation.source,
        title=title,
        tags=(*conversation.flags, *rule_tags),
        models=frozenset({conversation.model, *(message.model for message in conversation.messages)} - {""}),
        day=conversation.created.astimezone(zone).date() if conversation.created else None,
        ids=(conversation.id, conversation.key, f"{conversation.source}:{conversation.id}"),
        said=lambda: (said(message) for message in conversation.messages),
    )


def fits(rule: FolderRule, described: Described) -> bool:
    """Whether every condition of the rule holds."""
    checks = (
        rule.source is None or rule.source == described.source,
        rule.id is None or rule.id in described.ids,
        rule.tag is None or rule.tag in described.tags,
        rule.title is None or matches(rule.title, described.title),
        rule.model is None or any(matches(rule.model, model) for model in described.models),
        _in_range(rule, described.day),
    )
    return all(checks) and (rule.text is None or any(matches(f"*{rule.text}*", text) for text in described.said()))


def _in_range(rule: FolderRule, created: date | None) -> bool:
    if created is None:
        return rule.after is None and rule.before is None
    return (rule.after is None or created >= rule.after) and (rule.before is None or created < rule.before)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` describes the whole text, without regard to case."""
    return _compiled(pattern).match(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Only * and ? mean something: "[Draft] *" is about brackets, which fnmatch would take for a set of characters.
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE | re.DOTALL)
