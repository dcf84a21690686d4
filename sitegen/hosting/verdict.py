"""What the answers of a host say together: who can read the site, and which headers it sends.

Pure. A gate is believed only if everything that was asked for is behind it, and if nothing else explains the answers.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from sitegen.headers import published_headers
from sitegen.hosting.answers import Answer, View, asks_password, view
from sitegen.hosting.files import HOST_FILES, NOT_FOUND_NAME

Verdict = Literal["open", "gated", "sealed", "unclear"]

HOME = ""
#: Files that every site has that is not sealed. They may still stand there from an earlier publication.
LEFT_OVER = ("search.html", "search/manifest.js")

#: What may read in clear at a sealed site: the program that decrypts, and what it decrypts.
_SEALED_PLACES = ("sealed/", "assets/")
_SHOWN_NAMES = 3
_LONGEST_LINE = 1000
_GATES: tuple[View, ...] = ("refused", "login")


@dataclass(frozen=True, slots=True)
class Result:
    """What a stranger sees at a published address.

    `verdict`: "open" (at least one file reads in clear), "gated" (everything asks for a password), "sealed" (all that
    reads is encrypted), "unclear" (neither is certain). `lines` say why, and what to do; `headers` say which headers
    are missing or differ from those that are meant, and are empty for a gated site, whose own headers nobody sees.
    """

    verdict: Verdict
    lines: tuple[str, ...]
    headers: tuple[str, ...] = ()


def judge(answers: Sequence[Answer], known: Mapping[str, bytes]) -> Result:
    """The result of `answers`: the first is that of the top; one whose name `known` doesn't have is of an address that
    can't exist, but for `HOST_FILES` and `LEFT_OVER`. `known`: the first bytes of the site's files by name."""
    views = {answer.name: view(answer, known.get(answer.name)) for answer in answers}
    home = answers[0]
    sealed = views[HOME] == "unlock"
    content = [name for name in views if name == HOME or (name in known and name not in HOST_FILES)]
    made_up = [answer for answer in answers if answer.name not in (HOME, *known, *HOST_FILES, *LEFT_OVER)]
    readable = [name for name in dict.fromkeys([*content, *LEFT_OVER, *HOST_FILES]) if views.get(name) == "clear"]
    readable = [name for name in readable if not (sealed and _is_sealed(name))]
    warnings = [*_transport(home), *_made_up(made_up, home, views)]
    if readable:
        headers = _headers(answers, views, sealed=False)
        return Result("open", _told([*_readable(readable, views), *warnings]), _told(headers))
    if sealed:
        reason = "the page asks for the passphrase, and nothing that was asked for reads in clear"
        return Result("sealed", _told([reason, *warnings]), _told(_headers(answers, views, sealed=True)))
    if not all(views[name] in _GATES for name in content):
        return Result("unclear", _told([*_unclear(answers, views, content), *warnings]))
    if content == [HOME]:
        return Result(
            "unclear", _told(["the home page asks for a password, and nothing else was asked for", *warnings])
        )
    return Result("gated", _told([*_gate(home, views, made_up), *warnings]))


def _told(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines for a terminal: what a host sent into them is cut where it is endless, and controls nothing."""
    return tuple(
        "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line[:_LONGEST_LINE]
        )
        for line in lines
    )


def _is_sealed(name: str) -> bool:
    return name.startswith(_SEALED_PLACES) or name in (*HOST_FILES, NOT_FOUND_NAME)


def _listed(names: Iterable[str]) -> str:
    names = list(dict.fromkeys("the home page" if name in (HOME, "index.html") else name for name in names))
    shown = names[:_SHOWN_NAMES]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


# --- who can read -----------------------------------------------------------------------------------------------------


def _readable(readable: Sequence[str], views: Mapping[str, View]) -> Iterator[str]:
    yield f"anyone can read {_listed(readable)}, without a password"
    if any(seen in _GATES for seen in views.values()):
        behind = [name for name, seen in views.items() if seen in _GATES]
        yield f"a password is asked for at {_listed(behind)} only: have the host protect every address, not pages alone"
    elif views[HOME] == "unlock":
        yield "the home page asks for a passphrase, but these files are not sealed: publish again into an empty site"
    else:
        yield "if that is not meant: take the site down at the host, then protect it, or publish it sealed"


