"""Every case of redaction, and that each thing that takes secrets out or spares the rest is missed by one of them."""

from __future__ import annotations

import pytest
from cases_redaction import CASES, check
from hostile_cases import Case, Protection
from protections_redaction import PROTECTIONS

BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_redaction__case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_redaction__every_protection_is_missed(monkeypatch: pytest.MonkeyPatch, protection: Protection) -> None:
    protection.switch_off(monkeypatch)
    for name in protection.missed_by:
        with pytest.raises(AssertionError):
            check(BY_NAME[name])
