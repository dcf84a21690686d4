"""The texts of the interface, gathered from the program, and the catalogues brought up to date with them.

    python tests/catalogues.py [TAG ...]

A tag without a catalogue begins one. Run it after a text was added or changed: `sitegen/locale/*.po` then have every
text, new ones with an empty translation, and none that is no longer used. `test_catalogues.py` holds that none is
empty.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "sitegen" / "locale"

#: By the ending of a file: how its texts are found, and by which calls.
_PYTHON = ("python", {"say": None, "say_count": (1, 2), "N_": None})
SOURCES = {
    "sitegen/*.py": _PYTHON,
    **{f"sitegen/{package}/*.py": _PYTHON for package in ("hosting", "plan", "publish", "render", "text", "theme")},
    "themes/**/*.html": ("jinja2.ext:babel_extract", {"_": None, "gettext": None, "ngettext": (1, 2)}),
    "themes/*/static/js/*.js": ("javascript", {"say": None, "sayCount": (1, 2)}),
}
#: What a catalogue's head says.
_HEADERS = (b'"Language: ', b'"Plural-Forms: ', b'"Content-Type: ', b'"Content-Transfer-Encoding: ')
_OPTIONS = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def texts() -> Catalog:
    """All texts, each with the files that say it."""
    catalogue = Catalog(charset="utf-8")
    for message, path in _found():
        catalogue.add(message, locations=[(path, None)])
    return catalogue


def _found() -> Iterator[tuple[str | tuple[str, ...], str]]:
    for pattern, (method, keywords) in SOURCES.items():
        for file in sorted(ROOT.glob(pattern)):
            content = io.BytesIO(file.read_bytes())
            options = _OPTIONS if method.startswith("jinja2") else {}
            for _, message, _, _ in extract(method, content, keywords, options=options):
                yield message, file.relative_to(ROOT).as_posix()


def catalogue_of(tag: str) -> Catalog:
    """A language's catalogue as it is; an empty one where there is none yet."""
    if not (LOCALE / f"{tag}.po").exists():
        return Catalog(locale=tag.replace("-", "_"), charset="utf-8", fuzzy=False)
    with (LOCALE / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag.replace("-", "_"))


def updated(tag: str) -> bytes:
    """A language's catalogue with all texts and no others."""
    catalogue = catalogue_of(tag)
    catalogue.update(texts(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return _written(catalogue)


def _written(catalogue: Catalog) -> bytes:
    catalogue.header_comment = f"# {catalogue.locale.english_name}: the words of sitegen's pages."
    file = io.BytesIO()
    write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)
    head, blank, rest = file.getvalue().partition(b"\n\n")
    # Dates and names of people would change with every run.
    kept = (line for line in head.split(b"\n") if b": " not in line or line.startswith((b"#", *_HEADERS)))
    return b"\n".join(kept) + blank + rest


if __name__ == "__main__":
    for language in sorted({*sys.argv[1:], *(path.stem for path in LOCALE.glob("*.po"))}):
        (LOCALE / f"{language}.po").write_bytes(updated(language))
