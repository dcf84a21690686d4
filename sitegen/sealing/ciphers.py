"""Keys and ciphers of sealed sites. The only user of `cryptography`; `static/js/sealing.js` is the twin in the page.

A passphrase becomes a key by PBKDF2-HMAC-SHA256 (RFC 8018), that key wraps the data key, and the data key encrypts
everything else, both by AES-256-GCM (NIST SP 800-38D) with a random IV of 96 bits and a tag of 128 bits at the end.
What a ciphertext is for goes in as additional data, so that none can stand in for another.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from sitegen.errors import SealingError
from sitegen.sealing.passphrases import normalised

VERSION = 1
KDF = "PBKDF2-HMAC-SHA256"
ITERATIONS = 1_000_000
#: OWASP's least for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet). A header that asks for less is refused.
FEWEST_ITERATIONS = 600_000
#: A header that asks for more would hang the page.
MOST_ITERATIONS = 10_000_000

KEY_SIZE = 32
SALT_SIZE = 16
IV_SIZE = 12
TAG_SIZE = 16


def new_key() -> bytes:
    """A random data key of 256 bits."""
    return secrets.token_bytes(KEY_SIZE)


def new_id() -> str:
    """A random name of 80 bits, in 16 letters and digits that no file system confuses."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


def context(publication: str, name: str, kind: str, *more: str) -> bytes:
    """The additional data of a ciphertext: what it is for. No part may hold a `|`."""
    return "|".join(("sitegen-sealed", str(VERSION), publication, name, kind, *more)).encode("ascii")


def derived_key(passphrase: str, salt: bytes, iterations: int) -> bytes:
    """The key of 256 bits that a passphrase stands for, as `normalised` has it. Raises SealingError for a number of
    iterations out of bounds."""
    if not FEWEST_ITERATIONS <= iterations <= MOST_ITERATIONS:
        raise SealingError(
            f"the sealed site asks for {iterations} iterations; {FEWEST_ITERATIONS} to {MOST_ITERATIONS} are accepted"
        )
    kdf = PBKDF2HMAC(hashes.SHA256(), KEY_SIZE, salt, iterations)
    return kdf.derive(normalised(passphrase).encode("utf-8"))


def encrypted(key: bytes, iv: bytes, plaintext: bytes, additional: bytes) -> bytes:
    """Ciphertext and tag."""
    return AESGCM(key).encrypt(iv, plaintext, additional)


def decrypted(key: bytes, iv: bytes, ciphertext: bytes, additional: bytes) -> bytes | None:
    """The plaintext; None if anything at all differs from what was encrypted."""
    try:
        return AESGCM(key).decrypt(iv, ciphertext, additional)
    except (InvalidTag, ValueError):
        return None


def as_text(content: bytes) -> str:
    """Bytes as base64 (RFC 4648, section 4)."""
    return base64.b64encode(content).decode("ascii")


def as_bytes(text: str) -> bytes | None:
    """The bytes of a base64 text; None if it is none, or not the one that `as_text` gives."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if as_text(content) == text else None
