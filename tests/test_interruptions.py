"""Runs that end badly: killed, out of space, torn, two at once. What was there stays, and the next run goes on.

An injected fault makes one call fail (EIO), or it and all that follow (ENOSPC, EROFS). In the ordinary suite one
call in several is chosen; `pytest tests/test_interruptions.py --every-fault` takes each.
"""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from archive_states import archive_state, files_of

from sitegen.archive import database
from sitegen.errors import OutputError
from sitegen.lock import only_run_in
from sitegen.output import Output

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "example_export"
#: Removing gives space back, so it works on a full disk.
_NEEDS_SPACE = {"open", "write", "mkdir", "replace", "fsync", "execute"}

_AS_SQLITE = {
    errno.EIO: sqlite3.SQLITE_IOERR,
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EROFS: sqlite3.SQLITE_READONLY,
}


class Faults:
    """Lets calls that change something below a folder fail: the one with number `first`, and with `all_after` those
    that follow. `calls` counts them."""

    def __init__(self, folder: Path, first: int, error: int, *, all_after: bool) -> None:
        self.folder, self.first, self.error, self.all_after = str(folder), first, error, all_after
        self.calls = 0

    def step(self, what: str, path: object) -> None:
        """Counts a call, and raises if it is one that fails."""
        if not os.path.abspath(os.fspath(path)).startswith(self.folder):  # type: ignore[call-overload]  # noqa: PTH100
            return
        if self.error == errno.ENOSPC and what not in _NEEDS_SPACE:
            return
        self.calls += 1
        if self.calls == self.first or (self.all_after and self.calls > self.first):
            if what == "execute":
                failure = sqlite3.OperationalError(os.strerror(self.error))
                failure.sqlite_errorcode = _AS_SQLITE[self.error]
                raise failure
            raise OSError(self.error, os.strerror(self.error), os.fspath(path))  # type: ignore[call-overload]


