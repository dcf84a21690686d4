"""A small server for one person: the site at 127.0.0.1, with the headers of a published one, while it is watched.

It sends files of the site's folder and nothing else: no listing, no hidden file, nothing that a link leads to outside.
`requests` decides what is answered at all, `live_site` what makes open pages reload.
"""

from __future__ import annotations

import io
import socketserver
import sys
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import parse_qs, quote

from sitegen.errors import ConfigError
from sitegen.headers import VIEWER_FOLDER, headers_of
from sitegen.media_types import content_type
from sitegen.watch.live_site import QUESTION_PATH, SCRIPT_PATH, LiveSite, reload_script, with_reload
from sitegen.watch.requests import ADDRESS, ALLOWED_METHODS, byte_range, file_name, refusal

_CHUNK = 1 << 16
_HTML, _SCRIPT, _TEXT = (content_type(f"x.{ending}") for ending in ("html", "js", "txt"))

#: Shown where no file is; reloads by itself once there is one.
_NOT_THERE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not there</title></head>
<body><h1>This page is not there</h1>
<p>It appears here by itself as soon as the site has it. <a href="/index.html">Go to the first page</a>.</p>
</body></html>
"""


class Answer(NamedTuple):
    """What is sent: `length` bytes of `body`, which is closed afterwards. `viewer` is the name of a page that runs a
    document, "" for all else."""

    status: HTTPStatus
    content_type: str
    body: BinaryIO
    length: int
    headers: tuple[tuple[str, str], ...] = ()
    viewer: str = ""


def answer(site: LiveSite, target: str, headers: Mapping[str, str]) -> Answer:
    """The answer to a request that was not refused: `target` is the address as it was asked for, the names of the
    `headers` are in lower case. Raises OSError for a file that can't be read."""
    path, _, rest = target.partition("#")[0].partition("?")
    if path == SCRIPT_PATH:
        return _text(HTTPStatus.OK, _SCRIPT, reload_script())
    if path == QUESTION_PATH:
        query = parse_qs(rest)
        page, version = query.get("page", [""])[0], query.get("version", [""])[0]
        return _text(HTTPStatus.OK, _SCRIPT, site.answer(file_name(page) or "", version))
    name = file_name(path)
    place = site.place(name) if name else None
    if name is None or place is None:
        return _text(HTTPStatus.NOT_FOUND, _HTML, with_reload(_NOT_THERE, site.version(name or "", b"")))
    if place.is_dir():
        return _text(HTTPStatus.MOVED_PERMANENTLY, _TEXT, b"", ("Location", f"/{quote(name)}/"))
    if content_type(name) == _HTML:
        html = place.read_bytes()
        if name.startswith(VIEWER_FOLDER):  # allows no script of the site's
            return _text(HTTPStatus.OK, _HTML, html)._replace(viewer=name)
        return _text(HTTPStatus.OK, _HTML, with_reload(html, site.version(name, html)))
    return _file(place, content_type(name), headers.get("range"))


def _text(status: HTTPStatus, kind: str, body: bytes, *headers: tuple[str, str]) -> Answer:
    return Answer(status, kind, io.BytesIO(body), len(body), headers)


def _file(path: Path, kind: str, range_header: str | None) -> Answer:
    body = path.open("rb")
    size = body.seek(0, io.SEEK_END)
    part = byte_range(range_header, size)
    body.seek(part[0] if part else 0)
    if part is None:
        return Answer(HTTPStatus.OK, kind, body, size, (("Accept-Ranges", "bytes"),))
    if part == (0, 0):
        return Answer(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, kind, body, 0, (("Content-Range", f"bytes */{size}"),)
        )
    shown = f"bytes {part[0]}-{part[1] - 1}/{size}"
    return Answer(HTTPStatus.PARTIAL_CONTENT, kind, body, part[1] - part[0], (("Content-Range", shown),))


class SiteServer:
    """Serves a site in threads of its own, from when it is made until `close`."""

    def __init__(self, site: LiveSite, port: int) -> None:
        """`port` 0 takes any that is free. Raises ConfigError if the port can't be had."""
        try:
            self._server = _Server((ADDRESS, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ConfigError(
                f"--serve {port}: this port can't be used: {reason}; choose another one, or 0 for any that is free"
            ) from error
        self._server.site = site
        self.address = f"http://{ADDRESS}:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, name="sitegen-serve", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answers no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: LiveSite

    def server_bind(self) -> None:
        # The one of HTTPServer looks up this machine's name, which can take long and is of no use here.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a page that was closed is no error
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sitegen", ""
    #: Seconds after which a connection without a request is closed.
    timeout = 60
    _viewer = ""

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        refused = refusal(self.command, headers, self.server.server_port)
        if refused:
            self.send_error(*refused)
            return
        try:
            answered = answer(self.server.site, self.path, headers)
        except OSError as error:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, f"The file can't be read: {error.strerror}")
            return
        self._viewer = answered.viewer
        with answered.body:
            self._send(answered)
        self._viewer = ""  # a connection asks for more than one file

    # What is not GET or HEAD is refused by its method, and so is told which ones there are.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = _answer  # noqa: N815

    def _send(self, answered: Answer) -> None:
        self.send_response(answered.status)
        self.send_header("Content-Type", answered.content_type)
        self.send_header("Content-Length", str(answered.length))
        for name, value in answered.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        left = answered.length
        while left and (chunk := answered.body.read(min(left, _CHUNK))):
            self.wfile.write(chunk)
            left -= len(chunk)
        if left:
            self.close_connection = True  # shorter than was said: the browser must not wait for the rest

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A line of plain text. What else the request holds is not read: the connection ends."""
        text = f"{message or HTTPStatus(code).phrase}\n".encode()
        self.close_connection = True
        self.send_response(code)
        self.send_header("Content-Type", _TEXT)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", ", ".join(ALLOWED_METHODS))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def end_headers(self) -> None:
        """Every answer, refusals too, has the security headers and is kept nowhere."""
        for name, value in headers_of(self._viewer).items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing: who reads what is nobody's business."""
