import hashlib
import io
import os
from pathlib import Path

import pytest

from sitegen.errors import OutputError
from sitegen.output import DIRTY_NAME, MANIFEST_NAME, TEMPORARY, Output


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


def test_output__product_whose_making_failed_is_made_again(tmp_path):
    output = Output(tmp_path)
    with pytest.raises(ZeroDivisionError), output.product("half", "basis"):
        output.write("a.html", b"1")
        raise ZeroDivisionError
    with output.product("whole", "basis"):
        output.write("b.html", b"2")
    output.finish()
    again = Output(tmp_path)
    assert not again.keep("half", "basis")
    assert again.keep("whole", "basis")


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
        output.copy("files/x.bin", "digest", 1, source)
        output.finish()
        assert len(opened) == expected


def test_output__what_a_broken_off_build_added_is_removed(tmp_path):
    build(tmp_path, a="1")
    killed = Output(tmp_path)
    killed.write("deep/new.html", b"added by the killed build, in no manifest")
    build(tmp_path, a="1")
    assert {p.name for p in tmp_path.rglob("*")} == {"a.html", MANIFEST_NAME}


def test_output__torn_marker_costs_no_file_of_others(tmp_path):
    build(tmp_path, a="1")
    (tmp_path / "mine.txt").write_text("keep")
    (tmp_path / DIRTY_NAME).write_bytes(b"../outside.txt\n/etc/x\n\x00\xff\nmine.txt")
    build(tmp_path, a="1")
    assert {p.name for p in tmp_path.iterdir()} == {"a.html", "mine.txt", MANIFEST_NAME}


def test_output__temporary_files_of_dead_builds_are_cleared(tmp_path):
    build(tmp_path, a="1")
    (tmp_path / f"{TEMPORARY}-99999").write_text("half a pa")
    build(tmp_path, a="1")
    assert {p.name for p in tmp_path.iterdir()} == {"a.html", MANIFEST_NAME}


def test_output__link_to_a_folder_elsewhere_is_not_followed(tmp_path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    output = Output(site)
    output.write("chats/a.html", b"1")
    output.finish()
    (site / "chats").rename(elsewhere)
    (site / "chats").symlink_to(elsewhere)
    for act in (lambda: Output(site).write("chats/a.html", b"2"), lambda: Output(site).finish()):
        with pytest.raises(OutputError, match="leads elsewhere"):
            act()
    assert (elsewhere / "a.html").read_bytes() == b"1"


def test_output__link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path):
    site, precious = tmp_path / "site", tmp_path / "precious"
    build(site, a="1")
    precious.write_text("1")
    (site / "a.html").unlink()
    (site / "a.html").symlink_to(precious)
    build(site, a="1")
    assert not (site / "a.html").is_symlink()
    build(site, a="2")
    assert precious.read_text() == "1"


def test_output__folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    output = Output(tmp_path / "site")
    output.write("chats/a.html", b"1")
    output.finish()
    assert (tmp_path / "real" / "chats" / "a.html").is_file()


def test_output__torn_copy_is_noticed_by_its_size(tmp_path):
    digest = hashlib.sha256(b"whole").hexdigest()
    for torn in (False, True):
        if torn:
            (tmp_path / "x.bin").write_bytes(b"wh")
        output = Output(tmp_path)
        output.copy("x.bin", digest, 5, lambda: io.BytesIO(b"whole"))
        output.finish()
    assert (tmp_path / "x.bin").read_bytes() == b"whole"


@pytest.mark.parametrize("manifest", ["{", "[]", '{"files": {"../x": "0"}}', '{"files": {"/x": "0"}}'])
def test_output__damaged_manifest_is_refused_with_advice(tmp_path, manifest):
    (tmp_path / MANIFEST_NAME).write_text(manifest)
    with pytest.raises(OutputError, match="is damaged; delete the folder"):
        Output(tmp_path)


def test_output__manifest_is_synced_before_the_marker_goes(tmp_path, monkeypatch):
    """After a power failure a clean site must not rest on a manifest that never reached the disk."""
    steps: list[str] = []
    fsync, unlink = os.fsync, Path.unlink

    def noted_fsync(descriptor: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        fsync(descriptor)

    def noted_unlink(path: Path, missing_ok: bool = False) -> None:
        steps.append(f"remove {path.name}")
        unlink(path, missing_ok)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "unlink", noted_unlink)
    build(tmp_path, a="1")
    wanted = [f"sync {TEMPORARY}-{os.getpid()}", f"sync {tmp_path.name}", f"remove {DIRTY_NAME}"]
    last = [step for step in steps if not step.startswith(f"remove {TEMPORARY}")][-3:]
    assert (last, steps[0]) == (wanted, f"sync {DIRTY_NAME}")


def test_output__file_renamed_only_in_case_is_not_removed_where_both_are_one(tmp_path):
    first = Output(tmp_path)
    first.write("Note.md", b"1")
    first.finish()
    second = Output(tmp_path)
    second.write("note.md", b"1")
    # As on a disk that does not tell upper from lower case: both names are one file.
    (tmp_path / "Note.md").unlink()
    (tmp_path / "Note.md").hardlink_to(tmp_path / "note.md")
    second.finish()
    assert (tmp_path / "Note.md").exists()
    assert second.removed == 0


def test_output__tells_what_others_changed(tmp_path):
    first = Output(tmp_path)
    first.write("a", b"1")
    first.write("b", b"1")
    first.finish()
    (tmp_path / "a").write_bytes(b"2")
    second = Output(tmp_path)
    assert [second.is_edited(name) for name in ("a", "b", "c")] == [True, False, False]
    second.leave("a")
    second.finish()
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").exists()) == (b"2", False)
    assert Output(tmp_path).is_edited("a")
