"""What must not get out with a publication: what an archive holds besides what is published, and what a careless build
could put into a finished site."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from hostile_cases import Case
from makers import conversation, dialogue, message
from msgspec.structs import replace
from PIL import Image
from publications import ACCOUNT, MAIL, TOKEN, Owned, Plant, Refused, check

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.model import Attachment, Conversation, FileBlock, ImageBlock, Project, Revision, TextBlock, content_id
from sitegen.rules import FolderRule, TagRule

__all__ = ["CASES", "check"]


def private(title: str = "Divorce lawyer", *texts: str, **fields: object) -> Conversation:
    """A chat that no profile chooses."""
    return conversation(title, *dialogue(*(texts or ("a", "b"))), **{"id": "c9", **fields})


def public(*texts: str, **fields: Any) -> Conversation:
    """A chat that is published."""
    messages = fields.pop("messages", None) or dialogue(*(texts or ("a", "b")))
    return conversation(fields.pop("title", "Chosen"), *messages, **{"id": "c8", "flags": ("public",), **fields})


def with_file(block: FileBlock | ImageBlock) -> Conversation:
    return public(messages=(message("1", "user", blocks=(TextBlock("see"), block)),))


def appended(name: str, content: str | bytes | Callable[[Archive], str]) -> Plant:
    """Adds to a file of the site, which may be new."""

    def plant(site: Path, archive: Archive) -> None:
        made = content(archive) if callable(content) else content
        path = next(site.glob(name), site / name)
        path.parent.mkdir(exist_ok=True, parents=True)
        before = path.read_bytes() if path.exists() else b""
        path.write_bytes(before + (made.encode() if isinstance(made, str) else made))

    return plant


def index_of_everything(site: Path, archive: Archive) -> None:
    """The index of the owner's own site, without the texts that it shows."""
    build_site(archive, site.parent / "owners", Config(), 1)
    for path in (site / "search").glob("*.js"):
        path.unlink()
    for path in (site.parent / "owners" / "search").glob("*.js"):
        path.rename(site / "search" / path.name)


def photograph() -> bytes:
    """A picture that tells where it was taken."""
    told = Image.Exif()
    told[0x010E] = "Zermattgrat, in front of our house"
    told.get_ifd(0x8825)[1] = "N"
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=told.tobytes(), comment=b"Zermattgrat")
    return file.getvalue()


PAGE = "chats/*/*/*.html"
NAME = "“Divorce lawyer”, a title, folder or tag of what is not published"
_PHOTO = ImageBlock(Attachment("photo", "house.jpg"))
_TEXT = FileBlock(Attachment("text", "env.txt"))
_OTHERS = (private("Divorce lawyer", "zebraquartz", "The mosaicking of zebraquartz"),)
_FOREIGN = Project("g-p-zirkonprojekt", "Zirkonprojekt")
_TRACED = public(
    title="Zirkonium",
    messages=(
        message("msg-zirkon", "user", "a"),
        message(content_id("assistant", "b"), "assistant", "b", "msg-zirkon"),
    ),
    id="zirkon-4711",
    account="acct-zirkon",
    project=Project("g-p-zirkon"),
)
_IDS = tuple(one.id for one in _TRACED.messages)
_TRACES = ("msg-zirkon", "zirkon-4711", "acct-zirkon", "g-p-zirkon", _TRACED.key, *_IDS, *map(content_id, _IDS))

_OWNED: dict[str, tuple[Owned, str]] = {
    "words-in-the-search": (Owned(_OTHERS, ("zebraquartz", "mosaick")), "no word, and no stem in the index"),
    "title": (Owned(_OTHERS, ("divorce", "lawyer")), "in no page, list, feed or file name"),
    "held": (
        Owned((public("zebraquartz", title="Divorce lawyer"),), ("zebraquartz", "lawyer"), held=("c8",)),
        "what waits to be accepted is not there, nor its title",
    ),
    "folder-and-tags": (
        Owned(
            (private("Zirkontitel", project=_FOREIGN, flags=("Zirkonflag",)),),
            ("zirkon",),
            config={
                "folders": (FolderRule("Zirkonordner/Zirkonfach", id="c9"), FolderRule("Zirkonleer", title="Zirkon*")),
                "tags": (TagRule("Zirkonmarke", id="c9"),),
                "folder_names": {"g-p-zirkonprojekt": "Zirkonname"},
                "title": "Zirkonarchiv",
            },
        ),
        "names of others' folders and tags are nowhere, nor are the rules",
    ),
    "note": (Owned((public(),), ("zebraquartz",), notes={"c8": "zebraquartz"}), "own notes stay at home"),
    "file-name": (
        Owned((with_file(FileBlock(Attachment("pay", "zirkonlohn.pdf", "application/pdf"))),), ("zirkonlohn",)),
        "a file that is not named has no name either",
    ),
    "file-content": (
        Owned((with_file(_TEXT),), ("zebraquartz",), files={("c8", "text"): b"zebraquartz"}),
        "a file that is not named is not there",
    ),
    "secret-in-a-text-file": (
        Owned(
            (with_file(_TEXT),), (TOKEN,), files={("c8", "text"): TOKEN.encode()}, profile={"attachments": ("*.txt",)}
        ),
        "redacted as what was said",
    ),
    "exif": (
        Owned(
            (with_file(_PHOTO),), ("zermattgrat", "exif\0"), files={("c8", "photo"): photograph()},
            profile={"attachments": ("*.jpg",)},
        ),
        "a picture keeps its pixels and nothing else",
    ),
    "secret-in-the-title-of-the-site": (Owned((), (MAIL,), profile={"title": f"Bread of {MAIL}"}), "redacted"),
    "secret-in-a-folder": (
        Owned((public(),), (MAIL,), config={"folders": (FolderRule(f"Mails to {MAIL}", id="c8"),)}),
        "redacted",
    ),
    "ids": (Owned((_TRACED,), _TRACES), "no id of a provider, nor one that tells which text it was made of"),
    "earlier-texts": (
        Owned(
            (
                public(
                    messages=(replace(message("1", "user", "a"), revisions=(Revision((TextBlock("zebraquartz"),)),)),),
                    former_titles=("Zebraquartz at first",), summary="on zebraquartz",
                ),
            ),
            ("zebraquartz",),
        ),
        "neither what was edited since nor former titles",
    ),
    "branches-and-hidden": (
        Owned(
            (
                public(
                    messages=(
                        message("0", "system", "zebraquartz", hidden=True), message("1", "user", "a", "0"),
                        message("2", "assistant", "b", "1"), message("3", "assistant", "mosaicking", "1"),
                    ),
                    active_leaf="2",
                ),
            ),
            ("zebraquartz", "mosaick"),
        ),
        "neither other branches nor hidden prompts",
    ),
    "machine": (Owned((), (ACCOUNT, "archive-of")), "no path and no account of the computer"),
    "sealed": (
        Owned(_OTHERS, ("sourdough", "zebraquartz", "lawyer"), is_sealed=True),
        "of a sealed site nothing can be read",
    ),
}  # fmt: skip

