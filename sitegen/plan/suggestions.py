"""Folder rules that would file conversations which no folder holds yet, by their titles and models. Pure.

The words that many titles share are weighed by how many titles each adds to those before it (a greedy set cover), so
that suggestions overlap little. What is told of a rule is counted by the matching that the rule itself will use.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from sitegen.folders import Described, fits, path_of
from sitegen.render.conversation import Entry
from sitegen.rules import FolderRule
from sitegen.search.stop_words import stop_words

MOST = 8
_MOST_MODELS = 2
#: One in so many conversations of its source at most has a model that is worth a folder.
_RARITY = 4
#: Candidates that are weighed; behind the most frequent ones there is nothing to be found.
_WEIGHED = 150
#: From so many unfiled conversations on, two of a kind are too few for a folder.
_MANY = 30
_SHORTEST_WORD = 3
#: A pattern finds its letters within other words, too: so large a share of what it finds must have the word.
_LEAST_AS_WORD = 0.8
#: Shorter words are the beginning of too many others; all that such a pattern finds must have the very word.
_LONG_WORD = 5

_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}\p{N}'’.+#-]*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Katakana}ー]{2,}")
_HAS_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")

#: Words that titles of chats are full of and that name no subject.
_GENERAL_WORDS = (
    "about advice analysis answer answers basic basics best better build building change changes chat check choose "
    "choosing clarification code common compare compared comparison concept concepts conversation correct create "
    "creating current day days definition describe design detail details difference differences different discussion "
    "draft easy effective eight error errors example examples explain explained explaining explanation feature "
    "features file files find finding first five fix fixing format four free full general generate generation "
    "generator get getting give good great guide handling hello help helpful history how ideas image impact implement "
    "implementation improve improvement improving info information inquiry instructions intro introduction issue "
    "issues key learn learning list long make making meaning method methods model more multiple name need new next "
    "nine number old one online option options overview part people perfect plan planning possible practice practices "
    "problem problems process project prompt proper question questions quick reason reasons recommendation "
    "recommendations request requests review rewrite role sample second set setting setup seven short show simple six "
    "small solution solutions solving start statement step steps strategies strategy suggestion suggestions summarize "
    "summary support task tasks ten term terms test testing text third three tip tips title today tool tools topic "
    "trouble troubleshooting try two type types understand understanding untitled update updated usage use used user "
    "using value values version versus way ways week work working works world write writing year years "
    "如何 什么 怎么 怎样 为什么 使用 问题 方法 介绍 分析"
)
_GENERAL = frozenset(_GENERAL_WORDS.split())


class Suggestion(NamedTuple):
    """A folder rule, how many conversations it would file, and how many it would take out of provider's folders."""

    rule: FolderRule
    files: int
    moves: int

    @property
    def toml(self) -> str:
        """The rule as it stands in the settings."""
        conditions = ((key, getattr(self.rule, key)) for key in ("name", "title", "source", "model"))
        lines = [f"{key} = {_quoted(value)}" for key, value in conditions if value is not None]
        return "\n".join(["[[folders]]", *lines, ""])


def suggestions(
    unfiled: Sequence[Entry],
    filed: Iterable[Entry],
    rules: Sequence[FolderRule],
    languages: Sequence[str] = ("en",),
) -> list[Suggestion]:
    """At most `MOST` rules, those that file the most first: by words of titles, then by models.

    `filed` are conversations that stand in a folder, `rules` those that there are, before which a new one never comes
    into play; `languages` are those whose stop words mean nothing.
    """
    least = 3 if len(unfiled) >= _MANY else 2
    of_rules = {path_of(rule.name) for rule in rules}
    of_providers = [_described(entry) for entry in filed if entry.folder not in of_rules]
    described = [_described(entry) for entry in unfiled]
    left = set(range(len(described)))
    made: list[Suggestion] = []

    def add(candidates: Iterator[FolderRule], most: int) -> None:
        for rule in candidates:
            if len(made) >= MOST or most <= 0:
                return
            found = {place for place, one in enumerate(described) if fits(rule, one)}
            if len(found & left) >= least:
                made.append(Suggestion(rule, len(found), sum(fits(rule, one) for one in of_providers)))
                left.difference_update(found)
                most -= 1

    add(_by_title([one.title for one in described], least, stop_words(tuple(dict.fromkeys(("en", *languages))))), MOST)
    add(_by_model(described, left), _MOST_MODELS)
    return made


