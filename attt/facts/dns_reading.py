"""Whether a name server runs with its files as they are now.

systemd knows of starts and of reloads by itself, until it reads its own units anew; named tells when
it was last configured, by rndc or anyhow. Files of zones are no settings: named reads those by
themselves. A reload of dnsmasq reads names and leases alone.
Sources: rndc(8), named.conf(5), unbound(8), dnsmasq(8).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from attt.facts import bind, daemon_files
from attt.facts.instants import rfc3339
from attt.facts.kind import Answers, text_of
from attt.model.answer import Answer
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing

_STATUS = ("/usr/sbin/rndc", "-s", "127.0.0.1", "status")
ASKS: dict[str, Ask] = {
    "changed": daemon_files.CHANGED,
    "rndc": Command(argv=_STATUS, privilege=Privilege.ROOT, timeout_s=5, statuses=(0, 1)),
}
_READ: Mapping[str, tuple[str, ...]] = {
    "named": ("/etc/bind/", "/etc/named/", "/etc/named.conf"),
    "unbound": ("/etc/unbound/",),
    "dnsmasq": ("/etc/dnsmasq.conf", "/etc/dnsmasq.d/"),
}
_UNITS = {"named": ("named.service", "named-chroot.service", "bind9.service")}
_IDLE = re.compile(
    r".*(?:~|\.(?:bak|old|orig|save|swp|jnl|jbk|signed|key|private|state|pem|dpkg-\w+|rpm\w+))"
    r"|.*/(?:\.[^/]*|README|db\.[^/]*|zones\.rfc1918|bind\.keys)"
)
_CONFIGURED = re.compile(
    r"(?m)^last configured: \w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def late(name: str, answers: Answers) -> Missing | None:
    """Why the files of a running server of this name may not be what it runs with."""
    zones = bind.zone_files(answers) if name == "named" else ()
    told = _configured(answers["rndc"]) if name == "named" else None

    def is_none(path: str) -> bool:
        return _IDLE.fullmatch(path) is not None or path.endswith(zones)

    for unit in _UNITS.get(name, (f"{name}.service",)):
        found = daemon_files.late(
            unit,
            answers["daemon_units"],
            answers["changed"],
            _READ[name],
            but=is_none,
            is_reread=name != "dnsmasq",
            read_at=told,
        )
        if found is not None:
            return found
    return None


def _configured(answer: Answer) -> str | None:
    found = _CONFIGURED.search(text_of(answer)) if answer.obstacle is None else None
    if found is None or found[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[n]) for n in (1, 3, 4, 5, 6))
    try:
        at = datetime(year, _MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return rfc3339(at)
