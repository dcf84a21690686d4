"""The commands as people type them, in-process; exit codes and lines as they see them."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
import zoneinfo
from contextlib import closing
from pathlib import Path

import pytest

from sitegen import cli

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "example_export"


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return target


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_build__from_exports_to_a_site_and_again_without(sitegen, tmp_path):
    code, out, err = sitegen("build", EXAMPLES / "deepseek", EXAMPLES / "x-archive")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("10 conversations: 10 new, 0 changed, 0 unreadable;")
    assert (tmp_path / "site" / "index.html").is_file()
    before = tree(tmp_path / "site")
    code, out, _ = sitegen("build")
    assert "nothing to write" in out
    assert tree(tmp_path / "site") == before


def test_build__zip_and_folder_and_number_of_processes_give_the_same_site(sitegen, tmp_path):
    export = zipped(EXAMPLES / "grok", tmp_path / "grok.zip")
    sites = []
    for number, words in enumerate(([export], [EXAMPLES / "grok"])):
        sitegen("build", *words, "--archive", f"a{number}", "--output", f"s{number}", "--jobs", str(number + 1))
        site = tree(tmp_path / f"s{number}")
        sites.append(
            {name: content for name, content in site.items() if name.startswith(("chats/", "search/", "dates/"))}
        )
    assert sites[0] == sites[1]


def test_build__without_an_archive_says_how_to_make_one(sitegen):
    code, out, err = sitegen("build")
    assert (code, out) == (1, "")
    assert err == "sitegen: archive: no archive here; make one with: sitegen import EXPORT --archive archive\n"


def test_build__json_is_for_scripts(sitegen):
    code, out, _ = sitegen("build", EXAMPLES / "deepseek", "--json")
    result = json.loads(out)
    assert code == 0
    assert result["imports"][0]["new"] == 6
    assert result["site"]["conversations"] == 6


def test_build__settings_of_a_named_file(sitegen, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Bücher"\n')
    sitegen("build", EXAMPLES / "deepseek", "--config", "mine.toml", "--quiet")
    assert "Bücher" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_import__dry_run_keeps_nothing(sitegen, tmp_path):
    code, out, _ = sitegen("import", EXAMPLES / "deepseek", "--dry-run")
    assert (code, out.startswith("Would import DeepSeek")) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_import__list_of_downloads_beside_an_export_is_no_error(sitegen, tmp_path):
    (tmp_path / "manifest.json").write_text('{"data_files": [{"category": "c", "filename": "c.zip"}]}', "utf-8")
    code, out, err = sitegen("import", "manifest.json", EXAMPLES / "deepseek", "--json")
    assert (code, err) == (0, "")
    assert [bool(report["advice"]) for report in json.loads(out)] == [True, False]


def test_import__what_was_imported_before_is_said(sitegen):
    sitegen("import", EXAMPLES / "deepseek")
    _, out, _ = sitegen("import", EXAMPLES / "deepseek")
    assert "6 found, 0 new, 0 changed, 6 unchanged" in out
    assert "imported before" in out


def test_import__unreadable_record_is_named_and_strict_makes_it_an_error(sitegen, tmp_path):
    whole = (EXAMPLES / "deepseek" / "conversations.json").read_bytes()
    (tmp_path / "conversations.json").write_bytes(whole[:-200])
    code, out, _ = sitegen("import", "conversations.json")
    assert (code, "5 new" in out, "1 unreadable" in out, "item 6" in out) == (0, True, True, True)
    code, _, _ = sitegen("import", "conversations.json", "--strict")
    assert code == 1


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_inspect__names_provider_form_and_counts(sitegen, name):
    code, out, err = sitegen("inspect", EXAMPLES / name, "--json")
    (report,) = json.loads(out)
    assert (code, err) == (0, "")
    assert report["provider"] in ("ChatGPT", "Claude", "Grok", "Grok on X", "DeepSeek")
    assert report["generation"]
    assert report["kinds"]["chat"] > 0
    assert report["messages"] > 0
    assert report["unreadable"] == []
    code, text, _ = sitegen("inspect", EXAMPLES / name)
    assert report["provider"] in text
    assert all(unknown in text for unknown in report["unknown"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><title>Log in</title>", "web page"),
        (b"", "empty"),
        (b"PK\x05\x06" + bytes(18), "empty zip"),
        (b"%PDF-1.7", "PDF"),
        (b'[{"mapping": {}, "create_ti', "breaks off"),
        (b'{"some": "json"}', "some"),
    ],
)
def test_inspect__what_is_no_export_is_called_by_its_name(sitegen, tmp_path, content, words):
    import re

    (tmp_path / "download.zip").write_bytes(content)
    code, out, err = sitegen("inspect", "download.zip")
    assert (code, out) == (1, "")
    assert re.search(words, err), err
    assert err.count("\n") == 1


def test_inspect__half_download_is_called_one(sitegen, tmp_path):
    whole = zipped(EXAMPLES / "grok", tmp_path / "whole.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    code, _, err = sitegen("inspect", "half.zip")
    assert code == 1
    assert "download" in err


def test_cli__wrong_usage_is_exit_code_2(sitegen):
    assert sitegen("import")[0] == 2
    assert sitegen("build", "--jobs", "0")[0] == 2
    assert sitegen("no-such-command")[0] == 2


def test_cli__one_bad_export_costs_only_itself(sitegen, tmp_path):
    (tmp_path / "page.zip").write_bytes(b"<html>")
    code, out, err = sitegen("build", "page.zip", EXAMPLES / "deepseek")
    assert code == 1
    assert "web page" in err
    assert "6 new" in out
    assert (tmp_path / "site" / "index.html").is_file()


def test_build__nothing_recognised_makes_neither_archive_nor_site(sitegen, tmp_path):
    (tmp_path / "page.zip").write_bytes(b"<html>")
    for command in ("build", "import"):
        code, out, err = sitegen(command, "page.zip")
        assert (code, out, err.count("\n")) == (1, "", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["page.zip"]


def test_import__dry_run_leaves_an_archive_as_it_was(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek")
    before = tree(tmp_path)
    _, out, _ = sitegen("import", EXAMPLES / "grok", "--dry-run")
    assert "9 new" in out
    assert tree(tmp_path) == before


def test_build__warns_of_a_rule_that_fits_nothing(sitegen, tmp_path):
    (tmp_path / "sitegen.toml").write_text('[[folders]]\nname = "Work"\nsource = "DeepSeek"\n')
    code, _, err = sitegen("build", EXAMPLES / "deepseek")
    assert (code, err) == (0, 'sitegen: warning: folders, rule 1 ("Work") fits no conversation\n')


def test_build__lost_attachment_costs_only_itself(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "grok")
    (lost, *_) = sorted(path for path in (tmp_path / "archive" / "attachments").rglob("*") if path.is_file())
    lost.unlink()
    code, _, err = sitegen("build")
    assert (code, err.count("\n")) == (0, 1)
    assert f"{lost.name} is gone from the archive" in err
    assert (tmp_path / "site" / "index.html").is_file()


def test_import__what_holds_no_conversation_is_no_import(sitegen, tmp_path):
    (tmp_path / "m.json").write_text(
        '{"version": "1.0", "created_at": "2026-09-18T16:59:47+00:00", "data_files": [{"batch_index": 0,'
        '"category": "conversations", "part": 0, "filename": "conversations-000.zip",'
        '"export_url": "https://x.example/SECRET"}]}'
    )
    code, out, _ = sitegen("build", "m.json")
    assert (code, "conversations-000.zip" in out, "SECRET" in out) == (0, True, False)
    assert "Claude" not in (tmp_path / "site" / "imports" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_import__what_to_download_is_said_however_quiet(sitegen, tmp_path, option):
    (tmp_path / "m.json").write_text('{"data_files": [{"category": "c", "filename": "chats-000.zip"}]}', "utf-8")
    code, _, err = sitegen("import", "m.json", option)
    assert code == 0
    assert err.startswith("sitegen: m.json: This is Claude's list of downloads") and err.endswith("chats-000.zip\n")


def test_cli__damaged_archive_is_one_line(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "grok")
    database = tmp_path / "archive" / "archive.sqlite"
    content = bytearray(database.read_bytes())
    content[4096:40_000] = bytes(35_904)
    database.write_bytes(content)
    code, out, err = sitegen("build")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "archive.sqlite" in err


def test_cli__config_mistake_is_one_line(sitegen, tmp_path):
    (tmp_path / "sitegen.toml").write_text("titel = 1\n")
    code, _, err = sitegen("build", EXAMPLES / "deepseek")
    assert code == 1
    assert err.startswith("sitegen: ")
    assert err.count("\n") == 1
    assert "titel" in err


def test_cli__every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in cli.cli.commands:
        assert f"sitegen {name}" in readme


def test_cli__error_stays_one_line_whatever_a_path_holds(sitegen):
    code, _, err = sitegen("import", "no\nsuch\x1b[31m.zip")
    assert (code, err) == (1, "sitegen: no such [31m.zip: No such file or directory\n")


def test_import__file_left_by_a_full_disk_becomes_the_archive(sitegen, tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.sqlite").touch()
    assert sitegen("build")[0] == 1
    assert "6 new" in sitegen("import", EXAMPLES / "deepseek", "--dry-run")[1]
    assert "6 new" in sitegen("import", EXAMPLES / "deepseek")[1]


def test_build__zone_that_this_machine_does_not_know_is_one_line(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek")
    with closing(sqlite3.connect(tmp_path / "archive" / "archive.sqlite")) as database, database:
        database.execute("UPDATE setting SET value = 'Mars/Olympus' WHERE name = 'timezone'")
    code, _, err = sitegen("build")
    assert (code, err.count("\n"), "Mars/Olympus" in err, "sitegen.toml" in err) == (1, 1, True, True)
    (tmp_path / "sitegen.toml").write_text('timezone = "Europe/Berlin"\n')
    assert sitegen("build")[0] == 0


def test_build__needs_no_zone_database_of_the_system(sitegen):
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    try:
        assert sitegen("build", EXAMPLES / "deepseek")[0] == 0
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs the list of a process's children")
def test_build__ctrl_c_while_processes_start_is_one_line(tmp_path):
    words = [sys.executable, "-m", "sitegen", "build", EXAMPLES / "deepseek", "--jobs", "2", "--quiet"]
    for _ in range(2):
        with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
            while run.poll() is None and not _children(run.pid):
                time.sleep(0.005)
            os.killpg(run.pid, signal.SIGINT)
            _, err = run.communicate()
        # click begins a new line after the ^C of the terminal
        assert (run.returncode, err.strip().count("\n")) == (130, 0), err


def _children(pid: int) -> str:
    """The processes that a process has started besides the one that tracks its resources."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return " ".join(child for child in listed if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
