"""Fact `login.factors`: how many kinds of proof each account must give to get in, way by way.

`ways` is a list of records, one an account and a place: `account`, `place` (ssh, or a service of
PAM: login, a display manager …), `is_admin` (uid 0, member of sudo, wheel, admin or a group that
equals root, such as docker, or somebody who may do more by sudo than commands written out in full),
`is_remote` and `factors`: the least number of different kinds (a key, a password, a token or its
code) that any way in asks for, 2 at most. A public key alone is one, with a PIN asked by the token
itself (FIDO keys with verify-required) two. Null is a place where nothing of the account can match.
`expires` is the account's end (null: none). What a RADIUS server (besides a password) or an unknown
module asks for is missing, and so is a token that is not asked for at times: while Duo is away, for
a while after a code. Sources: sshd_config(5) AuthenticationMethods, pam.conf(5).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attt.facts import accounts, groups, pam_factors, pam_stack, sshd, sshd_contexts, sudo_policy
from attt.facts.admin_groups import AdminGroups
from attt.facts.groups import Groups
from attt.facts.key_access import ASKS as KEY_ASKS
from attt.facts.key_access import KeyAccess, Person, people
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.facts.login_ways import Claim, by_pam, by_ssh, least
from attt.facts.pam_stack import Services
from attt.facts.sshd_contexts import Contexts
from attt.facts.user_keys import Key
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.fact import Assurance, Fact, FactMissed, FactRead
from attt.model.shape import Boolean, Instant, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_REMOTE = ("cockpit", "xrdp-sesman", "webmin")
_LOCAL = (
    "login",
    "gdm-password",
    "lightdm",
    "sddm",
    "kde",
    "lxdm",
    "xdm",
    "wdm",
    "slim",
    "ly",
    "greetd",
)
_LOCKED = "locked"
_EMPTY = "empty"  # who gives an empty password proves nothing
_DUO = r"^[[:space:]]*(failmode|groups?)[[:space:]]*="
_ANY_KEY = Key(
    kind="ed25519", bits=256, owner=None, is_bound=False, is_authority=False, asks_person=False
)
_WAY = Record(
    {
        "account": Text(),
        "place": Text(),
        "is_admin": Boolean(),
        "is_remote": Boolean(),
        "factors": Integer("factors", nullable=True),
        "expires": Instant(nullable=True),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        **accounts.ACCOUNTS.asks({}),
        **KEY_ASKS,
        **pam_stack.ASKS,
        **sudo_policy.POLICY.asks({}),
        # Nothing but these two settings: the file holds the keys of Duo.
        "duo": Command(
            argv=("/bin/grep", "-HE", _DUO, *pam_factors.CLOSED_BY),
            privilege=Privilege.ROOT,
            statuses=(0, 1, 2),
        ),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Host:
    """How the host lets people in; `contexts` is None where it has no SSH server."""

    contexts: Contexts | Missing | None
    services: Services | Missing
    members: Groups | Missing
    keys: KeyAccess
    closed: frozenset[str]


def _parse(answers: Answers, _params: Params) -> Fact:
    known = accounts.ACCOUNTS.parse(answers, {})
    if not isinstance(known, FactRead) or not isinstance(known.value, Mapping):
        return known
    host = _Host(
        contexts=_contexts(answers),
        services=_services(answers),
        members=groups.read(answers["group"]),
        keys=KeyAccess(answers),
        closed=_closed(answers["duo"]),
    )
    persons, admins = people(answers["passwd"]), _Admins(answers)
    found: list[Value] = []
    listed = known.value["accounts"]
    for one in listed if isinstance(listed, tuple) else ():
        if not isinstance(one, Mapping):
            found.append(one)
        elif one["can_login"] is True:
            found += _ways(one, persons[str(one["name"])], host, admins)
    return FactRead(value={"ways": tuple(found)}, assurance=Assurance.CONFIGURED)


def _contexts(answers: Answers) -> Contexts | Missing | None:
    settings = sshd.SETTINGS.parse(answers, {})
    if isinstance(settings, FactMissed):
        return Missing(settings.obstacle, settings.detail)
    return sshd_contexts.read(answers) if isinstance(settings, FactRead) else None


def _services(answers: Answers) -> Services | Missing:
    for name in pam_stack.ASKS:
        if (obstacle := answers[name].obstacle) is not None:
            return Missing(obstacle, answers[name].detail or "PAM")
    return pam_stack.read(answers)


def _closed(duo: Answer) -> frozenset[str]:
    """Duo is closed where each file of it asks everybody, and nobody is let in without its server."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, name, value in re.findall(r"(?m)^(/[^:\n]+):\s*(\w+)\s*=[ \t]*(.*)$", text_of(duo)):
        found.setdefault(path, []).append((name, value.strip()))
    is_closed = duo.obstacle is None and all(
        said[-1] == ("failmode", "secure") and len({name for name, _ in said}) == 1
        for said in found.values()
    )
    return frozenset({"pam_duo"}) if found and is_closed else frozenset()


