"""Whether a name server runs with its files as they are now.

systemd knows of starts and of reloads that went through it. Of one by rndc alone nobody can be asked
without sending named a command, so it stays unknown until systemctl reloads named. Files of zones
are no settings: named reads those by themselves. A reload of dnsmasq reads names and leases alone.
Sources: rndc(8), named.conf(5), unbound(8), dnsmasq(8).
"""

import re
from collections.abc import Mapping

from attt.facts import bind, daemon_files
from attt.facts.kind import Answers
from attt.model.ask import Ask
from attt.model.value import Missing

ASKS: dict[str, Ask] = {"changed": daemon_files.CHANGED}
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


def late(name: str, answers: Answers) -> Missing | None:
    """Why the files of a running server of this name may not be what it runs with."""
    zones = bind.zone_files(answers) if name == "named" else ()

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
        )
        if found is not None:
            return found
    return None
