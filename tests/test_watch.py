"""The watch with real folders: what arrives, what changes, what goes wrong, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import watchfiles
from watching_site import Place, wait_until

from sitegen.archive.store import Archive
from sitegen.errors import ConfigError
from sitegen.watch.arrivals import Timing
from sitegen.watch.notices import Notices
from sitegen.watch.watching import Watching
from sitegen.watch.work import Work

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "example_export"


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def zipped(name: str) -> bytes:
    """The example export of this name as the bytes of a zip."""
    import io

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted((EXAMPLES / name).rglob("*")):
            archive.write(file, file.relative_to(EXAMPLES / name))
    return target.getvalue()


# --- exports ---------------------------------------------------------------------------------------------------------


def test_watch__a_zip_that_comes_in_pieces_is_imported_once_it_is_whole(place):
    content = zipped("grok")
    with place.watched():
        target = place.inbox / "grok.zip"
        for part in (1, 2, 3):
            with target.open("ab") as file:
                file.write(content[len(content) * (part - 1) // 4 : len(content) * part // 4])
            # So long a pause that it is called broken, which is only said, and held against it by nobody.
            wait_until(lambda part=part: len(place.warned) == part)
            assert "download" in place.warned[-1]
            assert place.sources() == set()
        with target.open("ab") as file:
            file.write(content[len(content) * 3 // 4 :])
        wait_until(lambda: "built 9" in place.said)
    assert place.said[-2:] == ["imported Grok grok.zip: 9 new", "built 9"]


def test_watch__half_a_zip_that_ends_with_a_whole_one_is_not_taken_for_that_one(place, tmp_path):
    inner = zipped("deepseek")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("export.zip", inner)
        archive.writestr("readme.txt", "hello")
    whole = (tmp_path / "all.zip").read_bytes()
    cut = whole[: whole.index(inner) + len(inner)]
    assert cut.endswith(inner)
    with place.watched():
        (place.inbox / "all.zip").write_bytes(cut)
        wait_until(lambda: place.warned)
        assert "breaks off and was not imported" in place.warned[0]
        assert place.sources() == set()
        (place.inbox / "all.zip").write_bytes(whole)
        wait_until(lambda: place.builds)
    assert place.sources() == {"deepseek"}


def test_watch__a_download_under_its_unfinished_name_is_left_alone(place):
    with place.watched():
        (place.inbox / "grok.zip").touch()
        (place.inbox / "grok.zip.part").write_bytes(zipped("grok"))
        (place.inbox / "x.zip.crdownload").write_bytes(zipped("grok"))
        # Something that comes later is imported: by then the others were seen, and passed over.
        (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
        wait_until(lambda: place.builds)
        assert place.sources() == {"deepseek"}
        (place.inbox / "grok.zip.part").replace(place.inbox / "grok.zip")
        wait_until(lambda: place.sources() == {"deepseek", "grok"})
    assert place.warned == []


def test_watch__a_folder_is_imported_when_it_is_unpacked(place):
    with place.watched():
        shutil.copytree(EXAMPLES / "claude-2025", place.inbox / "claude")
        wait_until(lambda: place.builds)
    assert place.sources() == {"claude"}


def test_watch__what_is_there_at_the_start_is_imported_once_and_told_in_one_line(place):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    (place.inbox / "package.json").write_text('{"name": "x"}')
    (place.inbox / "cut.zip").write_bytes(zipped("grok")[:3000])
    (place.inbox / "song.mp3").write_bytes(b"ID3")
    for times in (1, 2):
        place.said.clear()
        with place.watched():
            wait_until(lambda: len([line for line in place.said if not line.startswith("imported")]) == 2)
        known = "In the folders already: 1 export, {} new; not whole, or not to be read: cut.zip (sitegen inspect FILE"
        new = ["imported DeepSeek deepseek.zip: 6 new", known.format(1) + " tells why)", "built 6"]
        old = ["built 6", known.format(0) + " tells why)"]
        assert place.said == (new if times == 1 else old)
    assert place.warned == []


def let_an_older_reader_have_read(archive_folder: Path) -> None:
    """Leaves one of DeepSeek's conversations as an older reader might have read it."""
    with Archive(archive_folder) as archive, archive.transaction():
        key = archive.conversations()[0].key
        archive.put(msgspec.structs.replace(archive.conversation(key), title="An older reading"))
        archive.set_reader_version("deepseek", 0)


def titles(archive_folder: Path) -> list[str]:
    with Archive(archive_folder) as archive:
        return [archive.conversation(row.key).title for row in archive.conversations()]


