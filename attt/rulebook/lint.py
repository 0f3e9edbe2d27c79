"""All that can be said of rules before any host is asked: never by running them."""

from collections import Counter
from collections.abc import Iterator, Mapping

from attt.errors import Place
from attt.explain import did_you_mean, shown
from attt.facts.kind import FactKind
from attt.facts.shapes import misfit, shape_at
from attt.message import Message
from attt.model.finding import Verdict
from attt.model.rule import (
    Comparison,
    Condition,
    Each,
    Group,
    Path,
    Present,
    Reference,
    Rule,
    Table,
)
from attt.model.rulebook import Rulebook
from attt.model.shape import ListOf, Record, Shape
from attt.model.value import Missing, Value
from attt.rulebook.complaint import Complaint
from attt.rulebook.dead import dead_clauses
from attt.rulebook.generic import instead_of
from attt.rulebook.prose import weak_prose
from attt.rulebook.standard.lint import lint_standard
from attt.rulebook.thresholds import loosened
from attt.rulebook.values import ABSENT, MISSED
from attt.rulebook.walk import aliases, conditions, groups, inside, name, parameters, said
from attt.rulebook.wishes import can_hold, can_read

TITLE_AT_MOST = 75
Shapes = Mapping[str, Shape | None]
"""Shapes by alias, None where the fact is not known; under "" that of the item at hand."""
Found = Iterator[Complaint]


def lint(rulebook: Rulebook, facts: Mapping[str, FactKind]) -> tuple[Complaint, ...]:
    """Every complaint about every rule, then about every standard, in their order."""
    rules = (one for rule in rulebook.rules.values() for one in lint_rule(rule, facts))
    standards = (
        one
        for each in rulebook.standards.values()
        for one in (*lint_standard(each), *loosened(each, rulebook.rules))
    )
    return (*rules, *standards)


def lint_rule(rule: Rule, facts: Mapping[str, FactKind]) -> Found:
    """Every complaint about one rule."""
    shapes: dict[str, Shape | None] = {
        alias: facts[key.id].shape if key.id in facts else None for alias, key in rule.needs.items()
    }
    yield from _words(rule)
    yield from _needs(rule, facts)
    yield from _names(rule)
    for condition in (*((rule.applies,) if rule.applies else ()), *rule.expect):
        yield from _condition(condition, rule, shapes)
    yield from _examples(rule, shapes)
    yield from dead_clauses(rule)
    yield from weak_prose(rule)


def _say(
    place: Place | None, message: Message, hint: Message, severity: str = "error"
) -> Complaint:
    return Complaint(place=place, message=message, hint=hint, severity=severity)


def _words(rule: Rule) -> Found:
    texts = {"title": rule.title, "why": rule.why, "fix": rule.fix.text}
    for key, words in texts.items():
        if not words.vi.strip() or not words.en.strip() or words.vi == words.en:
            yield _say(
                rule.place,
                Message("{rule}: {key} is not said in both languages", rule=rule.id, key=key),
                Message("Write vi and en, each in its own language."),
            )
    longest = max(len(rule.title.vi), len(rule.title.en))
    if longest > TITLE_AT_MOST:
        yield _say(
            rule.place,
            Message("{rule}: the title has {n} characters", rule=rule.id, n=longest),
            Message("Name the capability in at most {limit}.", limit=TITLE_AT_MOST),
            "warning",
        )


