"""Lunr's ranking of an archive's documents for a plan, from the conversations' numbered terms and nothing else.

A second reader of what the index is made from: it gives the documents and the scores that lunr.js 2.3 gives the page.
Only the postings of the query's terms are gathered. Documents are numbered as in the index (`postings.py`).

Lunr's score of a document is a sum over the fields: the weights of the query's terms in the field, each times what the
clauses that mean the term boost it by, over the length of the vector of those boosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sitegen.search.documents import FIELDS, unpacked
from sitegen.search.matching import numbers_of
from sitegen.search.query import Clause, Phrase, Plan
from sitegen.search.vocabulary import Numbered

K1 = 1.2
B = 0.75

_FIELD_PLACES = {name: place for place, (name, _) in enumerate(FIELDS)}
_BOOSTS = np.array([boost for _, boost in FIELDS])

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Whether a document, by number, holds a phrase.
HoldsPhrase = Callable[[int, Phrase], bool]


class Ranking(NamedTuple):
    """The documents found, best first and the newest of equals first, and their scores."""

    documents: Places
    scores: NDArray[np.float64]

    def pairs(self) -> list[tuple[int, float]]:
        """Each document's number and score."""
        return list(zip(self.documents.tolist(), self.scores.tolist(), strict=True))


class _Postings(NamedTuple):
    """Postings of some terms, one a place: the term's slot (from 1), the document, the field, and Lunr's weight."""

    slots: Places
    documents: Places
    fields: Places
    weights: NDArray[np.float64]


