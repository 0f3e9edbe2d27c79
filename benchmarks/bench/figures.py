"""Figures with their limits: a table for people, one JSON document for machines."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured ratio; `ok` is whether it keeps to its limit. `note` says what lies behind it."""

    name: str
    value: float
    unit: str
    limit: float
    is_at_least: bool = False
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.is_at_least else self.value <= self.limit


def machine() -> str:
    """What this was measured on, in one line."""
    cores = len(os.sched_getaffinity(0))
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"


def table(figures: Sequence[Figure]) -> str:
    """All figures as lines of text."""
    lines = [f"{'figure':<34} {'value':>9} {'limit':>9}  ok"]
    for one in figures:
        sign = ">=" if one.is_at_least else "<="
        lines.append(
            f"{one.name:<34} {one.value:>9.2f} {sign}{one.limit:>7.2f}  "
            f"{'yes' if one.ok else 'NO'}  {one.unit}"
        )
        if one.note:
            lines.append(f"    {one.note}")
    return "\n".join(lines)


def document(name: str, figures: Sequence[Figure]) -> str:
    """One JSON document."""
    return json.dumps(
        {
            "name": name,
            "machine": machine(),
            "figures": {
                one.name: {
                    "value": round(one.value, 3),
                    "unit": one.unit,
                    "limit": one.limit,
                    "ok": one.ok,
                    "note": one.note,
                }
                for one in figures
            },
        },
        indent=2,
        ensure_ascii=False,
    )
