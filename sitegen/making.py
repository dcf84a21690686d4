"""One conversation made into everything that shows it, in this process or in worker processes."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context, parent_process
from typing import NamedTuple

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Absence
from sitegen.errors import BuildError
from sitegen.folders import Placing
from sitegen.model import Conversation, decode
from sitegen.packing import (
    Line,
    Page,
    packed_line,
    packed_page,
    packed_texts,
    unpacked_line,
    unpacked_page,
    unpacked_texts,
)
from sitegen.render.conversation import page_in, placing_for, render_conversation
from sitegen.render.settings import Settings
from sitegen.render.texts import Texts
from sitegen.search import Analysed, File, analyse, text_files
from sitegen.text.rendered import showable
from sitegen.theme import Theme, load_theme

#: Below this many conversations, starting worker processes costs more than it saves.
_WORTH_WORKERS = 60
#: So many more objects than before make a worker look for cycles. Those that rendering makes live shortly and are in
#: none: looking at every 700 takes a twentieth of the time.
_COLLECT_AFTER = 20_000


class Kept(NamedTuple):
    """What the cache keeps of a conversation to make its page from, packed."""

    line: bytes
    page: bytes
    texts: bytes


class Job(NamedTuple):
    """A conversation to be made: its content, its files by attachment id, whether it left its account, and the
    person's own note on it.

    `kept` is what an earlier build made from the same. Without it, `texts` and `analysed` are what one kept of an
    earlier state's rendered Markdown (packed) and words, made by the same program. None if there is nothing.
    """

    key: str
    content: bytes
    files: dict[str, StoredFile]
    absence: Absence | None
    note: str = ""
    kept: Kept | None = None
    texts: bytes | None = None
    analysed: Analysed | None = None


class Made(NamedTuple):
    """What came of a job: the files to write, the folder and tags, and what to keep for the next build.

    `pages` are the conversation's page and those that run what was made in it, none if there was no theme to make them
    with. `quoted` are the files of its text as the search quotes it. `kept` and `analysed` are None if the job had
    what was kept.
    """

    key: str
    placing: Placing
    pages: list[File]
    quoted: list[File]
    kept: Kept | None = None
    analysed: Analysed | None = None


class PageMaker:
    """Does jobs. One for each process. Without a theme it makes all but the pages' HTML."""

    def __init__(self, settings: Settings, theme: Theme | None) -> None:
        self.settings, self.theme = settings, theme

    def make(self, job: Job) -> Made:
        """Everything that comes of one conversation. Raises ThemeError."""
        conversation = decode(job.content)
        if job.kept is not None:
            line = unpacked_line(job.kept.line)
            page = unpacked_page(job.kept.page, unpacked_texts(job.kept.texts))
            return Made(job.key, *self._placed(conversation, line, page), page.quoted)
        texts = Texts(self.settings.language, unpacked_texts(job.texts) if job.texts is not None else None)
        rendering = render_conversation(
            conversation,
            job.files,
            self.settings,
            job.absence,
            texts,
            job.note,
            with_viewers=self.settings.audience.is_owner,
        )
        head, quoted = text_files(rendering.search)
        line, page = Line(rendering.entry, head), Page(rendering.page, quoted, rendering.viewers)
        kept = Kept(packed_line(line), packed_page(page, texts.used), packed_texts(texts.used))
        analysed = analyse(rendering.search, self.settings.config.search.languages, job.analysed)
        return Made(job.key, *self._placed(conversation, line, page), quoted, kept, analysed)

    def _placed(self, conversation: Conversation, line: Line, page: Page) -> tuple[Placing, list[File]]:
        """The folder and tags of a conversation, and its pages with them."""
        placing = placing_for(conversation, line.entry, self.settings)
        if self.theme is None:
            return placing, []
        path = line.entry.path
        value = page_in(placing, page.page, path, self.settings.language)
        pages = [(path, encoded(self.theme.render("conversation.html", self.settings.site(path), value)))]
        for path, viewer in page.viewers:
            pages.append((path, encoded(self.theme.render("viewer.html", self.settings.site(path), viewer))))
        return placing, pages


def encoded(html: str) -> bytes:
    """A page's bytes, with stand-ins for the characters that HTML forbids."""
    return showable(html).encode("utf-8")


# --- processes ---------------------------------------------------------------------------------------------------


def make_all(
    work: Iterable[Job], count: int, settings: Settings, theme: Theme | None, jobs: int | None
) -> Iterator[Made]:
    """Does all the work, in its order; `count` is about how much there is, `jobs` the number of processes (default:
    one for each processor, or only this one for little work). Without a theme no HTML is made. Raises ThemeError, and
    BuildError if a process ends."""
    if jobs is None:
        jobs = (os.cpu_count() or 1) if count >= _WORTH_WORKERS else 1
    if jobs == 1:
        yield from map(PageMaker(settings, theme).make, work)
        return
    theme_name = settings.config.theme if theme is not None else None
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start_worker, (settings, theme_name))
    # A bounded queue: results are taken in order, and no more than a few are under way.
    waiting: deque[Future[Made]] = deque()
    try:
        for job in work:
            with nullcontext() if waiting else _interrupts_later():
                waiting.append(pool.submit(_make, job))
            if len(waiting) >= jobs * 4:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise BuildError("a process that rendered pages was ended from outside; try again with --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Keeps Ctrl-C back until the end of the block, and for good from processes that start in it: one that gets it
    before `_start_worker` has run, or whose start is broken off here, prints a traceback.

    New processes inherit the mask of this thread; the handler is for the other threads, which have none.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)


_worker: list[PageMaker] = []


def _start_worker(settings: Settings, theme_name: str | None) -> None:
    # Ctrl-C goes to every process of the terminal; the main one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker.append(
        PageMaker(settings, load_theme(theme_name, settings.config.language) if theme_name is not None else None)
    )
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


def _end_with_parent() -> None:
    """Ends this process when the main one has gone, were it killed: a pool's worker would wait for work forever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _make(job: Job) -> Made:
    return _worker[0].make(job)
