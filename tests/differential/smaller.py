"""A program that differs, made smaller: statements are left out for as long as it goes on to differ in the same way.

In: a program and whether one like it differs. Out: a program that none can be taken from.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from grammar_program import Program

attempts_max = 400


def smaller(program: Program, differs: Callable[[Program], bool]) -> Program:
    """`differs` is asked of programs that compile only."""
    attempts = attempts_max
    grown = True
    while grown:
        grown = False
        for text in _without_a_statement(program.text):
            attempts -= 1
            if attempts == 0:
                return program
            shorter = replace(program, text=text)
            if _compiles(text) and differs(shorter):
                program, grown = shorter, True
                break
    return program


def _without_a_statement(text: str) -> Iterator[str]:
    """The program with one statement less, the last ones first."""
    places = len(list(_blocks(ast.parse(text))))
    for place in reversed(range(places)):
        tree = ast.parse(text)
        block, number = list(_blocks(tree))[place]
        block[number : number + 1] = [ast.Pass()] if len(block) == 1 else []
        shorter = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        if len(shorter) < len(text):
            yield shorter


def _blocks(tree: ast.AST) -> Iterator[tuple[list[ast.stmt], int]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from ((block, number) for number in range(len(block)))


def _compiles(text: str) -> bool:
    try:
        compile(text, "smaller.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
