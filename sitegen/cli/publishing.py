"""The command that publishes chosen conversations: `publish`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.archives import check_apart, open_archive, read_config
from sitegen.cli.options import ARCHIVE, CONFIG, JSON, QUIET
from sitegen.cli.passphrases import PASSPHRASE_STDIN, read_passphrase
from sitegen.cli.publication import preview_json, preview_lines, probe_lines, published_json, published_lines
from sitegen.cli.talk import Talk, complain, print_out
from sitegen.dates import count_label

if TYPE_CHECKING:
    from sitegen.profiles import Profile
    from sitegen.publish.pipeline import Seal
    from sitegen.theme import Theme


@click.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only list what would be published; nothing is written.")
@click.option("--accept", multiple=True, metavar="KEY", help="Publish what is held of this conversation.")
@click.option("--accept-all", is_flag=True, help="Publish everything that is held.")
@click.option("--allow", multiple=True, metavar="ID", help="Leave this finding in clear.")
@PASSPHRASE_STDIN
@click.option("--new-key", is_flag=True, help="Seal everything anew: after a passphrase has changed or got about.")
@click.option(
    "--output", "output_folder", type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the publication [default: published/NAME].",
)  # fmt: skip
@click.option("--probe", "address", metavar="URL", help="Only ask the published address from outside who may read it.")
@ARCHIVE
@CONFIG
@QUIET
@JSON
def publish(
    name: str,
    dry_run: bool,
    accept: tuple[str, ...],
    accept_all: bool,
    allow: tuple[str, ...],
    from_stdin: bool,
    new_key: bool,
    output_folder: Path | None,
    address: str | None,
    archive_folder: Path,
    config_file: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make a site of the conversations that [publish.NAME] in sitegen.toml chooses, and of nothing else.

    Nothing is uploaded: the folder "site" in the publication's folder is what you give to a host. What a profile newly
    catches is held until you accept it.
    """
    from sitegen.publish.pipeline import Wishes, probe_published, profile_of
    from sitegen.publish.pipeline import preview as preview_of
    from sitegen.publish.pipeline import publish as publish_profile

    folder = output_folder or Path("published") / name
    config = read_config(archive_folder, config_file, {})
    profile = profile_of(config, name)
    talk = Talk(quiet or as_json)
    check_apart(archive_folder, folder)
    wishes = Wishes(accept, accept_all, allow)
    if address is not None:
        result = probe_published(folder, address)
        told = json.dumps(asdict(result), indent=2, ensure_ascii=False) if as_json else "\n".join(probe_lines(result))
        print_out(told)
        expected = "sealed" if profile.seal else "gated"
        sys.exit(0 if result.verdict in (expected, "gated") else 1)
    if dry_run:
        with open_archive(archive_folder, config, create=False) as archive, talk.progress("Reading") as progress:
            preview = preview_of(archive, name, config, wishes, progress)
        print_out(
            json.dumps(preview_json(preview), indent=2, ensure_ascii=False)
            if as_json
            else "\n".join(preview_lines(preview, name))
        )
        for warning in preview.warnings:
            complain(f"warning: {warning}")
        return
    seal = _seal(profile, folder, from_stdin=from_stdin, new_key=new_key) if profile.seal else None
    with open_archive(archive_folder, config, create=False) as archive, talk.progress("Publishing") as progress:
        done = publish_profile(archive, name, config, folder, wishes, seal=seal, progress=progress)
    if as_json:
        print_out(json.dumps(published_json(done), indent=2, ensure_ascii=False))
    else:
        for line in published_lines(done, name):
            talk.say(line)
    for warning in done.preview.warnings:
        complain(f"warning: {warning}")


def _seal(profile: Profile, folder: Path, *, from_stdin: bool, new_key: bool) -> Seal:
    """What seals the publication in `folder` for the profile's readers, whose passphrases are asked for now, before any
    work. Raises PassphraseError."""
    from sitegen.publish.handover import SITE_NAME
    from sitegen.sealing import Reader, check_passphrase, generate_passphrase, seal_site
    from sitegen.sealing.header import HEADER_PATH

    is_new = new_key or not (folder / SITE_NAME / HEADER_PATH).is_file()
    names = profile.readers or ("",)
    readers = []
    for name in names:
        label = f"Passphrase of {name}" if name else "Passphrase"
        hint = " (nothing: one is made)" if is_new else ""
        passphrase = read_passphrase(
            label + (hint if sys.stdin.isatty() else ""),
            variable=profile.passphrase_env or None,
            from_stdin=from_stdin,
            new=is_new,
            check=check_passphrase,
            make=generate_passphrase if is_new else None,
        )
        readers.append(Reader(name or "the reader", passphrase))

    def seal(plain: Path, sealed: Path, previous: Path | None, theme: Theme) -> list[str]:
        before = previous if previous is not None and not is_new else None
        done = seal_site(plain, sealed, readers, theme, previous=before, replace_key=new_key)
        again = f", {done.reused:,} as they were" if done.reused else ""
        return [f"sealed for {count_label(done.readers, 'reader')}: {count_label(done.files, 'file')}{again}"]

    return seal
