"""What stands in a condition: its comparisons, references and ids, without judging anything."""

from collections.abc import Iterator

from attt.model.rule import Comparison, Condition, Each, Group, Path, Present, Reference, Rule


def conditions(rule: Rule) -> Iterator[Condition]:
    """The conditions of a rule and all that stand inside them, outer ones first."""
    for top in (*((rule.applies,) if rule.applies else ()), *rule.expect):
        yield from inside(top)


def inside(condition: Condition) -> Iterator[Condition]:
    """A condition and all that stand in it, `where` included."""
    yield condition
    match condition:
        case Group():
            for part in condition.parts:
                yield from inside(part)
        case Each():
            for part in (*((condition.where,) if condition.where else ()), *condition.parts):
                yield from inside(part)


def aliases(rule: Rule) -> set[str]:
    """The facts that a rule looks at."""
    return {
        condition.alias if isinstance(condition, Present) else condition.path.alias
        for condition in conditions(rule)
        if not isinstance(condition, Group)
    } - {""}


def parameters(rule: Rule) -> set[str]:
    """The parameters that a rule refers to."""
    return {
        condition.wanted.parameter
        for condition in conditions(rule)
        if isinstance(condition, Comparison) and isinstance(condition.wanted, Reference)
    }


def name(condition: Condition) -> str:
    """The id by which a condition shows in findings and complaints."""
    match condition:
        case Present():
            return condition.alias
        case Comparison():
            return condition.id
        case Group():
            return condition.id or f"{condition.quantifier.value} of {name(condition.parts[0])}"
        case Each():
            return condition.id or said(condition.path)


def said(path: Path) -> str:
    """A path as rule files write it."""
    return str(path) or "."


def leaves(condition: Condition) -> set[str]:
    """The ids under which a failure of a condition can show."""
    found = {name(c) for c in inside(condition) if not isinstance(c, Group)}
    return found | ({condition.id} if isinstance(condition, Group) and condition.id else set())


def groups(rule: Rule) -> dict[str, set[str]]:
    """The ids of groups and lists, each with the ids that show when something in it fails."""
    return {
        condition.id: leaves(condition)
        for top in rule.expect
        for condition in inside(top)
        if isinstance(condition, Group | Each) and condition.id
    }
