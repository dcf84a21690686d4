"""The cleaning that every text goes through before it is shown."""

from __future__ import annotations

import pytest

from sitegen.text import rendered
from sitegen.text.rendered import showable


def test_showable__the_quick_look_misses_no_code_point() -> None:
    missed = [
        hex(code)
        for code in range(0x110000)
        if rendered._UNSHOWABLE.search(chr(code)) and not rendered._is_suspect(f"aä{chr(code)}b")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\r\n", "plain\ttext\r\n"),
        ("· é 漢 🙂 \u3ffe", "· é 漢 🙂 \u3ffe"),
        ("\x1b[31m", "␛[31m"),
        ("a\x0bb\x85c", "a b c"),
        ("\x7f\ud800\ufdd0\ufffe\U0001ffff\x80", "␡�����"),
    ],
)
def test_showable__stand_ins(text: str, shown: str) -> None:
    assert showable(text) == shown
