"""What a case of the hostile corpus is, and all of them.

The cases of each kind stand in a module `cases_<kind>.py` beside this one, each with the check that it must pass, and
what protects against them in `protections_<what>.py`, each with the way to switch it off: whatever is never missed when
it is gone was no protection, or no case asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest

HERE = Path(__file__).parent

Kind = Literal[
    "markdown",
    "metadata",
    "search",
    "attachment",
    "json",
    "tree",
    "zip",
    "merge",
    "crash",
    "publish",
    "redaction",
]


@dataclass(frozen=True)
class Case:
    """One hostile input. `payload` is the input or what makes it, `expected` in words what must come of it."""

    name: str
    kind: Kind
    payload: object
    expected: str


@dataclass(frozen=True)
class Protection:
    """Something that keeps hostile input from doing harm. `switch_off` takes it away until the end of the test;
    `missed_by` names cases that fail then."""

    name: str
    switch_off: Callable[[pytest.MonkeyPatch], None]
    missed_by: tuple[str, ...]


def assert_missed(
    protection: Protection,
    patch: pytest.MonkeyPatch,
    cases: Iterable[Case],
    check: Callable[[Case, Path], None],
    folder: Path,
) -> None:
    """Fails unless each case that the protection names fails its check, in a folder of its own, once it is gone."""
    by_name = {case.name: case for case in cases}
    protection.switch_off(patch)
    for name in protection.missed_by:
        (folder / name).mkdir()
        with pytest.raises(AssertionError):
            check(by_name[name], folder / name)


def all_cases() -> list[Case]:
    """Every case, kind by kind."""
    return [case for module in _modules("cases") for case in module.CASES]


def all_protections() -> list[Protection]:
    """Every protection."""
    return [protection for module in _modules("protections") for protection in module.PROTECTIONS]


def _modules(beginning: str) -> list[ModuleType]:
    return [import_module(path.stem) for path in sorted(HERE.glob(f"{beginning}_*.py"))]
