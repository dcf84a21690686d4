"""Full-text search: an exact Lunr index, cut by term into scripts that load from file:// as a query needs them.

Lunr scores a field of a document by weights that depend on global statistics only, so an index cut by term gives the
scores of the whole. `tokens` says what a word is, `documents` counts words, `vocabulary` numbers them, `postings` puts
the counts of all conversations in term order, `shards` writes them as files, `table` the conversations themselves, and
this module puts those together.
Queries are answered in the page (`static/js/search.js` of the theme) and, for the terminal, by `query` and `scoring`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sitegen.search.documents import (
    FIELDS,
    HAS_FILES,
    VERSION,
    Analysed,
    SearchConversation,
    SearchDocument,
    analyse,
)
from sitegen.search.postings import assemble, encoded, length_tables
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
    conversations: Iterable[tuple[SearchConversation, Numbered]],
    vocabulary: Vocabulary,
    *,
    languages: Sequence[str] = ("en",),
    source_labels: Mapping[str, str] = {},
) -> Iterator[tuple[str, bytes]]:
    """The index's files but the texts, as (path below the site's top, bytes), the manifest last.

    The order of `conversations` makes no difference. Their `documents` are not looked at and may be missing: what is
    needed of them is in the analysis, whose numbers are those of `vocabulary`. `languages` must be those of `analyse`;
    `source_labels` are words for people in place of a conversation's `source`. Raises IndexError if an analysis has a
    number that the vocabulary has not.
    """
    ordered = sorted(conversations, key=lambda pair: (pair[0].date, pair[0].key))
    heads = [conversation for conversation, _ in ordered]
    sizes = [len(analysed.counts.roles) for _, analysed in ordered]
    postings = assemble([analysed for _, analysed in ordered], vocabulary.terms)

    shards, endings = Directory([], []), Directory([], [])
    yield from term_shards(postings, shards)
    yield from ending_lists(postings, endings)
    parts = list(document_parts(postings))
    yield from (file for _, file in parts)
    lengths = [[named_by_content(text) for text in table] for table in length_tables(postings, PART_SIZE)]
    yield from (file for tables in lengths for _, file in tables)
    table = list(blocks(heads))
    yield from (file for _, _, file in table)
    facets, file = named_by_content(columns(heads, sizes, postings, source_labels))
    yield file

    manifest = {
        "version": VERSION,
        "languages": list(languages),
        "fields": [list(field) for field in FIELDS],
        "lengths": [int(total) for total in postings.lengths.sum(axis=0, dtype="uint64")],
        "documents": len(postings.roles),
        "sizes": encoded(sizes),
        "sources": [[source, source_labels.get(source, source)] for source in sorted({c.source for c in heads})],
        "common": common_terms(postings),
        "shards": shards.packed(),
        "endings": endings.packed(),
        "blocks": {"sizes": encoded([size for size, _, _ in table]), "names": " ".join(name for _, name, _ in table)},
        "parts": {"size": PART_SIZE, "names": " ".join(name for name, _ in parts)},
        "tables": [" ".join(name for name, _ in tables) for tables in lengths],
        "facets": facets,
    }
    yield MANIFEST, script("manifest", manifest)
