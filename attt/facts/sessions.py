"""Fact `session.defaults`: what holds for everybody's shell from its start.

`shells` is a list of records, one a family of shells: `family` (sh: bash and its kin; ksh; dash,
which knows no time-out; ash, which busybox may be built to know one in; zsh; csh; fish; other; who
has /bin/sh has the program that it leads to), `is_used` (a person or root has it as login shell), `timeout_minutes` (a silent shell
ends; null: never), `is_fixed` (the person can't change that) and `created_mode` (what the umask
leaves of 0777: "0750" for 027, the loosest that may be in force). `stop_idle_minutes` is when
systemd-logind ends an idle session by itself (null: never).
Sources: bash(1), ksh(1), dash(1), zsh(1), tcsh(1), pam_umask(8), os-release(5), login.defs(5), logind.conf(5).
"""

import re
from collections.abc import Iterator, Sequence

from attt.facts import pam_options, pam_stack, session_readers, tar
from attt.facts.kind import Answers, FactKind, Params, Unparsable, obstacle_of, text_of
from attt.facts.profile_script import Session
from attt.facts.session_readers import Hidden, is_hidden
from attt.model.answer import Answer, Obstacle
from attt.model.ask import MIB, Ask, Command, Privilege, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_FAMILIES = {
    **dict.fromkeys(("bash", "rbash"), "sh"),
    **dict.fromkeys(("ksh", "ksh93", "mksh", "lksh", "rksh93"), "ksh"),
    "dash": "dash",
    **dict.fromkeys(("ash", "busybox"), "ash"),
    "zsh": "zsh",
    **dict.fromkeys(("csh", "tcsh"), "csh"),
    "fish": "fish",
}
_NO_SHELLS = frozenset(
    {"nologin", "false", "true", "sync", "halt", "shutdown", "git-shell", "null"}
)
_SH = ("/etc/profile", "/etc/bash.bashrc", "/etc/bashrc")
_PLAIN = _SH[:1]  # what is no bash reads this alone, and what it leads to
_ZSH = tuple(
    f"{folder}/{name}"
    for name in ("zshenv", "zprofile", "zshrc", "zlogin")
    for folder in ("/etc/zsh", "/etc")
)
_CSH = ("/etc/csh.cshrc", "/etc/csh.login")
_FISH = ("/etc/fish/config.fish",)
_FILES = {
    "sh": _SH,
    "zsh": _ZSH,
    "csh": _CSH,
    "fish": _FISH,
    **dict.fromkeys(("ksh", "dash", "ash"), _PLAIN),
}
_SHELL = Record(
    {
        "family": Text(choices=("sh", "ksh", "dash", "ash", "zsh", "csh", "fish", "other")),
        "is_used": Boolean(),
        "timeout_minutes": Integer("minutes", nullable=True),
        "is_fixed": Boolean(),
        "created_mode": Mode(),
    }
)
_IDLE = (
    *("busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1"),
    *("org.freedesktop.login1.Manager", "StopIdleSessionUSec"),
)
_ID = re.compile(r"[0-9]{1,10}")
_NEVER = 2**64 - 1
_SYSTEMD_UMASK = 0o022
_NOBODY = 65_534


def _asks(_params: Params) -> dict[str, Ask]:
    paths = (*_SH, *_ZSH, *_CSH, *_FISH)
    files = {path: ReadFile(path=path, privilege=Privilege.ROOT) for path in paths}
    return {
        **files,
        "profile_d": ReadTree(path="/etc/profile.d", privilege=Privilege.ROOT),
        "closed": session_readers.CLOSED,
        "passwd": ReadFile(path="/etc/passwd", cap_bytes=1 * MIB, redact="passwd"),
        "sh": Command(argv=("readlink", "-f", "/bin/sh")),
        "idle": Command(argv=_IDLE, statuses=(0, 1)),
        **pam_options.DEFS,
        "release": ReadFile(path="/etc/os-release"),
        **pam_stack.ASKS,
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["passwd"])) is not None:
        return obstacle
    return FactRead(
        value={"shells": _shells(answers), "stop_idle_minutes": _stop_idle(answers["idle"])},
        assurance=Assurance.CONFIGURED,
    )


