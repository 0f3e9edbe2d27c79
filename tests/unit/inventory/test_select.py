"""A part of an inventory never makes what was left out look as if it were not there."""

from pathlib import Path

import pytest

from attt.errors import UsageError
from attt.inventory.load import load
from attt.inventory.select import select

WHOLE = load(Path(__file__).parents[3] / "inventories" / "example")


def test_without_a_filter_it_is_the_whole():
    """Nothing asked for means everything, with the same digest."""
    assert select(WHOLE) == WHOLE


@pytest.mark.parametrize(
    ("filters", "hosts", "systems"),
    [
        ({"systems": ["TTHC"]}, ["h-0101", "h-0102", "h-0103"], ["TTHC"]),
        ({"systems": ["VBDH"]}, [], ["VBDH"]),
        ({"hosts": ["tthc-web1"]}, ["h-0101"], ["TTHC"]),
        ({"hosts": ["h-0101", "h-0001"]}, ["h-0001", "h-0101"], ["TTDL", "TTHC"]),
        ({"zones": ["ung-dung"]}, ["h-0102", "h-0201", "h-0202"], ["TTHC", "CSDL-DD"]),
        ({"systems": ["TTHC"], "zones": ["ung-dung"]}, ["h-0102"], ["TTHC"]),
        ({"systems": ["TTHC"], "hosts": ["h-0001"]}, [], []),
    ],
)
def test_hosts_fit_every_filter_and_systems_follow(filters, hosts, systems):
    """Filters are narrowed together, and systems without a host left are left out."""
    part = select(WHOLE, **filters)

    assert hosts == list(part.hosts)
    assert systems == list(part.systems)


def test_a_system_keeps_hosts_that_were_left_out():
    """One host of three must not pass for the whole system."""
    part = select(WHOLE, hosts=["h-0101"])

    assert part.systems["TTHC"].hosts == WHOLE.systems["TTHC"].hosts
    assert part.digest != WHOLE.digest
    assert part.zones == WHOLE.zones


@pytest.mark.parametrize(
    ("filters", "mend"),
    [
        ({"systems": ["TTHX"]}, "'TTHC'"),
        ({"hosts": ["tthc-web"]}, "'tthc-web1'"),
        ({"zones": ["dmx"]}, "'dmz'"),
    ],
)
def test_an_unknown_name_is_refused(filters, mend):
    """A misspelt filter is wrong use, not an empty audit."""
    with pytest.raises(UsageError) as caught:
        select(WHOLE, **filters)

    assert mend in str(caught.value.hint)
