"""What keeps hostile JSON and hostile message trees from doing harm."""

from __future__ import annotations

from switching_off import condition, method, number, without

from sitegen import tree
from sitegen.archive import reading
from sitegen.readers import chatgpt, fields
from sitegen.readers.chatgpt import documents as chatgpt_documents
from sitegen.readers.export import file_kinds, json_items, json_scan

PROTECTIONS = (
    # JSON
    without(
        "other encodings are recognised",
        file_kinds.encoding_of,
        "json.detect_encoding(head[:4])",
        '"utf-8"',
        "json-utf16",
        "json-utf16-without-a-mark",
        "json-utf16-cut-in-a-character",
    ),
    without(
        "a byte order mark is passed over",
        json_scan.skip_preamble,
        "start = 3 if",
        "start = 0 if",
        "json-utf8-with-a-mark",
    ),
    without(
        "bytes are held against UTF-8",
        json_items._fault_in,
        "raw.decode()",
        "pass",
        "json-bad-utf8",
        "json-surrogates-as-bytes",
    ),
    condition(
        "depth has a limit",
        json_items._fault_in,
        "if end.depth >",
        "json-nested-20,000-deep",
    ),
    number("nobody goes down without end", json_scan, "DEEPEST", "json-brackets-without-end"),
    without(
        "a broken item ends before the next",
        method(json_items._Splitter, "_end_of_broken"),
        "if scalar :=",
        "return len(self._text)\n    if scalar :=",
        "json-quote-lost",
        "json-brackets-crossed",
        "json-junk-between-items",
    ),
    without(
        "the search for it has a limit",
        method(json_items._Splitter, "_objects"),
        " or self._vain < 0",
        "",
        "json-made-to-be-searched",
    ),
    condition(
        "an item has a limit",
        method(json_items._Splitter, "_item"),
        "if end.position - start > ITEM_LIMIT",
        "json-item-too-large",
    ),
    number("what is kept of a fault has a limit", json_items, "KEPT_LIMIT", "json-item-too-large"),
    without(
        "lone surrogates are replaced",
        fields.load_json,
        "_may_hold_surrogates(raw)",
        "False",
        "json-lone-surrogates",
    ),
    without(
        "lone surrogates are replaced in keys",
        fields._without_surrogates,
        '{_SURROGATE.sub("\\ufffd", key): member',
        "{key: member",
        "json-lone-surrogates-in-ids",
    ),
    without(
        "control characters are let pass",
        fields.load_json,
        "strict=False, ",
        "",
        "json-control-characters-unescaped",
    ),
    without(
        "titles are one line",
        fields.one_line,
        '_BLANKS.sub(" ", text_of(value)).strip()',
        "text_of(value)",
        "json-nul-and-control-characters",
    ),
    without(
        "numbers too long for Python are let pass",
        fields.load_json,
        ", parse_int=_parse_int",
        "",
        "json-time-of-5000-digits",
    ),
    without(
        "times have bounds",
        fields._from_seconds,
        "if not 0 < number < _LATEST * 1_000_000:",
        "return datetime.fromtimestamp(number, UTC)\n    if False:",
        "json-time-of-30-digits",
        "json-time-before-the-year-1",
    ),
    without(
        "what a reader can't follow costs one record",
        reading.read_record,
        "        TypeError,\n",
        "",
        "json-wrong-types",
    ),
    number(
        "versions of documents have a length",
        chatgpt_documents,
        "_MOST_TEXT",
        "json-document-kept-in-endless-versions",
    ),
    # trees
    without(
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
    without(
        "parents are there",
        tree.ordered,
        "m.parent if m.parent in by_id else None",
        "m.parent",
        "tree-parent-that-is-not-there",
        also=((chatgpt._parents, "c in mapping and c != id_", "True"),),
    ),
    without(
        "ids are strings",
        chatgpt._parents,
        "isinstance(c, str) and ",
        "",
        "tree-ids-of-odd-types",
    ),
    without(
        "equal ids are told apart",
        tree.ordered,
        "while unique in by_id:",
        "while False:",
        "tree-grok-circle-and-equal-ids",
    ),
    without(
        "the active branch ends in a leaf",
        tree.resolve_leaf,
        "while leaf in children:",
        "while False:",
        "tree-current-node-in-the-middle",
    ),
)
