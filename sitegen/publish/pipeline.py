"""Publishing: a site of chosen conversations and nothing else, looked over before it is handed over.

A profile says which conversations are meant; a person accepts them. What is accepted, less what is left out, is put
redacted into a temporary archive. The same build as ever makes a site of that, which knows of nothing else. The site is
searched for everything that must not be in it, sealed if wanted, and searched again. Only then it takes the place of
the last publication; whatever stops the run before leaves that as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from sitegen.archive.store import Archive
from sitegen.build import assets, build_site
from sitegen.config import Config
from sitegen.errors import ConfigError, PublishError
from sitegen.hosting.files import NOT_FOUND_NAME, headers_file, netlify_toml, not_found_page
from sitegen.hosting.limits import HOSTS, beyond, site_files
from sitegen.hosting.probe import beginnings, probe, samples
from sitegen.hosting.verdict import Result
from sitegen.language import Language
from sitegen.notes import notes_folder, read_notes
from sitegen.output import OWN_NAMES
from sitegen.prepared import settings_for
from sitegen.profiles import Profile
from sitegen.publish.choosing import Difference, Held, decide, difference, survey
from sitegen.publish.extract import config_of, extract, texts_in
from sitegen.publish.handover import SITE_NAME, handover
from sitegen.publish.ledger import Allowance, Facts, Ledger, ledger_path, read_ledger, write_ledger
from sitegen.publish.redacting import Redaction
from sitegen.publish.verification import Forbidden, Leak, Verification
from sitegen.redaction.findings import Finding
from sitegen.render.settings import Audience, Settings
from sitegen.sealing.header import HEADER_PATH
from sitegen.searching import found_keys
from sitegen.theme import Theme, load_theme

#: Told (conversations done, conversations to do), first while they are made ready, then while their pages are made.
Progress = Callable[[int, int], None]
#: Seals the plain site in the first folder into the second; the third is the last one's, if there is any. The theme has
#: the page that asks for the passphrase. Returns lines for people.
Seal = Callable[[Path, Path, Path | None, Theme], Iterable[str]]

_LEAKS_NAMED = 5
_IDLE = "means no conversation of the archive; is it spelled as the tag, folder or title is?"


class Wishes(NamedTuple):
    """What a person says to one run: keys that are accepted, or all; ids of findings that may stay in clear."""

    accept: Collection[str] = ()
    accept_all: bool = False
    allow: Collection[str] = ()


class Preview(NamedTuple):
    """What a publication holds, by key; what differs from the last one, whose facts are `before`; what waits to be
    accepted; and what redaction found."""

    facts: dict[str, Facts]
    before: dict[str, Facts]
    difference: Difference
    held: list[Held]
    findings: list[Finding]
    warnings: tuple[str, ...]


class Published(NamedTuple):
    """What was handed over: `folder` is to be uploaded. `uncheckable` counts names of what is not published that say
    nothing, because every site has their words."""

    preview: Preview
    folder: Path
    files: int
    size: int
    uncheckable: int
    lines: tuple[str, ...]


def preview(archive: Archive, name: str, config: Config, wishes: Wishes, progress: Progress | None = None) -> Preview:
    """What `publish` would publish; nothing is written but the salt of findings' ids. Raises ConfigError, PublishError,
    ArchiveError, ThemeError and BuildError."""
    run = _Run(archive, name, config, wishes)
    with TemporaryDirectory(prefix="sitegen-") as folder, run.extracted(Path(folder), progress) as extracted:
        return extracted.preview


def publish(
    archive: Archive,
    name: str,
    config: Config,
    folder: Path,
    wishes: Wishes,
    *,
    seal: Seal | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Published:
    """Publishes the profile `name` into `folder`: the site in a folder below it, what its host reads beside that.

    Raises PublishError if something stands against it, and OutputError, LockError, ConfigError, ArchiveError,
    ThemeError and BuildError; the last publication is left as it was then.
    """
    run = _Run(archive, name, config, wishes)
    with handover(folder, name) as out, run.extracted(out.work, progress) as extracted:
        run.refuse(extracted.preview)
        site = out.work / "plain"
        built = build_site(extracted.archive, site, extracted.config, jobs, progress, run.audience)
        verification = extracted.verification(folder)
        _refuse_leaks(leak for leak in verification.leaks(site) if leak.file not in OWN_NAMES)
        lines = list(built.warnings)
        if seal is not None:
            sealed = out.work / "sealed"
            theme = load_theme(extracted.config.theme, extracted.config.language)
            lines += seal(site, sealed, out.site if out.site.is_dir() else None, theme)
            titles = [facts.title for facts in extracted.preview.facts.values()]
            _refuse_leaks(leak for leak in verification.leaks_of_sealed(sealed, titles) if leak.file not in OWN_NAMES)
            site = sealed
        elif (out.site / HEADER_PATH).is_file():
            lines.append("the last publication was sealed; this one is in clear")
        for own in OWN_NAMES:
            (site / own).unlink(missing_ok=True)
        (site / NOT_FOUND_NAME).write_bytes(not_found_page(extracted.settings.language).encode())
        names = [file.name for file in site_files(site)]
        (site / "_headers").write_bytes(headers_file(names, sealed=seal is not None).encode())
        files = site_files(site)
        lines += [line for host in HOSTS for line in beyond(files, host)]
        out.hand_over(site, {"netlify.toml": netlify_toml(SITE_NAME).encode()})
        run.remember(extracted.preview.facts)
        size = sum(file.size for file in files)
        return Published(extracted.preview, out.site, len(files), size, verification.unverifiable, tuple(lines))


def probe_published(folder: Path, address: str) -> Result:
    """What a stranger sees of the publication in `folder`, which was uploaded to `address`.

    Raises PublishError if there is none, ConfigError if the address can't be used, and OutputError."""
    site = folder / SITE_NAME
    if not site.is_dir():
        raise PublishError(f"{site}: is not there; publish first, then probe what you uploaded")
    return probe(address, beginnings(site, samples(file.name for file in site_files(site))))


