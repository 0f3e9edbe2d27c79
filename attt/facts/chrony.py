"""What chronyd says of itself through `chronyc -n -c` (chronyc(1), report format CSV)."""

import re

from attt.facts.instants import of_epoch
from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing, Value

_LOCAL_REFERENCE = "7F7F0101"
_NAMES = ("state", "stratum", "offset_us", "reference", "sources", "updated")
_SECONDS = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,9}")


def keeps(tracking: Answer, sources: Answer) -> dict[str, Value]:
    """Fields state, stratum, offset_us, reference, sources and updated of the fact `time.sync`."""
    if tracking.obstacle is not None:
        return dict.fromkeys(_NAMES, Missing(tracking.obstacle, tracking.detail))
    fields = text_of(tracking).strip().split(",")
    if tracking.status != 0 or len(fields) < 14:
        return dict.fromkeys(_NAMES, Missing(Obstacle.FAILED, "chronyd does not answer chronyc"))
    named = _sources(sources)
    return {
        "state": _state(fields[0], fields[2], fields[13], named),
        "stratum": int(fields[2]) if re.fullmatch(r"[0-9]{1,2}", fields[2]) else None,
        "offset_us": _microseconds(fields[4]),
        "reference": fields[1] or None,
        "sources": _resolved(named),
        "updated": _moment(fields[3]),
    }


def _state(reference: str, stratum: str, leap: str, named: Value) -> Value:
    if leap not in {"Normal", "Insert second", "Delete second"} or stratum == "0":
        return "unsynchronised"
    if reference != _LOCAL_REFERENCE:
        return "synchronised"
    if isinstance(named, Missing):
        return named
    return "unsynchronised" if named else "local"


def _microseconds(text: str) -> Value:
    return round(float(text) * 1_000_000) if _SECONDS.fullmatch(text) else None


def _moment(text: str) -> Value:
    """Zero is chrony's word for never."""
    if not _SECONDS.fullmatch(text):
        return Missing(Obstacle.OUT_OF_TYPE, "chrony's reference time")
    seconds = int(text.partition(".")[0])
    return of_epoch(seconds) if seconds > 0 else None


def _resolved(named: Value) -> Value:
    """Without the names that chrony could not look up, which it shows as ID#."""
    if not isinstance(named, tuple):
        return named
    return tuple(name for name in named if not str(name).startswith("ID#"))


def _sources(answer: Answer) -> Value:
    if answer.obstacle is not None or answer.status != 0:
        return Missing(answer.obstacle or Obstacle.FAILED, "chronyc sources")
    lines = (line.split(",") for line in text_of(answer).splitlines())
    return tuple(sorted(fields[2] for fields in lines if len(fields) > 3))
