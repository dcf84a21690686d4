"""Where JSON values begin and end in a text of any size, without decoding them.

Memory stays small whatever the text holds: nothing is built per value, and nesting costs one byte a level. This
module knows nothing of exports and mends nothing; `json_items` decides what a fault costs.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import accumulate
from typing import NamedTuple

import msgspec

#: Deeper items are refused: whoever walks them recurses and gives up at about twice this depth.
DEPTH_LIMIT = 500
#: Before 3.13 decoders gave up at that depth, too, and need not be asked how deep they went.
_DECODERS_GO_DEEPER = sys.version_info >= (3, 13)
#: So much of a text is looked at in one go for how deep it goes: taking the strings out of it all would need up to 39
#: times its size.
_DEPTH_PIECE = 16 << 10
#: The end of still deeper ones is not looked for: it takes a second or two to go down so far.
DEEPEST = 1_000_000

# Quantifiers are possessive throughout, so that a fault is found in linear time and no match can backtrack.
_BLANK = rb"[ \t\r\n]*+"
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRINGS = re.compile(_STRING, re.DOTALL)
_WHOLE_STRINGS = re.compile(rb'(?:[^"]++|' + _STRING + rb")++", re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = [{"[": 1, "{": 1, "]": -1, "}": -1}.get(chr(byte), 0) for byte in range(256)]
# Looser than JSON (NaN, 01, control characters): this finds ends, and a decoder judges what stands between.
_SCALAR = rb"(?:" + _STRING + rb"|[-+.\w]++)"
_PAIR = _BLANK + rb"(" + _STRING + rb")" + _BLANK + rb":" + _BLANK
_PLAIN_PAIR = _PAIR.replace(b"(" + _STRING + b")", _STRING)

_LEADING_SCALAR = re.compile(_SCALAR, re.DOTALL)
_IN_OBJECT = re.compile(
    rb"(?:" + _PLAIN_PAIR + _SCALAR + _BLANK + rb",)*+"
    rb"(?:" + _PLAIN_PAIR + rb"(?:([\[{])|" + _SCALAR + _BLANK + rb"\})|" + _BLANK + rb"\})",
    re.DOTALL,
)
_IN_ARRAY = re.compile(
    rb"(?:" + _BLANK + _SCALAR + _BLANK + rb",)*+"
    rb"(?:" + _BLANK + rb"(?:([\[{])|" + _SCALAR + _BLANK + rb"\]|\]))",
    re.DOTALL,
)
_AFTER_VALUE = re.compile(_BLANK + rb"(?:(,)|([\]}]))")
_KEY = re.compile(_PAIR, re.DOTALL)
_BLANKS = re.compile(_BLANK)
_ASSIGNMENT = re.compile(
    rb"\s*+(?:(?:var|let|const)\s++)?[A-Za-z_$][\w$]*+(?:\.[\w$]++|\[[^\]\r\n]{1,80}\])*+\s*+=\s*+(?=[\[{])"
)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")

_raw_value = msgspec.json.Decoder(msgspec.Raw)


class FaultError(ValueError):
    """A value that has no end that could be found. `position` is a byte offset in the text."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position


class Pair(NamedTuple):
    """A member of an object: its key as it stands (with quotes) and where its value begins."""

    key: bytes
    value: int


def byte_at(text: memoryview, position: int) -> bytes:
    """The one byte that stands there; b"" at the end."""
    return bytes(text[position : position + 1])


def skip_blanks(text: memoryview, position: int) -> int:
    """The first position from here on that holds no white space; the text's length if there is none."""
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def skip_preamble(text: memoryview) -> int:
    """Where the top value begins: after a UTF-8 byte order mark, white space, and a JavaScript assignment."""
    start = 3 if bytes(text[:3]) == b"\xef\xbb\xbf" else 0
    assignment = _ASSIGNMENT.match(text, start)
    return assignment.end() if assignment else skip_blanks(text, start)


class End(NamedTuple):
    """The position after a value. Unless `sound`, it may still be no JSON (NaN, control characters, 01); `depth`
    is how deep such a value is nested."""

    position: int
    sound: bool
    depth: int = 0


def end_of_value(text: memoryview, start: int) -> End:
    """The end of the value that begins at `start`. Raises FaultError if it has none."""
    position = quick_end(text, start)
    return End(position, True) if position else thorough_end(text, start)


def quick_end(text: memoryview, start: int) -> int:
    """The position after a value of sound JSON, at the speed of C; 0 for any other and for very deep nesting.

    msgspec has no call for the end of a value in a longer text, but its error names the byte where "trailing
    characters" follow it. That is only a hint: decoding exactly the bytes before it proves it. Should the wording
    ever change, `thorough_end` does the work, more slowly.
    """
    try:
        try:
            _raw_value.decode(text[start:])
            return 0 if _DECODERS_GO_DEEPER and depth_of(text[start:]) > DEPTH_LIMIT else len(text)
        except msgspec.DecodeError as error:
            hint = _TRAILING.search(str(error))
        if hint is None:
            return 0
        end = start + int(hint[1]) - 1
        _raw_value.decode(text[start:end])
    except (msgspec.DecodeError, RecursionError):
        return 0
    return 0 if _DECODERS_GO_DEEPER and depth_of(text[start:end]) > DEPTH_LIMIT else end


