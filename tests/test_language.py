"""The site's own words in another language: texts, dates and numbers, and what they make of pages and builds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import pytest
from export_maker import make_export, run
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, dialogue, message

from sitegen.archive.store import Archive
from sitegen.build import BuildSummary, build_site
from sitegen.config import Config
from sitegen.errors import ConfigError, LanguageError
from sitegen.language import ENGLISH, Language, languages, load_language
from sitegen.model import Attachment, FileBlock, ReasoningBlock, ToolCallBlock, ToolResultBlock, content_id
from sitegen.pages import DateView
from sitegen.plain_files import export_files
from sitegen.plan import plan
from sitegen.plan.charts import calendar, twelve_months
from sitegen.plan.lists import Day
from sitegen.render.conversation import page_in, placing_for, render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.theme import load_theme

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 5, 23, 5, tzinfo=UTC)
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"

GERMAN = {
    "Home": "Start",
    "Dates": "Zeit",
    "Without a date": "Ohne Datum",
    "My conversations": "Meine Unterhaltungen",
    "You": "Du",
    "No longer in your account": "Nicht mehr im Konto",
    "Reasoned for {duration}: {title}": "{duration} nachgedacht: {title}",
    "Searched the web for “{subject}”": "Websuche nach „{subject}“",
    "{call} (failed)": "{call} (fehlgeschlagen)",
    "{first} to {last}": "{first} bis {last}",
    "Untitled": "Ohne Titel",
    "starred": "markiert",
    ("{count} message", "{count} messages"): ("{count} Nachricht", "{count} Nachrichten"),
    ("{count} conversation", "{count} conversations"): ("{count} Unterhaltung", "{count} Unterhaltungen"),
    ("Show all {count} lines", "Show all {count} lines"): ("Alle {count} Zeilen zeigen", "Alle {count} Zeilen zeigen"),
}
CHINESE = {
    "{weekday}, {day}": "{day} {weekday}",
    "{date}, {time}": "{date} {time}",
    "{first} to {last}": "{first}至{last}",
    ", ": "，",
    ("{count} message", "{count} messages"): ("{count} 条消息",),
}


def catalogue(texts: dict, plural: str = "", head: str = "charset=utf-8") -> str:
    lines = ['msgid ""', 'msgstr ""', f'"Content-Type: text/plain; {head}\\n"']
    if plural:
        lines.append(f'"Plural-Forms: {plural}\\n"')
    for text, translated in texts.items():
        singular, *more = text if isinstance(text, tuple) else (text,)
        lines += ["", f"msgid {json.dumps(singular, ensure_ascii=False)}"]
        lines += [f"msgid_plural {json.dumps(one, ensure_ascii=False)}" for one in more]
        if more:
            forms = enumerate(translated)
            lines += [f"msgstr[{number}] {json.dumps(one, ensure_ascii=False)}" for number, one in forms]
        else:
            lines.append(f"msgstr {json.dumps(translated, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def theme_with(folder: Path, tag: str, content: str) -> Path:
    """A theme that brings a language."""
    (folder / "locale").mkdir(parents=True, exist_ok=True)
    (folder / "theme.toml").write_text('name = "spoken"\n')
    (folder / "locale" / f"{tag}.po").write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="session")
def theme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = theme_with(tmp_path_factory.mktemp("theme"), "de", catalogue(GERMAN))
    return theme_with(folder, "zh-Hans", catalogue(CHINESE))


def german(theme: Path) -> Language:
    return load_language("de", (theme,))


def chinese(theme: Path) -> Language:
    return load_language("zh-Hans", (theme,))


def settings(theme: Path, tag: str = "de") -> Settings:
    labels = {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}
    return Settings(Config(language=tag), "Europe/Berlin", labels, {}, (str(theme),))


# --- dates, numbers ---------------------------------------------------------------------------------------------


def test_english__dates_in_the_zone_for_people_in_utc_for_machines():
    view = ENGLISH.date_view(EVENING, BERLIN)
    assert view == DateView("2026-03-05T23:05:00Z", "6 March 2026, 00:05", "6 Mar 2026", "00:05")
    assert ENGLISH.date_view(None, BERLIN) is None
    day = date(2026, 9, 5)
    assert (ENGLISH.day(day), ENGLISH.full_date(day)) == ("Saturday, 5 September", "Saturday, 5 September 2026")
    assert (ENGLISH.month(2026, 9), ENGLISH.short_month(2026, 9)) == ("September 2026", "Sept 2026")
    assert (ENGLISH.month_name(9), ENGLISH.weekday_name(0, short=True)) == ("September", "Mon")
    assert ENGLISH.months((2026, 3), (2026, 3)) == "March 2026"
    assert ENGLISH.months((2025, 4), (2026, 3)) == "April 2025 to March 2026"


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0.42, "0.4 s"), (12.4, "12 s"), (60, "1 min"), (185, "3 min 5 s"), (3600, "1 h"), (3840, "1 h 4 min")],
)
def test_english__durations_as_short_as_can_be(seconds, label):
    assert ENGLISH.duration(seconds) == label


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (None, ""),
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1234, "1 KB"),
        (999_900, "1.0 MB"),
        (3_400_000, "3.4 MB"),
        (5e12, "5000 GB"),
    ],
)
def test_english__sizes_in_powers_of_ten(size, label):
    assert ENGLISH.size(size) == label


def test_german__dates_and_numbers(theme):
    language = german(theme)
    view = language.date_view(EVENING, BERLIN)
    assert (view.label, view.short, view.time) == ("6. März 2026, 00:05", "6. März 2026", "00:05")
    assert language.day(date(2026, 3, 5)) == "Donnerstag, 5. März"
    assert language.months((2025, 4), (2026, 3)) == "April 2025 bis März 2026"
    assert (language.month_name(12, short=True), language.weekday_name(6, short=True)) == ("Dez", "So")
    assert (language.number(999), language.number(1204), language.number(-1204)) == ("999", "1.204", "-1.204")
    assert (language.size(3_400_000), language.duration(0.42)) == ("3,4 MB", "0,4 s")


def test_chinese__dates_and_numbers(theme):
    language = chinese(theme)
    view = language.date_view(EVENING, BERLIN)
    assert (view.label, view.short) == ("2026年3月6日 00:05", "2026年3月6日")
    assert language.day(date(2026, 3, 5)) == "3月5日 星期四"
    assert language.full_date(date(2026, 3, 5)) == "2026年3月5日星期四"
    assert language.months((2025, 4), (2026, 3)) == "2025年4月至2026年3月"
    assert (language.month_name(3, short=True), language.weekday_name(0, short=True)) == ("3月", "周一")
    assert language.listed(["甲", "", "乙"]) == "甲，乙"


def test_chinese__names_of_months_leave_room_for_each_other(theme):
    days = {date(2026, 3, 5): Day(date(2026, 3, 5), 1, "x.html")}
    names = {
        language.tag: [mark.label for mark in calendar(days, *twelve_months((2026, 9)), "", language).months]
        for language in (ENGLISH, chinese(theme))
    }
    assert names["en"][:2] == ["Oct 2025", "Nov"]
    assert names["zh-Hans"][:2] == ["2025年10月", "12月"]


# --- texts ------------------------------------------------------------------------------------------------------


def test_texts__what_no_catalogue_has_stays_english(theme):
    language = german(theme)
    assert language.say("You") == "Du"
    assert language.say("In no catalogue: {titles}.", titles="{odd} %s") == "In no catalogue: {odd} %s."
    assert language.say("") == ""
    assert ENGLISH.listed(["3 new", "", "1 changed"]) == "3 new, 1 changed"


def test_texts__plurals_by_the_rule_of_the_language(theme, tmp_path):
    one, many = "{count} message", "{count} messages"
    assert [german(theme).say_count(one, many, n) for n in (0, 1, 1204)] == [
        "0 Nachrichten",
        "1 Nachricht",
        "1.204 Nachrichten",
    ]
    assert [chinese(theme).say_count(one, many, n) for n in (1, 1204)] == ["1 条消息", "1,204 条消息"]
    forms = ("{count} wiadomość", "{count} wiadomości", "{count} wiadomości.")
    folder = theme_with(tmp_path, "pl", catalogue({(one, many): forms}, POLISH))
    polish = load_language("pl", (folder,))
    assert [polish.say_count(one, many, n) for n in (1, 3, 12)] == [
        "1 wiadomość",
        "3 wiadomości",
        "12 wiadomości.",
    ]


def test_texts__a_theme_goes_before_its_parents(theme, tmp_path):
    own = theme_with(tmp_path / "own", "de", catalogue({"You": "Sie"}))
    language = load_language("de", (own, theme))
    assert (language.say("You"), language.say("Home")) == ("Sie", "Start")
    assert language.fingerprint not in (german(theme).fingerprint, ENGLISH.fingerprint)
    assert {"de", "en", "zh-Hans"} <= set(languages((own, theme)))


def test_texts__catalogues_that_count_in_other_ways_are_refused(theme, tmp_path):
    own = theme_with(tmp_path, "de", catalogue({}, "nplurals=2; plural=(n > 1);"))
    with pytest.raises(ConfigError, match=r'catalogues for "de" .* differ in their plural rules'):
        load_language("de", (own, theme))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (catalogue({}, "nplurals=2; plural=alert(1);"), "plural rule"),
        (catalogue({}, "nplurals=2; plural=(n n);"), "plural rule"),
        (catalogue({}, "nplurals=2; plural=(n != 1"), "plural rule"),
        (catalogue({}, "nplurals=2; plural=n%0;"), "plural rule"),
        (catalogue({}, "nplurals=2; plural=n%3;"), "plural rule"),
        (catalogue({"You": "Du"}, head="charset=klingon"), "can't be read as a catalogue"),
        ("no catalogue at all", "can't be read as a catalogue"),
        (catalogue({"Result of {tool}": "Ergebnis von {werkzeug}"}), "{werkzeug}, which its English has not"),
        (catalogue({"You": "Du {"}), "{, which its English has not"),
        (catalogue({"%(n)s pages": "%(m)s Seiten"}), r"%\(m\)s, which its English has not"),
    ],
)
def test_texts__a_catalogue_that_cannot_be_used_is_named(content, complaint, tmp_path):
    folder = theme_with(tmp_path, "de", content)
    with pytest.raises(ConfigError, match=f"de.po: .*{complaint}"):
        load_language("de", (folder,))


def test_texts__a_catalogue_that_is_no_text_is_named(tmp_path):
    folder = theme_with(tmp_path, "de", "")
    (folder / "locale" / "de.po").write_bytes(b"\xff\xfe\0")
    with pytest.raises(ConfigError, match=r"de\.po: can't be read"):
        load_language("de", (folder,))


@pytest.mark.parametrize("tag", ["", "xx", "deutsch", "de_DE", "../de", "ga"])
def test_language__one_that_there_is_not_says_which_there_are(tag, theme):
    with pytest.raises(LanguageError, match=r"no known language|there are: .*de, en"):
        load_language(tag, (theme,))


@pytest.mark.parametrize("command", [["build"], ["search", "word"], ["export", "files", "--format", "markdown"]])
def test_cli__an_unknown_language_is_one_line_with_file_and_key(command, sitegen, tmp_path):
    (tmp_path / "sitegen.toml").write_text('language = "xx"\n')
    code, out, err = sitegen(*command)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert 'sitegen.toml: language: "xx" is no known language' in err


def test_cli__a_language_without_texts_names_those_there_are(sitegen, tmp_path, theme):
    (tmp_path / "sitegen.toml").write_text(f'language = "ga"\ntheme = {json.dumps(str(theme))}\n')
    code, _, err = sitegen("build")
    assert (code, len(err.splitlines())) == (1, 1)
    assert 'sitegen.toml: language: there are no texts in "ga"; there are: de, en' in err


# --- pages ------------------------------------------------------------------------------------------------------


LONG_CODE = "```python\n" + "x = 1\n" * 50 + "```\n"
TALK = conversation(
    "",
    message("1", "user", "hello"),
    message("2", "assistant", LONG_CODE, parent="1"),
    message(
        "3",
        "assistant",
        parent="2",
        absent=True,
        blocks=(
            ReasoningBlock("because", "why", 65),
            ToolCallBlock("web_search", '{"q": "rain"}'),
            ToolResultBlock(failed=True),
            FileBlock(Attachment("f", name="f.bin", size=3_400_000)),
        ),
    ),
    flags=("starred", "of my own"),
)


def test_render__a_conversation_speaks_german(theme):
    spoken = settings(theme)
    rendering = render_conversation(TALK, {}, spoken)
    page = page_in(placing_for(TALK, rendering.entry, spoken), rendering.page, rendering.entry.path, spoken.language)
    first, code, last = (turn.message for turn in page.turns)
    assert (first.speaker, page.facts) == ("Du", ("3 Nachrichten",))
    assert "Alle 50 Zeilen zeigen" in code.blocks[0].html
    assert [block.summary for block in last.blocks[:2]] == [
        "1 min 5 s nachgedacht: why",
        "Websuche nach „rain“ (fehlgeschlagen)",
    ]
    assert last.blocks[2].file.size == "3,4 MB"
    assert last.status == "Nicht mehr im Konto"
    # What is stored stays what it is: addresses, filters and rules know it by that.
    assert page.flags == ("starred", "of my own")
    assert [link.label for link in page.tags] == ["markiert", "of my own"]
    assert page.tags[0].url.endswith("tags/starred-" + page.tags[0].url[-17:])


def test_render__words_without_a_title_are_german(theme):
    rendering = render_conversation(conversation("", message("1", "assistant", "")), {}, settings(theme))
    assert rendering.page.title == "Ohne Titel"


def test_plan__navigation_is_translated_and_its_ids_are_not(theme):
    spoken = settings(theme)
    undated = msgspec.structs.replace(TALK, created=None)
    planned = {page.path: page for page in plan([render_conversation(undated, {}, spoken).entry], [], spoken)}
    dates = planned["dates/index.html"]
    assert (dates.current, dates.page.heading) == ("Dates", "Zeit")
    assert [link.label for link in dates.page.breadcrumbs] == ["Start"]
    assert [entry.link.label for entry in dates.page.entries] == ["Ohne Datum"]
    site = spoken.site(dates.path, dates.current)
    assert [(link.label, link.id) for link in site.nav][:3] == [
        ("Start", "Home"),
        ("Zeit", "Dates"),
        ("Ordner", "Folders"),
    ]
    assert (site.title, site.language, site.current) == ("Meine Unterhaltungen", "de", "Dates")
    html = load_theme(theme, "de").render(dates.template, site, dates.page)
    assert '<html lang="de"' in html
    assert '<a href="../dates/index.html" aria-current="page">Zeit</a>' in html
    assert html.count("aria-current") == 1
    tag = next(page for path, page in planned.items() if path.startswith("tags/starred-"))
    assert (tag.page.heading, tag.page.groups[0].rows[0].flags) == ("markiert", ("of my own",))


# --- builds -----------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path):
    talks = [
        conversation("First", *dialogue("question", LONG_CODE), id="a", flags=("starred",)),
        conversation("Second", *dialogue("question", "- [x] answer\n\n| a |\n|---|\n| b |\n"), id="b"),
    ]
    with Archive(tmp_path / "archive", "Europe/Berlin") as opened:
        run(opened, make_export(tmp_path / "1", 1, *talks, account=content_id("me")))
        yield opened


def build(archive: Archive, folder: Path, theme: Path, tag: str, jobs: int = 1) -> BuildSummary:
    return build_site(archive, folder, Config(theme=str(theme), language=tag), jobs)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pages(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted((folder / "chats").rglob("*.html")))


def test_build__another_language_renders_everything_and_the_way_back_leaves_no_trace(archive, tmp_path, theme):
    site = tmp_path / "site"
    build(archive, site, theme, "en")
    english = contents(site)
    spoken = build(archive, site, theme, "de", jobs=2)
    assert (spoken.rendered, build(archive, site, theme, "de").rendered) == (2, 0)
    assert "Alle 50 Zeilen zeigen" in pages(site)
    assert "Show all 50 lines" not in pages(site)
    german_site = contents(site)
    build(archive, tmp_path / "clean", theme, "de")
    assert contents(tmp_path / "clean") == german_site
    assert build(archive, site, theme, "en").rendered == 2
    assert contents(site) == english


def test_build__a_changed_translation_changes_the_pages(archive, tmp_path):
    mine = theme_with(tmp_path / "mine", "de", catalogue({"You": "Du"}))
    build(archive, tmp_path / "site", mine, "de")
    theme_with(mine, "de", catalogue({"You": "Ich"}))
    load_language.cache_clear()
    assert build(archive, tmp_path / "site", mine, "de").rendered == 2
    assert "Ich" in pages(tmp_path / "site")


def test_export__html_follows_the_language_markdown_and_json_do_not(archive, tmp_path, theme):
    written = {}
    for tag in ("en", "de"):
        for name in ("html", "markdown", "json"):
            folder = tmp_path / f"{tag}-{name}"
            export_files(archive, folder, Config(theme=str(theme), language=tag), name)
            written[tag, name] = contents(folder)
    assert written["en", "markdown"] == written["de", "markdown"]
    assert written["en", "json"] == written["de", "json"]
    html = b"".join(written["de", "html"].values()).decode()
    assert '<html lang="de">' in html
    assert "Alle 50 Zeilen zeigen" in html


TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 31)).map(lambda time: time.replace(tzinfo=UTC))
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@given(TIMES, ZONES)
def test_dates__of_any_time_in_any_zone_are_told_and_machines_read_the_time_back(time, zone):
    view = ENGLISH.date_view(time, zone)
    assert datetime.fromisoformat(view.iso) == time.replace(microsecond=0)
    local = time.astimezone(zone)
    assert view.time == f"{local:%H:%M}" and view.label.endswith(view.time)
    assert str(local.year) in view.label and str(local.day) in view.label
    assert ENGLISH.date_view(time, zone, clock=False).iso == f"{local:%Y-%m-%d}"
