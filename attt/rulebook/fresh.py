"""The text of a new rule file: what a person then makes a rule of. It loads and proves as it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attt.facts.kind import FactKind
from attt.model.shape import (
    Address,
    Boolean,
    Instant,
    Integer,
    ListOf,
    Mode,
    Record,
    Shape,
    Text,
    Version,
)
from attt.rulebook.quoted import quoted

_ALIAS = "found"


@dataclass(frozen=True, slots=True)
class _Clause:
    """An operator with its wanted value as YAML, values that meet it, and values that don't."""

    operator: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Where to look: fields under the fact, perhaps inside a list whose items have a name."""

    fields: tuple[str, ...]
    clause: _Clause
    listed: tuple[str, ...] = ()
    item: str = ""
    names: tuple[str, ...] = ()


def fresh(rule_id: str, kind: FactKind, params: Mapping[str, str]) -> str:
    """A rule file on the first plain value of a fact. Raises ValueError where it has none."""
    found = next(_plain(kind.shape, ()), None)
    if found is None:
        message = f"no plain value in {kind.id}"
        raise ValueError(message)
    given = "".join(f", {name}: {quoted(value)}" for name, value in params.items())[2:]
    fact = f"{{fact: {kind.id}, with: {{{given}}}}}" if params else kind.id
    lines = [
        f"id: {rule_id}",
        *_HEAD,
        f"needs: {{{_ALIAS}: {fact}}}",
        f"applies: {{present: {_ALIAS}}}",
        *_expect(found),
        *_PROSE,
        *_examples(found),
    ]
    return "\n".join(lines) + "\n"


_HEAD = (
    "title:  # what the host is protected from, not which setting has which value; 75 characters",
    "  vi: Viết tên tiêu chí ở đây",
    "  en: Write the title here",
    "severity: medium  # info, low, medium, high, critical",
)
_PROSE = (
    "why:  # what an attacker does with it, in a sentence or two",
    "  vi: Viết lý do ở đây",
    "  en: Write the reason here",
    "fix:",
    "  risk: none  # none, lockout, restart, data_loss",
    "  vi: |",
    "    1. Viết các bước khắc phục ở đây",
    "    2. Kiểm chứng bằng lệnh nào",
    "  en: |",
    "    1. Write the steps here",
    "    2. Verify by which command",
)


def _expect(found: _Found) -> list[str]:
    path = ".".join((_ALIAS, *found.fields))
    if not found.listed:
        return ["expect:", f"  - {{id: value, fact: {path}, {found.clause.operator}}}"]
    inner = "." if not found.fields else "." + ".".join(found.fields)
    return [
        "expect:",
        f"  - each: {'.'.join((_ALIAS, *found.listed))}",
        f"    item: {found.item or '.'}",
        "    id: items",
        f"    all: [{{id: value, fact: {inner}, {found.clause.operator}}}]",
    ]


def _examples(found: _Found) -> Iterator[str]:
    yield "examples:  # one a verdict, and both sides of each threshold"
    good, bad = found.clause.good, found.clause.bad
    for value in good:
        yield _example(found, (value,), "pass")
    for value in bad:
        yield _example(found, (good[0], value) if found.listed else (value,), "fail")
    yield f"  - {{given: {{{_ALIAS}: {{_missed: denied}}}}, verdict: unknown}}"
    yield f"  - {{given: {{{_ALIAS}: {{_absent: true}}}}, verdict: not_applicable}}"


def _example(found: _Found, values: tuple[str, ...], verdict: str) -> str:
    if found.listed:
        items = ", ".join(_item(found, value, number) for number, value in enumerate(values))
        text = _nested(found.listed, f"[{items}]")
    else:
        text = _nested(found.fields, values[0])
    failing = ", failing: [value]" if verdict == "fail" else ""
    return f"  - {{given: {{{_ALIAS}: {text}}}, verdict: {verdict}{failing}}}"


def _item(found: _Found, value: str, number: int) -> str:
    if not found.fields:
        return value
    if found.item == found.fields[0]:
        return f"{{{found.item}: {value}}}"
    name = found.names[number % len(found.names)]
    return f"{{{found.item}: {name}, {found.fields[0]}: {value}}}"


def _nested(fields: tuple[str, ...], value: str) -> str:
    for name in reversed(fields):
        value = f"{{{name}: {value}}}"
    return value


def _plain(shape: Shape, fields: tuple[str, ...]) -> Iterator[_Found]:
    """Every value that one comparison can judge: those of the record first, then those of lists."""
    if not isinstance(shape, Record):
        return
    for name, part in shape.fields.items():
        if (clause := _clause(part)) is not None:
            yield _Found((*fields, name), clause)
    for name, part in shape.fields.items():
        if isinstance(part, ListOf):
            yield from _listed(part.of, (*fields, name))
        yield from _plain(part, (*fields, name))


def _listed(shape: Shape, path: tuple[str, ...]) -> Iterator[_Found]:
    if isinstance(shape, Record):
        texts = [name for name, part in shape.fields.items() if isinstance(part, Text)]
        if not texts:
            return
        plain = {name: part for name, part in shape.fields.items() if _clause(part) is not None}
        chosen = next((n for n, part in plain.items() if not isinstance(part, Text)), texts[0])
        clause = _clause(shape.fields[chosen])
        if clause is not None:
            named = shape.fields[texts[0]]
            names = (isinstance(named, Text) and named.choices) or ("one", "two")
            yield _Found((chosen,), clause, path, texts[0], names)
    elif (clause := _clause(shape)) is not None:
        yield _Found((), clause, path)


def _clause(shape: Shape) -> _Clause | None:
    match shape:
        case Boolean():
            return _Clause("is: true", ("true",), ("false",))
        case Integer():
            return _Clause("at_least: 1", ("1",), ("0",))
        case Mode():
            return _Clause('mode_within: "0640"', ('"0640"',), ('"0660"', '"0644"'))
        case Version():
            return _Clause('version_at_least: "2.0"', ('"2.0"',), ('"1.9"',))
        case Instant():
            return _Clause(
                "newer_than: 30d",
                ('"2026-11-21T00:00:00Z"',),
                ('"2026-10-22T12:00:00Z"',),
            )
        case Address():
            return _Clause("within: 10.0.0.0/8", ("10.1.2.3",), ("192.0.2.1",))
        case Text(choices=()):
            return _Clause('is: "wanted"', ('"wanted"',), ('"other"',))
        case Text(choices=(first, second, *_)):
            return _Clause(f"is: {quoted(first)}", (quoted(first),), (quoted(second),))
        case _:
            return None
