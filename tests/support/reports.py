"""JSON reports made up for tests: of a few traces and a few bugs, so that they have much in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATUSES = ["predicted", "observed", "confirmed"]
CONFIDENCES = ["low", "medium", "high"]
STARTED = "2026-01-{day:02}T03:04:05Z"


@dataclass(frozen=True)
class Trace:
    """What a trace is known by, and how a report tells of it."""

    day: int  # 0: nobody knows when it was started
    host: str | None
    process: int
    path: str = "a.srt"
    events: int = 10
    complete: bool = True

    @property
    def identity(self) -> tuple[object, ...]:
        known = (self.day, self.host or "", self.process)
        return known if self.day else (*known, self.path, self.events)

    def row(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "complete": self.complete,
            "events": self.events,
            "actors": 3,
            "lost_events": 0,
            "damaged_frames": 0,
            "python": "3.11.7",
            "loop": None,
            "started": STARTED.format(day=self.day) if self.day else None,
            "start": f"{1767225600 + self.day * 86400}.000000001" if self.day else None,
            "host": self.host,
            "process": self.process,
            "imported": False,
            "switched_off": False,
            "events_before": 0,
            "unfollowed": 0,
            "notes": [],
            "unexercised": None,
            "unseen": [],
            "blind_spots": [],
            "unwatched": [],
            "forgotten": {"cells": 0, "writes": 0, "windows": 0, "actors": 0},
            "facts": [{"name": "argv", "value": self.path}],
        }


def place(line: int, actor: str | None) -> dict[str, Any]:
    return {
        "file": "a.py",
        "line": line,
        "function": "f",
        "actor": actor,
        "source": "x",
        "column": None,
        "end_line": None,
        "end_column": None,
        "event": None,
    }


def finding(
    bug: int, status: str, confidence: str, seen: dict[int, int], *, actor: str = "A", unplaced: int = 0
) -> dict[str, Any]:
    """`seen`: how often in which of the report's traces; `unplaced`: how often in traces that are not in it."""
    return {
        "id": f"SR-{bug:012x}",
        "kind": "lost-update",
        "form": None,
        "status": status,
        "confidence": confidence,
        "count": sum(seen.values()) + unplaced,
        "cells": bug % 3 + len(actor),
        "baseline": None,
        "trace": min(seen) if seen else None,
        "seen": {
            "first": None,
            "last": None,
            "hosts": 0,
            "traces": sorted(seen),
            "counts": [seen[i] for i in sorted(seen)],
        },
        "cell": {"owner": "C", "attribute": "v", "key": None, "text": "C.v"},
        "first": place(1, actor),
        "window": None,
        "other": place(2, "B"),
        "last": place(3, actor),
        "values": {"read": None, "other": None, "written": None},
        "locks": {"first": [], "other": ["L"], "last": []},
        "advice": {"primitive": "asyncio.Lock", "from_line": 1, "to_line": 3, "text": "Hold it."},
        "between_threads": False,
        "every_run": False,
        "released_between": False,
        "lock_in_vain": False,
        "act_is_use": False,
        "acts_on_other_cell": False,
    }


def report(
    traces: list[Trace], findings: list[dict[str, Any]], ignores: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """All that is read back of one; what sums it up is not."""
    return {
        "schema": "staleread-report/1",
        "tool": {"name": "staleread", "version": "0.1.0"},
        "traces": [trace.row() for trace in traces],
        "findings": findings,
        "ignores": ignores or [],
    }