def test_watch__what_an_older_reader_read_is_read_again_at_the_start_and_once(place):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    with place.watched():
        wait_until(lambda: place.builds)
    before = titles(place.archive)
    let_an_older_reader_have_read(place.archive)
    assert "An older reading" in titles(place.archive)
    place.said.clear()
    place.is_archive_busy, place.times_opened = True, 0
    with place.watched():
        # Another sitegen at work is waited for with this as with everything else.
        wait_until(lambda: place.times_opened > 3)
        place.is_archive_busy = False
        wait_until(lambda: "built 6" in place.said)
    assert place.warned == ["the archive is in use"]
    # That the export in the folder is an old one may be said after the build, if the end does not come first.
    others = ("In the folders", "deepseek.zip was imported before")
    news = [line for line in place.said if not line.startswith(others)]
    assert news == ["DeepSeek: read again, 0 new, 1 changed, 5 unchanged", "built 6"]
    assert titles(place.archive) == before
    with place.watched():
        wait_until(lambda: place.said.count("built 6") == 2)
    assert len([line for line in place.said if "read again" in line]) == 1


def test_watch__what_arrives_again_is_said_to_be_known(place):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    with place.watched():
        wait_until(lambda: place.builds)
        (place.inbox / "deepseek (1).zip").write_bytes(zipped("deepseek"))
        wait_until(lambda: "deepseek (1).zip was imported before" in place.said)
    assert place.builds == 1


def test_watch__a_list_of_zips_to_download_is_no_import_but_says_what_to_do(place):
    with place.watched():
        (place.inbox / "m.json").write_text(
            '{"version": "1.0", "created_at": "2026-09-18T16:59:47+00:00", "data_files": [{"batch_index": 0,'
            '"category": "conversations", "part": 0, "filename": "conversations-000.zip"}]}'
        )
        wait_until(lambda: place.warned)
    assert "conversations-000.zip" in place.warned[0]
    assert not [line for line in place.said if line.startswith("imported")]


