"""Fact `dhcp.servers`: the DHCP servers of this host, and whether they write down what they lease.

One record a server: `name` (dhcpd, kea-dhcp4, kea-dhcp6, dnsmasq) and `is_logged`. ISC dhcpd and dnsmasq
log to syslog unless told not to; Kea as its loggers say, leases at severity INFO. A dnsmasq without
a range to lease from is none. Sources: dhcpd.conf(5), the Kea reference manual, dnsmasq(8).
"""

import json
import re
from collections.abc import Mapping

from attt.facts import daemons, dnsmasq
from attt.facts.daemons import Daemon, Process, Seen
from attt.facts.kind import Answers, FactKind, Params, Unparsable, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_KEA = ("kea-dhcp4", "kea-dhcp6")
_DAEMON = Daemon(
    programs=("/usr/sbin/dhcpd", "/usr/sbin/dnsmasq", *(f"/usr/sbin/{name}" for name in _KEA)),
    processes=frozenset({"dhcpd", "dnsmasq", *_KEA}),
    units=(
        "isc-dhcp-server.service",
        "dhcpd.service",
        "kea-dhcp4-server.service",
        "kea-dhcp4.service",
        "kea-dhcp6-server.service",
        "kea-dhcp6.service",
        "dnsmasq.service",
    ),
    ports=frozenset({"67/udp", "547/udp"}),
)
_SPOKEN = frozenset({"INFO", "DEBUG"})


def _asks(_params: Params) -> dict[str, Ask]:
    kea = {
        name: ReadFile(path=f"/etc/kea/{name}.conf", privilege=Privilege.ROOT, redact="settings")
        for name in _KEA
    }
    return {
        **daemons.asks(_DAEMON),
        **kea,
        "dhcpd": ReadFile(path="/etc/dhcp/dhcpd.conf", privilege=Privilege.ROOT, redact="settings"),
        **dnsmasq.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    servers: list[Value] = [*seen.gaps]
    found = {(one.name, one.words): one for one in seen.processes}
    for process in found.values():
        is_logged = _is_logged(process, answers)
        if is_logged is not None:
            servers.append({"name": process.name, "is_logged": is_logged})
    if not seen.is_running and not seen.gaps:
        gap = Missing(Obstacle.IN_CONTEXT, "a DHCP server that starts at boot does not run now")
        servers.append(gap)
    if not servers:
        return FactAbsent(proof="dnsmasq runs and leases no addresses; no DHCP server runs")
    return FactRead(value={"servers": tuple(servers)}, assurance=Assurance.CONFIGURED)


def _is_logged(process: Process, answers: Answers) -> Value:
    """None where the process leases nothing."""
    if process.name == "dnsmasq":
        return _of_dnsmasq(process, answers)
    if process.name == "dhcpd":
        return _of_dhcpd(process, answers["dhcpd"])
    return _of_kea(process, answers[process.name])


def _of_dnsmasq(process: Process, answers: Answers) -> Value:
    said = dnsmasq.said(process, answers)
    if isinstance(said, Missing):
        return said
    if "dhcp-range" not in said:
        return None
    is_dropped = said.get("log-facility", ("",))[-1] == "/dev/null"
    return not ({"quiet-dhcp", "quiet-dhcp6"} & said.keys()) and not is_dropped


def _of_dhcpd(process: Process, answer: Answer) -> Value:
    """It always logs, to the facility that log-facility names; only its file may hide that."""
    if daemons.word_after(process, "-cf") not in {None, "/etc/dhcp/dhcpd.conf"}:
        return Missing(Obstacle.IN_CONTEXT, "dhcpd runs on another file")
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "dhcpd.conf")
    return True


def _of_kea(process: Process, answer: Answer) -> Value:
    path = f"/etc/kea/{process.name}.conf"
    if daemons.word_after(process, "-c") != path or answer.obstacle is not None:
        why = answer.obstacle or Obstacle.IN_CONTEXT
        return Missing(why, answer.detail or f"{process.name} runs on another file")
    if not answer.exists:
        return Missing(Obstacle.IN_CONTEXT, f"{process.name} without its file")
    document = _json(text_of(answer))
    inner = document.get({"kea-dhcp4": "Dhcp4"}.get(process.name, "Dhcp6"))
    loggers = inner.get("loggers") if isinstance(inner, dict) else None
    if not isinstance(loggers, list):
        return True  # without a logger of its own it writes INFO to its output
    mine = [one for one in loggers if isinstance(one, dict) and one.get("name") == process.name]
    return all(_speaks(one) for one in mine)


def _speaks(logger: Mapping[str, object]) -> bool:
    outputs = logger.get("output-options", logger.get("output_options", [{"output": "stdout"}]))
    named = [one.get("output") for one in outputs if isinstance(one, dict)] if isinstance(
        outputs, list) else []  # fmt: skip
    severity = str(logger.get("severity", "INFO")).upper()
    return severity in _SPOKEN and any(name and name != "/dev/null" for name in named)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|#[^\n]*|/\*.*?\*/', re.DOTALL)


def _json(text: str) -> Mapping[str, object]:
    """JSON with the comments and the commas before a bracket that Kea allows."""
    plain = _TOKEN.sub(lambda m: m[0] if m[0].startswith('"') else " ", text)
    plain = re.sub(r",(\s*[\]}])", r"\1", plain)
    try:
        document = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise Unparsable("Kea's settings can't be read") from error
    if not isinstance(document, dict) or "<?include" in text:
        raise Unparsable("Kea's settings are in several files")
    return document


DHCP = FactKind(
    id="dhcp.servers",
    title="DHCP servers",
    shape=Record({"servers": ListOf(Record({"name": Text(), "is_logged": Boolean()}))}),
    asks=_asks,
    parse=_parse,
)
