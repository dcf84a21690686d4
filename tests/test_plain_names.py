"""Names and properties of exported files hold whatever a title says: on every system, and for every reader of YAML."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from sitegen.file_names import is_reserved
from sitegen.plain_files.front_matter import front_matter
from sitegen.plain_files.names import LONGEST, Names, attachment_name, portable_name
from sitegen.text.rendered import showable

#: Titles as people write them, and as nobody should.
PIECES = (
    "con", "AUX", "com1", "lpt\u00b9", ".", "..", " ", "/", "\\", ":", "~", "é", "e\u0301", "ß", "SS", "İ", "中" * 40,
    "\u202e", "\u200d", "\U0001f468\u200d", "\ud800", "\0", "\n", "a", "A", "-", "_", "#", "[", "x" * 99, ".md", "…",
)  # fmt: skip
TITLES = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(TITLES)
@example("con.md" + "x" * 100)
@example("con" + "…" * 100)
def test_name__can_be_held_by_every_system(title):
    name = portable_name(title, "file")
    assert 0 < len(name.encode("utf-8")) <= LONGEST
    assert not set(name) & set('<>:"/\\|?*#^[]')
    assert not {unicodedata.category(letter) for letter in name if letter not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
    }
    assert name == name.strip() and name[-1] not in ". " and name[0] not in ".-~"
    assert not is_reserved(name) and PurePosixPath(name).name == name
    assert unicodedata.normalize("NFC", name) == name
    assert portable_name(name, "file") == name


@pytest.mark.parametrize(
    ("title", "name"), [("CON", "CON_"), ("aux.c", "aux_.c"), ("lpt1 .a.con", "lpt1_.a.con"), ("Con air", "Con air")]
)
def test_name__of_a_device_is_changed_before_its_ending(title, name):
    # Windows looks at what stands before the first dot.
    assert portable_name(title, "file") == name


def test_names__keys_in_titles_take_nobodys_place():
    names, key = Names(), "0123456789ab"
    wanted = (("x", "0"), (f"x {key[:6]}", "1"), (f"x {key}", "2"), ("x", key), ("x", key))
    assert len({names.file((), name, ".md", own) for name, own in wanted}) == len(wanted)


@given(st.lists(st.tuples(st.sampled_from([(), ("A",), ("a",), ("A", "b"), ("..",)]), TITLES), max_size=12))
def test_names__no_two_are_the_same_where_case_is_none(wanted):
    names = Names(["index.json"])
    paths = [
        names.file(folder, portable_name(title, "chat"), ".md", f"{number:012x}")
        for number, (folder, title) in enumerate(wanted)
    ]
    assert len({unicodedata.normalize("NFC", path.casefold()) for path in paths}) == len(paths)
    assert not any(part in ("", ".", "..") for path in paths for part in path.split("/"))


@given(TITLES, st.sampled_from([("text/plain", "txt"), ("image/png", "png"), ("application/zip", "zip")]))
def test_attachments__have_the_ending_of_their_bytes_or_one_as_harmless(name, kind):
    made = attachment_name(name, "0123456789abcdef", *kind)
    assert "/" not in made and not made.startswith(".") and " " not in made
    assert f"-01234567.{kind[1]}" in made or kind[0] in ("text/plain", "application/zip")
    assert not made.endswith((".md", ".html", ".svg", ".exe", ".bat", ".js"))


@given(st.dictionaries(st.sampled_from(["title", "tags", "date"]), TITLES | st.lists(TITLES, max_size=3)))
def test_front_matter__is_read_as_it_was_meant(values):
    lines = front_matter(values).splitlines()
    assert (lines[0], lines[-1]) == ("---", "---")
    shown = {
        name: showable(value) if isinstance(value, str) else list(map(showable, value))
        for name, value in values.items()
    }
    assert yaml.safe_load("\n".join(lines[1:-1])) == ({name: value for name, value in shown.items() if value} or None)
