"""`sitegen verify`: a whole archive and site say so in one line, and each kind of damage in one line of its own."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.lock import only_run_in
from sitegen.output import DIRTY_NAME, MANIFEST_NAME
from sitegen.readers import find_exports
from sitegen.verify import verify
from sitegen.verify.links import Target, target
from sitegen.verify.pages import PageFacts, Reference, style_references

EXAMPLES = Path(__file__).parent.parent / "example_export"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive and a site of Grok's example, built once."""
    folder = tmp_path_factory.mktemp("whole")
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        for export, recognised in find_exports(EXAMPLES / "grok"):
            with export:
                import_export(archive, export, recognised)
        build_site(archive, folder / "site", Config(), jobs=1)
    return folder


@pytest.fixture
def example(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of them to damage, as `archive` and `site` in the current folder."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(sitegen: Callable[..., tuple[int, str, str]]) -> Callable[..., tuple[int, str, str]]:
    """Runs `sitegen verify …`."""
    return lambda *words: sitegen("verify", *words)


def findings(archive: Path | None, site: Path | None) -> list[str]:
    return [finding.line() for finding in verify(archive, site).findings]


def sql(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "archive" / "archive.sqlite", isolation_level=None)) as db:
        db.execute(statement, values)


# --- the command ----------------------------------------------------------------------------------------------------


def test_verify__what_is_whole_says_so_in_one_line(example, run):
    code, out, err = run()
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert out.startswith("archive: 9 conversations, 9 records and 3 attachments (")
    assert "are whole; site: " in out
    assert "links good" in out


def test_verify__whole_example_is_whole(example_site):
    assert findings(example_site.parent / "archive", example_site) == []


def test_verify__changes_nothing(example, run):
    before = {path: path.read_bytes() for path in example.rglob("*") if path.is_file()}
    run()
    assert {path: path.read_bytes() for path in example.rglob("*") if path.is_file()} == before


def test_verify__one_line_for_each_finding_and_exit_code_1(example, run):
    (example / "site" / "search.html").unlink()
    attachment = next(path for path in (example / "archive" / "attachments").rglob("*") if path.is_file())
    attachment.write_bytes(b"rotten")
    code, out, err = run()
    lines = out.splitlines()
    assert (code, err) == (1, "")
    assert lines[0].startswith(f"archive/attachments/{attachment.parent.name}/{attachment.name}: is not what was impo")
    assert lines[0].endswith("; delete it and import the export that held it again")
    assert lines[1] == "site/search.html: is missing; run: sitegen build"
    assert lines[-1] == "2 findings in all"
    assert len(lines) == 3, "pages that link to a file that is only missing are not named one by one"


def test_verify__json_for_scripts(example, run):
    (example / "site" / "search.html").unlink()
    code, out, _ = run("--json")
    result = json.loads(out)
    assert (code, result["sound"], result["archive"]["conversations"]) == (1, False, 9)
    assert result["findings"] == [{"where": "site/search.html", "what": "is missing", "advice": "run: sitegen build"}]


def test_verify__what_is_not_there_is_left_out_unless_named(example, run):
    shutil.rmtree("site")
    code, out, _ = run()
    assert (code, out.startswith("archive: "), "site" in out) == (0, True, False)
    code, out, err = run("--output", "site")
    assert (code, out, "no site here" in err) == (1, "", True)
    shutil.rmtree("archive")
    code, out, err = run()
    assert (code, out, "no archive here" in err) == (1, "", True)


def test_verify__site_alone(example, run):
    shutil.rmtree("archive")
    code, out, _ = run()
    assert (code, out.startswith("site: ")) == (0, True)


def test_verify__is_refused_while_another_run_is_at_work(example, run):
    with only_run_in(example / "site"):
        code, _, err = run()
    assert (code, err.count("\n"), "in use by process" in err) == (1, 1, True)


def test_verify__folder_of_others_is_no_site(tmp_path, run):
    (tmp_path / "thesis.doc").write_text("mine")
    code, _, err = run("--archive", str(tmp_path), "--output", str(tmp_path))
    assert (code, err.count("\n"), "no archive here" in err) == (1, 1, True)


