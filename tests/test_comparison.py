"""The comparison with other programs: its figures, its tables, their place in a document, and that it can go on after
an interruption. What the programs cost is never tested."""

from __future__ import annotations

import json
import sys
import zipfile
from itertools import islice
from pathlib import Path

import pytest
import yaml
from as_markdown import Count, described, page, session, write_pages, write_sessions
from compare import chosen_subjects, main, take
from comparison_report import BEGIN, END, Named, builds, replaced, scaling, section, table
from comparison_runs import Run, already_there, current, pairs, ratio, seconds, spread
from corpus import conversations, write_zip
from corpus_shapes import Talk, Turn, talk_of
from floor import split_and_write
from measuring import Cost, measure
from peers import PEERS, Place, Step, Subject
from workshop import SLOW_AFTER_REMOVING, Workshop

NAMES = {"sitegen": Named("sitegen", "all of it"), "other": Named("Other", "half of it")}
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures with /proc")


def run_of(subject: str, number: int, *walls: float, version: str = "1", size: int = 100, failed: str = "") -> Run:
    steps = [Cost(f"step {place}", wall, wall * 2, 10, 5, 15) for place, wall in enumerate(walls)]
    run = Run(subject, size, 1, number, version, "2026-01-02T03:04:05+00:00", "a machine", steps, len(walls))
    run.output_bytes, run.output_files, run.failed = 5_000_000, 7, failed
    run.extra = {"index_bytes": 400_000, "quoted_bytes": 900_000, "text_bytes": 1_000_000}
    return run


# --- figures ---------------------------------------------------------------------------------------------------------


def test_spread__is_the_median_with_the_least_and_the_greatest() -> None:
    assert spread([3.0, 1.0, 10.0], seconds) == "3.00 (1.00 to 10.0)"
    assert spread([2.5], seconds) == "2.50"
    assert spread([], seconds) == ""


@pytest.mark.parametrize(("value", "shown"), [(0.0312, "0.031"), (0.0996, "0.10"), (0.6, "0.60"), (12.345, "12.35")])
def test_ratio__small_ones_have_a_digit_more(value: float, shown: str) -> None:
    assert ratio(value) == shown


def test_pairs__only_rounds_that_both_have_are_compared() -> None:
    ours = [run_of("sitegen", 1, 1.0, 2.0), run_of("sitegen", 2, 4.0, 4.0), run_of("sitegen", 3, 9.0)]
    theirs = [run_of("other", 2, 16.0), run_of("other", 1, 4.0)]

    assert pairs(ours, theirs, "wall") == [0.75, 0.5]


def test_pairs__a_run_from_before_ours_is_of_another_sitting() -> None:
    ours, theirs = run_of("sitegen", 1, 1.0), run_of("other", 1, 4.0)
    ours.began = "2026-01-02T09:00:00+00:00"

    assert pairs([ours], [theirs], "wall") == []


def test_already_there__a_changed_leader_makes_its_rounds_anew() -> None:
    ours, theirs = run_of("sitegen", 1, 1.0), run_of("other", 1, 4.0)

    assert already_there([ours, theirs], 100, {"sitegen": "1", "other": "1"}, "sitegen") == {
        ("sitegen", 1),
        ("other", 1),
    }
    assert already_there([ours, theirs], 100, {"sitegen": "2", "other": "1"}, "sitegen") == set()
    assert already_there([ours, theirs], 100, {"other": "1"}, "sitegen") == {("other", 1)}
    assert already_there([ours, theirs], 200, {"sitegen": "1", "other": "1"}, "sitegen") == set()


def test_current__runs_of_an_earlier_version_do_not_count() -> None:
    runs = [run_of("other", 1, 1.0), run_of("other", 2, 1.0), run_of("other", 1, 5.0, version="2")]

    assert current(runs) == {("other", 100): [runs[2]]}


def test_current__the_last_run_of_a_round_counts() -> None:
    first, other, again = run_of("other", 1, 1.0), run_of("other", 2, 1.0), run_of("other", 1, 3.0)

    assert current([first, other, again]) == {("other", 100): [again, other]}


# --- tables ----------------------------------------------------------------------------------------------------------


