"""dnsmasq's settings: `name=value` in its files and `--name=value` on its command line: dnsmasq(8)."""

import re
from collections.abc import Iterator, Mapping

from attt.facts import daemons, tar
from attt.facts.daemons import Process
from attt.facts.kind import Answers, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Privilege, ReadFile, ReadTree
from attt.model.value import Missing, Value

_FILE, _TREE = "/etc/dnsmasq.conf", "/etc/dnsmasq.d"
ASKS: dict[str, Ask] = {
    "dnsmasq": ReadFile(path=_FILE, privilege=Privilege.ROOT),
    "dnsmasq_tree": ReadTree(path=_TREE, privilege=Privilege.ROOT),
}
_SHORT = {"-i": "interface", "-a": "listen-address", "-S": "server", "-q": "log-queries"}
_SHORT |= {"-R": "no-resolv", "-F": "dhcp-range", "-p": "port", "-r": "resolv-file"}
_LEFT_OUT = (".dpkg-dist", ".dpkg-old", ".dpkg-new", ".rpmnew", ".rpmsave", ".rpmorig", "~")

Said = Mapping[str, tuple[str, ...]]


def said(process: Process | None, answers: Answers) -> Said | Missing:
    """Every option and its values, of the files and of the command line."""
    if process and daemons.word_after(process, "-C", "--conf-file") not in {None, _FILE}:
        return Missing(Obstacle.IN_CONTEXT, "dnsmasq runs on another file")
    for name in ASKS:
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "dnsmasq's files")
    texts = [text_of(answers["dnsmasq"])] if answers["dnsmasq"].exists else []
    if answers["dnsmasq_tree"].exists:
        members = tar.members(answers["dnsmasq_tree"].stdout)
        texts += [
            member.content.decode("utf-8", errors="replace")
            for member in members
            if not member.name.endswith(_LEFT_OUT) and not member.name.startswith((".", "#"))
        ]
    found: dict[str, tuple[str, ...]] = {}
    for name, value in (*_of_files(texts), *(_of_words(process) if process else ())):
        found[name] = (*found.get(name, ()), value)
    elsewhere = set(found.get("conf-file", ())) | {
        one.split(",", 1)[0] for one in found.get("conf-dir", ())
    }
    others = {one.rstrip("/") for one in elsewhere} - {_TREE, _FILE, ""}
    if others or "servers-file" in found:
        return Missing(
            Obstacle.UNSUPPORTED, f"dnsmasq also reads {min(others, default='a list')[:60]}"
        )
    return found


def _of_files(texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for raw in text.splitlines():
            line = re.sub(r"(?:^|\s)#.*", "", raw).strip()
            if line:
                name, _, value = line.partition("=")
                yield name.strip().lower(), value.strip()


def _of_words(process: Process) -> Iterator[tuple[str, str]]:
    for word in process.words[1:]:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            yield name.lower(), value
        elif word[:2] in _SHORT:
            yield _SHORT[word[:2]], word[2:]


def settings(process: Process | None, answers: Answers) -> dict[str, Value] | Missing:
    """The fields of the server as one that answers for names."""
    found = said(process, answers)
    if isinstance(found, Missing):
        return found
    return {
        "recurses": found.get("port", ("53",))[-1] != "0",
        "recurses_for_all": _for_all(found),
        "gives_zones_to_all": False,
        "hides_version": "no-ident" in found,
        "checks_signatures": "dnssec" in found,
        "filters_names": bool({"address", "addn-hosts"} & found.keys()),
        "logs_queries": "log-queries" in found,
    }


def _for_all(found: Said) -> Value:
    """Its only limit by address is local-service, which a named interface switches off."""
    if {"interface", "listen-address", "except-interface", "auth-server"} & found.keys():
        return Missing(Obstacle.IN_CONTEXT, "who reaches the interfaces that dnsmasq answers on")
    return "local-service" not in found


def upstreams(process: Process | None, answers: Answers) -> tuple[str, ...] | Missing:
    """The servers that it asks, where it names them itself."""
    found = said(process, answers)
    if isinstance(found, Missing):
        return found
    named = [
        one.rsplit("/", 1)[-1].split("#", 1)[0].split("@", 1)[0] for one in found.get("server", ())
    ]
    if "no-resolv" in found and any(named):
        return tuple(dict.fromkeys(one for one in named if one))
    return Missing(Obstacle.UNSUPPORTED, "the servers that dnsmasq takes from elsewhere")
