"""Other programs on collections of real servers, over connections of their own."""

from __future__ import annotations

import base64
import json
import re
from http.client import HTTPConnection
from urllib.parse import quote, unquote, urlsplit

from tests.torture.loopback import BACK_DOOR, QUIRKS, WAS, print_of
from tests.torture.stage import PASSWORD, USER

_SIGN_IN = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
_HREF = re.compile(r"<(?:\w+:)?href>([^<]+)</(?:\w+:)?href>")
_LISTING = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


class Phone:
    """A collection as another program sees it; what was read is kept until `refresh`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.path = parts.path
        self._host, self._port = str(parts.hostname), parts.port
        self._texts: dict[str, str] | None = None

    def make(self, quirks: str = "") -> None:
        """Make the collection."""
        assert self.ask("MKCALENDAR", self.path, headers={QUIRKS: quirks})[0] == 201

    def refresh(self) -> None:
        """Forget what was read."""
        self._texts = None

    def texts(self) -> dict[str, str]:
        """See `Shelf`."""
        if self._texts is None:
            self._texts = self.read()
        return dict(self._texts)

    def read(self) -> dict[str, str]:
        """Return every object's text."""
        status, listed = self.ask("PROPFIND", self.path, _LISTING, {"Depth": "1", "Content-Type": "application/xml"})
        assert status == 207, status
        names = [unquote(href).removeprefix(self.path) for href in _HREF.findall(listed)]
        return {name: self.ask("GET", self.path + quote(name))[1] for name in names if name}

    def put(self, name: str, text: str) -> None:
        """See `Shelf`."""
        status, _ = self.ask("PUT", self.path + quote(name), text, {"Content-Type": "text/calendar; charset=utf-8"})
        assert status in (201, 204), status
        self.refresh()

    def delete(self, name: str) -> None:
        """See `Shelf`."""
        status, _ = self.ask("DELETE", self.path + quote(name))
        assert status in (200, 204), status
        self.refresh()

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request and return status and body."""
        connection = HTTPConnection(self._host, self._port, timeout=30)
        try:
            connection.request(method, path, body.encode(), {**_SIGN_IN, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class BackDoor(Phone):
    """A collection of a scripted server, past its quirks."""

    def read(self) -> dict[str, str]:
        """See `Phone.read`."""
        return json.loads(self._behind("GET", ""))

    def put(self, name: str, text: str) -> None:
        """See `Shelf`."""
        self._behind("PUT", name, text)
        self.refresh()

    def delete(self, name: str) -> None:
        """See `Shelf`."""
        self._behind("DELETE", name)
        self.refresh()

    def _behind(self, method: str, name: str, body: str = "", headers: dict[str, str] | None = None) -> str:
        status, answer = self.ask(method, f"{BACK_DOOR}{self.path.split('/')[1]}/{name}", body, headers)
        if status == 412:
            raise LateError
        assert status in (200, 204), status
        return answer


class LateError(Exception):
    """Somebody else wrote an object since it was read."""


class CarefulPhone(BackDoor):
    """A program that works while others do: it writes over what it has read, and over nothing else."""

    def put(self, name: str, text: str) -> None:
        """See `Shelf`. Raises LateError when somebody else wrote there since."""
        try:
            self._behind("PUT", name, text, {WAS: print_of(self.texts().get(name))})
        finally:
            self.refresh()
