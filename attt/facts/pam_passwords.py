"""Fact `pam.passwords`: what a new password must be before PAM takes it.

`min_length` (characters of the shortest password that may pass), `min_classes` (of digits, upper
case, lower case and others, 0 to 4), `has_dictionary` (words of a dictionary are refused),
`remember` (former passwords that are refused; 0 is none), `for_root` (root is held to it too) and
`hash` (how pam_unix stores it; null where pam_unix stores none). All ways through the password
stacks of passwd, login and sshd are followed: what one way does not enforce is not enforced.
Absent where the host has no PAM. Sources: pam.conf(5), pam_pwquality(8), pam_pwhistory(8), pam_unix(8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from attt.facts import pam_options, pam_stack
from attt.facts.kind import Answers, FactKind, Params, Unparsable, missed, obstacle_of, shared
from attt.facts.pam_options import Options
from attt.facts.pam_paths import FAILURE, IGNORE, SUCCESS, ways
from attt.facts.pam_quality import Promise, promise
from attt.facts.pam_stack import Line
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactAbsent, FactMissed, FactRead
from attt.model.shape import Boolean, Integer, Record, Text
from attt.model.value import Missing, Value

_SERVICES = ("passwd", "login", "sshd")
_QUALITY = frozenset({"pam_pwquality", "pam_cracklib", "pam_passwdqc", "pam_unix"})
_WATCHED = _QUALITY | {"pam_pwhistory"}
_HASHES = {
    "md5": "md5",
    "bigcrypt": "bigcrypt",
    "sha256": "sha256",
    "sha512": "sha512",
    "blowfish": "bcrypt",
    "bcrypt": "bcrypt",
    "gost_yescrypt": "gost_yescrypt",
    "yescrypt": "yescrypt",
    "des": "des",
}
_SHAPE = Record(
    {
        "min_length": Integer("characters"),
        "min_classes": Integer("classes"),
        "has_dictionary": Boolean(),
        "remember": Integer("passwords"),
        "for_root": Boolean(),
        "hash": Text(nullable=True),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {**pam_stack.ASKS, **pam_options.ASKS}


def absent(answers: Answers) -> FactAbsent | FactMissed | None:
    """That a host has no PAM, or why its files were not read; None where they were."""
    looked = [answers[name] for name in pam_stack.ASKS]
    if (obstacle := obstacle_of(*looked)) is not None:
        return obstacle
    if not any(answer.exists for answer in looked):
        return FactAbsent(proof=f"no PAM: none of {', '.join(pam_stack.FOLDERS)} exists")
    return None


def _parse(answers: Answers, _params: Params) -> Fact:
    if (nothing := absent(answers)) is not None:
        return nothing
    services = pam_stack.read(answers)
    stacks = [services.stack(name, "password") for name in _SERVICES if services.has(name)]
    if not any(stacks):
        return missed(Obstacle.UNSUPPORTED, "no service of PAM changes passwords")
    files = _Files(answers)
    found = [_of_stack(stack, files) for stack in stacks if stack]
    value = {name: _weakest(name, [one[name] for one in found]) for name in _SHAPE.fields}
    return FactRead(value=value, assurance=Assurance.CONFIGURED)


class _Files:
    """The settings that modules read besides their own lines."""

    def __init__(self, answers: Answers) -> None:
        self.quality = pam_options.of_quality(answers)
        self.history = pam_options.of_file(answers, "pwhistory.conf")
        self.defs = pam_options.of_defs(answers)

    def of(self, line: Line) -> Options:
        """The options of one line of the password stack."""
        under: Options = {}
        if line.module == "pam_pwquality":
            under = self.quality
        elif line.module == "pam_pwhistory":
            under = self.history
        return pam_options.over(line, under)


def _returns(line: Line) -> Iterable[str]:
    if line.module == "pam_deny":
        return (FAILURE,)
    if line.module == "pam_permit" or _is_of_local_users(line):
        return (SUCCESS,)
    return (SUCCESS, FAILURE, IGNORE) if line.module not in _WATCHED else (SUCCESS, FAILURE)


def _is_of_local_users(line: Line) -> bool:
    """Passwords of a directory's accounts are the directory's: only those of this host are asked."""
    return line.module == "pam_localuser" and line.option("file") is None


def _of_stack(stack: Sequence[Line], files: _Files) -> dict[str, Value]:
    ends = ways(stack, _returns, _WATCHED)
    if not any(way.succeeds for way in ends):
        raise Unparsable("no password can be changed through PAM")
    stored = [run for way in ends if (run := _until_stored(stack, way.ran)) is not None]
    passed = [_passed(stack, way.ran) for way in ends if way.succeeds]
    each = [_of_way(lines, files) for lines in stored or passed]
    return {name: _weakest(name, [one[name] for one in each]) for name in _SHAPE.fields}


def _until_stored(stack: Sequence[Line], ran: frozenset[tuple[int, str]]) -> list[Line] | None:
    """What has agreed when pam_unix stores the password; None where it stores none on this way.

    A module behind it comes too late. One before it that refused has taken the new password away:
    with use_authtok pam_unix then stores nothing, without it pam_unix asks for another one.
    """
    said = sorted(ran)
    at = next((n for n, r in said if stack[n].module == "pam_unix" and r == SUCCESS), None)
    if at is None:
        return None
    before = [(n, r) for n, r in said if n < at and stack[n].module != "pam_unix"]
    if any(r == FAILURE for _, r in before) and stack[at].option("use_authtok") is not None:
        taken = max(n for n, r in before if r == FAILURE)
        if not any(n > taken and stack[n].option("use_authtok") is None for n, _ in before):
            return None
    return [*_passed(stack, frozenset(before)), stack[at]]


def _passed(stack: Sequence[Line], ran: frozenset[tuple[int, str]]) -> list[Line]:
    return [stack[n] for n, returned in sorted(ran) if returned == SUCCESS]


def _of_way(lines: Sequence[Line], files: _Files) -> dict[str, Value]:
    """What holds when exactly these modules have agreed to a new password."""
    promises: list[Promise] = []
    for line in lines:
        found = promise(line.module, files.of(line))
        if isinstance(found, Missing):
            return {**dict.fromkeys(_SHAPE.fields, found), **_kept(lines, files)}
        promises.append(found)
    best = Promise()
    for one in promises:
        best = replace(
            best,
            length=max(best.length, one.length),
            classes=max(best.classes, one.classes),
            has_dictionary=best.has_dictionary or one.has_dictionary,
            for_root=best.for_root or one.for_root,
        )
    return {
        "min_length": best.length,
        "min_classes": best.classes,
        "has_dictionary": best.has_dictionary,
        "for_root": best.for_root,
        **_kept(lines, files),
    }


def _kept(lines: Sequence[Line], files: _Files) -> dict[str, Value]:
    remembered: list[Value] = [0]
    for line in lines:
        options = files.of(line)
        if line.module == "pam_pwhistory":
            remembered.append(_number(options, "remember", 10))
        elif line.module == "pam_unix":
            remembered.append(_number(options, "remember", 0))
    gap = next((one for one in remembered if isinstance(one, Missing)), None)
    most = gap or max(n for n in remembered if isinstance(n, int))
    return {"remember": most, "hash": _hash(lines, files.defs)}


def _number(options: Options, name: str, default: int) -> Value:
    return options if isinstance(options, Missing) else pam_options.number(options, name, default)


def _hash(lines: Sequence[Line], defs: Options) -> Value:
    """The last hash named on the line counts, else ENCRYPT_METHOD, else the traditional one."""
    unix = [line for line in lines if line.module == "pam_unix"]
    if not unix:
        return None
    named = [_HASHES[arg] for arg in unix[-1].args if arg in _HASHES]
    if named:
        return named[-1]
    if isinstance(defs, Missing):
        return defs
    return _HASHES.get(defs.get("ENCRYPT_METHOD", "des").lower(), "other")


_STRONGEST_FIRST = ("yescrypt", "gost_yescrypt", "sha512", "bcrypt", "sha256", "md5")


def _weakest(name: str, found: Sequence[Value]) -> Value:
    """The least of what several ways promise; a gap stays a gap."""
    gap = next((one for one in found if isinstance(one, Missing)), None)
    if gap is not None:
        return gap
    if name == "hash":
        return max(found, key=_rank)
    return min(found, key=lambda one: int(one) if isinstance(one, int) else 0)


def _rank(hash_: Value) -> int:
    if hash_ is None:
        return -1
    return _STRONGEST_FIRST.index(hash_) if hash_ in _STRONGEST_FIRST else len(_STRONGEST_FIRST)


PASSWORDS = FactKind(
    id="pam.passwords",
    title="What a new password must be",
    shape=_SHAPE,
    asks=_asks,
    parse=shared(_asks, _parse, kept=16),
    version=2,
)
