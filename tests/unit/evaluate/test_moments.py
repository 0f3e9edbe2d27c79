"""Instants, spans and the Vietnamese day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.moments import instant, span, vietnam_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T16:59:59Z", date(2026, 11, 22)),
        ("2026-11-22T17:00:00Z", date(2026, 11, 23)),
        ("2026-11-22T00:00:00+07:00", date(2026, 11, 22)),
        ("2026-12-31T17:30:00.25Z", date(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_vietnam(text, expected):
    """A day in Vietnam ends at 17:00 UTC."""
    assert expected == vietnam_date(text)


def test_a_day_of_nothing_is_a_bug():
    """What is no instant has no day, and that is said aloud."""
    with pytest.raises(ValueError, match="RFC 3339"):
        vietnam_date("2026-11-22")


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "2026-13-01T00:00:00Z", "2026-11-22T10:00:00", "20261122T100000Z", "", None, 5],
)
def test_only_whole_instants_are_read(text):
    """A date without time or zone, or one that does not exist, is no instant."""
    assert instant(text) is None


def test_the_same_moment_in_other_words_is_equal():
    """Offsets, fractions, letters and leap seconds of RFC 3339 are read."""
    assert instant("2026-11-22T10:00:00z") == instant("2026-11-22T17:00:00.000+07:00")
    assert instant("2016-12-31T23:59:60Z") == instant("2016-12-31T23:59:59Z")


@given(st.integers(0, 999_999_999), st.sampled_from("smhd"))
def test_spans_are_as_long_as_they_say(number, unit):
    """A span is its number of seconds, minutes, hours or days."""
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]

    assert span(f"{number}{unit}") == timedelta(seconds=number * seconds)


@given(st.text() | st.integers() | st.none())
def test_reading_is_total(text):
    """No value makes the readers raise."""
    assert instant(text) is None or instant(text).tzinfo is not None
    assert span(text) is None or span(text) >= timedelta(0)
