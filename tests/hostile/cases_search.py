"""What a search could trip over: texts that it quotes, queries and places that an address asks for.

A payload that begins with "?" is the query of the search page's address, one with "#" the end of a conversation's;
any other is said in every place of the model, and found.
"""

from __future__ import annotations

from urllib.parse import quote

from cases_markdown import OWNED
from hostile_cases import Case

IMAGE = f"<img src=x onerror={OWNED}>"


def _case(name: str, payload: str, expected: str) -> Case:
    return Case(name, "search", payload, expected)


def _query(text: str, more: str = "") -> str:
    return f"?q={quote(text)}{more}"


CASES = (
    _case("snippet-html", f"haystack {IMAGE} straw", "quoted as text, marked without markup"),
    _case("snippet-syntax", "title:^~ +one -two three* \"four", "words of it are found"),
    _case("query-html", _query(IMAGE), "shown as text in the field, finds what says it"),
    _case("query-phrase-html", _query(f'"{IMAGE}"'), "shown as text"),
    _case("query-fault-html", _query(f"<svg/onload={OWNED}>:haystack"), "the note on it shows it as text"),
    _case("query-syntax", _query("title:^~ +foo:bar*"), "searched as plain words, with a note"),
    _case("query-many-stars", _query("a*" * 450), "an answer, and a page that stays of use"),
    _case("query-only-stars", _query("*" * 900), "an answer"),
    _case("query-many-edits", _query("haystack~99999 straw~2"), "no more edits than the search allows"),
    _case("query-many-quotes", _query('"' * 500 + "haystack" + '"' * 501), "an answer"),
    _case("query-regex", _query("(a+)+$ [a-z]{1,99999} (?<x>.*)*.*.*.*"), "words, never a pattern"),
    _case("query-too-long", _query("haystack " * 3000), "cut to what the field holds"),
    _case("query-prototype", _query("__proto__ constructor"), "words like any other"),
    _case("query-half-pair", "?q=%ED%A0%80%FF+haystack&from=%00&source=%22%3E%3Cb%3E", "an answer, or none"),
    _case(
        "query-filters", _query("haystack", f"&folder={quote(IMAGE)}&tag=__proto__&role=x&order=constructor&from=x"),
        "what is no choice is none",
    ),
    _case("query-many-parameters", "?" + "&".join(f"q={n}" for n in range(2000)), "the first one counts"),
    _case("mark-html", f"?mark={quote(IMAGE)}%20haystack", "words are marked, nothing is made of them"),
    _case("hash-html", f'#"><img src=x onerror={OWNED}>', "looked up as an id, never as a selector or markup"),
    _case("hash-selector", "#*,[id^=m]:has(a)", "looked up as an id"),
    _case("hash-percent", "#%E0%A4%A", "no error"),
    _case("hash-script", f"#javascript:{OWNED}", "no place of that name"),
    _case("hash-of-site", "#main", "the page's own place, nothing else"),
)  # fmt: skip
