"""Rules name a table of dates; the loaded rule holds its rows, so that judging stays pure."""

from collections.abc import Mapping
from dataclasses import replace

from attt.errors import InputError
from attt.explain import did_you_mean
from attt.message import Message
from attt.model.rule import Comparison, Condition, Each, Group, Operator, Present, Rule, Table
from attt.rulebook.check import At


def with_tables(at: At, rule: Rule, tables: Mapping[str, Table]) -> Rule:
    """The rule with the table itself in place of each table's name; InputError for an unknown one."""
    applies = None if rule.applies is None else _condition(at / "applies", rule.applies, tables)
    expect = tuple(
        _condition(at / "expect" / number, part, tables) for number, part in enumerate(rule.expect)
    )
    return replace(rule, applies=applies, expect=expect)


def _condition(at: At, one: Condition, tables: Mapping[str, Table]) -> Condition:
    match one:
        case Comparison(operator=Operator.IN_DATE):
            return replace(one, wanted=_table(at, str(one.wanted), tables))
        case Group():
            return replace(one, parts=tuple(_condition(at, part, tables) for part in one.parts))
        case Each():
            return replace(
                one,
                where=None if one.where is None else _condition(at, one.where, tables),
                parts=tuple(_condition(at, part, tables) for part in one.parts),
            )
        case Comparison() | Present():
            return one


def _table(at: At, name: str, tables: Mapping[str, Table]) -> Table:
    if name not in tables:
        raise InputError(
            Message("There is no table '{name}'", name=name),
            hint=did_you_mean(name, tables),
            place=at.place,
        )
    return tables[name]
