"""The mutants of a module: its source with one small fault in each.

Cosmic Ray's operators change operators, numbers, conditions and loops. It has none that forgets a statement, and none
for SQL, which are the faults that a state machine and a store are made to fear: these two are here.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
import tokenize
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from random import Random

    _Idea = tuple[tuple[int, int], Callable[[], "Mutant | None"]]
    """Where it would be, and what makes it."""

Span = tuple[tuple[int, int], tuple[int, int]]

# Of eleven replacements of a binary operator and seven of a comparison one or two are kept: the others mostly raise
# TypeError on dates and words, and that a test sees a crash proves little.
BINARY = (
    "Add_Sub",
    "Sub_Add",
    "Mul_FloorDiv",
    "Div_Mul",
    "FloorDiv_Mul",
    "Mod_FloorDiv",
    "BitOr_BitAnd",
    "BitAnd_BitOr",
)
COMPARED = ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
ORDERED = ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt")
OPERATORS = (
    *(f"ReplaceBinaryOperator_{name}" for name in BINARY),
    *(f"ReplaceComparisonOperator_{name}" for name in (*COMPARED, *ORDERED)),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_USub_UAdd", "AddNot"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop"),
)

SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE|WHERE|AND|JOIN|ORDER BY)\b")
SWAPS = {
    " AND ": " OR ",
    " OR ": " AND ",
    " IS NULL": " IS NOT NULL",
    " IS NOT NULL": " IS NULL",
    " NOT IN ": " IN ",
    " < ": " <= ",
    " <= ": " < ",
    " > ": " >= ",
    " >= ": " > ",
    " = ": " <> ",
    " <> ": " = ",
    " != ": " = ",
    " DESC": " ASC",
    "MAX(": "MIN(",
    "MIN(": "MAX(",
}
STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


class Mutant(NamedTuple):
    """A module with one fault. `line` is 1-based; `before` and `after` are the lines that differ, joined."""

    line: int
    operator: str
    before: str
    after: str
    source: str


class _Operator(Protocol):
    def mutation_positions(self, node: object) -> Iterable[Span]: ...


class _Mutating(Protocol):
    def mutate_code(self, code: str, operator: _Operator, occurrence: int) -> str | None: ...


class _Trees(Protocol):
    def get_ast(self, source: str) -> object: ...
    def ast_nodes(self, node: object) -> Iterable[object]: ...


class _Plugins(Protocol):
    def get_operator(self, name: str) -> type[_Operator]: ...


def mutants(source: str, draw: Random | None = None) -> Iterator[Mutant]:
    """Yield every mutant of `source`, none twice; what is said of types only is left alone.

    They come in no order, or as `draw` shuffles them; making one takes longest, so who wants few takes the first.
    """
    types = list(_annotations(source))
    found = [*_by_cosmic_ray(source), *_statements_forgotten(source), *_sql_swapped(source)]
    ideas = [make for position, make in found if not any(a <= position < b for a, b in types)]
    if draw is not None:
        draw.shuffle(ideas)
    seen: set[Mutant] = set()
    for make in ideas:
        mutant = make()
        if mutant is not None and mutant not in seen:
            seen.add(mutant)
            yield mutant


def _by_cosmic_ray(source: str) -> Iterator[_Idea]:
    plugins = cast("_Plugins", importlib.import_module("cosmic_ray.plugins"))
    mutating = cast("_Mutating", importlib.import_module("cosmic_ray.mutating"))
    trees = cast("_Trees", importlib.import_module("cosmic_ray.ast"))
    nodes = list(trees.ast_nodes(trees.get_ast(source)))
    for name in OPERATORS:
        operator = plugins.get_operator(f"core/{name}")()
        positions = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, start in enumerate(positions):

            def make(
                operator: _Operator = operator, at: int = occurrence, line: int = start[0], name: str = name
            ) -> Mutant | None:
                mutated = mutating.mutate_code(source, operator, at)
                return None if mutated is None else _mutant(source, mutated, line, name)

            yield start, make


def _statements_forgotten(source: str) -> Iterator[_Idea]:
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            instead = _instead(node)
            if instead is not None and isinstance(node, ast.stmt):
                mutant = _mutant(source, _replaced(source, node, instead), node.lineno, "Forget")
                yield (node.lineno, node.col_offset), partial(_made, mutant)


def _instead(node: ast.AST) -> str | None:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant(value=None)):
            return None
        case ast.Return():
            return "return None"
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
            return "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return "pass"
        case _:
            return None


def _replaced(source: str, node: ast.stmt, instead: str) -> str:
    lines = source.encode().splitlines(keepends=True)
    last = (node.end_lineno or node.lineno) - 1
    tail = lines[last][node.end_col_offset or 0 :]
    head = lines[node.lineno - 1][: node.col_offset]
    blank = [b"\n"] * (last - node.lineno + 1)
    return b"".join([*lines[: node.lineno - 1], head + instead.encode() + tail, *blank, *lines[last + 1 :]]).decode()


def _sql_swapped(source: str) -> Iterator[_Idea]:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in STRINGS or not SQL.search(token.string):
            continue
        begin = starts[token.start[0] - 1] + token.start[1]
        for old, new in SWAPS.items():
            for hit in re.finditer(re.escape(old), token.string):
                at = begin + hit.start()
                mutated = source[:at] + new + source[at + len(old) :]
                line = source.count("\n", 0, at) + 1
                mutant = _mutant(source, mutated, line, f"SQL{old.rstrip()}->{new.strip()}")
                yield token.start, partial(_made, mutant)


def _made(mutant: Mutant) -> Mutant:
    return mutant


def _annotations(source: str) -> Iterator[Span]:
    for node in ast.walk(ast.parse(source)):
        written = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for one in written:
            if isinstance(one, ast.expr):
                yield (one.lineno, one.col_offset), (one.end_lineno or one.lineno, one.end_col_offset or 0)


def _mutant(source: str, mutated: str, line: int, operator: str) -> Mutant:
    old, new = source.splitlines(), mutated.splitlines()
    first = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old) - 1)
    last = next((at for at, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), 0)
    before = " ".join(" ".join(old[first : len(old) - last]).split())
    after = " ".join(" ".join(new[first : len(new) - last]).split())
    return Mutant(line, operator, before, after, mutated)
