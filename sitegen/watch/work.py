"""What watching sets off: an export into the archive, the archive into the site. The steps are those of the other
commands; only what is said of them differs, because nobody asked for this file to be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from sitegen.archive.cache import Cache
from sitegen.archive.importing import ImportSummary, import_export
from sitegen.archive.store import DATABASE_NAME, Archive
from sitegen.build import BuildSummary, build_site
from sitegen.config import Config
from sitegen.errors import ExportError
from sitegen.made_from import program
from sitegen.model import Problem
from sitegen.readers import FoundExport, UnrecognisedError, find_exports
from sitegen.watch.looking import breaks_off


class Talk(Protocol):
    """What is said to the person."""

    def say(self, line: str) -> None:
        """News."""

    def warn(self, line: str) -> None:
        """Something to mend."""

    def progress(self, label: str) -> AbstractContextManager[Callable[..., None] | None]:
        """A function (done, of how many) to call with progress, if anybody would see it."""


class Words(NamedTuple):
    """How the commands tell what an import (of a provider) and a build (after imports) did."""

    of_import: Callable[[ImportSummary, str], str]
    of_build: Callable[[BuildSummary, list[ImportSummary]], str]


class Findings(NamedTuple):
    """What looking at one file or folder brought: how many exports were imported and how many known, what is wrong,
    and what a person should do about parts of an export that hold no conversations (a list of zips to download)."""

    imported: int = 0
    known: int = 0
    faults: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


class Work:
    """Imports and builds with the same archive and output folder all the time."""

    def __init__(
        self,
        archive_folder: Path,
        output_folder: Path,
        open_archive: Callable[[Config], AbstractContextManager[Archive]],
        read_again: Callable[[Archive], bool],
        words: Words,
        talk: Talk,
    ) -> None:
        """`open_archive` makes the archive if there is none. `read_again` reads records again whose reader has
        changed since, and returns whether there were any."""
        self.archive_folder, self.output_folder = archive_folder, output_folder
        self._open_archive, self._read_again, self._words, self._talk = open_archive, read_again, words, talk
        self._summaries: list[ImportSummary] = []
        self._warned: frozenset[str] = frozenset()

    @property
    def has_archive(self) -> bool:
        """Whether there is anything to build a site of."""
        return (self.archive_folder / DATABASE_NAME).is_file()

    def read_again(self, config: Config) -> bool:
        """Reads records again whose reader has changed since. Returns whether there were any. Raises SitegenError."""
        with self._open_archive(config) as archive:
            return self._read_again(archive)

    def import_from(self, path: Path, config: Config, *, takes_torn: bool) -> Findings:
        """Imports every export at or below `path` that is whole and that the archive doesn't know.

        What nobody recognises is passed over. A folder that holds a broken file is imported only if `takes_torn`,
        a file that breaks off never. Raises ArchiveError.
        """
        imported = known = 0
        faults: list[str] = []
        advice: list[str] = []
        problems: list[Problem] = []
        try:
            for found in find_exports(path, problems=problems):
                if fault := _fault(found, takes_torn):
                    faults.append(fault)
                elif (summary := self._import(found, config)) is None:
                    known += 1
                elif summary.found or summary.problems:
                    imported += 1
                elif summary.advice:
                    advice.append(f"{summary.export}: {summary.advice}")
        except UnrecognisedError:
            return Findings()
        except ExportError as error:
            # A folder without any export is somebody else's, and so is a script that can't be read.
            if not path.is_dir() and path.suffix.lower() != ".js":
                faults.append(str(error))
        if imported or known:
            faults += [f"{path}: {problem.where}: {problem.reason}" for problem in problems]
        return Findings(imported, known, tuple(faults), tuple(advice))

    def _import(self, found: FoundExport, config: Config) -> ImportSummary | None:
        """What was imported, None if it was known. Raises ArchiveError, and ExportError if it turns out damaged."""
        export, recognised = found
        with self._open_archive(config) as archive:
            if export.fingerprint() in {row.fingerprint for row in archive.imports()}:
                return None
            with (
                Cache(archive.folder, program()) as cache,
                self._talk.progress(f"Reading {export.name}") as progress,
            ):
                summary = import_export(archive, export, recognised, progress, cache=cache)
        if summary.found or summary.problems:
            self._summaries.append(summary)
            self._talk.say(self._words.of_import(summary, recognised.reader.label))
        return summary

    def build(self, config: Config) -> None:
        """Brings the site up to date and tells what changed. Raises SitegenError."""
        with self._open_archive(config) as archive, self._talk.progress("Rendering") as progress:
            built = build_site(archive, self.output_folder, config, progress=progress)
        self._talk.say(self._words.of_build(built, self._summaries))
        self._summaries = []
        for warning in built.warnings:
            if warning not in self._warned:  # said once, and again only after it was mended
                self._talk.warn(f"warning: {warning}")
        self._warned = frozenset(built.warnings)


def _fault(found: FoundExport, takes_torn: bool) -> str:
    """Why a found export is not imported, "" if it is to be."""
    path = found.export.path
    if not breaks_off(path) or (path.is_dir() and takes_torn):
        return ""
    return f"{path}: breaks off and was not imported; download it again, or take what it holds: sitegen import {path}"
