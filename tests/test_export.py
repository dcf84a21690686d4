"""What an export is packed in: equal from a zip, a folder or a file, and hostile containers do no harm."""

import errno
import gzip
import io
import json
import struct
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers import export as export_module
from sitegen.readers.export import Export, Item, Member, zips
from sitegen.readers.export.containers import LIMITS

CHATS = [{"id": number, "title": "Grüße"} for number in range(3)]
TEXT = json.dumps(CHATS).encode()


def make_zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def zip_bytes(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # of a fixed date: it is part of names of tests
    return file.getvalue()


def add_named(archive: zipfile.ZipFile, name: str, content: bytes = b"x") -> None:
    """Adds a member whose name zipfile would otherwise correct."""
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    archive.writestr(info, content)


def patch_directory(path: Path, offset: int, value: bytes) -> None:
    """Overwrites bytes of all directory entries."""
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + offset : at + offset + len(value)] = value
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


def reasons(export: Export) -> dict[str, str]:
    return {problem.where: problem.reason for problem in export.problems}


def numbers(export: Export, name: str = "conversations.json") -> list[int]:
    return [json.loads(item.raw)["id"] for item in export.items(name) if isinstance(item, Item)]


# --- the three forms --------------------------------------------------------------------------------------------


@pytest.fixture(params=["zip", "stored", "folder"])
def packed(request, tmp_path):
    """The same two members as a zip or a folder."""
    files = {"conversations.json": TEXT, "media/a.png": b"\x89PNG" + bytes(5000)}
    if request.param == "folder":
        for name, content in files.items():
            (tmp_path / "e" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "e" / name).write_bytes(content)
        return tmp_path / "e"
    return make_zip(tmp_path / "e.zip", files, zipfile.ZIP_DEFLATED if request.param == "zip" else zipfile.ZIP_STORED)


def test_export__members_are_the_same_however_packed(packed):
    with Export(packed) as export:
        assert list(export.members.values()) == [
            Member("conversations.json", len(TEXT)),
            Member("media/a.png", 5004),
        ]
        assert export.problems == []
        assert export.name == packed.name


def test_export__reads_members_in_every_way(packed):
    with Export(packed) as export:
        assert export.read("conversations.json") == TEXT
        assert export.head("media/a.png", 4) == b"\x89PNG"
        assert export.json("conversations.json") == CHATS
        assert numbers(export) == [0, 1, 2]
        assert [item.number for item in export.first_items("conversations.json", 2)] == [0, 1]
        assert export.first_items("media/a.png", 2) == []
        with export.open("media/a.png") as stream:
            assert (stream.read(4), len(stream.read())) == (b"\x89PNG", 5000)


def test_export__single_file(tmp_path):
    (tmp_path / "x.js").write_bytes(b"window.a.b = [1, 2];\n")
    with Export(tmp_path / "x.js") as export:
        assert list(export.members) == ["x.js"]
        assert [item.raw for item in export.items("x.js")] == [b"1", b"2"]
        assert export.json("x.js") == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("packed_in", ["file", "zip"])
def test_export__other_encodings_become_utf8(tmp_path, encoding, packed_in):
    text = json.dumps(CHATS, ensure_ascii=False).encode(encoding)
    path = tmp_path / "conversations.json"
    path.write_bytes(text)
    if packed_in == "zip":
        path = make_zip(tmp_path / "e.zip", {"conversations.json": text})
    with Export(path) as export:
        assert [json.loads(item.raw) for item in export.items("conversations.json")] == CHATS
        assert [json.loads(item.raw) for item in export.first_items("conversations.json", 9)] == CHATS
        assert export.json("conversations.json") == CHATS


def test_export__named_finds_last_parts_and_sorts_numbers(tmp_path):
    names = ["a/c-10.json", "a/c-9.json", "c-²5.json", "c.json", "xc-1.json"]
    with Export(make_zip(tmp_path / "e.zip", dict.fromkeys(names, b"[]"))) as export:
        assert export.named(r"c(-.*)?\.json") == ["a/c-9.json", "a/c-10.json", "c-²5.json", "c.json"]


