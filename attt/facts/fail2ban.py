"""Fact `intrusion.fail2ban`: whether fail2ban runs, and which of its jails are in force.

`is_running` (its server answers), `is_enabled` (starts with the host), `jails` (names), `idle`
(those of them that ban nobody: no action blocks, or every address is ignored; of a jail by another
name than sshd nobody is asked). Absent where it is neither installed nor running.
Sources: fail2ban-client(1), jail.conf(5) and its actions.
"""

import re

from attt.facts import networks
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.facts.units import units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_PROGRAMS = ("/usr/bin/fail2ban-client", "/usr/local/bin/fail2ban-client", "/etc/fail2ban")
_NO_ACTION = "No actions for jail"
_SILENT = re.compile(r"Failed to access socket path|Unable to contact server|Is fail2ban running")
_JAIL = "sshd"
_TELLS = re.compile(
    r"(?:sendmail|mail|smtp|dummy|complain|xarf|abuseipdb|blocklist_de|dshield|mynetwatchman"
    r"|badips|ipthreat|apprise|nsupdate|helpers)\b.*"
)
_BLOCKS = re.compile(
    r"(?:iptables|ip6tables|nftables|nft|firewallcmd|firewalld|ufw|shorewall|hostsdeny|route|pf|npf"
    r"|ipfw|bsd-ipfw|ipfilter|apf|osx|nginx-block-map|cloudflare|mikrotik|netscaler|symbiosis)\b.*"
)
SHAPE = Record(
    {
        "is_running": Boolean(),
        "is_enabled": Boolean(),
        "jails": ListOf(Text()),
        "idle": ListOf(Text()),
    }
)
ASKS: dict[str, Ask] = {
    "programs": Stat(paths=_PROGRAMS),
    "units": Command(
        argv=(
            *("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState"),
            "fail2ban.service",
        )
    ),
    "status": Command(
        argv=(_PROGRAMS[0], "status"), privilege=Privilege.ROOT, statuses=(0, 1, 255)
    ),
    **{
        name: Command(
            argv=(_PROGRAMS[0], "get", _JAIL, name),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 255),
        )
        for name in ("actions", "ignoreip")
    },
}


def _asks(_params: Params) -> dict[str, Ask]:
    return ASKS


def _parse(answers: Answers, _params: Params) -> Fact:
    programs = answers["programs"]
    if programs.obstacle is not None:
        return missed(programs.obstacle, programs.detail)
    lines = text_of(programs).splitlines()
    known = units(answers["units"])
    unit = None if isinstance(known, Missing) else known.get("fail2ban.service")
    is_gone = len(lines) == len(_PROGRAMS) and all(line.startswith("absent|") for line in lines)
    if is_gone and isinstance(known, Missing) and known.obstacle is not Obstacle.NO_TOOL:
        return missed(known.obstacle, known.detail)
    if is_gone and not (unit and unit.is_loaded):
        return FactAbsent(proof=f"none of these exists: {', '.join(_PROGRAMS)}")
    is_running, jails = _jails(answers["status"])
    enabled: Value = known if isinstance(known, Missing) else bool(unit and unit.is_enabled)
    return FactRead(
        value={
            "is_running": is_running,
            "is_enabled": enabled,
            "jails": jails,
            "idle": _idle(jails, answers),
        },
        assurance=Assurance.RUNNING,
    )


def _jails(answer: Answer) -> tuple[Value, Value]:
    if answer.obstacle is not None:
        gap = Missing(answer.obstacle, answer.detail or "fail2ban-client status")
        return gap, gap
    text = text_of(answer)
    if found := re.search(r"(?m)^`- Jail list:[ \t]*(.*)$", text):
        return True, tuple(sorted(re.findall(r"[^\s,]+", found[1])))
    if answer.status != 0 and _SILENT.search(text + answer.stderr.decode(errors="replace")):
        return False, ()
    gap = Missing(Obstacle.UNPARSABLE, "fail2ban-client status")
    return gap, gap


def _idle(jails: Value, answers: Answers) -> Value:
    """The jail for SSH where it bans nobody, a gap where that can't be told."""
    if not isinstance(jails, tuple):
        return jails
    if _JAIL not in jails:
        return ()
    for name in ("actions", "ignoreip"):
        if answers[name].obstacle is not None:
            return (Missing(answers[name].obstacle or Obstacle.FAILED, answers[name].detail),)
    actions, ignored = text_of(answers["actions"]), text_of(answers["ignoreip"])
    if _NO_ACTION in actions or _ignores_all(ignored):
        return (_JAIL,)
    head, *names = actions.strip().splitlines() or [""]
    is_told = "has the following actions" in head and ("ignored" in ignored)
    if not is_told:
        return (Missing(Obstacle.UNPARSABLE, "the actions of the jail for SSH"),)
    if any(_BLOCKS.fullmatch(name.strip()) for name in names):
        return ()
    if all(_TELLS.fullmatch(name.strip()) for name in names):
        return (_JAIL,)
    return (Missing(Obstacle.IN_CONTEXT, f"an action of its own: {names[0].strip()[:40]}"),)


def _ignores_all(text: str) -> bool:
    """fail2ban prints 0.0.0.0/0 and ::/0 without their length."""
    words = re.findall(r"(?m)^[|`]- (\S+)", text)
    return bool({"0.0.0.0", "::"} & set(words)) or networks.is_one_for_everybody(words)  # noqa: S104


FAIL2BAN = FactKind(
    id="intrusion.fail2ban",
    title="fail2ban and its jails",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
