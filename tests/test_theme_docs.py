"""docs/themes.md names everything that a theme can rely on, and nothing that is not there."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from sitegen import pages
from sitegen.theme import load_theme
from sitegen.theme.starting import variables_of

DEFAULT = load_theme("default").folders[-1]
TEMPLATES = {path: path.read_text("utf-8") for path in sorted((DEFAULT / "templates").rglob("*.html"))}
SCRIPTS = "".join(path.read_text("utf-8") for path in sorted((DEFAULT / "static" / "js").glob("*.js")))
DOCUMENT = (Path(__file__).parent.parent / "docs" / "themes.md").read_text("utf-8")
VIEWS: dict[str, type] = dict(inspect.getmembers(pages, dataclasses.is_dataclass))


def section(heading: str) -> str:
    """What stands below a heading, down to the next of the same rank or a higher one."""
    rank = heading.partition(" ")[0]
    (found,) = re.findall(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE
    )
    return str(found)


def first_cells(table: str) -> set[str]:
    """The names in the first cell of each row of the tables in a text."""
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def described_views() -> dict[str, str]:
    """The paragraph of each value in the part on data."""
    paragraphs = re.findall(r"^\*\*`(\w+)`\*\*(.*?)(?=\n\n)", section("## Data"), re.DOTALL | re.MULTILINE)
    return dict(paragraphs)


def test_values__every_one_is_described() -> None:
    assert described_views().keys() == VIEWS.keys()


@pytest.mark.parametrize("name", VIEWS)
def test_values__every_field_is_named(name: str) -> None:
    named = set(re.findall(r"`(\w+)`", described_views()[name]))
    fields = {field.name for field in dataclasses.fields(VIEWS[name])}
    assert fields - named == set()
    assert named - fields - VIEWS.keys() - {"Markup", "datetime"} == set()


def test_blocks__every_kind_is_described() -> None:
    block = TEMPLATES[DEFAULT / "templates" / "parts" / "block.html"]
    known = set(re.findall(r'item\.kind == "(\w+)"', block)) | {"unknown"}
    assert set(re.findall(r"^\| (\w+) \| `", section("## Data"), re.MULTILINE)) == known


def test_templates__every_one_and_its_blocks_are_named() -> None:
    described = first_cells(section("## Templates"))
    pages_ = {path.name for path in TEMPLATES if path.parent.name == "templates"} - {"base.html"}
    blocks = {name for text in TEMPLATES.values() for name in re.findall(r"{%-? block (\w+)", text)}
    parts = {path.name for path in TEMPLATES if path.parent.name == "parts"}
    assert described == pages_ | blocks | parts


def test_macros__every_one_is_named_with_what_it_takes() -> None:
    rows = dict(re.findall(r"^\| `(\w+\.html)` \| (.*) \|$", section("### Macros"), re.MULTILINE))
    for path, text in TEMPLATES.items():
        found = re.findall(r"{% macro (\w+)\((.*?)\)", text)
        takes = {f"{name}({re.sub(r'=[^,]+', '', words)})" for name, words in found}
        assert path.parent.name == "parts" or not takes
        assert takes == set(re.findall(r"`(\w+\([^`]*\))`", rows.get(path.name, ""))), path.name


def test_variables__every_one_has_its_meaning() -> None:
    found = variables_of((DEFAULT / "static" / "css" / "colours.css").read_text("utf-8"))
    assert first_cells(section("## Variables")) == {f"--{name}" for name in found}


def test_stylesheets__every_one_is_named() -> None:
    names = {path.name for path in (DEFAULT / "static" / "css").glob("*.css")}
    assert {name for name in first_cells(section("## Static files")) if name.endswith(".css")} == names


def test_attributes__every_one_is_named() -> None:
    described = {name for name in first_cells(section("## Static files")) if name.startswith("data-")}
    set_by_templates = {name for text in TEMPLATES.values() for name in re.findall(r"\b(data-[a-z-]+)", text)}
    looked_for = set(re.findall(r"""["'[](data-[a-z]+(?:-[a-z]+)*)["'\]]""", SCRIPTS))
    assert set_by_templates | looked_for <= described
    # Set by display.js under the names of its settings.
    assert described - set_by_templates - looked_for == {"data-theme"}
    assert "dataset[name]" in SCRIPTS


def test_settings__every_key_is_named() -> None:
    from sitegen.theme import KEYS

    paragraph = DOCUMENT[DOCUMENT.index("`theme.toml` knows") :].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", paragraph)) - {"default"} - {"_"} == KEYS
