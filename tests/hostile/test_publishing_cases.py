"""Every case of publishing, and that each thing that keeps something in is missed by one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases_publishing import CASES, check
from hostile_cases import Case, Protection, assert_missed
from protections_publishing import BEFORE, PROTECTIONS, SwitchOff

from sitegen.errors import PublishError

BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_publishing__case(tmp_path: Path, case: Case) -> None:
    check(case, tmp_path)


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_publishing__every_protection_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protection: Protection
) -> None:
    assert_missed(protection, monkeypatch, CASES, check, tmp_path)


@pytest.mark.parametrize(
    ("switch_off", "name"),
    [pytest.param(off, missed_by[0], id=name) for name, off, missed_by, is_seen in BEFORE if is_seen],
)
def test_publishing__the_last_look_stops_what_another_protection_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch_off: SwitchOff, name: str
) -> None:
    switch_off(monkeypatch)
    with pytest.raises(PublishError, match="not published: the finished site holds"):
        check(BY_NAME[f"publish-{name}"], tmp_path)
    assert not (tmp_path / "published" / "site").exists()
