"""What playing a year says, by code."""

SENTENCES: dict[str, tuple[str, str]] = {
    "history.campaign_ambiguous": (
        "Nhiều cơ quan có kỳ đánh giá {campaign}; hãy viết rõ: {choices}.",
        "Several agencies have a campaign {campaign}; say which: {choices}.",
    ),
    "player.act_refused": (
        "Hệ thống từ chối một việc có trong kịch bản năm ({path}): {title}",
        "The system refused something that the year file says was done ({path}): {title}",
    ),
    "player.act_allowed": (
        "Hệ thống đã cho phép một việc lẽ ra phải từ chối ({actor}, {path}).",
        "The system allowed what it must refuse ({actor}, {path}).",
    ),
    "player.refused_otherwise": (
        "Hệ thống từ chối vì lý do {found}, lẽ ra phải là {expected} ({actor}, {path}).",
        "The system refused for the reason {found}, and had to for {expected} ({actor}, {path}).",
    ),
    "player.server_silent": (
        "Máy chủ không trả lời sau nhiều lần thử ({path}): {reason}",
        "The server did not answer after many tries ({path}): {reason}",
    ),
    "leaves.criterion_open": (
        "Không tự đặt được số liệu cho tiêu chí {criterion}, vì quy tắc {rule} tính điểm từ số liệu.",
        "No words can be chosen for the criterion {criterion}: its rule {rule} calculates from figures.",
    ),
    "leaves.group_out_of_reach": (
        "{unit}: không có cách chấm các tiêu chí từ {first} đến {last} nào cho tổng {points} điểm.",
        "{unit}: no words on the criteria {first} to {last} come to {points} points.",
    ),
    "leaves.group_not_judged": (
        "{unit}: tệp năm ghi số liệu, không ghi điểm, cho một nhóm; không thể chia cho các tiêu chí của nhóm.",
        "{unit}: the year gives inputs and no points for a group, which cannot be shared among its criteria.",
    ),
    "leaves.group_unknown": (
        "{unit}: tệp năm có {group}, nhưng bộ tiêu chí chi tiết không có nhóm này.",
        "{unit}: the year speaks on {group}, which is no group of the ruleset with the criteria.",
    ),
    "leaves.group_otherwise": (
        "{unit}: các tiêu chí của nhóm {group} không cộng lại thành điểm của nhóm như tệp năm ghi.",
        "{unit}: the criteria of the group {group} do not add up to what the year says of it.",
    ),
    "leaves.answers_differ": (
        "{unit}: các câu trả lời đã biết không cho điểm nhóm {group} như tệp năm; tệp chi tiết cần correction.",
        "{unit}: the known answers do not give the score of the group {group}; the file needs a correction for it.",
    ),
    "inquiry.server_unreachable": ("Không kết nối được {url}: {reason}", "{url} cannot be reached: {reason}"),
    "inquiry.refused": ("Máy chủ từ chối ({status}): {title}", "The server refused ({status}): {title}"),
}
