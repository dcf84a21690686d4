"""The language of a site's interface: its texts from catalogues, its dates and numbers by Babel.

Texts are looked up by their English (gettext). The program's catalogues, `sitegen/locale/<tag>.po`, hold those of its
modules, of the built-in themes' templates and of their scripts; a theme of one's own may bring `locale/<tag>.po`, which
goes before. What no catalogue has stays English. What the command line says is always English.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from gettext import c2py
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal
from babel.support import Translations

from sitegen.errors import ConfigError, LanguageError
from sitegen.pages import DateView

FOLDER = "locale"
BUILT_IN = Path(__file__).parent / FOLDER

#: Where the conventions of a country matter that is not the language's largest: English dates as most of the world's.
_COUNTRIES = {"en": "en_GB"}

_PLURAL_RULE = re.compile(r"[n0-9 %=!<>&|?:()+-]+")
#: Where values go in a text, of a module or a script and of a template; a brace that is none would end the look-up.
_PLACE = re.compile(r"\{\w+\}|%\(\w+\)s|[{}]")
#: Rules that agree on these agree.
_NUMBERS = 200
_SCRIPT = ".js"


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """Marks a text for the catalogues that is looked up elsewhere, and returns it."""
    return text


class Language:
    """One language, ready for use. Immutable."""

    def __init__(self, tag: str, locale: Locale, catalogues: Iterable[Catalog]) -> None:
        """`catalogues` in order of precedence."""
        self.tag = tag
        self._locale = locale
        self._catalogues = tuple(catalogues)
        #: Changes whenever a text does.
        self.fingerprint = _fingerprint(tag, self._catalogues)
        # Each has a rule for plurals of its own, which merging would lose.
        chain = [*map(_compiled, self._catalogues), Translations()]
        for first, following in pairwise(chain):
            first.add_fallback(following)
        self._translations = chain[0]

    # --- texts ---------------------------------------------------------------------------------------------------

    def say(self, text: str, /, **values: object) -> str:
        """An English text in this language, with `values` in the places of their names: "Renamed by {name}"."""
        return _filled(self.gettext(text), values)

    def say_count(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """One of two English texts, by `count`, in this language: "{count} message", "{count} messages"."""
        text = self._translations.ngettext(singular, plural, count)
        return _filled(text, {"count": self.number(count), **values})

    def texts(self) -> Iterator[str]:
        """Every text of the catalogues, in English and in this language, and the names of months and days."""
        # English needs no catalogue; what others translate is all of it.
        for catalogue in self._catalogues or load_language("de")._catalogues:
            for message in catalogue:
                for text in (message.id, message.string):
                    yield text if isinstance(text, str) else " ".join(text or ())
        for number in range(1, 13):
            yield f"{self.month(2000, number)} {self.short_month(2000, number)}"
            yield f"{self.full_date(date(2000, 1, number))} {self.short_date(date(2000, 1, number))}"

    def listed(self, parts: Iterable[str]) -> str:
        """Parts of a line one after the other: "3 new, 1 changed"; those that are empty are left out."""
        return self.say(", ").join(part for part in parts if part)

    def number(self, value: int) -> str:
        """A whole number for people: "1,204"."""
        return str(value) if -1000 < value < 1000 else str(format_decimal(value, locale=self._locale))

    def size(self, size: int | None) -> str:
        """A number of bytes for people, in powers of ten: "812 bytes", "12 KB", "3.4 MB"; "" for None."""
        if size is None:
            return ""
        if size < 1000:
            return self.say_count("{count} byte", "{count} bytes", size)
        for unit, factor in (("KB", 1e3), ("MB", 1e6), ("GB", 1e9)):
            value = size / factor
            if value < 999.5 or unit == "GB":
                digits = "0.0" if value < 10 and unit != "KB" else "0"
                return f"{format_decimal(value, digits, locale=self._locale)} {unit}"
        raise AssertionError("the last unit always fits")

    def duration(self, seconds: float) -> str:
        """A time as short as it can be: "0.4 s", "12 s", "3 min 5 s", "1 h 4 min"."""
        if seconds < 1:
            return self.say("{seconds} s", seconds=format_decimal(seconds, "0.0", locale=self._locale))
        whole = round(seconds)
        minutes, rest = divmod(whole, 60)
        hours, over = divmod(minutes, 60)
        if whole < 60:
            return self.say("{seconds} s", seconds=whole)
        if minutes < 60 and rest:
            return self.say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
        if minutes < 60:
            return self.say("{minutes} min", minutes=minutes)
        if over:
            return self.say("{hours} h {minutes} min", hours=hours, minutes=over)
        return self.say("{hours} h", hours=hours)

    # --- dates ---------------------------------------------------------------------------------------------------

    def date_view(self, time: datetime | None, zone: ZoneInfo, *, clock: bool = True) -> DateView | None:
        """The time for people, in `zone`, and for machines, in UTC; None for None. Without `clock` it is the day only,
        as it is called in `zone`."""
        if time is None:
            return None
        local = time.astimezone(zone)
        day = local.date()
        if not clock:
            return DateView(day.isoformat(), _long_date(self._locale, day), self.short_date(day))
        hour = f"{local.hour:02}:{local.minute:02}"
        return DateView(
            iso=time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
            label=self.say("{date}, {time}", date=_long_date(self._locale, day), time=hour),
            short=self.short_date(day),
            time=hour,
        )

    def short_date(self, day: date) -> str:
        """ "5 Mar 2026"."""
        return _by_skeleton(self._locale, "yMMMd", day)

    def day(self, day: date) -> str:
        """ "Thursday, 5 March"."""
        weekday = str(format_date(day, "EEEE", locale=self._locale))
        return self.say("{weekday}, {day}", weekday=weekday, day=_by_skeleton(self._locale, "MMMMd", day))

    def full_date(self, day: date) -> str:
        """ "Thursday, 5 March 2026"."""
        return str(format_date(day, "full", locale=self._locale))

    def month(self, year: int, month: int) -> str:
        """ "March 2026"."""
        return _by_skeleton(self._locale, "yMMMM", date(year, month, 1))

    def short_month(self, year: int, month: int) -> str:
        """ "Mar 2026"."""
        return _by_skeleton(self._locale, "yMMM", date(year, month, 1))

    def months(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """ "March 2026", or "April 2025 to March 2026"; both are a year and a month."""
        if first == last:
            return self.month(*first)
        return self.say("{first} to {last}", first=self.month(*first), last=self.month(*last))

    def month_name(self, month: int, *, short: bool = False) -> str:
        """ "March", or "Mar", standing alone."""
        return str(self._locale.months["stand-alone"]["abbreviated" if short else "wide"][month])

    def weekday_name(self, weekday: int, *, short: bool = False) -> str:
        """ "Monday", or "Mon", standing alone; 0 is Monday."""
        return str(self._locale.days["stand-alone"]["abbreviated" if short else "wide"][weekday])

    # --- for templates and scripts -------------------------------------------------------------------------------

    def gettext(self, text: str) -> str:
        """gettext of templates: no values are put in."""
        # What catalogues have for no text is their own head.
        return str(self._translations.gettext(text)) if text else ""

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """ngettext of templates: no values are put in."""
        return str(self._translations.ngettext(singular, plural, count))

    def script(self) -> bytes:
        """The script that gives the site's scripts their texts, in `static/js/sitegen.js`'s terms."""
        texts: dict[str, str | list[str]] = {}
        for catalogue in reversed(self._catalogues):
            for message in catalogue:
                if message.id and not message.fuzzy and any(place.endswith(_SCRIPT) for place, _ in message.locations):
                    _enter(texts, message.id, message.string)
        rule = next((catalogue.plural_expr for catalogue in self._catalogues), "n != 1")
        data = json.dumps(texts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return f"sitegen.language({data},function(n){{return Number({rule});}});\n".encode()


def _fingerprint(tag: str, catalogues: Iterable[Catalog]) -> str:
    texts = [[(message.id, message.string) for message in catalogue if message.id] for catalogue in catalogues]
    return hashlib.sha256(repr((tag, texts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _enter(texts: dict[str, str | list[str]], text: Any, translated: Any) -> None:
    if isinstance(text, tuple):
        if all(translated):
            texts[text[0]] = list(translated)
    elif translated:
        texts[text] = translated


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format_map(values) if values else text


def _compiled(catalogue: Catalog) -> Translations:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return Translations(buffer)


@lru_cache(4096)
def _by_skeleton(locale: Locale, skeleton: str, day: date) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


@lru_cache(4096)
def _long_date(locale: Locale, day: date) -> str:
    return str(format_date(day, "long", locale=locale))


@cache
def load_language(tag: str, folders: tuple[Path, ...] = ()) -> Language:
    """The language that a BCP 47 tag such as "de" or "zh-Hans" stands for.

    `folders` are those of the theme and its parents, the theme's own first; each may have a catalogue. Raises
    LanguageError if there is no such language or no catalogue for it, ConfigError if one can't be read.
    """
    try:
        locale = Locale.parse(_COUNTRIES.get(tag, tag), sep="_" if tag in _COUNTRIES else "-")
    except (ValueError, UnknownLocaleError) as error:
        raise LanguageError(f'language: "{tag}" is no known language (such as "en", "de", "zh-Hans")') from error
    read = (_catalogue(folder / f"{tag}.po", locale) for folder in catalogue_folders(folders))
    catalogues = [catalogue for catalogue in read if catalogue is not None]
    if not catalogues and tag != "en":
        raise LanguageError(f'language: there are no texts in "{tag}"; there are: {", ".join(languages(folders))}')
    if len({_forms(catalogue.plural_expr) for catalogue in catalogues}) > 1:
        # The scripts have all texts in one table, under one rule.
        raise ConfigError(f'language: the catalogues for "{tag}" in the themes and here differ in their plural rules')
    return Language(tag, locale, catalogues)


def languages(folders: Iterable[Path] = ()) -> list[str]:
    """The tags of all languages that there are texts in, sorted."""
    found = {path.stem for folder in catalogue_folders(folders) for path in folder.glob("*.po")}
    return sorted({"en", *found})


def catalogue_folders(folders: Iterable[Path]) -> list[Path]:
    """Where catalogues may stand, the first goes before: below the theme's folders, then the program's own."""
    return [*(folder / FOLDER for folder in folders), BUILT_IN]


def _catalogue(path: Path, locale: Locale) -> Catalog | None:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=str(locale), abort_invalid=True)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, PoFileError) as error:
        raise ConfigError(f"{path}: can't be read as a catalogue: {error}") from error
    forms = _forms(catalogue.plural_expr)
    if not forms or max(forms) >= catalogue.num_plurals:
        raise ConfigError(f"{path}: its plural rule is not one: {catalogue.plural_expr}")
    for message in catalogue:
        if strange := _strange_places(message.id, message.string):
            raise ConfigError(f"{path}: a translation has {strange}, which its English has not: {message.string}")
    return catalogue


def _forms(rule: str) -> tuple[int, ...]:
    """Which form a plural rule gives to each number; nothing for a rule that gettext, or a script, which gets it as it
    is, can't use."""
    if not _PLURAL_RULE.fullmatch(rule):
        return ()
    try:
        return tuple(map(c2py(rule), range(_NUMBERS)))
    except (ValueError, ArithmeticError):
        return ()


def _strange_places(text: Any, translated: Any) -> str:
    """Places for values that a translation has and its English, singular or plural, has not."""
    texts, translations = (value if isinstance(value, tuple | list) else (value,) for value in (text, translated))
    known = {place for each in texts for place in _PLACE.findall(each)}
    found = {place for each in translations if each for place in _PLACE.findall(each)}
    return ", ".join(sorted(found - known)) if text else ""


#: What the command line, the files for other programs, and a text by itself say.
ENGLISH = load_language("en")
