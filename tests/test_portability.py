"""What must hold on systems that these tests don't run on: Windows, macOS, and consoles that know few letters.

Part of it can be read from the program's text, part of it simulated. What needs a real Windows or macOS is not here.
"""

from __future__ import annotations

import ast
import concurrent.futures
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath

import pytest
from conftest import ROOT, missing
from makers import START, conversation, dialogue

from sitegen import workers
from sitegen.archive.database import address_of
from sitegen.archive.store import Archive, ImportFacts
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.durability import replace_file
from sitegen.errors import OutputError, ThemeError
from sitegen.file_names import is_reserved, same_file_key
from sitegen.model import Conversation, Project
from sitegen.output import Output
from sitegen.plain_files import FORMATS, export_files
from sitegen.plain_files.names import LONGEST_PATH
from sitegen.publish import pipeline
from sitegen.render.settings import conversation_path
from sitegen.rules import TagRule
from sitegen.theme import load_theme
from sitegen.theme.starting import start_theme

PACKAGE = ROOT / "sitegen"
MODULES = sorted(PACKAGE.rglob("*.py"))
EXAMPLE = ROOT / "example_export"

# --- what can be read from the program's text -----------------------------------------------------------------

#: Modules that one system has and another lacks.
OF_ONE_SYSTEM = {
    *("fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"),
    *("msvcrt", "winreg", "winsound", "_winapi"),
}
#: What `os`, `signal` and `socket` have on some systems only.
NOT_EVERYWHERE = {
    *("chown", "chroot", "fchmod", "fork", "forkpty", "getegid", "geteuid", "getgid", "getuid", "killpg", "lchown"),
    *("mkfifo", "nice", "pread", "pwrite", "register_at_fork", "sched_getaffinity", "setsid", "statvfs", "sysconf"),
    *("uname", "wait", "waitpid", "pthread_kill", "pthread_sigmask", "setitimer", "sigwait", "startfile"),
    *("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2", "AF_UNIX"),
}
#: Where they stand all the same, each behind a question whether they are there.
ASKED_FOR = {("workers.py", "pthread_sigmask")}
#: Who may know what the system puts between the parts of a path: nothing of it becomes an address.
KNOWS_SEPARATORS = {"theme/faults.py", "output.py"}


def nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text("utf-8")))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_source__uses_nothing_that_only_some_systems_have(module):
    for node in nodes(module):
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & OF_ONE_SYSTEM, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in OF_ONE_SYSTEM, node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in NOT_EVERYWHERE:
            of = ast.unparse(node.value)
            assert of not in ("os", "signal", "socket") or (name_of(module), node.attr) in ASKED_FOR, node.lineno


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_source__types_are_read_alike_by_every_python(module):
    """From 3.14 on, types of fields are worked out late, unless they are kept as text; by older ones at once."""
    tree = ast.parse(module.read_text("utf-8"))
    if any(isinstance(node, ast.AnnAssign) for node in ast.walk(tree)):
        assert any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_source__has_no_words_for_people_inside_an_f_string(module):
    """Before 3.12 such a string is one token, in which nobody who looks for words to translate finds any."""
    for node in nodes(module):
        for inner in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
            if isinstance(inner, ast.Call) and inner.args and isinstance(inner.args[0], ast.Constant):
                called = getattr(inner.func, "attr", getattr(inner.func, "id", ""))
                assert called not in ("say", "say_count", "N_"), inner.lineno


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_source__knows_no_separator_of_the_system(module):
    written = {ast.unparse(node) for node in nodes(module) if isinstance(node, ast.Attribute)}
    if name_of(module) not in KNOWS_SEPARATORS:
        assert not written & {"os.sep", "os.altsep", "os.linesep", "os.path.join", "os.path.sep"}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_source__reads_text_in_a_named_encoding_and_writes_bytes(module):
    """A text that is written gets the system's line ends; only bytes are the same everywhere."""
    for node in nodes(module):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        keywords = {keyword.arg for keyword in node.keywords}
        assert called not in ("write_text", "NamedTemporaryFile", "fdopen"), node.lineno
        if called == "read_text":
            assert node.args or "encoding" in keywords, node.lineno
        # What is no file (an entry of an export, an attachment) is opened by other arguments than a mode.
        elif called == "open" and isinstance(node.func, ast.Name | ast.Attribute):
            modes = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if isinstance(node.func, ast.Name) or modes:
                assert any("b" in str(mode) for mode in modes), node.lineno


# --- names ----------------------------------------------------------------------------------------------------

