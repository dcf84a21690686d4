"""`sitegen publish` as a person types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from makers import conversation, dialogue

from sitegen.archive.store import Archive
from sitegen.sealing import seal_site
from sitegen.sealing.ciphers import FEWEST_ITERATIONS

Run = Callable[..., tuple[int, str, str]]

SETTINGS = """
title = "Mine"
[publish.friends]
include = [{ tag = "public" }]
words = ["Wolfram Zinnober"]
"""


@pytest.fixture
def run(sitegen: Run, tmp_path: Path) -> Run:
    """The command in a folder with settings and an archive of three conversations, two of which are meant."""
    (tmp_path / "sitegen.toml").write_text(SETTINGS)
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive, archive.transaction():
        archive.put(conversation("Recipe of Wolfram Zinnober", *dialogue("Salt?", "Yes"), id="c1", flags=("public",)))
        archive.put(conversation("Repair", *dialogue("Glue?", "No"), id="c2", flags=("public",)))
        archive.put(conversation("Zwieback affair", *dialogue("Secret", "Yes"), id="c3"))
    return sitegen


def held(said: str) -> list[str]:
    """The keys of what is held."""
    return [line.split()[1] for line in said.splitlines() if line.startswith("? ")]


def test_publish__looks_first_then_accepts_then_publishes(run, tmp_path):
    code, said, _ = run("publish", "friends", "--dry-run")
    assert code == 0
    assert "2 held until you accept:" in said
    assert not (tmp_path / "published").exists()
    code, _, complaint = run("publish", "friends")
    assert (code, "2 conversation(s) wait to be accepted" in complaint) == (1, True)
    code, said, _ = run("publish", "friends", "--accept", held(said)[0])
    assert code == 0
    assert said.startswith("1 conversation in published/friends/site: 1 added, 0 changed, 0 removed;")
    assert "1 held until you accept:" in said
    code, said, _ = run("publish", "friends", "--accept-all")
    assert "2 conversations in published/friends/site: 1 added" in said
    assert "redacted: word 1" in said
    code, said, _ = run("publish", "friends", "--dry-run")
    assert "2 conversations, " in said
    assert "0 added (+), 0 changed (~), 0 removed (-)" in said
    assert "Zinnober" not in said


def test_publish__the_first_look_lists_all_that_is_held(run, tmp_path):
    with Archive(tmp_path / "archive") as archive, archive.transaction():
        for number in range(30):
            archive.put(conversation(f"Recipe {number}", *dialogue("a", "b"), id=f"n{number}", flags=("public",)))
    _, said, _ = run("publish", "friends", "--dry-run")
    assert len(held(said)) == 32
    _, said, _ = run("publish", "friends", "--accept", held(said)[0])
    assert len(held(said)) == 20
    assert "… and 11 more; --dry-run lists them all" in said


@pytest.mark.parametrize("options", [("--dry-run",), ("--accept-all", "--quiet")])
def test_publish__warns_of_an_exclusion_that_excludes_nothing(run, tmp_path, options):
    (tmp_path / "sitegen.toml").write_text(SETTINGS + 'exclude = [{ tag = "Privat" }]\n')
    _, _, complaint = run("publish", "friends", *options)
    assert "warning: exclude, entry 1 of publish.friends: means no conversation" in complaint


def test_publish__tells_what_left_and_which_copies_may_live_on(run, tmp_path):
    run("publish", "friends", "--accept-all", "--quiet")
    (tmp_path / "sitegen.toml").write_text(SETTINGS + 'exclude = [{ title = "Repair" }]\n')
    code, said, _ = run("publish", "friends", "--dry-run")
    assert "0 added (+), 0 changed (~), 1 removed (-)" in said
    code, said, _ = run("publish", "friends")
    assert code == 0
    assert "1 removed" in said
    assert "Repair" in said
    assert "may live on in earlier deploys" in said
    assert not any("Repair" in page.read_text() for page in Path("published/friends/site").rglob("*.html"))


def test_publish__for_scripts_all_of_it_is_json(run):
    code, said, _ = run("publish", "friends", "--accept-all", "--json")
    told = json.loads(said)
    assert code == 0
    assert {
        "conversations",
        "added",
        "removed",
        "changed",
        "held",
        "findings",
        "folder",
        "files",
        "size",
    } <= told.keys()
    assert [talk["title"] for talk in told["conversations"]] == ["Recipe of [redacted: word 1]", "Repair"]
    assert told["findings"][0]["redacted"] is True
    code, said, _ = run("publish", "friends", "--dry-run", "--json")
    assert (code, json.loads(said)["added"]) == (0, [])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nobody",), 'there is no profile "nobody"; these are in sitegen.toml: friends'),
        (("friends", "--accept", "0123456789ab"), "the profile means no conversation with this key"),
        (("friends", "--accept-all", "--allow", "0123"), "nothing with this id was found"),
        (("friends", "--accept-all", "--output", "archive"), "is the archive's own folder"),
        (("friends", "--probe", "https://chats.example.org/"), "publish first"),
    ],
)
def test_publish__one_line_says_what_is_wrong(run, words, complaint):
    code, said, told = run("publish", *words)
    assert (code, said) == (1, "")
    assert complaint in told
    assert told.count("\n") == 1


def test_publish__a_folder_with_other_things_is_left_alone(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    code, _, complaint = run("publish", "friends", "--accept-all", "--output", "mine")
    assert (code, "holds files that sitegen did not make" in complaint) == (1, True)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server that lets everybody into the folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def served(run: Run, tmp_path: Path) -> Iterator[str]:
    """The published site behind such a server."""
    run("publish", "friends", "--accept-all", "--quiet")
    with serving(tmp_path / "published" / "friends" / "site") as address:
        yield address


def test_publish__a_probe_of_an_open_site_fails_loudly(run, served):
    code, said, _ = run("publish", "friends", "--probe", served)
    assert code == 1
    assert said.startswith("open\n")
    assert "anyone can read the home page" in said
    code, said, _ = run("publish", "friends", "--probe", served, "--json")
    assert (code, json.loads(said)["verdict"]) == (1, "open")


# --- sealed --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with a profile that seals, for two readers, and few iterations."""
    monkeypatch.setitem(seal_site.__kwdefaults__, "iterations", FEWEST_ITERATIONS)
    (tmp_path / "sitegen.toml").write_text(SETTINGS + 'seal = true\nreaders = ["Ann", "Ben"]\n')
    return run


