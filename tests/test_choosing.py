"""Which conversations a profile publishes, and what waits until a person has accepted it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from makers import conversation, dialogue, message
from msgspec.structs import replace

from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.errors import ConfigError, PublishError
from sitegen.model import Kind, Project, Revision, TextBlock
from sitegen.notes import notes_folder, read_notes
from sitegen.prepared import settings_for
from sitegen.profiles import Inclusion, Profile
from sitegen.publish.acceptance import message_mark, title_mark
from sitegen.publish.choosing import Candidate, Survey, decide, difference, survey
from sitegen.publish.ledger import Facts, Ledger, ledger_path, read_ledger, write_ledger
from sitegen.rules import FolderRule, TagRule
from sitegen.searching import found_keys

NEW = Ledger("salt")


def candidate(key: str = "k1", messages: tuple[str, ...] = ("m1", "m2"), *, named: bool = False) -> Candidate:
    return Candidate(key, "Title", "2026-03-05", (), (), messages, named)


def test_decide__what_is_newly_meant_is_held():
    decision = decide([candidate()], NEW, ())
    assert decision.publishing == []
    assert [held.key for held in decision.held] == ["k1"]
    assert decision.accepted == {}


@pytest.mark.parametrize("said", [{"accepting": ["k1"]}, {"accepting": [], "all_": True}])
def test_decide__what_is_accepted_is_published_whole_and_remembered(said):
    decision = decide([candidate()], NEW, **said)
    assert decision.publishing == [(candidate(), frozenset({"m1", "m2"}))]
    assert decision.held == []
    assert decision.accepted == {"k1": ("m1", "m2")}


def test_decide__what_is_named_by_its_id_is_accepted_by_that():
    assert decide([candidate(named=True)], NEW, ()).accepted == {"k1": ("m1", "m2")}


@pytest.mark.parametrize("named", [False, True])
def test_decide__what_was_said_since_is_held_though_the_conversation_is_published(named):
    ledger = Ledger("salt", accepted={"k1": ("m1",)})
    decision = decide([candidate(named=named)], ledger, ())
    assert decision.publishing == [(candidate(named=named), frozenset({"m1"}))]
    assert [(held.key, held.new_messages) for held in decision.held] == [("k1", 1)]
    assert decision.accepted == {"k1": ("m1",)}


def test_decide__what_is_new_around_the_messages_is_held_too():
    ledger = Ledger("salt", accepted={"k1": ("m1", "m2", "title")})
    renamed = candidate()._replace(around=("title", "tag"))
    decision = decide([renamed], ledger, ())
    assert [(held.new_messages, held.new_around) for held in decision.held] == [(0, 1)]
    assert decision.publishing == [(renamed, frozenset({"m1", "m2", "title"}))]


def test_decide__what_left_the_profile_must_be_accepted_again():
    ledger = Ledger("salt", accepted={"k1": ("m1", "m2")})
    assert decide([], ledger, ()).accepted == {}


def test_decide__a_key_that_is_not_meant_is_refused():
    with pytest.raises(PublishError, match="--accept k9: the profile means no conversation"):
        decide([candidate()], NEW, ["k9", "k1"])


def test_difference__tells_what_came_went_and_changed():
    facts = Facts("Title", "2026-03-05", 10, 2, 0)
    longer = Facts("Title", "2026-03-05", 12, 3, 0)
    assert difference({"a": facts, "b": facts, "c": facts}, {"b": facts, "c": longer, "d": facts}) == (
        ("d",), ("a",), ("c",),
    )  # fmt: skip


# --- the ledger ----------------------------------------------------------------------------------------------------


def test_ledger__comes_back_as_it_was_written_and_begins_with_a_salt_of_its_own(tmp_path):
    path = ledger_path(tmp_path, "blog")
    first = read_ledger(path)
    assert read_ledger(path) == first
    assert read_ledger(ledger_path(tmp_path, "other")).salt != first.salt
    written = Ledger(first.salt, accepted={"k": ("m",)}, published={"k": Facts("T", "", 1, 1, 0)})
    write_ledger(path, written)
    assert read_ledger(path) == written
    assert {file.name for file in path.parent.iterdir()} == {"blog.json", "other.json"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"salt": "no hex digits"}', b'{"salt": "00"}'])
def test_ledger__one_that_can_not_be_used_says_so(tmp_path, content):
    path = tmp_path / "blog.json"
    path.write_bytes(content)
    with pytest.raises(PublishError, match=r"blog\.json: can't be read"):
        read_ledger(path)


def test_ledger__one_of_a_newer_sitegen_is_left_alone(tmp_path):
    path = tmp_path / "blog.json"
    path.write_text(f'{{"salt": "{"00" * 16}", "version": 2}}')
    with pytest.raises(PublishError, match=r"blog\.json: was written by a newer sitegen"):
        read_ledger(path)


# --- what a profile means ------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            archive.put(conversation("Using pandas", *dialogue("how to sort", "so"), id="c1"))
            archive.put(conversation("Heat pump", *dialogue("a heat pump for us", "yes"), id="c2", flags=("starred",)))
            archive.put(conversation("", message("1", "user", "Untitled prompt about pumps"), id="c3"))
            archive.put(conversation("Secret", *dialogue("x"), id="c4", former_titles=("Once secret",)))
        yield archive


CONFIG = Config(
    folders=(FolderRule("Work/Data", title="*pandas*"),), tags=(TagRule("public", title="heat*"),)
)  # fmt: skip


def seen(archive: Archive, *include: Inclusion, exclude: tuple[Inclusion, ...] = ()) -> Survey:
    profile = Profile(include, exclude)
    settings, notes = settings_for(archive, CONFIG), read_notes(notes_folder(archive.folder))
    return survey(archive, profile, settings, lambda query: found_keys(archive, CONFIG, query, 1), notes)


@pytest.mark.parametrize(
    ("include", "titles"),
    [
        (Inclusion(tag=("public",)), {"Heat pump"}),
        (Inclusion(tag=("starred",)), {"Heat pump"}),
        (Inclusion(folder=("Work",)), {"Using pandas"}),
        (Inclusion(id=("c1", "chatgpt:c2")), {"Using pandas", "Heat pump"}),
        (Inclusion(text=("pump",)), {"Heat pump", "Untitled prompt about pumps"}),
        (Inclusion(query="pump"), {"Heat pump", "Untitled prompt about pumps"}),
        (Inclusion(query="+pump +heat"), {"Heat pump"}),
        (Inclusion(query="pump", tag=("starred",)), {"Heat pump"}),
        (Inclusion(query='"heat sort"'), set()),
    ],
)
def test_survey__an_entry_means_what_fits_all_of_it(archive, include, titles):
    assert {candidate.title for candidate in seen(archive, include).meant} == titles


@pytest.mark.parametrize("kind", sorted(set(get_args(Kind)) - {"chat"}))
def test_survey__what_is_kept_beside_the_chats_is_meant_by_its_id_alone(archive, kind):
    with archive.transaction():
        archive.put(conversation("Heat pumps, remembered", *dialogue("x"), id="m1", kind=kind, flags=("starred",)))
    assert "Heat pumps, remembered" not in {c.title for c in seen(archive, Inclusion(tag=("starred",))).meant}
    assert {c.title for c in seen(archive, Inclusion(id=("m1",))).meant} == {"Heat pumps, remembered"}


def test_survey__entries_add_up_and_exclude_wins(archive):
    both = (Inclusion(tag=("public",)), Inclusion(id=("c1",)))
    assert {c.title for c in seen(archive, *both).meant} == {"Heat pump", "Using pandas"}
    assert {c.title for c in seen(archive, *both, exclude=(Inclusion(folder=("Work",)),)).meant} == {"Heat pump"}
    assert {c.title for c in seen(archive, *both, exclude=(Inclusion(query="pump"),)).meant} == {"Using pandas"}


def test_survey__tells_the_titles_of_the_rest_and_what_they_were(archive):
    result = seen(archive, Inclusion(id=("c1",)))
    [found] = result.meant
    assert result.unpublished_names([(found, found.around)]) == {
        "Heat pump",
        "Untitled prompt about pumps",
        "Secret",
        "Once secret",
        "public",
    }
    assert (found.folder, found.tags, found.named, found.created) == (("Work", "Data"), (), True, "2026-03-05")


@pytest.mark.parametrize("query", ["!!!", "-pump", '+heat -"a pump"', "title:"])
def test_survey__a_query_that_means_more_than_it_seems_to_is_refused(archive, query):
    for entries in ({"include": (Inclusion(query=query),)}, {"exclude": (Inclusion(query=query),)}):
        profile = Profile(**({"include": (Inclusion(id=("c1",)),)} | entries))
        with pytest.raises(ConfigError, match=f'query = "{re.escape(query)}"'):
            seen(archive, *profile.include, exclude=profile.exclude)


def test_survey__tells_of_entries_that_mean_nothing(archive):
    wrong, right = Inclusion(tag=("Starred",)), Inclusion(tag=("starred",))
    include = (Inclusion(id=("c1",)), wrong)
    assert seen(archive, *include, exclude=(right, wrong)).idle == ("include, entry 2", "exclude, entry 2")


@pytest.mark.parametrize(
    ("project", "folder"),
    [
        (Project("g-p-68f0c2a47b9c8191ad3e"), ()),
        (Project("g-Wz4kQx7Lt", kind="gpt"), ()),
        (Project("g-p-68f0c2a47b9c8191ad3e", "Garden"), ("Garden",)),
        (Project("g-Wz4kQx7Lt", "SQL tutor", kind="gpt"), ("GPTs", "SQL tutor")),
    ],
)
def test_survey__no_folder_is_called_by_a_providers_id(archive, project, folder):
    with archive.transaction():
        archive.put(conversation("Placed", *dialogue("a"), id="c7", project=project))
    [found] = seen(archive, Inclusion(id=("c7",))).meant
    assert found.folder == folder


def test_survey__what_is_held_and_what_a_title_was_is_not_published_either(archive):
    result = seen(archive, Inclusion(id=("c1", "c4")))
    data, secret = result.meant
    published = [(data, (title_mark(data.title),)), (secret, secret.around)]
    assert result.unpublished_names(published) >= {"Once secret", "Work", "Data", "Heat pump"}
    assert result.unpublished_names(published).isdisjoint({"Using pandas", "Secret"})
    assert result.unpublished_names(published[:1]) >= {"Secret", "Once secret"}


def test_survey__messages_that_the_profile_leaves_out_are_not_accepted_with_the_rest(archive):
    talk = conversation(
        "Branches", *dialogue("a", "b"), message("3", "assistant", "other", "1"),
        message("0", "system", "hidden", hidden=True), id="c5", active_leaf="2",
    )  # fmt: skip
    with archive.transaction():
        archive.put(talk)
    [found] = seen(archive, Inclusion(id=("c5",))).meant
    assert found.messages == tuple(map(message_mark, talk.messages[:2]))


def test_message_mark__tells_what_a_message_says_and_not_where_it_stands():
    said = message("1", "user", "yes", revisions=(Revision((TextBlock("no"),)),))
    assert message_mark(said) == message_mark(replace(said, parent="0", created=None, revisions=(), absent=True))
    others = [replace(said, blocks=(TextBlock("no"),)), replace(said, hidden=True), replace(said, id="2")]
    assert len({message_mark(said), *map(message_mark, others)}) == 4
