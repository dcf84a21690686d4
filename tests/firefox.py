"""Firefox as tests drive it: by its own remote protocol, Marionette, with nothing installed beside the browser.

A message is the length of a JSON array in decimal digits, a colon, and the array: [0, id, command, parameters] to
Firefox, [1, id, error, result] back (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
The preferences that automation sets by default are switched off: one of them lets pages from disk read any file.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE = 60  # seconds

_PREFERENCES = {
    "remote.prefs.recommended": False,
    "security.fileuri.strict_origin_policy": True,
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.newtabpage.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "signon.rememberSignons": False,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    # Whatever isn't asked of this machine is asked of a proxy that isn't there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
}
_ERRORS = """
  const found = [];
  for (const message of Services.console.getMessageArray()) {
    if (!(message instanceof Ci.nsIScriptError)) continue;
    const isFault = !(message.flags & Ci.nsIScriptError.warningFlag) || message.category.includes("CSP");
    if (isFault) found.push(message.sourceName + ": " + message.errorMessage);
  }
  Services.console.reset();
  return found;
"""
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Firefox:
    """A running Firefox with one window. `preferences` are set beside those that all tests need; with `is_open` the
    test may look into the browser itself (`errors`)."""

    def __init__(
        self, profile: Path, preferences: Mapping[str, object] | None = None, *, is_open: bool = False
    ) -> None:
        assert FIREFOX is not None
        self.profile = profile  # downloads go there, too
        profile.mkdir(parents=True)
        preferences = {**_PREFERENCES, "browser.download.dir": str(profile), **(preferences or {})}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        (profile / "user.js").write_text("".join(lines), "utf-8")
        self._process = subprocess.Popen(
            [
                *(FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)),
                *(["--remote-allow-system-access"] if is_open else []),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._last = 0
        try:
            self._socket = socket.create_connection(("127.0.0.1", self._port(profile)), PATIENCE)
            self._socket.settimeout(PATIENCE)
            self._receive()  # who it is
            self._do("WebDriver:NewSession", capabilities={})
            self._do("WebDriver:SetTimeouts", script=PATIENCE * 1000, pageLoad=PATIENCE * 1000)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _port(self, profile: Path) -> int:
        told = profile / "MarionetteActivePort"
        return int(self.until(lambda: told.read_text() if told.exists() else "", "no port was told"))

    def quit(self) -> None:
        """Ends it."""
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _receive(self) -> Any:
        digits = b""
        while not digits.endswith(b":"):
            digits += self._some(1)
        content = b""
        while len(content) < int(digits[:-1]):
            content += self._some(int(digits[:-1]) - len(content))
        return json.loads(content)

    def _some(self, most: int) -> bytes:
        received = self._socket.recv(most)
        if not received:
            raise ConnectionError("Firefox has closed the connection")
        return received

    def _do(self, command: str, **parameters: Any) -> Any:
        self._last += 1
        message = json.dumps([0, self._last, command, parameters]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, number, error, result = self._receive()
        assert number == self._last
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def goto(self, url: str) -> None:
        """Opens an address and waits for the page."""
        self._do("WebDriver:Navigate", url=url)

    def back(self) -> None:
        """As the button does."""
        self._do("WebDriver:Back")

    def run(self, script: str, *arguments: Any) -> Any:
        """The value that a function body returns, run with the page's own objects."""
        return self._do("WebDriver:ExecuteScript", script=script, args=list(arguments), sandbox=None)

    def attempt(self, script: str, *arguments: Any) -> Any:
        """As `run`; None while a page is being replaced by another and has no window for a moment."""
        try:
            return self.run(script, *arguments)
        except RuntimeError as error:
            if "JavascriptError" in str(error) or "javascript error" in str(error):
                return None
            raise

    def wait(self, script: str, *arguments: Any) -> Any:
        """The first true value that the function body returns."""
        return self.until(lambda: self.attempt(script, *arguments), script)

    def errors(self) -> list[str]:
        """What the console of the browser told, since the last time, of scripts that failed and of what a page's
        policy stopped: each with the address that it is of."""
        self._do("Marionette:SetContext", value="chrome")
        try:
            found: list[str] = self._do("WebDriver:ExecuteScript", script=_ERRORS, args=[], sandbox=None)
        finally:
            self._do("Marionette:SetContext", value="content")
        return found

    def type(self, selector: str, text: str) -> None:
        """Types into an element."""
        self._do("WebDriver:ElementSendKeys", id=self._element(selector), text=text)

    def click(self, selector: str) -> None:
        """Clicks on an element."""
        self._do("WebDriver:ElementClick", id=self._element(selector))

    def _element(self, selector: str) -> str:
        found = self._do("WebDriver:FindElement", using="css selector", value=selector)
        return str(found[_ELEMENT])

    def until(self, look: Callable[[], Any], what: str) -> Any:
        """The first true value that `look` gives; `what` says in an error what was waited for."""
        end = time.monotonic() + PATIENCE
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"Firefox: not in time: {what}")
            if self._process.poll() is not None:
                raise ConnectionError(f"Firefox ended with {self._process.returncode}")
            time.sleep(0.1)
