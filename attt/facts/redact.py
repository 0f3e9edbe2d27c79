"""What must never be kept, taken out of an answer before its digest is made.

Every parser must read the redacted answer exactly as it reads the raw one; `tests/facts` checks
that parse(raw) == parse(redact(raw)) for every recorded case.
"""

import re
from collections.abc import Callable, Mapping

from attt.facts import backup_words, generic_redact
from attt.facts.marked import on_marked_lines
from attt.facts.web_redact import web

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
    name, colon, rest = line.partition(b":")
    password, end, others = rest.partition(b":")
    return b"".join((name, colon, hidden(password), end, others)) if colon else line


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
    rb"([^\s\0\"',;]{1,512})",  # a NUL pads what stands in an archive
    re.IGNORECASE,
)
_TAGGED = re.compile(
    rb"(<[\w-]{0,32}(?:passw(?:or)?d|passphrase|secret|token|api_?key)[\w-]{0,32}>)([^<\0]{1,512})",
    re.IGNORECASE,
)
_SETTING_MARKS = (b"://", b"pass", b"pwd", b"secret", b"token", b"api")
_SUSE_TOKEN = re.compile(rb"(?<=\?)[A-Za-z0-9_~.-]{16,512}(?=[\s&]|$)")
_DATABASE = re.compile(rb"(:om\w{1,20}:[^,\s;]*,[^,\s;]*,[^,\s;]*,)([^;\s]{1,512})")


def settings(content: bytes) -> bytes:
    """Configuration text, or a tar archive of it, without passwords; every length stays as it is.

    What is hidden: the user part of a URL, the value of a setting or of an XML element that is
    named like a secret, and the password of rsyslog's legacy database actions.
    """
    if b"?" in content and _is_suse(content.lower()):
        hidden = on_marked_lines(content, (*_SETTING_MARKS, b"?"), _suse_line)
    else:
        hidden = on_marked_lines(content, _SETTING_MARKS, _settings_line)
    if b"<" in hidden:
        hidden = _TAGGED.sub(_crossed_out, hidden)
    return _DATABASE.sub(_crossed_out, hidden) if b":om" in hidden else hidden


def _is_suse(folded: bytes) -> bool:
    return b"suse.com/" in folded and b"://" in folded


def _suse_line(line: bytes) -> bytes:
    hidden = _URL_USER.sub(lambda m: b"x" * len(m[0]), line)
    return _settings_line(_SUSE_TOKEN.sub(lambda m: b"x" * len(m[0]), hidden))


def _settings_line(line: bytes) -> bytes:
    return _SETTING.sub(_crossed_out, _URL_USER.sub(lambda m: b"x" * len(m[0]), line))


def _crossed_out(match: re.Match[bytes]) -> bytes:
    return match[1] + b"x" * len(match[2])


# As sshd reads it, any quote behind a backslash belongs to the value.
_KEY_OPTION = re.compile(rb"(\b(?:command|environment)=\")((?:[^\"\n]|(?<=\\)\")*)", re.IGNORECASE)


def authorized_keys(content: bytes) -> bytes:
    """Lists of public keys (sshd(8)), or a tar archive of them; every length stays as it is.

    What a key may run, and with which environment, can hold a password; public keys hold nothing.
    """
    return on_marked_lines(content, (b'command="', b'environment="'), _key_line)


def _key_line(line: bytes) -> bytes:
    return _KEY_OPTION.sub(_crossed_out, line)


_ARGUMENT = re.compile(
    rb"(-{1,2}[\w-]{0,40}(?:pass|secret|token|auth|key|pwd)[\w-]{0,40}[ \t=]+)(?!-)([^\s;]{1,512})",
    re.IGNORECASE,
)
_GLUED = re.compile(rb"((?:mysql|mariadb|sshpass)\S{0,40}(?: [^\n;]{0,200}?)? -p)([^\s;]{1,512})")
_ARGUMENT_MARKS = (
    *(b"pass", b"secret", b"token", b"auth", b"key", b"pwd"),  # of _ARGUMENT
    *(b"mysql", b"mariadb"),  # of _GLUED
)


def arguments(content: bytes) -> bytes:
    """Command lines without passwords: besides what `settings` hides, `--password X` and `-pX`."""
    return settings(on_marked_lines(content, _ARGUMENT_MARKS, _arguments_line))


def _arguments_line(line: bytes) -> bytes:
    return _GLUED.sub(_crossed_out, _ARGUMENT.sub(_crossed_out, line))


