"""What a person sees, word for word, of an audit that never changes."""

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from attt.cli import language
from attt.cli.audit_screen import show_audit
from attt.cli.host_screen import show_host
from attt.model.audit import Audited
from attt.model.fact import Assurance, FactKey, Origin
from attt.model.finding import Compared, Finding, Reason, Verdict
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.level import Level
from attt.model.outcome import Means, Outcome, RequirementResult, SystemResult
from attt.model.rule import Fix, Parameter, Risk, Rule, Severity
from attt.model.rulebook import Pack, Rulebook
from attt.model.run import (
    Failure,
    HostRecord,
    HostStatus,
    MissedFact,
    Platform,
    PrivilegeHad,
    Run,
    RunStatus,
    Support,
)  # fmt: skip
from attt.model.standard import EvidenceKind, Requirement, Standard, Strength
from attt.model.subject import host
from attt.model.words import Words

NOW = "2026-11-22T03:00:00Z"


def rule(id_: str, severity: Severity, vi: str, en: str) -> Rule:
    return Rule(
        id=id_, title=Words(vi=vi, en=en), severity=severity, needs={"f": FactKey("x.y")},
        expect=(), why=Words(vi="Vì sao.", en="Why."), params={"max": Parameter("integer", 4, "lower")},
        fix=Fix(text=Words(vi="1. Sửa tệp.\n2. Nạp lại.", en="1. Edit the file.\n2. Reload."),
                risk=Risk.RESTART),
    )  # fmt: skip


RULES = {
    r.id: r
    for r in (
        rule("ssh-tries", Severity.HIGH, "Giới hạn số lần thử", "Tries are limited"),
        rule("file-modes", Severity.CRITICAL, "Phân quyền tệp", "Files are protected"),
        rule("time-kept", Severity.LOW, "Đồng bộ thời gian", "Time is kept"),
        rule("no-telnet", Severity.MEDIUM, "Không dùng telnet", "No telnet"),
        rule("no-ftp", Severity.MEDIUM, "Không dùng ftp", "No ftp"),
    )
}


def finding(id_: str, verdict: Verdict, **more) -> Finding:
    return Finding(rule=id_, subject=host("h-1"), verdict=verdict, assurance=Assurance.RESOLVED,
                   origin=Origin.EXPLICIT, **more)  # fmt: skip


def compared(found, wanted, operator="at_most", item=None) -> Compared:
    return Compared(id="x", operator=operator, found=found, wanted=wanted, item=item)


WEB = HostRecord(
    host="h-1", name="web-01", address="192.0.2.10", status=HostStatus.PARTLY, observed_at=NOW,
    platform=Platform(id="debian", version="12", name="Debian GNU/Linux 12 (bookworm)"),
    support=Support.PROVEN, privilege=PrivilegeHad.SUDO,
    missed=(MissedFact(fact="time.sync", obstacle="no_tool", detail="timedatectl"),),
    findings=(
        finding("ssh-tries", Verdict.FAIL, failing=(compared(6, 4),)),
        finding("file-modes", Verdict.FAIL, failing=tuple(
            compared("0666", "0644", "mode_within", f"/etc/tệp-{n}") for n in range(12))),
        finding("time-kept", Verdict.UNKNOWN,
                reason=Reason(code="no_tool", detail="timedatectl\nPASS"), unknown=(("x", None),)),
        finding("no-telnet", Verdict.PASS, checked=1),
        finding("no-ftp", Verdict.NOT_APPLICABLE, reason=Reason(code="absent")),
    ),
)  # fmt: skip
DB = HostRecord(
    host="h-2", name="db-01", address="192.0.2.11", status=HostStatus.UNREACHABLE, observed_at=NOW,
    failure=Failure.HOST_KEY_UNKNOWN, detail="SHA256:abc",
)  # fmt: skip


