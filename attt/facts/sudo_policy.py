"""Fact `sudo.policy`: what sudo lets whom do, and how it watches them.

`grants` is a list of records, one a rule of sudoers: `who` (account, `%group`, `#uid`, `%#gid`,
`+netgroup`, ALL), `as_root`, `needs_password`, `reach` (exact: fixed words; program: one program
with free words; anything) and `programs` (paths, without their words). `use_pty` and `is_logged`
(by syslog or in a file) hold for everybody; `logfile` is null where there is none, and
`timestamp_minutes` null where a password is never asked again. Host lists are not weighed. A missing
grant says that rights come from elsewhere too. Absent where the host has no sudo.
Files are resolved by cvtsudoers(1), aliases and includes too. Source: sudoers(5).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attt.facts import sources, stat
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, shared, text_of
from attt.facts.sudo_commands import WIDEST_LAST, Reach, reach
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, Privilege, ReadFile, Stat
from attt.model.fact import Assurance, Fact, FactAbsent, FactMissed, FactRead, Origin
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_PATHS = ("/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo", "/usr/bin/sudo-rs")
_DUMP = ("/usr/bin/cvtsudoers", "-c", "/dev/null", "-e", "-f", "json", "/etc/sudoers")
_PTY_SINCE = (1, 9, 14)
_MARKS = {"username": "", "usergroup": "%", "userid": "#", "usergid": "%#", "netgroup": "+"}
_GRANT = Record(
    {
        "who": Text(),
        "as_root": Boolean(),
        "needs_password": Boolean(),
        "reach": Text(choices=tuple(one.value for one in WIDEST_LAST)),
        "programs": ListOf(Text()),
    }
)
_SHAPE = Record(
    {
        "grants": ListOf(_GRANT),
        "use_pty": Boolean(),
        "is_logged": Boolean(),
        "logfile": Text(nullable=True),
        "timestamp_minutes": Integer("minutes", nullable=True),
    }
)
_FREED: Mapping[str, Value] = {"as_root": True, "needs_password": False}
Settings = dict[str, Any]


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "programs": Stat(paths=_PATHS),
        "policy": Command(argv=_DUMP, privilege=Privilege.ROOT),
        "version": Command(argv=("/usr/bin/sudo", "-V"), cap_bytes=64 * 1024),
        "nsswitch": ReadFile(path="/etc/nsswitch.conf"),
        "sssd": Stat(paths=("/etc/sssd/sssd.conf", "/var/lib/sss/pipes/nss")),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    policy = read(answers)
    if not isinstance(policy, Mapping):
        return policy
    everywhere, scoped = defaults(policy)
    grants: list[Value] = [*_grants(policy, everywhere, scoped)]
    grants += sources.sudoers(answers["nsswitch"], answers["sssd"])
    if _may_be_for_root(scoped):
        grants.append(
            Missing(Obstacle.IN_CONTEXT, "!authenticate: for root, or for who becomes root")
        )
    value: dict[str, Value] = {
        "grants": tuple(grants),
        "use_pty": _pty(everywhere, scoped, answers["version"]),
        "is_logged": all(_is_logged({**everywhere, **one}) for _, one in ((None, {}), *scoped)),
        "logfile": str(everywhere["logfile"]) if everywhere.get("logfile") else None,
        "timestamp_minutes": _longest(everywhere, scoped),
    }
    names = {"use_pty": "use_pty", "timestamp_minutes": "timestamp_timeout"}
    origins = {field: _origin(name, everywhere) for field, name in names.items()}
    return FactRead(
        value=value, assurance=Assurance.RESOLVED, origin=Origin.EXPLICIT, origins=origins
    )


def read(answers: Answers) -> Mapping[str, list[dict[str, Any]]] | FactMissed | FactAbsent:
    """The document that cvtsudoers prints, under Defaults and User_Specs. Raises Unparsable."""
    if answers["programs"].obstacle is None:
        looked = stat.parse(answers["programs"])
        if len(looked.absent) == len(_PATHS):
            return FactAbsent(proof=f"none of these exists: {', '.join(_PATHS)}")
    return obstacle_of(answers["policy"]) or _document(text_of(answers["policy"]))


def _origin(name: str, everywhere: Settings) -> Origin:
    return Origin.EXPLICIT if name in everywhere else Origin.DEFAULT


def _document(text: str) -> dict[str, list[dict[str, Any]]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unparsable("cvtsudoers prints no JSON") from error
    if not isinstance(document, dict):
        raise Unparsable("cvtsudoers prints another JSON")
    return {name: records(document, name) for name in ("Defaults", "User_Specs")}


def records(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The records under a name; anything else there is not what cvtsudoers prints."""
    found = holder.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unparsable(f"cvtsudoers prints another JSON: {name}")
    return found


Scoped = list[tuple[dict[str, Any], Settings]]


def defaults(policy: Mapping[str, list[dict[str, Any]]]) -> tuple[Settings, Scoped]:
    """Settings for everybody, and those that hold for one binding each."""
    everywhere: Settings = {}
    scoped: Scoped = []
    for entry in policy["Defaults"]:
        settings = _options(entry)
        if bindings := records(entry, "Binding"):
            scoped += [(binding, settings) for binding in bindings]
        else:
            everywhere |= settings
    return everywhere, scoped


