"""Whether a server runs without the last change of its files.

A server reads them when systemd starts or reloads it; `systemctl show` tells both times (that of
the reload until the next `daemon-reload`). Where systemd tells neither, nothing is said: the server
was started by hand, or by another init. Sources: systemctl(1), systemd.service(5), find(1).
"""

import re
from collections.abc import Callable, Iterable, Iterator

from attt.facts.instants import of_epoch
from attt.facts.kind import text_of
from attt.facts.unit_commands import instant
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command, Privilege
from attt.model.value import Missing

PROPERTIES = "ExecMainStartTimestamp,ExecReload"
CHANGED = Command(
    argv=(
        *("/usr/bin/find", "-L", "/etc/proftpd", "/etc/proftpd.conf", "/etc/snmp", "/etc/vsftpd"),
        *("/etc/vsftpd.conf", "/usr/share/snmp/snmpd.conf", "/etc/bind", "/etc/named.conf"),
        *("/etc/named", "/etc/unbound", "/etc/dnsmasq.conf", "/etc/dnsmasq.d"),
        *("-maxdepth", "2", "-type", "f"),
        *("-printf", r"%T@ %p\0"),
    ),
    privilege=Privilege.ROOT,
    statuses=(0, 1),
)
_STARTED = re.compile(r"(?m)^ExecMainStartTimestamp=(.+)$")
_RELOADED = re.compile(r"\bstart_time=\[([^]]*)\]")
_ENTRY = re.compile(r"(\d{1,12})[.0-9]* (/.*)", re.DOTALL)


def late(
    unit: str,
    units: Answer,
    changed: Answer,
    paths: Iterable[str],
    *,
    but: Callable[[str], bool] = lambda _: False,
    is_reread: bool = True,
    read_at: str | None = None,
) -> Missing | None:
    """Why the files may not be what the unit's server runs with.

    `paths` are the files that it reads; one that ends in `/` is a folder of such, `but` tells which
    files in it are none. `is_reread` is false where a reload reads no settings, `read_at` is when
    the server itself says that it last read them.
    """
    if units.obstacle is not None:
        told = Missing(units.obstacle, units.detail or "systemctl")
        return None if units.obstacle is Obstacle.NO_TOOL else told
    times = [*_times(unit, text_of(units), is_reread=is_reread)]
    if not times:
        return None
    started = max(*times, read_at or "")
    if changed.obstacle is not None:
        return Missing(changed.obstacle, changed.detail or "when its files were changed")
    mine = tuple(paths)
    for record in text_of(changed).split("\0"):
        row = _ENTRY.fullmatch(record)
        at = of_epoch(int(row[1])) if row else None
        if row is None or not isinstance(at, str) or at <= started or but(row[2]):
            continue
        if row[2] in mine or any(one.endswith("/") and row[2].startswith(one) for one in mine):
            what = f"it was started and reloaded before the last change of {row[2][:80]}"
            return Missing(Obstacle.CONTRADICTED, what)
    return None


def _times(unit: str, text: str, *, is_reread: bool) -> Iterator[str]:
    """When an active unit was started and, where that counts, reloaded."""
    kinds = (_STARTED, _RELOADED) if is_reread else (_STARTED,)
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if f"Id={unit}" in lines and "ActiveState=active" in lines:
            for found in (one for kind in kinds for one in kind.finditer(block)):
                at = instant(found[1] or "")
                if at is not None:
                    yield at
