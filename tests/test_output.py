import io
from pathlib import Path

import pytest

from sitegen.errors import OutputError
from sitegen.output import MANIFEST_NAME, Output


def build(folder: Path, **files: str) -> Output:
    output = Output(folder)
    for name, text in files.items():
        output.write(f"{name}.html", text.encode())
    output.finish()
    return output


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


def test_output__same_again_writes_no_file(tmp_path):
    build(tmp_path, a="1", b="2")
    before = state(tmp_path)
    again = build(tmp_path, a="1", b="2")
    assert (again.written, again.unchanged, again.removed) == (0, 2, 0)
    assert state(tmp_path) == before


def test_output__only_what_differs_is_written_and_what_is_gone_removed(tmp_path):
    build(tmp_path, a="1", b="2", c="3")
    again = build(tmp_path, a="1", b="two")
    assert (again.written, again.unchanged, again.removed) == (1, 1, 1)
    assert {p.name for p in tmp_path.iterdir()} == {"a.html", "b.html", MANIFEST_NAME}


def test_output__empty_folders_go_and_foreign_files_stay(tmp_path):
    output = Output(tmp_path)
    output.write("deep/er/a.html", b"1")
    output.write("mixed/b.html", b"1")
    output.finish()
    (tmp_path / "mixed" / "mine.txt").write_text("keep")
    build(tmp_path, a="1")
    assert not (tmp_path / "deep").exists()
    assert (tmp_path / "mixed" / "mine.txt").read_text() == "keep"


def test_output__folder_of_others_is_refused(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(OutputError, match="did not make"):
        Output(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.doc"]


def test_output__interrupted_build_is_compared_by_content(tmp_path):
    build(tmp_path, a="1", b="2")
    interrupted = Output(tmp_path)
    interrupted.write("a.html", b"9")
    (tmp_path / "b.html").write_text("X")  # as long as before, so only its bytes tell
    again = build(tmp_path, a="1", b="2")
    assert again.written == 2
    assert (tmp_path / "b.html").read_text() == "2"
    assert {p.name for p in tmp_path.iterdir()} == {"a.html", "b.html", MANIFEST_NAME}


def test_output__path_out_of_the_folder_is_refused(tmp_path):
    output = Output(tmp_path / "site")
    for name in ("../a.html", "/a.html", ""):
        with pytest.raises(ValueError, match="relative path"):
            output.write(name, b"")


def test_output__copy_opens_its_source_only_when_needed(tmp_path):
    for expected in (1, 0):
        opened: list[int] = []

        def source(opened: list[int] = opened) -> io.BytesIO:
            opened.append(1)
            return io.BytesIO(b"x")

        output = Output(tmp_path)
        output.copy("files/x.bin", "digest", source)
        output.finish()
        assert len(opened) == expected


def test_output__two_builds_at_once_leave_no_trusted_mixture(tmp_path):
    first, second = Output(tmp_path), Output(tmp_path)
    first.write("a.html", b"1")
    second.write("a.html", b"2")
    second.finish()
    with pytest.raises(OutputError, match="another build"):
        first.finish()
    (tmp_path / "a.html").write_text("9")  # as the two may have left it, whatever the manifest says
    assert build(tmp_path, a="2").written == 1
    assert (tmp_path / "a.html").read_text() == "2"
