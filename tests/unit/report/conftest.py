"""A province made up for papers: "tỉnh Mẫu", roles only, and a host that wants to do harm."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from attt.model.audit import Audited
from attt.model.fact import Assurance, FactKey, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.inventory import (
    Connect,
    Document,
    Dossier,
    DossierStatus,
    Host,
    Hosting,
    HostingKind,
    Inventory,
    Organisation,
    PlanProgress,
    Role,
    System,
    SystemOrigin,
    TransportKind,
    Zone,
)
from attt.model.level import LEVELS, Level
from attt.model.measure import Attestation, Measure, MeasureKind, PlanAnswer
from attt.model.outcome import (
    Means,
    Outcome,
    RequirementResult,
    SubjectVerdict,
    SystemResult,
)
from attt.model.rule import Fix, Parameter, Risk, Rule, Severity
from attt.model.rulebook import Pack, Rulebook
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
    RunStatus,
    ScanEvidence,
    ScanRecord,
    Support,
)
from attt.model.standard import (
    Coverage,
    EvidenceKind,
    Requirement,
    RuleUse,
    Service,
    Standard,
    Strength,
    Way,
)
from attt.model.subject import Endpoint, SubjectKind, host
from attt.model.words import Words

EVIL = "<script>alert(1)</script>{{7*7}}\u202egnp.exe\x1b[31m" + "A" * 400
GROUPS = {
    "chinh-sach": "Chính sách",
    "to-chuc": "Tổ chức",
    "van-hanh": "Vận hành",
    "mang": "Mạng",
    "may-chu": "Máy chủ",
    "ung-dung": "Ứng dụng",
    "du-lieu": "Dữ liệu",
}
SECTIONS = {"management": "Yêu cầu về quản lý", "technical": "Yêu cầu về kỹ thuật"}
SECTION_OF = {
    g: "management" if g in ("chinh-sach", "to-chuc", "van-hanh") else "technical" for g in GROUPS
}
RULES = (
    (
        "socket-no-cleartext",
        Severity.CRITICAL,
        "Không cung cấp dịch vụ quản trị không mã hóa",
        "mang",
    ),
    (
        "sshd-root-login",
        Severity.HIGH,
        "Không cho phép root đăng nhập trực tiếp qua SSH",
        "may-chu",
    ),
    ("sshd-max-auth-tries", Severity.HIGH, "Giới hạn số lần đăng nhập sai qua SSH", "may-chu"),
    ("firewall-active", Severity.HIGH, "Tường lửa của máy chủ hoạt động", "may-chu"),
    ("file-cron", Severity.MEDIUM, "Bảo vệ các tệp lịch tác vụ", "may-chu"),
    ("time-synchronised", Severity.LOW, "Đồng bộ thời gian với nguồn chung", "van-hanh"),
)
ENDPOINT_RULE = "endpoint-exposure"


SUBJECTS = (
    "ssh", "account", "password", "sudo", "firewall", "service", "file", "mount", "kernel",
    "sysctl", "package", "log", "auditd", "time", "cron", "session", "banner", "other",
)  # fmt: skip
THINGS = (
    "Giới hạn quyền truy cập của tài khoản dịch vụ",
    "Ghi nhật ký đăng nhập, đăng xuất và thay đổi cấu hình",
    "Không nhận gói tin chuyển hướng từ mạng ngoài",
    "Chỉ cài phần mềm từ nguồn đã ký",
    "Tệp cấu hình chỉ root sửa được",
    "Khóa tài khoản sau nhiều lần đăng nhập sai",
)


def many_rules(count: int) -> tuple[tuple[str, Severity, str, str], ...]:
    """As many rules as a grown rulebook has, over every topic, mostly of middling severity."""
    severities = (
        Severity.MEDIUM, Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.MEDIUM,
        Severity.LOW, Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL, Severity.LOW,
    )  # fmt: skip
    return tuple(
        (
            f"{SUBJECTS[n % len(SUBJECTS)]}-{n:02d}",
            severities[n % len(severities)],
            f"{THINGS[n % len(THINGS)]} ({n})",
            "may-chu" if n % 3 else "van-hanh",
        )
        for n in range(count)
    )


def words(vi: str) -> Words:
    return Words(vi=vi, en=f"EN {vi}")


def rule(id_: str, severity: Severity, title: str, kind: SubjectKind = SubjectKind.HOST) -> Rule:
    return Rule(
        id=id_,
        title=words(title),
        severity=severity,
        needs={"ssh": FactKey("sshd.settings")},
        expect=(),
        why=words("Người tấn công dò mật khẩu và chiếm quyền điều khiển máy chủ."),
        fix=Fix(
            text=words(
                "Sửa tệp /etc/ssh/sshd_config: PermitRootLogin no\n"
                "Kiểm tra cú pháp: sshd -t; nạp lại: systemctl reload ssh\n"
                "Kiểm tra lại: sshd -T | grep permitrootlogin"
            ),
            risk=Risk.LOCKOUT,
        ),
        subject=kind,
        params={"allowed": Parameter("list", ("no", "prohibit-password"), "subset")},
    )


def standard(
    extra: int = 30, rules: tuple[tuple[str, Severity, str, str], ...] = RULES
) -> Standard:
    """Rules' requirements at level-dependent parameters, then `extra` ones shown by documents."""
    requirements = [
        Requirement(
            id=f"R.{id_}",
            title=words(title),
            group=group,
            chapter="5",
            clauses={level: f"{level + 2}.6.2.{n} a)" for level in LEVELS},
            strength=Strength.MUST,
            evidence=(EvidenceKind.HOST,),
            verified=n == 1,
            served_by=(
                Service(
                    any_of=(
                        Way(
                            rules=(
                                RuleUse(
                                    rule=id_,
                                    params={"allowed": {Level(3): ("no",)}},
                                ),
                            )
                        ),
                    ),
                    coverage=Coverage.FULL,
                ),
            ),
        )
        for n, (id_, _, title, group) in enumerate(
            (*rules, (ENDPOINT_RULE, Severity.HIGH, "Chỉ mở cổng theo quy hoạch", "mang")), 1
        )
    ]
    keys = list(GROUPS)
    requirements += [
        Requirement(
            id=f"D.{n}",
            title=words(
                f"Ban hành, rà soát quy định về nội dung quản lý số {n} theo chu kỳ hằng năm"
            ),
            group=keys[n % len(keys)],
            chapter="3",
            clauses={level: f"{level + 2}.1.{n} b)" for level in LEVELS},
            strength=Strength.SUGGESTED if n % 10 == 9 else Strength.MUST,
            evidence=(EvidenceKind.DOCUMENT,),
        )
        for n in range(extra)
    ]
    return Standard(
        id="tcvn-14423-2026",
        title=words("An ninh mạng - Hệ thống thông tin - Yêu cầu cơ bản"),
        edition="TCVN 14423:2026",
        in_force_from="2026-07-24",
        because="nd-331-2026",
        groups={k: words(v) for k, v in GROUPS.items()},
        sections={k: words(v) for k, v in SECTIONS.items()},
        section_of=SECTION_OF,
        requirements=tuple(requirements),
    )


