"""Fact `login.autologin`: every way in which this host lets somebody in by itself.

`ways` is a list of records: `place` (a unit, a file) and `account` (null where the place does not
name one). Read from the start commands of getty units, inittab, and the files of GDM, LightDM,
SDDM, LXDM and greetd; systemd's debug shell, a root shell without a login, is one too.
Sources: agetty(8), systemctl(1), inittab(5), systemd-debug-generator(8).
"""

import re
from collections.abc import Callable, Iterator, Mapping

from attt.facts import tar
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, Command, ReadFile, ReadTree
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import ListOf, Record, Text
from attt.model.value import Missing, Value

_DEBUG = "debug-shell.service"
_UNITS = (
    *(f"getty@tty{n}.service" for n in range(1, 7)),
    *("serial-getty@ttyS0.service", "serial-getty@ttyS1.service", "serial-getty@hvc0.service"),
    *("console-getty.service", "container-getty@1.service", "getty@*", "serial-getty@*", _DEBUG),
)
_SHOW = ("systemctl", "show", "-p", "Id,ExecStart,ActiveState,UnitFileState", *_UNITS)
_GDM = ("/etc/gdm3/custom.conf", "/etc/gdm3/daemon.conf", "/etc/gdm/custom.conf")
_FILES = ("/etc/lightdm/lightdm.conf", "/etc/sddm.conf", "/etc/lxdm/lxdm.conf")
_GREETD = "/etc/greetd/config.toml"
_TREES = ("/etc/lightdm/lightdm.conf.d", "/usr/share/lightdm/lightdm.conf.d", "/etc/sddm.conf.d")
_Reader = Callable[[Mapping[str, str]], Iterator[str]]
_YES = frozenset({"true", "1", "yes", "on"})
_LETS_IN = re.compile(r"\s(?:--autologin(?:=|\s+)|-a\s*)([A-Za-z0-9_.-]+)")
_FORCED = re.compile(r"\s-f\s*(?:--\s*)?([A-Za-z0-9_.-]+)|\s(?:--skip-login|-n)(?=\s)()")


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "units": Command(argv=_SHOW),
        "inittab": ReadFile(path="/etc/inittab"),
        **{path: ReadFile(path=path) for path in (*_GDM, *_FILES, _GREETD)},
        **{path: ReadTree(path=path, glob="*.conf") for path in _TREES},
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    ways: list[Value] = [*_units(answers["units"]), *_inittab(answers["inittab"])]
    for path in _GDM:
        ways += _file(path, answers[path], _gdm)
    for path in (*_FILES, *_TREES):
        ways += _file(path, answers[path], _other)
    ways += _file(_GREETD, answers[_GREETD], _greetd)
    return FactRead(value={"ways": tuple(ways)}, assurance=Assurance.CONFIGURED)


def _way(place: str, account: str | None) -> dict[str, Value]:
    return {"place": place, "account": account or None}


def _units(answer: Answer) -> Iterator[Value]:
    if answer.obstacle is Obstacle.NO_TOOL:
        return
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, answer.detail or "systemctl")
        return
    seen = set()
    for block in text_of(answer).split("\n\n"):
        pairs = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        name = pairs.get("Id", "")
        if not name or name in seen:
            continue
        seen.add(name)
        if name == _DEBUG:
            if pairs.get("ActiveState") == "active" or pairs.get("UnitFileState") == "enabled":
                yield _way(name, "root")
        elif (account := _account(pairs.get("ExecStart", ""))) is not None:
            yield _way(name, account)
    if not seen:
        yield Missing(Obstacle.FAILED, "systemctl names no unit")


def _account(command: str) -> str | None:
    """Whom a getty lets in ("" where it does not say); None where it asks."""
    found = _LETS_IN.search(command) or _FORCED.search(command)
    return None if found is None else found[1] or ""


def _inittab(answer: Answer) -> Iterator[Value]:
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, "/etc/inittab")
        return
    for line in text_of(answer).split("\n") if answer.exists else ():
        if "getty" in line and not line.startswith("#") and (who := _account(line)) is not None:
            yield _way("/etc/inittab", who)


def _file(path: str, answer: Answer, read: _Reader) -> Iterator[Value]:
    if answer.obstacle is not None:
        yield Missing(answer.obstacle, path)
        return
    if not answer.exists:
        return
    texts = [text_of(answer)]
    if path in _TREES:
        texts = [
            one.content.decode("utf-8", errors="replace") for one in tar.members(answer.stdout)
        ]
    for text in texts:
        for account in read(_settings(text)):
            yield _way(path, account)


def _settings(text: str) -> dict[str, str]:
    found = {}
    for line in text.split("\n"):
        name, sign, value = line.strip().partition("=")
        if line.strip().lower() == "[initial_session]":
            found["initial_session"] = "yes"
        elif sign and not name.startswith(("#", ";")):
            found[name.strip().lower()] = value.strip()
    return found


def _gdm(settings: Mapping[str, str]) -> Iterator[str]:
    for kind in ("automaticlogin", "timedlogin"):
        if settings.get(f"{kind}enable", "").lower() in _YES:
            yield settings.get(kind, "")


def _greetd(settings: Mapping[str, str]) -> Iterator[str]:
    """The account under [default_session] only shows the greeter."""
    if "initial_session" in settings:
        yield ""


def _other(settings: Mapping[str, str]) -> Iterator[str]:
    for name in ("autologin-user", "autologin", "user"):
        if settings.get(name, "").strip("\"'"):
            yield settings[name].strip("\"'")
    if settings.get("autologin-guest", "").lower() in _YES:
        yield ""


AUTOLOGIN = FactKind(
    id="login.autologin",
    title="Ways in which a host lets somebody in by itself",
    shape=Record({"ways": ListOf(Record({"place": Text(), "account": Text(nullable=True)}))}),
    asks=_asks,
    parse=_parse,
)
