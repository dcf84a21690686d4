"""Ways to take a protection out of the program until the end of a test.

Most protections are one condition among others: the words of it are replaced in the source of its function, and that
they stand there is checked, so that none of these goes on to switch off nothing.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hostile_cases import Protection


def rewritten(monkeypatch: pytest.MonkeyPatch, function: Any, *replacements: tuple[str, str]) -> None:
    """Gives a function, wherever it was imported to, another body until the end of the test: its own source with words
    replaced."""
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    for old, new in replacements:
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function.__qualname__}"
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(f"from __future__ import annotations\n{source}", "rewritten", "exec"), function.__globals__, made)
    monkeypatch.setattr(function, "__code__", made[function.__name__].__code__)


def without(
    name: str, function: Any, old: str, new: str, *missed_by: str, also: tuple[tuple[Any, str, str], ...] = ()
) -> Protection:
    """A protection that is gone when these words of a function are others."""

    def switch_off(monkeypatch: pytest.MonkeyPatch) -> None:
        for one, words, others in ((function, old, new), *also):
            rewritten(monkeypatch, one, (words, others))

    return Protection(name, switch_off, missed_by)


def condition(name: str, function: Any, condition: str, *missed_by: str) -> Protection:
    """A protection that is a condition, which never holds when it is gone."""
    keyword = condition.partition(" ")[0]
    return without(name, function, condition, f"{keyword} False and {condition.partition(' ')[2]}", *missed_by)


def number(name: str, module: Any, attribute: str, *missed_by: str) -> Protection:
    """A limit, which is out of reach when it is gone."""
    return Protection(name, lambda monkeypatch: monkeypatch.setattr(module, attribute, 1 << 60), missed_by)


def method(of: Any, name: str) -> Callable[..., Any]:
    """A method or a property's function, private ones too."""
    found = inspect.getattr_static(of, name)
    return found.fget if isinstance(found, property) else found
