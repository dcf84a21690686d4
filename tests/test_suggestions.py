"""Rules that would file what is in no folder: useful ones, few, and true to what they say."""

from __future__ import annotations

import random
import tomllib

import msgspec
import pytest
from test_plan import entry

from sitegen.config import Config
from sitegen.folders import Described, fits
from sitegen.plan.suggestions import MOST, suggestions
from sitegen.rules import FolderRule

TITLES = """Python CSV parsing with pandas
Python asyncio timeout
Fix Python virtual environments
Sourdough starter smells of acetone
sourdough timetable
Sourdough hydration
Heat pump sizing
Heat pump noise at night
Is a heat pump worth it
Cat vaccination schedule
Removing duplicates in a list
Catalan pronunciation
Holiday location ideas
Start a podcast
Modern art museums
Smart home ideas
数据库索引优化
数据库备份方案
如何学习数据库
Help with a request
Request for help
Help needed
Untitled
New chat""".splitlines()


def unfiled(titles=TITLES, **fields):
    return [entry(number, title=title, **fields) for number, title in enumerate(titles)]


def told(made):
    return [(one.rule.name, one.rule.title or one.rule.model, one.files) for one in made]


def test_suggestions__are_the_subjects_that_titles_share():
    assert told(suggestions(unfiled() * 2, [], [])) == [
        ("Heat pump", "*heat pump*", 6),
        ("Sourdough", "*sourdough*", 6),
        ("Python", "*python*", 6),
        ("数据库", "*数据库*", 6),
    ]  # not "cat", which is in Catalan, duplicates and location, nor "help" and "ideas"


def test_suggestions__say_what_they_do():
    made = suggestions(unfiled(), [], [])
    assert made
    for one in made:
        (rule,) = msgspec.convert(tomllib.loads(one.toml), Config).folders
        assert rule == one.rule
        assert sum(fits(rule, Described("chatgpt", title)) for title in TITLES) == one.files


def test_suggestions__tell_what_they_would_take_out_of_a_providers_folder():
    filed = [
        entry(100, title="Python for my thesis", folder=("Thesis",)),
        entry(101, title="Python at work", folder=("Work", "Code")),
    ]
    made = suggestions(unfiled(), filed, [FolderRule("Work / Code", title="*work*")])
    assert [one.moves for one in made if one.rule.name == "Python"] == [1]


def test_suggestions__are_few_and_the_same_in_any_order():
    titles = [f"Subject{chr(97 + n)} {other}" for n in range(20) for other in ("here", "there", "where")]
    made = suggestions(unfiled(titles), [], [])
    assert len(made) == MOST
    random.Random(1).shuffle(titles)
    assert told(suggestions(unfiled(titles), [], [])) == told(made)


def test_suggestions__of_a_model_that_a_provider_seldom_answers_with():
    entries = [
        entry(number, title=f"T{number}", models=("deep-research",) if number < 4 else ("usual",))
        for number in range(40)
    ]
    (only,) = suggestions(entries, [], [])
    assert only.toml == '[[folders]]\nname = "deep-research"\nsource = "chatgpt"\nmodel = "deep-research"\n'
    assert only.files == 4


@pytest.mark.parametrize("titles", [[], ["Alone"], ["", " ", "?!", "42 42", "42 42"], ["one two", "three four"]])
def test_suggestions__are_none_where_nothing_is_shared(titles):
    assert suggestions(unfiled(titles), [], []) == []
