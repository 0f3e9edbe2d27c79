"""Which kinds of proof a stack of PAM asks of an account on each way on which it lets it in.

A kind is `password` (checked here or by a directory), `token` (a code or a key that one holds),
`server` (RADIUS and the like: what it asks can't be seen from here) or `unseen` (a module that is
not known). All ways through the stack are followed, so a token module that is merely sufficient,
may be jumped over, or lets pass who has no secret yet, does not count. One that lets pass for a while
after a code, while its server is away or where it is not installed, counts as `unseen`.
Sources: pam_google_authenticator(8), pam_oath(8), pam_u2f(8), pam_duo(8), pam_radius_auth(8),
pam_sss(8), pam_succeed_if(8), pam.conf(5).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from attt.facts.pam_paths import FAILURE, IGNORE, SUCCESS, ways
from attt.facts.pam_stack import Line

CLOSED_BY = ("/etc/duo/pam_duo.conf", "/etc/security/pam_duo.conf")
PASSWORD, TOKEN, SERVER, UNSEEN = "password", "token", "server", "unseen"
_LOCAL = frozenset({"pam_unix", "pam_unix2", "pam_pwdb"})
_DIRECTORY = frozenset(
    {"pam_sss", "pam_ldap", "pam_krb5", "pam_winbind", "pam_userdb", "pam_himmelblau"}
)
_ELSEWHERE = frozenset({"pam_sss", "pam_winbind"})  # know no account of /etc/passwd
_TOKENS = frozenset(
    {
        *("pam_google_authenticator", "pam_oath", "pam_u2f", "pam_yubico", "pam_duo", "pam_pkcs11"),
        *(
            "pam_p11",
            "pam_poldi",
            "pam_sss_gss",
            "pam_fprintd",
            "pam_rsa",
            "pam_securid",
            "pam_2fa",
        ),
        *("pam_privacyidea", "pam_linotp", "pam_mfa", "pam_otpw", "pam_ussh"),
    }
)
_SERVERS = frozenset({"pam_radius_auth", "pam_radius", "pam_tac", "pam_tacplus"})
_PROGRAMS = frozenset({"pam_exec", "pam_script", "pam_python", "pam_python3"})
_PLAIN = frozenset(
    {
        *("pam_permit", "pam_env", "pam_faildelay", "pam_warn", "pam_echo", "pam_group", "pam_cap"),
        *("pam_keyinit", "pam_mail", "pam_motd", "pam_limits", "pam_umask", "pam_faillock"),
        *(
            "pam_tally2",
            "pam_tally",
            "pam_gnome_keyring",
            "pam_kwallet5",
            "pam_ecryptfs",
            "pam_mount",
        ),
    }
)
_LOOKS = frozenset(
    {
        *("pam_localuser", "pam_usertype", "pam_listfile", "pam_access", "pam_time", "pam_nologin"),
        *("pam_securetty", "pam_shells", "pam_selinux_permit", "pam_sepermit", "pam_wheel"),
        *("pam_succeed_if", "pam_rhosts", "pam_timestamp", "pam_selinux"),
    }
)
_PASSWORDS = _LOCAL | _DIRECTORY
_ASKS_NOTHING = _PLAIN | _LOOKS | {"pam_deny", "pam_rootok"}
_LETS_PASS = frozenset({"nullok", "nouserok", "alwaysok"})  # who has no secret yet needs none
_LETS_PASS_AT_TIMES = re.compile(
    r"grace_period=0*[1-9]\d*|localifdown|fail_?(?:open|safe)|failmode=safe|allow_?unregistered"
)
_BY_FILE = frozenset({"pam_duo"})  # lets pass while its server is away, if its file does not forbid
_STRANGER = "user_unknown"
_UNHELPED = (_STRANGER, "authinfo_unavail", "cred_unavail", "service_err", "system_err", "abort")
_ASKED = re.compile(r"debug|quiet.*|use_uid|audit")

Holds = Callable[[Sequence[str]], bool | None]
"""Whether one condition of pam_succeed_if holds for the account; None where that can't be told."""


