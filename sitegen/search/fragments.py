"""Reads the text of a conversation back from the scripts that the page loads it from (`shards.text_files`)."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sitegen.search.documents import FIELDS
from sitegen.search.query import Phrase
from sitegen.search.tokens import phrase_of

_FIELD_NAMES = [name for name, _ in FIELDS]


class Quoted(NamedTuple):
    """A document as the search quotes it: `texts` in the order of `FIELDS`, perhaps without empty ones at the end."""

    anchor: str
    role: str
    texts: tuple[str, ...]

    def holds(self, phrase: Phrase) -> bool:
        """Whether the phrase stands in one of its fields."""
        places = [_FIELD_NAMES.index(name) for name in phrase.fields]
        return any(phrase.words in phrase_of(self.texts[place]) for place in places if place < len(self.texts))


def quoted_documents(script: bytes) -> list[Quoted]:
    """The documents in one of these scripts. Raises msgspec.DecodeError if it is none."""
    _, _, literal = script.partition(b",")
    documents = msgspec.json.decode(literal.removesuffix(b");\n"), type=list[list[str]])
    # What is empty at the end is left out.
    filled = ([*document, "", ""] for document in documents)
    return [Quoted(anchor, role, tuple(texts)) for anchor, role, *texts in filled]
