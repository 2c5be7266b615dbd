"""Has Python processes record themselves, and asks their traces how that went.

In: nothing. Out: the words behind `python` that have a program recorded with everything watched, the library and what runs
it too; and afterwards what went wrong: traces without an end, events that were lost, an agent that switched itself off.
Whether the hooks are those in C is for STALEREAD_ACCELERATOR to say, as ever.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from trace_frames import END, frames, pairs

_HERE = Path(__file__).resolve().parent
AGENT = _HERE.parents[1] / "pyagent"


class Traces(tempfile.TemporaryDirectory[str]):
    """A folder for the traces of processes that live one after the other."""

    def words(self) -> list[str]:
        trace = str(Path(self.name) / "trace-%p.srt")
        return ["-m", "staleread", "record", "--quiet", "-o", trace, "--watch", "*", "--ignore", f"{_HERE}/*"]

    def troubles(self) -> list[str]:
        found = []
        for path in sorted(Path(self.name).glob("*.srt")):
            *_, last = frames(path.read_bytes())
            end = pairs(last.inflated()) if last.kind == END else {}
            if not end:
                found.append("a trace without an end")
            found += [f"{name}: {end[name]}" for name in ("off", "lost_events") if end.get(name, "0") != "0"]
            path.unlink()
        return found


def python_path(place: Path) -> str:
    """For processes whose library lies in a folder, recorded or not."""
    return os.pathsep.join((str(place), str(AGENT)))
