"""How the strict edge complains: place, message and mend for every kind of wrong value."""

from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import Field

from attt import yamlio
from attt.errors import InputError, Place
from attt.schema import Day, Level, Strict, validate


class Colour(StrEnum):
    """Two words."""

    RED = "red"
    GREEN = "green"


class Inner(Strict):
    """Something inside."""

    name: str
    count: Annotated[int, Field(ge=0, le=9)] = 0


class Outer(Strict):
    """A file."""

    level: Level = 1
    is_on: bool = False
    day: Day = "2026-11-22"
    colour: Colour = Colour.RED
    password: str = ""
    inner: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = {}  # noqa: RUF012 - pydantic copies it


def read(text: str) -> Outer:
    return validate(yamlio.parse(text.encode(), "f.yaml"), Outer)


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value


def test_right_values_are_taken_as_they_are():
    """Enums come from their words, tuples from lists, nothing else is converted."""
    found = read("level: 3\ncolour: green\ninner: [{name: a, count: 9}]")

    assert (found.level, found.colour, found.inner) == (
        3,
        Colour.GREEN,
        (Inner(name="a", count=9),),
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "mend"),
    [
        ("level: 6", 1, 8, "A level is an integer from 1 to 5, not 6", "Write one of 1, 2"),
        ("level: 0", 1, 8, "A level is an integer from 1 to 5, not 0", "Write one of 1, 2"),
        ("level: true", 1, 8, "A level is an integer from 1 to 5, not true", "without quotes"),
        ("level: '3'", 1, 8, "A level is an integer from 1 to 5, not 3", "without quotes"),
        ("level: 3.0", 1, 8, "A level is an integer from 1 to 5, not 3.0", "without quotes"),
        ("is_on: yes", 1, 8, "is_on must be true or false, not yes", "Write true or false"),
        ("is_on: 1", 1, 8, "is_on must be true or false, not 1", "Write true or false"),
        ("inner: {name: a}", 1, 8, "inner must be a list, not {…}", "- "),
        ("inner: [a]", 1, 9, "inner[0] must be keys with values, not a", "key: value"),
        ("inner:\n- name: 5", 2, 9, "inner[0].name must be text, not 5", "quotes"),
        ("inner:\n- {count: 1}", 2, 3, "inner[0].name is missing", "Add 'name: …'"),
        ("inner:\n- {name: a, count: 10}", 2, 20, "inner[0].count: 10 is out", "at most 9"),
        ("inner:\n- {name: a, count: -1}", 2, 20, "inner[0].count: -1 is out", "at least 0"),
        ("colour: gren", 1, 9, "colour: 'gren' is not a choice", "Did you mean 'green'?"),
        ("colour: 7", 1, 9, "colour: '7' is not a choice", "Write one of: red, green."),
        ("day: 02/11/2026", 1, 6, "'02/11/2026' is not a date", "2026-11-02"),
        ("day: 2026-02-30", 1, 6, "'2026-02-30' is not a date", "year-month-day"),
        ("day: 20261122", 1, 6, "day must be text, not 20261122", "quotes"),
        ("levle: 3", 1, 1, "Unknown key 'levle'", "Did you mean 'level'?"),
        ("inner:\n- {nmae: a, name: b}", 2, 4, "Unknown key 'nmae'", "Did you mean 'name'?"),
        ("by_name: {x: {nmae: a}}", 1, 15, "Unknown key 'nmae'", "Did you mean 'name'?"),
        ("[1]", 1, 1, "must be keys with values", "key: value"),
        ("null", 1, 1, "must be keys with values, not null", "key: value"),
    ],
)
def test_wrong_value_is_refused_with_place_and_mend(text, line, column, message, mend):
    """Each kind of mistake is told in plain words, where it stands."""
    error = refused(text)

    assert Place("f.yaml", line, column) == error.place
    assert message in error.message.text()
    assert mend in str(error.hint)


def test_several_errors_are_counted_and_the_first_is_shown():
    """The message is about what stands first in the file; the mend says how many more there are."""
    error = refused("is_on: 1\nlevel: 6\ncolour: x")

    assert Place("f.yaml", 1, 8) == error.place
    assert "And 2 more" in str(error.hint)


def test_unknown_key_comes_before_the_missing_one():
    """A misspelt key is both unknown and missing; the first says more."""
    error = refused("inner:\n- {nmae: a}")

    assert error.message.text() == "Unknown key 'nmae'"


@pytest.mark.parametrize("text", ["password: 12345678", "inner: [{name: {password: 12345678}}]"])
def test_value_under_a_secret_key_is_never_shown(text):
    """A password of the wrong type does not reach the screen."""
    error = refused(text)

    assert "12345678" not in error.text()
