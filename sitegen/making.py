"""One conversation made into everything that shows it, in this process or in worker processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context, parent_process
from typing import Any, NamedTuple, TypeVar

import msgspec
from markupsafe import Markup

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import CACHE_NAME
from sitegen.archive.store import Absence
from sitegen.errors import BuildError
from sitegen.folders import Placing
from sitegen.model import decode
from sitegen.pages import ConversationPage, ViewerPage
from sitegen.render.conversation import Entry, page_in, placing_for, render_conversation
from sitegen.render.settings import Settings
from sitegen.render.texts import Texts
from sitegen.search import Analysed, File, Numbered, SearchConversation, analyse, text_files
from sitegen.text.rendered import RenderedText, showable
from sitegen.theme import Theme, load_theme

#: Below this many conversations, starting worker processes costs more than it saves.
_WORTH_WORKERS = 60
#: Windows can't wait for more processes than that at once.
_MOST_WORKERS = 61 if os.name == "nt" else sys.maxsize
_COMPRESSION = 1

T = TypeVar("T")


class Job(NamedTuple):
    """A conversation to be made: its content, its files by attachment id, whether it left its account, and the
    person's own note on it.

    `line` and `page` are what an earlier build kept of it, made from the same; `texts` and `analysed` what one kept of
    its rendered Markdown and its words, made by the same program. None if there is nothing.
    """

    key: str
    content: bytes
    files: dict[str, StoredFile]
    absence: Absence | None
    note: str = ""
    line: bytes | None = None
    page: bytes | None = None
    texts: bytes | None = None
    analysed: Analysed | None = None


class Line(msgspec.Struct, frozen=True, array_like=True):
    """What lists and the search's table show of a conversation. Its folder and tags are not in it."""

    entry: Entry
    search: SearchConversation


class _Page(msgspec.Struct, frozen=True, array_like=True):
    """What is costly about a conversation's page: its value, with Markdown and code rendered; its text as the search
    quotes it, files of their own; and the pages that run what was made in it, by path."""

    page: ConversationPage
    texts: list[File]
    viewers: list[tuple[str, ViewerPage]]


class _Texts(msgspec.Struct, frozen=True, array_like=True):
    """A packed `_Page` of which only the text is wanted."""

    page: msgspec.Raw
    texts: list[File]


class Made(NamedTuple):
    """What came of a job: the files to write, the folder and tags, and what to keep for the next build.

    `pages` are the conversation's page and those that run what was made in it, none if there was no theme to make them
    with. `quoted` are the files of its text as the search quotes it. `line`, `page` and `texts` are packed. `texts` and
    `analysed` are None if the job had a line and a page.
    """

    key: str
    placing: Placing
    pages: list[File]
    quoted: list[File]
    line: bytes
    page: bytes
    texts: bytes | None
    analysed: Analysed | None


class PageMaker:
    """Does jobs. One for each process. Without a theme it makes all but the pages' HTML."""

    def __init__(self, settings: Settings, theme: Theme | None) -> None:
        self.settings, self.theme = settings, theme

    def make(self, job: Job) -> Made:
        """Everything that comes of one conversation. Raises ThemeError."""
        conversation = decode(job.content)
        packed_line, packed_page, packed_texts, analysed = job.line, job.page, None, None
        if packed_line is None or packed_page is None:
            known = _unpacked(_texts_decoder, job.texts) if job.texts is not None else None
            texts = Texts(self.settings.language, known)
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
            line = Line(rendering.entry, head)
            analysed = analyse(rendering.search, self.settings.config.search.languages, job.analysed)
            page = _Page(rendering.page, quoted, rendering.viewers)
            packed_line, packed_page, packed_texts = packed(line), packed(page), packed(texts.used)
        else:
            line, page = unpacked_line(packed_line), _unpacked(_page_decoder, packed_page)
        entry = line.entry
        placing = placing_for(conversation, entry, self.settings)
        pages: list[File] = []
        if self.theme is not None:
            value = page_in(placing, page.page, entry.path, self.settings.language)
            html = self.theme.render("conversation.html", self.settings.site(entry.path), value)
            pages.append((entry.path, encoded(html)))
            for path, viewer in page.viewers:
                pages.append((path, encoded(self.theme.render("viewer.html", self.settings.site(path), viewer))))
        return Made(
            job.key,
            placing,
            pages,
            page.texts,
            packed_line,
            packed_page,
            packed_texts,
            analysed,
        )


def encoded(html: str) -> bytes:
    """A page's bytes, with stand-ins for the characters that HTML forbids."""
    return showable(html).encode("utf-8")


# --- packing -----------------------------------------------------------------------------------------------------


def _decode_hook(kind: type, value: Any) -> Any:
    if kind is Markup:
        # Made by sitegen.text in the build that packed it.
        return Markup(value)
    raise NotImplementedError(kind)


_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_line_decoder = msgspec.msgpack.Decoder(Line)
_page_decoder = msgspec.msgpack.Decoder(_Page, dec_hook=_decode_hook)
_quoted_decoder = msgspec.msgpack.Decoder(_Texts)
_words_decoder = msgspec.msgpack.Decoder(Numbered)
_texts_decoder = msgspec.msgpack.Decoder(dict[str, RenderedText], dec_hook=_decode_hook)


def packed(value: Line | _Page | dict[str, RenderedText]) -> bytes:
    """The value as bytes to keep."""
    return zlib.compress(_encoder.encode(value), _COMPRESSION)


def packed_words(value: Numbered) -> bytes:
    """As `packed`, for what has little to compress and is read again by every build that has something new."""
    return _encoder.encode(value)


def unpacked_line(data: bytes) -> Line:
    """The opposite of `packed` for a line. Raises BuildError if it is damaged."""
    return _unpacked(_line_decoder, data)


def unpacked_quoted(data: bytes) -> list[File]:
    """The files of the text in a packed page. Raises BuildError if it is damaged."""
    return _unpacked(_quoted_decoder, data).texts


def unpacked_words(data: bytes) -> Numbered:
    """The opposite of `packed_words`. Raises BuildError if it is damaged."""
    with damage_told():
        return _words_decoder.decode(data)


def _unpacked(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T:
    with damage_told():
        return decoder.decode(zlib.decompress(data))


@contextmanager
def damage_told() -> Iterator[None]:
    """Raises BuildError for what comes of using a damaged entry of the cache in the block."""
    try:
        yield
    except (zlib.error, msgspec.DecodeError, IndexError) as error:
        raise BuildError(f"{CACHE_NAME} in the archive is damaged ({error}); delete it and build again") from error


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
    pool = ProcessPoolExecutor(min(jobs, _MOST_WORKERS), get_context("spawn"), _start_worker, (settings, theme_name))
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


def _end_with_parent() -> None:
    """Ends this process when the main one has gone, were it killed: a pool's worker would wait for work forever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _make(job: Job) -> Made:
    return _worker[0].make(job)
