"""Sentences of submission."""

SENTENCES: dict[str, tuple[str, str]] = {
    "request.condition_missing": (
        "Thiếu điều kiện ghi: gửi If-Match với ETag đã đọc, hoặc If-None-Match: * cho lần ghi đầu.",
        "No condition: send If-Match with the ETag that was read, or If-None-Match: * for the first save.",
    ),
    "campaign.already_open": (
        "Kỳ đánh giá {campaign} đã được mở; nội dung mới phải ban hành bằng sửa đổi, bổ sung.",
        "Campaign {campaign} is open already: what changes later is an amendment.",
    ),
    "campaign.unit_repeated": (
        "Đơn vị {unit} xuất hiện hai lần trong danh sách.",
        "Unit {unit} stands twice on the roster.",
    ),
    "campaign.block_unknown": (
        "Đơn vị {unit} thuộc khối {block}, nhưng kỳ đánh giá không có khối này.",
        "Unit {unit} is in block {block}, which the campaign does not have.",
    ),
    "campaign.block_without_classes": (
        "Bộ tiêu chí không quy định xếp loại cho khối {block}.",
        "The ruleset does not say the classes of block {block}.",
    ),
    "campaign.roster_empty": (
        "Danh sách đơn vị được đánh giá đang để trống.",
        "The roster is empty: nobody would be assessed.",
    ),
    "campaign.calendar_out_of_order": (
        "Lịch của kỳ đánh giá không hợp lệ tại {field}: hạn phải sau thời điểm mở và theo đúng trình tự các bước.",
        "The calendar is not in order at {field}: each window closes after it opens, in the order of the process.",
    ),
    "campaign.deadline_not_later": (
        "Thời hạn chỉ được gia hạn, không được rút ngắn; hạn hiện hành là {deadline_at}.",
        "A deadline is extended, never brought forward; it stands at {deadline_at}.",
    ),
    "campaign.sheets_came_already": (
        "Đã có phiếu được nộp hoặc đã khóa nhận phiếu nên không sửa được danh sách đơn vị và các bước đánh giá.",
        "A sheet came, or the intake is closed: the roster and the stages of the assessment cannot change any more.",
    ),
    "sheet.draft_changed": (
        "Phiếu của {unit} đã thay đổi so với bản được xác nhận; hãy xem lại và xác nhận bản mới.",
        "The sheet of {unit} is no longer the one that was certified: look at it again and certify that.",
    ),
    "sheet.cell_changed": (
        "Có người vừa lưu tiêu chí này; hãy tải lại trước khi ghi.",
        "Somebody else saved this criterion meanwhile: read it again before saving.",
    ),
    "sheet.cell_too_large": (
        "Nội dung và danh mục tài liệu của tiêu chí quá dài ({size_bytes} byte, tối đa {most} byte).",
        "The texts and documents of this criterion are too long ({size_bytes} bytes of {most}).",
    ),
    "sheet.intake_over": (
        "Đã khóa tiếp nhận phiếu của kỳ đánh giá.",
        "Submissions are closed: no sheet is taken any more.",
    ),
    "sheet.not_open_yet": (
        "Kỳ đánh giá bắt đầu nhận phiếu từ {opens_at}.",
        "The campaign takes sheets from {opens_at} on.",
    ),
    "sheet.stands": (
        "Đơn vị {unit} đã nộp phiếu (lần {version}); hãy rút phiếu trước khi nộp lại.",
        "Unit {unit} has handed in its sheet (version {version}): withdraw it before handing in another.",
    ),
    "sheet.nothing_handed_in": (
        "Đơn vị {unit} chưa có phiếu nào đang nộp để rút.",
        "Unit {unit} has no sheet handed in that could be withdrawn.",
    ),
    "sheet.deadline_passed": (
        "Đã quá hạn nộp phiếu của {unit} ({deadline_at}) nên không rút lại được.",
        "The deadline of {unit} ({deadline_at}) has passed: its sheet can no longer be withdrawn.",
    ),
    "sheet.line_missing": ("Tiêu chí {criterion} chưa được kê khai.", "Nothing is said on criterion {criterion}."),
    "sheet.evidence_missing": (
        "Tiêu chí {criterion} có điểm nhưng chưa có tài liệu kiểm chứng.",
        "Criterion {criterion} claims points without evidence.",
    ),
    "sheet.evidence_lacking": (
        "Tiêu chí {criterion} còn thiếu tài liệu kiểm chứng: {evidence}. Hãy ghi số, ngày và đính kèm tệp nếu cần.",
        "Criterion {criterion} lacks this evidence: {evidence}. Add its number, date and, where needed, the file.",
    ),
    "sheet.evidence_unknown": (
        "Tiêu chí {criterion} không yêu cầu tài liệu {evidence}. Hãy chọn một loại tài liệu mà tiêu chí nêu.",
        "Criterion {criterion} does not ask for a document {evidence}. Choose one that it names.",
    ),
    "sheet.late_refused": (
        "Đã quá hạn nộp phiếu của {unit} ({deadline_at}); bộ tiêu chí này không nhận phiếu nộp chậm. Hãy xin gia hạn.",
        "The deadline of {unit} ({deadline_at}) has passed, and no late sheet is taken. Ask for an extension.",
    ),
    "sheet.explanation_missing": (
        "Tiêu chí {criterion} khai không áp dụng nhưng chưa nêu lý do.",
        "Criterion {criterion} is said not to apply, and not why.",
    ),
    "sheet.points_not_for_units": (
        "Kỳ đánh giá này không tự chấm điểm; tiêu chí {criterion} chỉ nhận số liệu và tài liệu kiểm chứng.",
        "In this campaign units do not score themselves: criterion {criterion} takes figures and evidence only.",
    ),
    "sheet.state_not_for_units": (
        "Đơn vị chỉ được khai tiêu chí {criterion} là không áp dụng; việc không tính điểm do Tổ thẩm định quyết định.",
        "A unit may say that criterion {criterion} does not apply; not scoring it is for the appraisers.",
    ),
    "sheet.version_unknown": (
        "Đơn vị {unit} không có phiếu lần {version}.",
        "Unit {unit} has handed in no version {version}.",
    ),
    "confirmation.not_foreseen": (
        "Quy trình của kỳ đánh giá này không có bước xác nhận số liệu.",
        "The process of this campaign has no confirmation of figures.",
    ),
    "confirmation.verdicts_not_out": (
        "Vòng thẩm định thứ nhất chưa kết thúc.",
        "The first appraisal round is not closed yet.",
    ),
    "confirmation.over": (
        "Đã hết thời gian xác nhận số liệu ({deadline_at}).",
        "The time to confirm figures is over ({deadline_at}).",
    ),
    "confirmation.already_given": (
        "Đơn vị {unit} đã gửi xác nhận số liệu.",
        "Unit {unit} has confirmed its figures already.",
    ),
    "confirmation.answer_missing": (
        "Còn {count} tiêu chí chưa được xác nhận hoặc giải trình, đầu tiên là {criterion}.",
        "{count} criteria are neither accepted nor contested, the first is {criterion}.",
    ),
    "confirmation.not_appraised": (
        "Tiêu chí {criterion} chưa được thẩm định ở vòng thứ nhất.",
        "Criterion {criterion} was not appraised in the first round.",
    ),
    "confirmation.answered_twice": (
        "Tiêu chí {criterion} được trả lời hai lần.",
        "Criterion {criterion} is answered twice.",
    ),
    "file.media_type_not_taken": (
        "Không nhận loại tệp {media_type}; hãy dùng PDF, ảnh, văn bản hoặc tệp văn phòng.",
        "Files of type {media_type} are not taken: use PDF, images, text or office documents.",
    ),
    "file.content_is_not_its_type": (
        "Nội dung tệp {name} không đúng loại {media_type} đã khai.",
        "The content of {name} is not {media_type}, as was declared.",
    ),
    "file.too_large": (
        "Tệp dài {size_bytes} byte, vượt quá giới hạn {most} byte.",
        "The file has {size_bytes} bytes, above the limit of {most}.",
    ),
    "file.unknown": ("Đơn vị không có tệp {sha256}.", "The unit has no file {sha256}."),
    "file.not_uploaded": (
        "Tài liệu kiểm chứng dẫn tới tệp {sha256} mà đơn vị chưa tải lên đầy đủ.",
        "The evidence names file {sha256}, which the unit has not uploaded completely.",
    ),
    "file.offset_wrong": (
        "Phần tải lên phải bắt đầu từ byte {offset}.",
        "The next piece of the upload begins at byte {offset}.",
    ),
    "file.upload_too_long": (
        "Dữ liệu tải lên dài hơn {size} byte đã khai.",
        "More came than the {size} bytes that were announced.",
    ),
    "file.hash_wrong": (
        "Tệp tải lên có mã băm {found}, khác {expected} đã khai; hãy tải lại từ đầu.",
        "The upload has digest {found}, not {expected} as announced: send it again from the beginning.",
    ),
    "file.upload_busy": ("Tệp này đang được tải lên từ một phiên khác.", "Another request is adding to this upload."),
    "file.store_unavailable": (
        "Kho lưu tài liệu kiểm chứng tạm thời không ghi được.",
        "The evidence store does not take bytes just now.",
    ),
    "file.lost": (
        "Tệp {sha256} không còn trong kho lưu; hãy báo người quản trị.",
        "File {sha256} is no longer in the store: call the operator.",
    ),
    "usage.rows_wrong": (
        "Có {count} dòng số liệu không hợp lệ; chưa dòng nào được ghi nhận.",
        "{count} rows are wrong, and none was taken.",
    ),
    "usage.row_malformed": ("Dòng {row}: trường {field} không có trong mẫu.", "Row {row}: there is no field {field}."),
    "usage.row_unit_unknown": (
        "Dòng {row}: đơn vị {unit} không thuộc kỳ đánh giá.",
        "Row {row}: unit {unit} is not on the roster.",
    ),
    "usage.row_metric_unknown": (
        "Dòng {row}: mã chỉ số “{metric}” không đúng mẫu.",
        "Row {row}: “{metric}” is no name of a metric.",
    ),
    "usage.row_value_malformed": (
        "Dòng {row}: giá trị “{value}” không phải số chính xác, viết với dấu chấm thập phân trong chuỗi ký tự.",
        "Row {row}: “{value}” is no exact number, written as text with a decimal point.",
    ),
    "usage.row_repeated": (
        "Dòng {row}: chỉ số {metric} của đơn vị {unit} xuất hiện hai lần.",
        "Row {row}: metric {metric} of unit {unit} stands twice.",
    ),
    "usage.row_part_malformed": (
        "Dòng {row}: mã bộ phận “{part}” không đúng mẫu (chữ không dấu, số, dấu chấm, gạch; tối đa 32 ký tự).",
        "Row {row}: “{part}” is no code of a part: letters without accents, digits, dots and dashes, 32 at most.",
    ),
    "usage.row_part_repeated": (
        "Dòng {row}: chỉ số {metric} của bộ phận {part} thuộc đơn vị {unit} xuất hiện hai lần.",
        "Row {row}: metric {metric} of part {part} of unit {unit} stands twice.",
    ),
    "usage.row_whole_and_parts": (
        "Dòng {row}: chỉ số {metric} của đơn vị {unit} vừa có số chung vừa có số của bộ phận; hãy chỉ gửi một loại.",
        "Row {row}: metric {metric} of unit {unit} stands both as a whole and by parts: push one or the other.",
    ),
    "usage.row_not_additive": (
        "Dòng {row}: chỉ số {metric} không cộng được từ các bộ phận; hãy gửi riêng tử số và mẫu số, hoặc một số chung.",
        "Row {row}: parts of {metric} do not add up: push its numerator and denominator, or one figure for the whole.",
    ),
    "usage.source_of_other": (
        "Nguồn số liệu {source} do một máy khác gửi từ lần đầu; máy này phải gửi dưới mã nguồn của mình.",
        "Source {source} belongs to the machine that pushed it first: push under a source of your own.",
    ),
    "reference.unknown": ("Không có tài liệu đối chiếu {reference}.", "There is no reference {reference}."),
    "reference.figure_repeated": (
        "Số liệu đối chiếu {figure} xuất hiện hai lần.",
        "Figure {figure} stands twice in the reference.",
    ),
    "reference.figure_of_nobody": (
        "Số liệu đối chiếu {figure} thuộc đơn vị hoặc khối không có trong kỳ đánh giá.",
        "Figure {figure} is of a unit or block that the campaign does not have.",
    ),
    "text.destroyed_already": (
        "Nội dung {closed} đã được tiêu hủy theo một quyết định trước đó.",
        "The text {closed} was destroyed by an earlier decision.",
    ),
}
