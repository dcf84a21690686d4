"""The last look at a finished publication: each way in which something could have got into it is found."""

from __future__ import annotations

import base64
import gzip
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from makers import conversation, dialogue

from sitegen.archive.store import Archive
from sitegen.build import assets, build_site
from sitegen.config import Config
from sitegen.output import OWN_NAMES
from sitegen.publish.extract import texts_in
from sitegen.publish.needles import Needle, Needles
from sitegen.publish.readings import readings
from sitegen.publish.verification import Forbidden, Leak, Verification
from sitegen.render.settings import Audience
from sitegen.theme import load_theme

FORBIDDEN = Forbidden(
    values=("jane@example.org", "Ann", "sk-Zq9"),
    words=("canary yellow submarine",),
    names=("Divorce with Xenia", "Using pandas", "March 2026", "Search"),
    places=("/home/jane/archive",),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("extract") / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            archive.put(conversation("Annual report", *dialogue("Using pandas for it", "```python\nprint(1)\n```")))
        yield archive


@pytest.fixture(scope="module")
def built(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    build_site(archive, folder, Config(), 1, audience=Audience(is_owner=False))
    for name in OWN_NAMES:
        (folder / name).unlink(missing_ok=True)
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "site")


def verification(archive: Archive, forbidden: Forbidden = FORBIDDEN) -> Verification:
    def scan(text: str) -> list[str]:
        return ["an IBAN"] if re.search(r"DE\d{20}", text) else []

    theme = load_theme("default")
    return Verification(forbidden, lambda: texts_in(archive), theme.texts(), dict(assets(theme)), scan)


def leaks(archive: Archive, site: Path) -> set[Leak]:
    return set(verification(archive).leaks(site))


def test_verification__a_site_of_nothing_else_has_no_leak(archive, site):
    assert leaks(archive, site) == set()


def test_verification__a_title_that_every_site_has_is_counted_and_one_that_is_said_proves_nothing(archive):
    assert verification(archive).unverifiable == 2


def page_of(site: Path) -> Path:
    return next(site.glob("chats/*/*/*.html"))


def put(path: Callable[[Path], Path], content: bytes) -> Callable[[Path], None]:
    """Appends to a file of the site, which may be new."""

    def change(site: Path) -> None:
        target = path(site)
        target.parent.mkdir(exist_ok=True, parents=True)
        target.write_bytes((target.read_bytes() if target.exists() else b"") + content)

    return change


def attached(site: Path) -> Path:
    return site / "files" / "0123456789abcdef.bin"


REDACTED = "something that was redacted"
TITLE = "“Divorce with Xenia”, a title, folder or tag of what is not published"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (put(page_of, b"<p>JANE@example.org"), REDACTED),
        (put(page_of, b"<p>jane&#64;example.org"), REDACTED),
        (put(page_of, b"<p>jane<span>@example.org</span>"), REDACTED),
        (put(page_of, b"<img alt='by Ann'>"), REDACTED),
        (put(page_of, b"<p>canary\nyellow submarine"), "one of the profile's canaries"),
        (put(page_of, b"<p>Divorce with Xenia"), TITLE),
        (put(page_of, b"<p>DE89370400440532013000"), "an IBAN that redaction would take out"),
        (put(lambda site: site / "feed.xml", b"<!-- Divorce with Xenia -->"), TITLE),
        (put(lambda site: site / "search" / "manifest.js", b"// Divorce with Xenia"), TITLE),
        (put(lambda site: next(site.glob("search/text/*.js")), b'"jane\\u0040example.org"'), REDACTED),
        (put(lambda site: site / "assets" / "js" / "sitegen.js", b"// /home/jane/archive"), "a path of this computer"),
        (put(attached, gzip.compress(b"jane@example.org")), REDACTED),
        (put(attached, "jane@example.org".encode("utf-16-le")), REDACTED),
        (put(attached, base64.b64encode(b"xx Divorce with Xenia, xx")), TITLE),
        (put(attached, b"key sk-Zq9."), REDACTED),
    ],
)  # fmt: skip
def test_verification__finds_what_must_not_be_there_wherever_it_stands(archive, site, change, found):
    change(site)
    assert found in {leak.found for leak in leaks(archive, site)}