def says(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("".join(f"{line}\n" for line in lines)))


ANN, BEN = "plum river candle seven", "north kettle moss piano"


def test_publish__sealed_it_asks_for_every_readers_passphrase_and_keeps_what_is_the_same(sealed, tmp_path, monkeypatch):
    says(monkeypatch, ANN, BEN)
    code, said, _ = sealed("publish", "friends", "--accept-all", "--passphrase-stdin")
    assert code == 0
    assert "sealed for 2 readers" in said
    says(monkeypatch, ANN, BEN)
    code, said, _ = sealed("publish", "friends", "--passphrase-stdin")
    assert re.search(r"sealed for 2 readers: (\d+) files, \1 as they were", said)
    says(monkeypatch, BEN)
    assert sealed("unseal", "published/friends/site", "--passphrase-stdin")[0] == 0
    assert "Repair" in (tmp_path / "unsealed" / "index.html").read_text()


def test_publish__sealed_with_other_passphrases_only_with_a_new_key(sealed, monkeypatch):
    says(monkeypatch, ANN, BEN)
    sealed("publish", "friends", "--accept-all", "--passphrase-stdin")
    says(monkeypatch, ANN, "another one altogether")
    code, _, complaint = sealed("publish", "friends", "--passphrase-stdin")
    assert (code, complaint.count("\n"), "new key" in complaint) == (1, 1, True)
    says(monkeypatch, ANN, "another one altogether")
    assert sealed("publish", "friends", "--passphrase-stdin", "--new-key")[0] == 0
    says(monkeypatch, BEN)
    assert sealed("unseal", "published/friends/site", "--passphrase-stdin")[0] == 1


@pytest.mark.parametrize(("passphrase", "complaint"), [("short", "has 5 characters"), ("", "holds no passphrase")])
def test_publish__sealed_with_a_passphrase_that_can_be_guessed_is_refused_before_any_work(
    sealed, tmp_path, monkeypatch, passphrase, complaint
):
    says(monkeypatch, passphrase, BEN)
    code, _, told = sealed("publish", "friends", "--accept-all", "--passphrase-stdin")
    assert (code, complaint in told) == (1, True)
    assert not (tmp_path / "published").exists()


def test_publish__sealed_without_a_passphrase_makes_one_of_six_words_and_tells_it_once(sealed, tmp_path, monkeypatch):
    (tmp_path / "sitegen.toml").write_text(SETTINGS + "seal = true\n")
    says(monkeypatch)
    code, said, told = sealed("publish", "friends", "--accept-all")
    assert code == 0
    made = re.search(r"made just now: ((?:\w+ ){5}\w+)\n", told)
    assert made is not None
    assert made[1] not in said
    says(monkeypatch, made[1])
    assert sealed("unseal", "published/friends/site", "--passphrase-stdin")[0] == 0


def test_publish__a_probe_tells_that_a_site_is_sealed(sealed, tmp_path, monkeypatch):
    says(monkeypatch, ANN, BEN)
    sealed("publish", "friends", "--accept-all", "--passphrase-stdin", "--quiet")
    with serving(tmp_path / "published" / "friends" / "site") as address:
        code, said, _ = sealed("publish", "friends", "--probe", address)
    assert (code, said.splitlines()[0]) == (0, "sealed")
