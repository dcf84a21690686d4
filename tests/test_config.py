import pytest

from sitegen.config import Config, find_config, load_config
from sitegen.errors import ConfigError
from sitegen.rules import FolderRule


def test_config__file_under_options(tmp_path):
    path = tmp_path / "sitegen.toml"
    path.write_text('title = "Mine"\ntheme = "a"\n[[folders]]\nname = "Work/Data"\ntitle = "*pandas*"\n')
    config = load_config(path, {"theme": "b", "timezone": None})
    assert (config.title, config.theme) == ("Mine", "b")
    assert config.folders == (FolderRule("Work/Data", title="*pandas*"),)
    assert load_config(None) == Config()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('titel = "x"', "titel.*keys here are: title"),
        ("title = 5", "title"),
        ("[[folders]]\nname = 'a'\nregex = 'b'", "regex.*keys here are: name"),
        ("[search]\nlanguage = 'en'", "language.*keys here are: languages, budget"),
        ("[search]\nbudget = -1", "budget"),
        ('timezone = "Mars/Olympus"', "Mars/Olympus"),
        ('timezone = "../../etc"', "time zone"),
        ('[search]\nlanguages = ["xx"]', 'search.languages: "xx" is not supported; these are: ar, .*, yi'),
        ('[search]\nlanguages = ["de", "en", "de"]', 'search.languages: "de" is named twice'),
        ('[[folders]]\nname = "a//b"\ntitle = "x"', "empty part"),
        ('[[folders]]\nname = "a"', "no condition"),
        ('[[folders]]\nname = "1/2/3/4/5/6/7/8/9/10/11"\ntitle = "x"', "11 levels"),
        ('[[tags]]\nname = "a"', "tags, rule 1.*no condition"),
        ('[[tags]]\nname = " "\ntitle = "x"', "tags, rule 1.*empty"),
        ('[[tags]]\nname = "only here"\ntitle = "x"', "tags, rule 1.*choose another word"),
        (f'[[tags]]\nname = "{"a" * 61}"\ntitle = "x"', "61 characters"),
        ("[[tags]]\nname = 'a'\nregex = 'b'", "regex.*keys here are: name"),
        ('[folder_names]\np1 = ""', "p1.*empty part"),
        ("title = ", "not valid TOML"),
        ("remind_after = " + "9" * 5_000, "not valid TOML"),
        ("title = " + "[" * 5_000, "not valid TOML"),
        ("\xff", "can't be read"),
    ],
)
def test_config__mistake_is_named_with_file_and_key(tmp_path, text, complaint):
    path = tmp_path / "sitegen.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=f"sitegen.toml.*{complaint}"):
        load_config(path)


def test_config__found_beside_the_archive_then_here(tmp_path, monkeypatch):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    assert find_config(there / "archive") is None
    (here / "sitegen.toml").touch()
    assert find_config(there / "archive") == here / "sitegen.toml"
    (there / "sitegen.toml").touch()
    assert find_config(there / "archive") == there / "sitegen.toml"
    with pytest.raises(ConfigError, match="no such"):
        find_config(there, tmp_path / "absent.toml")