@pytest.mark.parametrize(
    "name",
    [
        *("archive.sqlite", "sitegen.toml", ".sitegen-manifest.json", "publications/blog.json", "assets/.env"),
        *("notes.md", "run/0123456789ab/m.html", "imports/index.html", "files/salary.csv"),
        "chats/chatgpt/2026/name.html",
    ],
)  # fmt: skip
def test_verification__refuses_files_that_no_published_site_has(archive, site, name):
    put(lambda folder: folder / name, b"x")(site)
    assert Leak(name, "a file that no published site has") in leaks(archive, site)


def test_verification__a_file_may_not_even_be_called_so(archive, site):
    put(lambda folder: folder / "assets" / "js" / "Divorce with Xenia.js", b"x")(site)
    assert TITLE in {leak.found for leak in leaks(archive, site)}


def test_verification__a_redacted_value_must_be_gone_even_where_the_conversations_say_it(archive, site):
    forbidden = FORBIDDEN._replace(values=("pandas",))
    assert {leak.found for leak in verification(archive, forbidden).leaks(site)} == {REDACTED}


# --- sealed --------------------------------------------------------------------------------------------------------


def sealed(folder: Path, **files: bytes) -> Path:
    (folder / "sealed").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html><title>Private page</title>")
    (folder / "sealed" / "header.js").write_bytes(b'sitegen.receive("header",{});\n')
    for name, content in files.items():
        (folder / "sealed" / f"{name}.js").write_bytes(content)
    return folder


def test_verification__a_sealed_site_says_nothing_in_clear(archive, tmp_path):
    titles = ["Zephyr report"]
    quiet = sealed(tmp_path / "quiet", blob=b'sitegen.receive("x","QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=");')
    assert list(verification(archive).leaks_of_sealed(quiet, titles)) == []
    loud = sealed(tmp_path / "loud", blob=base64.b64encode(b"<title>Zephyr report</title>"))
    assert {leak.found for leak in verification(archive).leaks_of_sealed(loud, titles)} == {
        "the title of a published conversation"
    }
    extra = sealed(tmp_path / "extra")
    (extra / "feed.xml").write_bytes(b"x")
    assert list(verification(archive).leaks_of_sealed(extra, titles)) == [
        Leak("feed.xml", "a file that no sealed site has")
    ]


def test_verification__chance_in_encrypted_bytes_is_no_leak(archive, tmp_path):
    """Megabytes of them have many a short word, as base64 and decoded."""
    noise = base64.b64encode(random.Random(7).randbytes(6_000_000))
    short = Needles([Needle("Ben", "")])
    assert all(any(short.found(text)) for text in list(readings(noise))[:2])
    folder = sealed(tmp_path / "noise", blob=b'sitegen.sealed.receive("x","' + noise + b'");\n')
    look = verification(archive, FORBIDDEN._replace(values=("Ben",)))
    assert list(look.leaks_of_sealed(folder, ["Tea"])) == []
    (folder / "index.html").write_bytes(b"<!doctype html><title>Ben</title>")
    assert {leak.found for leak in look.leaks_of_sealed(folder, ["Tea"])} == {REDACTED}


def test_verification__what_is_published_may_not_be_read_off_a_sealed_site_either(archive, tmp_path):
    """Though it proves nothing of a plain one, which says it."""
    folder = sealed(tmp_path / "loud")
    (folder / "index.html").write_bytes(b"<!doctype html><title>Using pandas</title>")
    assert {leak.file for leak in verification(archive).leaks_of_sealed(folder, [])} == {"index.html"}