_HIT = re.escape(NAME)
_REDACTED = "something that was redacted"
_CUT = f"{TOKEN[:12]}**{TOKEN[12:]}**"
_REFUSED: dict[str, Refused] = {
    "title-in-the-feed": Refused(f"feed.xml: {_HIT}", _OTHERS, appended("feed.xml", "<!-- Divorce lawyer -->")),
    "title-in-a-page": Refused(f"chats/.*: {_HIT}", _OTHERS, appended(PAGE, "<meta content='Divorce&#32;lawyer'>")),
    "title-in-the-manifest": Refused(
        f"search/manifest.js: {_HIT}", _OTHERS, appended("search/manifest.js", '"Divorce\\u0020lawyer"')
    ),
    "title-as-a-file-name": Refused(
        f"folders/divorce-lawyer-1a2b3c.html: {_HIT}", _OTHERS, appended("folders/divorce-lawyer-1a2b3c.html", "<p>")
    ),
    "title-packed": Refused(
        f"files/0123456789abcdef.bin: {_HIT}", _OTHERS,
        appended("files/0123456789abcdef.bin", base64.b64encode(gzip.compress(b"the Divorce lawyer said"))),
    ),
    "sitemap": Refused("sitemap.xml: a file that no published site has", plant=appended("sitemap.xml", "<urlset/>")),
    "ledger": Refused("ledger.json: a file that no published site has", plant=appended("ledger.json", "{}")),
    "index-of-everything": Refused(f"search/: words of {_HIT}", _OTHERS, index_of_everything),
    "index-that-is-none": Refused("an index that can't be read", plant=appended("search/manifest.js", "x")),
    "redacted-value": Refused(f"chats/.*: {_REDACTED}", plant=appended(PAGE, f"<p>{MAIL}")),
    "redacted-value-in-base64": Refused(
        f": {_REDACTED}", (public(f"it is {base64.b64encode(f'mail {MAIL} now'.encode()).decode()}"),)
    ),
    "new-secret": Refused("GitHub token that redaction would", plant=appended(PAGE, f"<p>{TOKEN}")),
    "secret-cut-by-markdown": Refused("GitHub token that redaction would", (public(f"take {_CUT} as key"),)),
    "secret-in-a-script": Refused(
        "GitHub token that redaction would", plant=appended("search/text/*.js", f'"{TOKEN}"')
    ),
    "canary": Refused(
        "one of the profile's canaries", (public("Yellow\nsubmarine"),), profile={"canaries": ("yellow submarine",)}
    ),
    "path": Refused(
        "feed.xml: a path of this computer", plant=appended("feed.xml", lambda archive: f"<a b='{archive.folder}/x'>")
    ),
    "account": Refused("feed.xml: a path of this computer", plant=appended("feed.xml", f"by {ACCOUNT}")),
    "sealed-title": Refused(
        "index.html: the title of a published", plant_sealed=appended("index.html", "<title>Sourdough at home</title>")
    ),
    "sealed-file-in-clear": Refused(
        "search.html: a file that no sealed site has", plant_sealed=appended("search.html", "<p>")
    ),
    "sealed-blob-in-clear": Refused(
        "sealed/titles.js: the title of a published",
        plant_sealed=appended("sealed/titles.js", base64.b64encode(b"it is Sourdough at home")),
    ),
}  # fmt: skip

CASES = [
    *(Case(f"publish-{name}", "publish", payload, expected) for name, (payload, expected) in _OWNED.items()),
    *(Case(f"publish-planted-{name}", "publish", payload, payload.because) for name, payload in _REFUSED.items()),
]
