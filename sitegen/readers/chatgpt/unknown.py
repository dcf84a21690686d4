"""What no table knows, kept as ChatGPT's own JSON, but without details of the account and signed links.

Which things are known is decided where they are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from sitegen.model import UnknownBlock
from sitegen.readers.fields import Json, Object, json_text

_PRIVATE = {
    "account_id",
    "account_user_id",
    "email",
    "email_address",
    "ip_address",
    "organization_id",
    "owner",
    "phone_number",
    "user_id",
    "workspace_id",
}
_SIGNED_LINK = re.compile(r'https?://[^\s/"\\]*oaiusercontent\.com[^\s"\\]*', re.IGNORECASE)

# Indenting goes deeper than decoding did; the compact form takes about as much as decoding.
_WRITERS: tuple[Callable[[Json], str], ...] = (json_text, partial(json.dumps, ensure_ascii=False))


def unknown(type_: str, value: Json) -> UnknownBlock:
    """The block for something that the reader doesn't know; `type_` is the provider's name for it."""
    for write in _WRITERS:
        try:
            public = json.loads(json.dumps(value), object_hook=_public)
            return UnknownBlock(type_, _SIGNED_LINK.sub("", write(public)))
        except RecursionError:
            continue
    return UnknownBlock(type_, "(nested too deeply to be shown)")


def _public(value: Object) -> Object:
    return {key: member for key, member in value.items() if key not in _PRIVATE}
