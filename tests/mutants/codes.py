"""A mutant as code: what of the module it changes, and how it is put into a running program.

A function's code can be exchanged while everybody who imported the function keeps it. What runs once, at import,
cannot: such a mutant needs a program that has not imported the module yet.
"""

from __future__ import annotations

import gc
import inspect
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import ModuleType

Cache = type(lru_cache(id))
Changes = dict[tuple[str, int], CodeType]


class ImportedError(Exception):
    """The mutant changes what runs at import."""


def compiled(source: str, path: str) -> CodeType | None:
    """The code of a module, or None where the mutant is no Python."""
    try:
        return compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None


def changes(old: CodeType, new: CodeType) -> Changes:
    """The functions that differ, by qualified name and first line in the unchanged module.

    None differ: it is the same program. Raises: ImportedError.
    """
    found: Changes = {}
    if _own(old) != _own(new):
        raise ImportedError
    inner, mutated = list(_inner(old)), list(_inner(new))
    if [code.co_qualname for code in inner] != [code.co_qualname for code in mutated]:
        raise ImportedError
    for before, after in zip(inner, mutated, strict=True):
        if not before.co_flags & inspect.CO_OPTIMIZED:
            found |= changes(before, after)
        elif _whole(before) != _whole(after):
            found[before.co_qualname, before.co_firstlineno] = after
    return found


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _own(code: CodeType) -> tuple[object, ...]:
    values = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, tuple(values), code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable


def _whole(code: CodeType) -> tuple[object, ...]:
    return (*_own(code), *(_whole(one) for one in _inner(code)))


class _Cache(Protocol):
    def cache_clear(self) -> None: ...


class Program:
    """All functions and caches of the files `paths` that this process has imported."""

    def __init__(self, paths: Iterable[str]) -> None:
        known = set(paths)
        objects = gc.get_objects()
        self.caches: list[_Cache] = [one for one in objects if isinstance(one, Cache)]
        self.functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        for one in objects:
            if isinstance(one, FunctionType) and one.__code__.co_filename in known:
                code = one.__code__
                self.functions.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)

    def put(self, path: str, changed: Changes) -> None:
        """Exchange the code, and forget what the old code said."""
        for key, code in changed.items():
            # What nobody imported, or was made at import and let go, is reached by no test.
            for function in self.functions.get((path, *key), ()):
                function.__code__ = code
        for cache in self.caches:
            cache.cache_clear()


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class Finder:
    """Finds one module, mutated. Goes first into `sys.meta_path`."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.path, loader=_Loader(fullname, self.path, self.code))

    def enter(self) -> None:
        """Be asked first from now on."""
        sys.meta_path.insert(0, self)
