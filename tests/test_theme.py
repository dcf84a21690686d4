"""The theme's loader, and what holds for every template, stylesheet and script of the default theme."""

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from sitegen import pages
from sitegen.errors import ThemeError
from sitegen.pages import BlockView, FileView, Link, NavLink, OverviewEntry, OverviewPage, SiteView
from sitegen.text import palettes_css
from sitegen.theme import Theme, available, flattened, load_theme, web_address
from sitegen.theme.starting import variables

DEFAULT = load_theme("default")
FOLDER = DEFAULT.folders[-1]
BUILT_IN = {name: load_theme(name) for name in available()}
FOLDERS = [theme.folders[0] for theme in BUILT_IN.values()]
TEMPLATES = sorted(path for folder in FOLDERS for path in (folder / "templates").rglob("*.html"))
SCRIPTS = sorted(path for folder in FOLDERS for path in (folder / "static" / "js").glob("*.js"))
STYLES = sorted(path for folder in FOLDERS for path in (folder / "static" / "css").glob("*.css"))

SITE = SiteView(
    "Chats",
    "../",
    (NavLink("Home", "../index.html", id="Home"), NavLink("Dates", "", id="Dates")),
    "Dates",
    "sitegen 1",
)
PAGES = {
    "home.html": pages.HomePage,
    "list.html": pages.ListPage,
    "overview.html": pages.OverviewPage,
    "import.html": pages.ImportPage,
    "conversation.html": pages.ConversationPage,
    "single.html": pages.SinglePage,
}


def make_theme(folder: Path, files: dict[str, str], name: str = "mine", settings: str = "") -> Theme:
    for path, text in {"theme.toml": f'name = "{name}"\n{settings}', **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load_theme(folder)


def render(theme: Theme, template: str, page: object = None) -> str:
    return theme.render(template, SITE, page)


# --- finding a theme ------------------------------------------------------------------------------------------


def test_load__built_in() -> None:
    assert DEFAULT.names == ("default",)
    assert DEFAULT.version
    assert "default" in available()


def test_load__from_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("default", "plain"):
        (tmp_path / "sitegen" / "_themes" / name).mkdir(parents=True)
        (tmp_path / "sitegen" / "_themes" / name / "theme.toml").write_text(f'name = "{name}"')
    monkeypatch.setattr("sitegen.theme.__file__", str(tmp_path / "sitegen" / "theme" / "__init__.py"))
    assert available() == ("default", "plain")
    assert load_theme("plain").names == ("plain", "default")


def test_load__missing_names_the_available_ones() -> None:
    with pytest.raises(ThemeError, match=r"no theme 'nowhere'.*built-in themes: .*default"):
        load_theme("nowhere")


def test_load__folder_without_settings(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"holds no theme\.toml"):
        load_theme(tmp_path)


def test_load__name_wins_over_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_theme(tmp_path / "default", {}, name="other")
    monkeypatch.chdir(tmp_path)
    assert load_theme("default").name == "default"
    assert load_theme("./default").name == "other"
    assert load_theme(Path("default")).name == "other"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("colour = 1", "unknown key 'colour'; keys are description, name, parent, version"),
        ("version = 2", "version must be a text"),
        ("version = ", r"theme\.toml"),
        ('parent = "nowhere"', "parent 'nowhere'"),
    ],
)
def test_load__bad_settings_are_named(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises(ThemeError, match=message):
        make_theme(tmp_path, {}, settings=settings)


@pytest.mark.parametrize("name", ["", "My Theme", "../x", "a/b"])
def test_load__bad_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ThemeError, match="name must be given"):
        make_theme(tmp_path, {}, name=name)


def test_load__parents_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "theme.toml").write_text('name = "b"\nparent = "../a"\n')
    with pytest.raises(ThemeError, match="a -> b -> a"):
        make_theme(tmp_path / "a", {}, name="a", settings='parent = "../b"')


