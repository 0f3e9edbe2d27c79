"""Fact `monitoring.agents`: agents that tell a central system how this host fares.

`agents`: those that run or start with the host, each with `name` (its service), `is_running`,
`is_enabled` and `is_heard`: another host can ask it (it listens beyond loopback; of Zabbix, a
server other than this host is named) or is sent to. Of agents that send somewhere and whose
settings attt does not read, `is_heard` is missing. Sources: ss(8), zabbix_agentd.conf(5),
snmpd(8), and the makers' documentation of ports.
"""

import re

from attt.facts import agents, tar
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.log_forwards import ASKS as OWN_ASKS
from attt.facts.log_forwards import own_names
from attt.facts.rsyslog import Forward
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

# By the process that listens; the kernel keeps 15 characters of its name.
_ASKED = {
    "prometheus-node-exporter": ("prometheus-node", "node_exporter"),
    "node_exporter": ("node_exporter",),
    "node-exporter": ("node_exporter", "node-exporter"),
    "snmpd": ("snmpd",),
    "nagios-nrpe-server": ("nrpe",),
    "nrpe": ("nrpe",),
    "munin-node": ("munin-node",),
    "netdata": ("netdata",),
    "pmcd": ("pmcd",),
    "check-mk-agent": ("cmk-agent-ctl",),
    "cmk-agent-ctl-daemon": ("cmk-agent-ctl",),
}
_ZABBIX = {
    "zabbix-agent": ("zabbix", "zabbix_tree", "zabbix_tree_d"),
    "zabbix-agent2": ("zabbix2", "zabbix2_tree"),
}
_SENDING = frozenset(
    {
        *("telegraf", "collectd", "alloy", "grafana-agent", "otelcol", "otelcol-contrib"),
        *("metricbeat", "elastic-agent", "icinga2", "vector", "fluent-bit"),
    }
)
_LOCAL = re.compile(r"\[?([0-9A-Fa-f:.*]+?)(?:%[^\s%:\]]+)?\]?:\d{1,5}")
_PROCESS = re.compile(r'\("([^"]+)",pid=\d+,fd=\d+\)')
_SERVER = re.compile(r"(?m)^[ \t]*(Server|ServerActive)[ \t]*=[ \t]*(.*?)[ \t]*$")

_AGENT = Record(
    {
        "name": Text(),
        "is_running": Boolean(),
        "is_enabled": Boolean(),
        "is_heard": Boolean(),
    }
)
SHAPE = Record({"agents": ListOf(_AGENT)})
_ETC = "/etc/zabbix/zabbix_agent"
ASKS: dict[str, Ask] = {
    **agents.ASKS,
    **{name: OWN_ASKS[name] for name in ("own", "own6", "hostname", "hosts")},
    "ss": Command(argv=("/bin/ss", "-Hltunp"), privilege=Privilege.ROOT),
    "ss_sbin": Command(argv=("/usr/sbin/ss", "-Hltunp"), privilege=Privilege.ROOT),
    **{
        name: ReadFile(path=f"{_ETC}{end}.conf", privilege=Privilege.ROOT, redact="settings")
        for name, end in (("zabbix", "d"), ("zabbix2", "2"))
    },
    **{
        name: ReadTree(path=f"{_ETC}{end}", privilege=Privilege.ROOT, redact="settings")
        for name, end in (
            ("zabbix_tree", "d.conf.d"),
            ("zabbix_tree_d", "d.d"),
            ("zabbix2_tree", "2.d"),
        )
    },
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    found = agents.running(answers)
    if isinstance(found, Missing):
        return missed(found.obstacle, found.detail)
    heard = _listening(answers)
    known: list[Value] = [
        {
            "name": name,
            "is_running": runs,
            "is_enabled": lasts,
            "is_heard": _heard(name, heard, answers) if runs is not False else False,
        }
        for name, (runs, lasts) in sorted(found.items())
        if name in _ASKED or name in _ZABBIX or name in _SENDING
    ]
    if (obstacle := answers["processes"].obstacle) is not None:
        known.append(Missing(obstacle, answers["processes"].detail or "ps"))
    return FactRead(value={"agents": tuple(known)}, assurance=Assurance.RUNNING)


def _heard(name: str, heard: dict[str, bool] | Missing, answers: Answers) -> Value:
    if name in _SENDING:
        return Missing(Obstacle.UNSUPPORTED, f"where {name} sends is not read")
    if name in _ZABBIX:
        return _serves_another(_ZABBIX[name], answers)
    if isinstance(heard, Missing):
        return heard
    return any(heard.get(process, False) for process in _ASKED[name])


def _serves_another(asked: tuple[str, ...], answers: Answers) -> Value:
    """Whether a server that is not this host itself may ask a Zabbix agent, or is sent to."""
    texts: list[str] = []
    for name in asked:
        answer = answers[name]
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "the settings of the Zabbix agent")
        texts += _texts(answer, is_tree="tree" in name)
    told = [part for text in texts for _, value in _SERVER.findall(text) for part in _split(value)]
    if not told:
        return Missing(Obstacle.IN_CONTEXT, "where the Zabbix agent's settings are")
    own = own_names(answers)
    gap = next(
        (answers[n] for n in ("own", "own6", "hostname", "hosts") if answers[n].obstacle), None
    )
    if all(_is_own(part, own) for part in told):
        return False
    return True if gap is None else Missing(gap.obstacle or Obstacle.FAILED, gap.detail)


def _texts(answer: Answer, *, is_tree: bool) -> list[str]:
    if not answer.exists:
        return []
    if not is_tree:
        return [text_of(answer)]
    files = (m for m in tar.members(answer.stdout) if m.name.endswith(".conf"))
    return [one.content.decode("utf-8", errors="replace") for one in files]


def _split(value: str) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", value) if part]


def _is_own(part: str, own: frozenset[str]) -> bool:
    target = re.sub(r"^\[([^]]+)\].*|^([^:]+):\d+$", r"\1\2", part).partition("/")[0]
    one = Forward(target=target, port=0, protocol="", is_encrypted=False, covers_logins=None)
    return one.is_own(own)


def _listening(answers: Answers) -> dict[str, bool] | Missing:
    """By process: whether it listens on more than loopback."""
    answer = next((answers[n] for n in ("ss", "ss_sbin") if answers[n].obstacle is None), None)
    if answer is None:
        first = answers["ss"]
        return Missing(first.obstacle or Obstacle.FAILED, first.detail or "ss")
    found: dict[str, bool] = {}
    for line in text_of(answer).splitlines():
        words = line.split(None, 6)
        local = _LOCAL.fullmatch(words[4]) if len(words) > 5 else None
        for name in _PROCESS.findall(words[6]) if local and len(words) > 6 else ():
            is_near = bool(local and local[1].startswith(("127.", "::1", "::ffff:127.")))
            found[name] = found.get(name, False) or not is_near
    return found


AGENTS = FactKind(
    id="monitoring.agents",
    title="Agents of central monitoring",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
