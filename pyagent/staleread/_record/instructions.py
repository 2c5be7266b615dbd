"""What a thread that is looked at was doing until now.

In: the frame that it is in. Out: whether that is a call of the program's own. What must hold: a thread that computes can be
looked at only where it asks whether it may go on: after a call of something written in C, as a function begins, as a loop
goes on. Where nobody could look for long, it was the call that took so long; a function that begins has just begun.
"""

from __future__ import annotations

from opcode import opname
from types import CodeType, FrameType

from staleread._record.frames import Frames


def is_in_own_call(frame: FrameType, frames: Frames) -> bool:
    """Whether the frame's code is just calling something which is no hook."""
    code, at = frame.f_code.co_code, frame.f_lasti
    while at >= 0 and opname[code[at]] == "CACHE":
        at -= 2
    if at < 0 or not opname[code[at]].startswith(("CALL", "PRECALL")):
        return False
    watched = frames.codes.get(id(frame.f_code))
    if watched is None:
        return True
    number = _last_argument(frame.f_code, at)
    row = frames.table.site(number)
    return number != watched.function and (row is None or row.line != frame.f_lineno)


def _last_argument(code: CodeType, at: int) -> int:
    """Of the call at this instruction, where it is a whole number in the code, as that of a hook's site; otherwise 0."""
    instructions = code.co_code
    at -= 2
    if at >= 2 and opname[instructions[at - 2]] == "PRECALL":  # Of 3.11, with one cache behind it.
        at -= 4
    if at < 0:
        return 0
    name, argument, shift = opname[instructions[at]], instructions[at + 1], 8
    while at >= 2 and opname[instructions[at - 2]] == "EXTENDED_ARG":
        at -= 2
        argument |= instructions[at + 1] << shift
        shift += 8
    if name == "LOAD_SMALL_INT":
        return argument
    value = code.co_consts[argument] if name == "LOAD_CONST" else 0
    return value if type(value) is int else 0