def _shells(answers: Answers) -> Value:
    passwd = text_of(answers["passwd"])
    programs = _programs(passwd)
    if "sh" in programs:
        meant = text_of(answers["sh"]).strip().rsplit("/", 1)[-1]
        if answers["sh"].obstacle is not None or not meant:
            why = answers["sh"].obstacle or Obstacle.FAILED
            return Missing(why, "which program /bin/sh is")
        programs = (programs - {"sh"}) | {meant}
    used = {_FAMILIES.get(program, "other") for program in programs}
    people = _programs(passwd, first_uid=1000)
    readers = session_readers.readers(answers["closed"], has_people=bool(people))
    before = _umask(answers)
    return tuple(
        {"family": family, "is_used": family in used, **_for_all(family, answers, before, readers)}
        for family in ("sh", "ksh", "dash", "ash", "zsh", "csh", "fish", "other")
        if family in used or family == "sh"
    )


def _programs(passwd: str, *, first_uid: int = 0) -> set[str]:
    """The shells that root and people, or people alone, log in with, by name."""
    found = set()
    for line in passwd.split("\n"):
        fields = line.split(":")
        if len(fields) < 7 or not _ID.fullmatch(fields[2]):
            continue
        uid, program = int(fields[2]), fields[6].strip().rsplit("/", 1)[-1] or "sh"
        is_somebody = (uid == 0 and not first_uid) or 1000 <= uid < 65_534
        if is_somebody and program not in _NO_SHELLS:
            found.add(program)
    return found


def _for_all(
    family: str, answers: Answers, before: int | Missing, readers: Sequence[Hidden] | Missing
) -> dict[str, Value]:
    """What a shell of the family has whoever reads its files, root or people."""
    if isinstance(readers, Missing):
        return dict.fromkeys(("timeout_minutes", "is_fixed", "created_mode"), readers)
    return session_readers.weakest([_shell(family, answers, before, one) for one in readers])


def _shell(
    family: str, answers: Answers, before: int | Missing, hidden: Hidden
) -> dict[str, Value]:
    gap: Missing | None = None
    session = Session()
    if family == "other":
        gap = Missing(Obstacle.UNSUPPORTED, "a login shell whose files are not known")
    for text in _texts(family, answers, hidden):
        if isinstance(text, Missing):
            gap = gap or text
        elif family == "csh":
            _read_csh(session, text)
        elif family == "fish":
            session.read("\n".join(one for one in text.split("\n") if "umask" in one))
        else:
            session.read(text)
    mode = before if isinstance(before, Missing) else f"{0o777 & ~session.umask(before):04o}"
    return {
        "timeout_minutes": gap or _timeout(family, session.seconds),
        "is_fixed": gap or (family != "dash" and session.is_fixed),
        "created_mode": gap or mode,
    }


def _timeout(family: str, seconds: Value) -> Value:
    if family == "dash" or seconds is None:
        return None
    if family == "ash":
        return Missing(Obstacle.IN_CONTEXT, "busybox may be built without TMOUT")
    return -(-seconds // 60) if isinstance(seconds, int) else seconds


def _read_csh(session: Session, text: str) -> None:
    """Tcsh counts `autologout` in minutes."""
    for line in text.split("\n"):
        if found := re.match(r"\s*set\s+(-r\s+)?autologout\s*=\s*\(?\s*([0-9]{1,6})", line):
            session.seconds = int(found[2]) * 60 or None
            session.is_fixed = session.is_fixed or bool(found[1])
        elif found := re.match(r"\s*(umask\s+[0-7]{1,4})\s*$", line):
            session.read(found[1])


def _texts(family: str, answers: Answers, hidden: Hidden) -> Iterator[str | Missing]:
    """The files of a family, in the order in which they are read."""
    paths = _FILES.get(family, ())
    texts = {path: "" if is_hidden(path, hidden) else _text(answers[path], path) for path in paths}
    told = [text for text in texts.values() if isinstance(text, str)]
    if family == "zsh" and any("/etc/profile" in text for text in told):
        yield from _texts("ksh", answers, hidden)  # bash alone reads its bashrc there
    yield from texts.values()
    if paths[:1] == _PLAIN and any("profile.d" in text for text in told):
        yield from _folder(answers["profile_d"], hidden)


def _text(answer: Answer, path: str) -> str | Missing:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, path)
    return text_of(answer) if answer.exists else ""


