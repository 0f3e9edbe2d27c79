"""Where rsyslogd sends and writes what logins tell (facilities auth and authpriv).

Three-valued throughout: a filter that can't be weighed leaves it unknown whether such a message
comes by. Sources: rsyslog.conf(5), the rsyslog manual on omfwd, omrelp and omfile.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from attt.facts.rsyslog_rules import Config, Step, reached

Truth = bool | None
"""None where no one can tell."""

_LEVELS = {
    name: number
    for number, names in enumerate(
        (
            *(("emerg", "panic"), ("alert",), ("crit",), ("err", "error"), ("warning", "warn")),
            *(("notice",), ("info",), ("debug",)),
        )
    )
    for name in names
}
_INFO = 6
_LOGINS = ("auth", "authpriv")
_FACILITIES = re.compile(r"\$syslogfacility-text\s*==\s*['\"](\w+)['\"]", re.IGNORECASE)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PRIFILT = re.compile(r"prifilt\(\s*['\"]([^'\"]+)['\"]\s*\)", re.IGNORECASE)
_TOUCHES = re.compile(r"auth|sshd|sudo|login|\bsu\b|pam|facility|severity|prifilt", re.IGNORECASE)
_LEGACY_HOST = re.compile(r"(@{1,2})(?:\(([^)]*)\))?(?:\[([^\]]+)\]|([^\s:;\[\]]+))(?::(\d{1,5}))?")
_MODULE = re.compile(r":(om\w+):")
_KEEPERS = frozenset(
    {
        *("omfile", "omusrmsg", "omdiscard", "omjournal", "omuxsock", "ompipe", "omstdout"),
        *("omnull", "omtesting", "ommail", "omruleset"),
    }
)
_SELVES = frozenset({"localhost", "localhost.localdomain", "localhost4", "localhost6"})
_SELVES |= {"ip6-localhost", "ip6-loopback"}
_RELP = re.compile(r":omrelp:(?:\[([^\]]+)\]|([^\s:;]+))(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """One place that messages are sent to; `covers_logins` None where no one can tell."""

    target: str
    port: int
    protocol: str
    is_encrypted: bool
    covers_logins: Truth
    module: str = ""  # the file of the module that it needs besides rsyslogd's own

    def is_own(self, own: frozenset[str] = frozenset()) -> bool:
        """Whether it is this host itself, by its name or one of its addresses in `own`."""
        try:
            address = ipaddress.ip_address(self.target.partition("%")[0])
        except ValueError:
            return self.target.lower().rstrip(".") in _SELVES | own
        inner = getattr(address, "ipv4_mapped", None) or address
        return inner.is_loopback or inner.is_unspecified or str(inner) in own


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file that messages are written to; a path with a template has `%` or `?` in it."""

    path: str
    covers: dict[str, Truth]  # by facility, at severity info
    is_meant: (
        bool  # its own filters take one of them, and nothing before is sure to have dropped it
    )


def forwards(config: Config) -> list[Forward]:
    """Every place that local messages are forwarded to; what several actions send there adds up."""
    found: dict[Forward, dict[str, Truth]] = {}
    for step, covers in _weighed(config):
        if (one := _forward(step, config, None)) is not None:
            before = found.get(one, dict.fromkeys(covers, False))
            found[one] = {name: _or(before[name], truth) for name, truth in covers.items()}
    return [replace(one, covers_logins=_both(covers)) for one, covers in found.items()]


def senders(config: Config) -> list[str]:
    """Actions that may send logins away and whose settings are not read, by their modules."""
    found = {
        name: None
        for step, covers in _weighed(config)
        if (name := _sender(step)) and _both(covers) is not False
    }
    return list(found)


def files(config: Config) -> list[Written]:
    """Every file that local messages are written to, in order."""
    return [
        Written(
            path=path,
            covers=covers,
            is_meant=any(
                truth is not False and _passes_all(step.filters, name) is True
                for name, truth in covers.items()
            ),
        )
        for step, covers in _weighed(config)
        if (path := _file(step)) is not None
    ]


def hears_local(config: Config) -> bool:
    """Whether programs of this host can reach rsyslogd at all."""
    if "imjournal" in config.modules:
        return True
    socket = config.modules.get("imuxsock")
    is_off = (socket or {}).get("syssock.use", "on") == "off"
    return socket is not None and not is_off and config.settings.get("omitlocallogging") != "on"


def _weighed(config: Config) -> Iterator[tuple[Step, dict[str, Truth]]]:
    """Each action with whether messages of a facility still come to it."""
    left: dict[str, Truth] = dict.fromkeys((*_LOGINS, "daemon"), True)
    for step in reached(config):
        passed = {name: _passes_all(step.filters, name) for name in left}
        if step.kind == "unseen":
            left = {name: truth and None for name, truth in left.items()}
        elif step.kind == "discard":
            touched = any(_TOUCHES.search(one) for one in step.filters)
            for name, truth in passed.items():
                if truth is True:
                    left[name] = False
                elif truth is None and touched and left[name]:
                    left[name] = None
        else:
            is_spare = step.params.get("action.execonlywhenpreviousissuspended", "off") == "on"
            sure: Truth = None if is_spare else True
            yield (
                step,
                {name: _and(sure, _and(left[name], truth)) for name, truth in passed.items()},
            )


