"""What `systemctl show` tells of several units (systemctl(1))."""

from dataclasses import dataclass
from functools import lru_cache

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.value import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of systemd as it stands now."""

    is_loaded: bool
    is_active: bool
    is_enabled: bool


def units(answer: Answer) -> dict[str, Unit] | Missing:
    """Each unit by its own name; aliases of one unit fall together."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemctl")
    blocks = map(_unit, text_of(answer).split("\n\n"))
    return dict([one for one in blocks if one])


@lru_cache(maxsize=1024)  # hosts of a fleet have much the same units, most of which are not there
def _unit(block: str) -> tuple[str, Unit] | None:
    pairs = dict([line.split("=", 1) for line in block.splitlines() if "=" in line])
    unit = Unit(
        is_loaded=pairs.get("LoadState") == "loaded",
        is_active=pairs.get("ActiveState") in {"active", "reloading"},
        is_enabled=pairs.get("UnitFileState") == "enabled",
    )
    return (name, unit) if (name := pairs.get("Id")) else None
