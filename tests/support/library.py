"""libstaleread as another language sees it: staleread.h in ctypes, and what it tells of traces, on standard output as JSON.

python library.py LIBRARY findings TRACE...           one report on all, and what is wrong with those that cannot be read
python library.py LIBRARY events TRACE...             the same events by file, from memory and by callbacks
python library.py LIBRARY steps TRACE...              events as lines of text, replayed one by one, and what was found when
python library.py LIBRARY stop TRACE...               what comes of a progress callback that has enough
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_bool,
    c_char_p,
    c_int,
    c_size_t,
    c_ssize_t,
    c_uint8,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path
from typing import Any

OK, END, STOPPED, WAIT = 0, 1, 8, 9
STATUSES = ["predicted", "observed", "confirmed"]
CONFIDENCES = ["low", "medium", "high"]


def structure(*parts: dict[str, Any]) -> Any:
    """One of staleread.h, field by field. Each begins with its size."""
    fields = [("struct_bytes", c_size_t), *(field for part in parts for field in part.items())]
    return type("Struct", (Structure,), {"_fields_": fields})


def each(kind: Any, names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), kind)


FLAGS = "between_threads every_run released_between lock_in_vain act_is_use acts_on_other_cell"
FORGOTTEN = "cells writes windows actors"
UNEXERCISED = "functions functions_run coroutines coroutines_run"

Error = structure(
    each(c_int, "status"),
    each(c_char_p, "text message file"),
    each(c_bool, "has_frame has_offset"),
    each(c_uint64, "frame offset"),
)
Event = structure(
    {"number": c_uint64, "thread": c_uint32},
    {"kind": c_uint8, "field_count": c_uint8, "is_state": c_bool},
    {"fields": POINTER(c_uint64)},
)
TraceInfo = structure(
    {"path": c_char_p, "format_major": c_uint16, "format_minor": c_uint16, "process": c_uint32},
    {"start_nanoseconds": c_uint64},
    each(c_bool, "header_damaged complete torn"),
    each(
        c_uint64,
        "file_bytes read_bytes frames damaged_frames damaged_events events unknown_events lost_events",
    ),
)
Cell = structure(each(c_char_p, "owner attribute key text"))
Place = structure(
    each(c_char_p, "file function source actor"),
    each(c_uint32, "line lock_count"),
    {"locks": POINTER(c_char_p)},
    each(c_uint32, "end_line column end_column"),
    each(c_bool, "is_location has_event"),
    {"event": c_uint64},
)
Values = structure(each(c_char_p, "read other written"))
Advice = structure(each(c_char_p, "primitive text"), each(c_uint32, "from_line to_line"))
Finding = structure(
    each(c_char_p, "id kind form"),
    each(c_int, "status confidence"),
    each(c_uint64, "count cells"),
    {"cell": POINTER(Cell)},
    each(POINTER(Place), "first window other last"),
    {"values": POINTER(Values), "advice": POINTER(Advice)},
    each(c_bool, FLAGS),
    each(c_int, "novelty"),
    {"has_trace": c_bool, "trace": c_size_t},
    {"seen_count": c_size_t, "seen_in": POINTER(c_size_t), "seen_often": POINTER(c_uint64)},
)
Summary = structure(each(c_uint64, "findings hidden suppressed ignored known gone"))
Recording = structure(
    {"path": c_char_p, "complete": c_bool},
    each(c_uint64, "events actors lost_events damaged_frames unfollowed events_before"),
    each(c_char_p, "python loop started"),
    {"note_count": c_size_t, "notes": POINTER(c_char_p), "has_functions": c_bool},
    each(c_uint64, UNEXERCISED),
    {"not_run_count": c_size_t, "not_run": POINTER(c_char_p)},
    {"unseen_count": c_size_t, "unseen": POINTER(c_char_p)},
    each(c_uint64, " ".join(f"forgotten_{name}" for name in FORGOTTEN.split())),
)

Read = CFUNCTYPE(c_ssize_t, c_void_p, c_void_p, c_size_t)
Seek = CFUNCTYPE(c_int, c_void_p, c_uint64)
Progress = CFUNCTYPE(c_bool, c_void_p, POINTER(TraceInfo))

FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "trace_new": (c_void_p, []),
    "trace_free": (None, [c_void_p]),
    "trace_open_file": (c_int, [c_void_p, c_char_p]),
    "trace_open_memory": (c_int, [c_void_p, c_char_p, c_char_p, c_size_t]),
    "trace_open_callbacks": (c_int, [c_void_p, c_char_p, Read, Seek, c_void_p]),
    "trace_error": (POINTER(Error), [c_void_p]),
    "trace_next": (c_int, [c_void_p, POINTER(POINTER(Event))]),
    "trace_info": (POINTER(TraceInfo), [c_void_p]),
    "trace_meta": (c_char_p, [c_void_p, c_char_p]),
    "trace_event_text": (c_char_p, [c_void_p]),
    "analysis_begin": (c_int, [c_void_p, c_void_p]),
    "analysis_step": (c_int, [c_void_p, POINTER(POINTER(Event))]),
    "analysis_look": (c_int, [c_void_p]),
    "analysis_load_baseline": (c_int, [c_void_p, c_char_p]),
    "analysis_new": (c_void_p, []),
    "analysis_free": (None, [c_void_p]),
    "analysis_error": (POINTER(Error), [c_void_p]),
    "analysis_set_progress": (c_int, [c_void_p, Progress, c_void_p]),
    "analysis_replay_file": (c_int, [c_void_p, c_char_p]),
    "analysis_finish": (c_int, [c_void_p]),
    "analysis_finding_count": (c_size_t, [c_void_p]),
    "analysis_finding": (POINTER(Finding), [c_void_p, c_size_t]),
    "analysis_summary": (POINTER(Summary), [c_void_p]),
    "analysis_recording_count": (c_size_t, [c_void_p]),
    "analysis_recording": (POINTER(Recording), [c_void_p, c_size_t]),
}


class Library:
    """The functions, without their prefix."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(library, f"staleread_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


