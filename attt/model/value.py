"""The values that facts hold: plain, frozen, JSON-shaped, with missing parts marked as missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.answer import Obstacle


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a value that could not be learnt; a comparison with it is unknown.

    As an element of a list it says that the list is not whole.
    """

    obstacle: Obstacle
    detail: str = ""


Value = None | bool | int | str | Missing | tuple["Value", ...] | Mapping[str, "Value"]
"""Modes are text ("0640"), instants text ("2026-11-22T10:00:00Z", UTC), versions text."""
