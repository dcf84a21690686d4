"""Pages that run documents, as products of a build."""

from __future__ import annotations

from makers import START, conversation, message

from sitegen.archive.store import Archive, ImportFacts
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.model import Block, DocumentBlock, TextBlock
from sitegen.verify.site import SiteCounts, verify_site


def put(archive: Archive, *blocks: Block) -> None:
    with archive.transaction():
        import_id, _ = archive.begin_import(ImportFacts("f", "chatgpt", "chatgpt", "", "x.zip", START, "", True), START)
        archive.date_import(import_id, START)
        archive.put(conversation("Pages", message("1", "assistant", blocks=blocks)))


def test_viewer__is_written_and_removed_with_its_conversation(tmp_path):
    site = tmp_path / "site"
    page = DocumentBlock("d", "<a href='gone.html'><img src='//evil.example/x'></a>", "A page", "text/html")
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive:
        for blocks, pages in (((page,), 1), ((TextBlock("no page"),), 0)):
            put(archive, *blocks)
            build_site(archive, site, Config(), jobs=1)
            assert len(list(site.glob("run/*/*.html"))) == pages
            # What runs in a page is not what the page refers to.
            assert list(verify_site(site, SiteCounts())) == []
    assert not (site / "run").exists()
