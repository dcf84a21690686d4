"""The search page in a real browser, opened from disk: typing, keys, filters, the address, and where results lead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from search_site import assistant, conversation, user, write_conversation_page, write_site

HOSTILE = "<img src=x onerror=alert(1)> budget"

CORPUS = [
    conversation(f"k{n:02}", user(f"question {n} about the annual budget", "m-1"), title=f"Talk {n}",
                 date=f"2026-01-{n + 1:02}", source="claude" if n % 2 else "chatgpt",
                 folder="Work/Data" if n < 3 else "")
    for n in range(25)
] + [
    conversation("k90", user(HOSTILE, "m-1"), assistant("naïve Čeština, running getUserName", "m-2", code="x = 1"),
                 title=HOSTILE, date="2026-03-01"),
]  # fmt: skip


class Site:
    """A site on disk and what a page asked for while it was open."""

    def __init__(self, page: Any, folder: Path, address: str) -> None:
        self.page, self.folder, self.address = page, folder, address
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda entry: self.errors.append(entry.text) if entry.type == "error" else None)

    def open(self, query: str = "") -> Any:
        self.page.goto(self.address + query)
        return self.page

    def type(self, text: str) -> None:
        self.page.locator("[data-search-query]").fill(text)

    def status(self, text: str) -> None:
        """Waits until the status line holds `text`."""
        self.page.wait_for_function(
            "(text) => document.querySelector('[data-search-status]').textContent.includes(text)", arg=text
        )

    def titles(self) -> list[str]:
        result: list[str] = self.page.locator(".result-title").all_inner_texts()
        return result

    def data_requests(self) -> list[str]:
        return [url for url in self.requests if "/search/" in url]


@pytest.fixture
def site(page: Any, tmp_path: Path) -> Iterator[Site]:
    """The corpus's site; nothing may be asked of the network, and no script may fail."""
    site = Site(page, tmp_path, write_site(tmp_path, CORPUS))
    yield site
    assert [url for url in site.requests if not url.startswith(tmp_path.as_uri())] == []
    assert site.errors == []


def test_page__loads_nothing_of_the_index_until_it_is_used(site: Site) -> None:
    page = site.open()
    page.wait_for_selector("[data-search-query]")
    page.locator("[data-search-query]").blur()
    before = [url for url in site.data_requests() if "manifest" not in url]
    assert before == []
    site.type("running")
    site.status("1 message in 1 conversation")
    assert len(site.data_requests()) <= 5


def test_page__counts_shows_and_continues(site: Site) -> None:
    page = site.open("?q=annual")
    site.status("25 messages in 25 conversations")
    assert len(site.titles()) == 20
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("() => document.querySelectorAll('.result').length === 25")
    assert page.locator("[data-search-more]").is_hidden()


def test_page__text_is_never_markup_and_words_are_marked(site: Site) -> None:
    page = site.open("?q=RUN+cestina+budget")
    site.status("messages")
    assert page.locator("main img").count() == 0
    item = page.locator(".result", has_text="onerror")
    assert HOSTILE in item.inner_text()
    assert set(item.locator("mark").all_inner_texts()) == {"budget", "Čeština", "running"}


def test_page__writes_and_reads_its_address(site: Site) -> None:
    page = site.open()
    site.type("budget")
    site.status("26 messages")
    page.locator("select[name=source]").select_option("claude")
    site.status("12 messages")
    page.locator("[data-search-when]").select_option("custom")
    page.locator("input[name=from]").fill("2026-01-20")
    page.locator("input[name=from]").dispatch_event("change")
    site.status("3 messages")
    assert page.url.endswith("?q=budget&from=2026-01-20&source=claude")
    page.reload()
    site.status("3 messages")
    assert page.locator("input[name=from]").is_visible()
    assert page.locator("select[name=source]").input_value() == "claude"
    assert page.locator("[data-search-query]").input_value() == "budget"


