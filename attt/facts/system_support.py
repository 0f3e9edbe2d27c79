"""Fact `system.support`: which system this is, and which offers of security fixes hold for it.

`name` is the system's own name, `product` what tables of dates call it ("debian 12", "rhel 8": the
major version where fixes follow it). `offers` are the product itself and each extension that the
host shows: "debian 12 lts" (free, for four architectures), "debian 10 elts", "ubuntu 18.04 pro",
"rhel 7 els", "sles 15.4 ltss"; an element is missing where nobody could tell. When an offer ends
stands in no fact: rules look it up.
Sources: os-release(5), sources.list(5), the Debian LTS project, pro(1), dnf.conf(5), zypper(8).
"""

import re
from collections.abc import Iterator, Mapping

from attt.facts import package_sources, stat
from attt.facts.kind import Answers, FactKind, Params, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_TOKEN = "/var/lib/ubuntu-advantage/private/machine-token.json"  # noqa: S105 - a path, never read
_MAJOR = frozenset({"rhel", "rocky", "almalinux", "centos", "ol"})
_LTS = frozenset({"amd64", "i386", "arm64", "armhf"})
_EXTENDED = {
    "debian": ("elts", re.compile(r"extended-lts", re.IGNORECASE)),
    "ubuntu": ("pro", re.compile(r"esm\.ubuntu\.com|-infra-security|UbuntuESM", re.IGNORECASE)),
    "rhel": ("els", re.compile(r"\bels\b|-els-", re.IGNORECASE)),
    "sles": ("ltss", re.compile(r"ltss", re.IGNORECASE)),
}
SHAPE = Record({"name": Text(), "product": Text(), "offers": ListOf(Text())})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "system": ReadFile(path="/etc/os-release"),
        "architecture": Command(
            argv=("dpkg", "--print-architecture"), platforms=("debian", "ubuntu")
        ),
        "token": Stat(paths=(_TOKEN,), privilege=Privilege.ROOT),
        **package_sources.SOURCES.asks({}),
    }


def _parse(answers: Answers, params: Params) -> Fact:
    system = answers["system"]
    if system.obstacle is not None or not system.exists:
        return missed(system.obstacle or Obstacle.FAILED, system.detail or "/etc/os-release")
    said = _fields(text_of(system))
    word, version = _id(said), said.get("VERSION_ID", "")
    if not word or not re.fullmatch(r"[\w.-]{1,20}", version, re.ASCII):
        return missed(Obstacle.UNPARSABLE, "ID and VERSION_ID of /etc/os-release")
    product = f"{word} {_release(word, version)}"
    more = (*_lts(word, answers["architecture"]), *_extended(word, answers, params))
    offers = (product, *(f"{product} {one}" if isinstance(one, str) else one for one in more))
    value: Value = {"name": said.get("PRETTY_NAME", product), "product": product, "offers": offers}
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


def _fields(text: str) -> Mapping[str, str]:
    pairs = re.findall(r"(?m)^[ \t]*([A-Z_]+)=([^\n]*)$", text)
    return {name: value.strip().strip("\"'") for name, value in pairs}


def _id(said: Mapping[str, str]) -> str:
    """The word of the product: CentOS Stream is another one than CentOS Linux was."""
    word = said.get("ID", "").lower()
    if not re.fullmatch(r"[a-z0-9._-]{1,30}", word):
        return ""
    is_stream = word == "centos" and "stream" in said.get("NAME", "").lower()
    return "centos-stream" if is_stream else {"sles_sap": "sles"}.get(word, word)


def _release(word: str, version: str) -> str:
    """The part of the version that support follows: major, or major and minor."""
    parts = version.split(".")
    return parts[0] if word in _MAJOR else ".".join(parts[:2])


def _lts(word: str, architecture: Answer) -> Iterator[str | Missing]:
    if word != "debian":
        return
    if architecture.obstacle is not None:
        yield Missing(architecture.obstacle, "dpkg --print-architecture")
    elif text_of(architecture).strip() in _LTS:
        yield "lts"


def _extended(word: str, answers: Answers, params: Params) -> Iterator[str | Missing]:
    """The paid extension, where its packages are among the host's sources."""
    if word not in _EXTENDED:
        return
    name, pattern = _EXTENDED[word]
    fact = package_sources.SOURCES.parse(answers, params)
    if not isinstance(fact, FactRead):
        yield Missing(Obstacle.FAILED, "the sources of packages")
        return
    value = fact.value
    sources = value["sources"] if isinstance(value, Mapping) else ()
    listed = sources if isinstance(sources, tuple) else ()
    found = [s for s in listed if isinstance(s, Mapping) and _is_of(s, pattern)]
    if any("esm.ubuntu.com" not in str(s["address"]) for s in found):
        yield name
    elif found:
        yield from _attached(name, answers["token"])
    elif gaps := [s for s in listed if isinstance(s, Missing)]:
        yield gaps[0]


def _is_of(source: Mapping[str, Value], pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(f"{source['name']} {source['address']}"))


def _attached(name: str, token: Answer) -> Iterator[str | Missing]:
    """Ubuntu's own archive of extended fixes serves only hosts that hold its token."""
    looked = stat.parse(token) if token.obstacle is None else stat.Looked()
    if _TOKEN in looked.found:
        yield name
    elif _TOKEN not in looked.absent:
        yield Missing(token.obstacle or Obstacle.DENIED, "whether Ubuntu Pro is attached")


SUPPORT = FactKind(
    id="system.support",
    title="System and its offers of security fixes",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
