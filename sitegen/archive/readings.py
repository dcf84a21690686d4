"""What records were found to hold, kept so that an export with the same records again need not be read again.

It is kept in the cache, for this very program: what another one would find may differ.
"""

from __future__ import annotations

import msgspec

from sitegen.archive.cache import Cache
from sitegen.archive.reading import Reading
from sitegen.readers.base import Reader

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Reading)


class Readings:
    """The readings of one reader."""

    def __init__(self, cache: Cache | None, reader: Reader) -> None:
        """Without a cache there are none, and none are kept."""
        self._cache = cache
        #: The version is there for readers of other packages, which change while this program doesn't.
        self._reader = f"{reader.source} {reader.version}"

    def get(self, record_hash: str) -> Reading | None:
        """What a record holds, if that is known. Raises ArchiveError, as does `keep`, if the cache fails."""
        kept = self._cache and self._cache.reading(record_hash, self._reader)
        if not kept:
            return None
        try:
            return _decoder.decode(kept)
        except msgspec.DecodeError:
            return None  # damaged: it is read again, and kept again

    def keep(self, record_hash: str, reading: Reading) -> None:
        """Keeps what a record holds."""
        if self._cache is not None:
            self._cache.put_reading(record_hash, self._reader, _encoder.encode(reading))
