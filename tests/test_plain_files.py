"""The way out: the example as a vault of notes, as JSON that comes back, and as single pages."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import yaml
from conftest import ROOT, Watched
from makers import START, conversation, dialogue, message
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from sitegen.archive.database import copy_database
from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive, ImportFacts
from sitegen.build import build_site
from sitegen.config import Config, load_config
from sitegen.errors import OutputError, SitegenError
from sitegen.interchange import schemas
from sitegen.model import (
    Attachment,
    Citation,
    CodeBlock,
    Conversation,
    FileBlock,
    ImageBlock,
    Project,
    ReasoningBlock,
    Source,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
)
from sitegen.plain_files import ExportSummary, export_files
from sitegen.readers import find_exports
from sitegen.rules import Selection, TagRule

EVERYTHING = Selection()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
CONFIG = load_config(ROOT / "example_export" / "sitegen.toml")
OBSIDIAN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def keys_of(archive: Archive) -> list[str]:
    return [row.key for row in archive.conversations()]


def exported(archive: Archive, folder: Path, file_format: str, selection: Selection = EVERYTHING) -> ExportSummary:
    return export_files(archive, folder, CONFIG, file_format, selection)


@pytest.fixture(scope="module")
def example(example_site):
    with Archive(example_site.parent / "archive") as archive:
        yield archive


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path / "archive", "UTC") as made:
        yield made


def put(archive: Archive, *states: Conversation, **files: bytes) -> None:
    """Keeps conversations as an import does; `files` are the bytes of attachments by id."""
    import io

    with archive.transaction():
        import_id, _ = archive.begin_import(ImportFacts("f", "chatgpt", "chatgpt", "", "x.zip", START, "", True), START)
        archive.date_import(import_id, START)
        for state in states:
            archive.put(state)
            for identity, content in files.items():
                archive.attach(state.key, identity, START, archive.attachments.add(io.BytesIO(content)))


# --- Markdown -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vault(example, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vault") / "vault"
    summary = exported(example, folder, "markdown")
    assert summary.conversations == len(example.conversations()) == len(list(folder.rglob("*.md")))
    return folder


@pytest.fixture(scope="module")
def notes(vault) -> dict[Path, tuple[dict[str, object], str]]:
    found = {}
    for path in sorted(vault.rglob("*.md")):
        start, head, body = path.read_text("utf-8").split("---\n", 2)
        assert start == ""
        found[path] = (yaml.safe_load(head), body)
    return found


def test_vault__front_matter_is_what_obsidian_and_hugo_read(notes, example):
    keys = set()
    for path, (properties, _) in notes.items():
        stored = example.conversation(str(properties["sitegen_key"]))
        keys.add(stored.key)
        assert isinstance(properties["title"], str)
        assert " ".join(stored.title.split()) in ("", properties["title"])
        for name in ("date", "lastmod"):
            assert isinstance(properties.get(name, datetime.min), datetime), path
        assert (properties.get("date") is None) == (stored.created is None)
        assert properties["tags"][0] == stored.source
        assert all(re.fullmatch(r"[\w-]*[^\W\d][\w-]*", tag) for tag in properties["tags"])
        assert properties.get("origin", stored.url) == stored.url
        # Names that mean something else to Hugo would move or hide the page.
        assert not {"url", "aliases", "slug", "type", "layout", "draft", "kind", "path"} & properties.keys()
    assert keys == {row.key for row in example.conversations()}


def test_vault__every_link_and_attachment_is_there(notes, vault, example):
    linked = set()
    for path, (_, body) in notes.items():
        tokens = [part for token in OBSIDIAN.parse(body) for part in (token, *(token.children or ()))]
        assert not [t for t in tokens if t.type in ("html_inline", "html_block")], path
        for token in tokens:
            address = token.attrGet("src") or token.attrGet("href") if token.type in ("image", "link_open") else None
            if address is None:
                continue
            parts = urlsplit(str(address))
            if parts.scheme:
                assert token.type == "link_open", (path, address)
                assert parts.scheme in ("http", "https", "mailto"), (path, address)
                continue
            target = (path.parent / unquote(parts.path)).resolve()
            assert target.is_file(), (path, address)
            assert target.is_relative_to(vault.resolve() / "attachments"), (path, address)
            linked.add(target)
        text = "".join(re.sub(r"`+[^`]*`+", "", t.content) for t in tokens if t.type == "inline")
        assert not re.search(r"(?<!\\)\[\[|(?<!\\)%%", text), path
    assert linked == {file.resolve() for file in (vault / "attachments").iterdir()}
    hashes = {file.hash for key in keys_of(example) for file in example.files(key).values()}
    assert len(hashes) == len(linked)


def test_vault__footnotes_lead_to_sources(notes):
    footnotes = 0
    for path, (_, body) in notes.items():
        used = set(re.findall(r"\[\^([\d.\w-]+)\](?!:)", body))
        defined = re.findall(r"^(?:> )*\[\^([\d.\w-]+)\]:", body, re.MULTILINE)
        assert len(defined) == len(set(defined)), path
        assert used == set(defined), path
        footnotes += len(defined)
    assert footnotes > 10


def test_vault__every_prompt_and_answer_has_its_section_and_all_was_kept(notes, example):
    for properties, body in notes.values():
        state = example.conversation(str(properties["sitegen_key"]))
        tokens = OBSIDIAN.parse(body)
        headings = [inner.content for before, inner in pairwise(tokens) if before.type == "heading_open"]
        prompts = [m for m in state.messages if m.role == "user" and not m.hidden and m.blocks]
        assert headings.count("You") + body.count("**You**") >= len(prompts)
        for code in (b.text for m in state.messages for b in m.blocks if isinstance(b, CodeBlock)):
            assert all(line in body for line in code.splitlines())


def test_vault__summary_of_several_paragraphs_is_folded(archive, tmp_path):
    long_one = conversation("Long", id="long", summary="**Overview**\n\nOf *tides*.")
    put(archive, long_one, conversation("Short", summary="A line"))
    exported(archive, tmp_path / "out", "markdown")
    written = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.md")]
    (long,) = (text for text in written if "Overview" in text)
    (short,) = (text for text in written if "A line" in text)
    assert "\n\n> [!abstract]- Summary\n> **Overview**\n>\n> Of *tides*.\n\n" in long
    assert "\n\nA line\n\n" in short


def test_vault__is_whole_in_hard_places(archive, tmp_path, update_snapshots):
    versions = (
        message("s", "system", "be *kind*", hidden=True),
        message("1", "user", "---\ntitle: no\n---\nfirst\nand second", "s"),
        message(
            "2", "assistant", parent="1", minutes=1, model="m-1",
            blocks=(
                ReasoningBlock("thought\n\n```\nopen", seconds=3),
                ToolCallBlock("search", '{"q": "kerning"}'),
                ToolResultBlock("search", (TextBlock("````\nfound\n````", plain=True),)),
                CodeBlock("a ``` b\n```\n", "python", "x.py"),
                TextBlock("An old answer\n\n```"),
            ),
        ),
        message("3", "assistant", parent="1", minutes=2, model="m-1", blocks=(
            TextBlock("A cited fact.", (Citation(12, (Source("https://a.example/(x)", "T [1]", "a\nsnippet"),)),)),
        )),
    )  # fmt: skip
    put(archive, conversation('On "YAML": yes\u2028# no', *versions, active_leaf="3", flags=("starred", "my tag")))
    exported(archive, tmp_path / "out", "markdown")
    (path,) = (tmp_path / "out").rglob("*.md")
    assert path.name == "2026-03-05 On YAML-yes no.md"
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    assert yaml.safe_load(head) == {
        "title": 'On "YAML": yes # no',
        "date": datetime(2026, 3, 5, 13),
        "lastmod": datetime(2026, 3, 5, 13, 2),
        "source": "ChatGPT",
        "models": ["m-1"],
        "tags": ["chatgpt", "starred", "my-tag"],
        "sitegen_key": conversation().key,
    }
    expected = Path(__file__).parent / "data" / "plain_files" / "hard_places.md"
    if update_snapshots:
        expected.write_text(body, "utf-8")
    assert body == expected.read_text("utf-8")


# --- names ----------------------------------------------------------------------------------------------------


def test_names__are_portable_and_unique(archive, tmp_path):
    titles = [
        "CON",
        "con",
        "a/b\\c:d",
        "dots...",
        "what? *why* #1 [x]^|",
        "x" * 300,
        "é" * 300,
        "数据" * 90,
        "",
        "..",
        "Twin",
    ]
    titles += ["twin", "Twin", "TWIN", "e\u0301", "\u00e9", "\u202egnp.exe", "👩‍👩‍👧‍👦" * 20, "attachments"]
    put(
        archive,
        *(
            conversation(title, id=f"c{number}", created=None, project=Project(title, title or "Attachments."))
            for number, title in enumerate(titles)
        ),
    )
    exported(archive, tmp_path / "out", "markdown")
    paths = [p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.md")]
    assert len(paths) == len({unicodedata.normalize("NFC", path).casefold() for path in paths}) == len(titles)
    for path in paths:
        for part in path.removesuffix(".md").split("/"):
            assert not re.search(r'[<>:"/\\|?*#^\[\]\x00-\x1f\u202a-\u202e]|[. ]$|^[. ]', part), path
            assert not re.fullmatch("con|aux|nul|prn", part.lower())
            assert len(part.encode()) <= 120
    assert any("数据" in path for path in paths)
    assert not [path for path in paths if path.casefold().startswith("attachments/")]


def test_names__attachments_keep_harmless_endings_only(archive, tmp_path):
    files = {
        "a": ("data.csv", b"a,b\n1,2\n"), "b": ("page.html", b"<script>1</script>"), "c": ("README.md", b"# Hi"),
        "d": ("report.docx", b"PK\x03\x04" + bytes(30)), "e": ("pic.jpeg", b"\xff\xd8\xff" + bytes(30)),
        "f": ("run.exe", b"MZ\0"),
        "g": ("../../up.csv", b"c,d\n"), "h": ("drawing.svg", b"<svg xmlns='x'/>"),
    }  # fmt: skip
    blocks = tuple(FileBlock(Attachment(identity, name)) for identity, (name, _) in files.items())
    state = conversation("Files", message("1", "user", blocks=blocks))
    put(archive, state, **{identity: content for identity, (_, content) in files.items()})
    exported(archive, tmp_path / "out", "markdown")
    names = {re.sub(r"-[0-9a-f]{8}\.", ".", p.name) for p in (tmp_path / "out" / "attachments").iterdir()}
    assert names == {
        "data.csv", "page.html.txt", "README.md.txt", "report.docx", "pic.jpg", "run.exe.bin", "up.csv", "drawing.svg",
    }  # fmt: skip


# --- the folder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["markdown", "json", "html"])
def test_folder__second_run_writes_nothing_and_a_change_only_itself(archive, tmp_path, file_format):
    out = tmp_path / "out"
    picture = message("1", "user", blocks=(TextBlock("look"), ImageBlock(Attachment("p", "p.png"))))
    put(archive, conversation("One", picture), conversation("Two", id="c2"), p=PNG)
    exported(archive, out, file_format)
    before = tree(out)
    assert exported(archive, out, file_format).written == 0
    assert tree(out) == before
    (out / "my own.md").write_text("mine")
    with archive.transaction():
        archive.put(conversation("Two, renamed", *dialogue("new", "words"), id="c2"))
    summary = exported(archive, out, file_format)
    after = tree(out)
    assert after.pop("my own.md") == b"mine"
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert 2 <= len(changed) <= 3
    assert summary.written <= 2
    assert not [name for name in changed if "One" in name]


@pytest.mark.parametrize("file_format", ["markdown", "json", "html"])
def test_folder__what_a_person_changed_is_left_alone(archive, tmp_path, file_format):
    out = tmp_path / "out"
    put(archive, conversation("One"), conversation("Two", id="c2"), conversation("Three", id="c3"))
    exported(archive, out, file_format)
    files = {re.sub("sitegen-", "", p.stem): p for p in out.rglob("*") if p.is_file() and "schema" not in p.parts}
    one, two = (
        next(path for stem, path in files.items() if word in stem or conversation(id=identity).key in stem)
        for word, identity in (("One", "c1"), ("Two", "c2"))
    )
    for path in (one, two):
        path.write_text("my own words")
    with archive.transaction():
        archive.put(conversation("One", *dialogue("new")))
    selection = Selection(id=("c1", "c3"))
    for _ in range(2):
        summary = exported(archive, out, file_format, selection)
        assert one.read_text() == two.read_text() == "my own words"
        assert len(summary.warnings) == 2
        assert all("was changed by hand and is left so" in warning for warning in summary.warnings)
    one.unlink()
    assert len(exported(archive, out, file_format, selection).warnings) == 1
    assert b"new" in one.read_bytes()


def test_folder__of_other_things_is_refused(example, tmp_path):
    (tmp_path / "thesis.md").write_text("mine")
    with pytest.raises(OutputError, match=r"holds files that sitegen did not make; choose an empty or new folder$"):
        exported(example, tmp_path, "markdown")
    assert list(tmp_path.iterdir()) == [tmp_path / "thesis.md"]


def test_folder__of_another_format_or_a_site_is_refused(archive, tmp_path):
    put(archive, conversation())
    exported(archive, tmp_path / "out", "json")
    with pytest.raises(OutputError, match="holds json files that sitegen made; choose another folder for html files"):
        exported(archive, tmp_path / "out", "html")
    build_site(archive, tmp_path / "site", Config(), jobs=1)
    with pytest.raises(OutputError, match="holds a site that sitegen made"):
        exported(archive, tmp_path / "site", "markdown")
    with pytest.raises(OutputError, match="holds json files"):
        build_site(archive, tmp_path / "out", Config(), jobs=1)


@pytest.mark.parametrize("file_format", ["markdown", "json", "html"])
def test_folder__lost_attachment_costs_only_itself(archive, tmp_path, file_format):
    put(archive, conversation("One", message("1", "user", blocks=(ImageBlock(Attachment("p", "p.png")),))), p=PNG)
    (stored,) = archive.files(conversation().key).values()
    archive.attachments.path(stored.hash).unlink()
    summary = exported(archive, tmp_path / "out", file_format)
    (warning,) = summary.warnings
    assert f"{stored.hash} is gone from the archive" in warning


def test_selection__narrows_and_nothing_selected_is_an_error(example, tmp_path):
    summary = exported(example, tmp_path / "out", "markdown", Selection(folder=("Home",), source=("claude",)))
    heads = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.md")]
    assert summary.conversations == len(heads) == 3
    assert all('source: "Claude"' in head and 'folder: "Home/' in head for head in heads)
    before = tree(tmp_path / "out")
    with pytest.raises(SitegenError, match="no conversation fits the selection"):
        exported(example, tmp_path / "out", "markdown", Selection(title=("no such thing",)))
    assert tree(tmp_path / "out") == before


# --- JSON -----------------------------------------------------------------------------------------------------


def imported(folder: Path, target: Path) -> Archive:
    archive = Archive(target, "Europe/Berlin")
    for export, recognised in find_exports(folder):
        with export:
            import_export(archive, export, recognised)
    return archive


def test_json__schema_is_published_and_holds(example, tmp_path):
    exported(example, tmp_path / "out", "json")
    for name, schema in schemas().items():
        assert (ROOT / "docs" / "schema" / name).read_bytes() == schema
        assert (tmp_path / "out" / "schema" / name).read_bytes() == schema
    checks = {name: jsonschema.Draft202012Validator(json.loads(schema)) for name, schema in schemas().items()}
    for path in (tmp_path / "out").glob("*/conversations/**/*.json"):
        checks["conversation.schema.json"].validate(json.loads(path.read_bytes()))
    for path in (tmp_path / "out").glob("*/index.json"):
        index = json.loads(path.read_bytes())
        checks["index.schema.json"].validate(index)
        for entry in index["conversations"]:
            held = json.loads((path.parent / entry["path"]).read_bytes())
            assert held["conversation"]["id"] == entry["id"]
            for file in held["files"].values():
                assert (path.parent / file["path"]).stat().st_size == file["size"]


def test_json__imported_into_an_empty_archive_gives_the_same_site(example, example_site, tmp_path):
    exported(example, tmp_path / "out", "json")
    with imported(tmp_path / "out", tmp_path / "archive") as copy:
        assert {key: copy.content(key) for key in keys_of(copy)} == {
            key: example.content(key) for key in keys_of(example)
        }
        build_site(copy, tmp_path / "site", CONFIG, jobs=1)
        exported(copy, tmp_path / "again", "json")
    assert tree(tmp_path / "again") == tree(tmp_path / "out")
    # Reports of imports tell of the import that was made here; the home page shows a line of the newest one.
    there, here = tree(example_site), tree(tmp_path / "site")
    for site in (there, here):
        site.pop(".sitegen-manifest.json")
        home = site.pop("index.html").decode()
        site["index.html, without the last import"] = re.sub(
            r"imports/\w{12}\.html|[\d,]+ new, .*? unchanged", "", home
        ).encode()
        for name in [name for name in site if name.startswith("imports/")]:
            del site[name]
    assert here == there


def test_json__imported_again_changes_nothing(example, tmp_path):
    exported(example, tmp_path / "out", "json")
    copy_database(example.folder, tmp_path)
    with Archive(tmp_path) as copy:
        for export, recognised in find_exports(tmp_path / "out"):
            summary = import_export(copy, export, recognised)
            assert (summary.new, summary.changed, summary.problems) == (0, 0, [])
            assert summary.unchanged == summary.found > 0


def test_json__later_export_of_the_provider_counts_as_newer(archive, tmp_path):
    # Each provider's export has the date of that provider's own exports, however new those of others are.
    put(archive, conversation("Of March"))
    exported(archive, tmp_path / "out", "json")
    index = json.loads((tmp_path / "out" / "chatgpt" / "index.json").read_bytes())
    assert index["made"] == "2026-03-05T12:00:00Z"


def test_json__files_of_one_name_and_different_bytes_stay_apart(archive, tmp_path):
    picture = message("1", "user", blocks=(ToolResultBlock("t", (ImageBlock(Attachment("p", "p.png")),)),))
    put(archive, conversation("One", picture), p=PNG)
    put(archive, conversation("Two", picture, id="c2"), p=PNG + b"other")
    exported(archive, tmp_path / "out", "json")
    with imported(tmp_path / "out", tmp_path / "copy") as copy:
        hashes = {key: {file.hash for file in copy.files(key).values()} for key in keys_of(copy)}
    assert hashes == {key: {file.hash for file in archive.files(key).values()} for key in keys_of(archive)}
    assert len(hashes) == 2


def test_json__attached_exports_are_not_imported(archive, tmp_path):
    stolen = json.dumps([{"mapping": {}, "create_time": 1, "title": "not mine", "conversation_id": "x"}]).encode()
    block = FileBlock(Attachment("p", "conversations.json"))
    put(archive, conversation("One", message("1", "user", blocks=(block,))), p=stolen)
    exported(archive, tmp_path / "out", "json")
    with imported(tmp_path / "out", tmp_path / "copy") as copy:
        assert [copy.conversation(key).title for key in keys_of(copy)] == ["One"]


# --- HTML -----------------------------------------------------------------------------------------------------


def test_html__needs_nothing_beside_it(example, tmp_path):
    exported(example, tmp_path / "out", "html")
    pages = list((tmp_path / "out").rglob("*.html"))
    assert len(pages) == len(example.conversations())
    pictures = 0
    for path in pages:
        text = path.read_text("utf-8")
        assert "<script" not in text
        for address in re.findall(r'(?:src|href)="([^"]*)"', text):
            assert address.startswith(("data:", "#", "http://", "https://", "mailto:")), (path, address)
        assert not re.search(r'src="(?!data:)', text)
        pictures += text.count('src="data:image/')
    assert pictures >= 5


def test_html__opens_alone_in_a_browser(example, tmp_path, page):
    exported(example, tmp_path / "out", "html")
    watch = Watched(page, (tmp_path / "out").as_uri() + "/")
    (path,) = (tmp_path / "out").rglob("*Plan for three raised beds.html")
    page.goto(path.as_uri())
    assert page.locator("h1").inner_text() == "Plan for three raised beds"
    assert page.evaluate("Array.from(document.images).every(image => image.complete && image.naturalWidth > 1)")
    assert page.locator("main img").count() > 0
    # The styles are allowed by their hash.
    assert page.evaluate("getComputedStyle(document.querySelector('.message-user')).borderLeftWidth") != "0px"
    fold = page.locator("details.block").last
    fold.locator("summary").first.click()
    assert fold.evaluate("fold => fold.open")
    watch.assert_quiet()


def test_html__text_that_looks_like_a_place_of_a_file_is_left_alone(archive, tmp_path):
    import hashlib

    name = f'src="files/{hashlib.sha256(PNG).hexdigest()[:16]}.png"'
    picture = message("1", "user", blocks=(TextBlock(name), ImageBlock(Attachment("p", "p.png"))))
    put(archive, conversation(name, picture), p=PNG)
    exported(archive, tmp_path / "out", "html")
    (path,) = (tmp_path / "out").rglob("*.html")
    assert path.read_text("utf-8").count("data:image/png;base64,") == 1


# --- notes and tags of one's own -----------------------------------------------------------------------------------


@pytest.fixture
def noted(archive, tmp_path):
    """A conversation with a note and a tag, and the settings that give it the tag."""
    with archive.transaction():
        archive.put(conversation("Heat pump", *dialogue("How large?", "Seven."), id="c1", flags=("starred",)))
    (key,) = keys_of(archive)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / f"mine {key}.md").write_text("Asked **again**\n\n- in May")
    (tmp_path / "notes" / "todo.md").write_text("x")
    return key, Config(tags=(TagRule("to read again", title="*pump*"),))


def test_export__note_stands_on_top_of_markdown_with_the_tags(archive, noted, tmp_path):
    _, config = noted
    done = export_files(archive, tmp_path / "out", config, "markdown", Selection(tag=("to read again",)))
    assert ["todo.md" in line for line in done.warnings] == [True]
    (text,) = [path.read_text() for path in (tmp_path / "out").rglob("*.md")]
    _, head, body = text.split("---\n", 2)
    assert yaml.safe_load(head)["tags"] == ["chatgpt", "starred", "to-read-again"]
    assert body.startswith("\n> [!note]+ Your note\n> Asked **again**\n>\n> - in May\n\n## You")


def test_export__note_stands_in_a_page(archive, noted, tmp_path):
    _, config = noted
    export_files(archive, tmp_path / "out", config, "html")
    (text,) = [path.read_text() for path in (tmp_path / "out").rglob("*.html")]
    assert "<strong>again</strong>" in text.partition("Your note")[2].partition("</aside>")[0]
    assert ">to read again</span>" in text
    assert ".own-note" in text.partition("</style>")[0]


def test_export__note_lies_beside_json_and_in_no_conversation(archive, noted, tmp_path):
    key, config = noted
    export_files(archive, tmp_path / "out", config, "json")
    found = tree(tmp_path / "out")
    assert found[f"notes/{key}.md"] == b"Asked **again**\n\n- in May"
    assert [name for name, content in found.items() if b"in May" in content] == [f"notes/{key}.md"]
    with Archive(tmp_path / "other" / "archive", "UTC") as other:
        for export, recognised in find_exports(tmp_path / "out"):
            import_export(other, export, recognised)
        assert keys_of(other) == [key]
