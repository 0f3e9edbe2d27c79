"""Where else than in /etc/passwd a host finds accounts: nsswitch.conf(5)."""

import re

from attt.facts.kind import text_of
from attt.facts.stat import parse as parse_stat
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

_LOCAL = frozenset({"files", "compat", "myhostname"})

USERDB = ("/etc/userdb", "/run/userdb", "/run/host/userdb", "/run/systemd/userdb/io.systemd.Home")
"""Where systemd-userdbd(8) finds accounts of people; those of services have no password."""


def foreign(nsswitch: Answer, sssd: Answer, userdb: Answer) -> list[Missing]:
    """One missing element for each source of accounts that was not read."""
    if nsswitch.obstacle is not None:
        return [Missing(nsswitch.obstacle, "/etc/nsswitch.conf")]
    if not nsswitch.exists:
        return []
    lines = re.findall(r"(?m)^[ \t]*(?:passwd|shadow)[ \t]*:([^#\n]*)", text_of(nsswitch))
    words = re.sub(r"\[[^]]*\]", " ", " ".join(lines)).split()
    idle = {word for word, answer in {"sss": sssd, "systemd": userdb}.items() if _is_idle(answer)}
    others = sorted(set(words) - _LOCAL - idle)
    return [
        Missing(Obstacle.UNSUPPORTED, f"accounts from elsewhere: {word[:40]}") for word in others
    ]


def sudoers(nsswitch: Answer, sssd: Answer) -> list[Missing]:
    """One missing element for each place besides the files that sudo takes rights from."""
    if nsswitch.obstacle is not None:
        return [Missing(nsswitch.obstacle, "/etc/nsswitch.conf")]
    text = text_of(nsswitch) if nsswitch.exists else ""
    lines = re.findall(r"(?m)^[ \t]*sudoers[ \t]*:([^#\n]*)", text)
    words = set(re.sub(r"\[[^]]*\]", " ", " ".join(lines)).split()) - {"files"}
    others = sorted(words - ({"sss"} if _is_idle(sssd) else set()))
    return [
        Missing(Obstacle.UNSUPPORTED, f"rights of sudo from elsewhere: {word[:40]}")
        for word in others
    ]


def _is_idle(places: Answer) -> bool:
    """A source has nothing to add where none of the places is there that it would read."""
    if places.obstacle is not None:
        return False
    looked = parse_stat(places)
    return bool(looked.absent) and not looked.found and not looked.denied
