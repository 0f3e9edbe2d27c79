"""What ntpd or NTPsec says of itself through `ntpq -n -c rv -c peers` (ntpq(1))."""

import re

from attt.facts.instants import of_epoch
from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing, Value

_NAMES = ("state", "stratum", "offset_us", "reference", "sources", "updated")
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_PEER = re.compile(r"(?m)^[ x.\-+#*o]([0-9A-Fa-f.:]+)[ \t]+\S+[ \t]+(\d{1,2})[ \t]")


def keeps(answer: Answer) -> dict[str, Value]:
    """Fields state, stratum, offset_us, reference, sources and updated of the fact `time.sync`."""
    if answer.obstacle is not None:
        return dict.fromkeys(_NAMES, Missing(answer.obstacle, answer.detail))
    text = text_of(answer)
    variables = dict(re.findall(r"(?m)(?:^|[ ,])([a-z_]+)=([^,\s]+)", text))
    stratum, leap = variables.get("stratum", ""), variables.get("leap", "")
    if not leap or not re.fullmatch(r"[0-9]{1,2}", stratum):
        return dict.fromkeys(_NAMES, Missing(Obstacle.FAILED, "ntpd does not answer ntpq"))
    is_kept = leap in {"00", "01", "10"} and 0 < int(stratum) < 16
    offset = variables.get("offset", "")
    reference = variables.get("refid")
    is_own = reference in {"LOCL", "LOCAL", "127.127.1.0", "127.127.1.1"}
    return {
        "state": "synchronised" if is_kept and not is_own else "unsynchronised",
        "stratum": int(stratum),
        "offset_us": round(float(offset) * 1000)
        if re.fullmatch(r"[+-]?[0-9]{1,12}\.[0-9]{1,9}", offset)
        else None,
        "reference": reference,
        "sources": tuple(sorted({peer for peer, _ in _PEER.findall(text)})),
        "updated": _moment(variables.get("reftime", "")),
    }


def _moment(text: str) -> Value:
    """An NTP timestamp: seconds since 1900 in hexadecimal, then a fraction."""
    found = re.fullmatch(r"(?:0x)?([0-9a-f]{8})\.[0-9a-f]{8}", text)
    if found is None:
        return Missing(Obstacle.OUT_OF_TYPE, "ntpd's reference time")
    seconds = int(found[1], 16) - _NTP_EPOCH
    return of_epoch(seconds) if seconds > 0 else None
