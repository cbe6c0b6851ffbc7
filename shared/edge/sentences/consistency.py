"""What is said of a report whose figures were recomputed from each other, and of the mapping beside it."""

SENTENCES: dict[str, tuple[str, str]] = {
    "consistency.repeated": (
        "in {printed}, nhưng {table} (dòng {row}) in {derived} cho cùng số liệu này.",
        "prints {printed}, but {table} (row {row}) prints {derived} for the same figure.",
    ),
    "consistency.mean": (
        "in {printed}, nhưng trung bình của {denominator} số liệu in là {derived}.",
        "prints {printed}, but the mean of the {denominator} printed figures is {derived}.",
    ),
    "consistency.mean_either": (
        (
            "in {printed}, nhưng trung bình của các số liệu in là {derived} (chia {denominator}); hiểu dấu “-” theo "
            "cách kia cũng chỉ được {other} (chia {other_over})."
        ),
        (
            "prints {printed}, but the mean of the printed figures is {derived} (over {denominator}); with the dash "
            "read the other way it would be {other} (over {other_over})."
        ),
    ),
    "consistency.mean_rounded": (
        (
            "in {printed}, nhưng trung bình của {denominator} số liệu in là {derived}; chênh lệch có thể do làm tròn. "
            "Nếu báo cáo tính trên số chưa làm tròn, hãy khai báo mean_of: unrounded."
        ),
        (
            "prints {printed}, but the mean of the {denominator} printed figures is {derived}; rounding may explain "
            "it. If the report computes from unrounded figures, declare mean_of: unrounded."
        ),
    ),
    "consistency.counts_dash": (
        (
            "in {printed}, chỉ đúng khi dấu “-” tính là 0 (chia {printed_denominator}); theo khai báo, dấu “-” là "
            "không áp dụng, nên chia {denominator} và được {derived}."
        ),
        (
            "prints {printed}, which only follows if the dash counts as zero (over {printed_denominator}); as declared "
            "it does not apply, so over {denominator} it is {derived}."
        ),
    ),
    "consistency.leaves_dash_out": (
        (
            "in {printed}, chỉ đúng khi bỏ dấu “-” ra (chia {printed_denominator}); theo khai báo, dấu “-” là 0, nên "
            "chia {denominator} và được {derived}."
        ),
        (
            "prints {printed}, which only follows if the dash is left out (over {printed_denominator}); as declared it "
            "is zero, so over {denominator} it is {derived}."
        ),
    ),
    "consistency.dash_twofold": (
        (
            "in {printed}, chỉ đúng vì dấu “-” ở cột {columns} tính là 0 (chia {printed_denominator}), trong khi cùng "
            "bảng dấu “-” còn có nghĩa không áp dụng; hiểu như vậy thì được {derived} (chia {denominator})."
        ),
        (
            "prints {printed}, which only follows because the dash in column {columns} counts as zero (over "
            "{printed_denominator}), while in the same table a dash also means not applicable; read so, it would be "
            "{derived} (over {denominator})."
        ),
    ),
    "consistency.sum": (
        "in {printed}, nhưng tổng của {count} số liệu in là {derived}.",
        "prints {printed}, but the {count} printed figures come to {derived}.",
    ),
    "consistency.rank": (
        "in hạng {printed}, nhưng {points} điểm đứng thứ {derived} trong {denominator} đơn vị có điểm in.",
        "prints rank {printed}, but {points} points are number {derived} of {denominator} units with printed points.",
    ),
    "consistency.change": (
        "in mức tăng, giảm hạng {printed}, nhưng hạng kỳ trước trừ hạng kỳ này là {derived}.",
        "prints a change of rank of {printed}, but the earlier rank minus the rank is {derived}.",
    ),
    "consistency.changes_rise": (
        (
            "{count} đơn vị đổi hạng tăng tổng cộng {rises} bậc nhưng giảm {falls} bậc; tổng phải bằng 0: thiếu {gap} "
            "bậc giảm, hoặc có đơn vị đồng hạng."
        ),
        (
            "the changes of {count} units rise by {rises} places together and fall by {falls}; they must come to 0: "
            "falls of {gap} are not printed, or units share a rank."
        ),
    ),
    "consistency.changes_fall": (
        (
            "{count} đơn vị đổi hạng tăng tổng cộng {rises} bậc nhưng giảm {falls} bậc; tổng phải bằng 0: thiếu {gap} "
            "bậc tăng, hoặc có đơn vị đồng hạng."
        ),
        (
            "the changes of {count} units rise by {rises} places together and fall by {falls}; they must come to 0: "
            "rises of {gap} are not printed, or units share a rank."
        ),
    ),
    "consistency.hole": (
        "không loại nào dành cho điểm thuộc {printed}; chưa có điểm in nào rơi vào đó.",
        "no class takes scores in {printed}; no printed score falls there yet.",
    ),
    "consistency.hole_with_scores": (
        "không loại nào dành cho điểm thuộc {printed}; {count} điểm in rơi vào đó: {scores}.",
        "no class takes scores in {printed}; printed scores that fall there: {count}: {scores}.",
    ),
    "consistency.overlap": (
        "hai loại {first} và {second} cùng nhận {printed} điểm.",
        "classes {first} and {second} both take {printed} points.",
    ),
    "consistency.class": (
        "in loại {printed}, nhưng {points} điểm thuộc loại {derived}.",
        "prints class {printed}, but {points} points are class {derived}.",
    ),
    "consistency.class_none": (
        "in loại {printed}, nhưng không loại nào dành cho {points} điểm.",
        "prints class {printed}, but no class takes {points} points.",
    ),
    "consistency.class_count": (
        "in {printed} đơn vị loại {name}, nhưng trong {count} điểm in có {derived}.",
        "prints {printed} units of class {name}, but of the {count} printed scores {derived} are.",
    ),
    "consistency.share": (
        "in {printed} %, nhưng {part} trên {denominator} là {derived} %.",
        "prints {printed} %, but {part} of {denominator} is {derived} %.",
    ),
    "consistency.share_of_other": (
        (
            "in {printed} %, nhưng {part} trên {denominator} là {derived} %; {part} trên {printed_denominator} mới là "
            "{printed} %."
        ),
        (
            "prints {printed} %, but {part} of {denominator} is {derived} %; it is {part} of {printed_denominator} "
            "that is {printed} %."
        ),
    ),
    "consistency.shares": (
        "không số đơn vị nguyên nào trên {denominator} ra được {values}.",
        "no whole count of {denominator} gives {values}.",
    ),
    "consistency.shares_sum": (
        "từng tỷ lệ có thể có, nhưng các số đơn vị tương ứng không cộng lại thành {denominator}: {values}.",
        "each percentage is possible, but the counts behind them cannot come to {denominator}: {values}.",
    ),
    "consistency.shares_of_other": (
        (
            "không thể là tỷ lệ trên {denominator}: {values}. Cả dãy là tỷ lệ trên {printed_denominator} ({what}): "
            "{counts}."
        ),
        (
            "these cannot be percentages of {denominator}: {values}. All of them are of {printed_denominator} "
            "({what}): {counts}."
        ),
    ),
    "consistency.tally": (
        "Đã tính lại {figures} số liệu: {follows} suy ra đúng; phát hiện: {wrong}; không có gốc để tính: {given}.",
        "Figures recomputed: {figures}; that follow: {follows}; findings: {wrong}; figures that rest on none: {given}.",
    ),
    "report.sheet_missing": (
        "không có bảng này trong {file}; các bảng hiện có: {known}. Hãy sửa “sheet” trong tệp khai báo.",
        "{file} has no such sheet; it has: {known}. Correct `sheet` in the mapping.",
    ),
    "report.not_readable": (
        "không phải bảng tính đọc được ({why}). Hãy lưu lại thành .xlsx hoặc CSV UTF-8.",
        "this is no table that can be read ({why}). Save it again as .xlsx or as UTF-8 CSV.",
    ),
    "report.column_missing": (
        "không có cột “{wanted}”; dòng tiêu đề {header} ghi: {known}. Hãy sửa “column” hoặc “header”.",
        'no column is called "{wanted}"; the headings in row {header} are: {known}. Correct `column` or `header`.',
    ),
    "report.row_missing": (
        "không có dòng “{wanted}”. Hãy sửa “row” trong tệp khai báo theo đúng chữ in ở đầu dòng.",
        'no row is called "{wanted}". Correct `row` in the mapping to what stands at the beginning of the row.',
    ),
    "report.unit_unknown": (
        "“{name}” không có trong danh sách “units” của tệp khai báo. Hãy thêm cách viết này vào đơn vị tương ứng.",
        '"{name}" is none of the spellings under `units`. Add this spelling to the unit that it means.',
    ),
    "report.unit_repeated": (
        "đơn vị này đã có ở dòng {earlier}. Hãy bỏ một dòng, hoặc khai báo dòng tổng hợp ở “footers”.",
        "row {earlier} is about this unit already. Remove one, or name a summing row under `footers`.",
    ),
    "report.figure_unreadable": (
        (
            "“{value}” không phải số đọc được theo một cách duy nhất. Hãy ghi như 61,72 hoặc 61.72, không có dấu "
            "phân cách hàng nghìn; không có số thì ghi “-”."
        ),
        (
            '"{value}" is no number that can be read in one way. Write 61.72 or 61,72, without a thousands separator; '
            "where there is none, a dash."
        ),
    ),
    "report.figure_empty": (
        "ô này trống. Hãy điền số liệu như đã in; nếu là công thức, hãy mở bằng Excel rồi lưu lại.",
        "the cell is empty. Fill in what is printed; if it is a formula, open the file in Excel and save it.",
    ),
    "report.figure_undeclared": (
        "không cột nào khai báo số liệu “{figure}”; đã khai báo: {known}. Hãy sửa “of” hoặc “earlier”.",
        'no column is declared as the figure "{figure}"; declared are: {known}. Correct `of` or `earlier`.',
    ),
    "report.unit_without_parents": (
        (
            "không bảng nào in {figures} của “{name}”, nên không tính lại được số liệu này. Nếu bảng kia viết tên "
            "đơn vị khác đi, hãy ghi mọi cách viết vào “units”; nếu không có thì in “-”."
        ),
        (
            'no table prints {figures} of "{name}", on which this figure rests. If another table spells the unit '
            "otherwise, list every spelling under `units`; where there is none, a dash is printed."
        ),
    ),
    "report.scheme_missing": (
        "chưa khai báo thang xếp loại cho khối “{block}”. Hãy thêm vào “classes”.",
        'no classes are declared for the block "{block}". Add them under `classes`.',
    ),
    "report.whole_not_positive": (
        "mẫu số “{value}” phải là số nguyên dương. Hãy sửa “whole”.",
        'the denominator "{value}" must be a whole number above zero. Correct `whole`.',
    ),
    "report.nothing_to_check": (
        "tệp khai báo không có số liệu nào tính lại được. Hãy khai báo cột mean, rank, class… hoặc ô dưới “cells”.",
        "the mapping names no figure that can be recomputed. Declare a mean, rank, class … or cells under `cells`.",
    ),
}
