"""Taking secrets out of the files of web servers and proxies before anything keeps them.

Hidden, each with as many x as it was long: the lines of keys (base64 alone on a line), hashes
behind a name as htpasswd(1) writes them, the value behind a word that is named like a secret, what
is sent as `Authorization`, and the login of HAProxy's `stats auth`.
"""

import re

from attt.facts.marked import on_marked_lines

_BASE64 = re.compile(rb"(?m)(^|\0)([A-Za-z0-9+/]{40,}={0,2})(?=\r?$)")
_HTPASSWD = re.compile(
    rb"(?m)((?:^|\0)[^\s:;{}<>\"'\0]{1,128}:)(\$[0-9A-Za-z]{1,8}\$[./0-9A-Za-z$=,-]{1,512}"
    rb"|\{S?SHA[0-9]*\}[+/=0-9A-Za-z]{1,512}|[./0-9A-Za-z]{13})(?=\r?$)"
)
_NAMED = re.compile(
    rb"(?i)([A-Za-z0-9_.$-]*(?:passw(?:or)?d|passphrase|secret|api_?key|token|authorization)"
    rb"[A-Za-z0-9_-]*\"?[ \t]*[=:]?[ \t]*)"
    rb"(\"[^\"\r\n\0]{1,512}\"|'[^'\r\n\0]{1,512}'|[^\s\"';{}]{1,512})"
)
_AUTH = re.compile(rb"(?i)(\bstats[ \t]+auth[ \t]+)(\S{1,512})")
_URL = re.compile(rb"(?<=://)[^/\s\"'@]{1,512}(?=@)")
_OPEN = (b"server_tokens", b"servertokens", b"password_file", b"userfile", b"passphrasedialog")
_MARKS = re.compile(rb"[^\"']")
_MARKED = (b"://", b"stats", b"pass", b"secret", b"api", b"token", b"authorization")
_SHORTEST_KEY_LINE = 40


def web(content: bytes) -> bytes:
    """The content with secrets hidden; every length and every line stays as it is."""
    hidden = b"\n".join([_without_key(line) for line in content.split(b"\n")])
    return on_marked_lines(hidden, _MARKED, _web_line)


def _without_key(line: bytes) -> bytes:
    """Without base64 or a hash, which reach to the line's end and hold no blank."""
    if len(line) >= _SHORTEST_KEY_LINE and b" " not in line[-_SHORTEST_KEY_LINE:]:
        line = _BASE64.sub(lambda m: m[1] + b"x" * len(m[2]), line)
    if (colon := line.rfind(b":")) > 0 and b" " not in line[colon:]:
        line = _HTPASSWD.sub(lambda m: m[1] + b"x" * len(m[2]), line)
    return line


def _web_line(line: bytes) -> bytes:
    hidden = _AUTH.sub(lambda m: m[1] + b"x" * len(m[2]), line)
    hidden = _URL.sub(lambda m: b"x" * len(m[0]), hidden)
    return _NAMED.sub(_hide, hidden)


def _hide(found: re.Match[bytes]) -> bytes:
    name = found[1].lower()
    if any(word in name for word in _OPEN):
        return found[0]
    return found[1] + _MARKS.sub(b"x", found[2])
