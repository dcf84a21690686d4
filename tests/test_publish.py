"""Publishing as a whole: nothing of what is not chosen, left out or redacted is in any byte of what is handed over."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from makers import START, conversation, dialogue, message
from msgspec.structs import replace

from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.errors import PublishError
from sitegen.hosting.limits import HostLimits
from sitegen.model import (
    Attachment,
    AudioBlock,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    Project,
    QuoteBlock,
    ReasoningBlock,
    Revision,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.profiles import Inclusion, Profile
from sitegen.publish.ledger import read_ledger
from sitegen.publish.pipeline import Published, Wishes, preview, publish
from sitegen.publish.readings import readings
from sitegen.render.settings import OWNER
from sitegen.rules import FolderRule, TagRule
from sitegen.sealing import Reader, seal_site, unseal_site
from sitegen.sealing.ciphers import FEWEST_ITERATIONS
from sitegen.sealing.header import HEADER_PATH
from sitegen.theme import Theme

ACCEPT = Wishes(accept_all=True)


def everywhere(word: Callable[[str], str], **fields: object) -> Conversation:
    """A conversation with `word(place)` in every place that can hold text."""
    url = "https://example.org/"
    return conversation(
        word("title"),
        message("1", "system", word("hidden"), hidden=True, author=word("author")),
        message(
            "2", "user", parent="1",
            blocks=(
                TextBlock(f"Please {word('prompt')} [link]({url}{word('link')} \"{word('linktitle')}\")"),
                ImageBlock(Attachment("img", f"{word('imagename')} scan.png"), word("caption"), word("imageprompt")),
                FileBlock(Attachment("file", f"{word('filename')} scan.txt"), word("filetext")),
                AudioBlock(Attachment("sound", f"{word('soundname')} take.wav"), word("transcript")),
            ),
        ),
        message(
            "3", "assistant", parent="2", model=word("model"), status=word("status"),
            blocks=(
                ReasoningBlock(word("reasoning"), word("reasoningtitle")),
                ToolCallBlock(word("toolname"), f'{{"q": "{word("arguments")}"}}', title=word("tooltitle"), call="c"),
                ToolResultBlock("tool", (TextBlock(word("result")), CodeBlock(word("resultcode"))), call="c"),
                TextBlock(f"So: {word('answer')} ![{word('alt')}]({url}x.png)\n\n```\n{word('fence')}\n```"),
                CodeBlock(word("code"), "python", word("codename")),
                DocumentBlock("d", word("document"), word("documenttitle"), note=word("documentnote")),
                QuoteBlock(word("quote"), Source(f"{url}q", word("quotesource"))),
                SourceListBlock((Source(f"{url}{word('source')}", word("sourcetitle"), word("snippet")),)),
                NoticeBlock(word("notice")),
                UnknownBlock(word("unknowntype"), f'{{"a": "{word("unknown")}"}}'),
            ),
            revisions=(Revision((TextBlock(word("revision")),)),),
        ),
        message("4", "assistant", word("branch"), parent="2"),
        active_leaf="3",
        url=url + word("origin"),
        summary=word("summary"),
        former_titles=(word("former"),),
        flags=(word("flag"),),
        model=word("conversationmodel"),
        **fields,
    )  # fmt: skip


def unchosen(place: str) -> str:
    return f"unchosen{place}"


def shown(place: str) -> str:
    return f"quokka{place}"


def redacted(place: str) -> str:
    return f"redacted.{place}@zinnober.io"


#: What the profile leaves out of a chosen conversation, and what is never published.
NEVER = {
    *("hidden", "author", "branch", "unknown", "unknowntype", "origin", "revision", "former", "summary", "picture"),
}
UNLESS_NAMED = {"imagename", "caption", "imageprompt", "filename", "filetext", "soundname", "file", "note"}
PUBLIC = Profile((Inclusion(tag=("public",)),), words=("Wolfram Zinnober",))


def png(text: str) -> bytes:
    """A picture of one point, with a text that no pixel shows."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + checksum

    header = chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    comment = chunk(b"tEXt", b"Comment\0" + text.encode())
    return b"\x89PNG\r\n\x1a\n" + header + comment + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Three conversations with words of their own everywhere, in their notes and files, too: one that no profile
    chooses, one that shows what it may, and one of which all must be redacted."""
    (tmp_path / "notes").mkdir()
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            for word, id_ in ((unchosen, "c1"), (shown, "c2"), (redacted, "c3")):
                project = Project(f"p{id_}", word("project"))
                created = START.replace(year=2019) if word is unchosen else START
                talk = everywhere(word, id=id_, project=project, created=created)
                archive.put(talk)
                for name, content in (("img", png(word("picture"))), ("file", word("file").encode())):
                    archive.attach(talk.key, name, None, archive.attachments.add(BytesIO(content)))
                (tmp_path / "notes" / f"{talk.key}.md").write_text(word("note"))
        yield archive


CONFIG = Config(
    title="unchosenowner",
    folders=(FolderRule("unchosenfolder", id="c1"), FolderRule("quokkafolder/quokkabelow", id="c2")),
    tags=(TagRule("unchosentag", id="c1"), TagRule("public", id="c2"), TagRule("public", id="c3")),
    folder_names={"elsewhere": "unchosenname"},
    publish={"blog": PUBLIC},
)


def with_profile(**fields: object) -> Config:
    return replace(CONFIG, publish={"blog": replace(PUBLIC, **fields)})


def published(archive: Archive, folder: Path, config: Config = CONFIG, wishes: Wishes = ACCEPT) -> Published:
    return publish(archive, "blog", config, folder, wishes, jobs=1)


def words_in(folder: Path) -> set[str]:
    """Every word that begins as those of the archive do, wherever somebody could read it."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            for text in (path.relative_to(folder).as_posix(), *readings(path.read_bytes())):
                found.update(re.findall(r"(?:unchosen|quokka|redacted\.)[a-z]+", text.casefold()))
    return found