def test_page__comes_back_from_a_result(site: Site) -> None:
    write_conversation_page(site.folder, "k90.html", "<p id='m-1'>x</p>")
    page = site.open()
    site.type("getusername")
    site.status("1 message")
    page.locator(".passage").first.click()
    page.wait_for_url("**/k90.html*")
    page.go_back()
    site.status("1 message")
    assert page.locator("[data-search-query]").input_value() == "getusername"


def test_page__without_a_query_filters_list_by_date(site: Site) -> None:
    page = site.open("?folder=Work")
    site.status("3 conversations")
    assert site.titles() == ["Talk 2", "Talk 1", "Talk 0"]
    counted(page)
    assert page.locator("select[name=folder] option").all_inner_texts() == ["Any folder", "Work (3)", "Work/Data (3)"]
    assert page.locator("select[name=source] option").all_inner_texts() == ["Any source", "chatgpt (2)", "claude (1)"]


def counted(page: Any) -> None:
    """Waits for the numbers behind the choices."""
    page.wait_for_function("() => document.querySelector('select[name=source]').textContent.includes('(')")


def test_page__numbers_behind_choices_come_true(site: Site) -> None:
    page = site.open("?q=budget&source=claude")
    site.status("12 messages in 12 conversations")
    page.get_by_role("button", name="More filters").click()
    page.wait_for_function("() => document.querySelector('select[name=role]').textContent.includes('(')")
    for name, choice, label, result in (
        ("folder", "Work", "Work (1)", "1 message in 1 conversation"),
        ("role", "user", "You (12)", "12 messages in 12 conversations"),
        ("role", "tool", "A tool (0)", "Nothing was found"),
    ):
        select = page.locator(f"select[name={name}]")
        assert label in select.locator("option").all_inner_texts()
        select.select_option(choice)
        site.status(result)
        select.select_option("")
        site.status("12 messages in 12 conversations")
    assert page.locator("select[name=source] option").all_inner_texts() == ["Any source", "chatgpt (14)", "claude (12)"]


TAGGED = [
    conversation("a", user("budget"), title="A", date="2026-01-01", flags=("starred", "to read again", "files")),
    conversation("b", user("budget"), title="B", date="2026-01-02", flags=("only here", "to read again")),
    conversation("c", user("budget"), title="C", date="2026-01-03", source="claude", flags=("starred",)),
]


def test_page__filters_by_tag(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, TAGGED))
    site.open("?q=budget")
    site.status("3 messages in 3 conversations")
    counted(page)
    choice = page.locator("select[name=tag]")
    # What the index marks for other filters is no tag.
    assert choice.locator("option").all_inner_texts() == ["Any tag", "starred (2)", "to read again (2)"]
    choice.select_option("to read again")
    site.status("2 messages in 2 conversations")
    assert page.url.endswith("?q=budget&tag=to+read+again")
    counted(page)
    assert choice.locator("option").all_inner_texts() == ["Any tag", "starred (2)", "to read again (2)"]
    assert page.locator("select[name=source] option").all_inner_texts() == ["Any source", "chatgpt (2)", "claude (0)"]
    site.open("?tag=starred")
    site.status("2 conversations")
    assert site.titles() == ["C", "A"]
    assert site.errors == []


def test_page__without_tags_has_no_filter_by_them(site: Site) -> None:
    page = site.open("?q=budget")
    counted(page)
    assert page.locator("select[name=tag]").is_hidden()


def test_page__orders_by_date(site: Site) -> None:
    page = site.open("?q=annual&order=oldest")
    site.status("25 messages")
    assert site.titles()[:2] == ["Talk 0", "Talk 1"]
    page.locator("select[name=order]").select_option("newest")
    page.wait_for_function("() => document.querySelector('.result-title').textContent === 'Talk 24'")
    assert page.url.endswith("?q=annual&order=newest")


