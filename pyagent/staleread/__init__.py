"""The agent of staleread: writes down what an asyncio program's tasks do to shared state."""

from staleread._interpreter import IS_TOO_OLD

if not IS_TOO_OLD:
    from staleread._api import lock_acquired, lock_released, order, recorded, recording, start, stop, watch
else:
    from staleread._refused import (
        lock_acquired,
        lock_released,
        order,
        recorded,
        recording,
        start,
        stop,
        watch,
    )

__version__ = "0.1.0"
__all__ = ["lock_acquired", "lock_released", "order", "recorded", "recording", "start", "stop", "watch"]