def text_of(folder: Path, names: str = "*.[hjx][tsm]*") -> str:
    return "".join(path.read_text() for path in folder.rglob(names) if path.is_file())


def of(word: Callable[[str], str], found: set[str]) -> set[str]:
    prefix = word("").partition("@")[0]
    return {text.removeprefix(prefix) for text in found if text.startswith(prefix)}


# --- nothing but what is chosen ------------------------------------------------------------------------------------


def test_publish__what_is_not_chosen_left_out_or_redacted_is_in_no_byte(archive, tmp_path):
    done = published(archive, tmp_path / "out")
    found = words_in(done.folder)
    assert of(unchosen, found) == set()
    assert of(redacted, found) == set()
    assert of(shown, found) & (NEVER | UNLESS_NAMED) == set()
    # The control: everything else that was said is there to be found, in pages and in the index.
    expected = {"title", "prompt", "link", "transcript", "reasoning", "arguments", "result", "answer", "alt", "fence"}
    assert of(shown, found) >= {*expected, "code", "document", "quote", "snippet", "model", "flag", "folder", "below"}
    assert "2019" not in text_of(done.folder, "*.html")


EVERYTHING = {"attachments": ("*",), "leave_out": tuple(set(PUBLIC.leave_out) - {"notes"})}


def test_publish__attachments_that_are_named_go_along_without_what_they_tell_besides(archive, tmp_path):
    done = published(archive, tmp_path / "out", with_profile(**EVERYTHING))
    found = words_in(done.folder)
    assert of(unchosen, found) == of(redacted, found) == of(shown, found) & NEVER == set()
    assert of(shown, found) >= UNLESS_NAMED
    assert {path.suffix for path in (done.folder / "files").iterdir()} == {".png", ".txt"}


def test_publish__addresses_stay_the_same_from_run_to_run_and_differ_between_publications(archive, tmp_path):
    def pages(folder: Path) -> set[str]:
        return {path.name for path in folder.glob("chats/*/*/*.html")}

    first, again = published(archive, tmp_path / "a"), published(archive, tmp_path / "b")
    assert pages(first.folder) == pages(again.folder)
    config = replace(CONFIG, publish={"other": PUBLIC})
    other = publish(archive, "other", config, tmp_path / "c", ACCEPT, jobs=1)
    assert len(pages(first.folder)) == 2
    assert pages(other.folder).isdisjoint(pages(first.folder))


