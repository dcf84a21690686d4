"""Exports that contradict each other: whatever one of them held is still there, in whatever order they come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hostile_cases import Case
from hostile_exports import START, Imports, Step, assert_case, chat, node, text
from hostile_zips import Part, zip_of

from sitegen.archive.store import Archive
from sitegen.model import encode


def _export(*chats: Any, account: str = "") -> bytes:
    """A zip, with the account that it is of."""
    user = [Part(b"user.json", json.dumps({"id": account}).encode())] if account else []
    return zip_of(Part(b"conversations.json", text(*chats)), *user)


def _months(*exports: bytes, order: Sequence[int] = ()) -> tuple[Step, ...]:
    """An export for each month, imported in the order of these months (default: their own)."""
    return tuple(Step(exports[month - 1], suffix=".zip", month=month) for month in order or range(1, len(exports) + 1))


def _case(name: str, expected: str, steps: tuple[Step, ...], *kept: str, **fields: Any) -> Case:
    return Case(name, "merge", Imports(steps, kept, **fields), expected)


def _any_order(*exports: bytes) -> Any:
    """The same three exports in another order give the same archive, down to what each is said to have changed."""

    def check(folder: Path) -> None:
        states = set()
        for number, order in enumerate(((1, 2, 3), (3, 2, 1), (2, 1, 3))):
            place = folder / str(number)
            place.mkdir()
            assert_case(Imports(_months(*exports, order=order), ("A", "B", "C")), place)
            states.add(_state(place / "archive"))
        assert len(states) == 1

    return check


def _state(folder: Path) -> tuple[object, ...]:
    """All that an archive shows. Imports are told apart by what was in them, not by when they came."""
    with Archive(folder) as archive:
        shown = sorted(encode(archive.conversation(row.key)) for row in archive.conversations())
        return (*shown, archive.history_hash())


def _found(archive: Archive, title: str) -> Any:
    (one,) = (found for row in archive.conversations() if (found := archive.conversation(row.key)).title == title)
    return one


def _gone(*titles: str) -> Any:
    """That these conversations, and no others, are no longer in their account."""

    def look(archive: Archive) -> None:
        gone = [archive.conversation(row.key).title for row in archive.conversations() if row.absence]
        assert sorted(gone) == sorted(titles)

    return look


def _keeps_both_texts(archive: Archive) -> None:
    (message,) = _found(archive, "A").messages
    assert [block.text for revision in message.revisions for block in revision.blocks] == ["as it was"]


def _keeps_former_title(archive: Archive) -> None:
    assert _found(archive, "New").former_titles == ("Old",)


def _both_accounts(archive: Archive) -> None:
    found = [archive.conversation(row.key) for row in archive.conversations()]
    assert sorted(message.blocks[0].text for one in found for message in one.messages) == ["of one", "of two"]
    assert len({one.account for one in found}) == 2


def _marks_what_is_absent(archive: Archive) -> None:
    assert [message.absent for message in _found(archive, "A").messages] == [False, False, True]


def _grok_of_the_same_id() -> bytes:
    times = {"create_time": "2026-02-02T02:40:00Z", "modify_time": "2026-02-02T02:40:00Z"}
    said = {"_id": "0", "message": "Said to Grok", "sender": "human"}
    when = {"create_time": {"$date": {"$numberLong": "1770000000000"}}}
    one = {"conversation": {"id": "id-A", "title": "A", **times}, "responses": [{"response": {**said, **when}}]}
    return zip_of(Part(b"prod-grok-backend.json", json.dumps({"conversations": [one]}).encode()))


def _two_nodes(**fields: Any) -> dict[str, Any]:
    """A conversation that later went on, as the same id in one export twice."""
    mapping = {"0": node("0", "first", None, ["1"]), "1": node("1", "second", "0", [], START + 1)}
    return chat("A", mapping=mapping, **fields)


A, B, C = chat("A"), chat("B"), chat("C")
WHOLE = _export(A, B, C, account="me")
LATER = chat("A", "Said in A", "and later", update_time=START + 9)

CASES = (
    _case(
        "merge-export-that-shrank",
        "nothing is removed; what a whole export of the same account lacks is marked",
        _months(WHOLE, _export(A, account="me")),
        *("A", "B", "C"),
        look=_gone("B", "C"),
    ),
    _case(
        "merge-export-that-broke-off",
        "it is no evidence that anything is gone",
        (
            *_months(WHOLE),
            Step(
                zip_of(Part(b"conversations.json", text(A, B)[:-90]), Part(b"user.json", b'{"id": "me"}')),
                ("item 2 .*the text breaks off",),
                suffix=".zip",
                month=2,
            ),
        ),
        *("A", "B", "C"),
        look=_gone(),
    ),
    _case(
        "merge-export-with-placeholders",
        "an item that says nothing may stand for any conversation: none counts as gone",
        _months(WHOLE, _export(A, {}, {}, account="me")),
        *("A", "B", "C"),
        look=_gone(),
    ),
    _case(
        "merge-export-of-somebody-else",
        "another account says nothing about this one",
        _months(WHOLE, _export(chat("D"), account="you")),
        *("A", "B", "C", "D"),
        look=_gone(),
    ),
    _case(
        "merge-edited-message-before-an-older-export",
        "the newer export counts, whenever it was imported; the older text is kept as a revision",
        _months(_export(chat("A", "as it was")), _export(chat("A", "as it is")), order=(2, 1)),
        "A",
        messages={"A": ["as it is"]},
        look=_keeps_both_texts,
    ),
    _case(
        "merge-new-title",
        "the newer one counts, the older is kept",
        _months(_export({**A, "title": "Old"}), _export({**A, "title": "New"}), order=(2, 1)),
        "New",
        look=_keeps_former_title,
    ),
    _case(
        "merge-emptied-conversation",
        "null and nothing take no place of what was said",
        _months(_export(A), _export({**A, "title": None, "mapping": {}, "current_node": None})),
        "A",
        messages={"A": ["Said in A"]},
    ),
    _case(
        "merge-conversation-that-lost-its-mapping",
        "null takes no place of what was said",
        _months(_export(A, B), _export({**A, "title": "", "mapping": None}, B)),
        *("A", "B"),
        messages={"A": ["Said in A"]},
    ),
    _case(
        "merge-conversation-that-lost-a-message",
        "it stays, and is marked",
        _months(_export(chat("A", "1", "2", "3")), _export(chat("A", "1", "2"))),
        "A",
        messages={"A": ["1", "2", "3"]},
        look=_marks_what_is_absent,
    ),
    _case(
        "merge-one-id-of-two-providers",
        "they are two conversations",
        _months(_export(A), _grok_of_the_same_id()),
        *("A", "A"),
    ),
    _case(
        "merge-one-id-of-two-accounts",
        "they are two conversations",
        _months(_export(chat("A", "of one"), account="1"), _export(chat("A", "of two"), account="2")),
        *("A", "A"),
        look=_both_accounts,
    ),
    _case(
        "merge-one-id-twice-in-one-export",
        "both records become one conversation that lacks nothing",
        _months(_export(_two_nodes(), chat("A", "first", update_time=START - 9), B)),
        *("A", "B"),
        messages={"A": ["first", "second"]},
    ),
    _case(
        "merge-one-record-twice-in-one-export",
        "it counts once",
        _months(_export(A, A, B)),
        *("A", "B"),
        messages={"A": ["Said in A"]},
    ),
    _case("merge-one-export-twice", "nothing changes", _months(WHOLE, WHOLE), *("A", "B", "C"), look=_gone()),
    Case(
        "merge-in-any-order",
        "merge",
        _any_order(_export(A, B, account="me"), _export(LATER, C, account="me"), _export(A, B, C, account="me")),
        "the order of imports makes no difference",
    ),
)