def _refuse_leaks(leaks: Iterable[Leak]) -> None:
    """Raises PublishError if there is any leak."""
    found = list(leaks)
    if found:
        named = "; ".join(f"{leak.file}: {leak.found}" for leak in found[:_LEAKS_NAMED])
        more = f"; and {len(found) - _LEAKS_NAMED} more" if len(found) > _LEAKS_NAMED else ""
        raise PublishError(f"not published: the finished site holds what must not be in it: {named}{more}")


class _Extracted(NamedTuple):
    """The temporary archive with what is published, and what is known of it."""

    run: _Run
    archive: Archive
    config: Config
    settings: Settings
    redaction: Redaction
    preview: Preview
    other_names: frozenset[str]

    def verification(self, folder: Path) -> Verification:
        """What must not be in the site that is made for `folder`."""
        run = self.run
        home = _home()
        folders = (run.archive.folder, Path.cwd(), *home, folder, self.archive.folder)
        places = (place.resolve() for place in folders)
        paths = {form for place in places if len(place.parts) > 1 for form in (str(place), place.as_posix())}
        forbidden = Forbidden(
            self.redaction.removed, run.profile.canaries, self.other_names, paths | {place.name for place in home}
        )
        theme = load_theme(self.config.theme, self.config.language)
        labels = [word for source in self.settings.sources.values() for word in (source.label, source.assistant)]
        told = [self.config.title, self.settings.author, *self.config.folder_names.values()]
        return Verification(
            forbidden,
            lambda: chain(texts_in(self.archive), told),
            [*theme.texts(), *labels, *_calendar(self.settings.language)],
            dict(assets(theme)),
            self.redaction.kinds_in,
            self.config.search.languages,
        )


def _home() -> tuple[Path, ...]:
    """The home folder of whoever publishes; none where the system knows of none, as in some containers."""
    try:
        return (Path.home(),)
    except RuntimeError:
        return ()


def _calendar(language: Language) -> Iterator[str]:
    """The names of months and weekdays, which any page can have."""
    for short in (False, True):
        yield from (language.month_name(month, short=short) for month in range(1, 13))
        yield from (language.weekday_name(weekday, short=short) for weekday in range(7))