def _options(entry: Mapping[str, Any]) -> Settings:
    return {name: value for one in records(entry, "Options") for name, value in one.items()}


def _is_logged(settings: Settings) -> bool:
    is_sent = settings.get("syslog_goodpri") not in {False, "none"}
    kept = (settings.get("syslog", True) is not False and is_sent) or bool(settings.get("logfile"))
    return kept and settings.get("log_allowed", True) is not False


def _pty(everywhere: Settings, scoped: Scoped, version: Answer) -> Value:
    if any(one.get("use_pty") is False for _, one in scoped):
        return False
    if "use_pty" in everywhere:
        return everywhere["use_pty"] is not False
    if version.obstacle is not None:
        return Missing(version.obstacle, version.detail or "sudo -V")
    found = re.search(r"Sudo version (\d{1,4})\.(\d{1,4})\.(\d{1,4})", text_of(version))
    if found is None:
        return Missing(Obstacle.UNSUPPORTED, "another sudo than the usual one")
    return tuple(map(int, found.groups())) >= _PTY_SINCE


def _longest(everywhere: Settings, scoped: Scoped) -> Value:
    """The longest time that anybody's password is remembered; unset it is 15 minutes at most."""
    given = [one["timestamp_timeout"] for _, one in scoped if "timestamp_timeout" in one]
    found = [_minutes(one) for one in (everywhere.get("timestamp_timeout", "15"), *given)]
    numbers = [one for one in found if isinstance(one, int)]
    odd = [one for one in found if not isinstance(one, int)]
    return odd[0] if odd else max(numbers)


def _minutes(timeout: Any) -> Value:
    """Whole minutes, rounded up; null where the ticket never ends."""
    text = "0" if timeout is False else str(timeout)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return Missing(Obstacle.OUT_OF_TYPE, f"not a number of minutes: {text[:20]}")
    return None if text.startswith("-") else int(-(-float(text) // 1))


def _grants(
    policy: Mapping[str, list[dict[str, Any]]], everywhere: Settings, scoped: Scoped
) -> Iterator[dict[str, Value]]:
    free = _without_password(everywhere, scoped)
    seen: set[str] = set()
    for spec in policy["User_Specs"]:
        users = map(named, records(spec, "User_List"))
        for who in (name for name in users if not name.startswith("!")):
            seen.add(who)
            for rule in records(spec, "Cmnd_Specs"):
                is_asked = _options(rule).get("authenticate", everywhere.get("authenticate", True))
                yield _grant(who, rule, needs_password=is_asked is not False and who not in free)
    for who in sorted(free - seen):
        yield {**_FREED, "who": who, "reach": Reach.ANYTHING.value, "programs": ()}
    for binding, settings in scoped:
        if settings.get("authenticate") is False and "command" in binding:
            command = str(binding["command"])
            programs = (command.split(" ", 1)[0],)
            yield {**_FREED, "who": "ALL", "reach": reach(command).value, "programs": programs}


def _without_password(everywhere: Settings, scoped: Scoped) -> set[str]:
    """Whom a setting, not a rule, frees from the password; one for a host frees everybody."""
    free = {
        named(binding) if binding.keys() & _MARKS.keys() else "ALL"
        for binding, settings in scoped
        if settings.get("authenticate") is False and "command" not in binding
    }
    if group := everywhere.get("exempt_group"):
        free.add(f"%{group}")
    return free


def _may_be_for_root(scoped: Scoped) -> bool:
    """Defaults:root harms nobody and Defaults>root frees everybody: cvtsudoers prints both alike."""
    return any(
        named(binding) == "root" and settings.get("authenticate") is False
        for binding, settings in scoped
    )


def named(entry: Mapping[str, Any]) -> str:
    """Whom an entry means, as sudoers writes it: `binh`, `%sudo`, `!%admin`."""
    name = next((f"{mark}{entry[key]}" for key, mark in _MARKS.items() if key in entry), "?")
    return f"!{name}" if entry.get("negated") is True else name


def _grant(who: str, rule: Mapping[str, Any], *, needs_password: bool) -> dict[str, Value]:
    commands = [
        str(one.get("command", "ALL"))
        for one in records(rule, "Commands")
        if one.get("negated") is not True
    ]
    reaches = [WIDEST_LAST.index(reach(command)) for command in commands]
    return {
        "who": who,
        "as_root": _is_as_root(rule),
        "needs_password": needs_password,
        "reach": WIDEST_LAST[max(reaches, default=0)].value,
        "programs": tuple(dict.fromkeys(command.split(" ", 1)[0] for command in commands)),
    }


def _is_as_root(rule: Mapping[str, Any]) -> bool:
    """No list of users means root, but a list of groups alone means oneself."""
    users = records(rule, "runasusers")
    if not users:
        return not records(rule, "runasgroups")
    return any(_may_be_root(one) for one in users if one.get("negated") is not True)


def _may_be_root(user: Mapping[str, Any]) -> bool:
    if "username" in user:
        return user["username"] in {"root", "ALL"}
    return bool(user.get("userid", 0) == 0)


POLICY = FactKind(
    id="sudo.policy",
    title="What sudo lets whom do",
    shape=_SHAPE,
    asks=_asks,
    parse=shared(_asks, _parse),
    version=2,
)