def test_page__quick_ranges_are_dates_in_the_address(site: Site) -> None:
    page = site.open("?q=budget")
    site.status("26 messages")
    page.clock.set_fixed_time("2026-03-07T12:00:00")
    page.locator("[data-search-when]").select_option("7")
    site.status("1 message")
    assert page.url.endswith("?q=budget&from=2026-03-01")
    page.locator("[data-search-when]").select_option("before")
    site.status("Nothing was found")
    assert page.url.endswith("?q=budget&from=2025-01-01&to=2025-12-31")
    page.locator("[data-search-when]").select_option("")
    site.status("26 messages")


def test_page__filters_that_could_divide_nothing_are_hidden(site: Site) -> None:
    page = site.open("?q=budget")
    counted(page)
    page.get_by_role("button", name="More filters").click()
    assert page.locator("select[name=role]").is_visible()
    assert page.locator("input[name=code]").is_visible()
    for name in ("select[name=model]", "select[name=account]", "input[name=starred]", "input[name=files]"):
        assert page.locator(name).is_hidden(), name


def test_page__passages_come_when_they_are_about_to_be_seen(site: Site) -> None:
    page = site.open("?q=annual")
    site.status("25 messages")
    texts = [url for url in site.requests if "/text/" in url]
    assert 4 <= len(texts) < 20
    page.locator(".result").nth(3).locator(".passage").wait_for()
    last = page.locator(".result").nth(19)
    assert last.locator(".passage").count() == 0
    last.scroll_into_view_if_needed()
    last.locator(".passage mark").first.wait_for()


LONG = conversation(
    "long", *(user(f"{'needle ' if n % 40 == 7 else ''}{'hay ' * 200}", f"m-{n}") for n in range(100)), title="Stack"
)


def test_page__of_a_long_conversation_loads_what_it_quotes(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, [LONG]))
    site.open("?q=needle")
    site.status("3 messages")
    page.locator(".passage mark").nth(2).wait_for()
    assert [item.get_attribute("href").rpartition("#")[2] for item in page.locator(".passage").all()] == [
        "m-7", "m-47", "m-87"
    ]  # fmt: skip
    assert len([url for url in site.requests if "/text/" in url]) == 3
    assert len(list((tmp_path / "search" / "text").iterdir())) > 8


def test_page__phrases_are_looked_for_until_a_page_is_full(page: Any, tmp_path: Path) -> None:
    corpus = [
        conversation(f"{n:03}", user("alpha beta" if n < 30 or n == 300 else "beta alpha"), date="2026-01-01")
        for n in range(500)
    ]
    site = Site(page, tmp_path, write_site(tmp_path, corpus))
    site.open('?q="alpha beta"')
    more = page.locator("[data-search-more]")
    site.status("At least 1 message in 1 conversation")
    more.wait_for()
    assert len(site.titles()) == 1
    more.click()
    site.status("31 messages in 31 conversations")
    assert "At least" not in page.locator("[data-search-status]").inner_text()
    assert len(site.titles()) == 21
    assert more.inner_text() == "Show more conversations"
    more.click()
    page.locator(".result").nth(30).wait_for()
    assert more.is_hidden()
    site.type('"alpha alpha"')
    site.status("Nothing was found in the first 200 conversations that have these words")
    assert more.inner_text() == "Look further"
    assert page.locator("[data-search-notes] p").count() == 0


def test_page__more_is_shown_once_however_often_it_is_asked_for(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, [conversation(f"{n:03}", user("alpha")) for n in range(70)]))
    site.open("?q=alpha")
    page.locator("[data-search-more]").wait_for()
    page.evaluate("() => { const m = document.querySelector('[data-search-more]'); m.click(); m.click(); }")
    page.wait_for_function("() => document.querySelectorAll('.result').length > 20")
    page.wait_for_timeout(200)
    links = page.locator(".result-title")
    assert links.count() == len({link.get_attribute("href") for link in links.all()}) == 40


