"""What the auditor says, by code: one sentence a check, and the first wrong place."""

SENTENCES: dict[str, tuple[str, str]] = {
    "audit.check.chains": (
        "Chuỗi băm, số thứ tự và điểm cuối của mọi sổ đều liền mạch ({count} dòng).",
        "Every log is whole: chains, numbers and heads ({count} rows).",
    ),
    "audit.check.saying": (
        "Mọi thông báo đúng với sự kiện mà nó nói tới ({count} thông báo).",
        "Everything that was said is what the facts say ({count} announcements).",
    ),
    "audit.check.answers": (
        "Mọi thông báo được từng dịch vụ xử lý đúng một lần ({count} lượt).",
        "Every announcement was answered exactly once by every service ({count} answers).",
    ),
    "audit.check.causes": (
        "Nguyên nhân luôn đứng trước kết quả ({count} quan hệ nhân quả).",
        "Causes come before their effects ({count} causes).",
    ),
    "audit.check.deeds": (
        "Mỗi dịch vụ đã làm đúng việc phải làm theo từng thông báo nhận được ({count} thông báo).",
        "Every service did what follows from each message it heard ({count} messages).",
    ),
    "audit.check.tables": (
        "Các bảng tra cứu đúng như khi dựng lại từ sổ ({count} bảng).",
        "The tables for reading are what the logs lead to ({count} tables).",
    ),
    "audit.check.words": (
        "Điểm và số liệu dùng để chấm đúng như đơn vị, Tổ giúp việc và Hội đồng đã nêu ({count} ô).",
        "Scoring holds what units, appraisers and the council said ({count} words).",
    ),
    "audit.check.runs": (
        "Các bản xếp hạng và kết quả công bố đúng như khi tính lại từ sổ ({count} lần tính).",
        "Drafts and published results are what the log comes to when computed again ({count} runs).",
    ),
    "audit.check.files": (
        "Tài liệu kiểm chứng đúng với mã băm đã ghi ({count} tệp).",
        "Evidence files have the digests that were recorded ({count} files).",
    ),
    "audit.check.texts": (
        "Nội dung bảo lưu (lý do, giải trình, họ tên) đúng với mã băm đã ghi ({count} nội dung).",
        "Closed texts (reasons, explanations, names) have the digests that were recorded ({count} texts).",
    ),
    "audit.all_well": ("Không phát hiện sai lệch.", "Nothing is wrong."),
    "audit.some_wrong": ("Phát hiện {count} nội dung sai.", "{count} checks found something wrong."),
    "audit.text_destroyed": (
        "Nội dung {text}… đã được tiêu hủy theo quyết định {decision}.",
        "The text {text}… was destroyed by decision {decision}.",
    ),
    "audit.refused": (
        "{service}/{agency}: {count} thông báo bị từ chối theo quy định; lý do từ chối đã được kiểm tra lại.",
        "{service}/{agency}: a rule refused {count} messages; each refusal was checked again.",
    ),
    "audit.skipped": (
        "{service}/{agency}: {count} thông báo được người vận hành cho bỏ qua, có ghi lý do.",
        "{service}/{agency}: an operator had {count} messages skipped, with a reason.",
    ),
    "audit.stopped": (
        "{service}/{agency}: đang tạm dừng xử lý thông báo từ {count} dịch vụ, chờ người vận hành.",
        "{service}/{agency}: messages of {count} services have stopped and wait for an operator.",
    ),
    "audit.fork_stopped": (
        "Dòng {message}: đã chặn một thông báo giả hoặc từ sổ khác, mang danh {cause} (chuỗi {chain}…).",
        "Row {message}: stopped at a message forged, or of another log, in the name of {cause} (chain {chain}…).",
    ),
    "audit.messages_lost": (
        "Dòng {message}: chấp nhận mất các thông báo {first}–{last} của {publisher}, sổ được phục hồi từ bản cũ hơn.",
        "Row {message}: announcements {first}–{last} of {publisher} are accepted as lost; its log is an older one.",
    ),
    "audit.loss_unfounded": (
        "Dòng {message} bỏ qua thông báo coi là đã mất, nhưng sổ của {publisher} không ghi là đã mất.",
        "Row {message} passes over messages as lost, and the log of {publisher} does not say that it lost them.",
    ),
    "audit.on_its_way": (
        "{count} thông báo mới của {publisher} đang trên đường đến {consumer}.",
        "{count} new messages of {publisher} are on their way to {consumer}.",
    ),
    "audit.deed_otherwise": (
        "Dòng {message} không phải là điều suy ra từ thông báo {cause} (phần {part}).",
        "Row {message} is not what follows from message {cause} (part {part}).",
    ),
    "audit.deed_missing": (
        "Dịch vụ {service} chưa ghi đủ điều suy ra từ thông báo {cause} (thiếu {count} dòng).",
        "{service} did not write down all that follows from message {cause} ({count} rows are missing).",
    ),
    "audit.deed_uncaused": (
        "Dòng {message} không nêu nguyên nhân, trong khi {service} chỉ làm theo thông báo.",
        "Row {message} names no cause, and {service} does only what messages lead to.",
    ),
    "audit.row_broken": (
        "Dòng {message} không khớp với các dòng đứng trước (cột {column}).",
        "Row {message} does not follow from the rows before it (column {column}).",
    ),
    "audit.head_broken": (
        "Sổ {service}/{agency}: điểm cuối ghi {column} = {head}, nhưng các dòng cho {last}.",
        "Log {service}/{agency}: its head says {column} = {head}, its rows say {last}.",
    ),
    "audit.said_otherwise": (
        "Thông báo {message} khác với sự kiện mà nó nói tới (phần {part}).",
        "Announcement {message} is not what its fact says (part {part}).",
    ),
    "audit.not_answered": (
        "Dịch vụ {consumer} chưa xử lý thông báo {message} ({count} thông báo chưa xử lý).",
        "{consumer} has not answered {message} ({count} are unanswered).",
    ),
    "audit.answered_otherwise": (
        "Dịch vụ {consumer} đã xử lý một thông báo khác với {message} (số {sequence}, chuỗi {chain}…).",
        "{consumer} answered something else than {message} (number {sequence}, chain {chain}…).",
    ),
    "audit.cause_unknown": (
        "Dòng {message} nêu nguyên nhân không có trong sổ: {cause}.",
        "Row {message} names a cause that stands in no log: {cause}.",
    ),
    "audit.effect_before_cause": (
        "Dòng {message} đứng trước điều mà nó dựa vào: {cause}.",
        "Row {message} comes before what it rests on: {cause}.",
    ),
    "audit.text_missing": (
        "Dòng {message} dẫn nội dung {text}… nhưng nội dung không còn và không có quyết định tiêu hủy.",
        "Row {message} names the text {text}…, which is not there, and no decision destroyed it.",
    ),
    "audit.text_otherwise": (
        "Nội dung {text}… trong {service}/{agency} đã bị sửa: không khớp mã băm.",
        "The text {text}… in {service}/{agency} was changed: it does not have that digest.",
    ),
    "audit.text_remains": (
        "Dịch vụ {service} vẫn lưu nội dung {text}… đã tiêu hủy theo quyết định {decision}.",
        "{service} still keeps the text {text}…, destroyed by decision {decision}.",
    ),
    "audit.evidence_missing": (
        "Dòng {message} dẫn tệp {sha256}… nhưng tệp không còn.",
        "Row {message} names the file {sha256}…, which is not there.",
    ),
    "audit.evidence_otherwise": (
        "Tệp {sha256}… mà dòng {message} dẫn đã bị sửa: mã băm hiện là {found}….",
        "The file {sha256}… that row {message} names was changed: its digest is {found}….",
    ),
    "audit.tables_otherwise": (
        "Bảng {table} của {agency} khác với bảng dựng lại từ sổ, tại dòng {row}.",
        "Table {table} of {agency} is not what the logs lead to, at row {row}.",
    ),
    "audit.run_otherwise": (
        "Kết quả ghi tại {message} là {stated}…, tính lại được {found}….",
        "The run at {message} says {stated}…; computed again it is {found}….",
    ),
    "audit.word_otherwise": (
        "Scoring giữ nội dung khác với điều đã nêu: {agency}/{campaign}, {unit}, tiêu chí {criterion}, {stage}.",
        "Scoring holds another word than was said: {agency}/{campaign}, {unit}, criterion {criterion}, {stage}.",
    ),
    "audit.history_unreadable": (
        "Không đọc được dữ liệu của {agency} để kiểm tra: {finding}.",
        "The data of {agency} cannot be read for this check: {finding}.",
    ),
    "audit.database_unreachable": (
        "Không kết nối được cơ sở dữ liệu bằng tài khoản kiểm toán: {reason}.",
        "The database cannot be reached under the auditor's login: {reason}.",
    ),
}
