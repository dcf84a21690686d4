"""What a word is, in Python and in the page: the two must not differ in a single character."""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from typing import Any

import pytest
from fuzz.mutation import as_text
from fuzz.targets import all_targets
from hypothesis import given
from hypothesis import strategies as st
from search_site import TEXT_SCRIPTS, THEME, load_scripts

from sitegen.search import alphabet
from sitegen.search.stemmer import english_stem
from sitegen.search.tokens import LONGEST, Terms, chunks, normalised, runs, words

TABLES = {
    "letters": alphabet.LETTERS,
    "marks": alphabet.MARKS,
    "known": alphabet.KNOWN,
    "dense": alphabet.DENSE,
    "accented": alphabet.ACCENTED,
}
LANGUAGES = ["en"]


def terms(text: str) -> list[str]:
    return Terms(LANGUAGES).of(text)


def unstemmed(text: str) -> list[str]:
    return Terms([]).of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("config.yaml, 3.14", ["config", "yaml", "3", "14"]),
        ("don't don’t", ["don", "t", "don", "t"]),
        ("getUserName", ["getusername", "get", "user", "name"]),
        ("get_user_name", ["get_user_name", "get", "user", "name"]),
        ("HTTPServer XMLHttpRequest", ["httpserver", "http", "server", "xmlhttprequest", "xml", "http", "request"]),
        ("iPhone GPT4o MP3Player", ["iphone", "i", "phone", "gpt4o", "mp3player", "mp3", "player"]),
        ("__init__ _private ___", ["__init__", "init", "_private", "private"]),
        ("Čeština naïve Ωμέγα ёлка", ["cestina", "naive", "ωμεγα", "елка"]),
        ("ΣΊΣΥΦΟΣ Σίσυφος", ["σισυφοσ", "σισυφοσ"]),
        ("İstanbul Straße ﬁnd H₂O", ["istanbul", "straße", "find", "h2o", "h2", "o"]),
        ("数据结构 是", ["数据", "据结", "结构", "是"]),
        ("用Python写2024年", ["用", "python", "写", "2024", "年"]),
        ("ﾊﾝｶｸ 한국어", ["ハン", "ンカ", "カク", "한국어"]),
        ("ภาษาไทย", ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย"]),
        ("co\u00adoperate ❤️ 葛\U000e0100城", ["cooperate", "葛城"]),
        ("हिन्दी عَرَبي", ["हिन्दी", "عَرَبي"]),
        ("\ud800a\udfff b", ["a", "b"]),
    ],
)
def test_terms__of_many_scripts(text: str, expected: list[str]) -> None:
    assert unstemmed(text) == expected


def test_terms__are_stemmed_only_in_the_letters_of_english() -> None:
    assert terms("Databases running naïvely étés бегущий running_fast x9s") == [
        "databas", "run", "naiv", "et", "бегущии", "running_fast", "run", "fast", "x9s",
    ]  # fmt: skip


def test_terms__keep_stop_words() -> None:
    assert terms("to be or not to be") == ["to", "be", "or", "not", "to", "be"]