# --- what templates are compiled to --------------------------------------------------------------------------------


def test_compiled__once_for_as_long_as_the_template_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compile_ = jinja2.Environment.compile
    monkeypatch.setattr(
        jinja2.Environment,
        "compile",
        lambda self, source, *more: compiled.append(source) or compile_(self, source, *more),
    )
    files = {"templates/a.html": "one"}
    assert [render(make_theme(tmp_path, files), "a.html") for _ in range(3)] == ["one"] * 3
    files = {"templates/a.html": "two"}
    assert [render(make_theme(tmp_path, files), "a.html") for _ in range(3)] == ["two"] * 3
    assert compiled == ["one", "two"]


def test_compiled__for_each_language_by_itself(tmp_path: Path) -> None:
    """A filter of what stands in the template is reckoned when that is compiled."""
    make_theme(tmp_path, {"templates/a.html": "{{ 3 | month_name }}"})
    said = [load_theme(tmp_path, language).render("a.html", SITE, None) for language in ("en", "de", "en")]
    assert said == ["March", "März", "March"]


# --- looking up templates and files ---------------------------------------------------------------------------


def test_look_up__own_then_parent_then_default(tmp_path: Path) -> None:
    make_theme(tmp_path / "a", {"templates/x.html": "a-x", "templates/y.html": "a-y"}, name="a")
    theme = make_theme(tmp_path / "b", {"templates/x.html": "b-x"}, name="b", settings='parent = "../a"\nversion = "3"')
    assert theme.names == ("b", "a", "default")
    assert theme.version == "3"
    assert [render(theme, name) for name in ("x.html", "y.html", "a/x.html")] == ["b-x", "a-y", "a-x"]
    assert "<!doctype html>" in render(theme, "base.html")


def test_look_up__extending_what_it_replaces(tmp_path: Path) -> None:
    text = '{% extends "default/base.html" %}{% block main %}<p>mine</p>{% endblock %}'
    html = render(make_theme(tmp_path, {"templates/base.html": text}), "base.html")
    assert "<p>mine</p>" in html
    assert "Content-Security-Policy" in html


def test_static_files__own_stand_in_for_the_parents(tmp_path: Path) -> None:
    files = {"static/css/colours.css": "mine", "static/new.txt": "new", "static/.hidden": "", "static/old~": ""}
    found = dict(make_theme(tmp_path, files).static_files())
    assert found["css/colours.css"] == b"mine"
    assert found["new.txt"] == b"new"
    assert found["css/layout.css"] == dict(DEFAULT.static_files())["css/layout.css"]
    assert list(found) == sorted(found)
    assert not {".hidden", "old~"} & found.keys()


def test_fingerprint__follows_templates_and_static_files(tmp_path: Path) -> None:
    first = make_theme(tmp_path, {"templates/x.html": "1", "static/a.css": "1"}).fingerprint
    again = load_theme(tmp_path).fingerprint
    template = make_theme(tmp_path, {"templates/x.html": "2"}).fingerprint
    static = make_theme(tmp_path, {"static/a.css": "2"}).fingerprint
    assert first == again
    assert len({first, template, static}) == 3


# --- values ---------------------------------------------------------------------------------------------------


def test_render__strings_are_escaped_whatever_the_file_is_called(tmp_path: Path) -> None:
    theme = make_theme(tmp_path, {"templates/x.txt": "{{ page }}"})
    assert theme.render("x.txt", SITE, "<b>&") == "&lt;b&gt;&amp;"
    assert theme.render("x.txt", SITE, Markup("<b>")) == "<b>"


# --- hostile values -------------------------------------------------------------------------------------------

HOSTILE = "'\"><script>alert(1)</script><img src=x onerror=alert(1)> x=y onclick=z`{{ page }}&lt;\u202e"
MARKUP = Markup("<p>trusted</p>")
KINDS = [
    *("text", "code", "reasoning", "tool", "image", "audio", "file", "document"),
    *("quote", "sources", "notice", "unknown", "new"),
]


