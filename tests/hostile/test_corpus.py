"""The hostile corpus as a whole: cases of every kind, each with a name of its own, and no protection without one."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hostile_cases import Kind, Protection, all_cases, all_protections

CASES = all_cases()
PROTECTIONS = all_protections()
#: So many cases there are of each kind at least, and so many protections.
FEWEST: dict[Kind, int] = {
    "markdown": 60,
    "metadata": 14,
    "search": 12,
    "attachment": 16,
    "json": 40,
    "tree": 20,
    "zip": 50,
    "merge": 14,
    "crash": 10,
    "publish": 50,
    "redaction": 50,
}
FEWEST_PROTECTIONS = 150


@pytest.mark.parametrize("kind", get_args(Kind))
def test_corpus__has_cases_of_every_kind(kind: Kind) -> None:
    assert sum(case.kind == kind for case in CASES) >= FEWEST[kind]


def test_corpus__each_case_has_a_name_of_its_own_and_says_what_is_expected() -> None:
    assert [name for name, number in Counter(case.name for case in CASES).items() if number > 1] == []
    assert [case.name for case in CASES if not case.expected.strip()] == []


def test_corpus__protections_are_many_and_have_names_of_their_own() -> None:
    assert len({protection.name for protection in PROTECTIONS}) == len(PROTECTIONS) >= FEWEST_PROTECTIONS


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_corpus__each_protection_is_missed_by_cases_that_there_are(protection: Protection) -> None:
    assert protection.missed_by
    assert set(protection.missed_by) <= {case.name for case in CASES}