def test_export__reading_too_much_or_the_unknown_is_an_export_error(packed):
    with Export(packed) as export:
        with pytest.raises(ExportError, match="larger than 10 bytes"):
            export.read("conversations.json", 10)
        with pytest.raises(ExportError, match="holds no b"):
            export.open("b")


def test_export__keys_of_the_top_object(tmp_path):
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"b": [{"x": 1}], "a\\u00e4": {"y": 2}}')
    (tmp_path / "b.json").write_bytes(b'[{"b": 1}]')
    (tmp_path / "c.json").write_bytes(b"")
    with Export(tmp_path) as export:
        assert [export.keys(name) for name in export.members] == [["aä", "b"], [], []]


def test_export__candidates_are_no_uploads_but_whatever_stands_alone(tmp_path):
    upload = "file-8hVdQe1ScMn4GrUxZ7TwBk0J-conversations.json"
    upload = "file-8hVdQe1ScMn4GrUxZ7TwBk0J-conversations.json"
    letters = "file-hVdQeScMnGrUxZTwBkJabc-conversations.json"
    files = dict.fromkeys(["file-conversations.json", upload, letters, "a.txt"], b"[]")
    with Export(make_zip(tmp_path / "e.zip", files)) as export:
        assert export.candidates(r".*\.json") == ["file-conversations.json"]
    for name in (upload, "chats.txt"):
        with Export(make_zip(tmp_path / "one.zip", {name: b"[]"})) as export:
            assert export.candidates(r".*\.json") == [name]


def test_export__without_some_members_is_another_export(tmp_path):
    path = make_zip(tmp_path / "e.zip", {"a.json": TEXT, "b.json": TEXT})
    with Export(path) as whole, Export(path, without=["b.json"]) as part:
        assert list(part.members) == ["a.json"]
        assert part.fingerprint() != whole.fingerprint()


def test_export__current_folder_has_a_name(tmp_path, monkeypatch):
    (tmp_path / "x.json").write_bytes(b"[]")
    monkeypatch.chdir(tmp_path)
    with Export(Path()) as export:
        assert export.name == tmp_path.name


# --- large members ----------------------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path):
    """A zip with a member of 3 MB, longer than what is looked at ahead."""
    chats = [{"id": number, "text": "x" * 1000} for number in range(3000)]
    chats[2000]["text"] = float("nan")
    text = json.dumps({"projects": [], "conversations": chats}).encode().replace(b'"id": 2500', b'"id": @')
    return make_zip(tmp_path / "large.zip", {"c.json": text})


def test_items__of_a_large_member_are_all_given_once(large):
    with Export(large) as export:
        found = list(export.items("c.json", "conversations"))
        assert [item.number for item in found if isinstance(item, Item)] == [n for n in range(3000) if n != 2500]
        (problem,) = (item for item in found if isinstance(item, Problem))
        assert problem.where.startswith("c.json, item 2501 (byte ")


@pytest.mark.parametrize("look", ["items", "first_items"])
def test_items__the_first_are_had_without_unpacking(large, monkeypatch, look):
    monkeypatch.setattr(export_module, "spooled", lambda *_: pytest.fail("unpacked"))
    with Export(large) as export:
        if look == "items":
            found = export.items("c.json", "conversations")
            assert [next(found).number for _ in range(3)] == [0, 1, 2]
        else:
            assert len(export.first_items("c.json", 3, "conversations")) == 3
            assert export.first_items("c.json", 3, "projects") == []


