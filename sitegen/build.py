"""The archive's conversations and a theme in, a site out; only what changed since the last build is made.

Everything that is made has a name for what it was made from (`made_from`). The cache beside the archive keeps what is
costly of each conversation, the output's manifest remembers what its files were made from: what both still hold is
left alone. Conversations come first, in worker processes when there are many, each page written as it comes; then
the index pages, the search index and the theme's own files; what the last build wrote and this one didn't is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import Cache
from sitegen.archive.store import Archive, ConversationRow
from sitegen.config import Config
from sitegen.errors import ArchiveError
from sitegen.folders import Folder, path_of
from sitegen.lock import only_run_in
from sitegen.made_from import made_from, program
from sitegen.making import Job, Line, damage_told, encoded, make_all, packed_words, unpacked_line, unpacked_words
from sitegen.output import Output
from sitegen.plan import ImportReport, plan
from sitegen.plan.feed import FEED_PATH, feed
from sitegen.readers import installed
from sitegen.render.conversation import Entry, line_in
from sitegen.render.files import site_path
from sitegen.render.settings import Settings, SourceLabels
from sitegen.search import Analysed, Vocabulary, build_index
from sitegen.text import palettes_css
from sitegen.theme import Theme, load_theme

#: Told (conversations done, conversations to do).
Progress = Callable[[int, int], None]

#: Kinds of what the cache keeps of a conversation.
_LINE, _PAGE, _TEXTS, _WORDS, _FOLDER = "line", "page", "texts", "words", "folder"


class BuildSummary(NamedTuple):
    """What a build did. `rendered` counts the conversations whose pages had to be made."""

    conversations: int
    rendered: int
    pages: int
    written: int
    unchanged: int
    removed: int
    start: Path
    warnings: tuple[str, ...] = ()


class _State(NamedTuple):
    """A conversation with the names of what its rendering, its folder and its page are made from."""

    row: ConversationRow
    files: dict[str, StoredFile]
    rendering: str
    placing: str
    page: str


def build_site(
    archive: Archive, folder: Path, config: Config, jobs: int | None = None, progress: Progress | None = None
) -> BuildSummary:
    """Builds the site of everything in the archive into `folder`.

    `jobs` is the number of processes (default: one for each processor, or only this one for a few conversations).
    Raises ThemeError, OutputError, LockError, ArchiveError and BuildError.
    """
    theme = load_theme(config.theme)
    with only_run_in(folder), Cache(archive.folder, program()) as cache:
        return _Build(archive, Output(folder), cache, config, theme).run(jobs, progress)


def _zone_of(archive: Archive) -> str:
    """The name of the archive's zone. Raises ArchiveError if this machine's zone database doesn't know it."""
    name = archive.zone_name
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArchiveError(
            f'{archive.folder}: its time zone "{name}" is not known here; set timezone in sitegen.toml'
        ) from error


