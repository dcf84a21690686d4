"""The last look at a finished publication: whatever must not be in it is searched in every byte. Nothing is trusted
that an earlier step has promised.

Words are compared without regard to case. The title, folder or tag of what is not published proves nothing where the
published conversations say the same, or where every site says it ("March 2026"): such names are counted instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sitegen.publish.needles import Needle, Needles, words_of
from sitegen.publish.readings import readings, strings
from sitegen.search.manifest import indexed_terms
from sitegen.search.tokens import Terms, chunks

#: Files that a published site consists of, by their paths; anything else has no business there.
_SITE_FILES = re.compile(
    r"(?:index|search|404)\.html|feed\.xml|_headers"
    r"|chats/\w+/(?:\d{4}/\d\d-\d\d-|undated/)[0-9a-f]{12}\.html"
    r"|dates/(?:undated|index|\d{4}/(?:index|\d\d))(?:-\d+)?\.html"
    r"|(?:folders|tags|sources)/[\w-]+\.html"
    r"|search/(?:manifest|[a-z2-7]{10}|text/[0-9a-f]{12}(?:\.\d+)?)\.js"
    r"|files/[0-9a-f]{16}\.\w{2,4}",
    re.ASCII,
)
_SEALED_FILES = re.compile(r"index\.html|404\.html|_headers|sealed/[\w-]+\.js", re.ASCII)
#: Words of the forms that feeds and the search's files have.
_FORMS = "xmlns www urn uuid receive lengths sizes common endings tables features sets"
#: Shorter texts can stand in encrypted bytes by chance, of which megabytes have every word of three letters.
_UNLIKELY = 6
_BLOBS = "sealed/"
#: What stands between the words of a file's name.
_WORD_ENDS = re.compile(r"[-_/.]+")


class Forbidden(NamedTuple):
    """What must be nowhere. `values` are what redaction took out, `words` a person's canaries, `names` titles,
    folders and tags of what is not published, `places` paths of this machine."""

    values: Collection[str]
    words: Collection[str]
    names: Collection[str]
    places: Collection[str]


class Leak(NamedTuple):
    """Something that must not be where it is: the file, from the site's top, and what was found. Nothing that was
    redacted is repeated."""

    file: str
    found: str


class Verification:
    """`told` gives everything that the published conversations say, `common` the words that every site has, `assets`
    the files that every site of the theme loads, by their paths; `scan` finds what redaction would take out of a text
    and gives its kind; `languages` are those of the search."""

    def __init__(
        self,
        forbidden: Forbidden,
        told: Callable[[], Iterable[str]],
        common: Iterable[str],
        assets: Mapping[str, bytes],
        scan: Callable[[str], Iterable[str]],
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._told, self._assets, self._scan, self._terms = told, assets, scan, Terms(languages)
        self._scanned: set[str] = set()
        self._common = set(words_of(" ".join((*common, _FORMS))))
        needles = [
            *(Needle(value, "something that was redacted") for value in forbidden.values),
            *(Needle(word, "one of the profile's canaries") for word in forbidden.words),
            # A person must know which, to see why: it is told in the terminal only.
            *(
                Needle(name, f"“{name}”, a title, folder or tag of what is not published", True)
                for name in forbidden.names
            ),
            *(Needle(place, "a path of this computer", True) for place in forbidden.places),
        ]
        self._needles = Needles(needle for needle in needles if not (needle.may_be_said and self._is_common(needle)))
        self.unverifiable = sum(needle.text in forbidden.names and self._is_common(needle) for needle in needles)

    def _is_common(self, needle: Needle) -> bool:
        return all(word in self._common or word.isdigit() for word in words_of(needle.text))

    # --- the site ------------------------------------------------------------------------------------------------

    def leaks(self, folder: Path) -> Iterator[Leak]:
        """What must not be in a plain site. Raises OSError if it can't be read."""
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
        for name in names:
            content = (folder / name).read_bytes()
            if self._assets.get(name) == content:
                continue  # it was there before any conversation
            if not _SITE_FILES.fullmatch(name):
                yield Leak(name, "a file that no published site has")
            yield from self._in_file(name, content)
        yield from self._in_index(folder, names)

    def _in_file(self, name: str, content: bytes) -> Iterator[Leak]:
        """What must not be in a file, or in its name, which has dashes where a title has blanks."""
        spelled = (name, _WORD_ENDS.sub(" ", name))
        found = dict.fromkeys(needle.what for text in spelled for needle in self._found(text))
        texts = list(readings(content))
        for text in texts:
            found |= dict.fromkeys(needle.what for needle in self._found(text))
        if _is_made_of_chats(name):
            # A script is asked about by its strings: so what it says again is told apart from what is new.
            told = strings(texts[0]) if name.endswith(".js") else texts[0]
            kinds = self._scan(self._not_yet_scanned(told))
            found |= dict.fromkeys(f"{kind} that redaction would take out" for kind in kinds)
        for what in found:
            yield Leak(name, what)

    def _not_yet_scanned(self, text: str) -> str:
        """The lines that no other file had: lists and the search say again what pages say."""
        lines = [line for line in text.split("\n") if line not in self._scanned]
        self._scanned.update(lines)
        return "\n".join(lines)

    def _found(self, text: str) -> Iterator[Needle]:
        return self._telling.found(text)

    @cached_property
    def _telling(self) -> Needles:
        """What is looked for in a plain site: not what the published conversations say themselves."""
        said = {needle for text in self._told() for needle in self._needles.told(text)}
        return Needles(needle for needle in self._needles if not (needle.may_be_said and needle in said))

    # --- the index -----------------------------------------------------------------------------------------------

    def _in_index(self, folder: Path, names: Collection[str]) -> Iterator[Leak]:
        """Words of the index that only what must not be there has."""
        try:
            terms = set(indexed_terms(lambda name: (folder / name).read_bytes()))
        except (ValueError, OSError) as error:
            yield Leak("search/manifest.js", f"an index that can't be read ({error})")
            return
        said = {chunk for text in self._told() for chunk in chunks(text)}
        told = {term for chunk in said for term in self._terms.of_chunk(chunk)}
        found: dict[str, None] = {}
        for needle in self._telling:
            own = self._terms_of(needle.text) - told
            if own and own <= terms:
                found[needle.what] = None
        for what in found:
            yield Leak("search/", f"words of {what}")

    def _terms_of(self, text: str) -> set[str]:
        return {term for chunk in set(chunks(text)) for term in self._terms.of_chunk(chunk)}

    # --- a sealed site -------------------------------------------------------------------------------------------

    def leaks_of_sealed(self, folder: Path, titles: Iterable[str]) -> Iterator[Leak]:
        """What a sealed site says in clear. `titles` are those of what is published: they must not be there either."""
        published = (Needle(title, "the title of a published conversation") for title in titles)
        needles = [*self._needles, *(needle for needle in published if not self._is_common(needle))]
        in_clear = Needles(needles)
        in_blobs = Needles(needle for needle in needles if len(needle.text) >= _UNLIKELY)
        for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            if self._assets.get(name) == content:
                continue
            if not _SEALED_FILES.fullmatch(name):
                yield Leak(name, "a file that no sealed site has")
            looked_for = in_blobs if name.startswith(_BLOBS) else in_clear
            for text in readings(content):
                for what in dict.fromkeys(needle.what for needle in looked_for.found(text)):
                    yield Leak(name, what)


def _is_made_of_chats(name: str) -> bool:
    """Whether a file's text comes from conversations: neither the theme's nor numbers of the index."""
    return name.endswith((".html", ".xml")) or name.startswith(("search/text/", "files/"))
