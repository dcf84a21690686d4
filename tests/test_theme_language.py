"""The words of themes' templates: looked up in the site's language, with plurals, and in the theme's own catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sitegen.errors import ThemeError
from sitegen.pages import Link, NavLink, OverviewEntry, OverviewPage, SiteView
from sitegen.theme import Theme, load_theme

SITE = SiteView("Chats", "../", (NavLink("Home", "../index.html", id="Home"),), "Home", "sitegen 1")
TEMPLATES = Path(__file__).parent.parent / "themes"
COUNTED = "{% trans n=page, count=page | number %}{{ count }} pear{% pluralize n %}{{ count }} pears{% endtrans %}"
GERMAN = """
msgid "Next"
msgstr "Weiter"

msgid "by %(name)s"
msgstr "von %(name)s"

msgid "starred"
msgstr "markiert"

msgid "memory"
msgstr "Erinnerung"

msgid "Search"
msgstr "Suche"

msgid "%(count)s pear"
msgid_plural "%(count)s pears"
msgstr[0] "%(count)s Birne"
msgstr[1] "%(count)s Birnen"
"""
CHINESE = """
msgid "%(count)s pear"
msgid_plural "%(count)s pears"
msgstr[0] "%(count)s 个梨"
"""


def theme_of(folder: Path, text: str, language: str = "de", catalogue: str = GERMAN, **more: str) -> Theme:
    """A theme with one template, x.html, others by their names, and a catalogue."""
    files = {"theme.toml": 'name = "mine"', "templates/x.html": text, f"locale/{language}.po": catalogue}
    files |= {f"templates/{name}.html": content for name, content in more.items()}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    return load_theme(folder, language)


def shown(theme: Theme, page: object = None) -> str:
    return theme.render("x.html", SITE, page)


def test_text__from_the_themes_own_catalogue(tmp_path: Path) -> None:
    assert shown(theme_of(tmp_path, '{{ _("Next") }}, {{ _("in English") }}')) == "Weiter, in English"


def test_text__values_are_escaped_elements_of_the_text_are_not(tmp_path: Path) -> None:
    theme = theme_of(
        tmp_path, "{% trans name=page %}by <b>{{ name }}</b>{% endtrans %}|{{ _('by %(name)s', name=page) }}"
    )
    assert shown(theme, "<i>") == "by <b>&lt;i&gt;</b>|von &lt;i&gt;"


def test_text__in_a_macro_that_is_imported(tmp_path: Path) -> None:
    macro = "{% macro next() %}{{ _('Next') }}{% endmacro %}"
    assert shown(theme_of(tmp_path, '{% from "y.html" import next %}{{ next() }}', y=macro)) == "Weiter"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ _('Next') | upper }}", "WEITER"),
        ("{% if _('Next') == 'Weiter' %}{{ _ ( 'Next' ) }}{% endif %}", "Weiter"),
        ("{{ _('100 %% & <b>') }}", "100 % & <b>"),
        ("{{ [_('Next'), _('Search')] | join(' ') }}", "Weiter Suche"),
        ("{% set _text = 'Next' %}{{ _(_text) }}{{ _(_('Next')) }}", "WeiterWeiter"),
        ("{{ page._('Next') }}", "Next of another"),
        ("{{ '_(\"Next\")' }} _('Next')", "_(&#34;Next&#34;) _(&#39;Next&#39;)".replace("&#39;", "'")),
    ],
)
def test_text__wherever_it_stands_in_a_template(tmp_path: Path, text: str, said: str) -> None:
    assert shown(theme_of(tmp_path, text), {"_": "{} of another".format}) == said


def test_text__without_values_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = theme_of(tmp_path, "{{ _('Next') }} {{ _('by %(name)s', name='me') }}")
    asked: list[str] = []
    real = theme.language.gettext
    monkeypatch.setattr(theme.language, "gettext", lambda text: (asked.append(text), real(text))[1])
    assert shown(theme) == shown(theme) == "Weiter von me"
    assert asked == ["Next", "by %(name)s", "by %(name)s"]


@pytest.mark.parametrize(("count", "said"), [(1, "1 Birne"), (0, "0 Birnen"), (1204, "1.204 Birnen")])
def test_plural__by_the_catalogue(tmp_path: Path, count: int, said: str) -> None:
    assert shown(theme_of(tmp_path, COUNTED), count) == said


@pytest.mark.parametrize("count", [1, 7])
def test_plural__of_a_language_with_one_form(tmp_path: Path, count: int) -> None:
    assert shown(theme_of(tmp_path, COUNTED, "zh-Hans", CHINESE), count) == f"{count} 个梨"


@pytest.mark.parametrize(("count", "said"), [(1, "1 pear"), (0, "0 pears"), (1204, "1,204 pears")])
def test_plural__english_without_a_catalogue(tmp_path: Path, count: int, said: str) -> None:
    assert shown(theme_of(tmp_path, COUNTED, "en", ""), count) == said


def test_labels__known_flags_and_kinds_only(tmp_path: Path) -> None:
    flags = '{{ ["starred", "Search", "<i>"] | map("flag_label") | join(" ") }}'
    kinds = '{{ ["memory", "Search"] | map("kind_label") | join(" ") }}'
    assert shown(theme_of(tmp_path, f"{flags} {kinds}")) == "markiert Search &lt;i&gt; Erinnerung Search"


def test_names_of_months__in_the_language(tmp_path: Path) -> None:
    text = "{{ 3 | month_name }} {{ 10 | month_name(short=true) }}"
    assert shown(theme_of(tmp_path, text)) == "März Okt"


def test_calendar__months_stand_in_their_places_whatever_they_are_called(tmp_path: Path) -> None:
    months = (OverviewEntry(Link("Zweiter", "2.html", 3), month=2), OverviewEntry(Link("nie", "0.html", 1)))
    year = OverviewEntry(Link("2026", "y.html", 4), children=months)
    page = OverviewPage("dates", "Daten", "", (), (year,), "")
    html = theme_of(tmp_path, "").render("overview.html", SITE, page)
    names = re.findall(r'class="month-name"[^>]*>([^<]*)<', html)
    assert names == ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez", "nie"]
    assert html.index('href="2.html"') < html.index(">Mär<")
    assert ">Jan</span></span></li>" in html and ">Feb</span></span></li>" not in html


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{% trans %}by {{ nobody }}{% endtrans %}", r"x\.html, line 2: 'nobody' is undefined"),
        ("\n{{ _('by %(nmae)s', name=1) }}", r"x\.html, line 2: there is no value for 'nmae'"),
        ("\n{{ _('100 % of it') }}", r"x\.html, line 2: "),
        ("\n{{ 'two' | number }}", r"x\.html, line 2: "),
        ("\n{{ nothing | number }}", r"x\.html, line 2: 'nothing' is undefined"),
        ("\n\n{% trans %}a{% pluralize %}b{% endtrans %}", r"x\.html, line 3: "),
        ("{{ 13 | month_name }}", r"x\.html, line 1: there is no value for 13"),
    ],
)
def test_fault__in_a_text_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ThemeError, match=message):
        shown(theme_of(tmp_path, text))


def test_built_in_templates__hold_no_text_outside_of_gettext() -> None:
    """No letters between tags or in spoken attributes, but for commands and examples in <code>, and names of keys."""
    found = {}
    for path in sorted(TEMPLATES.glob("*/templates/**/*.html")):
        text = path.read_text("utf-8")
        for said in (r"{#.*?#}", r"{%-?\s*trans\b.*?endtrans\s*-?%}", r"<(code|kbd)>.*?</\1>", r"{[{%].*?[%}]}"):
            text = re.sub(said, "", text, flags=re.DOTALL)
        attributes = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
        found[path.name] = [said for said in [*attributes, *re.split("<[^>]*>", text)] if re.search(r"[^\W\d_]", said)]
    assert {name: said for name, said in found.items() if said} == {}
    assert len(found) > 20
