"""What is told of a publication: in words for people, and as JSON for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sitegen.cli.talk import printable
from sitegen.dates import count_label

if TYPE_CHECKING:
    from sitegen.hosting.verdict import Result
    from sitegen.publish.choosing import Held
    from sitegen.publish.pipeline import Preview, Published
    from sitegen.redaction.findings import Finding

_LISTED = 20
_COPIES = (
    "what was removed may live on in earlier deploys at your host, in caches, and with whoever read or saved it; see"
    " docs/publishing.md"
)


def preview_lines(preview: Preview, name: str) -> Iterator[str]:
    """Every conversation with its date, size, messages and attachments, what differs, what is held, what was found."""
    difference = preview.difference
    marks = {**dict.fromkeys(difference.added, "+"), **dict.fromkeys(difference.changed, "~")}
    for key, facts in preview.facts.items():
        yield _facts_line(marks.get(key, " "), key, facts)
    for key in difference.removed:
        yield _facts_line("-", key, preview.before[key])
    total = sum(facts.size for facts in preview.facts.values())
    yield (
        f"{count_label(len(preview.facts), 'conversation')}, {_size(total)} of text: {len(difference.added)} added (+),"
        f" {len(difference.changed)} changed (~), {len(difference.removed)} removed (-)"
    )
    yield from held_lines(preview.held, name)
    yield from finding_lines(preview.findings)


def _facts_line(mark: str, key: str, facts: Any) -> str:
    parts = [count_label(facts.messages, "message"), _size(facts.size)]
    if facts.attachments:
        parts.append(count_label(facts.attachments, "attachment"))
    return f"{mark} {key}  {facts.created or 'undated   '}  {printable(facts.title)}  ({', '.join(parts)})"


def held_lines(held: list[Held], name: str, most: int | None = None) -> Iterator[str]:
    """What waits to be accepted, `most` of it at the most, and how that is done."""
    if not held:
        return
    yield f"{len(held)} held until you accept:"
    for item in held[:most]:
        yield f"? {item.key}  {item.created or 'undated   '}  {printable(item.title)}{_new_in(item)}"
    if len(held) > len(held[:most]):
        yield f"  … and {len(held) - len(held[:most]):,} more; --dry-run lists them all"
    yield (
        f"  accept one: sitegen publish {name} --accept {held[0].key}; or all: --accept-all; with --dry-run, too, they"
        " tell what would be published"
    )


def _new_in(held: Held) -> str:
    parts = []
    if held.new_messages:
        parts.append(count_label(held.new_messages, "new or changed message"))
    if held.new_around:
        parts.append("another title, folder, tag, note or file")
    return f"  ({', '.join(parts)})" if parts else ""


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """How much was redacted of each kind, and each thing that stays in clear."""
    findings = list(findings)
    redacted = Counter(finding.kind for finding in findings if finding.is_redacted)
    if redacted:
        yield "redacted: " + ", ".join(f"{kind} {count:,}" for kind, count in sorted(redacted.items()))
    clear = [finding for finding in findings if not finding.is_redacted]
    for finding in clear[:_LISTED]:
        mark = "!" if finding.is_critical else "·"
        what = f"{finding.kind} in {printable(finding.where)}: {printable(finding.excerpt)}"
        yield f"{mark} in clear: {what} ({finding.id})"
    if len(clear) > _LISTED:
        yield f"  … and {len(clear) - _LISTED:,} more in clear"


def published_lines(done: Published, name: str) -> Iterator[str]:
    """What was handed over, and what a person should know of it."""
    difference, facts = done.preview.difference, done.preview.facts
    yield (
        f"{count_label(len(facts), 'conversation')} in {done.folder}: {len(difference.added)} added,"
        f" {len(difference.changed)} changed, {len(difference.removed)} removed; {count_label(done.files, 'file')},"
        f" {_size(done.size)}"
    )
    for key in difference.removed:
        yield f"- {key}  {printable(done.preview.before[key].title)}"
    if difference.removed:
        yield f"  {_COPIES}"
    yield from done.lines
    yield from held_lines(done.preview.held, name, _LISTED)
    yield from finding_lines(done.preview.findings)
    if done.uncheckable:
        yield (
            f"{count_label(done.uncheckable, 'name')} of what is not published (titles, folders, tags) can't be looked"
            " for: every site has their words"
        )


def probe_lines(result: Result) -> Iterator[str]:
    """What a stranger sees of a published site."""
    yield result.verdict
    yield from (f"  {printable(line)}" for line in (*result.lines, *result.headers))


def _size(size: int) -> str:
    for unit, factor in (("KB", 1e3), ("MB", 1e6)):
        if size < 1000 * factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"


def preview_json(preview: Preview) -> dict[str, Any]:
    """What would be published, as `--json` prints it."""
    from msgspec.structs import asdict

    return {
        "conversations": [{"key": key, **asdict(facts)} for key, facts in preview.facts.items()],
        **preview.difference._asdict(),
        "held": [item._asdict() for item in preview.held],
        "findings": [_finding_json(finding) for finding in preview.findings],
        "warnings": preview.warnings,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "where": finding.where,
        "excerpt": finding.excerpt,
        "critical": finding.is_critical,
        "redacted": finding.is_redacted,
    }


def published_json(done: Published) -> dict[str, Any]:
    """A publication, as `--json` prints it."""
    return {
        **preview_json(done.preview),
        "folder": str(done.folder),
        "files": done.files,
        "size": done.size,
        "uncheckable_names": done.uncheckable,
        "lines": done.lines,
    }