def test_page__back_restores_what_took_several_looks(page: Any, tmp_path: Path) -> None:
    corpus = [
        conversation(f"{n:05}", user("alpha beta" if n % 20 == 0 else "beta alpha"), date="2026-01-01")
        for n in range(600)
    ]
    site = Site(page, tmp_path, write_site(tmp_path, corpus))
    address = write_conversation_page(tmp_path, "00000.html", "<p id='m-1'>x</p>")
    site.open('?q="alpha beta"')
    page.locator("[data-search-more]").click()
    page.wait_for_function("() => document.querySelectorAll('.result').length === 21")
    page.goto(address)
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('.result').length === 21")


def test_page__back_restores_results_and_place(site: Site) -> None:
    write_conversation_page(site.folder, "k12.html", "<p id='m-1'>x</p>")
    page = site.open("?q=annual&order=newest")
    site.status("25 messages")
    page.get_by_role("button", name="Show more").click()
    link = page.locator(".result", has_text="Talk 12").locator(".passage")
    link.scroll_into_view_if_needed()
    link.wait_for()
    assert page.evaluate("() => window.scrollY") > 500
    link.click()
    page.wait_for_url("**/k12.html*")
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('.result').length === 25")
    page.wait_for_function(
        """() => {
          const { first, top } = history.state;
          const item = document.querySelectorAll(".result")[first];
          return window.scrollY > 500 && Math.abs(item.getBoundingClientRect().top - top) < 2;
        }"""
    )


def test_page__recent_searches_can_be_used_and_forgotten(site: Site) -> None:
    page = site.open("?q=annual")
    site.status("25 messages")
    page.locator("[data-search-query]").press("Enter")
    site.type("running")
    site.status("1 message")
    page.locator("[data-search-query]").press("Enter")
    site.open()
    recent = page.locator("[data-search-recent]")
    assert recent.locator("li").all_inner_texts() == ["running", "annual"]
    recent.get_by_role("link", name="annual").click()
    site.status("25 messages")
    assert recent.is_hidden()
    site.open()
    page.get_by_role("button", name="Forget them").click()
    assert recent.is_hidden()
    site.open()
    page.wait_for_selector("[data-search-query]")
    assert recent.is_hidden()


def test_recent__are_few_the_newest_first(site: Site) -> None:
    page = site.open()
    page.evaluate(
        "() => { for (let i = 0; i < 12; i++) sitegen.recent.add('search ' + i); sitegen.recent.add('search 5'); }"
    )
    kept = [f"search {number}" for number in (5, 11, 10, 9, 8, 7, 6, 4)]
    assert page.evaluate("() => sitegen.recent.all()") == kept
    page.evaluate("() => localStorage.setItem('sitegen-recent-searches', '{\"a\": [1]}')")
    assert page.evaluate("() => sitegen.recent.all()") == []


def test_page__arrow_leads_to_the_results_at_once_where_there_is_a_keyboard(site: Site) -> None:
    page = site.open("?q=annual")
    site.status("25 messages")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.className") == "result-title"


def test_page__on_a_touch_screen_no_keyboard_hides_the_results(browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True)
    site = Site(context.new_page(), tmp_path, write_site(tmp_path, CORPUS))
    page = site.open("?q=annual")
    site.status("25 messages")
    assert page.evaluate("() => document.activeElement.tagName") == "BODY"
    context.close()


def test_page__keys_lead_through_the_results(site: Site) -> None:
    page = site.open("?q=annual")
    site.status("25 messages")
    page.locator("body").click(position={"x": 1, "y": 1})
    page.keyboard.press("/")
    focused = "() => document.activeElement.className"
    assert page.evaluate(focused) == "search-query"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "result-title"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "passage"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "search-query"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == "search-query"
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelectorAll('.result').length === 0")
    assert page.locator("[data-search-query]").input_value() == ""


def test_page__suggests_another_spelling(site: Site) -> None:
    page = site.open("?q=budgte")
    site.status("Nothing was found")
    page.get_by_role("button", name="budget").click()
    site.status("26 messages")