@contextmanager
def failing(faults: Faults) -> Iterator[None]:
    """Inside, the calls that `faults` chooses fail."""
    real_open, real_os_open, real_fsync = io.open, os.open, os.fsync
    with pytest.MonkeyPatch.context() as patch:

        def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def call(path: Any, *args: Any, **kwargs: Any) -> Any:
                faults.step(name, path)
                return real(path, *args, **kwargs)

            return call

        def opened(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if isinstance(path, int) or not set(mode) & set("wax+"):
                return real_open(path, mode, *args, **kwargs)
            faults.step("open", path)
            file = real_open(path, mode, *args, **kwargs)
            if "b" not in mode:
                return file
            writing = file.write
            file = _File(file)
            file.write = lambda content: (faults.step("write", path), writing(content))[1]
            return file

        def os_opened(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                faults.step("open", path)
            return real_os_open(path, flags, *args, **kwargs)

        def synced(descriptor: int) -> None:
            faults.step("fsync", Path(f"/proc/self/fd/{descriptor}").readlink())
            real_fsync(descriptor)

        for name in ("mkdir", "replace", "unlink", "rmdir"):
            patch.setattr(os, name, wrapped(name, getattr(os, name)))
        patch.setattr(io, "open", opened)
        patch.setattr(os, "open", os_opened)
        patch.setattr(os, "fsync", synced)

        def connected(path: Path) -> sqlite3.Connection:
            class FailingConnection(sqlite3.Connection):
                def execute(self, *words: Any) -> sqlite3.Cursor:
                    faults.step("execute", path)
                    return super().execute(*words)

            return sqlite3.connect(path, isolation_level=None, timeout=1, factory=FailingConnection)

        patch.setattr(database, "_open", connected)
        yield


class _File:
    """A file whose `write` can be replaced."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.fixture
def stride(request: pytest.FixtureRequest) -> Callable[[int, int], range]:
    """Of so many calls, about so many; all with --every-fault."""
    every = bool(request.config.getoption("--every-fault"))
    return lambda calls, about: range(1, calls + 1, 1 if every else max(1, calls // about))


FAULTS = [(errno.EIO, False), (errno.ENOSPC, True), (errno.EROFS, True)]
named = pytest.mark.parametrize(("error", "all_after"), FAULTS, ids=[errno.errorcode[error] for error, _ in FAULTS])


# --- faults ---------------------------------------------------------------------------------------------------------


@named
def test_faults__import_keeps_the_old_archive_and_says_why(sitegen, tmp_path, stride, error, all_after):
    sitegen("import", EXAMPLES / "deepseek", "--archive", "old")
    shutil.copytree("old", "new")
    counting = Faults(tmp_path / "new", 0, error, all_after=False)
    with failing(counting):
        assert sitegen("import", EXAMPLES / "grok", "--archive", "new")[0] == 0
    states = [archive_state(tmp_path / name) for name in ("old", "new")]
    assert counting.calls > 60
    failed = 0
    for number in stride(counting.calls, 12):
        shutil.rmtree("archive", ignore_errors=True)
        shutil.copytree("old", "archive")
        with failing(Faults(tmp_path / "archive", number, error, all_after=all_after)):
            code, _, err = sitegen("import", EXAMPLES / "grok")
        assert code in (0, 1), number
        assert err.count("\n") == code, (number, err)
        failed += code
        state = archive_state(tmp_path / "archive")
        assert state in states[1:] if code == 0 else states, number
        assert sitegen("import", EXAMPLES / "grok")[0] == 0, number
        assert archive_state(tmp_path / "archive") == states[1], number
        assert files_of(tmp_path / "archive" / "attachments") == files_of(tmp_path / "new" / "attachments"), number
    assert failed > 5


@named
def test_faults__build_keeps_whole_files_and_says_why(sitegen, tmp_path, stride, error, all_after):
    sitegen("build", EXAMPLES / "x-archive", "--output", "old")
    sitegen("import", EXAMPLES / "deepseek")
    shutil.copytree("old", "new")
    counting = Faults(tmp_path, 0, error, all_after=False)
    with failing(counting):
        assert sitegen("build", "--output", "new")[0] == 0
    old, new = files_of(tmp_path / "old"), files_of(tmp_path / "new")
    for number in stride(counting.calls, 6):
        shutil.rmtree("site", ignore_errors=True)
        shutil.copytree("old", "site")
        with failing(Faults(tmp_path, number, error, all_after=all_after)):
            code, _, err = sitegen("build")
        assert code in (0, 1), number
        assert err.count("\n") == code, (number, err)
        for name, content in files_of(tmp_path / "site").items():
            assert content in (old.get(name), new.get(name)) or name.startswith(".sitegen"), (number, name)
        assert sitegen("build")[0] == 0, number
        assert files_of(tmp_path / "site") == new, number


@pytest.mark.parametrize(("error", "all_after"), FAULTS, ids=[errno.errorcode[error] for error, _ in FAULTS])
def test_faults__output_at_each_single_call(tmp_path, error, all_after):
    def build(folder: Path, *names: str, text: str) -> None:
        output = Output(folder)
        for name in names:
            output.write(f"{name}/index.html", f"{name} {text}".encode())
        output.copy("files/x.bin", "0" * 64, 1, lambda: io.BytesIO(b"x"))
        output.finish()

    build(tmp_path / "old", "a", "b", "c", text="old")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    counting = Faults(tmp_path / "new", 0, error, all_after=False)
    with failing(counting):
        build(tmp_path / "new", "a", "b", "d", text="new")
    old, new = files_of(tmp_path / "old"), files_of(tmp_path / "new")
    assert counting.calls > 15
    for number in range(1, counting.calls + 1):
        folder = tmp_path / f"site{number}"
        shutil.copytree(tmp_path / "old", folder)
        try:
            with failing(Faults(folder, number, error, all_after=all_after)):
                build(folder, "a", "b", "d", text="new")
        except OutputError as failure:
            assert os.strerror(error) in str(failure), number
            assert "\n" not in str(failure)
        for name, content in files_of(folder).items():
            assert content in (old.get(name), new.get(name)) or name.startswith(".sitegen"), (number, name)
        build(folder, "a", "b", "d", text="new")
        assert files_of(folder) == new, number


def test_faults__real_limit_on_the_size_of_files(sitegen, tmp_path):
    """SQLite's own writes fail too when the system lets no file grow beyond a limit."""
    sitegen("import", EXAMPLES / "deepseek", "--archive", "old")
    before = archive_state(tmp_path / "old")
    size = (tmp_path / "old" / "archive.sqlite").stat().st_size
    limited = (
        "import resource, sys; from sitegen import cli;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY));"
        "cli.main()"
    )
    for limit in (0, 100, 4096, size // 2, size, size + 4096):
        shutil.rmtree("archive", ignore_errors=True)
        shutil.copytree("old", "archive")
        words = [sys.executable, "-c", limited, str(limit), "import", str(EXAMPLES / "grok"), "--archive", "archive"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, ""), (limit, done)
        assert done.stderr.count("\n") == 1, (limit, done.stderr)
        assert archive_state(tmp_path / "archive") == before, limit
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert sitegen("import", EXAMPLES / "grok")[0] == 0


def test_faults__read_only_output_is_one_line(sitegen, tmp_path):
    sitegen("build", EXAMPLES / "x-archive")
    before = files_of(tmp_path / "site")
    with failing(Faults(tmp_path / "site", 1, errno.EROFS, all_after=True)):
        code, out, err = sitegen("build")
    assert (code, out, err) == (1, "", "sitegen: site: nothing can be written here: Read-only file system\n")
    assert files_of(tmp_path / "site") == before


# --- torn exports ---------------------------------------------------------------------------------------------------


def test_torn_zip__changes_nothing(sitegen, tmp_path):
    sitegen("build", EXAMPLES / "deepseek")
    archive, site = archive_state(tmp_path / "archive"), files_of(tmp_path / "site")
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted((EXAMPLES / "grok").rglob("*")):
            packed.write(file, file.relative_to(EXAMPLES / "grok"))
    content = whole.read_bytes()
    for share in (0.01, 0.3, 0.6, 0.99):
        (tmp_path / "torn.zip").write_bytes(content[: int(len(content) * share)])
        code, out, err = sitegen("build", "torn.zip")
        assert (code, out, err.count("\n")) == (1, "", 1), share
    with zipfile.ZipFile(whole) as packed:
        backend = max(packed.infolist(), key=lambda member: member.file_size)
    rotten = bytearray(content)
    middle = backend.header_offset + 100 + backend.compress_size // 2
    rotten[middle : middle + 50] = bytes(50)
    (tmp_path / "torn.zip").write_bytes(rotten)
    code, _, err = sitegen("import", "torn.zip")
    assert (code, err.count("\n")) == (1, 1), err
    assert archive_state(tmp_path / "archive") == archive
    assert files_of(tmp_path / "site") == site


# --- two at once, and killed ----------------------------------------------------------------------------------------


def test_two_runs__second_is_refused_with_one_line(sitegen, tmp_path):
    sitegen("build", EXAMPLES / "deepseek")
    before = archive_state(tmp_path / "archive"), files_of(tmp_path / "site")
    with only_run_in(tmp_path / "archive"):
        for words in (["import", EXAMPLES / "grok"], ["build"], ["build", EXAMPLES / "grok", "--output", "other"]):
            code, out, err = sitegen(*words)
            assert (code, out, err.count("\n")) == (1, "", 1)
            assert err.startswith(f"sitegen: archive: in use by process {os.getpid()} on ")
    with only_run_in(tmp_path / "site"):
        code, out, err = sitegen("build")
        assert (code, err.startswith("sitegen: site: in use by process ")) == (1, True)
    assert (archive_state(tmp_path / "archive"), files_of(tmp_path / "site")) == before


def test_two_runs__readers_are_let_in(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek")
    with only_run_in(tmp_path / "archive"):
        assert sitegen("inspect", EXAMPLES / "grok")[0] == 0
        code, out, _ = sitegen("import", EXAMPLES / "grok", "--dry-run")
    assert (code, "9 new" in out) == (0, True)


def test_killed__random_moments_of_imports_and_builds():
    """A few here; `python tests/kills.py --kills 200` for many."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "kills.py"), "--kills", "4"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("all repaired") == 2


def test_killed__build_takes_its_workers_with_it(tmp_path):
    """They hold the pipe's other end open: it ends when the last of them has."""
    site = tmp_path / "site"
    words = ["build", str(EXAMPLES), "--archive", str(tmp_path / "archive"), "--output", str(site), "--jobs", "2", "-q"]
    with subprocess.Popen([sys.executable, "-m", "sitegen", *words], stdout=subprocess.PIPE, cwd=ROOT) as process:
        while process.poll() is None and not any(site.glob("chats/*/*/*.html")):
            pass
        process.kill()
        out, _ = process.communicate(timeout=120)
    assert out == b""
    assert process.returncode == -9
