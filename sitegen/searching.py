"""A search over the archive, without a site: the same words and the same ranking as in the page.

What builds keep of conversations is used; what is missing of it is made, and kept for the next build or search. The
ranking is that of the whole archive, whatever the answer is narrowed to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import Cache
from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.made_from import program
from sitegen.making import make_all
from sitegen.notes import notes_folder, read_notes
from sitegen.packing import Line, damage_told
from sitegen.prepared import Prepared, State, settings_for
from sitegen.render.settings import Settings
from sitegen.rules import Selection
from sitegen.search.documents import HAS_FILES, ROLES
from sitegen.search.fragments import Quoted, quoted_documents
from sitegen.search.passages import Passage, Stretch, best_passage, marked
from sitegen.search.query import Phrase, Plan, plan_of
from sitegen.search.scoring import Corpus
from sitegen.selection import selects
from sitegen.workers import Workers

#: Told (conversations done, conversations to do), while conversations must be made.
Progress = Callable[[int, int], None]

_MOST_PASSAGES = 3
_EVERYTHING = Selection()


class Narrowing(NamedTuple):
    """What an answer is narrowed to: conversations that are meant, and messages of one role ("" for all)."""

    selection: Selection = _EVERYTHING
    role: str = ""


_WHOLE = Narrowing()


class Hit(NamedTuple):
    """A message that was found. `anchor` is the id of its element on the page."""

    anchor: str
    role: str
    score: float
    terms: tuple[str, ...]
    passage: Passage | None


class Result(NamedTuple):
    """A conversation that was found. `page` is its path from a site's top, `messages` how many of it were found, and
    `hits` the best of these."""

    key: str
    title: tuple[Stretch, ...]
    date: str
    source: str
    source_label: str
    folder: str
    flags: tuple[str, ...]
    page: str
    score: float
    messages: int
    hits: tuple[Hit, ...]


class Answer(NamedTuple):
    """The best conversations, and how many conversations and messages there are in all. `notes` are sentences."""

    results: tuple[Result, ...]
    conversations: int
    messages: int
    notes: tuple[str, ...]


class _Group(NamedTuple):
    """A conversation by its place, with those of its documents that were found, best first."""

    place: int
    score: float
    documents: list[tuple[int, float]]


def search_archive(
    archive: Archive,
    config: Config,
    query: str,
    *,
    limit: int,
    narrowing: Narrowing = _WHOLE,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Searches everything in the archive; at most `limit` conversations are told of.

    A query without words finds every conversation, the newest first. `jobs` is the number of processes for what must
    be made. Raises ArchiveError, BuildError and WorkerError.
    """
    settings = settings_for(archive, config)
    with Cache(archive.folder, program()) as cache:
        prepared = Prepared(archive, cache, settings, read_notes(notes_folder(archive.folder)))
        states = list(prepared.states(lambda file: _is_there(archive, file)))
        _make_missing(prepared, states, settings, jobs, progress)
        text, languages = _writable(query), config.search.languages
        plan = plan_of(text, languages)
        with damage_told():
            search = _Search(archive, prepared, states, settings, plan)
            if not plan.quoted or search.pairs:
                return search.answer(narrowing, limit)
            loose = _Search(archive, prepared, states, settings, plan_of(text, languages, is_loose=True))
            if not loose.pairs:
                return search.answer(narrowing, limit)
            in_parts = loose.answer(narrowing, limit)
            pieces = ", ".join(f"“{piece}”" for piece in plan.quoted)
            note = f"Nothing has {pieces} in one piece: its parts were searched."
            return in_parts._replace(notes=(*in_parts.notes, note))


def found_keys(archive: Archive, config: Config, query: str, jobs: int | None = None) -> frozenset[str]:
    """The keys of all conversations in which a search for `query` finds something, taken at its word: a quoted phrase
    is not searched in parts. Raises ArchiveError, BuildError and WorkerError."""
    settings = settings_for(archive, config)
    with Cache(archive.folder, program()) as cache:
        prepared = Prepared(archive, cache, settings, read_notes(notes_folder(archive.folder)))
        states = list(prepared.states(lambda file: _is_there(archive, file)))
        _make_missing(prepared, states, settings, jobs, None)
        with damage_told():
            return _Search(archive, prepared, states, settings, plan_of(_writable(query), config.search.languages)).keys


def _is_there(archive: Archive, file: StoredFile) -> bool:
    return archive.attachments.path(file.hash).is_file()