def test_page__explains_a_query_that_lunr_can_not_read(site: Site) -> None:
    page = site.open("?q=budget:x")
    page.wait_for_function("() => document.querySelector('[data-search-notes]').textContent.includes('plain words')")
    site.status("27 messages")
    assert "plain words" in page.locator("[data-search-notes]").inner_text()


def test_page__older_answers_never_replace_newer_ones(site: Site) -> None:
    page = site.open()
    for text in ("annual", "talk", "getusername"):
        page.locator("[data-search-query]").fill(text)
        page.locator("[data-search-query]").press("Enter")
    site.status("1 message in 1 conversation")
    page.wait_for_timeout(500)
    assert site.titles() == [HOSTILE]


@pytest.mark.parametrize("broken", ["", "not a script {", "sitegen.receive('other', 1);"])
def test_page__says_when_the_index_is_broken(page: Any, tmp_path: Path, broken: str) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, CORPUS))
    manifest = tmp_path / "search" / "manifest.js"
    manifest.write_text(broken) if broken else manifest.unlink()
    site.open("?q=budget")
    site.status("Build the site again")
    assert "search/manifest.js" in page.locator("[data-search-status]").inner_text()


def test_page__what_is_shown_stays_when_more_of_it_is_broken(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, [conversation(f"{n:02}", user("alpha")) for n in range(22)]))
    manifest = json.loads((tmp_path / "search" / "manifest.js").read_text().partition(",")[2].removesuffix(");\n"))
    # The oldest conversations, which come last.
    (tmp_path / "search" / f"{manifest['blocks']['names'].split()[0]}.js").unlink()
    site.open("?q=alpha")
    page.get_by_text("A part of the search index is missing").wait_for()
    assert len(site.titles()) == 6
    assert "22 messages" in page.locator("[data-search-status]").inner_text()
    assert page.locator("[data-search-more]").is_visible()


def test_page__says_when_a_text_is_missing(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, CORPUS))
    (tmp_path / "search" / "text" / "k90.js").unlink()
    site.open("?q=getusername")
    site.status("1 message")
    page.get_by_text("could not be read").wait_for()


def test_page__of_an_empty_archive(page: Any, tmp_path: Path) -> None:
    page.goto(write_site(tmp_path, []))
    assert "nothing to search yet" in page.locator("main").inner_text()


SEVERAL = ("en", "de", "es", "ru")
FOREIGN = [
    conversation("d1", user("Ich suche die alten Bücher über Physik", "m-1"), title="Bibliothek"),
    conversation("d2", user("Sein oder nicht sein, das ist hier die Frage", "m-1"), title="Hamlet"),
    conversation("e1", user("Las canciones más bonitas; mañana cantaré", "m-1"), title="Música"),
    conversation("r1", user("Он читал эти книги вечером", "m-1"), title="Чтение"),
    conversation("x1", user("the databases were running", "m-1"), title="English"),
]


def test_page__finds_words_by_their_stems_in_every_language_of_the_site(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, FOREIGN, languages=SEVERAL))
    found = {
        "Buch": ("Bibliothek", ["Bücher"]),
        "buecher ": ("Bibliothek", ["Bücher"]),
        "+canción ": ("Música", ["canciones"]),
        "cantare ": ("Música", ["cantaré"]),
        "cantar -книгой": ("Música", ["cantaré"]),
        '"mas bonitas"': ("Música", ["más", "bonitas"]),
        "книга": ("Чтение", ["книги"]),
        "database ": ("English", ["databases"]),
        "sein oder nicht sein ": ("Hamlet", ["Sein", "oder", "nicht", "sein"]),
    }
    for query, (title, marks) in found.items():
        site.open("?q=" + quote(query))
        site.status("1 message in 1 conversation")
        assert site.titles() == [title], query
        assert page.locator(".result mark").all_inner_texts() == marks, query
    site.open("?q=" + quote("die physik"))
    site.status("1 message in 1 conversation")  # "die" stands in two, and is left out beside another word
    assert site.errors == []


