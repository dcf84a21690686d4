"""The folder that a publication is handed over in: `site/`, to be uploaded, and beside it what a host reads but nobody
should be sent. `site/` is always made from nothing, and changed for the last one in whole."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sitegen.durability import replace_file
from sitegen.errors import OutputError
from sitegen.lock import HOLDER_NAME, LOCK_NAME, only_run_in

SITE_NAME = "site"
#: Says which publication a folder is, in a file that is not part of it.
MARK_NAME = ".sitegen-publication"
#: What stands at the top of published sites, plain and sealed. Anything else in one was put there by somebody.
_TOP = frozenset(
    (
        *("index.html", "search.html", "404.html", "feed.xml", "_headers", "assets", "chats", "dates", "folders"),
        *("sources", "tags", "search", "files", "sealed"),
    )
)
_UNFINISHED = ".sitegen-work-"
_FORMER = ".sitegen-former-"


class Handover:
    """An output folder that is this publication's, for this run alone; `work` is a folder for what is being made."""

    def __init__(self, folder: Path, work: Path) -> None:
        self.folder, self.work = folder, work

    @property
    def site(self) -> Path:
        """The site of the last run, if there was one."""
        return self.folder / SITE_NAME

    def hand_over(self, site: Path, beside: dict[str, bytes]) -> None:
        """Puts a finished site, which must stand in `work`, in the place of the last one, and files beside it. Raises
        OutputError; the last site stands then. What can't be removed of it is removed by the next run."""
        former = self.folder / f"{_FORMER}{secrets.token_hex(4)}"
        try:
            for name, content in beside.items():
                (self.work / name).write_bytes(content)
                replace_file(self.work / name, self.folder / name)
            try:
                if self.site.exists():
                    self.site.rename(former)
                site.rename(self.site)
            finally:
                # Whatever ended it, Ctrl-C too, there must be a site.
                if former.exists() and not self.site.exists():
                    former.rename(self.site)
        except OSError as error:
            raise OutputError(f"{self.folder}: can't be written: {error.strerror or error}; publish again") from error
        shutil.rmtree(former, ignore_errors=True)


@contextmanager
def handover(folder: Path, name: str) -> Iterator[Handover]:
    """The output folder of the publication `name`, made if absent. What a broken run left there is removed.

    Raises OutputError if it holds anything that this publication did not make, LockError if another run is in it.
    """
    with only_run_in(folder):
        try:
            _claim(folder, name)
            for left in (*folder.glob(f"{_UNFINISHED}*"), *folder.glob(f"{_FORMER}*")):
                if left.name.startswith(_FORMER) and not (folder / SITE_NAME).exists():
                    left.rename(folder / SITE_NAME)  # a run was ended between the two names
                else:
                    shutil.rmtree(left)
            _refuse_additions(folder / SITE_NAME)
            work = folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
            work.mkdir(mode=0o700)
        except OSError as error:
            raise OutputError(f"{folder}: can't be used: {error.strerror or error}") from error
        try:
            yield Handover(folder, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _refuse_additions(site: Path) -> None:
    """Raises OutputError for a file that somebody put into the last site (`CNAME`, `.git`): it would be gone."""
    added = sorted({path.name for path in site.iterdir()} - _TOP) if site.is_dir() else []
    if added:
        raise OutputError(
            f"{site / added[0]}: sitegen did not make this, and the whole folder is replaced; keep it elsewhere and put"
            " it to the site where you upload it"
        )


def _claim(folder: Path, name: str) -> None:
    mark = folder / MARK_NAME
    if mark.is_file():
        if (other := mark.read_text("utf-8", "replace").strip()) != name:
            raise OutputError(f"{folder}: holds the publication “{other}”; choose another folder with --output")
        return
    if any(entry.name not in (LOCK_NAME, HOLDER_NAME) for entry in folder.iterdir()):
        raise OutputError(f"{folder}: holds files that sitegen did not make; choose another folder with --output")
    mark.write_bytes(f"{name}\n".encode())