def files(text: str) -> Iterator[FileView]:
    for shows_as in ("image", "audio", "video", "link"):
        yield FileView(text, text, shows_as, text, text, 3, 3, text)
        yield FileView(text, "", shows_as, text, text, None, None, text)


def blocks(text: str, depth: int) -> Iterator[BlockView]:
    fill = dict.fromkeys(("summary", "title", "name", "language", "note", "caption", "prompt", "level"), text)
    references = (value(pages.Reference, text, depth),)
    inner = tuple(blocks(text, depth + 1)) if depth == 0 else ()
    for kind in KINDS:
        for file in files(text) if kind in ("image", "audio", "file") else [None]:
            yield BlockView(kind, MARKUP, file=file, blocks=inner, references=references, failed=True, **fill)


def value(type_: typing.Any, text: str, depth: int = 0) -> typing.Any:
    """A value of a page type with `text` in every field that holds a string."""
    if type_ in (str, int, bool, Markup):
        return {str: text, int: 3, bool: depth % 2 == 1, Markup: MARKUP}[type_]
    parts = typing.get_args(type_)
    if typing.get_origin(type_) is types.UnionType:
        return value(parts[0], text, depth)
    if typing.get_origin(type_) is not tuple:
        hints = typing.get_type_hints(type_)
        return type_(**{name: value(hint, text, depth) for name, hint in hints.items()})
    if parts[0] is BlockView:
        return tuple(blocks(text, 0))
    if parts[0] is FileView:
        return tuple(files(text))
    if parts[-1] is not ...:
        return tuple(value(part, text, depth) for part in parts)
    return () if depth > 3 else tuple(value(parts[0], text, deeper) for deeper in (depth + 1, depth + 2))


