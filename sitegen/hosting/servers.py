"""Settings for a web server of one's own, nginx or Caddy: the site behind a password, with the headers that it needs.

nginx gives an answer the `add_header` lines of the innermost block that has any, so all stand at the server, and what
depends on the path is worked out by `map` (https://nginx.org/en/docs/http/ngx_http_headers_module.html). `always` sends
a header with refusals and missing files, too.
"""

from __future__ import annotations

from typing import NamedTuple

from sitegen.headers import FILES_FOLDER, KEPT, KEPT_PATHS, NOT_KEPT, REVALIDATED, SHOWN_ENDINGS, published_headers
from sitegen.hosting.files import NOT_FOUND_NAME
from sitegen.media_types import MEDIA_TYPES, UNKNOWN

#: Names of which a host sends nothing: hidden files, and those that are meant for it.
_NOT_SENT = r"(^|/)(\.|_headers$)"
_SHOWN = "|".join(sorted(SHOWN_ENDINGS))


class Certificate(NamedTuple):
    """Where a server finds its TLS certificate and the key of it: paths of PEM files."""

    chain: str
    key: str


def nginx(
    folder: str, name: str, passwords: str, certificate: Certificate | None, listen: str = "443 ssl", *, sealed: bool
) -> str:
    """Settings for nginx, to be included in its `http` block (`conf.d` or `sites-enabled`).

    `folder` is the published folder's path, `name` the site's host name, `passwords` the path of the file with names
    and passwords, `listen` what the server listens at. No certificate is only for a server that none but this machine
    reaches: a password would cross the net in clear.
    """
    headers = {name: f'"{value}"' for name, value in published_headers("", sealed=sealed).items()}
    headers |= {"Cache-Control": "$sitegen_cache", "Content-Disposition": "$sitegen_disposition"}
    tls = [f"ssl_certificate {certificate.chain};", f"ssl_certificate_key {certificate.key};"] if certificate else []
    lines = [
        "# How long a file may be kept: not at all if it is not there.",
        'map "$status$uri" $sitegen_cache {',
        f'    "~^(?:200|206|304){KEPT_PATHS.removeprefix("^")}" "{KEPT}";',
        f'    "~^(?:200|206|304)" "{REVALIDATED}";',
        f'    default "{NOT_KEPT}";',
        "}",
        "# Attachments that no page shows in place are for downloading.",
        "map $uri $sitegen_disposition {",
        f'    "~^/{FILES_FOLDER}[^/]+\\.(?:{_SHOWN})$" "";',
        f'    "~^/{FILES_FOLDER}" "attachment";',
        '    default "";',
        "}",
        "",
        "server {",
        f"    listen {listen};",
        f"    server_name {name};",
        *(f"    {line}" for line in tls),
        f"    root {folder};",
        "    index index.html;",
        f"    error_page 404 /{NOT_FOUND_NAME};",
        "    server_tokens off;",
        "",
        '    auth_basic "Private";',
        f"    auth_basic_user_file {passwords};",
        "",
        *(f"    add_header {header} {value} always;" for header, value in headers.items()),
        "",
        "    types {",
        *(f"        {media_type} {ending};" for ending, media_type in MEDIA_TYPES.items()),
        "    }",
        f"    default_type {UNKNOWN};",
        "    charset utf-8;",
        "    charset_types text/css text/javascript text/plain;",
        "",
        f'    location ~ "{_NOT_SENT}" {{',
        "        return 404;",
        "    }",
        "}",
    ]
    if certificate:
        lines += [
            "",
            "server {",
            "    listen 80;",
            f"    server_name {name};",
            "    return 301 https://$host$request_uri;",
            "}",
        ]
    return "\n".join(lines) + "\n"


def caddy(folder: str, name: str, user: str, password_hash: str, *, sealed: bool) -> str:
    """Settings for Caddy 2.8 or newer (a Caddyfile): `folder` is the published folder's path, `name` the site's host
    name, `password_hash` what `caddy hash-password` prints for the password of `user`. Caddy sees to the certificate
    (https://caddyserver.com/docs/caddyfile/directives)."""
    headers = dict(published_headers("", sealed=sealed))
    del headers["Cache-Control"]
    return "\n".join(
        [
            f"{name} {{",
            f"\troot * {folder}",
            "\tbasic_auth {",
            f"\t\t{user} {password_hash}",
            "\t}",
            "",
            "\theader {",
            *(f'\t\t{header} "{value}"' for header, value in headers.items()),
            "\t}",
            "",
            "\t# How long a file may be kept.",
            f"\t@kept path_regexp {KEPT_PATHS}",
            f"\t@asked_again not path_regexp {KEPT_PATHS}",
            f'\theader @kept Cache-Control "{KEPT}"',
            f'\theader @asked_again Cache-Control "{REVALIDATED}"',
            "",
            "\t# Attachments that no page shows in place are for downloading.",
            "\t@download {",
            f"\t\tpath /{FILES_FOLDER}*",
            f"\t\tnot path_regexp \\.(?:{_SHOWN})$",
            "\t}",
            '\theader @download Content-Disposition "attachment"',
            "",
            f"\t@not_sent path_regexp {_NOT_SENT}",
            "\terror @not_sent 404",
            "\thandle_errors {",
            f'\t\theader Cache-Control "{NOT_KEPT}"',
            f"\t\trewrite * /{NOT_FOUND_NAME}",
            "\t\tfile_server",
            "\t}",
            "\tfile_server",
            "}",
            "",
        ]
    )
