"""Files that a conversation brings along and that could run, or pass for something else, when they are opened.

They are put into an archive and shown by a conversation. Nothing of them may run: not where a page shows them, and not
when a person clicks on the link to the stored file.
"""

from __future__ import annotations

from typing import NamedTuple

from cases_markdown import OUTSIDE, OWNED
from hostile_cases import Case


class File(NamedTuple):
    """A file as an export holds it: what it is called, what it claims to be, and its bytes."""

    name: str
    media_type: str
    content: bytes


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082".replace(" ", "")
)
SCRIPT = f"<script>{OWNED};new Image().src='{OUTSIDE}/file'</script>"
HTML = f"<!doctype html><title>x</title>{SCRIPT}<img src={OUTSIDE}/i.png onerror={OWNED}>".encode()
SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='{OWNED}'><script>parent.OWNED=1;{OWNED}"
    f"</script><image href='{OUTSIDE}/svg.png' width='9' height='9'/><style>@import '{OUTSIDE}/svg.css';</style>"
    "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:parent.parent.OWNED=1'/>"
    "</foreignObject></svg>"
).encode()


def _webp(trailing: bytes) -> bytes:
    # A picture of one pixel, lossless, followed by something else.
    picture = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")
    return picture + trailing


def _case(name: str, file: File, expected: str) -> Case:
    return Case(name, "attachment", file, expected)


TEXT = "stored as text"
PICTURE = "shown as a picture, never as anything else"

CASES = (
    _case("svg-with-script", File("drawing.svg", "image/svg+xml", SVG), "only ever shown as a picture, never linked"),
    _case(
        "svg-behind-comment", File("plan.txt", "text/plain", b"<!-- " + b"x" * 200 + b" --><!DOCTYPE svg>" + SVG),
        "known for what it is whatever it is called",
    ),
    _case("svg-behind-long-comment", File("late.svg", "image/svg+xml", b"<!--" + b" " * 2000 + b"-->" + SVG), TEXT),
    _case("html", File("page.html", "text/html", HTML), TEXT),
    _case("html-named-png", File("photo.png", "image/png", HTML), "stored as the text that it is"),
    _case("html-named-pdf", File("paper.pdf", "application/pdf", HTML), "stored as the text that it is"),
    _case("html-in-utf-16", File("wide.html", "text/html", HTML.decode().encode("utf-16")), "stored as unknown bytes"),
    _case("html-in-utf-7", File("seven.txt", "text/html; charset=utf-7", b"+ADw-script+AD4-window.OWNED=1"), TEXT),
    _case("html-in-hex", File("hex.bin", "", HTML.hex().encode()), TEXT),
    _case(
        "mhtml",
        File("saved.mht", "message/rfc822", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML), TEXT,
    ),
    _case("gif-and-script", File("dot.gif", "image/gif", b"GIF89a/*\0\0*/=1;" + OWNED.encode()), PICTURE),
    _case("jpeg-and-html", File("x.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + HTML), PICTURE),
    _case("png-and-html", File("tail.png", "image/png", PNG + HTML), PICTURE),
    _case("webp-and-html", File("tail.webp", "image/webp", _webp(HTML)), PICTURE),
    _case("avif-and-html", File("a.avif", "image/avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + HTML), PICTURE),
    _case("bmp-and-html", File("b.bmp", "image/bmp", b"BM" + bytes(12) + b"\x28\0\0\0" + HTML), PICTURE),
    _case("script", File("code.js", "text/javascript", OWNED.encode()), TEXT),
    _case("stylesheet", File("style.css", "text/css", f"*{{background:url({OUTSIDE}/css)}}".encode()), TEXT),
    _case(
        "xml-with-stylesheet",
        File("data.xml", "text/xml", b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x.xsl'?><a/>"), TEXT,
    ),
    _case(
        "xhtml",
        File("page.xhtml", "application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'>" + HTML), TEXT,
    ),
    _case(
        "pdf-with-script",
        File("paper.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
        "a link for downloading, never shown in a page",
    ),
    _case("hta", File("notes.txt.hta", "application/hta", HTML), TEXT),
    _case(
        "url-shortcut",
        File("site.url", "", b"[InternetShortcut]\nURL=file://outside.example/x\nIconFile=\\\\outside.example\\i.ico"),
        TEXT,
    ),
    _case("lnk-shortcut", File("cv.lnk", "", b"\x4c\0\0\0\x01\x14\x02\0" + bytes(68)), "stored as unknown bytes"),
    _case("desktop-entry", File("game.desktop", "", b"[Desktop Entry]\nType=Application\nExec=touch outside"), TEXT),
    _case("program", File("setup.png", "image/png", b"MZ\x90\0" + bytes(60)), "stored as unknown bytes"),
    _case("name-turned", File("photo_\u202egnp.exe", "image/png", b"MZ\0" + b"1" * 9), "its marks are spelled out"),
    _case("name-of-site-page", File("../../index.html", "text/html", HTML + b"1"), "overwrites nothing"),
    _case("name-reserved", File("aux.png:hidden. ", "image/png", PNG + b"2"), "stored under a name of the site's own"),
    _case("name-with-markup", File(f"\"><img src=x onerror={OWNED}>.png", "image/png", PNG + b"3"), "shown as text"),
    _case("name-with-null", File("a.html\0.png", "image/png", HTML + b"4"), TEXT),
    _case("name-is-address", File(f"javascript:{OWNED}", "text/plain", b"5"), "the link leads to the stored file"),
    _case("name-is-data-address", File(f"data:text/html,{SCRIPT}", "text/html", b"6"), "the link leads to the file"),
    _case("empty", File("nothing.png", "image/png", b""), "stored with no bytes as what it is"),
    _case("one-byte", File("half.html", "text/html", b"<"), TEXT),
    _case("wrong-magic", File("sound.mp3", "audio/mpeg", b"ID4" + HTML), "stored as the text that it is"),
    _case("sound-and-html", File("sound.mp3", "audio/mpeg", b"ID3\x04" + HTML), "played, never opened"),
    _case("video-and-html", File("film.mp4", "video/mp4", b"\0\0\0\x18ftypisom" + HTML), "played, never opened"),
)  # fmt: skip
