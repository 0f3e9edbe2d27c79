"""What must never be kept, taken out of an answer before its digest is made.

Every parser must read the redacted answer exactly as it reads the raw one; `tests/facts` checks
that parse(raw) == parse(redact(raw)) for every recorded case.
"""

import re
from collections.abc import Callable, Mapping

_MODULAR = re.compile(rb"\$([0-9a-zA-Z][0-9a-zA-Z-]{0,15})[$,].+", re.DOTALL)
# DES alone, in several blocks (bigcrypt), or with HP-UX's password ageing behind it; and BSDi's.
_TRADITIONAL = re.compile(
    rb"[./0-9A-Za-z]{13}(?:[./0-9A-Za-z]{11})*(?:,.*)?|_[./0-9A-Za-z]{19}", re.DOTALL
)
_HIDDEN = b"[redacted]"
_INVALID = b"[invalid]"


def scheme(password: bytes) -> tuple[bytes, bytes | None]:
    """The lock marks before a password hash (crypt(5)) and the scheme's own name of it.

    The name is what stands between the dollars ("6", "y", "2b"), "des" for a traditional hash,
    "" where nothing follows the marks, and None where what follows is no hash at all.
    """
    rest = password.lstrip(b"!*")
    marks = password[: len(password) - len(rest)]
    if not rest:
        return marks, b""
    if modular := _MODULAR.fullmatch(rest):
        return marks, modular[1]
    if rest == _HIDDEN or _TRADITIONAL.fullmatch(rest):
        return marks, b"des"
    return marks, None


def shadow(content: bytes) -> bytes:
    """/etc/shadow without password hashes: the scheme stays, as `$6$[redacted]`.

    Lock marks (`!`, `*`) and empty fields stay as they are; they are not secrets. A field that
    is no hash may be a password that somebody typed there: it becomes `[invalid]`.
    """
    return b"\n".join(_line(line, _hidden) for line in content.split(b"\n"))


def passwd(content: bytes) -> bytes:
    """/etc/passwd or /etc/group, whose second field is `x` but may hold a hash on old hosts."""
    return b"\n".join(_line(line, _hidden_but_x) for line in content.split(b"\n"))


def _line(line: bytes, hidden: Callable[[bytes], bytes]) -> bytes:
    fields = line.split(b":")
    if len(fields) < 2:
        return line
    return b":".join([fields[0], hidden(fields[1]), *fields[2:]])


def _hidden_but_x(password: bytes) -> bytes:
    return password if password == b"x" else _hidden(password)


def _hidden(password: bytes) -> bytes:
    marks, name = scheme(password)
    match name:
        case b"":
            return marks
        case None:
            return marks + _INVALID
        case b"des":
            return marks + _HIDDEN
        case _:
            return marks + b"$" + name + b"$" + _HIDDEN


_URL_USER = re.compile(rb"(?<=://)[^/\s\"'@]{1,512}(?=@)")
_SETTING = re.compile(
    rb"((?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key)\"?[ \t]*[=:][ \t]*[\"']?)"
    rb"([^\s\"',;]{1,512})",
    re.IGNORECASE,
)
_SETTING_WORDS = (b"pass", b"pwd", b"secret", b"token", b"api")
_DATABASE = re.compile(rb"(:om\w{1,20}:[^,\s;]*,[^,\s;]*,[^,\s;]*,)([^;\s]{1,512})")


def settings(content: bytes) -> bytes:
    """Configuration text, or a tar archive of it, without passwords; every length stays as it is.

    What is hidden: the user part of a URL, the value of a setting that is named like a secret,
    and the password of rsyslog's legacy database actions.
    """
    hidden, folded = content, content.lower()
    if b"://" in folded:
        hidden = _URL_USER.sub(lambda m: b"x" * len(m[0]), hidden)
    if any(word in folded for word in _SETTING_WORDS):
        hidden = _SETTING.sub(lambda m: m[1] + b"x" * len(m[2]), hidden)
    if b":om" in folded:
        hidden = _DATABASE.sub(lambda m: m[1] + b"x" * len(m[2]), hidden)
    return hidden


REDACTORS: Mapping[str, Callable[[bytes], bytes]] = {
    "shadow": shadow,
    "passwd": passwd,
    "settings": settings,
}
