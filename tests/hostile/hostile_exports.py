"""Hostile exports and what must come of them: imported by the real commands, and looked at afterwards.

Everything runs with small limits, under a bound of memory and of time: where a protection is switched off, what it
kept away must do no harm to whoever runs the tests.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sitegen import cli
from sitegen.archive.store import Archive
from sitegen.readers.export import Export
from sitegen.readers.export.containers import Limits
from sitegen.verify import verify

#: A thousandth of the real ones, or so.
SMALL = Limits(
    total=8 << 20, text=4 << 20, asset=1 << 20, ratio=200, ratio_from=1 << 18, members=200, directory=1 << 17
)
_MEMORY = 600 << 20
#: The day of an export, in the name that ChatGPT gives it.
_NAME = "2026-0{month}-01-10-00-00-export"

Write = Callable[[Path], None]


@dataclass(frozen=True)
class Step:
    """One `sitegen import`: what it is given, and what it must answer.

    `export` is the text of a `conversations.json`, the bytes of a zip, the files of a folder, or what writes itself at
    a path. `suffix` is that of its file. Each of `problems` is found in what is told of one record or file, and
    nothing else is told; with an `error` nothing is imported, and it is the one line on standard error.
    """

    export: bytes | Mapping[str, bytes] | Write
    problems: tuple[str, ...] = ()
    error: str = ""
    suffix: str = ""
    month: int = 1


@dataclass(frozen=True)
class Imports:
    """Imports into one archive, one after the other, and what the archive holds at the end.

    `kept` are the titles of its conversations. `messages` are what each says, by title, in the order of its tree, for
    those that are named. `look` asks for more.
    """

    steps: tuple[Step, ...]
    kept: Sequence[str]
    messages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    look: Callable[[Archive], None] | None = None
    limits: Limits = SMALL


def one_import(
    export: bytes | Mapping[str, bytes] | Write,
    *kept: str,
    problems: Sequence[str] = (),
    error: str = "",
    suffix: str = ".zip",
    **fields: Any,
) -> Imports:
    """The payload of a case that is one export."""
    return Imports((Step(export, tuple(problems), error, suffix),), kept, **fields)


class TooLongError(BaseException):
    """A case that does not come to an end. Nothing that catches errors of input catches it."""


def assert_case(payload: object, folder: Path, seconds: int = 120) -> None:
    """Runs a case in an empty folder and holds what comes of it against what is expected. A payload that is no
    `Imports` is a check of its own. Raises TooLongError after so many seconds."""
    if callable(payload):
        with _bounds(seconds):
            payload(folder)
        return
    assert isinstance(payload, Imports)
    with pytest.MonkeyPatch.context() as patch:
        (folder / "temporary").mkdir()
        patch.setattr(tempfile, "tempdir", str(folder / "temporary"))
        patch.setattr(Export.__init__, "__defaults__", (payload.limits, ()))
        patch.chdir(folder)
        for step in payload.steps:
            path = folder / (_NAME.format(month=step.month) + step.suffix)
            _write(step.export, path)
            before = _tree(folder)
            with _bounds(seconds):
                _assert_step(step, path.name)
            assert _tree(folder) == before, "something was written beside the archive"
        _assert_kept(payload, folder / "archive")


def _write(export: bytes | Mapping[str, bytes] | Write, path: Path) -> None:
    if isinstance(export, bytes):
        path.write_bytes(export)
    elif callable(export):
        export(path)
    else:
        for name, content in export.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)


def _assert_step(step: Step, name: str) -> None:
    code, out, err = command("inspect", name)
    assert code == bool(step.error), (out, err)
    code, out, err = command("import", name, "--json")
    assert code == bool(step.error), (out, err)
    assert err.count("\n") == code, err
    assert re.search(step.error, err), err
    told = [problem for summary in json.loads(out or "[]") for problem in summary["problems"]]
    lines = [f"{problem['where']}: {problem['reason']}" for problem in told]
    assert not [line for line in lines if not any(re.search(words, line) for words in step.problems)], lines
    for words in step.problems:
        assert any(re.search(words, line) for line in lines), (words, lines)
    assert not any("\n" in line or "\x1b" in line for line in lines), lines


def _assert_kept(payload: Imports, folder: Path) -> None:
    if not folder.exists():
        assert not payload.kept
        return
    with Archive(folder) as archive:
        conversations = [archive.conversation(row.key) for row in archive.conversations()]
        assert sorted(one.title for one in conversations) == sorted(payload.kept)
        for title, texts in payload.messages.items():
            (one,) = (one for one in conversations if one.title == title)
            assert [text_of_message(message) for message in one.messages] == list(texts)
        if payload.look is not None:
            payload.look(archive)
    assert [finding.line() for finding in verify(folder, None).findings] == []


def text_of_message(message: Any) -> str:
    """What a message says, without more ado."""
    return " ".join(block.text for block in message.blocks if hasattr(block, "text"))


def command(*words: str) -> tuple[int, str, str]:
    """Runs a command of sitegen: (exit code, standard output, standard error). What is no answer is raised."""
    out, err = StringIO(), StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sitegen", *words])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        try:
            cli.main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return code, out.getvalue(), err.getvalue()


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder but those of the archive, with its size and when it was written."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_relative_to(folder / "archive"):
            status = path.lstat()
            found[str(path)] = (status.st_size if path.is_file() else 0, status.st_mtime_ns if path.is_file() else 0)
    return found


@contextmanager
def _bounds(seconds: int) -> Iterator[None]:
    """Inside, no more than so much memory can be had beyond what is there, and no more than so much time."""
    gc.collect()
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + _MEMORY, hard))
    previous = signal.signal(signal.SIGALRM, _stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _stop(*_: object) -> None:
    raise TooLongError


# --- chats of the providers ------------------------------------------------------------------------------------------

START = 1_770_000_000


def node(id_: str, text: str, parent: object, children: object = (), time: float | None = None) -> dict[str, Any]:
    """A node of ChatGPT's mapping. Without a time it was said at the beginning."""
    message = {
        "id": id_,
        "author": {"role": "user"},
        "create_time": START if time is None else time,
        "content": {"content_type": "text", "parts": [text]},
    }
    return {"id": id_, "message": message, "parent": parent, "children": children}


def chat(name: str, *texts: str, **fields: Any) -> dict[str, Any]:
    """A conversation of ChatGPT, each message below the one before; `fields` take the place of its own."""
    texts = texts or (f"Said in {name}",)
    mapping = {
        str(number): node(str(number), text, str(number - 1) if number else None, [str(number + 1)], START + number)
        for number, text in enumerate(texts)
    }
    value = {"title": name, "create_time": START, "update_time": START, "mapping": mapping}
    return {**value, "conversation_id": f"id-{name}", "current_node": str(len(texts) - 1), **fields}


def text(*chats: Any) -> bytes:
    """A `conversations.json`."""
    return json.dumps(chats).encode()
