"""What keeps hostile exports from doing harm, each with a way to take it out of the program.

Most are one condition among others: the words of it are replaced in the source of its function, and that they stand
there is checked, so that none of these goes on to switch off nothing.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hostile_cases import Protection

from sitegen import lock, model, tree
from sitegen.archive import attachments, deriving, importing, imports, merge, reading, tables
from sitegen.readers import chatgpt, fields, finding
from sitegen.readers.export import containers, contents, file_kinds, json_items, json_scan, member_bytes, zips


def rewritten(monkeypatch: pytest.MonkeyPatch, function: Any, *replacements: tuple[str, str]) -> None:
    """Gives a function, wherever it was imported to, another body until the end of the test: its own source with words
    replaced."""
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    for old, new in replacements:
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function.__qualname__}"
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(f"from __future__ import annotations\n{source}", "rewritten", "exec"), function.__globals__, made)
    monkeypatch.setattr(function, "__code__", made[function.__name__].__code__)


def _without(
    name: str, function: Any, old: str, new: str, *missed_by: str, also: tuple[tuple[Any, str, str], ...] = ()
) -> Protection:
    """A protection that is gone when these words of a function are others."""

    def switch_off(monkeypatch: pytest.MonkeyPatch) -> None:
        for one, words, others in ((function, old, new), *also):
            rewritten(monkeypatch, one, (words, others))

    return Protection(name, switch_off, missed_by)


def _condition(name: str, function: Any, condition: str, *missed_by: str) -> Protection:
    """A protection that is a condition, which never holds when it is gone."""
    keyword = condition.partition(" ")[0]
    return _without(name, function, condition, f"{keyword} False and {condition.partition(' ')[2]}", *missed_by)


def _number(name: str, module: Any, attribute: str, *missed_by: str) -> Protection:
    """A limit, which is out of reach when it is gone."""
    return Protection(name, lambda monkeypatch: monkeypatch.setattr(module, attribute, 1 << 60), missed_by)


def _method(of: Any, name: str) -> Callable[..., Any]:
    """A method or a property's function, private ones too."""
    found = inspect.getattr_static(of, name)
    return found.fget if isinstance(found, property) else found


