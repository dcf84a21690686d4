"""The folder of a publication: whose it is, and that it always holds a whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.errors import LockError, OutputError
from sitegen.publish.handover import MARK_NAME, handover


def made(folder: Path, name: str = "blog", **files: str) -> None:
    """Hands over a site of these files, by their stems."""
    with handover(folder, name) as out:
        site = out.work / "site"
        site.mkdir()
        for stem, text in files.items():
            (site / f"{stem}.html").write_text(text)
        out.hand_over(site, {"netlify.toml": b"beside"})


def everything(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and "lock" not in path.name
    }


def test_handover__the_new_site_takes_the_place_of_the_old_one_in_whole(tmp_path):
    folder = tmp_path / "published" / "blog"
    made(folder, index="one", search="two")
    made(folder, index="three")
    assert everything(folder) == {"site/index.html": "three", "netlify.toml": "beside", MARK_NAME: "blog\n"}


def test_handover__what_fails_leaves_the_last_site_and_nothing_else(tmp_path):
    made(tmp_path / "out", index="one")
    before = everything(tmp_path / "out")
    with pytest.raises(RuntimeError), handover(tmp_path / "out", "blog") as out:
        (out.work / "half").write_text("secret")
        raise RuntimeError
    assert everything(tmp_path / "out") == before


def test_handover__what_a_killed_run_left_is_removed_and_the_site_it_had_moved_comes_back(tmp_path):
    folder = tmp_path / "out"
    made(folder, index="one")
    (folder / ".sitegen-work-ab").mkdir()
    (folder / ".sitegen-work-ab" / "half.html").write_text("half")
    (folder / "site").rename(folder / ".sitegen-former-cd")
    with handover(folder, "blog") as out:
        assert everything(folder / "site") == {"index.html": "one"}
        assert [path.name for path in folder.iterdir() if "work" in path.name] == [out.work.name]


def test_handover__a_site_that_can_not_be_put_in_place_leaves_the_last_one(tmp_path):
    folder = tmp_path / "out"
    made(folder, index="one")
    with handover(folder, "blog") as out, pytest.raises(OutputError, match="publish again"):
        out.hand_over(out.work / "never made", {})
    assert everything(folder / "site") == {"index.html": "one"}


def test_handover__ctrl_c_between_the_two_names_leaves_the_last_one(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    made(folder, index="one")
    rename = Path.rename

    def broken_off(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken_off)
    with pytest.raises(KeyboardInterrupt), handover(folder, "blog") as out:
        (out.work / "new").mkdir()
        out.hand_over(out.work / "new", {})
    assert everything(folder) == {"site/index.html": "one", MARK_NAME: "blog\n"} | {"netlify.toml": "beside"}


def test_handover__a_last_site_that_can_not_be_removed_is_left_to_the_next_run(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    made(folder, index="one")

    def fails(path: Path, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("sitegen.publish.handover.shutil.rmtree", fails)
        made(folder, index="two")
    assert (folder / "site" / "index.html").read_text() == "two"
    assert [path for path in folder.iterdir() if "former" in path.name]
    made(folder, index="three")
    assert everything(folder) == {"site/index.html": "three", "netlify.toml": "beside", MARK_NAME: "blog\n"}


def test_handover__a_damaged_mark_is_nobodys(tmp_path):
    made(tmp_path / "out", index="one")
    (tmp_path / "out" / MARK_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(OutputError, match="choose another folder"), handover(tmp_path / "out", "blog"):
        pass


def test_handover__a_folder_that_is_not_this_publications_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="files that sitegen did not make"), handover(tmp_path / "mine", "blog"):
        pass
    made(tmp_path / "out", index="one")
    with pytest.raises(OutputError, match="holds the publication “blog”"), handover(tmp_path / "out", "other"):
        pass
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "mine"


def test_handover__one_run_at_a_time(tmp_path):
    with handover(tmp_path / "out", "blog"), pytest.raises(LockError), handover(tmp_path / "out", "blog"):
        pass


@pytest.mark.parametrize("name", ["CNAME", ".git", "robots.txt"])
def test_handover__what_somebody_put_into_the_site_is_not_thrown_away(tmp_path, name):
    made(tmp_path / "out", index="one")
    (tmp_path / "out" / "site" / name).write_text("mine")
    with pytest.raises(OutputError, match="sitegen did not make this"), handover(tmp_path / "out", "blog"):
        pass
    assert (tmp_path / "out" / "site" / name).read_text() == "mine"
