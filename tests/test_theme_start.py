"""`sitegen theme list` and `sitegen theme new`: one's own theme works from the first moment."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.errors import ThemeError
from sitegen.theme import available, load_theme
from sitegen.theme.starting import start_theme, variables, variables_of

EXPORT = Path(__file__).parent.parent / "example_export" / "deepseek"
Run = Callable[..., tuple[int, str, str]]


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_list__a_sentence_for_each_built_in_theme(sitegen: Run) -> None:
    code, said, _ = sitegen("theme", "list")
    assert code == 0
    assert [line.split("  ")[0].strip() for line in said.splitlines()] == list(available())
    for name, line in zip(available(), said.splitlines(), strict=True):
        assert line.endswith(load_theme(name).description)


@pytest.mark.parametrize("parent", available())
def test_new__builds_a_site_at_once(sitegen: Run, tmp_path: Path, parent: str) -> None:
    code, said, _ = sitegen("theme", "new", "mine", "--parent", parent)
    assert code == 0
    assert said == "mine is a theme now; to see it while you change it: sitegen watch --theme mine --serve 8000\n"
    assert files(tmp_path / "mine") == {"theme.toml", "README.md", "static/css/mine.css", "templates/home.html"}
    assert load_theme("mine").names[:2] == ("mine", parent)
    assert sitegen("build", EXPORT, "--theme", "mine", "--quiet")[0] == 0
    home = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "This line comes from the theme mine" in home
    assert 'href="assets/css/mine.css"' in home
    assert home.index("css/layout.css") < home.index("css/mine.css") < home.index("css/print.css")


@pytest.mark.parametrize("parent", available())
def test_new__stylesheet_holds_every_variable_of_the_parent(tmp_path: Path, parent: str) -> None:
    theme = start_theme("mine", tmp_path / "mine", parent)
    text = (tmp_path / "mine" / "static" / "css" / "mine.css").read_text("utf-8")
    assert "read its stylesheet" not in text.replace("--gutter", "") or parent == "console"
    held = variables_of(re.sub(r"/\* (--[^*]*;) \*/", r"\1", text))
    assert held == variables(load_theme(parent))
    assert variables(theme) == held  # all are comments as yet: nothing changes


def test_new__rests_on_ones_own_theme_elsewhere(sitegen: Run, tmp_path: Path) -> None:
    assert sitegen("theme", "new", "first", "--folder", "themes here/first", "--parent", "book")[0] == 0
    code, said, _ = sitegen("theme", "new", "second", "--parent", "themes here/first", "--folder", "other/second")
    assert code == 0
    assert shlex.split(said)[-3] == "other/second"
    settings = tomllib.loads((tmp_path / "other" / "second" / "theme.toml").read_text("utf-8"))
    assert settings["parent"] == "../../themes here/first"
    assert load_theme("other/second").names == ("second", "first", "book", "default")
    assert sitegen("build", EXPORT, "--theme", "other/second", "--quiet")[0] == 0
    home = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert re.findall(r"from the theme (\w+)", home) == ["first", "second"]
    assert re.findall(r"css/(book|first|second)\.css", home) == ["book", "first", "second"]


def test_new__a_folder_that_is_called_like_a_built_in_theme(sitegen: Run, tmp_path: Path) -> None:
    _, said, _ = sitegen("theme", "new", "mine", "--folder", "book")
    assert str(tmp_path / "book") in said


@pytest.mark.parametrize("there", ["mine/notes.txt", "mine"])
def test_new__overwrites_nothing(sitegen: Run, tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("kept")
    code, _, said = sitegen("theme", "new", "mine")
    assert code != 0
    assert "mine" in said
    assert "Traceback" not in said
    assert files(tmp_path) == {there}
    assert (tmp_path / there).read_text() == "kept"


def test_new__takes_an_empty_folder(tmp_path: Path) -> None:
    assert start_theme("mine", tmp_path, "default").name == "mine"


@pytest.mark.parametrize(
    ("name", "parent", "message"),
    [
        ("My theme", "default", "can't be a theme's name"),
        ("../mine", "default", "can't be a theme's name"),
        ("book", "default", "there is a theme 'book' already"),
        ("mine", "nowhere", "there is no theme 'nowhere'"),
    ],
)
def test_new__refused_before_anything_is_written(tmp_path: Path, name: str, parent: str, message: str) -> None:
    with pytest.raises(ThemeError, match=message):
        start_theme(name, tmp_path / "folder", parent)
    assert files(tmp_path) == set()


def test_new__name_of_its_parent(tmp_path: Path) -> None:
    start_theme("mine", tmp_path / "a", "default")
    with pytest.raises(ThemeError, match="there is a theme 'mine' already"):
        start_theme("mine", tmp_path / "b", str(tmp_path / "a"))


def test_export__single_files_follow_the_theme(sitegen: Run, tmp_path: Path) -> None:
    sitegen("theme", "new", "mine", "--parent", "book")
    sheet = tmp_path / "mine" / "static" / "css" / "mine.css"
    sheet.write_text(sheet.read_text("utf-8") + "\n.mine-rule { color: var(--text); }\n", "utf-8")
    (tmp_path / "sitegen.toml").write_text('theme = "mine"', "utf-8")
    assert sitegen("import", EXPORT, "--quiet")[0] == 0
    assert sitegen("export", "out", "--format", "html", "--quiet")[0] == 0
    html = next((tmp_path / "out").rglob("*.html")).read_text("utf-8")
    places = [html.index(rule) for rule in ("\n.block-document {", "\n.bar {", "\n.mine-rule {", "@media print {\n/*")]
    assert places == sorted(places)


def test_theme__path_in_the_settings_is_seen_from_their_file_and_an_option_from_here(
    sitegen: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_theme("mine", tmp_path / "looks" / "mine", "default")
    start_theme("other", tmp_path / "away" / "other", "default")
    (tmp_path / "looks" / "book").mkdir()  # a built-in name stays one
    settings = tmp_path / "looks" / "sitegen.toml"
    away = tmp_path / "away"
    monkeypatch.chdir(away)

    def sheets(theme: str, *options: str) -> set[str]:
        settings.write_text(f'theme = "{theme}"\ntimezone = "UTC"\n', "utf-8")
        code, _, faults = sitegen("build", EXPORT, "--config", settings, "--quiet", *options)
        assert code == 0, faults
        return {path.name for path in (away / "site" / "assets" / "css").iterdir()} & {
            "mine.css", "other.css", "book.css",
        }  # fmt: skip

    assert sheets("mine") == sheets("./mine") == sheets(str(tmp_path / "looks" / "mine")) == {"mine.css"}
    assert sheets("book") == {"book.css"}
    assert sheets("mine", "--theme", "other") == {"other.css"}
    settings.write_text('theme = "other"\n', "utf-8")
    code, _, faults = sitegen("build", "--config", settings, "--quiet")
    assert code == 1
    assert str(tmp_path / "looks" / "other") in faults
