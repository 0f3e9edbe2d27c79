"""How well attt knows a platform, in words that reports print.

Proven: a lab test boots it and breaks it. Supported: its outputs are recorded in tests/facts.
"""

from attt.model.run import Platform, Support

_PROVEN = {("debian", "12"), ("debian", "13")}
_SUPPORTED: set[tuple[str, str]] = set()


def support_of(platform: Platform) -> Support:
    """What attt may say of its own knowledge of `platform`."""
    key = (platform.id, platform.version)
    if key in _PROVEN:
        return Support.PROVEN
    return Support.SUPPORTED if key in _SUPPORTED else Support.GENERIC
