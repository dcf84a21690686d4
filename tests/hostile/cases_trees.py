"""Message trees that are none: each message must be there once, under whatever other message is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hostile_cases import Case
from hostile_exports import START, Imports, chat, node, one_import, text

from sitegen.archive.store import Archive
from sitegen.tree import branches, path_to


def _tree(
    name: str,
    expected: str,
    nodes: Sequence[tuple[str, object, object]],
    said: Sequence[str],
    leaf: object = None,
    active: str = "",
) -> Case:
    """A mapping of (id, parent, children), each node saying its id. `said` is what is said in the tree's order,
    `active` the last message of the active branch."""
    mapping = {id_: node(id_, id_, parent, children, START + n) for n, (id_, parent, children) in enumerate(nodes)}
    return Case(name, "tree", _import_of(mapping, said, leaf, active or said[-1]), expected)


def _import_of(mapping: Mapping[str, Any], said: Sequence[str], leaf: object, active: str) -> Imports:
    content = text(chat("Before"), chat("Tree", mapping=mapping, current_node=leaf), chat("After"))

    def look(archive: Archive) -> None:
        (tree,) = (one for row in archive.conversations() if (one := archive.conversation(row.key)).title == "Tree")
        assert tree.active_leaf == active
        assert path_to(tree.messages, active)[0].parent is None
        seen: set[str | None] = {None}
        for message in tree.messages:
            assert message.parent in seen
            seen.add(message.id)
        shown = [message.id for branch in branches(tree) for message in branch.messages]
        assert sorted(shown) == sorted(message.id for message in tree.messages)

    messages = {"Tree": said}
    return one_import(content, "Before", "Tree", "After", suffix=".json", messages=messages, look=look)


def _chain(length: int) -> dict[str, Any]:
    return {str(n): node(str(n), str(n), str(n - 1) if n else None, [str(n + 1)], START + n) for n in range(length)}


def _fan(levels: int) -> dict[str, Any]:
    """Two answers to each message."""
    return {
        f"{level}-{n}": node(
            f"{level}-{n}",
            f"{level}-{n}",
            f"{level - 1}-{n // 2}" if level else None,
            [f"{level + 1}-{2 * n}", f"{level + 1}-{2 * n + 1}"] if level < levels - 1 else [],
            START + level,
        )
        for level in range(levels)
        for n in range(1 << level)
    }


def _in_depth(levels: int, level: int = 0, n: int = 0) -> list[str]:
    below = [_in_depth(levels, level + 1, 2 * n + m) for m in (0, 1)] if level < levels - 1 else []
    return [f"{level}-{n}", *(id_ for one in below for id_ in one)]


def _without_messages() -> Imports:
    """Nodes that are null, or no objects, or hold no message, between those that do."""
    mapping = {
        "root": {"id": "root", "message": None, "parent": None, "children": ["a"]},
        "a": node("a", "a", "root", ["gap"]),
        "gap": {"parent": "a", "children": ["b"]},
        "b": node("b", "b", "gap", ["null"]),
        "null": None,
    }
    return _import_of(mapping, ["a", "b"], "null", "b")


def _claude(uuid: object, said: str, parent: object) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "sender": "human",
        "text": said,
        "content": [{"type": "text", "text": said}],
        "created_at": "2026-02-02T02:40:00Z",
        "parent_message_uuid": parent,
    }


def _claudes(*messages: dict[str, Any], said: Sequence[str]) -> Imports:
    value = {
        "uuid": "c",
        "name": "Tree",
        "created_at": "2026-02-02T02:40:00Z",
        "updated_at": "2026-02-02T02:40:00Z",
        "chat_messages": list(messages),
    }
    return one_import(text(value), "Tree", suffix=".json", messages={"Tree": said})


def _grok(id_: object, said: str, parent: object) -> dict[str, Any]:
    response = {"_id": id_, "message": said, "sender": "human", "parent_response_id": parent, "model": "grok-4"}
    return {
        "response": {**response, "conversation_id": "g", "create_time": {"$date": {"$numberLong": "1770000000000"}}}
    }


def _groks(*responses: dict[str, Any], said: Sequence[str]) -> Imports:
    times = {"create_time": "2026-02-02T02:40:00Z", "modify_time": "2026-02-02T02:40:00Z"}
    conversation = {"conversation": {"id": "g", "title": "Tree", **times}, "responses": list(responses)}
    content = text({"conversations": [conversation], "projects": [], "tasks": []})[1:-1]
    return one_import(content, "Tree", suffix=".json", messages={"Tree": said})


def _deepseek(said: str, parent: object, children: object) -> dict[str, Any]:
    message = {"model": "deepseek-chat", "inserted_at": "2026-02-02T02:40:00Z", "files": []}
    return {
        "parent": parent,
        "children": children,
        "message": {**message, "fragments": [{"type": "REQUEST", "content": said}]},
    }


def _deepseeks(mapping: Mapping[str, Any], said: Sequence[str]) -> Imports:
    times = {"inserted_at": "2026-02-02T02:40:00Z", "updated_at": "2026-02-02T02:40:00Z"}
    nodes = {id_: {"id": id_, **value} for id_, value in mapping.items()}
    content = text({"id": "d", "title": "Tree", **times, "mapping": nodes})
    return one_import(content, "Tree", suffix=".json", messages={"Tree": said})


CASES = (
    _tree("tree-circle", "cut once, each there once", [("a", "b", ["b"]), ("b", "a", ["a"])], ["a", "b"], "b"),
    _tree(
        "tree-circle-apart-from-the-root",
        "it is no way to lose what hangs in it",
        [("a", None, []), ("b", "d", ["c"]), ("c", "b", ["d"]), ("d", "c", ["b"]), ("e", "c", [])],
        ["b", "c", "d", "e", "a"],
        "a",
        "a",
    ),
    _tree("tree-own-parent", "a root", [("a", "a", ["a"]), ("b", "a", [])], ["a", "b"]),
    _tree("tree-parent-that-is-not-there", "a root of its own", [("a", None, []), ("b", "gone", [])], ["a", "b"]),
    _tree("tree-two-roots", "both are shown", [("a", None, []), ("b", None, [])], ["a", "b"], "a", "a"),
    _tree("tree-root-alone-names-its-children", "they hang there", [("a", None, ["b"]), ("b", None, [])], ["a", "b"]),
    _tree(
        "tree-child-of-several",
        "it hangs once, under the parent that it names itself",
        [("a", None, ["c", "c"]), ("b", "a", ["c"]), ("c", "b", [])],
        ["a", "b", "c"],
    ),
    _tree(
        "tree-children-that-are-not-there",
        "names of nothing are nothing",
        [("a", None, ["gone", "b", None, 7, ["b"], {}]), ("b", "a", "b")],
        ["a", "b"],
    ),
    _tree(
        "tree-current-node-that-is-not-there",
        "the newest leaf is taken",
        [("a", None, ["b", "c"]), ("b", "a", []), ("c", "a", [])],
        ["a", "b", "c"],
        "gone",
        "c",
    ),
    _tree(
        "tree-current-node-in-the-middle",
        "it is followed down to a leaf",
        [("a", None, ["b"]), ("b", "a", ["c"]), ("c", "b", [])],
        ["a", "b", "c"],
        "a",
        "c",
    ),
    _tree(
        "tree-current-node-of-an-odd-type",
        "as good as none",
        [("a", None, ["b"]), ("b", "a", [])],
        ["a", "b"],
        {"id": "a"},
    ),
    _tree(
        "tree-ids-of-odd-types",
        "what is no id names nothing",
        [("", None, ["a"]), ("a", 7, []), ("__proto__", ["a"], {}), ("b", {"": ""}, 1), ("null", True, None)],
        ["", "a", "__proto__", "b", "null"],
        "null",
        "null",
    ),
    Case("tree-nodes-without-messages", "tree", _without_messages(), "what hangs below them stays in its place"),
    Case(
        "tree-2,000-deep",
        "tree",
        _import_of(_chain(2000), [str(n) for n in range(2000)], "1999", "1999"),
        "nothing recurses",
    ),
    Case(
        "tree-of-forks",
        "tree",
        _import_of(_fan(8), _in_depth(8), None, "7-127"),
        "each is there once, however many paths",
    ),
    # the other providers
    Case(
        "tree-claude-circle-and-equal-ids",
        "tree",
        _claudes(_claude("a", "1", "b"), _claude("b", "2", "a"), _claude("b", "3", "a"), said=["1", "2", "3"]),
        "each is there once, whatever it is called",
    ),
    Case(
        "tree-claude-ids-of-odd-types",
        "tree",
        _claudes(_claude(None, "1", ["x"]), _claude(7, "2", 7), _claude({}, "3", "gone"), said=["1", "2", "3"]),
        "each is there once, one after the other",
    ),
    Case(
        "tree-grok-circle-and-equal-ids",
        "tree",
        _groks(_grok("a", "1", "b"), _grok("b", "2", "a"), _grok("b", "3", "a"), said=["1", "2", "3"]),
        "each is there once, whatever it is called",
    ),
    Case(
        "tree-grok-ids-of-odd-types",
        "tree",
        _groks(_grok(None, "1", ["x"]), _grok(7, "2", 7), _grok({}, "3", "gone"), said=["1", "2", "3"]),
        "each is there once, one after the other",
    ),
    Case(
        "tree-deepseek-circle",
        "tree",
        _deepseeks({"1": _deepseek("1", "2", ["2"]), "2": _deepseek("2", "1", ["1"])}, ["1", "2"]),
        "cut once, each there once",
    ),
    Case(
        "tree-deepseek-odd-types",
        "tree",
        _deepseeks({"1": _deepseek("1", ["2"], 7), "2": _deepseek("2", "gone", {"1": 2})}, ["1", "2"]),
        "what is no id names nothing",
    ),
)