TITLES = [
    "CON",
    "con.txt",
    "aux .c",
    "Twin",
    "TWIN",
    "e\u0301",
    "\u00e9",
    "\u00c9",
    "a:b",
    "end. ",
    "x" * 300,
    "数" * 300,
]


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Archive]:
    """Conversations whose titles, folders, sources and years are those that some system can't have."""
    states = [
        *(conversation(title, *dialogue("a", "b"), id=title, project=Project(title, title)) for title in TITLES),
        *(conversation("Twin", *dialogue("a", "b"), id=source, source=source) for source in ("con", "lpt1", "nul")),
        conversation("Old", *dialogue("a", "b"), id="old", created=datetime(7, 1, 2, tzinfo=UTC)),
    ]
    with Archive(tmp_path / "archive", "UTC") as archive:
        with archive.transaction():
            facts = ImportFacts("f", "chatgpt", "chatgpt", "", "x.zip", START, "", True)
            archive.date_import(archive.begin_import(facts, START)[0], START)
            for state in states:
                archive.put(state)
        yield archive


def assert_stored_anywhere(folder: Path) -> None:
    """Fails for a file or folder that Windows or macOS could not have beside the others, under the same name."""
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    keys: dict[str, str] = {}
    for path in paths:
        assert keys.setdefault(same_file_key(path), path) == path
        assert len(path.encode("utf-16-le")) // 2 <= LONGEST_PATH
        for part in path.split("/"):
            assert not is_reserved(part)
            assert not part.endswith((".", " "))
            assert not set(part) & set('<>:"\\|?*')
            assert PureWindowsPath(part).parts == (part,)


def test_site__is_stored_anywhere(hostile, tmp_path):
    config = Config(tags=tuple(TagRule(title, title="*") for title in TITLES if len(title) < 60))
    build_site(hostile, tmp_path / "site", config, jobs=1)
    assert (tmp_path / "site" / "chats" / "con_").is_dir()
    assert (tmp_path / "site" / "sources" / "nul_.html").is_file()
    assert_stored_anywhere(tmp_path / "site")


@pytest.mark.parametrize("file_format", FORMATS)
def test_export__is_stored_anywhere(hostile, tmp_path, file_format):
    export_files(hostile, tmp_path / "out", Config(), file_format)
    assert sum(path.is_file() for path in (tmp_path / "out").rglob("*")) > len(TITLES)
    assert_stored_anywhere(tmp_path / "out")


def test_conversation_path__has_years_of_four_digits_on_every_system():
    early: Conversation = conversation("x", created=datetime(7, 1, 2, tzinfo=UTC))
    assert conversation_path(early) == f"chats/chatgpt/0007/01-02-{early.key}.html"


@pytest.mark.parametrize("name", ["con", "nul", "com1"])
def test_theme__is_not_called_like_a_device(tmp_path, name):
    with pytest.raises(ThemeError, match="Windows keeps it for a device"):
        start_theme(name, tmp_path / "theme", "default")


def test_theme__with_two_files_that_are_one_elsewhere_is_refused(tmp_path):
    theme = start_theme("mine", tmp_path / "mine", "default")
    assert dict(theme.static_files())
    (tmp_path / "mine" / "static" / "css" / "Layout.css").write_bytes(b"")
    with pytest.raises(ThemeError, match=r"Layout\.css: is the same file as 'css/layout\.css'"):
        dict(load_theme(tmp_path / "mine").static_files())


# --- the disk -------------------------------------------------------------------------------------------------


class Busy(Path):
    """A file that somebody else has open for the first few attempts to move it."""

    refusals = 0

    def replace(self, target: Path) -> Path:  # type: ignore[override]
        if Busy.refusals:
            Busy.refusals -= 1
            raise PermissionError(13, "Permission denied")
        return super().replace(target)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Path can be subclassed since 3.12")
def test_replace_file__waits_for_who_has_it_open(tmp_path):
    made = Busy(tmp_path / "made")
    made.write_bytes(b"new")
    Busy.refusals = 2
    replace_file(made, tmp_path / "target", (0, 0))
    assert (tmp_path / "target").read_bytes() == b"new"
    Busy.refusals = 3
    made.write_bytes(b"newer")
    with pytest.raises(PermissionError):
        replace_file(made, tmp_path / "target", (0, 0))
    assert (tmp_path / "target").read_bytes() == b"new"
    Busy.refusals = 0


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (r"\\server\share\my archive\archive.sqlite", "file:////server/share/my%20archive/archive.sqlite"),
        (r"C:\archive\archive.sqlite", "file:///C:/archive/archive.sqlite"),
    ],
)
def test_archive__on_a_windows_share_has_an_address_that_sqlite_takes(path, address):
    assert address_of(PureWindowsPath(path)) == address


@pytest.mark.parametrize("name", ["my archive", "50%20?x=1&y#z", "a:b", "\N{SNOWMAN}", os.fsdecode(b"\xff")])
def test_archive__in_any_folder_has_an_address_that_sqlite_takes(tmp_path, name):
    path = tmp_path / name
    try:
        path.mkdir()
    except OSError:
        pytest.skip("this disk has no such name")
    with closing(sqlite3.connect(f"{address_of(path)}/made?mode=rwc", uri=True)) as db:
        db.execute("CREATE TABLE t (c)")
    assert [file.name for file in path.iterdir()] == ["made"]


