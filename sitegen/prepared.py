"""The archive's conversations as sites and searches need them: made once, kept in the cache beside the archive.

Each conversation has a name for what its rendering is made from, and one for its folder and tags (`made_from`). What
the cache keeps under these names is used as it is; the rest is made by `making`, for whoever needs it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import Cache
from sitegen.archive.store import Archive, ConversationRow
from sitegen.config import Config
from sitegen.errors import ArchiveError
from sitegen.folders import Placing
from sitegen.made_from import made_from, program
from sitegen.making import Job, Kept, Made
from sitegen.notes import Notes
from sitegen.packing import Line, damage_told, packed_words, unpacked_line, unpacked_quoted, unpacked_words
from sitegen.readers import installed
from sitegen.render.conversation import line_in
from sitegen.render.settings import OWNER, Audience, Settings, SourceLabels
from sitegen.search import Analysed, Numbered, Vocabulary
from sitegen.theme import folders_of

#: Kinds of what the cache keeps of a conversation.
_LINE, _PAGE, _TEXTS, _WORDS, _PLACING = "line", "page", "texts", "words", "placing"


_placing_decoder = msgspec.json.Decoder(Placing)


class State(NamedTuple):
    """A conversation with the names of what its rendering and its placing are made from."""

    row: ConversationRow
    files: dict[str, StoredFile]
    rendering: str
    placing: str


def settings_for(archive: Archive, config: Config, audience: Audience = OWNER) -> Settings:
    """What rendering depends on. Raises ArchiveError if this machine's zone database doesn't know the archive's."""
    return Settings(
        config=config,
        zone_name=config.timezone or _zone_of(archive),
        sources={
            # A reader of another package may not tell how to export.
            source: SourceLabels(r.label, r.assistant, getattr(r, "how_to_export", ""))
            for source, r in installed().items()
        },
        project_names=archive.project_names(),
        theme_folders=folders_of(config.theme),
        audience=audience,
    )


def _zone_of(archive: Archive) -> str:
    name = archive.zone_name
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArchiveError(
            f'{archive.folder}: its time zone "{name}" is not known here; set timezone in sitegen.toml'
        ) from error


class Prepared:
    """What the cache keeps of the archive's conversations, and how what it lacks gets into it.

    The cache must be open. All methods raise ArchiveError if it fails, and BuildError for an entry that is damaged.
    """

    def __init__(self, archive: Archive, cache: Cache, settings: Settings, notes: Notes) -> None:
        self._archive, self._cache, self._settings, self._notes = archive, cache, settings, notes
        self._kept = cache.made_from(_LINE)
        self._placed = cache.made_from(_PLACING)

    def states(self, has: Callable[[StoredFile], bool]) -> Iterator[State]:
        """Every conversation, oldest first. `has` tells whether a file can be shown: it is asked for each."""
        config, settings = self._settings.config, self._settings
        files = self._archive.all_files()
        labels = {source: (labels.label, labels.assistant) for source, labels in settings.sources.items()}
        basis = made_from(program(), settings.language.fingerprint, settings.zone_name, config.search.languages, labels)
        rules = made_from(config.folders, config.tags, config.folder_names)
        for row in self._archive.conversations():
            present = {name: file for name, file in files.get(row.key, {}).items() if has(file)}
            absence = row.absence and str(row.absence.since)
            # What is kept beside chats may stand under the name of a project.
            names = settings.project_names if row.kind != "chat" else {}
            note = self._notes.text(row.key)
            rendering = made_from(basis, row.content_hash, absence, present, names, note)
            placing = made_from(rendering, rules, settings.project_names.get(row.project or "", ""))
            yield State(row, present, rendering, placing)

    def is_kept(self, state: State) -> bool:
        """Whether the cache had all of a conversation, made from this state, when it was opened."""
        key = state.row.key
        return self._kept.get(key) == state.rendering and self._placed.get(key) == state.placing

    def job(self, state: State) -> Job:
        """What has to be done to make a conversation, with what the cache has of it."""
        key = state.row.key
        job = Job(key, self._archive.content(key), state.files, state.row.absence, self._notes.text(key))
        if self._kept.get(key) == state.rendering:
            return job._replace(kept=Kept(*(self._cache.get(kind, key) for kind in (_LINE, _PAGE, _TEXTS))))
        if key in self._kept:
            with damage_told():
                analysed = self.vocabulary.analysed(self.words(key))
            return job._replace(texts=self._cache.get(_TEXTS, key), analysed=analysed)
        return job

    def keep(self, state: State, made: Made) -> None:
        """Keeps what came of a job."""
        if made.kept is not None and made.analysed is not None:
            line, page, texts = made.kept
            kept = {_LINE: line, _PAGE: page, _TEXTS: texts, _WORDS: self._numbered(made.analysed)}
            self._cache.put(made.key, state.rendering, kept)
        if self._placed.get(made.key) != state.placing:
            self._cache.put(made.key, state.placing, {_PLACING: msgspec.json.encode(made.placing)})

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The terms by the numbers that kept words have."""
        return Vocabulary(self._cache.terms())

    def _numbered(self, analysed: Analysed) -> bytes:
        """An analysis as the cache keeps it, which gets the terms that are new before it."""
        vocabulary = self.vocabulary
        first = len(vocabulary.terms)
        numbered = vocabulary.numbered(analysed)
        if added := vocabulary.terms[first:]:
            self._cache.add_terms(added)
        return packed_words(numbered)

    # --- what is kept, once all is made ----------------------------------------------------------------------------

    def placings(self) -> dict[str, Placing]:
        """The folder and the tags of each conversation."""
        contents = dict(self._cache.contents(_PLACING))
        with damage_told():
            return {key: _placing_decoder.decode(content) for key, content in contents.items()}

    def lines(self, states: Iterable[State], placings: dict[str, Placing]) -> list[Line]:
        """The line of each of these conversations, with its folder and tags."""
        kept = dict(self._cache.contents(_LINE))
        lines = []
        for state in states:
            key = state.row.key
            line = unpacked_line(kept.pop(key))
            lines.append(Line(*line_in(placings[key], line.entry, line.search)))
        return lines

    def words(self, key: str) -> Numbered:
        """The words of one conversation."""
        return unpacked_words(self._cache.get(_WORDS, key))

    def all_words(self) -> dict[str, Numbered]:
        """The words of each conversation, by key; of some that are no longer in the archive, too."""
        contents = dict(self._cache.contents(_WORDS))
        return {key: unpacked_words(content) for key, content in contents.items()}

    def quoted(self, key: str) -> list[bytes]:
        """A conversation's text as the search quotes it: the scripts of `search.text_files`."""
        return [content for _, content in unpacked_quoted(self._cache.get(_PAGE, key))]