class _Run:
    def __init__(self, archive: Archive, name: str, config: Config, wishes: Wishes) -> None:
        self.archive, self.name, self.config, self.wishes = archive, name, config, wishes
        self.profile = profile_of(config, name)
        self.ledger_path = ledger_path(archive.folder, name)
        self.ledger = read_ledger(self.ledger_path)
        self.owner = settings_for(archive, config)
        self.audience = Audience(
            is_owner=False, author=self.profile.author, clock="times" not in self.profile.leave_out
        )
        self.notes = read_notes(notes_folder(archive.folder))
        self.survey = survey(
            archive, self.profile, self.owner, lambda query: found_keys(archive, config, query), self.notes
        )
        self.decision = decide(self.survey.meant, self.ledger, wishes.accept, all_=wishes.accept_all)
        self.allowed = self.ledger.allowed

    @contextmanager
    def extracted(self, folder: Path, progress: Progress | None) -> Iterator[_Extracted]:
        """The temporary archive, in `folder`."""
        allowed = {allowance.id for allowance in self.ledger.allowed} | set(self.wishes.allow)
        redaction = Redaction(self.profile, allowed, bytes.fromhex(self.ledger.salt))
        title = redaction.text(self.profile.title, "title of the site")
        owner = msgspec.structs.replace(
            self.owner,
            config=config_of(self.config, self.profile, {}, title, self.owner.zone_name),
            audience=self.audience,
        )
        zone = self.owner.zone_name if self.audience.clock else "UTC"
        with Archive(folder / "archive", zone) as target:
            publishing = self.decision.publishing
            made = extract(
                self.archive, target, publishing, self.profile, redaction, owner, self.notes, self.ledger.salt, progress
            )
            config = config_of(self.config, self.profile, made.folder_names, title, zone)
            self.allowed = self._allowances(made.findings)
            shown = Preview(
                made.facts,
                self.ledger.published,
                difference(self.ledger.published, made.facts),
                self.decision.held,
                made.findings,
                (*(f"{where} of publish.{self.name}: {_IDLE}" for where in self.survey.idle), *made.warnings),
            )
            names = self.survey.unpublished_names(publishing)
            yield _Extracted(self, target, config, owner, redaction, shown, names)

    def _allowances(self, findings: Iterable[Finding]) -> tuple[Allowance, ...]:
        """The allowances with those of this run. Raises PublishError for one of nothing that was found."""
        by_id = {finding.id: finding for finding in findings}
        if unknown := sorted(set(self.wishes.allow) - by_id.keys()):
            raise PublishError(f"--allow {unknown[0]}: nothing with this id was found; see --dry-run")
        known = {allowance.id for allowance in self.ledger.allowed}
        now = datetime.now(UTC)
        new = [by_id[id_] for id_ in sorted(set(self.wishes.allow) - known)]
        return (*self.ledger.allowed, *(Allowance(f.id, f.kind, f.where, now) for f in new))

    def refuse(self, shown: Preview) -> None:
        """Raises PublishError if what is to be published can't be."""
        critical = [finding for finding in shown.findings if finding.is_critical and not finding.is_redacted]
        allowed = {allowance.id for allowance in self.allowed}
        if open_ := [finding for finding in critical if finding.id not in allowed]:
            first = open_[0]
            raise PublishError(
                f"not published: {len(open_)} secret(s) would be readable, the first in {first.where}: {first.kind}"
                f' ({first.excerpt}); add "secrets" to redact, exclude what holds it, or allow it: --allow {first.id}'
            )
        if not shown.facts and not shown.before:
            held = len(shown.held)
            raise PublishError(
                f"nothing to publish: {held} conversation(s) wait to be accepted; look at them with --dry-run, then"
                " --accept KEY or --accept-all"
                if held
                else f"nothing to publish: no conversation is meant by include of publish.{self.name} in sitegen.toml"
            )

    def remember(self, facts: dict[str, Facts]) -> None:
        """Keeps what was accepted, allowed and published."""
        ledger = Ledger(
            self.ledger.salt,
            accepted=self.decision.accepted,
            published=facts,
            allowed=self.allowed,
            finished=datetime.now(UTC),
        )
        write_ledger(self.ledger_path, ledger)


def profile_of(config: Config, name: str) -> Profile:
    """The profile of that name. Raises ConfigError, which tells the names that there are."""
    profile = config.publish.get(name)
    if profile is None:
        known = ", ".join(config.publish)
        raise ConfigError(
            f'there is no profile "{name}"; these are in sitegen.toml: {known}'
            if known
            else f"there is no profile in sitegen.toml; begin one with [publish.{name}] (see docs/publishing.md)"
        )
    return profile