def test_publish__for_others_there_are_no_pages_of_the_owners(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.publish.pipeline.Audience", lambda **_: OWNER)
    with pytest.raises(PublishError, match=r"imports/index\.html: a file that no published site has"):
        published(archive, tmp_path / "out")


# --- what is accepted ----------------------------------------------------------------------------------------------


def test_publish__what_is_held_is_published_when_it_is_accepted(archive, tmp_path):
    with pytest.raises(PublishError, match=r"2 conversation\(s\) wait to be accepted"):
        published(archive, tmp_path / "out", wishes=Wishes())
    held = preview(archive, "blog", CONFIG, Wishes()).held
    first = published(archive, tmp_path / "out", wishes=Wishes(accept=(held[0].key,)))
    assert [list(first.preview.facts), [item.key for item in first.preview.held]] == [[held[0].key], [held[1].key]]
    again = published(archive, tmp_path / "out", wishes=Wishes())
    assert again.preview.difference == ((), (), ())


def test_publish__what_was_said_since_waits_and_what_left_the_profile_goes(archive, tmp_path):
    published(archive, tmp_path / "out")
    key = next(c.key for c in map(archive.conversation, (row.key for row in archive.conversations())) if c.id == "c2")
    talk = archive.conversation(key)
    with archive.transaction():
        more = message("9", "user", "unchosenlater", parent="3")
        archive.put(replace(talk, messages=(*talk.messages, more), active_leaf="9"))
    done = published(archive, tmp_path / "out", wishes=Wishes())
    assert of(unchosen, words_in(done.folder)) == set()
    assert [(item.key, item.new_messages) for item in done.preview.held] == [(key, 1)]
    accepted = published(archive, tmp_path / "out")
    assert "later" in of(unchosen, words_in(accepted.folder))
    assert accepted.preview.difference.changed == (key,)
    gone = published(archive, tmp_path / "out", with_profile(exclude=(Inclusion(id=("c2",)),)), Wishes())
    assert gone.preview.difference.removed == (key,)
    assert of(shown, words_in(gone.folder)) == set()


def changed(archive: Archive, edit: Callable[[Conversation], Conversation]) -> str:
    """Changes the shown conversation of the archive as a later export would; its key."""
    key = next(row.key for row in archive.conversations() if archive.conversation(row.key).id == "c2")
    with archive.transaction():
        archive.put(edit(archive.conversation(key)))
    return key


def edited(talk: Conversation) -> Conversation:
    first, prompt, *rest = talk.messages
    prompt = replace(prompt, blocks=(TextBlock("unchosenedited"),), revisions=(Revision(prompt.blocks),))
    return replace(talk, messages=(first, prompt, *rest))


def turned_to_another_branch(talk: Conversation) -> Conversation:
    *others, branch = talk.messages
    # No letter of it is new, only which branch the provider shows.
    return replace(talk, messages=(*others, replace(branch, blocks=(TextBlock("quokkabranch"),))), active_leaf="4")


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (edited, "edited"),
        (lambda talk: replace(talk, title="unchosenretitled", former_titles=(talk.title,)), "retitled"),
        (lambda talk: replace(talk, flags=(*talk.flags, "unchosenflagged")), "flagged"),
    ],
)
def test_publish__what_changed_in_a_published_conversation_waits(archive, tmp_path, edit, word):
    published(archive, tmp_path / "out")
    key = changed(archive, edit)
    done = published(archive, tmp_path / "out", wishes=Wishes())
    assert of(unchosen, words_in(done.folder)) == set()
    assert [held.key for held in done.preview.held] == [key]
    assert word in of(unchosen, words_in(published(archive, tmp_path / "out").folder))


