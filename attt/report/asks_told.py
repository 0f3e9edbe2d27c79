"""Answers' digests back to what was asked: the command, file or path that evidence came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.ask import Ask, Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.fact import FactKey
from attt.model.rule import Rule
from attt.model.run import HostRecord

_VERBS: Mapping[type, tuple[str, str]] = {
    Command: ("chạy", "ran"),
    ReadFile: ("đọc", "read"),
    ReadTree: ("đọc", "read"),
    Stat: ("xem chủ và quyền của", "looked at owner and mode of"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One answer of a host: what was asked for it, and the digest that the store keeps it by."""

    asked: str
    digest: str


def evidence(rule: Rule, record: HostRecord, language: str) -> tuple[Evidence, ...]:
    """The answers of a host that a rule was judged by, in the order of its facts."""
    named: dict[str, Ask] = {}
    for key in rule.needs.values():
        named.update(_asks(key))
    return tuple(
        Evidence(asked=told(ask, language), digest=record.answers[key])
        for key, ask in named.items()
        if key in record.answers
    )


def rights(rule: Rule, language: str) -> tuple[str, ...]:
    """What of a rule's asks takes root: the rights that would make it known."""
    named = (ask for key in rule.needs.values() for ask in _asks(key).values())
    lines = (told(ask, language) for ask in named if ask.privilege is Privilege.ROOT)
    return tuple(dict.fromkeys(lines))


def told(ask: Ask, language: str) -> str:
    """What an ask does on the host, in one line."""
    match ask:
        case Command():
            what = " ".join(ask.argv)
        case ReadFile():
            what = ask.path
        case ReadTree():
            what = f"{ask.path}/{ask.glob}"
        case Stat():
            what = ", ".join(ask.paths)
    verb = _VERBS[type(ask)][0 if language == "vi" else 1]
    root = " [root]" if ask.privilege is Privilege.ROOT else ""
    return f"{verb} {what}{root}"


@cache
def _asks(key: FactKey) -> dict[str, Ask]:
    kind = FACTS.get(key.id)
    if kind is None:
        return {}
    return {asks.key(ask): ask for ask in kind.asks(dict(key.params)).values()}
