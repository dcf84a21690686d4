"""The index: cut by term it gives Lunr's answers, its files depend on nothing else, and they are small."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lunr.builder import Builder
from lunr.index import Index
from lunr.pipeline import Pipeline
from lunr.stemmer import stemmer
from search_site import (
    PHRASES,
    assistant,
    built,
    conversation,
    index_files,
    invented_conversations,
    invented_words,
    load_scripts,
    user,
)

from sitegen.search import (
    Numbered,
    SearchConversation,
    SearchDocument,
    Vocabulary,
    analyse,
    build_index,
    over_budget,
    text_files,
    too_large,
)
from sitegen.search.documents import FIELDS, unpacked
from sitegen.search.encoding import COMMON, digits, encode_terms, encoded, length_tables
from sitegen.search.postings import Assembly
from sitegen.search.shards import cut_terms, front_coded, script
from sitegen.search.tokens import Terms, chunks

FIELD_NAMES = [name for name, _ in FIELDS]


def data(content: bytes) -> Any:
    """What a data script hands over."""
    text = content.decode("utf-8")
    assert text.startswith("sitegen.receive(")
    assert text.endswith(");\n")
    return json.loads("[" + text[len("sitegen.receive(") : -3] + "]")[1]


# --- numbers as text --------------------------------------------------------------------------------------------------


def decoded(text: str) -> list[int]:
    """The slow, plain reading of `encoded`."""
    alphabet = [chr(code) for code in range(33, 127) if chr(code) not in '"\\<>&']
    result: list[int] = []
    value, factor = 0, 1
    for digit in map(alphabet.index, text):
        value += digit * factor
        factor *= 29
        if digit < 60:
            result.append(value)
            value, factor = 0, 1
    return result


@given(st.lists(st.integers(0, 2**31 - 1)))
def test_digits__are_read_back(numbers: list[int]) -> None:
    assert decoded(encoded(numbers)) == numbers
    assert decoded(encoded([0, 59, 60, 1799, 1800])) == [0, 59, 60, 1799, 1800]
    assert len(encoded([59, 60, 1799, 1800])) == 1 + 2 + 2 + 3
    assert len(digits(np.array(numbers, np.int64))[1]) == len(numbers) + 1


def decoded_term(text: str) -> dict[tuple[int, int], tuple[int, int]]:
    """A term's postings: (field, document) to its count and the field's length, 0 where a table has it."""
    numbers = iter(decoded(text))
    mask = next(numbers)
    common, mask = divmod(mask, 32)
    fields = [field for field in range(len(FIELDS)) if mask >> field & 1]
    result = {}
    for field in fields:
        left = next(numbers) if field != fields[-1] else -1
        document = -1
        while left != 0 and (value := next(numbers, None)) is not None:
            document += value // 2 + 1
            count = next(numbers) + 2 if value % 2 else 1
            result[field, document] = (count, 0 if common >> field & 1 else next(numbers))
            left -= 1
    return result


small_texts = st.text(st.sampled_from("ab 数"), max_size=12)


@given(
    st.lists(st.lists(st.tuples(*[small_texts] * len(FIELDS)), max_size=3), max_size=4),
    st.integers(1, 5),
    st.integers(2, 30),
)
def test_encode_terms__holds_every_count(corpus: list[list[tuple[str, ...]]], block: int, at_once: int) -> None:
    conversations = [
        SearchConversation(
            f"{n}", "", "", "", documents=tuple(SearchDocument("", "", p, a, c, s, t) for t, p, a, c, s in documents)
        )
        for n, documents in enumerate(corpus)
    ]
    vocabulary = Vocabulary()
    words = {c.key: vocabulary.numbered(analyse(c)) for c in conversations}
    assembly = Assembly([c.key for c in conversations], words.__getitem__, vocabulary.terms)
    lengths = assembly.documents.lengths
    parts = list(assembly.postings(at_once))
    assert [term for part in parts for term in part.terms] == assembly.terms
    found = {
        (term, field, document, *facts)
        for part in parts
        for term, text in zip(part.terms, encode_terms(part, lengths, block), strict=True)
        for (field, document), facts in decoded_term(text.decode()).items()
    }
    expected = set()
    terms_of = Terms(["en"])
    for document, texts in enumerate(texts for documents in corpus for texts in documents):
        for field, text in enumerate(texts):
            terms = terms_of.of(text)
            expected |= {(term, field, document, terms.count(term), len(terms)) for term in terms}
    most = sum(map(len, corpus)) // COMMON
    frequencies = Counter((term, field) for term, field, *_ in expected)
    assert found == {
        (term, field, document, count, length if frequencies[term, field] <= most else 0)
        for term, field, document, count, length in expected
    }
    commonest = np.max([part.most() for part in parts], axis=0, initial=0)
    for field, tables in enumerate(length_tables(lengths, np.broadcast_to(commonest, len(FIELDS)), 2)):
        is_common_anywhere = any(count > most for (_, in_field), count in frequencies.items() if in_field == field)
        lengths = [len(terms_of.of(texts[field])) for documents in corpus for texts in documents]
        found = [length for table in tables for value in decoded(table) for length in [value // 2] + [0] * (value % 2)]
        assert found == (lengths if is_common_anywhere else [])


def test_front_coded__shares_beginnings() -> None:
    assert front_coded(["a", "abc", "abd", "b"]) == "0a 1bc 2d 0b"


def test_front_coded__counts_utf_16_units() -> None:
    assert front_coded(["\U00010400a", "\U00010400b"]) == "0\U00010400a 0\U00010400b"


def test_cut_terms__a_very_common_term_stands_alone() -> None:
    terms = ["a", "b", "c"]
    assert cut_terms(terms, [1, 40_000, 1], 65_536) == [(0, 1), (1, 2), (2, 3)]


@given(st.lists(st.integers(1, 90), max_size=60), st.integers(0, 60))
def test_cut_terms__what_is_cut_before_more_follows_stays(sizes: list[int], known: int) -> None:
    words = [f"w{place:03}" for place in range(len(sizes))]
    whole = cut_terms(words, sizes, 100)
    before = cut_terms(words[:known], sizes[:known], 100, more_follow=True)
    assert before == whole[: len(before)]
    rest = before[-1][1] if before else 0
    assert [(first + rest, last + rest) for first, last in cut_terms(words[rest:], sizes[rest:], 100)] == whole[
        len(before) :
    ]


def test_cut_terms__ends_do_not_move_when_a_shard_changes() -> None:
    words = sorted(invented_words(20_000))
    before = cut_terms(words, [10] * len(words), 65_536)
    after = cut_terms(words, [10 if place > 500 else 11 for place in range(len(words))], 65_536)
    assert len(before) > 3
    assert before[1:] == after[1:]


def test_script__is_safe_and_valid_utf_8() -> None:
    content = script("x", ["</script><!--", "\u2028", "\ud800", "𝄞", "&"])
    assert b"<" not in content
    assert data(content) == ["</script><!--", "\u2028", "\ufffd", "𝄞", "&"]


# --- the files --------------------------------------------------------------------------------------------------------


def test_build_index__does_not_depend_on_the_order_of_conversations() -> None:
    conversations = invented_conversations(30, invented_words(300))
    shuffled = random.Random(3).sample(conversations, len(conversations))
    assert index_files(conversations) == index_files(shuffled)


def test_build_index__needs_no_documents() -> None:
    conversations = invented_conversations(5, invented_words(50))
    vocabulary = Vocabulary()
    heads = [msgspec.structs.replace(c, documents=()) for c in conversations]
    words = {c.key: vocabulary.numbered(analyse(c)) for c in conversations}
    assert dict(build_index(heads, words.__getitem__, vocabulary)) == built(conversations)


@pytest.mark.parametrize("most", [1, 40, 500])
def test_build_index__is_the_same_in_less_memory(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.search.postings._RUN", 300)
    monkeypatch.setattr("sitegen.search.shards.SHARD_SIZE", 1000)
    conversations = invented_conversations(30, invented_words(300))
    assert built(conversations, most=most) == built(conversations)


@given(st.permutations(invented_words(30)))
def test_build_index__does_not_depend_on_the_terms_numbers(vocabulary: list[str]) -> None:
    conversations = invented_conversations(4, invented_words(20))
    assert built(conversations, vocabulary) == built(conversations)


def test_build_index__refuses_numbers_that_the_vocabulary_has_not() -> None:
    talk = conversation("k", user("one two"))
    numbered = Vocabulary().numbered(analyse(talk))
    with pytest.raises(IndexError):
        dict(build_index([talk], lambda _: numbered, Vocabulary(["one"])))


def test_build_index__of_nothing() -> None:
    files = built([])
    manifest = data(files["search/manifest.js"])
    assert manifest["documents"] == 0
    assert (manifest["shards"], manifest["blocks"]) == ({"first": "", "names": ""}, {"sizes": "", "names": ""})


def test_build_index__names_what_filters_need() -> None:
    talk = conversation(
        "k1", user("hello", code="x = 1"), assistant("hi"),
        title="T", source="claude", folder="Work/Data", date="2026-03-05", flags=("starred", "only here"),
        models=("opus", "haiku", "opus"), code_languages=("python",),
    )  # fmt: skip
    undated = conversation("k2", user("bare"))
    files = built([talk, undated], source_labels={"claude": "Claude"})
    manifest = data(files["search/manifest.js"])
    assert manifest["sources"] == [["chatgpt", "chatgpt"], ["claude", "Claude"]]
    assert decoded(manifest["sizes"]) == [2, 3]
    assert decoded(manifest["blocks"]["sizes"]) == [2]
    assert data(files[f"search/{manifest['blocks']['names']}.js"]) == [
        ["k2", "chats/*.html", "Untitled", "", "chatgpt"],
        ["k1", "chats/*.html", "T", "2026-03-05", "claude", "Work/Data", [], "starred", "only here"],
    ]
    columns = data(files[f"search/{manifest['facets']}.js"])
    assert decoded(columns["days"]) == [1, date(2026, 3, 5).toordinal()]
    assert decoded(columns["features"]) == [0b000010, 0b100110]
    assert columns["models"] == {"names": ["haiku", "opus"], "sets": [[], [0, 1]], "each": encoded([0, 1])}
    assert decoded(data(files[f"search/{manifest['parts']['names']}.js"])) == [2, 3, 40]


def test_build_index__new_conversations_come_last_and_leave_old_numbers_alone() -> None:
    words = invented_words(300)
    old = invented_conversations(20, words)
    new = [conversation("zz", user("entirely"), title="new", date="2027-01-01")]
    before, after = index_files(old), index_files([*old, *new])
    assert {path: before[path] for path in before if "/text/" in path}.items() <= after.items()
    assert data(after["search/manifest.js"])["documents"] == data(before["search/manifest.js"])["documents"] + 2


documents_of_words = st.lists(st.tuples(*[small_texts] * len(FIELDS)), max_size=6)


@given(documents_of_words, documents_of_words, st.sampled_from([("en",), ()]))
def test_analyse__is_the_same_with_an_earlier_analysis(
    before: list[tuple[str, ...]], after: list[tuple[str, ...]], languages: tuple[str, ...]
) -> None:
    earlier, later = (
        SearchConversation("k", "", "", "", documents=tuple(SearchDocument("", "", *texts) for texts in documents))
        for documents in (before, [*before[:2], *after, *before[2:]])
    )
    known = analyse(earlier, ("en",))
    assert analyse(later, languages, known) == analyse(later, languages)


def test_analyse__counts_only_what_an_earlier_analysis_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def cut(text: str) -> list[str]:
        counted.append(text)
        return chunks(text)

    monkeypatch.setattr("sitegen.search.documents.chunks", cut)
    earlier = analyse(conversation("k", user("one"), assistant("two"), title="T"))
    counted.clear()
    analyse(conversation("k", user("one"), assistant("two"), user("three"), title="T"), ("en",), earlier)
    assert counted == ["three"]


some_texts = small_texts | st.sampled_from(["getUserName x_y", "---", "é" * 70])


@given(st.lists(st.tuples(*[some_texts] * len(FIELDS)), max_size=5))
def test_analyse__counts_every_term_of_every_field(texts: list[tuple[str, ...]]) -> None:
    documents = tuple(SearchDocument("", "", *of_document) for of_document in texts)
    analysed = analyse(SearchConversation("k", "", "", "", documents=documents))
    counts, terms_of = analysed.counts, Terms(["en"])
    terms = [analysed.terms[place] for place in unpacked(counts.places).tolist()]
    postings = zip(terms, unpacked(counts.counts).tolist(), strict=True)
    fields = [dict(islice(postings, size)) for size in unpacked(counts.sizes).tolist()]
    expected = [Counter(terms_of.of(text)) for document in documents for text in document.texts()]
    assert fields == expected
    assert unpacked(counts.lengths).tolist() == [sum(counted.values()) for counted in expected]


def test_analyse__is_the_same_when_it_had_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    other, talk = conversation("o", user("three two")), conversation("k", user("one two xY"), assistant("z" * 100))

    def counts() -> tuple[list[int], list[int]]:
        analyse(other)
        analysed = analyse(talk)
        vocabulary = Vocabulary(sorted(analysed.terms))
        assembly = Assembly([talk.key], lambda _: vocabulary.numbered(analysed), vocabulary.terms)
        (postings,) = assembly.postings()
        return postings.documents.tolist(), postings.counts.tolist()

    before = counts()
    monkeypatch.setattr("sitegen.search.counting._MOST_CHUNKS", 0)
    assert counts() == before
    monkeypatch.setattr("sitegen.search.documents._MOST_AT_ONCE", 0)
    assert counts() == before


def test_vocabulary__numbers_go_back_to_terms() -> None:
    first, second = (analyse(conversation("k", user(text))) for text in ("one two three", "three four two"))
    vocabulary = Vocabulary()
    numbered = [vocabulary.numbered(first), vocabulary.numbered(second)]
    assert set(vocabulary.terms[:4]) == {"untitl", "on", "two", "three"}
    assert vocabulary.terms[4:] == ["four"]
    kept = [msgspec.msgpack.decode(msgspec.msgpack.encode(n), type=Numbered) for n in numbered]
    later = Vocabulary(vocabulary.terms)
    assert [later.analysed(n) for n in kept] == [first, second]
    assert later.numbered(second) == numbered[1]
    assert later.terms == vocabulary.terms


def test_text_files__holds_texts_and_no_trailing_blanks() -> None:
    _, [(path, content)] = text_files(conversation("k", user("say </script>"), title="T"))
    assert path == "search/text/k.js"
    assert data(content) == [["", "", "T"], ["m-1", "user", "", "say </script>"]]


@given(st.lists(st.sampled_from(["short", "x" * 3000, "y" * 9000, "語" * 3000, "z" * 100_000]), min_size=1))
def test_text_files__divide_long_conversations_between_messages(texts: list[str]) -> None:
    documents = [user(text, f"m-{number}") for number, text in enumerate(texts)]
    head, files = text_files(conversation("k", *documents, title="T"))
    assert [path for path, _ in files] == [
        "search/text/k.js",
        *(f"search/text/k.{n}.js" for n in range(2, len(files) + 1)),
    ]
    held = [data(content) for _, content in files]
    assert [fields for documents in held for fields in documents] == [
        ["", "", "T"], *([f"m-{number}", "user", "", text] for number, text in enumerate(texts))
    ]  # fmt: skip
    assert head.texts == (tuple(map(len, held)) if len(files) > 1 else ())
    for (_, content), documents in zip(files, held, strict=True):
        largest = max(len("".join(fields).encode()) for fields in documents)
        assert len(content) < 16_000 or largest > len(content) * 3 // 4
    assert all(len(content) > 2000 for _, content in files[:-1])


def test_size__of_the_index_is_less_than_half_of_the_text() -> None:
    conversations = invented_conversations(100, invented_words(3000), longest=500)
    text = sum(len(t.encode()) for c in conversations for d in c.documents for t in d.texts())
    size = sum(len(content) for _, content in built(conversations).items())
    assert size < text / 2


def test_over_budget__names_what_is_most_of_the_index() -> None:
    talks = [
        conversation("k1", user("one two"), assistant("x", steps="a b c d e f"), title="Log"),
        conversation("k2", user("one"), title="Short"),
        *(conversation(f"o{n}", user("word"), title="") for n in range(4)),
    ]
    vocabulary = Vocabulary()
    words = {talk.key: vocabulary.numbered(analyse(talk)) for talk in talks}.__getitem__
    assert over_budget(2_000_000, 2, talks, words) is None
    assert over_budget(99_000_000, 0, talks, words) is None
    sentence = over_budget(2_000_001, 2, talks, words)
    assert sentence is not None
    assert "2.0 MB, more than search.budget in sitegen.toml (2 MB)" in sentence
    assert '"Log" (chats/k1.html, 62%), "Short" (chats/k2.html, 12%), ""' in sentence
    assert "by kind: what you wrote 44%, reasoning and tools 38%, titles 12%, answers 6%" in sentence
    assert "code" not in sentence


def test_too_large__is_what_hosts_refuse() -> None:
    assert too_large("search/text/k.js", 25_000_000) is None
    assert too_large("search/text/k.js", 30_000_000) == (
        "search/text/k.js has 30.0 MB; some hosts take no file over 25 MB"
    )


# --- against Lunr -----------------------------------------------------------------------------------------------------


def lunr_py_index(conversations: Sequence[SearchConversation]) -> Index:
    """lunr.py's own index of the same tokens."""
    terms_of = Terms(["en"])
    builder = Builder()
    builder.ref("id")
    for name, boost in FIELDS:
        builder.field(name, boost=boost)
    ordered = sorted(conversations, key=lambda c: (c.date, c.key))
    for number, document in enumerate(document for c in ordered for document in c.documents):
        texts = zip(FIELD_NAMES, document.texts(), strict=True)
        builder.add({"id": str(number)} | {name: terms_of.of(text) for name, text in texts})
    builder.search_pipeline = Pipeline()
    builder.search_pipeline.add(stemmer)
    return builder.build()


