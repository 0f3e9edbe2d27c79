"""The order of package versions."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.evaluate.versions import dpkg, order, rpm

DPKG = [
    ("1.0", "1.0", 0),
    ("1.0", "1.0-0", 0),
    ("1.0", "1.0-1", -1),
    ("0:1.0", "1.0", 0),
    ("1:0.1", "9.9", 1),
    ("1.0~rc1", "1.0", -1),
    ("1.0~~", "1.0~", -1),
    ("1.0~rc1-1", "1.0-0", -1),
    ("1.9", "1.10", -1),
    ("1.09", "1.9", 0),
    ("1.0a", "1.0+", -1),
    ("1.0", "1.0a", -1),
    ("1.0-1-2", "1.0-1-10", -1),
    ("1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u7", -1),
    ("9.2p1-2+deb12u10", "9.2p1-2+deb12u9", 1),
    ("2.36-9+deb12u4", "2.36-9+deb12u4~bpo11+1", 1),
    ("1.2.3-1ubuntu0.22.04.1", "1.2.3-1ubuntu0.22.04.10", -1),
    ("99999999999999999999999999", "100000000000000000000000000", -1),
]
RPM = [
    ("1.0", "1.0", 0),
    ("1.0", "2.0", -1),
    ("2.0.1", "2.0", 1),
    ("2.0.1a", "2.0.1", 1),
    ("5.5p1", "5.5p10", -1),
    ("xyz10", "xyz10.1", -1),
    ("xyz.4", "8", -1),
    ("10xyz", "10.1xyz", -1),
    ("1.010", "1.10", 0),
    ("1_0", "1.0", 0),
    ("1.0~rc1", "1.0", -1),
    ("1.0~rc1~git1", "1.0~rc1", -1),
    ("1.0^", "1.0", 1),
    ("1.0^git1", "1.01", -1),
    ("1.0^git1", "1.0.1", -1),
    ("1.0~rc1^git1", "1.0~rc1", 1),
    ("1.0^git1~pre", "1.0^git1", -1),
    ("1:1.0", "2.0", 1),
    ("1.0-3.el9", "1.0-3.el9_1", -1),
    ("1.0-3", "1.0", 0),
    ("8.7p1-38.el9_4.4", "8.7p1-38.el9_4.12", -1),
]


@pytest.mark.parametrize(("one", "two", "expected"), DPKG)
def test_dpkg_order(one, two, expected):
    """Debian versions stand in dpkg's order, from either side."""
    assert (expected, -expected) == (dpkg(one, two), dpkg(two, one))


@pytest.mark.parametrize(("one", "two", "expected"), RPM)
def test_rpm_order(one, two, expected):
    """RPM versions stand in rpm's order, from either side."""
    assert (expected, -expected) == (rpm(one, two), rpm(two, one))


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="this machine has no dpkg to ask")
@pytest.mark.parametrize(("one", "two", "expected"), DPKG)
def test_dpkg_itself_agrees(one, two, expected):
    """The table of Debian versions is what dpkg says."""
    word = {-1: "lt", 0: "eq", 1: "gt"}[expected]

    assert (
        subprocess.run(["dpkg", "--compare-versions", one, word, two], check=False).returncode == 0
    )


VERSIONS = st.from_regex(r"([0-9]:)?[0-9][0-9a-zA-Z.+~]{0,8}(-[0-9a-z.~]{1,4})?", fullmatch=True)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_dpkg_order_is_an_order(one, two, three):
    """It is the mirror of itself, and what is before the second is before the third after it."""
    first, second, whole = dpkg(one, two), dpkg(two, three), dpkg(one, three)

    assert dpkg(two, one) == -first
    assert not (first <= 0 and second <= 0) or whole <= 0


@given(st.text(max_size=20), st.text(max_size=20))
def test_order_is_total_over_a_hosts_words(one, two):
    """Whatever a host says is a version has an order or none, and never an exception."""
    assert order("dpkg", one, two) in (-1, 0, 1, None)
    assert order("rpm", one, two) in (-1, 0, 1, None)


def test_what_is_no_version_has_no_order():
    """Blanks, nothing, other scripts and unknown schemes have no order."""
    assert {None} == {
        dpkg("", "1"),
        dpkg("1 0", "1"),
        dpkg("１", "1"),
        rpm("1", "a b"),
        order("pip", "1", "2"),
    }
