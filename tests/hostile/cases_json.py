"""Broken and strange JSON between good conversations: it costs itself only, and is told with its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hostile_cases import Case
from hostile_exports import chat, node, one_import, text
from hostile_zips import DEFLATED, Part, zip_of

from sitegen.archive.store import Archive
from sitegen.model import DocumentBlock, ToolCallBlock
from sitegen.readers.export import json_items, json_scan
from sitegen.readers.export.json_items import split

FIRST, LAST = chat("First"), chat("Last")


def _between(
    name: str, expected: str, item: bytes | str, *problems: str, kept: Sequence[str] = (), **more: Any
) -> Case:
    """An item between two good conversations; `kept` are the titles of what can be read of it."""
    raw = item.encode("utf-8", "surrogatepass") if isinstance(item, str) else item
    content = b"[" + json.dumps(FIRST).encode() + b",\n" + raw + b",\n" + json.dumps(LAST).encode() + b"]"
    payload = one_import(content, "First", "Last", *kept, problems=problems, suffix=".json", **more)
    return Case(name, "json", payload, expected)


def _alone(name: str, expected: str, content: bytes, *kept: str, **more: Any) -> Case:
    """A whole file."""
    return Case(name, "json", one_import(content, *kept, suffix=".json", **more), expected)


def _item(**fields: Any) -> str:
    """A conversation with the title "Odd" and these fields, in other scripts as they are."""
    return json.dumps(chat("Odd", **fields), ensure_ascii=False)


def _with(key: str, raw: str) -> str:
    """A conversation in which the value of one key is this text, be it JSON or not."""
    return _item(**{key: "@"}).replace('"@"', raw)


def _odd(archive: Archive) -> Any:
    (found,) = (one for row in archive.conversations() if (one := archive.conversation(row.key)).title == "Odd")
    return found


def _dates_are(created: str | None, updated: str | None = None) -> Any:
    def look(archive: Archive) -> None:
        odd = _odd(archive)
        first = odd.messages[0].created
        # A conversation without a date of its own has that of its first message.
        assert odd.created is not None and odd.created.isoformat() == (created or first.isoformat())
        assert (odd.updated.isoformat() if odd.updated else None) == (updated or odd.messages[-1].created.isoformat())

    return look


def _kept_raw(number: int) -> Any:
    """That so many problems are kept with the bytes that they are about."""

    def look(archive: Archive) -> None:
        kept = [problem.raw for row in archive.imports() for problem in archive.problems(row.id)]
        assert len(kept) == number and all(kept)

    return look


def _many_brackets(folder: Path) -> None:
    """Nobody goes down to the end of what is never closed."""
    (problem,) = split(b"[" * 1_200_000, "x.json")
    assert problem.reason == "nested more than 500 levels deep (byte 1000002)"


def _searched_in_vain(folder: Path) -> None:
    """Objects that each hold all that follows: to try them one by one would take the square of their number."""
    level = b',{"a":["x"' + b",1" * 2000
    content = b"[1" + level * 900
    looked_at, real = 0, json_scan.keys_of

    def counted(text: memoryview, start: int) -> json_scan.Keys:
        nonlocal looked_at
        found = real(text, start)
        looked_at += found.seen - start
        assert looked_at < (64 << 20) + 10 * len(content)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scan, "keys_of", counted)
        item, problem = split(content, "x.json")
    assert (item.raw, problem.raw) == (b"1", content[3:])


def _huge_item(folder: Path) -> None:
    """An item too large to be decoded is told, with its beginning; what follows is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_items, "ITEM_LIMIT", 1 << 20)
        huge, small = split(b'[{"a":"' + b"x" * (17 << 20) + b'"},{"a":1}]', "x.json")
    assert huge.reason == "larger than 1 MB; its first 16 MB were kept"
    assert huge.raw.startswith(b'{"a":"xxx') and len(huge.raw) == 16 << 20
    assert small.raw == b'{"a":1}'


WRONG_TYPES: list[Any] = [None, 1, "x", [], [FIRST], {"mapping": []}, {"mapping": {"a": None}}, {"mapping": 7, "id": 1}]
ODD_PARTS = [None, 1, {"x": [None]}, ["y"], True, {"content_type": ["z"]}, 1e308]
ODD_FIELDS: dict[str, Any] = {
    "update_time": {"$date": []},
    "current_node": ["0"],
    "gizmo_id": {"a": 1},
    "default_model_slug": 9,
    "is_starred": "yes",
    "moderation_results": {"": None},
    "safe_urls": [[]],
}


