"""The readers that are installed, and the one that recognises an export.

Readers may come from other packages; whatever goes wrong in one is an ExportError that names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import NamedTuple

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers.base import Reader, Recognition
from sitegen.readers.export import Export, json_scan
from sitegen.readers.fields import one_line

GROUP = "sitegen.readers"
_NAMES_SHOWN = 5
_KEYS_SHOWN = 8
_NAME_SHOWN = 100


class UnrecognisedError(ExportError):
    """No reader recognises an export. `found` says in a few words what it holds."""

    def __init__(self, text: str, found: str) -> None:
        super().__init__(text)
        self.found = found


class SeveralReadersError(ExportError):
    """More than one reader recognises an export: `found` holds what each says."""

    def __init__(self, text: str, found: list[Recognised]) -> None:
        super().__init__(text)
        self.found = found


class Recognised(NamedTuple):
    """An export's one reader, and what it said of the export."""

    reader: Reader
    recognition: Recognition


@cache
def installed() -> dict[str, Reader]:
    """Every reader of the entry-point group `sitegen.readers`, by its source, in the order of sources.

    Raises ExportError naming one that can't be loaded, or two with the same source.
    """
    return load_readers(entry_points(group=GROUP))


def load_readers(points: Iterable[EntryPoint]) -> dict[str, Reader]:
    """The readers behind these entry points, as `installed` gives them."""
    readers: dict[str, Reader] = {}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        try:
            reader: Reader = point.load()()
            source = reader.source
        except Exception as error:
            raise ExportError(
                f"the reader '{point.name}' ({point.value}) can't be loaded: {_named(error)}; "
                "update or remove the package that it comes from"
            ) from error
        if source in readers:
            raise ExportError(
                f"two readers are installed for '{source}', one of them '{point.name}' ({point.value}); "
                "remove one of the packages"
            )
        readers[source] = reader
    return dict(sorted(readers.items()))


def recognise(export: Export, readers: Iterable[Reader] | None = None) -> Recognised:
    """The one reader for this export, of all that are installed or of those given.

    Raises UnrecognisedError, saying what was found, if there is none, SeveralReadersError if there are several, and
    ExportError if one says that there are several exports of its kind, or if one fails.
    """
    readers = tuple(installed().values() if readers is None else readers)
    found = [Recognised(reader, said) for reader in readers if (said := _ask(reader, export)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        labels = listed([recognised.reader.label for recognised in found], "and")
        raise SeveralReadersError(
            f"{export.path}: several exports in one, of {labels}; unpack it and give the folder", found
        )
    holds = _description(export)
    text = f"{export.path}: no reader recognises this: it {holds}. Expected an export from {labels_of(readers)}"
    if any(name.lower().endswith(".zip") for name in export.members):
        text += "; if that is in a zip inside it, unpack it and give the folder"
    raise UnrecognisedError(text, holds)


def labels_of(readers: Iterable[Reader] | None) -> str:
    """The providers, for people: "ChatGPT, Claude or Grok"."""
    return listed([reader.label for reader in (installed().values() if readers is None else readers)], "or")


def listed(words: list[str], conjunction: str) -> str:
    """The words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _ask(reader: Reader, export: Export) -> Recognition | None:
    try:
        return reader.recognise(export)
    except ExportError:
        raise
    except Exception as error:
        raise reader_fault(reader, export, error) from error


def reader_fault(reader: Reader, export: Export, error: Exception) -> ExportError:
    """What is said of a reader that raises what no reader may."""
    return ExportError(
        f"{export.path}: the reader for {reader.label} failed on it: {_named(error)}; "
        "this is a fault of the reader, please report it to whoever made it"
    )


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {one_line(str(error))[:300]}" if str(error) else type(error).__name__


def _description(export: Export) -> str:
    """What an export holds, in a few words: the JSON members first, with their keys but none of their values."""
    texts = export.named(r"(?i).*\.(json|js)") or (list(export.members) if len(export.members) == 1 else [])
    shown, known = texts[:_NAMES_SHOWN], set(texts)
    words = [f"{_shortened(name)} ({_shape(export, name)})" for name in shown]
    others = (name for name in export.members if name not in known)
    words += [_shortened(name) for name in islice(others, _NAMES_SHOWN - len(shown))]
    if len(export.members) > len(words):
        more = len(export.members) - len(words)
        words.append(f"{more:,} more file{'s' if more > 1 else ''}")
    return f"holds {listed(words, 'and')}"


def _shape(export: Export, name: str) -> str:
    """What kind of JSON a member is, judged by its first item."""
    try:
        first = next(iter(export.first_items(name, 1)), None)
        if first is not None:
            keys = sorted(_shortened(key[1:-1].decode("utf-8", "replace")) for key in _keys(first.raw))
            return f"JSON with the keys {', '.join(keys[:_KEYS_SHOWN])}" if keys else "JSON without objects"
        problem = next((item for item in export.items(name) if isinstance(item, Problem)), None)
    except ExportError as error:
        return str(error)
    return f"broken JSON: {problem.reason}" if problem else "an empty list"


def _shortened(name: str) -> str:
    """A name as one line of bounded length."""
    name = one_line(name[: 4 * _NAME_SHOWN])
    return name if len(name) <= _NAME_SHOWN else f"{name[:_NAME_SHOWN]}…"


def _keys(raw: bytes) -> frozenset[bytes]:
    return json_scan.keys_of(memoryview(raw), 0).keys if raw.startswith(b"{") else frozenset()