def test_items__a_list_inside_what_is_cut_off_is_not_the_one_behind_it(tmp_path, monkeypatch):
    """The beginning that is looked at ahead ends inside "conversations", one of which has "projects" of its own."""
    monkeypatch.setattr(export_module, "_HEADS", (100, 200))
    chats = [{"id": number, "projects": [{"of": "chat"}]} for number in range(20)]
    text = json.dumps({"conversations": chats, "projects": [{"of": "account"}]}).encode()
    with Export(make_zip(tmp_path / "e.zip", {"c.json": text, "other.txt": b"x"})) as export:
        assert [item.raw for item in export.items("c.json", "projects")] == [b'{"of": "account"}']
        assert [item.raw for item in export.first_items("c.json", 3, "projects")] == [b'{"of": "account"}']
        assert len(list(export.items("c.json", "conversations"))) == 20


def test_items__are_unpacked_once_and_read_twice(large, monkeypatch):
    calls = []
    real = export_module.spooled
    monkeypatch.setattr(export_module, "spooled", lambda *args: calls.append(args) or real(*args))
    with Export(large) as export:
        for key in ("projects", "conversations", "conversations"):
            list(export.items("c.json", key))
        assert len(calls) == 1


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells how much of a file is in memory")
def test_items__of_a_large_member_do_not_fill_the_memory(tmp_path):
    path = tmp_path / "c.json"
    path.write_bytes(b"[" + b",".join([b'{"a":"' + b"x" * 100_000 + b'"}'] * 400) + b"]")
    most = 0
    with Export(path) as export:
        for number, _ in enumerate(export.items("c.json")):
            if number % 50 == 49:
                smaps = Path("/proc/self/smaps").read_text().partition(str(path))[2]
                most = max(most, int(smaps.partition("Rss:")[2].split()[0]))
    assert 1000 < most < 20_000


def test_head__small_members_are_opened_once_however_many_ask(tmp_path, monkeypatch):
    monkeypatch.setattr(export_module, "_KEPT", 2000)
    opened = []
    real = export_module.open_member
    monkeypatch.setattr(
        export_module, "open_member", lambda entry, where: opened.append(entry.name) or real(entry, where)
    )
    path = make_zip(tmp_path / "e.zip", {"a.json": TEXT, "b.json": b"[1]" + b" " * 1990, "c.json": b" " * 5000})
    with Export(path) as export:
        heads = {name: [export.head(name, size) for size in (3, 9999)] for name in export.members}
        assert [export.first_items(name, 9) for name in export.members] == [
            list(export.items("a.json")),
            [Item(b"1", 0)],
            [],
        ]
        assert export.fingerprint() == fingerprint(path)
        assert heads["a.json"] == [TEXT[:3], TEXT]
        assert heads["b.json"][1] == export.read("b.json")
    assert opened.count("a.json") == 2  # the other time for the other fingerprint


def test_first_items__an_item_far_in_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(export_module, "_HEADS", (10, 20))
    path = make_zip(tmp_path / "e.zip", {"c.json": b'{"before": "' + b"x" * 100 + b'", "list": [{"a": 1}]}'})
    with Export(path) as export:
        assert [item.raw for item in export.first_items("c.json", 5, "list")] == [b'{"a": 1}']


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a\\b\\c.json", "a/b/c.json"),
        ("x//y/./c.json", "x/y/c.json"),
        ("./c.json", "c.json"),
        ("aux.txt", "aux.txt"),
        ("ab:c ./d. ", "ab:c ./d. "),
        ("n" * 300, "n" * 300),
    ],
)
def test_names__are_cleaned(tmp_path, name, clean):
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        add_named(archive, name)
    with Export(tmp_path / "e.zip") as export:
        assert list(export.members) == [clean]
        assert export.read(clean) == b"x"


def test_names__litter_and_folders_are_passed_over(tmp_path):
    names = ["__MACOSX/._c.json", "a/._c.json", "a/.DS_Store", "a/", "b\\", "c.json"]
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        for name in names:
            add_named(archive, name, b"" if name.endswith(("/", "\\")) else b"[]")
    with Export(tmp_path / "e.zip") as export:
        assert (list(export.members), export.problems) == (["c.json"], [])


