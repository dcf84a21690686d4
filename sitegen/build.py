"""The archive's conversations and a theme in, a site out; only what changed since the last build is made.

Everything that is made has a name for what it was made from (`made_from`). The cache beside the archive keeps what is
costly of each conversation, the output's manifest remembers what its files were made from: what both still hold is
left alone. Conversations come first, in worker processes when there are many, each page written as it comes; then
the index pages, the search index and the theme's own files; what the last build wrote and this one didn't is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import Cache
from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.folders import Placing, path_of
from sitegen.lock import only_run_in
from sitegen.made_from import made_from, program
from sitegen.making import encoded, make_all
from sitegen.notes import Notes, notes_folder, read_notes
from sitegen.output import Output
from sitegen.packing import damage_told
from sitegen.plan import ImportReport, plan
from sitegen.plan.feed import FEED_PATH, feed
from sitegen.prepared import Prepared, State, settings_for
from sitegen.render.conversation import Entry
from sitegen.render.files import site_path
from sitegen.render.settings import OWNER, Audience, Settings
from sitegen.search import build_index, over_budget, too_large
from sitegen.text import palettes_css
from sitegen.theme import Theme, load_theme
from sitegen.workers import Workers

#: Told (conversations done, conversations to do).
Progress = Callable[[int, int], None]


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


def build_site(
    archive: Archive,
    folder: Path,
    config: Config,
    jobs: int | None = None,
    progress: Progress | None = None,
    audience: Audience = OWNER,
    workers: Workers | None = None,
) -> BuildSummary:
    """Builds the site of everything in the archive into `folder`, for its owner or for others.

    `jobs` is the number of processes (default: one for each processor, or only this one for a few conversations);
    `workers` are those that the run has already, if it has. Raises ThemeError, OutputError, LockError, ArchiveError,
    BuildError and WorkerError.
    """
    theme = load_theme(config.theme, config.language)
    with only_run_in(folder), Cache(archive.folder, program()) as cache:
        notes = read_notes(notes_folder(archive.folder))
        settings = settings_for(archive, config, audience)
        with nullcontext(workers) if workers is not None else Workers(jobs) as crew:
            return _Build(archive, Output(folder), cache, settings, theme, notes).run(crew, progress)


def assets(theme: Theme) -> Iterator[tuple[str, bytes]]:
    """What the pages of every site in this theme load, by its path from the site's top."""
    for path, content in theme.static_files():
        yield f"assets/{path}", content
    yield "assets/css/code.css", palettes_css().encode()
    yield "assets/js/language.js", theme.language.script()


