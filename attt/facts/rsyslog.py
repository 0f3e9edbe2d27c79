"""Where rsyslogd sends and writes what logins tell (facilities auth and authpriv).

Three-valued throughout: a filter that can't be weighed leaves it unknown whether such a message
comes by. Sources: rsyslog.conf(5), the rsyslog manual on omfwd, omrelp and omfile.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

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
_PRIFILT = re.compile(r"prifilt\(\s*['\"]([^'\"]+)['\"]\s*\)", re.IGNORECASE)
_TOUCHES = re.compile(r"auth|sshd|sudo|login|\bsu\b|pam|facility|severity|prifilt", re.IGNORECASE)
_LEGACY_HOST = re.compile(r"(@{1,2})(?:\(([^)]*)\))?(?:\[([^\]]+)\]|([^\s:;\[\]]+))(?::(\d{1,5}))?")
_RELP = re.compile(r":omrelp:(?:\[([^\]]+)\]|([^\s:;]+))(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """One place that messages are sent to; `covers_logins` None where no one can tell."""

    target: str
    port: int
    protocol: str
    is_encrypted: bool
    covers_logins: Truth

    @property
    def is_loopback(self) -> bool:
        """Whether it is this host itself, which is no forwarding."""
        try:
            address = ipaddress.ip_address(self.target)
        except ValueError:
            return self.target.lower().rstrip(".") in {"localhost", "localhost.localdomain"}
        return address.is_loopback or address.is_unspecified


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file that messages are written to; a path with a template has `%` or `?` in it."""

    path: str
    covers: dict[str, Truth]  # by facility, at severity info


def forwards(config: Config) -> list[Forward]:
    """Every forwarding action that local messages come by, in order."""
    found = []
    for step, covers in _weighed(config):
        if (one := _forward(step, config, _both(covers))) is not None:
            found.append(one)
    return found


def files(config: Config) -> list[Written]:
    """Every file that local messages are written to, in order."""
    return [
        Written(path=path, covers=covers)
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
        passed = {name: _through(step.filters, name) for name in left}
        if step.kind == "discard":
            touched = any(_TOUCHES.search(one) for one in step.filters)
            for name, truth in passed.items():
                if truth is True:
                    left[name] = False
                elif truth is None and touched and left[name]:
                    left[name] = None
        else:
            yield step, {name: _and(left[name], truth) for name, truth in passed.items()}


def _both(covers: dict[str, Truth]) -> Truth:
    return _and(covers["auth"], covers["authpriv"])


def _and(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _through(filters: tuple[str, ...], facility: str) -> Truth:
    truth: Truth = True
    for one in filters:
        truth = _and(truth, _passes(one, facility))
    return truth


def _passes(one: str, facility: str) -> Truth:
    if one.startswith((":", "!", "+", "-")) or "$" in one or "(" in one or " " in one:
        return _expression(one, facility)
    return _selector(one, facility)


def _expression(text: str, facility: str) -> Truth:
    """Only a choice of facilities is weighed; everything else may go either way."""
    if found := _PRIFILT.fullmatch(text.strip("() ") + ")" * text.strip("() ").count("prifilt(")):
        return _selector(found[1], facility)
    rest = _FACILITIES.sub("", text)
    if not re.sub(r"\bor\b|[\s()]", "", rest) and (names := _FACILITIES.findall(text)):
        return facility in {name.lower() for name in names}
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
        return _made(found[3] or found[4], found[5] or "514", protocol, config, covers)
    if found := _RELP.match(step.text):
        return _made(found[1] or found[2], found[3] or "514", "relp", config, covers)
    return None


def _of_params(params: dict[str, str], config: Config, covers: Truth) -> Forward | None:
    port = params.get("port", "514")
    targets = re.findall(r'[^\s",]+', params.get("target", ""))
    match params.get("type", "").lower():
        case "omfwd" if targets:
            protocol = params.get("protocol", "udp").lower()
            is_tls = params.get("streamdrivermode", _mode(config)) == "1" and _driver(
                params.get("streamdriver", params.get("streamdriver.name", "")), config
            )
            made = _made(targets[0], port, protocol, config, covers)
            return Forward(
                target=made.target,
                port=made.port,
                protocol=protocol,
                is_encrypted=is_tls and protocol == "tcp",
                covers_logins=covers,
            )
        case "omrelp" if targets:
            made = _made(targets[0], port, "relp", config, covers)
            is_tls = params.get("tls", "off").lower() == "on"
            return Forward(
                target=made.target,
                port=made.port,
                protocol="relp",
                is_encrypted=is_tls,
                covers_logins=covers,
            )
        case _:
            return None


def _mode(config: Config) -> str:
    return config.settings.get("actionsendstreamdrivermode", "0")


def _driver(named: str, config: Config) -> bool:
    default = config.settings.get("defaultnetstreamdriver", "ptcp")
    own = config.settings.get("actionsendstreamdriver", default)
    return (named or own).lower() in {"gtls", "ossl", "mbedtls"}


def _made(target: str, port: str, protocol: str, config: Config, covers: Truth) -> Forward:
    is_tls = protocol == "tcp" and _mode(config) == "1" and _driver("", config)
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    return Forward(
        target=target, port=number, protocol=protocol, is_encrypted=is_tls, covers_logins=covers
    )


def _file(step: Step) -> str | None:
    if step.params:
        if step.params.get("type", "").lower() != "omfile":
            return None
        return step.params.get("file") or step.params.get("dynafile") or "?"
    path = step.text.split(";")[0].strip().removeprefix("-")
    return path if path.startswith(("/", "?")) and not path.startswith("/dev/") else None