class _Admins:
    """Who may do more as root than commands that are written out in full; such as an audit's are."""

    def __init__(self, answers: Answers) -> None:
        self._groups = AdminGroups(answers["root_like"])
        policy = sudo_policy.POLICY.parse(answers, {})
        value = policy.value if isinstance(policy, FactRead) else None
        listed = value["grants"] if isinstance(value, Mapping) else ()
        grants = listed if isinstance(listed, tuple) else ()
        self._gap = next((one for one in grants if isinstance(one, Missing)), None)
        if isinstance(policy, FactMissed):
            self._gap = Missing(policy.obstacle, policy.detail or "sudoers")
        self._names = frozenset(
            str(one["who"])
            for one in grants
            if isinstance(one, Mapping) and one["as_root"] and one["reach"] != "exact"
        )

    def has(self, one: Mapping[str, Value], groups: frozenset[str], gids: frozenset[int]) -> Value:
        """Whether an account of the fact accounts.accounts is an administrator's."""
        if one["is_admin"] is not True:
            return one["is_admin"]
        named = {str(one["name"]), f"#{one['uid']}", "ALL"}
        named |= {f"%{group}" for group in groups} | {f"%#{gid}" for gid in gids}
        by_group = self._groups.holds(groups)
        if one["uid"] == 0 or by_group is True or named & self._names:
            return True
        return self._gap or by_group


def _ways(
    one: Mapping[str, Value], person: Person, host: _Host, admins: _Admins
) -> Iterator[Value]:
    """A record for each place; a missing element for what can't be told at all."""
    gid, services, members = one["gid"], host.services, host.members
    if isinstance(services, Missing) or isinstance(members, Missing) or not isinstance(gid, int):
        gap = next((g for g in (services, members) if isinstance(g, Missing)), None)
        yield gap or Missing(Obstacle.UNPARSABLE, person.name)
        return
    mine = members.of(person.name, gid)
    is_admin = admins.has(one, mine, members.gids(person.name, gid))
    claims, gap = _claims(one, person, mine, host)
    here = tuple(name for name in (*_REMOTE, *_LOCAL) if services.has(name))
    for place in ("ssh", *here) if host.contexts is not None else here:
        found = {_factors(place, claim, host, services) for claim in claims}
        said = found.pop() if len(found) == 1 else gap
        yield {
            "account": person.name,
            "place": place,
            "is_admin": is_admin,
            "is_remote": place not in _LOCAL,
            "factors": said,
            "expires": one["expires"],
        }


def _claims(
    one: Mapping[str, Value], person: Person, mine: frozenset[str], host: _Host
) -> tuple[list[Claim], Missing | None]:
    """What of an account's can match; every possibility, and why it can't be told which."""
    access, closed = host.keys, host.closed
    keys, password = access.keys(person), one["password"]
    if isinstance(keys, list) and access.elsewhere is not None:
        keys = access.elsewhere
    gap = next((part for part in (password, keys) if isinstance(part, Missing)), None)
    sure = tuple(keys) if isinstance(keys, list) else ()
    claims = [
        Claim(
            name=person.name,
            uid=person.uid,
            groups=mine,
            has_password=has_password,
            has_empty_password=password == _EMPTY,
            keys=some,
            closed=closed,
        )
        for has_password in ([True, False] if password == gap else [password != _LOCKED])
        for some in ([(), (_ANY_KEY,)] if isinstance(keys, Missing) else [sure])
    ]
    return claims, gap


def _factors(place: str, claim: Claim, host: _Host, services: Services) -> int | Missing | None:
    if place != "ssh":
        found = least(by_pam(place, claim, services))
    elif isinstance(host.contexts, Contexts):
        contexts = host.contexts.of(claim.name, claim.groups)
        if isinstance(contexts, Missing):
            return contexts
        found = least(by_ssh(contexts, claim, services))
    else:
        return host.contexts
    if isinstance(found, str):
        return Missing(Obstacle.UNSUPPORTED, "another server or module decides what it asks for")
    return found


FACTORS = FactKind(
    id="login.factors",
    title="How many kinds of proof each account must give to get in",
    shape=Record({"ways": ListOf(_WAY)}),
    asks=_asks,
    parse=_parse,
    version=2,
)
