"""Every change of a sealed site, in Python and in Chromium, and that each thing that guards it is missed by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases_sealing import CASES, Changed, check, check_in_browser
from hostile_cases import Case, Protection, assert_missed
from playwright.sync_api import Page
from protections_sealing import IN_SCRIPT, PROTECTIONS, InScript

BY_NAME = {case.name: case for case in CASES}
IN_BROWSER = [case for case in CASES if isinstance(case.payload, Changed) and case.payload.is_seen_by_browsers]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sealing__case(tmp_path: Path, case: Case) -> None:
    check(case, tmp_path)


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_sealing__every_protection_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protection: Protection
) -> None:
    assert_missed(protection, monkeypatch, CASES, check, tmp_path)


@pytest.mark.parametrize("case", IN_BROWSER, ids=lambda case: case.name)
def test_sealing__case_in_a_browser(page: Page, tmp_path: Path, case: Case) -> None:
    check_in_browser(case, tmp_path, page)


@pytest.mark.parametrize("protection", IN_SCRIPT, ids=lambda protection: protection.name)
def test_sealing__every_protection_of_the_script_is_missed(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protection: InScript
) -> None:
    protection.sealed_without(monkeypatch)
    for name in protection.missed_by:
        (tmp_path / name).mkdir()
        with pytest.raises(AssertionError):
            check_in_browser(BY_NAME[f"sealing-{name}"], tmp_path / name, page, protection.switched_off)
