"""One conversation made into everything that shows it, in this process or in worker processes."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Absence
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
from sitegen.workers import Workers

#: Below this many conversations, starting worker processes costs more than it saves.
_WORTH_WORKERS = 120


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
    work: Iterable[Job], count: int, settings: Settings, theme: Theme | None, workers: Workers
) -> Iterator[Made]:
    """Does all the work, in its order; `count` is about how much there is. Without a theme no HTML is made. Raises
    ThemeError, and WorkerError if a process ends."""
    if not workers.serve(count >= _WORTH_WORKERS):
        yield from map(PageMaker(settings, theme).make, work)
        return
    # Every piece of work says how it is to be done: a process keeps what it has made of that.
    maker = pickle.dumps((settings, settings.config.theme if theme is not None else None))
    yield from workers.map(partial(_make, maker), work)


@lru_cache(1)
def _maker(pickled: bytes) -> PageMaker:
    settings, theme = pickle.loads(pickled)
    return PageMaker(settings, load_theme(theme, settings.config.language) if theme is not None else None)


def _make(maker: bytes, job: Job) -> Made:
    return _maker(maker).make(job)
