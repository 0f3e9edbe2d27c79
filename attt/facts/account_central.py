"""Fact `accounts.central`: whether people's accounts come from a directory that serves many hosts.

`sources` is a list of records, one a way that is set up here: `name` (sssd, winbind, ldap, himmelblau,
os-login, ssh-authority), `provider` (of SSSD: ad, ipa, ldap …; null for the others), `gives_accounts`
(nsswitch.conf names it), `checks_logins` (a stack of PAM for people asks it) and `runs`; `is_whole`
where all three hold. An authority that signs SSH keys (TrustedUserCAKeys) counts by itself, where its
file in /etc/ssh holds a public key and sshd takes keys; a file elsewhere is not looked into. Whether
the directory answers is not asked: that would use the network.
Sources: nsswitch.conf(5), sssd.conf(5), pam_winbind(8), nslcd(8), sshd_config(5).
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from attt.facts import pam_stack, sshd, sshd_values
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_WAYS: Mapping[str, tuple[str, frozenset[str], str]] = {
    "sssd": ("sss", frozenset({"pam_sss"}), "sssd.service"),
    "winbind": ("winbind", frozenset({"pam_winbind"}), "winbind.service"),
    "ldap": ("ldap", frozenset({"pam_ldap"}), "nslcd.service"),
    "himmelblau": ("himmelblau", frozenset({"pam_himmelblau"}), "himmelblaud.service"),
    "os-login": ("oslogin", frozenset({"pam_oslogin_login"}), ""),
}
_STACKS = ("sshd", "login", "common-auth", "system-auth", "password-auth")
_REMOTE_PROVIDERS = frozenset({"ad", "ipa", "ldap", "idp"})
_KEY_FOLDER = "/etc/ssh"
_KEY = r"^[[:space:]]*(ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+[[:space:]]+AAAA[A-Za-z0-9+/]{30,}"
_SETTING = r"^[[:space:]]*(\[[^]]+\]|(id_provider|enabled|domains)[[:space:]]*=.*)"
_SOURCE = Record(
    {
        "name": Text(),
        "provider": Text(nullable=True),
        "gives_accounts": Boolean(),
        "checks_logins": Boolean(),
        "runs": Boolean(),
        "is_whole": Boolean(),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    units = tuple(unit for _, _, unit in _WAYS.values() if unit)
    return {
        "nsswitch": ReadFile(path="/etc/nsswitch.conf"),
        "sssd_conf": Command(
            argv=("/bin/grep", "-rhE", _SETTING, "/etc/sssd/sssd.conf", "/etc/sssd/conf.d"),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 2),
        ),
        "units": Command(argv=("systemctl", "show", "-p", "Id,ActiveState", *units)),
        # How many public keys each file holds: what else is there may be secret.
        "authorities": Command(
            argv=("/bin/grep", "-RcHE", "-e", _KEY, "--", _KEY_FOLDER),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 2),
        ),
        "sshd": sshd.SETTINGS.asks({})["settings"],
        **pam_stack.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["nsswitch"])) is not None:
        return obstacle
    named = _named(answers["nsswitch"])
    modules, running = _modules(answers), _running(answers["units"])
    found: list[Value] = []
    for name, (source, wanted, unit) in _WAYS.items():
        gives = source in named
        checks = modules if isinstance(modules, Missing) else bool(modules & wanted)
        if not gives and checks is not True:
            continue
        provider = _provider(answers["sssd_conf"]) if name == "sssd" else None
        runs = running if isinstance(running, Missing) else not unit or unit in running
        found.append(_source(name, provider, gives, checks, runs))
    found += _authority(answers["sshd"], answers["authorities"])
    return FactRead(value={"sources": tuple(found)}, assurance=Assurance.CONFIGURED)


def _source(name: str, provider: Value, gives: Value, checks: Value, runs: Value) -> Value:
    parts: list[Value] = [gives, checks, runs]
    if name == "sssd":
        is_remote = provider if isinstance(provider, Missing) else provider in _REMOTE_PROVIDERS
        parts.append(is_remote)
    gaps = (part for part in parts if isinstance(part, Missing))
    return {
        "name": name,
        "provider": provider,
        "gives_accounts": gives,
        "checks_logins": checks,
        "runs": runs,
        "is_whole": False if False in parts else next(gaps, True),
    }


def _named(answer: Answer) -> frozenset[str]:
    lines = re.findall(r"(?m)^[ \t]*passwd[ \t]*:([^#\n]*)", text_of(answer))
    return frozenset(re.sub(r"\[[^]]*\]", " ", " ".join(lines)).split())


def _modules(answers: Answers) -> frozenset[str] | Missing:
    """The modules that check people's logins."""
    for name in pam_stack.ASKS:
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "PAM")
    services = pam_stack.read(answers)
    try:
        lines = [
            line for name in _STACKS if services.has(name) for line in services.stack(name, "auth")
        ]
    except Unparsable as error:
        return Missing(Obstacle.UNPARSABLE, str(error))
    return frozenset(line.module for line in lines)