def contents(pointer: Any) -> Any:
    """What it points to, after a look at its size."""
    content = pointer.contents
    assert content.struct_bytes == ctypes.sizeof(content), type(content)._fields_
    return content


def text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def texts(items: Any, count: int) -> list[str]:
    return [items[i].decode() for i in range(count)]


def line(number: int) -> int | None:
    return number or None


# ---- what the JSON report says, under the same names ----


def place(pointer: Any) -> dict[str, Any]:
    here = contents(pointer)
    said = {name: text(getattr(here, name)) for name in ("file", "function", "actor", "source")}
    return {
        **said,
        "line": here.line if here.is_location else line(here.line),
        "end_line": line(here.end_line),
        "column": here.column if here.end_line else None,
        "end_column": here.end_column if here.end_line else None,
        "event": here.event if here.has_event else None,
    }


def window(pointer: Any) -> dict[str, Any] | None:
    if not pointer:
        return None
    said = place(pointer)
    assert said.pop("actor") is None
    return said


def advice(pointer: Any) -> dict[str, Any]:
    given = contents(pointer)
    return {
        "primitive": text(given.primitive),
        "from_line": line(given.from_line),
        "to_line": line(given.to_line),
        "text": text(given.text),
    }


def finding(pointer: Any) -> dict[str, Any]:
    found = contents(pointer)
    cell, values = contents(found.cell), contents(found.values)
    ends = {name: contents(getattr(found, name)) for name in ("first", "other", "last")}
    return {
        "id": text(found.id),
        "kind": text(found.kind),
        "form": text(found.form),
        "status": STATUSES[found.status],
        "confidence": CONFIDENCES[found.confidence],
        "count": found.count,
        "cells": found.cells,
        "cell": {name: text(getattr(cell, name)) for name in ("owner", "attribute", "key", "text")},
        "first": place(found.first),
        "window": window(found.window),
        "other": place(found.other),
        "last": place(found.last),
        "values": {name: text(getattr(values, name)) for name in ("read", "other", "written")},
        "locks": {name: texts(end.locks, end.lock_count) for name, end in ends.items()},
        "advice": advice(found.advice),
        **{name: getattr(found, name) for name in FLAGS.split()},
        "trace": found.trace if found.has_trace else None,
        "seen": {
            "traces": found.seen_in[: found.seen_count],
            "counts": found.seen_often[: found.seen_count],
        },
    }


def unexercised(told: Any) -> dict[str, Any] | None:
    if not told.has_functions:
        return None
    return {
        **{name: getattr(told, name) for name in UNEXERCISED.split()},
        "not_run": texts(told.not_run, told.not_run_count),
    }


def recording(pointer: Any) -> dict[str, Any]:
    told = contents(pointer)
    numbers = ("complete", "events", "actors", "lost_events", "damaged_frames")
    return {
        **{name: getattr(told, name) for name in numbers},
        **{name: text(getattr(told, name)) for name in ("path", "python", "loop", "started")},
        "notes": texts(told.notes, told.note_count),
        "unexercised": unexercised(told),
        "unseen": texts(told.unseen, told.unseen_count),
        "forgotten": {name: getattr(told, f"forgotten_{name}") for name in FORGOTTEN.split()},
    }