class _Build:
    def __init__(
        self, archive: Archive, output: Output, cache: Cache, settings: Settings, theme: Theme, notes: Notes
    ) -> None:
        self.archive, self.output, self.cache, self.theme, self.notes = archive, output, cache, theme, notes
        self.settings, config = settings, settings.config
        self.prepared = Prepared(archive, cache, settings, notes)
        self.warnings: list[str] = []
        #: What the site as a whole shows on every page.
        self.look = made_from(program(), theme.fingerprint, config.title, config.search.languages, settings.audience)

    def run(self, workers: Workers, progress: Progress | None) -> BuildSummary:
        states = list(self.prepared.states(self._copied))
        rendered = self._make_conversations(states, workers, progress)
        placings = self.prepared.placings()
        self._make_lists(states, placings)
        self._make_assets()
        keys = {state.row.key for state in states}
        self.cache.forget_all_but(keys)
        self.output.finish()
        present = [placings[key] for key in keys]
        warnings = (*self._unused_rules(present), *self.notes.warnings(keys), *self.warnings)
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

    def _copied(self, file: StoredFile) -> bool:
        """Whether an attachment is in the site; one that the archive has lost is told, and shows as missing."""
        store = self.archive.attachments
        try:
            self.output.copy(site_path(file), file.hash, file.size, partial(store.open, file.hash))
        except FileNotFoundError:
            lost = store.path(file.hash)
            self.warnings.append(
                f"{lost} is gone from the archive; to have it back, import the export that held it again"
            )
            return False
        return True

    def _make_conversations(self, states: Sequence[State], workers: Workers, progress: Progress | None) -> int:
        """Makes the pages that are not as they must be, and what the cache lacks. Returns how many."""
        waiting = {state.row.key: state for state in states if not self._is_current(state)}
        work = (self.prepared.job(state) for state in waiting.values())
        for done, made in enumerate(make_all(work, len(waiting), self.settings, self.theme, workers), 1):
            state = waiting[made.key]
            with self.output.product(f"text {made.key}", state.rendering):
                for path, content in made.quoted:
                    self._write_search(path, content)
            with self.output.product(f"page {made.key}", self._page(state)):
                for path, content in made.pages:
                    self.output.write(path, content)
            self.prepared.keep(state, made)
            if progress is not None:
                progress(done, len(waiting))
        return len(waiting)

    def _is_current(self, state: State) -> bool:
        key = state.row.key
        # Both are asked: whatever stands is kept.
        text = self.output.keep(f"text {key}", state.rendering)
        page = self.output.keep(f"page {key}", self._page(state))
        return text and page and self.prepared.is_kept(state)

    def _page(self, state: State) -> str:
        """Names what a conversation's page is made from."""
        return made_from(state.placing, self.look)

    # --- what depends on all of them -----------------------------------------------------------------------------

    def _make_lists(self, states: Sequence[State], placings: dict[str, Placing]) -> None:
        settings = self.settings
        whole = made_from([state.placing for state in states], settings.sources)
        lists = made_from(whole, self.look, self.archive.history_hash(), settings.config.remind_after)
        index = made_from(whole, program(), settings.config.search.budget)
        keeps_lists, keeps_index = self.output.keep("lists", lists), self.output.keep("search", index)
        if keeps_lists and keeps_index:
            return
        lines = self.prepared.lines(states, placings)
        if not keeps_lists:
            with self.output.product("lists", lists):
                self._write_lists([line.entry for line in lines])
        if not keeps_index:
            labels = {source: settings.source(source).label for source in settings.sources}
            search, vocabulary, words = settings.config.search, self.prepared.vocabulary, self.prepared.words
            heads = [line.search for line in lines]
            size = 0
            with self.output.product("search", index), damage_told():
                for path, content in build_index(
                    heads, words, vocabulary, languages=search.languages, source_labels=labels
                ):
                    self._write_search(path, content)
                    size += len(content)
                self.warnings += filter(None, [over_budget(size, search.budget, heads, words)])

    def _write_search(self, path: str, content: bytes) -> None:
        self.output.write(path, content)
        self.warnings += filter(None, [too_large(path, len(content))])

    def _write_lists(self, entries: Sequence[Entry]) -> None:
        archive = self.archive
        reports = [
            ImportReport(row, archive.told_problems(row.id), archive.unknown(row.id), archive.changes(row.id))
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
            for path, content in assets(self.theme):
                self.output.write(path, content)

    def _unused_rules(self, placings: Sequence[Placing]) -> Iterator[str]:
        """A line for each rule that no conversation came under: most likely a slip of the pen."""
        folders = {placing.folder for placing in placings}
        for number, rule in enumerate(self.settings.config.folders, 1):
            if path_of(rule.name) not in folders:
                yield f'folders, rule {number} ("{rule.name}") fits no conversation'
        # A tag that is a flag of the provider wherever its rule fits is in no placing, and no slip either.
        tags = {tag for placing in placings for tag in placing.tags}
        for number, tag_rule in enumerate(self.settings.config.tags, 1):
            if tag_rule.name.strip() not in tags:
                yield f'tags, rule {number} ("{tag_rule.name}") gives no conversation a tag that it has not already'
