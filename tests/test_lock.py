"""One run at a time in a folder: refused with the other's name, taken over from the dead."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sitegen.errors import LockError
from sitegen.lock import HOLDER_NAME, LOCK_NAME, only_run_in

_HOLD = (
    "import sys; from pathlib import Path; from sitegen.lock import only_run_in\n"
    "with only_run_in(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
)


@contextmanager
def other_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is in `folder` until it is ended."""
    command = [sys.executable, "-c", _HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        try:
            yield process
        finally:
            process.kill()


def test_lock__second_run_is_refused_and_told_who_is_in(tmp_path):
    with other_run(tmp_path / "new") as other:
        with pytest.raises(LockError) as refused, only_run_in(tmp_path / "new"):
            pass
        text = str(refused.value)
    assert "\n" not in text
    assert f"process {other.pid} on {platform.node()}" in text
    assert f"sitegen {tmp_path / 'new'}" in text
    assert "since 20" in text


def test_lock__dead_run_stops_nobody(tmp_path):
    with other_run(tmp_path) as other:
        other.kill()
        other.wait()
        assert {path.name for path in tmp_path.iterdir()} == {LOCK_NAME, HOLDER_NAME}
    with only_run_in(tmp_path):
        assert json.loads((tmp_path / HOLDER_NAME).read_text())["pid"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


def test_lock__files_of_another_boot_or_host_stop_nobody(tmp_path):
    """Its process id may be in use by something else by now: only the system's lock counts."""
    (tmp_path / LOCK_NAME).touch()
    (tmp_path / HOLDER_NAME).write_text(
        json.dumps({"pid": os.getppid(), "host": "elsewhere", "command": "sitegen build", "since": "2020-01-01"})
    )
    with only_run_in(tmp_path):
        pass


def test_lock__is_free_again_after_an_error_inside(tmp_path):
    with pytest.raises(RuntimeError), only_run_in(tmp_path):
        raise RuntimeError
    with only_run_in(tmp_path):
        pass


def test_lock__run_that_has_not_said_who_it_is_is_refused_all_the_same(tmp_path):
    for told in (None, "{", '{"pid": "x"}'):
        with only_run_in(tmp_path):
            (tmp_path / HOLDER_NAME).unlink() if told is None else (tmp_path / HOLDER_NAME).write_text(told)
            with pytest.raises(LockError, match="in use by another run"), only_run_in(tmp_path):
                pass


def test_lock__words_of_the_other_run_stay_on_one_line(tmp_path):
    with only_run_in(tmp_path):
        told = json.loads((tmp_path / HOLDER_NAME).read_text())
        (tmp_path / HOLDER_NAME).write_text(json.dumps({**told, "command": "sitegen import 'a\nb.zip'"}))
        with pytest.raises(LockError) as refused, only_run_in(tmp_path):
            pass
    assert "\n" not in str(refused.value)


def test_lock__folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LockError, match="nothing can be written here"), only_run_in(tmp_path / "file" / "folder"):
        pass
