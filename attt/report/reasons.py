"""Why something could not be learnt or concluded, and what to do next: plain sentences, vi and en."""

from collections.abc import Mapping
from dataclasses import dataclass

from attt.model.answer import Obstacle
from attt.model.run import Failure
from attt.model.scan import ScanRefusalReason
from attt.model.words import Words


@dataclass(frozen=True, slots=True)
class Why:
    """A reason and the next step; both are whole sentences."""

    why: Words
    next: Words


def _why(vi: str, en: str, next_vi: str, next_en: str) -> Why:
    return Why(Words(vi=vi, en=en), Words(vi=next_vi, en=next_en))


OBSTACLES: Mapping[Obstacle, Why] = {
    Obstacle.DENIED: _why(
        "Tài khoản kiểm tra chưa được cấp quyền đọc.",
        "The audit account may not read it.",
        "Bổ sung quyền đọc cho tài khoản kiểm tra (attt plan --sudoers), rồi kiểm tra lại.",
        "Give the audit account the right to read it (attt plan --sudoers), then audit again.",
    ),
    Obstacle.NO_PRIVILEGE: _why(
        "Cần quyền quản trị nhưng tài khoản kiểm tra không có.",
        "It needs root, and neither root nor sudo was had.",
        "Cấp quyền sudo theo danh mục lệnh do attt plan --sudoers in ra, rồi kiểm tra lại.",
        "Grant the exact commands that attt plan --sudoers prints, then audit again.",
    ),
    Obstacle.TIMED_OUT: _why(
        "Quá thời gian chờ máy chủ trả lời.",
        "The host did not answer in time.",
        "Kiểm tra tải của máy chủ và đường truyền, rồi kiểm tra lại.",
        "Look at the host's load and the line, then audit again.",
    ),
    Obstacle.CUT: _why(
        "Câu trả lời dài quá giới hạn nên chỉ nhận được một phần.",
        "The answer was longer than the limit, so only a part of it came.",
        "Kiểm tra thủ công nội dung này trên máy chủ.",
        "Check this by hand on the host.",
    ),
    Obstacle.NO_TOOL: _why(
        "Máy chủ không có chương trình cho biết nội dung này.",
        "The program that would tell is not on the host.",
        "Cài chương trình đó hoặc kiểm tra thủ công.",
        "Install that program, or check by hand.",
    ),
    Obstacle.FAILED: _why(
        "Chương trình trên máy chủ chạy nhưng báo không thực hiện được.",
        "The program on the host ran and said that it could not tell.",
        "Xem thông báo kèm theo, khắc phục trên máy chủ, rồi kiểm tra lại.",
        "Read the message that it gave, mend it on the host, then audit again.",
    ),
    Obstacle.UNPARSABLE: _why(
        "Câu trả lời không đúng dạng mà công cụ đọc được.",
        "The answer is not in a form that attt can read.",
        "Kiểm tra thủ công và gửi mẫu trả lời cho bộ phận phụ trách công cụ.",
        "Check by hand, and send the answer to whoever looks after attt.",
    ),
    Obstacle.OUT_OF_TYPE: _why(
        "Đọc được nhưng giá trị nằm ngoài các giá trị cho phép.",
        "It was read, but it is not a value that this may have.",
        "Kiểm tra thủ công giá trị này trên máy chủ.",
        "Check this value by hand on the host.",
    ),
    Obstacle.IN_CONTEXT: _why(
        "Giá trị tùy thuộc ngữ cảnh (ví dụ khối Match của sshd) mà công cụ chưa hỏi.",
        "The value depends on a context that was not asked (such as an sshd Match block).",
        "Kiểm tra thủ công từng ngữ cảnh trong tệp cấu hình.",
        "Check each context in the configuration by hand.",
    ),
    Obstacle.CONTRADICTED: _why(
        "Hai nguồn trên máy chủ cho kết quả trái ngược nhau.",
        "Two sources on the host disagree.",
        "Tìm nguyên nhân sai khác trên máy chủ, rồi kiểm tra lại.",
        "Find out why they differ on the host, then audit again.",
    ),
    Obstacle.UNSUPPORTED: _why(
        "Công cụ chưa hỗ trợ hệ điều hành này đối với nội dung kiểm tra.",
        "attt can't read this on such a platform yet.",
        "Kiểm tra bằng hồ sơ hoặc thủ công.",
        "Show it by a document, or check by hand.",
    ),
    Obstacle.NOT_COLLECTED: _why(
        "Số liệu đã thu thập không có nội dung này.",
        "The evidence at hand does not hold it.",
        "Thực hiện đợt kiểm tra mới để thu thập.",
        "Run a new audit to collect it.",
    ),
    Obstacle.UNSET: _why(
        "Tiêu chí cần danh sách hoặc giá trị riêng của đơn vị mà chưa ai đặt.",
        "The rule needs a list or value of the office's own, and nobody has set it.",
        "Đặt tham số này trong bộ tiêu chí của đơn vị (serves.yaml), rồi đánh giá lại.",
        "Set the parameter in the office's own rule pack (serves.yaml), then judge again.",
    ),
    Obstacle.UNLISTED: _why(
        "Bảng thời hạn hỗ trợ chưa có sản phẩm hoặc phiên bản này.",
        "The table of support dates does not know this product or version.",
        "Tra thời hạn hỗ trợ trên trang của hãng và ghi vào hồ sơ.",
        "Look up its end of support with the vendor and record it.",
    ),
    Obstacle.UNREACHABLE: _why(
        "Không kết nối được máy chủ.",
        "The host could not be reached.",
        "Kiểm tra đường truyền, tường lửa và dịch vụ SSH của máy chủ.",
        "Check the line, the firewall and the host's SSH service.",
    ),
    Obstacle.LOST: _why(
        "Mất kết nối trước khi nhận được câu trả lời.",
        "The connection broke before the answer came.",
        "Kiểm tra đường truyền, rồi kiểm tra lại.",
        "Check the line, then audit again.",
    ),
}