def _folder(answer: Answer, hidden: Hidden) -> Iterator[str | Missing]:
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, "/etc/profile.d")
    elif answer.exists:
        parts = tar.members(answer.stdout)
        for part in sorted(parts, key=lambda one: one.name):
            is_read = not is_hidden(f"/etc/profile.d/{part.name}", hidden)
            if is_read and part.name.endswith((".sh", "sh.local")):
                yield part.content.decode("utf-8", errors="replace")


def _umask(answers: Answers) -> int | Missing:
    """What a login has before its shell starts: pam_umask's on every entry, else systemd's."""
    looked = [answers[name] for name in pam_stack.ASKS]
    if (obstacle := obstacle_of(*looked)) is not None:
        return Missing(obstacle.obstacle, obstacle.detail)
    defs = pam_options.of_defs(answers)
    if isinstance(defs, Missing):
        return defs
    try:
        services = pam_stack.read(answers)
        stacks = [services.stack(n, "session") for n in ("sshd", "login") if services.has(n)]
    except Unparsable as error:
        return Missing(Obstacle.UNPARSABLE, str(error))
    loosest = 0o777 if stacks else _SYSTEMD_UMASK
    has_groups = _have_own_groups(text_of(answers["passwd"]))
    for stack in stacks:
        lines = [line for line in stack if line.module == "pam_umask"]
        given = (lines[-1].option("umask") or defs.get("UMASK", "022")) if lines else "022"
        if not re.fullmatch(r"0?[0-7]{1,4}", given):
            return Missing(Obstacle.OUT_OF_TYPE, f"not a umask: {given[:20]}")
        mask = int(given, 8)
        opens = bool(lines) and has_groups and _opens_own_groups(lines[-1], answers["release"])
        if isinstance(opens, Missing):
            return opens
        if opens:
            mask &= ~0o070 | (mask >> 3)
        loosest &= mask
    return loosest


def _have_own_groups(passwd: str) -> bool:
    """Whether some person's primary group is none of the system's: most often it bears their name."""
    numbers = re.findall(r"(?m)^[^:\n]+:[^:\n]*:([0-9]{4,10}):([0-9]{4,10}):", passwd)
    return any(1000 <= int(uid) < _NOBODY and int(gid) >= 1000 for uid, gid in numbers)


def _opens_own_groups(line: pam_stack.Line, release: Answer) -> bool | Missing:
    """Whether pam_umask gives the group what the owner has, where it bears the person's name.

    It does so when told, and unasked in Ubuntu and from Debian 13 on; login.defs is not asked.
    """
    if line.option("nousergroups") is not None or line.option("usergroups") is not None:
        return line.option("nousergroups") is None
    if release.obstacle is not None:
        return Missing(release.obstacle, "/etc/os-release")
    text = text_of(release) if release.exists else ""
    is_ubuntu = re.search(r"(?m)^ID(?:_LIKE)?=.*\bubuntu\b", text)
    is_debian = re.search(r"(?m)^ID(?:_LIKE)?=.*\bdebian\b", text)
    version = re.search(r'(?m)^VERSION_ID="?([0-9]{1,3})', text)
    return not text or bool(is_ubuntu or (is_debian and (not version or int(version[1]) >= 13)))


def _stop_idle(answer: Answer) -> Value:
    if answer.obstacle is Obstacle.NO_TOOL:
        return None
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "systemd-logind")
    if found := re.fullmatch(r"t ([0-9]{1,20})\s*", text_of(answer)):
        microseconds = int(found[1])
        return None if microseconds in {0, _NEVER} else -(-microseconds // 60_000_000)
    said = answer.stderr.decode("utf-8", errors="replace")
    known = ("Unknown interface", "Unknown property", "not provided by any", "No such file")
    if answer.status == 1 and any(words in said for words in known):
        return None
    return Missing(Obstacle.FAILED, "systemd-logind does not say when it ends idle sessions")


DEFAULTS = FactKind(
    id="session.defaults",
    title="What holds for everybody's shell from its start",
    shape=Record(
        {"shells": ListOf(_SHELL), "stop_idle_minutes": Integer("minutes", nullable=True)}
    ),
    asks=_asks,
    parse=_parse,
    version=3,
)