def test_watch__other_peoples_files_are_passed_over_and_a_damaged_export_costs_only_itself(place):
    with place.watched():
        (place.inbox / "package.json").write_text('{"name": "x"}')
        (place.inbox / "broken.js").write_text("if (")
        (place.inbox / "login.zip").write_text("<!doctype html><title>Log in</title>")
        (place.inbox / "cut.json").write_bytes((EXAMPLES / "deepseek" / "conversations.json").read_bytes()[:-200])
        wait_until(lambda: len(place.warned) == 2)
        (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
        wait_until(lambda: place.builds)
    assert sorted("web page" in line for line in place.warned) == [False, True]
    assert [line for line in place.warned if "cut.json: breaks off and was not imported" in line]
    assert place.said == ["imported DeepSeek deepseek.zip: 6 new", "built 6"]


def test_watch__a_folder_of_which_a_file_breaks_off_is_imported_after_a_longer_silence(place):
    with place.watched():
        folder = place.inbox / "deepseek"
        shutil.copytree(EXAMPLES / "deepseek", folder)
        (folder / "upload.json").write_text('[{"cut": ')
        wait_until(lambda: place.builds)
    assert place.sources() == {"deepseek"}


# --- settings and themes ---------------------------------------------------------------------------------------------


def test_watch__settings_and_theme_rebuild_and_their_mistakes_are_lived_through(place, tmp_path):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    theme = tmp_path / "mine"
    (theme / "templates").mkdir(parents=True)
    (theme / "theme.toml").write_text('name = "mine"\n')
    home = place.site / "index.html"
    with place.watched():
        wait_until(lambda: place.builds == 1)
        place.settings.write_text("titel = 1\n")
        wait_until(lambda: place.warned)
        assert "titel" in place.warned[-1]
        place.settings.write_text(f'title = "Bücher"\ntheme = {str(theme)!r}\n')
        wait_until(lambda: "Bücher" in home.read_text("utf-8"))

        template = theme / "templates" / "home.html"
        template.write_text(
            '{% extends "default/home.html" %}\n{% block main %}\n{{ page.nonsense }}\n{% endblock %}\n'
        )
        wait_until(lambda: len(place.warned) == 2)
        assert f"{template}, line 3" in place.warned[-1]
        assert place.warned[-1].count("\n") == 0
        template.write_text('{% extends "default/home.html" %}\n{% block main %}Mended\n{% endblock %}\n')
        wait_until(lambda: "Mended" in home.read_text("utf-8"))

        # A theme of its own may break altogether, and come back.
        (theme / "theme.toml").write_text("name = \n")
        wait_until(lambda: len(place.warned) == 3)
        (theme / "theme.toml").write_text('name = "mine"\n')
        template.unlink()
        wait_until(lambda: "Mended" not in home.read_text("utf-8"))

        place.settings.unlink()
        wait_until(lambda: "Bücher" not in home.read_text("utf-8"))
    assert len(place.warned) == 3


def test_watch__notes_rebuild_from_the_first_to_the_last(place):
    from sitegen.archive.importing import import_export
    from sitegen.readers import find_exports

    with Archive(place.archive, "UTC") as archive:
        for export, recognised in find_exports(EXAMPLES / "grok"):
            import_export(archive, export, recognised)
        key = next(row.key for row in archive.conversations())
    notes = place.folder / "notes"

    def pages() -> str:
        return "".join(path.read_text("utf-8") for path in place.site.rglob(f"*{key}.html"))

    with place.watched():
        wait_until(lambda: place.builds == 1)
        notes.mkdir()
        (notes / f"{key}.md").write_text("an ocelot")
        wait_until(lambda: "an ocelot" in pages(), "a new folder of notes is noticed")
        (notes / f"{key}.md").write_text("a pangolin")
        wait_until(lambda: "a pangolin" in pages(), "a change is noticed")
        (notes / f"{key}.md").unlink()
        wait_until(lambda: "a pangolin" not in pages() and pages(), "that it is gone is noticed")
    assert place.warned == []


def test_watch__a_theme_that_the_theme_rests_on_is_watched_and_can_be_replaced(place, tmp_path):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    for name, parent in (("child", "../base"), ("base", "default")):
        (tmp_path / name / "static").mkdir(parents=True)
        (tmp_path / name / "theme.toml").write_text(f'name = "{name}"\nparent = "{parent}"\n')
    place.settings.write_text(f"theme = {str(tmp_path / 'child')!r}\n")
    asset = place.site / "assets" / "x.txt"
    with place.watched():
        wait_until(lambda: place.builds == 1)
        (tmp_path / "base" / "static" / "x.txt").write_text("1")
        wait_until(asset.is_file)
        shutil.copytree(tmp_path / "base", tmp_path / "copy")
        (tmp_path / "base").replace(tmp_path / "old")
        (tmp_path / "copy").replace(tmp_path / "base")
        (tmp_path / "base" / "static" / "x.txt").write_text("2")
        wait_until(lambda: asset.read_text() == "2")
        # The new folder is watched, and not the one that stood there before.
        (tmp_path / "base" / "static" / "x.txt").write_text("3")
        wait_until(lambda: asset.read_text() == "3")


def test_watch__changes_during_a_build_are_gathered_and_dealt_with_at_once(place, monkeypatch):
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    may_go_on, is_building = threading.Event(), threading.Event()
    build = Work.build
    titles = []

    def slow(self: Work, config: object) -> None:
        titles.append(config.title)  # type: ignore[attr-defined]
        if len(titles) == 1:
            is_building.set()
            assert may_go_on.wait(60)
        build(self, config)  # type: ignore[arg-type]

    monkeypatch.setattr(Work, "build", slow)
    with place.watched() as watching:
        assert is_building.wait(60)
        for number in range(5):
            place.settings.write_text(f'title = "{number}"\n')
        (place.inbox / "grok.zip").write_bytes(zipped("grok"))
        # The last file was seen, so all that came before it was.
        wait_until(lambda: place.inbox / "grok.zip" in set().union(*watching._notices._queue.queue))
        may_go_on.set()
        wait_until(lambda: "built 15" in place.said)
    assert titles[0] == "My conversations"
    assert set(titles[1:]) == {"4"}
    assert len(titles) <= 3  # the settings at once, the export when it has been still for a while


@pytest.mark.parametrize("has_archive", [False, True], ids=["import", "build"])
def test_watch__what_fails_for_a_passing_reason_is_told_once_and_tried_again(place, has_archive):
    if has_archive:
        place.open_archive().close()
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    place.is_archive_busy, place.times_opened = True, 0
    with place.watched():
        wait_until(lambda: place.times_opened > 3)
        place.is_archive_busy = False
        wait_until(lambda: "built 6" in place.said)
    assert place.warned == ["the archive is in use"]


# --- folders, and the end --------------------------------------------------------------------------------------------


def test_watch__a_folder_of_sitegens_own_is_no_inbox(place):
    for own in (place.archive, place.site / "files"):
        with pytest.raises(ConfigError, match="own archive or site"):
            Watching(place.work(), (own,), (), place.config, place.heard)


def test_notices__see_what_happens_after_they_were_asked_for(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "deep").mkdir()
    notices = Notices((tmp_path / "own",))
    assert notices.watch((tmp_path,), ()) == []
    (tmp_path / "own" / "a").touch()
    (tmp_path / "deep" / "b").touch()
    seen: set[Path] = set()
    while tmp_path / "deep" / "b" not in seen:
        seen |= notices.wait(60)
    assert not [path for path in seen if path.is_relative_to(tmp_path / "own")]
    notices.close()


def test_notices__a_folder_whose_sub_folders_can_not_be_watched_is_watched_without_them(tmp_path, monkeypatch):
    watch = watchfiles.watch

    def limited(*paths: Path, recursive: bool, **options: object) -> Iterator[object]:
        if recursive:
            raise OSError("OS file watch limit reached")
        return watch(*paths, recursive=recursive, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(watchfiles, "watch", limited)
    notices = Notices(())
    assert notices.watch((tmp_path,), ()) == [
        f"{tmp_path}: its sub-folders can't be watched: OS file watch limit reached"
    ]
    (tmp_path / "a").touch()
    seen: set[Path] = set()
    while tmp_path / "a" not in seen:
        seen |= notices.wait(60)
    notices.close()


def test_watch__that_a_folder_is_not_watched_any_more_is_said_once(place, monkeypatch):
    may_break = threading.Event()

    def breaking(*paths: Path, **options: object) -> Iterator[set[object]]:
        yield set()
        may_break.wait(60)
        raise RuntimeError("internal error")

    monkeypatch.setattr(watchfiles, "watch", breaking)
    with place.watched():
        may_break.set()
        wait_until(lambda: [line for line in place.warned if line.startswith(str(place.inbox))])
    told = [line for line in place.warned if line.startswith(str(place.inbox))]
    assert told == [f"{place.inbox}: not watched any more: internal error; start the watch again"]


def test_watch__ctrl_c_is_an_ordinary_end_unless_something_is_under_way(place, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Notices, "wait", interrupt)
        place.watching().run()
    (place.inbox / "deepseek.zip").write_bytes(zipped("deepseek"))
    monkeypatch.setattr(Work, "build", interrupt)
    with pytest.raises(KeyboardInterrupt):
        place.watching(timing=Timing(settle=0, glance=0.01)).run()


def run_watch(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sitegen", "watch", *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to another process there")
def test_cli__watch_serves_imports_and_ends_with_ctrl_c(tmp_path):
    import http.client

    (tmp_path / "in").mkdir()
    shutil.copytree(EXAMPLES / "deepseek", tmp_path / "in" / "deepseek")
    with run_watch(tmp_path, "in", "--serve", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().split()[4]
        assert process.stdout.readline() == "Watching in; Ctrl-C ends it\n"
        lines = [process.stdout.readline() for _ in range(3)]
        connection = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=60)
        connection.request("GET", "/")
        assert b"<h1" in connection.getresponse().read()
        connection.close()
        # When this is told the build is behind it.
        (tmp_path / "sitegen.toml").write_text("titel = 1\n")
        assert "titel" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert lines[0].startswith("DeepSeek (fragments), deepseek: 6 found, 6 new")
    assert lines[1] == "In the folders already: 1 export, 1 new\n"
    assert lines[2].startswith("6 conversations: 6 new")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to another process there")
def test_cli__watch_reads_again_what_an_older_reader_read(sitegen, tmp_path):
    sitegen("build", EXAMPLES / "deepseek", "--quiet")
    before = titles(tmp_path / "archive")
    let_an_older_reader_have_read(tmp_path / "archive")
    with run_watch(tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline() for _ in range(3)]
        # When this is told the build is behind it.
        (tmp_path / "sitegen.toml").write_text("titel = 1\n")
        assert "titel" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert lines[1] == "DeepSeek: read again, 0 new, 1 changed, 5 unchanged\n"
    assert lines[2].startswith("6 conversations; ")
    assert titles(tmp_path / "archive") == before


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("absent",), 2, "absent"),
        ((), 1, "no archive here"),
        ((".", "--theme", "nonsense"), 1, "nonsense"),
        ((".", "--config", "nonsense.toml"), 1, "nonsense.toml"),
        ((".", "--serve", "99999"), 2, "--serve"),
    ],
)
def test_cli__watch_does_not_begin_with_a_slip_of_the_pen(tmp_path, words, code, reason):
    with run_watch(tmp_path, *words) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (code, "")
    assert reason in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
