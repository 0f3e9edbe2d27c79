"""Fact `accounts.accounts`: everybody whom this host knows, and how each may get in.

A list of records: `name`, `uid`, `gid`, `shell`, `can_login` (the shell lets one work; keys and
passwords are not asked), `is_system` (a program's account: below UID_MIN of login.defs, not root,
or nobody), `is_person` (UID_MIN to UID_MAX), `is_admin` (uid 0, member of sudo, wheel, admin or
a group that equals root, such as docker, or somebody whom sudoers lets act as root), `password` (empty, set, locked: no password can match), `hash` (scheme, null without one),
`password_changed`, `must_change`, `min_days`, `max_days`, `warn_days`, `inactive_days`, `expires`
(shadow(5); null is none) and `last_login` (null: proved never). Read from the files of
passwd(5), group(5) and shadow(5); where nsswitch.conf names other sources that are in use, a
missing element says that the list is not whole. Keys in authorized_keys are not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attt.facts import groups, passwords, sudo_rights
from attt.facts.admin_groups import ASKS as ADMIN_ASKS
from attt.facts.admin_groups import AdminGroups
from attt.facts.groups import Groups
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, shared, text_of
from attt.facts.logins import ASKS as LOGIN_ASKS
from attt.facts.logins import Logins
from attt.facts.passwords import Password
from attt.facts.sources import USERDB, foreign
from attt.facts.sudo_rights import ASKS as SUDO_ASKS
from attt.facts.sudo_rights import Rights
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactRead, Origin
from attt.model.shape import Boolean, Instant, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_NO_SHELLS = frozenset({"nologin", "false", "true", "sync", "halt", "shutdown", "git-shell"})
_SHELL_FOLDERS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin"})
_NOBODY = frozenset({65_534, 65_535})
_ID = re.compile(r"[0-9]{1,10}")

_ACCOUNT = Record(
    {
        "name": Text(),
        "uid": Integer("uid"),
        "gid": Integer("gid"),
        "shell": Text(),
        "can_login": Boolean(),
        "is_system": Boolean(),
        "is_person": Boolean(),
        "is_admin": Boolean(),
        "password": Text(choices=("empty", "set", "locked")),
        "hash": Text(nullable=True),
        "password_changed": Instant(nullable=True),
        "must_change": Boolean(),
        "min_days": Integer("days", nullable=True),
        "max_days": Integer("days", nullable=True),
        "warn_days": Integer("days", nullable=True),
        "inactive_days": Integer("days", nullable=True),
        "expires": Instant(nullable=True),
        "last_login": Instant(nullable=True),
    },
    volatile=frozenset({"last_login"}),
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
        "shadow": ReadFile(
            path="/etc/shadow", privilege=Privilege.ROOT, cap_bytes=1 * MIB, redact="shadow"
        ),
        "group": ReadFile(path="/etc/group", cap_bytes=1 * MIB, redact="passwd"),
        "defs": ReadFile(path="/etc/login.defs"),
        "nsswitch": ReadFile(path="/etc/nsswitch.conf"),
        "sssd": Stat(paths=("/etc/sssd/sssd.conf", "/var/lib/sss/pipes/nss")),
        "userdb": Stat(paths=USERDB),
        **SUDO_ASKS,
        **LOGIN_ASKS,
        **ADMIN_ASKS,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What all accounts share while they are read."""

    shadow: Mapping[str, Password] | Missing
    groups: Groups | Missing
    rights: Rights
    admins: AdminGroups
    people: range
    logins: Logins


def _parse(answers: Answers, _params: Params) -> Fact:
    passwd = answers["passwd"]
    if (obstacle := obstacle_of(passwd)) is not None:
        return obstacle
    around = _around(answers)
    lines = [line for line in passwd.stdout.split(b"\n") if line.strip()]
    own = [line for line in lines if line[:1] not in {b"+", b"-", b"#"}]
    if not own:
        raise Unparsable("/etc/passwd holds no account")
    accounts: list[Value] = [_account(line, around) for line in own]
    if any(line[:1] in {b"+", b"-"} for line in lines):
        accounts.append(Missing(Obstacle.UNSUPPORTED, "/etc/passwd includes accounts from NIS"))
    accounts += foreign(answers["nsswitch"], answers["sssd"], answers["userdb"])
    return FactRead(
        value={"accounts": tuple(accounts)},
        assurance=Assurance.CONFIGURED,
        origin=Origin.EXPLICIT,
    )