SERVE = """
(files) => {
  const scripts = new Map(Object.entries(files));
  window.loaded = new Set();
  window.fetchScript = async (path) => {
    if (!scripts.has(path)) throw new Error("no such file");
    loaded.add(path);
    (0, eval)(scripts.get(path));
  };
  window.engine = sitegen.search(fetchScript);
}
"""

WHOLE = """
([documents, fields]) => {
  const builder = new lunr.Builder();
  builder.ref("id");
  for (const [field, boost] of fields) builder.field(field, { boost });
  for (const document of documents) builder.add(document);
  builder.searchPipeline.add(lunr.stemmer);
  window.whole = builder.build();
}
"""

COMPARE = """
async (queries) => {
  const result = [];
  for (const query of queries) {
    const ours = await engine.rank(query + " ");
    const theirs = whole.search(query);
    result.push([ours.map((m) => [String(m.document), m.score]), theirs.map((m) => [m.ref, m.score])]);
  }
  return result;
}
"""

RANK = "async (query) => (await engine.rank(query)).map((match) => [match.document, match.score])"


def serve(page: Any, conversations: Sequence[SearchConversation]) -> None:
    """Puts the conversations' index into the page, as `engine`."""
    load_scripts(page)
    page.evaluate(SERVE, {path: content.decode() for path, content in index_files(conversations).items()})


