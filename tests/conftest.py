"""What all tests share: the example site, built once, a browser without a network, and snapshots."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from firefox import FIREFOX
from hypothesis import settings

# Shells have what they start in the background ignore Ctrl+C, and so would all that the tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long one example takes says more about the machine and its neighbours than about the code.
settings.register_profile("sitegen", deadline=None)
settings.load_profile("sitegen")

ROOT = Path(__file__).parent.parent
PASSPHRASE = "tram lilac Överraskning 42"
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write expected files anew")
    parser.addoption("--every-fault", action="store_true", help="let each single write fail, not one in several")


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew."""
    return bool(request.config.getoption("--update-snapshots"))


@pytest.fixture(scope="session")
def example_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of example_export/, built once."""
    from sitegen.archive.importing import import_export
    from sitegen.archive.store import Archive
    from sitegen.build import build_site
    from sitegen.config import load_config
    from sitegen.readers import find_exports

    folder = tmp_path_factory.mktemp("example")
    config = load_config(ROOT / "example_export" / "sitegen.toml")
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        for export, recognised in find_exports(ROOT / "example_export"):
            with export:
                import_export(archive, export, recognised)
        build_site(archive, folder / "site", config, jobs=1)
    return folder / "site"


@pytest.fixture(scope="session")
def sealed_site(example_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example site, sealed once, for a reader whose passphrase is `PASSPHRASE`."""
    from sitegen.sealing import Reader, seal_site
    from sitegen.sealing.ciphers import FEWEST_ITERATIONS
    from sitegen.theme import load_theme

    folder = tmp_path_factory.mktemp("sealed") / "site"
    readers = [Reader("Anna", PASSPHRASE)]
    seal_site(example_site, folder, readers, load_theme("default"), iterations=FEWEST_ITERATIONS)
    return folder


@pytest.fixture
def sitegen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in an empty folder: (exit code, standard output, standard error)."""
    from sitegen import cli

    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sitegen", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


# --- a web server ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nginx_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], None]]:
    """Starts nginx on this machine with settings for its `http` block; all that were started end with the module."""
    import nginx_runs

    if nginx_runs.NGINX is None:
        missing("nginx is not installed (Debian: apt-get install nginx-light)")
    with contextlib.ExitStack() as running:
        yield lambda settings: running.enter_context(nginx_runs.running(settings, tmp_path_factory.mktemp("nginx")))


# --- the browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium instead of Playwright's download."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    }


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that Chromium is started for: by what they ask for, as a mark by hand is easily forgotten."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without their browser, tests are skipped on a person's machine and fail in CI."""
    if item.get_closest_marker("browser") and CHROMIUM is None:
        missing("Chromium is not installed (Debian: apt-get install chromium)")
    if item.get_closest_marker("firefox") and FIREFOX is None:
        missing("Firefox is not installed (Debian: apt-get install firefox-esr)")


def missing(message: str) -> None:
    """Skips the test for want of a program; fails it in CI, which installs them all."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


class Watched:
    """What a page did that it must not: requests outside the site's folder, errors, console messages."""

    def __init__(self, page: object, allowed: str) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.route("**/*", lambda route: self._route(route, allowed))  # type: ignore[attr-defined]
        page.on("request", lambda request: self._request(request, allowed))  # type: ignore[attr-defined]
        page.on("console", lambda entry: self.errors.append(entry.text) if entry.type in ("error", "warning") else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: self.errors.append(str(error)))  # type: ignore[attr-defined]

    def _request(self, request: object, allowed: str) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((allowed, "data:")):
            self.outside.append(url)

    def _route(self, route: object, allowed: str) -> None:
        if route.request.url.startswith((allowed, "data:")):  # type: ignore[attr-defined]
            route.continue_()  # type: ignore[attr-defined]
        else:
            route.abort()  # type: ignore[attr-defined]

    def assert_quiet(self) -> None:
        """Fails if anything was asked for outside the folder or reported as an error."""
        assert self.outside == []
        assert self.errors == []


@pytest.fixture
def watched(page: object, example_site: Path) -> Iterator[Watched]:
    """The page, with every request outside the example site refused and counted; checked at the end."""
    watch = Watched(page, example_site.as_uri() + "/")
    yield watch
    watch.assert_quiet()
