"""What a host takes, and what is said of a folder that is too much for it."""

from __future__ import annotations

import pytest

from sitegen.errors import OutputError
from sitegen.hosting.limits import HOSTS, SiteFile, beyond, site_files

PAGES, NETLIFY, GITHUB = HOSTS
MIB = 1 << 20


def files(count: int, folder: str = "chats") -> list[SiteFile]:
    return [SiteFile(f"{folder}/{number}.html", 1) for number in range(count)]


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_limits__what_fits_is_not_spoken_of(host):
    assert beyond([*files(20_000 - 1), SiteFile("files/a.bin", 25 * MIB)], host) == []


def test_limits__too_many_files():
    (line,) = beyond(files(20_001), PAGES)
    assert line.startswith("Cloudflare Pages: 20,001 files, and it takes 20,000; publish fewer conversations")
    assert beyond(files(20_001), NETLIFY) == beyond(files(20_001), GITHUB) == []


def test_limits__too_many_files_in_one_folder():
    assert beyond([*files(54_000), *files(54_000, "search")], NETLIFY) == []
    (line,) = beyond(files(54_001, "search/text"), NETLIFY)
    assert line == "Netlify: 54,001 files in search/text, and it takes 54,000 in one; publish fewer conversations"


def test_limits__files_that_are_too_large_are_named_ten_at_most():
    large = [SiteFile(f"files/{number:02}.bin", 25 * MIB + 1 + MIB) for number in range(12)]
    lines = beyond(large, PAGES)
    assert lines[0] == (
        "Cloudflare Pages: files/00.bin has 26.0 MiB, and it takes 25 MiB a file; leave out its conversation, or "
        "attachments"
    )
    assert len(lines) == 11 and lines[-1] == "Cloudflare Pages: 2 more files too large for it"
    assert beyond(large, GITHUB) == []


def test_limits__too_much_in_all():
    (line,) = beyond([SiteFile(f"files/{number}.bin", 90 * MIB) for number in range(12)], GITHUB)
    assert line == ("GitHub Pages: 1,132 MB in all, and it takes 1,000; publish fewer conversations, or no attachments")


def test_limits__files_of_a_folder_are_found_at_every_depth(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.js").write_bytes(b"123")
    (tmp_path / ".hidden").write_bytes(b"1")
    assert site_files(tmp_path) == [(".hidden", 1), ("a/b/c.js", 3)]


def test_limits__a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(OutputError, match=r"absent: can't be read: No such file"):
        site_files(tmp_path / "absent")
