"""Fact `sshd.settings`: what the OpenSSH server does for everybody who connects.

Values are those of `sshd -T` (root), in its own words and lower case, resolved from all files.
A keyword that a Match block sets otherwise for some connections is missing (in_context): the
general value would promise something that does not hold for all. Options on the command line of
the running daemon win over the files; where it runs on another file, has not read the last change
of its files, or another SSH server runs beside it, nothing is said.
Source: sshd(8), sshd_config(5).
"""

from attt.facts import sshd_absent, sshd_running, sshd_values, tar
from attt.facts.kind import (
    Answers,
    FactKind,
    Params,
    Unparsable,
    obstacle_of,
    shared,
    text_of,
)
from attt.facts.login_files import SUSE
from attt.facts.sshd_config import CommandLine, Written, read
from attt.facts.sshd_running import CONFIG, CONFIG_TREE, VENDOR_CONFIG, VENDOR_TREE
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.fact import Assurance, Fact, FactMissed, FactRead, Origin
from attt.model.value import Missing, Value

SSHD = "/usr/sbin/sshd"
_CONTEXT = "user=root,host=localhost,addr=127.0.0.1"
_NEVER_IN_MATCH = frozenset(
    {
        *("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "usepam", "port"),
        *("logingracetime", "permituserenvironment", "strictmodes", "startups_begin"),
        *("startups_rate", "startups_full"),
    }
)


FILES: dict[str, Ask] = {
    "config": ReadFile(path=CONFIG, privilege=Privilege.ROOT),
    "tree": ReadTree(path=CONFIG_TREE, glob="*.conf", privilege=Privilege.ROOT),
    "policy": ReadFile(path="/etc/crypto-policies/back-ends/opensshserver.config"),
    "vendor": ReadFile(path=VENDOR_CONFIG, privilege=Privilege.ROOT, platforms=SUSE),
    "vendor_tree": ReadTree(
        path=VENDOR_TREE, glob="*.conf", privilege=Privilege.ROOT, platforms=SUSE
    ),
}
_VENDOR = ("vendor", "vendor_tree")
_SKIPPED = frozenset({Obstacle.UNSUPPORTED, Obstacle.NOT_COLLECTED})
_POLICY_SETS = ("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "pubkeyacceptedalgorithms")


def _asks(_params: Params) -> dict[str, Ask]:
    root = Privilege.ROOT
    return {
        "settings": Command(argv=(SSHD, "-T"), privilege=root),
        "context": Command(argv=(SSHD, "-T", "-C", _CONTEXT), privilege=root),
        **FILES,
        "binaries": Stat(paths=(SSHD, "/sbin/sshd", "/usr/local/sbin/sshd", CONFIG)),
        "ports": Command(argv=("cat", "/proc/net/tcp", "/proc/net/tcp6"), statuses=(0, 1)),
        **sshd_running.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if absent := sshd_absent.proved(answers):
        return absent
    if (obstacle := obstacle_of(answers["settings"]) or unread(answers)) is not None:
        return obstacle
    started = sshd_running.started(answers)
    if isinstance(started, FactMissed):
        return started
    written = read(texts(answers), has_vendor=answers["vendor_tree"].obstacle is None)
    dump = sshd_values.dump(text_of(answers["settings"]))
    if "permitrootlogin" not in dump:
        raise Unparsable("sshd -T prints no PermitRootLogin")
    values = sshd_values.typed(dump)
    changed = _changed_by_context(answers["context"], values) | _written_in_match(written, values)
    for name in values.keys() & changed:
        values[name] = Missing(Obstacle.IN_CONTEXT, "a Match block sets it for some connections")
    values.update(_changed_policy(answers["policy_newer"]))
    values.update(sshd_values.overrides(dict(started.settings)))
    values["idle_minutes"] = sshd_values.idle_minutes(values, dump)
    return FactRead(
        value={name: value for name, value in values.items() if name != "channeltimeout"},
        assurance=Assurance.RESOLVED,
        origins=_origins(written, started, values),
    )


def unread(answers: Answers) -> FactMissed | None:
    """Why one of sshd's files was not read; the vendor's count where the platform has them."""
    vendor = (a for a in map(answers.__getitem__, _VENDOR) if a.obstacle not in _SKIPPED)
    return obstacle_of(answers["config"], answers["tree"], *vendor)


def texts(answers: Answers) -> list[str]:
    """The texts of sshd's files: the office's, or else the vendor's, and what they include."""
    main = "config" if answers["config"].exists else "vendor"
    there = (n for n in (main, "policy") if answers[n].exists and answers[n].obstacle is None)
    found = [text_of(answers[name]) for name in there]
    for name in ("tree", "vendor_tree"):
        if answers[name].exists and answers[name].obstacle is None:
            files = (m for m in tar.members(answers[name].stdout) if m.name.endswith(".conf"))
            found += [member.content.decode("utf-8", errors="replace") for member in files]
    return found


def _changed_policy(newer: Answer) -> dict[str, Value]:
    """Gaps for what a crypto policy sets, where it was changed after the daemon had read it."""
    if newer.obstacle in _SKIPPED or (newer.obstacle is None and not newer.stdout.strip()):
        return {}
    why = "sshd runs without the last change of the system's crypto policy"
    gap = Missing(newer.obstacle or Obstacle.CONTRADICTED, why)
    return dict.fromkeys(_POLICY_SETS, gap)


def _written_in_match(written: Written, values: dict[str, Value]) -> set[str]:
    if written.unseen:
        return set(values) - _NEVER_IN_MATCH
    return {
        sshd_values.name_of(keyword)
        for keyword, given in written.in_match.items()
        if any(sshd_values.said(keyword, text) != _value(values, keyword) for text in given)
    }


def _value(values: dict[str, Value], keyword: str) -> Value:
    return values.get(sshd_values.name_of(keyword))


def _changed_by_context(answer: Answer, values: dict[str, Value]) -> set[str]:
    if answer.obstacle is not None:
        return set()
    there = sshd_values.typed(sshd_values.dump(text_of(answer)))
    return {name for name in values if values[name] != there[name]}


def _origins(written: Written, started: CommandLine, values: dict[str, Value]) -> dict[str, Origin]:
    keywords = written.everywhere | written.in_match.keys() | dict(started.settings).keys()
    explicit = {name for keyword in keywords for name in sshd_values.fields_of(keyword)}
    if explicit & {"clientaliveinterval", "channeltimeout"}:
        explicit.add("idle_minutes")
    silent = Origin.UNKNOWN if written.unseen else Origin.DEFAULT
    return {name: Origin.EXPLICIT if name in explicit else silent for name in values}


SETTINGS = FactKind(
    id="sshd.settings",
    title="OpenSSH server settings in force",
    shape=sshd_values.SHAPE,
    asks=_asks,
    parse=shared(_asks, _parse),
    version=4,
)
