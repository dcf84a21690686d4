"""What the tests of readers share: cases that lie in folders beside what is expected of them, and random damage."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from sitegen import tree
from sitegen.model import Conversation, Problem, Record, encode
from sitegen.readers.base import Reader
from sitegen.readers.export import Export

CASES = Path(__file__).parent / "data" / "readers"

#: What the contract lets a reader raise for a record that is broken beyond reading.
BEYOND_READING = (ValueError, TypeError, KeyError, RecursionError)


def read_case(reader: Reader, folder: Path) -> dict[str, Any]:
    """All that a reader makes of the input files of one case, as JSON values."""
    conversations: list[Any] = []
    problems: list[list[str]] = []
    placeholders = 0
    with Export(folder / "input") as export:
        recognition = reader.recognise(export)
        assert recognition is not None
        for record in reader.records(export):
            if isinstance(record, Problem):
                problems.append([record.where, record.reason])
                continue
            try:
                conversation = reader.read(record)
            except BEYOND_READING as error:
                problems.append([record.where, f"{type(error).__name__}: {error}"])
                continue
            placeholders += conversation is None
            if conversation is not None:
                assert_sound(conversation)
                conversations.append(json.loads(encode(conversation)))
    return {
        "recognition": json.loads(msgspec.json.encode(recognition)),
        "conversations": conversations,
        "problems": problems,
        "placeholders": placeholders,
    }


def assert_case(reader: Reader, folder: Path, update: bool) -> None:
    """Holds a case against its expected.json, or writes that anew."""
    found = read_case(reader, folder)
    expected = folder / "expected.json"
    if update:
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def assert_sound(conversation: Conversation) -> None:
    """What the model promises of every conversation: parents before children, known leaf, marks inside texts."""
    seen: set[str] = set()
    for message in conversation.messages:
        assert message.id not in seen
        assert message.parent is None or message.parent in seen
        seen.add(message.id)
        for block in message.blocks:
            text = getattr(block, "text", "")
            for citation in getattr(block, "citations", ()):
                assert 0 <= citation.position <= len(text)
    assert tree.ordered(conversation.messages) == conversation.messages
    assert (conversation.active_leaf in seen) == bool(conversation.messages)


def record_of(value: Any, **context: Any) -> Record:
    """A record that holds a JSON value."""
    return Record(json.dumps(value).encode(), "test.json, item 1", context)


_LEAVES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=8)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def _places(value: Any) -> list[tuple[Any, ...]]:
    places: list[tuple[Any, ...]] = []
    stack: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while stack:
        path, item = stack.pop()
        keys = list(item) if isinstance(item, dict) else list(range(len(item))) if isinstance(item, list) else []
        for key in keys:
            places.append((*path, key))
            stack.append(((*path, key), item[key]))
    return places


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """The value with a few of its parts replaced by other JSON, taken away, or said twice."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 4))):
        places = _places(value)
        if not places:
            break
        path = draw(st.sampled_from(places))
        parent = value
        for key in path[:-1]:
            parent = parent[key]
        action = draw(st.sampled_from(("replace", "remove", "repeat")))
        if action == "replace":
            parent[path[-1]] = draw(_JSON)
        elif action == "remove":
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[path[-1]]))
    return value
