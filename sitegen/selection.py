"""Which conversations are meant: the conditions of folder rules, several values for each, and folders. Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sitegen.folders import Folder, Placing, description_of, fits, matches
from sitegen.model import Conversation
from sitegen.rules import FolderRule, Selection

#: Conditions that are patterns, of which any one may hold.
_PATTERNS = ("title", "text", "model")


def selects(selection: Selection, conversation: Conversation, title: str, placing: Placing, zone: ZoneInfo) -> bool:
    """Whether a conversation is meant; `title` is the one shown, `placing` its folder and the tags of rules, `zone` the
    archive's."""
    described = description_of(conversation, title, zone, placing.tags)
    return (
        (not selection.source or described.source in selection.source)
        # Of ids there may be hundreds, and all conversations are asked.
        and (not selection.id or not frozenset(selection.id).isdisjoint(described.ids))
        and (not selection.tag or not frozenset(selection.tag).isdisjoint(described.tags))
        and (not selection.folder or any(_inside(placing.folder, pattern) for pattern in selection.folder))
        and fits(FolderRule("", after=selection.after, before=selection.before), described)
        and all(
            not (patterns := getattr(selection, name))
            or any(fits(FolderRule("", **{name: pattern}), described) for pattern in patterns)
            for name in _PATTERNS
        )
    )


def _inside(folder: Folder, pattern: str) -> bool:
    return any(matches(pattern, "/".join(folder[:depth])) for depth in range(1, len(folder) + 1))
