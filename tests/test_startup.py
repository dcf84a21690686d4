"""What a command loads before it does anything: only what it uses. Counted, not timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from conftest import ROOT

from sitegen import cli

EXAMPLE = ROOT / "example_export"

#: What takes long to load, each with what needs it.
HEAVY = {
    *("numpy", "lunr", "snowballstemmer"),  # searching and its index
    *("markdown_it", "mdit_py_plugins", "pygments", "latex2mathml"),  # making conversations' pages
    *("jinja2", "babel"),  # pages, and words in other languages
    *("sqlite3", "filelock"),  # the archive
    *("msgspec", "regex", "zipfile", "mmap"),  # reading exports
    *("multiprocessing", "concurrent.futures"),  # worker processes
    *("cryptography", "watchfiles", "http.server", "http.client", "ssl", "asyncio"),  # sealing, watching, probing
    *("rich", "tzlocal", "zoneinfo", "importlib.metadata", "tomllib"),
}
#: What a command without conversations to render and without sites to seal or to serve has no use for.
ONLY_FOR_PAGES = {"markdown_it", "mdit_py_plugins", "pygments", "latex2mathml"}
ONLY_FOR_OTHERS = {
    *("cryptography", "watchfiles", "http.server", "ssl", "asyncio", "rich"),
    *("sitegen.watch", "sitegen.publish", "sitegen.sealing", "sitegen.hosting", "sitegen.redaction"),
}

_PROGRAM = """
import json, sys
from sitegen.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["sitegen", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, (words, end.code)
    print(json.dumps([words, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(folder: Path, *runs: list[str]) -> list[tuple[list[str], set[str]]]:
    """The words of each run, one after the other in one process, and all modules that are loaded after it."""
    command = [sys.executable, "-c", _PROGRAM, json.dumps(runs)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return [(words, set(modules)) for words, modules in map(json.loads, done.stderr.splitlines())]


def commands(group: click.Group, *before: str) -> list[list[str]]:
    """The words of every command and of every one below it."""
    found: list[list[str]] = [[*before]]
    for name, command in group.commands.items():
        found += commands(command, *before, name) if isinstance(command, click.Group) else [[*before, name]]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its site, of which nothing is to be made anew."""
    folder = tmp_path_factory.mktemp("startup")
    words = ["build", str(EXAMPLE / "deepseek"), "--quiet"]
    subprocess.run([sys.executable, "-m", "sitegen", *words], cwd=folder, check=True)
    return folder


def test_help__of_no_command_loads_anything_heavy(tmp_path):
    runs = [[*words, "--help"] for words in commands(cli.cli)]
    assert len(runs) > 12
    for words, modules in loaded(tmp_path, ["--version"], *runs):
        assert not HEAVY & modules, words
        parts = {name.split(".")[1] for name in modules if name.startswith("sitegen.")}
        assert parts <= {"cli", "dates", "errors", "workers"}, words


@pytest.mark.parametrize(
    ("words", "unused"),
    [
        (["build"], ONLY_FOR_PAGES | ONLY_FOR_OTHERS | {"sitegen.verify", "sitegen.plain_files", "tzlocal"}),
        (["search", "the"], ONLY_FOR_PAGES | ONLY_FOR_OTHERS | {"sitegen.verify", "sitegen.plain_files"}),
        (["verify"], ONLY_FOR_PAGES | ONLY_FOR_OTHERS | {"jinja2", "multiprocessing", "sitegen.render"}),
        (["inspect", str(EXAMPLE / "grok")], ONLY_FOR_PAGES | ONLY_FOR_OTHERS | {"numpy", "lunr", "sqlite3", "jinja2"}),
        (
            ["import", str(EXAMPLE / "deepseek")],
            ONLY_FOR_PAGES | ONLY_FOR_OTHERS | {"numpy", "lunr", "multiprocessing"},
        ),
        (["theme", "list"], HEAVY - {"jinja2", "babel", "tomllib", "zoneinfo"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_command__loads_only_what_it_uses(built, words, unused):
    ((_, modules),) = loaded(built, words)
    assert not unused & modules


def test_build__that_renders_loads_what_renders(tmp_path):
    """The list above names what is really loaded when it is needed."""
    ((_, modules),) = loaded(tmp_path, ["build", str(EXAMPLE / "deepseek"), "--quiet", "--jobs", "1"])
    assert modules >= ONLY_FOR_PAGES
