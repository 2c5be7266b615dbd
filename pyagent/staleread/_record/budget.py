"""How much memory the agent takes for what it remembers of the program.

In: what is about to be remembered, and what is forgotten. Out: whether that may be. What must hold: what would make the
rest wrong if it were not known (locks, tasks, events) is remembered in any case, and counts.
"""

from __future__ import annotations

from typing import Final

# Measured with a million of each; with what the tables and the weak reference take.
OBJECT_BYTES: Final = 320
TASK_BYTES: Final = 800
"""Besides what every object takes."""
KEY_BYTES: Final = 300
TEXT_BYTES: Final = 200


class Budget:
    def __init__(self, bytes_max: int) -> None:
        self.refused = 0
        """How often something was not followed because of it."""
        self._left = self._max = bytes_max

    def allows(self, size: int) -> bool:
        """Whether so much may be taken for what can be left out; then it is."""
        if self._left < size:
            self.refused += 1
            return False
        self._left -= size
        return True

    def take(self, size: int) -> None:
        """For what cannot be left out."""
        self._left -= size

    def give_back(self, size: int) -> None:
        self._left += size

    def is_broken(self) -> bool:
        """What cannot be left out takes as much again."""
        return self._left < -self._max
