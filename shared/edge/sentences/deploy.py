"""What the command line says, by code: Vietnamese and English."""

SENTENCES: dict[str, tuple[str, str]] = {
    "database.tables_in_use": (
        "Các bảng của {service} bận quá lâu nên chưa nâng cấp: đợi sao lưu, kiểm tra, truy vấn dài xong rồi chạy lại.",
        "The tables of {service} are in use, nothing was migrated: let backups or long queries end, do it again.",
    ),
    "standalone.already_running": (
        "Hệ thống đang chạy trên {path} (tiến trình {pid}, từ {started}, cổng {port}); chạy thêm: đặt ICT_DATA khác.",
        "It is already running on {path} (process {pid}, since {started}, port {port}); for another run set ICT_DATA.",
    ),
    "standalone.data_foreign": (
        "Thư mục {path} đang chứa tệp khác, không phải dữ liệu của hệ thống. Hãy chọn một thư mục trống hoặc chưa có.",
        "The directory {path} holds other things, not our data. Name one that is empty or does not exist yet.",
    ),
    "standalone.data_unreachable": (
        "Không dùng được thư mục dữ liệu {path}: {why}. Hãy chọn thư mục khác bằng ICT_DATA.",
        "The data directory {path} cannot be used: {why}. Name another one with ICT_DATA.",
    ),
    "standalone.disk_full": (
        "Ổ đĩa chứa {path} đã đầy. Hãy giải phóng dung lượng rồi chạy lại; dữ liệu đã ghi không bị mất.",
        "The disk that holds {path} is full. Make room and run it again; nothing that was stored is lost.",
    ),
    "standalone.port_taken": (
        "Cổng {port} đang được chương trình khác sử dụng. Hãy chọn cổng khác, ví dụ: ICT_PORT={other}.",
        "Port {port} is in use by another program. Choose another one, for example ICT_PORT={other}.",
    ),
    "standalone.port_forbidden": (
        "Không được phép mở cổng {port} trên địa chỉ {address}: {why}. Hãy chọn cổng khác bằng ICT_PORT.",
        "Port {port} on {address} may not be opened: {why}. Choose another one with ICT_PORT.",
    ),
    "standalone.start_failed": (
        "Không khởi động được {name} (mã kết thúc {exit}). Nhật ký: {log}. Những dòng cuối:\n{tail}",
        "{name} did not start (exit code {exit}). Its log: {log}. The last lines:\n{tail}",
    ),
    "standalone.server_ended": (
        "{name} đã tự dừng (mã kết thúc {exit}). Nhật ký: {log}. Những dòng cuối:\n{tail}",
        "{name} ended by itself (exit code {exit}). Its log: {log}. The last lines:\n{tail}",
    ),
    "standalone.postgres_still_stopping": (
        "PostgreSQL của lần chạy trước (tiến trình {pid}) chưa dừng hẳn trên {path}. Hãy chờ ít phút rồi chạy lại.",
        "The PostgreSQL of an earlier run (process {pid}) has not let go of {path} yet: wait, then run it again.",
    ),
    "standalone.closed_to_postgres": (
        "PostgreSQL không chạy dưới quyền root, mà {user} không vào được {path}. Hãy chọn thư mục khác bằng ICT_DATA.",
        "PostgreSQL refuses to run as root, and user {user} cannot enter {path}. Name another directory with ICT_DATA.",
    ),
    "settings.malformed": (
        "Biến môi trường {name}={value} không hợp lệ.",
        "{name}={value} in the environment will not do.",
    ),
    "standalone.containers_keep_data": (
        "Dữ liệu nằm trong các container; muốn làm lại: docker compose down --volumes; docker compose up -d --wait.",
        "The data are in the containers; to begin anew: docker compose down --volumes; docker compose up -d --wait.",
    ),
    "standalone.not_running": (
        "Hệ thống chưa chạy trên thư mục {path}. Hãy khởi động bằng: ictindex up.",
        "Nothing runs on {path}. Start it with: ictindex up.",
    ),
    "standalone.fresh_unconfirmed": (
        "Chưa xác nhận xóa dữ liệu trong {path}; không có gì thay đổi. Thêm --yes nếu chạy không có người trả lời.",
        "Nobody confirmed that the data in {path} may go; nothing was changed. Add --yes where nobody can answer.",
    ),
    "standalone.stopped_before_done": (
        "Đã dừng khi chưa xong; có thể chạy lại.",
        "Stopped before it was done; it can be run again.",
    ),
    "standalone.step.emptied": ("Đã xóa dữ liệu cũ trong {path}.", "The old data in {path} were removed."),
    "standalone.step.recovered": (
        "Lần chạy trước (tiến trình {pid}, bắt đầu {started}) bị ngắt đột ngột; dữ liệu được khôi phục từ nhật ký.",
        "The run before (process {pid}, started {started}) was cut off; its data are recovered from the log.",
    ),
    "standalone.step.postgres": ("Khởi động PostgreSQL trên {path}", "Starting PostgreSQL on {path}"),
    "standalone.step.broker": (
        "Khởi động máy chủ thông điệp (giao thức Kafka)",
        "Starting the broker (Kafka protocol)",
    ),
    "standalone.step.schemas": (
        "Khai báo chủ đề và cập nhật lược đồ dữ liệu",
        "Declaring topics and migrating schemas",
    ),
    "standalone.step.services": (
        "Khởi động bốn dịch vụ: submission, appraisal, scoring, reporting",
        "Starting the four services: submission, appraisal, scoring, reporting",
    ),
    "standalone.step.ready": (
        "Sẵn sàng: {url}/ (nhật ký: {logs}). Nhấn Ctrl-C để dừng.",
        "Ready: {url}/ (logs: {logs}). Press Ctrl-C to stop.",
    ),
    "standalone.step.stopping": ("Đang dừng…", "Stopping…"),
    "standalone.ask_fresh": (
        "Xóa toàn bộ dữ liệu trong {path} và làm lại từ đầu?",
        "Remove all data in {path} and begin anew?",
    ),
    "database.lost": (
        "Không kết nối được cơ sở dữ liệu, hoặc kết nối vừa bị ngắt: {reason}. Hãy khởi động hệ thống rồi chạy lại.",
        "The database cannot be reached, or has just ended: {reason}. Start it, then run this again.",
    ),
    "database.login_refused": (
        "Cơ sở dữ liệu từ chối đăng nhập: {reason}. Hãy kiểm tra tài khoản, mật khẩu và tên cơ sở dữ liệu.",
        "The database refused the login: {reason}. Check the login, the password and the name of the database.",
    ),
    "database.login_too_weak": (
        "Tài khoản này không đủ quyền trên cơ sở dữ liệu: {reason}. Hãy dùng tài khoản kiểm toán (auditor).",
        "This login may not do that in the database: {reason}. Use the auditor's login (auditor).",
    ),
    "database.release_other": (
        (
            "Dữ liệu không đúng với phiên bản này ({reason}). Nếu do một phiên bản cũ không tương thích ghi lại: hãy "
            "chạy bằng phiên bản ấy, hoặc thêm --fresh để xóa hết và làm lại."
        ),
        (
            "What is stored is not what this release expects ({reason}). Where an earlier, incompatible release wrote "
            "it: run that release, or add --fresh to remove all and begin anew."
        ),
    ),
    "inquiry.server_failed": (
        (
            "Máy chủ gặp lỗi nội bộ: {title}. Nhật ký: {logs}. Nếu dữ liệu do một phiên bản cũ không tương thích ghi "
            "lại: hãy thêm --fresh để xóa hết và làm lại."
        ),
        (
            "The server failed: {title}. Its logs: {logs}. Where an earlier, incompatible release wrote the data: add "
            "--fresh to remove all and begin anew."
        ),
    ),
    "verify.dsn_malformed": (
        "Địa chỉ cơ sở dữ liệu (--dsn) không hợp lệ; hãy viết: postgresql://auditor:mật-khẩu@máy:cổng/ictindex.",
        "That --dsn is no address of a database; write postgresql://auditor:password@host:port/ictindex.",
    ),
    "token.role_unknown": (
        "Không có vai trò {role}. Các vai trò: {known}.",
        "There is no role {role}. The roles are: {known}.",
    ),
    "token.hours_too_many": (
        "Thời hạn {hours} giờ không hợp lệ: phải lớn hơn 0 và không quá {most} giờ.",
        "{hours} hours will not do: more than none, {most} at most.",
    ),
    "backup.unreadable": (
        "{path} không phải bản sao lưu mà phiên bản này đọc được (thiếu hoặc sai manifest.json).",
        "{path} is no backup that this release can read: its manifest.json is missing or wrong.",
    ),
    "backup.damaged": (
        "Bản sao lưu bị hỏng: {path} không đúng như khi sao lưu; chưa thay đổi gì. Hãy dùng bản sao lưu khác.",
        "The backup is damaged: {path} is not what it was; nothing was changed. Use another backup.",
    ),
    "backup.exists": (
        "Đã có {path}; bản sao lưu không ghi đè. Hãy đặt tên khác.",
        "{path} is there already, and a backup replaces nothing. Name another directory.",
    ),
    "backup.tool_failed": ("{name} bị lỗi: {tail}", "{name} failed: {tail}"),
    "backup.services_at_work": (
        "Các dịch vụ còn đang chạy ({names}); hãy dừng rồi phục hồi lại.",
        "Services are still at work ({names}): stop them, then restore again.",
    ),
    "backup.restore_unfinished": (
        "Lần phục hồi trước bị ngắt ({schemas}): hãy phục hồi lại, hoặc hủy bằng ictindex restore không có thư mục.",
        "A restore was cut off ({schemas}): restore again, or take it back by ictindex restore without a directory.",
    ),
    "backup.taken_back": (
        "Đã hủy lần phục hồi bị ngắt: {services} trở lại như trước đó.",
        "The restore that was cut off is taken back: {services} are what they were before it.",
    ),
    "backup.nothing_to_take_back": (
        "Không có lần phục hồi nào bị ngắt; hãy cho biết thư mục sao lưu.",
        "No restore was cut off; name the directory of the backup.",
    ),
    "backup.loss_unconfirmed": (
        "Chưa xác nhận bỏ những gì ghi sau bản sao lưu; không có gì thay đổi. Thêm --yes nếu không có người trả lời.",
        "Nobody confirmed that what came after the backup may go; nothing was changed. Add --yes if nobody can answer.",
    ),
    "backup.will_be_lost": (
        "Sẽ mất: {service}/{agency}, {rows} dòng nhật ký cuối.",
        "Will be gone: {service}/{agency}, the last {rows} rows of the log.",
    ),
    "backup.ask_loss": ("Vẫn phục hồi?", "Restore nevertheless?"),
    "backup.made": (
        "Đã sao lưu vào {path}: {rows} dòng nhật ký, {files} tài liệu ({kib} KiB dữ liệu).",
        "Backed up into {path}: {rows} rows of logs, {files} evidence files ({kib} KiB of data).",
    ),
    "backup.restored": (
        "Đã phục hồi bản sao lưu lúc {made_at}: {rows} dòng nhật ký. Khởi động lại rồi chạy ictindex verify.",
        "Restored the backup of {made_at}: {rows} rows of logs. Start again, then run ictindex verify.",
    ),
    "backup.said_since": (
        "Sổ {publisher}/{agency} đã ghi tiếp sau khi phục hồi; hãy chạy lại ictindex restore, có --accept-loss.",
        "The log {publisher}/{agency} has gone on since it was restored: restore it once more, with --accept-loss.",
    ),
    "backup.others_know_more": (
        "{service} đã nhận thông báo {first}–{last} của {publisher}/{agency} mà bản sao lưu thiếu (--accept-loss).",
        "{service} has heard {first}–{last} of {publisher}/{agency}, which the backup lacks (--accept-loss).",
    ),
    "backup.loss_accepted": (
        "Đã ghi nhận mất: thông báo {first}–{last} của {publisher}/{agency} (đã nhận: {heard}); phải làm lại.",
        "On the record as lost: messages {first}–{last} of {publisher}/{agency} (heard by {heard}); do it again.",
    ),
    "backup.nothing_lost": ("Không có gì bị mất.", "Nothing is lost."),
}