def _described(entry: Entry) -> Described:
    return Described(entry.source, entry.title, entry.all_tags, frozenset(entry.models))


def _quoted(text: str) -> str:
    """A text as TOML's basic string, which is JSON's but for the one control character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# --- titles ------------------------------------------------------------------------------------------------------


def _by_title(titles: Sequence[str], least: int, too_common: frozenset[str]) -> Iterator[FolderRule]:
    """Rules by words, and pairs of them, that titles share; each adds at least `least` titles to those before it."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for title in titles:
        for term in set(_terms(title, too_common)):
            spellings[term.casefold()][term] += 1
    frequent = sorted(spellings, key=lambda term: (-spellings[term].total(), -len(term), term))[:_WEIGHED]
    folded = [title.casefold() for title in titles]
    words = [[match[0] for match in _WORD.finditer(title)] for title in folded]
    most = len(titles) // 2 if len(titles) >= 12 else len(titles)
    covers: dict[str, set[int]] = {}
    for term in frequent:
        if spellings[term].total() < least:
            break
        found = {place for place, title in enumerate(folded) if term in title}
        as_word = sum(_has_word(term, words[place]) for place in found)
        if len(found) <= most and as_word >= (_LEAST_AS_WORD if len(term) >= _LONG_WORD else 1) * len(found):
            covers[term] = found
    while covers:
        # A pair of words says more than one of them, if it fits nearly as many.
        term = min(covers, key=lambda term: (-len(covers[term]) * (5 if " " in term else 4), -len(term), term))
        found = covers.pop(term)
        if len(found) < least:
            continue
        yield FolderRule(_name(spellings[term]), title=f"*{term}*")
        covers = {other: rest for other, places in covers.items() if len(rest := places - found) >= least}


def _terms(title: str, too_common: frozenset[str]) -> Iterator[str]:
    """The words of a title that may name a subject, pairs of neighbours, and pieces of scripts without spaces."""
    before = None
    for match in _WORD.finditer(title):
        word = match[0].rstrip("'’.-")
        folded = word.casefold().removesuffix("'s").removesuffix("’s")
        if len(word) < _SHORTEST_WORD or folded in too_common or folded in _GENERAL or _HAS_UNSPACED.search(word):
            before = None
            continue
        yield word
        if before is not None and title[before.end() : match.start()] == " ":
            yield f"{before[0]} {word}"
        before = match if word == match[0] else None
    for match in _UNSPACED.finditer(title):
        for length in (2, 3, 4):
            pieces = (match[0][start : start + length] for start in range(len(match[0]) - length + 1))
            yield from (piece for piece in pieces if piece not in _GENERAL)


def _has_word(term: str, words: Sequence[str]) -> bool:
    """Whether the term is found as a word, not in the midst of one: "cook" may find "cooking", "art" no "start"."""
    if " " in term or _HAS_UNSPACED.search(term) is not None:
        return True
    if len(term) < _LONG_WORD:
        return term in words or f"{term}s" in words
    return any(word.startswith(term) for word in words)


def _name(spellings: Counter[str]) -> str:
    """The most usual spelling, with a capital at its beginning unless it has some elsewhere ("iPhone")."""
    name = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    return name[:1].upper() + name[1:] if name == name.casefold() else name


# --- models ------------------------------------------------------------------------------------------------------


def _by_model(described: Sequence[Described], left: set[int]) -> Iterator[FolderRule]:
    """Rules by models that answered some of what is left, but seldom among the conversations of their source: what
    they share is more than where they come from."""
    of_source = Counter(one.source for one in described)
    counts = Counter((model, described[place].source) for place in sorted(left) for model in described[place].models)
    seldom = (pair for pair, count in counts.items() if _RARITY * count <= of_source[pair[1]])
    for model, source in sorted(seldom, key=lambda pair: (-counts[pair], pair)):
        if "/" not in model and not set(model) & set("*?"):
            yield FolderRule(model, source=source, model=model)
