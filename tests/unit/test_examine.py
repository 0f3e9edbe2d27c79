"""From evidence to records: nothing is invented, nothing is kept that must not be, order is nothing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attt import assets
from attt.audit import make_plan
from attt.examine import endpoint_of, examine, examine_scan, judge_all
from attt.facts.learn import learn
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model import digest
from attt.model.answer import Answer, Obstacle
from attt.model.ask import ReadFile
from attt.model.finding import Verdict
from attt.model.inventory import Connect, Host, Inventory, System, TransportKind, Zone
from attt.model.level import Level
from attt.model.run import (
    Failure,
    HostEvidence,
    HostStatus,
    Platform,
    PortSeen,
    PortState,
    PrivilegeHad,
    ScanEvidence,
)  # fmt: skip
from attt.model.subject import Endpoint, host
from attt.rulebook.load import load

NOW = "2026-11-22T03:00:00Z"
TCVN = "tcvn-14423-2026"
BOOK = load([assets.folder("rules")], FACTS)
SECRET = "5PzGzTTzCanaryHashCanaryHash"


def machine(id_: str) -> Host:
    return Host(id=id_, name=id_, addresses=("192.0.2.1",), zone="lan",
                connect=Connect(transport=TransportKind.LOCAL))  # fmt: skip


def office(*systems: tuple[str, int, tuple[str, ...]]) -> Inventory:
    ids = dict.fromkeys(id_ for _, _, members in systems for id_ in members)
    return Inventory(
        organisations={}, dossiers={}, vantage="lan",
        zones={"lan": Zone(id="lan", name="LAN", cidrs=("192.0.2.0/24",))},
        hosts={id_: machine(id_) for id_ in ids},
        systems={
            code: System(code=code, name=code, level=Level(level), owner="o", operator="o",
                         hosts=members)
            for code, level, members in systems
        },
    )  # fmt: skip


def plan_of(inventory: Inventory):
    return make_plan(inventory, BOOK, today=NOW, standard=TCVN)


ONE = plan_of(office(("A", 3, ("h-1",)))).hosts[0]
KEYS = [asks.key(ask) for ask in ONE.asks]


def evidence(answers=None, **more) -> HostEvidence:
    made = HostEvidence(host="h-1", address="192.0.2.1", observed_at=NOW, answers=answers or {},
                        privilege=PrivilegeHad.ROOT)  # fmt: skip
    return replace(made, **more)


WORDS = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([
        b"root:x:0:0::/root:/bin/sh\n", b"root:*:19000:0:90:7:::\n", b"permitrootlogin no\n",
        b"LISTEN 0 5 0.0.0.0:23 0.0.0.0:*\n", b"NTPSynchronized=yes\n", b"table inet f {\n}\n",
        b"active\n", b"\0" * 9, b"A" * 70_000,
    ]),
)  # fmt: skip
ANSWERS = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(
        Answer, stdout=WORDS, status=st.sampled_from([None, 0, 1, 127]), stderr=WORDS,
        exists=st.booleans(), obstacle=st.one_of(st.none(), st.sampled_from(Obstacle)),
        detail=st.text(max_size=20),
    ),
)  # fmt: skip


@given(answers=ANSWERS, order=st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_judging_changes_nothing(answers, order):
    """Each (rule, parameters) has one finding, whatever was judged before it."""
    digests = {key: digest.digest(answer) for key, answer in answers.items()}
    facts = learn(ONE.facts, answers, digests, FACTS)
    shuffled = list(ONE.uses)
    order.shuffle(shuffled)
    straight = judge_all(host("h-1"), ONE.uses, facts, BOOK, NOW)
    mixed = judge_all(host("h-1"), shuffled, facts, BOOK, NOW)

    assert {(f.rule, f.params): f for f in straight} == {(f.rule, f.params): f for f in mixed}
    assert len(straight) == len(ONE.uses)


@given(answers=ANSWERS, others=st.integers(0, 3), level=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_other_hosts_change_no_record(answers, others, level):
    """A host's record is its own: hosts and systems beside it add nothing and take nothing."""
    more = tuple(f"x-{n}" for n in range(others))
    wide = plan_of(office(("A", 3, ("h-1",)), ("B", level, more)))
    mine = next(each for each in wide.hosts if each.host.id == "h-1")

    assert examine(evidence(answers), ONE, BOOK) == examine(evidence(answers), mine, BOOK)


@given(answers=ANSWERS)
@settings(max_examples=60, deadline=None)
def test_any_answer_makes_a_record(answers):
    """Whatever a host says, each rule has a verdict, and a verdict that is unknown has a reason."""
    record, kept = examine(evidence(answers), ONE, BOOK)

    assert [rule for rule, _ in ONE.uses] == [f.rule for f in record.findings]
    assert all(f.reason for f in record.findings if f.verdict is Verdict.UNKNOWN)
    assert all(f.failing for f in record.findings if f.verdict is Verdict.FAIL)
    assert {key: digest.digest(answer) for key, answer in kept.items()} == record.answers
    assert answers.keys() == kept.keys()
    assert (record.status is HostStatus.AUDITED) == (not record.missed)


