"""Sentences about rulesets, and about words that do not fit one."""

SENTENCES: dict[str, tuple[str, str]] = {
    "ruleset.invalid": ("Bộ tiêu chí không hợp lệ.", "The ruleset is not valid."),
    "ruleset.shape_wrong": (
        "Bộ tiêu chí sai cấu trúc tại {path}: {finding}. Hãy sửa trường này theo mẫu.",
        "The ruleset is malformed at {path}: {finding}. Write this field as the format says.",
    ),
    "ruleset.code_repeated": (
        "Mã {repeated} xuất hiện nhiều lần trong {path}. Hãy đặt cho mỗi mục một mã riêng.",
        "Code {repeated} occurs more than once in {path}. Give each node a code of its own.",
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
        "Các mức điểm của {path} để trống khoảng [{start}, {end}). Hãy thêm mức bắt đầu từ {start}.",
        "The tiers of {path} leave [{start}, {end}) without points. Add a tier that begins at {start}.",
    ),
    "ruleset.tiers_out_of_order": (
        "Mức bắt đầu từ {at_least} của {path} không thấp hơn mức đứng trước. Hãy xếp các mức từ cao xuống thấp.",
        "The tier of {path} from {at_least} is not below the one before it. Order tiers from the highest down.",
    ),
    "ruleset.tier_above_maximum": (
        "Một mức của {path} cho {points} điểm, ngoài khoảng từ 0 đến {max}. Hãy sửa điểm của mức này.",
        "A tier of {path} gives {points} points, not between 0 and {max}. Correct its points.",
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
        "Không lấy được nhóm {group} từ phụ lục {appendix}: nhóm phải có ở cả hai phụ lục, cùng điểm tối đa.",
        "Group {group} cannot be taken from appendix {appendix}: both must have it, with the same maximum.",
    ),
    "ruleset.word_does_not_fit": (
        "Tiêu chí {criterion} tính theo {rule}, không nhận {kind}.",
        "Criterion {criterion} is scored by {rule} and takes no {kind}.",
    ),
    "ruleset.inputs_do_not_fit": (
        "Số liệu {input} của tiêu chí {criterion} còn thiếu hoặc không có trong tiêu chí.",
        "Input {input} of criterion {criterion} is missing, or the criterion does not have it.",
    ),
    "ruleset.points_out_of_range": (
        "Điểm {points} của tiêu chí {criterion} phải từ 0 đến {max}.",
        "{points} points for criterion {criterion} are not between 0 and {max}.",
    ),
    "ruleset.input_out_of_range": (
        "Số liệu {input} của tiêu chí {criterion} không được âm ({value}).",
        "Input {input} of criterion {criterion} must not be negative ({value}).",
    ),
    "ruleset.cohort_unknown": (
        "Tiêu chí so với đơn vị cao nhất nhưng chưa có số liệu {input} của các đơn vị khác.",
        "The criterion looks at the best unit, but input {input} of the others is not known.",
    ),
    "yaml.unreadable": (
        "Không đọc được tệp {file} tại dòng {line}: {finding}.",
        "File {file} cannot be read at line {line}: {finding}.",
    ),
}