@pytest.mark.parametrize("key", [b'"\xdf"', b'"\\x"', b'"\xed\xa0"'])
def test_keys__one_that_is_no_text_is_passed_over(tmp_path, key):
    (tmp_path / "e.json").write_bytes(b'{"a": 1, ' + key + b': [{"b": 2}], "c": []}')
    with Export(tmp_path / "e.json") as export:
        assert export.keys("e.json") == ["a", "c"]


# --- hostile and damaged zips -----------------------------------------------------------------------------------


def test_zip__lying_size_and_flipped_bits_are_export_errors_when_read(tmp_path):
    path = make_zip(tmp_path / "e.zip", {"c.json": TEXT}, zipfile.ZIP_STORED)
    flipped = bytearray(path.read_bytes())
    flipped[60] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    patch_directory(path, 24, struct.pack("<L", 10))
    for damaged in (path, tmp_path / "flipped.zip"):
        with Export(damaged) as export:
            for read in (export.read, lambda name: list(export.items(name))):
                with pytest.raises(ExportError, match=r"c\.json is damaged: .*download the export again"):
                    read("c.json")


def test_zip__member_without_a_name_is_passed_over(tmp_path):
    path = tmp_path / "e.zip"
    path.write_bytes(zip_bytes({"": b"x", "c.json": TEXT}))
    with Export(path) as export:
        assert list(export.members) == ["c.json"]
    path.write_bytes(zip_bytes({"": b"x"}))
    with pytest.raises(ExportError, match="nothing in it can be read"):
        Export(path)


def test_zip__long_nonsense_in_a_header_makes_no_long_error(tmp_path):
    path = make_zip(tmp_path / "e.zip", {"c.json": TEXT + b"\x07" * 9_000}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[26:28] = struct.pack("<H", 9_000)  # how long the name in the header before the member is
    path.write_bytes(content)
    with Export(path) as export, pytest.raises(ExportError, match="damaged: File name in directory") as caught:
        export.open("c.json")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("limits", "kept", "word"),
    [
        ({"asset": 50}, ["a.json", "b.json"], "larger than 50 bytes"),
        ({"text": 150}, ["a.json", "c.png"], "larger than 150 bytes"),
        ({"total": 350}, ["a.json", "b.json"], "holds more than 350 bytes"),
        ({"members": 2}, ["a.json", "b.json"], "holds more than 2 files"),
        ({"ratio": 3, "ratio_from": 150}, ["a.json"], "3 times its size"),
    ],
)
def test_limits__what_goes_beyond_is_refused_and_the_rest_kept(tmp_path, limits, kept, word):
    files = {"c.png": b"0" * 100, "b.json": b"1" * 200, "a.json": b"2" * 100}
    with Export(make_zip(tmp_path / "e.zip", files), LIMITS._replace(**limits)) as export:
        assert list(export.members) == kept
        assert word in "".join(reasons(export).values())


def test_limits__hold_for_folders_too(tmp_path):
    for number in range(30):
        (tmp_path / f"{number}.json").write_bytes(b"[]")
    with Export(tmp_path, LIMITS._replace(members=10)) as export:
        assert len(export.members) == 10
        assert "holds more than 10 files" in "".join(reasons(export).values())


# --- zips in zips -----------------------------------------------------------------------------------------------


def test_inner__one_level_is_looked_into(tmp_path):
    deeper = zip_bytes({"deep.json": b"[]"})
    inner = zip_bytes({"conversations.json": TEXT, "deeper.zip": deeper})
    with Export(make_zip(tmp_path / "e.zip", {"report.html": b"<html>", "part-0001.zip": inner})) as export:
        assert list(export.members) == [
            "part-0001.zip",
            "part-0001.zip/conversations.json",
            "part-0001.zip/deeper.zip",
            "report.html",
        ]
        assert numbers(export, "part-0001.zip/conversations.json") == [0, 1, 2]


