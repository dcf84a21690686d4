"""What keeps hostile zips and folders from doing harm."""

from __future__ import annotations

from switching_off import condition, method, number, without

from sitegen.readers import finding
from sitegen.readers.export import containers, contents, member_bytes, zips

PROTECTIONS = (
    # names of files
    without(
        "names that lead out are refused",
        containers.clean_name,
        'raise ValueError("its name leads out of the export")',
        "pass",
        "zip-names-lead-out",
        "zip-name-with-escapes",
        "zip-in-a-zip-that-is-hostile",
    ),
    condition("absolute names are refused", containers.clean_name, 'if path.startswith("/") or', "zip-names-lead-out"),
    condition("names with NUL are refused", zips._check, 'if "\\0" in', "zip-name-with-nul"),
    without(
        "control characters are taken out of names",
        contents.placed,
        "one_line(member)",
        "member",
        "zip-name-with-escapes",
    ),
    without(
        "of equal names the first is kept",
        contents.Contents._take,
        "elif entry.name in self.entries or entry.name in entries:",
        "elif False:",
        "zip-one-name-twice",
    ),
    without(
        "names in UTF-8 are recognised",
        zips._name,
        'name.encode("cp437").decode("utf-8")',
        "name",
        "zip-name-in-utf8-without-its-flag",
    ),
    without("litter is left out", zips.zip_entries, " or is_litter(name)", "", "zip-litter"),
    # what files are
    condition("links in zips are refused", zips._check, "if stat.S_ISLNK(", "zip-link-in-place-of-a-picture"),
    condition("encrypted files are refused", zips._check, "if info.flag_bits & (_ENC", "zip-encrypted-file"),
    condition(
        "encrypted zips are called so",
        contents.Contents._fill_from_zip,
        "if zips.is_encrypted(",
        "zip-wholly-encrypted",
    ),
    condition("patches are refused", zips._check, "if info.flag_bits & _PATCHED", "zip-patch-of-a-file"),
    condition(
        "methods are known ones",
        zips._check,
        "if info.compress_type not in",
        "zip-unknown-methods",
        "zip-bzip2-bomb",
    ),
    condition(
        "links out of a folder are refused",
        containers._plain_file,
        "if path.is_symlink() and",
        "folder-link-in-place-of-a-picture",
    ),
    without(
        "links in circles are no error",
        finding._leads_into,
        "except (OSError, RuntimeError)",
        "except ZeroDivisionError",
        "folder-links-in-circles",
    ),
    condition("pipes are not opened", finding._kind, "if not path.is_file()", "folder-with-pipes"),
    # where they stand
    without(
        "files that overlap are refused",
        zips._overlapping,
        "return found",
        "return set()",
        "zip-files-at-one-place",
        "zip-file-inside-a-file",
        "zip-that-holds-itself",
    ),
    condition(
        "no file begins before the zip",
        zips._check,
        "if info.header_offset < 0",
        "zip-files-before-its-beginning",
    ),
    condition(
        "no file reaches beyond the files' end",
        zips._check,
        "if info.header_offset + _LOCAL",
        "zip-forged-packed-size",
        "zip-file-that-reaches-into-the-directory",
        "zip-sizes-of-64-bits",
    ),
    without(
        "bytes before a zip are told",
        contents.Contents._fill_from_zip,
        "zips.leading_bytes(archive)",
        "0",
        "zip-after-another-zip",
        "zip-after-a-program",
    ),
    # how much they hold
    condition("a huge directory is not loaded", zips.open_zip, "if directory.size >", "zip-directory-too-large"),
    condition(
        "a directory of far too many is not loaded",
        zips.open_zip,
        "if directory.entries >",
        "zip-far-more-files-than-allowed",
    ),
    without(
        "what unpacks out of proportion is refused",
        containers._is_trap,
        "return size >",
        "return False and size >",
        "zip-bomb",
        "zip-bomb-in-many-pieces",
        "zip-in-a-zip-packed-twice",
    ),
    without(
        "proportions are taken of all files together",
        containers.within_limits,
        "_is_trap(total + entry.size, packed + entry.packed, limits)",
        "False",
        "zip-bomb-in-many-pieces",
        "zip-in-a-zip-packed-twice",
    ),
    without(
        "proportions are taken through both zips",
        zips.zip_entries,
        "within.packed / max(within.size, 1) if within else 1",
        "1",
        "zip-in-a-zip-packed-twice",
    ),
    condition(
        "each file has a limit",
        containers._over_limit,
        "if entry.size > allowed",
        "zip-file-too-large",
        "zip-records-too-large",
    ),
    without(
        "all files have one limit",
        containers.within_limits,
        "total + entry.size > limits.total",
        "False",
        "zip-too-large-in-all",
    ),
    without(
        "the number of files has a limit",
        containers.within_limits,
        "count >= limits.members",
        "False",
        "zip-more-files-than-allowed",
        "zip-in-a-zip-with-too-many-files",
    ),
    without(
        "zips in a zip share its limits",
        contents.Contents._take,
        ", self._limits, self.entries.values())",
        ", self._limits)",
        "zip-in-a-zip-with-too-many-files",
    ),
    number("few zips in a zip are opened", contents, "_INNER_ZIPS", "zip-of-too-many-zips"),
    without(
        "zips beside records are attachments",
        contents.Contents._fill_from_zip,
        "if inner and not self._holds_records():",
        "if inner:",
        "zip-that-somebody-attached",
    ),
    # while they are read
    condition(
        "no more is read than was counted",
        method(member_bytes._MemberStream, "readinto"),
        "if self._left < 0",
        "folder-file-that-grows",
    ),
    condition(
        "no less is read than was counted",
        method(member_bytes._MemberStream, "readinto"),
        "if not data and",
        "zip-size-told-too-large",
    ),
    without(
        "damage is an error of the export",
        method(member_bytes._MemberStream, "readinto"),
        "except DAMAGE",
        "except ZeroDivisionError",
        "zip-size-told-too-small",
        "zip-turned-bit",
        "zip-turned-bit-in-the-conversations",
    ),
    without(
        "damage found at once is an error of the export",
        member_bytes.open_member,
        "except (NotImplementedError, *DAMAGE)",
        "except ZeroDivisionError",
        "zip-header-of-another-name",
    ),
)
