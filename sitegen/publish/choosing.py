"""Which conversations a profile publishes: those it means, and of these what a person has accepted.

A rule that is broad catches more with every export. What it newly catches, and what of a published conversation is new
or has changed since, is held until it is accepted; a conversation that is named by its id is accepted by that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sitegen.archive.store import Archive
from sitegen.errors import ConfigError, PublishError
from sitegen.folders import Folder, Placing, placing_of
from sitegen.model import Conversation
from sitegen.notes import Notes
from sitegen.profiles import Inclusion, Profile
from sitegen.publish.acceptance import file_mark, folder_mark, message_mark, note_mark, tag_mark, title_mark
from sitegen.publish.leaving_out import is_named, with_shown_messages
from sitegen.publish.ledger import Facts, Ledger
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings
from sitegen.search.query import plan_of
from sitegen.selection import selects
from sitegen.wording import attachments_of

#: Gives the keys of the conversations that a search for these words finds.
Search = Callable[[str], Collection[str]]

#: So many letters of a project's id stand at least in the name of a folder that has no other.
_ID_SHOWN = 12


class Candidate(NamedTuple):
    """A conversation of the archive as a profile sees it. `title`, `folder` and `tags` are those of the owner's site
    (no folder where its name is a provider's id), `created` the day in the archive's zone ("" for none). `messages`
    are the marks of those that the profile would show, `around` those of the title, the folder, the tags (flags of the
    provider, too), the note and the files. `named` tells that the profile names it by its id."""

    key: str
    title: str
    created: str
    folder: Folder
    tags: tuple[str, ...]
    messages: tuple[str, ...]
    named: bool = False
    around: tuple[str, ...] = ()
    former_titles: tuple[str, ...] = ()

    def names(self, accepted: Collection[str]) -> Iterator[str]:
        """Its title and the names of its folders and tags, as far as their marks are accepted."""
        if title_mark(self.title) in accepted:
            yield self.title
        if folder_mark(self.folder) in accepted:
            yield from self.folder
        yield from (tag for tag in self.tags if tag_mark(tag) in accepted)


class Survey(NamedTuple):
    """What of the archive the profile means, oldest first, and the titles, folders and tags of the rest. `idle` names
    the entries of the profile that mean no conversation at all."""

    meant: list[Candidate]
    other_names: frozenset[str]
    idle: tuple[str, ...] = ()

    def unpublished_names(self, publishing: Iterable[tuple[Candidate, Collection[str]]]) -> frozenset[str]:
        """The titles, folders and tags that nothing has of what is published: those of what is held, and what titles
        were once, among them."""
        shown = {name for candidate, accepted in publishing for name in candidate.names(accepted)}
        return self.other_names.union(*map(_all_names, self.meant)) - shown


def _all_names(candidate: Candidate) -> Iterator[str]:
    return filter(None, (candidate.title, *candidate.former_titles, *candidate.folder, *candidate.tags))


class Held(NamedTuple):
    """What waits to be accepted: a conversation, or of one that is published already messages that are new or have
    changed, and what is new `around` them: a title, a folder, tags, a note, files."""

    key: str
    title: str
    created: str
    new_messages: int = 0
    new_around: int = 0


class Decision(NamedTuple):
    """`publishing` are the conversations with the marks of what may be shown of each, `held` what waits, `accepted`
    what the ledger has to remember: these marks by key."""

    publishing: list[tuple[Candidate, frozenset[str]]]
    held: list[Held]
    accepted: dict[str, tuple[str, ...]]


def survey(archive: Archive, profile: Profile, settings: Settings, search: Search, notes: Notes) -> Survey:
    """Looks at every conversation of the archive. `settings` are those of the owner's site. Raises ConfigError for a
    query that can't be used, and ArchiveError."""
    for entry in (*profile.include, *profile.exclude):
        if entry.query:
            check_query(entry.query, settings.config.search.languages)
    found = {entry.query: search(entry.query) for entry in (*profile.include, *profile.exclude) if entry.query}
    meant: list[Candidate] = []
    others: set[str] = set()
    idle = {
        f"{key}, entry {number}": entry
        for key in ("include", "exclude")
        for number, entry in enumerate(getattr(profile, key), 1)
    }
    for row in archive.conversations():
        conversation = archive.conversation(row.key)
        title = " ".join(conversation.title.split()) or render_conversation(conversation, {}, settings).page.title
        placing = placing_of(conversation, title, settings.config, settings.zone, settings.project_names)
        seen = _Seen(conversation, title, placing, settings)
        idle = {where: entry for where, entry in idle.items() if not seen.is_meant_by(entry, found)}
        # What is kept beside the chats, memories above all, no rule about chats can have meant.
        entries = profile.include if conversation.kind == "chat" else [e for e in profile.include if e.id]
        included = [entry for entry in entries if seen.is_meant_by(entry, found)]
        if not included or any(seen.is_meant_by(entry, found) for entry in profile.exclude):
            others.update(filter(None, (title, *conversation.former_titles, *placing.folder, *placing.tags)))
            continue
        meant.append(_candidate(archive, seen, profile, notes.text(row.key), named=any(entry.id for entry in included)))
    return Survey(meant, frozenset(others), tuple(idle))


def _candidate(archive: Archive, seen: _Seen, profile: Profile, note: str, *, named: bool) -> Candidate:
    conversation, title, created = seen.conversation, seen.title, seen.conversation.created
    folder, tags = _named_folder(seen), seen.placing.tags
    day = created.astimezone(seen.settings.zone).date().isoformat() if created else ""
    messages = with_shown_messages(conversation, profile.leave_out).messages
    stored = archive.files(conversation.key)
    files = (
        file_mark(attachment.id, stored[attachment.id].hash)
        for attachment in attachments_of(messages).values()
        if attachment.id in stored and is_named(attachment, profile.attachments)
    )
    folders = (folder_mark(folder),) if folder else ()
    notes = (note_mark(note),) if note and "notes" not in profile.leave_out else ()
    around = (title_mark(title), *folders, *map(tag_mark, (*conversation.flags, *tags)), *notes, *files)
    marks = tuple(map(message_mark, messages))
    return Candidate(conversation.key, title, day, folder, tags, marks, named, around, conversation.former_titles)


def _named_folder(seen: _Seen) -> Folder:
    """The folder; () for that of a project without a name, which is called by the provider's id."""
    project, folder = seen.conversation.project, seen.placing.folder
    is_nameless = project is not None and any(
        part.removeprefix("Project ").startswith(project.id[:_ID_SHOWN]) for part in folder
    )
    return () if is_nameless else folder


class _Seen(NamedTuple):
    conversation: Conversation
    title: str
    placing: Placing
    settings: Settings

    def is_meant_by(self, entry: Inclusion, found: dict[str, Collection[str]]) -> bool:
        if entry.query and self.conversation.key not in found[entry.query]:
            return False
        return selects(entry, self.conversation, self.title, self.placing, self.settings.zone)


def check_query(query: str, languages: Sequence[str]) -> None:
    """Raises ConfigError for a query that means what a person would not expect of it: one without words finds
    everything, and one with `-` every conversation that has a message without the word."""
    plan = plan_of(query, languages)
    if plan.is_listing:
        raise ConfigError(f'query = "{query}" has no words, and would mean everything')
    if plan.excluded or any(clause.presence == "prohibited" for clause in plan.clauses):
        raise ConfigError(f'query = "{query}": “-” looks at single messages; put what must not be there into exclude')
    if plan.notes:
        raise ConfigError(f'query = "{query}": {" ".join(plan.notes)}')


def decide(meant: Sequence[Candidate], ledger: Ledger, accepting: Collection[str], *, all_: bool = False) -> Decision:
    """What is published and what is held; `accepting` are keys that a person accepts now, `all_` accepts everything.

    Raises PublishError for a key of `accepting` that the profile doesn't mean.
    """
    if unknown := sorted(set(accepting) - {candidate.key for candidate in meant}):
        raise PublishError(f"--accept {unknown[0]}: the profile means no conversation with this key; see --dry-run")
    publishing, held, accepted = [], [], {}
    for candidate in meant:
        known = ledger.accepted.get(candidate.key)
        if all_ or candidate.key in accepting or (known is None and candidate.named):
            shown: tuple[str, ...] = (*candidate.messages, *candidate.around)
        elif known is None:
            held.append(Held(candidate.key, candidate.title, candidate.created))
            continue
        else:
            shown = known
            messages, around = (len(set(marks).difference(known)) for marks in (candidate.messages, candidate.around))
            if messages or around:
                held.append(Held(candidate.key, candidate.title, candidate.created, messages, around))
        publishing.append((candidate, frozenset(shown)))
        accepted[candidate.key] = shown
    return Decision(publishing, held, accepted)


class Difference(NamedTuple):
    """Keys of conversations that a publication gains, loses, and shows differently than the last one."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def difference(before: Mapping[str, Facts], now: Mapping[str, Facts]) -> Difference:
    """What differs between the facts of the last publication and of this one, each by key."""
    return Difference(
        tuple(key for key in now if key not in before),
        tuple(key for key in before if key not in now),
        tuple(key for key in now if key in before and before[key] != now[key]),
    )