class Outline(HTMLParser):
    """The elements of a page with the names of their attributes, its text, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.text = ""
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.links += [text or "" for name, text in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("template", PAGES)
@pytest.mark.parametrize("kind", ["", "dates"])
def test_hostile_values__change_no_element(template: str, kind: str) -> None:
    def outline(text: str) -> Outline:
        page = value(PAGES[template], text)
        if kind and hasattr(page, "kind"):
            page = PAGES[template](**{**vars(page), "kind": kind})
        return Outline(DEFAULT.render(template, value(SiteView, text), page))

    hostile, plain = outline(HOSTILE), outline("plain")
    assert hostile.elements == plain.elements
    assert HOSTILE in hostile.text
    assert not {name for _, *names in hostile.elements for name in names if name.startswith(("on", "style"))}


def test_hostile_values__no_script_address_in_links() -> None:
    address = "javascript:alert(1)"
    reference = pages.Reference(1, "r1", "", "Title", "host", address)
    page = value(pages.ConversationPage, "plain")
    message = pages.MessageView("m", "user", "You", "", None, (), references=(reference,))
    changed = {**vars(page), "origin": address, "turns": (pages.Turn(message),)}
    links = Outline(DEFAULT.render("conversation.html", SITE, pages.ConversationPage(**changed))).links
    assert not [link for link in links if link.startswith("javascript")]


@pytest.mark.parametrize(
    ("url", "link"),
    [("https://a.b/c", "https://a.b/c"), ("HTTP://a", "HTTP://a"), ("javascript:x", ""), ("//a", ""), ("", "")],
)
def test_web_address(url: str, link: str) -> None:
    assert web_address(url) == link


def test_overview__however_deep_the_folders_are() -> None:
    entry = OverviewEntry(Link("deepest", "x.html"))
    for _ in range(5000):
        entry = OverviewEntry(Link("folder", "y.html"), children=(entry,))
    assert [depth for depth, _ in flattened([entry])] == list(range(5001))
    page = OverviewPage("folders", "Folders", "", (), (entry,), "")
    assert "deepest" in DEFAULT.render("overview.html", SITE, page)


def test_flattened__reading_order() -> None:
    leaf = [OverviewEntry(Link(name, "")) for name in "abcd"]
    first = OverviewEntry(Link("1", ""), children=(leaf[0], leaf[1]))
    second = OverviewEntry(Link("2", ""), children=(leaf[2],))
    found = [(depth, entry.link.label) for depth, entry in flattened([first, second, leaf[3]])]
    assert found == [(0, "1"), (1, "a"), (1, "b"), (0, "2"), (1, "c"), (0, "d")]


def block_html(folder: Path, view: BlockView) -> str:
    """A block by itself, white space as one blank."""
    template = '{% from "parts/block.html" import block %}{{ block(page) }}'
    theme = make_theme(folder, {"templates/one.html": template}, name="one")
    return re.sub(r"\s+", " ", theme.render("one.html", SITE, view)).strip()


def test_block__tool_that_tells_no_more_than_its_line_is_no_fold(tmp_path: Path) -> None:
    line = '<p class="block block-tool step-line" dir="auto">Used x</p>'
    assert block_html(tmp_path, BlockView("tool", summary="Used x")) == line
    named = block_html(tmp_path, BlockView("tool", summary="Looked up", name="a<b"))
    assert named.startswith("<details")
    assert '<code translate="no">a&lt;b</code>' in named


def test_block__text_of_a_file_that_is_missing_names_its_kind_and_size(tmp_path: Path) -> None:
    file = FileView("a.txt", "", "link", "text/plain", "12 KB")
    html = block_html(tmp_path, BlockView("file", Markup("<p>x</p>"), file=file))
    assert '<span dir="auto">a.txt</span> <span class="file-facts">(text/plain, 12 KB)</span></summary>' in html
    elsewhere = replace(file, remote="https://a.example/a.txt")
    html = block_html(tmp_path, BlockView("file", Markup("<p>x</p>"), file=elsewhere))
    assert html.count("12 KB") == html.count("https://a.example/a.txt") == html.count("<p>x</p>") == 1


def test_summary__stands_open_where_it_is_short_and_is_a_fold_where_it_is_long(tmp_path: Path) -> None:
    template = '{% from "parts/summary.html" import summary %}{{ summary(page) }}'
    theme = make_theme(tmp_path, {"templates/one.html": template}, name="one")
    short, long = (theme.render("one.html", SITE, Markup(f"<p>{'word ' * count}</p>")) for count in (10, 200))
    assert 'class="summary" id="summary"' in short
    assert "<details" not in short
    assert '<details class="fold summary" id="summary">' in long


def test_home__empty_archive_says_what_to_do() -> None:
    html = DEFAULT.render("home.html", SITE, pages.HomePage(pages.Totals(0, 0, "", ""), empty=True))
    assert "sitegen build your-export.zip" in html


# --- what every page and file keeps to ------------------------------------------------------------------------


@pytest.mark.parametrize("template", [name for name in PAGES if name != "single.html"])
def test_page__head_begins_with_charset_and_policy(template: str) -> None:
    html = DEFAULT.render(template, SITE, value(PAGES[template], "plain"))
    head = html[html.index("<head>") :]
    assert head.index('<meta charset="utf-8">') < head.index("Content-Security-Policy") < head.index("<link")
    assert head.index("Content-Security-Policy") < head.index("<script")
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in head
    assert '<meta name="referrer" content="no-referrer">' in head
    # Browsers may look the hosts of a page's links up before anybody follows one.
    assert '<meta http-equiv="x-dns-prefetch-control" content="off">' in head


@pytest.mark.parametrize("template", PAGES)
def test_page__own_ids_are_unique_and_one_title(template: str) -> None:
    html = DEFAULT.render(template, SITE, value(PAGES[template], ""))
    # Those that begin with "-" stand behind the anchors of messages, which are empty here.
    ids = re.findall(r'\bid="([^"-][^"]*)"', html)
    assert ids
    assert len(ids) == len(set(ids))
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template__nothing_inline_and_nothing_declared_safe(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "single.html":  # a file of its own: its policy allows this one style by hash, and no script
        text = text.replace("<style>{{ page.style }}</style>", "")
        assert "<script" not in text
    assert not re.search(r"\|\s*safe\b|autoescape|\bstyle\s*=|<style|javascript:|\bsrcset", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)
    assert not re.search(r"""(?:href|src)\s*=\s*["']?(?:https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template__static_files_exist(path: Path) -> None:
    generated = {"css/code.css", "js/language.js"}
    found = set(re.findall(r"assets/([\w./-]+)", path.read_text(encoding="utf-8"))) - generated
    theme = next(theme for theme in BUILT_IN.values() if theme.folders[0] in path.parents)
    assert not found - dict(theme.static_files()).keys()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script__strict_and_without_html_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '"use strict"' in text
    if path.name == "sealed.js":
        # It shows whole pages that the build made, once they are decrypted, parsed as those of a plain site are.
        assert text.count("document.write(") == 1
        text = text.replace("document.write(html)", "")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"^\s*(import|export)\b|\bfetch\(|XMLHttpRequest|sendBeacon", text, re.M)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_stylesheet__loads_nothing_and_takes_colours_from_variables(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"@import|url\(", text)
    # A theme's own sheet holds its variables too; colours stand in these alone.
    rules = re.sub(r"--[\w-]+:[^;]+;", "", text) if path.stem in BUILT_IN else text
    if path.name not in ("colours.css", "print.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", rules)


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in__has_what_a_person_chooses_by(name: str) -> None:
    theme = BUILT_IN[name]
    assert theme.name == name
    assert theme.version
    assert theme.description.endswith(".")


