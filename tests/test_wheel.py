"""A wheel, installed elsewhere, has everything: the program, its themes, its readers."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel__installed_elsewhere_builds_a_site(wheel, tmp_path):
    """Installed into a folder of its own, without its requirements: those are there for the tests already."""
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    code = (
        f"import sys; sys.path.insert(0, {str(target)!r}); import sitegen; assert {str(target)!r} in sitegen.__file__;"
        "from sitegen.cli import main; main()"
    )
    export = ROOT / "example_export" / "deepseek"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "build", str(export)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in ("index.html", "assets/css/colours.css", "assets/vendor/lunr-2.3.9.min.js", "search/manifest.js"):
        assert (tmp_path / "site" / name).is_file(), name


def test_wheel__holds_the_script_that_watched_pages_get(wheel):
    assert "sitegen/watch/reload.js" in zipfile.ZipFile(wheel).namelist()


def test_wheel__holds_the_words_of_passphrases_and_their_licence(wheel):
    assert {"sitegen/sealing/words.txt", "sitegen/sealing/words-LICENSE.txt"} <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel__holds_every_built_in_theme_whole(wheel):
    themes = {path.relative_to(ROOT).as_posix() for path in (ROOT / "themes").rglob("*") if path.is_file()}
    assert {f"sitegen/_{path}" for path in themes} <= set(zipfile.ZipFile(wheel).namelist())
    assert "themes/book/theme.toml" in themes


def test_wheel__holds_the_catalogues_and_the_guard_of_viewers(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = [*(ROOT / "sitegen" / "locale").glob("*.po"), ROOT / "sitegen" / "render" / "viewer_guard.js"]
    assert len(needed) == 3
    assert {path.relative_to(ROOT).as_posix() for path in needed} <= names


def test_wheel__holds_no_tests_examples_or_archive(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sitegen"}
