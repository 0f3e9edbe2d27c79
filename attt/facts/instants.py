"""Moments as facts hold them: RFC 3339 text in UTC, whole seconds."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as everything here; an offset costs as much again
_LAST = 253_402_300_799  # 9999-12-31T23:59:59Z
SECONDS_A_DAY = 86_400


def of_epoch(seconds: int) -> str | None:
    """The instant that lies `seconds` after 1970, or None where no calendar holds it."""
    if not 0 <= seconds <= _LAST:
        return None
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()}Z"


def of_days(days: int) -> str | None:
    """The start (UTC) of the day that lies `days` after 1970-01-01, as shadow(5) counts."""
    return of_epoch(days * SECONDS_A_DAY)


def of_iso(text: str) -> str | None:
    """The instant of ISO 8601 text that has an offset, or None."""
    try:
        moment = datetime.fromisoformat(text)
        return rfc3339(moment.astimezone(UTC)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def rfc3339(moment: datetime) -> str:
    """`moment`, which must be UTC, as text."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
