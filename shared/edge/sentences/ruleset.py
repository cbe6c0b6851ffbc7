"""Sentences about rulesets, and about words that do not fit one."""

SENTENCES: dict[str, tuple[str, str]] = {
    "ruleset.invalid": ("Bộ tiêu chí không hợp lệ.", "The ruleset is not valid."),
    "ruleset.faulty": (
        "{file}: {count} lỗi, đã nêu {shown}. Hãy sửa từng chỗ rồi kiểm tra lại.",
        "{file}: faults: {count}, named here: {shown}. Mend each place, then check again.",
    ),
    "ruleset.file_there": (
        "Tệp {file} đã có. Hãy chọn tên khác, để không ghi đè lên tệp ấy.",
        "File {file} is there already. Choose another name, so that it is not written over.",
    ),
    "ruleset.sheet_missing": (
        "bảng tính thiếu trang {sheet}. Hãy xuất lại từ một bộ tiêu chí (ictindex ruleset export) rồi điền vào.",
        "the workbook lacks sheet {sheet}. Export one from a ruleset (ictindex ruleset export) and fill that in.",
    ),
    "ruleset.workbook_unreadable": (
        "không phải bảng tính XLSX ({why}). Hãy lưu lại bằng Excel hoặc LibreOffice, dạng .xlsx.",
        "this is no XLSX workbook ({why}). Save it again with Excel or LibreOffice, as .xlsx.",
    ),
    "ruleset.cell_unreadable": (
        "không đọc được tham số: {finding}. Hãy viết như ở các dòng khác: tên, hai chấm, giá trị.",
        "the parameters cannot be read: {finding}. Write them as in other rows: a name, a colon, a value.",
    ),
    "ruleset.parent_unknown": (
        "không có mục {parent}. Cột cha phải ghi mã của một mục ở các dòng trên.",
        "there is no node {parent}. The parent's column must name a node of a row above.",
    ),
    "ruleset.in_order": (
        "{file}: đúng. {appendices} phụ lục, {count} tiêu chí. SHA-256 {digest}.",
        "{file}: in order. {appendices} appendices, {count} criteria. SHA-256 {digest}.",
    ),
    "ruleset.same": ("Hai bộ tiêu chí như nhau.", "The two rulesets are the same."),
    "ruleset.shape_wrong": (
        "Bộ tiêu chí sai cấu trúc tại {path}: {finding}. Hãy sửa trường này theo mẫu.",
        "The ruleset is malformed at {path}: {finding}. Write this field as the format says.",
    ),
    "ruleset.code_repeated": (
        "Mã {repeated} xuất hiện nhiều lần trong {path}. Hãy đặt cho mỗi mục một mã riêng.",
        "Code {repeated} occurs more than once in {path}. Give each node a code of its own.",
    ),
    "ruleset.code_looks_like_number": (
        "{path}: mã {number} trông như một số, chương trình khác có thể đổi 1.10 thành 1.1. Hãy thêm chữ: g{number}.",
        "{path}: code {number} looks like a number; other programs make 1.1 of 1.10. Put a letter before: g{number}.",
    ),
    "ruleset.code_typed_as_number": (
        "mã {found} được nhập dạng số hoặc ngày, có thể đã khác (1.10 thành 1.1). Hãy đổi ô sang văn bản rồi nhập lại.",
        "code {found} was typed as a number or a day: 1.10 becomes 1.1. Format the cell as text, then type it again.",
    ),
    "ruleset.maxima_disagree": (
        "Điểm tối đa của {path} là {max} nhưng các mục thành phần cho {parts}. Hãy sửa cho khớp.",
        "The maximum of {path} is {max}, but its parts make {parts}. Make them agree.",
    ),
    "ruleset.inputs_disagree": (
        "Quy tắc của {path} dùng [{reads}] nhưng tiêu chí khai báo [{declared}]. Hãy khai báo đúng số liệu được dùng.",
        "The rule of {path} reads [{reads}], its criterion declares [{declared}]. Declare exactly what is read.",
    ),
    "ruleset.tiers_have_hole": (
        "Các mức điểm của {path} để trống khoảng {hole}. Hãy thêm hoặc nới một mức cho kín.",
        "The tiers of {path} leave {hole} without points. Add or extend a tier to close it.",
    ),
    "ruleset.tiers_out_of_order": (
        "Mức bắt đầu từ {at_least} của {path} không thấp hơn mức đứng trước. Hãy xếp các mức từ cao xuống thấp.",
        "The tier of {path} from {at_least} is not below the one before it. Order tiers from the highest down.",
    ),
    "ruleset.tiers_overlap": (
        "Hai mức điểm của {path} chồng lấn tại {at}. Hãy sửa cận trên của mức dưới.",
        "Two tiers of {path} overlap at {at}. Correct where the lower one ends.",
    ),
    "ruleset.worth_above_maximum": (
        "Một mức hoặc lựa chọn của {path} cho {points} điểm, quá điểm tối đa {max}. Hãy sửa điểm này.",
        "A tier or option of {path} gives {points} points, more than the maximum {max}. Correct its points.",
    ),
    "ruleset.share_out_of_range": (
        "Quy tắc của {path}: tỷ lệ {share} quá 1, không quá 0 hoặc thừa. Hãy ghi một phần của 1, hoặc bỏ tỷ lệ này.",
        "The rule of {path}: share {share} is above 1, not above 0, or not used. Write a part of 1, or leave it out.",
    ),
    "ruleset.floor_above_maximum": (
        "Điểm thấp nhất {floor} của {path} không thấp hơn điểm tối đa {max}. Hãy sửa một trong hai.",
        "The least {floor} of {path} is not below its maximum {max}. Correct one of them.",
    ),
    "ruleset.table_has_hole": (
        "Bảng điểm của {path} thiếu ô {row} × {column}. Hãy ghi điểm cho ô này.",
        "The table of {path} lacks cell {row} × {column}. Give it points.",
    ),
    "ruleset.zero_denominator_unsaid": (
        "Mức điểm của {path}: hãy ghi zero_denominator khi xét tỷ lệ, và chỉ khi đó.",
        "Tiers of {path}: say zero_denominator where a share is looked at, and only there.",
    ),
    "ruleset.collected_not_scored": (
        "{path} chỉ thu thập nhưng có điểm tối đa {max}. Hãy ghi điểm tối đa 0.",
        "{path} is only collected, but has a maximum of {max}. Write a maximum of 0.",
    ),
    "ruleset.nothing_counts": (
        "{path} không có thành phần nào được tính. Hãy để ít nhất một thành phần có counts: true.",
        "{path} has no part that counts. Let at least one part count.",
    ),
    "ruleset.reads_unpublished": (
        "{path} đọc điểm công bố nhưng thành phần {part} không công bố. Hãy ghi reads: exact hoặc công bố {part}.",
        "{path} reads its parts as published, but {part} is not. Write reads: exact, or publish that part.",
    ),
    "ruleset.reads_root": (
        "{path} cần giá trị chính xác của {part}, nhưng trung bình nhân không phải phân số. Hãy ghi reads: published.",
        "{path} reads {part} exactly, but a geometric mean is no fraction. Write reads: published.",
    ),
    "ruleset.register_unknown": (
        "{path} lấy số liệu {input} từ {register}, nhưng ở đó không thu thập số liệu cùng tên, cùng kiểu. Hãy sửa mã.",
        "{path} takes input {input} from {register}, which collects none of that name and type. Correct the code.",
    ),
    "ruleset.import_faulty": (
        "Không dùng được bộ tiêu chí gốc {file}. Hãy kiểm tra tệp ấy trước: ictindex ruleset check {file}.",
        "The ruleset {file} that this one begins with cannot be used. Check it first: ictindex ruleset check {file}.",
    ),
    "ruleset.import_differs": (
        "{path}: bộ tiêu chí gốc có SHA-256 {found}, không phải {expected}. Hãy xem lại thay đổi rồi ghi mã mới.",
        "{path}: the imported ruleset has SHA-256 {found}, not {expected}. See what changed, then name the new one.",
    ),
    "ruleset.alteration_unknown": (
        "{path}: bộ tiêu chí gốc không có mục {node}. Hãy ghi đường dẫn từ phụ lục, ví dụ I/g1/g1.1.",
        "{path}: the imported ruleset has no node {node}. Write the way from its appendix, such as I/g1/g1.1.",
    ),
    "ruleset.ranks_on_root": (
        "{path}: xếp hạng theo điểm chưa làm tròn, nhưng điểm tổng là trung bình nhân. Hãy ghi rank_on: published.",
        "{path}: ranks go by unrounded totals, but the total is a geometric mean. Write rank_on: published.",
    ),
    "ruleset.in_force_backwards": (
        "{path}: ngày hết hiệu lực {until} đứng trước ngày có hiệu lực {since}. Hãy sửa một trong hai ngày.",
        "{path}: the last day {until} lies before the first day {since}. Correct one of them.",
    ),
    "ruleset.break_unexplained": (
        "{path}: kết quả không so sánh được với {edition} mà không có ghi chú. Hãy nêu lý do ở note.",
        "{path}: results cannot be compared with {edition}, and no note says why. Give the reason as note.",
    ),
    "ruleset.counterpart_unknown": (
        "{path}: bộ tiêu chí không có mục {node}. Hãy viết phụ lục/mã như trong bộ tiêu chí này.",
        "{path}: the ruleset has no node {node}. Write appendix/code as in this ruleset.",
    ),
    "ruleset.semantics_unknown": (
        "{path}: bộ tiêu chí theo cách tính {semantics}, bản ictindex này chỉ biết {known}. Hãy dùng bản mới hơn.",
        "{path}: the ruleset is computed by semantics {semantics}; this ictindex knows {known}. Use a newer release.",
    ),
    "ruleset.limit_finer_than_figure": (
        "{path} công bố {digits} chữ số thập phân, không viết được giới hạn {limit}. Hãy tăng digits hoặc sửa lại.",
        "{path} is published with {digits} decimals, which cannot write the limit {limit}. Raise digits or correct it.",
    ),
    "ruleset.rounded_unpublished": (
        "{path} không công bố nên không được làm tròn. Hãy bỏ digits, hoặc công bố mục này.",
        "{path} is not published and must not be rounded. Leave digits out, or publish it.",
    ),
    "ruleset.shared_unknown": (
        "{path} dùng chung nhóm {of}, nhưng phụ lục không có nhóm này với cùng điểm tối đa. Hãy sửa mã hoặc điểm.",
        "{path} shares group {of}, which the appendix does not have with that maximum. Correct its code or maximum.",
    ),
    "ruleset.shared_in_itself": (
        "{path} dùng chung nhóm {of}, là nhóm chứa chính nó. Hãy chọn nhóm khác.",
        "{path} shares group {of}, of which it is itself a part. Share another group.",
    ),
    "ruleset.root_of_penalty": (
        "{path} lấy trung bình nhân, nhưng một phần có thể xuống tới {least}. Hãy bỏ điểm dưới 0, hoặc đổi cách gộp.",
        "{path} is a geometric mean, but a part may fall to {least}. Let no part fall below 0, or aggregate otherwise.",
    ),
    "ruleset.falls_too_low": (
        "{path} có thể xuống tới {least}, thấp hơn mức {limit} mà một điểm số ghi được. Hãy giảm mức phạt.",
        "{path} may fall to {least}, below {limit}, the lowest score there is. Make the penalties smaller.",
    ),
    "ruleset.nothing_to_score": (
        "{path} được chấm điểm nhưng điểm tối đa là 0. Hãy ghi điểm tối đa, hoặc dùng quy tắc collect.v1.",
        "{path} is scored, but its maximum is 0. Write a maximum, or use the rule collect.v1.",
    ),
    "ruleset.input_type_wrong": (
        "Số liệu {input} của {path} khai báo kiểu {type}, quy tắc chỉ đọc được kiểu {wanted}. Hãy sửa kiểu.",
        "Input {input} of {path} is declared as {type}; the rule reads {wanted} only. Correct its type.",
    ),
    "ruleset.example_missing": (
        "Quy tắc của {path} chưa có ví dụ tính. Hãy thêm ít nhất một ví dụ (examples: given, gives).",
        "The rule of {path} carries no worked example. Add at least one (examples: given, gives).",
    ),
    "ruleset.example_fails": (
        "Ví dụ thứ {number} của {path} ghi {expected} nhưng tính ra {found}. Hãy sửa ví dụ hoặc quy tắc.",
        "Example {number} of {path} says {expected}, but comes to {found}. Correct the example or the rule.",
    ),
    "ruleset.classes_have_hole": (
        "Thang xếp loại {path} bỏ trống khoảng điểm {hole} (cạnh loại {label}). Hãy nới một loại cho kín khoảng này.",
        "The classes of {path} give scores in {hole} no class (next to {label}). Extend a class to close it.",
    ),
    "ruleset.classes_overlap": (
        "Thang xếp loại {path} chồng lấn hoặc vượt thang điểm tại {at} (loại {label}). Hãy viết: từ a đến dưới b.",
        "The classes of {path} overlap or leave the scale at {at} (class {label}). Write each from a to below b.",
    ),
    "ruleset.no_such_appendix": ("Bộ tiêu chí không có phụ lục {appendix}.", "The ruleset has no appendix {appendix}."),
    "ruleset.override_does_not_fit": (
        "Không lấy được {node} từ phụ lục {source}: mục phải có ở cả hai nơi, cùng điểm tối đa, không trùng mã.",
        "{node} cannot be taken from appendix {source}: both must have it, with the same maximum and no code twice.",
    ),
    "ruleset.word_does_not_fit": (
        "Tiêu chí {criterion} tính theo {rule}, không nhận {kind}.",
        "Criterion {criterion} is scored by {rule} and takes no {kind}.",
    ),
    "ruleset.inputs_do_not_fit": (
        "Số liệu {input} của tiêu chí {criterion} còn thiếu hoặc không có trong tiêu chí.",
        "Input {input} of criterion {criterion} is missing, or the criterion does not have it.",
    ),
    "ruleset.input_wrong": (
        "Số liệu {input} của tiêu chí {criterion} là {value}, cần: {wanted}.",
        "Input {input} of criterion {criterion} is {value}; it must be: {wanted}.",
    ),
    "ruleset.points_out_of_range": (
        "Điểm {points} của tiêu chí {criterion} phải từ {min} đến {max}.",
        "{points} points for criterion {criterion} are not between {min} and {max}.",
    ),
    "ruleset.input_out_of_range": (
        "Số liệu {input} của tiêu chí {criterion} phải từ 0 đến {ceiling} (đang là {value}).",
        "Input {input} of criterion {criterion} must be between 0 and {ceiling}, and is {value}.",
    ),
    "ruleset.cohort_unknown": (
        "Tiêu chí {criterion} so với các đơn vị khác nhưng chưa có số liệu của họ.",
        "Criterion {criterion} looks at the other units, but their inputs are not known.",
    ),
    "yaml.unreadable": (
        "Không đọc được tệp {file} tại dòng {line}: {finding}.",
        "File {file} cannot be read at line {line}: {finding}.",
    ),
}
