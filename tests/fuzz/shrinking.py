"""An input that fails made smaller, as long as it fails in the same way."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, AnyStr

from fuzz.mutation import JsonMutator, copied, encoded, places
from fuzz.target import Target, signature


def fault_of(target: Target, data: bytes) -> str:
    """The signature of the fault that an input brings to light; "" for none."""
    try:
        target.check(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault
        return signature(error)
    return ""


def smaller(target: Target, data: bytes) -> bytes:
    """The smallest input found that fails as `data` does. Raises ValueError if that doesn't fail."""
    wanted = fault_of(target, data)
    if not wanted:
        raise ValueError("this input does not fail")

    def fails(other: bytes) -> bool:
        return fault_of(target, other) == wanted

    return _smaller_json(data, fails) if isinstance(target.mutate, JsonMutator) else _shortened(data, fails)


def _smaller_json(data: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Takes out members and elements, outer ones first, and shortens the texts of those that must stay."""
    value = json.loads(data)
    number = 0
    while number < len(found := places(value)):
        shorter = _without(value, number)
        if fails(shorter):
            value = json.loads(shorter)
            continue
        holder, key = found[number]
        if isinstance(holder[key], str):
            holder[key] = _shortened(holder[key], partial(_fails_with, value, holder, key, fails))
        number += 1
    return encoded(value)


def _fails_with(value: Any, holder: Any, key: Any, fails: Callable[[bytes], bool], text: str) -> bool:
    before, holder[key] = holder[key], text
    failed = fails(encoded(value))
    holder[key] = before
    return failed


def _without(value: Any, number: int) -> bytes:
    made = copied(value)
    holder, key = places(made)[number]
    del holder[key]
    return encoded(made)


def _shortened(text: AnyStr, fails: Callable[[AnyStr], bool]) -> AnyStr:
    """Takes out pieces, large ones first, until no single byte or character can go."""
    size = len(text) // 2 or 1
    while size:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if fails(shorter):
                text = shorter
            else:
                at += size
        size //= 2
    return text