def compared(n: int, *, hostile: bool) -> tuple[Compared, ...]:
    found = EVIL if hostile else "yes"
    return (
        Compared(
            id="root",
            operator="is_one_of",
            found=found,
            wanted=("no",),
            item=f"10.10.20.{n % 250}:22" if n % 2 else None,
        ),
    )


def finding(n: int, id_: str, host_id: str, level: int, *, hostile: bool = False) -> Finding:
    params = (("allowed", ("no",) if level == 3 else ("no", "prohibit-password")),)
    made = Finding(
        rule=id_,
        subject=host(host_id),
        verdict=Verdict.PASS,
        params=params,
        assurance=Assurance.RESOLVED,
        origin=Origin.EXPLICIT,
        evidence=("ab" * 32,),
        checked=1,
    )
    match (n + len(id_)) % 4:
        case 0:
            return replace(made, verdict=Verdict.FAIL, failing=compared(n, hostile=hostile))
        case 1:
            reason = Reason(code="denied", detail=EVIL if hostile else "")
            return replace(made, verdict=Verdict.UNKNOWN, reason=reason, unknown=(("root", None),))
        case 2 if n % 3 == 0:
            return replace(made, verdict=Verdict.FAIL, failing=compared(n, hostile=hostile))
        case 3 if n % 5 == 0:
            reason = Reason(code="absent", detail="không có sshd")
            return replace(made, verdict=Verdict.NOT_APPLICABLE, reason=reason)
        case _:
            return made


