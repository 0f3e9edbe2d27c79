import pytest

from attt.report import figures


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (26, 42, "26/42 (61,9%)"),
        (13, 26, "13/26 (50,0%)"),
        (0, 5, "0/5 (0,0%)"),
        (2, 3, "2/3 (66,7%)"),
        (1234, 5678, "1.234/5.678 (21,7%)"),
        (0, 0, "0/0"),
    ],
)
def test_ratio(part, whole, text):
    """A rate is n/m first, then the percentage with a decimal comma; of nothing there is none."""
    assert text == figures.ratio(part, whole)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-12-05", "ngày 05 tháng 12 năm 2026"),
        ("2026-03-05T01:00:00Z", "ngày 05 tháng 3 năm 2026"),
        ("2026-02-28T17:30:00Z", "ngày 01 tháng 3 năm 2026"),
        ("2026-01-31T00:00:00+00:00", "ngày 31 tháng 01 năm 2026"),
    ],
)
def test_long_day(instant, text):
    """Days under 10 and months 1 and 2 get a zero; the day is Viet Nam's."""
    assert text == figures.long_day(instant)


def test_numbers_and_days():
    """Thousands have dots, table days are dd/mm/yyyy, minutes are Viet Nam's."""
    assert ("120.000", "06", "0", "12") == (
        figures.number(120000),
        figures.padded(6),
        figures.padded(0),
        figures.padded(12),
    )
    assert ("05/12/2026", "-") == (figures.day("2026-12-05"), figures.day(None))
    assert figures.minute("2026-11-20T02:30:00Z") == "09:30 20/11/2026"
    assert ("năm", "không", "12") == tuple(map(figures.counted, (5, 0, 12)))
