"""Conditions that conversations are found by: of rules that give folders and tags, and of selections. Only their form:
`folders` and `selection` say whether they hold."""

from __future__ import annotations

from datetime import date

import msgspec


class FolderRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[folders]]` table: conversations that fit every condition given go to the folder `name`.

    `name` is a path with `/` ("Work/Data"). `title`, `model` and `text` are patterns with `*` and `?`, compared
    without regard to case (`text` with all that was said); `source`, `id` and `tag` are compared whole, `tag` with the
    provider's flags and the tags of `[[tags]]`; `after` and `before` are dates of creation in the archive's zone, the
    first counted in, the second not.
    """

    name: str
    title: str | None = None
    source: str | None = None
    model: str | None = None
    text: str | None = None
    id: str | None = None
    tag: str | None = None
    after: date | None = None
    before: date | None = None


class TagRule(FolderRule, frozen=True, forbid_unknown_fields=True):
    """One `[[tags]]` table: conversations that fit every condition given have the tag `name`, a word or a short phrase.

    The conditions are those of folder rules, but `tag` knows the provider's flags only: no tag hangs on another.
    """


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Conversations that meet every condition given; of several values of one condition any one is enough.

    The conditions mean what they mean in a folder rule. `folder` is a pattern for a folder's path ("Work/Data"); what
    lies in folders below it is meant too. `tag` is a flag of the provider or a tag of the rules. Without conditions
    everything is meant.
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
