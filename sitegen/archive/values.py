"""How values stand in the tables of the archive: times, JSON, and what is compressed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: Of zlib: level 1 packs chats to about a third at several times the speed of the default.
COMPRESSION = 1


def canonical_json(value: Mapping[str, Any]) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def iso(time: datetime | None) -> str | None:
    """A time as the tables hold it: ISO 8601 in UTC, of one length, so that text order is time order."""
    return None if time is None else time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_iso(text: str | None) -> datetime | None:
    """The opposite of `iso`."""
    return None if text is None else datetime.fromisoformat(text)
