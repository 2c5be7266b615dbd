"""Every place of a finding says which event of which trace it is: looked up there, it stands at the place's line."""

from __future__ import annotations

import json

import tool
import trace_reader

RACY = sorted((tool.ROOT / "traces" / "racy").glob("*.srt"))


def line_of(trace: trace_reader.Trace, event: trace_reader.Event) -> int:
    line: int = event.fields["line"] if "line" in event.fields else trace.sites[event.site].line
    return line


def test_the_events_of_all_places_stand_there() -> None:
    result = tool.run(tool.ANALYZER, "analyze", "--format", "json", *RACY, "--confidence", "low")
    report = json.loads(result.stdout)
    traces = [trace_reader.read_trace(path) for path in RACY]
    for finding in report["findings"]:
        trace = traces[finding["trace"]]
        for end in ("first", "window", "other", "last"):
            place = finding[end]
            if place is None or place["line"] is None:
                continue
            if place["event"] is None:
                # Where a coroutine is defined, nothing happens.
                assert (finding["kind"], end) == ("never-awaited", "first")
                continue
            event = trace.events[place["event"]]
            # An act that did not come in this run would have been the window's own, after that check.
            supposed = end == "other" and place["line"] == finding["last"]["line"]
            lines = {place["line"], finding["first"]["line"]} if supposed else {place["line"]}
            assert line_of(trace, event) in lines, (finding["id"], end, event)
    assert len({finding["trace"] for finding in report["findings"]}) > len(RACY) / 2
