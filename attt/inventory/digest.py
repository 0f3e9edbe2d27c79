"""One digest over what an inventory says, whichever files say it."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping

from attt.model.inventory import Inventory

_ABOUT_FILES = frozenset({"place", "source", "digest", "templates"})


def digest(inventory: Inventory) -> str:
    """64 hex digits over the canonical JSON of the data: no places, file names or templates, keys sorted."""
    text = json.dumps(_plain(inventory), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (f.name for f in dataclasses.fields(value) if f.name not in _ABOUT_FILES)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
