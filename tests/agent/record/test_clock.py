"""Time that a test of the program has stopped goes on for the agent."""

from __future__ import annotations

from recording import Record


def test_a_frozen_clock_does_no_harm(record: Record) -> None:
    recording = record(
        """
        import asyncio, sys, time
        def freeze():
            # As such libraries do it: wherever a module has one of the real functions.
            real = {id(getattr(time, name)): (lambda: 1) for name in ("perf_counter_ns", "process_time_ns", "time_ns")}
            for module in list(sys.modules.values()):
                for name, value in list(vars(module).items()):
                    if id(value) in real:
                        setattr(module, name, real[id(value)])
        async def main():
            await asyncio.sleep(0)
            freeze()
            for _ in range(3):
                await asyncio.sleep(0.2)
        asyncio.run(main())
        """
    )
    trace = recording.trace
    assert recording.status == 0
    assert not trace.of("off")
    assert max(event.nanoseconds for event in trace.of("clock")) > 300_000_000
