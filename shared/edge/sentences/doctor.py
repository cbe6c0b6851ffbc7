"""What `ictindex doctor` says of each thing it looks at, well or ill; an ill one says what helps."""

SENTENCES: dict[str, tuple[str, str]] = {
    "doctor.all_well": ("Hệ thống hoạt động bình thường.", "All is well."),
    "doctor.some_ill": ("{count} điểm cần xử lý.", "{count} things need care."),
    "doctor.program.well": (
        "ictindex {release}, Python {python}, {count} gói đúng phiên bản đã ghim.",
        "ictindex {release}, Python {python}, {count} packages as they were pinned.",
    ),
    "doctor.program.ill": (
        "Gói khác bản đã ghim ({packages}): cài lại (sh deploy/standalone/install.sh run; docker compose build).",
        "Packages are not as pinned ({packages}): sh deploy/standalone/install.sh run, or docker compose build.",
    ),
    "doctor.proxy.well": ("Cổng vào {url} trả lời.", "The proxy at {url} answers."),
    "doctor.proxy.ill": (
        "Cổng vào {url} không trả lời ({reason}): xem nhật ký của proxy, khởi động lại proxy.",
        "The proxy at {url} does not answer ({reason}): read its log, start it again.",
    ),
    "doctor.certificate_files.well": (
        "Proxy đọc được certificate.pem và key.pem của cơ quan.",
        "The proxy may read the agency's certificate.pem and key.pem.",
    ),
    "doctor.certificate_unread.ill": (
        "Proxy không đọc được {file} trong ICT_CERTIFICATES ({reason}): chown root:root, chmod 600, rồi khởi động lại.",
        "The proxy cannot read {file} in ICT_CERTIFICATES ({reason}): chown root:root, chmod 600, then up again.",
    ),
    "doctor.certificate_unusable.ill": (
        "{file} trong ICT_CERTIFICATES không dùng được ({reason}): cần PEM, không mật khẩu; thay rồi khởi động lại.",
        "{file} in ICT_CERTIFICATES cannot be used ({reason}): PEM without a password is needed; replace it, up again.",
    ),
    "doctor.certificate_misfit.ill": (
        "key.pem không thuộc certificate.pem trong ICT_CERTIFICATES: đặt đúng cặp rồi khởi động lại.",
        "In ICT_CERTIFICATES key.pem does not belong to certificate.pem: put a pair there, up again.",
    ),
    "doctor.certificate_name.ill": (
        "Chứng thư dành cho {names}, không cho {name}: đặt ICT_HOST theo chứng thư, hoặc xin chứng thư khác.",
        "The certificate is for {names}, not for {name}: set ICT_HOST to what it names, or get another one.",
    ),
    "doctor.certificate.well": (
        "Chứng thư của {name} còn hạn đến {until}.",
        "The certificate of {name} holds until {until}.",
    ),
    "doctor.certificate_unseen.ill": (
        "Cổng TLS của {name} không trả lời ({reason}): xem nhật ký của proxy, khởi động lại proxy.",
        "Nobody speaks TLS for {name} ({reason}): read the proxy's log, start it again.",
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
    "doctor.release.ill": (
        "{service} chạy bản {found}, lệnh này là {wanted}: khởi động lại tất cả (docker compose up -d --wait --build).",
        "{service} is release {found}, this command {wanted}: start all again (docker compose up -d --wait --build).",
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
    "doctor.schemas.well": (
        "Bảng của {count} dịch vụ đúng phiên bản của bản này.",
        "The tables of {count} services are of this release.",
    ),
    "doctor.schema_behind.ill": (
        "Bảng của {service} ở phiên bản {found}, bản này cần {wanted}: khởi động lại (docker compose up -d).",
        "The tables of {service} are at {found}, this release needs {wanted}: start again (docker compose up -d).",
    ),
    "doctor.schema_later.ill": (
        "Bảng của {service} do bản mới hơn tạo ({found}; bản này biết {wanted}): dùng bản đó hoặc mới hơn.",
        "The tables of {service} are a later release's ({found}; this one knows {wanted}): take that one or a newer.",
    ),
    "doctor.restore.ill": (
        "{schemas} giữ dữ liệu trước một lần phục hồi bị ngắt: dừng các dịch vụ, phục hồi lại hoặc hủy.",
        "{schemas}: set aside by a restore that was cut off. Stop the services, restore again or take it back.",
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
    "doctor.strangers.ill": (
        "Có quyền vào vùng dữ liệu của dịch vụ khác: {grants}. REVOKE các quyền này.",
        "Rights to a service's schema were granted to others: {grants}. REVOKE them.",
    ),
    "doctor.grants_missing.ill": (
        "Thiếu quyền: {grants}. Khởi động lại tất cả (docker compose run --rm prepare) để cấp lại.",
        "Rights are missing: {grants}. Start all again (docker compose run --rm prepare), which grants them.",
    ),
    "doctor.clock.well": (
        "Đồng hồ của cơ sở dữ liệu và máy này khớp nhau.",
        "The database's clock and this machine's agree.",
    ),
    "doctor.clock.ill": (
        "Đồng hồ của cơ sở dữ liệu lệch {seconds} giây so với máy này: đồng bộ giờ (NTP).",
        "The database's clock and this machine's differ by {seconds} seconds: synchronise them (NTP).",
    ),
    "doctor.broker.ill": (
        "Máy chủ thông điệp {broker} không trả lời ({reason}): xem nhật ký, khởi động lại; không thông báo nào bị mất.",
        "The broker at {broker} does not answer ({reason}): read its log, start it again; nothing said is lost.",
    ),
    "doctor.topics.well": (
        "{count} chủ đề thông điệp đúng như khai báo.",
        "The broker's {count} topics are as they were declared.",
    ),
    "doctor.topic_missing.ill": (
        "Thiếu chủ đề {topic}: khởi động lại hệ thống (docker compose run --rm prepare) để khai báo lại.",
        "Topic {topic} is missing: start the installation again (docker compose run --rm prepare) to declare it.",
    ),
    "doctor.topic.ill": (
        "Chủ đề {topic} có {setting} {found} thay vì {wanted}: khởi động lại tất cả (docker compose run --rm prepare).",
        "Topic {topic} has {setting} {found}, not {wanted}: start all again (docker compose run --rm prepare).",
    ),
    "doctor.topic_foreign.ill": (
        "Chủ đề {topic} không do hệ thống khai báo: tìm ai đã tạo ra, rồi xóa (docs/operations.md).",
        "Topic {topic} was declared by nobody here: find out who made it, then delete it (docs/operations.md).",
    ),
    "doctor.bus_grants.well": (
        "Mỗi chủ đề chỉ dịch vụ sở hữu được ghi.",
        "Each topic may be written by its publisher alone.",
    ),
    "doctor.bus_grants.ill": (
        "Quyền thừa ở máy chủ thông điệp: {grants}. docker compose run --rm prepare; còn lại: docs/operations.md.",
        "Rights too many at the broker: {grants}. docker compose run --rm prepare; others' see docs/operations.md.",
    ),
    "doctor.bus_grants_missing.ill": (
        "Thiếu quyền ở máy chủ thông điệp: {grants}. docker compose run --rm prepare.",
        "Rights are missing at the broker: {grants}. docker compose run --rm prepare.",
    ),
    "doctor.room.well": ("Còn {free} GiB cho tài liệu kiểm chứng.", "{free} GiB are free for evidence."),
    "doctor.room.ill": (
        "Chỉ còn {free} GiB tại {path}: giải phóng hoặc mở rộng ổ đĩa.",
        "Only {free} GiB are free at {path}: make room or enlarge the disk.",
    ),
}