def kinds(
    stack: Sequence[Line],
    holds: Holds,
    *,
    has_password: bool,
    closed: frozenset[str] = frozenset(),
) -> frozenset[frozenset[str]]:
    """The kinds of proof on each way that lets the account in; empty where none does.

    The account is one of /etc/passwd; `has_password`: some password of it could match; `closed`:
    modules whose own files say that they let nobody in while their server is away.
    """

    def returns(line: Line) -> Iterable[str]:
        return _returns(line, holds, has_password=has_password)

    watched = frozenset(line.module for line in stack if _kind(line))
    found = set()
    for way in ways(stack, returns, watched):
        if way.succeeds:
            given = {_given(stack[n], said, closed) for n, said in way.ran}
            found.add(frozenset(kind for kind in given if kind))
    return frozenset(found)


def _given(line: Line, said: str, closed: frozenset[str]) -> str:
    """What has been proved once a module has said this; "" where nothing was."""
    kind = _kind(line)
    if said == SUCCESS:
        return UNSEEN if kind in {TOKEN, SERVER} and _is_lax(line, closed) else kind
    if kind not in {TOKEN, SERVER} or said == FAILURE:
        return ""
    if said == IGNORE:
        return "" if _LETS_PASS & set(line.args) else UNSEEN
    return "" if said == _STRANGER and kind == TOKEN else UNSEEN


def _is_lax(line: Line, closed: frozenset[str]) -> bool:
    """Whether it says yes without a proof at times, as far as its line and its file tell."""
    if line.module in _BY_FILE:
        return line.module not in closed or (line.option("conf") or CLOSED_BY[0]) not in CLOSED_BY
    return any(_LETS_PASS_AT_TIMES.fullmatch(arg.lower()) for arg in line.args)


def _kind(line: Line) -> str:
    """The kind of proof that a module asks for; "" where it asks for none."""
    if line.module in _PASSWORDS:
        return PASSWORD
    if line.module in _TOKENS or _is_privacyidea(line):
        return TOKEN
    if line.module in _SERVERS:
        return SERVER
    return "" if line.module in _ASKS_NOTHING else UNSEEN


def _is_privacyidea(line: Line) -> bool:
    return line.module in _PROGRAMS and any("privacyidea" in arg for arg in line.args)


def _returns(line: Line, holds: Holds, *, has_password: bool) -> Iterable[str]:
    if line.module in {"pam_deny", "pam_rootok"}:
        return (FAILURE,)
    if line.module in _PLAIN:
        return (IGNORE,) if line.module == "pam_faillock" else (SUCCESS,)
    if line.module in _ELSEWHERE:
        return (FAILURE,)
    if line.module in _LOCAL:
        return (SUCCESS, FAILURE) if has_password else (FAILURE,)
    if line.module == "pam_succeed_if":
        said = _succeeds(line.args, holds)
        return (SUCCESS, FAILURE) if said is None else (SUCCESS if said else FAILURE,)
    if line.module in _LOOKS:
        return (SUCCESS, FAILURE)
    return (
        (SUCCESS, FAILURE, *_besides(line))
        if _kind(line) in {TOKEN, SERVER}
        else (SUCCESS, FAILURE)
    )


def _besides(line: Line) -> Iterator[str]:
    """What else a module may say that counts other than a wrong code."""
    lets_pass = line.is_spared or _LETS_PASS & set(line.args)
    if lets_pass or any(_LETS_PASS_AT_TIMES.fullmatch(arg.lower()) for arg in line.args):
        yield IGNORE
    yield from (one for one in _UNHELPED if line.action(one) != line.action(FAILURE))


def _succeeds(args: Sequence[str], holds: Holds) -> bool | None:
    words = [word for word in args if not _ASKED.fullmatch(word)]
    said = [holds(words[n : n + 3]) for n in range(0, len(words), 3)]
    if False in said:
        return False
    return None if None in said or not said else True
