"""What is wrong with a page that says hostile things: markup, addresses, ids, characters, depth, size, words, work."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from types import FrameType
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import msgspec
import regex
from cases_attachments import File
from hostile_cases import Case
from hostile_pages import SETTINGS, everywhere, files_shown, page_of, said_once
from page_markup import MATHML, Built

from sitegen.archive.attachments import AttachmentStore, media_type_of
from sitegen.headers import SHOWN_ENDINGS
from sitegen.model import Conversation
from sitegen.plan.feed import feed
from sitegen.render.conversation import render_conversation
from sitegen.render.files import site_path
from sitegen.search.shards import script
from sitegen.text.languages import languages

WORDS = re.compile(r"[^\W_]{2,}")
#: Inline data is cut to its kind, and what has an entity in it is another word once that is decoded.
NOT_WORDS = re.compile(r"data:[^\s)]+|(?<!\w)\w*+(?:&#?\w+;?\w*+)++|[\0-\x1f\ud800-\udfff]")
UNSHOWABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: Percent-encoded, in an address: characters that are not seen, and a backslash in a user's name.
UNSEEN = re.compile(r"%E2%80%(?:8[B-F]|A[A-E])|%E2%81%A|%EF%BB%BF|^https?://[^/?#]*%5C[^/?#]*@", re.IGNORECASE)
#: A link out of the site: its opening tag, its address, its words, and the host that is told after it.
OUTWARD = re.compile(
    r'(<a\b[^>]*\bhref="(https?://[^"]*)"[^>]*>)(.*?)</a>(?: <span class="host">\(([^<]*)\)</span>)?', re.DOTALL
)
#: A link with its words. What it shows may be a picture or a sign; no reader makes flags that are not seen.
LINK = re.compile(r"<a\b(?! class=\"fact tag\"| href=\"[./]*tags/)[^>]*>((?:(?!<(?:img|svg)\b).)*?)</a>", re.DOTALL)
#: The host that the words of a link name, where they begin with one.
NAMED_HOST = re.compile(r"\s*(?:https?://|www\.)?([\w-]+(?:\.[\w-]+)*\.example)(?![\w.-])", re.IGNORECASE)
#: Anything that is seen: no blank, control or mark, nor a letter that is drawn as nothing.
WORDLIKE = regex.compile(r"[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]|\p{Co}|\p{Cn}")
#: A length in a formula of more than a screen.
TOO_LONG = re.compile(r"-?\d{3,}(?:\.\d+)?e[mx]")
#: The site's own places. Nothing else is linked but addresses with a scheme.
PLACES = re.compile(
    r"(?:index|search)\.html|feed\.xml|(?:dates|folders|sources|imports|tags|chats|run)/[a-z0-9_/.-]+\.html"
    r"|assets/(?:css|js|vendor)/[a-zA-Z0-9_.-]+|assets/icon\.svg|files/[0-9a-f]{16}\.[a-z0-9]{2,4}"
)
#: The ids in a conversation's page: the templates' own, and those made from hashes and numbers.
OWN_IDS = re.compile(
    r"main|note|own-note-heading|(?:summary|b?m[0-9a-f]{12}(?:r\d+)?)(?:-[a-z0-9-]+)?|(?:keys|display)[a-z-]*"
)
#: Browsers nest no deeper than some hundred elements: what stands deeper would leave its place.
DEEPEST = 160
#: Calls of the program's functions for each character of a text, where the work grows with its length.
MOST_CALLS = 250
#: Those for a page of a few words, its templates compiled anew.
OWN_CALLS = 600_000


class Checked(Built):
    """A page and all its faults."""

    def __init__(self, path: str, source: str) -> None:
        self.depth = 0
        self.up = "../" * path.count("/")
        self.colours: list[str] = []
        self.addresses: list[tuple[str, str]] = []
        self._language: str | None = None
        super().__init__(Path(path), source)
        self.faults += [f"{name!r} is the id of {n} elements" for name, n in self.ids.items() if n > 1]
        if path.startswith("chats/"):
            self.faults += [f"the id {name!r}" for name in self.ids if not OWN_IDS.fullmatch(name)]
        self.faults += [f"the character {found!r}" for found in set(UNSHOWABLE.findall(source))]
        self.faults += [f"{tag}: {self.tags[tag]}" for tag in ("html", "head", "body", "title", "main", "footer")
                        if self.tags[tag] != 1]  # fmt: skip
        if self.depth > DEEPEST:
            self.faults.append(f"elements nest {self.depth} deep")
        self.faults += _outward_faults(source)
        labels = (unescape(re.sub(r"<[^>]*>", "", label)) for label in LINK.findall(source))
        self.faults += [f"the words of a link are {label!r}" for label in labels if not WORDLIKE.search(label)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.depth = max(self.depth, len(self.open))
        values = {name: value or "" for name, value in attrs}
        if MATHML.fullmatch(tag):
            self.faults += [f"<{tag} {name}={value[:20]}>" for name, value in values.items() if TOO_LONG.match(value)]
        if "data-language" in values and values["data-language"] not in languages():
            self.faults.append(f"code in {values['data-language'][:40]!r}")
        if tag == "figure":
            self._language = values.get("data-language", "")
        if tag == "span" and "code" in self.open and "class" in values:
            self.colours.append(values["class"])

    def _check(self, tag: str, address: str) -> None:
        super()._check(tag, address)
        self.addresses.append((tag, address))
        if UNSEEN.search(address):
            self.faults.append(f"<{tag}> hides something in {address[:80]!r}")
        parts = urlsplit(address)
        if self.path.parts[0] == "chats" and not parts.scheme and parts.path and not (
            parts.path.startswith(self.up) and PLACES.fullmatch(parts.path.removeprefix(self.up))
        ):  # fmt: skip
            self.faults.append(f"<{tag}> leads to {address[:80]!r}")

    def lost(self, text: str) -> set[str]:
        """The words of a text that are not on the page."""
        said = " ".join(self.text)
        found = set(WORDS.findall(said)) | set(WORDS.findall(unquote(said)))
        return set(WORDS.findall(NOT_WORDS.sub(" ", text))) - found


def _outward_faults(source: str) -> Iterator[str]:
    """What is wrong with the links of a page that lead out of the site."""
    for tag, quoted, label, told in OUTWARD.findall(source):
        host = urlsplit(unescape(quoted)).netloc.rpartition("@")[2].lower()
        named = NAMED_HOST.match(unescape(re.sub(r"<[^>]*>", "", label)))
        if named and named[1].lower() != host.removeprefix("www.") and told != host:
            yield f"{label[:60]!r} leads to {host}, and that is not told"
        if "%" in host:
            yield f"the host {host[:60]!r}"
        if not re.search(r' rel="[^"]*\bnoopener noreferrer\b', tag):
            yield f"the page it comes from is told to {host}"


#: How much a page may be longer than what it says, and how much longer than that it may be in any case.
MOST_GROWTH, FRAME = 20, 1_000_000


def faults_of(conversation: Conversation, text: str, places: int = 1) -> list[str]:
    """What is wrong with the page of a conversation that says `text` in so many places."""
    try:
        path, html = page_of(conversation)
    except UnicodeEncodeError:
        return ["it can't be written as UTF-8"]
    page = Checked(path, html)
    lost = [f"lost: {', '.join(sorted(words)[:5])}"] if (words := page.lost(text)) else []
    too_large = [f"{len(html)} characters"] if len(html) > FRAME + places * MOST_GROWTH * len(text) else []
    return [*page.faults, *lost, *too_large]


def large_faults(case: Case) -> list[str]:
    """What is wrong with the page of a large text, and with the work that it takes."""
    text, made = str(case.payload), {}
    calls = calls_of(lambda: made.update([page_of(said_once(case))]))
    ((path, html),) = made.items()
    page = Checked(path, html)
    return [
        *page.faults,
        *([f"lost: {', '.join(sorted(words)[:5])}"] if (words := page.lost(text)) else []),
        *([f"{len(html)} characters"] if len(html) > FRAME + MOST_GROWTH * len(text) else []),
        *([f"{calls} calls"] if calls > OWN_CALLS + MOST_CALLS * len(text) else []),
        *([f"colours: {page.colours[:3]}"] if "without colours" in case.expected and page.colours else []),
    ]


#: What may be the ending of a stored file. None of them runs when it is opened, but for drawings, which no page links.
INERT_ENDINGS = {*SHOWN_ENDINGS, "txt", "bin", "pdf", "zip", "gz", "svg"}

#: How what is expected of a file begins that a page shows, and does not only link.
SHOWN = ("shown as a picture", "only ever shown as a picture", "played", "known for what it is")


def file_faults(case: Case, folder: Path) -> list[str]:
    """What is wrong with how a hostile file is stored and shown; `folder` is for the store."""
    file = case.payload
    assert isinstance(file, File)
    stored = AttachmentStore(folder).add(io.BytesIO(file.content))
    path = site_path(stored)
    ending = path.rpartition(".")[2]
    kind = media_type_of(file.content).partition("/")[0]
    conversation, _ = files_shown((case,))
    page = Checked(*page_of(conversation, {"file0": stored}))
    linked = [link for tag, link in page.addresses if tag == "a"]
    loaded = [link for tag, link in page.addresses if tag != "a" and "/files/" in link]
    return [
        *page.faults,
        *([] if re.fullmatch(r"files/[0-9a-f]{16}\.\w+", path) and ending in INERT_ENDINGS else [path]),
        *([path] if case.expected.startswith(("stored as text", "stored as the text")) and ending != "txt" else []),
        *([path] if case.expected.startswith("stored as unknown bytes") and ending != "bin" else []),
        *(["not shown"] if case.expected.startswith(SHOWN) and not any(link.endswith(path) for link in loaded) else []),
        *([path] if ending in SHOWN_ENDINGS and kind not in ("image", "audio", "video") else []),
        *(f"linked: {link}" for link in linked if link.endswith(".svg")),
        *(f"loaded: {link}" for link in loaded if link.rpartition(".")[2] not in {*SHOWN_ENDINGS, "svg"}),
        *(["its name turns"] if re.search("[\u202a-\u202e\u2066-\u2069]", " ".join(page.text)) else []),
    ]


def index_faults(text: str) -> list[str]:
    """What is wrong with a script of the search's data that holds `text`."""
    content = script("x", [text])
    return [repr(found) for found in re.findall(rb"[<>&]|\xe2\x80[\xa8\xa9]", content)]


def feed_faults(text: str) -> list[str]:
    """What is wrong with a feed with `text` as the title of a conversation."""
    entry = render_conversation(everywhere(text, 0), {}, SETTINGS).entry
    try:
        root = ElementTree.fromstring(feed([msgspec.structs.replace(entry, title=text)], SETTINGS))
    except (ElementTree.ParseError, UnicodeEncodeError) as error:
        return [str(error)]
    names = Counter(element.tag.partition("}")[2] for element in root.iter())
    return [] if names["entry"] == names["feed"] == 1 and names["id"] == 2 else [str(names)]


def calls_of(work: Callable[[], object]) -> int:
    """How many of the program's functions are called for some work: the same on every machine."""
    calls = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls
