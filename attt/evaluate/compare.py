# ruff: noqa: ARG001 - one signature for all operators
"""The operators of rules: total functions from what was found and what was wanted to a truth.

A part that was missed makes the comparison unknown, and so does a value of a type that the
operator does not know: guessing would make a false pass or a false failure. Null (proved not
set) is known: it fails every operator but `is: null`, `is_not` and `absent`.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

import re2

from attt.evaluate import moments, versions
from attt.evaluate.truth import Truth, all_, any_, not_, truth
from attt.model.rule import Operator
from attt.model.shape import Shape, Version
from attt.model.value import Missing, Value

_MODE = re.compile(r"[0-7]{3,4}", re.ASCII)
_SKEW = timedelta(days=1)
_PLAIN = frozenset({str, int, bool})
_TEXT = frozenset({str})
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Compare(Protocol):
    """One operator. `as_of` is the time of observation, RFC 3339; `shape` that of the found value."""

    def __call__(
        self, found: Value, wanted: Value, *, as_of: str, shape: Shape | None = None
    ) -> Truth:
        """Whether `found` is as `wanted` says."""


def _timeless(judge: Callable[[Value, Value], Truth]) -> Compare:
    """An operator that neither clock nor shape matters to."""

    def compare(
        found: Value,
        wanted: Value,
        *,
        as_of: str,
        shape: Shape | None = None,
    ) -> Truth:
        if isinstance(found, Missing) or isinstance(wanted, Missing):
            return Truth.UNKNOWN
        return judge(found, wanted)

    return compare


def _of_set(judge: Callable[[Value, Value], Truth]) -> Compare:
    """An operator that null fails."""
    return _timeless(
        lambda found, wanted: Truth.FALSE if found is None else judge(found, wanted),
    )


def equal(found: Value, wanted: Value) -> Truth:
    """Whether two values are the same; a boolean is no number, and a list with a gap is unknown."""
    if type(found) is type(wanted) and type(found) in _PLAIN:
        return truth(found == wanted)
    if isinstance(found, Missing) or isinstance(wanted, Missing):
        return Truth.UNKNOWN
    if found is None or wanted is None:
        return truth(found is wanted)
    if _type(found) is not _type(wanted) or isinstance(found, Mapping):
        return Truth.UNKNOWN
    if isinstance(found, tuple) and isinstance(wanted, tuple):
        return _equal_lists(found, wanted)
    return truth(found == wanted)


def _type(value: Value) -> type:
    return next((one for one in (bool, int, str, tuple) if isinstance(value, one)), dict)


def _equal_lists(found: tuple[Value, ...], wanted: tuple[Value, ...]) -> Truth:
    if any(isinstance(part, Missing) for part in found):
        return Truth.UNKNOWN
    if len(found) != len(wanted):
        return Truth.FALSE
    return all_(equal(one, two) for one, two in zip(found, wanted, strict=True))


def _is_not(found: Value, wanted: Value) -> Truth:
    return not_(equal(found, wanted))


def _is_one_of(found: Value, wanted: Value) -> Truth:
    if not isinstance(wanted, tuple) or isinstance(found, tuple | Mapping):
        return Truth.UNKNOWN
    if type(found) is str and set(map(type, wanted)) <= _TEXT:
        return truth(found in wanted)
    return any_(equal(found, one) for one in wanted)


def _at_least(found: Value, wanted: Value) -> Truth:
    if not _is_integer(found) or not _is_integer(wanted):
        return Truth.UNKNOWN
    return truth(found >= wanted)  # type: ignore[operator]


def _at_most(found: Value, wanted: Value) -> Truth:
    if not _is_integer(found) or not _is_integer(wanted):
        return Truth.UNKNOWN
    return truth(found <= wanted)  # type: ignore[operator]


def _is_integer(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mode_within(found: Value, wanted: Value) -> Truth:
    bits, allowed = mode(found), mode(wanted)
    if bits is None or allowed is None:
        return Truth.UNKNOWN
    return truth(bits & ~allowed == 0)


def mode(value: Value) -> int | None:
    """The permission bits of octal text of three or four digits, or None."""
    fits = isinstance(value, str) and _MODE.fullmatch(value)
    return int(str(value), 8) if fits else None


def _older_than(found: Value, wanted: Value, *, as_of: str, shape: Shape | None = None) -> Truth:
    age, limit = _age(found, as_of), moments.span(wanted)
    if found is None:
        return Truth.FALSE
    return Truth.UNKNOWN if age is None or limit is None else truth(age > limit)


def _newer_than(found: Value, wanted: Value, *, as_of: str, shape: Shape | None = None) -> Truth:
    """A moment over a day after the observation is no age: one of the two clocks is wrong."""
    age, limit = _age(found, as_of), moments.span(wanted)
    if found is None:
        return Truth.FALSE
    if age is None or limit is None or age < -_SKEW:
        return Truth.UNKNOWN
    return truth(age < limit)


def _age(found: Value, as_of: str) -> timedelta | None:
    then, now = moments.instant(found), moments.instant(as_of)
    return None if then is None or now is None else now - then


def _version_at_least(
    found: Value, wanted: Value, *, as_of: str, shape: Shape | None = None
) -> Truth:
    """By the scheme of the shape; without one only where dpkg and rpm agree."""
    if found is None:
        return Truth.FALSE
    if not isinstance(found, str) or not isinstance(wanted, str):
        return Truth.UNKNOWN
    is_told = isinstance(shape, Version) and shape.scheme != "any"
    schemes = (shape.scheme,) if is_told else ("dpkg", "rpm")  # type: ignore[union-attr]
    orders = [versions.order(scheme, found, wanted) for scheme in schemes]
    answers = {Truth.UNKNOWN if one is None else truth(one >= 0) for one in orders}
    return answers.pop() if len(answers) == 1 else Truth.UNKNOWN


def _within(found: Value, wanted: Value) -> Truth:
    mine = network(found)
    wide = wanted if isinstance(wanted, tuple) else (wanted,)
    if mine is None:
        return Truth.UNKNOWN
    return any_(_lies_in(mine, network(one)) for one in wide)


def _lies_in(mine: _Network, wide: _Network | None) -> Truth:
    if wide is None:
        return Truth.UNKNOWN
    if isinstance(mine, ipaddress.IPv4Network) and isinstance(wide, ipaddress.IPv4Network):
        return truth(mine.subnet_of(wide))
    if isinstance(mine, ipaddress.IPv6Network) and isinstance(wide, ipaddress.IPv6Network):
        return truth(mine.subnet_of(wide))
    return Truth.FALSE


def network(value: Value) -> _Network | None:
    """The prefix that an address or CIDR names, or None.

    A scope (`%eth0`) is dropped; an IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4 one.
    """
    if not isinstance(value, str):
        return None
    try:
        found = ipaddress.ip_network(re.sub(r"%[^/]*", "", value), strict=False)
    except ValueError:
        return None
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    if mapped is None or found.prefixlen < 96:  # noqa: PLR2004 - the mapped prefix is a /96
        return found
    return ipaddress.ip_network((mapped, found.prefixlen - 96))


def _matches(found: Value, wanted: Value) -> Truth:
    if not isinstance(found, str) or not isinstance(wanted, str):
        return Truth.UNKNOWN
    compiled = pattern(wanted)
    try:
        return Truth.UNKNOWN if compiled is None else truth(bool(compiled.fullmatch(found)))
    except UnicodeEncodeError:  # a lone surrogate is no text that RE2 can read
        return Truth.UNKNOWN


@lru_cache(maxsize=1024)
def pattern(text: str) -> "re2._Regexp | None":
    """A linear-time matcher (RE2 syntax), or None where the text is no such pattern."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _contains(found: Value, wanted: Value) -> Truth:
    if isinstance(found, str) and isinstance(wanted, str):
        return truth(wanted in found)
    if not isinstance(found, tuple):
        return Truth.UNKNOWN
    return any_(equal(one, wanted) for one in found)


