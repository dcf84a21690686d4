"""Passphrases: made, checked, and brought into the one form in which they become keys."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from importlib.resources import files

from sitegen.errors import PassphraseError

FEWEST_CHARACTERS = 12
#: Six of 2,048 words are 66 bits.
WORDS = 6
_BLANKS = " \t\r\n"


def normalised(passphrase: str) -> str:
    """The passphrase as every keyboard gives it: Unicode's NFKC, blanks around it left out, those inside single."""
    text = unicodedata.normalize("NFKC", passphrase)
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return " ".join(word for word in text.split(" ") if word)


def check_passphrase(passphrase: str, whose: str = "the passphrase") -> str:
    """The passphrase, normalised. Raises PassphraseError if it is too short, or holds what keyboards don't type and
    browsers may normalise in another way."""
    text = normalised(passphrase)
    if len(text) < FEWEST_CHARACTERS:
        raise PassphraseError(
            f"{whose} has {len(text)} characters; take at least {FEWEST_CHARACTERS}, best several words by chance"
            f" (such as {generate_passphrase()!r}, made just now)"
        )
    if any(unicodedata.category(character) in ("Cc", "Cn", "Cs") for character in text):
        raise PassphraseError(f"{whose} holds a character that can't be typed; use letters, digits and signs")
    return text


def generate_passphrase() -> str:
    """Six random words, with blanks between: 66 bits."""
    return " ".join(secrets.choice(words()) for _ in range(WORDS))


@cache
def words() -> tuple[str, ...]:
    """The English word list of BIP 39: 2,048 words, told apart by their first four letters (words-LICENSE.txt)."""
    return tuple((files("sitegen.sealing") / "words.txt").read_text("ascii").split())