def _needs(rule: Rule, facts: Mapping[str, FactKind]) -> Found:
    for alias, key in rule.needs.items():
        if key.id not in facts:
            message = Message("{rule}: there is no fact '{fact}'", rule=rule.id, fact=key.id)
            yield _say(rule.place, message, instead_of(key.id, facts))
        elif facts[key.id].subject is not rule.subject:
            yield _say(
                rule.place,
                Message(
                    "{rule}: fact '{fact}' is learnt of a {kind}, and the rule is for a {subject}",
                    rule=rule.id,
                    fact=key.id,
                    kind=facts[key.id].subject.value,
                    subject=rule.subject.value,
                ),
                Message(
                    "Write 'subject: {kind}', or need another fact.",
                    kind=facts[key.id].subject.value,
                ),
            )
        if alias not in aliases(rule):
            yield _say(
                rule.place,
                Message(
                    "{rule}: '{alias}' is needed and never looked at", rule=rule.id, alias=alias
                ),
                Message("Remove it from needs: it would be collected for nothing."),
            )
    for unused in sorted(set(rule.params) - parameters(rule)):
        yield _say(
            rule.place,
            Message("{rule}: parameter '{name}' is never used", rule=rule.id, name=unused),
            Message("Remove it, or refer to it as ${name}.", name=unused),
        )


def _names(rule: Rule) -> Found:
    """Findings and measures name expectations, so each needs a name of its own."""
    seen = Counter(
        condition.id
        for condition in conditions(rule)
        if isinstance(condition, Comparison) and condition.id != said(condition.path)
    )
    for twice in sorted(one for one, n in seen.items() if n > 1):
        yield _say(
            rule.place,
            Message("{rule}: '{id}' names two expectations", rule=rule.id, id=twice),
            Message("Give one of the two another id."),
        )


# --- conditions against shapes -------------------------------------------------------------


def _condition(condition: Condition, rule: Rule, shapes: Shapes) -> Found:
    match condition:
        case Present():
            if condition.alias not in shapes:
                yield _no_alias(condition.alias, rule)
        case Group():
            for part in condition.parts:
                yield from _condition(part, rule, shapes)
        case Comparison():
            yield from _comparison(condition, rule, shapes)
        case Each():
            yield from _each(condition, rule, shapes)


def _no_alias(alias: str, rule: Rule) -> Complaint:
    if not alias:
        return _say(
            rule.place,
            Message("{rule}: a path begins with '.' outside 'each'", rule=rule.id),
            Message("Write alias.field; '.' stands for the item at hand."),
        )
    message = Message("{rule}: '{alias}' is not among its needs", rule=rule.id, alias=alias)
    return _say(rule.place, message, did_you_mean(alias, rule.needs))


def _under(path: Path, rule: Rule, shapes: Shapes) -> Shape | Complaint | None:
    """The shape under a path, or what is wrong with the path; None where the fact is not known."""
    if path.alias not in shapes:
        return _no_alias(path.alias, rule)
    top = shapes[path.alias]
    if top is None:
        return None
    found = shape_at(top, path.fields)
    if found is not None:
        return found
    for depth, field in enumerate(path.fields):
        above = shape_at(top, path.fields[:depth])
        if not isinstance(above, Record) or field not in above.fields:
            fields = above.fields if isinstance(above, Record) else ()
            message = Message(
                "{rule}: {path} has no '{field}'", rule=rule.id, path=said(path), field=field
            )
            return _say(rule.place, message, did_you_mean(field, fields))
    return None


def _comparison(condition: Comparison, rule: Rule, shapes: Shapes) -> Found:
    shape = _under(condition.path, rule, shapes)
    if isinstance(shape, Complaint):
        yield shape
    wanted: Value = None
    is_open = isinstance(condition.wanted, Table)
    if isinstance(condition.wanted, Reference):
        parameter = rule.params.get(condition.wanted.parameter)
        if parameter is None:
            word = condition.wanted.parameter
            message = Message("{rule}: there is no parameter '{name}'", rule=rule.id, name=word)
            yield _say(rule.place, message, did_you_mean(word, rule.params))
            return
        wanted = parameter.default
        is_open = wanted in (None, ())  # only the office knows it, or nothing is allowed
    elif not isinstance(condition.wanted, Table):
        wanted = condition.wanted
    if shape is None or isinstance(shape, Complaint):
        return
    if not can_read(condition.operator, shape):
        yield _say(
            rule.place,
            Message(
                "{rule}: '{operator}' can't compare {path}, which is {shape}",
                rule=rule.id,
                operator=condition.operator.value,
                path=said(condition.path),
                shape=type(shape).__name__,
            ),
            Message("Use an operator for that type; look into lists of records with 'each'."),
        )
    elif not is_open and not can_hold(condition.operator, wanted, shape):
        yield _say(
            rule.place,
            Message(
                "{rule}: {id} wants {wanted}, which can't be",
                rule=rule.id,
                id=condition.id,
                wanted=shown(_listed(wanted)),
            ),
            Message(
                "Write a value that {path} can have for '{operator}'.",
                path=said(condition.path),
                operator=condition.operator.value,
            ),
        )


