"""A second calendar client, made of python-caldav and nothing of ours: what any calendar app would see and do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from types import TracebackType
from typing import Any, Self


class OtherClient:
    """Signs in on first use, and ends its connections when its `with` does.

    `find` and `move` know an event by a part of its summary, `tick` and `status` a todo.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self._signing_in = (url, user, password)
        self._client: Any = None
        self._principal: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._principal = None

    def find(self, title: str, on: date) -> str | None:
        """Return the text of the event on a day, as the server gives it; None while there is none."""
        event = self._event(title)
        if event is None or self._start(event) != on:
            return None
        return str(event.data)

    def every(self) -> list[str]:
        """Return the texts of all events on all calendars, as the server gives them."""
        return [str(event.data) for calendar in self._calendars() for event in calendar.get_events()]

    def move(self, title: str, to: date) -> str:
        """Move an all-day event to a day; return the server's answer in words. Raises LookupError."""
        event = self._event(title)
        if event is None:
            raise LookupError(title)
        component = event.icalendar_component
        for name, day in (("DTSTART", to), ("DTEND", to + timedelta(days=1))):
            component.pop(name, None)
            component.add(name, day)
        event.save(increase_seqno=True)
        event.load()
        return f"saved, and read back as {self._start(event)} ({event.url})"

    def tick(self, title: str) -> str:
        """Complete a todo; return the server's answer in words. Raises LookupError."""
        todo = self._todo(title)
        if todo is None:
            raise LookupError(title)
        todo.complete()
        return f"saved, and read back as {self.status(title)} ({todo.url})"

    def status(self, title: str) -> str | None:
        """Return what a todo's status is on the server, None while there is no such todo."""
        todo = self._todo(title)
        return None if todo is None else str(todo.icalendar_component.get("STATUS", ""))

    def _todo(self, title: str) -> Any:  # noqa: ANN401
        return self._named(title, lambda calendar: calendar.get_todos(include_completed=True))

    def _event(self, title: str) -> Any:  # noqa: ANN401
        return self._named(title, lambda calendar: calendar.get_events())

    def _named(self, title: str, within: Callable[[Any], Any]) -> Any:  # noqa: ANN401 -- its objects have no types
        for calendar in self._calendars():
            for one in within(calendar):
                if title in str(one.icalendar_component.get("SUMMARY", "")):
                    return one
        return None

    def _calendars(self) -> Any:  # noqa: ANN401
        if self._principal is None:
            caldav: Any = import_module("caldav")
            url, user, password = self._signing_in
            self._client = caldav.DAVClient(url, username=user, password=password, auth_type="basic", timeout=10)
            self._principal = self._client.principal()
        return self._principal.get_calendars()

    @staticmethod
    def _start(event: Any) -> date:  # noqa: ANN401
        start = event.icalendar_component["DTSTART"].dt
        return date(start.year, start.month, start.day)
