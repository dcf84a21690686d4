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


class Citations:
    """Collects the citations of one message. One source cited twice keeps its number."""

    def __init__(self, anchor: str, language: Language) -> None:
        self._anchor, self._language = anchor, language
        self._numbers: dict[tuple[str, str], int] = {}
        self._references: list[Reference] = []
        self._sources: list[Source] = []
        self._marks = 0

    def marks(self, block: TextBlock) -> tuple[Mark, ...]:
        """The marks to set into the block's text, in order of position."""
        result = []
        for citation in sorted(block.citations, key=lambda citation: citation.position):
            for source in citation.sources:
                self._marks += 1
                mark_id = f"{self._anchor}-c{self._marks}"
                entry = self._reference(source, mark_id)
                label = entry.title if entry.title.startswith(entry.host) else f"{entry.title} ({entry.host})"
                result.append(Mark(citation.position, entry.number, f"#{entry.anchor}", label, mark_id))
        return tuple(result)

    def _reference(self, source: Source, mark_id: str) -> Reference:
        identity = (source.url, "") if source.url else ("", source.title)
        number = self._numbers.get(identity)
        if number is None:
            number = self._numbers[identity] = len(self._references) + 1
            self._sources.append(source)
            self._references.append(reference(number, f"{self._anchor}-s{number}", mark_id, source, self._language))
        return self._references[number - 1]

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources cited so far, by number."""
        return tuple(self._sources)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Everything cited so far, by number."""
        return tuple(self._references)