def test_inner__manifest_beside_is_no_reason_not_to_look(tmp_path):
    files = {"manifest.json": b'{"data_files":[]}', "conversations-000.zip": zip_bytes({"conversations.json": TEXT})}
    with Export(make_zip(tmp_path / "e.zip", files)) as export:
        assert numbers(export, "conversations-000.zip/conversations.json") == [0, 1, 2]


@pytest.mark.parametrize("name", ["file-abc-old.zip", "attachment.zip"])
def test_inner__attachments_are_not_looked_into(tmp_path, name):
    files = {"conversations.json": b" " + TEXT, name: zip_bytes({"conversations.json": TEXT})}
    with Export(make_zip(tmp_path / "e.zip", files)) as export:
        assert list(export.members) == sorted(files)


# --- folders ----------------------------------------------------------------------------------------------------


def test_folder__links_are_followed_only_within(tmp_path):
    (tmp_path / "secret.json").write_bytes(b"[]")
    folder = tmp_path / "e"
    (folder / "sub").mkdir(parents=True)
    (folder / "c.json").write_bytes(TEXT)
    (folder / "same.json").symlink_to(folder / "c.json")
    (folder / "out.json").symlink_to(tmp_path / "secret.json")
    (folder / "dead.json").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder)
    with Export(folder) as export:
        assert list(export.members) == ["c.json", "same.json"]
        assert sorted(reasons(export)) == ["e: dead.json", "e: loop", "e: out.json"]


def test_folder__zips_in_it_are_plain_members(tmp_path):
    make_zip(tmp_path / "a.zip", {"c.json": TEXT})
    with Export(tmp_path) as export:
        assert list(export.members) == ["a.zip"]


def test_folder__deep_nesting_needs_no_recursion(tmp_path):
    folders = [str(tmp_path) + "/d" * depth for depth in range(1, 1200)]
    for folder in folders:
        Path(folder).mkdir()
    file = Path(folders[-1], "c.json")
    file.write_bytes(TEXT)
    try:
        with Export(tmp_path) as export:
            assert numbers(export, "d/" * 1199 + "c.json") == [0, 1, 2]
    finally:  # pytest's own removal recurses
        file.unlink()
        for folder in reversed(folders):
            Path(folder).rmdir()


def test_folder__error_of_the_disk_does_not_tell_where_the_folder_is(tmp_path):
    (tmp_path / "a.json").write_bytes(TEXT)
    with Export(tmp_path) as export:
        (tmp_path / "a.json").unlink()
        for read in (export.read, lambda name: list(export.items(name))):
            with pytest.raises(ExportError, match=r"a\.json can't be read: No such file or directory$") as caught:
                read("a.json")
            assert str(tmp_path.parent) not in str(caught.value)


def test_folder__empty_one_is_no_export(tmp_path):
    with pytest.raises(ExportError, match="nothing in it can be read"):
        Export(tmp_path)


