"""The cache beside the archive: what it keeps for the next build, and when it starts anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sitegen.archive.cache import CACHE_NAME, Cache


def test_cache__gives_back_what_it_was_given(tmp_path: Path) -> None:
    with Cache(tmp_path, "program") as cache:
        cache.add_terms(["one", "two"])
        cache.put("k", "name", {"line": b"1", "page": b"2"})
        cache.add_terms(["three"])
    with Cache(tmp_path, "program") as cache:
        assert cache.terms() == ["one", "two", "three"]
        assert cache.made_from("line") == {"k": "name"}
        assert cache.get("page", "k") == b"2"
        with pytest.raises(KeyError):
            cache.get("page", "other")


def test_cache__of_another_program_starts_anew(tmp_path: Path) -> None:
    with Cache(tmp_path, "program") as cache:
        cache.add_terms(["one"])
        cache.put("k", "name", {"line": b"1"})
    for _ in range(2):
        with Cache(tmp_path, "newer") as cache:
            assert (cache.terms(), cache.made_from("line")) == ([], {})
    with Cache(tmp_path, "newer") as cache:
        cache.add_terms(["two"])
    with Cache(tmp_path, "newer") as cache:
        assert cache.terms() == ["two"]


def test_cache__holds_no_entry_whose_terms_it_lacks(tmp_path: Path) -> None:
    """The terms come with the entries or not at all, wherever a build is broken off."""

    def seen() -> tuple[int, int]:
        with closing(sqlite3.connect(tmp_path / CACHE_NAME)) as db:
            counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("vocabulary", "kept")]
            return counts[0], counts[1]

    with Cache(tmp_path, "program") as cache:
        found = set()
        for number in range(600):
            cache.add_terms([f"term{number}"])
            found.add(seen())
            cache.put(f"k{number}", "name", {"words": b"1"})
            found.add(seen())
    assert seen() == (600, 600)
    assert len(found) > 1
    assert all(terms == entries for terms, entries in found)
