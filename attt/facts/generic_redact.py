"""Files of applications without their secrets: what is named like one is hidden, whatever it is.

A key that holds one of these words hides all that follows it on its line, and all below it in
JSON: an application's own names are not known, so rather too much is hidden than too little.
Hiding twice is hiding once; an empty value stays empty, so that "is set" can still be told.
"""

import json
import re

_WORDS = (
    r"pass(?!ive|enger|through)|pwd|secret|token|credential|signing|salt|private|cookie|webhook"
    r"|api[_-]?key|(?:access|auth|account|shared|crypt\w*|encryption|app|master|license)[_-]?key"
    r"|conn\w*[_-]?str\w*|dsn|community|\bkey\b(?![_-]?(?:file|path|store))"
)
_KEY = re.compile(_WORDS, re.IGNORECASE)
_LINE = re.compile(
    rb"(?im)((?:^|[\s\"'{,;<&?])[\w.:-]*(?:"
    + _WORDS.encode()
    + rb")[\w.-]*[\"']?[ \t]*[=: \t>][ \t]*)"
    rb"([^\r\n]*[^\s])"
)
_URL_USER = re.compile(rb"(?<=://)[^/\s\"'@]{1,512}(?=@)")
_PEM = re.compile(rb"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.*?)(-----END|\Z)", re.DOTALL)
_EMPTY = frozenset({b'""', b"''", b"null", b"none", b"~", b"[]", b"{}"})
HIDDEN = "[hidden]"


def names_secret(key: str) -> bool:
    """Whether what stands under this key is taken for a secret."""
    return _KEY.search(key) is not None


def lines(content: bytes) -> bytes:
    """Lines of settings without secrets; every length stays as it is."""
    hidden = _PEM.sub(lambda m: m[1] + re.sub(rb"\S", b"x", m[2]) + m[3], content)
    hidden = _URL_USER.sub(lambda m: b"x" * len(m[0]), hidden)
    return _LINE.sub(_masked, hidden)


def _masked(found: re.Match[bytes]) -> bytes:
    value = found[2]
    if value.strip(b" ,;") in _EMPTY:
        return found[0]
    return found[1] + b"x" * len(value)


def document(content: bytes) -> bytes:
    """A JSON document without secrets; one that can't be read is hidden as a whole."""
    try:
        data = json.loads(content)
        return json.dumps(_walked(data), ensure_ascii=True).encode()
    except (ValueError, RecursionError):
        return b"" if not content.strip() else b"[hidden: no JSON]"


def _walked(data: object, *, is_secret: bool = False) -> object:
    match data:
        case dict():
            return {
                key: _walked(value, is_secret=is_secret or names_secret(key))
                for key, value in data.items()
            }
        case list():
            return [_walked(one, is_secret=is_secret) for one in data]
        case None | "":
            return data
        case str() if not is_secret:
            return _URL_USER.sub(lambda m: b"x" * len(m[0]), data.encode(errors="replace")).decode()
        case _:
            return HIDDEN if is_secret else data