# --- what is no export ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("export.zip", b"<!DOCTYPE html><html><title>Log in</title>", r"a web page; the download link has expired"),
        ("export.zip", b"\xef\xbb\xbf\n<HTML lang=en>", r"a web page"),
        (
            "chat.html",
            b"<html>\n<script>\nvar jsonData = [{}]",
            r"a page for reading an export; give the zip or folder",
        ),
        ("export.zip", b"<!--> -->" * 400 + b"<html>", r"a web page"),
        ("export.txt", b"<!--> -->" * 400 + b"Dear diary", r"plain text, not JSON; give the zip"),
        ("export.zip", b"", r"an empty file; download the export again"),
        ("export.zip", zip_bytes({}), r"an empty zip"),
        ("export.zip", zip_bytes({"c.json": TEXT})[:60], r"a zip that breaks off; the download is incomplete"),
        ("export.zip.crdownload", zip_bytes({"c.json": TEXT})[:60], r"a half-finished download"),
        ("export.zip.part", b"PK\x03\x04", r"a half-finished download"),
        ("a.pdf", b"%PDF-1.7\n\0", r"a PDF; give the zip that the provider sent, the folder"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0", r"an image \(PNG\); give the zip"),
        ("a.txt", b"Dear diary", r"plain text, not JSON; give the zip"),
        ("a.tgz", gzip.compress(b"x", mtime=0), r"a gzip archive .*; unpack it and give the folder"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\4", r"a 7z archive.*; unpack it"),
        ("a.rar", b"Rar!\x1a\x07\0", r"a RAR archive; unpack it"),
        ("a.tar", bytes(257) + b"ustar\0", r"a tar archive"),
        ("a.bin", b"\1\2\0\3", r"a binary file"),
    ],
)
def test_export__other_files_are_called_what_they_are(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportError, match=words) as caught:
        Export(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: this is ")
    assert "\n" not in str(caught.value)


def test_export__missing_path_is_named(tmp_path):
    with pytest.raises(ExportError, match=r"none\.zip: No such file or directory"):
        Export(tmp_path / "none.zip")


def test_export__zip_whose_directory_is_damaged(tmp_path):
    path = make_zip(tmp_path / "e.zip", {"c.json": TEXT})
    patch_directory(path, 0, b"XX")
    with pytest.raises(ExportError, match="a damaged zip"):
        Export(path)


def test_export__zip_that_says_it_is_one_of_several_disks(tmp_path):
    files, end = zip_bytes({"c.json": TEXT}), 22
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(files), 2)
    (tmp_path / "e.zip").write_bytes(files[:-end] + bytes(56) + locator + files[-end:])
    with pytest.raises(ExportError, match=r"a damaged zip .*disks"):
        Export(tmp_path / "e.zip")


def test_export__that_fails_unforeseen_leaves_no_file_open(tmp_path, monkeypatch):
    opened = []

    def open_zip(file, _):
        opened.append(file)
        raise RuntimeError

    monkeypatch.setattr(zips, "open_zip", open_zip)
    with pytest.raises(RuntimeError):
        Export(make_zip(tmp_path / "e.zip", {"c.json": TEXT}))
    assert [file.closed for file in opened] == [True]


# --- fingerprint ------------------------------------------------------------------------------------------------


def fingerprint(path: Path) -> str:
    with Export(path) as export:
        return export.fingerprint()


def test_fingerprint__is_equal_however_packed(tmp_path):
    files = {"conversations.json": TEXT, "media/é.png": b"1234"}
    plain = fingerprint(make_zip(tmp_path / "a.zip", files))
    nested = {f"top/e/{name}": content for name, content in reversed(files.items())} | {"__MACOSX/top/._x": b"1"}
    assert fingerprint(make_zip(tmp_path / "b.zip", nested, zipfile.ZIP_STORED)) == plain
    for name, content in files.items():
        place = tmp_path / "folder" / "sub" / name.replace("é", "e\u0301")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    assert fingerprint(tmp_path / "folder") == plain


@pytest.mark.parametrize(
    "files",
    [
        {"conversations.json": TEXT.replace(b"0", b"9"), "a.png": b"12"},
        {"conversations.json": TEXT, "a.png": b"123"},
        {"conversations.json": TEXT, "b.png": b"12"},
        {"conversations.json": TEXT},
    ],
)
def test_fingerprint__differs_for_other_exports(tmp_path, files):
    first = fingerprint(make_zip(tmp_path / "a.zip", {"conversations.json": TEXT, "a.png": b"12"}))
    assert fingerprint(make_zip(tmp_path / "b.zip", files)) != first


def test_fingerprint__damaged_member_is_no_error(tmp_path):
    path = make_zip(tmp_path / "e.zip", {"c.json": TEXT}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"title", b"tulip"))
    assert len(fingerprint(path)) == 64


def test_export__file_that_may_not_be_opened_is_not_called_damaged(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text("[1]")
    with Export(tmp_path) as export:
        monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(errno.EACCES, "Permission denied")))
        with pytest.raises(ExportError, match=r"a\.json can't be read: Permission denied$"):
            export.open("a.json")
