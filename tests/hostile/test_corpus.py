"""The hostile corpus as a whole: cases of every kind, each with a name of its own, and no protection without one."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hostile_cases import Kind, Protection, all_cases, all_protections

CASES = all_cases()


@pytest.mark.parametrize("kind", get_args(Kind))
def test_corpus__has_cases_of_every_kind(kind: str) -> None:
    assert sum(case.kind == kind for case in CASES) >= 10


def test_corpus__each_case_has_a_name_of_its_own_and_says_what_is_expected() -> None:
    assert [name for name, number in Counter(case.name for case in CASES).items() if number > 1] == []
    assert [case.name for case in CASES if not case.expected.strip()] == []


@pytest.mark.parametrize("protection", all_protections(), ids=lambda protection: protection.name)
def test_corpus__each_protection_is_missed_by_cases_that_there_are(protection: Protection) -> None:
    assert protection.missed_by
    assert set(protection.missed_by) <= {case.name for case in CASES}