def _odd_types() -> str:
    value = chat("Odd", **ODD_FIELDS)
    value["mapping"]["0"]["message"]["content"]["parts"] = [*ODD_PARTS, "Said in Odd"]
    value["mapping"]["0"]["message"].update(metadata=[], status={}, weight="heavy", recipient=None, channel=3)
    value["mapping"]["1"] = {**node("1", "x", "0"), "message": {"author": "me", "content": "words", "create_time": []}}
    return json.dumps(value)


def _with_versions(number: int) -> str:
    """A conversation with a document of 60,000 characters and so many edits, each a version of its own."""
    create = {"name": "n", "type": "document", "content": "old" + "x" * 60_000}
    edit = {"updates": [{"pattern": "old", "replacement": "old"}]}
    mapping = {}
    for place in range(number):
        value = node(str(place), "", str(place - 1) if place else None)
        kind = "update" if place else "create"
        content = {"content_type": "code", "text": json.dumps(edit if place else create)}
        value["message"] |= {
            "author": {"role": "assistant"},
            "recipient": f"canmore.{kind}_textdoc",
            "content": content,
        }
        mapping[str(place)] = value
    return _item(mapping=mapping)


def _holds_only_so_much(archive: Archive) -> None:
    blocks = [block for message in _odd(archive).messages for block in message.blocks]
    assert sum(len(block.text) for block in blocks if isinstance(block, DocumentBlock)) < 34 << 20
    assert any(isinstance(block, ToolCallBlock) for block in blocks)