def test_words__longer_than_any_name_are_cut_and_have_no_parts() -> None:
    assert words("aB" * 100) == ["ab" * (LONGEST // 2)]


def test_chunks__are_cut_only_where_no_word_goes_on() -> None:
    tables = (alphabet.LETTERS, alphabet.MARKS, alphabet.DENSE)
    for code in sorted(set().union(*map(_members, tables))):
        if unicodedata.normalize("NFKC", chr(code)) == chr(code):
            assert chunks(f"a{chr(code)}") == [normalised(f"a{chr(code)}")], hex(code)


@given(st.text(max_size=60))
def test_terms__of_any_text_are_found_again_by_themselves(text: str) -> None:
    for run in runs(text):
        for word in words(run):
            assert word
            assert " " not in word
            assert "*" not in word


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the tables are those of Unicode 14.0")
def test_tables__are_those_of_unicode_14() -> None:
    dense = _members(alphabet.DENSE)
    ignored = re.compile(f"[{alphabet.IGNORED}]")
    categories = {c: unicodedata.category(chr(c)) for c in range(sys.maxunicode + 1) if not ignored.match(chr(c))}
    is_letter = {c for c, cat in categories.items() if cat[0] == "L" or cat in ("Nd", "Nl") or c == ord("_")}
    is_mark = {c for c, cat in categories.items() if cat[0] == "M"}
    assert _members(alphabet.LETTERS) == is_letter - dense
    assert _members(alphabet.MARKS) == is_mark - dense
    assert dense <= is_letter | is_mark
    assert _members(alphabet.ACCENTED) <= is_letter
    assert _members(alphabet.KNOWN) == {
        c for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) not in ("Cn", "Cs")
    }


def test_tables__are_the_same_in_the_page() -> None:
    script = (THEME / "static/js/alphabet.js").read_text("utf-8")
    for name, table in TABLES.items():
        text = re.search(rf"\n    {name}:\n((?:.*\n)*?)\n", script + "\n")
        assert text is not None
        assert "".join(re.findall(r'"([^"]*)"', text[1])) == table


def _members(table: str) -> set[int]:
    return {code for first, last in alphabet.ranges(table) for code in range(first, last + 1)}


# --- in the page ----------------------------------------------------------------------------------------------------


def in_page(page: Any, texts: list[str]) -> list[list[str]]:
    """The page's terms of each text. The texts go as JSON in ASCII, for some hold lone surrogates."""
    answer = page.evaluate(
        "(texts) => JSON.stringify(JSON.parse(texts).map((text) => sitegen.text.terms(text)))",
        json.dumps(texts),
    )
    result: list[list[str]] = json.loads(answer)
    return result


def test_terms__equal_in_the_page_for_every_character_of_the_basic_plane(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    terms_of = Terms(LANGUAGES)
    codes = [c for c in range(0x10000) if unicodedata.category(chr(c)) not in ("Cs",)]
    assert len(codes) > 60_000
    for start in range(0, len(codes), 4096):
        texts = [f"{chr(c)} Ab{chr(c)}Cd {chr(c)}{chr(c)}\u0301x 数{chr(c)}据" for c in codes[start : start + 4096]]
        ours = [terms_of.of(text) for text in texts]
        differing = [(text, a, b) for text, a, b in zip(texts, ours, in_page(page, texts), strict=True) if a != b]
        assert differing == []


def test_terms__equal_in_the_page_for_random_texts(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    chance = random.Random(20260305)
    pools = [(0x20, 0x7F), (0xA0, 0x250), (0x300, 0x600), (0x900, 0x1100), (0x1E00, 0x2100), (0x3000, 0x3200),
             (0x4E00, 0x5000), (0xAC00, 0xAD00), (0xF900, 0xFFFF), (0x10000, 0x10600), (0x1D400, 0x1D800),
             (0x20000, 0x20100), (0xD7F0, 0xDC00), (0x1CC00, 0x1CE00), (0x16100, 0x16200)]  # fmt: skip
    texts = [
        "".join(chr(chance.randrange(*chance.choice(pools))) if chance.random() < 0.9 else chance.choice("aZ_ 9.")
                for _ in range(chance.randint(1, 40)))
        for _ in range(4000)
    ]  # fmt: skip
    terms_of = Terms(LANGUAGES)
    differing = [
        (t, terms_of.of(t), b) for t, b in zip(texts, in_page(page, texts), strict=True) if terms_of.of(t) != b
    ]
    assert differing == []


def test_terms__equal_in_the_page_for_texts_of_conversations_and_their_mutations(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    texts = [as_text(text) for text in all_targets()["tokens"].mutations(1_500)]
    terms_of = Terms(LANGUAGES)
    theirs = in_page(page, texts)
    assert [(t, terms_of.of(t), b) for t, b in zip(texts, theirs, strict=True) if terms_of.of(t) != b][:3] == []


def test_places__in_a_text_as_it_stands_are_those_of_its_words(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    found = page.evaluate("(text) => sitegen.text.places(text)", "Die Čeština: getUserName 数据库 e\u0301te\u0301s")
    text = "Die Čeština: getUserName 数据库 e\u0301te\u0301s"
    assert [(text[a:b], word) for a, b, word, _ in found] == [
        ("Die", "die"), ("Čeština", "cestina"),
        ("getUserName", "getusername"), ("get", "get"), ("User", "user"), ("Name", "name"),
        ("数据", "数据"), ("据库", "据库"), ("e\u0301te\u0301s", "etes"),
    ]  # fmt: skip


def test_stems__equal_in_the_page_for_words_and_for_heaps_of_suffixes(page: Any) -> None:
    load_scripts(page, TEXT_SCRIPTS)
    chance = random.Random(7)
    suffixes = re.findall(
        r"\w+",
        """ational tional enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti
        iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ion ou
        ism ate iti ous ive ize ed ing s es ies y e ll eed sses""",
    )
    made = ["try", "tries", "lay", "delay", "keys", "ies", "eed", "eeds", "sses", "nyyed", "zyyed", "sky", "say"]
    made += ["".join(chance.choices("aeioyutlsznbdgr", k=chance.randint(3, 9))) for _ in range(10_000)]
    made += [
        "".join(chance.choices("aeioyutlsznbd", k=chance.randint(1, 5))) + "".join(chance.choices(suffixes, k=2))
        for _ in range(10_000)
    ]
    vocabulary = sorted({word for word in [*made, *runs_of_docstrings()] if re.fullmatch("[a-z]{3,}", word)})
    assert len(vocabulary) > 15_000
    theirs = page.evaluate("(words) => words.map(sitegen.text.stem)", vocabulary)
    assert [(w, english_stem(w), s) for w, s in zip(vocabulary, theirs, strict=True) if english_stem(w) != s] == []


def runs_of_docstrings() -> set[str]:
    """English words that every Python brings along."""
    import argparse
    import email.message
    import logging
    import subprocess
    import tarfile

    modules = (argparse, email.message, logging, subprocess, tarfile, unicodedata, random, re)
    texts = [str(getattr(thing, "__doc__", "")) for module in modules for thing in [module, *vars(module).values()]]
    return {run.lower() for text in texts for run in runs(text)}
