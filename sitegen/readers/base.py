"""What a reader is. `docs/readers.md` tells how to add one for another provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar, Protocol

import msgspec

from sitegen.model import Conversation, Problem, Record
from sitegen.readers.export import Export


class Recognition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reader says of an export that is its own.

    `generation` describes the form in a few words ("sharded, 2026"). `made` is when the provider made the export,
    by its manifest or file name, in UTC; None when neither tells. `account` is `content_id` of the account's id,
    so that two accounts can be told apart without keeping the id; "" if the export doesn't tell. `complete` says
    that the export claims to hold all conversations of its account, so that an absent one was deleted. `advice`
    is what the person should do where the export holds no conversations itself (a list of zips to download).
    `ignored` names members left unread on purpose because they hold account details. `source` is the provider whose
    conversations these are, where that is not the reader's own.
    """

    generation: str
    made: datetime | None = None
    account: str = ""
    complete: bool = False
    advice: str = ""
    ignored: tuple[str, ...] = ()
    source: str = ""


#: Finds the bytes of an attachment: its id and name in, the name of the export's member out; None if absent.
Locator = Callable[[str, str], str | None]


class Reader(Protocol):
    """Code for one provider's export. Registered by entry point in the group `sitegen.readers`.

    `source` is the word kept in the archive and in addresses (lower case, `a-z0-9_`), `label` the provider's
    name as people write it, `assistant` the name its answers are shown under, `how_to_export` the way through the
    provider's menus to the next export (may be left out). `version` goes up when `read` gives
    other results for the same record.
    """

    source: ClassVar[str]
    label: ClassVar[str]
    assistant: ClassVar[str]
    how_to_export: ClassVar[str]
    version: ClassVar[int]

    def recognise(self, export: Export) -> Recognition | None:
        """None if the export is not this provider's, judged by the shape of its first records, never by file
        names or side files alone. Raises ExportError if it holds several exports of this provider."""

    def records(self, export: Export) -> Iterator[Record | Problem]:
        """Each record in the export's order, streamed, none decoded further than finding its ends takes."""

    def read(self, record: Record) -> Conversation | None:
        """The conversation that a record holds; None for an empty placeholder. One that lost its messages is no
        placeholder while its id and title are there: it is not gone. Pure: no input or output.

        May raise ValueError, TypeError, KeyError, RecursionError or the like for a record that is broken
        beyond reading: the caller makes it a problem and goes on."""

    def locator(self, export: Export) -> Locator:
        """A function that finds the bytes of attachments in this export."""
