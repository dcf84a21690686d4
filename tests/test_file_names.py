"""Names that content gives to files, as Windows and macOS see them. Neither is needed: their rules are known."""

from __future__ import annotations

import ntpath
import unicodedata
import warnings
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.file_names import is_reserved, same_file_key, unreserved
from sitegen.plain_files.names import LONGEST_PATH, Names, attachment_name, portable_name

DEVICES = ["con", "PRN", "Aux", "nul", "COM1", "com9", "lpt1", "LPT\u00b3", "COM\u00b9", "CONIN$", "conout$"]
ENDINGS = ["", ".txt", ".tar.gz", " .c", "  ", ". ", ".", "._"]
FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in range(32)}
#: What people and exports call things, and what somebody calls them who means harm.
HOSTILE = [
    *(device + ending for device in DEVICES for ending in ENDINGS),
    *("..", ".", "", " ", "...", ". .", "a/../../b", "C:\\Users\\x", "\\\\server\\share", "a:b:$DATA", "~", "-rf"),
    *("trailing.", "trailing ", "trailing . .", "x" * 300, "e\u0301" * 200, "\u6570" * 200, "\U0001f469\u200d" * 90),
    *("Stra\u00dfe", "STRASSE", "\u0130stanbul", "istanbul", "\u0131x", "Ix", "\ufb01le", "file", "\u212b", "\u00c5"),
    *("A\u030a", "a\u030a", "\u03a3\u03c2", "\u03c3\u03c3", "tab\there", "nul\0byte", "line\nbreak", "\ud800"),
]
any_name = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=130))


def is_windows_name(name: str) -> bool:
    """Whether Windows stores a file or folder under exactly this name."""
    return bool(name) and not (FORBIDDEN & set(name)) and not name.endswith((".", " ")) and not is_device(name)


def is_device(name: str) -> bool:
    if hasattr(ntpath, "isreserved"):
        # It calls more names reserved than devices: those that hold forbidden characters, or end in a dot.
        return ntpath.isreserved(name.rstrip(". ")) and not FORBIDDEN & set(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize("name", [device + ending for device in DEVICES for ending in ENDINGS])
def test_is_reserved__knows_what_python_knows_of_windows(name):
    assert is_reserved(name)
    assert is_device(name)
    assert not is_reserved(unreserved(name))
    assert not is_device(unreserved(name))


@pytest.mark.parametrize("name", ["console", "com", "com10", "a.con", "nul_", "lpt", "COM1x", "auxiliary.txt", ""])
def test_is_reserved__leaves_others_alone(name):
    assert not is_reserved(name)
    assert unreserved(name) == name


@given(st.text(max_size=30))
def test_is_reserved__misses_none(name):
    plain = name.rstrip(". ")
    assert is_reserved(plain) == (is_device(plain) and not FORBIDDEN & set(plain))


@given(st.text(max_size=30))
def test_same_file_key__knows_no_case_and_no_way_to_write_marks(name):
    key = same_file_key(name)
    for form in ("NFC", "NFD"):
        assert same_file_key(unicodedata.normalize(form, name)) == key
    for twin in (name.upper(), name.lower(), name.casefold()):
        assert same_file_key(twin) == same_file_key(unicodedata.normalize("NFD", twin))
    assert same_file_key(name.upper()) == key


@given(any_name)
def test_portable_name__is_one_on_windows(name):
    made = portable_name(name, "otherwise")
    assert is_windows_name(made)
    assert is_windows_name(f"{made}.md")
    assert made == unicodedata.normalize("NFC", made)
    assert len(made.encode()) <= 101  # one more for the mark that no device is meant


@given(any_name, st.sampled_from(["text/plain", "application/zip", "image/png"]))
def test_attachment_name__is_one_on_windows(name, media_type):
    made = attachment_name(name, "0123456789abcdef", media_type, "bin")
    assert is_windows_name(made)
    assert len(made) <= 130


@given(st.lists(st.tuples(st.lists(any_name, max_size=11).map(tuple), any_name), max_size=12))
def test_names__paths_are_short_and_no_two_are_one_file(places):
    names = Names(reserved=("attachments",))
    paths = [
        names.file(folder, portable_name(f"2026-01-02 {title}", "2026-01-02"), ".md", f"{number:012x}")
        for number, (folder, title) in enumerate(places)
    ]
    for path in paths:
        assert len(path.encode("utf-16-le")) // 2 <= LONGEST_PATH
        assert all(is_windows_name(part) for part in path.split("/"))
    assert len({same_file_key(path) for path in paths}) == len(paths)
    folders = {path.rpartition("/")[0] for path in paths}
    assert len({same_file_key(folder) for folder in folders}) == len(folders)
    assert not any(same_file_key(path).startswith(same_file_key("attachments/")) for path in paths)


def test_names__deep_folders_stand_beside_those_that_have_no_room():
    names = Names()
    deep = tuple(f"level {number} of a very deep place" for number in range(10))
    paths = [names.folder(deep[:number]) for number in range(1, 11)]
    assert paths[2] == f"{paths[1]}level 2 of a very deep place/"
    assert max(map(len, paths)) <= 120
    assert len(set(paths)) == 10
