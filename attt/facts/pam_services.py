"""Fact `pam.services`: how each service that lets people in treats who fails to log in.

`services` is a list of records: `name`; `is_entry` (people log in through it: sshd, login, a
display manager …; su and sudo are not), `accepts_empty` (pam_unix takes an account whose password
is empty), `accepts_anything` (the stack succeeds though no module saw a credential); `lock_after`
(wrong passwords in a row that lock an account; null where none does), `unlock_minutes` (null: only
an administrator unlocks, or nothing locks), `window_minutes` (in which the failures must fall; null
where they always count) and `locks_root`. Locking counts only where on every way through the stack
a wrong password is counted and a locked account is refused. A fact of PAM alone: an SSH key does
not pass here. Absent where the host has no PAM.
Sources: pam.conf(5), pam_unix(8), pam_faillock(8), pam_tally2(8).
"""

from collections.abc import Iterable, Sequence

from attt.facts import pam_options, pam_stack
from attt.facts.kind import Answers, FactKind, Params, Unparsable, shared
from attt.facts.pam_options import Options
from attt.facts.pam_passwords import absent
from attt.facts.pam_paths import FAILURE, IGNORE, SUCCESS, Returns, ways
from attt.facts.pam_stack import Line
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_ENTRIES = (
    *("sshd", "login", "remote", "rlogin", "cockpit", "gdm-password", "gdm", "lightdm", "sddm"),
    *("kde", "lxdm", "xdm", "wdm", "slim", "ly", "greetd", "vsftpd", "proftpd", "pure-ftpd"),
    *("xrdp-sesman", "webmin", "dovecot"),
)
_OTHERS = ("su", "su-l", "sudo", "sudo-i", "polkit-1", "doas", "other")
_TALLIES = frozenset({"pam_tally2", "pam_tally"})
_COUNTERS = _TALLIES | {"pam_faillock"}
_CONTENT = frozenset(
    {
        *("pam_permit", "pam_env", "pam_faildelay", "pam_warn", "pam_echo", "pam_group"),
        *("pam_keyinit", "pam_mail", "pam_motd", "pam_limits", "pam_umask", "pam_cap"),
    }
)
_LOOKS = frozenset(
    {
        *("pam_localuser", "pam_usertype", "pam_listfile", "pam_access", "pam_time", "pam_nologin"),
        *("pam_securetty", "pam_shells", "pam_selinux_permit", "pam_sepermit"),
    }
)
_FREE_GROUP = "nopasswdlogin"  # display managers let that group in without any password
_PROGRAMS = frozenset({"pam_exec", "pam_script", "pam_python"})
_CONDITIONS = frozenset({"pam_succeed_if", "pam_wheel", "pam_rootok", "pam_exec", "pam_script"})
_SERVICE = Record(
    {
        "name": Text(),
        "is_entry": Boolean(),
        "accepts_empty": Boolean(),
        "accepts_anything": Boolean(),
        "lock_after": Integer("attempts", nullable=True),
        "unlock_minutes": Integer("minutes", nullable=True),
        "window_minutes": Integer("minutes", nullable=True),
        "locks_root": Boolean(),
    }
)
_LOCK = ("lock_after", "unlock_minutes", "window_minutes", "locks_root")


