from datetime import UTC, datetime
from xml.etree import ElementTree

from sitegen.archive.changes import Change
from sitegen.archive.store import ImportRow
from sitegen.config import Config
from sitegen.plan import PAGE_SIZE, ImportReport, plan
from sitegen.plan.feed import feed
from sitegen.plan.imports import NEWS_ROWS
from sitegen.render.conversation import Entry
from sitegen.render.settings import Settings, SourceLabels, folder_path

SETTINGS = Settings(Config(), "Europe/Berlin", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})


def entry(number, created="2026-03-05T12:00:00+01:00", **fields):
    values = {
        "key": f"{number:012}",
        "path": f"chats/{number}.html",
        "title": f"Title {number}",
        "excerpt": "words",
        "source": "chatgpt",
        "kind": "chat",
        "flags": (),
        "created": created,
        "created_utc": datetime.fromisoformat(created).astimezone(UTC).isoformat() if created else "",
        "folder": (),
        "length": 2,
    }
    return Entry(**(values | fields))


def pages(*entries, imports=()):
    return {planned.path: planned for planned in plan(entries, imports, SETTINGS)}


def test_plan__empty_archive_has_every_constant_place():
    found = pages()
    assert {
        "index.html",
        "dates/index.html",
        "folders/index.html",
        "folders/unfiled.html",
        "tags/index.html",
        "sources/index.html",
        "imports/index.html",
        "search.html",
    } == set(found)
    assert found["index.html"].page.empty
    assert "sitegen build" in found["dates/index.html"].page.empty


def test_plan__year_month_and_day_newest_first():
    found = pages(
        entry(1, "2025-12-31T23:59:00+01:00"),
        entry(2, "2026-03-05T01:00:00+01:00"),
        entry(3, "2026-03-07T01:00:00+01:00"),
    )
    march = found["dates/2026/03.html"].page
    assert [(group.label, [row.title for row in group.rows]) for group in march.groups] == [
        ("Saturday, 7 March", ["Title 3"]),
        ("Thursday, 5 March", ["Title 2"]),
    ]
    assert [entry.link.label for entry in found["dates/index.html"].page.entries] == ["2026", "2025"]
    assert found["dates/2025/index.html"].page.entries[0].link.url == "../../dates/2025/12.html"
    assert march.groups[0].rows[0].url == "../../chats/3.html"


def test_plan__without_a_date_has_its_own_page():
    found = pages(entry(1, ""))
    assert found["dates/undated.html"].page.groups[0].rows[0].date is None


def test_plan__folders_nest_and_count_what_lies_below():
    found = pages(entry(1, folder=("Work", "Data")), entry(2, folder=("Work",)), entry(3))
    (work,) = found["folders/index.html"].page.entries
    assert (work.link.label, work.link.count, [child.link.label for child in work.children]) == ("Work", 2, ["Data"])
    page = found[folder_path(("Work",))].page
    assert [link.label for link in page.children] == ["Data"]
    assert [link.label for link in found[folder_path(("Work", "Data"))].page.breadcrumbs] == ["Home", "Folders", "Work"]
    assert [row.title for group in page.groups for row in group.rows] == ["Title 2"]


def test_plan__folder_names_that_differ_by_case_or_script_stay_apart():
    assert len({folder_path(name) for name in (("Data",), ("data",), ("数据",), ("дані",), ("CON",))}) == 5


def test_plan__long_lists_go_on_on_further_pages():
    found = pages(*(entry(number) for number in range(PAGE_SIZE + 1)))
    first, second = found["sources/chatgpt.html"].page, found["sources/chatgpt-2.html"].page
    assert sum(len(group.rows) for group in first.groups) == PAGE_SIZE
    assert (first.pager.previous, first.pager.following.url) == (None, "../sources/chatgpt-2.html")
    assert [link.url for link in second.pager.pages] == ["../sources/chatgpt.html", ""]


def test_plan__projects_and_memories_stand_before_the_chats_of_their_source():
    groups = pages(entry(1), entry(2, kind="memory"), entry(3, kind="project"))["sources/chatgpt.html"].page.groups
    assert [group.label for group in groups] == ["Projects", "Memories", "March 2026"]


def import_row(*counts):
    return ImportRow("f" * 16, "f" * 64, "chatgpt", "one file", "e.zip", datetime(2026, 3, 5, tzinfo=UTC), *counts)


def test_plan__import_report_tells_what_each_conversation_came_to():
    changes = [
        (f"{1:012}", Change("new")),
        (f"{2:012}", Change("changed", messages=2, branches=1, edited=1, title_before="Draft")),
        (f"{3:012}", Change("changed", removed=1, project_before="Old")),
        (f"{4:012}", Change("gone")),
        (f"{5:012}", Change("returned")),
        ("a key that is no more", Change("new")),
    ]
    report = ImportReport(import_row(4, 1, 2, 0, 1, 0, 0, 0), [], [], changes)
    news = pages(*(entry(number) for number in range(1, 6)), imports=[report])["imports/ffffffffffff.html"].page.news
    assert [(group.rows.label, [row.title for row in group.rows.rows]) for group in news] == [
        ("New (1)", ["Title 1"]),
        ("Changed (2)", ["Title 3", "Title 2"]),
        ("No longer in your account (1)", ["Title 4"]),
        ("In your account again (1)", ["Title 5"]),
    ]
    assert [row.excerpt for row in news[1].rows.rows] == [
        "1 no longer there, moved from “Old”",
        "2 new messages, 1 new branch, 1 edited, renamed from “Draft”",
    ]


