"""Where else than in /etc/passwd a host finds accounts: nsswitch.conf(5)."""

import re

from attt.facts.kind import text_of
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

_LOCAL = frozenset({"files", "compat", "systemd", "myhostname"})


def foreign(nsswitch: Answer, sssd: Answer) -> list[Missing]:
    """One missing element for each source of accounts that was not read."""
    if nsswitch.obstacle is not None:
        return [Missing(nsswitch.obstacle, "/etc/nsswitch.conf")]
    if not nsswitch.exists:
        return []
    lines = re.findall(r"(?m)^[ \t]*(?:passwd|shadow)[ \t]*:([^#\n]*)", text_of(nsswitch))
    words = re.sub(r"\[[^]]*\]", " ", " ".join(lines)).split()
    others = sorted(set(words) - _LOCAL - ({"sss"} if _is_idle(sssd) else set()))
    return [Missing(Obstacle.UNSUPPORTED, f"accounts from {word[:40]}") for word in others]


def _is_idle(sssd: Answer) -> bool:
    """SSSD has nothing to add where it is not configured and has no socket to be asked by."""
    return sssd.obstacle is None and len(parse_stat(sssd).absent) == 2
