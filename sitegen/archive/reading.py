"""One record through its reader: a conversation, nothing, or a problem."""

from __future__ import annotations

from sitegen.model import Conversation, Problem, Record
from sitegen.readers.base import Reader


def read_record(reader: Reader, record: Record) -> Conversation | Problem | None:
    """The conversation in a record, None for an empty placeholder, or the problem that it is."""
    try:
        return reader.read(record)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        return Problem(record.where, _explained(error), record.raw, record.context)


def _explained(error: Exception) -> str:
    """Why a record can't be read, in words for people."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, KeyError):
        return f"it lacks the field {error}"
    if type(error) is ValueError:
        return str(error)[:300]
    return f"it has a form that the reader can't follow ({error})"[:300]
