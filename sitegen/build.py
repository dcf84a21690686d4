"""The archive's conversations and a theme in, a site out.

Every conversation is rendered on its own (in worker processes when there are many), its page is written as it
comes, and only its line for the lists and its word counts are kept. Then the index pages, the search index and the
theme's own files follow, and what the last build wrote and this one didn't is removed.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.errors import BuildError
from sitegen.folders import path_of
from sitegen.lock import only_run_in
from sitegen.model import decode
from sitegen.output import Output
from sitegen.plan import ImportReport, plan
from sitegen.plan.feed import FEED_PATH, feed
from sitegen.readers import installed
from sitegen.render.conversation import Entry, render_conversation
from sitegen.render.files import site_path
from sitegen.render.settings import Settings, SourceLabels
from sitegen.search import Analysed, SearchConversation, analyse, build_index, fragment_file
from sitegen.text import palettes_css
from sitegen.text.rendered import showable
from sitegen.theme import Theme, load_theme

#: Below this many conversations, starting worker processes costs more than it saves.
_WORTH_WORKERS = 60

#: Told (conversations done, conversations in all).
Progress = Callable[[int, int], None]


class BuildSummary(NamedTuple):
    """What a build did."""

    conversations: int
    pages: int
    written: int
    unchanged: int
    removed: int
    start: Path
    warnings: tuple[str, ...] = ()


class _Job(NamedTuple):
    content: bytes
    files: dict[str, StoredFile]


class _Rendered(NamedTuple):
    entry: Entry
    html: bytes
    search: SearchConversation
    analysed: Analysed
    search_text: tuple[str, bytes]


class PageMaker:
    """Makes everything that comes of one conversation. One for each process."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        self.settings, self.theme = settings, theme

    def make(self, job: _Job) -> _Rendered:
        """The page, the list entry and the search data of one conversation. Raises ThemeError."""
        rendering = render_conversation(decode(job.content), job.files, self.settings)
        entry, search = rendering.entry, rendering.search
        html = self.theme.render("conversation.html", self.settings.site(entry.path), rendering.page)
        return _Rendered(
            entry,
            _encoded(html),
            msgspec.structs.replace(search, documents=()),
            analyse(search, self.settings.config.search.languages),
            fragment_file(search),
        )


def _encoded(html: str) -> bytes:
    """A page's bytes, with stand-ins for the characters that HTML forbids."""
    return showable(html).encode("utf-8")


def build_site(
    archive: Archive, folder: Path, config: Config, jobs: int | None = None, progress: Progress | None = None
) -> BuildSummary:
    """Builds the site of everything in the archive into `folder`.

    `jobs` is the number of processes (default: one for each processor, or only this one for a few conversations).
    Raises ThemeError, OutputError, LockError, ArchiveError and BuildError.
    """
    with only_run_in(folder):
        return _build_site(archive, folder, config, jobs, progress)


def _build_site(
    archive: Archive, folder: Path, config: Config, jobs: int | None, progress: Progress | None
) -> BuildSummary:
    theme = load_theme(config.theme)
    settings = Settings(
        config=config,
        zone_name=config.timezone or _zone_of(archive),
        sources={
            # A reader of another package may not tell how to export.
            source: SourceLabels(r.label, r.assistant, getattr(r, "how_to_export", ""))
            for source, r in installed().items()
        },
        project_names=archive.project_names(),
    )
    output = Output(folder)
    keys = archive.keys()
    entries: list[Entry] = []
    indexed: list[tuple[SearchConversation, Analysed]] = []
    missing: list[str] = []
    for rendered in _render_all(archive, keys, settings, theme, jobs, output, missing):
        output.write(rendered.entry.path, rendered.html)
        output.write(*rendered.search_text)
        entries.append(rendered.entry)
        indexed.append((rendered.search, rendered.analysed))
        if progress is not None:
            progress(len(entries), len(keys))
    reports = [
        ImportReport(row, archive.problems(row.id), archive.unknown(row.id), archive.changes(row.id))
        for row in archive.imports()
    ]
    for planned in plan(entries, reports, settings):
        html = theme.render(planned.template, settings.site(planned.path, planned.current), planned.page)
        output.write(planned.path, _encoded(html))
    output.write(FEED_PATH, feed(entries, settings))
    labels = {source: settings.source(source).label for source in settings.sources}
    for path, content in build_index(indexed, languages=config.search.languages, source_labels=labels):
        output.write(path, content)
    for path, content in theme.static_files():
        output.write(f"assets/{path}", content)
    output.write("assets/css/code.css", palettes_css().encode())
    output.finish()
    pages = sum(name.endswith(".html") for name in output.names)
    warnings = (*_unused_rules(config, entries), *missing)
    return BuildSummary(
        len(entries), pages, output.written, output.unchanged, output.removed, folder / "index.html", warnings
    )


def _unused_rules(config: Config, entries: list[Entry]) -> Iterator[str]:
    """A line for each folder rule that no conversation came under: most likely a slip of the pen."""
    used = {entry.folder for entry in entries}
    for number, rule in enumerate(config.folders, 1):
        if path_of(rule.name) not in used:
            yield f'folders, rule {number} ("{rule.name}") fits no conversation'


def _render_all(
    archive: Archive,
    keys: list[str],
    settings: Settings,
    theme: Theme,
    jobs: int | None,
    output: Output,
    missing: list[str],
) -> Iterator[_Rendered]:
    """Every conversation rendered, in the order of `keys`; attachments are copied on the way, and those that the
    archive has lost are added to `missing`."""
    work = (_job(archive, key, output, missing) for key in keys)
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(keys) >= _WORTH_WORKERS else 1
    if jobs == 1:
        maker = PageMaker(settings, theme)
        yield from map(maker.make, work)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (settings, settings.config.theme))
    # A bounded queue: results are taken in order, and no more than a few are under way.
    waiting: deque[Future[_Rendered]] = deque()
    try:
        for job in work:
            waiting.append(pool.submit(_make, job))
            if len(waiting) >= jobs * 4:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise BuildError("a process that rendered pages was ended from outside; try again with --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _job(archive: Archive, key: str, output: Output, missing: list[str]) -> _Job:
    files = {}
    for attachment_id, file in archive.files(key).items():
        try:
            output.copy(site_path(file), file.hash, file.size, partial(archive.attachments.open, file.hash))
            files[attachment_id] = file
        except FileNotFoundError:
            # The page shows a placeholder, and the person is told.
            path = archive.attachments.path(file.hash)
            missing.append(f"{path} is gone from the archive; to have it back, import the export that held it again")
    return _Job(archive.content(key), files)


_worker: list[PageMaker] = []


def _start_worker(settings: Settings, theme_name: str) -> None:
    # Ctrl-C goes to every process of the terminal; the main one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _worker.append(PageMaker(settings, load_theme(theme_name)))


def _end_with_parent() -> None:
    """Ends this process when the main one has gone, were it killed: a pool's worker would wait for work forever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _make(job: _Job) -> _Rendered:
    return _worker[0].make(job)
