"""Parts I and II of the system's report: what was looked at, by whom, how far, and its dossier."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.inventory import Document, DossierStatus, Inventory, System
from attt.model.run import HostRecord, HostStatus
from attt.report import reasons, words
from attt.report.figures import day, minute, number, padded
from attt.report.options import Options
from attt.report.scope import Scope, endpoint_host, vantage
from attt.report.standard_words import edition, last_day
from attt.report.taint import one_line, short
from attt.report.values import masked
from attt.report.view_letterhead import DOTS, name_of
from attt.report.view_rules import names

_SERVES = {"public": "người dân, doanh nghiệp", "internal": "nội bộ cơ quan"}
_NAMES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what is said of it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What was not seen, why, and what to do next."""

    what: str
    why: str
    next: str


def identity(scope: Scope) -> tuple[Fact, ...]:
    """I.1 and I.2."""
    system, inventory = scope.system, scope.audited.inventory
    hosting = words.HOSTINGS[system.hosting.kind].vi
    place = f"{hosting}, {system.hosting.at}" if system.hosting.at else hosting
    owner = inventory.organisations.get(system.owner)
    letter = (
        f" (theo ủy quyền tại văn bản số {owner.delegation})" if owner and owner.delegation else ""
    )
    contract = f" (theo Hợp đồng số {system.hosting.contract})" if system.hosting.contract else ""
    provider = name_of(inventory, system.provider) + contract if system.provider else "không có"
    return (
        Fact(label="Tên hệ thống thông tin", text=f"{system.name} (mã {system.code})"),
        Fact(label="Chức năng", text=system.purpose or DOTS),
        Fact(label="Đối tượng phục vụ, thông tin xử lý", text=_classification(system)),
        Fact(label="Nơi đặt", text=place),
        Fact(label="Chủ quản", text=name_of(inventory, system.owner) + letter),
        Fact(label="Đơn vị vận hành", text=_operators(inventory, system)),
        Fact(label="Đơn vị cung cấp dịch vụ", text=provider),
        Fact(
            label="Đơn vị chuyên trách về an ninh mạng",
            text=name_of(inventory, system.security_unit),
        ),
    )


def _operators(inventory: Inventory, system: System) -> str:
    """The operator that leads, and the others."""
    lead = name_of(inventory, system.operator)
    others = ", ".join(name_of(inventory, one) for one in system.co_operators)
    return f"{lead} (chủ trì); {others}" if others else lead


def _classification(system: System) -> str:
    facts = system.classification
    parts = []
    if (serves := facts.get("serves")) is not None:
        parts.append(_SERVES.get(str(serves), str(serves)))
    if facts.get("administrative_procedures") is True:
        parts.append("giải quyết thủ tục hành chính")
    personal = facts.get("personal_data")
    if isinstance(personal, Mapping):
        basic, sensitive = personal.get("basic"), personal.get("sensitive")
        if isinstance(basic, int) and basic:
            parts.append(f"dữ liệu cá nhân cơ bản của {number(basic)} người")
        if isinstance(sensitive, int) and sensitive:
            parts.append(f"dữ liệu cá nhân nhạy cảm của {number(sensitive)} người")
    return "; ".join(parts) or DOTS


def manner(scope: Scope, options: Options) -> tuple[Fact, ...]:
    """I.3 and I.4: who did it, how independent, in what scope, time and form."""
    run, standard = scope.audited.run, scope.standard
    assessor = options.body or name_of(scope.audited.inventory, scope.system.assessor)
    scanned = f"; dò quét cổng {padded(len(scope.scans))} địa chỉ" if scope.scans else ""
    return (
        Fact(label="Đơn vị thực hiện", text=assessor),
        Fact(label="Tính độc lập", text=independence(options)),
        Fact(
            label="Phạm vi",
            text=f"{padded(scope.declared)} máy chủ khai báo, kiểm tra được {number(scope.reached)}"
            f"/{number(scope.declared)}{scanned}.",
        ),
        Fact(
            label="Thời gian",
            text=f"từ {minute(run.started_at)} đến {minute(run.finished_at)}"
            f" ({words.RUN_STATUSES[run.status].vi.lower()})",
        ),
        Fact(
            label="Hình thức",
            text="Đọc cấu hình bằng tài khoản được cấp quyền (hộp trắng) và đối chiếu hồ sơ. Việc kiểm "
            "tra chỉ đọc thông tin cấu hình, không làm thay đổi hệ thống.",
        ),
        Fact(
            label="Công cụ, bộ tiêu chí",
            text=f"attt phiên bản {run.attt}; {edition(standard, 'vi')}; bộ tiêu chí "
            f"{scope.audited.rulebook.digest[:12]}; đợt kiểm tra {run.id}",
        ),
    )


def independence(options: Options) -> str:
    """KL8, as far as the office has said it."""
    match options.is_independent:
        case True:
            return "Độc lập với đơn vị vận hành."
        case False:
            return (
                "Không độc lập với đơn vị vận hành. Kết quả dùng để quản trị, vận hành theo khoản 3 "
                "Điều 33; chưa phải kết quả tự đánh giá theo điểm c khoản 2 Điều 31 Nghị định số "
                "331/2026/NĐ-CP."
            )
        case _:
            return "Chưa được xác nhận (điểm c khoản 2 Điều 31 Nghị định số 331/2026/NĐ-CP)."