def _writable(text: str) -> str:
    """A text as it can be written out: what was no UTF-8 when it was typed comes in as halves of pairs."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _make_missing(
    prepared: Prepared, states: Sequence[State], settings: Settings, jobs: int | None, progress: Progress | None
) -> None:
    """Puts into the cache what it lacks."""
    waiting = {state.row.key: state for state in states if not prepared.is_kept(state)}
    work = (prepared.job(state) for state in waiting.values())
    with Workers(jobs) as workers:
        for done, made in enumerate(make_all(work, len(waiting), settings, None, workers), 1):
            prepared.keep(waiting[made.key], made)
            if progress is not None:
                progress(done, len(waiting))


class _Search:
    def __init__(
        self, archive: Archive, prepared: Prepared, states: Sequence[State], settings: Settings, plan: Plan
    ) -> None:
        self.archive, self.prepared, self.settings, self.plan = archive, prepared, settings, plan
        self.placings = prepared.placings()
        self.lines: list[Line] = sorted(
            prepared.lines(states, self.placings), key=lambda line: (line.search.date, line.search.key)
        )
        words = prepared.all_words()
        numbered = [words[line.search.key] for line in self.lines]
        self.corpus = Corpus(numbered, prepared.vocabulary.terms, plan)
        self.quoted = lru_cache(maxsize=1)(self._quoted)

    def answer(self, narrowing: Narrowing, limit: int) -> Answer:
        """The answer to the plan."""
        groups = [group for group in self._groups(narrowing.role) if self._is_meant(group, narrowing.selection)]
        shown = groups[:limit]
        terms = self.corpus.matched_terms(document for group in shown for document, _ in group.documents)
        return Answer(
            tuple(self._result(group, terms) for group in shown),
            len(groups),
            sum(len(self._messages(group)) for group in groups),
            self.plan.notes,
        )

    # --- what is found -------------------------------------------------------------------------------------------

    @property
    def keys(self) -> frozenset[str]:
        """The conversations that the plan finds."""
        return frozenset(self.lines[group.place].entry.key for group in self._groups(""))

    def _groups(self, role: str) -> list[_Group]:
        if self.plan.is_listing:
            places = reversed(range(len(self.lines)))
            return [_Group(place, 0.0, []) for place in places if not role or self._has_role(place, role)]
        groups: dict[int, _Group] = {}
        for document, score in self.pairs:
            place, within = self.corpus.place_of(document)
            # A conversation's head stands or falls with the conversation.
            if role and not (self._has_role(place, role) if within == 0 else self._role(document) == role):
                continue
            groups.setdefault(place, _Group(place, score, [])).documents.append((document, score))
        return list(groups.values())

    @cached_property
    def pairs(self) -> list[tuple[int, float]]:
        """The documents that the plan finds in the whole archive, with their scores, best first."""
        ranking = self.corpus.ranking(self._holds)
        return (self.corpus.with_phrases(ranking, self._holds) if self.plan.phrases else ranking).pairs()

    def _holds(self, document: int, phrase: Phrase) -> bool:
        place, within = self.corpus.place_of(document)
        return self.quoted(place)[within].holds(phrase)

    def _quoted(self, place: int) -> list[Quoted]:
        scripts = self.prepared.quoted(self.lines[place].search.key)
        return [document for script in scripts for document in quoted_documents(script)]

    def _role(self, document: int) -> str:
        return ROLES[int(self.corpus.roles[document])]

    def _has_role(self, place: int, role: str) -> bool:
        first, end = self.corpus.firsts[place : place + 2].tolist()
        return any(self._role(document) == role for document in range(first, end))

    def _is_meant(self, group: _Group, selection: Selection) -> bool:
        if selection == _EVERYTHING:
            return True
        entry = self.lines[group.place].entry
        conversation = self.archive.conversation(entry.key)
        return selects(selection, conversation, entry.title, self.placings[entry.key], self.settings.zone)

    # --- how it is told ------------------------------------------------------------------------------------------

    def _messages(self, group: _Group) -> list[tuple[int, float]]:
        """A group's documents but for the conversation's head."""
        head = int(self.corpus.firsts[group.place])
        return [(document, score) for document, score in group.documents if document != head]

    def _result(self, group: _Group, terms: dict[int, set[str]]) -> Result:
        line = self.lines[group.place]
        head = line.search
        in_group = {term for document, _ in group.documents for term in terms[document]}
        messages = self._messages(group)
        return Result(
            head.key,
            marked(head.title or "Untitled", in_group, self.settings.config.search.languages),
            head.date,
            head.source,
            self.settings.source(head.source).label,
            head.folder,
            tuple(flag for flag in head.flags if flag != HAS_FILES),
            line.entry.path,
            group.score,
            len(messages),
            tuple(self._hits(group.place, messages[:_MOST_PASSAGES], terms)),
        )

    def _hits(self, place: int, messages: list[tuple[int, float]], terms: dict[int, set[str]]) -> Iterator[Hit]:
        for document, score in messages:
            quoted = self.quoted(place)[self.corpus.place_of(document)[1]]
            languages, phrases = self.settings.config.search.languages, [p.words for p in self.plan.phrases]
            passage = best_passage(quoted.texts, terms[document], languages, phrases)
            yield Hit(quoted.anchor, quoted.role, score, tuple(sorted(terms[document])), passage)
