"""When a timer of systemd still starts something: systemd.timer(5)."""

from collections.abc import Mapping


def is_on(timer: Mapping[str, str]) -> bool:
    """Whether it will start its unit; one whose last time has gone by stays active, and elapsed."""
    return timer.get("ActiveState") == "active" and timer.get("SubState") != "elapsed"
