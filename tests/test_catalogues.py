"""The catalogues have every text of the interface, translated, with its places for values and its elements."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from catalogues import LOCALE, catalogue_of, texts, updated

from sitegen.language import languages, load_language

TAGS = sorted(path.stem for path in LOCALE.glob("*.po"))
_PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?\w+[^>]*>")


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


def messages(tag: str) -> list[Message]:
    return [message for message in catalogue_of(tag) if message.id]


def test_catalogues__are_those_that_the_guide_names() -> None:
    guide = (LOCALE.parent.parent / "docs" / "translating.md").read_text("utf-8")
    named = re.findall(r"^\| `([\w-]+)` \| [A-Z]", guide, re.MULTILINE)
    assert sorted(named) == languages() == ["de", "en", "zh-Hans"]


@pytest.mark.parametrize("tag", TAGS)
def test_catalogues__have_every_text_and_no_other(tag: str) -> None:
    assert (LOCALE / f"{tag}.po").read_bytes() == updated(tag), "run python tests/catalogues.py"
    assert {message.id for message in messages(tag)} == {message.id for message in texts() if message.id}


@pytest.mark.parametrize("tag", TAGS)
def test_catalogues__leave_nothing_untranslated(tag: str) -> None:
    wanting = [message.id for message in messages(tag) if message.fuzzy or not all(forms(message.string))]
    assert wanting == []


@pytest.mark.parametrize("tag", TAGS)
def test_catalogues__keep_places_and_elements(tag: str) -> None:
    for message in messages(tag):
        *others, last = forms(message.string)
        english = forms(message.id)[-1]
        assert places(last) == places(english), message.id
        for form in others:
            # "one message" may do without its number.
            assert set(places(form)) <= set(places(english)), message.id


@pytest.mark.parametrize("tag", TAGS)
def test_catalogues__can_be_used(tag: str) -> None:
    language = load_language(tag)
    for message in messages(tag):
        said = [language.gettext(text) for text in forms(message.id)[:1]]
        if isinstance(message.id, tuple):
            said = [language.ngettext(*message.id, count) for count in (0, 1, 2, 5, 100)]
        assert all(said)
        if "{" in forms(message.id)[0]:
            assert all("{" not in text.format_map(dict.fromkeys(re.findall(r"\{(\w+)\}", text), "x")) for text in said)
