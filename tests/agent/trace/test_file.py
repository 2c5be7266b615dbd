"""What becomes of a trace when the file system, or the program, is not kind to it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from staleread._trace import events as kinds
from staleread._trace import file as file_module
from staleread._trace.file import TraceFile
from trace_reader import Trace, read_trace
from writing import Scene

Disk = Callable[[int], None]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "t.srt")


class FullDisk:
    """A disk that has room for so many bytes more, and then says so."""

    def __init__(self, error: int) -> None:
        self.room: int | None = None
        self._error = error
        self._pwrite = os.pwrite
        self._end = 0

    def pwrite(self, descriptor: int, data: memoryview, offset: int) -> int:
        size = os.fstat(descriptor).st_size
        if self.room is not None:
            fits = max(0, size - offset) + self.room
            if not fits:
                raise OSError(self._error, os.strerror(self._error))
            data = data[:fits]
        written = self._pwrite(descriptor, data, offset)
        if self.room is not None:
            self.room -= max(0, offset + written - size)
        return written


@pytest.fixture(params=[errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    disk = FullDisk(request.param)
    monkeypatch.setattr(file_module, "_pwrite", disk.pwrite)
    return disk


def flush(scene: Scene) -> None:
    scene.writer.file.retry()
    scene.writer._drain()


def told(trace: Trace) -> list[int]:
    return [event.site for event in trace.of("await")]


def test_a_full_disk_costs_events_not_the_end(scene: Scene, disk: FullDisk) -> None:
    scene.writer.start({})
    for number in range(1, 4):
        scene.send(kinds.AWAIT, 1, number)
        flush(scene)
    disk.room = 10
    for number in range(100):
        scene.send(kinds.AWAIT, 1, number)
    flush(scene)
    assert read_trace(scene.path).frames and not read_trace(scene.path).torn
    scene.finish()
    trace = read_trace(scene.path)
    assert trace.end is not None and int(trace.end["events"]) == len(trace.events)
    assert told(trace) in ([], [1], [1, 2])
    lost = [event.fields["events"] for event in trace.of("lost")]
    assert sum(lost) == scene.buffer.lost >= 100
    assert not scene.errors and scene.writer.file.trouble is not None


def test_recording_goes_on_where_there_is_room_again(scene: Scene, disk: FullDisk) -> None:
    scene.writer.start({})
    scene.send(kinds.AWAIT, 1, 1)
    flush(scene)
    disk.room = 3
    for number in range(2, 9):
        scene.send(kinds.AWAIT, 1, number)
        scene.send(kinds.OBJECT, 1, number, 5, scene.tables.string(f"class {number}"))
        flush(scene)
    scene.send(kinds.DROP, 1, 7)
    flush(scene)
    disk.room = None
    scene.send(kinds.AWAIT, 1, 9)
    flush(scene)
    scene.finish()
    trace = read_trace(scene.path)
    assert told(trace) == [1, 9]
    # What was declared meanwhile is declared after all, unless it is gone.
    assert trace.objects() == {number: f"class {number}" for number in (2, 3, 4, 5, 6, 8)}
    assert [event.fields["events"] for event in trace.of("lost")] == [scene.buffer.lost]
    assert trace.end is not None and scene.writer.file.error is None


def test_a_disk_that_is_full_from_the_start(scene: Scene, disk: FullDisk) -> None:
    disk.room = 5
    scene.writer.start({"agent": "x"})
    scene.send(kinds.AWAIT, 1, 1)
    flush(scene)
    assert scene.path.stat().st_size == 0
    disk.room = None
    scene.send(kinds.AWAIT, 1, 2)
    flush(scene)
    scene.finish()
    trace = read_trace(scene.path)
    assert trace.meta == {"agent": "x"} and told(trace) == [2] and trace.end is not None


def test_short_writes_are_gone_on_with(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(file_module, "_pwrite", lambda to, data, offset: real(to, data[:7], offset))
    scene.writer.start({})
    for number in range(100):
        scene.send(kinds.AWAIT, 1, number)
    scene.finish()
    assert told(read_trace(scene.path)) == list(range(100))


def test_a_failing_disk_ends_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.writer.start({})
    scene.send(kinds.AWAIT, 1, 1)
    flush(scene)

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(file_module, "_pwrite", fail)
    scene.send(kinds.AWAIT, 1, 2)
    scene.finish()
    assert told(read_trace(scene.path)) == [1]
    assert scene.writer.file.error is not None and not scene.errors


# The program's doings


def test_nobody_elses_file_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "t.srt"
    trace = TraceFile(str(path))
    assert trace.append(b"one ")
    number = trace._descriptor
    os.close(number)
    victim = os.open(tmp_path / "victim", os.O_RDWR | os.O_CREAT)
    os.dup2(victim, number)
    assert trace.append(b"two")
    assert (tmp_path / "victim").read_bytes() == b"" and path.read_bytes() == b"one two"
    os.close(trace._descriptor)
    path.unlink()
    path.write_bytes(b"somebody else's")
    assert not trace.append(b"three") and trace.error is not None
    trace.close()
    os.fstat(number)  # It is the program's, and still open.
    assert path.read_bytes() == b"somebody else's"
    os.close(number)
    os.close(victim)


def test_a_closed_trace_that_is_gone_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "t.srt"
    trace = TraceFile(str(path))
    assert trace.is_in_place()
    path.unlink()
    assert trace.append(b"into a file without a name") and not trace.is_in_place()
    os.close(trace._descriptor)
    assert not trace.append(b"nowhere") and not path.exists()


def test_the_programs_own_files_keep_their_numbers(tmp_path: Path) -> None:
    before = os.open(os.devnull, os.O_RDONLY)
    os.close(before)
    trace = TraceFile(str(tmp_path / "t.srt"))
    after = os.open(os.devnull, os.O_RDONLY)
    os.close(after)
    assert after == before and not os.get_inheritable(trace._descriptor)
    trace.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "t.srt"
    for mask in (0o000, 0o022, 0o777):
        old = os.umask(mask)
        try:
            TraceFile(str(path)).close()
        finally:
            os.umask(old)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)  # The next one takes over a file that is there already.
        path.write_bytes(b"an older trace")
    TraceFile(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_bytes() == b""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
@pytest.mark.parametrize("kind", ["link", "file"])
def test_traps_of_others_are_refused(tmp_path: Path, kind: str) -> None:
    tmp_path.chmod(0o1777)
    target, path = tmp_path / "target", tmp_path / "t.srt"
    target.write_bytes(b"precious")
    if kind == "link":
        path.symlink_to(target)
    else:
        path.write_bytes(b"not yours")
    os.lchown(path, 12345, 12345)
    with pytest.raises(OSError, match="somebody else"):
        TraceFile(str(path))
    assert target.read_bytes() == b"precious"
    os.lchown(path, 0, 0)
    TraceFile(str(path)).close()
    assert (target if kind == "link" else path).read_bytes() == b""
