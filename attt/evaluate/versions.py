"""The order of package versions: dpkg's (deb-version(7)) and rpm's (rpm-version(7)), ours.

Both cut a version into runs of digits and of other characters and compare run by run; they
differ in what counts as a run and in where the special characters stand.
"""

import re
from itertools import zip_longest

_DEB = re.compile(r"(?:(\d+):)?([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]+))?", re.ASCII)
_RPM = re.compile(r"(?:(\d+):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?", re.ASCII)
_DEB_RUNS = re.compile(r"(\D*)(\d*)", re.ASCII)
_RPM_RUNS = re.compile(r"\d+|[A-Za-z]+|~|\^", re.ASCII)

Order = int
"""-1, 0 or 1, as the first is earlier than, equal to or later than the second."""


def order(scheme: str, first: str, second: str) -> Order | None:
    """The order of two versions under "dpkg" or "rpm"; None where one is not such a version."""
    match scheme:
        case "dpkg":
            return dpkg(first, second)
        case "rpm":
            return rpm(first, second)
        case _:
            return None


def dpkg(first: str, second: str) -> Order | None:
    """As `dpkg --compare-versions`: epoch, upstream, revision; a missing revision equals "0"."""
    one, two = _DEB.fullmatch(first), _DEB.fullmatch(second)
    if one is None or two is None:
        return None
    epochs = _digits(one[1] or "0", two[1] or "0")
    return epochs or _deb_part(one[2], two[2]) or _deb_part(one[3] or "0", two[3] or "0")


def _deb_part(first: str, second: str) -> Order:
    runs = zip_longest(_DEB_RUNS.findall(first), _DEB_RUNS.findall(second), fillvalue=("", ""))
    for (text, number), (other_text, other_number) in runs:
        if found := _deb_text(text, other_text) or _digits(number or "0", other_number or "0"):
            return found
    return 0


def _deb_text(first: str, second: str) -> Order:
    pairs = zip_longest(first, second, fillvalue="")
    return next((_sign(a, b) for a, b in ((_rank(x), _rank(y)) for x, y in pairs) if a != b), 0)


def _rank(character: str) -> int:
    """The tilde stands before the end, the end before letters, letters before the rest."""
    if character == "~":
        return -1
    if not character:
        return 0
    return ord(character) if character.isalpha() else ord(character) + 256


def rpm(first: str, second: str) -> Order | None:
    """As rpm orders epoch, version, release; a release that one side does not name is not compared."""
    one, two = _RPM.fullmatch(first), _RPM.fullmatch(second)
    if one is None or two is None:
        return None
    found = _digits(one[1] or "0", two[1] or "0") or _rpm_part(one[2], two[2])
    if found or one[3] is None or two[3] is None:
        return found
    return _rpm_part(one[3], two[3])


def _rpm_part(first: str, second: str) -> Order:
    for one, two in zip_longest(_RPM_RUNS.findall(first), _RPM_RUNS.findall(second)):
        if found := _rpm_run(one, two):
            return found
    return 0


def _rpm_run(one: str | None, two: str | None) -> Order:
    """A tilde stands before all else, then the end, the caret, letters, digits."""
    kinds = _kind(one), _kind(two)
    if kinds[0] != kinds[1]:
        return _sign(*kinds)
    if one is None or two is None:
        return 0
    return _digits(one, two) if one.isdigit() else _text(one, two)


def _kind(run: str | None) -> int:
    if run is None:
        return 1
    return {"~": 0, "^": 2}.get(run, 4 if run.isdigit() else 3)


def _digits(first: str, second: str) -> Order:
    """Numbers of any length without making integers of a host's words."""
    one, two = first.lstrip("0"), second.lstrip("0")
    return _sign(len(one), len(two)) or _text(one, two)


def _text(first: str, second: str) -> Order:
    return (first > second) - (first < second)


def _sign(first: int, second: int) -> Order:
    return (first > second) - (first < second)