FAILURES: Mapping[Failure, Why] = {
    Failure.NO_ROUTE: _why(
        "Tên hoặc địa chỉ của máy chủ không trả lời.",
        "The host's name or address does not answer.",
        "Kiểm tra địa chỉ trong tệp kiểm kê, định tuyến và tường lửa.",
        "Check the address in the inventory, the route and the firewall.",
    ),
    Failure.REFUSED: _why(
        "Máy chủ từ chối kết nối: cổng SSH đóng.",
        "The host refused: its SSH port is closed.",
        "Bật dịch vụ SSH hoặc sửa cổng trong tệp kiểm kê.",
        "Start the SSH service, or mend the port in the inventory.",
    ),
    Failure.TIMED_OUT: _why(
        "Quá thời gian chờ kết nối.",
        "Connecting took too long.",
        "Kiểm tra tường lửa giữa máy kiểm tra và máy chủ.",
        "Check the firewall between here and the host.",
    ),
    Failure.NOT_SSH: _why(
        "Cổng đã khai báo không phải dịch vụ SSH.",
        "What answers on the declared port is not SSH.",
        "Sửa cổng SSH trong tệp kiểm kê.",
        "Mend the SSH port in the inventory.",
    ),
    Failure.HOST_KEY_UNKNOWN: _why(
        "Khóa của máy chủ chưa được ghi nhận nên công cụ không đăng nhập.",
        "The host's key is not enrolled, so attt did not log in.",
        "Đối chiếu vân tay khóa với quản trị máy chủ, rồi dùng attt keys enrol.",
        "Compare the fingerprint with the host's admin, then use attt keys enrol.",
    ),
    Failure.HOST_KEY_CHANGED: _why(
        "Khóa của máy chủ đã thay đổi so với khóa đã ghi nhận; không gửi thông tin đăng nhập.",
        "The host's key differs from the enrolled one; no credential was sent.",
        "Hỏi quản trị máy chủ lý do thay đổi; chỉ ghi nhận khóa mới khi đã xác minh.",
        "Ask the host's admin why; enrol the new key only once that is confirmed.",
    ),
    Failure.ALGORITHMS: _why(
        "Máy chủ chỉ có thuật toán SSH đã lỗi thời.",
        "The host offers only outdated SSH algorithms.",
        "Cập nhật dịch vụ SSH của máy chủ, tạo khóa máy chủ ed25519 (ssh-keygen -A) hoặc thay thiết bị.",
        "Update the host's SSH service, make it an ed25519 host key (ssh-keygen -A), or replace the device.",
    ),
    Failure.AUTHENTICATION: _why(
        "Máy chủ không chấp nhận tài khoản hoặc khóa đăng nhập.",
        "The host did not accept the account or its key.",
        "Kiểm tra tài khoản kiểm tra và khóa công khai trên máy chủ; công cụ chỉ thử một lần.",
        "Check the audit account and its public key on the host; attt tries only once.",
    ),
    Failure.CREDENTIAL: _why(
        "Không đọc được khóa hoặc mật khẩu mà tệp kiểm kê dẫn tới.",
        "The key or password that the inventory refers to can't be read here.",
        "Kiểm tra đường dẫn, quyền đọc tệp hoặc biến môi trường tại máy kiểm tra.",
        "Check the path, its permissions or the environment variable on this machine.",
    ),
    Failure.NO_SHELL: _why(
        "Đăng nhập được nhưng tài khoản không chạy được chương trình sh.",
        "Logged in, but no POSIX shell ran the program.",
        "Đặt shell của tài khoản kiểm tra là /bin/bash; bỏ lệnh exit, exec, read trong tệp khởi động shell.",
        "Give the audit account /bin/bash as its login shell; take exit, exec and read out of its start-up files.",
    ),
    Failure.SLOW: _why(
        "Đăng nhập được nhưng máy chủ không bắt đầu trả lời trong thời gian cho phép.",
        "Logged in, but the host began no answer in time.",
        "Xem tải của máy chủ và lệnh chờ (sleep, read) trong tệp khởi động shell, rồi kiểm tra lại.",
        "Look at the host's load, and for commands that wait (sleep, read) in the account's start-up files; then audit again.",
    ),
    Failure.LOST: _why(
        "Mất kết nối giữa chừng.",
        "The connection was lost half-way.",
        "Kiểm tra đường truyền, rồi kiểm tra lại.",
        "Check the line, then audit again.",
    ),
    Failure.INTERRUPTED: _why(
        "Đợt kiểm tra bị ngắt trước khi tới máy chủ này.",
        "The run was interrupted before this host was done.",
        "Thực hiện lại đợt kiểm tra.",
        "Run the audit again.",
    ),
    Failure.NOT_SUPPORTED: _why(
        "Phiên bản này chưa đăng nhập được loại máy chủ, thiết bị này.",
        "This version can't log into such a host.",
        "Kiểm tra bằng hồ sơ minh chứng hoặc thủ công.",
        "Show it by documents, or check by hand.",
    ),
    Failure.LOCKED: _why(
        "Nhiều máy chủ đã từ chối tài khoản này nên công cụ dừng đăng nhập để tránh bị khóa tài khoản.",
        "Several hosts refused this account, so it was not tried here: it might have been locked.",
        "Xác minh tài khoản, khóa hoặc mật khẩu trên một máy chủ đã từ chối, rồi kiểm tra lại.",
        "Mend the account, key or password on one of the hosts that refused it, then audit again.",
    ),
    Failure.JUMP_HOST: _why(
        "Không đi qua được máy chủ trung gian nên chưa kết nối tới máy chủ này.",
        "The jump host on the way failed, so this host was not reached.",
        "Khắc phục kết nối tới máy chủ trung gian nêu trên trước, rồi kiểm tra lại.",
        "Mend the login to the jump host that is named first, then audit again.",
    ),
}

