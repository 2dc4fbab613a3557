"""The one place that reads XML from outside: no DOCTYPE, no entities, no network, no huge trees."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast


class BadXmlError(ValueError):
    """The body is not a well-formed document that we read."""


class Element(Protocol):
    """As much of an lxml element as is used here. `tag` is in Clark notation: `{namespace}name`."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    def find(self, path: str) -> Element | None: ...
    def get(self, key: str, default: str = ...) -> str: ...
    def iter(self, tag: str) -> Iterator[Element]: ...
    def iterchildren(self, tag: str) -> Iterator[Element]: ...


class _DocInfo(Protocol):
    @property
    def doctype(self) -> str: ...


class _Tree(Protocol):
    @property
    def docinfo(self) -> _DocInfo: ...


class _Root(Element, Protocol):
    def getroottree(self) -> _Tree: ...


class _Etree(Protocol):
    """As much of lxml.etree, which has no types of its own, as is used here."""

    @property
    def XMLSyntaxError(self) -> type[Exception]: ...  # noqa: N802

    def XMLParser(  # noqa: N802
        self, *, resolve_entities: bool, no_network: bool, load_dtd: bool, huge_tree: bool, remove_pis: bool
    ) -> object: ...

    def fromstring(self, text: bytes, parser: object) -> _Root: ...


_etree = cast("_Etree", import_module("lxml.etree"))


def document(body: bytes) -> Element:
    """Return the root of a document. Raises BadXmlError if it is cut, is not XML, or has a DOCTYPE.

    The parser tells of a DOCTYPE wherever it stands and however it is encoded; what one defines is neither loaded nor
    put in.
    """
    parser = _etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = _etree.fromstring(body, parser)
    except (_etree.XMLSyntaxError, ValueError) as error:
        raise BadXmlError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise BadXmlError("the document has a DOCTYPE")
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def text(element: Element | None) -> str | None:
    """Return an element's text without white space around, None if there is none."""
    if element is None or element.text is None:
        return None
    return element.text.strip() or None
