"""Full-text search: an exact Lunr index, cut by term into scripts that load from file:// as a query needs them.

Lunr scores a field of a document by weights that depend on global statistics only, so an index cut by term gives the
scores of the whole. `tokens` says what a word is, `documents` counts words, `vocabulary` numbers them, `postings` puts
the counts of all conversations in term order, `shards` writes them as files, `table` the conversations themselves, and
this module puts those together.
Queries are answered in the page (`static/js/search.js` of the theme) and, for the terminal, by `query` and `scoring`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from sitegen.search.documents import (
    FIELDS,
    HAS_FILES,
    VERSION,
    Analysed,
    SearchConversation,
    SearchDocument,
    analyse,
)
from sitegen.search.encoding import encoded, length_tables
from sitegen.search.postings import MOST_AT_ONCE, Assembly, Postings, Words
from sitegen.search.report import over_budget, too_large
from sitegen.search.shards import (
    MANIFEST,
    PART_SIZE,
    Directory,
    File,
    common_terms,
    document_parts,
    ending_lists,
    named_by_content,
    script,
    term_shards,
    text_files,
)
from sitegen.search.table import blocks, columns
from sitegen.search.vocabulary import Numbered, Vocabulary

__all__ = [
    "HAS_FILES",
    "VERSION",
    "Analysed",
    "File",
    "Numbered",
    "SearchConversation",
    "SearchDocument",
    "Vocabulary",
    "analyse",
    "build_index",
    "over_budget",
    "text_files",
    "too_large",
]


def build_index(
    conversations: Iterable[SearchConversation],
    words: Words,
    vocabulary: Vocabulary,
    *,
    languages: Sequence[str] = ("en",),
    source_labels: Mapping[str, str] = {},
    most: int = MOST_AT_ONCE,
) -> Iterator[File]:
    """The index's files but the texts, as (path below the site's top, bytes), the manifest last.

    The order of `conversations` makes no difference. Their `documents` are not looked at and may be missing: what is
    needed of them is in their words, whose numbers are those of `vocabulary`; they are asked for by key, several times.
    `languages` must be those of `analyse`; `source_labels` are words for people in place of a conversation's `source`.
    No more postings than `most` are in memory at once. Raises IndexError if a conversation's words have a number that
    the vocabulary has not.
    """
    heads = sorted(conversations, key=lambda head: (head.date, head.key))
    assembly = Assembly([head.key for head in heads], words, vocabulary.terms)
    documents, commonest = assembly.documents, np.zeros(len(FIELDS), np.int64)

    def parts() -> Iterator[Postings]:
        for part in assembly.postings(most):
            np.maximum(commonest, part.most(), out=commonest)
            yield part

    shards, endings = Directory([], []), Directory([], [])
    yield from term_shards(parts(), documents.lengths, shards)
    yield from ending_lists(assembly.terms, assembly.frequencies, endings)
    features = list(document_parts(documents))
    yield from (file for _, file in features)
    tables = length_tables(documents.lengths, commonest, PART_SIZE)
    lengths = [[named_by_content(text) for text in table] for table in tables]
    yield from (file for named in lengths for _, file in named)
    table = list(blocks(heads))
    yield from (file for _, _, file in table)
    facets, file = named_by_content(columns(heads, assembly.sizes, documents, source_labels))
    yield file

    manifest = {
        "version": VERSION,
        "languages": list(languages),
        "fields": [list(field) for field in FIELDS],
        "lengths": [int(total) for total in documents.lengths.sum(axis=0, dtype="uint64")],
        "documents": len(documents.roles),
        "sizes": encoded(assembly.sizes),
        "sources": [[source, source_labels.get(source, source)] for source in sorted({c.source for c in heads})],
        "common": common_terms(assembly.terms, assembly.frequencies),
        "shards": shards.packed(),
        "endings": endings.packed(),
        "blocks": {"sizes": encoded([size for size, _, _ in table]), "names": " ".join(name for _, name, _ in table)},
        "parts": {"size": PART_SIZE, "names": " ".join(name for name, _ in features)},
        "tables": [" ".join(name for name, _ in named) for named in lengths],
        "facets": facets,
    }
    yield MANIFEST, script("manifest", manifest)
