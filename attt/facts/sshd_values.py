"""The lines that `sshd -T` prints, as typed values. Names are sshd's own, in lower case.

Text fields hold sshd's word (`yes`, `no`, `prohibit-password`, `VERBOSE`); intervals are seconds;
`idle_minutes` is when a silent connection ends (rounded up), null when never; `banner` (the path
of its text) and the user and group lists are null or empty when not set. MaxStartups is three
numbers: from `startups_begin` connections that are not logged in yet `startups_rate` percent of
new ones are turned away, from `startups_full` on all of them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from attt.model.answer import Obstacle
from attt.model.shape import Integer, ListOf, Record, Text
from attt.model.value import Missing, Value

_TEXTS = (
    "permitrootlogin",
    "permitemptypasswords",
    "passwordauthentication",
    "pubkeyauthentication",
    "kbdinteractiveauthentication",
    "hostbasedauthentication",
    "ignorerhosts",
    "strictmodes",
    "permituserenvironment",
    "usepam",
    "x11forwarding",
    "allowtcpforwarding",
    "allowagentforwarding",
    "disableforwarding",
    "gatewayports",
    "gssapiauthentication",
    "loglevel",
    "banner",
)
_INTEGERS = {
    "maxauthtries": "attempts",
    "maxsessions": "sessions",
    "logingracetime": "seconds",
    "clientaliveinterval": "seconds",
    "clientalivecountmax": "messages",
}
_LISTS = ("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "pubkeyacceptedalgorithms")
_REPEATED = (
    *("authorizedkeysfile", "allowusers", "allowgroups", "denyusers", "denygroups"),
    "channeltimeout",
)
_STARTUPS = ("startups_begin", "startups_rate", "startups_full")
_SYNONYMS = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    "skeyauthentication": "kbdinteractiveauthentication",
}
_WORDS = {"without-password": "prohibit-password"}
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

SHAPE = Record(
    {
        **{name: Text(nullable=name == "banner") for name in _TEXTS},
        **{name: Integer(unit) for name, unit in _INTEGERS.items()},
        **dict.fromkeys((*_LISTS, *_REPEATED[:-1]), ListOf(Text())),
        "startups_begin": Integer("connections"),
        "startups_rate": Integer("percent"),
        "startups_full": Integer("connections"),
        "port": ListOf(Integer("port")),
        "idle_minutes": Integer("minutes", nullable=True),
    }
)


def name_of(keyword: str) -> str:
    """The newest name of a keyword, in lower case."""
    name = keyword.lower()
    return _SYNONYMS.get(name, name)


@lru_cache(maxsize=32)  # several facts of a host read the same two, and contexts are often alike
def dump(text: str) -> Mapping[str, tuple[str, ...]]:
    """What each keyword is followed by; some stand on several lines."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword:
            name = name_of(keyword)
            found[name] = (*found.get(name, ()), rest.strip())
    return found


def typed(dumped: Mapping[str, tuple[str, ...]]) -> dict[str, Value]:
    """Every field of the fact but `idle_minutes`, and `channeltimeout` besides."""
    values: dict[str, Value] = {}
    for name in (*_TEXTS, *_INTEGERS, *_LISTS):
        lines = dumped.get(name)
        values[name] = _said(name, lines[0]) if lines else _unsaid(name)
    for name in _REPEATED:
        lines = dumped.get(name, ())
        values[name] = tuple(word for line in lines for word in line.split() if word != "none")
    values.update(_startups(dumped.get("maxstartups", ("",))[0]))
    values["port"] = tuple(_integer(text) for text in dumped.get("port", ()))
    return values


def _startups(text: str) -> dict[str, Value]:
    """`begin:rate:full`, or one number from which on all are turned away."""
    if not text:
        return {name: _unsaid("maxstartups") for name in _STARTUPS}
    parts = text.split(":") if ":" in text else [text, "100", text]
    numbers = [*map(_integer, parts), *[_integer("")] * 3]
    return dict(zip(_STARTUPS, numbers, strict=False))


def fields_of(keyword: str) -> tuple[str, ...]:
    """The fields that hold what a keyword sets."""
    name = name_of(keyword)
    return _STARTUPS if name == "maxstartups" else (name,)


def _unsaid(name: str) -> Value:
    return Missing(Obstacle.UNSUPPORTED, f"this sshd does not print a setting: {name}")


def said(keyword: str, text: str) -> Value:
    """What a line of a file means; only single words can be told, the rest is missing."""
    name = name_of(keyword)
    if name in _LISTS or name in _REPEATED:
        return Missing(Obstacle.IN_CONTEXT)
    return _said(name, text.strip())


def _said(name: str, text: str) -> Value:
    if name in _INTEGERS:
        return _integer(text)
    if name in _LISTS:
        return tuple(text.split(","))
    if name == "banner":
        return None if text.lower() == "none" else text
    if name == "loglevel":
        return text.upper()
    return _WORDS.get(text.lower(), text.lower())


def _integer(text: str) -> Value:
    if _INTEGER.fullmatch(text):
        return int(text)
    return Missing(Obstacle.OUT_OF_TYPE, f"not a whole number: {text[:40]}")


def overrides(settings: Mapping[str, str]) -> dict[str, Value]:
    """Fields that the command line of the running daemon sets; relative lists can't be told."""
    known = {name_of(k): text for k, text in settings.items() if name_of(k) in SHAPE.fields}
    found = _startups(settings["maxstartups"]) if "maxstartups" in settings else {}
    for name, text in known.items():
        if text[:1] in {"+", "-", "^"} or name in _REPEATED or name == "port":
            detail = "the running sshd has its own option for it"
            found[name] = Missing(Obstacle.CONTRADICTED, detail)
        else:
            found[name] = _said(name, text)
    return found


def idle_minutes(values: Mapping[str, Value], dumped: Mapping[str, tuple[str, ...]]) -> Value:
    """When sshd ends a silent connection: by unanswered alive messages or a session time-out."""
    alive = _alive_s(values["clientaliveinterval"], values["clientalivecountmax"], dumped)
    session = _session_s(values["channeltimeout"])
    for part in (alive, session):
        if isinstance(part, Missing):
            return part
    seconds = [part for part in (alive, session) if isinstance(part, int)]
    return -(-min(seconds) // 60) if seconds else None


def _alive_s(interval: Value, count: Value, dumped: Mapping[str, tuple[str, ...]]) -> Value:
    for part in (interval, count):
        if not isinstance(part, int):
            return part
    if not interval or interval < 0:  # type: ignore[operator]
        return None
    if count == 0:  # never ends since OpenSSH 8.2, which also brought this keyword
        return None if "pubkeyauthoptions" in dumped else interval
    return interval * count  # type: ignore[operator]


def _session_s(timeouts: Value) -> Value:
    if not isinstance(timeouts, tuple):
        return timeouts
    found = []
    for text in timeouts:
        kind, _, length = str(text).strip('"').partition("=")
        if kind in {"session", "session:*", "*", "global"}:
            found.append(_length_s(length))
    if None in found:
        return Missing(Obstacle.OUT_OF_TYPE, "a channel time-out can't be read")
    lengths = [length for length in found if length]
    return min(lengths) if lengths else None


def _length_s(text: str) -> int | None:
    if not re.fullmatch(r"(?:[0-9]{1,9}[smhdw]?)+", text.lower()):
        return None
    return sum(int(n) * _UNIT_S[u] for n, u in re.findall(r"([0-9]+)([smhdw]?)", text.lower()))
