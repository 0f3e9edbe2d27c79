"""Where a host sends what logins tell: rsyslog, journal-upload, Wazuh, and senders not read.

A place that is this host itself is none; neither is one that rsyslogd is told to send to by a
module that is not installed, for then it sends nothing. Sources: the rsyslog manual,
journal-upload.conf(5), proc(5), hosts(5).
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts import rsyslog, stat, wazuh
from attt.facts.kind import Answers, text_of
from attt.facts.rsyslog_rules import Config
from attt.facts.units import Unit, units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, ReadFile, Stat
from attt.model.fact import FactRead
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Missing, Value

UNREAD = frozenset({"syslog-ng", "syslogd"})
"""Log services whose settings attt does not read, by their short names."""
AGENTS = (
    *("filebeat", "elastic-agent", "fluent-bit", "td-agent", "fluentd", "vector", "nxlog"),
    *("promtail", "alloy", "wazuh-agent", "SplunkForwarder", "splunk", "otelcol", "auditbeat"),
    *("otelcol-contrib", "grafana-agent", "google-cloud-ops-agent", "azuremonitoragent"),
)
_PLACES = (
    *("/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog"),
    *("/usr/lib64/rsyslog", "/usr/lib/rsyslog"),
)
_OWN = ("own", "own6", "hostname", "hosts")
_ALWAYS = "lmnet.so"
_WAZUH_PORT = 1514
_MODULES = (_ALWAYS, "lmnsd_gtls.so", "lmnsd_ossl.so", "lmnsd_mbedtls.so", "omrelp.so")
SHAPE = Record(
    {
        "name": Text(),
        "target": Text(),
        "port": Integer("port"),
        "protocol": Text(),
        "is_encrypted": Boolean(),
        "is_loopback": Boolean(),
        "covers_logins": Boolean(),
    }
)
ASKS: dict[str, Ask] = {
    "own": Command(
        argv=("grep", "-h", "-B1", "/32 host LOCAL", "/proc/net/fib_trie"), statuses=(0, 1)
    ),
    "own6": Command(argv=("cat", "/proc/net/if_inet6"), statuses=(0, 1)),
    "hostname": Command(argv=("cat", "/proc/sys/kernel/hostname")),
    "hosts": ReadFile(path="/etc/hosts"),
    "installed": Stat(paths=tuple(f"{place}/{name}" for place in _PLACES for name in _MODULES)),
    "upload": ReadFile(path="/etc/systemd/journal-upload.conf", redact="settings"),
    **{f"wazuh_{name}": ask for name, ask in wazuh.ASKS.items()},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsyslog:
    """What rsyslogd was told when it started, what its files say now, and what journald gives it."""

    runs: Config | Missing | None
    written: Config | Missing
    journal: dict[str, Value] | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Self:
    """The names and addresses of this host; `gap` where not all of them are known."""

    names: frozenset[str]
    gap: Missing | None


def _gap(answer: Answer) -> Missing:
    return Missing(answer.obstacle or Obstacle.FAILED, answer.detail)


def all_of(running: set[str], daemon: Rsyslog, answers: Answers) -> tuple[Value, ...]:
    """Every forward of the services in `running`, by their short names; gaps where one is not read."""
    own = _Self(
        names=own_names(answers),
        gap=next((_gap(answers[name]) for name in _OWN if answers[name].obstacle), None),
    )
    return (
        *_forwards(daemon, own, answers["installed"]),
        *_uploads(running, answers["upload"], own),
        *_agents(answers, own, running),
    )


def unseen(config: Config) -> Value:
    """A gap where the files include others that are not read; False where they do not."""
    if config.unseen:
        return Missing(
            Obstacle.IN_CONTEXT, f"a file that attt does not read: {config.unseen[0]}"[:160]
        )
    return False


def hears(config: Config, journal: dict[str, Value] | Missing) -> Value:
    """Whether what this host's programs say reaches rsyslogd; journald hands it on or does not."""
    if not rsyslog.hears_local(config):
        return unseen(config)
    if "imjournal" in config.modules or not journal:
        return True
    return journal if isinstance(journal, Missing) else journal["hands_on"]


def _forwards(daemon: Rsyslog, own: _Self, installed: Answer) -> list[Value]:
    """What runs counts, unless the files already say that it ends with the next start."""
    config = daemon.runs
    if config is None:
        return []
    if isinstance(config, Missing):
        if isinstance(daemon.written, Missing) or _may_forward(daemon.written, own.names):
            return [config]
        config = daemon.written
    heard = hears(config, daemon.journal)
    found: list[Value] = [
        _record(one, own, heard=_both(heard, _has(one.module, installed)))
        for one in rsyslog.forwards(config)
    ]
    found += [_sent_by(name) for name in rsyslog.senders(config) if heard is not False]
    return [*found, gap] if isinstance(gap := unseen(config), Missing) else found


