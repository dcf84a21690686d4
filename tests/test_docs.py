"""What the documents say is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from sitegen.config import load_config
from sitegen.headers import SEALED_POLICY
from sitegen.hosting.limits import HOSTS
from sitegen.hosting.servers import Certificate, caddy, nginx
from sitegen.hosting.verdict import Verdict
from sitegen.model import Record
from sitegen.notes import is_note, key_of
from sitegen.readers.export import Export
from sitegen.rules import FolderRule
from sitegen.tree import branches

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("themes/*/README.md")]
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docs__links_lead_to_files(document):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_docs__settings_in_the_readme_are_valid(tmp_path):
    (text,) = re.findall(r"```toml\n(title.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "sitegen.toml").write_text(text, "utf-8")
    assert load_config(tmp_path / "sitegen.toml").folders[0].name == "Work/Data"


def test_docs__settings_for_organising_are_valid(tmp_path):
    examples = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "organising.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "sitegen.toml").write_text("\n".join(examples), "utf-8")
    config = load_config(tmp_path / "sitegen.toml")
    assert [rule.name for rule in config.folders] == ["Work/Data", "Old"]
    assert [rule.name for rule in config.tags] == ["energy", "energy", "to read again"]


def test_docs__conditions_of_rules_are_all_described():
    text = (ROOT / "docs" / "organising.md").read_text("utf-8")
    described = {
        name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert described == set(FolderRule.__struct_fields__) - {"name"}


def test_docs__names_of_notes_lead_to_their_conversation():
    text = (ROOT / "docs" / "organising.md").read_text("utf-8")
    names = re.findall(r"^notes/(.+)$", text, re.MULTILINE)
    assert [key_of(name) for name in names if is_note(name)] == ["0a1b2c3d4e5f"] * 2


def test_docs__reader_of_the_guide_works(tmp_path):
    """The example of docs/readers.md, run as it stands."""
    (source,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "readers.md").read_text("utf-8"), re.DOTALL)
    module: dict[str, object] = {}
    exec(compile(source, "readers.md", "exec"), module)
    reader = module["LeChatReader"]()  # type: ignore[operator]
    (tmp_path / "threads.json").write_text(
        '[{"threadId": "t1", "title": "Tides", "at": "2026-01-02T03:04:05Z", "turns": ['
        '{"id": "a", "from": "me", "text": "Why?"}, {"id": "b", "parent": "a", "from": "it", "text": "The moon."}]}]'
    )
    with Export(tmp_path) as export:
        assert reader.recognise(export).generation == "2026"
        (record,) = reader.records(export)
    assert isinstance(record, Record)
    conversation = reader.read(record)
    assert (conversation.title, [m.role for m in conversation.messages]) == ("Tides", ["user", "assistant"])
    assert len(branches(conversation)) == 1


def test_docs__tables_of_the_archive_are_described(tmp_path):
    from sitegen.archive.store import Archive

    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "archive.md").read_text("utf-8"), re.MULTILINE))
    with Archive(tmp_path, "UTC") as archive:
        tables = {row[0] for row in archive._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - {"setting", "sqlite_stat1", "sqlite_stat4"} == described


def test_docs__published_headers_are_as_strict_as_the_pages(example_site):
    headers = tomllib.loads((ROOT / "netlify.toml").read_text("utf-8"))["headers"][0]["values"]
    (policy,) = re.findall(
        r'Content-Security-Policy" content="([^"]+)"', (example_site / "index.html").read_text("utf-8")
    )
    rules = set(headers["Content-Security-Policy"].split("; "))
    assert rules == {*policy.split("; "), "frame-ancestors 'none'"}
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_docs__settings_for_servers_are_those_that_are_tested():
    """tests/test_hosting_servers.py starts nginx with what the same functions give."""
    live = "/etc/letsencrypt/live/chats.example.org"
    folder, name = "/srv/chats/site", "chats.example.org"
    certificate = Certificate(f"{live}/fullchain.pem", f"{live}/privkey.pem")
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    assert re.findall(r"<!-- (\w+) -->\n```\w*\n(.*?)```\n<!-- end -->", text, re.DOTALL) == [
        ("nginx", nginx(folder, name, "/etc/nginx/chats.passwords", certificate, sealed=False)),
        ("caddy", caddy(folder, name, "reader", "$2a$14$…", sealed=False)),
        ("sealed", f"{SEALED_POLICY}\n"),
    ]


def test_docs__limits_of_hosts_are_those_that_are_checked():
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    pages, netlify, github = HOSTS
    assert f"{pages.files:,} files on the free plan, {pages.file_size >> 20} MiB a file" in text
    assert f"No folder may have more than {netlify.files_in_folder:,} files" in text
    assert f"{github.total_size // 10**9} GB in all, {github.file_size >> 20} MiB a file" in text


def test_docs__verdicts_of_a_probe_are_all_described():
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    assert re.findall(r"^\| \*\*(\w+)\*\* \|", text, re.MULTILINE) == list(get_args(Verdict))


def test_docs__headings_that_are_linked_to_are_there():
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }
    linked = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert linked and linked <= headings


def test_docs__no_archive_or_export_can_be_committed_by_accident():
    import subprocess

    names = (
        "archive/archive.sqlite",
        "notes/0a1b2c3d4e5f.md",
        "site/index.html",
        "export.zip",
        "conversations.json",
        "sitegen.toml",
        "x/prod-grok-backend.json",
    )
    done = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) == set(names)
    kept = subprocess.run(
        ["git", "check-ignore", "example_export/claude-2025/conversations.json", "sitegen/archive/store.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert kept.stdout == ""
