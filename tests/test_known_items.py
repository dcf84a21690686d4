"""Known-item search in a real browser: the message that a person has in mind is among the first results."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from known_items import (
    BEST,
    GROUPS,
    Query,
    Standing,
    invented,
    ordinary,
    read,
    share_found,
    standings,
    table,
    write,
)
from search_site import conversation, user

QUERIES, CONVERSATIONS = read()


def test_corpus__has_a_hundred_queries_in_five_languages_and_code() -> None:
    assert Counter(query.group for query in QUERIES) == dict(zip(GROUPS, (30, 12, 12, 12, 12, 22), strict=True))
    assert len({query.text for query in QUERIES}) == 100
    assert len({talk.key for talk in CONVERSATIONS}) == len(CONVERSATIONS)
    anchors = {(talk.key, document.anchor) for talk in CONVERSATIONS for document in talk.documents[1:]}
    assert [query for query in QUERIES if (query.conversation, query.message) not in anchors] == []


def test_known_items__are_among_the_first_three(page: Any, tmp_path: Path) -> None:
    address = write(tmp_path, CONVERSATIONS, invented())
    found = standings(page, address, QUERIES, CONVERSATIONS)
    assert share_found(found) >= 0.95, "\n" + table(found)


def test_known_items__are_found_among_chance_uses_of_their_words(page: Any, tmp_path: Path) -> None:
    """No goal, but a floor: random words match in earnest here, so a few more messages come too late."""
    address = write(tmp_path, CONVERSATIONS, ordinary(CONVERSATIONS))
    found = standings(page, address, QUERIES, CONVERSATIONS)
    assert share_found(found) >= 0.9, "\n" + table(found)


TALKS = [
    conversation("t1", user("a zebra", "m-1"), user("zebra zebra", "m-2"), user("zebra, zebra zebra", "m-3"),
                 user("one zebra that stands in a much longer message", "m-4")),
    conversation("t2", user("the only giraffe", "m-1"), title="Giraffe"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted", "result", "hit", "is_found"),
    [
        ("giraffe", "t2 m-1", 1, 1, True),
        ("zebra", "t1 m-4", 1, 4, False),
        ("giraffe", "t1 m-1", None, None, False),
        ("okapi", "t1 m-1", None, None, False),
    ],
)
def test_standings__say_where_a_message_stands(
    page: Any, tmp_path: Path, text: str, wanted: str, result: int | None, hit: int | None, is_found: bool
) -> None:
    query = Query("english", text, *wanted.split(), how="")
    (standing,) = standings(page, write(tmp_path, TALKS, ()), [query], TALKS)
    assert (standing.result, standing.hit, standing.found(BEST)) == (result, hit, is_found)


def test_table__names_the_misses() -> None:
    query = Query("german", "Hund", "de-hund", "m-1", "one word")
    lines = table([Standing(query, 1, 1, "de-hund"), Standing(query, 4, 1, "x"), Standing(query, 2, 3, "x")]).split(
        "\n"
    )
    assert "| german | 3 | 1 | 2 |" in lines
    assert "| all | 3 | 1 | 2 |" in lines
    assert lines[-1] == "| Hund (one word) | de-hund m-1 | 4 | 1 | x |"