def test_publish__a_branch_that_was_left_out_waits_when_the_provider_shows_it(archive, tmp_path):
    published(archive, tmp_path / "out")
    changed(archive, turned_to_another_branch)
    assert "branch" not in of(shown, words_in(published(archive, tmp_path / "out", wishes=Wishes()).folder))
    assert "branch" in of(shown, words_in(published(archive, tmp_path / "out").folder))


def test_publish__another_folder_and_another_tag_wait(archive, tmp_path):
    published(archive, tmp_path / "out")
    rules = {
        "folders": (FolderRule("unchosenmoved", id="c2"),),
        "tags": (*CONFIG.tags, TagRule("unchosennew", id="c2")),
    }
    done = published(archive, tmp_path / "out", replace(CONFIG, **rules), Wishes())
    assert of(unchosen, words_in(done.folder)) == set()
    assert of(unchosen, words_in(published(archive, tmp_path / "out", replace(CONFIG, **rules)).folder)) >= {
        "moved", "new",
    }  # fmt: skip


def test_publish__another_note_waits(archive, tmp_path):
    config = with_profile(leave_out=())
    published(archive, tmp_path / "out", config)
    key = changed(archive, lambda talk: talk)
    (tmp_path / "notes" / f"{key}.md").write_text("unchosenremark")
    assert of(unchosen, words_in(published(archive, tmp_path / "out", config, Wishes()).folder)) == set()
    assert "remark" in of(unchosen, words_in(published(archive, tmp_path / "out", config).folder))


def test_publish__bytes_of_an_attachment_that_come_later_wait(archive, tmp_path):
    config = with_profile(attachments=("*.wav",))
    published(archive, tmp_path / "out", config)
    key = changed(archive, lambda talk: talk)
    with archive.transaction():
        archive.attach(key, "sound", None, archive.attachments.add(BytesIO(b"unchosenbytes")))
    done = published(archive, tmp_path / "out", config, Wishes())
    assert "bytes" not in of(unchosen, words_in(done.folder))
    assert "bytes" in of(unchosen, words_in(published(archive, tmp_path / "out", config).folder))


def test_publish__the_last_conversation_can_be_taken_back(archive, tmp_path):
    published(archive, tmp_path / "out")
    none = published(archive, tmp_path / "out", with_profile(exclude=(Inclusion(source=("chatgpt",)),)), Wishes())
    assert not (none.folder / "chats").exists()
    assert words_in(none.folder) == set()
    with pytest.raises(PublishError, match="nothing to publish: no conversation is meant"):
        publish(archive, "blog", with_profile(include=(Inclusion(tag=("no",)),)), tmp_path / "new", Wishes())


# --- what stops it -------------------------------------------------------------------------------------------------

TOKEN = "ghp_" + "1a2B3c4D5e6F7g8H9i0JkLmNoPqRsTuVwXyZ"


def with_secret(archive: Archive) -> None:
    with archive.transaction():
        archive.put(conversation("Keys", message("1", "user", f"My token is {TOKEN}"), id="c4", flags=("public",)))


def test_publish__a_secret_that_would_be_readable_stops_it_until_it_is_allowed(archive, tmp_path):
    with_secret(archive)
    config = with_profile(redact=("email",))
    with pytest.raises(
        PublishError, match=r"1 secret\(s\) would be readable, the first in .*Keys.*: GitHub token"
    ) as stopped:
        published(archive, tmp_path / "out", config)
    assert TOKEN not in str(stopped.value)
    id_ = str(stopped.value).rpartition("--allow ")[2]
    allowing = Wishes(accept_all=True, allow=(id_,))
    assert TOKEN in text_of(published(archive, tmp_path / "out", config, allowing).folder)
    assert read_ledger(archive.folder / "publications" / "blog.json").allowed[0].id == id_
    published(archive, tmp_path / "out", config)
    with pytest.raises(PublishError, match="--allow 0123: nothing with this id was found"):
        published(archive, tmp_path / "out", config, Wishes(allow=("0123",)))