def test_table__bars_in_cells_do_not_end_them() -> None:
    assert table(["a", "b"], [["1|2", "3"]]) == "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |"


def test_builds__each_program_has_a_row_with_its_ratio() -> None:
    runs = current([run_of("sitegen", 1, 1.0, 2.0), run_of("other", 1, 4.0), run_of("sitegen", 2, 2.0, 2.0)])

    rows = builds(runs, 100, NAMES).splitlines()[2:]

    assert rows == [
        "| sitegen (1) | 3.50 (3.00 to 4.00) | 7.00 (6.00 to 8.00) |  |  | 15.0 (15.0 to 15.0) | 5.0 | 7 |",
        "| Other (1) | 4.00 | 8.00 | 0.75 | 0.75 | 15.0 | 5.0 | 7 |",
    ]


def test_section__a_failed_program_is_named_with_its_own_words() -> None:
    text = section([run_of("sitegen", 1, 1.0, 2.0), run_of("other", 1, 4.0, failed="exit code 3: no")], {}, NAMES)

    assert "| Other (1) | failed, see below |" in text
    assert "- Other at 100: exit code 3: no" in text


def test_section__holds_counts_steps_sizes_and_the_month() -> None:
    ours = run_of("sitegen", 1, 1.0, 3.0, 0.1)
    ours.first = 2
    count = Count(100, 60, 2_000_000, 50, 1_600_000, 1_700_000)

    text = section([ours, run_of("help", 1, 0.1, 0.3, 0.2)], {100: count}, NAMES)

    assert described(count) in text
    assert "400,000 bytes (20.0%)" in text
    assert "| step 1 | 3.00 | 6.00 | 0.75 | 10.0 | 5.0 |" in text
    assert "| step 2 | 0.10 | 0.20 | 0.025 | 10.0 | 5.0 |" in text
    assert "index has 0.40 MB (0.40 of the plain text, 0.20 of its Markdown), and the texts that" in text
    assert "`sitegen --help` takes 0.20 (0.10 to 0.30) s, the median of 3 calls" in text


def test_section__two_machines_are_both_named() -> None:
    other = run_of("other", 1, 4.0)
    other.machine = "another machine"

    assert "a machine; another machine. 2026-01-02" in section([run_of("sitegen", 1, 1.0, 2.0), other], {}, NAMES)


def test_scaling__costs_stand_for_a_single_conversation() -> None:
    runs = current([run_of("scaling", 1, 1.0, 3.0, size=1000), run_of("scaling", 1, 20.0, 50.0, size=10_000)])

    rows = scaling(runs).splitlines()[2:]

    assert rows[0] == "| 1,000 | 4.00 | 8.00 | 8.00 | 5.0 | 0.4 | 10.0 | 5.0 |"
    assert rows[1].startswith("| 10,000 | 70.0 | 140.0 | 14.0 | 0.5 | 0.0 |")


def test_scaling__says_how_memory_grows_with_each_further_ten_thousand() -> None:
    small, large = run_of("scaling", 1, 1.0, 3.0, size=10_000), run_of("scaling", 1, 1.0, 3.0, size=100_000)
    large.steps[1].main_mb = 910

    assert scaling(current([small, large])).endswith("the main process grows by 100 MB from 10,000 to 100,000.")
    assert "grows" not in scaling(current([small]))


# --- the document ----------------------------------------------------------------------------------------------------


def test_replaced__only_the_part_between_the_marks_changes() -> None:
    document = f"# Results\n\nby hand\n\n{BEGIN}\nold\n{END}\n\nby hand, too\n"

    assert replaced(document, "new") == f"# Results\n\nby hand\n\n{BEGIN}\n\nnew\n\n{END}\n\nby hand, too\n"
    assert replaced(replaced(document, "other"), "new") == replaced(document, "new")


def test_replaced__without_marks_the_part_comes_last() -> None:
    assert replaced("# Results\n", "new") == f"# Results\n\n{BEGIN}\n\nnew\n\n{END}\n"


@pytest.mark.parametrize("marks", [BEGIN, END, f"{END} {BEGIN}", f"{BEGIN} {END} {BEGIN}"])
def test_replaced__damaged_marks_are_an_error(marks: str) -> None:
    with pytest.raises(ValueError, match="marks"):
        replaced(f"before {marks} after", "new")