class _Build:
    def __init__(self, archive: Archive, output: Output, cache: Cache, config: Config, theme: Theme) -> None:
        self.archive, self.output, self.cache, self.theme = archive, output, cache, theme
        self.settings = Settings(
            config=config,
            zone_name=config.timezone or _zone_of(archive),
            sources={
                # A reader of another package may not tell how to export.
                source: SourceLabels(r.label, r.assistant, getattr(r, "how_to_export", ""))
                for source, r in installed().items()
            },
            project_names=archive.project_names(),
        )
        self.missing: list[str] = []
        #: What the site as a whole shows on every page.
        self.look = made_from(program(), theme.fingerprint, config.title)

    def run(self, jobs: int | None, progress: Progress | None) -> BuildSummary:
        states = list(self._states())
        rendered = self._make_conversations(states, jobs, progress)
        folders = self._folders()
        self._make_lists(states, folders)
        self._make_assets()
        self.cache.forget_all_but({state.row.key for state in states})
        self.output.finish()
        warnings = (*self._unused_rules(set(folders.values())), *self.missing)
        output = self.output
        pages = sum(name.endswith(".html") for name in output.names)
        return BuildSummary(
            len(states),
            rendered,
            pages,
            output.written,
            output.unchanged,
            output.removed,
            output.folder / "index.html",
            warnings,
        )

    # --- conversations -------------------------------------------------------------------------------------------

    def _states(self) -> Iterator[_State]:
        config, settings = self.settings.config, self.settings
        files = self.archive.all_files()
        labels = {source: (labels.label, labels.assistant) for source, labels in settings.sources.items()}
        basis = made_from(program(), settings.zone_name, config.search.languages, labels)
        rules = made_from(config.folders, config.folder_names)
        for row in self.archive.conversations():
            present = {name: file for name, file in files.get(row.key, {}).items() if self._copied(file)}
            absence = row.absence and str(row.absence.since)
            # What is kept beside chats may stand under the name of a project.
            names = settings.project_names if row.kind != "chat" else {}
            rendering = made_from(basis, row.content_hash, absence, present, names)
            placing = made_from(rendering, rules, settings.project_names.get(row.project or "", ""))
            yield _State(row, present, rendering, placing, made_from(placing, self.look))

    def _copied(self, file: StoredFile) -> bool:
        """Whether an attachment is in the site; one that the archive has lost is told, and shows as missing."""
        store = self.archive.attachments
        try:
            self.output.copy(site_path(file), file.hash, file.size, partial(store.open, file.hash))
        except FileNotFoundError:
            lost = store.path(file.hash)
            self.missing.append(
                f"{lost} is gone from the archive; to have it back, import the export that held it again"
            )
            return False
        return True

    def _make_conversations(self, states: Sequence[_State], jobs: int | None, progress: Progress | None) -> int:
        """Makes the pages that are not as they must be, and what the cache lacks. Returns how many."""
        self.kept = self.cache.made_from(_LINE)
        self.placed = self.cache.made_from(_FOLDER)
        waiting = {state.row.key: state for state in states if not self._is_current(state)}
        work = (self._job(state) for state in waiting.values())
        for done, made in enumerate(make_all(work, len(waiting), self.settings, self.theme, jobs), 1):
            state = waiting[made.key]
            with self.output.product(f"text {made.key}", state.rendering):
                self.output.write(made.text_name, made.text)
            with self.output.product(f"page {made.key}", state.page):
                self.output.write(made.path, made.html)
            if made.texts is not None and made.analysed is not None:
                kept = {_LINE: made.line, _PAGE: made.page, _TEXTS: made.texts, _WORDS: self._numbered(made.analysed)}
                self.cache.put(made.key, state.rendering, kept)
            if self.placed.get(made.key) != state.placing:
                self.cache.put(made.key, state.placing, {_FOLDER: msgspec.json.encode(made.folder)})
            if progress is not None:
                progress(done, len(waiting))
        return len(waiting)

    def _is_current(self, state: _State) -> bool:
        key = state.row.key
        # Both are asked: whatever stands is kept.
        text = self.output.keep(f"text {key}", state.rendering)
        page = self.output.keep(f"page {key}", state.page)
        is_kept = self.kept.get(key) == state.rendering and self.placed.get(key) == state.placing
        return text and page and is_kept

    def _job(self, state: _State) -> Job:
        key = state.row.key
        job = Job(key, self.archive.content(key), state.files, state.row.absence)
        if self.kept.get(key) == state.rendering:
            return job._replace(line=self.cache.get(_LINE, key), page=self.cache.get(_PAGE, key))
        if key in self.kept:
            with damage_told():
                analysed = self.vocabulary.analysed(unpacked_words(self.cache.get(_WORDS, key)))
            return job._replace(texts=self.cache.get(_TEXTS, key), analysed=analysed)
        return job

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.cache.terms())

    def _numbered(self, analysed: Analysed) -> bytes:
        """An analysis as the cache keeps it, which gets the terms that are new before it."""
        vocabulary = self.vocabulary
        first = len(vocabulary.terms)
        numbered = vocabulary.numbered(analysed)
        if added := vocabulary.terms[first:]:
            self.cache.add_terms(added)
        return packed_words(numbered)

    # --- what depends on all of them -----------------------------------------------------------------------------

    def _folders(self) -> dict[str, Folder]:
        return {key: tuple(msgspec.json.decode(content)) for key, content in self.cache.contents(_FOLDER)}

    def _make_lists(self, states: Sequence[_State], folders: dict[str, Folder]) -> None:
        settings = self.settings
        whole = made_from([state.placing for state in states], settings.sources)
        lists = made_from(whole, self.look, self.archive.history_hash(), settings.config.remind_after)
        index = made_from(whole, program())
        keeps_lists, keeps_index = self.output.keep("lists", lists), self.output.keep("search", index)
        if keeps_lists and keeps_index:
            return
        lines = self._lines(states, folders)
        if not keeps_lists:
            with self.output.product("lists", lists):
                self._write_lists([line.entry for line in lines])
        if not keeps_index:
            labels = {source: settings.source(source).label for source in settings.sources}
            words = dict(self.cache.contents(_WORDS))
            numbered = ((line.search, unpacked_words(words[line.search.key])) for line in lines)
            languages = settings.config.search.languages
            with self.output.product("search", index), damage_told():
                for path, content in build_index(numbered, self.vocabulary, languages=languages, source_labels=labels):
                    self.output.write(path, content)

    def _lines(self, states: Sequence[_State], folders: dict[str, Folder]) -> list[Line]:
        kept = dict(self.cache.contents(_LINE))
        lines = []
        for state in states:
            key = state.row.key
            line = unpacked_line(kept.pop(key))
            lines.append(Line(*line_in(folders[key], line.entry, line.search)))
        return lines

    def _write_lists(self, entries: Sequence[Entry]) -> None:
        archive = self.archive
        reports = [
            ImportReport(row, archive.problems(row.id), archive.unknown(row.id), archive.changes(row.id))
            for row in archive.imports()
        ]
        for planned in plan(entries, reports, self.settings):
            html = self.theme.render(planned.template, self.settings.site(planned.path, planned.current), planned.page)
            self.output.write(planned.path, encoded(html))
        self.output.write(FEED_PATH, feed(entries, self.settings))

    def _make_assets(self) -> None:
        if self.output.keep("assets", self.look):
            return
        with self.output.product("assets", self.look):
            for path, content in self.theme.static_files():
                self.output.write(f"assets/{path}", content)
            self.output.write("assets/css/code.css", palettes_css().encode())

    def _unused_rules(self, used: set[Folder]) -> Iterator[str]:
        """A line for each folder rule that no conversation came under: most likely a slip of the pen."""
        for number, rule in enumerate(self.settings.config.folders, 1):
            if path_of(rule.name) not in used:
                yield f'folders, rule {number} ("{rule.name}") fits no conversation'
