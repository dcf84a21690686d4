"""What a sealed site is guarded by, each with the way to switch it off: in Python, and in the script of the browser."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hostile_cases import Protection
from protections_redaction import replaced

from sitegen.sealing import reading
from sitegen.sealing.blobs import STEP
from sitegen.sealing.ciphers import TAG_SIZE
from sitegen.sealing.header import Header, Slot
from sitegen.sealing.reading import SealedSite

SwitchOff = Callable[[pytest.MonkeyPatch], None]


class _AnySlot(Slot):
    iterations: int


class _AnyHeader(Header):
    slots: tuple[_AnySlot, ...]


def _unpadded(*, zeros: bool = True, shortest: bool = True, whole: bool = True) -> Callable[[bytes], bytes | None]:
    """What `unpadded` would be with some of its conditions only."""

    def unpadded(content: bytes) -> bytes | None:
        length = int.from_bytes(content[:4], "big")
        packed, rest = content[4 : 4 + length], content[4 + length :]
        if (zeros and rest.strip(b"\0")) or (shortest and len(rest) >= STEP) or (whole and len(content) % STEP):
            return None
        return gzip.decompress(packed)

    return unpadded


def _decrypted_without_tag(key: bytes, iv: bytes, ciphertext: bytes, additional: bytes) -> bytes:
    del additional
    # GCM is counter mode whose first block of text has the number 2.
    decryptor = Cipher(algorithms.AES(key), modes.CTR(iv + b"\0\0\0\2")).decryptor()
    return decryptor.update(ciphertext[:-TAG_SIZE])


def _unpadded_of_no_padding(content: bytes) -> bytes:
    return gzip.decompress(content[4:])


def _not_padded(content: bytes) -> bytes:
    packed = gzip.compress(content, 6, mtime=0)
    return len(packed).to_bytes(4, "big") + packed


def _opened_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is opened before the first file is written."""
    contents, calls = reading._contents, []

    def late(site: SealedSite) -> Iterator[tuple[str, bytes]]:
        calls.append(site)
        return iter(()) if len(calls) % 2 else contents(site)

    monkeypatch.setattr(reading, "_contents", late)


def _any_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.sealing.directory.PurePosixPath", lambda path: type("Path", (), {"parts": ("a",)})())
    monkeypatch.setattr("sitegen.output._parts", lambda name: tuple(name.split("/")))


def _together(*offs: SwitchOff) -> SwitchOff:
    def off(monkeypatch: pytest.MonkeyPatch) -> None:
        for one in offs:
            one(monkeypatch)

    return off


_ANY_HEADER = replaced("sitegen.sealing.header.Header", _AnyHeader)
_NO_USE = replaced("sitegen.sealing.blobs.context", lambda *parts: b"")
_NO_SLOT = replaced("sitegen.sealing.header._context", lambda slot, publication: b"")
_ANYTHING_IS_SAME = _together(
    replaced("sitegen.sealing.directory.is_same", lambda file, content: True),
    replaced("sitegen.sealing.reading.is_same", lambda file, content: True),
)

_ROWS: tuple[tuple[str, SwitchOff, tuple[str, ...]], ...] = (
    ("the digest", _ANYTHING_IS_SAME, ("forged-by-a-reader", "changed-script")),
    ("what a blob is for", _NO_USE, ("directory-renamed", "attachment-as-directory")),
    ("what a slot is for", _NO_SLOT, ("foreign-slot",)),
    (
        "the tag",
        replaced("sitegen.sealing.blobs.decrypted", _decrypted_without_tag),
        ("flipped-bit", "flipped-bit-that-changes-nothing"),
    ),
    (
        "the least number of iterations",
        _together(_ANY_HEADER, replaced("sitegen.sealing.ciphers.FEWEST_ITERATIONS", 1)),
        ("few-iterations",),
    ),
    (
        "the greatest number of iterations",
        _together(_ANY_HEADER, replaced("sitegen.sealing.ciphers.derived_key", lambda *_: bytes(32))),
        ("many-iterations",),
    ),
    ("zeros as padding", replaced("sitegen.sealing.blobs.unpadded", _unpadded(zeros=False)), ("padding-not-zero",)),
    (
        "the shortest padding",
        replaced("sitegen.sealing.blobs.unpadded", _unpadded(shortest=False)),
        ("padding-too-long",),
    ),
    ("whole steps", replaced("sitegen.sealing.blobs.unpadded", _unpadded(whole=False)), ("padding-missing",)),
    (
        "padding",
        _together(
            replaced("sitegen.sealing.blobs.padded", _not_padded),
            replaced("sitegen.sealing.blobs.unpadded", _unpadded_of_no_padding),
        ),
        ("sizes",),
    ),
    ("random IVs", replaced("sitegen.sealing.writing.secrets.token_bytes", bytes), ("no-iv-twice",)),
    ("all is opened first", _opened_late, ("flipped-bit", "truncated-blob")),
    ("paths of a directory", _any_path, ("directory-that-leads-outside",)),
)

PROTECTIONS = [
    Protection(f"sealing: {name}", off, tuple(f"sealing-{case}" for case in missed_by))
    for name, off, missed_by in _ROWS
]


@dataclass(frozen=True)
class InScript:
    """A protection in the browser: `holds` is what holds it in the script, `gone` stands there when it is off.
    `sealed_without` takes it away from what is sealed, too, where else nothing would be opened."""

    name: str
    holds: str
    gone: str
    missed_by: tuple[str, ...]
    sealed_without: SwitchOff = lambda monkeypatch: None

    def switched_off(self, script: str) -> str:
        """The script without it."""
        assert script.count(self.holds) == 1, self.holds
        return script.replace(self.holds, self.gone)


IN_SCRIPT = (
    InScript("the digest", "|| text !== digest", "", ("forged-by-a-reader",)),
    InScript(
        "what a blob is for",
        "additionalData: context(publication, blob, kind)",
        "additionalData: new Uint8Array(0)",
        ("directory-renamed", "attachment-as-directory"),
        _NO_USE,
    ),
    InScript(
        "what a slot is for",
        'context(publication, slot.id, "key", KDF, slot.iterations, slot.salt)',
        "new Uint8Array(0)",
        ("foreign-slot",),
        _NO_SLOT,
    ),
    InScript("the least number of iterations", "slot.iterations >= FEWEST_ITERATIONS &&", "", ("few-iterations",)),
    InScript("the greatest number of iterations", "slot.iterations <= MOST_ITERATIONS", "true", ("many-iterations",)),
    InScript("zeros as padding", "rest.every((byte) => byte === 0)", "true", ("padding-not-zero",)),
    InScript("the shortest padding", "rest.length < STEP", "true", ("padding-too-long",)),
    InScript("whole steps", "content.length % STEP !== 0", "false", ("padding-missing",)),
)
