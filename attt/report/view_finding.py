"""One finding in full, for the admin who mends it: what, found, wanted, why, how, how to verify."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attt import message
from attt.model.answer import Obstacle
from attt.model.finding import Compared, Finding, Verdict
from attt.model.measure import Measure
from attt.model.rule import Risk, Rule
from attt.report import reasons, words
from attt.report.asked import Asking
from attt.report.asks_told import Evidence, rights
from attt.report.changes import Turn
from attt.report.figures import day
from attt.report.standard_words import edition, titled
from attt.report.steps import Guide, guide
from attt.report.taint import one_line, short
from attt.report.topics import topic
from attt.report.values import LIMIT, shown, wanted
from attt.report.words import Term

ROWS = 300
"""Items of one finding that a page shows; the list of findings has them all."""

TURNS: Mapping[Turn, Term] = {
    Turn.NEW: Term("Phát sinh mới so với đợt trước", "New since the run before"),
    Turn.STILL: Term("Còn tồn tại từ đợt trước", "Still there since the run before"),
    Turn.FIRST_SEEN: Term("Đợt trước chưa kiểm tra nội dung này", "Not judged in the run before"),
    Turn.FIXED: Term("Đã khắc phục so với đợt trước", "Mended since the run before"),
    Turn.UNSEEN: Term("Chưa kiểm tra lại được", "Not judged again"),
}
_CARE: Mapping[Risk, Term] = {
    Risk.NONE: Term("", ""),
    Risk.LOCKOUT: Term(
        "Làm sai có thể mất đường đăng nhập: mở sẵn một phiên quản trị khác hoặc bảng điều khiển, giữ bản "
        "sao tệp cấu hình trước khi sửa, và chỉ đóng phiên cũ khi đã đăng nhập lại được. Lùi lại: khôi "
        "phục bản sao rồi nạp lại dịch vụ.",
        "A slip may lock you out: keep a second session or the console open, keep a copy of the file "
        "before you edit it, and close the old session only after a new log-in worked. Way back: put "
        "the copy back and reload the service.",
    ),
    Risk.RESTART: Term(
        "Dịch vụ sẽ gián đoạn khi khởi động lại: làm ngoài giờ, báo trước cho người dùng, giữ bản sao tệp "
        "cấu hình. Lùi lại: khôi phục bản sao rồi khởi động lại dịch vụ.",
        "The service is interrupted while it restarts: do it off hours, tell its users, keep a copy of "
        "the file. Way back: put the copy back and restart.",
    ),
    Risk.DATA_LOSS: Term(
        "Có thể mất dữ liệu và không lùi lại được: sao lưu và thử khôi phục bản sao lưu trước khi làm.",
        "Data may be lost for good: make a backup, and try to restore it, before you begin.",
    ),
}


_LACKS = frozenset({Obstacle.DENIED.value, Obstacle.NO_PRIVILEGE.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One expectation that failed; `item` and `label` may be empty."""

    item: str
    label: str
    found: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """Items of which the same is wanted, so that it is said once."""

    label: str
    wanted: str
    rows: tuple[Row, ...]

    @property
    def is_list(self) -> bool:
        """Whether what was found is the items themselves, so that one column tells it."""
        return all(r.item == r.found for r in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A requirement that the finding answers to."""

    system: str
    level: int
    clause: str
    requirement: str
    title: str
    edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """The measure in force on a failure."""

    kind: str
    reason: str
    document: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding in one language. `reason` and `next` are set for unknown and not applicable."""

    number: int
    rule: str
    title: str
    topic: str
    where: str  # empty for the host itself; else the port, as seen from a vantage
    severity: str  # the model's word, for styles
    severity_word: str
    verdict: str
    verdict_word: str
    rows: tuple[Row, ...]
    rows_left: int
    unread: tuple[str, ...]  # what of a failing rule could not be judged
    reason: str
    detail: str
    next: str
    rights: tuple[str, ...]  # what takes root, where a right was lacking
    why: str
    guide: Guide
    risk: str
    care: str
    asked: tuple[Asked, ...]
    assurance: str
    origin: str
    evidence: tuple[Evidence, ...]
    measure: Covering | None
    turn: str
    checked: int

    @property
    def groups(self) -> tuple[RowGroup, ...]:
        """Its rows, those together of which the same is wanted."""
        by: dict[tuple[str, str], list[Row]] = {}
        for one in self.rows:
            by.setdefault((one.label, one.wanted), []).append(one)
        return tuple(
            RowGroup(label=label, wanted=want, rows=tuple(found))
            for (label, want), found in by.items()
        )

    @property
    def has_unverified(self) -> bool:
        """Whether a clause bears (*)."""
        return any(a.clause.endswith("(*)") for a in self.asked)


def finding_view(
    finding: Finding,
    rule: Rule,
    *,
    number: int = 0,
    title: str = "",
    where: str = "",
    askings: Sequence[Asking] = (),
    evidence: tuple[Evidence, ...] = (),
    measure: Measure | None = None,
    turn: Turn | None = None,
    language: str = "vi",
    limit: int = ROWS,
) -> FindingView:
    """Word a finding; at most `limit` rows of what failed. `title`: instead of the rule's own."""
    verdict = words.VERDICTS[finding.verdict]
    why = reasons.of_verdict(finding.reason.code) if finding.reason else None
    return FindingView(
        number=number,
        rule=rule.id,
        title=title or rule.title.text(language),
        topic=topic(rule).text(language),
        where=where,
        severity=rule.severity.value,
        severity_word=words.SEVERITIES[rule.severity].text(language),
        verdict=finding.verdict.value,
        verdict_word=(words.COVERED if measure else verdict).text(language),
        rows=tuple(row(c, rule, language) for c in finding.failing[:limit]),
        rows_left=max(0, len(finding.failing) - limit),
        unread=tuple(dict.fromkeys(_unread(finding, rule, language)))[:limit],
        reason=why.why.text(language) if why else "",
        detail=_detail(finding, language),
        next=why.next.text(language) if why else "",
        rights=_rights(finding, rule, language),
        why=rule.why.text(language),
        guide=guide(rule.fix.text.text(language)),
        risk="" if rule.fix.risk is Risk.NONE else words.RISKS[rule.fix.risk].text(language),
        care=_CARE[rule.fix.risk].text(language),
        asked=tuple(_asked(a, language) for a in askings),
        assurance=words.ASSURANCES[finding.assurance].text(language) if finding.assurance else "",
        origin=words.VALUE_ORIGINS[finding.origin].text(language) if finding.origin else "",
        evidence=evidence,
        measure=_covering(measure, language) if measure else None,
        turn=TURNS[turn].text(language) if turn else "",
        checked=finding.checked,
    )


def row(compared: Compared, rule: Rule, language: str) -> Row:
    """What was found and wanted of one item."""
    label = rule.label_of(compared.id)
    return Row(
        item=short(one_line(compared.item), LIMIT, language) if compared.item else "",
        label=label.text(language) if label else "",
        found=shown(compared.found, language=language),
        wanted=wanted(compared, language=language),
    )


def order(finding: Finding, rule: Rule, measure: Measure | None) -> tuple[int, int, int, str]:
    """What to mend first: failures, the severe before the mild, the open before the covered."""
    ranks = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.PASS)
    covered = int(measure is not None)
    return ranks.index(finding.verdict), -rule.severity.rank, covered, rule.id


