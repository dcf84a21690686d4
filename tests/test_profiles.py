"""What `[publish.NAME]` in the settings may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import load_config
from sitegen.errors import ConfigError
from sitegen.profiles import Inclusion, Profile


def loaded(tmp_path: Path, text: str, name: str = "friends") -> Profile:
    (tmp_path / "sitegen.toml").write_text(f"[publish.{name}]\n{text}\n")
    return load_config(tmp_path / "sitegen.toml").publish[name]


def test_profile__one_value_needs_no_brackets(tmp_path):
    profile = loaded(
        tmp_path,
        'include = { tag = "public", query = "a b" }\nexclude = [{ id = ["x", "y"] }]\nattachments = "*.png"\n'
        'leave_out = "times"\nredact = "email"\nwords = "Jane Doe"\ncanaries = "zwieback"\n'
        'seal = true\nreaders = "Ann"',
    )
    assert profile == Profile(
        (Inclusion(tag=("public",), query="a b"),), (Inclusion(id=("x", "y")),), leave_out=("times",),
        attachments=("*.png",), redact=("email",), words=("Jane Doe",), canaries=("zwieback",), seal=True,
        readers=("Ann",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "include is missing"),
        ("include = []", "include is missing"),
        ("include = [{}]", "include, entry 1 has no condition"),
        ('include = [{ tag = "a" }, { tag = [] }]', "include, entry 2 has no condition"),
        ('include = [{ tag = "a" }]\nexclude = [{}]', "exclude, entry 1 has no condition"),
        ('include = [{ tags = "a" }]', "unknown field `tags`"),
        ('includes = [{ tag = "a" }]', "unknown field `includes`"),
        ('include = [{ tag = "a" }]\nleave_out = ["reasonin"]', "reasonin"),
        ('include = [{ tag = "a" }]\nwords = ["a", " "]', "words has an empty entry"),
        ('include = [{ tag = "a" }]\ncanaries = [""]', "canaries has an empty entry"),
        ('include = [{ tag = "a" }]\nreaders = ["Ann"]', "only with seal = true"),
        ('include = [{ tag = "a" }]\npassphrase_env = "X"', "only with seal = true"),
        ('include = [{ tag = "a" }]\nseal = true\nreaders = ["Ann", "Ann"]', "names somebody twice"),
        ('include = [{ tag = "a" }]\nseal = true\nreaders = ["A", "B"]\npassphrase_env = "X"', "of one reader; 2"),
    ],
)
def test_profile__what_would_publish_more_than_was_meant_is_refused(tmp_path, text, complaint):
    with pytest.raises(ConfigError, match=r"sitegen\.toml") as refused:
        loaded(tmp_path, text)
    assert complaint in str(refused.value)


@pytest.mark.parametrize("name", ["Friends", "con", "lpt1", '"../x"', '"a b"', '""', "-a"])
def test_profile__a_name_must_do_for_a_folder(tmp_path, name):
    with pytest.raises(ConfigError, match="is no name for a profile"):
        loaded(tmp_path, 'include = [{ tag = "a" }]', name)
