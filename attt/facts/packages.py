"""Fact `packages.installed`: every package that the host's own package manager has installed.

`manager` (dpkg, rpm, apk) and `entries`, one record a package and architecture, in the manager's
own order: `name`, `version` (whole: epoch, version, revision), `arch` and `source` (the source
package that it was built from; null where not told). Only packages that are fully installed count:
removed ones whose settings stay are left out, one that is half installed leaves a missing element.
Software that no package manager brought (snap, containers, /opt, pip) is not seen.
Sources: dpkg-query(1), rpm(8), apk(8).
"""

from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

RPM_PLATFORMS = (
    *("rhel", "fedora", "centos", "rocky", "almalinux", "ol", "amzn", "suse", "opensuse"),
    *("sles", "openEuler", "anolis", "mageia", "photon", "azurelinux", "mariner"),
)
"""Words of os-release under which rpm is the host's own: elsewhere it may make a database."""

_DPKG = "${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\n"
_RPM = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n"
_WHOLE = frozenset({"i ", "W ", "t "})  # installed; only triggers of it or of others still wait
_GONE = frozenset("nc")

ENTRY = Record(
    {"name": Text(), "version": Text(), "arch": Text(nullable=True), "source": Text(nullable=True)}
)
SHAPE = Record({"manager": Text(choices=("dpkg", "rpm", "apk")), "entries": ListOf(ENTRY)})


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "dpkg": Command(argv=("dpkg-query", "-W", "-f", _DPKG), cap_bytes=2**21),
        "rpm": Command(
            argv=("rpm", "-qa", "--qf", _RPM),
            platforms=RPM_PLATFORMS,
            cap_bytes=2**21,
            timeout_s=30,
        ),
        "apk": Command(argv=("apk", "list", "--installed", "--no-network"), platforms=("alpine",)),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    for manager, read in (("rpm", _of_rpm), ("apk", _of_apk), ("dpkg", _of_dpkg)):
        answer = answers[manager]
        if answer.obstacle is None and (entries := read(text_of(answer))):
            return FactRead(
                value={"manager": manager, "entries": tuple(entries)},
                assurance=Assurance.CONFIGURED,
            )
    return _why(*(answers[name] for name in ("dpkg", "rpm", "apk")))


def _why(*answers: Answer) -> Fact:
    """The reason that says most: a manager that is there and failed, rather than none."""
    silent = {Obstacle.NO_TOOL, Obstacle.UNSUPPORTED}
    told = [a for a in answers if a.obstacle not in silent]
    for answer in told:
        if answer.obstacle is not None:
            return missed(answer.obstacle, answer.detail)
    if told:
        return missed(Obstacle.UNPARSABLE, "the package manager names no package")
    return missed(Obstacle.NO_TOOL, "dpkg-query, rpm, apk")


def _of_dpkg(text: str) -> list[Value]:
    entries: list[Value] = []
    for line in text.split("\n"):
        if not line:
            continue
        parts = line.split("\t")
        if len(parts) != 5 or len(parts[0]) != 3:
            raise Unparsable("a line of dpkg-query can't be read")
        status, name, version, arch, source = parts
        if status[1:] in _WHOLE:
            entries.append(
                {"name": name, "version": version, "arch": arch, "source": source or None}
            )
        elif status[1] not in _GONE:
            entries.append(Missing(Obstacle.IN_CONTEXT, f"half installed: {name[:60]}"))
    return entries


def _of_rpm(text: str) -> list[Value]:
    entries: list[Value] = []
    for line in text.split("\n"):
        if not line:
            continue
        parts = line.split("\t")
        if len(parts) != 4:
            raise Unparsable("a line of rpm can't be read")
        name, version, arch, source = parts
        if name != "gpg-pubkey":  # a key that signs packages, kept in the same database
            entries.append(
                {
                    "name": name,
                    "version": version,
                    "arch": None if arch == "(none)" else arch,
                    "source": source.rsplit("-", 2)[0] if source.endswith(".rpm") else None,
                }
            )
    return entries


def _of_apk(text: str) -> list[Value]:
    entries: list[Value] = []
    for line in text.split("\n"):
        words = line.split()
        if not words or words[0] == "WARNING:":
            continue
        parts = words[0].rsplit("-", 2)
        if len(words) < 3 or len(parts) != 3 or not words[2].startswith("{"):
            raise Unparsable("a line of apk can't be read")
        entries.append(
            {
                "name": parts[0],
                "version": f"{parts[1]}-{parts[2]}",
                "arch": words[1],
                "source": words[2].strip("{}") or None,
            }
        )
    return entries


INSTALLED = FactKind(
    id="packages.installed",
    title="Installed packages",
    shape=SHAPE,
    asks=_asks,
    parse=_parse,
)
