"""Instants (RFC 3339), spans such as "45d", and the calendar day that Vietnamese papers count in."""

import re
from datetime import date, datetime, timedelta, timezone

from attt.model.value import Value

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_SPAN = re.compile(r"(0|[1-9]\d{0,8})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LEAP_SECOND = "60"
# Vietnam has kept UTC+7 without daylight saving since 1975; a zone file could differ by machine.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def instant(value: Value) -> datetime | None:
    """The moment that RFC 3339 text names, or None where the value is not such text.

    A leap second counts as the second before it; digits below the microsecond are dropped.
    """
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, minute, second, fraction, zone = found.groups()
    second = "59" if second == _LEAP_SECOND else second
    offset = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(
            f"{day}T{minute}:{second}.{(fraction or '0')[:6]:0<6}{offset}"
        )
    except ValueError:
        return None


def span(value: Value) -> timedelta | None:
    """The length that "90d", "12h", "30m" or "45s" says, or None where it says none."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else None


def vietnam_date(text: str) -> date:
    """The calendar day in Vietnam at an RFC 3339 instant; ValueError for anything else."""
    moment = instant(text)
    if moment is None:
        message = f"not an RFC 3339 instant: {text!r}"
        raise ValueError(message)
    return moment.astimezone(VIETNAM).date()