def _has(module: str, installed: Answer) -> Value:
    """Whether rsyslogd has a module, by the folder where its others lie; true where that is not known."""
    if not module:
        return True
    if installed.obstacle is not None:
        return _gap(installed)
    looked = stat.parse(installed)
    home = next((place for place in _PLACES if f"{place}/{_ALWAYS}" in looked.found), None)
    return f"{home}/{module}" not in looked.absent


def _both(one: Value, other: Value) -> Value:
    if one is False or other is False:
        return False
    return other if one is True else one


def _sent_by(name: str) -> Missing:
    return Missing(Obstacle.UNSUPPORTED, f"sent by {name[:40]}, whose settings are not read")


def _may_forward(written: Config, own: frozenset[str]) -> bool:
    sent = (one for one in rsyslog.forwards(written) if not one.is_own(own))
    is_sent = any(one.covers_logins is not False for one in sent)
    return bool(written.unseen) or is_sent or bool(rsyslog.senders(written))


def own_names(answers: Answers) -> frozenset[str]:
    """The addresses of this host and its names, its own and those of /etc/hosts; in lower case."""
    own = set(re.findall(r"\|-- ([\d.]+)\n\s+/32 host LOCAL", _said(answers["own"])))
    for line in _said(answers["own6"]).splitlines():
        if re.match(r"[0-9a-f]{32} ", line):
            own.add(str(ipaddress.IPv6Address(bytes.fromhex(line[:32]))))
    name = _said(answers["hostname"]).strip().lower()
    names = {name, name.partition(".")[0]} - {""}
    for line in _said(answers["hosts"]).splitlines():
        address, *others = line.split("#", 1)[0].split() or [""]
        if address in own or address.startswith("127.") or address == "::1":
            names |= {other.lower().rstrip(".") for other in others}
    return frozenset(own | names)


def _said(answer: Answer) -> str:
    return "" if answer.obstacle is not None else text_of(answer)


def _record(one: rsyslog.Forward, own: _Self, *, heard: Value) -> Value:
    gap = Missing(Obstacle.IN_CONTEXT, "a filter of rsyslog decides")
    covers: Value = gap if one.covers_logins is None else one.covers_logins
    return {
        "name": f"{one.protocol} {one.target}:{one.port}",
        "target": one.target,
        "port": one.port,
        "protocol": one.protocol,
        "is_encrypted": one.is_encrypted,
        "is_loopback": one.is_own(own.names) or own.gap or False,
        "covers_logins": heard if covers is not False and heard is not True else covers,
    }


def _uploads(running: set[str], answer: Answer, own: _Self) -> list[Value]:
    if "journal-upload" not in running:
        return []
    found = re.search(
        r"(?m)^[ \t]*URL[ \t]*=[ \t]*(https?)://([^\s/:]+|\[[^]]+\])(?::(\d{1,5}))?",
        text_of(answer),
    )
    if answer.obstacle is not None or found is None:
        return [
            Missing(answer.obstacle or Obstacle.IN_CONTEXT, "where systemd-journal-upload sends")
        ]
    forward = rsyslog.Forward(
        target=found[2].strip("[]"),
        port=int(found[3] or 19532),
        protocol=found[1],
        is_encrypted=found[1] == "https",
        covers_logins=True,
    )
    return [_record(forward, own, heard=True)]


def _agents(answers: Answers, own: _Self, running: set[str]) -> list[Value]:
    known = units(answers["units"])
    named: dict[str, Unit] = {} if isinstance(known, Missing) else known
    senders = [name for name in AGENTS if (u := named.get(f"{name}.service")) and u.is_active]
    senders += sorted(UNREAD & running)
    found: list[Value] = []
    for name in sorted(senders):
        found += _wazuh(answers, own) if name == "wazuh-agent" else [_sent_by(name)]
    return found


def _wazuh(answers: Answers, own: _Self) -> list[Value]:
    """Its managers; an agent that has lost them sends nothing."""
    fact = wazuh.AGENT.parse({name: answers[f"wazuh_{name}"] for name in wazuh.ASKS}, {})
    told = fact.value if isinstance(fact, FactRead) else None
    servers = told["servers"] if isinstance(told, Mapping) else ()
    if not isinstance(told, Mapping) or not isinstance(servers, tuple) or not servers:
        return [_sent_by("wazuh-agent")]
    return [
        _record(
            rsyslog.Forward(
                target=str(server),
                port=_WAZUH_PORT,
                protocol="tcp",
                is_encrypted=True,
                covers_logins=bool(told["reads_logins"]),
            ),
            own,
            heard=told["is_connected"],
        )
        for server in servers
    ]
