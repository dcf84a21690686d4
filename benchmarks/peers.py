"""What `compare` measures: sitegen and others, each with its input, its commands and what they leave out.

Every one starts from nothing: an empty folder with a home of its own, so that no cache of an earlier run helps.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from measuring import size_of
from search_corpus import search_conversations

HERE = Path(__file__).resolve().parent
_CONVOVIZ = (
    "import sys; from convoviz.models import ConversationSet; ConversationSet.from_zip(sys.argv[1]).save(sys.argv[2])"
)


class Place(NamedTuple):
    """Where a run happens: the inputs of its size, an empty folder, and the peer's own virtual environment."""

    inputs: Path
    run: Path
    venv: Path


class Step(NamedTuple):
    """A command of a run. `first` says that it belongs to the first build, which is what is compared."""

    what: str
    command: list[str]
    first: bool = True


class Subject(NamedTuple):
    """A program to measure. `needs` names its inputs, `requirements` what pip installs for it (none: it is ours),
    `most` the number of conversations above which it is left out unless asked for. `output` is what it made below the
    folder of the run, where `pages` fits a file for each conversation, so that one that leaves some out doesn't pass
    for fast. `note` says what it does not do that sitegen does, or the other way round."""

    name: str
    label: str
    needs: tuple[str, ...]
    steps: Callable[[Place], list[Step]]
    output: str
    pages: str
    note: str
    requirements: tuple[str, ...] = ()
    most: int | None = None
    prepare: Callable[[Place], None] = lambda place: None
    extra: Callable[[Place], dict[str, int]] = lambda place: {}