def _or(one: Truth, other: Truth) -> Truth:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def _both(covers: dict[str, Truth]) -> Truth:
    return _and(covers["auth"], covers["authpriv"])


def _and(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _passes_all(filters: tuple[str, ...], facility: str) -> Truth:
    truth: Truth = True
    for one in filters:
        truth = _and(truth, _passes(one, facility))
    return truth


def _passes(one: str, facility: str) -> Truth:
    if one.startswith((":", "!", "+", "-")) or "$" in one or "(" in one or " " in one:
        return _expression(one, facility)
    return _selector(one, facility)


def _expression(text: str, facility: str) -> Truth:
    """A choice of facilities is weighed, and one of which all parts must hold; the rest may be either."""
    if found := _PRIFILT.fullmatch(text.strip("() ") + ")" * text.strip("() ").count("prifilt(")):
        return _selector(found[1], facility)
    rest = _FACILITIES.sub("", text)
    if not re.sub(r"\bor\b|[\s()]", "", rest) and (names := _FACILITIES.findall(text)):
        return facility in {name.lower() for name in names}
    only_and = not re.search(r"\b(?:or|not)\b|!", _QUOTED.sub("", text), re.IGNORECASE)
    if only_and and any(name.lower() != facility for name in _FACILITIES.findall(text)):
        return False  # each part must hold, and one is of another facility
    return None


def _selector(text: str, facility: str) -> Truth:
    """Whether `facility.info` is taken; later parts change what earlier ones said."""
    taken: Truth = False
    for part in text.split(";"):
        names, dot, level = part.partition(".")
        if not dot:
            return None
        if not {"*", facility} & {name.strip().lower() for name in names.split(",")}:
            continue
        taken = _level(level.strip().lower(), taken)
    return taken


def _level(level: str, taken: Truth) -> Truth:
    if level == "none":
        return False
    if level == "*":
        return True
    is_not, plain = level.startswith("!"), level.lstrip("!")
    is_exact, plain = plain.startswith("="), plain.lstrip("=")
    if plain not in _LEVELS:
        return None
    matches = _LEVELS[plain] == _INFO if is_exact else _LEVELS[plain] >= _INFO
    if is_not:
        return False if matches else taken
    return True if matches else taken


def _forward(step: Step, config: Config, covers: Truth) -> Forward | None:
    if step.params:
        return _of_params(step.params, config, covers)
    if found := _LEGACY_HOST.match(step.text):
        protocol = "tcp" if found[1] == "@@" else "udp"
        driver, port = _driver("", config), found[5] or "514"
        mode = _mode(config)
        return _made(found[3] or found[4], port, protocol, covers, driver=driver, mode=mode)
    if found := _RELP.match(step.text):
        return _made(found[1] or found[2], found[3] or "514", "relp", covers)
    return None


def _sender(step: Step) -> str | None:
    if step.params:
        kind = step.params.get("type", "").lower()
        is_told = kind not in {"omfwd", "omrelp"} or bool(step.params.get("target"))
        is_here = kind in _KEEPERS or kind.startswith("mm")
        return None if is_here or (kind in {"omfwd", "omrelp"} and is_told) else kind or "action"
    if found := _MODULE.match(step.text):
        return None if found[1] in _KEEPERS | {"omrelp"} else found[1]
    return "omprog" if step.text.startswith("^") else None


def _of_params(params: dict[str, str], config: Config, covers: Truth) -> Forward | None:
    port = params.get("port", "514")
    targets = re.findall(r'[^\s",]+', params.get("target", ""))
    match params.get("type", "").lower():
        case "omfwd" if targets:
            protocol = params.get("protocol", "udp").lower()
            named = params.get("streamdriver", params.get("streamdriver.name", ""))
            mode = params.get("streamdrivermode", _mode(config))
            return _made(
                targets[0], port, protocol, covers, driver=_driver(named, config), mode=mode
            )
        case "omrelp" if targets:
            made = _made(targets[0], port, "relp", covers)
            return replace(made, is_encrypted=params.get("tls", "off").lower() == "on")
        case _:
            return None


def _mode(config: Config) -> str:
    return config.settings.get("actionsendstreamdrivermode", "0")


def _driver(named: str, config: Config) -> str:
    """The driver of an action's connection, where it is one that can encrypt."""
    default = config.settings.get("defaultnetstreamdriver", "ptcp")
    own = (named or config.settings.get("actionsendstreamdriver", default)).lower()
    return own if own in {"gtls", "ossl", "mbedtls"} else ""


def _made(
    target: str, port: str, protocol: str, covers: Truth, *, driver: str = "", mode: str = "0"
) -> Forward:
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    modules = {"relp": "omrelp.so", "tcp": f"lmnsd_{driver}.so" if driver else ""}
    return Forward(
        target=target,
        port=number,
        protocol=protocol,
        is_encrypted=protocol == "tcp" and bool(driver) and mode == "1",
        covers_logins=covers,
        module=modules.get(protocol, ""),
    )


def _file(step: Step) -> str | None:
    if step.params:
        if step.params.get("type", "").lower() != "omfile":
            return None
        return step.params.get("file") or step.params.get("dynafile") or "?"
    path = step.text.split(";")[0].strip().removeprefix("-")
    return path if path.startswith(("/", "?")) and not path.startswith("/dev/") else None