def record(
    n: int,
    host_id: str,
    level: int,
    rules: tuple[tuple[str, Severity, str, str], ...] = RULES,
    *,
    hostile: bool = False,
) -> HostRecord:
    name = EVIL if hostile else f"may-chu-{n:03d}"
    base = HostRecord(
        host=host_id,
        name=name,
        address=f"10.10.20.{n % 250}",
        status=HostStatus.AUDITED,
        observed_at="2026-11-20T03:00:00Z",
        platform=Platform(id="debian", version="12.9", name="Debian GNU/Linux 12"),
        support=Support.PROVEN,
        privilege=PrivilegeHad.SUDO,
        findings=tuple(
            finding(n + k // len(RULES), r[0], host_id, level, hostile=hostile)
            for k, r in enumerate(rules)
        ),
        answers={f"ask{k}": f"{k:064x}" for k in range(12)},
    )
    if n % 7 == 3:
        return replace(
            base,
            status=HostStatus.UNREACHABLE,
            failure=Failure.AUTHENTICATION,
            detail="10.10.20.9 port 22: permission denied",
            findings=(),
            answers={},
        )
    if n % 7 == 5:
        missed = (MissedFact(fact="sshd.settings", obstacle="denied", detail="/etc/ssh"),)
        return replace(base, status=HostStatus.PARTLY, missed=missed)
    return base


def outcome_of(verdicts: list[Verdict]) -> Outcome:
    if Verdict.FAIL in verdicts:
        return Outcome.PARTLY_MET if Verdict.PASS in verdicts else Outcome.NOT_MET
    if Verdict.UNKNOWN in verdicts or not verdicts:
        return Outcome.NOT_ASSESSED
    return Outcome.MET


def _is_covered(finding: Finding) -> bool:
    return finding.rule == "file-cron" and finding.verdict is Verdict.FAIL


def result(
    system: System, book: Standard, records: dict[str, HostRecord], *, documents: bool
) -> SystemResult:
    """A plausible result: rules by the findings, the rest by documents for every other one."""
    made = []
    for n, req in enumerate(book.at(system.level)):
        subjects: list[SubjectVerdict] = []
        if req.served_by:
            id_ = req.served_by[0].any_of[0].rules[0].rule
            subjects = [
                SubjectVerdict(
                    subject=str(f.subject),
                    verdict=f.verdict,
                    rules=(id_,),
                    failing=(id_,) if f.verdict is Verdict.FAIL else (),
                    unknown=(id_,) if f.verdict is Verdict.UNKNOWN else (),
                    covers=(("file-cron", "m1"),) if _is_covered(f) else (),
                )
                for h in system.hosts
                for f in records[h].findings
                if f.rule == id_
            ]
        outcome = outcome_of([s.verdict for s in subjects])
        means = Means.MACHINE if subjects else Means.NONE
        extra: dict[str, object] = {
            "reason": "" if outcome is Outcome.MET else "no_rule" if not subjects else "unknown"
        }
        if not req.served_by and documents and n % 4 != 1:
            outcome, means = Outcome.MET, Means.DOCUMENT
            extra = {"documents": ("att-1",)}
        elif not req.served_by and n % 8 == 1:
            outcome, means = Outcome.NOT_APPLICABLE, Means.NONE
            extra = {
                "plan": PlanAnswer.NOT_APPLICABLE,
                "plan_reason": "Hệ thống không có ứng dụng di động",
            }
        if subjects and req.id == "R.file-cron":
            extra = {"measures": ("m1",)}
        made.append(
            RequirementResult(
                requirement=req.id,
                system=system.code,
                level=system.level,
                clause=req.clauses[system.level],
                outcome=outcome,
                means=means,
                subjects=tuple(subjects),
                **extra,
            )
        )
    return SystemResult(
        system=system.code, standard=book.id, level=system.level, requirements=tuple(made)
    )


ORGANISATIONS = {
    o.id: o
    for o in (
        Organisation(id="ubnd", name="Ủy ban nhân dân tỉnh Mẫu", role=Role.OWNER),
        Organisation(
            id="ttcds",
            name="Trung tâm Chuyển đổi số",
            role=Role.OPERATOR,
            parent="Sở Khoa học và Công nghệ",
        ),
        Organisation(id="cat", name="Công an tỉnh", role=Role.SECURITY_UNIT),
        Organisation(
            id="skhcn",
            name="Sở Khoa học và Công nghệ",
            role=Role.ASSESSOR,
            parent="Ủy ban nhân dân tỉnh Mẫu",
        ),
        Organisation(id="ncc", name="Nhà cung cấp dịch vụ A", role=Role.PROVIDER),
    )
}


def _dossier(n: int) -> Dossier:
    status = list(DossierStatus)[n % 4]
    return Dossier(
        id=f"hs-{n}",
        status=status,
        decision=Document(number=f"{100 + n}/QĐ-UBND", date="2025-05-20", by="ubnd")
        if status is DossierStatus.APPROVED
        else None,
        regulation=Document(number=f"{40 + n}/QĐ-UBND", date="2025-03-01") if n % 2 else None,
        standard="tcvn-11930-2017",
        plan=list(PlanProgress)[(n // 4) % 3],
    )


def _system(n: int, hosts: tuple[str, ...]) -> System:
    rented = n % 5 == 4
    return System(
        code="TTHC" if n == 0 else f"HT{n:02d}",
        name="Hệ thống thông tin giải quyết thủ tục hành chính"
        if n == 0
        else f"Hệ thống dùng chung số {n}",
        level=Level(3 if n % 4 == 0 else 1 + n % 3),
        owner="ubnd",
        operator="ttcds",
        hosts=() if rented else hosts,
        origin=SystemOrigin.CENTRAL
        if n % 11 == 7
        else SystemOrigin.TRIAL
        if n % 11 == 9
        else SystemOrigin.PROVINCE,
        hosting=Hosting(kind=HostingKind.RENTED, contract="15/HĐ")
        if rented
        else Hosting(kind=HostingKind.DATA_CENTRE),
        classification={
            "serves": "public",
            "administrative_procedures": True,
            "personal_data": {"basic": 120000, "sensitive": 0},
        },
        purpose="Tiếp nhận, giải quyết thủ tục hành chính",
        dossier=None if n % 6 == 5 else f"hs-{n}",
        security_unit="cat",
        assessor="skhcn",
        provider="ncc" if rented else None,
    )


def province(
    systems: int = 1,
    hosts_each: int = 9,
    extra: int = 30,
    *,
    hostile: bool = False,
    documents: bool = False,
    as_of: str = "2026-11-20T10:00:00Z",
    rules_each: int = 0,
) -> Audited:
    """`systems` systems with hosts of their own, judged, scanned and told of."""
    listed = many_rules(rules_each) if rules_each else RULES
    book = standard(extra, listed)
    all_systems: dict[str, System] = {}
    records: dict[str, HostRecord] = {}
    hosts: dict[str, Host] = {}
    for s in range(systems):
        ids = tuple(f"h-{s:02d}-{n:04d}" for n in range(hosts_each))
        system = _system(s, ids)
        all_systems[system.code] = system
        for n, id_ in enumerate(system.hosts):
            records[id_] = record(n, id_, system.level, listed, hostile=hostile and n == 0)
            hosts[id_] = Host(
                id=id_,
                name=records[id_].name,
                addresses=(f"10.{s}.20.{n % 250}", f"2001:db8:{s}::{n + 1:x}"),
                zone="dmz",
                connect=Connect(transport=TransportKind.SSH),
            )
    measure = Measure(
        id="m1",
        kind=MeasureKind.ROADMAP,
        reason="Chờ nâng cấp hệ điều hành",
        approver="Giám đốc Sở",
        document="12/KH-SKHCN",
        from_="2026-10-01",
        until="2027-03-31",
        rule="file-cron",
    )
    inventory = Inventory(
        organisations=ORGANISATIONS,
        zones={"dmz": Zone(id="dmz", name="Vùng DMZ", cidrs=("10.0.0.0/8",))},
        hosts=hosts,
        systems=all_systems,
        dossiers={f"hs-{n}": _dossier(n) for n in range(systems)},
        measures=(measure,),
        attestations=(
            Attestation(
                id="att-1",
                requirements=("D.0",),
                document="Quy chế bảo đảm an ninh mạng",
                number="45/QĐ-UBND",
                date="2025-03-01",
                until="2027-03-01",
                sha256="cd" * 32,
            ),
        ),
        digest="ef" * 32,
        source="tinh-mau.yaml",
    )
    rules = {r[0]: rule(r[0], r[1], r[2]) for r in listed}
    rules[ENDPOINT_RULE] = rule(
        ENDPOINT_RULE, Severity.HIGH, "Chỉ mở cổng theo quy hoạch vùng mạng", SubjectKind.ENDPOINT
    )
    return Audited(
        run=Run(
            id="2026-Q4",
            started_at="2026-11-20T02:30:00Z",
            finished_at="2026-11-20T04:15:00Z",
            status=RunStatus.FINISHED,
            attt="0.1.0",
            rulebook="12" * 32,
            inventory_digest="ef" * 32,
            inventory_source="tinh-mau.yaml",
            standards=(book.id,),
            hosts_declared=tuple(hosts),
        ),
        inventory=inventory,
        rulebook=Rulebook(
            rules=rules,
            standards={book.id: book},
            packs=(Pack(id="attt", version="1.0", needs_attt="0.1"),),
            digest="12" * 32,
        ),
        hosts=tuple(records.values()),
        scans=_scans(hosts),
        systems=tuple(result(s, book, records, documents=documents) for s in all_systems.values()),
        as_of=as_of,
    )


def _scans(hosts: dict[str, Host]) -> tuple[ScanRecord, ...]:
    made = []
    for id_, h in list(hosts.items())[:4]:
        seen = Endpoint(vantage="internet", address=h.addresses[0], protocol="tcp", port=23)
        made.append(
            ScanRecord(
                evidence=ScanEvidence(
                    address=h.addresses[0],
                    vantage="internet",
                    observed_at="2026-11-20T03:30:00Z",
                    host=id_,
                    zone="dmz",
                    is_up=True,
                    ports=(PortSeen(endpoint=seen, state=PortState.OPEN, service="telnet"),),
                ),
                findings=(
                    Finding(
                        rule=ENDPOINT_RULE,
                        subject=seen.subject,
                        verdict=Verdict.FAIL,
                        params=(("allowed", ("no",)),),
                        failing=(
                            Compared(id="open", operator="is", found="open", wanted="closed"),
                        ),
                    ),
                ),
                raw="98" * 32,
            )
        )
    if len(hosts) > 4:
        last = list(hosts.values())[4]
        made.append(
            ScanRecord(
                evidence=ScanEvidence(
                    address=last.addresses[0],
                    vantage="internet",
                    observed_at="2026-11-20T03:30:00Z",
                    host=last.id,
                    failure="no_approval",
                )
            )
        )
    return tuple(made)


def _turned(n: int, f: Finding) -> Finding:
    """Some failures held three months ago, some of what holds failed."""
    if f.verdict is Verdict.FAIL and n % 3 == 0:
        return replace(f, verdict=Verdict.PASS, failing=())
    if f.verdict is Verdict.PASS and n % 4 == 0:
        return replace(f, verdict=Verdict.FAIL, failing=compared(1, hostile=False))
    return f


def quarter_before(audited: Audited) -> Audited:
    """The same systems three months earlier."""
    hosts = tuple(
        replace(r, findings=tuple(_turned(n, f) for n, f in enumerate(r.findings)))
        for r in audited.hosts
    )
    when = "2026-08-20T02:00:00Z"
    run = replace(audited.run, id="2026-Q3", started_at=when)
    return replace(audited, run=run, hosts=hosts, as_of=when)


Make = Callable[..., Audited]


@pytest.fixture(scope="session")
def make() -> Make:
    return province


@pytest.fixture(scope="session")
def earlier() -> Callable[[Audited], Audited]:
    return quarter_before


@pytest.fixture(scope="session")
def evil() -> str:
    return EVIL
