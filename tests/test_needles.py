"""Many texts that are looked for at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.publish.needles import Needle, Needles


def found(text: str, *needles: str) -> set[str]:
    return {needle.text for needle in Needles(Needle(one, "it") for one in needles).found(text)}


@pytest.mark.parametrize(
    ("text", "needle", "is_found"),
    [
        ("A heat pump for us", "heat pump", True),
        ("a HEAT\n  Pump.", "Heat pump", True),
        ("a heat pumping station", "heat pump", False),
        ("preheat pump", "heat pump", False),
        ("heat-pump", "heat pump", False),
        ("mail jane@acme.io, please", "jane@acme.io", True),
        ("mail maryjane@acme.io", "jane@acme.io", False),
        ("key (ab$c) here", "(ab$c)", True),
        ("Ann's", "Ann", True),
        ("Annual", "Ann", False),
        ("我们的计划", "我们的计划", True),
        ("STRASSE", "straße", True),
        ("one, two", "one, two", True),
        ("anything", "§§", False),
        ("", "x", False),
    ],
)
def test_needles__stand_as_whole_words_whatever_their_case_and_spacing(text, needle, is_found):
    assert found(text, needle, "another needle", "heat") - {"another needle", "heat"} == (
        {needle} if is_found else set()
    )


@given(st.lists(st.text("ab §", min_size=1, max_size=6), max_size=6), st.text("ab §", max_size=40))
def test_needles__many_at_once_find_what_each_finds_alone(needles, text):
    assert found(text, *needles) == {needle for needle in needles if found(text, needle)}


@pytest.mark.parametrize("text", ["**heat** pump", "| heat | pump |", "heat\npump", "[heat](pump)"])
def test_needles__are_told_through_the_signs_of_markdown(text):
    assert [needle.text for needle in Needles([Needle("Heat pump!", "it")]).told(text)] == ["Heat pump!"]
    assert list(Needles([Needle("heat of a pump", "it")]).told(text)) == []