# --- the archive ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "values", "words"),
    [
        ("UPDATE record SET raw = ?", (b"rot",), "bytes can't be unpacked"),
        ("UPDATE record SET raw = ?", (zlib.compress(b"{}"),), "not those that were imported"),
        ("UPDATE record SET conversation = 'x'", (), "was read as x and would now be"),
        ("UPDATE record SET conversation = 'x'", (), "9 records of the conversation x, which is gone"),
        ("UPDATE conversation SET content = ?", (zlib.compress(b"{}"),), "its content is damaged"),
        ("UPDATE conversation SET content = ?", (b"rot",), "its content is damaged"),
        ("UPDATE conversation SET content_hash = 'x'", (), "its content is damaged"),
        ("DELETE FROM import", (), "rows of sighting refer to a import that is not there"),
        ("PRAGMA user_version = 99", (), "is of format 99"),
    ],
)
def test_verify__archive__each_damage_is_named(example, statement, values, words):
    sql(example, statement, *values)
    found = findings(example / "archive", None)
    assert any(words in line for line in found), found
    assert all("\n" not in line for line in found)


def test_verify__archive__record_that_the_installed_reader_cannot_read_is_reported_not_raised(example, monkeypatch):
    from sitegen.readers import installed

    def fails(record: object) -> object:
        raise KeyError("messages")

    monkeypatch.setattr(type(installed()["grok"]), "read", lambda self, record: fails(record))
    found = findings(example / "archive", None)
    assert len(found) == 9
    assert all("can no longer be read: it lacks the field 'messages'; the bytes are safe" in line for line in found)


def test_verify__archive__records_of_a_reader_that_is_gone_are_one_line(example, monkeypatch):
    from sitegen.readers import installed

    rest = {source: reader for source, reader in installed().items() if source != "grok"}
    monkeypatch.setattr("sitegen.verify.archive.installed", lambda: rest)
    (line,) = findings(example / "archive", None)
    assert "9 records of 'grok', for which no reader is installed" in line


def test_verify__archive__torn_database_is_reported(example):
    database = example / "archive" / "archive.sqlite"
    content = bytearray(database.read_bytes())
    content[8192:60_000] = bytes(60_000 - 8192)
    database.write_bytes(content)
    found = findings(example / "archive", None)
    assert any("damaged" in line or "can't be read" in line for line in found), found
    database.write_bytes(b"not a database at all" * 100)
    (line,) = findings(example / "archive", None)
    assert "file is not a database" in line


def test_verify__archive__lost_attachment(example):
    attachment = next(path for path in (example / "archive" / "attachments").rglob("*") if path.is_file())
    attachment.unlink()
    (line,) = findings(example / "archive", None)
    assert f"{attachment}: is gone; the conversation " in line


def test_verify__archive__files_of_no_conversation_are_counted_not_blamed(example, run):
    (example / "archive" / "attachments" / "ab").mkdir(exist_ok=True)
    (example / "archive" / "attachments" / "ab" / ("ab" + "0" * 62)).write_bytes(b"x" * 2000)
    (example / "archive" / "attachments" / ".tmp-1-2").write_bytes(b"")
    code, out, _ = run()
    assert code == 0
    assert "2 files (2 KB) in attachments of no conversation: harmless" in out


# --- the site -------------------------------------------------------------------------------------------------------


def page(folder: Path) -> Path:
    return folder / "site" / "search.html"


def _append(text: str) -> Callable[[Path], object]:
    return lambda folder: page(folder).write_text(page(folder).read_text("utf-8") + text, "utf-8")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "site" / "index.html").unlink(), "site/index.html: is missing"),
        (_append(" "), "search.html: is not as it was built; delete it"),
        (_append('<a href="no/such.html">'), '"no/such.html" leads to no file of the site'),
        (_append('<a href="dates/">'), '"dates/" leads to no file of the site'),
        (_append('<a href="index.html#nowhere">'), 'the link to "index.html#nowhere" finds no such place'),
        (_append('<a href="#nowhere">'), 'the link to "search.html#nowhere" finds no such place'),
        (_append('<a href="../outside.html">'), '"../outside.html" leads out of the site'),
        (_append('<a href="/etc/passwd">'), '"/etc/passwd" leads out of the site'),
        (_append('<a href="//host/x">'), '"//host/x" leads out of the site'),
        (_append('<a href="javascript:alert(1)">'), "leads out of the site"),
        (_append('<img src="https://host/x.png">'), "is loaded from outside the site"),
        (_append('<img srcset="assets/icon.svg 1x, http://host/x.png 2x">'), "is loaded from outside the site"),
        (_append('<script src="assets/js/gone.js">'), '"assets/js/gone.js" leads to no file'),
        (_append('<link rel="stylesheet" href="http://host/x.css">'), "is loaded from outside the site"),
        (_append('<p style="background: url(http://host/x.png)">'), "is loaded from outside the site"),
        (lambda folder: (folder / "site" / "assets" / "css" / "layout.css").write_text("@import 'x.css';"), '"x.css"'),
        (lambda folder: (folder / "site" / "mine.txt").write_text(""), "site/mine.txt: is no file of the site"),
        (lambda folder: (folder / "site" / DIRTY_NAME).touch(), "a build was broken off here"),
        (lambda folder: (folder / "site" / MANIFEST_NAME).write_text("{"), "is damaged; delete the folder"),
        (lambda folder: (folder / "site" / "search" / "manifest.js").write_text("x"), "can't be used for searching"),
    ],
)
def test_verify__site__each_damage_is_named(example, damage, words):
    damage(example)
    found = findings(None, example / "site")
    assert any(words in line for line in found), found
    assert all("\n" not in line for line in found)


