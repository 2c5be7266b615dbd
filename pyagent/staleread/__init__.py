"""The agent of staleread: writes down what an asyncio program's tasks do to shared state."""

from staleread._api import lock_acquired, lock_released, order, recorded, recording, start, stop, watch

__version__ = "0.1.0"
__all__ = ["lock_acquired", "lock_released", "order", "recorded", "recording", "start", "stop", "watch"]
