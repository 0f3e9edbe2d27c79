"""One rule, one subject, the facts at hand: the verdict, with all that explains it. No level here."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from attt.evaluate import made
from attt.evaluate.conditions import Judge, Scope, compiled, group, shapes_of
from attt.evaluate.ledger import FALSE, TRUE, Entry, Ledger, compared
from attt.evaluate.truth import Truth
from attt.facts.kind import FactKind
from attt.facts.registry import FACTS
from attt.model.fact import Assurance, Fact, FactAbsent, FactRead, Origin
from attt.model.finding import Finding, Reason, Verdict
from attt.model.rule import Comparison, Condition, Each, Group, Path, Present, Quantifier, Rule
from attt.model.subject import Subject
from attt.model.value import Value

PASSING_SHOWN = 20
ABSENT, CONDITION = "absent", "condition"
_WEAKEST_FIRST = (Assurance.CONFIGURED, Assurance.RESOLVED, Assurance.RUNNING)
_TYPES: Mapping[str, Callable[[Value], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, tuple) and all(isinstance(v, str) for v in value),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rule with its parameters, made ready to judge.

    `params` are all that hold, sorted by name; `gates` says which fact each comparison of `applies`
    looks at; `aliases` name the facts that `expect` compares. Where it compares one path alone,
    `fields` are its dotted fields, the innermost first.
    """

    rule: Rule
    params: tuple[tuple[str, Value], ...]
    applies: Judge | None
    expect: Judge
    gates: Mapping[str, str]
    aliases: tuple[str, ...]
    fields: tuple[str, ...]


_READY: dict[tuple[int, tuple[tuple[str, Value], ...]], Compiled] = {}
_READY_AT_MOST = 8192
_START = (0, 0, 0)


def judge(
    rule: Rule,
    params: Mapping[str, Value],
    facts: Mapping[str, Fact],
    *,
    subject: Subject,
    as_of: str,
) -> Finding:
    """Judge `rule` on `subject` with `facts` by alias, observed at `as_of` (RFC 3339).

    `params` overlay the rule's defaults; one that the rule does not have, or of another type than
    it says, raises ValueError (the loader refuses such standards). A fact not given was not collected.
    """
    return apply(ready(rule, params), facts, subject=subject, as_of=as_of)


def ready(rule: Rule, params: Mapping[str, Value]) -> Compiled:
    """The rule compiled, once for each Rule object and parameters."""
    key = (id(rule), _frozen(params))
    found = _READY.get(key)
    if found is None or found.rule is not rule:
        if len(_READY) >= _READY_AT_MOST:
            _READY.clear()
        found = _READY[key] = prepare(rule, params)
    return found


