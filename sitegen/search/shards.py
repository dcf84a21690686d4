"""The index as files: classic scripts that hand their data to `sitegen.receive`, so that they load from file://.

Below `search/` of the site: `manifest.js`; shards of postings, of documents, of the list of endings and of the table of
conversations (`table`), named by a hash of their content; and the text of each conversation, `text/<key>.js`, a long
one's in several files.
`static/js/manifest.js` of the theme reads them. Weights are not stored: the page computes them from counts, lengths and
the manifest's totals, which keeps the index small and a shard the same until its own postings change. A query needs
the manifest, the shards of its terms, and of the conversations no more than those that are shown.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen.search.documents import FIELDS, ROLES, SearchConversation
from sitegen.search.encoding import encode_terms, encoded
from sitegen.search.postings import Documents, Numbers, Postings, in_order

FOLDER = "search"
MANIFEST = f"{FOLDER}/manifest.js"
SHARD_SIZE = 32 * 1024
"""About how many bytes a shard of postings or of endings has. A term that needs half of that has a shard of its own."""

TEXT_SIZE = 8 * 1024
"""About how many bytes of a conversation's text are in one file: a result needs those that hold what it shows."""

PART_SIZE = 1 << 16
COMMON_TERMS = 400

#: How many values the features of a document have.
_FEATURES = 2 * len(ROLES)

#: 50 bits: no two of a site's files share a name by chance, in any file system's case.
_NAME_LENGTH = 10

#: How many units a term can share with the one before: as many as one digit tells.
_MOST_SHARED = 35

_UNSAFE = tuple((character.encode(), rb"\u%04x" % ord(character)) for character in "<>&\u2028\u2029")

File = tuple[str, bytes]


def script(name: str, value: Any) -> bytes:
    """A script that hands `value` (JSON values) to the page under `name`. Lone surrogates become U+FFFD."""
    return _call(name, _literal(value))


def _literal(value: Any) -> bytes:
    try:
        text = msgspec.json.encode(value)
    except UnicodeEncodeError:
        whole = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        text = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
    for character, escape in _UNSAFE:
        text = text.replace(character, escape)
    return text


def _call(name: str, literal: bytes) -> bytes:
    return b"sitegen.receive(%b,%b);\n" % (json.dumps(name).encode(), literal)


def named_by_content(value: Any) -> tuple[str, File]:
    """The name of a shard that holds `value`, and its file."""
    literal = _literal(value)
    digest = hashlib.sha256(_call("", literal)).digest()
    name = base64.b32encode(digest).decode("ascii")[:_NAME_LENGTH].lower()
    return name, (f"{FOLDER}/{name}.js", _call(name, literal))


def front_coded(terms: Sequence[str]) -> str:
    """`terms` joined by blanks, each as the number of UTF-16 units it shares with the one before (one digit, 0 to z,
    35 at most) and the rest."""
    if not terms:
        return ""
    units = np.array(terms, f"<U{_MOST_SHARED + 1}").view(np.uint32).reshape(len(terms), -1)
    # A character beyond the plane of 16 bits has two units, and is not divided; 0 is behind a term's end.
    same = (units[1:] == units[:-1]) & (units[1:] > 0) & (units[1:] <= 0xFFFF)
    same[:, _MOST_SHARED] = False
    shared = [0, *np.argmin(same, axis=1).tolist()]
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return " ".join([digits[count] + term[count:] for count, term in zip(shared, terms, strict=True)])


def cut_terms(
    terms: Sequence[str], sizes: Sequence[int], wanted: int, *, more_follow: bool = False
) -> list[tuple[int, int]]:
    """Where to cut into files of about `wanted` bytes: first and last place (exclusive) of each file's terms.

    `sizes` are the bytes that belong to each term. A file ends where its size asks for it, at a term that its own
    checksum singles out, so that a change in one file moves no other's ends. If `more_follow`, the last terms are left
    out: where their files end depends on what follows.
    """
    half, most = wanted // 2, wanted * 3 // 2
    lengths = np.fromiter(map(len, terms), np.int64, len(terms)) + np.asarray(sizes, np.int64) + 2
    ends = np.cumsum(lengths)
    alone = np.append(np.flatnonzero(lengths > half), len(terms)).tolist()
    result = []
    first = passed = 0
    while first < len(terms):
        begin = ends[first] - lengths[first]
        if more_follow and ends[-1] - begin <= most:
            break
        if first == alone[passed]:
            passed += 1
            last = first + 1
        else:
            enough, too_much = np.searchsorted(ends, (begin + half, begin + most), "right").tolist()
            last = min(too_much, alone[passed])
            singled_out = (place for place in range(enough + 1, last) if _is_singled_out(terms[place]))
            last = next(singled_out, last)
        result.append((first, last))
        first = last
    return result


def _is_singled_out(term: str) -> bool:
    return zlib.crc32(term.encode("utf-8")) % 64 == 0


