"""What templates were compiled to: a watched site, and one that is published, load the same theme again and again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket


class CompiledTemplates(jinja2.BytecodeCache):
    """The code of templates by their files, for as long as the process runs. One that was edited is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives Jinja the code, if it is that of the template's present source."""
        checksum, code = self._compiled.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what Jinja has compiled."""
        self._compiled[bucket.key] = bucket.checksum, bucket.code


@lru_cache(maxsize=16)
def compiled_templates(folders: tuple[Path, ...], language: str) -> CompiledTemplates:
    """Those of one chain of folders in one language (its fingerprint): Jinja reckons filters of constants when it
    compiles, and some of them speak."""
    del folders, language
    return CompiledTemplates()
