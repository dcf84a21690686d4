"""A theme folder as something that renders: page values in, HTML out, and the files that go with the pages.

A theme is a folder with `theme.toml`, `templates/` and `static/`. It holds only what it does differently:
everything else comes from its parent and, at the end of every chain, from the built-in `default`. This is the
only package that uses Jinja. It neither decides what a page shows (`sitegen.pages`) nor makes trusted HTML
(`sitegen.text`): every plain string is escaped, and no template may declare one safe.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import Any

import jinja2

from sitegen.errors import ThemeError
from sitegen.file_names import same_file_key
from sitegen.labels import flag_label, kind_label
from sitegen.language import Language, load_language
from sitegen.pages import OverviewEntry
from sitegen.theme.compiled import compiled_templates
from sitegen.theme.faults import TEMPLATE_FAULTS, TemplateFolder, explained
from sitegen.theme.fixed_texts import fix_texts

DEFAULT = "default"

#: What theme.toml can hold.
KEYS = {"name", "description", "parent", "version"}
#: What a theme may be called.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Theme:
    """A theme and those it rests on, in one language.

    `names` and `folders` run in look-up order: the theme itself, its parents, `default` last. `version` and
    `description` are the theme's own, as its `theme.toml` gives them. Templates are compiled once, when first needed.
    """

    names: tuple[str, ...]
    folders: tuple[Path, ...]
    version: str
    language: Language
    description: str = ""

    @property
    def name(self) -> str:
        """The theme's name, as its `theme.toml` gives it."""
        return self.names[0]

    def render(self, template: str, site: object, page: object) -> str:
        """The HTML of one page; `template` is a name such as "home.html", looked up along the chain.

        Raises ThemeError, with the template's file and line, for anything that goes wrong in it.
        """
        try:
            return self._environment.get_template(template).render(site=site, page=page)
        except TEMPLATE_FAULTS as error:
            raise ThemeError(explained(self.name, template, error, self.folders)) from error

    def static_files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the theme that pages load, as (path below `assets/`, content), in path order.

        The theme's own files stand in for those of its parents under the same path.
        """
        for name, path in sorted(self._static().items()):
            yield name, _read(path)

    def texts(self) -> Iterator[str]:
        """The source of every template, and the texts of the language of the site."""
        for folder in self.folders:
            for path in _files(folder / "templates").values():
                yield _read(path).decode("utf-8")
        yield from self.language.texts()

    @cached_property
    def stylesheets(self) -> tuple[str, ...]:
        """The stylesheets that bear the name of a theme of the chain, as paths below `assets/`, the theme's own last.

        Every page loads them after all others: a theme that only looks different needs no template.
        """
        static = self._static()
        named = (f"css/{name}.css" for name in reversed(self.names))
        return tuple(path for path in named if path in static)

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits that change whenever a template or static file of the theme or its parents does."""
        digest = hashlib.sha256(self.language.fingerprint.encode())
        for label, path in self._sources():
            content = _read(path)
            digest.update(f"{label}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def _sources(self) -> Iterator[tuple[str, Path]]:
        for name, folder in zip(self.names, self.folders, strict=True):
            for path, file in sorted(_files(folder / "templates").items()):
                yield f"{name}/templates/{path}", file
        for path, file in sorted(self._static().items()):
            yield f"static/{path}", file

    def _static(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            found |= _files(folder / "static")
        written: dict[str, str] = {}
        for name in found:
            if (twin := written.setdefault(same_file_key(name), name)) != name:
                raise ThemeError(
                    f"{found[name]}: is the same file as {twin!r} where upper and lower case are the same; give both"
                    " the same name or very different ones"
                )
        for name, path in found.items():
            for parent in PurePosixPath(name).parents:
                if str(parent) in found:
                    raise ThemeError(f"{path}: {str(parent)!r} is a file in another theme of the chain, not a folder")
        return found

    @cached_property
    def _environment(self) -> jinja2.Environment:
        loaders = [TemplateFolder(folder / "templates") for folder in self.folders]
        # "console/home.html" is the home page as `console` has it, be it its own or its parent's.
        by_name = jinja2.PrefixLoader(
            {name: jinja2.ChoiceLoader(loaders[place:]) for place, name in enumerate(self.names)}
        )
        environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader([*loaders, by_name]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=compiled_templates(self.folders, self.language.fingerprint),
            extensions=["jinja2.ext.i18n"],
        )
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension brings it
            self.language.gettext, self.language.ngettext, newstyle=True
        )
        fix_texts(environment, self.language.gettext)
        environment.filters["web_address"] = web_address
        environment.filters["flattened"] = flattened
        environment.filters["number"] = self.language.number
        environment.filters["month_name"] = self.language.month_name
        environment.filters["flag_label"] = partial(flag_label, self.language)
        environment.filters["kind_label"] = partial(kind_label, self.language)
        environment.globals["theme_sheets"] = self.stylesheets
        return environment


def load_theme(name_or_dir: str | Path, language: str = "en") -> Theme:
    """The theme that a built-in name ("default") or a folder stands for, with all of its parents, in a language.

    A string is first taken for a built-in name, then for a folder; a Path is always a folder. Raises
    ThemeError if there is none, if a `theme.toml` can't be used, or if themes are each other's parents; ConfigError
    if there are no texts in the language.
    """
    names: list[str] = []
    folders: list[Path] = []
    own: dict[str, str] = {}
    following: Path | None = _find(name_or_dir)
    while following is not None:
        folder, settings = following, _settings(following)
        if folder in folders or settings["name"] in names:
            chain = " -> ".join([*names, settings["name"]])
            raise ThemeError(f"{folder / 'theme.toml'}: two themes of one chain have this name: {chain}")
        own = own or settings
        names.append(settings["name"])
        folders.append(folder)
        following = _parent(folder, settings)
    spoken = load_language(language, tuple(folders))
    return Theme(tuple(names), tuple(folders), own.get("version", ""), spoken, own.get("description", ""))


def folders_of(name_or_dir: str | Path) -> tuple[str, ...]:
    """The folders of a theme and its parents, which may have texts; none for one that can't be used: pages need it
    and will say so, what needs none, as a search, goes on."""
    try:
        return tuple(map(str, load_theme(name_or_dir).folders))
    except ThemeError:
        return ()


def seen_from(folder: Path, name_or_dir: str) -> str:
    """What a file in `folder` names as a theme, as `load_theme` takes it wherever the program runs: a built-in name as
    it is, any other as the absolute path of the folder that it is from there."""
    return name_or_dir if name_or_dir in available() else str(folder.absolute() / name_or_dir)


def available() -> tuple[str, ...]:
    """The names of the built-in themes."""
    return tuple(sorted(path.parent.name for path in _built_in().glob("*/theme.toml")))


def web_address(url: str) -> str:
    """The address if a page may link to it (http or https), else "". A second wall: links come checked."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def flattened(entries: Iterable[OverviewEntry]) -> Iterator[tuple[int, OverviewEntry]]:
    """Entries and everything below them as (depth from 0, entry), in reading order, however deep they go."""
    stack = [(0, entry) for entry in reversed(tuple(entries))]
    while stack:
        depth, entry = stack.pop()
        yield depth, entry
        stack.extend((depth + 1, child) for child in reversed(entry.children))


def _built_in() -> Path:
    package = Path(__file__).resolve().parent.parent
    installed = package / "_themes"
    return installed if installed.is_dir() else package.parent / "themes"


def _find(name_or_dir: str | Path) -> Path:
    if isinstance(name_or_dir, str) and name_or_dir in available():
        return _built_in() / name_or_dir
    what = f"there is no theme {str(name_or_dir)!r}"
    try:
        folder = Path(name_or_dir).resolve()
        if (folder / "theme.toml").is_file():
            return folder
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, or what no path can hold
        raise ThemeError(f"{what}: {getattr(error, 'strerror', None) or error}") from error
    if folder.is_dir():
        what = f"{folder} holds no theme.toml"
    elif folder.is_file():
        what = f"{folder} is a file, not the folder of a theme"
    raise ThemeError(f"{what}; give a theme's folder or one of the built-in themes: {', '.join(available())}")


def _parent(folder: Path, settings: dict[str, str]) -> Path | None:
    """The folder of a theme's parent: a built-in name, or a path seen from the theme's own folder."""
    if folder == _built_in() / DEFAULT:
        return None
    named = settings.get("parent", DEFAULT)
    try:
        return _find(seen_from(folder, named))
    except ThemeError as error:
        raise ThemeError(f"{folder / 'theme.toml'}: parent {named!r}: {error}") from error


def _settings(folder: Path) -> dict[str, str]:
    file = folder / "theme.toml"
    try:
        settings: dict[str, Any] = tomllib.loads(_read(file).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ThemeError(f"{file}: not valid UTF-8; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, and numbers and nesting beyond Python
        raise ThemeError(f"{file}: not valid TOML: {error}") from error
    if unknown := sorted(settings.keys() - KEYS):
        raise ThemeError(f"{file}: unknown key {unknown[0]!r}; keys are {', '.join(sorted(KEYS))}")
    for key, value in settings.items():
        if not isinstance(value, str):
            raise ThemeError(f"{file}: {key} must be a text in quotes")
    if not NAME.fullmatch(settings.get("name", "")):
        raise ThemeError(f"{file}: name must be given, in lower-case letters, digits, - and _")
    return settings


def _files(root: Path) -> dict[str, Path]:
    """The files below a folder by their path from it, with "/" on every system; hidden ones are left out.

    Raises ThemeError for a link to a folder or to nothing: what it stands for would be missing from the pages.
    """
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    visible = {name: path for name, path in found.items() if not re.search(r"(^|/)\.|~$", name)}
    for path in visible.values():
        if path.is_symlink() and not path.is_file():
            what = "a folder: copy the folder here" if path.is_dir() else "nothing that can be read"
            raise ThemeError(f"{path} is a symbolic link to {what}")
    return {name: path for name, path in visible.items() if path.is_file()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ThemeError(f"{path} can't be read: {error.strerror}") from error