def test_publish__a_secret_is_redacted_in_the_same_way_everywhere(archive, tmp_path):
    with_secret(archive)
    done = published(archive, tmp_path / "out")
    text = text_of(done.folder)
    assert TOKEN not in text
    assert "[redacted: GitHub token 1]" in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_publish__a_title_that_is_a_word_of_every_site_stops_nothing(archive, tmp_path, language):
    titles = ("Sun", "September", "Mi", "Tables", "Features", "Sets", "Receive", "URN", "Summary", "Main")
    with archive.transaction():
        for title in titles:
            archive.put(conversation(title, *dialogue("a", "b"), id=title))
    assert published(archive, tmp_path / "out", with_profile(language=language)).uncheckable >= len(titles) - 2


def test_publish__what_stops_it_leaves_the_last_publication_and_the_ledger(archive, tmp_path):
    published(archive, tmp_path / "out")

    def everything() -> dict[Path, bytes]:
        places = (tmp_path / "out", archive.folder / "publications")
        return {path: path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}

    before = everything()
    with pytest.raises(PublishError):
        published(
            archive, tmp_path / "out", with_profile(canaries=("quokkasnippet",), exclude=(Inclusion(id=("c3",)),))
        )
    assert everything().keys() == before.keys()
    assert {p: c for p, c in everything().items() if "lock" not in p.name} == {
        p: c for p, c in before.items() if "lock" not in p.name
    }


