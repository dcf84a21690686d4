"""nginx with settings of one's own, on loopback, for as long as a test needs it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

#: Debian keeps it out of the path of people who are not root.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

_SETTINGS = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(settings: str, folder: Path) -> Iterator[None]:
    """nginx with `settings` in its `http` block; `folder` is for what it writes."""
    assert NGINX is not None
    # As root nginx would hand its work to a user who may not read a test's folder.
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "site.conf").write_text(settings, "utf-8")
    (folder / "nginx.conf").write_text(_SETTINGS.format(folder=folder, user=user), "utf-8")
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        while not (folder / "nginx.pid").exists():  # written once it listens
            assert process.poll() is None, process.communicate()[0] + (folder / "error.log").read_text("utf-8")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)
