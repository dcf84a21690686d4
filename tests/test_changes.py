"""What changed between two versions: as a patch that leads from one to the other, and not for texts out of bounds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, message
from markupsafe import Markup

from sitegen.config import Config
from sitegen.model import DocumentBlock
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.text import render_changes

SETTINGS = Settings(Config(), "Europe/Berlin", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})


def patch_of(html: Markup) -> str:
    """The text that a person copies."""
    return html.striptags() if "\n" not in html else Markup(re.sub(r"<[^>]*>", "", html)).unescape()


def applied(patch: str, before: list[str]) -> list[str]:
    """The lines after a unified diff."""
    after: list[str] = []
    place = 0
    for line in patch.rstrip("\n").split("\n"):
        if hunk := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@", line):
            start = int(hunk[1]) - (hunk[2] != "0")
            after += before[place:start]
            place = start
        elif line.startswith("+"):
            after.append(line[1:])
        else:
            assert before[place] == line[1:]
            after += [line[1:]] if line.startswith(" ") else []
            place += 1
    return after + before[place:]


LINES = st.lists(st.sampled_from(["a", "b", "c <b>", "", "  d", "+e", "- f &amp;"]), min_size=1, max_size=40)


@given(LINES, LINES)
def test_property__the_patch_leads_from_one_version_to_the_other(before, after):
    changes = render_changes("\n".join(before) + "\n", "\n".join(after) + "\n")
    if changes.html:
        assert applied(patch_of(changes.html), before) == after
        assert changes.added - changes.removed == len(after) - len(before)
    else:
        assert before == after or not {line for line in before if line.strip()} & set(after) or changes.added


def test_changes__signs_and_elements_tell_what_came_and_went():
    changes = render_changes("one\ntwo\nthree", "one\n2 < 3\nthree\nfour")
    assert (changes.added, changes.removed) == (2, 1)
    assert "<del>-two\n</del><ins>+2 &lt; 3\n</ins>" in changes.html


MIXED = "\n".join(f"{n % 40}" for n in range(2000))


@pytest.mark.parametrize(
    ("before", "after", "is_too_long"),
    [
        ("a\n" * 4000, "a\n" * 4000 + "b", True),  # lines
        ("a" * 300_000, "a" * 300_000 + "b", True),  # characters
        ("\n".join(f"{n % 101}" for n in range(2900)), "\n".join(f"{n * 7 % 101}" for n in range(2900)), True),  # pairs
        # No line is rare enough for difflib to look at, so there is nothing to do.
        (MIXED, "\n".join(f"{n * 7 % 40}" for n in range(2000)), False),
        ("x\n" * 199, "y\n" + "x\n" * 197, False),
        ("\n".join(map(str, range(2000))), "\n".join(map(str, range(1, 2001))), False),
    ],
)
def test_changes__texts_out_of_bounds_are_not_compared(before, after, is_too_long):
    assert render_changes(before, after).is_too_long is is_too_long


def documents(*texts: str) -> list[DocumentBlock]:
    return [DocumentBlock("d", text, "Plan", version=number) for number, text in enumerate(texts, 1)]


def views_of(*blocks: DocumentBlock):
    messages = [
        message(str(n), "assistant", parent=str(n - 1) if n else None, blocks=(b,)) for n, b in enumerate(blocks)
    ]
    page = render_conversation(conversation("Plans", *messages), {}, SETTINGS).page
    return [view for turn in page.turns for view in turn.message.blocks]


def test_document__each_version_tells_what_changed_since_the_one_before():
    first, second, third = views_of(*documents("a\nb\n", "a\nb\nc\n", "x\n"))
    assert first.changes is None
    assert second.changes.summary == "What changed from version 1 to 2: 1 line added"
    assert third.changes.summary == "Written anew from version 2 to 3: no line stayed (1 line added, 3 lines removed)."
    assert not third.changes.html


def test_document__a_branch_compares_with_its_own_past():
    one, two, other = *documents("a\nb\n", "a\nc\n"), DocumentBlock("d", "a\nb\nd\n", "Plan", version=2)
    messages = (
        message("1", "assistant", blocks=(one,)),
        message("2", "assistant", parent="1", blocks=(two,)),
        message("3", "assistant", parent="1", blocks=(other,)),
    )
    page = render_conversation(conversation("Plans", *messages), {}, SETTINGS).page
    (branch,) = page.turns[1].branches
    (folded,) = branch.messages[0].blocks
    (shown,) = page.turns[1].message.blocks
    assert shown.changes.summary == "What changed from version 1 to 2: 1 line added"
    assert folded.changes.summary == "What changed from version 1 to 2: 1 line added, 1 line removed"
