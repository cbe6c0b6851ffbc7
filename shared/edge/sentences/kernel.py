"""Sentences of the kernel and of the edge."""

SENTENCES: dict[str, tuple[str, str]] = {
    "rejected": ("Yêu cầu trái quy định của kỳ đánh giá.", "The request breaks a rule of the campaign."),
    "invalid": ("Yêu cầu không đúng mẫu.", "The request is malformed."),
    "forbidden": ("Bạn không có quyền làm việc này.", "You may not do this."),
    "not_found": ("Không tìm thấy.", "There is no such thing here."),
    "stale": ("Dữ liệu đã thay đổi, hãy tải lại.", "It has changed meanwhile: read it again."),
    "unavailable": ("Hệ thống tạm bận, hãy thử lại sau.", "Not available just now: try again later."),
    "unreadable": ("Không đọc được dữ liệu.", "The data cannot be read."),
    "corrupt": ("Dữ liệu không toàn vẹn; hãy báo người quản trị.", "An invariant is broken: call the operator."),
    "envelope.unreadable": ("Thông điệp thiếu hoặc sai tiêu đề.", "The message lacks a header or has a wrong one."),
    "envelope.body_unreadable": (
        "Nội dung thông điệp {id} không đúng mẫu {type}.",
        "Message {id} does not fit its contract {type}.",
    ),
    "request.key_reused": (
        "Idempotency-Key này đã dùng cho một yêu cầu khác; hãy dùng khóa mới.",
        "This Idempotency-Key belongs to another request: use a new one.",
    ),
    "request.key_missing": (
        "Thiếu tiêu đề Idempotency-Key: mỗi thay đổi cần một khóa để gửi lại an toàn.",
        "Idempotency-Key is missing: every change needs one, so that it can be sent again safely.",
    ),
    "request.fault": (
        "Phần mềm gặp lỗi; thao tác chưa được ghi nếu không có ICT-Position. Hãy báo người vận hành.",
        "The software failed; nothing was recorded unless ICT-Position says so. Please tell the operator.",
    ),
    "request.time_before_history": (
        "Thời điểm hiệu lực {at} sớm hơn việc đã ghi lúc {last}.",
        "The effective time {at} is before what was recorded for {last}.",
    ),
    "request.effective_time_unreadable": (
        "ICT-Effective-At “{text}” không phải thời điểm ISO 8601 có múi giờ (năm-tháng-ngàyTgiờ:phút:giây+07:00).",
        "ICT-Effective-At “{text}” is no ISO 8601 time with a zone (year-month-dayThour:minute:second+07:00).",
    ),
    "request.effective_time_in_future": (
        "ICT-Effective-At {at} chưa tới; hồ sơ chỉ mang thời điểm đã qua.",
        "ICT-Effective-At {at} has not come yet: an act is entered afterwards, at a time that has passed.",
    ),
    "form.document_incomplete": (
        "Tài liệu «{number}» thiếu ngày hoặc cơ quan ban hành. Điền đủ cả hai, hoặc xóa số để bỏ tài liệu.",
        "Document “{number}” lacks its date or issuer. Fill in both, or empty its number to drop it.",
    ),
    "form.value_impossible": (
        "«{value}» không dùng được ở đây: điểm có nhiều nhất hai chữ số thập phân; lựa chọn phải có trong danh sách.",
        "“{value}” cannot be said here: points have at most two decimals; an option must be one of the list.",
    ),
    "form.number_unreadable": (
        "«{text}» không phải là số. Viết phần thập phân sau dấu phẩy, ví dụ 73,11 hoặc 1.721,5.",
        "“{text}” is no number. Write decimals behind a comma, such as 73,11 or 1.721,5.",
    ),
    "form.day_unreadable": (
        "«{text}» không phải là ngày. Viết ngày/tháng/năm bằng chữ số.",
        "“{text}” is no day. Write day/month/year in figures.",
    ),
    "request.form_forged": (
        "Biểu mẫu này không thuộc phiên làm việc hiện tại nên không được nhận. Tải lại trang rồi gửi lại.",
        "This form is not of the present session, so it was not taken. Load the page again and send it again.",
    ),
    "request.form_unreadable": (
        "Không đọc được nội dung biểu mẫu. Tải lại trang rồi gửi lại.",
        "The form cannot be read. Load the page again and send it again.",
    ),
    "request.body_too_large": (
        "Nội dung gửi lên quá lớn; hãy chia nhỏ rồi gửi lại.",
        "The body is too large: send it in pieces.",
    ),
    "request.after_unreadable": (
        "ICT-After “{text}” không đúng dạng của ICT-Position.",
        "ICT-After “{text}” does not look like an ICT-Position.",
    ),
    "request.not_there_yet": (
        "Chưa nhận được thông tin mới từ dịch vụ {publisher}; hãy thử lại sau giây lát.",
        "The news from {publisher} has not arrived yet: try again in a moment.",
    ),
    "auth.not_signed_in": (
        "Bạn chưa đăng nhập hoặc mã truy cập đã hết hạn.",
        "You are not signed in, or the token has expired.",
    ),
    "auth.role_missing": ("Việc này cần vai trò: {roles}.", "This needs the role: {roles}."),
    "auth.other_unit": ("Bạn không thuộc đơn vị {unit}.", "You do not belong to unit {unit}."),
    "auth.agency_unknown": ("Không có cơ quan {agency}.", "There is no agency {agency}."),
    "log.overtaken": ("Có người vừa ghi trước, hãy thử lại.", "Somebody else wrote first: try again."),
    "log.announcement_too_large": (
        "Thông báo {type} vượt quá 900 KiB; hãy chia nhỏ nội dung.",
        "Announcement {type} is above 900 KiB: say it in pieces.",
    ),
    "log.chain_broken": (
        "Nhật ký của {agency} không khớp tại vị trí {position} (cột {column}).",
        "The log of {agency} does not fit at position {position} (column {column}).",
    ),
    "log.newer": (
        "Dòng {row} của sổ ghi sự kiện {type} của phiên bản mới hơn, dịch vụ này chưa đọc được: hãy cập nhật.",
        "Row {row} of the log is a fact {type} that a later release wrote and this one does not know: update it.",
    ),
    "log.fact_unreadable": (
        "Dòng {row} trong sổ ghi sự kiện {type} không đúng dạng; hãy chạy ictindex verify.",
        "Row {row} of the log is no fact {type}, whatever its name says: run ictindex verify.",
    ),
    "log.unavailable": ("Cơ sở dữ liệu không trả lời.", "The database does not answer."),
    "log.clock_moved": (
        "Đồng hồ máy chủ bị lệch quá 120 giây; hãy chỉnh giờ rồi thử lại.",
        "The server's clock moved by more than 120 s: set it right and try again.",
    ),
    "inbox.log_forked": (
        "Nhật ký bên gửi không phải là nhật ký đã nghe trước đây.",
        "The publisher's log is not the one heard before.",
    ),
    "inbox.answer_failed": (
        "Không xử lý được thông điệp {message}; hãy xem nhật ký của dịch vụ.",
        "Message {message} could not be answered: see the service's own log lines.",
    ),
    "inbox.not_stopped": ("Không có gì của {publisher} đang bị dừng.", "Nothing of {publisher} is stopped."),
    "rows.unavailable": ("Cơ sở dữ liệu không trả lời.", "The database does not answer."),
    "disk.full": (
        "Ổ đĩa máy chủ đã đầy nên chưa ghi được gì; hãy báo người quản trị dọn ổ đĩa, rồi gửi lại.",
        "The server's disk is full, and nothing was written: have the operator make room, then send it again.",
    ),
    "tables.overtaken": ("Có tiến trình khác vừa ghi trước.", "Another process wrote first."),
    "bus.not_held": (
        "Máy chủ thông điệp không còn giữ những gì đã nhận ({broker}).",
        "The broker does not hold what it acknowledged ({broker}).",
    ),
    "relay.cursor_moved": (
        "Một tiến trình khác đang phát thông điệp của {agency}.",
        "Another process is saying the messages of {agency}.",
    ),
    "bus.broker_unavailable": ("Máy chủ thông điệp {broker} không trả lời.", "The broker {broker} does not answer."),
    "campaign.unknown": ("Không có kỳ đánh giá {campaign}.", "There is no campaign {campaign}."),
    "campaign.unit_unknown": ("Đơn vị {unit} không thuộc kỳ đánh giá.", "Unit {unit} is not on the campaign's roster."),
    "campaign.criterion_unknown": (
        "Phiếu của {unit} không có tiêu chí {criterion}.",
        "The sheet of {unit} has no criterion {criterion}.",
    ),
    "campaign.opening_incomplete": (
        "Kỳ đánh giá {campaign} được mở khi chưa nhận đủ bộ tiêu chí và danh sách đơn vị.",
        "Campaign {campaign} was opened before all of its ruleset and roster was heard.",
    ),
    "campaign.effective_time_not_allowed": (
        "Chỉ kỳ đánh giá hồi cứu mới nhận ICT-Effective-At.",
        "Only a retrospective campaign takes ICT-Effective-At.",
    ),
    "campaign.effective_time_missing": (
        "Kỳ đánh giá hồi cứu cần ICT-Effective-At cho mỗi thao tác.",
        "A retrospective campaign needs ICT-Effective-At with every command.",
    ),
}
