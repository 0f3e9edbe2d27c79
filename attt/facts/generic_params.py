"""What the parameters of generic facts may be: whatever would not be a plain read is refused.

A path is absolute and written plainly; nothing below it is followed by "..". Names of services,
packages, programs and settings hold only what such names hold, so that none can pass for an option.
"""

import re
from collections.abc import Callable, Mapping

import re2

from attt.message import Message

_PATH = re.compile(r"(?:/[\w.@%+:=,~-]+)+", re.ASCII)
_PSEUDO = ("/proc/", "/sys/", "/dev/")
_SECRET = re.compile(r"/etc/g?shadow-?|.*(?:/ssh_host_\w+_key|/id_\w+|\.key|\.pem|\.p12|\.jks)")
_UNIT = re.compile(r"[A-Za-z0-9][\w.@:-]{0,200}", re.ASCII)
_PACKAGE = re.compile(r"[A-Za-z0-9][\w.+-]{0,200}", re.ASCII)
_PORT = re.compile(r"([1-9][0-9]{0,4})/(?:tcp|udp)", re.ASCII)
_SYSCTL = re.compile(r"[a-z][\w-]*(?:[./][\w-]+)+", re.ASCII)
_PATTERN_AT_MOST = 500
_LAST_PORT = 65_535


def _path(text: str) -> Message | None:
    """A file whose content may be read: no pseudo file system, and nothing that is all secret."""
    if (refused := _place(text)) is not None:
        return refused
    if text.startswith(_PSEUDO):
        return Message("'{path}' is no file of settings: name a fact for it", path=text)
    if _SECRET.fullmatch(text):
        return Message("'{path}' holds nothing but secrets, and attt does not read it", path=text)
    return None


def _place(text: str) -> Message | None:
    """Any path, to look at its owner and mode alone."""
    parts = text.split("/")
    if _PATH.fullmatch(text) and ".." not in parts and "." not in parts:
        return None
    return Message("'{path}' is not an absolute path, written out plainly", path=text)


def _some(text: str) -> Message | None:
    is_odd = not text or not text.isprintable()
    return Message("Write what to look for") if is_odd else None


def _any(_text: str) -> Message | None:
    return None


def _pattern(text: str) -> Message | None:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error:
        return Message("'{pattern}' is no pattern that RE2 reads", pattern=text)
    is_long = len(text) > _PATTERN_AT_MOST or not text
    return (
        Message("Write a pattern of 1 to {most} characters", most=_PATTERN_AT_MOST)
        if is_long
        else None
    )


def _named(form: re.Pattern[str]) -> Callable[[str], Message | None]:
    def refuse(text: str) -> Message | None:
        return None if form.fullmatch(text) else Message("'{name}' is no such name", name=text)

    return refuse


def _port(text: str) -> Message | None:
    found = _PORT.fullmatch(text)
    if found and int(found[1]) <= _LAST_PORT:
        return None
    return Message("'{port}' is no port: write such as 8080/tcp", port=text)


Refuse = Callable[[Mapping[str, str]], Message | None]


def _each(checks: Mapping[str, Callable[[str], Message | None]]) -> Refuse:
    def refuse(params: Mapping[str, str]) -> Message | None:
        found = (check(params[name]) for name, check in checks.items() if name in params)
        return next((message for message in found if message is not None), None)

    return refuse


OF_ATTRIBUTES = _each({"path": _place})
OF_INI = _each({"path": _path, "section": _any, "key": _some})
OF_KEY = _each({"path": _path, "key": _some})
OF_LINE = _each({"path": _path, "pattern": _pattern})
OF_SERVICE = _each({"name": _named(_UNIT)})
OF_PACKAGE = _each({"name": _named(_PACKAGE)})
OF_PROCESS = _each({"name": _named(_PACKAGE)})
OF_PORT = _each({"port": _port})
OF_SYSCTL = _each({"name": _named(_SYSCTL)})
"""One test a generic fact: the message that says what is wrong, or None."""
