"""What a person typed, as a plan: Lunr's clauses in index terms, and what Lunr has no word for: phrases, and groups of
terms that are prohibited together. `static/js/query.js` of the theme makes the same plans, tested equal.

Here a query is finished: no word of it is taken for the beginning of another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf
from typing import Literal, NamedTuple

from lunr.exceptions import QueryParseError
from lunr.query import Query, QueryPresence
from lunr.query_parser import QueryParser

from sitegen.search.documents import FIELDS
from sitegen.search.stop_words import stop_words
from sitegen.search.tokens import Terms, folded, is_dense, phrase_of, runs, wildcards

Presence = Literal["optional", "required", "prohibited"]

_LONGEST_QUERY = 1000
_MOST_EDITS = 2
_ALL_FIELDS = tuple(name for name, _ in FIELDS)
_PRESENCES: dict[QueryPresence, Presence] = {
    QueryPresence.OPTIONAL: "optional",
    QueryPresence.REQUIRED: "required",
    QueryPresence.PROHIBITED: "prohibited",
}

#: What JavaScript takes for blank, and so Lunr in the page. lunr.py knows fewer blanks.
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_BLANKS = re.compile(f"[{_BLANK}]")
#: A sign between blanks is a dash to people, and a prohibition to Lunr.
_LONE_SIGNS = re.compile(f"(^|[{_BLANK}])[+-]+(?=[{_BLANK}]|$)")
_PHRASE = re.compile(r'([+-]?)(?:(\w+):)?"([^"]*)"?', re.ASCII)

_QUOTED = re.compile(r'("[^"]*"?)')
_PIECE = re.compile(f'(^|[{_BLANK}])([^{_BLANK}"]+)(?=[{_BLANK}]|$)')
_TECHNICAL = re.compile(f'(?:--)?[^{_BLANK}"*~^:+-][^{_BLANK}"*~^:+]*')
_MACHINE_SIGN = re.compile(r"[0-9/@\\.]")


class Clause(NamedTuple):
    """A term or a pattern ("colo*", or a word of which `edits` letters may differ) in some of the fields."""

    term: str
    fields: tuple[str, ...] = _ALL_FIELDS
    presence: Presence = "optional"
    boost: float = 1
    edits: int = 0

    @property
    def is_pattern(self) -> bool:
        """Whether it may mean terms other than its own."""
        return self.edits > 0 or "*" in self.term


class Phrase(NamedTuple):
    """Words in their order, as `tokens.phrase_of` gives them, in any of the fields."""

    words: str
    fields: tuple[str, ...]


class Excluded(NamedTuple):
    """What meets all these clauses and, if there is one, holds the phrase is no result."""

    clauses: tuple[Clause, ...]
    phrase: Phrase | None


class Plan(NamedTuple):
    """What a query asks for. `quoted` are the pieces that became phrases without quotation marks, `notes` sentences for
    people. One without words asks for everything."""

    clauses: tuple[Clause, ...]
    excluded: tuple[Excluded, ...]
    phrases: tuple[Phrase, ...]
    quoted: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_listing(self) -> bool:
        """Whether the query has no words, so that nothing can be ranked."""
        return not self.clauses and not self.excluded


def plan_of(text: str, languages: Sequence[str] = ("en",), *, is_loose: bool = False) -> Plan:
    """The plan of a query in Lunr's syntax, with phrases in quotes. `languages` are those of the index.

    What only a machine would write, such as "--no-cache" or "v2.3.1", becomes a phrase unless `is_loose`. A query that
    Lunr can't read is planned as plain words, and a note says so.
    """
    stemmed = Terms(languages)
    too_common = stop_words(languages)
    notes: list[str] = []
    clauses: list[Clause] = []
    excluded: list[Excluded] = []
    phrases: list[Phrase] = []

    asked = _first_units(text, _LONGEST_QUERY)
    pieces: list[str] = []
    found, rest = _take_phrases(asked if is_loose else _quote_technical(asked, pieces))
    for is_prohibited, quoted, phrase in found:
        # By the stems of folded words, which every text has that holds the phrase, whatever its diacritics.
        terms = dict.fromkeys(term for choices in stemmed.of_query(quoted) for term in _widened(choices[-1]))
        of_phrase = [Clause(term, phrase.fields, "required") for term in terms]
        if is_prohibited:
            excluded.append(Excluded(tuple(of_phrase), phrase))
        else:
            phrases.append(phrase)
            clauses.extend(of_phrase)

    stop_clauses: list[Clause] = []
    for original in _lunr_clauses(rest, notes):
        if original.edits > _MOST_EDITS:
            original = original._replace(edits=_MOST_EDITS)
            notes.append(f"At most {_MOST_EDITS} letters may differ in a word with “~”.")
        is_plain = original.presence == "optional" and original.fields == _ALL_FIELDS and not original.edits
        is_stop = is_plain and folded(original.term) in too_common
        for terms_of_run, share in _expanded(original, stemmed):
            made = [original._replace(term=term, boost=original.boost * share) for term in terms_of_run]
            if original.presence == "prohibited" and len(made) > 1:
                # Only a text that has all of them is meant.
                excluded.append(Excluded(tuple(clause._replace(presence="required") for clause in made), None))
            else:
                (stop_clauses if is_stop else clauses).extend(made)
    if all(clause.presence == "prohibited" for clause in clauses):
        clauses.extend(stop_clauses)
    return Plan(tuple(clauses), tuple(excluded), tuple(phrases), tuple(pieces), tuple(notes))


def _first_units(text: str, count: int) -> str:
    """The beginning of a text, as many UTF-16 units as JavaScript would take."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[: 2 * count].decode("utf-16-le", "surrogatepass")


