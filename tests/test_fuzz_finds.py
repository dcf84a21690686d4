"""What fuzzing found stays mended, and its targets keep working: without atheris, and the same each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from fuzz import publishing_targets, reading_targets, rendering_targets
from fuzz.mutation import BytesMutator, JsonMutator, as_bytes, as_text
from fuzz.shrinking import fault_of, smaller
from fuzz.target import FOUND, OutsideError, Target, nothing_outside
from fuzz.targets import all_targets

from sitegen.redaction import RedactedText
from sitegen.text import RenderedText

#: How many mutations of each target's seeds are tried, the same each time.
MUTATIONS = 200

FINDS = sorted(path for path in FOUND.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FINDS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_finds__stay_mended(path: Path) -> None:
    all_targets()[path.parent.name].check(path.read_bytes())


@pytest.mark.parametrize("name", all_targets())
def test_targets__nothing_fails_for_seeds_and_their_mutations(name: str) -> None:
    target = all_targets()[name]
    seeds = target.seeds()
    assert seeds
    chosen = Random(name).sample(seeds, min(len(seeds), 15))
    for data in (*chosen, *target.mutations(MUTATIONS)):
        target.check(data)


@pytest.mark.parametrize("name", all_targets())
def test_targets__mutations_differ_and_are_the_same_each_time(name: str) -> None:
    made = list(all_targets()[name].mutations(50))
    assert made == list(all_targets()[name].mutations(50))
    assert len(set(made)) > 35


def test_targets__are_all_in_the_document() -> None:
    document = (Path(__file__).parent.parent / "docs" / "testing.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \|", document, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(all_targets())


# --- a check that sees nothing would find nothing ------------------------------------------------------------------


def _raises(error: Exception) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> Any:
        raise error

    return raising


def _writes(*_: object, **__: object) -> RenderedText:
    Path("written").write_text("x")
    raise AssertionError("it was let")


@pytest.mark.parametrize(
    ("name", "module", "function", "instead"),
    [
        ("markdown", rendering_targets, "render_markdown", lambda *_, **__: RenderedText("<p><b>x</b></p>", "", ())),
        ("markdown", rendering_targets, "render_markdown", lambda *_, **__: RenderedText("<p></p>", "", ())),
        ("markdown", rendering_targets, "render_markdown", _writes),
        ("plain", rendering_targets, "render_plain", lambda *_, **__: RenderedText("<p>other</p>", "", ())),
        ("math", rendering_targets, "formula", lambda *_: "<math><script></script></math>"),
        ("page", rendering_targets, "render_conversation", _raises(KeyError("x"))),
        ("redaction", publishing_targets.Redactor, "redact_text", lambda self, text, where: RedactedText(text, ())),
        ("pictures", publishing_targets, "without_metadata", lambda content, kind: content + b"x"),
        ("query", publishing_targets, "plan_of", _raises(IndexError("x"))),
        ("container", reading_targets.Export, "read", _raises(OSError("x"))),
        ("json_items", reading_targets, "split", lambda *_, **__: iter(())),
        ("exports", reading_targets, "recognise", _raises(AttributeError("x"))),
    ],
)
def test_checks__see_a_fault(
    name: str, module: ModuleType, function: str, instead: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = all_targets()[name]
    seeds = target.seeds()
    monkeypatch.setattr(module, function, instead)
    assert any(fault_of(target, seed) for seed in seeds)


def test_reader_checks__see_an_error_that_the_contract_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    target = all_targets()["deepseek"]
    reader = type(reading_targets.installed()["deepseek"])
    monkeypatch.setattr(reader, "read", _raises(AttributeError("x")))
    assert fault_of(target, target.seeds()[0])
    monkeypatch.setattr(reader, "read", _raises(KeyError("x")))
    assert not fault_of(target, target.seeds()[0])


def test_outside__reading_is_let_and_writing_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with nothing_outside():
        assert (tmp_path / "a").read_text() == "x"
        with pytest.raises(OutsideError, match="opened to write"):
            (tmp_path / "a").write_text("y")
    (tmp_path / "a").write_text("z")


# --- smaller inputs ------------------------------------------------------------------------------------------------


def test_smaller__keeps_what_the_fault_needs() -> None:
    def check(data: bytes) -> None:
        assert b'"bad"' not in data or b"7" not in data

    values = Target("t", "", list, JsonMutator(list), check)
    made = smaller(values, b'{"a": [1, {"b": "bad"}, "other"], "c": {"d": [7, 8]}, "e": null}')
    assert made == b'{"a": [{"b": "bad"}], "c": {"d": [7]}}'
    plain = Target("t", "", list, BytesMutator(list), check)
    assert smaller(plain, b'words "bad" and 1789 more') == b'"bad"7'
    with pytest.raises(ValueError, match="does not fail"):
        smaller(plain, b"words")


@pytest.mark.parametrize("data", [b"plain", "é中😀".encode(), b"\xff\xfe broken \xed\xa0\x80", b""])
def test_texts__and_their_bytes_are_the_same(data: bytes) -> None:
    assert as_bytes(as_text(data)) == data
