"""Where the packaged folders `rules/` and `reports/` are: in the wheel, or in the checkout."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The packaged folder `name` ("rules" or "reports"). Never looks at the working directory."""
    in_wheel = _HERE / "data" / name
    return in_wheel if in_wheel.is_dir() else _HERE.parent / name