def _quote_technical(text: str, pieces: list[str]) -> str:
    """`text` with technical pieces outside quotation marks in such marks; they are added to `pieces`."""

    def quote(match: re.Match[str]) -> str:
        before, piece = match.groups()
        if not _is_technical(piece):
            return match.group()
        pieces.append(piece)
        return f'{before}"{piece}"'

    parts = _QUOTED.split(text)
    return "".join(part if place % 2 else _PIECE.sub(quote, part) for place, part in enumerate(parts))


def _is_technical(piece: str) -> bool:
    """Whether only a machine would write it, so that its parts mean little alone. Signs of Lunr's syntax leave a piece
    to Lunr."""
    is_flag = piece.startswith("--")
    return (
        _TECHNICAL.fullmatch(piece) is not None
        and (is_flag or _MACHINE_SIGN.search(piece) is not None)
        and len(runs(piece)) > (0 if is_flag else 1)
    )


def _take_phrases(text: str) -> tuple[list[tuple[bool, str, Phrase]], str]:
    """The phrases, each with whether it is prohibited and its words as they were typed; and the text without them."""
    found: list[tuple[bool, str, Phrase]] = []

    def take(match: re.Match[str]) -> str:
        sign, field, quoted = match.groups()
        if field is not None and field not in _ALL_FIELDS:
            return f" {field} {quoted} "
        words = phrase_of(quoted)
        if words.strip():
            found.append((sign == "-", quoted, Phrase(words, _ALL_FIELDS if field is None else (field,))))
        return " "

    rest = _PHRASE.sub(take, text)
    return found, rest


def _lunr_clauses(text: str, notes: list[str]) -> list[Clause]:
    """Lunr's own clauses, their words as they were typed; plain words, with a note, where its syntax is not met."""
    query = Query(list(_ALL_FIELDS))
    try:
        QueryParser(_BLANKS.sub(" ", _LONE_SIGNS.sub(r"\1 ", text)), query).parse()
    except QueryParseError as error:
        notes.append(f"Searched as plain words: {error}.")
        return [Clause(run) for run in runs(text)]
    return [
        Clause(
            found.term, tuple(found.fields), _PRESENCES[found.presence], _as_double(found.boost), found.edit_distance
        )
        for found in query.clauses
    ]


def _as_double(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf


def _expanded(original: Clause, stemmed: Terms) -> list[tuple[list[str], float]]:
    """The index terms of each run in a clause's word, all together, with their share of its weight.

    A word with two stems divides it between them, but Lunr has no way to require one of two: then the first counts.
    """
    if "*" in original.term:
        return [([piece], 1) for piece in wildcards(original.term)]
    result: list[tuple[list[str], float]] = []
    for choices in stemmed.of_query(original.term):
        used = choices[:1] if original.presence == "required" else choices
        result += [(_widened(terms), 1 / len(used)) for terms in used]
    return result


def _widened(terms: list[str]) -> list[str]:
    """ "*x*" finds every pair that holds a lone character of a script without spaces."""
    is_lone = len(terms) == 1 and len(terms[0]) == 1 and is_dense(terms[0])
    return [f"*{terms[0]}*"] if is_lone else terms
