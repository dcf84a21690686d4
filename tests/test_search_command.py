"""`sitegen search` as people and scripts use it: what it says, what it narrows to, what it keeps for builds."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from makers import conversation, dialogue, message

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.cli.findings import answer_lines
from sitegen.config import load_config
from sitegen.model import Attachment, ImageBlock
from sitegen.rules import Selection
from sitegen.searching import Narrowing, search_archive

EXAMPLES = Path(__file__).parent.parent / "example_export"


@pytest.fixture
def archive(tmp_path):
    """Two conversations in the folder that commands look for."""
    with Archive(tmp_path / "archive", "UTC") as made, made.transaction():
        made.put(conversation("Budget report", *dialogue("How much is the rent?", "The rent is 500 euros."), id="c1"))
        made.put(
            conversation(
                "Weather", *dialogue("Will it rain?", "The rent of umbrellas will rise."), id="c2", source="grok"
            )
        )
    return tmp_path / "archive"


def found(out: str) -> list[str]:
    return [result["title"] for result in json.loads(out)["results"]]


def test_search__tells_people_what_was_found_best_first(sitegen, archive):
    code, out, err = sitegen("search", "rent euros")
    assert (code, err) == (0, "")
    first, facts, answer, question, *others, blank, count = out.splitlines()
    assert (first, blank, count) == ("Budget report", "", "2 conversations, 3 messages")
    assert facts.startswith("  5 Mar 2026 · ChatGPT · chats/chatgpt/2026/03-05-")
    assert (answer, question) == ("  Answer: The rent is 500 euros.", "  You: How much is the rent?")
    assert others[1] == "Weather"


def test_search__needs_no_site_and_makes_none(sitegen, archive, tmp_path):
    sitegen("search", "rent")
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]
    assert sorted(path.name for path in archive.iterdir()) == ["archive.sqlite", "cache.sqlite"]


def test_search__without_an_archive_says_how_to_make_one(sitegen, tmp_path):
    code, out, err = sitegen("search", "rent")
    assert (code, out) == (1, "")
    assert err == "sitegen: archive: no archive here; make one with: sitegen import EXPORT --archive archive\n"


def test_search__nothing_found_is_exit_code_1_as_of_grep(sitegen, archive):
    assert sitegen("search", "nowhere") == (1, "Nothing found\n", "")
    code, out, _ = sitegen("search", "nowhere", "--json")
    assert (code, json.loads(out)["results"]) == (1, [])


def test_search__json_is_for_scripts(sitegen, archive, tmp_path):
    code, out, err = sitegen("search", "title:budget euros", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert (answer["query"], answer["notes"], answer["conversations"], answer["messages"]) == (
        "title:budget euros", [], 1, 1,
    )  # fmt: skip
    (result,) = answer["results"]
    assert (result["title"], result["date"], result["source"], result["source_label"], result["folder"]) == (
        "Budget report", "2026-03-05", "chatgpt", "ChatGPT", "",
    )  # fmt: skip
    (passage,) = result["passages"]
    assert (passage["role"], passage["terms"]) == ("assistant", ["euro"])
    assert [passage["text"][start:end] for start, end in passage["marks"]] == ["euros"]
    assert result["score"] >= passage["score"] > 0
    sitegen("build", "--quiet")
    assert f'id="{passage["anchor"]}"' in (tmp_path / "site" / result["page"]).read_text("utf-8")


def test_search__limit_tells_that_there_are_more(sitegen, archive):
    _, out, _ = sitegen("search", "rent", "--limit", 1)
    assert out.splitlines()[-1] == "2 conversations, 3 messages; 1 shown, --limit shows more"
    assert len(found(sitegen("search", "rent", "--limit", 1, "--json")[1])) == 1


def test_search__without_words_lists_everything_the_newest_first(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek", "--quiet")
    code, out, _ = sitegen("search", "", "--json")
    dates = [result["date"] for result in json.loads(out)["results"]]
    assert (code, len(dates), dates) == (0, 6, sorted(dates, reverse=True))


def test_search__is_narrowed_by_the_conditions_of_export(sitegen, archive, tmp_path):
    (tmp_path / "sitegen.toml").write_text('[[folders]]\nname = "Home/Money"\ntitle = "*report*"\n')
    for words, titles in (
        (["--source", "grok"], ["Weather"]),
        (["--folder", "Home"], ["Budget report"]),
        (["--title", "*e*t*er*", "--after", "2026-03-05"], ["Weather"]),
        (["--source", "grok", "--source", "chatgpt"], ["Budget report", "Weather"]),
        (["--before", "2026-03-05"], []),
    ):
        assert sorted(found(sitegen("search", "rent", "--json", *words)[1])) == titles, words
    assert "Home/Money" in sitegen("search", "euros")[1]


def test_search__role_leaves_other_messages_out(sitegen, archive):
    assert found(sitegen("search", "rent", "--role", "user", "--json")[1]) == ["Budget report"]
    # A title stands for every conversation that has a message of the role.
    assert found(sitegen("search", "weather", "--role", "user", "--json")[1]) == ["Weather"]
    assert sitegen("search", "weather", "--role", "tool")[0] == 1
    assert sitegen("search", "", "--role", "tool")[0] == 1


def test_search__what_a_machine_writes_is_searched_in_parts_only_where_nothing_has_it_whole(sitegen, archive):
    with Archive(archive, "UTC") as opened, opened.transaction():
        opened.put(conversation("Release", *dialogue("Is v2.3.1 out?", "Yes."), id="c3"))
        opened.put(conversation("Parts", *dialogue("Why v2?", "For 3 or 1."), id="c4", source="grok"))
    whole = json.loads(sitegen("search", "v2.3.1", "--json")[1])
    assert ([result["title"] for result in whole["results"]], whole["notes"]) == (["Release"], [])
    # Narrowing does not make it a word that nothing has.
    assert sitegen("search", "v2.3.1", "--source", "grok")[0] == 1
    parts = json.loads(sitegen("search", "v2.3.9", "--json")[1])
    assert sorted(result["title"] for result in parts["results"]) == ["Parts", "Release"]
    assert parts["notes"] == ["Nothing has “v2.3.9” in one piece: its parts were searched."]


def test_search__flags_are_words_for_people(sitegen, tmp_path):
    picture = message("1", "user", blocks=(ImageBlock(Attachment("cat", name="cat.png")),))
    with Archive(tmp_path / "archive", "UTC") as made, made.transaction():
        made.put(conversation("Picture", picture, id="p", flags=("starred",)))
    (result,) = json.loads(sitegen("search", "title:picture", "--json")[1])["results"]
    assert result["flags"] == ["starred"]


def test_search__broken_query_is_searched_as_plain_words_with_a_note(sitegen, archive):
    code, out, err = sitegen("search", "nofield:euros")
    assert (code, out.splitlines()[0]) == (0, "Budget report")
    assert err.startswith("sitegen: note: Searched as plain words: ")
    assert err.count("\n") == 1
    assert json.loads(sitegen("search", "nofield:euros", "--json")[1])["notes"] != []


@pytest.mark.parametrize(
    "words",
    [[], ["a", "b"], ["a", "--limit", "0"], ["a", "--limit", "x"], ["a", "--role", "x"], ["a", "--after", "x"]],
    ids=" ".join,
)
def test_search__wrong_usage_is_exit_code_2(sitegen, words):
    code, out, err = sitegen("search", *words)
    assert (code, out) == (2, "")
    assert sum(line.startswith("Error: ") for line in err.splitlines()) == 1


def test_search__phrases(sitegen, archive):
    assert found(sitegen("search", '"rent of umbrellas"', "--json")[1]) == ["Weather"]
    assert sitegen("search", '"umbrellas of rent"')[0] == 1
    assert found(sitegen("search", 'rent -"rent of umbrellas"', "--json")[1]) == ["Budget report"]


def test_search__query_that_is_no_utf_8(sitegen, archive):
    code, out, _ = sitegen("search", "rent \udcff", "--json")
    assert (code, len(found(out))) == (0, 2)
    assert sitegen("search", "x\udcff:rent")[0] == 0


def test_search__output_that_takes_few_characters_gets_question_marks(archive, tmp_path):
    command = [sys.executable, "-m", "sitegen", "search", "euros"]
    environment = {**os.environ, "PYTHONIOENCODING": "iso8859-5"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"  5 Mar 2026 ? ChatGPT ? chats/" in done.stdout


EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31m needle \x9b1m\u202etxt\u2066\r\x08 end"


def test_search__no_control_character_of_a_chat_reaches_the_terminal(sitegen, tmp_path):
    with Archive(tmp_path / "archive", "UTC") as archive, archive.transaction():
        archive.put(conversation(f"T {EVIL}", *dialogue(f"ask {EVIL}", f"answer\n\n```\n{EVIL}\n```\n")))
    code, out, _ = sitegen("search", "needle")
    assert code == 0
    assert out.count("needle") == 3
    assert not set(out) & {chr(n) for n in (*range(10), *range(11, 32), *range(127, 160), 0x202E, 0x2066)}
    code, out, _ = sitegen("search", "needle", "--json")
    assert (code, out.isascii()) == (0, True)
    assert not set(out) & {chr(n) for n in (*range(10), *range(11, 32), 127)}


def test_search__on_a_terminal_only_bold_is_said_to_it(tmp_path):
    with Archive(tmp_path / "archive", "UTC") as archive:
        with archive.transaction():
            archive.put(conversation(f"T {EVIL}", *dialogue(f"ask {EVIL}", "answer")))
        answer = search_archive(archive, load_config(None), "needle", limit=10)
    lines = "".join(answer_lines(answer))
    assert lines.count("\x1b[1mneedle\x1b[0m") == 2
    assert "\x1b" not in lines.replace("\x1b[1m", "").replace("\x1b[0m", "")


# --- the cache --------------------------------------------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_search__what_it_makes_is_made_once_for_builds_and_searches(tmp_path):
    config = load_config(None)
    done: list[tuple[int, int]] = []
    with Archive(tmp_path / "archive", "UTC") as archive:
        with archive.transaction():
            archive.put(conversation("One", *dialogue("first words"), id="c1"))
            archive.put(conversation("Two", *dialogue("second words"), id="c2"))
        search_archive(archive, config, "words", limit=1, progress=lambda *state: done.append(state))
        search_archive(archive, config, "words", limit=1, progress=lambda *state: done.append(state))
        assert done == [(1, 2), (2, 2)]
        build_site(archive, tmp_path / "after", config, jobs=1)
        with archive.transaction():
            archive.put(conversation("Two", *dialogue("second words", "more words"), id="c2"))
        done.clear()
        answer = search_archive(archive, config, "more", limit=1, progress=lambda *state: done.append(state))
        assert (done, answer.messages) == ([(1, 1)], 1)
        build_site(archive, tmp_path / "after", config, jobs=1)
        (tmp_path / "archive" / "cache.sqlite").unlink()
        build_site(archive, tmp_path / "alone", config, jobs=1)
        search_archive(archive, config, "more", limit=1, progress=lambda *state: done.append(state))
    assert done == [(1, 1)]
    assert files_of(tmp_path / "after") == files_of(tmp_path / "alone")


def test_search__what_has_left_the_archive_is_not_found(tmp_path):
    config = load_config(None)
    with Archive(tmp_path / "archive", "UTC") as archive:
        with archive.transaction():
            archive.put(conversation("One", message("1", "user", "old words")))
        assert search_archive(archive, config, "old", limit=1).conversations == 1
        with archive.transaction():
            archive.put(conversation("One", message("1", "user", "new words")))
        assert search_archive(archive, config, "old", limit=1).conversations == 0
        # A term that no text holds any more weighs nothing either.
        before = search_archive(archive, config, "words ol*", limit=1).results[0].score
        (tmp_path / "archive" / "cache.sqlite").unlink()
        assert search_archive(archive, config, "words ol*", limit=1).results[0].score == before


def test_search__in_worker_processes_and_without_a_theme_is_the_same(sitegen, tmp_path):
    sitegen("import", EXAMPLES / "deepseek", EXAMPLES / "grok", "--quiet")
    narrowing = Narrowing(Selection(source=("grok",)))
    answers = []
    with Archive(tmp_path / "archive") as archive:
        for jobs in (1, 2):
            config = load_config(None, {"theme": "no-such-theme"})
            answers.append(search_archive(archive, config, "the", limit=3, narrowing=narrowing, jobs=jobs))
            (tmp_path / "archive" / "cache.sqlite").unlink()
    assert answers[0] == answers[1]
    assert answers[0].conversations > 0


def test_search__damaged_cache_is_one_line(sitegen, archive):
    sitegen("search", "rent")
    with closing(sqlite3.connect(archive / "cache.sqlite")) as db, db:
        db.execute("UPDATE kept SET content = x'00'")
    code, out, err = sitegen("search", "rent")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "cache.sqlite in the archive is damaged" in err


def test_search__finds_notes_and_narrows_to_tags(sitegen, archive, tmp_path):
    key = conversation(id="c2", source="grok").key
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / f"{key}.md").write_text("Bought an umbrella, platypus brand.")
    (tmp_path / "sitegen.toml").write_text('[[tags]]\nname = "to buy"\ntext = "umbrella"\n')
    _, out, _ = sitegen("search", "platypus")
    assert "  Your note: Bought an umbrella, platypus brand." in out
    assert " · to buy · " in out
    assert found(sitegen("search", "rent", "--tag", "to buy", "--json")[1]) == ["Weather"]
    assert found(sitegen("search", "platypus", "--role", "user", "--json")[1]) == ["Weather"]
    (tmp_path / "notes" / f"{key}.md").unlink()
    assert sitegen("search", "platypus")[0] == 1
