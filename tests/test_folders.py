from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, dialogue

from sitegen.config import Config
from sitegen.folders import matches, placing_of
from sitegen.model import Project
from sitegen.rules import FolderRule, TagRule

ZONE = ZoneInfo("Europe/Berlin")


def folder(state, *rules, names=None, **settings):
    return placing_of(state, state.title, Config(folders=rules, **settings), ZONE, names or {}).folder


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"title": "*PANDAS*"}, True),
        ({"title": "pandas"}, False),
        ({"title": "[U]sing*"}, False),
        ({"source": "chatgpt"}, True),
        ({"source": "grok"}, False),
        ({"text": "needle"}, True),
        ({"text": "nothing"}, False),
        ({"model": "gpt-*"}, True),
        ({"tag": "starred"}, True),
        ({"id": "chatgpt:c1"}, True),
        ({"after": date(2026, 3, 5)}, True),
        ({"after": date(2026, 3, 6)}, False),
        ({"before": date(2026, 3, 5)}, False),
        ({"before": date(2026, 3, 6)}, True),
        ({"title": "*pandas*", "source": "grok"}, False),
    ],
)
def test_folder__rule_fits_when_every_condition_does(condition, fits):
    state = conversation("Using Pandas well", *dialogue("hay needle hay", "x"), flags=("starred",), model="gpt-5")
    assert folder(state, FolderRule("Work / Data", **condition)) == (("Work", "Data") if fits else ())


def test_folder__first_rule_wins_over_later_ones_and_projects():
    state = conversation("t", project=Project("p1", "Thesis"))
    assert folder(state, FolderRule("A", title="t"), FolderRule("B", title="t")) == ("A",)
    assert folder(state) == ("Thesis",)


def test_folder__project_name_from_elsewhere_or_the_configuration():
    state = conversation("t", project=Project("p1"))
    assert folder(state) == ("Project p1",)
    assert folder(state, names={"p1": "Thesis"}) == ("Thesis",)
    assert folder(state, names={"p1": "Thesis"}, folder_names={"p1": "Uni/Thesis"}) == ("Uni", "Thesis")
    assert folder(conversation("t", project=Project("g1", kind="gpt"))) == ("GPTs", "g1")
    assert folder(conversation("Thesis", kind="project")) == ("Thesis",)


def test_folder__date_of_creation_counts_in_the_zone():
    from datetime import UTC, datetime

    late = conversation("t", created=datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    assert folder(late, FolderRule("A", after=date(2026, 3, 6))) == ("A",)


def test_folder__brackets_in_a_pattern_are_brackets():
    rule = FolderRule("Drafts", title="[Draft] ?*")
    assert folder(conversation("[draft] A letter"), rule) == ("Drafts",)
    assert folder(conversation("D A letter"), rule) == ()


def placing(state, **settings):
    return placing_of(state, state.title, Config(**settings), ZONE, {})


def test_tags__every_rule_that_fits_gives_its_tag_once():
    state = conversation("Using pandas", *dialogue("a needle", "x"), flags=("starred",))
    rules = (
        TagRule("sql", title="*pandas*"),
        TagRule(" hay ", text="needle"),
        TagRule("none", title="x"),
        TagRule("sql", source="chatgpt"),
        TagRule("starred", source="chatgpt"),
    )
    assert placing(state, tags=rules).tags == ("sql", "hay")  # starred is a flag already


def test_tags__folder_rules_know_them_and_tag_rules_only_flags():
    state = conversation("Using pandas", flags=("pinned",))
    tags = (TagRule("first", tag="pinned"), TagRule("second", tag="first"))
    placed = placing(state, tags=tags, folders=(FolderRule("A", tag="second"), FolderRule("B", tag="first")))
    assert (placed.tags, placed.folder) == (("first",), ("B",))


def described(pattern, text):
    """The meaning of a pattern, spelled out: where in the text each part of it may have got to."""
    text, places = text.lower(), {0}
    for sign in pattern.lower():
        if sign == "*":
            places = set(range(min(places, default=0), len(text) + 1)) if places else set()
        else:
            places = {place + 1 for place in places if place < len(text) and sign in ("?", text[place])}
    return len(text) in places


@given(st.text("aB*?[]!\\-.\n(", max_size=7), st.text("abB[]!\\-.\n(", max_size=7))
def test_patterns__only_star_and_question_mark_mean_something(pattern, text):
    assert matches(pattern, text) == described(pattern, text)


@given(st.text(max_size=30))
def test_patterns__text_describes_itself_and_is_found_inside_itself(text):
    plain = text.replace("*", "?")
    assert matches(plain, text) and matches(f"*{plain[2:5]}*", text) and matches("*", text)


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "*?" * 30 + "b", "?" * 5_000, "*" * 5_000 + "b"])
def test_patterns__no_pattern_takes_for_ever(pattern):
    assert not matches(pattern, "a" * 4_000)
