"""The security level (cấp độ) of an information system: an integer from 1 to 5."""

from typing import NewType

Level = NewType("Level", int)

LEVELS: tuple[Level, ...] = tuple(Level(n) for n in range(1, 6))