def random_queries(words: Sequence[str], count: int) -> list[str]:
    chance = random.Random(11)

    def part() -> str:
        word = chance.choice(words[:40] if chance.random() < 0.5 else words)
        kind = chance.randrange(12)
        if kind == 0:
            return word[: chance.randint(1, 3)] + "*"
        if kind == 1:
            return f"{chance.choice(FIELD_NAMES)}:{word}"
        if kind == 2:
            return f"{word}~1"
        if kind == 3:
            return f"{word}^{chance.randint(2, 9)}"
        if kind == 4:
            return chance.choice(("*" + word[2:], word[:2] + "*" + word[-1:], "*" + word[1:3] + "*"))
        if kind == 5:
            return f"{chance.choice('+-')}{chance.choice(FIELD_NAMES)}:{word}"
        if kind == 6:
            return f"{word[1:]}~2^3"
        sign = ["", "", "", "+", "-"][chance.randrange(5)]
        return sign + word + ("*" if chance.random() < 0.1 else "")

    return [" ".join(part() for _ in range(chance.randint(1, 4))) for _ in range(count)]


def test_rank__gives_the_answers_of_the_whole_index(page: Any) -> None:
    words = invented_words(800)
    conversations = invented_conversations(60, words)
    serve(page, conversations)
    terms_of = Terms(["en"])
    ordered = sorted(conversations, key=lambda c: (c.date, c.key))
    documents = [
        {"id": number} | {name: terms_of.of(text) for name, text in zip(FIELD_NAMES, document.texts(), strict=True)}
        for number, document in enumerate(document for c in ordered for document in c.documents)
    ]
    page.evaluate(WHOLE, [documents, FIELDS])
    queries = random_queries(words, 3000) + [f"-{a} -{b} " for a, b in zip(words[:40], words[40:], strict=False)]
    found = 0
    for query, (ours, theirs) in zip(queries, page.evaluate(COMPARE, queries), strict=True):
        assert sorted(ref for ref, _ in ours) == sorted(ref for ref, _ in theirs), query
        scores = dict(map(tuple, theirs))
        assert all(score == pytest.approx(scores[ref], abs=1e-9) for ref, score in ours), query
        assert [round(score, 9) for _, score in ours] == pytest.approx([round(s, 9) for _, s in theirs]), query
        found += bool(ours)
    assert found > 2000


