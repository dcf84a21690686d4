"""Monthly exports of each provider: one archive in every order, each difference on its page, nothing lost."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from archive_states import archive_state, files_of
from monthly_exports import (
    BACK,
    BREAD,
    CONTINUED,
    FEBRUARY,
    FIRST_WORDS,
    FORMS,
    FULL,
    JANUARY,
    KEPT,
    LEFT,
    LOOSE,
    MARCH,
    MONTHS,
    OF_FEBRUARY,
    OF_MARCH,
    OTHER_WORDS,
    PICTURE,
    PICTURED,
    PNG,
    PROJECT_IDS,
    PROJECTS,
    RYE_BREAD,
    SECOND_ANSWER,
    TWO_ANSWERS,
    Form,
    Month,
    Talk,
    chatgpt,
    claude,
    grok,
    grok_on_x,
    uuid_of,
    x_chat_id,
)

from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive, ImportRow
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.language import ENGLISH
from sitegen.model import Conversation
from sitegen.readers import find_exports
from sitegen.render.settings import conversation_path, folder_path

#: ChatGPT's exports give projects only an id. Of two, one is named in the settings.
CONFIG = Config(folder_names={PROJECT_IDS["Thesis"]: "Writing/Thesis"})


def import_all(archive: Archive, path: Path) -> None:
    for export, recognised in find_exports(path):
        with export:
            import_export(archive, export, recognised)


class Outcome(NamedTuple):
    """What a form's three months came to, in every order; `archive` and `site` are those of the first."""

    form: Form
    states: list[dict[str, object]]
    sites: list[dict[str, bytes]]
    archive: Archive
    site: Path

    def conversation(self, talk: Talk) -> Conversation:
        identity = uuid_of(talk.name) if self.form.message_ids else x_chat_id(talk.name)
        return self.archive.conversation(Conversation(self.form.source, identity).key)

    def page(self, talk: Talk) -> str:
        """The page of a conversation as HTML."""
        return (self.site / conversation_path(self.conversation(talk))).read_text("utf-8")

    def text(self, talk: Talk) -> str:
        return text_of(self.page(talk))

    def report(self, month: Month) -> ImportRow:
        (row,) = [row for row in self.archive.imports() if row.made == self.form.dated(month)]
        return row

    def news(self, month: Month) -> dict[str, dict[str, str]]:
        """What an import's page says: by group, what it says of each title."""
        page = (self.site / "imports" / f"{self.report(month).fingerprint[:12]}.html").read_text("utf-8")
        groups = re.findall(r'<section class="news".*?<h2[^>]*>(.*?) \(\d+\)</h2>(.*?)</section>\s*</div>', page, re.S)
        return {
            html.unescape(label): {text_of(title): text_of(said) for title, said in rows_of(rows)}
            for label, rows in groups
        }

    def title(self, talk: Talk) -> str:
        """What a conversation is listed under: where none has a title, its first words."""
        return talk.title if self.form.titles else talk.turns[0].text

    def short_date(self, month: Month) -> str:
        view = ENGLISH.date_view(self.form.dated(month), ZoneInfo(self.archive.zone_name))
        assert view is not None
        return view.short


def rows_of(group: str) -> Iterator[tuple[str, str]]:
    for row in re.findall(r'<li class="row">(.*?)</li>', group, re.S):
        (title,) = re.findall(r'class="row-title"[^>]*>(.*?)</a>', row, re.S)
        said = re.search(r'class="row-excerpt"[^>]*>(.*?)</span>', row, re.S)
        yield title, said[1] if said else ""