def test_page__loads_stemmers_only_for_a_query_and_only_those_of_the_site(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, FOREIGN, languages=["de", "en"]))

    def loaded() -> list[str]:
        return sorted(url.rpartition("/")[2] for url in site.requests if "snowball" in url)

    with page.expect_request_finished(lambda request: "manifest.js" in request.url):
        site.open()
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    assert loaded() == []
    site.type("Buch")
    site.status("1 message")
    assert loaded() == ["base-stemmer.js", "german-stemmer.js", "stop-words-de.js"]
    site.type("Bücher")
    site.status("1 message")
    assert len(loaded()) == 3


def test_page__says_when_a_stemmer_is_missing(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, FOREIGN, languages=["de"]))
    (tmp_path / "assets/vendor/snowball-3.0.1/german-stemmer.js").unlink()
    site.open("?q=Buch")
    site.status("german-stemmer.js can’t be read")


# --- where a result leads -----------------------------------------------------------------------------------------

MESSAGE = """<div id="m-0"><p>Budget again</p></div><div class="tall"></div>
<details><summary>Other version</summary><div id="m-1"><p>The annual budgets: <code>getUserName</code> and
<b>naïve</b> words</p><details><summary>Steps</summary><p>budget</p></details></div></details>"""


def land(site: Site, address: str) -> list[str]:
    """The words marked on the page."""
    url = write_conversation_page(site.folder, "k.html", MESSAGE)
    site.page.goto(url + address)
    if "mark=" in address:
        site.page.wait_for_function("() => window.sitegen && sitegen.passages")
        site.page.wait_for_timeout(100)
    result: list[str] = site.page.locator("mark").all_text_contents()
    return result


def test_landing__opens_folds_and_marks_words_of_the_message(site: Site) -> None:
    assert land(site, "?mark=budget%20naiv%20user#m-1") == ["Budget", "budgets", "User", "naïve", "budget"]
    assert site.page.locator("mark.is-current").inner_text() == "budgets"
    assert site.page.locator("#m-1 p").first.is_visible()
    assert not site.page.locator("#m-1 details p").is_visible()


def test_landing__leads_from_match_to_match(site: Site) -> None:
    land(site, "?mark=budget%20naiv%20user#m-1")
    page = site.page
    bar = page.get_by_role("toolbar", name="Words found")
    assert bar.get_by_role("status").inner_text() == "2 of 5"
    for _ in range(3):
        bar.get_by_role("button", name="Next match").click()
    assert bar.get_by_role("status").inner_text() == "5 of 5"
    assert page.locator("#m-1 details p").is_visible()
    page.keyboard.press("n")
    assert bar.get_by_role("status").inner_text() == "1 of 5"
    assert page.locator("mark.is-current").inner_text() == "Budget"
    page.keyboard.press("p")
    assert bar.get_by_role("status").inner_text() == "5 of 5"
    page.keyboard.press("Escape")
    assert bar.count() == page.locator("mark").count() == 0


def test_landing__marks_words_by_the_stems_of_the_site(page: Any, tmp_path: Path) -> None:
    site = Site(page, tmp_path, write_site(tmp_path, []))
    main = "<p>Alte Bücher und canciones; mañana cantaré</p>"
    url = write_conversation_page(tmp_path, "l.html", main, ["de", "es"])
    page.goto(url + "?mark=buch%20cant%20cancion")
    page.locator("mark").first.wait_for()
    assert page.locator("mark").all_text_contents() == ["Bücher", "canciones", "cantaré"]
    assert site.errors == []


def test_landing__without_a_message_marks_the_page(site: Site) -> None:
    assert land(site, "?mark=budget") == ["Budget", "budgets", "budget"]


@pytest.mark.parametrize("address", ["", "#m-1", "?mark=#nowhere", "?mark=%22%3Cimg%3E#%E0%A4%A"])
def test_landing__bears_any_address(site: Site, address: str) -> None:
    assert land(site, address) == []