def limits(scope: Scope, *, paper_rows: int | None) -> tuple[Limit, ...]:
    """I.5: hosts, facts and addresses that were not seen, by reason."""
    rows = [
        *_unreached(scope, paper_rows),
        *_missed(scope, paper_rows),
        *_unscanned(scope, paper_rows),
    ]
    if paper_rows is None or len(rows) <= paper_rows:
        return tuple(rows)
    left = f"{number(len(rows) - paper_rows)} dòng khác"
    return (*rows[:paper_rows], Limit(what=left, why="Xem bản HTML.", next="Xem bản HTML."))


def _grouped(
    found: list[tuple[str, reasons.Why, str]], paper_rows: int | None, what: str
) -> list[Limit]:
    rows: dict[tuple[str, str], tuple[reasons.Why, dict[str, None]]] = {}
    for name, why, detail in found:
        text = masked(short(one_line(detail), 120))
        rows.setdefault((why.why.vi, text), (why, {}))[1][name] = None
    limit = None if paper_rows is None else _NAMES
    return [
        Limit(
            what=f"{padded(len(listed))} {what}: {names(listed, limit)}",
            why=f"{why.why.vi} ({detail})" if detail else why.why.vi,
            next=why.next.vi,
        )
        for (_, detail), (why, listed) in rows.items()
    ]


def _unreached(scope: Scope, paper_rows: int | None) -> list[Limit]:
    found = [
        (r.name, reasons.FAILURES[r.failure] if r.failure else reasons.OTHER, r.detail)
        for r in scope.records
        if r.status is HostStatus.UNREACHABLE
    ]
    waiting = reasons.Why(reasons.OTHER.why, reasons.OTHER.next)
    found += [
        (h.name, _NOT_DONE if not h.reason else waiting, h.reason or "") for h in scope.unseen
    ]
    return _grouped(found, paper_rows, "máy chủ")


_NOT_DONE = reasons.FAILURES[next(f for f in reasons.FAILURES if f.value == "interrupted")]


def _missed(scope: Scope, paper_rows: int | None) -> list[Limit]:
    found: list[tuple[str, reasons.Why, str]] = []
    for record in scope.records:
        if record.status is HostStatus.PARTLY:
            found += [
                (record.name, reasons.of_verdict(code), f"số liệu {', '.join(facts)}")
                for code, facts in _facts_by_obstacle(record).items()
            ]
    return _grouped(found, paper_rows, "máy chủ")


def _facts_by_obstacle(record: HostRecord) -> dict[str, list[str]]:
    by: dict[str, list[str]] = {}
    for missed in sorted(record.missed, key=lambda m: m.fact):
        by.setdefault(missed.obstacle, []).append(missed.fact)
    return by


def _unscanned(scope: Scope, paper_rows: int | None) -> list[Limit]:
    audited = scope.audited
    found = [
        (
            f"{endpoint_host(audited, s)} (nhìn từ {vantage(audited, s)})",
            reasons.of_scan(s.evidence.failure),
            s.evidence.detail,
        )
        for s in scope.scans
        if s.evidence.failure
    ]
    return _grouped(found, paper_rows, "địa chỉ dò quét")


def dossier(scope: Scope) -> tuple[str, ...]:
    """Part II, a sentence a line."""
    system = scope.system
    paper = scope.audited.inventory.dossiers.get(system.dossier or "")
    if paper is None:
        return (
            f"Hệ thống dự kiến cấp độ {system.level}; chưa lập hồ sơ đề xuất cấp độ.",
            "Việc rà soát cấp độ theo Điều 11 đến Điều 15 không thuộc phạm vi đợt kiểm tra này.",
        )
    lines = [
        (
            f"Hồ sơ đề xuất cấp độ {system.level}: {words.DOSSIERS[paper.status].vi.lower()}"
            f"{_document(' theo Quyết định số ', paper.decision)}."
        ),
        (
            f"Quy chế bảo đảm an ninh mạng: "
            f"{_document('ban hành theo văn bản số ', paper.regulation) or 'chưa ban hành'}."
        ),
        f"Phương án bảo đảm an ninh mạng: {words.PLANS[paper.plan].vi.lower()}.",
        (
            "Việc rà soát cấp độ theo Điều 11 đến Điều 15 và dấu hiệu phải xác định lại theo Điều 25 "
            "không thuộc phạm vi đợt kiểm tra này."
        ),
    ]
    old = scope.audited.rulebook.standards.get(paper.standard or "")
    if old and old.transition and paper.status is DossierStatus.APPROVED:
        lines.append(
            f"Phương án được phê duyệt theo {old.edition}, áp dụng chuyển tiếp: hệ thống tiếp tục giữ "
            "cấp độ đã xác định và phải bảo đảm điều kiện, tiêu chuẩn, biện pháp tương ứng trong thời "
            f"hạn chuyển tiếp đến {last_day(old, 'vi')}."
        )
    return tuple(lines)


def _document(before: str, paper: Document | None) -> str:
    return f"{before}{paper.number} ngày {day(paper.date)}" if paper else ""
