"""Stores of earlier versions: a store that attt 0.1.0 of schema 1 wrote still opens and is whole.

It holds an audit of a Debian 12 with one host out of reach and one scanned address, and a run that
was killed after its first host. Never write it anew: that it is old is what it is for.
"""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from attt.model.finding import Verdict
from attt.model.run import Failure, HostStatus, RunStatus
from attt.store.store import Store
from attt.store.tables import SCHEMA

OLD = Path(__file__).with_name("old")


@pytest.fixture(params=sorted(each.name for each in OLD.glob("*.db")))
def old(request, path):
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(OLD / request.param, path)
    path.chmod(0o600)
    with Store.open(path) as opened:
        yield opened


def test_every_schema_so_far_has_a_store_here():
    """Whoever raises the version leaves a store of the one before."""
    names = {each.name for each in OLD.glob("*.db")}

    assert {f"schema-{n}.db" for n in range(1, SCHEMA)} <= names
    assert names


def test_old_runs_are_read_as_they_were(old):
    """Heads, hosts, findings, scans; the run that was killed then is one to be finished now."""
    cut, whole = old.runs()
    first, second = old.hosts(whole.id)
    verdicts = Counter(finding.verdict for finding in first.findings)

    assert (RunStatus.FINISHED, RunStatus.INTERRUPTED) == (whole.status, cut.status)
    assert (HostStatus.AUDITED, HostStatus.UNREACHABLE) == (first.status, second.status)
    assert Failure.REFUSED is second.failure
    assert {Verdict.PASS: 16, Verdict.FAIL: 4} == verdicts
    assert 1 == len(tuple(old.scans(whole.id)))
    assert {"h-2"} == old.done(cut.id) or {"h-1"} == old.done(cut.id)


def test_old_evidence_is_what_its_digests_say(old):
    """Every answer of the host that was read is there, under the digest that its record names."""
    whole = old.runs()[1]
    record = next(iter(old.hosts(whole.id)))
    answers = old.answers(whole.id, record.host)

    assert 40 < len(answers)
    assert record.answers.keys() == answers.keys()
    assert all(old.raw(digest) for digest in record.answers.values())


def test_old_inventories_are_read(old):
    """Who was audited then, with zones and approvals."""
    inventory = old.inventory(old.runs()[1].id)

    assert ["h-1", "h-2"] == list(inventory.hosts)
    assert ("dmz",) == inventory.scan_approvals[0].zones