@pytest.mark.parametrize("name", sorted(BUILT_IN.keys() - {"default"}))
def test_built_in__sizes_follow_the_readers_own(name: str) -> None:
    found = variables(BUILT_IN[name])
    assert [found[size] for size in found if size.startswith("size") and not found[size].endswith("rem")] == []


# --- contrast -------------------------------------------------------------------------------------------------

GROUNDS = ("ground", "ground-soft", "accent-soft")


def palette(theme: Theme, scheme: int, more_contrast: bool) -> dict[str, str]:
    sheets = dict(theme.static_files())
    found: dict[str, str] = {}
    texts = [sheets[path].decode() for path in ("css/colours.css", *theme.stylesheets)]
    for text in texts:
        usual, _, more = text.partition("prefers-contrast: more")
        pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", usual + (more if more_contrast else ""))
        found |= {name: colours[scheme] for name, *colours in pairs}
    return found


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two "#rrggbb" colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast__known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("more", [False, True], ids=["usual", "more"])
def test_contrast__of_the_variables(name: str, scheme: int, more: bool) -> None:
    colours = palette(BUILT_IN[name], scheme, more)
    wanted = {("text", ground): 7.0 for ground in (*GROUNDS, "mark")}
    wanted |= {(ink, ground): 7.0 if more else 4.5 for ink in ("muted", "accent") for ground in GROUNDS}
    wanted |= {(ink, ground): 3.0 for ink in ("focus", "line-strong") for ground in ("ground", "ground-soft")}
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in wanted}
    assert {pair: ratio for pair, ratio in found.items() if ratio < wanted[pair]} == {}


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast__of_highlighted_code(name: str, scheme: int) -> None:
    ground = palette(BUILT_IN[name], scheme, False)["ground-soft"]
    light, _, dark = palettes_css().partition(':root[data-theme="dark"]')
    found = {colour: contrast(colour, ground) for colour in re.findall(r"color: (#\w{6})", (light, dark)[scheme])}
    assert found
    assert {colour: ratio for colour, ratio in found.items() if ratio < 4.5} == {}