@given(answers=ANSWERS)
@settings(max_examples=40, deadline=None)
def test_examining_what_was_kept_gives_the_same(answers):
    """Redaction is done once: a record made from kept answers is the record that was kept."""
    record, kept = examine(evidence(answers), ONE, BOOK)

    assert (record, kept) == examine(evidence(kept), ONE, BOOK)


@given(answers=ANSWERS)
@settings(max_examples=30, deadline=None)
def test_losing_answers_makes_no_pass(answers):
    """Where no answer came, nothing holds: each rule is unknown."""
    lost = {key: replace(answer, obstacle=Obstacle.LOST) for key, answer in answers.items()}
    record, _ = examine(evidence(lost), ONE, BOOK)

    assert Verdict.PASS not in {f.verdict for f in record.findings}


@pytest.mark.parametrize("failure", Failure)
def test_a_host_that_was_not_read_has_no_findings(failure):
    """A failure leaves no verdict at all, for one of old answers would be a lie."""
    record, _ = examine(evidence(failure=failure, detail="x"), ONE, BOOK)

    assert (HostStatus.UNREACHABLE, (), (), failure, "x") == (
        record.status, record.findings, record.missed, record.failure, record.detail,
    )  # fmt: skip


def test_hashes_of_passwords_are_not_kept():
    """/etc/shadow is read for its ages and schemes; the hashes are gone before anything is kept."""
    shadow = f"root:$y$j9T$saltsalt${SECRET}:20000:0:90:7:::\n".encode()
    answers = {
        asks.key(ask): Answer(stdout=shadow, status=0)
        for ask in ONE.asks
        if isinstance(ask, ReadFile) and ask.path.startswith(("/etc/shadow", "/etc/gshadow"))
    }
    record, kept = examine(evidence(answers), ONE, BOOK)

    assert answers
    assert all(SECRET.encode() in answer.stdout for answer in answers.values())
    assert SECRET not in repr((record, kept))
    assert any(b"root:" in answer.stdout for answer in kept.values())


def test_answers_that_nobody_asked_for_are_left_aside():
    """An old run holds answers that the rules of today don't ask: no crash, and none of them kept."""
    record, kept = examine(evidence({"0" * 16: Answer(stdout=b"x")}), ONE, BOOK)

    assert ({}, {}) == (kept, record.answers)


def test_what_the_host_says_it_is_is_carried_on():
    """Platform, rights, address and host key stand in the record as they were seen."""
    platform = Platform(id="debian", version="12", name="Debian GNU/Linux 12 (bookworm)")
    record, _ = examine(evidence(platform=platform, host_key="SHA256:x"), ONE, BOOK)

    assert (platform, PrivilegeHad.ROOT, "192.0.2.1", "SHA256:x", NOW) == (
        record.platform, record.privilege, record.address, record.host_key, record.observed_at,
    )  # fmt: skip


# --- addresses -----------------------------------------------------------------------------


def seen(address="192.0.2.1", **more) -> ScanEvidence:
    port = Endpoint(vantage="lan", address=address, protocol="tcp", port=23)
    made = ScanEvidence(
        address=address, vantage="lan", observed_at=NOW, zone="lan", is_up=True,
        ports=(PortSeen(endpoint=port, state=PortState.OPEN),), ports_asked="T:1-65535",
    )  # fmt: skip
    return replace(made, **more)


def test_an_address_is_judged_for_every_system_that_declares_it():
    """Two systems share an address: it is judged once for what either asks, never twice."""
    inventory = office(("A", 1, ("h-1",)), ("B", 5, ("h-2",)))
    uses = plan_of(inventory).endpoint_uses
    record = examine_scan(seen(), inventory, uses, BOOK)

    assert {*uses["A"], *uses["B"]} == {(f.rule, f.params) for f in record.findings}
    assert len(record.findings) == len({(f.rule, f.params) for f in record.findings})
    assert {endpoint_of("lan", "192.0.2.1")} == {f.subject for f in record.findings}


def test_an_open_port_that_nobody_allowed_fails():
    """Telnet answers in a zone that exposes nothing; what an old run never asked is unknown."""
    inventory = office(("A", 3, ("h-1",)))
    record = examine_scan(seen(), inventory, plan_of(inventory).endpoint_uses, BOOK)
    failed = {f.rule for f in record.findings if f.verdict is Verdict.FAIL}

    assert {"endpoint-exposure", "endpoint-no-cleartext"} == failed
    assert {Verdict.FAIL, Verdict.UNKNOWN} == {f.verdict for f in record.findings}


@pytest.mark.parametrize("reason", ["timed_out", "failed", "unreachable"])
def test_a_scan_that_failed_is_unknown(reason):
    """What was not seen is neither closed nor open."""
    inventory = office(("A", 3, ("h-1",)))
    failed = seen(ports=(), failure=reason)
    record = examine_scan(failed, inventory, plan_of(inventory).endpoint_uses, BOOK)

    assert {Verdict.UNKNOWN} == {f.verdict for f in record.findings}


def test_an_address_of_nobody_is_judged_for_nobody():
    """A host that left the inventory leaves evidence, and no finding."""
    inventory = office(("A", 3, ("h-1",)))
    uses = plan_of(inventory).endpoint_uses

    assert () == examine_scan(seen("192.0.2.99"), inventory, uses, BOOK).findings
