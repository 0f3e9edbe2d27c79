"""Fact `login.defaults`: what an account gets that is made from now on.

From login.defs(5): `pass_max_days`, `pass_min_days`, `pass_warn_days` (null is none),
`encrypt_method` (in upper case, null where not set), `umask` and `home_mode` (octal text, null where
not set); from the settings of useradd(8): `inactive_days` (days after a password has run out until
the account is locked; null is never). Absent where the host has neither file.
"""

import re

from attt.facts import login_files
from attt.facts.kind import Answers, FactKind, Params, missed, obstacle_of, shared, text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead, Origin
from attt.model.shape import Integer, Mode, Record, Text
from attt.model.value import Missing, Value

_DAYS = {
    "pass_max_days": "PASS_MAX_DAYS",
    "pass_min_days": "PASS_MIN_DAYS",
    "pass_warn_days": "PASS_WARN_AGE",
}
_MODES = {"umask": "UMASK", "home_mode": "HOME_MODE"}
_SHAPE = Record(
    {
        **dict.fromkeys(_DAYS, Integer("days", nullable=True)),
        "encrypt_method": Text(nullable=True),
        **dict.fromkeys(_MODES, Mode(nullable=True)),
        "inactive_days": Integer("days", nullable=True),
    }
)


def _asks(_params: Params) -> dict[str, Ask]:
    return {
        "defs": login_files.DEFS,
        "vendor": login_files.VENDOR,
        "vendor_d": login_files.VENDOR_DROP_INS,
        "defs_d": login_files.DROP_INS,
        "useradd": ReadFile(path="/etc/default/useradd"),
    }


def _parse(answers: Answers, _params: Params) -> Fact:
    if (obstacle := obstacle_of(answers["defs"], answers["vendor"])) is not None:
        return obstacle
    text = login_files.text(*(answers[n] for n in ("defs", "vendor", "vendor_d", "defs_d")))
    if isinstance(text, Missing):
        return missed(text.obstacle, text.detail)
    if text is None:
        return FactAbsent(proof="neither /etc/login.defs nor /usr/etc/login.defs exists")
    said = _settings(text, None)
    value: dict[str, Value] = {field: _days(said.get(name)) for field, name in _DAYS.items()}
    value["encrypt_method"] = said["ENCRYPT_METHOD"].upper() if "ENCRYPT_METHOD" in said else None
    value |= {field: _mode(said.get(name)) for field, name in _MODES.items()}
    value["inactive_days"] = _inactive(answers["useradd"])
    origins = {
        field: Origin.DEFAULT if found is None else Origin.EXPLICIT
        for field, found in value.items()
    }
    return FactRead(value=value, assurance=Assurance.CONFIGURED, origins=origins)


def _settings(text: str, between: str | None) -> dict[str, str]:
    found = {}
    for line in text.split("\n"):
        parts = line.split("#", 1)[0].strip().split(between, 1)
        if len(parts) > 1:
            found[parts[0].strip()] = parts[1].strip().strip('"')
    return found


def _inactive(answer: Answer) -> Value:
    if answer.obstacle is not None:
        return Missing(answer.obstacle, "/etc/default/useradd")
    return _days(_settings(text_of(answer), "=").get("INACTIVE")) if answer.exists else None


def _days(text: str | None) -> Value:
    """A count of days; -1 and no line mean that there is none."""
    if text is None or text == "-1":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return Missing(Obstacle.OUT_OF_TYPE, f"not a count of days: {text[:20]}")
    return int(text)


def _mode(text: str | None) -> Value:
    if text is None:
        return None
    if not re.fullmatch(r"0?[0-7]{1,4}", text):
        return Missing(Obstacle.OUT_OF_TYPE, f"not a mode: {text[:20]}")
    return f"{int(text, 8):04o}"


DEFAULTS = FactKind(
    id="login.defaults",
    title="What new accounts get",
    shape=_SHAPE,
    asks=_asks,
    parse=shared(_asks, _parse, kept=16),
    version=2,
)
