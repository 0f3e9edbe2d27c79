"""The paper that sets both editions side by side; its words are those of annex V of a report."""

from dataclasses import dataclass

from attt.model.audit import Audited
from attt.report import reasons, words
from attt.report.figures import day, long_day, number
from attt.report.options import Options
from attt.report.standard_words import beyond_hosts, titled
from attt.report.tally import Line, Tally
from attt.report.transition import Area, Basis, Moving, SideBySide
from attt.report.view_letterhead import Letterhead, letterhead
from attt.report.view_requirements import clause

_BASES = {
    Basis.OLD: "Cấp độ được phê duyệt theo {old}, áp dụng chuyển tiếp: hệ thống tiếp tục giữ cấp độ đã xác "
    "định và phải bổ sung các nội dung còn thiếu trước khi hết ngày {until} ({basis}).",
    Basis.UNSAID: "Hồ sơ cấp độ đã được phê duyệt nhưng chưa ghi theo tiêu chuẩn nào; nếu theo {old} thì thời "
    "hạn chuyển tiếp là hết ngày {until} ({basis}).",
    Basis.OTHER: "Cấp độ không được phê duyệt theo {old}: không thuộc thời hạn chuyển tiếp tại {basis}.",
    Basis.NONE: "Cấp độ chưa được phê duyệt: không thuộc thời hạn chuyển tiếp tại {basis}; hệ thống đang đầu tư, "
    "xây dựng thực hiện theo Điều 39 Nghị định số 331/2026/NĐ-CP.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRow:
    """One requirement that is still owed."""

    clause: str
    title: str
    outcome: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One group of the decree."""

    label: str
    old: str
    new: str
    lacking: int
    not_assessed: int
    rows: tuple[OwedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPart:
    """One system."""

    name: str
    code: str
    level: int
    basis: str
    sentence: str
    areas: tuple[AreaRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionView:
    """Everything that the template prints."""

    head: Letterhead
    old: str
    new: str
    until: str
    run: str
    as_of: str
    notices: tuple[str, ...]
    systems: tuple[SystemPart, ...]


def transition(found: SideBySide, audited: Audited, options: Options) -> TransitionView:
    """The paper, in Vietnamese; `audited` is the run under the newer edition."""
    notices = (standard.notice for standard in (found.old, found.new))
    return TransitionView(
        head=letterhead(audited.inventory, options, audited.as_of, None),
        old=found.old.edition,
        new=found.new.edition,
        until=long_day(found.terms.until),
        run=found.run,
        as_of=day(found.as_of),
        notices=tuple(notice.vi for notice in notices if notice),
        systems=tuple(_part(moving, found) for moving in found.systems),
    )


def basis_said(moving: Moving, found: SideBySide) -> str:
    """Whether the transition's time is the system's own, and until when."""
    return _BASES[moving.basis].format(
        old=found.old.edition, until=day(found.terms.until), basis=found.terms.basis.vi
    )


def _part(moving: Moving, found: SideBySide) -> SystemPart:
    new = moving.new
    return SystemPart(
        name=moving.system.name,
        code=moving.system.code,
        level=moving.level,
        basis=basis_said(moving, found),
        sentence=(
            f"Trong {number(new.total)} yêu cầu của {found.new.edition} ở cấp độ {moving.level}: đã đáp ứng đầy "
            f"đủ {number(new.full)}, chưa đáp ứng đầy đủ {number(new.lacking)}, chưa đánh giá "
            f"{number(new.not_assessed)}, không áp dụng {number(new.not_applicable)}."
        ),
        areas=tuple(_area(area, found) for area in moving.areas),
    )


def _area(area: Area, found: SideBySide) -> AreaRow:
    known = found.new.groups.get(area.group) or found.old.groups.get(area.group)
    return AreaRow(
        label=known.vi if known else area.group,
        old=share(area.old),
        new=share(area.new),
        lacking=area.new.lacking,
        not_assessed=area.new.not_assessed,
        rows=tuple(_row(line) for line in area.owed),
    )


def share(tally: Tally) -> str:
    """Fully met of those that apply."""
    return f"{number(tally.full)}/{number(tally.applicable)}"


def _row(line: Line) -> OwedRow:
    result = line.result
    more = beyond_hosts(line.requirement, "vi")
    return OwedRow(
        clause=clause(line),
        title=titled(line.requirement, result.level, "vi"),
        outcome=words.OUTCOMES[result.outcome].vi,
        next=f"{reasons.of_requirement(result.reason).next.vi} {more}".strip(),
    )
