"""The page that audits: what is asked of whom, kept when, and left when somebody stops it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from attt import assets
from attt.audit import Kept, Means, audit, left, make_plan
from attt.collect.engine import SerialRunner
from attt.collect.scan.batches import Quiet
from attt.errors import MissingProgram
from attt.facts.registry import FACTS
from attt.model.finding import Verdict
from attt.model.inventory import (
    Connect,
    Host,
    Inventory,
    ScanApproval,
    System,
    TransportKind,
    Zone,
)
from attt.model.level import Level
from attt.model.run import (
    Failure,
    HostEvidence,
    HostStatus,
    PrivilegeHad,
    Run,
    RunStatus,
    ScanEvidence,
    ScanRecord,
)
from attt.rulebook.load import load

NOW = "2026-11-22T03:00:00Z"
TCVN = "tcvn-14423-2026"


@pytest.fixture(scope="module")
def book():
    return load([assets.folder("rules")], FACTS)


def machine(id_: str, **more) -> Host:
    made = Host(id=id_, name=id_, addresses=("127.0.0.1",), zone="lan",
                connect=Connect(transport=TransportKind.LOCAL))  # fmt: skip
    return replace(made, **more)


def office(*hosts: Host, level: int = 3, members: tuple[str, ...] | None = None) -> Inventory:
    ids = tuple(h.id for h in hosts) if members is None else members
    system = System(code="A", name="A", level=Level(level), owner="o", operator="o", hosts=ids)
    return Inventory(
        organisations={}, hosts={h.id: h for h in hosts}, systems={"A": system}, dossiers={},
        zones={"lan": Zone(id="lan", name="LAN", cidrs=("127.0.0.0/8",))},
    )  # fmt: skip


def approved(inventory: Inventory) -> Inventory:
    approval = ScanApproval(
        zones=("lan",), document="1/CT", date="2026-11-01", until="2026-12-31", by="ubnd"
    )
    return replace(inventory, vantage="lan", scan_approvals=(approval,))


def a_run(inventory: Inventory) -> Run:
    return Run(
        id="r-1", started_at=NOW, attt="0", rulebook="0", inventory_digest="0",
        inventory_source="i", standards=(TCVN,), hosts_declared=tuple(inventory.hosts),
    )  # fmt: skip


@dataclass
class Transport:
    """Answers nothing, and notes who was asked; `ends` is what happens at a host instead."""

    asked: list[str] = field(default_factory=list)
    ends: dict[str, Callable[[], HostEvidence]] = field(default_factory=dict)

    def gather(self, host, asks):
        self.asked.append(host.id)
        if host.id in self.ends:
            return self.ends[host.id]()
        return HostEvidence(host=host.id, address=host.addresses[0], observed_at=NOW,
                            privilege=PrivilegeHad.ROOT)  # fmt: skip


@dataclass
class Archive:
    """Remembers each call."""

    calls: list[tuple[str, object]] = field(default_factory=list)
    records: dict[str, object] = field(default_factory=dict)
    seen: list[object] = field(default_factory=list)

    def hosts(self, run_id):
        return [self.records[name] for name in sorted(self.records)]

    def scans(self, run_id):
        return self.seen

    def begin(self, run, inventory):
        self.calls.append(("begin", run.id))

    def save_host(self, run_id, record, answers):
        self.calls.append(("host", record.host))
        self.records[record.host] = record

    def save_scan(self, run_id, record):
        self.calls.append(("scan", record.evidence.address))
        self.seen.append(record)

    def finish(self, run_id, status, finished_at):
        self.calls.append(("finish", status))


class Observer:
    def host_started(self, host):
        pass

    def host_done(self, host, evidence):
        pass


def means_of(transport, archive, stops=None):
    stops = [] if stops is None else stops
    return Means(
        transports={TransportKind.LOCAL: transport}, runner=SerialRunner(), archive=archive,
        observer=Observer(), scan_observer=Quiet(), now=lambda: NOW,
        stop=lambda: stops.append("stop"), is_stopped=lambda: bool(stops),
    )  # fmt: skip


def audited(inventory, book, transport, archive, *, only_rules=(), stops=None):
    plan = make_plan(inventory, book, today=NOW, standard=TCVN, only_rules=only_rules)
    stops = [] if stops is None else stops
    means = means_of(transport, archive, stops)
    return audit(a_run(inventory), inventory, book, plan, means)


def scanned(address: str) -> ScanRecord:
    return ScanRecord(evidence=ScanEvidence(address=address, vantage="lan", observed_at=NOW))


def interrupted() -> HostEvidence:
    raise KeyboardInterrupt


def test_each_host_is_kept_as_soon_as_it_is_done(book):
    """Begun, every host once, finished: and the result holds what was kept."""
    archive = Archive()
    result = audited(office(machine("a"), machine("b")), book, Transport(), archive)

    assert [("begin", "r-1"), ("host", "a"), ("host", "b"), ("finish", RunStatus.FINISHED)] == (
        archive.calls
    )
    assert (RunStatus.FINISHED, NOW) == (result.run.status, result.run.finished_at)
    assert ["a", "b"] == [record.host for record in result.hosts]


def test_silence_is_unknown(book):
    """A host that answers nothing has no passing and no failing rule, and was read in part."""
    result = audited(office(machine("a")), book, Transport(), Archive())

    assert {Verdict.UNKNOWN} == {finding.verdict for finding in result.findings}
    assert HostStatus.PARTLY is result.hosts[0].status
    assert not [r for r in result.systems[0].requirements if r.outcome in ("met", "not_met")]


def test_an_interrupt_keeps_what_was_done(book):
    """At the second of three hosts: the first stays, the third is never asked."""
    transport, archive, stops = Transport(ends={"b": interrupted}), Archive(), []
    hosts = (machine("a"), machine("b"), machine("c"))
    result = audited(office(*hosts), book, transport, archive, stops=stops)

    assert ["a", "b"] == transport.asked
    assert ["stop"] == stops
    assert [("begin", "r-1"), ("host", "a"), ("finish", RunStatus.INTERRUPTED)] == archive.calls
    assert (RunStatus.INTERRUPTED, ["a"]) == (result.run.status, [r.host for r in result.hosts])


def test_a_host_cut_off_by_the_interrupt_is_not_kept(book):
    """Half an answer would look like a host that was read."""
    cut = HostEvidence(host="b", address="", observed_at=NOW, failure=Failure.INTERRUPTED)
    archive = Archive()
    result = audited(
        office(machine("a"), machine("b")), book, Transport(ends={"b": lambda: cut}), archive
    )

    assert ("host", "b") not in archive.calls
    assert ["a"] == [record.host for record in result.hosts]


def test_a_host_of_no_system_is_not_logged_into(book):
    """Nothing is asked of it, so nobody knocks."""
    transport = Transport()
    audited(office(machine("a"), machine("idle"), members=("a",)), book, transport, Archive())

    assert ["a"] == transport.asked


def test_rules_of_endpoints_alone_need_no_login(book):
    """`--rule endpoint-exposure` looks from outside only."""
    transport = Transport()
    audited(office(machine("a")), book, transport, Archive(), only_rules=("endpoint-exposure",))

    assert [] == transport.asked


def test_a_transport_that_this_version_has_not(book):
    """A host of a kind that can't be reached is told as such, with its declared reason."""
    away = machine("a", connect=Connect(transport=TransportKind.NONE), reason="Máy cách ly")
    result = audited(office(away), book, Transport(), Archive())

    assert (Failure.NOT_SUPPORTED, "Máy cách ly") == (
        result.hosts[0].failure,
        result.hosts[0].detail,
    )