def _listed(wanted: Value) -> object:
    return ", ".join(map(str, wanted)) if isinstance(wanted, tuple) else wanted


def _each(condition: Each, rule: Rule, shapes: Shapes) -> Found:
    shape = _under(condition.path, rule, shapes)
    inner: Shape | None = None
    if isinstance(shape, Complaint):
        yield shape
    elif isinstance(shape, ListOf):
        inner = shape.of
        is_named = condition.item == "." or shape_at(inner, (condition.item,)) is not None
        if not is_named or (condition.item == "." and isinstance(inner, Record)):
            fields = inner.fields if isinstance(inner, Record) else (".",)
            message = Message(
                "{rule}: items of {path} are not named by '{field}'",
                rule=rule.id,
                path=said(condition.path),
                field=condition.item,
            )
            yield _say(rule.place, message, did_you_mean(condition.item, fields))
    elif shape is not None:
        message = Message("{rule}: {path} is no list", rule=rule.id, path=said(condition.path))
        yield _say(rule.place, message, Message("Compare it directly, without 'each'."))
    below = {**shapes, "": inner}
    for part in (*((condition.where,) if condition.where else ()), *condition.parts):
        yield from _condition(part, rule, below)


# --- examples ------------------------------------------------------------------------------


def _examples(rule: Rule, shapes: Shapes) -> Found:
    owed = [Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN]
    if rule.applies is not None:
        owed.append(Verdict.NOT_APPLICABLE)
    shown_ = {example.verdict for example in rule.examples}
    for verdict in owed:
        if verdict not in shown_:
            yield _say(
                rule.place,
                Message("{rule}: no example shows {verdict}", rule=rule.id, verdict=verdict.value),
                Message("Add one to examples: a rule proves itself by them."),
            )
    ids = {name(c) for top in rule.expect for c in inside(top)} | set(groups(rule))
    for example in rule.examples:
        for alias, given in example.given.items():
            if alias not in shapes:
                yield _say(
                    example.place, _no_alias(alias, rule).message, did_you_mean(alias, rule.needs)
                )
            elif (shape := shapes[alias]) and (text := _odd(given, shape)):
                message = Message(
                    "{rule}: the example gives what '{alias}' can't be: {text}",
                    rule=rule.id,
                    alias=alias,
                    text=text,
                )
                yield _say(
                    example.place, message, Message("Give fields and values as the fact has them.")
                )
        for failing in sorted(set(example.failing or ()) - ids):
            message = Message(
                "{rule}: the example names '{id}', which is no expectation",
                rule=rule.id,
                id=failing,
            )
            yield _say(example.place, message, did_you_mean(failing, ids))


def _odd(given: Value, shape: Shape) -> str:
    """How an example's value does not fit; unlike a fact's, it may leave fields out."""
    if isinstance(given, Mapping) and set(given) in ({ABSENT}, {MISSED}):
        return ""
    return _misfit(given, shape)


def _misfit(given: Value, shape: Shape) -> str:
    if isinstance(given, Missing):
        return ""
    if isinstance(shape, Record) and isinstance(given, Mapping):
        if unknown := sorted(set(given) - set(shape.fields)):
            return f"{unknown[0]}?"
        parts = ((f"{key}: ", _misfit(part, shape.fields[key])) for key, part in given.items())
        return next((key + text for key, text in parts if text), "")
    if isinstance(shape, ListOf) and isinstance(given, tuple):
        return next((text for part in given if (text := _misfit(part, shape.of))), "")
    return misfit(given, shape)
