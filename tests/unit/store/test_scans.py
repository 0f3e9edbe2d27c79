from dataclasses import replace

import pytest

from attt.errors import StoreError
from attt.model.run import ScanEvidence, ScanRecord

RUN = "20261122-0900-a1"


def test_a_scan_is_read_back_exactly(begun, make):
    """Ports, findings and nmap's XML come back as they were saved."""
    record = make.scan()
    begun.save_scan(RUN, record)

    assert (record,) == tuple(begun.scans(RUN))
    assert begun.raw(record.raw) == b"<nmaprun/>"


def test_a_scan_without_xml_is_read_back_exactly(begun):
    """A scan that was not approved is a record too."""
    evidence = ScanEvidence(
        address="10.0.0.9", vantage="dmz", observed_at="2026-11-22T02:00:00Z", failure="no_approval"
    )
    begun.save_scan(RUN, ScanRecord(evidence=evidence))

    assert (ScanRecord(evidence=evidence),) == tuple(begun.scans(RUN))


def test_the_digest_of_the_xml_is_filled_in(begun, make):
    """A record that names no digest gets the one of its XML."""
    begun.save_scan(RUN, replace(make.scan(), raw=""))

    assert (make.scan(),) == tuple(begun.scans(RUN))


def test_a_wrong_digest_of_the_xml_is_a_bug(begun, make):
    """Evidence is never kept under another's name."""
    with pytest.raises(ValueError, match="digest"):
        begun.save_scan(RUN, replace(make.scan(), raw="00" * 32))


def test_a_saved_scan_is_never_replaced(begun, make):
    """The same again is nothing new, another result of the same address an error."""
    begun.save_scan(RUN, make.scan())
    begun.save_scan(RUN, make.scan())

    with pytest.raises(StoreError, match="2001:db8::5 is in this run already"):
        begun.save_scan(RUN, make.scan(xml=b"<other/>"))

    assert (make.scan(),) == tuple(begun.scans(RUN))


def test_one_address_from_two_vantages_is_two_scans(begun, make):
    """What answers depends on where one looks from."""
    one = make.scan()
    other = replace(one, evidence=replace(one.evidence, vantage="dmz"))
    for record in (one, other):
        begun.save_scan(RUN, record)

    assert (other, one) == tuple(begun.scans(RUN))