def test_a_bug_in_a_transport_is_not_swallowed(book):
    """A run that met a bug is not put down as finished."""

    def broken():
        raise ZeroDivisionError

    archive = Archive()
    with pytest.raises(ZeroDivisionError):
        audited(office(machine("a")), book, Transport(ends={"a": broken}), archive)

    assert [("begin", "r-1"), ("finish", RunStatus.INTERRUPTED)] == archive.calls


def test_nothing_begins_without_the_scanner(book, monkeypatch, tmp_path):
    """Where a scan is due and nmap is not there, no host is asked and no run is begun."""
    monkeypatch.setenv("PATH", str(tmp_path))
    transport, archive = Transport(), Archive()
    with pytest.raises(MissingProgram):
        audited(approved(office(machine("a"))), book, transport, archive)

    assert ([], []) == (transport.asked, archive.calls)


def test_without_approval_the_scanner_is_not_needed(book, monkeypatch, tmp_path):
    """No document, no packet: and then nmap need not be there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    result = audited(office(machine("a")), book, Transport(), Archive())

    assert () == tuple(result.scans)


def test_plans_are_the_union_of_what_systems_ask(book):
    """A host of two levels is asked what either asks for; every ask and every fact once."""
    low, high = (
        set(
            make_plan(office(machine("a"), level=level), book, today=NOW, standard=TCVN)
            .hosts[0]
            .uses
        )
        for level in (1, 5)
    )
    one = office(machine("a"), level=1)
    other = replace(one.systems["A"], code="B", level=Level(5))
    both = make_plan(
        replace(one, systems={**one.systems, "B": other}), book, today=NOW, standard=TCVN
    )
    plan = both.hosts[0]

    assert low | high == set(plan.uses)
    assert len(plan.uses) == len(set(plan.uses))
    assert len(plan.asks) == len(set(plan.asks))
    assert len(plan.facts) == len(set(plan.facts))


def test_plans_can_be_narrowed(book):
    """`only_rules` and `with_scan` leave the rest out."""
    inventory = approved(office(machine("a")))
    plan = make_plan(inventory, book, today=NOW, standard=TCVN, only_rules=("file-cron",),
                     with_scan=False)  # fmt: skip

    assert {"file-cron"} == {rule for rule, _ in plan.hosts[0].uses}
    assert () == plan.endpoint_uses["A"] == plan.scan.targets


@pytest.mark.parametrize(
    ("today", "scanned"),
    [("2026-10-31T16:59:59Z", 0), ("2026-10-31T17:00:00Z", 1),
     ("2026-12-31T16:59:59Z", 1), ("2026-12-31T17:00:00Z", 0)],
)  # fmt: skip
def test_approvals_count_days_of_vietnam(book, today, scanned):
    """A document holds from the first minute of its first day to the last of its last, at UTC+7."""
    plan = make_plan(approved(office(machine("a"))), book, today=today, standard=TCVN)

    assert scanned == len(plan.scan.targets)


def test_a_run_that_was_cut_off_is_finished(book):
    """What is kept is not asked again and stays in the result; the run is not begun a second time."""
    inventory = approved(office(machine("a"), machine("b"), machine("c")))
    first = audited(inventory, book, Transport(ends={"b": interrupted}), Archive())
    plan = make_plan(inventory, book, today=NOW, standard=TCVN)
    kept = Kept(hosts=first.hosts, scans=(scanned("127.0.0.1"),))
    rest = left(plan, inventory, kept, today=NOW)
    transport = Transport()
    archive = Archive(records={"a": first.hosts[0]}, seen=[*kept.scans])
    result = audit(a_run(inventory), inventory, book, rest, means_of(transport, archive), kept=kept)

    assert ["b", "c"] == transport.asked
    assert [("host", "b"), ("host", "c"), ("finish", RunStatus.FINISHED)] == archive.calls
    assert ["a", "b", "c"] == [record.host for record in result.hosts]
    assert first.hosts[0] == result.hosts[0]
    assert kept.scans == tuple(result.scans)


@pytest.mark.parametrize(
    ("today", "addresses"), [(NOW, ["127.0.0.1"]), ("2027-01-01T03:00:00Z", [])]
)
def test_no_packet_under_an_approval_that_has_lapsed_since(book, today, addresses):
    """A run that is finished later scans only what may be scanned on that day."""
    inventory = approved(office(machine("a")))
    plan = make_plan(inventory, book, today=NOW, standard=TCVN)
    rest = left(plan, inventory, Kept(hosts=(), scans=()), today=today)

    assert addresses == [target.address for target in rest.scan.targets]
    assert bool(addresses) is not bool(rest.scan.refused)


def test_a_run_without_scan_is_finished_without_one(book):
    """What was left out on purpose is not owed, whatever the inventory allows."""
    inventory = approved(office(machine("a")))
    plan = make_plan(inventory, book, today=NOW, standard=TCVN, with_scan=False)
    rest = left(plan, inventory, Kept(hosts=(), scans=()), today=NOW)

    assert ((), ()) == (rest.scan.targets, rest.scan.refused)


def test_packages_are_kept_beside_what_is_judged(book):
    """`attt find software` must know every host that was audited whole, whichever rules there are."""
    wanted = set(FACTS["packages.installed"].asks({}).values())
    inventory = office(machine("a"), machine("idle"), members=("a",))
    whole = make_plan(inventory, book, today=NOW, standard=TCVN).hosts
    narrow = make_plan(inventory, book, today=NOW, standard=TCVN, only_rules=("file-cron",)).hosts

    assert wanted <= set(whole[0].asks)
    assert not wanted & set(narrow[0].asks)
    assert () == whole[1].asks