class Directory(NamedTuple):
    """Where to look: the files' names in order, and the shortest string that their first terms begin with and the
    terms of the file before come before."""

    first: list[str]
    names: list[str]

    def enter(self, before: str, first: str, name: str) -> None:
        """Adds a file whose first term is `first`, after the term `before`, "" if there is none."""
        self.first.append(_separator(before, first) if before else "")
        self.names.append(name)

    def packed(self) -> dict[str, str]:
        """As the manifest has it."""
        return {"first": front_coded(self.first), "names": " ".join(self.names)}


def term_shards(parts: Iterable[Postings], lengths: Numbers, directory: Directory) -> Iterator[File]:
    """The files of the postings, whose parts come in order, entered in the directory. `lengths` are those of all
    documents."""
    terms: list[str] = []
    encodings: list[bytes] = []
    before = ""
    for part in parts:
        terms += part.terms
        encodings += encode_terms(part, lengths)
        done = 0
        sizes = [len(encoding) for encoding in encodings]
        for first, last in cut_terms(terms, sizes, SHARD_SIZE, more_follow=True):
            yield _term_shard(terms[first:last], encodings[first:last], before, directory)
            before, done = terms[last - 1], last
        terms, encodings = terms[done:], encodings[done:]
    for first, last in cut_terms(terms, [len(encoding) for encoding in encodings], SHARD_SIZE):
        yield _term_shard(terms[first:last], encodings[first:last], before, directory)
        before = terms[last - 1]


def _term_shard(terms: Sequence[str], encodings: Sequence[bytes], before: str, directory: Directory) -> File:
    name, file = named_by_content([front_coded(terms), b" ".join(encodings).decode("ascii")])
    directory.enter(before, terms[0], name)
    return file


def ending_lists(all_terms: Sequence[str], all_frequencies: NDArray[np.int64], directory: Directory) -> Iterator[File]:
    """The files of all terms written backwards, with the numbers of their postings; they are entered in the directory.

    What a term ends with is found in them, as what it begins with is in the shards of postings.
    """
    backwards = [term[::-1] for term in all_terms]
    frequencies = dict(zip(backwards, all_frequencies.tolist(), strict=True))
    terms = in_order(backwards)
    # Front coding leaves about half of a term.
    for first, last in cut_terms(terms, [-(len(term) // 2) for term in terms], SHARD_SIZE):
        name, file = named_by_content(
            [front_coded(terms[first:last]), encoded([frequencies[term] for term in terms[first:last]])]
        )
        directory.enter(terms[first - 1] if first else "", terms[first], name)
        yield file


def _separator(before: str, term: str) -> str:
    """The shortest beginning of `term` that comes after `before`, which comes before it."""
    shared = 0
    while shared < len(before) and before[shared] == term[shared]:
        shared += 1
    return term[: shared + 1]


def common_terms(terms: Sequence[str], frequencies: NDArray[np.int64]) -> str:
    """The commonest terms, front-coded: what a word of which only two letters are typed may become."""
    places = np.argsort(-frequencies, kind="stable")[:COMMON_TERMS]
    return front_coded([terms[place] for place in np.sort(places).tolist()])


def document_parts(documents: Documents) -> Iterator[tuple[str, File]]:
    """The names and the files of what filters ask of documents, `PART_SIZE` in each: twice its role's number, plus one
    if it has code. A number holds two of them, the first `_FEATURES` times."""
    code = [name for name, _ in FIELDS].index("code")
    roles = np.frombuffer(documents.roles, np.uint8).astype(np.int64)
    features = 2 * roles + (documents.lengths[:, code] > 0)
    features = np.append(features, np.zeros(len(features) % 2, np.int64))
    pairs = features[::2] * _FEATURES + features[1::2]
    for first in range(0, len(pairs), PART_SIZE // 2):
        yield named_by_content(encoded(pairs[first : first + PART_SIZE // 2]))


def text_name(key: str, number: int) -> str:
    """The name of one of the files of a conversation's text, which are numbered from 0. No key has a point in it."""
    return f"text/{key}.{number + 1}" if number else f"text/{key}"


def text_files(conversation: SearchConversation) -> tuple[SearchConversation, list[File]]:
    """The files of a conversation's text, for passages and phrases, which depend on nothing else; and the conversation
    as the table has it, without its documents, which tells how the files divide them.

    A file is a list per document: anchor, role, and the texts in the order of `FIELDS`, empty ones at the end left out.
    """
    pieces: list[list[bytes]] = []
    size = 0
    for document in conversation.documents:
        fields = [document.anchor, document.role, *document.texts()]
        while fields and not fields[-1]:
            fields.pop()
        literal = _literal(fields)
        # No file holds a title and little else.
        if not pieces or (size > TEXT_SIZE // 4 and size + len(literal) // 2 > TEXT_SIZE):
            pieces.append([])
            size = 0
        pieces[-1].append(literal)
        size += len(literal)
    files = []
    for number, literals in enumerate(pieces):
        name = text_name(conversation.key, number)
        files.append((f"{FOLDER}/{name}.js", _call(name, b"[%b]" % b",".join(literals))))
    texts = tuple(map(len, pieces)) if len(pieces) > 1 else ()
    return msgspec.structs.replace(conversation, documents=(), texts=texts), files
