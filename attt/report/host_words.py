"""The fixed words of the host's page, by their key in its template."""

from collections.abc import Mapping

from attt.report.words import Term

LABELS: Mapping[str, Term] = {
    "title": Term("Kết quả kiểm tra máy chủ", "What was found on the host"),
    "limited": Term("HẠN CHẾ PHỔ BIẾN", "LIMITED CIRCULATION"),
    "readonly": Term(
        "attt chỉ đọc, không thay đổi cấu hình máy chủ. Lệnh dưới đây do quản trị máy chủ tự gõ.",
        "attt only reads; it changed nothing. The commands below are for the host's admin to type.",
    ),
    "address": Term("Địa chỉ", "Address"),
    "zone": Term("Vùng mạng", "Zone"),
    "platform": Term("Hệ điều hành", "Platform"),
    "kernel": Term("Nhân", "Kernel"),
    "support": Term("Mức hỗ trợ", "Support"),
    "privilege": Term("Quyền khi kiểm tra", "Rights had"),
    "observed": Term("Thời điểm thu thập", "Observed at"),
    "systems": Term("Thuộc hệ thống", "Part of"),
    "level": Term("cấp độ", "level"),
    "standard": Term("Tiêu chuẩn", "Standard"),
    "run": Term("Đợt kiểm tra, bộ tiêu chí", "Run, rulebook"),
    "summary": Term("Tóm tắt", "Summary"),
    "rules": Term("tiêu chí", "rules"),
    "failing": Term("Chưa đạt", "Failing"),
    "covered": Term("trong đó có lộ trình hoặc biện pháp được chấp thuận", "of which covered by a measure"),
    "since": Term("So với đợt kiểm tra ngày", "Since the run of"),
    "fixed": Term("đã khắc phục", "mended"),
    "still": Term("còn tồn tại", "still there"),
    "new": Term("phát sinh mới", "new"),
    "first_seen": Term("lần đầu kiểm tra được", "judged for the first time"),
    "unseen": Term("chưa kiểm tra lại được", "not judged again"),
    "contents": Term("Việc cần làm, xếp theo thứ tự nên làm trước", "To mend, the first thing first"),
    "none": Term("Không có nội dung chưa đạt.", "Nothing failed."),
    "none_but": Term(
        "Không có nội dung chưa đạt trong phần đã kiểm tra được; xem mục Chưa xác định.",
        "Nothing failed of what could be judged; see what is unknown.",
    ),
    "nothing": Term("Chưa thu thập được gì từ máy chủ này", "Nothing was learnt from this host"),
    "partly": Term("Chỉ đọc được một phần máy chủ này.", "This host was read only in part."),
    "severity": Term("Mức độ", "Severity"),
    "found": Term("Hiện trạng", "Found"),
    "wanted": Term("Yêu cầu", "Wanted"),
    "item": Term("Đối tượng", "Item"),
    "label": Term("Thông số", "Setting"),
    "left": Term("dòng nữa; danh sách đầy đủ: attt report --kind findings", "more rows; all of them: attt report --kind findings"),
    "more": Term("Xem thêm", "Show more"),
    "also_unread": Term("Chưa đọc được thêm", "Not read besides"),
    "why": Term("Nguy cơ", "Why it matters"),
    "fix": Term("Cách khắc phục", "How to mend it"),
    "before": Term("Trước khi làm", "Before you begin"),
    "risk": Term("Lưu ý", "What could go wrong"),
    "verify": Term("Cách kiểm tra lại", "How to verify"),
    "again": Term("Chạy lại tiêu chí này", "Judge it again"),
    "asked": Term("Căn cứ", "Asked for by"),
    "clause": Term("mục", "clause"),
    "unverified": Term(
        "(*) số mục chưa được đối chiếu với bản tiêu chuẩn chính thức.",
        "(*) the clause has not been checked against the official text.",
    ),
    "evidence": Term("Bằng chứng", "Evidence"),
    "seen_how": Term("Cách biết", "How it is known"),
    "measure": Term("Đang áp dụng", "Covered by"),
    "measure_after": Term(
        "Kết quả không đổi; ghi nhận là", "The verdict stays as it is; it counts as"
    ),
    "until": Term("đến hết ngày", "until"),
    "unknown": Term("Chưa xác định", "Unknown"),
    "unknown_note": Term(
        "Không tính là đạt. Mỗi nội dung có lý do và việc cần làm để kiểm tra được.",
        "None of these counts as a pass. Each says why, and what makes it known.",
    ),
    "next": Term("Việc cần làm tiếp", "Next"),
    "rights": Term("Quyền cần cấp", "Rights that it takes"),
    "missed": Term("Số liệu chưa thu thập được", "Not learnt"),
    "not_applicable": Term("Không áp dụng", "Not applicable"),
    "proof": Term("Căn cứ", "Proof"),
    "passed": Term("Đạt", "Pass"),
    "checked": Term("điểm đã đối chiếu", "comparisons"),
    "foot": Term(
        "Kết quả phản ánh hiện trạng tại thời điểm thu thập, không thay thế kết quả rà quét lỗ hổng, kiểm thử "
        "xâm nhập và kiểm tra hiện trường.",
        "This is the state at the time of collection; it replaces no vulnerability scan, penetration "
        "test or visit.",
    ),
}  # fmt: skip