def test_plan__long_news_are_cut_and_say_so():
    changes = [(f"{number:012}", Change("new")) for number in range(NEWS_ROWS + 3)]
    report = ImportReport(import_row(503, 503, 0, 0, 0, 0, 0, 0), [], [], changes)
    (group,) = pages(*(entry(n) for n in range(NEWS_ROWS + 3)), imports=[report])["imports/ffffffffffff.html"].page.news
    assert (len(group.rows.rows), group.more, group.rows.label) == (NEWS_ROWS, 3, "New (503)")


def test_feed__newest_chats_first_and_well_formed():
    entries = [entry(n, f"2026-03-{n:02}T12:00:00+01:00", title=f"A < & \x01 {n}") for n in range(1, 29)]
    entries += [entry(40, "", title="undated"), entry(41, kind="memory", title="memory")]
    root = ElementTree.fromstring(feed(entries, SETTINGS))
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [element.findtext(f"{atom}title") for element in root.iter(f"{atom}entry")]
    assert titles[:2] == ["A < & ␁ 28", "A < & ␁ 27"]
    assert len(titles) == 28
    assert feed(entries, SETTINGS) == feed(reversed(entries), SETTINGS)


def test_plan__import_report_has_counts_problems_and_unknown_parts():
    row = import_row(5, 4, 1, 0, 0, 2, 3, 1)
    from sitegen.model import Problem

    found = pages(entry(1), imports=[ImportReport(row, [Problem("item 7", "cut short")], [("widget", 2)])])
    page = found["imports/ffffffffffff.html"].page
    assert dict(page.counts)["Unreadable"] == 2
    assert (page.problems, page.unknown) == ((("item 7", "cut short"),), (("widget", 2),))
    assert found["index.html"].page.imports[0].note == "4 new, 1 changed, 0 unchanged, 2 unreadable"


def test_plan__tags_are_flags_and_those_of_rules_each_with_a_page():
    found = pages(
        entry(1, flags=("starred", "only here"), tags=("Energy",)),
        entry(2, "2025-01-01T00:00:00+01:00", tags=("Energy", "to read again")),
        entry(3, kind="memory", flags=("starred",)),
    )
    overview = found["tags/index.html"].page
    assert [(one.link.label, one.link.count) for one in overview.entries] == [
        ("Energy", 2),
        ("starred", 2),
        ("to read again", 1),
    ]
    energy = found[overview.entries[0].link.url.removeprefix("../")].page
    assert [group.label for group in energy.groups] == ["March 2026", "January 2025"]
    rows = [row for group in energy.groups for row in group.rows]
    # What all have on this page is not said of each.
    assert [(row.flags, row.tags) for row in rows] == [(("starred", "only here"), ()), ((), ("to read again",))]
    assert [link.label for link in energy.breadcrumbs] == ["Home", "Tags"]


def test_plan__a_tags_page_is_divided_like_any_list():
    found = pages(*(entry(number, tags=("many",)) for number in range(PAGE_SIZE + 1)))
    paths = [path for path in found if path.startswith("tags/many-")]
    assert len(paths) == 2
    assert found["tags/index.html"].page.entries[0].link.count == PAGE_SIZE + 1


def test_plan__unfiled_are_the_chats_without_a_folder():
    found = pages(entry(1), entry(2, folder=("Work",)), entry(3, kind="memory"))
    unfiled = found["folders/unfiled.html"].page
    assert [row.title for group in unfiled.groups for row in group.rows] == ["Title 1"]
    for path in ("folders/index.html", "tags/index.html", "folders/unfiled.html"):
        beside = found[path].page.siblings
        assert [(link.label, link.count) for link in beside] == [("Folders", None), ("Tags", None), ("Unfiled", 1)]
        assert [link.url for link in beside].count("") == 1


def test_plan__suggestions_stand_on_the_first_page_of_what_is_unfiled():
    found = pages(*(entry(number, title=f"Pandas {number}") for number in range(PAGE_SIZE // 2)),
                  *(entry(9000 + number, title=f"{number}") for number in range(PAGE_SIZE // 2 + 1)))  # fmt: skip
    first, second = found["folders/unfiled.html"].page, found["folders/unfiled-2.html"].page
    assert [(one.name, one.note) for one in first.suggestions] == [("Pandas", "Files 250 conversations.")]
    assert "*pandas*" in first.suggestions[0].html
    assert second.suggestions == ()
    assert [link.url for link in second.siblings] == [
        "../folders/index.html",
        "../tags/index.html",
        "../folders/unfiled.html",
    ]