def test_publish__the_same_archive_gives_the_same_bytes(archive, tmp_path):
    def content(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert content(published(archive, tmp_path / "a").folder) == content(published(archive, tmp_path / "b").folder)


def test_publish__without_times_no_page_has_a_time_of_day(archive, tmp_path):
    done = published(archive, tmp_path / "out", with_profile(leave_out=(*PUBLIC.leave_out, "times")))
    text = text_of(done.folder, "*.html")
    assert re.findall(r"\d\d:\d\d", text) == []
    assert "5 March 2026" in text
    assert set(re.findall(r"T(\d\d:\d\d)", (done.folder / "feed.xml").read_text())) == {"12:00"}


def test_publish__without_times_nothing_tells_of_the_owners_zone_and_the_day_is_the_owners(archive, tmp_path):
    config = replace(with_profile(leave_out=(*PUBLIC.leave_out, "times")), timezone="Pacific/Kiritimati")
    with archive.transaction():
        archive.put(conversation("Late", *dialogue("a", "b"), id="c6", flags=("public",)))
    done = published(archive, tmp_path / "out", config)
    assert "6 March 2026" in text_of(done.folder, "*.html")
    assert "2026-03-06T12:00" in (done.folder / "feed.xml").read_text()


def test_publish__the_ledger_and_the_site_do_not_know_of_each_other(archive, tmp_path):
    done = published(archive, tmp_path / "out")
    salt = read_ledger(archive.folder / "publications" / "blog.json").salt
    assert not any(salt.encode() in path.read_bytes() for path in done.folder.rglob("*") if path.is_file())
    assert {path.name for path in done.folder.parent.iterdir() if "lock" not in path.name} == {
        "site", "netlify.toml", ".sitegen-publication",
    }  # fmt: skip


# --- sealed --------------------------------------------------------------------------------------------------------

READER = Reader("Ann", "correct horse battery staple")


def sealing(plain: Path, sealed: Path, previous: Path | None, theme: Theme) -> list[str]:
    before = previous if previous is not None and (previous / HEADER_PATH).is_file() else None
    return [str(seal_site(plain, sealed, [READER], theme, previous=before, iterations=FEWEST_ITERATIONS).reused)]


def sealed(archive: Archive, folder: Path, config: Config) -> Published:
    return publish(archive, "blog", config, folder, ACCEPT, seal=sealing, jobs=1)


def test_publish__sealed_no_word_of_it_is_readable_and_the_passphrase_gives_it_back(archive, tmp_path):
    done = sealed(archive, tmp_path / "out", with_profile(**EVERYTHING))
    assert words_in(done.folder) == set()
    assert {path.relative_to(done.folder).parts[0] for path in done.folder.rglob("*") if path.is_file()} == {
        *("index.html", "404.html", "_headers", "assets", "sealed"),
    }  # fmt: skip
    unseal_site(done.folder, tmp_path / "plain", READER.passphrase)
    found = words_in(tmp_path / "plain")
    assert of(unchosen, found) == of(redacted, found) == of(shown, found) & NEVER == set()
    assert of(shown, found) >= UNLESS_NAMED


def test_publish__in_clear_after_a_sealed_one_it_says_so(archive, tmp_path):
    sealed(archive, tmp_path / "out", CONFIG)
    assert "the last publication was sealed; this one is in clear" in published(archive, tmp_path / "out").lines
    assert not [line for line in published(archive, tmp_path / "out").lines if "sealed" in line]


def test_publish__sealed_again_what_is_the_same_keeps_its_bytes(archive, tmp_path):
    first = sealed(archive, tmp_path / "out", CONFIG)
    before = {path.name: path.read_bytes() for path in (first.folder / "sealed").iterdir()}
    again = sealed(archive, tmp_path / "out", CONFIG)
    after = {path.name: path.read_bytes() for path in (again.folder / "sealed").iterdir()}
    assert int(again.lines[-1]) > 0
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed <= {"header.js"} | {name for name in changed if name not in before or name not in after}
    assert len(changed) <= 3


@pytest.mark.parametrize("name", ["search.html", "sealed/titles.json", ".sitegen-manifest.json"])
def test_publish__a_sealed_site_with_a_file_in_clear_is_not_handed_over(archive, tmp_path, name):
    def forgetful(plain: Path, target: Path, previous: Path | None, theme: Theme) -> list[str]:
        lines = sealing(plain, target, previous, theme)
        (target / name).write_text("quokkatitle")
        return lines

    if name.startswith("."):
        done = publish(archive, "blog", CONFIG, tmp_path / "out", ACCEPT, seal=forgetful, jobs=1)
        assert not (done.folder / name).exists()
    else:
        with pytest.raises(PublishError, match="a file that no sealed site has"):
            publish(archive, "blog", CONFIG, tmp_path / "out", ACCEPT, seal=forgetful, jobs=1)


# --- what goes along -----------------------------------------------------------------------------------------------


def test_publish__a_password_that_is_named_once_is_taken_out_of_what_was_said_before(archive, tmp_path):
    secret = "Kestrel88harbour"
    with archive.transaction():
        archive.put(conversation("First", *dialogue(f"try {secret} there"), id="c6", flags=("public",)))
        later = START.replace(year=2027)
        archive.put(
            conversation("Then", *dialogue(f"my password is {secret}"), id="c7", flags=("public",), created=later)
        )
    assert secret not in text_of(published(archive, tmp_path / "out").folder)


def test_publish__a_secret_in_a_file_that_goes_as_it_is_stops_it(archive, tmp_path):
    content = b"\0\1binary\0 " + TOKEN.encode() + b" \0"
    blocks = (FileBlock(Attachment("dump", "dump.bin")),)
    talk = conversation("Dump", message("1", "user", blocks=blocks), id="c8", flags=("public",))
    with archive.transaction():
        archive.put(talk)
        archive.attach(talk.key, "dump", None, archive.attachments.add(BytesIO(content)))
    with pytest.raises(PublishError, match=r"1 secret\(s\) would be readable, the first in attachment dump\.bin"):
        published(archive, tmp_path / "out", with_profile(attachments=("dump.bin",)))


def test_publish__headers_let_a_sealed_site_alone_show_what_it_decrypts(archive, tmp_path):
    plain = published(archive, tmp_path / "plain").folder
    assert "blob:" not in (plain / "_headers").read_text()
    assert (
        "img-src 'self' data: blob:" in (sealed(archive, tmp_path / "sealed", CONFIG).folder / "_headers").read_text()
    )


def test_publish__tells_what_a_host_will_not_take(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.publish.pipeline.HOSTS", (HostLimits("Tiny host", files=3),))
    lines = published(archive, tmp_path / "out").lines
    assert any(line.startswith("Tiny host: ") and "it takes 3" in line for line in lines)
