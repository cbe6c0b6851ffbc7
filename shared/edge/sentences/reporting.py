"""Sentences of reporting."""

SENTENCES: dict[str, tuple[str, str]] = {
    "results.not_published": (
        "Kết quả của kỳ đánh giá {campaign} chưa được công bố; trước khi công bố không hiển thị điểm.",
        "The results of campaign {campaign} are not published yet; until then no score is shown.",
    ),
    "results.table_unknown": (
        "Không có bảng số liệu {table}. Các bảng có thể tải: {tables}.",
        "There is no table {table}. The tables that can be had: {tables}.",
    ),
    "results.release_incomplete": (
        "Bản công bố {release} của kỳ đánh giá {campaign} có {counted} đơn vị nhưng chỉ nhận được {found}.",
        "Release {release} of campaign {campaign} counts {counted} units, but {found} were heard.",
    ),
    "results.release_differs": (
        "Kết quả các đơn vị đã nhận không khớp mã băm của bản công bố {release}, kỳ đánh giá {campaign}.",
        "The standings that were heard do not have the digest that release {release} of campaign {campaign} names.",
    ),
}
