"""What inetd and xinetd start when somebody connects: inetd.conf(5), xinetd.conf(5)."""

import re
from collections.abc import Iterator

from attt.facts import tar
from attt.facts.kind import Answers, text_of
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.value import Missing

ASKS: dict[str, Ask] = {
    "inetd": ReadFile(path="/etc/inetd.conf", privilege=Privilege.ROOT),
    "inetd_tree": ReadTree(path="/etc/inetd.d", privilege=Privilege.ROOT),
    "xinetd": ReadFile(path="/etc/xinetd.conf", privilege=Privilege.ROOT),
    "xinetd_tree": ReadTree(path="/etc/xinetd.d", privilege=Privilege.ROOT),
}
DAEMONS = {
    "inetd": ("inetd", "inetd_tree"),
    "inetutils-inetd": ("inetd", "inetd_tree"),
    "xinetd": ("xinetd", "xinetd_tree"),
}
"""The settings that each daemon reads, by the name of its process."""
_TYPES = frozenset({"stream", "dgram", "raw", "rdm", "seqpacket"})
_BLOCK = re.compile(r"(?ms)^[ \t]*(service[ \t]+(\S+)|defaults)\s*\{(.*?)^[ \t]*\}")
_PAIR = re.compile(r"(?m)^[ \t]*(\w+)[ \t]*[+-]?=[ \t]*(.*?)[ \t]*$")


def started(running: set[str], answers: Answers) -> set[str] | Missing:
    """Names of the programs that the daemons among `running` start; Missing where unread."""
    found: set[str] = set()
    for daemon in running & DAEMONS.keys():
        texts: list[str] = []
        for name in DAEMONS[daemon]:
            if (obstacle := answers[name].obstacle) is not None:
                return Missing(obstacle, answers[name].detail or f"the settings of {daemon}")
            if answers[name].exists:
                texts += _texts(name, answers)
        found |= set(_of_xinetd(texts) if daemon == "xinetd" else _of_inetd(texts))
    return found


def _texts(name: str, answers: Answers) -> list[str]:
    if not name.endswith("_tree"):
        return [text_of(answers[name])]
    files = tar.members(answers[name].stdout)
    return [m.content.decode("utf-8", errors="replace") for m in files if _is_read(name, m.name)]


def _is_read(tree: str, name: str) -> bool:
    """Left out by xinetd: names with a dot, and with a tilde at the end."""
    return tree != "xinetd_tree" or not ("." in name or name.endswith("~"))


def _of_inetd(texts: list[str]) -> Iterator[str]:
    """`service type protocol wait user server arguments`: tcpd's first argument is a server too."""
    for line in "\n".join(texts).splitlines():
        words = line.split("#", 1)[0].split()
        if len(words) > 5 and words[1] in _TYPES:
            yield from (word.rsplit("/", 1)[-1] for word in words[5:8])


def _of_xinetd(texts: list[str]) -> Iterator[str]:
    blocks = [found for text in texts for found in _BLOCK.findall(text)]
    general = [dict(_PAIR.findall(body)) for _, name, body in blocks if not name]
    off = {word for one in general for word in one.get("disabled", "").split()}
    on = {word for one in general for word in one.get("enabled", "").split()}
    for _, name, body in blocks:
        pairs = dict(_PAIR.findall(body))
        label = pairs.get("id", name)
        is_off = pairs.get("disable", "no").lower() == "yes" or label in off
        if name and not is_off and (not on or label in on):
            words = f"{pairs.get('server', '')} {pairs.get('server_args', '')}".split()
            yield from (word.rsplit("/", 1)[-1] for word in words[:2])
