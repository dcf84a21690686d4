"""The example site as files: whole, linked, inert. What a browser makes of it is in test_site_browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sitegen.headers import VIEWER_POLICY

#: Elements that would run, frame or load something, or take the page somewhere else.
FORBIDDEN = {"iframe", "object", "embed", "base", "style", "frame", "applet", "portal"}
LOADING = ("src", "srcset", "poster", "data", "background")


class Page(HTMLParser):
    """Every element's name and attributes, and the texts of scripts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.script_text = ""
        self._in_script = False
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.script_text += data


@pytest.fixture(scope="module")
def pages(example_site) -> dict[Path, Page]:
    """All but those that run what a model wrote, which have rules of their own."""
    run = example_site / "run"
    return {path: Page(path) for path in sorted(example_site.rglob("*.html")) if not path.is_relative_to(run)}


def test_site__no_inline_script_style_or_handler_and_nothing_that_frames(pages):
    for path, page in pages.items():
        assert page.script_text.strip() == "", path
        for tag, attributes in page.elements:
            assert tag not in FORBIDDEN, (path, tag)
            assert "style" not in attributes, (path, tag)
            assert "action" not in attributes, (path, tag)
            assert not [name for name in attributes if name.startswith("on")], (path, tag, attributes)


def test_site__loads_only_files_of_its_own(pages, example_site):
    for path, page in pages.items():
        for tag, attributes in page.elements:
            for name in LOADING if tag != "link" else ("href",):
                if value := attributes.get(name):
                    target = (path.parent / unquote(value)).resolve()
                    assert not urlsplit(value).scheme, (path, value)
                    assert target.is_relative_to(example_site.resolve()), (path, value)
                    assert target.is_file(), (path, value)


def test_site__every_link_inside_leads_to_a_page_and_an_anchor(pages, example_site):
    anchors = {path.resolve(): {a["id"] for _, a in page.elements if a.get("id")} for path, page in pages.items()}
    for path, page in pages.items():
        for tag, attributes in page.elements:
            href = attributes.get("href") if tag == "a" else None
            if href is None:
                continue
            parts = urlsplit(href)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto"), (path, href)
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert target.is_file(), (path, href)
            assert target.is_relative_to(example_site.resolve()), (path, href)
            if parts.fragment and target in anchors:
                assert unquote(parts.fragment) in anchors[target], (path, href)


def test_site__ids_are_unique_on_a_page(pages):
    for path, page in pages.items():
        ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
        assert len(ids) == len(set(ids)), path


def test_site__every_page_carries_the_policy_before_anything_loads(pages):
    for path, page in pages.items():
        metas = [attributes for tag, attributes in page.elements if tag == "meta"]
        assert metas[0].get("charset") == "utf-8", path
        assert metas[1].get("http-equiv") == "Content-Security-Policy", path
        assert "default-src 'none'" in (metas[1]["content"] or ""), path
        assert "unsafe" not in (metas[1]["content"] or ""), path


def test_site__a_page_that_runs_a_document_holds_one_sandboxed_frame_and_no_script_of_its_own(example_site):
    paths = sorted((example_site / "run").rglob("*.html"))
    assert paths
    for path in paths:
        page = Page(path)
        metas = [attributes for tag, attributes in page.elements if tag == "meta"]
        assert metas[0].get("charset") == "utf-8", path
        assert (metas[1].get("http-equiv"), metas[1].get("content")) == ("Content-Security-Policy", VIEWER_POLICY)
        (frame,) = (attributes for tag, attributes in page.elements if tag == "iframe")
        assert (frame["sandbox"], "src" in frame) == ("allow-scripts", False), path
        assert {tag for tag, _ in page.elements} & FORBIDDEN == {"iframe"}, path
        assert "script" not in {tag for tag, _ in page.elements}, path


def test_site__search_holds_no_page_that_runs_a_document(example_site):
    for path in (example_site / "search").rglob("*.js"):
        assert not re.search(r"run/[0-9a-f]{12}/", path.read_text("utf-8")), path


def test_site__names_no_path_of_this_machine_and_no_account(example_site):
    private = [str(Path.home()), str(example_site.parent), "/tmp/", "example.invalid"]
    details = account_details()
    for path in example_site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".css", ".json"):
            text = path.read_text("utf-8")
            for word in private[:2]:
                assert word not in text, (path, word)
            for word in details:
                assert word not in text, (path, word)


def account_details() -> set[str]:
    """E-mail addresses and ids in the examples' side files, which no page may show."""
    examples = Path(__file__).parent.parent / "example_export"
    side_files = ("user.json", "users.json", "prod-mc-auth-mgmt-api.json", "prod-mc-billing.json", "account.js")
    text = "".join(path.read_text("utf-8") for name in side_files for path in examples.rglob(name))
    mails = set(re.findall(r"[\w.+-]+@[\w.-]+\.\w+", text))
    ids = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|user-\w{8,}", text))
    assert mails
    assert ids
    return mails | ids


def test_site__every_message_is_on_its_page(example_site):
    """Every anchor that the search knows stands on the page that it leads to."""
    import json

    checked = 0
    for script in (example_site / "search" / "text").glob("*.js"):
        documents = json.loads(script.read_text("utf-8").partition(",")[2].rstrip().removesuffix(");"))
        (page,) = example_site.glob(f"chats/*/*/*{script.name.split('.')[0]}.html")
        html = page.read_text("utf-8")
        for anchor in (document[0] for document in documents if document and document[0]):
            assert f'id="{anchor}"' in html, (page, anchor)
            checked += 1
    assert checked > 150


def test_site__same_archive_gives_the_same_bytes_in_any_zone_and_locale(tmp_path):
    """Two builds in other processes, zones, locales and with other hash seeds."""
    import os
    import subprocess
    import sys

    root = Path(__file__).parent.parent
    sites = []
    for number, (zone, locale, jobs) in enumerate((("UTC", "C", 1), ("Pacific/Auckland", "de_DE.UTF-8", 2))):
        folder = tmp_path / str(number)
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": str(number + 1)}
        command = [
            sys.executable,
            "-m",
            "sitegen",
            "build",
            str(root / "example_export"),
            "--quiet",
            "--jobs",
            str(jobs),
        ]
        config = ["--config", str(root / "example_export" / "sitegen.toml")]
        places = ["--archive", str(folder / "archive"), "--output", str(folder / "site")]
        subprocess.run([*command, *config, *places], check=True, env=environment, cwd=root)
        files = (p for p in sorted((folder / "site").rglob("*")) if p.is_file())
        sites.append({p.relative_to(folder / "site").as_posix(): p.read_bytes() for p in files})
    assert sites[0].keys() == sites[1].keys()
    assert [name for name in sites[0] if sites[0][name] != sites[1][name]] == []