def depth_of(text: memoryview) -> int:
    """How deep a value of sound JSON is nested; 0 for one that is too short to matter."""
    if len(text) <= 2 * DEPTH_LIMIT:
        return 0
    position = depth = deepest = 0
    while position < len(text):
        # A string that is longer than a piece is a piece of its own.
        piece = _WHOLE_STRINGS.match(text, position, position + _DEPTH_PIECE) or _STRINGS.match(text, position)
        if piece is None:
            break
        brackets = _STRINGS.sub(b"", text[position : piece.end()]).translate(None, _NO_BRACKETS)
        levels = list(accumulate(map(_STEPS.__getitem__, brackets), initial=depth))
        position, depth, deepest = piece.end(), levels[-1], max(deepest, max(levels))
    return deepest


def thorough_end(text: memoryview, start: int) -> End:
    """The end of a value whose brackets, strings and commas are in order, whatever its scalars are."""
    if byte_at(text, start) not in (b"[", b"{"):
        scalar = _LEADING_SCALAR.match(text, start)
        if scalar is None:
            raise FaultError("no value", start)
        return End(scalar.end(), False)
    open_brackets = bytearray(text[start : start + 1])
    position, depth = start + 1, 1
    while open_brackets:
        inside = _IN_OBJECT if open_brackets[-1] == ord("{") else _IN_ARRAY
        run = inside.match(text, position)
        if run is None:
            raise _fault(text, start, position)
        position = run.end()
        if run[1]:
            open_brackets += run[1]
            depth = max(depth, len(open_brackets))
            if depth > DEEPEST:
                raise FaultError(f"nested more than {DEPTH_LIMIT} levels deep", position)
            continue
        open_brackets.pop()
        position = _close(text, start, position, open_brackets)
    return End(position, False, depth)


def _close(text: memoryview, start: int, position: int, open_brackets: bytearray) -> int:
    """Goes on after a closed value, through the brackets that close with it, up to a comma or the last of them."""
    while open_brackets:
        after = _AFTER_VALUE.match(text, position)
        if after is None:
            raise _fault(text, start, position)
        if after[1]:
            return after.end()
        if (after[2] == b"}") != (open_brackets[-1] == ord("{")):
            raise _fault(text, start, after.start(2))
        position = after.end()
        open_brackets.pop()
    return position


def _fault(text: memoryview, start: int, position: int) -> FaultError:
    """The fault in the value at `start` in msgspec's words where it has some; `position` is the scanner's own."""
    try:
        _raw_value.decode(text[start:])
    except (msgspec.DecodeError, RecursionError) as error:
        words = str(error).removeprefix("JSON is malformed: ")
        at = re.search(r" \(byte (\d+)\)$", words)
        if at:
            return FaultError(words[: at.start()], start + int(at[1]))
        if "truncated" in words:
            return FaultError("the text breaks off", len(text))
    return FaultError("malformed JSON", position)


def find_key(text: memoryview, start: int, key: str, whole: bool = True) -> int | None:
    """Where the value of `key` begins in the object at `start`; None if the object has no such key.

    A value before it that has no end doesn't hide it: then the first place that looks like this key with an array
    counts. Not so in the beginning of a longer text (`whole` is false), which may have cut off that very end: such a
    place may then be inside the value.
    """
    wanted = json.dumps(key, ensure_ascii=False).encode("utf-8", "surrogatepass")
    position = start + 1
    while pair := pair_at(text, position):
        if pair.key == wanted:
            return pair.value
        try:
            after = _AFTER_VALUE.match(text, end_of_value(text, pair.value).position)
        except FaultError:
            after = None
        if after is None:
            if not whole:
                return None
            found = re.compile(re.escape(wanted) + _BLANK + rb":" + _BLANK + rb"(?=\[)").search(text, position)
            return found.end() if found else None
        if not after[1]:
            break
        position = after.end()
    return None


def pair_at(text: memoryview, position: int) -> Pair | None:
    """The key that stands here (after white space) and where its value begins; None if none does."""
    found = _KEY.match(text, position)
    return Pair(found[1], found.end()) if found else None


class Keys(NamedTuple):
    """The keys of an object, with quotes, as far as it could be read; `end` is 0 if that was not to its end. `seen` is
    how far the text was looked at for it."""

    keys: frozenset[bytes]
    end: int
    seen: int


def keys_of(text: memoryview, start: int, limit: int = 1000) -> Keys:
    """The keys of the object at `start`, its values passed over by `quick_end`."""
    keys: set[bytes] = set()
    position = start + 1
    while len(keys) < limit and (pair := pair_at(text, position)):
        keys.add(pair.key)
        end = quick_end(text, pair.value)
        after = _AFTER_VALUE.match(text, end) if end else None
        if after is None or after[2] == b"]":
            return Keys(frozenset(keys), 0, end or _fault(text, pair.value, len(text)).position)
        position = after.end()
        if after[2]:
            return Keys(frozenset(keys), position, position)
    return Keys(frozenset(keys), 0, position)


def end_of_object(text: memoryview, position: int) -> int:
    """The position after the object that goes on here behind one of its values; 0 if it isn't sound up to there."""
    after = _AFTER_VALUE.match(text, position)
    while after and after[1]:
        pair = pair_at(text, after.end())
        end = quick_end(text, pair.value) if pair else 0
        after = _AFTER_VALUE.match(text, end) if end else None
    return after.end() if after and after[2] == b"}" else 0
