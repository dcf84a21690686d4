"""The outline of an object: its keys and short values, whatever its size; and that recognising needs no more."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sitegen.model import Record
from sitegen.readers import registry
from sitegen.readers.export import Export
from sitegen.readers.export.outline import outline_of

LONG = "x" * 100_000


def outline(value: Any, before: bytes = b"") -> Any:
    text = before + json.dumps(value).encode()
    return json.loads(outline_of(memoryview(text), len(before)))


def test_outline__short_values_stay_and_long_ones_are_emptied() -> None:
    value = {"a": 1, "b": {"c": [None, "d"]}, "text": LONG, "list": [LONG], "inner": {"e": True, "text": LONG}}

    assert outline(value) == {"a": 1, "b": {"c": [None, "d"]}, "text": "", "list": [], "inner": {"e": True, "text": ""}}


def test_outline__begins_where_it_is_told() -> None:
    assert outline({"a": 1}, b"window.x = ") == {"a": 1}


def test_outline__is_short_however_wide_and_deep_the_object_is() -> None:
    deep: Any = LONG
    for _ in range(300):
        deep = {"inner": deep}
    wide = {f"key {number}": number for number in range(50_000)}

    assert outline({"deep": deep}) == {"deep": {"inner": {"inner": {"inner": {}}}}}
    assert len(outline(wide)) == 100


@pytest.mark.parametrize("text", [b'{"a": 01}', b'{"a": NaN, "b": 1}', b'{"a": [1, }', b'{"a": "never closed'])
def test_outline__none_of_an_object_that_is_not_plainly_sound(text: bytes) -> None:
    assert outline_of(memoryview(text), 0) == b""


@pytest.fixture
def small_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a file in place of the 32 MB that are looked at in one piece."""
    monkeypatch.setattr("sitegen.readers.export._HEADS", (1 << 14, 1 << 18))


@pytest.mark.usefixtures("small_heads")
def test_recognise__a_large_object_is_held_by_no_reader(tmp_path: Path) -> None:
    response = {"_id": "r-1", "sender": "human", "message": "y" * 2000}
    talk = {"conversation": {"id": "c-1", "title": "Moss"}, "responses": [{"response": response}]}
    text = json.dumps({"conversations": [talk] * 2000, "projects": []})
    with zipfile.ZipFile(tmp_path / "grok.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("prod-grok-backend.json", text)

    for reader in registry.installed().values():
        with Export(tmp_path / "grok.zip") as export:
            tracemalloc.start()
            recognised = reader.recognise(export)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert (recognised is not None) == (reader.source == "grok")
        assert peak < len(text) / 2, reader.source


@pytest.mark.usefixtures("small_heads")
def test_recognise__a_conversation_alone_in_a_large_file_is_still_known(tmp_path: Path) -> None:
    messages = [{"uuid": str(number), "sender": "human", "text": "z" * 100_000} for number in range(40)]
    path = tmp_path / "conversation.json"
    path.write_text(json.dumps({"uuid": "u-1", "name": "Moss", "chat_messages": messages}), "utf-8")

    with Export(path) as export:
        reader = registry.recognise(export).reader
        records = list(reader.records(export))

    assert reader.source == "claude"
    assert [len(record.raw) > 4_000_000 for record in records if isinstance(record, Record)] == [True]
