"""Runs, hosts and answers as an audit would hand them to the store."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from attt.errors import Place
from attt.model import subject as subjects
from attt.model.answer import Answer, Obstacle
from attt.model.digest import digest, digest_of
from attt.model.fact import Assurance, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.inventory import (
    Connect,
    Document,
    Dossier,
    DossierStatus,
    Exposure,
    Host,
    Hosting,
    HostingKind,
    Inventory,
    Organisation,
    PlanProgress,
    PortRange,
    Role,
    ScanApproval,
    Secret,
    System,
    Zone,
)
from attt.model.level import Level
from attt.model.measure import Attestation, Measure, MeasureKind, PlanAnswer, PlanLine
from attt.model.run import (
    Failure,
    HostRecord,
    HostStatus,
    MissedFact,
    Platform,
    PortSeen,
    PortState,
    PrivilegeHad,
    Run,
    ScanEvidence,
    ScanRecord,
    Support,
)
from attt.store.store import Store

NOBODY = 65534


def make_run(name: str = "20261122-0900-a1", **fields: object) -> Run:
    defaults: dict[str, object] = {
        "started_at": "2026-11-22T02:00:00Z",
        "attt": "0.1.0",
        "rulebook": "ab" * 32,
        "inventory_digest": "cd" * 32,
        "inventory_source": "inventories/mau.yaml",
        "standards": ("tcvn-14423-2026",),
        "hosts_declared": ("h-1", "h-2"),
    }
    return Run(id=name, **(defaults | fields))


def make_inventory() -> Inventory:
    place = Place("inventories/mau.yaml", 7, 3)
    connect = Connect(user="attt", key=Secret(scheme="agent"), via="h-1", port=2222)
    host = Host(
        id="h-2",
        name="tthc-db1",
        addresses=("2001:db8:30::5", "10.10.30.5"),
        zone="csdl",
        connect=connect,
        was=("h-0",),
        place=place,
    )
    system = System(
        code="TTHC",
        name="Hệ thống thông tin giải quyết thủ tục hành chính",
        level=Level(3),
        owner="ubnd",
        operator="ttcds",
        hosts=("h-2",),
        hosting=Hosting(kind=HostingKind.DATA_CENTRE, at="ttdl"),
        classification={"serves": "public", "personal_data": {"basic": 120000, "old": None}},
        plan=(PlanLine(requirement="TK.PWD.LEN", answer=PlanAnswer.ROADMAP, until="2027-01-01"),),
        state_secret=True,
        place=place,
    )
    paper = Document(number="123/QĐ-UBND", date="2025-05-20", by="ubnd")
    services = (PortRange(protocol="tcp", first=443, last=443),)
    return Inventory(
        organisations={"ubnd": Organisation(id="ubnd", name="UBND tỉnh Mẫu", role=Role.OWNER)},
        zones={
            name: Zone(id=name, name=name, cidrs=("10.0.0.0/8",), expose=exposed, place=place)
            for name, exposed in (
                ("dmz", (Exposure(from_="internet", services=services),)),
                ("csdl", ()),
            )
        },
        hosts={"h-2": host},
        systems={"TTHC": system},
        dossiers={
            "d": Dossier(
                id="d", status=DossierStatus.APPROVED, decision=paper, plan=PlanProgress.PARTLY
            )
        },
        scan_approvals=(
            ScanApproval(
                zones=("dmz",), document="12/KH-UBND", date="2026-11-02", until="2027-01-31", by="x"
            ),
        ),
        measures=(
            Measure(
                id="m",
                kind=MeasureKind.EQUIVALENT,
                reason="VPN",
                approver="Giám đốc",
                document="9/QĐ",
                from_="2026-01-01",
                until="2026-12-31",
                in_plan=True,
                place=place,
            ),
        ),
        attestations=(
            Attestation(
                id="a",
                requirements=("QL.1",),
                document="Quy chế",
                number="45/QĐ-UBND",
                date="2025-03-01",
                until="2027-03-01",
            ),
        ),
        vantage="dmz",
        digest="cd" * 32,
        source="inventories/mau.yaml",
    )


def make_answers(salt: str = "") -> dict[str, Answer]:
    return {
        "11" * 8: Answer(stdout=b"permitrootlogin no\n", status=0),
        "22" * 8: Answer(stdout=b"now " + salt.encode(), status=0, stderr=b"\xff\x00"),
        "33" * 8: Answer(exists=False),
        "44" * 8: Answer(stdout=b"part", obstacle=Obstacle.CUT, detail="1 MiB"),
    }


def make_findings(host: str, answers: dict[str, Answer]) -> tuple[Finding, ...]:
    subject = subjects.host(host)
    evidence = tuple(sorted({digest(answer) for answer in answers.values()}))
    compared = Compared(id="root", operator="is_one_of", found="yes", wanted=("no", "key"))
    return (
        Finding(
            rule="sshd-root-login",
            subject=subject,
            verdict=Verdict.FAIL,
            params=(("allowed", ("no", "key")),),
            failing=(compared,),
            checked=1,
            assurance=Assurance.RESOLVED,
            origin=Origin.EXPLICIT,
            evidence=evidence,
        ),
        Finding(
            rule="account-password-hash",
            subject=subject,
            verdict=Verdict.UNKNOWN,
            item="backup",
            reason=Reason(code="denied", detail="permission denied"),
            unknown=(("scheme", "backup"), ("age", None)),
        ),
    )


def make_host(host: str = "h-1", salt: str = "", **fields: object) -> HostRecord:
    answers = make_answers(salt)
    defaults: dict[str, object] = {
        "name": f"may-{host}",
        "address": "10.10.20.11",
        "status": HostStatus.PARTLY,
        "observed_at": "2026-11-22T02:00:05Z",
        "platform": Platform(id="debian", version="13", like=("linux",)),
        "support": Support.PROVEN,
        "privilege": PrivilegeHad.SUDO,
        "host_key": "SHA256:abc",
        "missed": (MissedFact(fact="account.shadow", obstacle="denied"),),
        "findings": make_findings(host, answers),
        "answers": {ask: digest(answer) for ask, answer in answers.items()},
    }
    return HostRecord(host=host, **(defaults | fields))


def make_unreachable(host: str = "h-2") -> HostRecord:
    return HostRecord(
        host=host,
        name="",
        address="10.10.20.12",
        status=HostStatus.UNREACHABLE,
        observed_at="2026-11-22T02:00:06Z",
        failure=Failure.REFUSED,
    )


def make_scan(address: str = "2001:db8::5", xml: bytes = b"<nmaprun/>") -> ScanRecord:
    endpoint = subjects.Endpoint(vantage="quan-tri", address=address, protocol="tcp", port=23)
    finding = Finding(
        rule="endpoint-exposure",
        subject=endpoint.subject,
        verdict=Verdict.FAIL,
        evidence=(digest_of(xml),),
    )
    evidence = ScanEvidence(
        address=address,
        vantage="quan-tri",
        observed_at="2026-11-22T02:01:00Z",
        is_up=True,
        ports=(PortSeen(endpoint=endpoint, state=PortState.OPEN_FILTERED, service="telnet"),),
        ports_asked="T:1-65535",
        raw=xml,
    )
    return ScanRecord(evidence=evidence, findings=(finding,), raw=digest_of(xml))


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Makers of everything that the store takes."""
    return SimpleNamespace(
        run=make_run,
        inventory=make_inventory,
        answers=make_answers,
        findings=make_findings,
        host=make_host,
        unreachable=make_unreachable,
        scan=make_scan,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store will be: in a folder that is not there yet."""
    return tmp_path / "state" / "attt.db"


@pytest.fixture
def store(path: Path):
    """An empty store."""
    with Store.open(path) as opened:
        yield opened


@pytest.fixture
def begun(store: Store) -> Store:
    """A store with one run, its inventory and nothing else."""
    store.begin(make_run(), make_inventory())
    return store


@pytest.fixture
def nobodys():
    """A private folder of the user that `as_nobody` acts as."""
    folder = Path(tempfile.mkdtemp(prefix="attt-nobody-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody() -> Callable[[Callable[[], str]], str]:
    """Runs a function in a child without root's rights and gives back what it returned."""

    def run(act: Callable[[], str]) -> str:
        receive, send = os.pipe()
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            child = os.fork()  # threads of the test runner are of no matter to the child
        if child == 0:
            try:
                if os.geteuid() == 0:
                    os.setgroups([])
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                os.write(send, act().encode())
            finally:
                os._exit(0)
        os.close(send)
        with os.fdopen(receive, "rb") as said:
            text = said.read().decode()
        os.waitpid(child, 0)
        return text

    return run
