"""What an exported trace shows, read back with the definitions of the `perfetto` package: tracks, slices, arrows.

In: a file of Perfetto's. Out: its tracks, with what stands on each. What a viewer relies on is asserted on the way: whatever
is referred to was told before, slices of a track nest, an arrow leaves one slice and reaches one that begins no earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as proto  # type: ignore[import-untyped]

INTERNED = {
    "event_categories": "name",
    "event_names": "name",
    "debug_annotation_names": "name",
    "debug_annotation_string_values": "str",
}


@dataclass
class Slice:
    """One slice, or an instant: then both times are the same."""

    track: int
    name: str
    category: str
    begin: int
    end: int = -1
    depth: int = 0
    arguments: dict[str, Any] = field(default_factory=dict)
    place: tuple[str, str, int] | None = None
    arrows_out: list[int] = field(default_factory=list)
    arrows_in: list[int] = field(default_factory=list)


@dataclass
class Track:
    name: str
    kind: str
    parent: int
    slices: list[Slice] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Picture:
    tracks: dict[int, Track] = field(default_factory=dict)
    arrows: dict[int, tuple[Slice, Slice]] = field(default_factory=dict)

    def slices(self, category: str) -> list[Slice]:
        return [each for track in self.tracks.values() for each in track.slices if each.category == category]

    def named(self, name: str) -> list[Track]:
        return [track for track in self.tracks.values() if track.name == name]

    def lanes(self) -> list[str]:
        """Names of the tasks' lanes, which stand below threads; so do findings."""
        threads = {number for number, track in self.tracks.items() if track.kind == "thread"}
        below = [track.name for track in self.tracks.values() if track.parent in threads]
        return [name for name in below if not name.endswith("0 findings")]

    def text(self) -> str:
        """Everything, for people, a slice a line; times in events."""
        lines = []
        for track in self.tracks.values():
            lines.append(f"{track.kind} {track.name}")
            for each in track.slices:
                lines.append("  " * (each.depth + 1) + self.line(each))
        return "\n".join(lines) + "\n"

    def line(self, each: Slice) -> str:
        at = (
            f"{each.begin / 1000:g}"
            if each.begin == each.end
            else f"{each.begin / 1000:g}-{each.end / 1000:g}"
        )
        place = f" <{each.place[0]}:{each.place[2]}>" if each.place else ""
        arguments = "".join(f" {name}={value}" for name, value in each.arguments.items())
        targets = [self.arrows[number][1] for number in each.arrows_out]
        arrows = "".join(f" -> {self.tracks[to.track].name} {to.begin / 1000:g}" for to in targets)
        return f"{at} [{each.category}] {each.name}{place}{arguments}{arrows}"


class _Reader:
    def __init__(self) -> None:
        self.picture = Picture()
        self.texts: dict[tuple[str, int], str] = {}
        self.places: dict[int, tuple[str, str, int]] = {}
        self.events: list[tuple[int, Any, Slice | None]] = []

    def take(self, packet: Any) -> None:
        assert packet.trusted_packet_sequence_id != 0
        for name, text in INTERNED.items():
            for entry in getattr(packet.interned_data, name):
                value = getattr(entry, text)
                self.texts[name, entry.iid] = value.decode() if isinstance(value, bytes) else value
        for entry in packet.interned_data.source_locations:
            self.places[entry.iid] = (entry.file_name, entry.function_name, entry.line_number)
        if packet.HasField("track_descriptor"):
            self.describe(packet.track_descriptor)
        elif packet.HasField("track_event"):
            self.note(packet.timestamp, packet.track_event)

    def describe(self, told: Any) -> None:
        tracks = self.picture.tracks
        assert told.uuid not in tracks
        assert told.parent_uuid in tracks or told.HasField("process")
        kind = next((kind for kind in ("process", "thread", "counter") if told.HasField(kind)), "lane")
        names = {"process": told.process.process_name, "thread": told.thread.thread_name}
        tracks[told.uuid] = Track(names.get(kind, told.name), kind, told.parent_uuid)

    def note(self, at: int, event: Any) -> None:
        """Interned texts hold for the packets behind them in the file, so they are looked up before anything is sorted."""
        assert event.track_uuid in self.picture.tracks
        made = None
        if event.type in (event.TYPE_SLICE_BEGIN, event.TYPE_INSTANT):
            made = Slice(
                event.track_uuid,
                self.texts["event_names", event.name_iid] if event.name_iid else event.name,
                self.texts["event_categories", event.category_iids[0]],
                begin=at,
                place=self.places[event.source_location_iid] if event.source_location_iid else None,
                arguments={self.name(told): self.value(told) for told in event.debug_annotations},
                arrows_out=list(event.flow_ids),
                arrows_in=list(event.terminating_flow_ids),
            )
        self.events.append((at, event, made))

    def name(self, told: Any) -> str:
        return self.texts["debug_annotation_names", told.name_iid]

    def value(self, told: Any) -> int | str:
        if told.HasField("uint_value"):
            return int(told.uint_value)
        if told.HasField("string_value_iid"):
            return self.texts["debug_annotation_string_values", told.string_value_iid]
        return str(told.string_value)

    def finish(self) -> Picture:
        open_on: dict[int, list[Slice]] = {number: [] for number in self.picture.tracks}
        senders: dict[int, Slice] = {}
        self.events.sort(key=lambda event: event[0])
        for at, event, made in self.events:
            track, stack = self.picture.tracks[event.track_uuid], open_on[event.track_uuid]
            if event.type == event.TYPE_COUNTER:
                track.counts.append((at, event.counter_value))
            elif made is None:
                stack.pop().end = at
            else:
                made.depth = len(stack)
                track.slices.append(made)
                if event.type == event.TYPE_INSTANT:
                    made.end = at
                else:
                    stack.append(made)
                self.connect(senders, made)
        assert not any(open_on.values()), "a slice has no end"
        assert not senders, "an arrow reaches nobody"
        return self.picture

    def connect(self, senders: dict[int, Slice], made: Slice) -> None:
        for number in made.arrows_in:
            self.picture.arrows[number] = (senders.pop(number), made)
        for number in made.arrows_out:
            assert number not in senders and number not in self.picture.arrows
            senders[number] = made


def read(path: Path) -> Picture:
    trace = proto.Trace()
    trace.ParseFromString(path.read_bytes())
    reader = _Reader()
    for packet in trace.packet:
        reader.take(packet)
    return reader.finish()


def assert_nested(picture: Picture) -> None:
    """That what a track's own sequence of begins and ends says is what the times say."""
    for track in picture.tracks.values():
        around: list[Slice] = []
        for each in track.slices:
            del around[each.depth :]
            assert len(around) == each.depth
            assert each.begin <= each.end
            if around:
                assert around[-1].begin <= each.begin and each.end <= around[-1].end, (track.name, each)
            around.append(each)
        for before, after in pairwise(track.slices):
            if before.depth == after.depth:
                assert before.end <= after.begin, (track.name, before, after)
