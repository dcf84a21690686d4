"""Which conversations a selection means."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from makers import conversation, dialogue

from sitegen.folders import Placing
from sitegen.rules import Selection
from sitegen.selection import selects

STATE = conversation("Using Pandas well", *dialogue("hay needle hay", "x"), flags=("starred",), model="gpt-5")


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        (Selection(), True),
        (Selection(source=("chatgpt",)), True),
        (Selection(source=("grok", "chatgpt")), True),
        (Selection(source=("grok",)), False),
        (Selection(title=("*pandas*",)), True),
        (Selection(title=("*numpy*", "*PANDAS*")), True),
        (Selection(title=("*pandas*",), source=("grok",)), False),
        (Selection(text=("needle",)), True),
        (Selection(text=("nothing", "needle")), True),
        (Selection(model=("gpt-*",)), True),
        (Selection(id=("other", "chatgpt:c1")), True),
        (Selection(id=(STATE.key,)), True),
        (Selection(tag=("starred",)), True),
        (Selection(tag=("archived",)), False),
        (Selection(tag=("sql", "archived")), True),
        (Selection(folder=("Work",)), True),
        (Selection(folder=("work/*",)), True),
        (Selection(folder=("Work/Data",)), True),
        (Selection(folder=("Data",)), False),
        (Selection(folder=("Home", "W*")), True),
        (Selection(after=date(2026, 3, 5), before=date(2026, 3, 6)), True),
        (Selection(after=date(2026, 3, 6)), False),
    ],
)
def test_selection__every_condition_by_any_of_its_values(selection, meant):
    assert selects(selection, STATE, "Using Pandas well", Placing(("Work", "Data"), ("sql",)), ZoneInfo("UTC")) is meant


def test_selection__of_a_folder_leaves_out_what_has_none():
    assert not selects(Selection(folder=("*",)), STATE, "t", Placing(), ZoneInfo("UTC"))
