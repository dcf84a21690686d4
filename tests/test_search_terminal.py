"""The search without a site: its plans, and that its documents and scores are those of the page and of Lunr."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunr.query import Clause as LunrClause
from lunr.token_set import TokenSet
from search_site import (
    PHRASES,
    assistant,
    conversation,
    index_files,
    invented_conversations,
    invented_words,
    load_scripts,
    user,
)
from test_search_index import CORPUS, FINDS, SERVE, lunr_py_index, random_queries

from sitegen.search import SearchConversation, Vocabulary, analyse, text_files
from sitegen.search.fragments import quoted_documents
from sitegen.search.matching import numbers_of
from sitegen.search.passages import best_passage, marked
from sitegen.search.query import Clause, plan_of
from sitegen.search.scoring import Corpus
from sitegen.search.tokens import phrase_of

#: Asks the page's engine; a blank after the query says that its last word is finished.
RANK = """
async (queries) => {
  const found = [];
  for (const query of queries) {
    const matches = await engine.rank(query + " ");
    found.push(matches.map((match) => [match.document, match.score]));
  }
  return found;
}
"""


class Terminal:
    """Ranks as `sitegen search` does, for conversations that are in no archive."""

    def __init__(self, conversations: Sequence[SearchConversation]) -> None:
        self.conversations = sorted(conversations, key=lambda c: (c.date, c.key))
        vocabulary = Vocabulary(["stale", "staler"])
        self._numbered = [vocabulary.numbered(analyse(c)) for c in self.conversations]
        self._terms = vocabulary.terms
        self._quoted = [
            quoted for c in self.conversations for _, script in text_files(c)[1] for quoted in quoted_documents(script)
        ]

    def rank(self, query: str, *, with_phrases: bool = False, is_loose: bool = False) -> list[tuple[int, float]]:
        """Document numbers and scores, best first."""
        corpus = self._corpus(query, is_loose=is_loose)
        ranking = corpus.ranking(self._holds)
        return (corpus.with_phrases(ranking, self._holds) if with_phrases else ranking).pairs()

    def find(self, query: str) -> dict[str, list[int]]:
        """The keys of the conversations found, with the places of their messages."""
        corpus = self._corpus(query)
        found: dict[str, list[int]] = {}
        ranked = self.rank(query, with_phrases=True) or self.rank(query, with_phrases=True, is_loose=True)
        for document, _ in ranked:
            place, within = corpus.place_of(document)
            messages = found.setdefault(self.conversations[place].key, [])
            if within:
                messages.append(within)
        return {key: sorted(messages) for key, messages in found.items()}

    def matched(self, query: str, document: int) -> set[str]:
        """The terms that a document was found by."""
        return self._corpus(query).matched_terms([document])[document]

    def _corpus(self, query: str, *, is_loose: bool = False) -> Corpus:
        return Corpus(self._numbered, self._terms, plan_of(query, is_loose=is_loose))

    def _holds(self, document: int, phrase: Any) -> bool:
        return self._quoted[document].holds(phrase)


# --- plans ------------------------------------------------------------------------------------------------------------


def clauses_of(query: str, languages: Sequence[str] = ("en",)) -> list[tuple[str, str]]:
    signs = {"optional": "", "required": "+", "prohibited": "-"}
    return [(signs[c.presence] + c.term, " ".join(c.fields)) for c in plan_of(query, languages).clauses]


EVERYWHERE = "title prompt answer code steps"


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("questions", [("question", EVERYWHERE)]),
        ("+Budget -old", [("+budget", EVERYWHERE), ("-old", EVERYWHERE)]),
        ("title:budget", [("budget", "title")]),
        ("the question", [("question", EVERYWHERE)]),
        ("to be", [("to", EVERYWHERE), ("be", EVERYWHERE)]),
        ("colo* *ing", [("colo*", EVERYWHERE), ("*ing", EVERYWHERE)]),
        ("数据库", [("数据", EVERYWHERE), ("据库", EVERYWHERE)]),
        ("库", [("*库*", EVERYWHERE)]),
        ("budget - old", [("budget", EVERYWHERE), ("old", EVERYWHERE)]),
        ("a\u3000budget\u2003old", [("budget", EVERYWHERE), ("old", EVERYWHERE)]),
        ('"not to be"', [("+not", EVERYWHERE), ("+to", EVERYWHERE), ("+be", EVERYWHERE)]),
        ('title:"to be"', [("+to", "title"), ("+be", "title")]),
        ('nofield:"old"', [("nofield", EVERYWHERE), ("old", EVERYWHERE)]),
    ],
)
def test_plan__clauses_in_index_terms(query: str, clauses: list[tuple[str, str]]) -> None:
    assert clauses_of(query) == clauses


def test_plan__stems_only_languages_of_the_index() -> None:
    assert clauses_of("the questions", ()) == [("the", EVERYWHERE), ("questions", EVERYWHERE)]


def test_plan__boosts_and_edits() -> None:
    assert plan_of("budget^3 colour~1").clauses == (Clause("budget", boost=3), Clause("colour", edits=1))
    (clause,) = plan_of("colour~7").clauses
    assert clause.edits == 2
    assert plan_of("colour~7").notes == ("At most 2 letters may differ in a word with “~”.",)


def test_plan__what_is_prohibited_together_is_a_group() -> None:
    plan = plan_of('budget -数据库 -"to be"')
    assert [[c.term for c in group.clauses] for group in plan.excluded] == [["to", "be"], ["数据", "据库"]]
    assert [group.phrase is None for group in plan.excluded] == [False, True]


@pytest.mark.parametrize("query", ["question~", "budget^x", "nofield:budget", "title:", "~1", "++a"])
def test_plan__a_broken_query_is_plain_words_with_a_note(query: str) -> None:
    (note,) = plan_of(query).notes
    assert note.startswith("Searched as plain words: ")
    assert all(clause.presence == "optional" for clause in plan_of(query).clauses)


@pytest.mark.parametrize("query", ["", " ", "+", "\\", "?!", '""'])
def test_plan__without_words_is_a_listing(query: str) -> None:
    assert plan_of(query).is_listing


@given(st.text() | st.text(st.sampled_from('ab数 "*~^+-:\\1title')))
def test_plan__anything_can_be_typed(query: str) -> None:
    assert all(clause.term.strip("*") for clause in plan_of(query).clauses)


words_of_few_letters = st.text(st.sampled_from("abcd"), min_size=1, max_size=6)
patterns = st.text(st.sampled_from("ab*"), min_size=1, max_size=5).filter(lambda pattern: "**" not in pattern)
few_words = st.lists(words_of_few_letters, max_size=8, unique=True)


@given(few_words, words_of_few_letters, st.integers(0, 2))
def test_numbers_of__are_those_that_lunr_finds(vocabulary: list[str], word: str, edits: int) -> None:
    ours = numbers_of([Clause(word, edits=edits)], vocabulary)[0]
    query = TokenSet.from_clause(LunrClause(word, edit_distance=edits))
    assert {vocabulary[number] for number in ours} == set(
        TokenSet.from_list(sorted(vocabulary)).intersect(query).to_list()
    )


@given(
    st.lists(words_of_few_letters, max_size=8, unique=True), st.text(st.sampled_from("ab**"), min_size=1, max_size=5)
)
def test_numbers_of__wildcards_are_those_that_lunr_finds(vocabulary: list[str], pattern: str) -> None:
    ours = numbers_of([Clause(pattern)], vocabulary)[0]
    query = TokenSet.from_clause(LunrClause(pattern))
    assert {vocabulary[number] for number in ours} == set(
        TokenSet.from_list(sorted(vocabulary)).intersect(query).to_list()
    )


def test_numbers_of__edits_count_utf_16_units_as_in_the_page() -> None:
    clauses = [Clause("a𝄞", edits=1), Clause("a𝄞", edits=2)]
    assert numbers_of(clauses, ["a", "a𝄞", "a𝄞b"]) == [[1, 2], [0, 1, 2]]


# --- against Lunr -----------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(*[st.text(st.sampled_from("abc xyz"), max_size=16)] * 3), min_size=1, max_size=6),
    st.sampled_from(["xa", "abc b", "+xa b", "xa -b", "title:xa", "ab*", "x y z", "abc~1", "-x", "x^3 y", "+x +y -z"]),
)  # fmt: skip
def test_ranking__agrees_with_lunr_py(texts: list[tuple[str, str, str]], query: str) -> None:
    conversations = [
        conversation(f"{n}", user(prompt), assistant(answer), title=title)
        for n, (title, prompt, answer) in enumerate(texts)
    ]
    ours = dict(Terminal(conversations).rank(query))
    theirs = {int(match["ref"]): match["score"] for match in lunr_py_index(conversations).search(query)}
    assert ours.keys() == theirs.keys()
    # lunr.py rounds a weight's third decimal half to even, lunr.js half up.
    assert all(score == pytest.approx(theirs[ref], abs=0.011) for ref, score in ours.items())


def test_ranking__finds_what_the_page_finds() -> None:
    terminal = Terminal(CORPUS)
    # The last word of these is looked for as a beginning in the page alone.
    queries = [query for query in FINDS if query.strip() != "colo"]
    assert {query: terminal.find(query) for query in queries} == {query: FINDS[query] for query in queries}
    assert terminal.find("colo") == {}


def test_ranking__of_equals_the_newest_is_first() -> None:
    terminal = Terminal([conversation(f"{day}", user("same words"), date=f"2026-03-0{day}") for day in (2, 1, 3)])
    assert list(terminal.find("same")) == ["3", "2", "1"]


def test_ranking__terms_of_a_document_are_those_it_was_found_by() -> None:
    terminal = Terminal([conversation("k", user("colour and color"), title="colours")])
    assert terminal.matched("colo* -title:color", 1) == {"colour", "color"}
    assert terminal.matched("title:colour prompt:color", 0) == {"colour"}


FORMS = (
    '"{0} {1}"', '-"{0} {1}"', 'title:"{0}"', "{0}~2", "+{0}~1", "-{0}*", "*{1}*", "{0}_{1}", "-{0}.{1}", "{0}-{1}",
    "{0}", "{0}^", "{0}:{1}", "+title:{0}", "-code:{0}", "the {0}", "{0}*{1}", "{0}^0", "steps:{0}*^2", "\\+{0}",
    "{0} - {1}",
)  # fmt: skip


def more_queries(words: Sequence[str], count: int) -> list[str]:
    """Phrases, groups, edits of two letters, mistakes, and what Lunr takes for syntax."""
    chance = random.Random(5)

    def part() -> str:
        word, other = chance.choices(words[:60], k=2)
        return chance.choice(FORMS).format(word, other)

    return [" ".join(part() for _ in range(chance.randint(1, 3))) for _ in range(count)]


def assert_equal_to_page(page: Any, conversations: Sequence[SearchConversation], queries: Sequence[str]) -> int:
    """Compares every document and score; gives the number of queries that found something."""
    load_scripts(page)
    page.evaluate(SERVE, {path: content.decode() for path, content in index_files(conversations).items()})
    terminal = Terminal(conversations)
    found = 0
    for query, theirs in zip(queries, page.evaluate(RANK, list(queries)), strict=True):
        ours, scores = terminal.rank(query), dict(map(tuple, theirs))
        assert sorted(document for document, _ in ours) == sorted(scores), query
        assert all(score == pytest.approx(scores[document], abs=1e-9) for document, score in ours), query
        found += bool(ours)
    return found


def test_ranking__is_that_of_the_page(page: Any) -> None:
    words = invented_words(800)
    queries = random_queries(words, 300) + more_queries(words, 300)
    assert assert_equal_to_page(page, invented_conversations(60, words), queries) > 350


def test_ranking__is_that_of_the_page_in_other_scripts(page: Any) -> None:
    queries = [query for query in FINDS if not plan_of(query).is_listing]
    queries += [
        "构~1",
        "-构 结构",
        "ca*é",
        "ＣＡＦＥ",
        "caf\u00ade",
        "*数*",
        "naive^2 -hamlet",
        '-"___"',
        "𝄞~1",
        "to\u2003be",
    ]
    assert assert_equal_to_page(page, CORPUS, queries) > 25


# --- passages ---------------------------------------------------------------------------------------------------------


def test_passages__show_where_most_terms_stand_together() -> None:
    text = "alpha " + "filler " * 100 + "alpha beta " + "filler " * 100
    found = best_passage(["", text], {"alpha", "beta"})
    assert found is not None
    assert [stretch.text for stretch in found.stretches if stretch.is_marked] == ["alpha", "beta"]
    assert (found.is_cut_before, found.is_cut_after) == (True, True)
    assert len("".join(stretch.text for stretch in found.stretches)) < 260


@pytest.mark.parametrize(("text", "phrase", "words"), PHRASES)
def test_passages__show_a_phrase_rather_than_many_words(text: str, phrase: str, words: list[str]) -> None:
    texts = ["use; one", text] if phrase != "absent" else [text]
    found = best_passage(texts, {"on", "use", "数据", "据库"}, ("en",), [phrase_of(phrase)])
    assert found is not None
    assert [stretch.text for stretch in found.stretches if stretch.is_marked] == words


def test_passages__of_no_text() -> None:
    assert best_passage(["", ""], {"alpha"}) is None


@pytest.mark.parametrize(
    ("text", "terms", "words"),
    [
        ("Questions, asked", {"question"}, ["Questions"]),
        ("call getUserName()", {"user"}, ["User"]),
        ("call getUserName()", {"getusernam", "user"}, ["getUserName"]),
        ("数据库和", {"数据", "据库"}, ["数据库"]),
        ("so na\u00efve cafe\u0301!", {"naiv", "cafe"}, ["na\u00efve", "cafe\u0301"]),
        ("nothing", {"other"}, []),
    ],
)
def test_passages__mark_words_by_the_rule_of_the_index(text: str, terms: set[str], words: list[str]) -> None:
    found = marked(text, terms)
    assert [stretch.text for stretch in found if stretch.is_marked] == words
    assert "".join(stretch.text for stretch in found) == text


@given(st.text(st.sampled_from("ab _A数é\n𝄞"), max_size=700), st.sets(st.sampled_from(["a", "b", "ab", "aa", "数数"])))
def test_passages__are_a_piece_of_the_text(text: str, terms: set[str]) -> None:
    found = best_passage([text], terms)
    assert (found is None) is (not text)
    if found is not None:
        piece = "".join(stretch.text for stretch in found.stretches)
        assert " ".join(piece.split()) in " ".join(text.split())
        assert "\n" not in piece
