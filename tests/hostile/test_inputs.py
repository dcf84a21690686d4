"""Every hostile export, tree, merge and crash: what comes of it, and that each protection is what makes it so."""

from __future__ import annotations

from pathlib import Path

import protections_archive
import protections_containers
import protections_records
import pytest
from hostile_cases import Case, Protection, all_cases
from hostile_exports import SMALL, Imports, TooLongError, assert_case, command

from sitegen.readers.export import Export

CASES = {case.name: case for case in all_cases() if case.kind in ("zip", "json", "tree", "merge", "crash")}
PROTECTIONS = (
    *protections_archive.PROTECTIONS,
    *protections_containers.PROTECTIONS,
    *protections_records.PROTECTIONS,
)
#: Without these a case waits for ever; so many seconds are waited for it.
_HANGS, _PATIENCE = {"pipes are not opened"}, 3


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case__what_is_expected_comes_of_it(case: Case, tmp_path: Path) -> None:
    assert_case(case.payload, tmp_path)


@pytest.mark.parametrize(
    ("protection", "name"),
    [(protection, name) for protection in PROTECTIONS for name in protection.missed_by],
    ids=lambda value: value.name if isinstance(value, Protection) else str(value),
)
def test_protection__is_missed_when_it_is_gone(
    protection: Protection, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        protection.switch_off(patch)
        # Whatever goes wrong shows that it is missed: a check that fails, an error that nobody catches, or no end.
        hangs = protection.name in _HANGS
        with pytest.raises(TooLongError if hangs else (Exception, pytest.fail.Exception)):  # type: ignore[arg-type]
            assert_case(CASES[name].payload, tmp_path, _PATIENCE if hangs else 120)


@pytest.mark.parametrize("kind", ["zip", "json", "tree"])
def test_case__all_of_a_kind_in_one_archive_give_a_site_that_is_whole(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Export.__init__, "__defaults__", (SMALL, ()))
    paths = []
    for number, case in enumerate(case for case in CASES.values() if case.kind == kind):
        if isinstance(case.payload, Imports) and case.payload.steps[0].suffix:
            (step,) = case.payload.steps
            paths.append(f"{number:03}{step.suffix}")
            step.export(Path(paths[-1])) if callable(step.export) else Path(paths[-1]).write_bytes(step.export)
    code, _, err = command("build", *paths, "--jobs", "1", "--quiet")
    assert code == bool(err)
    assert "Traceback" not in err
    assert command("verify")[0] == 0