MEANT = """
async ([clauses, all]) => {
  const meant = [];
  for (const clause of clauses) {
    loaded.clear();
    const { postings } = await sitegen.index(fetchScript).open();
    const found = await postings.find(clause, new Map());
    const whole = sitegen.words.matching(all, clause);
    meant.push([found.sort(), whole.sort(), Array.from(loaded).filter((path) => !path.includes("manifest")).length]);
  }
  return meant;
}
"""


def test_find__loads_only_where_a_pattern_can_lead(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.search.shards.SHARD_SIZE", 400)
    chance = random.Random(3)

    def word(letters: str = "abcd\U00010440x", most: int = 7) -> str:
        return "".join(chance.choice(letters) for _ in range(chance.randint(1, most)))

    words = sorted({word() for _ in range(2000)})
    files = index_files([conversation(f"{n}", user(" ".join(words[n::20]))) for n in range(20)], languages=())
    load_scripts(page)
    page.evaluate(SERVE, {path: content.decode() for path, content in files.items()})
    clauses = [{"term": word(), "editDistance": 1} for _ in range(150)]
    clauses += [{"term": word(), "editDistance": 2} for _ in range(20)]
    patterns = {word("abc*", 5) for _ in range(300)}
    clauses += [{"term": p} for p in sorted(patterns) if "*" in p and "**" not in p and p != "*"]
    all_files = sum("text/" not in path for path in files) - 1
    meant = page.evaluate(MEANT, [clauses, words])
    for clause, (found, whole, _) in zip(clauses, meant, strict=True):
        assert found == whole, clause
    assert sum(loaded for _, _, loaded in meant[:150]) / 150 < all_files / 2
    # Nothing loads more than the list of all words, which is by far the smaller half of the index.
    endings = len(data(files["search/manifest.js"])["endings"]["names"].split(" "))
    for clause, (found, _, loaded) in zip(clauses, meant, strict=True):
        assert loaded <= endings + len(found), clause


def test_find__of_a_short_word_loads_no_more_than_the_list_of_words(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.search.shards.SHARD_SIZE", 400)
    words = [word for word in invented_words(2000) if len(word) > 4]
    files = index_files([conversation(f"{n}", user(" ".join(words[n::20]))) for n in range(20)], languages=())
    load_scripts(page)
    page.evaluate(SERVE, {path: content.decode() for path, content in files.items()})
    endings = len(data(files["search/manifest.js"])["endings"]["names"].split())
    shards = len(data(files["search/manifest.js"])["shards"]["names"].split())
    meant = page.evaluate(MEANT, [[{"term": term, "editDistance": 1} for term in ("x", "ж", "xy")], words])
    assert [loaded for _, _, loaded in meant] == [endings] * 3
    assert endings < shards


KEPT = """
async ([many, first]) => {
  const { postings } = await sitegen.index(fetchScript).open();
  const find = async (term) => {
    loaded.clear();
    return [(await postings.find({ term }, new Map())).length, loaded.size];
  };
  const before = [await find(first), await find(first)];
  let loads = 0;
  for (const term of many) loads += (await find(term))[1];
  return [before, loads, await find(first)];
}
"""


def test_find__keeps_the_shards_that_were_read_last(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.search.shards.SHARD_SIZE", 20)
    words = invented_words(1000)
    load_scripts(page)
    files = index_files([conversation("k", user(" ".join(words)))], languages=())
    page.evaluate(SERVE, {path: content.decode() for path, content in files.items()})
    before, loads, after = page.evaluate(KEPT, [words[1:], words[0]])
    assert before == [[1, 1], [1, 0]]
    assert loads > 150
    assert after == [1, 1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(*[st.text(st.sampled_from("abc xyz"), max_size=16)] * 3), min_size=1, max_size=6
    ),
    st.sampled_from(["a", "abc b", "+a b", "a -b", "title:a", "ab*", "x y z"]),
)  # fmt: skip
def test_rank__agrees_with_lunr_py(page: Any, texts: list[tuple[str, str, str]], query: str) -> None:
    conversations = [
        conversation(f"{n}", user(prompt), assistant(answer), title=title)
        for n, (title, prompt, answer) in enumerate(texts)
    ]
    serve(page, conversations)
    if query.startswith("a") and "a" in query.split():
        query = query.replace("a", "xa", 1)  # a stop word beside others is left out by the page alone
    ours = dict(page.evaluate(RANK, query + " "))
    theirs = {int(match["ref"]): match["score"] for match in lunr_py_index(conversations).search(query)}
    assert ours.keys() == theirs.keys()
    # lunr.py rounds a weight's third decimal half to even, lunr.js half up.
    assert all(score == pytest.approx(theirs[ref], abs=0.011) for ref, score in ours.items())


# --- queries ----------------------------------------------------------------------------------------------------------


CORPUS = [
    conversation("c1", user("To be, or not to be", "a"), assistant("That is the question", "b"), title="Hamlet",
                 date="2026-01-01", source="claude", folder="Plays/Tragedies"),
    conversation("c2", user("数据结构是什么", "a"), assistant("数据库和结构", "b", code="def getUserName(): pass"),
                 title="数据", date="2026-02-01"),
    conversation("c3", user("constructor __proto__ toString hasOwnProperty", "a"), title="Traps", date="2026-03-01"),
    conversation("c4", user("Colourful naïve café", "a"), assistant("colour or color", "b"), title="Budget report",
                 folder="Plays"),
    conversation("c6", user("released v2.3.1, tell someone@example.org", "a"),
                 assistant("with --no-cache it is built from src/main.rs", "b"), title="Technical", date="2024-01-01"),
    conversation("c5", user("question of colors and questions", "a"), title="Old budget", date="2025-12-31"),
]  # fmt: skip

FOUND = """
async ([query, filters]) => {
  const answer = await engine.run(query, filters);
  const groups = await answer.groups(0, Infinity);
  return groups.map((group) => [group.conversation.key, group.hits.map((hit) => hit.place)]);
}
"""


@pytest.fixture
def ask(page: Any) -> Any:
    """Asks the corpus: the keys of the conversations found, with the places of their messages."""
    serve(page, CORPUS)
    return lambda query, **filters: {key: sorted(hits) for key, hits in page.evaluate(FOUND, [query, filters])}


FINDS = {
    "hamlet ": {"c1": []},
    "questions": {"c1": [2], "c5": [1]},
    "to be or not to be ": {"c1": [1], "c3": [1], "c4": [2]},
    "the question ": {"c1": [2], "c5": [1]},
    "CAFE": {"c4": [1]},
    "café": {"c4": [1]},
    "cafe\u0301": {"c4": [1]},
    "constructor ": {"c3": [1]},
    "__proto__ ": {"c3": [1]},
    "valueOf ": {},
    "colo*": {"c4": [1, 2], "c5": [1]},
    "colo": {"c4": [1, 2], "c5": [1]},
    "colo ": {},
    "color~1 ": {"c4": [1, 2], "c5": [1]},
    "*tion": {"c1": [2], "c5": [1]},
    "title:budget ": {"c4": [], "c5": []},
    "+budget -old ": {"c4": []},
    "budget - old ": {"c4": [], "c5": []},
    "-budget -question ": {"c1": [1], "c2": [1, 2], "c3": [1], "c4": [1, 2], "c6": [1, 2]},
    '"not to be"': {"c1": [1]},
    '"be not"': {},
    '"colour or color"': {"c4": [2]},
    'colour -"or color"': {"c4": [1]},
    '"数据库"': {"c2": [2]},
    "数据结构": {"c2": [1, 2]},
    "+数据结构 ": {"c2": [1]},
    "数据 -数据结构 ": {"c2": [2]},
    "库": {"c2": [2]},
    "构": {"c2": [1, 2]},
    "getUserName": {"c2": [2]},
    "code:user ": {"c2": [2]},
    "http://question.example/x: ": {"c1": [2], "c5": [1], "c6": [1]},
    "title: ": {},
    "question~": {"c1": [2], "c5": [1]},
    "v2.3.1": {"c6": [1]},
    "v2.3.2": {"c6": [1]},  # in parts
    "2.3.1 ": {"c6": [1]},
    '"v2.3.2"': {},
    "--no-cache": {"c6": [2]},
    "run --no-cache ": {"c6": [2]},
    "no cache": {"c6": [2]},
    "src/main.rs": {"c6": [2]},
    "main.rs": {"c6": [2]},
    "someone@example.org": {"c6": [1]},
    '"released v2.3.1"': {"c6": [1]},
    '-"to be"': {"c1": [2], "c2": [1, 2], "c3": [1], "c4": [1, 2], "c5": [1], "c6": [1, 2]},
    'colour "or color" -"be not"': {"c4": [2]},
    'v2.3.9 -"someone@example.org"': {},
}


def test_run__finds(ask: Any) -> None:
    assert {query: ask(query) for query in FINDS} == FINDS


def test_run__lists_everything_for_a_query_without_words(ask: Any) -> None:
    for query in ("", " ", "+", "\\", "?!", '""'):
        assert len(ask(query)) == len(CORPUS), query


FILTERED: list[tuple[str, dict[str, str], dict[str, list[int]]]] = [
    ("question ", {"source": "claude"}, {"c1": [2]}),
    ("question ", {"role": "user"}, {"c5": [1]}),
    ("question ", {"from": "2026-01-01"}, {"c1": [2]}),
    ("question ", {"to": "2025-12-31"}, {"c5": [1]}),
    ("colour ", {"from": "2026-01-01"}, {}),
    ("数据 ", {"code": "1"}, {"c2": [2]}),
    ("", {"folder": "Plays"}, {"c1": [], "c4": []}),
    ("", {"folder": "Plays/Tragedies"}, {"c1": []}),
    ("", {"code": "1"}, {"c2": []}),
    ("budget ", {"folder": "Plays"}, {"c4": []}),
]


def test_run__filters(ask: Any) -> None:
    for query, filters, expected in FILTERED:
        assert ask(query, **filters) == expected, (query, filters)


FACETED = [
    conversation("f1", user("pear", "a"), assistant("plum", "b", code="x"), date="2026-01-05", source="claude",
                 folder="Work/Data", flags=("starred", "files"), models=("opus",), code_languages=("Python", "SQL")),
    conversation("f2", user("pear plum", "a"), date="2026-01-06", folder="Work", flags=("pinned", "only here"),
                 models=("gpt", "opus")),
    conversation("f3", assistant("pear", "a", code="y"), title="plum", source="claude", flags=("files",),
                 code_languages=("Python",)),
]  # fmt: skip

FACETS: list[tuple[str, dict[str, str], set[str]]] = [
    ("pear ", {"model": "opus"}, {"f1", "f2"}),
    ("pear ", {"language": "Python"}, {"f1", "f3"}),
    ("pear ", {"language": "Python", "folder": "Work"}, {"f1"}),
    ("pear ", {"files": "1"}, {"f1", "f3"}),
    ("pear ", {"starred": "1"}, {"f1", "f2"}),
    ("pear ", {"account": "here"}, {"f1", "f3"}),
    ("pear ", {"account": "gone"}, {"f2"}),
    ("plum ", {"role": "assistant"}, {"f1", "f3"}),
    ("plum ", {"role": "assistant", "code": "1"}, {"f1", "f3"}),
    ("", {"model": "gpt"}, {"f2"}),
]


def test_run__filters_by_what_conversations_are(page: Any) -> None:
    serve(page, FACETED)
    for query, filters, expected in FACETS:
        assert {key for key, _ in page.evaluate(FOUND, [query, filters])} == expected, (query, filters)


CHOICES = {
    "source": ("claude", "chatgpt"), "folder": ("Work", "Work/Data"), "role": ("user", "assistant", "tool"),
    "model": ("opus", "gpt"), "language": ("Python", "SQL"), "account": ("here", "gone"),
    "code": ("1",), "files": ("1",), "starred": ("1",),
}  # fmt: skip
COUNTS = """
async ([query, filters]) => {
  const counts = await (await engine.run(query, filters)).counts(true);
  const plain = (value) => (value instanceof Map ? Object.fromEntries(value) : { 1: value });
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, plain(value)]));
}
"""


@pytest.mark.parametrize("query", ["pear ", "plum ", "", '"pear plum"', 'plum -"pear plum"'])
def test_counts__are_what_each_choice_gives(page: Any, query: str) -> None:
    serve(page, FACETED)
    chosen: list[dict[str, str]] = [{}] + [{name: value} for name, values in CHOICES.items() for value in values]
    for filters in chosen:
        counts = page.evaluate(COUNTS, [query, filters])
        for name, values in CHOICES.items():
            for value in values:
                found = page.evaluate(FOUND, [query, filters | {name: value}])
                assert counts[name].get(value, 0) == len(found), (query, filters, name, value)


def test_run__without_a_query_lists_by_date(page: Any) -> None:
    serve(page, CORPUS)
    assert [key for key, _ in page.evaluate(FOUND, ["", {}])] == ["c3", "c2", "c1", "c5", "c6", "c4"]


def test_run__orders_by_date(page: Any) -> None:
    serve(page, CORPUS)
    ordered = (
        "async (order) => (await (await engine.run('budget ', {}, order)).groups(0, 9)).map(g => g.conversation.key)"
    )
    assert page.evaluate(ordered, "newest") == ["c5", "c4"]
    assert page.evaluate(ordered, "oldest") == ["c4", "c5"]


# --- what has to be looked at -----------------------------------------------------------------------------------------


EXTENTS = """
async ([query, counts]) => {
  const answer = await engine.run(query, {});
  const extents = [];
  for (const count of counts) {
    const groups = await answer.groups(0, count);
    extents.push([groups.length, Object.values(answer.extent())]);
  }
  return [extents, await answer.counts(false) === null];
}
"""


def invented_phrases(number: int, every: int) -> list[SearchConversation]:
    """Conversations with two words of which every so many, the last first, have them in this order."""
    return [
        conversation(f"{n:05}", user("alpha beta" if n % every == 0 else "beta alpha"), date="2026-01-01")
        for n in range(number)
    ]


def test_run__looks_for_phrases_as_far_as_somebody_wants_to_see(page: Any) -> None:
    serve(page, invented_phrases(1200, 4))
    extents, has_no_counts = page.evaluate(EXTENTS, ['"alpha beta"', [5, 200, 60, 60]])
    # Each: how many came; conversations, messages, looked at, whether that is all.
    assert extents == [
        [5, [5, 5, 20, False]],
        [55, [55, 55, 220, False]],
        [60, [60, 60, 240, False]],
        [60, [60, 60, 240, False]],
    ]
    assert has_no_counts
    extents, _ = page.evaluate(EXTENTS, ['"alpha beta"', [9999] * 6])
    assert extents[-2:] == [[250, [250, 250, 1000, False]], [300, [300, 300, 1200, True]]]


def test_run__looks_at_few_to_count_them(page: Any) -> None:
    serve(page, invented_phrases(100, 4))
    extents, has_no_counts = page.evaluate(EXTENTS, ['"alpha beta"', [5]])
    assert extents == [[5, [5, 5, 20, False]]]
    assert not has_no_counts


NOTED = """
async (query) => {
  const answer = await engine.run(query, {});
  const groups = await answer.groups(0, 5);
  return [groups.map((group) => group.conversation.key), answer.notes];
}
"""


def test_run__a_piece_that_the_first_conversations_lack_is_not_said_to_be_nowhere(page: Any) -> None:
    many = [conversation(f"{n:03}", user("v2 and 1 then 3"), date="2026-02-01") for n in range(250)]
    serve(page, [*many, conversation("old", user("released v2.3.1 " + "filler " * 300), date="2026-01-01")])
    keys, (note,) = page.evaluate(NOTED, "v2.3.1 ")
    assert len(keys) == 5
    assert note.startswith("In the first conversations nothing has “v2.3.1” in one piece")
    serve(page, many[:150])
    _, (note,) = page.evaluate(NOTED, "v2.3.1 ")
    assert note == "Nothing has “v2.3.1” in one piece: its parts were searched."


def test_run__a_text_that_is_missing_takes_no_other_away(page: Any) -> None:
    talks = [conversation(f"{n}", user("alpha beta"), date="2026-01-01") for n in range(3)]
    files = {path: content.decode() for path, content in index_files(talks).items()}
    del files["search/text/1.js"]
    load_scripts(page)
    page.evaluate(SERVE, files)
    keys, (note,) = page.evaluate(NOTED, '"alpha beta"')
    assert keys == ["2", "0"]
    assert "could not be read" in note


def test_run__stops_looking_when_it_is_no_longer_wanted(page: Any) -> None:
    serve(page, invented_phrases(300, 1000))
    loads = page.evaluate(
        """async () => {
          const isWanted = () => loaded.size < 40;
          const answer = await engine.run('"alpha beta"', {}, "", isWanted);
          await answer.groups(0, 20, isWanted);
          const texts = Array.from(loaded).filter((path) => path.includes("text/"));
          await answer.groups(0, 20);
          return [texts.length, Array.from(loaded).filter((path) => path.includes("text/")).length];
        }"""
    )
    assert 20 <= loads[0] <= 60
    assert loads[1] >= 200


def test_run__without_phrases_looks_at_nothing(page: Any) -> None:
    serve(page, invented_phrases(1200, 4))
    extents, has_no_counts = page.evaluate(EXTENTS, ["alpha ", [5]])
    assert extents == [[5, [1200, 1200, 1200, True]]]
    assert not has_no_counts


CHECKED = """
async ([bests, wanted]) => {
  // Each candidate has a best score before and after somebody looks; null for none.
  const compare = (a, b) => b.best - a.best || a.place - b.place;
  const candidates = bests.map(([best, then], place) => ({ best, then, place })).sort(compare);
  const look = async ({ then, place }) => (then === null ? null : { best: then, place });
  const checked = sitegen.checked(candidates, compare, look);
  const steps = [];
  for (const count of wanted) {
    await checked.upTo(count);
    steps.push([checked.results().map(({ place }) => place), checked.looked(), checked.isWhole()]);
  }
  return steps;
}
"""
scores = st.integers(0, 9)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(scores, st.none() | scores).map(lambda pair: (pair[0], pair[1] and min(pair))), max_size=70),
    st.lists(st.integers(0, 80), max_size=4).map(sorted),
)  # fmt: skip
def test_checked__gives_the_order_of_all_that_is_left(
    page: Any, bests: list[tuple[int, int | None]], wanted: list[int]
) -> None:
    if "sitegen" not in page.evaluate("() => Object.keys(window)"):
        load_scripts(page)
    left = sorted((-then, place) for place, (_, then) in enumerate(bests) if then is not None)
    for count, (places, looked, is_whole) in zip(wanted, page.evaluate(CHECKED, [bests, wanted]), strict=True):
        assert places == [place for _, place in left][: len(places)]
        assert len(places) >= min(count, len(left))
        assert is_whole == (looked == len(bests))
        assert len(places) == len(left) or not is_whole