def _subset_of(found: Value, wanted: Value) -> Truth:
    if not isinstance(found, tuple) or not isinstance(wanted, tuple):
        return Truth.UNKNOWN
    if set(map(type, found)) <= _TEXT and set(map(type, wanted)) <= _TEXT:
        return truth(set(found) <= set(wanted))
    return all_(any_(equal(one, two) for two in wanted) for one in found)


def _in_date(found: Value, wanted: Value, *, as_of: str, shape: Shape | None = None) -> Truth:
    """`wanted` is the last day (ISO) that the table gives for what was found: Vietnam's day counts."""
    if found is None:
        return Truth.FALSE
    now = moments.instant(as_of)
    if not isinstance(found, str) or not isinstance(wanted, str) or now is None:
        return Truth.UNKNOWN
    try:
        last = date.fromisoformat(wanted)
    except ValueError:
        return Truth.UNKNOWN
    return truth(now.astimezone(moments.VIETNAM).date() <= last)


def _absent(found: Value, wanted: Value) -> Truth:
    return truth((found is None) is wanted) if isinstance(wanted, bool) else Truth.UNKNOWN


OPERATORS: Mapping[Operator, Compare] = {
    Operator.IS: _timeless(equal),
    Operator.IS_NOT: _timeless(_is_not),
    Operator.IS_ONE_OF: _of_set(_is_one_of),
    Operator.AT_LEAST: _of_set(_at_least),
    Operator.AT_MOST: _of_set(_at_most),
    Operator.MODE_WITHIN: _of_set(_mode_within),
    Operator.OLDER_THAN: _older_than,
    Operator.NEWER_THAN: _newer_than,
    Operator.VERSION_AT_LEAST: _version_at_least,
    Operator.WITHIN: _of_set(_within),
    Operator.MATCHES: _of_set(_matches),
    Operator.CONTAINS: _of_set(_contains),
    Operator.SUBSET_OF: _of_set(_subset_of),
    Operator.IN_DATE: _in_date,
    Operator.ABSENT: _timeless(_absent),
}
"""Every operator by its word in rule files."""
