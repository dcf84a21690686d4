"""Which conversations are meant: the conditions of folder rules, several values for each, and folders. Pure."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from sitegen.config import FolderRule
from sitegen.folders import Folder, Placing, description_of, fits, matches
from sitegen.model import Conversation

#: Conditions that take several values, of which any one may hold.
_VALUES = ("source", "title", "text", "model", "id", "tag")


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Conversations that meet every condition given; of several values of one condition any one is enough.

    The conditions mean what they mean in a folder rule (`config.FolderRule`). `folder` is a pattern for a folder's
    path ("Work/Data"); what lies in folders below it is meant too. `tag` is a flag of the provider or a tag of the
    rules. Without conditions everything is.
    """

    source: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None

    def holds(self, conversation: Conversation, title: str, placing: Placing, zone: ZoneInfo) -> bool:
        """Whether a conversation is meant; `title` is the one shown, `placing` its folder and the tags of rules."""
        described = description_of(conversation, title, zone, placing.tags)
        rules = [[FolderRule("", **{name: value}) for value in getattr(self, name)] for name in _VALUES]
        rules.append([FolderRule("", after=self.after, before=self.before)])
        return all(any(fits(rule, described) for rule in group) for group in rules if group) and (
            not self.folder or any(_inside(placing.folder, pattern) for pattern in self.folder)
        )


def _inside(folder: Folder, pattern: str) -> bool:
    return any(matches(pattern, "/".join(folder[:depth])) for depth in range(1, len(folder) + 1))