@pytest.mark.parametrize(
    "words", [["inspect", EXAMPLES / "deepseek"], ["export", "vault", "--format", "json", "--json"]], ids=lambda w: w[0]
)
def test_cli__result_that_cannot_be_written_is_one_line(sitegen, tmp_path, monkeypatch, words):
    sitegen("import", EXAMPLES / "deepseek", "--quiet")
    # What is written at once leaves Python nothing to write at its end.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "sitegen", *words]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "sitegen: standard output: can't be written: No space left on device\n"


def test_export__warning_stays_one_line_whatever_a_path_holds(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek", "--quiet")
    folder = tmp_path / "va\nu\x1b[31mlt"
    sitegen("export", folder, "--format", "markdown")
    note = next(folder.glob("*.md"))
    note.write_text("my own")
    code, out, err = sitegen("export", folder, "--format", "markdown", "--quiet")
    assert (code, out, err.count("\n"), "\x1b" in err) == (0, "", 1, False)
    assert err.startswith("sitegen: warning: ")
    assert f"{note.name} was changed by hand" in err


def test_export__writes_what_the_conditions_select(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek", EXAMPLES / "grok", "--quiet")
    code, out, err = sitegen("export", "vault", "--format", "markdown", "--source", "deepseek", "--after", "2025-10-01")
    assert (code, err) == (0, "")
    assert out == "4 conversations in vault: 4 files written\n"
    assert len(list((tmp_path / "vault").glob("*.md"))) == 4
    code, out, _ = sitegen("export", "vault", "--format", "markdown", "--id", "no-such-id")
    assert (code, out) == (1, "")
    code, out, _ = sitegen(
        "export", "vault", "--format", "markdown", "--source", "grok", "--source", "deepseek", "--json"
    )
    assert json.loads(out)["conversations"] == 15
    assert sitegen("export", "vault", "--format", "pdf")[0] == 2
    assert sitegen("export", "vault", "--format", "json", "--after", "yesterday")[0] == 2


def test_export__without_an_archive_or_into_a_folder_in_use_is_one_line(sitegen, tmp_path):
    code, _, err = sitegen("export", "out", "--format", "json")
    assert (code, err.count("\n")) == (1, 1)
    sitegen("import", EXAMPLES / "deepseek", "--quiet")
    names = sorted(path.name for path in (tmp_path / "archive").iterdir())
    code, _, err = sitegen("export", "archive", "--format", "json")
    assert (code, err.count("\n"), "own folder" in err) == (1, 1, True)
    assert sorted(path.name for path in (tmp_path / "archive").iterdir()) == names


def test_export__json_comes_back_and_merges_with_the_providers_own(sitegen):
    sitegen("import", EXAMPLES / "deepseek", "--quiet")
    sitegen("export", "out", "--format", "json", "--quiet")
    code, out, _ = sitegen("inspect", "out")
    assert (code, "sitegen" in out, "6 conversations" in out) == (0, True, True)
    _, out, _ = sitegen("import", "out", "--archive", "other")
    assert "6 found, 6 new" in out
    _, out, _ = sitegen("import", EXAMPLES / "deepseek", "--archive", "other")
    assert "6 found, 0 new, 0 changed, 6 unchanged" in out
