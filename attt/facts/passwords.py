"""The lines of /etc/shadow, without what is secret in them: passwd(5), shadow(5), crypt(5)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from attt.facts.instants import of_days
from attt.facts.redact import scheme

_DAYS = re.compile(rb"[0-9]{1,9}")
_SCHEMES = {
    b"des": "des",
    b"1": "md5",
    b"md5": "sunmd5",
    b"sha1": "sha1",
    b"3": "nt",
    b"2": "bcrypt",
    b"2a": "bcrypt",
    b"2b": "bcrypt",
    b"2x": "bcrypt",
    b"2y": "bcrypt",
    b"5": "sha256",
    b"6": "sha512",
    b"7": "scrypt",
    b"y": "yescrypt",
    b"gy": "gost_yescrypt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """How an account's password stands. Days are counts, instants the start of a day in UTC.

    `state` is "empty" (anybody gets in), "set", or "locked" (no password can match); `hash` is
    the scheme's name, kept under a lock too, or None where there is no hash.
    """

    state: str
    hash: str | None
    changed: str | None = None
    must_change: bool = False
    min_days: int | None = None
    max_days: int | None = None
    warn_days: int | None = None
    inactive_days: int | None = None
    expires: str | None = None


def state_of(field: bytes) -> tuple[str, str | None]:
    """State and hash scheme of a password field, raw or redacted."""
    marks, name = scheme(field)
    if not marks and name == b"":
        return "empty", None
    known = _SCHEMES.get(name, "other") if name else None
    return ("set" if known and not marks else "locked"), known


def parse(content: bytes) -> dict[str, Password]:
    """Each account's line; the first of several counts, as it does for getspnam(3)."""
    found: dict[str, Password] = {}
    for line in content.split(b"\n"):
        name, colon, rest = line.partition(b":")
        if colon and name:
            found.setdefault(name.decode("utf-8", errors="replace"), _password(rest))
    return found


@lru_cache(maxsize=256)  # a system's own accounts differ but in their names
def _password(rest: bytes) -> Password:
    fields = [b"", *rest.split(b":"), *[b""] * 7]
    state, known = state_of(fields[1])
    changed, expires = _days(fields[2]), _days(fields[7])
    return Password(
        state=state,
        hash=known,
        changed=of_days(changed) if changed else None,
        must_change=changed == 0,
        min_days=_days(fields[3]),
        max_days=_days(fields[4]),
        warn_days=_days(fields[5]),
        inactive_days=_days(fields[6]),
        expires=of_days(expires) if expires is not None else None,
    )


def _days(field: bytes) -> int | None:
    """A count of days; empty and -1 both mean that there is none."""
    text = field.strip()
    return int(text) if text and _DAYS.fullmatch(text) else None