def _running(answer: Answer) -> frozenset[str] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemctl")
    blocks = text_of(answer).split("\n\n")
    pairs = (dict(line.split("=", 1) for line in b.splitlines() if "=" in line) for b in blocks)
    return frozenset(p.get("Id", "") for p in pairs if p.get("ActiveState") == "active")


def _provider(answer: Answer) -> Value:
    """The provider of the domains that SSSD serves; a remote one before others, null without any."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/etc/sssd/sssd.conf")
    found = list(_providers(text_of(answer).split("\n")))
    remote = [one for one in found if one in _REMOTE_PROVIDERS]
    return next(iter((*remote, *found)), None)


def _providers(lines: Iterable[str]) -> Iterator[str]:
    domain, enabled, providers = "", [], {}
    for line in (one.strip() for one in lines):
        if section := re.fullmatch(r"\[(?:domain/)?([^]]+)\]", line):
            domain = section[1].lower()
        elif said := re.fullmatch(r"(\w+)\s*=\s*(.*)", line):
            if said[1] == "id_provider":
                providers[domain] = said[2].strip().lower()
            elif said[1] == "domains" and domain == "sssd":
                enabled += [name.strip().lower() for name in said[2].split(",")]
            elif said[1] == "enabled" and said[2].strip().lower() == "true":
                enabled.append(domain)
    yield from (provider for name, provider in providers.items() if name in enabled)


def _authority(answer: Answer, counts: Answer) -> list[Value]:
    """Accounts that certificates of one authority open; nothing where no SSH server tells."""
    if answer.obstacle is not None:
        return []
    settings = sshd_values.dump(text_of(answer))
    said = settings.get("trustedusercakeys", ("none",))[0]
    if said in {"none", ""}:
        return []
    takes = "no" not in settings.get("pubkeyauthentication", ())
    return [_source("ssh-authority", None, True, takes and _has_key(said, counts), True)]


def _has_key(path: str, counts: Answer) -> Value:
    """Whether a file holds a public key; one that grep does not name is not there."""
    file = posixpath.normpath(path)
    if file == "/dev/null":
        return False
    if not file.startswith(f"{_KEY_FOLDER}/") or ".." in path:
        return Missing(Obstacle.IN_CONTEXT, f"keys stand in another place: {path[:60]}")
    if counts.obstacle is not None:
        return Missing(counts.obstacle, counts.detail or _KEY_FOLDER)
    rows = dict(re.findall(r"(?m)^(/.*):([0-9]{1,9})$", text_of(counts)))
    if file in rows:
        return int(rows[file]) > 0
    said = counts.stderr.decode("utf-8", errors="replace")
    if not rows or f"{file}:" in said.replace(f"{file}: No such file or directory", ""):
        return Missing(Obstacle.FAILED, f"not read: {path[:60]}")
    return False


CENTRAL = FactKind(
    id="accounts.central",
    title="Whether accounts come from a directory that serves many hosts",
    shape=Record({"sources": ListOf(_SOURCE)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
