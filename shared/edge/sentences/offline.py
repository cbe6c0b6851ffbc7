"""What scoring without a server says of the files it is handed, by code."""

SENTENCES: dict[str, tuple[str, str]] = {
    "offline.input_refused": (
        "{file}: {count} chỗ sai, đã nêu {shown}; chưa tính gì. Hãy sửa tệp rồi chạy lại.",
        "{file}: mistakes: {count}, named here: {shown}; nothing was computed. Correct the file, then run this again.",
    ),
    "offline.file_unreachable": (
        "không mở được tệp ({why}). Hãy kiểm tra đường dẫn và quyền đọc.",
        "the file cannot be opened ({why}). Check its path and whether it may be read.",
    ),
    "offline.file_not_utf8": (
        "tệp không phải UTF-8. Hãy lưu lại thành “CSV UTF-8”.",
        'the file is not UTF-8. Save it again as "CSV UTF-8".',
    ),
    "offline.field_malformed": (
        "{finding}. Hãy viết trường này như trong các tệp mẫu (deploy/agencies).",
        "{finding}. Write this field as the example files do (deploy/agencies).",
    ),
    "offline.rows_unreadable": (
        "không phải CSV: {finding}. Hãy xem dấu ngoặc kép trên dòng này hoặc sau đó đã đóng chưa.",
        "this is no CSV: {finding}. See whether quotation marks from here on are closed.",
    ),
    "offline.columns_wrong": (
        (
            "các cột là [{found}]. Dòng đầu phải có unit, criterion, rồi state và points, hoặc input và value, hoặc cả "
            "bốn; mỗi cột một lần, chỉ trong số: {known}."
        ),
        (
            "the columns are [{found}]. The first line must name unit, criterion, then state and points, or input and "
            "value, or all four; each once, and none but: {known}."
        ),
    ),
    "offline.cells_miscounted": (
        "có {count} ô nhưng tệp có {wanted} cột. Tệp ngăn cách bằng dấu phẩy thì số phải dùng dấu chấm thập phân.",
        "{count} cells under {wanted} columns. Where commas split cells, numbers need a decimal point.",
    ),
    "offline.unit_not_listed": (
        "không có đơn vị {unit} trong tệp đơn vị. Hãy sửa mã hoặc thêm đơn vị ấy vào tệp.",
        "the units file has no unit {unit}. Correct the code, or add the unit there.",
    ),
    "offline.criterion_not_on_sheet": (
        "đơn vị {unit} không được chấm theo tiêu chí {criterion}. Các tiêu chí của đơn vị: {known}.",
        "unit {unit} is not appraised by criterion {criterion}. Its criteria: {known}.",
    ),
    "offline.input_not_declared": (
        "tiêu chí {criterion} không có số liệu {input}. Các số liệu của tiêu chí: {known}.",
        "criterion {criterion} has no input {input}. Its inputs: {known}.",
    ),
    "offline.stage_misspelt": (
        "không có giai đoạn “{stage}”. Hãy viết một trong: {known}; hoặc bỏ cột stage.",
        'there is no stage "{stage}". Write one of: {known}; or leave the column stage out.',
    ),
    "offline.state_misspelt": (
        "không có trạng thái “{state}”. Hãy viết một trong: {known}.",
        'there is no state "{state}". Write one of: {known}.',
    ),
    "offline.nothing_said": (
        "ô còn trống. Hãy điền, hoặc xóa cả dòng; không áp dụng thì ghi state là not_applicable.",
        "the cell is empty. Fill it in, or remove the row; what does not apply has the state not_applicable.",
    ),
    "offline.said_besides": (
        "“{value}” không hợp với phần còn lại của dòng. Chỉ dòng scored có points; dòng có input thì để trống state.",
        '"{value}" does not go with the rest of the row. Only scored has points; a row with an input has no state.',
    ),
    "offline.said_twice": (
        "dòng {earlier} đã ghi điều này. Hãy giữ lại một dòng.",
        "line {earlier} says this already. Keep one of the two.",
    ),
    "offline.number_malformed": (
        (
            "“{value}” không phải số đọc được theo một cách duy nhất. Hãy viết chữ số, dấu chấm thập phân (hoặc dấu "
            "phẩy, nếu tệp ngăn cách bằng dấu chấm phẩy), không có dấu phân cách hàng nghìn."
        ),
        (
            '"{value}" is no number that can be read in one way. Write digits with a decimal point (or comma, in a '
            "file split by semicolons) and no thousands separator."
        ),
    ),
    "offline.points_malformed": (
        "điểm {points} có quá hai chữ số thập phân hoặc quá lớn. Hãy làm tròn đến phần trăm.",
        "{points} points have more than two decimals, or are beyond all measure. Round them to hundredths.",
    ),
    "offline.value_malformed": (
        "“{value}” không đúng kiểu {wanted}. Số có tối đa 6 chữ số thập phân; ngày viết YYYY-MM-DD; lựa chọn ghi mã.",
        '"{value}" is no {wanted}. Numbers have at most 6 decimals; days are YYYY-MM-DD; options stand by their codes.',
    ),
    "offline.nothing_handed_in": (
        "Lưu ý: {file} không có dòng nào của {count} đơn vị ({units}); theo no_sheet: không xếp hạng, hoặc 0 điểm.",
        "Note: {file} has no row of these units: {units} ({count}). By the ruleset's no_sheet: unranked, or nothing.",
    ),
    "offline.sheets_empty": (
        "tệp không có dòng điểm nào. Hãy thêm các dòng dưới dòng tiêu đề.",
        "the file says nothing. Add rows below the first line.",
    ),
    "offline.kernel_missing": (
        "Máy này chưa có numba. Hãy cài phần bổ sung “fast” (pip install numba), hoặc bỏ --kernel.",
        "numba is not installed here. Install the extra “fast” (pip install numba), or leave --kernel out.",
    ),
    "offline.score_missing": (
        "Đơn vị {unit} chưa có điểm tiêu chí {group}. Hãy thêm dòng ấy; không áp dụng thì ghi not_applicable.",
        "Unit {unit} has no score for criterion {group}. Add a row; what does not apply is not_applicable.",
    ),
    "offline.run_contradicts_itself": (
        "{id}: ghi {printed}, tính cách khác được {derived}.",
        "{id}: stated {printed}, but {derived} when computed another way.",
    ),
    "offline.run_refused": (
        "Không công nhận kết quả: {count} chỗ thiếu hoặc mâu thuẫn, đã nêu {shown}. Chưa đưa ra điểm, hạng nào.",
        "The run is refused. Missing or contradictory: {count}, named here: {shown}. No figure of it is given.",
    ),
}