VERDICT_REASONS: Mapping[str, Why] = {
    "absent": _why(
        "Không có thành phần này trên máy chủ (đã xác minh).",
        "The thing is proved not to be there.",
        "Không phải thực hiện.",
        "Nothing to do.",
    ),
    "condition": _why(
        "Điều kiện áp dụng của tiêu chí không xảy ra.",
        "The rule's condition does not hold here.",
        "Không phải thực hiện.",
        "Nothing to do.",
    ),
}

REQUIREMENT_REASONS: Mapping[str, Why] = {
    "plan": _why(
        "Phương án đã phê duyệt nêu không áp dụng.",
        "The approved plan leaves it out, with a reason.",
        "Không phải thực hiện.",
        "Nothing to do.",
    ),
    "all_not_applicable": _why(
        "Không có thành phần này trên toàn bộ đối tượng (đã xác minh bằng công cụ).",
        "The thing is proved not to be on any subject.",
        "Không phải thực hiện.",
        "Nothing to do.",
    ),
    "failed": _why(
        "Chưa đạt trên các đối tượng đã kiểm tra.",
        "It fails on what was looked at.",
        "Khắc phục theo Phần V.",
        "Mend what fails.",
    ),
    "some_failed": _why(
        "Một số đối tượng chưa đạt.",
        "Some subjects fail.",
        "Khắc phục theo Phần V.",
        "Mend what fails.",
    ),
    "measure": _why(
        "Nội dung chưa đạt đã có biện pháp tương đương còn hiệu lực.",
        "An equivalent measure in force covers every failure.",
        "Duy trì biện pháp, rà soát trước khi hết hạn.",
        "Keep the measure, and review it before it lapses.",
    ),
    "shared": _why(
        "Đáp ứng theo hạ tầng dùng chung.",
        "Met by the shared infrastructure.",
        "Không phải thực hiện.",
        "Nothing to do.",
    ),
    "provider": _why(
        "Đáp ứng theo hồ sơ minh chứng của nhà cung cấp dịch vụ.",
        "Shown by a provider's document in force.",
        "Duy trì hồ sơ còn hiệu lực.",
        "Keep the document in force.",
    ),
    "unknown": _why(
        "Chưa đọc được đủ số liệu trên máy chủ.",
        "Not enough could be read from the hosts.",
        "Bổ sung quyền đọc hoặc kết nối theo phần Giới hạn của báo cáo, rồi kiểm tra lại.",
        "Grant what the limits ask for, then audit again.",
    ),
    "document_missing": _why(
        "Chưa có hồ sơ minh chứng.",
        "No document shows it.",
        "Nộp hồ sơ minh chứng.",
        "Hand in the document.",
    ),
    "document_lapsed": _why(
        "Hồ sơ minh chứng đã hết hiệu lực.",
        "The document that showed it has lapsed.",
        "Nộp hồ sơ minh chứng còn hiệu lực.",
        "Hand in one that is in force.",
    ),
    "partial": _why(
        "Công cụ chỉ kiểm tra được một phần yêu cầu, phần còn lại chưa có hồ sơ minh chứng.",
        "Rules prove only a part of it, and no document shows the rest.",
        "Nộp hồ sơ minh chứng cho phần còn lại.",
        "Hand in a document for the rest.",
    ),
    "no_rule": _why(
        "Bộ tiêu chí chưa có cách kiểm tra bằng công cụ và chưa có hồ sơ minh chứng.",
        "No rule serves it, and no document shows it.",
        "Nộp hồ sơ minh chứng hoặc kiểm tra thủ công.",
        "Hand in a document, or check by hand.",
    ),
    "no_subjects": _why(
        "Hệ thống không có đối tượng mà công cụ kiểm tra được.",
        "The system has nothing that the rules could look at.",
        "Nộp hồ sơ minh chứng của đơn vị vận hành hoặc nhà cung cấp dịch vụ.",
        "Hand in documents of the operator or the provider.",
    ),
}
OTHER = _why(
    "Chưa đủ căn cứ đánh giá.",
    "There is not enough to assess it by.",
    "Kiểm tra thủ công hoặc nộp hồ sơ minh chứng.",
    "Check by hand, or hand in a document.",
)

