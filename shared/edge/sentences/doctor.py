"""What `ictindex doctor` says of each thing it looks at, well or ill; an ill one says what helps."""

SENTENCES: dict[str, tuple[str, str]] = {
    "doctor.all_well": ("Hệ thống hoạt động bình thường.", "All is well."),
    "doctor.some_ill": ("{count} điểm cần xử lý.", "{count} things need care."),
    "doctor.proxy.well": ("Cổng vào {url} trả lời.", "The proxy at {url} answers."),
    "doctor.proxy.ill": (
        "Cổng vào {url} không trả lời ({reason}): xem nhật ký của proxy, khởi động lại proxy.",
        "The proxy at {url} does not answer ({reason}): read its log, start it again.",
    ),
    "doctor.certificate.well": (
        "Chứng thư của {name} còn hạn đến {until}.",
        "The certificate of {name} holds until {until}.",
    ),
    "doctor.certificate.ill": (
        "Chứng thư của {name} hết hạn {until} ({reason}): thay tệp chứng thư và khóa, khởi động lại proxy.",
        "The certificate of {name} ends on {until} ({reason}): put a new one and its key there, start the proxy again.",
    ),
    "doctor.service.well": ("Dịch vụ {service} sẵn sàng.", "Service {service} is ready."),
    "doctor.service.ill": (
        "Dịch vụ {service} chưa sẵn sàng ({reason}): xem nhật ký của nó và phần nêu tên; nếu là release: cập nhật.",
        "Service {service} is not ready ({reason}): read its log, and that of the part it names; release: update it.",
    ),
    "doctor.stopped.ill": (
        "{service} đã dừng nhận từ {publisher}, cơ quan {agency}: ictindex stopped list {agency}, khắc phục, retry.",
        "{service} stopped answering {publisher}, agency {agency}: ictindex stopped list {agency}, mend it, retry.",
    ),
    "doctor.unanswered.ill": (
        "{service} chưa xử lý {count} thông báo của {publisher}, cơ quan {agency}: chờ; nếu không giảm, xem nhật ký.",
        "{service} has not answered {count} messages of {publisher}, agency {agency}: wait, else read its log.",
    ),
    "doctor.unsaid.ill": (
        "{service} còn {count} thông báo chưa gửi của cơ quan {agency}: xem máy chủ thông điệp.",
        "{service} has {count} announcements of agency {agency} still to say: look after the broker.",
    ),
    "doctor.ahead.ill": (
        "Nhật ký của {service} cũ hơn những gì đã gửi ({count} cơ quan): có thể vừa khôi phục từ bản sao lưu.",
        "The log of {service} is older than what it has said ({count} agencies): restored from a backup, perhaps.",
    ),
    "doctor.database.well": ("PostgreSQL {version} trả lời.", "PostgreSQL {version} answers."),
    "doctor.database.ill": (
        "Cơ sở dữ liệu không dùng được ({reason}): kiểm tra PostgreSQL, phiên bản 17 trở lên.",
        "The database cannot be used ({reason}): look after PostgreSQL, version 17 or newer.",
    ),
    "doctor.durable.well": (
        "Cơ sở dữ liệu ghi bền vững, có mã kiểm trang.",
        "The database keeps what it was told, with checksums.",
    ),
    "doctor.durable.ill": (
        "Cơ sở dữ liệu có thể mất dữ liệu khi mất điện: bật {settings}.",
        "The database may lose data in a power cut: turn on {settings}.",
    ),
    "doctor.guards.well": ("Nhật ký được khóa chỉ ghi thêm.", "The logs are guarded: append only."),
    "doctor.guards.ill": (
        "Khóa chỉ ghi thêm bị tắt ở {tables}: ALTER TABLE … ENABLE TRIGGER append_only, rồi ictindex verify.",
        "The append-only guard is off at {tables}: ALTER TABLE … ENABLE TRIGGER append_only, then ictindex verify.",
    ),
    "doctor.grants.well": ("Không tài khoản nào được sửa nhật ký.", "No login may change a log."),
    "doctor.grants.ill": (
        "Có quyền sửa nhật ký đã cấp: {grants}. REVOKE các quyền này, rồi ictindex verify.",
        "Rights to change a log were granted: {grants}. REVOKE them, then ictindex verify.",
    ),
    "doctor.clock.well": (
        "Đồng hồ của cơ sở dữ liệu và máy này khớp nhau.",
        "The database's clock and this machine's agree.",
    ),
    "doctor.clock.ill": (
        "Đồng hồ của cơ sở dữ liệu lệch {seconds} giây so với máy này: đồng bộ giờ (NTP).",
        "The database's clock and this machine's differ by {seconds} seconds: synchronise them (NTP).",
    ),
    "doctor.room.well": ("Còn {free} GiB cho tài liệu kiểm chứng.", "{free} GiB are free for evidence."),
    "doctor.room.ill": (
        "Chỉ còn {free} GiB tại {path}: giải phóng hoặc mở rộng ổ đĩa.",
        "Only {free} GiB are free at {path}: make room or enlarge the disk.",
    ),
}