def text_of(page: str) -> str:
    """What a person reads, folded parts included, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture(scope="module", params=FORMS)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    form = FORMS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    exports = [form.write(folder, month) for month in MONTHS]
    states, sites = [], []
    for number, order in enumerate(permutations(exports)):
        with Archive(folder / f"archive{number}", "Europe/Berlin") as archive:
            for path in order:
                import_all(archive, path)
            build_site(archive, folder / f"site{number}", CONFIG, jobs=1)
        states.append(archive_state(folder / f"archive{number}"))
        sites.append(files_of(folder / f"site{number}"))
    with Archive(folder / "archive0") as archive:
        yield Outcome(form, states, sites, archive, folder / "site0")


def test_months__every_order_of_imports_gives_the_same_archive_and_site(outcome):
    assert len(outcome.states) == len(outcome.sites) == 6
    for state in outcome.states[1:]:
        assert state == outcome.states[0]
    for site in outcome.sites[1:]:
        assert site.keys() == outcome.sites[0].keys()
        assert [name for name, content in site.items() if content != outcome.sites[0][name]] == []


def test_months__a_site_that_grew_month_by_month_is_the_same(outcome, tmp_path):
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive:
        for month in MONTHS:
            import_all(archive, outcome.form.write(tmp_path, month))
            build_site(archive, tmp_path / "site", CONFIG, jobs=1)
    assert files_of(tmp_path / "site") == outcome.sites[0]


def test_months__each_import_tells_what_was_new_and_what_left(outcome):
    first = {outcome.title(talk) for talk in (*JANUARY.talks[3:], KEPT, RYE_BREAD, OTHER_WORDS)}
    assert set(outcome.news(JANUARY)) == {"New"}
    # Projects are kept as pages of their own; where they come in a zip of their own, that is an import of its own.
    assert set(outcome.news(JANUARY)["New"]) - set(PROJECTS) == first
    assert set(outcome.news(FEBRUARY)["New"]) == {outcome.title(OF_FEBRUARY)}
    assert set(outcome.news(MARCH)["New"]) == {outcome.title(OF_MARCH)}
    gone = [set(outcome.news(month).get("No longer in your account", ())) for month in MONTHS]
    returned = [set(outcome.news(month).get("In your account again", ())) for month in MONTHS]
    if outcome.form.absence:
        # A chat that X holds no message of stands nowhere; any other provider's record is there, though emptied.
        without_record = set() if outcome.form.message_ids else {outcome.title(FULL)}
        left = {outcome.title(LEFT), outcome.title(BACK)}
        assert gone == [set(), left | without_record, {outcome.title(OF_FEBRUARY)}]
        assert returned == [set(), set(), {outcome.title(BACK)} | without_record]
    else:
        # Nothing says whose these are, or that these are all: what is absent may stand elsewhere.
        assert gone == returned == [set(), set(), set()]


def test_months__each_import_tells_what_changed_and_how(outcome):
    form = outcome.form
    february: dict[str, str] = {}
    march = {outcome.title(CONTINUED): "2 new messages", outcome.title(FULL): "2 no longer there"}
    if form.titles:
        february[outcome.title(RYE_BREAD)] = "renamed from “Bread”"
    if form.message_ids:
        february[outcome.title(OTHER_WORDS)] = "1 edited"
        february[outcome.title(TWO_ANSWERS)] = "1 new message, 1 new branch"
    else:
        # A message is known by what it says: another text is another message, in place of one that went.
        february[outcome.title(OTHER_WORDS)] = "1 new message, 1 new branch, 1 no longer there"
        february[outcome.title(TWO_ANSWERS)] = "1 new message, 1 new branch, 1 no longer there"
    if form.projects:
        february[outcome.title(LOOSE)] = "moved into a folder"
        before = "Thesis" if form.project_names else "Writing/Thesis"
        march[outcome.title(LOOSE)] = f"moved from “{before}”"
    assert "Changed" not in outcome.news(JANUARY)
    assert outcome.news(FEBRUARY)["Changed"] == february
    assert outcome.news(MARCH)["Changed"] == march


def test_months__a_renamed_conversation_says_what_it_was_called(outcome):
    notice = "Renamed; called before: “Bread”."
    assert (notice in outcome.text(RYE_BREAD)) == outcome.form.titles
    assert "Renamed" not in outcome.text(KEPT)
    # Its address is the same as ever.
    january = conversation_path(Conversation(outcome.form.source, outcome.conversation(BREAD).id, created=BREAD.began))
    assert january == conversation_path(outcome.conversation(RYE_BREAD))


def test_months__an_edited_message_keeps_its_earlier_text(outcome):
    page, text = outcome.page(OTHER_WORDS), outcome.text(OTHER_WORDS)
    (said_before, said_now) = FIRST_WORDS.turns[0].text, OTHER_WORDS.turns[0].text
    assert said_now in text
    if outcome.form.message_ids:
        (fold,) = re.findall(r'<details class="block fold block-revision">(.*?)</details>', page, re.S)
        assert text_of(fold) == f"Earlier text, as exported on {outcome.short_date(JANUARY)} {said_before}"
    else:
        assert "block-revision" not in page
        (fold,) = re.findall(r'<details class="branch"[^>]*>(.*?)</details>', page, re.S)
        assert re.match(rf"Version \d of 2: {re.escape(said_before)}", text_of(fold))
        assert "No longer in your account" in text_of(fold)


def test_months__a_regenerated_answer_stands_beside_the_first(outcome):
    page = outcome.page(TWO_ANSWERS)
    first, second = TWO_ANSWERS.turns[1].text, SECOND_ANSWER.text
    (fold,) = re.findall(r'<details class="branch"[^>]*>(.*?)</details>', page, re.S)
    assert first in text_of(fold) and second not in text_of(fold)
    assert second in text_of(page.replace(fold, ""))
    # In X's archives the first answer is gone, so that it comes after what is there.
    assert text_of(fold).startswith(f"Version {1 if outcome.form.message_ids else 2} of 2: {first}")
    assert ("No longer in your account" in text_of(fold)) != outcome.form.message_ids


def test_months__a_continued_conversation_is_whole_and_nothing_in_it_marked(outcome):
    text = outcome.text(CONTINUED)
    places = [text.rindex(turn.text) for turn in CONTINUED.turns]
    assert places == sorted(places)
    for kept in (CONTINUED, KEPT, OF_MARCH):
        assert "No longer" not in outcome.text(kept)
        assert "Version" not in outcome.text(kept)


def test_months__what_left_the_account_says_so_on_its_page(outcome):
    for talk, since in ((LEFT, FEBRUARY), (OF_FEBRUARY, MARCH)):
        text, date = outcome.text(talk), outcome.short_date(since)
        notice = f"No longer in your account since the export of {date}. This archive keeps it."
        assert (notice in text) == outcome.form.absence
        assert all(turn.text in text for turn in talk.turns)
    assert "No longer in your account" not in outcome.text(BACK)


def test_months__an_emptied_record_blanks_nothing(outcome):
    conversation = outcome.conversation(FULL)
    assert [message.absent for message in conversation.messages] == [False, False, True, True]
    assert conversation.title == (FULL.title if outcome.form.titles else "")
    text = outcome.text(FULL)
    assert all(turn.text in text for turn in FULL.turns)
    assert "since the export of" not in text
    assert text.count("No longer in your account") == 2


def test_months__a_moved_conversation_stands_in_the_folder_of_the_last_month(outcome):
    project = outcome.conversation(LOOSE).project
    if not outcome.form.projects:
        assert project is None
        return
    assert project is not None
    folder = "Cooking" if outcome.form.project_names else f"Project {PROJECT_IDS['Cooking'][:13]}…"
    assert LOOSE.title in text_of((outcome.site / folder_path((folder,))).read_text("utf-8"))
    assert folder in outcome.text(LOOSE)


def test_months__a_picture_that_one_month_brought_is_there(outcome):
    files = outcome.archive.files(outcome.conversation(PICTURED).key)
    page = outcome.page(PICTURED)
    if outcome.form.pictures:
        (stored,) = files.values()
        (address,) = re.findall(r'<img[^>]* src="([^"]+)"', page)
        shown = outcome.site / conversation_path(outcome.conversation(PICTURED))
        assert (shown.parent / address).resolve().read_bytes() == PNG
        assert stored.size == len(PNG)
    else:
        # These exports name what was attached and never hold it.
        assert files == {}
        assert PICTURE in text_of(page)


def test_months__nothing_that_any_month_said_has_vanished(outcome):
    pages = text_of("".join(content.decode() for name, content in outcome.sites[0].items() if name.endswith(".html")))
    said = {turn.text for month in MONTHS for talk in month.talks for turn in talk.turns}
    if outcome.form.titles:
        said |= {talk.title for month in MONTHS for talk in month.talks}
    if outcome.form.projects:
        names = PROJECTS if outcome.form.project_names else ("Writing/Thesis", PROJECT_IDS["Cooking"][:13])
        said |= set(names)
    assert {words for words in said if words not in pages} == set()


# --- what is no evidence that a chat was deleted -----------------------------------------------------------------


def gone(tmp_path: Path, *exports: Path) -> list[int]:
    """How many chats each export marked as gone, by date, after importing the newest first."""
    with Archive(tmp_path / "archive", "UTC") as archive:
        for path in reversed(exports):
            import_all(archive, path)
        return [row.gone for row in reversed(archive.imports())]


@pytest.mark.parametrize(("write", "placeholder"), [(chatgpt, b"{}"), (claude, b"null")])
def test_absence__an_empty_record_may_be_that_of_any_chat(tmp_path, write, placeholder):
    january = write(tmp_path, JANUARY._replace(talks=(KEPT, LEFT)))
    february = write(tmp_path, FEBRUARY._replace(talks=(KEPT,)))
    assert gone(tmp_path / "without", january, february) == [0, 1]
    with zipfile.ZipFile(february) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    members["conversations.json"] = members["conversations.json"].replace(b"[", b"[" + placeholder + b",", 1)
    with zipfile.ZipFile(february, "w") as torn:
        for name, content in members.items():
            torn.writestr(name, content)
    assert gone(tmp_path / "with", january, february) == [0, 0]


def test_absence__a_partial_archive_of_x_is_no_evidence(tmp_path):
    january = grok_on_x(tmp_path, JANUARY)
    whole = grok_on_x(tmp_path, FEBRUARY, name="whole")
    partial = grok_on_x(tmp_path, FEBRUARY, name="partial", partial=True)
    lacking = grok_on_x(tmp_path, FEBRUARY, name="lacking", listed=("grok-chat-item.js", "grok-chat-item-part1.js"))
    assert gone(tmp_path / "1", january, whole) == [0, 3]
    assert gone(tmp_path / "2", january, partial) == [0, 0]
    assert gone(tmp_path / "3", january, lacking) == [0, 0]


def test_dates__an_archive_of_x_is_dated_by_its_manifest_whatever_its_name(tmp_path):
    with Archive(tmp_path / "archive", "UTC") as archive:
        import_all(archive, grok_on_x(tmp_path, FEBRUARY, name="downloaded in June"))
        assert [row.made for row in archive.imports()] == [FEBRUARY.made]


def test_absence__without_a_date_of_its_own_an_export_without_news_counts_as_the_older_one(tmp_path):
    """Grok's exports bear no date, so that the newest record stands for it. Where that one was deleted and nothing
    came after, the later export looks like the earlier: it is no evidence, and nothing is marked by mistake."""
    january = grok(tmp_path, JANUARY._replace(talks=(KEPT, LEFT)))
    february = grok(tmp_path, FEBRUARY._replace(talks=(KEPT,)))
    assert gone(tmp_path, january, february) == [0, 0]