SCAN_REASONS: Mapping[ScanRefusalReason, Why] = {
    ScanRefusalReason.NO_APPROVAL: _why(
        "Không thực hiện dò quét do chưa có văn bản chấp thuận; không gửi gói tin nào.",
        "Not scanned: no approval is on record; no packet was sent.",
        "Trình người có thẩm quyền chấp thuận dò quét và ghi vào tệp kiểm kê.",
        "Get the scan approved, and record it in the inventory.",
    ),
    ScanRefusalReason.APPROVAL_NOT_BEGUN: _why(
        "Văn bản chấp thuận dò quét chưa đến ngày có hiệu lực; không gửi gói tin nào.",
        "The approval has not begun yet; no packet was sent.",
        "Thực hiện lại từ ngày văn bản có hiệu lực.",
        "Scan again once it has begun.",
    ),
    ScanRefusalReason.APPROVAL_LAPSED: _why(
        "Văn bản chấp thuận dò quét đã hết hiệu lực; không gửi gói tin nào.",
        "The approval has lapsed; no packet was sent.",
        "Trình gia hạn văn bản chấp thuận dò quét.",
        "Get a new approval.",
    ),
    ScanRefusalReason.NOT_LITERAL: _why(
        "Địa chỉ khai báo không phải một địa chỉ IP đơn lẻ nên không dò quét.",
        "The declared address is not one single IP address.",
        "Sửa địa chỉ trong tệp kiểm kê.",
        "Mend the address in the inventory.",
    ),
    ScanRefusalReason.NO_ZONE: _why(
        "Máy chủ chưa được khai báo thuộc vùng mạng nào nên không dò quét.",
        "The host has no zone.",
        "Bổ sung vùng mạng của máy chủ trong tệp kiểm kê.",
        "Give the host a zone in the inventory.",
    ),
    ScanRefusalReason.OUTSIDE_ZONE: _why(
        "Địa chỉ nằm ngoài dải của vùng mạng đã khai báo nên không dò quét.",
        "The address lies outside its zone's prefixes.",
        "Sửa địa chỉ hoặc dải của vùng mạng trong tệp kiểm kê.",
        "Mend the address or the zone in the inventory.",
    ),
    ScanRefusalReason.NO_VANTAGE: _why(
        "Tệp kiểm kê chưa nêu máy kiểm tra đứng ở vùng mạng nào nên không dò quét.",
        "The inventory does not say where this controller stands.",
        "Bổ sung mục vantage trong tệp kiểm kê.",
        "Add the vantage to the inventory.",
    ),
}
SCAN_OTHER = _why(
    "Dò quét không thực hiện được.",
    "The scan could not be made.",
    "Xem chi tiết, khắc phục, rồi kiểm tra lại.",
    "Read the detail, mend it, then audit again.",
)


def of_verdict(code: str) -> Why:
    """The words for a Finding's reason code: an Obstacle, "absent", "condition" or another."""
    if code in set(Obstacle):
        return OBSTACLES[Obstacle(code)]
    return VERDICT_REASONS.get(code, OTHER)


def of_requirement(code: str) -> Why:
    """The words for a RequirementResult's reason key, or for an obstacle that stands for it."""
    return REQUIREMENT_REASONS.get(code) or of_verdict(code)


def of_scan(code: str) -> Why:
    """The words for why a scan told nothing: a refusal, an obstacle or another."""
    if code in set(ScanRefusalReason):
        return SCAN_REASONS[ScanRefusalReason(code)]
    return OBSTACLES[Obstacle(code)] if code in set(Obstacle) else SCAN_OTHER