@pytest.fixture
def audited() -> Audited:
    """One system of two hosts, one read in part and one that was not let in to."""
    words = Words(vi="Yêu cầu", en="Requirement")
    requirements = tuple(
        Requirement(id=f"C.{n}", title=words, group="g", chapter="C", clauses={Level(3): f"5.{n}"},
                    strength=Strength.MUST, evidence=(EvidenceKind.HOST,))
        for n in range(4)
    )  # fmt: skip
    outcomes = (Outcome.MET, Outcome.NOT_MET, Outcome.NOT_ASSESSED, Outcome.NOT_ASSESSED)
    results = tuple(
        RequirementResult(requirement=r.id, system="TTHC", level=Level(3), clause=r.clauses[Level(3)],
                          outcome=outcome, means=Means.MACHINE)
        for r, outcome in zip(requirements, outcomes, strict=True)
    )  # fmt: skip
    standard = Standard(id="s-1", title=words, edition="TCVN 14423:2026", in_force_from="2026-07-24",
                        because="d", requirements=requirements)  # fmt: skip
    hosts = {
        r.host: Host(id=r.host, name=r.name, addresses=(r.address,), zone=None, connect=Connect())
        for r in (WEB, DB)
    }
    system = System(code="TTHC", name="Hệ thống một cửa", level=Level(3), owner="o", operator="o",
                    hosts=tuple(hosts))  # fmt: skip
    run = Run(id="r-1", started_at=NOW, attt="0.1.0", rulebook="0", inventory_digest="0",
              inventory_source="i.yaml", standards=("s-1",), status=RunStatus.FINISHED,
              hosts_declared=tuple(hosts))  # fmt: skip
    return Audited(
        run=run, as_of=NOW, hosts=(WEB, DB), scans=(),
        inventory=Inventory(organisations={}, zones={}, hosts=hosts, systems={"TTHC": system},
                            dossiers={}),
        rulebook=Rulebook(rules=RULES, standards={"s-1": standard}, digest="0",
                          packs=(Pack(id="p", version="1", needs_attt=">=0"),)),
        systems=(SystemResult(system="TTHC", standard="s-1", level=Level(3), requirements=results),),
    )  # fmt: skip


@pytest.fixture
def seen(capsys, monkeypatch):
    """What a function prints in a language, line by line without spaces at the ends."""

    def screen(lang, show):
        monkeypatch.setattr(language, "_chosen", lang)
        show()
        return "\n".join(line.rstrip() for line in capsys.readouterr().out.split("\n"))

    return screen


def test_a_host_in_vietnamese(audited, seen):
    """The worst first, each with what was found, what was wanted and the mend."""
    said = seen("vi", lambda: show_host(audited, WEB))

    assert (
        snapshot("""\
web-01 (192.0.2.10)
  Debian GNU/Linux 12 (bookworm); Đã kiểm chứng trên máy thật; quyền: Quyền sudo theo danh mục lệnh

CHƯA ĐẠT [Nghiêm trọng] Phân quyền tệp (file-modes)
  /etc/tệp-0: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-1: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-2: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-3: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-4: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-5: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-6: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-7: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-8: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  /etc/tệp-9: hiện tại: 0666; yêu cầu: quyền không rộng hơn 0644
  … và 2 mục nữa (--json hiện tất cả)
  Nguy cơ: Vì sao.
  Cách khắc phục:
    Lưu ý: Phải khởi động lại dịch vụ. Dịch vụ sẽ gián đoạn khi khởi động lại: làm ngoài giờ, báo trước cho người dùng, giữ bản sao tệp cấu hình. Lùi lại: khôi phục bản sao rồi khởi động lại dịch vụ.
    1. Sửa tệp.
    2. Nạp lại.

CHƯA ĐẠT [Cao] Giới hạn số lần thử (ssh-tries)
  hiện tại: 6; yêu cầu: tối đa 4
  Nguy cơ: Vì sao.
  Cách khắc phục:
    Lưu ý: Phải khởi động lại dịch vụ. Dịch vụ sẽ gián đoạn khi khởi động lại: làm ngoài giờ, báo trước cho người dùng, giữ bản sao tệp cấu hình. Lùi lại: khôi phục bản sao rồi khởi động lại dịch vụ.
    1. Sửa tệp.
    2. Nạp lại.

CHƯA XÁC ĐỊNH [Thấp] Đồng bộ thời gian (time-kept)
  Máy chủ không có chương trình cho biết nội dung này. timedatectl ↵ PASS
  Cài chương trình đó hoặc kiểm tra thủ công.

5 tiêu chí: Chưa đạt 2, Chưa xác định 1, Đạt 1, Không áp dụng 1
Chưa thu thập được: time.sync
  Cài chương trình đó hoặc kiểm tra thủ công.
""")
        == said
    )


