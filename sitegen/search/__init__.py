"""Full-text search: an exact Lunr index, cut by term into scripts that load from file:// as a query needs them.

Lunr scores a field of a document by weights that depend on global statistics only, so an index cut by term gives the
scores of the whole. `tokens` says what a word is, `documents` counts words, `vocabulary` numbers them, `postings` puts
the counts of all conversations in term order, `shards` writes them as files, and this module puts those together.
Queries are the page's business: lunr.js runs them (`static/js/search.js` of the theme).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sitegen.search.documents import (
    FIELDS,
    ROLES,
    VERSION,
    Analysed,
    SearchConversation,
    SearchDocument,
    analyse,
)
from sitegen.search.postings import Postings, assemble, encoded
from sitegen.search.shards import FOLDER, document_shards, fragment_file, script, term_shards, word_list
from sitegen.search.vocabulary import Numbered, Vocabulary

__all__ = [
    "VERSION",
    "Analysed",
    "Numbered",
    "SearchConversation",
    "SearchDocument",
    "Vocabulary",
    "analyse",
    "build_index",
    "fragment_file",
]


def build_index(
    conversations: Iterable[tuple[SearchConversation, Numbered]],
    vocabulary: Vocabulary,
    *,
    languages: Sequence[str] = ("en",),
    source_labels: Mapping[str, str] = {},
) -> Iterator[tuple[str, bytes]]:
    """The index's files but the fragments, as (path below the site's top, bytes), the manifest last.

    The order of `conversations` makes no difference. Their `documents` are not looked at and may be missing: what is
    needed of them is in the analysis, whose numbers are those of `vocabulary`. `languages` must be those of `analyse`;
    `source_labels` are words for people in place of a conversation's `source`. Raises IndexError if an analysis has a
    number that the vocabulary has not.
    """
    heads = sorted(
        ((msgspec.structs.replace(conversation, documents=()), analysed) for conversation, analysed in conversations),
        key=lambda pair: (pair[0].date, pair[0].key),
    )
    sizes = [len(analysed.counts.roles) for _, analysed in heads]
    postings = assemble([analysed for _, analysed in heads], vocabulary.terms)

    shards = []
    for first_term, name, file in term_shards(postings):
        shards.append((first_term, name))
        yield file
    parts = []
    for first_document, name, file in document_shards(postings, sizes):
        parts.append((first_document, name))
        yield file
    words, file = word_list(postings)
    yield file

    manifest = {
        "version": VERSION,
        "languages": list(languages),
        "fields": [list(field) for field in FIELDS],
        "lengths": [int(total) for total in postings.lengths.sum(axis=0, dtype="uint64")],
        "documents": len(postings.roles),
        "shards": {
            "first": " ".join(term for term, _ in shards),
            "names": " ".join(name for _, name in shards),
        },
        "parts": {"first": [number for number, _ in parts], "names": " ".join(name for _, name in parts)},
        "words": words,
        "conversations": _table([conversation for conversation, _ in heads], sizes, postings, source_labels),
    }
    yield f"{FOLDER}/manifest.js", script("manifest", manifest)


def _table(
    conversations: Sequence[SearchConversation],
    sizes: Sequence[int],
    postings: Postings,
    source_labels: Mapping[str, str],
) -> dict[str, Any]:
    """The conversations by columns. In a URL "*" stands for the key; sources and folders are places in a list."""
    sources = sorted({conversation.source for conversation in conversations})
    folders = sorted({conversation.folder for conversation in conversations})
    source_places = {source: place for place, source in enumerate(sources)}
    folder_places = {folder: place for place, folder in enumerate(folders)}
    return {
        "keys": [conversation.key for conversation in conversations],
        "urls": [conversation.url.replace(conversation.key, "*") for conversation in conversations],
        "titles": [conversation.title for conversation in conversations],
        "dates": [conversation.date for conversation in conversations],
        "flags": [" ".join(conversation.flags) for conversation in conversations],
        "sources": encoded([source_places[conversation.source] for conversation in conversations]),
        "folders": encoded([folder_places[conversation.folder] for conversation in conversations]),
        "sizes": encoded(sizes),
        "features": encoded(_features(sizes, postings)),
        "sourceNames": [[source, source_labels.get(source, source)] for source in sources],
        "folderNames": folders,
    }


def _features(sizes: Sequence[int], postings: Postings) -> list[int]:
    """Per conversation a mask: bit r for a message of role r, and the bit after the last role for code."""
    code = [name for name, _ in FIELDS].index("code")
    result = []
    first = 0
    for size in sizes:
        mask = 0
        for role in postings.roles[first : first + size]:
            mask |= 1 << role
        has_code = bool(postings.lengths[first : first + size, code].any())
        result.append(mask & ~1 | has_code << len(ROLES))
        first += size
    return result