def _gate(home: Answer, views: Mapping[str, View], made_up: Sequence[Answer]) -> Iterator[str]:
    if views[HOME] == "login":
        yield f"every address that was asked for leads to a login: {(home.led_to or home.address).partition('?')[0]}"
    else:
        yield f"every address that was asked for is refused (status {home.status})"
    if home.status == 403:
        yield "403 can also mean that the host turns away programs: look at the site in a private window, too"
    if any(views[answer.name] == "absent" for answer in made_up):
        yield "an address that does not exist is answered as missing: a stranger can find out which conversations exist"


def _unclear(answers: Sequence[Answer], views: Mapping[str, View], content: Sequence[str]) -> Iterator[str]:
    for seen in ("silent", "elsewhere", "absent", "other", *_GATES):
        found = [answer for answer in answers if answer.name in content and views[answer.name] == seen]
        if not found:
            continue
        names, first = _listed([answer.name for answer in found]), found[0]
        if seen == "silent":
            yield f"no answer for {names}: {first.trouble}"
        elif seen == "elsewhere":
            yield f"{names}: leads to {first.led_to}, which was not asked; probe the address that the site has now"
        elif seen == "absent":
            yield f"not there: {names}; is this the site's address, and was all of it uploaded?"
        elif seen in _GATES:
            yield f"a password is asked for at {names}"
        elif any(asks_password(answer) for answer in found):
            yield f"{names}: a page with a field for a password, sent as if it were the site (status {first.status})"
        else:
            yield f"{names}: something that sitegen did not make (status {first.status})"


def _made_up(made_up: Sequence[Answer], home: Answer, views: Mapping[str, View]) -> Iterator[str]:
    taken = [
        answer for answer in made_up if answer.status == 200 and views[answer.name] in ("clear", "unlock", "other")
    ]
    if taken:
        how = "with the home page" if any(answer.start == home.start for answer in taken) else "as if it existed"
        yield f"an address that does not exist is answered {how}: upload {NOT_FOUND_NAME} with the site"


def _transport(home: Answer) -> Iterator[str]:
    parts = urlsplit(home.address)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        yield (
            "the site is sent by http: what is read, and a password, crosses the net in clear, and browsers decrypt "
            "nothing there; have the host send it by https"
        )


def is_loopback(host: str) -> bool:
    """Whether a host's name is one of this machine's own addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- headers ----------------------------------------------------------------------------------------------------------


def _headers(answers: Iterable[Answer], views: Mapping[str, View], *, sealed: bool) -> Iterator[str]:
    """A line for each way in which a header is not as meant, with the files that it concerns."""
    found: dict[HeaderFault, list[str]] = {}
    for answer in answers:
        if views[answer.name] in ("clear", "unlock") and answer.name not in HOST_FILES:
            for fault in header_faults(answer, sealed=sealed):
                found.setdefault(fault, []).append(answer.name)
    for fault, names in found.items():
        yield f"{fault.header}: {fault.what} at {_listed(names)}; should be {fault.meant}"


class HeaderFault(NamedTuple):
    """A header that is not as it is meant to be: its name, what is wrong, and the value that is meant."""

    header: str
    what: str
    meant: str


def header_faults(answer: Answer, *, sealed: bool) -> list[HeaderFault]:
    """What is wrong with the headers of one answer, of a site that is `sealed` or not."""
    faults = []
    for name, meant in published_headers(answer.name or "index.html", sealed=sealed).items():
        sent = answer.header(name)
        if not sent:
            faults.append(HeaderFault(name, "missing", meant))
        elif len(sent) > 1:
            faults.append(HeaderFault(name, f"sent {len(sent)} times", meant))
        elif _parts(sent[0]) != _parts(meant):
            faults.append(HeaderFault(name, f'"{sent[0]}"', meant))
    return faults


def _parts(value: str) -> list[str]:
    """A header's value in parts whose order and spacing mean nothing."""
    return sorted(" ".join(part.split()) for part in re.split("[;,]", value) if part.strip())