def test_a_host_in_english(audited, seen):
    """The same, in full: passing and inapplicable rules have a line each."""
    said = seen("en", lambda: show_host(audited, WEB, full=True))

    assert (
        snapshot("""\
web-01 (192.0.2.10)
  Debian GNU/Linux 12 (bookworm); Proven on real hosts; rights: sudo, exact commands

FAIL [Critical] Files are protected (file-modes)
  /etc/tệp-0: found 0666; wanted a mode no wider than 0644
  /etc/tệp-1: found 0666; wanted a mode no wider than 0644
  /etc/tệp-2: found 0666; wanted a mode no wider than 0644
  /etc/tệp-3: found 0666; wanted a mode no wider than 0644
  /etc/tệp-4: found 0666; wanted a mode no wider than 0644
  /etc/tệp-5: found 0666; wanted a mode no wider than 0644
  /etc/tệp-6: found 0666; wanted a mode no wider than 0644
  /etc/tệp-7: found 0666; wanted a mode no wider than 0644
  /etc/tệp-8: found 0666; wanted a mode no wider than 0644
  /etc/tệp-9: found 0666; wanted a mode no wider than 0644
  … and 2 more (--json shows all)
  Why it matters: Why.
  Fix:
    What could go wrong: Restarts a service. The service is interrupted while it restarts: do it off hours, tell its users, keep a copy of the file. Way back: put the copy back and restart.
    1. Edit the file.
    2. Reload.

FAIL [High] Tries are limited (ssh-tries)
  found 6; wanted at most 4
  Why it matters: Why.
  Fix:
    What could go wrong: Restarts a service. The service is interrupted while it restarts: do it off hours, tell its users, keep a copy of the file. Way back: put the copy back and restart.
    1. Edit the file.
    2. Reload.

UNKNOWN [Low] Time is kept (time-kept)
  The program that would tell is not on the host. timedatectl ↵ PASS
  Install that program, or check by hand.
Pass No telnet (no-telnet)
Not applicable No ftp (no-ftp) The thing is proved not to be there.

5 rules: Fail 2, Unknown 1, Pass 1, Not applicable 1
Not learnt: time.sync
  Install that program, or check by hand.
""")
        == said
    )


def test_a_rule_that_is_asked_twice_counts_once(audited, seen):
    """Two bounds of one rule are two findings; the count of rules takes the worse one."""
    again = [
        replace(found, verdict=Verdict.PASS)
        for found in WEB.findings
        if found.verdict is Verdict.FAIL
    ]
    twice = replace(audited, hosts=(replace(WEB, findings=(*WEB.findings, *again)), DB))
    said = seen("en", lambda: show_host(twice, WEB))

    assert again
    assert "5 rules: Fail 2, Unknown 1, Pass 1, Not applicable 1" in said


def test_a_host_that_was_not_let_in_to(audited, seen):
    """The reason, what the host said, and the next step; nothing of what nobody saw."""
    said = seen("vi", lambda: show_host(audited, DB))

    assert (
        snapshot("""\
db-01 (192.0.2.11)
Khóa của máy chủ chưa được ghi nhận nên công cụ không đăng nhập.
  SHA256:abc
Việc cần làm tiếp: Đối chiếu vân tay khóa với quản trị máy chủ, rồi dùng attt keys enrol.
""")
        == said
    )


def test_an_audit_in_vietnamese(audited, seen):
    """Coverage first, then the system, then what to mend first."""
    said = seen("vi", lambda: show_audit(audited))

    assert (
        snapshot("""\
Máy chủ khai báo 2, đọc được 1, trong đó chỉ đọc được một phần 1; địa chỉ đã dò quét 0.
  db-01: Khóa của máy chủ chưa được ghi nhận nên công cụ không đăng nhập. Đối chiếu vân tay khóa với quản trị máy chủ, rồi dùng attt keys enrol.

Hệ thống một cửa (TTHC), cấp độ 3, TCVN 14423:2026
  Đã đánh giá 2/4 yêu cầu.
  Đáp ứng đầy đủ: 1
  Chưa đáp ứng: 1
  Chưa đánh giá: 2

Nội dung chưa đạt, mức độ cao xếp trước:
Mức độ        Số đối tượng  Tiêu chí    Nội dung
Nghiêm trọng  1             file-modes  Phân quyền tệp
Cao           1             ssh-tries   Giới hạn số lần thử
""")
        == said
    )


def test_an_audit_in_english(audited, seen):
    """The same words in the other language."""
    said = seen("en", lambda: show_audit(audited))

    assert (
        snapshot("""\
Hosts declared 2, read 1, of which in part 1; addresses scanned 0.
  db-01: The host's key is not enrolled, so attt did not log in. Compare the fingerprint with the host's admin, then use attt keys enrol.

Hệ thống một cửa (TTHC), level 3, TCVN 14423:2026
  Assessed 2/4 requirements.
  Met: 1
  Not met: 1
  Not assessed: 2

What failed, the most serious first:
Severity  On  Rule        What
Critical  1   file-modes  Files are protected
High      1   ssh-tries   Tries are limited
""")
        == said
    )


def test_nothing_failed(audited, seen):
    """Without a failure there is no list of them."""
    good = replace(WEB, findings=WEB.findings[3:], missed=(), status=HostStatus.AUDITED)
    said = seen("en", lambda: show_audit(replace(audited, hosts=(good,))))

    assert "What failed" not in said
