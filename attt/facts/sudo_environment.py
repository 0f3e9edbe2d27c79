"""Fact `sudo.environment`: what sudo takes over from who calls it, and whose password it asks.

`resets` (variables of the caller are dropped, for everybody), `kept` (variables that are kept though
programs run code or change rights by them; `*` where callers may set any), `secure_path` (the folders in which commands are looked
for; null where the caller's own PATH counts), `odd_folders` (those of them that are not absolute, or
that somebody else than root may write to, or into a folder above: everybody, a group that has
members, an owner; missing where one was not looked at), `other_passwords` (targetpw, rootpw or runaspw: sudo asks for somebody
else's password) and `exceptions` (who may run ALL, or whole folders, but for named commands, which hinders nobody).
Absent where the host has no sudo. Files are resolved by cvtsudoers(1). Source: sudoers(5).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attt.facts import command_folders, sudo_policy
from attt.facts.kind import Answers, FactKind, Params
from attt.facts.sudo_policy import Scoped, Settings
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_RUN_CODE = re.compile(
    r"\*|LD_.*|_RLD.*|SHLIB_PATH|LIBPATH|BASH_ENV|ENV|BASH_FUNC.*|SHELLOPTS|PS4|PERL5?LIB"
    r"|PERL5(?:OPT|DB)|PYTHON(?:PATH|HOME|STARTUP|INSPECT)|RUBY(?:LIB|OPT)|NODE_OPTIONS|NODE_PATH"
    r"|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|CLASSPATH|GCONV_PATH|TCLLIBPATH|PATH|IFS|MALLOC_.*|NLSPATH"
)
_OPEN_FOLDERS = re.compile(r"/(?:tmp|var/tmp|dev/shm|home)(?:/.*)?")
_OTHERS = ("targetpw", "rootpw", "runaspw")
_SHAPE = Record(
    {
        "resets": Boolean(),
        "kept": ListOf(Text()),
        "secure_path": Text(nullable=True),
        "odd_folders": ListOf(Text()),
        "other_passwords": ListOf(Text()),
        "exceptions": ListOf(Text()),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    asks = sudo_policy.POLICY.asks({})
    return {**{name: asks[name] for name in ("programs", "policy")}, **command_folders.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    policy = sudo_policy.read(answers)
    if not isinstance(policy, Mapping):
        return policy
    everywhere, scoped = sudo_policy.defaults(policy)
    each = [everywhere, *(settings for _, settings in scoped)]
    path = _path(everywhere, scoped)
    value: dict[str, Value] = {
        "resets": all(one.get("env_reset", True) is not False for one in each),
        "kept": (*_kept(policy["Defaults"]), *_at_will(each, policy["User_Specs"])),
        "secure_path": path,
        "odd_folders": path if isinstance(path, Missing) else _odd(path, answers),
        "other_passwords": tuple(name for name in _OTHERS if any(one.get(name) for one in each)),
        "exceptions": tuple(dict.fromkeys(_exceptions(policy["User_Specs"]))),
    }
    return FactRead(value=value, assurance=Assurance.RESOLVED)


def _path(everywhere: Settings, scoped: Scoped) -> Value:
    given = [everywhere.get("secure_path"), *(one.get("secure_path", "") for _, one in scoped)]
    if any(one is False for one in given):
        return None
    own = [str(one) for one in given if one]
    if everywhere.get("secure_path") is None:
        return Missing(
            Obstacle.UNSUPPORTED, "sudoers sets no secure_path; sudo may have one built in"
        )
    return ":".join(own)


def _odd(path: Value, answers: Answers) -> Value:
    """The odd ones; missing as a whole where none is, but one was not looked at."""
    folders = command_folders.Folders(answers)
    listed = str(path).split(":") if path is not None else []
    looked = [(one, _is_open(one, folders)) for one in listed]
    odd = tuple(
        said if isinstance(said, Missing) else one for one, said in looked if said is not False
    )
    gaps = [one for one in odd if isinstance(one, Missing)]
    return gaps[0] if gaps and len(gaps) == len(odd) else odd


def _is_open(folder: str, folders: command_folders.Folders) -> bool | Missing:
    if not folder.startswith("/") or _OPEN_FOLDERS.fullmatch(folder):
        return True
    return folders.is_open(folder)


def _kept(entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Variables that some line keeps and no later one of the same reach takes away again."""
    kept: dict[str, None] = {}
    for entry in entries:
        for options in sudo_policy.records(entry, "Options"):
            names = [str(one) for one in _texts(options.get("env_keep"))]
            if options.get("operation") == "list_remove":
                for name in names if "Binding" not in entry else ():
                    kept.pop(name, None)
            else:
                if options.get("operation") == "list_assign" and "Binding" not in entry:
                    kept = {}
                kept |= dict.fromkeys(names)
    return tuple(name for name in kept if _RUN_CODE.fullmatch(name.partition("=")[0]))


def _at_will(each: Sequence[Settings], specs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """`*` where callers may set any variable: for ALL they may anyway, and may do anything."""
    tagged = (
        rule
        for spec in specs
        for rule in sudo_policy.records(spec, "Cmnd_Specs")
        if any(one.get("setenv") is True for one in sudo_policy.records(rule, "Options"))
    )
    is_given = any(
        one.get("command") != "ALL"
        for rule in tagged
        for one in sudo_policy.records(rule, "Commands")
        if one.get("negated") is not True
    )
    return ("*",) if is_given or any(one.get("setenv") is True for one in each) else ()


def _texts(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else ()


def _is_broad(command: str) -> bool:
    """Everything, or every program of a folder."""
    return command == "ALL" or command.endswith("/") or re.fullmatch(r"\S*/\*", command) is not None


def _exceptions(specs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for spec in specs:
        for rule in sudo_policy.records(spec, "Cmnd_Specs"):
            commands = sudo_policy.records(rule, "Commands")
            everything = any(
                _is_broad(str(one.get("command", ""))) and one.get("negated") is not True
                for one in commands
            )
            if everything and any(one.get("negated") is True for one in commands):
                yield from map(sudo_policy.named, sudo_policy.records(spec, "User_List"))


ENVIRONMENT = FactKind(
    id="sudo.environment",
    title="What sudo takes over from its caller, and whose password it asks",
    shape=_SHAPE,
    asks=_asks,
    parse=_parse,
    version=2,
)
