"""What is wrong with a theme is told in one line with its file and line, wherever it comes up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.errors import ThemeError
from sitegen.pages import NavLink, SiteView
from sitegen.theme import Theme, load_theme

SITE = SiteView("Chats", "../", (NavLink("Home", "../index.html", id="Home"),), "Home", "sitegen 1")
EXPORT = Path(__file__).parent.parent / "example_export" / "deepseek"
Run = Callable[..., tuple[int, str, str]]


def make_theme(folder: Path, files: dict[str, str | bytes], name: str = "mine", settings: str = "") -> Theme:
    for path, content in {"theme.toml": f'name = "{name}"\n{settings}', **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_theme(folder)


def fault(theme: Theme, template: str = "x.html") -> str:
    with pytest.raises(ThemeError) as caught:
        theme.render(template, SITE, None)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- templates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\n{% if %}", r"x\.html, line 2"),
        ("one\n{{ site.title | shout }}", r"x\.html, line 2: No filter named 'shout'"),
        ("one\ntwo\n{{ page.colour }}", r"x\.html, line 3: .*colour"),
        ("{{ nothing }}", r"x\.html, line 1: 'nothing' is undefined"),
        ("\n{{ 1 + site.title }}", r"x\.html, line 2"),
        ("\n{{ '{:d}'.format('x') }}", r"x\.html, line 2: Unknown format code"),
        ('\n{% include "gone.html" %}', r"x\.html, line 2: there is no template 'gone\.html'"),
        ('\n{% from "gone.html" import x %}', r"x\.html, line 2: there is no template 'gone\.html'"),
        ('{% extends "x.html" %}', r"x\.html, line 1: it includes or extends itself"),
        ("{% macro m(a) %}{{ a }}{% endmacro %}\n\n{{ m(b=1) }}", r"x\.html, line 3: macro 'm' takes no keyword"),
        ("{% macro m(a) %}{{ a }}{% endmacro %}\n{{ m() }}", r"x\.html, line 1: parameter 'a' was not provided"),
        ('\n{% from "parts/marks.html" import nothing %}\n{{ nothing() }}', r"x\.html, line 3: .*'nothing'"),
        ("{{ dict(a=1, a=2) }}", r"x\.html: can't be compiled: keyword argument repeated"),
    ],
)
def test_fault__names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    assert re.search(message, fault(make_theme(tmp_path, {"templates/x.html": text})))


def test_fault__in_the_parents_macro_names_the_line_that_called_it(tmp_path: Path) -> None:
    text = '{% from "parts/rows.html" import row_list %}\n\n{{ row_list(7) }}'
    told = fault(make_theme(tmp_path, {"templates/x.html": text}))
    assert re.search(r"default/templates/parts/rows\.html, line \d+: ", told)
    assert told.endswith(f"(used in {tmp_path / 'templates' / 'x.html'}, line 3)")


def test_fault__in_its_own_macro_called_by_the_parent(tmp_path: Path) -> None:
    make_theme(
        tmp_path / "parent",
        {"templates/y.html": '{% from "parts/mark.html" import mark %}\n{{ mark(7) }}'},
        name="parent",
    )
    files: dict[str, str | bytes] = {
        "templates/parts/mark.html": "{% macro mark(id) %}\n{{ id.x }}\n{% endmacro %}",
        "templates/x.html": '{% include "y.html" %}',
    }
    told = fault(make_theme(tmp_path / "mine", files, settings='parent = "../parent"'))
    assert told.startswith(f"Theme 'mine': {tmp_path / 'mine' / 'templates' / 'parts' / 'mark.html'}, line 2: ")
    assert "used in" not in told


def test_fault__missing_template_names_the_places(tmp_path: Path) -> None:
    told = fault(make_theme(tmp_path, {}), "gone.html")
    assert re.search(r"no template 'gone\.html'; looked in .*templates, .*templates", told)


@pytest.mark.parametrize("asked", ["bad.html", "x.html"])
def test_fault__template_that_is_not_utf_8(tmp_path: Path, asked: str) -> None:
    """Asked for itself, or included: it is the one that is named."""
    files: dict[str, str | bytes] = {
        "templates/bad.html": "one\nf\xfcr\n".encode("latin-1"),
        "templates/x.html": '{% include "bad.html" %}',
    }
    told = fault(make_theme(tmp_path, files), asked)
    assert told == f"{tmp_path / 'templates' / 'bad.html'}, line 2: not valid UTF-8; save it as UTF-8"


def test_fault__template_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = make_theme(tmp_path, {"templates/x.html": "text"})

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("jinja2.FileSystemLoader.get_source", refused)
    assert re.fullmatch(r"\S*x\.html can't be read: Permission denied", fault(theme))


# --- theme.toml -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (b'name = "x\n', r"theme\.toml: not valid TOML: .*line 1"),
        (b'name = "x"\nname = "y"\n', r"theme\.toml: not valid TOML: .*line 2"),
        (b'name = "f\xfcr"', r"theme\.toml: not valid UTF-8"),
        (b"name = " + b"9" * 5_000, r"theme\.toml: not valid TOML"),
        (b"name = " + b"[" * 5_000, r"theme\.toml: not valid TOML"),
        (b"", r"theme\.toml: name must be given"),
        (b'name = "x"\nparent = "../gone"', r"theme\.toml: parent '\.\./gone': there is no theme"),
        (b'name = "x"\nparent = "../file"', r"theme\.toml: parent '\.\./file': \S*file is a file, not the folder"),
        (b'name = "x"\nparent = ""', r"theme\.toml: two themes of one chain"),
    ],
)
def test_fault__theme_toml(tmp_path: Path, settings: bytes, message: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "theme.toml").write_bytes(settings)
    with pytest.raises(ThemeError, match=message):
        load_theme(tmp_path / "mine")


def test_theme_toml__written_by_an_editor_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_bytes(b'\xef\xbb\xbfname = "x"')
    assert load_theme(tmp_path).name == "x"


def test_fault__theme_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "page.html").touch()
    with pytest.raises(ThemeError, match=r"page\.html is a file, not the folder of a theme; give a theme's folder"):
        load_theme(str(tmp_path / "page.html"))


@pytest.mark.parametrize("name", ["loop", "a\0b", "x" * 5000])
def test_fault__path_that_leads_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ThemeError, match="there is no theme"):
        load_theme(str(tmp_path / name))


# --- static files ---------------------------------------------------------------------------------------------


def told_of_static(folder: Path) -> str:
    with pytest.raises(ThemeError) as caught:
        dict(load_theme(folder).static_files())
    return str(caught.value)


def test_fault__folder_where_the_parent_has_a_file(tmp_path: Path) -> None:
    make_theme(tmp_path, {"static/css/colours.css/mine.css": ""})
    assert re.search(r"mine\.css: 'css/colours\.css' is a file in another theme", told_of_static(tmp_path))


def test_fault__file_where_the_parent_has_a_folder(tmp_path: Path) -> None:
    make_theme(tmp_path, {"static/css": ""})
    assert re.search(r"'css' is a file in another theme", told_of_static(tmp_path))


@pytest.mark.parametrize(
    ("target", "message"),
    [(".", "is a symbolic link to a folder"), ("loop.css", "to nothing"), ("gone.css", "to nothing")],
)
def test_fault__symbolic_link_that_gives_no_file(tmp_path: Path, target: str, message: str) -> None:
    make_theme(tmp_path, {"static/a.css": ""})
    (tmp_path / "static" / "loop.css").symlink_to(target)
    assert re.search(rf"loop\.css {message}|loop\.css is a symbolic link {message}", told_of_static(tmp_path))


def test_static_files__a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    make_theme(tmp_path, {"static/a.css": "text"})
    (tmp_path / "static" / "b.css").symlink_to("a.css")
    assert dict(load_theme(tmp_path).static_files())["b.css"] == b"text"


# --- as a person meets them -----------------------------------------------------------------------------------

BROKEN: dict[str, dict[str, str | bytes]] = {
    "templates/conversation.html": {"templates/conversation.html": "one\n{{ page.colour }}"},
    "templates/home.html": {"templates/home.html": "one\n{% if %}"},
    "static/loop.css": {},
}


@pytest.mark.parametrize("where", BROKEN)
@pytest.mark.parametrize("jobs", [1, 2])
def test_command__one_line_and_exit_code_1(sitegen: Run, tmp_path: Path, where: str, jobs: int) -> None:
    """With two jobs the page is made in a worker process."""
    make_theme(tmp_path / "mine", BROKEN[where])
    if where == "static/loop.css":
        (tmp_path / "mine" / "static").mkdir()
        (tmp_path / "mine" / "static" / "loop.css").symlink_to("loop.css")
    code, _, said = sitegen("build", EXPORT, "--theme", tmp_path / "mine", "--jobs", jobs, "--quiet")
    assert code == 1
    assert said.startswith("sitegen: ")
    assert said.count("\n") == 1
    assert str(tmp_path / "mine" / where) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["build", "watch"])
def test_command__theme_option_that_names_a_file(sitegen: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "page.html").touch()
    code, _, said = sitegen(command, *([tmp_path] if command == "watch" else [EXPORT]), "--theme", "page.html")
    assert (code, said.count("\n")) == (1, 1)
    assert "page.html is a file, not the folder of a theme" in said


def test_command__export_with_a_stylesheet_that_is_not_utf_8(sitegen: Run, tmp_path: Path) -> None:
    make_theme(tmp_path / "mine", {"static/css/mine.css": b"/* f\xfcr */"})
    (tmp_path / "sitegen.toml").write_text('theme = "mine"', "utf-8")
    assert sitegen("import", EXPORT, "--quiet")[0] == 0
    code, _, said = sitegen("export", "out", "--format", "html", "--quiet")
    assert (code, said.count("\n")) == (1, 1)
    assert "css/mine.css is not valid UTF-8" in said