def _frozen(params: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """True and 1 are one key to a dict, but not one parameter."""
    if not params:
        return ()
    return tuple([(name, type(value), value) for name, value in params.items()])  # type: ignore[misc]


def prepare(
    rule: Rule, params: Mapping[str, Value], registry: Mapping[str, FactKind] = FACTS
) -> Compiled:
    """The rule compiled anew; the shapes in `registry` settle the order of versions.

    ValueError as `judge`.
    """
    settled, shapes = settle(rule, params), shapes_of(rule.needs, registry)
    expect = [compiled(part, shapes, settled) for part in rule.expect]
    paths = tuple(dict.fromkeys(path for part in rule.expect for path in looked_at(part)))
    return Compiled(
        rule=rule,
        params=tuple(settled.items()),
        applies=compiled(rule.applies, shapes, settled) if rule.applies else None,
        expect=group(Quantifier.ALL, expect),
        gates=dict(gates(rule.applies)) if rule.applies else {},
        aliases=tuple(dict.fromkeys(path.alias for path in paths)),
        fields=_upwards(paths[0]) if len(paths) == 1 else (),
    )


def _upwards(path: Path) -> tuple[str, ...]:
    return tuple(".".join(path.fields[:n]) for n in range(len(path.fields), 0, -1))


def apply(
    ready_rule: Compiled, facts: Mapping[str, Fact], *, subject: Subject, as_of: str
) -> Finding:
    """As `judge`, for a rule that is compiled already."""
    rule, scope = ready_rule.rule, Scope(facts, as_of)
    ledger, applies = scope.ledger, TRUE
    if ready_rule.applies is not None:
        applies = ready_rule.applies(scope, None, None)
    if applies is TRUE:
        ledger.strike(_START)
        verdict, reason = _concluded(ready_rule.expect(scope, None, None), ledger)
    elif applies is FALSE:
        verdict, reason = Verdict.NOT_APPLICABLE, _proof(ready_rule, ledger.failed, facts)
        ledger.strike(_START)
    else:
        ledger.held.clear()
        verdict, reason = _concluded(applies, ledger)
    return made.finding(
        rule=rule.id,
        subject=subject,
        verdict=verdict,
        params=ready_rule.params,
        reason=reason,
        failing=tuple([compared(one) for one in ledger.failed]),
        passing=tuple([compared(one) for one in ledger.held[:PASSING_SHOWN]]),
        unknown=tuple([(name, item) for name, item, _ in ledger.unsure]),
        checked=len(ledger.held) + len(ledger.failed) + len(ledger.unsure),
        assurance=_assurance(rule, facts),
        origin=_origin(ready_rule, facts),
        evidence=_evidence(rule, facts),
    )


def _evidence(rule: Rule, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    used = [facts[alias].answers for alias in rule.needs if alias in facts]
    return used[0] if len(used) == 1 else tuple(sorted({one for each in used for one in each}))


def settle(rule: Rule, params: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters that hold: the rule's defaults overlaid with `params`, sorted by name."""
    for name, value in params.items():
        known = rule.params.get(name)
        is_unset = known is not None and known.default is None and value is None
        if known is None or not (is_unset or fits(known.type, value)):
            message = f"rule {rule.id} has no parameter {name!r} that could be {value!r}"
            raise ValueError(message)
    defaults = {name: parameter.default for name, parameter in rule.params.items()}
    return dict(sorted({**defaults, **params}.items()))


def fits(type_: str, value: Value) -> bool:
    """Whether a value may stand for a parameter of a type ("integer", "text", "boolean", "list")."""
    return type_ in _TYPES and _TYPES[type_](value)


def _concluded(truth: Truth, ledger: Ledger) -> tuple[Verdict, Reason | None]:
    if truth is TRUE:
        return Verdict.PASS, None
    if truth is FALSE:
        return Verdict.FAIL, None
    first = ledger.unsure[0][2]
    return Verdict.UNKNOWN, Reason(code=first.obstacle.value, detail=first.detail)


def _proof(ready_rule: Compiled, failed: Sequence[Entry], facts: Mapping[str, Fact]) -> Reason:
    for name, *_ in failed:
        fact = facts.get(ready_rule.gates.get(name, ""))
        if isinstance(fact, FactAbsent):
            return Reason(code=ABSENT, detail=fact.proof)
    return Reason(code=CONDITION, detail="; ".join(_said(one) for one in failed[:3]))


def _said(entry: Entry) -> str:
    one = compared(entry)
    found, wanted = (
        json.dumps(value, ensure_ascii=False, default=dict) for value in (one.found, one.wanted)
    )
    return f"{one.id}: {found} ({one.operator} {wanted})"[:160]


def _assurance(rule: Rule, facts: Mapping[str, Fact]) -> Assurance | None:
    used = [f.assurance for a in rule.needs if type(f := facts.get(a)) is FactRead]
    if len(used) == 1:
        return used[0]
    return next((one for one in _WEAKEST_FIRST if one in used), None)


def _origin(ready_rule: Compiled, facts: Mapping[str, Fact]) -> Origin | None:
    """Where the value comes from: of the one path compared, else of the facts where they agree."""
    read = [f for alias in ready_rule.aliases if type(f := facts.get(alias)) is FactRead]
    if not read:
        return None
    origin, origins = read[0].origin, read[0].origins
    if len(read) == 1:
        return next((origins[name] for name in ready_rule.fields if name in origins), origin)
    return origin if all(one.origin is origin for one in read) else Origin.UNKNOWN


def gates(condition: Condition) -> Iterator[tuple[str, str]]:
    """The ids under which a condition's findings show, each with the alias of the fact behind it."""
    match condition:
        case Present():
            yield condition.alias, condition.alias
        case Comparison():
            yield condition.id, condition.path.alias
        case Group():
            yield from (pair for part in condition.parts for pair in gates(part))
        case Each():
            yield condition.id or str(condition.path), condition.path.alias
            yield from (pair for part in condition.parts for pair in gates(part))


def looked_at(condition: Condition) -> Iterator[Path]:
    """The paths into facts that a condition compares; of items inside `each`, the list's."""
    match condition:
        case Present():
            return
        case Comparison():
            yield from (condition.path,) if condition.path.alias else ()
        case Group():
            yield from (path for part in condition.parts for path in looked_at(part))
        case Each():
            yield from (condition.path,) if condition.path.alias else ()
            yield from (path for part in condition.parts for path in looked_at(part))
