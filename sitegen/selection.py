"""Which conversations are meant: the conditions of folder rules, several values for each, and folders. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sitegen.config import FolderRule, Selection
from sitegen.folders import Folder, Placing, description_of, fits, matches
from sitegen.model import Conversation

#: Conditions that take several values, of which any one may hold.
_VALUES = ("source", "title", "text", "model", "id", "tag")


def selects(selection: Selection, conversation: Conversation, title: str, placing: Placing, zone: ZoneInfo) -> bool:
    """Whether a conversation is meant; `title` is the one shown, `placing` its folder and the tags of rules, `zone` the
    archive's."""
    described = description_of(conversation, title, zone, placing.tags)
    rules = [[FolderRule("", **{name: value}) for value in getattr(selection, name)] for name in _VALUES]
    rules.append([FolderRule("", after=selection.after, before=selection.before)])
    return all(any(fits(rule, described) for rule in group) for group in rules if group) and (
        not selection.folder or any(_inside(placing.folder, pattern) for pattern in selection.folder)
    )


def _inside(folder: Folder, pattern: str) -> bool:
    return any(matches(pattern, "/".join(folder[:depth])) for depth in range(1, len(folder) + 1))