def test_verify__site__folder_of_others_is_named_once(example):
    folder = example / "site" / ".git" / "objects"
    folder.mkdir(parents=True)
    (folder / "1").touch()
    (line,) = findings(None, example / "site")
    assert (
        line
        == f"{example / 'site' / '.git'}: is no folder of the site; move it elsewhere if it is yours, else delete it"
    )


def test_verify__site__folder_that_became_a_link_is_named(example):
    (example / "site" / "search").rename(example / "elsewhere")
    (example / "site" / "search").symlink_to(example / "elsewhere")
    assert any("search: is a link that leads elsewhere" in line for line in findings(None, example / "site"))


def test_verify__site__every_shard_that_searching_needs_must_be_there(example):
    """The manifests of files and of searching are made by different modules: each is held against the other."""
    manifest = example / "site" / MANIFEST_NAME
    files = json.loads(manifest.read_text("utf-8"))["files"]
    shards = [name for name in files if name.startswith("search/") and name != "search/manifest.js"]
    assert len(shards) > 8
    for name in shards:
        del files[name]
    manifest.write_text(json.dumps({"files": files}))
    named = [line for line in findings(None, example / "site") if "which is no file of the site" in line]
    assert len(named) == len(shards)


def test_verify__site__what_a_build_repairs_is_whole_again(example, sitegen, run):
    _append("x")(example)
    (example / "site" / "index.html").unlink()
    page(example).unlink()
    assert sitegen("build", "--quiet") == (0, "", "")
    assert run()[0] == 0


# --- references -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("b.html", Target("chats/b.html", "")),
        ("../index.html?q=a#m-1", Target("index.html", "m-1")),
        ("#m%201", Target("chats/a.html", "m 1")),
        ("", Target("chats/a.html", "")),
        ("a%20b.html", Target("chats/a b.html", "")),
        ("b.html#x:~:text=word", Target("chats/b.html", "x")),
        ("https://example.org/", None),
        ("mailto:a@example.org", None),
        ("../../x.html", "leads out of the site"),
        ("file:///etc/passwd", "leads out of the site"),
        ("\\\\host\\x", "leads out of the site"),
        ("http://[", "is no address"),
    ],
)
def test_links__addresses_lead_where_a_file_system_takes_them(address, expected):
    assert target("chats/a.html", Reference(address, loads=False)) == expected


def test_links__what_is_loaded_may_only_come_from_the_site():
    assert target("a.html", Reference("https://host/x.png", loads=True)) == "is loaded from outside the site"
    assert target("a.html", Reference("data:image/png;base64,AA", loads=True)) is None


def test_pages__link_that_only_tells_loads_nothing():
    facts = PageFacts('<link rel="canonical" href="https://a/"><link rel="icon" href="i.svg"><a name="n"><p id="i">')
    assert facts.references == {Reference("https://a/", False), Reference("i.svg", True)}
    assert facts.ids == {"n", "i"}


def test_pages__style_sheets_comments_aside():
    style = "/* url(no.png) */ a { b: url(a.png) } c { d: url( 'b c.png' ) } @import \"d.css\";"
    assert style_references(style) == {Reference(name, True) for name in ("a.png", "b c.png", "d.css")}
