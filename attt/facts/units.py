"""What `systemctl show` tells of several units (systemctl(1))."""

from dataclasses import dataclass

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
    found = {}
    for block in text_of(answer).split("\n\n"):
        pairs = dict([line.split("=", 1) for line in block.splitlines() if "=" in line])
        if name := pairs.get("Id"):
            found[name] = Unit(
                is_loaded=pairs.get("LoadState") == "loaded",
                is_active=pairs.get("ActiveState") in {"active", "reloading"},
                is_enabled=pairs.get("UnitFileState") == "enabled",
            )
    return found