def findings(library: Any, paths: list[str]) -> dict[str, Any]:
    analysis = library.analysis_new()
    errors = []
    for path in paths:
        if library.analysis_replay_file(analysis, path.encode()) != OK:
            errors.append(text(contents(library.analysis_error(analysis)).text))
    assert library.analysis_finish(analysis) == OK
    summary = contents(library.analysis_summary(analysis))
    count = library.analysis_finding_count(analysis)
    recordings = library.analysis_recording_count(analysis)
    report = {
        "errors": errors,
        "traces": [recording(library.analysis_recording(analysis, i)) for i in range(recordings)],
        "findings": [finding(library.analysis_finding(analysis, i)) for i in range(count)],
        "summary": {name: getattr(summary, name) for name in ("findings", "hidden", "suppressed", "ignored")},
    }
    library.analysis_free(analysis)
    return report


# ---- events ----


class Bytes:
    """Callbacks on what lies in memory; what goes wrong in one is told, not lost."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self.read, self.seek = Read(self._read), Seek(self._seek)

    def _read(self, context: int | None, into: int, wanted: int) -> int:
        taken = self.content[self.at : self.at + min(wanted, 1000)]
        ctypes.memmove(into, taken, len(taken))
        self.at += len(taken)
        return len(taken)

    def _seek(self, context: int | None, offset: int) -> int:
        self.at = offset
        return 0


def read_events(library: Any, trace: int) -> list[list[int]]:
    event = POINTER(Event)()
    events = []
    while (status := library.trace_next(trace, byref(event))) == OK:
        told = contents(event)
        events.append([told.number, told.thread, told.kind, *told.fields[: told.field_count]])
    assert status == END, text(contents(library.trace_error(trace)).text)
    return events


def events(library: Any, path: str) -> dict[str, Any]:
    """How many events the trace has, and whether they are the same whatever the bytes come from."""
    content = Path(path).read_bytes()
    source = Bytes(content)
    seen: list[list[Any]] = []
    openings: tuple[Callable[[Any], int], ...] = (
        lambda trace: library.trace_open_file(trace, path.encode()),
        lambda trace: library.trace_open_memory(trace, b"memory", content, len(content)),
        lambda trace: library.trace_open_callbacks(trace, b"callbacks", source.read, source.seek, None),
    )
    for open_it in openings:
        trace = library.trace_new()
        assert open_it(trace) == OK, text(contents(library.trace_error(trace)).text)
        seen.append(read_events(library, trace))
        info = contents(library.trace_info(trace))
        assert info.events == sum(row[2] != 0 for row in seen[-1]) + info.unknown_events
        library.trace_free(trace)
    return {"events": len(seen[0]), "same": seen[0] == seen[1] == seen[2]}


def steps(library: Any, path: str) -> dict[str, Any]:
    """Each event as text, and behind which event there was how many findings."""
    trace, analysis, event = library.trace_new(), library.analysis_new(), POINTER(Event)()
    assert library.trace_open_file(trace, path.encode()) == OK
    assert library.analysis_begin(analysis, trace) == OK
    lines: list[str] = []
    found: list[int] = []
    while (status := library.analysis_step(analysis, byref(event))) == OK:
        lines.append(text(library.trace_event_text(trace)) or "")
        assert library.analysis_look(analysis) == OK
        found.append(library.analysis_finding_count(analysis))
    assert status == END, text(contents(library.analysis_error(analysis)).text)
    library.trace_free(trace)
    assert library.analysis_finish(analysis) == OK
    found.append(library.analysis_finding_count(analysis))
    library.analysis_free(analysis)
    return {"lines": lines, "found": found}


def stop(library: Any, path: str) -> dict[str, Any]:
    """What comes of an analysis whose progress callback has enough."""
    told = []

    def enough(context: int | None, info: Any) -> bool:
        told.append(contents(info).events)
        return False

    analysis, progress = library.analysis_new(), Progress(enough)
    library.analysis_set_progress(analysis, progress, None)
    status = library.analysis_replay_file(analysis, path.encode())
    error = text(contents(library.analysis_error(analysis)).text)
    library.analysis_finish(analysis)
    outcome = {
        "status": status,
        "error": error,
        "told": told,
        "recordings": library.analysis_recording_count(analysis),
        "findings": library.analysis_finding_count(analysis),
    }
    library.analysis_free(analysis)
    return outcome


def main() -> None:
    library, what, paths = Library(sys.argv[1]), sys.argv[2], sys.argv[3:]
    each = {"events": events, "steps": steps, "stop": stop}
    json.dump(
        findings(library, paths) if what == "findings" else [each[what](library, path) for path in paths],
        sys.stdout,
    )


if __name__ == "__main__":
    main()
