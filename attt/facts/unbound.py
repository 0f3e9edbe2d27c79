"""What unbound does for whom, by `unbound-checkconf -o`: unbound.conf(5)."""

import re

from attt.facts import daemons, networks
from attt.facts.daemons import Process
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing, Value

_CHECK = "/usr/sbin/unbound-checkconf"
_OPTIONS = (
    *("access-control", "hide-version", "module-config", "auto-trust-anchor-file"),
    *("trust-anchor-file", "log-queries"),
)
ASKS: dict[str, Ask] = {
    f"unbound_{name}": Command(argv=(_CHECK, "-o", name), privilege=Privilege.ROOT)
    for name in _OPTIONS
}


def settings(process: Process | None, answers: Answers) -> dict[str, Value] | Missing:
    """The fields of the server."""
    if process and daemons.word_after(process, "-c") not in {None, "/etc/unbound/unbound.conf"}:
        return Missing(Obstacle.IN_CONTEXT, "unbound runs on another file")
    said: dict[str, str] = {}
    for name in _OPTIONS:
        answer = answers[f"unbound_{name}"]
        if answer.obstacle is not None:
            return Missing(answer.obstacle, answer.detail or "unbound-checkconf")
        said[name] = text_of(answer).strip()
    modules = said["module-config"].split()
    anchored = bool(said["auto-trust-anchor-file"] or said["trust-anchor-file"])
    return {
        "recurses": True,
        "recurses_for_all": _for_all(said["access-control"]),
        "gives_zones_to_all": False,
        "hides_version": said["hide-version"] == "yes",
        "checks_signatures": "validator" in modules and anchored,
        "filters_names": "respip" in modules
        or Missing(Obstacle.UNSUPPORTED, "names that local-zone refuses"),
        "logs_queries": said["log-queries"] == "yes",
    }


def _for_all(text: str) -> bool:
    """Without lines that take in everybody, only the host itself is answered."""
    return networks.is_one_for_everybody(re.findall(r"(?m)^(\S+)\s+allow", text))