# --- what the others read --------------------------------------------------------------------------------------------

TURNS = (
    Turn("q", "", "user", "Why?", 1_700_000_000.5),
    Turn("a", "q", "assistant", "First answer", 1_700_000_010.0),
    Turn("b", "q", "assistant", "Zweite Antwört", 1_700_000_020.0),
)
TALK = Talk("id-1", 'A "title": yes', 1_700_000_000.0, 1_700_000_020.0, "gpt-5", "b", TURNS)


def test_page__holds_front_matter_and_the_branch_that_is_shown() -> None:
    _, head, body = page(TALK).split("---\n", 2)

    assert yaml.safe_load(head)["title"] == 'A "title": yes'
    assert body == "\n## You\n\nWhy?\n\n## ChatGPT\n\nZweite Antwört\n"


def test_session__holds_the_branch_that_is_shown_line_by_line() -> None:
    lines = [json.loads(line) for line in session(TALK).splitlines()]

    assert [line["type"] for line in lines] == ["summary", "user", "assistant"]
    assert lines[1]["message"] == {"role": "user", "content": "Why?"}
    assert lines[2]["message"]["content"] == [{"type": "text", "text": "Zweite Antwört"}]


def test_write_pages__counts_both_sides(tmp_path: Path) -> None:
    count = write_pages([TALK], tmp_path)

    assert count == Count(1, 3, 4 + 12 + 15, 2, 4 + 15, len(page(TALK).encode()))
    assert (tmp_path / "2023" / "11" / "id-1.md").read_text("utf-8") == page(TALK)


def test_write_pages__every_conversation_of_the_corpus_has_a_file(tmp_path: Path) -> None:
    talks = [talk_of(value) for value in islice(conversations(3), 30)]

    pages, sessions = write_pages(talks, tmp_path / "pages"), write_sessions(talks, tmp_path / "sessions")

    assert len(list(tmp_path.glob("pages/*/*/*.md"))) == len(list(tmp_path.glob("sessions/*/*.jsonl"))) == 30
    assert (pages.shown_bytes, pages.shown_messages) == (sessions.shown_bytes, sessions.shown_messages)
    assert pages.shown_bytes < pages.written_bytes


def test_floor__writes_every_conversation_s_own_bytes(tmp_path: Path) -> None:
    write_zip(tmp_path / "export.zip", 6, 3)

    assert split_and_write(tmp_path / "export.zip", tmp_path / "out") == 6

    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        expected = json.loads(archive.read("conversations.json"))
    found = {(value := json.loads(file.read_bytes()))["id"]: value for file in (tmp_path / "out").iterdir()}
    assert found == {value["id"]: value for value in expected}


# --- running ---------------------------------------------------------------------------------------------------------

CODE = "import pathlib, sys; f = pathlib.Path('out'); f.mkdir(); (f / '1.txt').write_text('12345'); sys.exit({code})"


def subject(name: str, code: int = 0, requirements: tuple[str, ...] = ()) -> Subject:
    def steps(place: Place) -> list[Step]:
        return [Step("make", [sys.executable, "-c", CODE.format(code=code)])]

    return Subject(name, name.title(), (), steps, "out", "*.txt", "", requirements)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "work", 1)


def measured(workshop: Workshop) -> list[tuple[str, int, bool]]:
    return [(run.subject, run.round, bool(run.failed)) for run in workshop.runs()]


@LINUX
def test_take__programs_take_turns_and_every_run_is_kept(workshop: Workshop) -> None:
    take(workshop, [subject("a"), subject("b")], 1, 2, False, 60)

    assert measured(workshop) == [("a", 1, False), ("b", 1, False), ("a", 2, False), ("b", 2, False)]
    assert {(run.output_bytes, run.output_files) for run in workshop.runs()} == {(5, 1)}


