"""A second build: nothing is made that stands, whatever changed shows, and the way there leaves no trace."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from export_maker import make_export, run
from makers import conversation, dialogue, message

from sitegen import making
from sitegen.archive.cache import CACHE_NAME
from sitegen.archive.store import Archive
from sitegen.build import BuildSummary, build_site
from sitegen.config import Config, SearchSettings
from sitegen.errors import ArchiveError, BuildError
from sitegen.model import Attachment, Conversation, ImageBlock, Project, content_id
from sitegen.render import texts
from sitegen.rules import FolderRule, TagRule
from sitegen.text import RenderedText, render_markdown

ME = content_id("me")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def talk(id_: str, *texts: str, **fields: object) -> Conversation:
    return conversation(f"Talk {id_}", *dialogue(*texts), id=id_, **fields)


JANUARY = [talk("a", "question", "answer"), talk("b", "other", "words"), talk("c", "third", "`x = 1`")]
FEBRUARY = [talk("a", "question", "answer", "more"), talk("b", "changed", "words"), talk("d", "new", "one")]


def months(folder: Path) -> list[Path]:
    picture = message("1", "user", blocks=(ImageBlock(Attachment("cat", name="cat")),))
    with_picture = conversation("Picture", picture, id="p", project=Project("g-p-1", "Cats"))
    return [
        make_export(folder / "1", 1, *JANUARY, with_picture, account=ME, cat=PNG),
        make_export(folder / "2", 2, *FEBRUARY, with_picture, account=ME),
    ]


@pytest.fixture
def archive(tmp_path: Path):
    with Archive(tmp_path / "archive", "Europe/Berlin") as opened:
        run(opened, months(tmp_path)[0])
        yield opened


def build(archive: Archive, folder: Path, config: Config | None = None, jobs: int = 1) -> BuildSummary:
    return build_site(archive, folder, config or Config(), jobs)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def no_rendering(*_: object) -> None:
    raise AssertionError("rendered again")


def test_build__with_nothing_new_writes_no_file(archive, tmp_path):
    first = build(archive, tmp_path / "site")
    before = times(tmp_path / "site")
    again = build(archive, tmp_path / "site")
    assert (first.rendered, again.rendered, again.written, again.removed) == (4, 0, 0, 0)
    assert (again.conversations, again.pages, again.unchanged) == (4, first.pages, first.written)
    assert times(tmp_path / "site") == before


def test_build__a_month_later_makes_only_what_it_touched(archive, tmp_path):
    build(archive, tmp_path / "site")
    before = times(tmp_path / "site")
    run(archive, tmp_path / "2")
    again = build(archive, tmp_path / "site")
    assert again.rendered == 4  # a, b and d, and c, which is gone
    picture = archive.conversation(conversation("Picture", id="p").key)
    untouched = [path for path, time in times(tmp_path / "site").items() if before.get(path) == time]
    assert [path for path in untouched if picture.key in path.name and path.suffix == ".html"]
    assert b"No longer in your account since the export of 2 Feb 2026" in b"".join(contents(tmp_path / "site").values())


def test_build__the_way_there_leaves_no_trace(archive, tmp_path):
    build(archive, tmp_path / "site")
    run(archive, tmp_path / "2")
    build(archive, tmp_path / "site", jobs=2)
    with Archive(tmp_path / "other", "Europe/Berlin") as other:
        for month in ("2", "1"):
            run(other, tmp_path / month)
        build(other, tmp_path / "clean")
    assert contents(tmp_path / "clean") == contents(tmp_path / "site")


def test_build__a_theme_or_title_changes_pages_without_rendering_text_again(archive, tmp_path, monkeypatch):
    theme = tmp_path / "mine"
    (theme / "templates").mkdir(parents=True)
    (theme / "theme.toml").write_text('name = "mine"')
    (theme / "templates" / "base.html").write_text(
        '{% extends "default/base.html" %}{% block title %}MINE{% endblock %}'
    )
    build(archive, tmp_path / "site")
    monkeypatch.setattr(making, "render_conversation", no_rendering)
    config = Config(title="Other title", theme=str(theme))
    again = build(archive, tmp_path / "site", config)
    assert again.rendered == 4
    pages = [content for name, content in contents(tmp_path / "site").items() if name.startswith("chats/")]
    assert all(b"Other title" in page for page in pages)
    assert build(archive, tmp_path / "elsewhere", config).written == len(contents(tmp_path / "elsewhere")) - 1


def test_build__a_conversation_that_goes_on_renders_only_what_is_new(archive, tmp_path, monkeypatch):
    build(archive, tmp_path / "site")
    rendered = []

    def counting(text: str, **options: object) -> RenderedText:
        rendered.append(text)
        return render_markdown(text, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(texts, "render_markdown", counting)
    run(archive, tmp_path / "2")
    build(archive, tmp_path / "site")
    assert sorted(rendered) == ["changed", "more", "new", "one", "other"]  # "other" as the revision of "changed"


def test_build__a_folder_rule_moves_conversations_without_rendering_text_again(archive, tmp_path, monkeypatch):
    build(archive, tmp_path / "site")
    monkeypatch.setattr(making, "render_conversation", no_rendering)
    rule = FolderRule(name="Found", text="other")
    build(archive, tmp_path / "site", Config(folders=(rule,)))
    found = contents(tmp_path / "site")
    (folder,) = [content for name, content in found.items() if name.startswith("folders/found-")]
    assert b"Talk b" in folder
    assert b"Talk a" not in folder
    assert any(b'"Found"' in content for name, content in found.items() if name.startswith("search/"))


def test_build__a_tag_rule_tags_conversations_without_rendering_text_again(archive, tmp_path, monkeypatch):
    build(archive, tmp_path / "site")
    before = times(tmp_path / "site")
    monkeypatch.setattr(making, "render_conversation", no_rendering)
    tags = (TagRule("found", text="other"), TagRule("unused", title="nothing"))
    folders = (FolderRule("By tag", tag="found"),)
    assert build(archive, tmp_path / "site", Config(tags=tags, folders=folders)).warnings == (
        'tags, rule 2 ("unused") gives no conversation a tag that it has not already',
    )
    found = contents(tmp_path / "site")
    written = {path for path, time in times(tmp_path / "site").items() if path.is_file() and before.get(path) != time}
    chats = [path.relative_to(tmp_path / "site").as_posix() for path in written if "chats" in path.parts]
    b = archive.conversation(conversation("Talk b", id="b").key)
    assert [name for name in chats if b.key in name] == chats != []
    assert b">found</a>" in found[chats[0]]
    (tag,) = [content for name, content in found.items() if name.startswith("tags/found-")]
    assert b"Talk b" in tag
    assert b"Talk a" not in tag
    assert [name for name in found if name.startswith("folders/by-tag-")]


# --- notes -------------------------------------------------------------------------------------------------------


def note_on(archive: Archive, id_: str) -> Path:
    folder = archive.folder.parent / "notes"
    folder.mkdir(exist_ok=True)
    return folder / f"On it {conversation(id=id_).key}.md"


def test_build__a_note_makes_only_its_conversation_again(archive, tmp_path, monkeypatch):
    build(archive, tmp_path / "site")
    whole, before = contents(tmp_path / "site"), times(tmp_path / "site")
    rendered = []

    def counting(text: str, **options: object) -> RenderedText:
        rendered.append(text)
        return render_markdown(text, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(texts, "render_markdown", counting)
    note = note_on(archive, "a")
    for text in ("A **platypus** of a thought", "Another platypus"):
        note.write_text(text)
        assert build(archive, tmp_path / "site").rendered == 1
    assert rendered == ["A **platypus** of a thought", "Another platypus"]
    written = {path for path, time in times(tmp_path / "site").items() if path.is_file() and before.get(path) != time}
    pages = [path for path in written if path.suffix == ".html"]
    assert [note.stem[-12:] in page.name for page in pages] == [True]
    assert b"Another platypus" in pages[0].read_bytes()
    assert build(archive, tmp_path / "site").written == 0
    note.unlink()
    build(archive, tmp_path / "site")
    assert contents(tmp_path / "site") == whole


def test_build__a_note_shows_by_the_rules_of_a_message(archive, tmp_path):
    note = note_on(archive, "a")
    note.write_text("<script>alert(1)</script> [x](javascript:alert(1)) ![far](https://example.org/p.png)")
    build(archive, tmp_path / "site")
    (page,) = [
        text for name, text in contents(tmp_path / "site").items() if note.stem[-12:] in name and "chats" in name
    ]
    own = page.partition(b'id="note"')[2].partition(b"</aside>")[0]
    assert b"&lt;script&gt;" in own
    assert b"<script" not in own
    assert b"<img" not in own
    assert b'href="javascript' not in own


def test_build__a_note_that_shows_nowhere_is_told(archive, tmp_path):
    note_on(archive, "nobody").write_text("lost?")
    (told,) = build(archive, tmp_path / "site").warnings
    assert "the note is kept and shows nowhere" in told
    assert note_on(archive, "nobody").read_text() == "lost?"


def test_build__repairs_what_was_taken_away_or_changed(archive, tmp_path):
    build(archive, tmp_path / "site")
    whole = contents(tmp_path / "site")
    for number, name in enumerate(sorted(whole)):
        if name.endswith((".html", ".js", ".png", ".css")):
            path = tmp_path / "site" / name
            path.unlink() if number % 2 else path.write_bytes(path.read_bytes()[:-1])
    build(archive, tmp_path / "site")
    assert contents(tmp_path / "site") == whole


def test_build__without_its_cache_gives_the_same(archive, tmp_path):
    build(archive, tmp_path / "site")
    before = times(tmp_path / "site")
    (archive.folder / CACHE_NAME).unlink()
    again = build(archive, tmp_path / "site")
    assert (again.rendered, again.written) == (4, 0)
    assert times(tmp_path / "site") == before


def test_build__makes_a_damaged_cache_anew(archive, tmp_path):
    build(archive, tmp_path / "site")
    (archive.folder / CACHE_NAME).write_bytes(b"no database" * 500)
    assert build(archive, tmp_path / "site").rendered == 4
    assert build(archive, tmp_path / "site").rendered == 0


def test_build__cache_that_lacks_terms_is_one_line(archive, tmp_path):
    build(archive, tmp_path / "site")
    with closing(sqlite3.connect(archive.folder / CACHE_NAME)) as cache, cache:
        cache.execute("DELETE FROM vocabulary WHERE number > 1")
    run(archive, make_export(tmp_path / "february", 2, *FEBRUARY, account=ME))
    with pytest.raises(BuildError, match=r"cache\.sqlite in the archive is damaged .*; delete it and build again"):
        build(archive, tmp_path / "site")


def test_build__cache_that_cannot_be_is_one_line(archive, tmp_path):
    (archive.folder / CACHE_NAME).mkdir()
    with pytest.raises(ArchiveError, match=r"cache\.sqlite: can't be used"):
        build(archive, tmp_path / "site")


def test_build__a_lost_attachment_is_told_and_shown_as_missing(archive, tmp_path):
    build(archive, tmp_path / "site")
    (file,) = (path for path in (archive.folder / "attachments").rglob("*") if path.is_file())
    file.unlink()
    # Where the site still has it, nothing is lost.
    assert build(archive, tmp_path / "site").warnings == ()
    fresh = build(archive, tmp_path / "fresh")
    assert "to have it back" in fresh.warnings[0]
    assert not any(name.endswith(".png") for name in contents(tmp_path / "fresh"))


def test_build__an_index_or_a_file_of_it_that_is_too_large_is_told(archive, tmp_path, monkeypatch):
    config = Config(search=SearchSettings(budget=1))
    assert build(archive, tmp_path / "site", config).warnings == ()
    monkeypatch.setattr("sitegen.search.report._MB", 1000)
    large, *files = sorted(build(archive, tmp_path / "fresh", config).warnings, key=lambda told: "budget" not in told)
    assert "more than search.budget in sitegen.toml (1 MB)" in large
    assert "Talk " in large
    assert files == []
    monkeypatch.setattr("sitegen.search.report._HOSTS_LIMIT_MB", 0)
    told = build(archive, tmp_path / "again", config).warnings
    assert any("search/text/" in warning and "some hosts take no file over" in warning for warning in told)


def test_build__is_the_same_in_any_zone_and_locale(tmp_path):
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive:
        run(archive, months(tmp_path)[0])
    command = [sys.executable, "-m", "sitegen", "build", "--jobs", "1", "--archive", str(archive.folder), "--output"]
    results = []
    for number, (zone, locale) in enumerate((("Asia/Tokyo", "C"), ("America/New_York", "C.UTF-8"))):
        environment = {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": str(number), "PYTHONPATH": ":".join(sys.path)}
        site = tmp_path / f"site{number}"
        (archive.folder / CACHE_NAME).unlink(missing_ok=True)
        subprocess.run([*command, str(site)], env=environment, check=True, cwd=tmp_path)
        results.append(contents(site))
    assert results[0] == results[1]