def _asks(_params: Params) -> dict[str, Ask]:
    return {**pam_stack.ASKS, **pam_options.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    if (nothing := absent(answers)) is not None:
        return nothing
    services = pam_stack.read(answers)
    faillock = pam_options.of_file(answers, "faillock.conf")
    here = [name for name in (*_ENTRIES, *_OTHERS) if services.has(name)]
    if not here:
        raise Unparsable("no service of PAM is known")
    return FactRead(
        value={"services": tuple(_service(name, services, faillock) for name in here)},
        assurance=Assurance.CONFIGURED,
    )


def _service(name: str, services: pam_stack.Services, faillock: Options) -> Value:
    try:
        auth = services.stack(name, "auth")
        return {
            "name": name,
            "is_entry": name in _ENTRIES,
            "accepts_empty": any(_takes_empty(line) for line in auth),
            "accepts_anything": _asks_nothing(auth, is_root=name in _ENTRIES),
            **_lock(auth, services.stack(name, "account"), faillock),
        }
    except Unparsable as error:
        return Missing(Obstacle.UNPARSABLE, f"{name}: {error}")


def _takes_empty(line: Line) -> bool:
    return line.module == "pam_unix" and any(arg.startswith("nullok") for arg in line.args)


def _succeeds(stack: Sequence[Line], returns: Returns) -> bool:
    return any(way.succeeds for way in ways(stack, returns, frozenset()))


def _asks_nothing(auth: Sequence[Line], *, is_root: bool) -> Value:
    """Whether nobody's credential is looked at; a program of somebody's own can't be told.

    pam_rootok asks who runs the program, not who comes: a service that runs as root always has it.
    """

    def unseen(line: Line) -> Iterable[str]:
        return (SUCCESS,) if is_root and line.module == "pam_rootok" else _unseen(line)

    if _succeeds(auth, unseen):
        return True
    if _succeeds(auth, lambda one: (SUCCESS,) if one.module in _PROGRAMS else unseen(one)):
        return Missing(Obstacle.IN_CONTEXT, "a program of its own lets people in (pam_exec)")
    return False


def _unseen(line: Line) -> Iterable[str]:
    """No module that checks a credential is content; those that only look around may be."""
    if line.module in _CONTENT or line.module in _COUNTERS:
        return (SUCCESS,)
    if line.module == "pam_succeed_if":
        return (FAILURE,) if _FREE_GROUP in line.args else (SUCCESS, FAILURE)
    if line.module in _LOOKS or (line.module == "pam_wheel" and "trust" in line.args):
        return (SUCCESS, FAILURE)
    return (FAILURE,)


def _lock(auth: Sequence[Line], account: Sequence[Line], faillock: Options) -> dict[str, Value]:
    none: dict[str, Value] = {**dict.fromkeys(_LOCK), "locks_root": False}
    counters = [line for line in auth if line.module in _COUNTERS]
    if not any(line.module == "pam_unix" for line in auth):
        gap = Missing(Obstacle.UNSUPPORTED, "another module than pam_unix checks passwords")
        return dict.fromkeys(_LOCK, gap)
    if not counters or not _counts(auth):
        return none
    if _succeeds(auth, _locked):
        if any(line.module == "pam_faillock" for line in account):
            gap = Missing(Obstacle.UNSUPPORTED, "pam_faillock refuses in the account stack alone")
            return dict.fromkeys(_LOCK, gap)
        return none
    return _limits(counters, faillock)


def _counts(auth: Sequence[Line]) -> bool:
    """Whether a wrong password is counted on every way on which pam_unix saw it."""
    unix = {n for n, line in enumerate(auth) if line.module == "pam_unix"}
    counting = {n for n, line in enumerate(auth) if _is_counting(line)}
    ends = ways(auth, _wrong, _COUNTERS | {"pam_unix"})
    seen = [{n for n, _ in way.ran} for way in ends]
    return all(ran & counting for ran in seen if ran & unix)


def _is_counting(line: Line) -> bool:
    return line.module in _TALLIES or (line.module == "pam_faillock" and "authfail" in line.args)


def _wrong(line: Line) -> Iterable[str]:
    """A wrong password on an account that is not locked yet."""
    if line.module == "pam_faillock":
        return (IGNORE,) if "authfail" in line.args else (SUCCESS,)
    if line.module in _CONTENT or line.module in _TALLIES:
        return (SUCCESS,)
    if line.module in _LOOKS or line.module in _CONDITIONS - {"pam_rootok"}:
        return (SUCCESS, FAILURE)
    return (FAILURE,)


def _locked(line: Line) -> Iterable[str]:
    """The right password on an account that is locked."""
    if line.module in _COUNTERS or line.module in {"pam_deny", "pam_rootok"}:
        return (FAILURE,)
    if _FREE_GROUP in line.args:
        return (FAILURE,)
    if line.module in _CONTENT:
        return (SUCCESS,)
    return (SUCCESS, FAILURE)


def _limits(counters: Sequence[Line], faillock: Options) -> dict[str, Value]:
    """The weakest of what the counting lines say; a limit of 0 is none."""
    each = [_limit(line, faillock) for line in counters]
    gap = next((v for one in each for v in one.values() if isinstance(v, Missing)), None)
    if gap is not None:
        return dict.fromkeys(_LOCK, gap)
    after = [one["lock_after"] for one in each]
    if None in after:
        return {**dict.fromkeys(_LOCK), "locks_root": False}
    return {
        "lock_after": max(n for n in after if isinstance(n, int)),
        "unlock_minutes": _least([one["unlock_minutes"] for one in each]),
        "window_minutes": _least([one["window_minutes"] for one in each]),
        "locks_root": all(one["locks_root"] for one in each),
    }


def _limit(line: Line, faillock: Options) -> dict[str, Value]:
    is_faillock = line.module == "pam_faillock"
    options = pam_options.over(line, faillock if is_faillock else {})
    if isinstance(options, Missing) or "conf" in options:
        gap = Missing(Obstacle.IN_CONTEXT, "pam_faillock reads a file of its own")
        return dict.fromkeys(_LOCK, options if isinstance(options, Missing) else gap)
    if "admin_group" in options and not {"even_deny_root", "root_unlock_time"} & options.keys():
        gap = Missing(Obstacle.IN_CONTEXT, "pam_faillock never locks the members of a group")
        return dict.fromkeys(_LOCK, gap)
    named = {**options}
    if named.get("unlock_time") == "never":
        named["unlock_time"] = "0"
    unlock = pam_options.number(named, "unlock_time", 600 if is_faillock else 0)
    window = pam_options.number(named, "fail_interval", 900) if is_faillock else None
    return {
        "lock_after": _or_none(pam_options.number(named, "deny", 3 if is_faillock else 0)),
        "unlock_minutes": _minutes(_or_none(unlock)),
        "window_minutes": _minutes(window),
        "locks_root": bool({"even_deny_root", "root_unlock_time"} & named.keys()),
    }


def _minutes(seconds: Value) -> Value:
    """Whole minutes that are over for sure."""
    return seconds // 60 if isinstance(seconds, int) else seconds


def _or_none(limit: int | Missing) -> Value:
    return None if limit == 0 else limit


def _least(found: Sequence[Value]) -> Value:
    """The smallest; null, which has no end, only where all are."""
    numbers = [one for one in found if isinstance(one, int)]
    return min(numbers) if numbers else None


SERVICES = FactKind(
    id="pam.services",
    title="How each service treats failed logins and empty passwords",
    shape=Record({"services": ListOf(_SERVICE)}),
    asks=_asks,
    parse=shared(_asks, _parse, kept=16),
    version=2,
)
