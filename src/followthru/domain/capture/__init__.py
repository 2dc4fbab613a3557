"""The capture line: one line of typing read into a task's fields, the same on every surface."""

from __future__ import annotations

from followthru.domain.capture.model import Capture, Known, KnownPerson, Note, Span
from followthru.domain.capture.parser import parse
from followthru.domain.capture.people import match_people
from followthru.domain.capture.render import render

__all__ = ["Capture", "Known", "KnownPerson", "Note", "Span", "match_people", "parse", "render"]
