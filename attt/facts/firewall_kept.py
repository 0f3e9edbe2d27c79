"""Whether a packet filter starts by itself after a reboot: services, and the rules that they load.

Known are nftables, ufw, firewalld, SuSEfirewall2, netfilter-persistent, and the iptables services of
RHEL. Where none of them loads rules that turn anything away, somebody's own start-up may: then nobody knows.
Sources: systemctl(1), nft(8), ufw(8), iptables-restore(8), netfilter-persistent(8), crontab(5).
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts import tar
from attt.facts.kind import Answers, text_of
from attt.facts.units import Unit, units
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.value import Missing, Value

_SERVICES = (
    *("nftables", "ufw", "firewalld", "netfilter-persistent", "iptables", "ip6tables"),
    "SuSEfirewall2",
)
_OTHERS = ("shorewall", "shorewall6", "ferm", "firehol", "csf")
_PLACES = (
    *("/etc/network", "/etc/rc.local", "/etc/rc.d/rc.local", "/etc/crontab", "/etc/cron.d"),
    *("/etc/NetworkManager/dispatcher.d", "/etc/networkd-dispatcher"),
)
_ROOT = Privilege.ROOT
_INCLUDED = "/etc/nftables.rules"  # where benchmarks put the rules
_NFT = ("nftables_debian", "nftables_redhat")
_SAVED = {
    "netfilter-persistent": ("rules_v4", "rules_v6"),
    "iptables": ("sysconfig_v4",),
    "ip6tables": ("sysconfig_v6",),
}
_OWN_WAY = "an own service, script or timetable may load the rules at boot"

ASKS: Mapping[str, Ask] = {
    "keepers": Command(
        argv=(
            *("systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState"),
            *(f"{name}.service" for name in (*_SERVICES, *_OTHERS)),
        )
    ),
    "ufw_conf": ReadFile(path="/etc/ufw/ufw.conf", privilege=_ROOT),
    "nftables_debian": ReadFile(path="/etc/nftables.conf", privilege=_ROOT),
    "nftables_redhat": ReadFile(path="/etc/sysconfig/nftables.conf", privilege=_ROOT),
    "nftables_included": ReadFile(path=_INCLUDED, privilege=_ROOT),
    "nftables_more": ReadTree(path="/etc/nftables", privilege=_ROOT),
    "nftables_d": ReadTree(path="/etc/nftables.d", privilege=_ROOT),
    "rules_v4": ReadFile(path="/etc/iptables/rules.v4", privilege=_ROOT),
    "rules_v6": ReadFile(path="/etc/iptables/rules.v6", privilege=_ROOT),
    "sysconfig_v4": ReadFile(path="/etc/sysconfig/iptables", privilege=_ROOT),
    "sysconfig_v6": ReadFile(path="/etc/sysconfig/ip6tables", privilege=_ROOT),
    # Own ways are looked for by the names of their files alone: what is in them may be secret.
    "own_services": Command(
        argv=("/bin/grep", "-rlE", r"nft|ip6?tables|firewall|\bfw|\.sh\b", "/etc/systemd/system"),
        privilege=_ROOT,
        statuses=(0, 1, 2),
    ),
    "own_scripts": Command(
        argv=("/bin/grep", "-rlE", "nft|ip6?tables", *_PLACES), privilege=_ROOT, statuses=(0, 1, 2)
    ),
    "own_crontabs": Command(
        argv=("/bin/grep", "-rl", "@reboot", "/var/spool/cron"),
        privilege=_ROOT,
        statuses=(0, 1, 2),
    ),
}


def is_kept(answers: Answers) -> Value:
    """True where a known service loads a filter at boot, False where nothing is there to do it."""
    found = units(answers["keepers"])
    if isinstance(found, Missing):
        return found
    if not found:
        return Missing(Obstacle.UNPARSABLE, "systemctl shows no unit")
    gap: Missing | None = None
    for kept in _ways(answers, found):
        if kept is True:
            return True
        gap = gap or (kept if isinstance(kept, Missing) else None)
    return gap or _own(answers)


def _ways(answers: Answers, found: Mapping[str, Unit]) -> Iterator[Value]:
    """What each enabled service brings."""
    enabled = {name.removesuffix(".service") for name, unit in found.items() if unit.is_enabled}
    if enabled & {"firewalld", "SuSEfirewall2"}:
        yield True
    if "ufw" in enabled:
        yield _ufw(answers["ufw_conf"])
    if "nftables" in enabled:
        yield _nft(answers)
    for service, names in _SAVED.items():
        if service in enabled:
            yield from (_saved(answers[name]) for name in names)
    if enabled & set(_OTHERS):
        yield Missing(Obstacle.IN_CONTEXT, f"{min(enabled & set(_OTHERS))} starts at boot")


def _ufw(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, "/etc/ufw/ufw.conf")
    said = re.findall(r"(?mi)^[ \t]*ENABLED[ \t]*=[ \t]*[\"']?(\w+)", text_of(answer))
    return bool(said) and said[-1].lower() == "yes"


def _nft(answers: Answers) -> Value:
    files = [answers[name] for name in _NFT]
    texts = [text_of(a) for a in files if a.obstacle is None and a.exists]
    gaps = [a for a in files if a.obstacle is not None]
    if any("include" in text for text in map(_uncommented, texts)):
        asked = (["nftables_included"] if any(_INCLUDED in text for text in texts) else []) + _MORE
        gaps += [answers[name] for name in asked if answers[name].obstacle is not None]
        texts += [text for name in asked for text in _texts(name, answers[name])]
    whole = "\n".join(map(_uncommented, texts))
    if _nft_denies(whole):
        return True
    if gaps:
        return Missing(gaps[0].obstacle or Obstacle.FAILED, "the files of nftables")
    if "include" in whole:
        return Missing(Obstacle.IN_CONTEXT, "the files of nftables include others")
    return False


_MORE = ["nftables_more", "nftables_d"]


def _texts(name: str, answer: Answer) -> list[str]:
    """What an answer holds of the files that are included: one file, or a folder of them."""
    if answer.obstacle is not None or not answer.exists:
        return []
    if name not in _MORE:
        return [text_of(answer)]
    return [one.content.decode("utf-8", errors="replace") for one in tar.members(answer.stdout)]


def _uncommented(text: str) -> str:
    return re.sub(r"(?m)#.*$", "", text)


def _nft_denies(text: str) -> bool:
    """Whether a chain where packets come in turns something away, itself or by a jump."""
    has_deny = re.search(r"\b(?:drop|reject)\b", text) is not None
    for chain in _chains(text):
        if re.search(r"\bhook\s+(?:input|prerouting|ingress)\b", chain):
            denies = re.search(r"\b(?:drop|reject)\b", chain)
            if denies or (has_deny and re.search(r"\b(?:jump|goto)\b", chain)):
                return True
    return False


def _chains(text: str) -> Iterator[str]:
    """What stands between the braces of each chain; sets have braces of their own."""
    for found in re.finditer(r"\bchain\s+\S+\s*\{", text):
        depth, at = 1, found.end()
        while depth and (sign := re.compile(r"[{}]").search(text, at)):
            depth += 1 if sign[0] == "{" else -1
            at = sign.end()
        yield text[found.end() : at]


def _saved(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, "the saved rules of iptables")
    text = _uncommented(text_of(answer)) if answer.exists else ""
    has_deny = re.search(r"(?m)^-A (?!FORWARD|OUTPUT)\S+ .*-[jg] (?:DROP|REJECT)\b", text)
    return bool(has_deny or re.search(r"(?m)^:INPUT DROP\b", text))


def _own(answers: Answers) -> Value:
    """False where no own way is there, either."""
    for name in ("own_services", "own_scripts", "own_crontabs"):
        answer = answers[name]
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or name)
        if text_of(answer).strip():
            return Missing(Obstacle.IN_CONTEXT, _OWN_WAY)
        if "denied" in answer.stderr.decode("utf-8", errors="replace").lower():
            return Missing(Obstacle.DENIED, name)
    return False
