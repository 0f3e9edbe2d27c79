"""Sets of addresses as access lists name them: who is everybody."""

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import networks

RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=8,
)


def members(found):
    """The numbers in these ranges."""
    return {number for first, last in found for number in range(first, last + 1)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["0.0.0.0/0"], True),
        (["::/0"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
        (["0.0.0.0/1"], True),
        (["::/1", "8000::/1"], True),
        (["2000::/3"], True),
        ([f"{n}.0.0.0/4" for n in range(0, 224, 16)], True),
        ([f"{n}.0.0.0/8" for n in range(1, 224)], True),
        (["0.0.0.0/128.0.0.0", "128.0.0.0/128.0.0.0"], True),
        (["2400::/12", "2600::/12", "2800::/12", "2a00::/12"], True),
        (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], False),
        (["fc00::/7", "fe80::/10", "ff00::/8"], False),
        (["224.0.0.0/3"], False),
        (["203.0.113.0/24", "2001:db8::/32"], False),
        (["14.160.0.0/11", "113.160.0.0/11", "2001:ee0::/32"], False),
        (["everybody", "", "all"], False),
        ([], False),
    ],
)
def test_a_list_of_nearly_all_addresses_is_for_everybody(words, expected):
    """Halves, quarters and eighths are as wide as the whole; private networks never are."""
    assert expected is networks.is_one_for_everybody(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10/8", "10.0.0.0/8"),
        ("172.16/12", "172.16.0.0/12"),
        ("10.1.2.3/255.255.0.0", "10.1.0.0/16"),
        ("fd00::1/ffff::", "fd00::/16"),
        ("[::1]", "::1/128"),
        ("[2001:db8::]/32", "2001:db8::/32"),
        ("10.1", None),
        ("10.0.0.0/33", None),
        ("fd00::/x:y", None),
        ("db.example.org", None),
    ],
)
def test_the_forms_of_a_network(text, expected):
    """Lengths and masks, short forms, brackets; a name is none."""
    found = networks.network(text)

    assert expected == (found and str(found))


@given(st.text(alphabet="0123456789./:[]abf%-", max_size=30))
def test_any_word_is_a_network_or_none(text):
    """Nothing else comes out, whatever a host writes."""
    found = networks.network(text)

    assert found is None or isinstance(found, ipaddress.IPv4Network | ipaddress.IPv6Network)


@given(RANGES, RANGES)
def test_ranges_are_sets(some, others):
    """Joining keeps every number, taking away keeps what the other has not, in order."""
    whole, rest = networks.joined([*some, *others]), networks.without(some, others)

    assert members(whole) == members(some) | members(others)
    assert members(rest) == members(some) - members(others)
    assert all(one[1] + 1 < two[0] for one, two in itertools.pairwise(whole))
