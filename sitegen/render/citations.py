"""The sources that a message cites, numbered in the order of first mention. Pure."""

from __future__ import annotations

from sitegen.language import Language
from sitegen.model import Source, TextBlock
from sitegen.pages import Reference
from sitegen.text import Mark
from sitegen.text.links import host_of, safe_address, visible

_LINE = 70


def reference(number: int, anchor: str, back: str, source: Source, language: Language) -> Reference:
    """A source as pages show it; an address that is not plain web or mail is shown, not linked."""
    url = safe_address(source.url)
    host = host_of(url).removeprefix("www.")
    refused = visible(source.url) if source.url and not url else ""
    title = " ".join(filter(None, (source.title, f"({refused})" if source.title and refused else refused)))
    title = title or _address_line(url) or host or language.say("Source without a name")
    return Reference(number, anchor, back, title, host, url, source.snippet, source.date)


def _address_line(url: str) -> str:
    """A web address as the name of a source that has none: host and path, as far as they fit a line."""
    line = visible(url.partition("://")[2].partition("?")[0].partition("#")[0]).removeprefix("www.").removesuffix("/")
    return line if len(line) <= _LINE else line[:_LINE] + "…"


class _Cited:
    """A source as all its citations in one message tell it; `back` is the id of the first mark that cites it, `label`
    what marks say of it."""

    def __init__(self, url: str, back: str, label: str) -> None:
        self.back, self.label = back, label
        self._url, self._date = url, ""
        self._titles: dict[str, None] = {}
        self._passages: dict[str, None] = {}

    def add(self, source: Source) -> None:
        """A citation of it: mostly of a passage of its own."""
        self._titles[source.title] = self._passages[source.snippet] = None
        self._date = self._date or source.date

    @property
    def source(self) -> Source:
        """All that is told of it."""
        titles, passages = " / ".join(filter(None, self._titles)), " … ".join(filter(None, self._passages))
        return Source(self._url, titles, passages, self._date)


class Citations:
    """Collects the citations of one message. One source cited twice keeps its number, and stands once at one place."""

    def __init__(self, anchor: str, language: Language) -> None:
        self._anchor, self._language = anchor, language
        self._numbers: dict[tuple[str, str], int] = {}
        self._cited: list[_Cited] = []
        self._marks = 0

    def marks(self, block: TextBlock) -> tuple[Mark, ...]:
        """The marks to set into the block's text, in order of position."""
        result: list[Mark] = []
        here: tuple[int, set[int]] = (-1, set())
        for citation in sorted(block.citations, key=lambda citation: citation.position):
            if citation.position != here[0]:
                here = (citation.position, set())
            for source in citation.sources:
                number = self._number(source)
                if number not in here[1]:
                    here[1].add(number)
                    result.append(self._mark(citation.position, number))
        return tuple(result)

    def _number(self, source: Source) -> int:
        """The number of a source: the next one where it is cited for the first time."""
        identity = (source.url, "") if source.url else ("", source.title)
        number = self._numbers.setdefault(identity, len(self._cited) + 1)
        if number > len(self._cited):
            shown = reference(number, "", "", source, self._language)
            label = shown.title if shown.title.startswith(shown.host) else f"{shown.title} ({shown.host})"
            self._cited.append(_Cited(source.url, f"{self._anchor}-c{self._marks + 1}", label))
        self._cited[number - 1].add(source)
        return number

    def _mark(self, position: int, number: int) -> Mark:
        self._marks += 1
        label = self._cited[number - 1].label
        return Mark(position, number, f"#{self._anchor}-s{number}", label, f"{self._anchor}-c{self._marks}")

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources cited so far, by number."""
        return tuple(cited.source for cited in self._cited)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Everything cited so far, by number."""
        return tuple(
            reference(number, f"{self._anchor}-s{number}", cited.back, cited.source, self._language)
            for number, cited in enumerate(self._cited, 1)
        )