def _around(answers: Answers) -> _Around:
    return _Around(
        shadow=_shadow(answers["shadow"]),
        groups=groups.read(answers["group"]),
        rights=sudo_rights.rights(answers),
        admins=AdminGroups(answers["root_like"]),
        people=_people(answers["defs"]),
        logins=Logins(answers),
    )


def _shadow(answer: Answer) -> Mapping[str, Password] | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "/etc/shadow")
    return passwords.parse(answer.stdout) if answer.exists else {}


def _people(defs: Answer) -> range:
    text = text_of(defs) if defs.obstacle is None else ""
    found = dict(re.findall(r"(?m)^\s*(UID_MIN|UID_MAX)[ \t]+([0-9]{1,10})\s*$", text))
    return range(int(found.get("UID_MIN", 1000)), int(found.get("UID_MAX", 60_000)) + 1)


def _account(line: bytes, around: _Around) -> dict[str, Value]:
    fields = line.decode("utf-8", errors="replace").split(":")
    if len(fields) < 7 or not (_ID.fullmatch(fields[2]) and _ID.fullmatch(fields[3])):
        raise Unparsable("a line of /etc/passwd has not 7 parts")
    name, uid, gid, shell = fields[0], int(fields[2]), int(fields[3]), fields[6].strip()
    is_person = uid in around.people and uid not in _NOBODY
    return {
        "name": name,
        "uid": uid,
        "gid": gid,
        "shell": shell or "/bin/sh",
        "can_login": lets_work(shell),
        "is_system": uid != 0 and (uid < around.people.start or uid in _NOBODY),
        "is_person": is_person,
        "is_admin": _is_admin(name, uid, gid, around),
        **_password(_password_of(name, line.split(b":", 2)[1], around)),
        "last_login": around.logins.last(name),
    }


def lets_work(shell: str) -> bool:
    """Only the system's own programs are known to turn people away; others only bear the name."""
    folder, _, program = shell.rpartition("/")
    turns_away = folder in _SHELL_FOLDERS and program in _NO_SHELLS
    return not turns_away and shell != "/dev/null"


def _is_admin(name: str, uid: int, gid: int, around: _Around) -> Value:
    groups = around.groups
    if isinstance(groups, Missing):
        return True if uid == 0 else groups
    mine = groups.of(name, gid)
    named = {name, f"#{uid}", "ALL", *(f"%{group}" for group in mine)}
    named |= {f"%#{n}" for n in groups.gids(name, gid)}
    by_group = around.admins.holds(mine)
    if uid == 0 or by_group is True or named & around.rights.names:
        return True
    return around.rights.unclear or by_group


def _password_of(name: str, field: bytes, around: _Around) -> Password | Missing:
    if field != b"x":
        state, known = passwords.state_of(field)
        return Password(state=state, hash=known)
    if isinstance(around.shadow, Missing):
        return around.shadow
    missing = Missing(Obstacle.CONTRADICTED, "no line in /etc/shadow")
    return around.shadow.get(name, missing)


def _password(password: Password | Missing) -> dict[str, Value]:
    if isinstance(password, Missing):
        names = ("password", "hash", "password_changed", "must_change", "min_days", "max_days")
        more = ("warn_days", "inactive_days", "expires")
        return dict.fromkeys((*names, *more), password)
    return {
        "password": password.state,
        "hash": password.hash,
        "password_changed": password.changed,
        "must_change": password.must_change,
        "min_days": password.min_days,
        "max_days": password.max_days,
        "warn_days": password.warn_days,
        "inactive_days": password.inactive_days,
        "expires": password.expires,
    }


ACCOUNTS = FactKind(
    id="accounts.accounts",
    title="Accounts of the host and how each may get in",
    shape=Record({"accounts": ListOf(_ACCOUNT)}),
    asks=_asks,
    parse=shared(_asks, _parse),
    version=3,
)