def _unread(finding: Finding, rule: Rule, language: str) -> list[str]:
    if finding.verdict is not Verdict.FAIL:
        return []
    named = []
    for id_, item in finding.unknown:
        label = rule.label_of(id_)
        said = label.text(language) if label else id_
        named.append(f"{short(one_line(item), LIMIT, language)}: {said}" if item else said)
    return named


def _rights(finding: Finding, rule: Rule, language: str) -> tuple[str, ...]:
    lacks = finding.reason is not None and finding.reason.code in _LACKS
    return rights(rule, language) if lacks else ()


def _detail(finding: Finding, language: str) -> str:
    if finding.reason is None:
        return ""
    return short(one_line(message.detail(finding.reason.detail, language)), LIMIT, language)


def _asked(asking: Asking, language: str) -> Asked:
    return Asked(
        system=asking.system.name,
        level=asking.level,
        clause=asking.clause,
        requirement=asking.requirement.id,
        title=titled(asking.requirement, asking.level, language),
        edition=edition(asking.standard, language),
    )


def _covering(measure: Measure, language: str) -> Covering:
    return Covering(
        kind=words.MEASURES[measure.kind].text(language),
        reason=measure.reason,
        document=measure.document,
        until=day(measure.until) if language == "vi" else measure.until,
    )