_COMMUNITY = re.compile(
    rb"(?im)^([ \t]*(?:r[ow]community6?|trapcommunity)[ \t]+)([^\s#]{1,512})"
    rb"|^([ \t]*com2sec6?[ \t]+(?:-Cn[ \t]+\S+[ \t]+)?\S+[ \t]+\S+[ \t]+)([^\s#]{1,512})"
    rb"|^([ \t]*(?:trapsink|trap2sink|informsink)[ \t]+\S+[ \t]+)([^\s#]{1,512})"
    rb"|^([ \t]*authcommunity[ \t]+(?:(?:(?:log|execute|net|read|write),?)+[ \t]+)?)([^\s#]{1,512})"
)
_KEYS = re.compile(
    rb"(?im)^([ \t]*(?:createUser|usmUser|com2secunix|trapsess|proxy|defCommunity"
    rb"|def(?:Auth|Priv)?Pass(?:phrase|word)|def(?:Auth|Priv)\w*Key)[ \t]+)([^\n]{1,2048})"
)
_SNMP_MARKS = (b"community", b"com2sec", b"trap", b"informsink", b"user", b"proxy", b"def")
KNOWN_COMMUNITIES = frozenset(
    {
        *(b"public", b"private", b"community", b"snmp", b"snmpd", b"cisco", b"admin", b"manager"),
        *(b"monitor", b"default", b"read", b"write", b"secret", b"test", b"password", b"guest"),
    }
)
"""Words that every scanner tries: naming them gives nothing away."""


def snmp(content: bytes) -> bytes:
    """Settings of snmpd without communities and keys; every length stays as it is.

    Communities that every scanner tries stay: that they are so is what must be told.
    """
    return on_marked_lines(content, _SNMP_MARKS, _snmp_line)


def _snmp_line(line: bytes) -> bytes:
    return _KEYS.sub(_crossed_out, _COMMUNITY.sub(_hidden_community, line))


def _hidden_community(match: re.Match[bytes]) -> bytes:
    head, word = next((h, w) for h, w in zip(*[iter(match.groups())] * 2, strict=True) if h)
    plain = word.strip(b"\"'").lower()
    return bytes(head + (word if plain in KNOWN_COMMUNITIES else b"x" * len(word)))


_DIRECTIVE = re.compile(
    rb"(?im)^([ \t]*(?:SQL(?:Named)?ConnectInfo|LDAPBindDN|LDAPServer|Radius\w*Server|TLSPassPhrase\w*"
    rb"|UserPassword|GroupPassword)[ \t]+)([^\n]{1,2048})"
)


_DIRECTIVE_MARKS = (b"connectinfo", b"ldap", b"radius", b"pass")


def directives(content: bytes) -> bytes:
    """ProFTPD's settings without the passwords of its databases; every length stays as it is."""
    return on_marked_lines(
        content, _DIRECTIVE_MARKS, lambda line: _DIRECTIVE.sub(_crossed_out, line)
    )


_REDIS = re.compile(
    rb"((?:^|\0|\n)[ \t]*(?:requirepass|masterauth|tls-key-file-pass|tls-client-key-file-pass|"
    rb"sentinel[ \t]+auth-pass[ \t]+\S+|rename-command[ \t]+\S+)[ \t]+)([^\n\0]{1,1024})",
    re.IGNORECASE,
)
_REDIS_USER = re.compile(rb"((?:^|\0|\n)[ \t]*user[ \t]+)([^\n\0]{1,4096})", re.IGNORECASE)
_INSIDE_QUOTES = re.compile(rb"[^\s\"']")
_REDIS_MARKS = (b"pass", b"masterauth", b"rename-command", b"user")
_REDIS_MARK = re.compile(rb"(?<=[ \t])([><#!])(\S+)")


def redis(content: bytes) -> bytes:
    """redis.conf and lists of accounts, or a tar archive of them; every length stays as it is."""
    return on_marked_lines(content, _REDIS_MARKS, _redis_line)


def _redis_line(line: bytes) -> bytes:
    hidden = _REDIS.sub(lambda m: m[1] + _INSIDE_QUOTES.sub(b"x", m[2]), line)
    return _REDIS_USER.sub(
        lambda m: m[1] + _REDIS_MARK.sub(lambda n: n[1] + b"x" * len(n[2]), m[2]), hidden
    )


_EXEC = re.compile(rb"(argv\[\]=)(.*?)( ; ignore_errors=)")
_WORD = re.compile(rb"[^\s;|&\"'()]+")
_BACKUPS = frozenset(one.encode() for one in backup_words.PROGRAMS | backup_words.VERBS)
_PATH = re.compile(rb"(?:/[\w.+@-]+)+/?")


def commands(content: bytes) -> bytes:
    """What systemctl says of units: of commands only paths and names of backup programs stay."""
    return _EXEC.sub(_hidden_command, content) if b"argv[]=" in content else content


def _hidden_command(line: re.Match[bytes]) -> bytes:
    return line[1] + _WORD.sub(_shown, line[2]) + line[3]


def _shown(word: re.Match[bytes]) -> bytes:
    is_known = _PATH.fullmatch(word[0]) or word[0] in _BACKUPS
    return word[0] if is_known else b"x" * len(word[0])


REDACTORS: Mapping[str, Callable[[bytes], bytes]] = {
    "arguments": arguments,
    "commands": commands,
    "redis": redis,
    "shadow": shadow,
    "passwd": passwd,
    "settings": settings,
    "snmp": snmp,
    "directives": directives,
    "application": generic_redact.lines,
    "document": generic_redact.document,
    "web": web,
    "authorized_keys": authorized_keys,
}
