"""Which terms of a vocabulary a clause means: wildcards and edit distances by Lunr's own automata.

The counterpart of `matching` in `static/js/words.js` of the theme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lunr.query import Clause as LunrClause
from lunr.token_set import TokenSet

from sitegen.search.query import Clause


def numbers_of(clauses: Sequence[Clause], vocabulary: Sequence[str]) -> list[list[int]]:
    """For each clause the numbers of its terms: their places in `vocabulary`."""
    exact: dict[str, list[int]] = {clause.term: [] for clause in clauses if not clause.is_pattern}
    for number, term in enumerate(vocabulary):
        if term in exact:
            exact[term].append(number)
    return [_fitting(clause, vocabulary) if clause.is_pattern else exact[clause.term] for clause in clauses]


def _fitting(clause: Clause, vocabulary: Sequence[str]) -> list[int]:
    if not clause.edits:
        pattern = re.compile(".*".join(map(re.escape, clause.term.split("*"))), re.DOTALL).fullmatch
        return [number for number, term in enumerate(vocabulary) if pattern(term)]
    word = _units(clause.term)
    automaton = _Automaton(TokenSet.from_clause(LunrClause(word, edit_distance=clause.edits)))
    # A character has one unit or two.
    shortest, longest = (len(word) - clause.edits + 1) // 2, len(word) + clause.edits
    return [
        number
        for number, term in enumerate(vocabulary)
        if shortest <= len(term) <= longest and automaton.accepts(_units(term))
    ]


def _units(term: str) -> str:
    """A term whose characters are UTF-16 units, as JavaScript counts letters."""
    if max(term, default="") <= "\uffff":
        return term
    units = term.encode("utf-16-be")
    return "".join(chr(int.from_bytes(units[place : place + 2], "big")) for place in range(0, len(units), 2))


class _Automaton:
    """Lunr's automaton of a word with edits, as far as it was walked made into one that is always in one state."""

    def __init__(self, start: TokenSet) -> None:
        self._sets: list[frozenset[TokenSet]] = []
        self._numbers: dict[frozenset[TokenSet], int] = {}
        self._steps: list[dict[str, int]] = []
        self._start = self._number(frozenset((start,)))

    def accepts(self, term: str) -> bool:
        """Whether the term is one that is meant."""
        state = self._start
        for character in term:
            step = self._steps[state].get(character)
            state = self._step(state, character) if step is None else step
            if not self._sets[state]:
                return False
        return any(token_set.final for token_set in self._sets[state])

    def _step(self, state: int, character: str) -> int:
        following = frozenset(
            token_set.edges[edge]
            for token_set in self._sets[state]
            for edge in (character, "*")
            if edge in token_set.edges
        )
        number = self._steps[state][character] = self._number(following)
        return number

    def _number(self, states: frozenset[TokenSet]) -> int:
        number = self._numbers.get(states)
        if number is None:
            number = self._numbers[states] = len(self._sets)
            self._sets.append(states)
            self._steps.append({})
        return number
