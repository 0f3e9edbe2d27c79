"""Numbers and dates as Vietnamese papers print them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07:00")
"""Viet Nam has had no other offset since 1975, so no zone database is needed."""

NONE = "-"
_ONE_DIGIT = 9
_PADDED_MONTHS = (1, 2)
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm")


def number(value: int) -> str:
    """120000 → "120.000"."""
    return f"{value:,}".replace(",", ".")


def padded(value: int) -> str:
    """6 → "06", as papers write counts in sentences; 0 stays "0"."""
    return f"{value:02d}" if 0 < value <= _ONE_DIGIT else number(value)


def ratio(part: int, whole: int) -> str:
    """n/m first, the percentage in brackets: "26/42 (61,9%)"; no percentage of nothing."""
    if not whole:
        return f"{number(part)}/{number(whole)}"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{number(part)}/{number(whole)} ({tenths // 10},{tenths % 10}%)"


def counted(value: int) -> str:
    """0 to 5 in words, for headings: "năm"; more as digits."""
    return _WORDS[value] if 0 <= value < len(_WORDS) else number(value)


def ranges(values: Iterable[int]) -> str:
    """1, 2, 3, 7 → "1-3, 7"."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], value]
        else:
            runs.append([value])
    return ", ".join("-".join(map(str, run)) for run in runs)


def local_date(instant: str) -> date:
    """The day in Viet Nam of an RFC 3339 instant, or of an ISO date."""
    if len(instant) == len("2026-11-22"):
        return date.fromisoformat(instant)
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(VIETNAM).date()


def day(instant: str | None) -> str:
    """dd/mm/yyyy, for tables."""
    return f"{local_date(instant):%d/%m/%Y}" if instant else NONE


def minute(instant: str | None) -> str:
    """hh:mm dd/mm/yyyy in Viet Nam's time."""
    if not instant:
        return NONE
    return f"{datetime.fromisoformat(instant).astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def long_day(instant: str) -> str:
    """As "ngày 05 tháng 12 năm 2026": days under 10 and months 1 and 2 get a zero (Decree 30/2020)."""
    when = local_date(instant)
    month = f"{when.month:02d}" if when.month in _PADDED_MONTHS else str(when.month)
    return f"ngày {when.day:02d} tháng {month} năm {when.year}"
