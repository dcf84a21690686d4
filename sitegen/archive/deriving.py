"""From kept records to conversations: what the archive shows of a record key, and what each export changed. Pure.

A record key stands for one provider's id. Normally that is one conversation; where two accounts hold the same id,
each account's records make a conversation of their own, and records of unknown account a further one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace

from sitegen.archive.changes import Change, compare
from sitegen.archive.merge import Observation, merge
from sitegen.model import Attachment, Conversation
from sitegen.wording import attachments_of

_NEVER = datetime.min.replace(tzinfo=UTC)


class ExportFacts(NamedTuple):
    """An import as far as merging asks: its id, the source of its reader, the date of the export, the account (see
    `Recognition`), and whether it held all conversations of that account and every record of it could be read."""

    id: str
    reader: str
    made: datetime | None
    account: str
    is_snapshot: bool

    @property
    def rank(self) -> tuple[datetime, str]:
        """Orders exports by their own date, never by when they were imported."""
        return (self.made or _NEVER, self.id)


class Sighting(NamedTuple):
    """That an export held a record, and what the record says."""

    export: ExportFacts
    record: str
    conversation: Conversation

    @property
    def observation(self) -> Observation:
        """The same for `merge`."""
        return Observation(self.export.made, self.record, self.conversation)


class Derived(NamedTuple):
    """A conversation as all exports together show it, and how each of them changed it, by import id.
    `attachments` are all that any export named in it, by id."""

    conversation: Conversation
    changes: Mapping[str, Change]
    attachments: Mapping[str, Attachment]


def derive(sightings: Iterable[Sighting]) -> list[Derived]:
    """The conversations that the records of one key make; usually one. The order of `sightings` makes no difference."""
    by_account: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_account.setdefault(sighting.export.account, []).append(sighting)
    known = sorted(account for account in by_account if account)
    if len(known) < 2:
        everything = [sighting for group in by_account.values() for sighting in group]
        return [_derived(everything, "")]
    return [_derived(by_account[account], account) for account in sorted(by_account)]


def _derived(sightings: Sequence[Sighting], account: str) -> Derived:
    by_export: dict[ExportFacts, list[Sighting]] = {}
    for sighting in sightings:
        by_export.setdefault(sighting.export, []).append(sighting)
    changes: dict[str, Change] = {}
    state: Conversation | None = None
    #: By record: what the newest of several exports with the same one says is all that they say.
    so_far: dict[str, Observation] = {}
    last_records: set[str] = set()
    for export in sorted(by_export, key=lambda export: export.rank):
        records = {sighting.record for sighting in by_export[export]}
        so_far |= {sighting.record: sighting.observation for sighting in by_export[export]}
        if state is not None and records == last_records:
            continue
        last_records = records
        before, state = state, merge(so_far.values())
        if change := compare(before, state):
            changes[export.id] = change
    if state is None:
        raise ValueError("no sightings")
    # One that it doesn't name as it is now is as the newest export that named it did.
    attachments: dict[str, Attachment] = {}
    for observation in sorted(so_far.values(), key=lambda observation: observation.rank):
        attachments |= attachments_of(observation.conversation.messages)
    attachments |= attachments_of(state.messages)
    return Derived(replace(state, account=account) if account else state, changes, attachments)


def absences(sighted: Iterable[str], exports: Sequence[ExportFacts]) -> Iterator[tuple[str, Change]]:
    """When a conversation left its account and came back: (import id, "gone" or "returned") by the exports' dates.

    `sighted` are the ids of the imports that held it, `exports` all imports of its source. Only a snapshot of the
    same account is evidence, and only against what an export of that account has shown before.
    """
    held = set(sighted)
    # Parts of one delivery have one date: what another part holds was not gone then.
    dates = {export.made for export in exports if export.id in held}
    present: dict[str, bool] = {}
    for export in sorted(exports, key=lambda export: export.rank):
        if not export.account:
            continue
        if export.id in held:
            if present.get(export.account) is False:
                yield export.id, Change("returned")
            present[export.account] = True
        elif export.is_snapshot and present.get(export.account) and export.made not in dates:
            yield export.id, Change("gone")
            present[export.account] = False


def gone_since(sighted: Iterable[str], exports: Sequence[ExportFacts]) -> str:
    """The id of the import since which a conversation is no longer in its account; "" if it still is, as far as is
    known. An export whose account is unknown, but which is newer, counts as a sign of life."""
    held = set(sighted)
    newest = max((export.rank for export in exports if export.id in held), default=None)
    last = ""
    for import_id, change in absences(held, exports):
        last = import_id if change.kind == "gone" else ""
    gone = next((export for export in exports if export.id == last), None)
    return last if gone is not None and (newest is None or gone.rank > newest) else ""