def _sitegen(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sitegen", *arguments]


_FOLDERS = ("--archive", "archive", "--output", "site")


def _first_build(place: Place) -> list[Step]:
    return [Step("first build", _sitegen("build", str(place.inputs / "export.zip"), *_FOLDERS))]


def _two_months(place: Place) -> list[Step]:
    return [
        *_first_build(place),
        Step("build with nothing new", _sitegen("build", *_FOLDERS), first=False),
        Step("build with the month's export", _sitegen("build", str(place.inputs / "month.zip"), *_FOLDERS), False),
    ]


def _index(place: Place) -> dict[str, int]:
    """Bytes of sitegen's search, those of the texts that it quotes apart, and of the plain text that it searches."""
    whole, quoted = (size_of(place.run / "site" / folder)[0] for folder in ("search", "search/text"))
    documents = (document for talk in search_conversations(place.run / "site") for document in talk.documents)
    text = sum(len(field.encode()) for document in documents for field in document.texts())
    return {"index_bytes": whole - quoted, "quoted_bytes": quoted, "text_bytes": text}


def _floor(place: Place) -> list[Step]:
    return [Step("floor", [sys.executable, str(HERE / "floor.py"), str(place.inputs / "export.zip"), "out"])]


def _help(place: Place) -> list[Step]:
    return [Step("help", _sitegen("--help")) for _ in range(5)]


def binary(venv: Path, package: str, name: str) -> str:
    """A program inside an installed package, so that no Python has to start before it. Raises FileNotFoundError."""
    found = sorted(venv.glob(f"lib/python*/site-packages/{package}/**/{name}"))
    if not found:
        raise FileNotFoundError(f"the package {package} holds no program {name}")
    return str(found[0])


def _hugo(place: Place) -> list[Step]:
    hugo = [binary(place.venv, "hugo", "hugo"), "--contentDir", str(place.inputs / "markdown"), "--cacheDir"]
    pagefind = [binary(place.venv, "pagefind_bin_extended", "pagefind_extended"), "--site", "public"]
    return [Step("hugo", [*hugo, str(place.run / "cache"), "--destination", "public"]), Step("pagefind", pagefind)]


def _prepare_hugo(place: Place) -> None:
    shutil.copytree(HERE / "peers" / "hugo", place.run, dirs_exist_ok=True)


def _pagefind_index(place: Place) -> dict[str, int]:
    search = place.run / "public" / "pagefind"
    whole, index = size_of(search)[0], size_of(search / "index")[0]
    return {"index_bytes": index, "quoted_bytes": whole - index}


def _prepare_mkdocs(place: Place) -> None:
    shutil.copy(HERE / "peers" / "mkdocs.yml", place.run)
    (place.run / "docs").mkdir()
    (place.run / "docs" / "index.md").write_text("# Conversations\n", "utf-8")
    for year in sorted((place.inputs / "markdown").iterdir()):
        shutil.copytree(year, place.run / "docs" / year.name)


def _mkdocs(place: Place) -> list[Step]:
    return [Step("mkdocs", [str(place.venv / "bin" / "mkdocs"), "build", "--quiet"])]


def _zensical(place: Place) -> list[Step]:
    return [Step("zensical", [str(place.venv / "bin" / "zensical"), "build", "-f", "mkdocs.yml"])]


def _prepare_convoviz(place: Place) -> None:
    """It unpacks an export beside itself, and looks for one in the home folder before it does anything."""
    downloads = place.run / "home" / "Downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    shutil.copy(place.inputs / "export.zip", downloads)


def _convoviz(place: Place) -> list[Step]:
    python = str(place.venv / "bin" / "python")
    return [Step("convoviz", [python, "-c", _CONVOVIZ, str(place.run / "home" / "Downloads" / "export.zip"), "out"])]


def _transcripts(place: Place) -> list[Step]:
    program = str(place.venv / "bin" / "claude-code-transcripts")
    return [Step("all", [program, "all", "-s", str(place.inputs / "sessions"), "-o", "out", "--quiet"])]


SITEGEN = Subject(
    "sitegen",
    "sitegen",
    ("export", "month"),
    _two_months,
    "site",
    "chats/**/*.html",
    "from the export itself: import into an archive, then the site with every branch, formulas, lists by date, charts, "
    "a feed and search that works from disk; as many processes as it takes by itself",
    extra=_index,
)
SCALING = SITEGEN._replace(name="scaling", needs=("export",), steps=_first_build)
FLOOR = Subject(
    "floor",
    "floor",
    ("export",),
    _floor,
    "out",
    "*.json",
    "`benchmarks/floor.py`: reads the export, splits it, hashes each conversation and writes its JSON to a file",
)
HELP = Subject("help", "sitegen --help", (), _help, "", "", "")
PEERS = (
    Subject(
        "hugo",
        "Hugo + Pagefind",
        ("markdown",),
        _hugo,
        "public",
        "2*/*/*-*/index.html",
        "from Markdown that was made before and costs nothing here; the branch that is shown only; templates of our "
        "own (`benchmarks/peers/hugo`), code by Chroma with classes, no formulas, nothing minified; Pagefind over the "
        "text of the conversations. Both programs are called directly and use all processors",
        requirements=("hugo", "pagefind[extended]"),
        prepare=_prepare_hugo,
        extra=_pagefind_index,
    ),
    Subject(
        "mkdocs-material",
        "Material for MkDocs",
        ("markdown",),
        _mkdocs,
        "site",
        "2*/*/*.html",
        "from the same Markdown, a folder for each month, pruned navigation (without it every page would name all "
        "others), its own search, whose index is one file; no formulas",
        requirements=("mkdocs-material",),
        most=1000,
        prepare=_prepare_mkdocs,
    ),
    Subject(
        "zensical",
        "Zensical",
        ("markdown",),
        _zensical,
        "site",
        "2*/*/*.html",
        "from the same files and settings as Material for MkDocs",
        requirements=("zensical",),
        most=1000,
        prepare=_prepare_mkdocs,
    ),
    Subject(
        "convoviz",
        "convoviz",
        ("export",),
        _convoviz,
        "out",
        "*.md",
        "from the export to Markdown files only: no pages, no search, no highlighting; its graphs and word clouds are "
        "not asked for. With the release of pydantic that pip takes by itself it stops at once, so an older one is "
        "installed",
        requirements=("convoviz", "pydantic<2.6"),
        most=10_000,
        prepare=_prepare_convoviz,
    ),
    Subject(
        "claude-code-transcripts",
        "claude-code-transcripts",
        ("sessions",),
        _transcripts,
        "out",
        "*/*/index.html",
        "reads sessions of Claude Code only, so the same texts are given to it as such (`as_markdown.py --sessions`), "
        "a folder for each month; pages of five prompts and an index of each session that shows long answers again; "
        "no search, no highlighting, no formulas",
        requirements=("claude-code-transcripts",),
        most=10_000,
    ),
)