class Corpus:
    """The documents of an archive, as far as one plan asks for them."""

    def __init__(self, analyses: Sequence[Numbered], vocabulary: Sequence[str], plan: Plan) -> None:
        """`analyses` are those of all conversations, by date and then key; `vocabulary` has the terms by number.

        Raises IndexError if an analysis is damaged.
        """
        self._plan = plan
        clauses = list(dict.fromkeys((*plan.clauses, *(c for group in plan.excluded for c in group.clauses))))
        found = numbers_of(clauses, vocabulary)
        asked = np.unique(np.array([number for numbers in found for number in numbers], np.int64))
        slots = np.zeros(len(vocabulary), np.int64)
        slots[asked] = np.arange(1, len(asked) + 1)
        self.terms = ["", *(vocabulary[number] for number in asked.tolist())]

        sizes = np.array([len(analysed.counts.roles) for analysed in analyses], np.int64)
        #: The number of each conversation's first document, and that of all documents.
        self.firsts: Places = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        self.documents = int(self.firsts[-1])
        self.roles = np.frombuffer(b"".join(analysed.counts.roles for analysed in analyses), np.uint8)
        lengths = [unpacked(analysed.counts.lengths) for analysed in analyses]
        self._lengths = np.concatenate([np.zeros(0, np.uint32), *lengths], dtype=np.uint32).reshape(-1, len(FIELDS))
        self._postings = self._gathered(analyses, slots)
        occurs = np.bincount(self._postings.slots, minlength=len(self.terms)) > 0
        self._slots = {
            clause: np.array([slot for slot in slots[numbers].tolist() if occurs[slot]], np.int64)
            for clause, numbers in zip(clauses, found, strict=True)
        }

    def _gathered(self, analyses: Sequence[Numbered], slots: Places) -> _Postings:
        gathered: list[tuple[Places, ...]] = []
        for first, analysed in zip(self.firsts.tolist(), analyses, strict=False):
            own = slots[unpacked(analysed.terms)]
            if not own.any():
                continue
            counts = analysed.counts
            slots_of_postings = own[unpacked(counts.places)]
            at = np.flatnonzero(slots_of_postings)
            ends = np.cumsum(unpacked(counts.sizes), dtype=np.int64)
            groups = np.searchsorted(ends, at, "right")
            gathered.append(
                (
                    slots_of_postings[at],
                    first + groups // len(FIELDS),
                    groups % len(FIELDS),
                    unpacked(counts.counts)[at].astype(np.int64),
                )
            )
        nothing = np.zeros(0, np.int64)
        of_terms, documents, fields, times = (
            np.concatenate((nothing, *(part[column] for part in gathered))) for column in range(4)
        )
        return _Postings(of_terms, documents, fields, self._weights(of_terms, documents, fields, times))

    def _weights(self, of_terms: Places, documents: Places, fields: Places, times: Places) -> NDArray[np.float64]:
        """As lunr.Builder computes them, in the same order of operations, and rounds them."""
        frequency = np.bincount(of_terms, minlength=len(self.terms))
        idf = np.log(1 + np.abs((self.documents - frequency + 0.5) / (frequency + 0.5)))
        averages = self._lengths.sum(axis=0, dtype=np.int64) / max(self.documents, 1)
        relative = self._lengths[documents, fields] / averages[fields]
        scores = idf[of_terms] * ((K1 + 1) * times) / (K1 * (1 - B + B * relative) + times) * _BOOSTS[fields]
        rounded: NDArray[np.float64] = np.floor(scores * 1000 + 0.5) / 1000
        return rounded

    # --- what is found -------------------------------------------------------------------------------------------

    def ranking(self, holds: HoldsPhrase) -> Ranking:
        """The documents that the plan finds but for its phrases; the plan must not be a listing.

        `holds` says which documents hold the phrase of an exclusion.
        """
        plan, postings = self._plan, self._postings
        excluded = np.zeros(self.documents, bool)
        for group in plan.excluded:
            for document in np.flatnonzero(self._admitted(group.clauses)).tolist():
                excluded[document] = group.phrase is None or excluded[document] or holds(document, group.phrase)

        boosts = self._boosts(plan.clauses)
        is_negated = all(clause.presence == "prohibited" for clause in plan.clauses)
        found = np.ones(self.documents, bool) if is_negated else self._named(plan.clauses)
        documents = np.flatnonzero(found & self._admitted(plan.clauses) & ~excluded)
        scores = np.zeros(self.documents)
        for field in range(len(FIELDS)):
            with np.errstate(invalid="ignore"):
                length = np.sqrt(np.sum(boosts[:, field] ** 2))
                here = postings.fields == field
                products = postings.weights[here] * boosts[postings.slots[here], field]
                dots = np.bincount(postings.documents[here], products, self.documents)
                # As in JavaScript, what is no number counts nothing.
                scores += np.nan_to_num(np.divide(dots, length), nan=0.0) if length else 0.0
        order = np.lexsort((-documents, -scores[documents]))
        return Ranking(documents[order], scores[documents[order]])

    def with_phrases(self, ranking: Ranking, holds: HoldsPhrase) -> Ranking:
        """What of a ranking has all the plan's phrases. `holds` is asked in the order of the documents' numbers."""
        phrases = self._plan.phrases
        holders = [d for d in sorted(ranking.documents.tolist()) if all(holds(d, phrase) for phrase in phrases)]
        kept = np.isin(ranking.documents, np.array(holders, np.int64))
        return Ranking(ranking.documents[kept], ranking.scores[kept])

    def matched_terms(self, documents: Iterable[int]) -> dict[int, set[str]]:
        """For each of these documents the terms that it was found by."""
        result: dict[int, set[str]] = {document: set() for document in documents}
        postings = self._postings
        asked = np.zeros((len(self.terms), len(FIELDS)), bool)
        for clause in self._plan.clauses:
            if clause.presence != "prohibited":
                asked[self._cells(clause)] = True
        here = asked[postings.slots, postings.fields] & np.isin(postings.documents, np.array(list(result), np.int64))
        for document, slot in zip(postings.documents[here].tolist(), postings.slots[here].tolist(), strict=True):
            result[document].add(self.terms[slot])
        return result

    def place_of(self, document: int) -> tuple[int, int]:
        """The place of a document's conversation, and the document's own place in that."""
        conversation = int(np.searchsorted(self.firsts, document, "right")) - 1
        return conversation, document - int(self.firsts[conversation])

    def _cells(self, clause: Clause) -> tuple[Places, Places]:
        """Index for an array with a row for each slot and a column for each field: what a clause looks for."""
        columns = np.array([_FIELD_PLACES[name] for name in clause.fields], np.int64)
        return self._slots[clause].reshape(-1, 1), columns

    def _boosts(self, clauses: Sequence[Clause]) -> NDArray[np.float64]:
        """Lunr's query vectors, a row for each slot and a column for each field."""
        result = np.zeros((len(self.terms), len(FIELDS)))
        for clause in clauses:
            if clause.presence != "prohibited":
                result[self._cells(clause)] += clause.boost
        return result

    def _holders(self, clause: Clause) -> Flags:
        """Which documents have a term of the clause in one of its fields."""
        wanted = np.zeros((len(self.terms), len(FIELDS)), bool)
        wanted[self._cells(clause)] = True
        result = np.zeros(self.documents, bool)
        result[self._postings.documents[wanted[self._postings.slots, self._postings.fields]]] = True
        return result

    def _named(self, clauses: Sequence[Clause]) -> Flags:
        """Which documents any clause finds."""
        result = np.zeros(self.documents, bool)
        for clause in clauses:
            if clause.presence != "prohibited":
                result |= self._holders(clause)
        return result

    def _admitted(self, clauses: Sequence[Clause]) -> Flags:
        """Which documents have all that is required and nothing that is prohibited."""
        result = np.ones(self.documents, bool)
        for clause in clauses:
            if clause.presence == "required":
                result &= self._holders(clause)
            elif clause.presence == "prohibited":
                result &= ~self._holders(clause)
        return result