PROTECTIONS = (
    # names of files
    _without(
        "names that lead out are refused",
        containers.clean_name,
        'raise ValueError("its name leads out of the export")',
        "pass",
        "zip-names-lead-out",
        "zip-name-with-escapes",
        "zip-in-a-zip-that-is-hostile",
    ),
    _condition("absolute names are refused", containers.clean_name, 'if path.startswith("/") or', "zip-names-lead-out"),
    _condition("names with NUL are refused", zips._check, 'if "\\0" in', "zip-name-with-nul"),
    _without(
        "control characters are taken out of names",
        contents.placed,
        "one_line(member)",
        "member",
        "zip-name-with-escapes",
    ),
    _without(
        "of equal names the first is kept",
        contents.Contents._take,
        "elif entry.name in self.entries or entry.name in entries:",
        "elif False:",
        "zip-one-name-twice",
    ),
    _without(
        "names in UTF-8 are recognised",
        zips._name,
        'name.encode("cp437").decode("utf-8")',
        "name",
        "zip-name-in-utf8-without-its-flag",
    ),
    _without("litter is left out", zips.zip_entries, " or is_litter(name)", "", "zip-litter"),
    # what files are
    _condition("links in zips are refused", zips._check, "if stat.S_ISLNK(", "zip-link-in-place-of-a-picture"),
    _condition("encrypted files are refused", zips._check, "if info.flag_bits & (_ENC", "zip-encrypted-file"),
    _condition(
        "encrypted zips are called so",
        contents.Contents._fill_from_zip,
        "if zips.is_encrypted(",
        "zip-wholly-encrypted",
    ),
    _condition("patches are refused", zips._check, "if info.flag_bits & _PATCHED", "zip-patch-of-a-file"),
    _condition(
        "methods are known ones",
        zips._check,
        "if info.compress_type not in",
        "zip-unknown-methods",
        "zip-bzip2-bomb",
    ),
    _condition(
        "links out of a folder are refused",
        containers._plain_file,
        "if path.is_symlink() and",
        "folder-link-in-place-of-a-picture",
    ),
    _without(
        "links in circles are no error",
        finding._leads_into,
        "except (OSError, RuntimeError)",
        "except ZeroDivisionError",
        "folder-links-in-circles",
    ),
    _condition("pipes are not opened", finding._kind, "if not path.is_file()", "folder-with-pipes"),
    # where they stand
    _without(
        "files that overlap are refused",
        zips._overlapping,
        "return found",
        "return set()",
        "zip-files-at-one-place",
        "zip-file-inside-a-file",
        "zip-that-holds-itself",
    ),
    _condition(
        "no file begins before the zip",
        zips._check,
        "if info.header_offset < 0",
        "zip-files-before-its-beginning",
    ),
    _condition(
        "no file reaches beyond the files' end",
        zips._check,
        "if info.header_offset + _LOCAL",
        "zip-forged-packed-size",
        "zip-file-that-reaches-into-the-directory",
        "zip-sizes-of-64-bits",
    ),
    _without(
        "bytes before a zip are told",
        contents.Contents._fill_from_zip,
        "zips.leading_bytes(archive)",
        "0",
        "zip-after-another-zip",
        "zip-after-a-program",
    ),
    # how much they hold
    _condition("a huge directory is not loaded", zips.open_zip, "if directory.size >", "zip-directory-too-large"),
    _condition(
        "a directory of far too many is not loaded",
        zips.open_zip,
        "if directory.entries >",
        "zip-far-more-files-than-allowed",
    ),
    _without(
        "what unpacks out of proportion is refused",
        containers._is_trap,
        "return size >",
        "return False and size >",
        "zip-bomb",
        "zip-bomb-in-many-pieces",
        "zip-in-a-zip-packed-twice",
        "json-4-gb-of-brackets",
    ),
    _without(
        "proportions are taken of all files together",
        containers.within_limits,
        "_is_trap(total + entry.size, packed + entry.packed, limits)",
        "False",
        "zip-bomb-in-many-pieces",
        "zip-in-a-zip-packed-twice",
    ),
    _without(
        "proportions are taken through both zips",
        zips.zip_entries,
        "within.packed / max(within.size, 1) if within else 1",
        "1",
        "zip-in-a-zip-packed-twice",
    ),
    _condition(
        "each file has a limit",
        containers._over_limit,
        "if entry.size > allowed",
        "zip-file-too-large",
        "zip-records-too-large",
    ),
    _without(
        "all files have one limit",
        containers.within_limits,
        "total + entry.size > limits.total",
        "False",
        "zip-too-large-in-all",
    ),
    _without(
        "the number of files has a limit",
        containers.within_limits,
        "count >= limits.members",
        "False",
        "zip-more-files-than-allowed",
        "zip-in-a-zip-with-too-many-files",
    ),
    _without(
        "zips in a zip share its limits",
        contents.Contents._take,
        ", self._limits, self.entries.values())",
        ", self._limits)",
        "zip-in-a-zip-with-too-many-files",
    ),
    _number("few zips in a zip are opened", contents, "_INNER_ZIPS", "zip-of-too-many-zips"),
    _without(
        "zips beside records are attachments",
        contents.Contents._fill_from_zip,
        "if inner and not self._holds_records():",
        "if inner:",
        "zip-that-somebody-attached",
    ),
    # while they are read
    _condition(
        "no more is read than was counted",
        _method(member_bytes._MemberStream, "readinto"),
        "if self._left < 0",
        "folder-file-that-grows",
    ),
    _condition(
        "no less is read than was counted",
        _method(member_bytes._MemberStream, "readinto"),
        "if not data and",
        "zip-size-told-too-large",
    ),
    _without(
        "damage is an error of the export",
        _method(member_bytes._MemberStream, "readinto"),
        "except DAMAGE",
        "except ZeroDivisionError",
        "zip-size-told-too-small",
        "zip-turned-bit",
        "zip-turned-bit-in-the-conversations",
    ),
    _without(
        "damage found at once is an error of the export",
        member_bytes.open_member,
        "except (NotImplementedError, *DAMAGE)",
        "except ZeroDivisionError",
        "zip-header-of-another-name",
    ),
    # JSON
    _without(
        "other encodings are recognised",
        file_kinds.encoding_of,
        "json.detect_encoding(head[:4])",
        '"utf-8"',
        "json-utf16",
        "json-utf16-without-a-mark",
        "json-utf16-cut-in-a-character",
    ),
    _without(
        "a byte order mark is passed over",
        json_scan.skip_preamble,
        "start = 3 if",
        "start = 0 if",
        "json-utf8-with-a-mark",
    ),
    _without(
        "bytes are held against UTF-8",
        json_items._fault_in,
        "raw.decode()",
        "pass",
        "json-bad-utf8",
        "json-surrogates-as-bytes",
    ),
    _condition(
        "depth has a limit",
        json_items._fault_in,
        "if end.depth >",
        "json-nested-20,000-deep",
    ),
    _number("nobody goes down without end", json_scan, "DEEPEST", "json-brackets-without-end"),
    _without(
        "a broken item ends before the next",
        _method(json_items._Splitter, "_end_of_broken"),
        "if scalar :=",
        "return len(self._text)\n    if scalar :=",
        "json-quote-lost",
        "json-brackets-crossed",
        "json-junk-between-items",
    ),
    _without(
        "the search for it has a limit",
        _method(json_items._Splitter, "_objects"),
        " or self._vain < 0",
        "",
        "json-made-to-be-searched",
    ),
    _condition(
        "an item has a limit",
        _method(json_items._Splitter, "_item"),
        "if end.position - start > ITEM_LIMIT",
        "json-item-too-large",
    ),
    _number("what is kept of a fault has a limit", json_items, "KEPT_LIMIT", "json-item-too-large"),
    _without(
        "lone surrogates are replaced",
        fields.load_json,
        "_may_hold_surrogates(raw)",
        "False",
        "json-lone-surrogates",
    ),
    _without(
        "control characters are let pass",
        fields.load_json,
        "strict=False, ",
        "",
        "json-control-characters-unescaped",
    ),
    _without(
        "titles are one line",
        fields.one_line,
        '_BLANKS.sub(" ", text_of(value)).strip()',
        "text_of(value)",
        "json-nul-and-control-characters",
    ),
    _without(
        "numbers too long for Python are let pass",
        fields.load_json,
        ", parse_int=_parse_int",
        "",
        "json-time-of-5000-digits",
    ),
    _without(
        "times have bounds",
        fields._from_seconds,
        "if not 0 < number < _LATEST * 1_000_000:",
        "return datetime.fromtimestamp(number, UTC)\n    if False:",
        "json-time-of-30-digits",
        "json-time-before-the-year-1",
    ),
    _without(
        "what a reader can't follow costs one record",
        reading.read_record,
        "        TypeError,\n",
        "",
        "json-wrong-types",
    ),
    # trees
    _without(
        "circles are cut",
        tree._without_cycles,
        "parents[node] = None",
        "pass",
        "tree-circle",
        "tree-circle-apart-from-the-root",
        "tree-claude-circle-and-equal-ids",
        "tree-grok-circle-and-equal-ids",
        "tree-deepseek-circle",
    ),
    _without(
        "parents are there",
        tree.ordered,
        "m.parent if m.parent in by_id else None",
        "m.parent",
        "tree-parent-that-is-not-there",
        also=((chatgpt._parents, "c in mapping and c != id_", "True"),),
    ),
    _without(
        "ids are strings",
        chatgpt._parents,
        "isinstance(c, str) and ",
        "",
        "tree-ids-of-odd-types",
    ),
    _without(
        "equal ids are told apart",
        tree.ordered,
        "while unique in by_id:",
        "while False:",
        "tree-grok-circle-and-equal-ids",
    ),
    _without(
        "the active branch ends in a leaf",
        tree.resolve_leaf,
        "while leaf in children:",
        "while False:",
        "tree-current-node-in-the-middle",
    ),
    # merges
    _without(
        "the newer export counts",
        merge.merge,
        "reverse=True",
        "reverse=False",
        "merge-edited-message-before-an-older-export",
        "merge-new-title",
    ),
    _without(
        "older texts are kept",
        merge._merged_message,
        "revisions.append(state)",
        "pass",
        "merge-edited-message-before-an-older-export",
    ),
    _without(
        "messages that went are kept",
        merge._merged_messages,
        "for observation in newest_first:",
        "for observation in newest_first[:1]:",
        "merge-conversation-that-lost-a-message",
        "merge-emptied-conversation",
        "merge-conversation-that-lost-its-mapping",
    ),
    _without(
        "no title is no title",
        merge.merge,
        "*s.former_titles) if title)",
        "*s.former_titles))",
        "merge-emptied-conversation",
        "merge-conversation-that-lost-its-mapping",
    ),
    _without("former titles are kept", merge.merge, "tuple(titles[1:])", "()", "merge-new-title"),
    _without(
        "accounts are kept apart",
        deriving.derive,
        "if len(known) < 2:",
        "if True:",
        "merge-one-id-of-two-accounts",
    ),
    _without(
        "providers are kept apart",
        _method(model.Conversation, "key"),
        "content_id(self.source, ",
        "content_id(",
        "merge-one-id-of-two-providers",
    ),
    _without(
        "an export with faults is no evidence",
        imports.ImportTables.exports,
        "complete AND NOT EXISTS (SELECT 1 FROM problem WHERE import = import.id)",
        "complete",
        "merge-export-that-broke-off",
    ),
    _condition(
        "an export with placeholders is no evidence",
        importing._Import.run,
        "if self.has_placeholders",
        "merge-export-with-placeholders",
    ),
    _without(
        "an export is known again",
        imports.ImportTables.begin_import,
        "return import_id, False",
        "pass",
        "merge-one-export-twice",
    ),
    # crashes
    _without(
        "an import that fails is taken back",
        tables.Tables.transaction,
        'execute("ROLLBACK")',
        'execute("COMMIT")',
        "crash-full-disk-for-the-database",
        "crash-fault-that-nobody-foresaw",
    ),
    _without("one run at a time", lock.only_run_in, "lock.acquire(blocking=False)", "pass", "crash-second-run"),
    _without(
        "pieces of killed runs are cleared",
        attachments.AttachmentStore.clear_unfinished,
        "left.unlink()",
        "pass",
        "crash-killed-before-a-picture-has-its-name",
    ),
    _without(
        "no piece of a file stays",
        attachments.AttachmentStore.add,
        "temporary.unlink(missing_ok=True)",
        "pass",
        "crash-stream-that-breaks-off",
    ),
    _without(
        "a full disk is an error of the archive",
        attachments.AttachmentStore._writing,
        "except OSError",
        "except ZeroDivisionError",
        "crash-full-disk-for-pictures",
    ),
    _without(
        "a full temporary folder is an error of the export",
        member_bytes.spooled,
        "except OSError",
        "except ZeroDivisionError",
        "crash-full-disk-for-what-is-unpacked",
    ),
)