@LINUX
def test_take__what_programs_made_stays_until_all_have_run(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("workshop.time.sleep", waits.append)

    take(workshop, [subject("a")], 1, 2, False, 60)
    made = list(workshop.folder.glob("runs/a-*/out/1.txt"))
    workshop.tidy()
    take(workshop, [subject("a")], 1, 3, False, 60)

    assert len(made) == 2
    assert not any(file.exists() for file in made)
    # Removing files makes new ones slow for a while.
    assert [round(wait, -1) for wait in waits] == [SLOW_AFTER_REMOVING]


@LINUX
def test_main__a_report_removes_nothing_of_a_command_at_work(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(workshop, [subject("a")], 1, 1, False, 60)
    made = list(workshop.folder.glob("runs/a-*/out/1.txt"))
    monkeypatch.setattr(
        "sys.argv", ["compare", "--report", "--folder", str(workshop.folder), "--results", str(tmp_path / "results.md")]
    )

    main()

    assert (tmp_path / "results.md").exists()
    assert [file.exists() for file in made] == [True]


@LINUX
def test_take__goes_on_where_it_stopped(workshop: Workshop) -> None:
    take(workshop, [subject("a")], 1, 1, False, 60)
    with (workshop.folder / "measurements.jsonl").open("ab") as file:
        file.write(b'{"subject":"a","conver')

    take(workshop, [subject("a"), subject("b")], 1, 2, False, 60)

    assert measured(workshop) == [("a", 1, False), ("b", 1, False), ("a", 2, False), ("b", 2, False)]


@LINUX
def test_take__rounds_are_run_again_if_asked(workshop: Workshop) -> None:
    take(workshop, [subject("a")], 1, 1, False, 60)

    take(workshop, [subject("a")], 1, 1, True, 60)

    assert measured(workshop) == [("a", 1, False), ("a", 1, False)]


@LINUX
def test_take__what_fails_is_kept_with_its_message_and_not_tried_again(workshop: Workshop) -> None:
    take(workshop, [subject("a", code=3), subject("b")], 1, 2, False, 60)

    assert measured(workshop) == [("a", 1, True), ("b", 1, False), ("b", 2, False)]
    assert workshop.runs()[0].failed.startswith("make: exit code 3")


@LINUX
def test_take__a_program_that_leaves_conversations_out_has_failed(workshop: Workshop) -> None:
    take(workshop, [subject("a")], 2, 1, False, 60)

    assert workshop.runs()[0].failed == "it made 1 pages of 2 conversations"


@LINUX
def test_take__a_program_that_cannot_be_installed_stops_no_other(workshop: Workshop, tmp_path: Path) -> None:
    take(workshop, [subject("a", requirements=(f"{tmp_path}/no-such-package",)), subject("b")], 1, 1, False, 60)

    assert measured(workshop) == [("a", 1, True), ("b", 1, False)]
    assert workshop.runs()[0].failed.startswith("pip: ")


@LINUX
def test_measure__processes_that_a_command_starts_are_counted_apart(tmp_path: Path) -> None:
    hold = "held = bytearray(60_000_000); import time; time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"

    cost = measure("step", [sys.executable, "-c", code], tmp_path, {}, tmp_path / "log", 60)

    assert not cost.failed
    assert cost.worker_mb > 55
    assert cost.main_mb < cost.worker_mb < cost.together_mb


@LINUX
def test_measure__a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    cost = measure("step", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path, {}, tmp_path / "log", 0.2)

    assert cost.failed == "over 0.2 s"


@LINUX
def test_measure__says_the_end_of_what_a_failed_command_printed(tmp_path: Path) -> None:
    cost = measure("step", [sys.executable, "-c", "raise SystemExit('no luck')"], tmp_path, {}, tmp_path / "log", 60)

    assert cost.failed == "exit code 1: no luck"


def test_chosen_subjects__slow_ones_run_at_large_sizes_only_if_asked() -> None:
    large = {subject.name for subject in chosen_subjects([], 10_000)}

    assert "zensical" in {subject.name for subject in chosen_subjects([], 1000)}
    assert "zensical" not in large
    assert "hugo" in large
    assert [subject.name for subject in chosen_subjects(["zensical"], 10_000)] == ["zensical"]


def test_peers__every_one_says_what_it_leaves_out() -> None:
    assert all(peer.note and peer.requirements and peer.pages for peer in PEERS)