def test_run__says_when_a_shard_is_missing(page: Any) -> None:
    load_scripts(page)
    files = {path: content.decode() for path, content in index_files(CORPUS).items()}
    page.evaluate(SERVE, {path: text for path, text in files.items() if "manifest" in path})
    message = page.evaluate("() => engine.run('question', {}).catch((error) => error.message)")
    assert message.startswith("A part of the search index is missing: search/")


def test_run__says_when_the_manifest_is_of_another_version(page: Any) -> None:
    load_scripts(page)
    page.evaluate(SERVE, {"search/manifest.js": 'sitegen.receive("manifest",{"version":99});'})
    message = page.evaluate("() => engine.run('question', {}).catch((error) => error.message)")
    assert "another version" in message


def test_suggest__nearest_words_as_they_are_written(page: Any) -> None:
    serve(page, CORPUS)
    assert page.evaluate("() => engine.suggest('questoin')") == "question"
    assert page.evaluate("() => engine.suggest('+questoin title:budgte')") == "+question title:budget"
    assert page.evaluate("() => engine.suggest('question')") == ""
    assert page.evaluate("() => engine.suggest('bu qe')") == ""


def test_passages__show_where_most_terms_stand_together(page: Any) -> None:
    load_scripts(page)
    text = "alpha " + "filler " * 100 + "alpha beta " + "filler " * 100
    found = page.evaluate("(text) => sitegen.passages.best(['m', 'user', '', text], new Set(['alpha', 'beta']))", text)
    assert [s["text"] for s in found["stretches"] if s["isMarked"]] == ["alpha", "beta"]
    assert (found["isCutBefore"], found["isCutAfter"]) == (True, True)
    assert len("".join(s["text"] for s in found["stretches"])) < 260


def test_passages__show_a_phrase_rather_than_many_words(page: Any) -> None:
    load_scripts(page)
    for text, phrase, words in PHRASES:
        texts = ["use; one", text] if phrase != "absent" else [text]
        found = page.evaluate(
            "([texts, terms, phrase]) => sitegen.passages.best(['m', 'user', ...texts], new Set(terms),"
            " [sitegen.text.phrase(phrase)])",
            [texts, ["on", "use", "数据", "据库"], phrase],
        )
        assert [s["text"] for s in found["stretches"] if s["isMarked"]] == words, phrase
