"""Small changes to JSON, texts and bytes, by a given source of chance.

JSON is changed as values, not as bytes: a reader is left by nearly every random byte at its first brace. Values move
between places that have the same key, so that what comes out is often nearly right.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

Json = Any
#: A place in a value: what holds it, and under which key or number.
Place = tuple[Any, Any]

#: What no program expects, and some programs do not survive.
STRINGS = (
    "", " ", "\n", "\0", "a\0b", "\u202e", "\ufeff", "\ud800", "\udfff\ud800", "\U0001f468\u200d", "e\u0301" * 40,
    "\u2028", "<script>x</script>", "</details></article>", "\"><img src=x onerror=y>", "&lt;b&gt;", "&#0;",
    "javascript:x", "__proto__", "constructor", "../../etc/passwd", "C:\\CON", "a/b\\c", "%00", "%s%n", "{{7*7}}",
    "${x}", "sandbox:/mnt/data/x.png", "file-service://file-1", "sediment://file_1", "data:text/html,x",
    "https://a.test/?q=1#f", "https://a\u0000b/", "http://[::1", "//x", "mailto:a@b", "2026-02-30T25:61:61Z",
    "9999-12-31T23:59:59-14:00", "0001-01-01", "-1", "1e999", "NaN", "9" * 30, "１２", "true", "null", "[]", "{}",
    '{"a": [1, {"b": "c"}]}', '"', "'", "\\", "```\n", "$$", "**", "[1]: x", "| a |\n|---|\n| b |", "> " * 30,
    "\ue200cite\ue202turn0search0\ue201", "\u30101\u2020source\u3011", "[citation:1]",
    "<grok:render card_id='x'>y</grok:render>", "<antArtifact identifier='x'>", "[^1]", "x" * 3_000, "word " * 300,
    "é" * 100,
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 2, 0.5, -0.5, 1e-320, 1e15, 1.7e9, 1.7e12, 1.7e18, 1e308, float("inf"), float("nan"), 2**31,
    -(2**31)-1, 2**53, 2**63-1, 2**63, -(2**63)-1, 2**64, 10**30, 10**400, 253402300799, 253402300800, -62135596800,
    86399.9999995, 4102444800,
)  # fmt: skip
_OTHERS: tuple[Json, ...] = (None, True, False, [], {}, [[]], [None], [{}], {"": ""}, {"type": None}, [[[]], {}])
_DEPTHS = (3, 30, 120, 300, 900)
_LARGEST = 400_000
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def places(value: Json) -> list[Place]:
    """Every place in a JSON value but the top, outer ones first. Never recursive."""
    found: list[Place] = []
    queue = [value]
    for item in queue:
        keys: Iterable[Any] = item if isinstance(item, dict) else range(len(item)) if isinstance(item, list) else ()
        for key in keys:
            found.append((item, key))
            if isinstance(item[key], dict | list):
                queue.append(item[key])
    return found


def copied(value: Json) -> Json:
    """The value once more. Through JSON, which is far faster than `copy.deepcopy`."""
    return json.loads(json.dumps(value))


def encoded(value: Json) -> bytes:
    """A value as an input: JSON in ASCII, lone surrogates and all."""
    return json.dumps(value).encode()


class JsonMutator:
    """Changes JSON values. Those of `seeds` give the keys to move values between and to rename to; only what stands
    below `within` is changed where that is given."""

    def __init__(self, seeds: Callable[[], list[bytes]], within: str = "", strings: Sequence[str] = STRINGS) -> None:
        self._seeds = seeds
        self._within = within
        self._strings = strings
        self._donors: dict[Any, list[Json]] = {}

    def __call__(self, data: bytes, chance: Random) -> bytes:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = json.loads(chance.choice(self._seeds()))
        holder = value if self._within else [value]
        try:
            for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
                self._change(holder, chance)
            made = encoded(value if self._within else holder[0])
        except (RecursionError, ValueError):  # nested deeper than even JSON can be written, or too long a number
            return data
        return made if len(made) <= _LARGEST else data

    def _known(self) -> dict[Any, list[Json]]:
        if not self._donors:
            self._donors = defaultdict(list)
            for seed in self._seeds():
                for holder, key in places(json.loads(seed)):
                    self._donors[key if isinstance(key, str) else 0].append(holder[key])
        return self._donors

    def _change(self, holder: Json, chance: Random) -> None:
        found = places(holder)
        if self._within:
            found = [(holder, self._within), *places(holder[self._within])]
        parent, key = chance.choice(found)
        value = parent[key]
        action = chance.randrange(16)
        if action < 3:
            parent[key] = self._any_value(chance)
        elif action < 5 and (known := self._known().get(key if isinstance(key, str) else 0)):
            parent[key] = copied(chance.choice(known))
        elif action == 5:
            parent[key] = _of_another_type(value, chance)
        elif action == 6 and parent is not holder:
            del parent[key]
        elif action == 7 and isinstance(parent, list):
            parent.insert(chance.randrange(len(parent) + 1), copied(value))
        elif action == 8:
            other, place = chance.choice(found)
            parent[key] = copied(other[place])
        elif action == 9:
            self._exchange_strings(found, chance)
        elif action == 10 and isinstance(parent, dict) and parent is not holder:
            parent[chance.choice(list(self._known()) or [""]) or self._string(chance)] = parent.pop(key)
        elif action == 11 and isinstance(value, list) and value:
            parent[key] = [copied(item) for item in value * chance.choice((2, 3, 20))][:200]
        elif action == 12 and isinstance(value, list):
            chance.shuffle(value)
        elif action == 13:
            parent[key] = _nested(value, chance)
        elif isinstance(value, str):
            parent[key] = mutated_text(value, chance, self._strings)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            parent[key] = chance.choice((value + 1, -value, chance.choice(NUMBERS), str(value)))
        elif isinstance(value, dict):
            name = chance.choice([name for name in self._known() if isinstance(name, str)] or [""])
            value[name] = copied(chance.choice(self._known().get(name) or [None]))
        elif isinstance(value, list):
            value.append(self._any_value(chance))
        else:
            parent[key] = self._any_value(chance)

    def _any_value(self, chance: Random) -> Json:
        kind = chance.randrange(6)
        if kind < 3:
            return self._string(chance)
        return copied(chance.choice(NUMBERS if kind == 3 else _OTHERS))

    def _string(self, chance: Random) -> str:
        return chance.choice(self._strings)

    def _exchange_strings(self, found: list[Place], chance: Random) -> None:
        """Makes one string of the value equal to another: ids that repeat, parents that turn in circles."""
        texts = [(parent, key) for parent, key in found if isinstance(parent[key], str)]
        if len(texts) > 1:
            (parent, key), (other, place) = chance.sample(texts, 2)
            parent[key] = other[place]


def _of_another_type(value: Json, chance: Random) -> Json:
    if isinstance(value, dict):
        return chance.choice((list(value.values()), list(value), json.dumps(value)[:2_000], [value]))
    if isinstance(value, list):
        return chance.choice(({str(place): item for place, item in enumerate(value)}, value[0] if value else None, ""))
    return chance.choice(([value], {"text": value}, {"": value}, str(value), None, [value, value], [[value]]))


def _nested(value: Json, chance: Random) -> Json:
    as_list = chance.random() < 0.5
    for _ in range(chance.choice(_DEPTHS)):
        value = [value] if as_list else {"content": value}
    return value


def mutated_text(text: str, chance: Random, pieces: Sequence[str] = STRINGS, others: Sequence[str] = ()) -> str:
    """The text with one change: a piece put in, a part taken out, repeated, moved, or one of another text."""
    start = _place(text, chance)
    end = min(len(text), start + chance.choice((0, 1, 2, 5, 20, 200)))
    action = chance.randrange(8)
    if action < 3 or not text:
        return text[:start] + chance.choice(pieces) + text[start if action else end :]
    if action == 3:
        return text[:start] + text[end:]
    if action == 4:
        return text[:start] + text[start:end] * chance.choice((2, 3, 10, 60)) + text[end:]
    if action == 5:
        place = _place(text, chance)
        return text[:place] + text[start:end] + text[place:]
    if action == 6 and others:
        other = chance.choice(others)
        place = _place(other, chance)
        return text[:start] + other[place : place + chance.choice((10, 60, 400))] + text[end:]
    character = chr(chance.randrange(chance.choice((0x80, 0x3000, 0x110000))))
    return text[:start] + character + text[end:]


def _place(text: str, chance: Random) -> int:
    """Anywhere, or where a line begins: there most markup does."""
    if chance.random() < 0.4 and "\n" in text:
        return text.find("\n", chance.randrange(len(text))) + 1
    return chance.randrange(len(text) + 1)


def as_text(data: bytes) -> str:
    """An input as a text; bytes that are no UTF-8 become lone surrogates, so that each text has its bytes."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """The input that is this text; a lone surrogate that no byte stands for becomes one that a byte does."""
    return _NO_BYTE.sub("\udcff", text).encode("utf-8", "surrogateescape")


class TextMutator:
    """Changes texts by `pieces` that mean something to what reads them, and by parts of the seeds."""

    def __init__(self, seeds: Callable[[], list[bytes]], pieces: Sequence[str] = STRINGS) -> None:
        self._seeds = seeds
        self._pieces = (*pieces, *STRINGS)

    def __call__(self, data: bytes, chance: Random) -> bytes:
        text = as_text(data)
        others = [as_text(seed) for seed in self._seeds()]
        for _ in range(chance.choice((1, 1, 2, 4, 10))):
            text = mutated_text(text, chance, self._pieces, others)
        return as_bytes(text[:_LARGEST])


_INTERESTING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


class BytesMutator:
    """Changes bytes; most often a number a little behind one of `signs`, where a format has its lengths and kinds."""

    def __init__(self, seeds: Callable[[], list[bytes]], signs: Sequence[bytes] = (), reach: int = 50) -> None:
        self._seeds = seeds
        self._signs = signs
        self._reach = reach

    def __call__(self, data: bytes, chance: Random) -> bytes:
        for _ in range(chance.choice((1, 1, 2, 4))):
            data = self._changed(data or b"\0", chance)
        return data[:_LARGEST]

    def _changed(self, data: bytes, chance: Random) -> bytes:
        at = chance.randrange(len(data))
        marked = self._signs and (place := data.find(chance.choice(self._signs), at)) >= 0
        if marked and chance.random() < 0.6:
            at = min(place + chance.randrange(self._reach), len(data) - 1)
            size = chance.choice((1, 2, 4))
            number = chance.choice((*_INTERESTING, chance.randrange(256), len(data))) % (1 << 8 * size)
            return data[:at] + number.to_bytes(size, chance.choice(("little", "big"))) + data[at + size :]
        end = at + chance.choice((1, 2, 4, 16, 200))
        action = chance.randrange(5)
        if action == 0:
            return data[:at] + data[end:]
        if action == 1:
            return data[:at] + data[at:end] * chance.choice((2, 3)) + data[end:]
        if action == 2:
            other = chance.choice(self._seeds()) or b"\0"
            place = chance.randrange(len(other))
            piece = other[place : place + chance.choice((4, 40, 400))]
            return data[:at] + piece + data[at if chance.random() < 0.5 else end :]
        if action == 3:
            return data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]
        return data[:at] + chance.randbytes(chance.choice((1, 2, 8))) + data[end:]
