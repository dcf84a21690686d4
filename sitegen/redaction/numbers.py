"""Numbers with check digits: IBAN (ISO 13616) and payment cards (ISO/IEC 7812, Luhn). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.redaction.spans import Span

_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN = re.compile(r"([A-Z]{2})[0-9]{2}[ -]?[A-Z0-9]{2}")
_CARD = re.compile(
    r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5}|[0-9]{14,16}"
)
_CARD_RUN = re.compile(r"[0-9][0-9 -]{12,}+[0-9]?")
_ISSUERS = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|3[47][0-9]{13}|3(?:0[0-59]|[689][0-9])[0-9]{11}|6(?:011|5[0-9]{2})[0-9]{12}"
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}|62[0-9]{14}(?:[0-9]{3})?"
    r"|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
)


def ibans(text: str, lower: str) -> Iterator[Span]:
    """Account numbers in capitals, in one or in groups, whose length and check digits hold."""
    del lower
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match[1])
        start = match.start()
        if length is None or (start > 0 and text[start - 1].isalnum() and text[start - 1].isascii()):
            continue
        end = _end_of_iban(text, start, length)
        if end is not None:
            yield Span(start, end, "IBAN")


def _end_of_iban(text: str, start: int, length: int) -> int | None:
    taken: list[str] = []
    at = start
    was_letter = True
    while len(taken) < length:
        letter = text[at : at + 1]
        if "0" <= letter <= "9" or "A" <= letter <= "Z":
            taken.append(letter)
            was_letter = True
        elif letter and letter in " -" and was_letter:
            was_letter = False
        else:
            return None
        at += 1
    after = text[at : at + 1]
    if (after.isascii() and after.isalnum()) or not _has_right_check("".join(taken)):
        return None
    return at


def _has_right_check(iban: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1


def cards(text: str, lower: str) -> Iterator[Span]:
    """Numbers with the beginning and length of an issuer of cards and the right last digit."""
    del lower
    for run in _CARD_RUN.finditer(text):
        for match in _CARD.finditer(text, *run.span()):
            start, end = match.span()
            digits = match[0].replace(" ", "").replace("-", "")
            if _is_free(text, start, end) and _ISSUERS.fullmatch(digits) and _passes_luhn(digits):
                yield Span(start, end, "card number")


def _is_free(text: str, start: int, end: int) -> bool:
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if before and ((before[-1].isalnum() and before[-1].isascii()) or before[-1] in "._"):
        return False
    if before[-1:] in ("-", " ") and before[:1].isdigit() and len(before) == 2:
        return before[-1] == " " and text[start:end].isdigit()
    if after and ((after[0].isalnum() and after[0].isascii()) or after[0] == "_"):
        return False
    return not (after[:1] in (".", "-") and after[1:].isdigit())


def _passes_luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0