def test_build__starts_no_more_processes_than_windows_can_wait_for(hostile, tmp_path, monkeypatch):
    asked: list[int] = []

    def pool(workers: int, *rest: object) -> ProcessPoolExecutor:
        asked.append(workers)
        return ProcessPoolExecutor(1, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", pool)
    monkeypatch.setattr(workers, "_MOST", 61)
    build_site(hostile, tmp_path / "site", Config(), jobs=200)
    assert asked == [61]


def test_output__name_that_the_system_has_no_letters_for_is_one_line(tmp_path, monkeypatch):
    def encoded(name: str) -> bytes:
        return name.encode("ascii")

    monkeypatch.setattr(os, "fsencode", encoded)
    output = Output(tmp_path / "out")
    with pytest.raises(OutputError, match="allow ascii letters only in names; set the variable PYTHONUTF8=1"):
        output.write("数.html", b"")


def test_publish__needs_no_home_folder(monkeypatch):
    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    assert pipeline._home() == ()


# --- consoles -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive, a site, and settings that few consoles have the letters for."""
    folder = tmp_path_factory.mktemp("consoles")
    (folder / "sitegen.toml").write_text('title = "数据 … ☃"\n', "utf-8")
    words = ["build", str(EXAMPLE), "--quiet"]
    subprocess.run([sys.executable, "-m", "sitegen", *words], cwd=folder, check=True, env=_environment())
    return folder


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    return kept | {"PYTHONPATH": str(ROOT)} | more


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["build"], 0),
        (["search", "数据"], 0),
        (["search", "数据", "--json"], 0),
        (["inspect", EXAMPLE / "grok"], 0),
        (["import", EXAMPLE / "deepseek", "--dry-run"], 0),
        (["verify"], 0),
        (["theme", "list"], 0),
        (["publish", "--help"], 0),
        (["import", "数据.zip"], 1),
        (["build", "--no-such-öption"], 2),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, list) else None,
)
def test_console__that_lacks_letters_gets_others_and_no_traceback(chinese, encoding, words, code):
    environment = _environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C.UTF-8")
    command = [sys.executable, "-m", "sitegen", *map(str, words)]
    done = subprocess.run(command, cwd=chinese, capture_output=True, check=False, env=environment)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False), done.stderr
    # Where a console is said to know only ASCII, click takes that for a mistake and writes UTF-8.
    (done.stdout + done.stderr).decode("utf-8" if encoding == "ascii" else encoding)


def test_export__to_a_disk_without_the_letters_is_one_line(chinese):
    words = ["export", "vault", "--format", "markdown"]
    environment = _environment(PYTHONUTF8="0", LC_ALL="C", PYTHONCOERCECLOCALE="0")
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", *words], cwd=chinese, capture_output=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr.count(b"\n"), b"PYTHONUTF8=1" in done.stderr) == (1, 1, True), done.stderr


# --- line ends ------------------------------------------------------------------------------------------------

TEXTS = (".html", ".css", ".js", ".json", ".xml", ".txt", ".toml", ".md", ".po", ".py", ".sql")


def test_site__has_the_line_ends_of_its_own_only(example_site):
    own = [p for p in example_site.rglob("*") if p.suffix in TEXTS and "files" not in p.relative_to(example_site).parts]
    assert len(own) > 100
    assert [path for path in own if b"\r\n" in path.read_bytes()] == []


def test_checkout__is_the_same_bytes_whatever_git_is_set_to(tmp_path):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.autocrlf=true"]
    try:
        subprocess.run(["git", "--version"], check=True, capture_output=True)
    except OSError:
        missing("git is not installed (Debian: apt-get install git)")
    attributes = ROOT / ".gitattributes"
    if not attributes.is_file():
        pytest.skip("this is no checkout")
    files = {"lf.js": b"a\nb\n", "crlf.json": b"a\r\nb\r\n", "mixed.md": b"a\r\nb\n", "bytes.dat": b"\0\r\n\n"}
    there, copy = tmp_path / "there", tmp_path / "copy"
    there.mkdir()
    (there / ".gitattributes").write_bytes(attributes.read_bytes())
    for name, content in files.items():
        (there / name).write_bytes(content)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, "-C", there, *words], check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", "--config", "core.autocrlf=true", there, copy], check=True)
    assert {name: (copy / name).read_bytes() for name in files} == files


# --- versions of Python ---------------------------------------------------------------------------------------


def test_matrix__begins_with_the_oldest_python_and_holds_all_that_are_claimed():
    (versions,) = [
        ast.literal_eval(node.value)
        for node in ast.parse((ROOT / ".ci" / "noxfile.py").read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PYTHONS"
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={versions[0]}"
    claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert claimed == list(versions[: len(claimed)])
    assert "nox -f .ci/noxfile.py" in (ROOT / "README.md").read_text("utf-8")
