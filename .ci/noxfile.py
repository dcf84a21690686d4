"""Every Python that sitegen supports, by one command from the top of a checkout: `nox -f .ci/noxfile.py`.

Each session makes an environment from nothing. A Python that this machine lacks is fetched where uv is there and the
network too; where it can't be had, its session is listed as skipped at the end, and in CI (the variable `CI`) it fails.

What stands after `--` goes to pytest: `nox -f .ci/noxfile.py -s tests-3.13 -- tests/test_output.py -n 4`.
"""

from __future__ import annotations

from pathlib import Path

import nox

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
IN_BROWSERS = "browser or firefox"

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "tests"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests but those in browsers, for which it does not matter which Python built the pages."""
    _pytest(session, f"not ({IN_BROWSERS})")


@nox.session
def browsers(session: nox.Session) -> None:
    """The tests in Chromium and Firefox, on the Python that nox itself runs on. Not among what runs by default."""
    _pytest(session, IN_BROWSERS)


@nox.session(python=PYTHONS[0])
def lint(session: nox.Session) -> None:
    """ruff and mypy, once, on the oldest Python: what it does not know must not be used."""
    _install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


def _pytest(session: nox.Session, selected: str) -> None:
    _install(session)
    session.run("python", "--version")
    session.run("pytest", "-n", "auto", "-m", selected, *session.posargs)


def _install(session: nox.Session) -> None:
    session.chdir(ROOT)
    session.install("-e", ".[dev]")
