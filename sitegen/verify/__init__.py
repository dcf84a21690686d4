"""Is the archive whole, is every link of the site good: looks at everything, changes nothing.

`archive` checks what is kept, `site` what was built from it, with `pages` and `links` for what pages refer to. All
of them yield findings; what is no damage but worth knowing is a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from sitegen.lock import only_run_in
from sitegen.verify.archive import ArchiveCounts, verify_archive
from sitegen.verify.findings import Finding, Progress, Report
from sitegen.verify.site import SiteCounts, verify_site

__all__ = ["Finding", "Report", "verify"]


def verify(archive: Path | None, site: Path | None, progress: Progress | None = None) -> Report:
    """Checks the archive, the site, or both, with no other run in them meanwhile.

    Raises ArchiveError or OutputError if there is nothing to check, LockError if another run is at work there.
    """
    report = Report()
    if archive is not None:
        kept = ArchiveCounts()
        _take(report, "archive", archive, verify_archive(archive, kept, progress), kept)
        report.notes.extend(kept.notes())
    if site is not None:
        built = SiteCounts()
        _take(report, "site", site, verify_site(site, built, progress), built)
    return report


def _take(
    report: Report, name: str, folder: Path, found: Iterator[Finding], counts: ArchiveCounts | SiteCounts
) -> None:
    with only_run_in(folder, to_read=True) if folder.is_dir() else nullcontext():
        report.findings.extend(found)
    report.counts[name] = asdict(counts)
    report.sound.append(f"{folder}: {counts.sound()}")
