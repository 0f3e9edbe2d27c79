"""What must never be kept, taken out of an answer before its digest is made.

Every parser must read the redacted answer exactly as it reads the raw one; `tests/facts` checks
that parse(raw) == parse(redact(raw)) for every recorded case.
"""

import re
from collections.abc import Callable, Mapping

_HASH = re.compile(rb"^([!*]*)(?:\$([0-9a-zA-Z]+)\$|(_))")


def shadow(content: bytes) -> bytes:
    """/etc/shadow without password hashes: the scheme stays, as `$6$[redacted]`.

    Lock marks (`!`, `*`) and empty fields stay as they are; they are not secrets.
    """
    return b"\n".join(_shadow_line(line) for line in content.split(b"\n"))


def _shadow_line(line: bytes) -> bytes:
    fields = line.split(b":")
    if len(fields) < 2 or not fields[1].strip(b"!*"):
        return line
    marks, scheme, _ = (_HASH.match(fields[1]) or _DES.match(fields[1])).groups()  # type: ignore[union-attr]
    name = b"$" + scheme + b"$" if scheme else b""
    fields[1] = marks + name + b"[redacted]"
    return b":".join(fields)


_DES = re.compile(rb"^([!*]*)()()")

REDACTORS: Mapping[str, Callable[[bytes], bytes]] = {"shadow": shadow}
