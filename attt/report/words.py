"""The words of people for every closed set of the program: on screens, in papers, in English.

Source: the forty terms that all screens and papers share. `vi` is the short form of a screen,
`paper` the form of an official paper; `en` is English.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.fact import Assurance, Origin
from attt.model.finding import Verdict
from attt.model.inventory import (
    DossierStatus,
    HostingKind,
    PlanProgress,
    Role,
    SystemOrigin,
    TransportKind,
)
from attt.model.measure import MeasureKind, PlanAnswer
from attt.model.outcome import Means, Outcome
from attt.model.rule import Risk, Severity
from attt.model.run import HostStatus, PortState, PrivilegeHad, RunStatus, Support
from attt.model.standard import Coverage, EvidenceKind, Strength


@dataclass(frozen=True, slots=True)
class Term:
    """One thing, in the words of a screen, of a paper and of an English reader."""

    vi: str
    en: str
    paper: str = ""

    def text(self, language: str) -> str:
        """The screen's word in `language`: "vi" or "en"."""
        return self.vi if language == "vi" else self.en

    @property
    def in_paper(self) -> str:
        """The Vietnamese of an official paper."""
        return self.paper or self.vi


VERDICTS: Mapping[Verdict, Term] = {
    Verdict.PASS: Term("Đạt", "Pass"),
    Verdict.FAIL: Term("Chưa đạt", "Fail"),
    Verdict.UNKNOWN: Term("Chưa xác định", "Unknown", "Chưa kiểm tra được"),
    Verdict.NOT_APPLICABLE: Term("Không áp dụng", "Not applicable"),
    Verdict.MANUAL: Term("Kiểm tra bằng hồ sơ", "To be checked by a person"),
}
COVERED = Term(
    "Chưa đạt, có lộ trình",
    "Fail, on a roadmap",
    "Chưa đạt, đang thực hiện lộ trình khắc phục được chấp thuận",
)
OUTCOMES: Mapping[Outcome, Term] = {
    Outcome.MET: Term("Đáp ứng đầy đủ", "Met", "Đã đáp ứng đầy đủ"),
    Outcome.COMPENSATED: Term(
        "Biện pháp tương đương",
        "Met by an equivalent measure",
        "Đáp ứng bằng biện pháp tương đương",
    ),
    Outcome.INHERITED: Term("Đáp ứng theo hạ tầng dùng chung", "Met by the shared infrastructure"),
    Outcome.PARTLY_MET: Term(
        "Đáp ứng một phần", "Partly met", "Chưa đáp ứng đầy đủ (đã đáp ứng một phần)"
    ),
    Outcome.NOT_MET: Term("Chưa đáp ứng", "Not met"),
    Outcome.NOT_ASSESSED: Term("Chưa đánh giá", "Not assessed"),
    Outcome.NOT_APPLICABLE: Term(
        "Không áp dụng", "Not applicable", "Không áp dụng (lý do nêu tại phương án)"
    ),
}
SEVERITIES: Mapping[Severity, Term] = {
    Severity.CRITICAL: Term("Nghiêm trọng", "Critical", "tồn tại mức Nghiêm trọng"),
    Severity.HIGH: Term("Cao", "High", "tồn tại mức Cao"),
    Severity.MEDIUM: Term("Trung bình", "Medium", "tồn tại mức Trung bình"),
    Severity.LOW: Term("Thấp", "Low", "tồn tại mức Thấp"),
    Severity.INFO: Term("Để biết", "For information", "thông tin tham khảo"),
}
ROLES: Mapping[Role, Term] = {
    Role.OWNER: Term("Chủ quản", "Owner", "chủ quản hệ thống thông tin"),
    Role.OPERATOR: Term("Đơn vị vận hành", "Operator", "đơn vị vận hành hệ thống thông tin"),
    Role.SECURITY_UNIT: Term(
        "Đơn vị chuyên trách ANM",
        "Designated cybersecurity unit",
        "đơn vị chuyên trách về an ninh mạng",
    ),
    Role.ASSESSOR: Term("Đơn vị đánh giá", "Assessor", "đơn vị thực hiện kiểm tra, đánh giá"),
    Role.PROVIDER: Term("Nhà cung cấp dịch vụ", "Service provider", "đơn vị cung cấp dịch vụ"),
}
DOSSIERS: Mapping[DossierStatus, Term] = {
    DossierStatus.DRAFT: Term("Đang dự thảo", "In draft"),
    DossierStatus.SUBMITTED: Term("Đã gửi thẩm định", "Sent for appraisal"),
    DossierStatus.APPRAISED: Term("Đã thẩm định", "Appraised"),
    DossierStatus.APPROVED: Term("Đã được phê duyệt", "Approved"),
}
PLANS: Mapping[PlanProgress, Term] = {
    PlanProgress.NONE: Term("Chưa triển khai", "Not carried out"),
    PlanProgress.PARTLY: Term("Đã triển khai một số hạng mục", "Carried out in part"),
    PlanProgress.FULL: Term("Đã triển khai đầy đủ", "Carried out in full"),
}
ORIGINS: Mapping[SystemOrigin, Term] = {
    SystemOrigin.PROVINCE: Term("Tỉnh làm chủ quản, đang vận hành", "Provincial, in operation"),
    SystemOrigin.CENTRAL: Term("Trung ương làm chủ quản", "Owned by a central body"),
    SystemOrigin.TRIAL: Term("Đang thử nghiệm", "On trial"),
}
HOSTINGS: Mapping[HostingKind, Term] = {
    HostingKind.OWN: Term("Tại đơn vị", "On own premises"),
    HostingKind.DATA_CENTRE: Term("Trung tâm dữ liệu của tỉnh", "Provincial data centre"),
    HostingKind.RENTED: Term("Thuê dịch vụ", "Rented service"),
    HostingKind.CLOUD: Term("Điện toán đám mây", "Cloud"),
    HostingKind.MINISTRY: Term("Hạ tầng của bộ, ngành", "A ministry's infrastructure"),
}
HOST_STATUSES: Mapping[HostStatus, Term] = {
    HostStatus.AUDITED: Term("Đã kiểm tra đầy đủ", "Audited"),
    HostStatus.PARTLY: Term("Đã kiểm tra một phần", "Audited in part"),
    HostStatus.UNREACHABLE: Term("Chưa kiểm tra được", "Not audited"),
}
PRIVILEGES: Mapping[PrivilegeHad, Term] = {
    PrivilegeHad.ROOT: Term("Tài khoản quản trị (root)", "root"),
    PrivilegeHad.SUDO: Term("Quyền sudo theo danh mục lệnh", "sudo, exact commands"),
    PrivilegeHad.SUDO_PASSWORD: Term("Quyền sudo có mật khẩu", "sudo with a password"),
    PrivilegeHad.NONE: Term("Tài khoản thường", "No privilege"),
}
SUPPORTS: Mapping[Support, Term] = {
    Support.PROVEN: Term("Đã kiểm chứng trên máy thật", "Proven on real hosts"),
    Support.SUPPORTED: Term("Hỗ trợ theo mẫu kết quả ghi lại", "Supported from records"),
    Support.GENERIC: Term("Chỉ hỗ trợ chung", "Generic"),
}
TRANSPORTS: Mapping[TransportKind, Term] = {
    TransportKind.SSH: Term("Qua SSH", "Over SSH"),
    TransportKind.LOCAL: Term("Tại chỗ", "On the machine itself"),
    TransportKind.NONE: Term("Không đăng nhập", "Not logged into"),
}
RUN_STATUSES: Mapping[RunStatus, Term] = {
    RunStatus.RUNNING: Term("Đang thực hiện", "Running"),
    RunStatus.FINISHED: Term("Đã hoàn thành", "Finished"),
    RunStatus.INTERRUPTED: Term("Bị ngắt giữa chừng", "Interrupted"),
}
MEANS: Mapping[Means, Term] = {
    Means.MACHINE: Term("Công cụ", "By machine"),
    Means.DOCUMENT: Term("Hồ sơ", "By document"),
    Means.BOTH: Term("Công cụ và hồ sơ", "By machine and document"),
    Means.NONE: Term("Chưa đánh giá", "Not at all"),
}
MEASURES: Mapping[MeasureKind, Term] = {
    MeasureKind.EQUIVALENT: Term("Biện pháp tương đương", "Equivalent measure"),
    MeasureKind.ROADMAP: Term("Lộ trình khắc phục", "Roadmap"),
    MeasureKind.RISK_ACCEPTED: Term("Rủi ro tồn dư được chấp nhận", "Accepted residual risk"),
}
PLAN_ANSWERS: Mapping[PlanAnswer, Term] = {
    PlanAnswer.APPLIED: Term("Áp dụng", "Applied"),
    PlanAnswer.EQUIVALENT: Term("Biện pháp tương đương", "Equivalent measure"),
    PlanAnswer.NOT_APPLICABLE: Term("Không áp dụng", "Not applicable"),
    PlanAnswer.ROADMAP: Term("Lộ trình", "Roadmap"),
    PlanAnswer.INHERITED: Term("Hạ tầng dùng chung", "Shared infrastructure"),
}
STRENGTHS: Mapping[Strength, Term] = {
    Strength.MUST: Term("Bắt buộc", "Must"),
    Strength.SUGGESTED: Term("Khuyến nghị", "Suggested"),
}
EVIDENCES: Mapping[EvidenceKind, Term] = {
    EvidenceKind.HOST: Term("Đọc cấu hình máy chủ", "Host configuration"),
    EvidenceKind.SCAN: Term("Dò quét mạng", "Network scan"),
    EvidenceKind.DOCUMENT: Term("Hồ sơ minh chứng", "Document"),
}
COVERAGES: Mapping[Coverage, Term] = {
    Coverage.FULL: Term("Toàn bộ yêu cầu", "The whole requirement"),
    Coverage.PARTIAL: Term("Một phần yêu cầu", "A part of the requirement"),
}
RISKS: Mapping[Risk, Term] = {
    Risk.NONE: Term("Không đáng kể", "None to speak of"),
    Risk.LOCKOUT: Term("Có thể mất quyền đăng nhập", "May lock you out"),
    Risk.RESTART: Term("Phải khởi động lại dịch vụ", "Restarts a service"),
    Risk.DATA_LOSS: Term("Có thể mất dữ liệu", "May lose data"),
}
ASSURANCES: Mapping[Assurance, Term] = {
    Assurance.RUNNING: Term("Giá trị đang chạy", "What runs"),
    Assurance.RESOLVED: Term("Giá trị do chương trình đọc ra", "As the program resolved it"),
    Assurance.CONFIGURED: Term("Giá trị ghi trong tệp cấu hình", "As configured in files"),
}
VALUE_ORIGINS: Mapping[Origin, Term] = {
    Origin.EXPLICIT: Term("Do quản trị đặt", "Set by somebody"),
    Origin.DEFAULT: Term("Mặc định của chương trình", "The program's default"),
    Origin.UNKNOWN: Term("Không rõ nguồn", "Origin not known"),
}
PORT_STATES: Mapping[PortState, Term] = {
    PortState.OPEN: Term("Mở", "Open"),
    PortState.CLOSED: Term("Đóng", "Closed"),
    PortState.FILTERED: Term("Bị lọc", "Filtered"),
    PortState.OPEN_FILTERED: Term("Mở hoặc bị lọc", "Open or filtered"),
}