CASES = (
    # encodings
    _between(
        "json-bad-utf8",
        "the item is told, its bytes are kept",
        _item().encode().replace(b"Said", b"\xffaid"),
        r"item 2 \(byte \d+\): not UTF-8 \(byte \d+ of the item\)",
        look=_kept_raw(1),
    ),
    _alone("json-utf16", "it is read like UTF-8", text(FIRST, LAST).decode().encode("utf-16"), "First", "Last"),
    _alone("json-utf16-without-a-mark", "so is this", text(FIRST, LAST).decode().encode("utf-16-be"), "First", "Last"),
    _alone("json-utf8-with-a-mark", "the mark is passed over", b"\xef\xbb\xbf" + text(FIRST, LAST), "First", "Last"),
    _alone(
        "json-utf16-cut-in-a-character",
        "what is whole is kept, the cut told",
        text(FIRST, LAST).decode().encode("utf-16-le")[:-3],
        "First",
        problems=["item 2 .*breaks off|item 3 .*breaks off|item 2 .*"],
    ),
    _between(
        "json-lone-surrogates",
        "they become the sign for what can't be read, and nothing fails that writes",
        _item().replace("Said", r"\ud83d Said \uDE00"),
        kept=["Odd"],
        messages={"Odd": ["� Said � in Odd"]},
    ),
    _between(
        "json-lone-surrogates-in-ids",
        "in keys too, and the tree stays whole",
        _item(mapping={"@": node("@", "top", None, ["b"]), "b": node("b", "below", "@")}).replace("@", r"\udc80"),
        kept=["Odd"],
        messages={"Odd": ["top", "below"]},
    ),
    _between(
        "json-surrogates-as-bytes",
        "they are no UTF-8: the item is told",
        _item().replace("Said", "\ud83dSaid"),
        "item 2 .*not UTF-8",
    ),
    _between(
        "json-nul-and-control-characters",
        "they are let pass as text, and none is left in a title",
        _item(title="O\x00d\x1b[31md").replace("Said", r"Said\u0000 "),
        kept=["O d [31md"],
    ),
    _between(
        "json-control-characters-unescaped",
        "they are read, though JSON forbids them",
        _item().replace("Said", "Said\x01\t\n"),
        kept=["Odd"],
    ),
    # numbers
    *(
        _between(
            f"json-time-{name}",
            "such a time is unknown, the conversation kept",
            _with("create_time", raw),
            kept=["Odd"],
            look=_dates_are(None, "2026-02-02T02:40:00+00:00"),
        )
        for name, raw in (
            ("nan", "NaN"),
            ("infinity", "-Infinity"),
            ("1e999", "1e999"),
            ("of-30-digits", "9" * 30),
            ("of-5000-digits", "9" * 5000),
            ("before-the-year-1", "-62135596801"),
            ("after-the-year-9999", "9e15"),
            ("that-is-no-date", '"2024-02-30T25:61:00Z"'),
            ("of-a-far-zone", '"9999-12-31T23:59:59-14:00"'),
            ("of-an-odd-type", '[{"$date":{"$date":[]}}]'),
        )
    ),
    _between(
        "json-time-in-milliseconds",
        "it is recognised",
        _with("create_time", "1700000000000"),
        kept=["Odd"],
        look=_dates_are("2023-11-14T22:13:20+00:00", "2026-02-02T02:40:00+00:00"),
    ),
    # shapes
    _between(
        "json-nested-20,000-deep",
        "told, and passed by without recursion",
        _with("x", "[" * 20_000 + "]" * 20_000),
        "item 2 .*nested more than 500 levels deep",
    ),
    _between(
        "json-nested-490-deep",
        "read: decoders can",
        _with("x", "[" * 480 + "]" * 480),
        kept=["Odd"],
    ),
    Case("json-brackets-without-end", "json", _many_brackets, "one fault, found soon"),
    Case("json-made-to-be-searched", "json", _searched_in_vain, "the search ends when it has looked at enough"),
    Case("json-item-too-large", "json", _huge_item, "told and passed by"),
    _between(
        "json-keys-of-other-languages",
        "`__proto__` and the like are plain words",
        _item(__proto__={"x": 1}, constructor=1, hasOwnProperty=[], conversation_id="toString", toJSON=None),
        kept=["Odd"],
    ),
    _between(
        "json-one-key-twice",
        "the last counts, as in every decoder; the record keeps both",
        '{"title":"Even",' + _item()[1:],
        kept=["Odd"],
    ),
    Case(
        "json-wrong-types",
        "json",
        one_import(
            text(FIRST, *WRONG_TYPES, LAST),
            *("First", "Last", ""),
            problems=["item [2-6]: .*the item is no JSON object", "item [79]: .*the mapping of the conversation is no"],
            suffix=".json",
            look=_kept_raw(7),
        ),
        "each that is no conversation is told",
    ),
    _between("json-odd-types-everywhere", "a field of the wrong type is as good as none", _odd_types(), kept=["Odd"]),
    _between(
        "json-document-kept-in-endless-versions",
        "no more of them than can be held, the other edits as they stand",
        _with_versions(700),
        kept=["Odd"],
        look=_holds_only_so_much,
    ),
    # breaks
    _alone(
        "json-truncated",
        "what is whole is kept, the cut told, and no conversation counts as gone",
        text(FIRST, chat("Second"), LAST)[:-200],
        "First",
        "Second",
        problems=["item 3 .*the text breaks off"],
    ),
    _alone(
        "json-truncated-in-a-zip",
        "the same inside a zip",
        zip_of(Part(b"conversations.json", text(FIRST, LAST)[:-200], DEFLATED)),
        "First",
        problems=["item 2 .*the text breaks off"],
    ),
    _between(
        "json-quote-lost",
        "the item alone is lost",
        _item().replace('"Odd"', '"Odd', 1),
        r"item 2 \(byte \d+\): ",
        look=_kept_raw(1),
    ),
    _between("json-brackets-crossed", "the item alone is lost", _item().replace("]}", "}]"), r"item 2 \(byte \d+\): "),
    _between("json-junk-between-items", "the junk alone is lost", b"\x00\xff junk", r"item 2 \(byte \d+\): "),
    _alone(
        "json-more-after-its-end",
        "told; what stands before it is kept",
        text(FIRST, LAST) + b"<p>502</p>",
        "First",
        "Last",
        problems=["text after the end of the list"],
    ),
    _alone("json-web-page-of-an-error", "called what it is", b"<html><h1>502</h1>", error="this is a web page"),
    _alone("json-of-no-byte", "called what it is", b"", error="this is an empty file"),
    _alone("json-empty-list", "no export", b"[]", error="no reader recognises this: it holds .*an empty list"),
    _alone("json-word", "no export", b'"x"', error="this is plain text, not JSON"),
    _alone("json-string-without-end", "no export", b'["' + b"x" * 100_000, error="it holds .*broken JSON: no value"),
    Case(
        "json-4-gb-of-brackets",
        "json",
        one_import(
            zip_of(Part(b"conversations.json", b"[" * (2 << 20), DEFLATED)),
            error=r"nothing in it can be read \(.*conversations.json: unpacks to more than 200 times its size",
        ),
        "so much of one character is a trap, and is not even unpacked",
    ),
)
